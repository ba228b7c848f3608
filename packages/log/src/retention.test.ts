import { simulatedPlatform } from '@zurau/platform';
import { describe, expect, it } from 'vitest';
import { asLeader, batchOf, bytesOf, configOf, startManager } from './fixtures/batches.ts';
import type { LogConfig } from './log-config.ts';
import { LogError } from './log-error.ts';
import type { PartitionLog } from './partition-log.ts';

const everything = { maxBytes: 1e9, upToOffset: Number.MAX_SAFE_INTEGER, minOneBatch: true };

async function filled(config: Partial<LogConfig>, batches = 50) {
  const host = simulatedPlatform(5);
  const settle = <T>(promise: Promise<T>): Promise<T> => host.simulation.runUntilSettled(promise);
  const manager = await settle(startManager({ platform: host, tailCacheLogBytes: 1 }));
  const log = manager.getOrCreate('t', 0, configOf({ segmentBytes: 5000, ...config }));
  for (let i = 0; i < batches; i++) {
    log.append(batchOf({ valueBytes: 900, timestamp: host.clock.now() }), asLeader);
    await host.simulation.runFor(1000);
  }
  log.setHighWatermark(log.writtenOffset);
  return { host, settle, manager, log };
}

function segmentNames(host: ReturnType<typeof simulatedPlatform>): string[] {
  const names = host.disk.readDirSync('/data/t-0').map((entry) => entry.name);
  return names.filter((name) => name.includes('.log')).sort();
}

function refusal(log: PartitionLog, offset: number): unknown {
  try {
    log.read(offset, everything);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('retention', () => {
  it('by size keeps at least what is asked for, in whole segments', async () => {
    const { log } = await filled({ retentionBytes: 12_000 });
    const before = log.sizeBytes;
    expect(log.applyRetention()).toBeGreaterThan(3);
    expect(log.sizeBytes).toBeGreaterThanOrEqual(12_000);
    expect(log.sizeBytes).toBeLessThan(Math.min(before, 12_000 + 5000));
    expect(refusal(log, 0)).toBeInstanceOf(LogError);
    expect(log.applyRetention()).toBe(0);
  });

  it('by time takes the active segment too, and begins another', async () => {
    const { log, host } = await filled({ retentionMs: 20_000 });
    log.applyRetention();
    expect(log.logStartOffset).toBeGreaterThan(20);
    expect(log.logStartOffset).toBeLessThan(35);
    await host.simulation.runFor(60_000);
    log.applyRetention();
    expect([log.logStartOffset, log.logEndOffset, log.sizeBytes]).toEqual([50, 50, 0]);
    expect(log.append(batchOf(), asLeader).firstOffset).toBe(50);
  });

  it('never goes beyond the high watermark', async () => {
    const { log } = await filled({ retentionBytes: 0 });
    log.setHighWatermark(12);
    log.applyRetention();
    expect(log.logStartOffset).toBeLessThanOrEqual(12);
  });

  it('deletes by log start offset only on a compacted topic', async () => {
    const { log } = await filled({
      cleanupPolicy: { delete: false, compact: true },
      retentionMs: 1,
      retentionBytes: 1,
    });
    expect(log.applyRetention()).toBe(0);
    log.deleteRecordsBefore(22);
    expect(log.applyRetention()).toBe(4);
    expect(log.logStartOffset).toBe(22);
    expect(() => log.deleteRecordsBefore(51)).toThrow(LogError);
  });

  it('renames segments, removes them later, and does not cut a reader off', async () => {
    const { log, host, settle } = await filled({ retentionBytes: 12_000, fileDeleteDelayMs: 5000 });
    const read = log.read(0, everything);
    const count = log.applyRetention();
    expect(segmentNames(host).filter((name) => name.endsWith('.deleted'))).toHaveLength(count);
    await host.simulation.runFor(10_000);
    expect(segmentNames(host).filter((name) => name.endsWith('.deleted'))).toEqual([]);
    const bytes = await settle(bytesOf(read));
    expect(bytes.length).toBeGreaterThan(4000);
    expect(bytes.readBigInt64BE(0)).toBe(0n);
  });
});

describe('retention of a compacted log', () => {
  it("is the cleaner's, and without one nobody's", async () => {
    for (const cleanupPolicy of [
      { compact: true, delete: true },
      { compact: false, delete: true },
    ]) {
      const host = simulatedPlatform(6);
      const settle = <T>(promise: Promise<T>): Promise<T> =>
        host.simulation.runUntilSettled(promise);
      const manager = await settle(startManager({ platform: host, cleaner: null }));
      const config = configOf({ segmentBytes: 5000, retentionBytes: 5000, cleanupPolicy });
      const log = manager.getOrCreate('t', 0, config);
      for (let i = 0; i < 30; i++) log.append(batchOf({ valueBytes: 900 }), asLeader);
      await settle(log.flush());
      log.setHighWatermark(log.logEndOffset);
      manager.applyRetention();
      expect(log.logStartOffset > 0).toBe(!cleanupPolicy.compact);
    }
  });
});

describe('a segment rolls', () => {
  it('when its first record is older than segment.ms', async () => {
    const { log } = await filled({ segmentBytes: 1e6, segmentMs: 10_000 }, 30);
    expect(log.segmentCount).toBe(3);
  });

  it('when its index is full', async () => {
    const { log } = await filled(
      { segmentBytes: 1e6, indexIntervalBytes: 0, segmentIndexBytes: 60 },
      30,
    );
    expect(log.segmentCount).toBeGreaterThan(5);
  });

  it('when an offset does not fit into 31 bits', async () => {
    const { manager } = await filled({}, 1);
    const far = manager.getOrCreate('far', 0, configOf());
    far.appendAsFollower(batchOf());
    far.appendAsFollower(batchOf({ baseOffset: 2 ** 31 }));
    expect([far.segmentCount, far.logEndOffset]).toEqual([2, 2 ** 31 + 1]);
  });
});
