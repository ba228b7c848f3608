import { encodeControlBatch, ErrorCode } from '@zurau/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asLeader, batchOf, configOf, memoryPlatform, startManager } from './fixtures/batches.ts';
import type { AppendResult } from './log-appender.ts';
import type { LogConfig } from './log-config.ts';
import { LogError } from './log-error.ts';
import type { LogManager } from './log-manager.ts';
import type { PartitionLog } from './partition-log.ts';

interface Produced {
  readonly producerId: number;
  readonly epoch?: number;
  readonly sequence: number;
  readonly count?: number;
  readonly timestamp?: number;
  readonly transactional?: boolean;
}

/** A log that can be closed cleanly and opened again. */
class RestartableLog {
  readonly #platform = memoryPlatform();
  #manager!: LogManager;
  log!: PartitionLog;

  static async open(overrides: Partial<LogConfig> = {}): Promise<RestartableLog> {
    const opened = new RestartableLog();
    opened.#manager = await startManager({ platform: opened.#platform });
    opened.log = opened.#manager.getOrCreate('t', 0, configOf(overrides));
    return opened;
  }

  async restart(): Promise<void> {
    const { config } = this.log;
    await this.close();
    this.#manager = await startManager({ platform: this.#platform });
    this.log = this.#manager.getOrCreate('t', 0, config);
  }

  close(): Promise<void> {
    return this.#manager.close();
  }

  produce(batch: Produced): AppendResult {
    const { producerId, epoch = 0, sequence, count = 1, timestamp = 1000, transactional } = batch;
    const records = batchOf({
      producerId,
      producerEpoch: epoch,
      baseSequence: sequence,
      count,
      timestamp,
      transactional: transactional === true,
    });
    return this.log.append(records, asLeader);
  }

  /** What the producer is told: where its batch is, or an error code. */
  answer(batch: Produced): Pick<AppendResult, 'duplicate' | 'firstOffset' | 'lastOffset'> | number {
    try {
      const { duplicate, firstOffset, lastOffset } = this.produce(batch);
      return { duplicate, firstOffset, lastOffset };
    } catch (error) {
      if (error instanceof LogError) return error.errorCode;
      throw error;
    }
  }

  end(producerId: number, type: 'commit' | 'abort' = 'commit'): void {
    const options = { type, producerId, producerEpoch: 0, coordinatorEpoch: 0, timestamp: 1 };
    this.log.append(encodeControlBatch(options), { leaderEpoch: 0, origin: 'coordinator' });
  }
}

const OUT_OF_ORDER = ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER;

describe('a log that was closed cleanly', () => {
  it('knows all of the last five batches of a producer when they are retried', async () => {
    const one = await RestartableLog.open();
    const batches = Array.from({ length: 7 }, (_, i) => {
      return { producerId: 9, sequence: i * 2, count: 2, timestamp: 5_000 + 10 * i };
    });
    for (const batch of batches) {
      one.produce(batch);
      one.produce({ producerId: 10, sequence: batch.sequence / 2 });
    }
    await one.restart();
    for (const [i, batch] of batches.entries()) {
      if (i < 2) expect(one.answer(batch)).toBe(OUT_OF_ORDER);
      else {
        expect(one.produce(batch)).toEqual({
          duplicate: true,
          firstOffset: i * 3,
          lastOffset: i * 3 + 1,
          logAppendTimeMs: 5_000 + 10 * i + 1,
          logStartOffset: 0,
        });
      }
    }
    expect(one.produce({ producerId: 9, sequence: 14 }).duplicate).toBe(false);
    expect(one.log.logEndOffset).toBe(22);
    await one.close();
  });

  it('finds them in earlier segments, and across several windows', async () => {
    const one = await RestartableLog.open({ segmentBytes: 150_000, indexIntervalBytes: 500 });
    for (let sequence = 0; sequence < 5; sequence++) {
      one.produce({ producerId: 9, sequence });
      for (let i = 0; i < 40; i++) one.log.append(batchOf({ valueBytes: 2_000 }), asLeader);
    }
    expect(one.log.segmentCount).toBeGreaterThan(2);
    await one.restart();
    for (let sequence = 0; sequence < 5; sequence++) {
      expect(one.answer({ producerId: 9, sequence })).toMatchObject({
        duplicate: true,
        firstOffset: sequence * 41,
      });
    }
    await one.close();
  });

  it('does not find what retention has deleted', async () => {
    const one = await RestartableLog.open({
      segmentBytes: 2_000,
      retentionBytes: 2_500,
      retentionMs: -1,
    });
    for (let sequence = 0; sequence < 5; sequence++) {
      one.produce({ producerId: 9, sequence });
      one.log.append(batchOf({ valueBytes: 1_800 }), asLeader);
    }
    await one.log.flush();
    one.log.setHighWatermark(one.log.logEndOffset);
    one.log.applyRetention();
    await one.restart();
    expect(one.log.logStartOffset).toBe(6);
    expect(one.answer({ producerId: 9, sequence: 3 })).toMatchObject({ duplicate: true });
    expect(one.answer({ producerId: 9, sequence: 2 })).toBe(OUT_OF_ORDER);
    await one.close();
  });

  it('takes what was cut off for new, and knows what came before', async () => {
    const one = await RestartableLog.open();
    for (let sequence = 0; sequence < 7; sequence++) one.produce({ producerId: 9, sequence });
    await one.restart();
    expect(one.answer({ producerId: 9, sequence: 3 })).toMatchObject({ duplicate: true });
    await one.log.truncateTo(5);
    expect(one.answer({ producerId: 9, sequence: 6 })).toBe(OUT_OF_ORDER);
    for (const sequence of [0, 1, 2, 3, 4]) {
      expect(one.answer({ producerId: 9, sequence })).toMatchObject({
        duplicate: true,
        firstOffset: sequence,
      });
    }
    expect(one.answer({ producerId: 9, sequence: 5 })).toMatchObject({
      duplicate: false,
      firstOffset: 5,
    });
    await one.close();
  });

  it('keeps epochs apart: what an earlier one wrote is no duplicate of a later one', async () => {
    const one = await RestartableLog.open();
    for (let sequence = 0; sequence < 4; sequence++) one.produce({ producerId: 9, sequence });
    // Nothing says that a producer's sequences join on across epochs, but for a producer that is not ours.
    one.log.appendAsFollower(
      withOffset(batchOf({ producerId: 9, producerEpoch: 1, baseSequence: 4 }), 4),
    );
    await one.restart();
    expect(one.answer({ producerId: 9, epoch: 1, sequence: 3 })).toBe(OUT_OF_ORDER);
    expect(one.answer({ producerId: 9, epoch: 0, sequence: 3 })).toBe(
      ErrorCode.INVALID_PRODUCER_EPOCH,
    );
    await one.close();
  });

  it('knows batches of transactions that have ended', async () => {
    const one = await RestartableLog.open();
    for (let sequence = 0; sequence < 5; sequence++) {
      one.produce({ producerId: 9, sequence, transactional: true });
      if (sequence === 1) one.end(9, 'abort');
      if (sequence === 3) one.end(9, 'commit');
    }
    await one.restart();
    const offsets = [0, 1, 3, 4, 6];
    for (const [sequence, firstOffset] of offsets.entries()) {
      const answer = one.answer({ producerId: 9, sequence, transactional: true });
      expect(answer).toMatchObject({ duplicate: true, firstOffset });
    }
    await one.close();
  });

  it('answers every retry as one that was never closed', async () => {
    const produced = fc.record({
      producer: fc.nat({ max: 3 }),
      count: fc.integer({ min: 1, max: 3 }),
    });
    const retried = fc.record({
      producer: fc.nat({ max: 3 }),
      back: fc.integer({ min: 1, max: 9 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(produced, { minLength: 1, maxLength: 40 }),
        fc.array(produced, { maxLength: 6 }),
        fc.array(retried, { minLength: 1, maxLength: 20 }),
        fc.constantFrom(300, 1_000, 1e6),
        async (before, after, retries, segmentBytes) => {
          const logs = [
            await RestartableLog.open({ segmentBytes, indexIntervalBytes: 200 }),
            await RestartableLog.open({ segmentBytes, indexIntervalBytes: 200 }),
          ];
          const history = [0, 1, 2, 3].map(() => [] as Produced[]);
          // Close to the end of the numbers, so that they begin anew.
          const next = [0, 7, 0x7fffffff - 3, 0x7fffffff];
          const write = ({ producer, count }: { producer: number; count: number }): void => {
            const batch = { producerId: producer, sequence: next[producer]!, count };
            next[producer] = (next[producer]! + count) % 0x80000000;
            history[producer]!.push(batch);
            for (const log of logs) log.produce(batch);
          };
          before.forEach(write);
          await logs[1]!.restart();
          after.forEach(write);
          for (const { producer, back } of retries) {
            const batch = history[producer]!.at(-back);
            if (batch === undefined) continue;
            expect(logs[1]!.answer(batch)).toEqual(logs[0]!.answer(batch));
          }
          for (const log of logs) await log.close();
        },
      ),
      { numRuns: 40 },
    );
  });
});

function withOffset(batch: Buffer, offset: number): Buffer {
  batch.writeBigInt64BE(BigInt(offset), 0);
  return batch;
}
