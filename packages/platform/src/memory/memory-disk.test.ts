import { describe, expect, it } from 'vitest';
import { describeDiskConformance } from '../conformance/disk-conformance.ts';
import { memoryDisk } from './memory-disk.ts';
import { SparseBytes } from './sparse-bytes.ts';

describe('memory disk', () => {
  describeDiskConformance(() => {
    const disk = memoryDisk();
    disk.makeDirSync('/data');
    return { disk, directory: '/data', settle: (promise) => promise, close: () => {} };
  });
});

describe('sparse bytes', () => {
  it('hold no memory for holes', () => {
    const bytes = new SparseBytes();
    bytes.truncate(10 * 1024 * 1024);
    expect(bytes.allocatedBytes).toBe(0);
    bytes.write(Buffer.from('x'), 9 * 1024 * 1024);
    expect(bytes.allocatedBytes).toBeLessThanOrEqual(256 * 1024);
    bytes.truncate(0);
    expect(bytes.allocatedBytes).toBe(0);
  });

  it('show zeros, not what was cut, when they grow again', () => {
    const bytes = new SparseBytes();
    bytes.write(Buffer.alloc(600_000, 1), 0);
    bytes.truncate(270_000);
    bytes.truncate(600_000);
    const into = Buffer.alloc(600_000, 2);
    bytes.read(into, 0, into.length, 0);
    expect(into.subarray(0, 270_000).every((byte) => byte === 1)).toBe(true);
    expect(into.subarray(270_000).every((byte) => byte === 0)).toBe(true);
  });
});
