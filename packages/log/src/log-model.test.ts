/**
 * A log on a simulated disk against a list of batches, under random operations: append, read, roll, truncate, retain, disk faults, kill,
 * power loss, reopen. `ZURAU_LOG_SEEDS` (a count) and `ZURAU_LOG_SEED` (one seed, to reproduce) come from the environment.
 */
import { batchBaseOffset, batchSizeBytes } from '@zurau/protocol';
import { simulatedPlatform } from '@zurau/platform';
import type { SimulatedHost } from '@zurau/platform';
import { describe, expect, it } from 'vitest';
import { batchOf, bytesOf, configOf } from './fixtures/batches.ts';
import { LogError } from './log-error.ts';
import { LogManager } from './log-manager.ts';
import { silentLogger } from './logger.ts';
import type { PartitionLog } from './partition-log.ts';

const SEED_COUNT = Number(process.env['ZURAU_LOG_SEEDS'] ?? 25);
const ONE_SEED = process.env['ZURAU_LOG_SEED'];
const STEPS = 120;
const PATIENCE_MS = 10 * 60_000;

interface ModelBatch {
  readonly baseOffset: number;
  readonly nextOffset: number;
  readonly timestamp: number;
  readonly bytes: Buffer;
}

interface ModelProducer {
  epoch: number;
  nextSequence: number;
  last: { bytes: Buffer; firstOffset: number; lastOffset: number } | undefined;
}

class LogModel {
  readonly host: SimulatedHost;
  readonly steps: string[] = [];
  /** All there is, and what retention took before: it may come back after a power loss. */
  batches: ModelBatch[] = [];
  /** Batches that were cut off. */
  ghosts: ModelBatch[] = [];
  flushedOffset = 0;
  startOffsetMin = 0;
  timestamp = 1000;
  producer: ModelProducer = { epoch: 0, nextSequence: 0, last: undefined };
  manager!: LogManager;
  log!: PartitionLog;

  constructor(seed: number) {
    this.host = simulatedPlatform(seed);
  }

  get random() {
    return this.host.simulation.random;
  }

  settle<T>(promise: Promise<T>): Promise<T> {
    return this.host.simulation.runUntilSettled(promise, PATIENCE_MS);
  }

  config() {
    return configOf({
      segmentBytes: 4096 + this.random.int(60_000),
      indexIntervalBytes: this.random.int(3) * 400,
      segmentIndexBytes: 8 * (4 + this.random.int(60)),
      flushMessages: this.random.int(5) === 0 ? 1 + this.random.int(20) : Number.MAX_SAFE_INTEGER,
      retentionBytes: 100_000,
      maxMessageBytes: 200_000,
      retentionMs: -1,
    });
  }

  async open(): Promise<void> {
    this.manager = new LogManager({
      platform: this.host,
      dirs: ['/data'],
      logger: silentLogger,
      defaultConfig: this.config(),
      tailCacheLogBytes: 64 * 1024 * (1 + this.random.int(4)),
    });
    await this.settle(this.manager.start());
    this.log = this.manager.getOrCreate('t', 0, this.config());
  }

  get endOffset(): number {
    return this.batches[this.batches.length - 1]?.nextOffset ?? this.startOffsetMin;
  }

  append(): void {
    const { random } = this;
    const idempotent = random.int(3) === 0;
    const large = random.int(20) === 0;
    this.timestamp += random.int(7) - 2;
    const count = 1 + random.int(large ? 2 : 12);
    const batch = batchOf({
      count,
      valueBytes: large ? 40_000 + random.int(60_000) / 2 : random.int(300),
      timestamp: this.timestamp,
      ...(idempotent
        ? {
            producerId: 7,
            producerEpoch: this.producer.epoch,
            baseSequence: this.producer.nextSequence,
          }
        : {}),
    });
    if (batch.length > this.log.config.segmentBytes) return;
    const options = { leaderEpoch: 0, origin: 'client', ownsBuffer: random.int(2) === 0 } as const;
    const result = this.log.append(Buffer.from(batch), options);
    expect(result.firstOffset).toBe(this.endOffset);
    if (idempotent) {
      this.producer.nextSequence += count;
      this.producer.last = {
        bytes: Buffer.from(batch),
        firstOffset: result.firstOffset,
        lastOffset: result.lastOffset,
      };
    }
    batch.writeBigInt64BE(BigInt(result.firstOffset), 0);
    batch.writeInt32BE(0, 12);
    const nextOffset = result.lastOffset + 1;
    this.batches.push({
      baseOffset: result.firstOffset,
      nextOffset,
      timestamp: this.timestamp + count - 1,
      bytes: batch,
    });
  }

  /** A batch sent again is answered with its first offsets; one that skips a sequence is refused. */
  resend(): void {
    const { last } = this.producer;
    if (last === undefined) return;
    const again = this.log.append(Buffer.from(last.bytes), { leaderEpoch: 0, origin: 'client' });
    expect(again).toMatchObject({
      duplicate: true,
      firstOffset: last.firstOffset,
      lastOffset: last.lastOffset,
    });
    const gap = batchOf({
      producerId: 7,
      producerEpoch: this.producer.epoch,
      baseSequence: this.producer.nextSequence + 1,
    });
    expect(() => this.log.append(gap, { leaderEpoch: 0, origin: 'client' })).toThrow(LogError);
  }

  async read(
    offset: number,
    maxBytes: number,
    minOneBatch: boolean,
    upToOffset: number,
  ): Promise<void> {
    const limit = Math.min(upToOffset, this.log.writtenOffset);
    const read = this.log.read(offset, { maxBytes, upToOffset, minOneBatch });
    const aborted = read.abortedTransactions();
    const bytes = await this.settle(
      new Promise<Buffer>((resolve, reject) =>
        read.load((error, buffers) => (error ? reject(error) : resolve(Buffer.concat(buffers)))),
      ),
    );
    read.release();
    expect(aborted).toEqual([]);
    expect(bytes.length).toBeLessThanOrEqual(read.sizeBytes);
    let index = this.batches.findIndex((batch) => batch.nextOffset > offset);
    let at = 0;
    while (at < bytes.length) {
      const expected = this.batches[index++]!;
      expect(expected.nextOffset).toBeLessThanOrEqual(limit);
      expect(bytes.subarray(at, at + expected.bytes.length).equals(expected.bytes)).toBe(true);
      at += expected.bytes.length;
    }
    if (bytes.length > maxBytes)
      expect(minOneBatch && bytes.length === batchSizeBytes(bytes, 0)).toBe(true);
    const first = this.batches.find((batch) => batch.nextOffset > offset);
    const fits = first !== undefined && (minOneBatch || first.bytes.length <= maxBytes);
    if (fits && maxBytes > 0 && first.nextOffset <= limit) expect(bytes.length).toBeGreaterThan(0);
    if (bytes.length > 0) expect(batchBaseOffset(bytes, 0)).toBe(first!.baseOffset);
  }

  async readSomewhere(): Promise<void> {
    const { log, random } = this;
    const offset = log.logStartOffset + random.int(log.logEndOffset - log.logStartOffset + 1);
    const upTo = random.int(2) === 0 ? Number.MAX_SAFE_INTEGER : offset + random.int(50);
    await this.read(
      offset,
      random.int(3) === 0 ? 1e6 : random.int(5000),
      random.int(2) === 0,
      upTo,
    );
    const timestamp = this.timestamp - random.int(40);
    const found = log.offsetForTimestamp(timestamp);
    const expected = this.batches.find(
      (batch) =>
        batch.timestamp >= timestamp &&
        batch.nextOffset > log.logStartOffset &&
        batch.nextOffset <= log.writtenOffset,
    );
    if (expected === undefined) expect(found).toBeUndefined();
    else {
      expect(found!.timestamp).toBeGreaterThanOrEqual(timestamp);
      expect(found!.offset).toBeGreaterThanOrEqual(
        Math.max(expected.baseOffset, log.logStartOffset),
      );
      expect(found!.offset).toBeLessThan(expected.nextOffset);
    }
  }

  async readAll(): Promise<void> {
    let offset = this.log.logStartOffset;
    while (offset < this.log.writtenOffset) {
      const read = this.log.read(offset, {
        maxBytes: 10_000,
        upToOffset: Number.MAX_SAFE_INTEGER,
        minOneBatch: true,
      });
      read.release();
      await this.read(offset, 10_000, true, Number.MAX_SAFE_INTEGER);
      const index = this.batches.findIndex((batch) => batch.nextOffset > offset);
      offset = this.batches[index]!.nextOffset;
    }
  }

  /** The log lost its end: the model follows, and its producer starts anew as a restarted one would. */
  endAt(offset: number): void {
    this.ghosts.push(...this.batches.filter((batch) => batch.nextOffset > offset));
    this.batches = this.batches.filter((batch) => batch.nextOffset <= offset);
    this.flushedOffset = Math.min(this.flushedOffset, offset);
    this.producer = { epoch: this.producer.epoch + 1, nextSequence: 0, last: undefined };
  }

  /** After a restart: at least `atLeast` is there, nothing that was not appended, and all of it reads back. */
  async reopened(atLeast: number): Promise<void> {
    await this.open();
    const end = this.log.logEndOffset;
    expect(end).toBeGreaterThanOrEqual(atLeast);
    await this.adoptGhosts(atLeast);
    if (end < this.endOffset) this.endAt(end);
    expect(this.endOffset).toBe(end);
    await this.readAll();
    this.log.setHighWatermark(end);
  }

  /**
   * Behind what was synced, a power failure may bring back records that were appended once and then cut off, in place
   * of those appended after the cut. Each batch must still be one that was appended at this very offset.
   */
  async adoptGhosts(syncedOffset: number): Promise<void> {
    let offset = Math.max(this.log.logStartOffset, syncedOffset);
    const index = this.batches.findIndex((batch) => batch.nextOffset > offset);
    if (index >= 0) offset = Math.max(this.log.logStartOffset, this.batches[index]!.baseOffset);
    const kept = index < 0 ? this.batches : this.batches.slice(0, index);
    const appended = [...this.batches, ...this.ghosts];
    while (offset < this.log.logEndOffset) {
      const bytes = await this.settle(
        bytesOf(
          this.log.read(offset, {
            maxBytes: 1,
            upToOffset: Number.MAX_SAFE_INTEGER,
            minOneBatch: true,
          }),
        ),
      );
      const batch = appended.find((candidate) => candidate.bytes.equals(bytes));
      expect(batch).toBeDefined();
      if (!kept.includes(batch!)) kept.push(batch!);
      offset = batch!.nextOffset;
    }
    if (kept.length !== this.batches.length || kept.some((batch, i) => batch !== this.batches[i])) {
      this.ghosts.push(...this.batches.filter((batch) => !kept.includes(batch)));
      this.batches = kept;
      this.producer = { epoch: this.producer.epoch + 1, nextSequence: 0, last: undefined };
    }
  }

  async step(): Promise<void> {
    const { host, log, random } = this;
    const choice = random.int(100);
    if (choice < 45) {
      for (let i = random.int(8); i >= 0; i--) this.append();
    } else if (choice < 55) {
      await host.simulation.runFor(random.int(20));
    } else if (choice < 75) {
      await this.readSomewhere();
    } else if (choice < 80) {
      this.resend();
    } else if (choice < 85) {
      const end = log.logEndOffset;
      await this.settle(log.flush());
      this.flushedOffset = Math.max(this.flushedOffset, end);
      expect(log.recoveryPoint).toBeGreaterThanOrEqual(end);
    } else if (choice < 88) {
      log.setHighWatermark(log.writtenOffset);
      if (random.int(2) === 0)
        log.deleteRecordsBefore(
          log.logStartOffset + random.int(log.highWatermark - log.logStartOffset + 1),
        );
      log.applyRetention();
    } else if (choice < 90) {
      const offset = log.logStartOffset + random.int(log.logEndOffset - log.logStartOffset + 1);
      await this.settle(log.truncateTo(offset));
      expect(log.logEndOffset).toBeLessThanOrEqual(Math.max(offset, log.logStartOffset));
      if (log.logEndOffset < this.endOffset) this.endAt(log.logEndOffset);
      if (this.batches.length === 0) this.startOffsetMin = log.logEndOffset;
    } else if (choice < 91) {
      const offset = random.int(1000);
      await this.settle(log.truncateFullyAndStartAt(offset));
      this.endAt(-1);
      this.startOffsetMin = offset;
      this.flushedOffset = offset;
    } else if (choice < 93) {
      const stop = host.disk.faults.inject({
        operation: 'write',
        code: 'NO_SPACE',
        path: /\.log$/,
        times: 1,
      });
      this.append();
      await host.simulation.runFor(50);
      stop();
      await host.simulation.runFor(50);
      if (log.logEndOffset < this.endOffset) this.endAt(log.logEndOffset);
    } else if (choice < 95) {
      await this.settle(this.manager.close());
      await this.reopened(this.endOffset);
    } else if (choice < 98) {
      const { writtenOffset } = log;
      host.kill();
      await this.reopened(writtenOffset);
    } else {
      const synced = log.config.flushMessages === 1 ? log.writtenOffset : this.flushedOffset;
      host.crash();
      host.powerOn();
      await this.reopened(Math.max(synced, this.flushedOffset));
    }
    this.steps.push(`${choice}: end ${this.log.logEndOffset}, written ${this.log.writtenOffset}`);
    expect(this.log.logEndOffset).toBe(this.endOffset);
  }
}

async function runSeed(seed: number): Promise<void> {
  const model = new LogModel(seed);
  try {
    await model.open();
    for (let step = 0; step < STEPS; step++) await model.step();
    await model.settle(model.manager.close());
  } catch (error) {
    const trace = model.steps.slice(-12).join('\n  ');
    throw new Error(`ZURAU_LOG_SEED=${seed} fails after ${model.steps.length} steps:\n  ${trace}`, {
      cause: error,
    });
  }
}

describe('a log behaves like a list of batches', () => {
  it(`under random operations, faults and restarts`, { timeout: 600_000 }, async () => {
    if (ONE_SEED !== undefined) return runSeed(Number(ONE_SEED));
    for (let seed = 1; seed <= SEED_COUNT; seed++) await runSeed(seed);
  });
});
