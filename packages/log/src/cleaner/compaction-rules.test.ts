/** What the cleaner must keep and may drop, and when: tombstones, transactions, producers, lags, retention. Time is virtual. */
import { simulatedPlatform } from '@zurau/platform';
import {
  attributesHasDeleteHorizon,
  batchAttributes,
  batchBaseOffset,
  batchBaseTimestamp,
  batchLastSequence,
  batchRecordCount,
  encodeControlBatch,
  encodeRecordBatch,
} from '@zurau/protocol';
import type { RecordBatchOptions, RecordInput } from '@zurau/protocol';
import { describe, expect, it } from 'vitest';
import { segmentFileName } from '../file-names.ts';
import { asLeader, bytesOf } from '../fixtures/batches.ts';
import { compactedConfig, readBatches, readRecords, shown } from '../fixtures/compaction.ts';
import type { LogConfig } from '../log-config.ts';
import { LogManager } from '../log-manager.ts';
import { silentLogger } from '../logger.ts';
import type { LogLogger } from '../logger.ts';
import type { PartitionLog } from '../partition-log.ts';
import { defaultCleanerSettings } from './cleaner-settings.ts';
import type { CleanerSettings } from './cleaner-settings.ts';

const HOUR_MS = 3_600_000;

class World {
  readonly host = simulatedPlatform(1);
  readonly errors: string[] = [];
  manager!: LogManager;
  log!: PartitionLog;
  settings: CleanerSettings = { ...defaultCleanerSettings, backoffMs: 1e9 };

  static async open(config: Partial<LogConfig> = {}): Promise<World> {
    const world = new World();
    await world.start(compactedConfig({ deleteRetentionMs: HOUR_MS, ...config }));
    return world;
  }

  async start(config: LogConfig): Promise<void> {
    const logger: LogLogger = { ...silentLogger, error: (_, message) => this.errors.push(message) };
    this.manager = new LogManager({
      platform: this.host,
      dirs: ['/data'],
      logger,
      defaultConfig: config,
      cleaner: () => this.settings,
      retentionCheckIntervalMs: 1e9,
    });
    await this.settle(this.manager.start());
    this.log = this.manager.getOrCreate('t', 0, config);
    await this.commit();
  }

  async restart(): Promise<void> {
    const { config } = this.log;
    await this.settle(this.manager.close());
    await this.start(config);
  }

  get nowMs(): number {
    return this.host.clock.now();
  }

  settle<T>(promise: Promise<T>): Promise<T> {
    return this.host.simulation.runUntilSettled(promise, 24 * HOUR_MS);
  }

  wait(durationMs: number): Promise<void> {
    return this.host.simulation.runFor(durationMs);
  }

  async commit(): Promise<void> {
    await this.settle(this.log.flush());
    this.log.setHighWatermark(this.log.logEndOffset);
  }

  put(key: string, value: string | null, options: RecordBatchOptions = {}): Promise<number> {
    return this.append([{ timestamp: this.nowMs, key, value }], options);
  }

  async append(records: readonly RecordInput[], options: RecordBatchOptions = {}): Promise<number> {
    const { lastOffset } = this.log.append(encodeRecordBatch(records, options), asLeader);
    await this.commit();
    return lastOffset;
  }

  async endTransaction(type: 'commit' | 'abort', producerId: number): Promise<number> {
    const marker = encodeControlBatch({
      type,
      producerId,
      producerEpoch: 0,
      coordinatorEpoch: 1,
      timestamp: this.nowMs,
    });
    const { lastOffset } = this.log.append(marker, { leaderEpoch: 0, origin: 'coordinator' });
    await this.commit();
    return lastOffset;
  }

  /** Fills the active segment with something that is not looked at here. */
  async roll(): Promise<void> {
    const count = this.log.segmentCount;
    while (this.log.segmentCount === count) await this.put('filler', 'x'.repeat(300));
  }

  /** Everything so far is in the cleanable part of the log. */
  async compact(): Promise<void> {
    await this.roll();
    await this.settle(this.manager.compact());
  }

  async shown(): Promise<string[]> {
    const records = await this.settle(readRecords(this.log));
    return records.map(shown).filter((record) => !record.startsWith('filler'));
  }

  async batchAt(offset: number) {
    const batches = await this.settle(readBatches(this.log));
    return batches.find((batch) => batchBaseOffset(batch, 0) === offset);
  }
}

const transactional = (producerId: number, baseSequence: number): RecordBatchOptions => ({
  producerId,
  producerEpoch: 0,
  baseSequence,
  transactional: true,
});

describe('a cleaned segment', () => {
  it('is as old as what was in it: Kafka goes by that where no record is left', async () => {
    const world = await World.open();
    await world.put('a', '1');
    await world.roll();
    const writtenMs = world.nowMs;
    await world.wait(HOUR_MS);
    const path = `${world.log.directory}/${segmentFileName(0, 'log')}`;
    const { sizeBytes } = world.host.disk.statSync(path)!;
    await world.compact();
    const cleaned = world.host.disk.statSync(path)!;
    expect(cleaned.sizeBytes).toBeLessThan(sizeBytes);
    expect(cleaned.modifiedMs).toBeLessThanOrEqual(writtenMs);
  });
});

describe('tombstones', () => {
  it('take their key away at once, and go when delete.retention.ms is over since they were first cleaned', async () => {
    const world = await World.open();
    await world.put('a', '1');
    await world.append([
      { timestamp: world.nowMs, key: 'a', value: null },
      { timestamp: world.nowMs + 5, key: 'b', value: '1' },
    ]);
    await world.wait(10 * HOUR_MS);
    const cleanedMs = world.nowMs;
    await world.compact();
    expect(await world.shown()).toEqual(['a=@1', 'b=1@2']);
    const batch = (await world.batchAt(1))!;
    expect(attributesHasDeleteHorizon(batchAttributes(batch, 0))).toBe(true);
    const horizonMs = batchBaseTimestamp(batch, 0);
    expect(horizonMs - HOUR_MS).toBeGreaterThanOrEqual(cleanedMs);
    expect(horizonMs - HOUR_MS).toBeLessThanOrEqual(world.nowMs);
    const records = await world.settle(readRecords(world.log));
    expect(records[1]!.timestamp - records[0]!.timestamp).toBe(5);

    await world.wait(HOUR_MS / 2);
    await world.compact();
    expect(await world.shown()).toEqual(['a=@1', 'b=1@2']);
    expect(batchBaseTimestamp((await world.batchAt(1))!, 0)).toBe(horizonMs);

    await world.wait(HOUR_MS / 2);
    await world.compact();
    expect(await world.shown()).toEqual(['b=1@2']);
  });
});

describe('transactions', () => {
  it('that were aborted leave nothing but the marker, which goes later', async () => {
    const world = await World.open();
    await world.put('a', 'committed');
    await world.put('a', 'aborted', transactional(7, 0));
    await world.put('b', 'aborted', transactional(7, 1));
    const marker = await world.endTransaction('abort', 7);
    await world.compact();
    expect(await world.shown()).toEqual(['a=committed@0']);
    // The last batch of a producer that is known carries its sequence.
    expect(await world.batchAt(1)).toBeUndefined();
    const last = (await world.batchAt(2))!;
    expect([batchRecordCount(last, 0), batchLastSequence(last, 0)]).toEqual([0, 1]);
    expect(batchRecordCount((await world.batchAt(marker))!, 0)).toBe(1);
    const read = world.log.read(0, { maxBytes: 1e6, upToOffset: 1e6, minOneBatch: true });
    expect(read.abortedTransactions()).toMatchObject([
      { producerId: 7, firstOffset: 1, lastOffset: 3 },
    ]);
    read.release();

    // Another write of the producer, and the batch has done its duty; then the marker gets its horizon.
    await world.put('c', '1', transactional(7, 2));
    await world.endTransaction('commit', 7);
    await world.compact();
    await world.compact();
    expect(await world.batchAt(2)).toBeUndefined();
    expect(await world.batchAt(marker)).toBeDefined();
    await world.wait(HOUR_MS);
    await world.compact();
    expect(await world.batchAt(marker)).toBeUndefined();
    expect(await world.shown()).toEqual(['a=committed@0', expect.stringMatching(/^c=1@/)]);
    const again = world.log.read(0, { maxBytes: 1e6, upToOffset: 1e6, minOneBatch: true });
    expect(again.abortedTransactions()).toEqual([]);
    again.release();
  });

  it('that were committed replace what they replace, and keep their marker as long as a record of theirs is left', async () => {
    const world = await World.open({ deleteRetentionMs: 0 });
    await world.put('a', 'old');
    await world.put('a', 'new', transactional(7, 0));
    const marker = await world.endTransaction('commit', 7);
    for (let i = 0; i < 3; i++) {
      await world.compact();
      await world.wait(1000);
    }
    expect(await world.shown()).toEqual(['a=new@1']);
    expect(await world.batchAt(marker)).toBeDefined();
  });

  it('that are open keep the cleaner out', async () => {
    const world = await World.open();
    await world.put('a', '1');
    await world.put('a', '2');
    await world.roll();
    const openAt = world.log.logEndOffset;
    await world.put('a', 'undecided', transactional(7, 0));
    await world.put('b', '1');
    await world.put('b', '2');
    await world.roll();
    await world.compact();
    expect(world.manager.cleanOffset(world.log)).toBeLessThanOrEqual(openAt);
    expect(await world.shown()).toEqual([
      'a=2@1',
      `a=undecided@${openAt}`,
      `b=1@${openAt + 1}`,
      `b=2@${openAt + 2}`,
    ]);
  });
});

describe('idempotent producers', () => {
  it('go on after their records were compacted away and the broker restarted without snapshots', async () => {
    const world = await World.open();
    const producer = { producerId: 9, producerEpoch: 0 };
    await world.put('a', '1', { ...producer, baseSequence: 0 });
    await world.put('a', '2', { ...producer, baseSequence: 1 });
    await world.put('a', '3');
    await world.compact();
    expect(await world.shown()).toEqual(['a=3@2']);
    const kept = (await world.batchAt(1))!;
    expect([batchRecordCount(kept, 0), batchLastSequence(kept, 0)]).toEqual([0, 1]);
    for (const { name } of world.host.disk.readDirSync('/data/t-0')) {
      if (name.endsWith('.snapshot')) world.host.disk.removeFileSync(`/data/t-0/${name}`);
    }
    await world.restart();
    await expect(world.put('a', 'gap', { ...producer, baseSequence: 3 })).rejects.toThrow(
      /sequence/,
    );
    await world.put('a', '4', { ...producer, baseSequence: 2 });
  });
});

describe('the cleaner waits', () => {
  it('for min.compaction.lag.ms', async () => {
    const world = await World.open({ minCompactionLagMs: HOUR_MS });
    await world.put('a', '1');
    await world.put('a', '2');
    await world.compact();
    expect(await world.shown()).toEqual(['a=1@0', 'a=2@1']);
    await world.wait(HOUR_MS + 1000);
    await world.compact();
    expect(await world.shown()).toEqual(['a=2@1']);
  });

  it('for the dirty ratio, but not longer than max.compaction.lag.ms', async () => {
    const world = await World.open({ minCleanableDirtyRatio: 1, maxCompactionLagMs: HOUR_MS });
    await world.put('a', '1');
    await world.put('a', '2');
    await world.compact();
    expect(await world.shown()).toEqual(['a=1@0', 'a=2@1']);
    await world.wait(HOUR_MS + 1000);
    await world.settle(world.manager.compact());
    expect(await world.shown()).toEqual(['a=2@1']);
  });

  it('for the high watermark', async () => {
    const world = await World.open();
    await world.put('a', '1');
    await world.put('a', '2');
    await world.roll();
    world.log.setHighWatermark(1);
    await world.settle(world.manager.compact());
    expect(await world.shown()).toEqual(['a=1@0', 'a=2@1']);
  });

  it('and takes no more of the disk than log.cleaner.io.max.bytes.per.second', async () => {
    const world = await World.open({ segmentBytes: 20_000 });
    for (let i = 0; i < 200; i++) await world.put(`k${i}`, 'v'.repeat(400));
    const sizeBytes = world.log.sizeBytes;
    world.settings = { ...world.settings, ioBytesPerSecondMax: 10_000 };
    const startedMs = world.host.clock.monotonicMs();
    await world.settle(world.manager.compact());
    const seconds = (world.host.clock.monotonicMs() - startedMs) / 1000;
    // Read twice and written once, but for the active segment.
    expect(seconds).toBeGreaterThan((2 * sizeBytes) / 10_000);
    expect(seconds).toBeLessThan((3.2 * sizeBytes) / 10_000);
  });

  it('until its time comes: every log.cleaner.backoff.ms, the dirtiest log first', async () => {
    const world = await World.open();
    await world.put('a', '1');
    await world.put('a', '2');
    await world.roll();
    world.settings = { ...world.settings, backoffMs: 5000 };
    await world.restart();
    await world.wait(4000);
    expect(await world.shown()).toEqual(['a=1@0', 'a=2@1']);
    await world.wait(2000);
    expect(await world.shown()).toEqual(['a=2@1']);
  });
});

describe('cleanup.policy=compact,delete', () => {
  it('deletes what is past retention and compacts the rest', async () => {
    const world = await World.open({
      cleanupPolicy: { compact: true, delete: true },
      retentionMs: HOUR_MS,
    });
    await world.put('old', '1');
    await world.roll();
    await world.wait(HOUR_MS * 2);
    await world.put('a', '1');
    await world.put('a', '2');
    await world.compact();
    const offset = world.log.logStartOffset;
    expect(offset).toBeGreaterThan(0);
    expect((await world.shown()).map((record) => record.replace(/@.*/, ''))).toEqual(['a=2']);
    // The broker's own retention leaves such logs to the cleaner.
    await world.wait(HOUR_MS * 2);
    await world.put('b', '1');
    world.manager.applyRetention();
    expect(world.log.logStartOffset).toBe(offset);
  });
});

describe('a log that is in use', () => {
  it('is read to the end by whoever began before the compaction', async () => {
    const world = await World.open({ fileDeleteDelayMs: 10 });
    for (let i = 0; i < 40; i++) await world.put('a', `${i}`.repeat(50));
    await world.restart();
    const before = await world.settle(readBatches(world.log));
    const read = world.log.read(0, { maxBytes: 1e6, upToOffset: 1e6, minOneBatch: true });
    await world.compact();
    await world.wait(1000);
    const bytes = await world.settle(bytesOf(read));
    expect(bytes.length).toBeGreaterThan(1000);
    expect(Buffer.concat(before).subarray(0, bytes.length).equals(bytes)).toBe(true);
    expect(await world.shown()).toEqual([expect.stringMatching(/^a=39/)]);
  });

  it('gives a cleaning up when it is cut, and loses nothing', async () => {
    const world = await World.open();
    for (let i = 0; i < 60; i++) await world.put(`k${i % 7}`, 'v'.repeat(100));
    const compacting = world.manager.compact();
    await world.wait(0.5);
    const cutting = world.log.truncateTo(30);
    await world.settle(Promise.all([compacting, cutting]));
    expect(world.log.logEndOffset).toBe(30);
    expect(world.errors).toEqual([]);
    const keys = (await world.shown()).map((record) => record.slice(0, 2));
    expect(new Set(keys).size).toBe(7);
    for (let i = 30; i < 60; i++) await world.put(`k${i % 7}`, 'w');
    await world.compact();
    expect(await world.shown()).toHaveLength(7);
  });

  it('can be deleted in the middle of it', async () => {
    const world = await World.open();
    for (let i = 0; i < 60; i++) await world.put(`k${i % 7}`, 'v'.repeat(100));
    const compacting = world.manager.compact();
    await world.wait(0.5);
    world.manager.remove('t', 0);
    await world.settle(compacting);
    expect(world.errors).toEqual([]);
    expect(world.manager.get('t', 0)).toBeUndefined();
  });
});

describe('a log that is damaged', () => {
  it('is set aside, its damage kept as it is, and others are cleaned', async () => {
    const world = await World.open();
    const other = world.manager.getOrCreate('other', 0, world.log.config);
    await world.put('a', '1');
    await world.put('a', '2');
    await world.compact();
    await world.put('a', '3');
    await world.roll();
    const { log } = world;
    world.host.disk.flipBit('/data/t-0/00000000000000000000.log', 65, 1);
    world.log = other;
    await world.put('a', '1');
    await world.put('a', '2');
    await world.compact();
    expect(world.errors).toEqual(['the log cannot be compacted, it is left alone']);
    expect(await world.shown()).toEqual(['a=2@1']);
    await expect(world.settle(readRecords(log))).rejects.toThrow(/corrupt/);
    world.host.disk.flipBit('/data/t-0/00000000000000000000.log', 65, 1);
    expect((await world.settle(readRecords(log))).map(shown)).toContain('a=2@1');
  });
});
