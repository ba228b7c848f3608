import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FramePool } from './frame-pool.ts';
import type { FrameHandler } from './frame-reader.ts';
import { FrameReader, READ_STAGE_BYTES } from './frame-reader.ts';
import { MemoryBudget } from './memory-budget.ts';

/** Delivers a stream as a socket does: in pieces of at most what `nextBuffer` offers. */
function deliver(reader: FrameReader, stream: Buffer, pieceBytes: () => number): void {
  let at = 0;
  while (at < stream.length) {
    const into = reader.nextBuffer();
    expect(into.length).toBeGreaterThan(0);
    const count = Math.min(into.length, pieceBytes(), stream.length - at);
    stream.copy(into, 0, at, at + count);
    at += count;
    reader.onBytes(count, into);
  }
}

function frame(content: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeInt32BE(content.length);
  return Buffer.concat([size, content]);
}

function setUp(options: { frameBytesMax?: number; budgetBytes?: number } = {}): {
  reader: FrameReader;
  budget: MemoryBudget;
  pool: FramePool;
  frames: Buffer[];
  events: string[];
} {
  const frames: Buffer[] = [];
  const events: string[] = [];
  const pool = new FramePool(8 * 1024 * 1024);
  const budget = new MemoryBudget(options.budgetBytes ?? Infinity);
  const handler: FrameHandler = {
    onFrame(buffer, start, end, owned) {
      frames.push(Buffer.from(buffer.subarray(start, end)));
      if (!owned) return;
      budget.release(end - start);
      pool.giveBack(buffer);
    },
    onBadSize: (sizeBytes) => events.push(`bad size ${sizeBytes}`),
    onMemoryWait: () => events.push('wait'),
    onMemory: () => events.push('go'),
    onEnd: () => events.push('end'),
  };
  const reader = new FrameReader(handler, {
    stage: Buffer.alloc(READ_STAGE_BYTES),
    pool,
    budget,
    frameBytesMax: options.frameBytesMax ?? 100 * 1024 * 1024,
  });
  return { reader, budget, pool, frames, events };
}

describe('FrameReader', () => {
  it('hands out every frame whole and in order, however the bytes arrive', () => {
    const sizes = fc.oneof(
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 60_000, max: 300_000 }),
      fc.constantFrom(1_048_576, 1_500_000),
    );
    fc.assert(
      fc.property(
        fc.array(sizes, { maxLength: 8 }),
        fc
          .array(
            fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1000, max: 200_000 })),
            {
              minLength: 2,
              maxLength: 20,
            },
          )
          .filter((pieces) => pieces.some((bytes) => bytes > 50_000)),
        (frameSizes, pieces) => {
          const contents = frameSizes.map((size, index) => Buffer.alloc(size, index + 1));
          const { reader, budget, frames } = setUp();
          let piece = 0;
          deliver(
            reader,
            Buffer.concat(contents.map(frame)),
            () => pieces[piece++ % pieces.length]!,
          );
          expect(frames.length).toBe(contents.length);
          frames.forEach((received, index) => expect(received.equals(contents[index]!)).toBe(true));
          expect(budget.usedBytes).toBe(0);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('survives a size that arrives byte by byte', () => {
    const { reader, frames } = setUp();
    deliver(reader, Buffer.concat([frame(Buffer.from('ab')), frame(Buffer.from('c'))]), () => 1);
    expect(frames.map(String)).toEqual(['ab', 'c']);
  });

  it.each([-1, -2_147_483_648, 1001, 2_147_483_647])('refuses a frame of %i bytes', (size) => {
    const { reader, frames, events } = setUp({ frameBytesMax: 1000 });
    const header = Buffer.alloc(4);
    header.writeInt32BE(size);
    deliver(reader, Buffer.concat([frame(Buffer.from('ok')), header, Buffer.alloc(50)]), () => 60);
    expect(frames.map(String)).toEqual(['ok']);
    expect(events).toEqual([`bad size ${size}`]);
  });

  it('allocates for what has arrived, not for what is announced', () => {
    const { reader } = setUp();
    const header = Buffer.alloc(4);
    header.writeInt32BE(90 * 1024 * 1024);
    deliver(reader, Buffer.concat([header, Buffer.alloc(100)]), () => 104);
    expect(reader.nextBuffer().length).toBeLessThanOrEqual(1024 * 1024);
  });

  it('waits when the memory budget is used up, and goes on when there is room', () => {
    const { reader, budget, frames, events } = setUp({ budgetBytes: 1000 });
    expect(budget.tryReserve(5000)).toBe(true);
    const stream = frame(Buffer.alloc(200_000, 7));
    const half = READ_STAGE_BYTES;
    deliver(reader, stream.subarray(0, half), () => half);
    expect(events).toEqual(['wait']);
    budget.release(5000);
    expect(events).toEqual(['wait', 'go']);
    deliver(reader, stream.subarray(half), () => half);
    expect(frames.length).toBe(1);
    expect(budget.usedBytes).toBe(0);
  });

  it('gives back what an unfinished frame reserved', () => {
    const { reader, budget } = setUp();
    deliver(reader, frame(Buffer.alloc(200_000)).subarray(0, 1000), () => 1000);
    expect(budget.usedBytes).toBe(200_000);
    reader.close();
    expect(budget.usedBytes).toBe(0);
  });
});

describe('MemoryBudget', () => {
  it('serves those who wait first come first served, and forgets who gave up', () => {
    const budget = new MemoryBudget(100);
    const granted: string[] = [];
    budget.reserve(100);
    budget.whenReserved(60, () => granted.push('a'));
    const giveUp = budget.whenReserved(10, () => granted.push('b'));
    budget.whenReserved(60, () => granted.push('c'));
    expect(budget.tryReserve(1)).toBe(false);
    giveUp();
    budget.release(100);
    expect(granted).toEqual(['a', 'c']);
    expect(budget.usedBytes).toBe(120);
  });
});

describe('FramePool', () => {
  it('recycles large buffers by size class within its bound', () => {
    const pool = new FramePool(256 * 1024);
    const buffer = pool.take(100_000);
    expect(buffer.length).toBe(128 * 1024);
    pool.giveBack(buffer);
    expect(pool.idleBytes).toBe(128 * 1024);
    expect(pool.take(120_000)).toBe(buffer);
    expect(pool.idleBytes).toBe(0);
    for (let i = 0; i < 5; i++) pool.giveBack(Buffer.alloc(128 * 1024));
    expect(pool.idleBytes).toBe(256 * 1024);
  });
});
