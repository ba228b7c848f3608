/**
 * A compacted log on a simulated disk against a map, under random operations: append, transactions, compaction beside them, truncation,
 * disk faults, kill, power loss. `ZURAU_LOG_SEEDS` (a count) and `ZURAU_LOG_SEED` (one seed, to reproduce) come from the environment.
 *
 * What must hold at all times, for a reader of committed data: every record is one that was written at that offset, offsets ascend, the last record of
 * each key is there (a tombstone may be gone if its time is over, but then so is the whole key), and nothing of an aborted transaction is.
 */
import { simulatedPlatform } from '@zurau/platform';
import type { SimulatedHost } from '@zurau/platform';
import {
  attributesIsControl,
  attributesIsTransactional,
  batchAttributes,
  batchBaseOffset,
  batchLastOffset,
  batchPositions,
  batchProducerId,
  decodeControlRecord,
  decodeRecords,
  encodeControlBatch,
  encodeRecordBatch,
} from '@zurau/protocol';
import type { CompressionCodec, RecordBatchOptions } from '@zurau/protocol';
import { describe, expect, it } from 'vitest';
import { asLeader, bytesOf } from '../fixtures/batches.ts';
import { compactedConfig } from '../fixtures/compaction.ts';
import { LogManager } from '../log-manager.ts';
import { silentLogger } from '../logger.ts';
import type { PartitionLog } from '../partition-log.ts';
import type { AbortedTransaction } from '../transaction-index.ts';
import { defaultCleanerSettings } from './cleaner-settings.ts';

const SEED_COUNT = Number(process.env['ZURAU_LOG_SEEDS'] ?? 25);
const ONE_SEED = process.env['ZURAU_LOG_SEED'];
const STEPS = 60;
const CODECS: CompressionCodec[] = ['none', 'none', 'snappy', 'lz4'];

interface Written {
  readonly key: string;
  readonly value: string | null;
  /** Of the transaction that it belongs to; aborted ones never count. */
  readonly transaction: { isAborted: boolean } | undefined;
}

class CompactionModel {
  readonly host: SimulatedHost;
  readonly steps: string[] = [];
  /** Of the process that runs now. */
  errors: unknown[] = [];
  written = new Map<number, Written>();
  flushedOffset = 0;
  sequence = 0;
  nextProducerId = 1000;
  /** Nothing that can be checked is left. */
  isOver = false;
  producerEpoch = 0;
  keepsTombstones: boolean;
  manager!: LogManager;
  log!: PartitionLog;
  #compacting: Promise<void> = Promise.resolve();

  constructor(seed: number) {
    this.host = simulatedPlatform(seed);
    this.keepsTombstones = this.random.int(2) === 0;
  }

  get random() {
    return this.host.simulation.random;
  }

  settle<T>(promise: Promise<T>): Promise<T> {
    return this.host.simulation.runUntilSettled(promise, 600_000);
  }

  async open(): Promise<void> {
    const { random } = this;
    const config = compactedConfig({
      segmentBytes: 700 + random.int(4000),
      indexIntervalBytes: random.int(400),
      deleteRetentionMs: this.keepsTombstones ? 1e9 : random.int(2) * 5,
      fileDeleteDelayMs: random.int(20),
      minCleanableDirtyRatio: random.float() / 2,
    });
    const dedupeBufferBytes = random.int(3) === 0 ? 24 * 17 : 1e6;
    const errors: unknown[] = [];
    this.errors = errors;
    this.manager = new LogManager({
      platform: this.host,
      dirs: ['/data'],
      logger: { ...silentLogger, error: (about, message) => errors.push([message, about]) },
      defaultConfig: config,
      cleaner: () => ({
        ...defaultCleanerSettings,
        threads: 1 + random.int(2),
        dedupeBufferBytes,
        backoffMs: 10 + random.int(1000),
      }),
      tailCacheLogBytes: 64 * 1024,
    });
    await this.settle(this.manager.start());
    this.log = this.manager.getOrCreate('t', 0, config);
    this.#compacting = Promise.resolve();
  }

  append(transaction: { isAborted: boolean } | undefined): void {
    const { random } = this;
    const records = Array.from({ length: 1 + random.int(5) }, () => ({
      timestamp: this.host.clock.now() - random.int(3),
      key: `key-${random.int(15)}`,
      value: random.int(5) === 0 ? null : String(random.int(1e6)).repeat(1 + random.int(12)),
    }));
    const batch = encodeRecordBatch(records, {
      ...this.producerFor(transaction),
      codec: CODECS[random.int(CODECS.length)]!,
      transactional: transaction !== undefined,
    });
    const { firstOffset } = this.log.append(batch, asLeader);
    if (transaction !== undefined) this.sequence += records.length;
    records.forEach(({ key, value }, i) => {
      this.written.set(firstOffset + i, { key, value, transaction });
    });
  }

  /** One for all transactions; others write once each, or have no id. */
  producerFor(transaction: object | undefined): RecordBatchOptions {
    const { producerEpoch, sequence } = this;
    if (transaction !== undefined) return { producerId: 6, producerEpoch, baseSequence: sequence };
    if (this.random.int(2) === 0) return {};
    return { producerId: this.nextProducerId++, producerEpoch: 0, baseSequence: 0 };
  }

  async transaction(): Promise<void> {
    const { random } = this;
    const transaction = { isAborted: random.int(2) === 0 };
    for (let i = random.int(4); i >= 0; i--) {
      this.append(transaction);
      if (random.int(3) === 0) this.append(undefined);
    }
    if (random.int(2) === 0) await this.commit();
    const marker = encodeControlBatch({
      type: transaction.isAborted ? 'abort' : 'commit',
      producerId: 6,
      producerEpoch: this.producerEpoch,
      coordinatorEpoch: 0,
      timestamp: this.host.clock.now(),
    });
    this.log.append(marker, { leaderEpoch: 0, origin: 'coordinator' });
    await this.commit();
  }

  /** All so far is durable and committed. */
  async commit(): Promise<void> {
    const { logEndOffset } = this.log;
    await this.settle(this.log.flush());
    this.flushedOffset = Math.max(this.flushedOffset, logEndOffset);
    this.log.setHighWatermark(logEndOffset);
  }

  async check(): Promise<void> {
    const { log } = this;
    const stableOffset = log.lastStableOffset;
    const found = await this.settle(this.#readCommitted(stableOffset));
    let previous = -1;
    const lastFound = new Map<string, number>();
    for (const [offset, { key, value }] of found) {
      expect(offset).toBeGreaterThan(previous);
      previous = offset;
      const { transaction, ...written } = this.written.get(offset)!;
      expect({ key, value }).toEqual(written);
      expect(transaction?.isAborted ?? false).toBe(false);
      lastFound.set(key, offset);
    }
    const last = new Map<string, number>();
    for (const [offset, { key, transaction }] of this.written) {
      if (offset < stableOffset && transaction?.isAborted !== true) last.set(key, offset);
    }
    for (const [key, offset] of last) {
      const { value } = this.written.get(offset)!;
      const mayBeGone = value === null && !this.keepsTombstones;
      if (!mayBeGone || lastFound.has(key))
        expect([key, lastFound.get(key)]).toEqual([key, offset]);
    }
    expect(this.errors).toEqual([]);
  }

  async #readCommitted(endOffset: number) {
    const found = new Map<number, { key: string; value: string | null }>();
    let offset = this.log.logStartOffset;
    while (offset < endOffset) {
      const read = this.log.read(offset, {
        maxBytes: 1 + this.random.int(3000),
        upToOffset: endOffset,
        minOneBatch: true,
      });
      const aborted = read.abortedTransactions();
      const bytes = await bytesOf(read);
      const positions = [...batchPositions(bytes)];
      if (positions.length === 0) break;
      for (const at of positions) {
        offset = batchLastOffset(bytes, at) + 1;
        for (const record of committedRecords(bytes, at, aborted)) {
          found.set(record.offset, {
            key: record.key!.toString(),
            value: record.value?.toString() ?? null,
          });
        }
      }
    }
    return found;
  }

  async reopened(atLeast: number, isPowerLoss = false): Promise<void> {
    await this.open();
    const { logEndOffset } = this.log;
    expect(logEndOffset).toBeGreaterThanOrEqual(atLeast);
    for (const offset of this.written.keys()) {
      if (offset >= logEndOffset) this.written.delete(offset);
    }
    if (isPowerLoss && this.hasHole()) {
      this.isOver = true;
      return;
    }
    this.flushedOffset = Math.min(this.flushedOffset, logEndOffset);
    // A transaction that lost its end is over: whoever takes over aborts it.
    this.producerEpoch++;
    this.sequence = 0;
    for (const { producerId, transactionFirstOffset } of [...this.log.activeProducers()]) {
      if (transactionFirstOffset < 0) continue;
      const marker = encodeControlBatch({
        type: 'abort',
        producerId,
        producerEpoch: this.producerEpoch,
        coordinatorEpoch: 0,
        timestamp: this.host.clock.now(),
      });
      this.log.append(marker, { leaderEpoch: 0, origin: 'coordinator' });
      for (const [offset, { transaction }] of this.written) {
        if (offset >= transactionFirstOffset && transaction !== undefined)
          transaction.isAborted = true;
      }
    }
    await this.commit();
    await this.check();
  }

  /**
   * Behind what was synced a power failure may leave out a segment's end and keep the next segment. In a compacted log nobody can tell
   * that from compaction, Kafka cannot either; with a marker in the hole, nothing is known of transactions any more.
   */
  hasHole(): boolean {
    const covered: [number, number][] = [];
    for (const segment of this.log.compaction.segments) {
      const scanner = segment.scanFrom(segment.baseOffset);
      while (scanner.next()) {
        const { buffer, at } = scanner;
        covered.push([batchBaseOffset(buffer, at), batchLastOffset(buffer, at)]);
      }
    }
    for (let offset = this.flushedOffset; offset < this.log.logEndOffset; offset++) {
      if (!covered.some(([from, to]) => from <= offset && offset <= to)) return true;
    }
    return false;
  }

  async step(): Promise<void> {
    const { host, log, random } = this;
    const choice = random.int(100);
    if (choice < 40) {
      for (let i = random.int(8); i >= 0; i--) this.append(undefined);
      if (random.int(2) === 0) await this.commit();
    } else if (choice < 55) {
      await this.transaction();
    } else if (choice < 65) {
      this.#compacting = this.manager.compact();
      if (random.int(2) === 0) await this.settle(this.#compacting);
    } else if (choice < 75) {
      await host.simulation.runFor(random.int(2) === 0 ? random.float() * 5 : random.int(2000));
    } else if (choice < 82) {
      await this.check();
    } else if (choice < 86) {
      // Cut what is not committed yet, as a follower would.
      const from = log.highWatermark;
      const offset = from + random.int(log.logEndOffset - from + 1);
      await this.settle(log.truncateTo(offset));
      for (const each of this.written.keys())
        if (each >= log.logEndOffset) this.written.delete(each);
      this.flushedOffset = Math.min(this.flushedOffset, log.logEndOffset);
      this.producerEpoch++;
      this.sequence = 0;
    } else if (choice < 89) {
      const stop = host.disk.faults.inject({
        operation: random.int(2) === 0 ? 'write' : 'open',
        code: 'NO_SPACE',
        path: /\.cleaned$/,
        skip: random.int(4),
        times: 1 + random.int(3),
      });
      await this.settle(this.manager.compact());
      stop();
    } else if (choice < 92) {
      await this.settle(this.manager.close());
      await this.reopened(log.logEndOffset);
    } else if (choice < 96) {
      const { writtenOffset } = log;
      host.kill();
      await this.reopened(writtenOffset);
    } else {
      host.crash();
      host.powerOn();
      await this.reopened(this.flushedOffset, true);
    }
    this.steps.push(`${choice}: end ${this.log.logEndOffset}, segments ${this.log.segmentCount}`);
  }
}

function committedRecords(bytes: Buffer, at: number, aborted: readonly AbortedTransaction[]) {
  const attributes = batchAttributes(bytes, at);
  const records = decodeRecords(bytes, at);
  if (attributesIsControl(attributes)) {
    for (const record of records) expect(decodeControlRecord(record).type).not.toBe('unknown');
    return [];
  }
  const isAborted =
    attributesIsTransactional(attributes) &&
    aborted.some(
      ({ producerId, firstOffset, lastOffset }) =>
        producerId === batchProducerId(bytes, at) &&
        batchLastOffset(bytes, at) >= firstOffset &&
        batchLastOffset(bytes, at) < lastOffset,
    );
  return isAborted ? [] : records;
}

async function runSeed(seed: number): Promise<void> {
  const model = new CompactionModel(seed);
  try {
    await model.open();
    for (let step = 0; step < STEPS; step++) {
      await model.step();
      if (model.isOver) return;
    }
    await model.commit();
    await model.settle(model.manager.compact());
    await model.check();
    await model.settle(model.manager.close());
  } catch (error) {
    const trace = model.steps.slice(-12).join('\n  ');
    throw new Error(`ZURAU_LOG_SEED=${seed} fails after ${model.steps.length} steps:\n  ${trace}`, {
      cause: error,
    });
  }
}

describe('a compacted log behaves like a map', () => {
  it('under random operations, faults and restarts', { timeout: 600_000 }, async () => {
    if (ONE_SEED !== undefined) return runSeed(Number(ONE_SEED));
    for (let seed = 1; seed <= SEED_COUNT; seed++) await runSeed(seed);
  });
});
