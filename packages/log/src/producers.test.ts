import { ErrorCode, encodeControlBatch } from '@zurau/protocol';
import { simulatedPlatform } from '@zurau/platform';
import { describe, expect, it } from 'vitest';
import {
  asLeader,
  batchOf,
  bytesOf,
  configOf,
  memoryPlatform,
  startManager,
} from './fixtures/batches.ts';
import { LogError } from './log-error.ts';
import type { PartitionLog } from './partition-log.ts';

async function newLog(): Promise<PartitionLog> {
  return (await startManager()).getOrCreate('t', 0, configOf());
}

function produce(log: PartitionLog, epoch: number, sequence: number, count = 1, producerId = 9) {
  const batch = batchOf({ producerId, producerEpoch: epoch, baseSequence: sequence, count });
  return log.append(batch, asLeader);
}

function codeOf(act: () => unknown): number {
  try {
    act();
  } catch (error) {
    if (error instanceof LogError) return error.errorCode;
    throw error;
  }
  return ErrorCode.NONE;
}

function transactional(log: PartitionLog, producerId: number, sequence: number) {
  const batch = batchOf({
    producerId,
    producerEpoch: 0,
    baseSequence: sequence,
    transactional: true,
  });
  return log.append(batch, asLeader);
}

function end(
  log: PartitionLog,
  type: 'commit' | 'abort',
  producerId: number,
  coordinatorEpoch = 0,
) {
  const marker = encodeControlBatch({
    type,
    producerId,
    producerEpoch: 0,
    coordinatorEpoch,
    timestamp: 1,
  });
  return log.append(marker, { leaderEpoch: 0, origin: 'coordinator' });
}

describe('an idempotent producer', () => {
  it('may begin anywhere, then has to go on in order', async () => {
    const log = await newLog();
    produce(log, 0, 42, 3);
    expect(codeOf(() => produce(log, 0, 46))).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    expect(codeOf(() => produce(log, 0, 44))).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    expect(produce(log, 0, 45).firstOffset).toBe(3);
  });

  it('is answered with the first offsets for any of its last five batches', async () => {
    const log = await newLog();
    for (let i = 0; i < 6; i++) produce(log, 0, i * 2, 2);
    for (let i = 1; i < 6; i++) {
      const again = produce(log, 0, i * 2, 2);
      expect(again).toMatchObject({ duplicate: true, firstOffset: i * 2, lastOffset: i * 2 + 1 });
    }
    expect(codeOf(() => produce(log, 0, 0, 2))).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    expect(log.logEndOffset).toBe(12);
  });

  it('begins at zero with a new epoch, and is fenced with an old one', async () => {
    const log = await newLog();
    produce(log, 3, 0);
    expect(codeOf(() => produce(log, 4, 5))).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    produce(log, 4, 0);
    expect(codeOf(() => produce(log, 3, 1))).toBe(ErrorCode.INVALID_PRODUCER_EPOCH);
    expect([...log.activeProducers()]).toMatchObject([
      { producerId: 9, epoch: 4, lastSequence: 0 },
    ]);
  });

  it('counts on from zero after 2^31 - 1', async () => {
    const log = await newLog();
    produce(log, 0, 0x7ffffffe, 3);
    const again = produce(log, 0, 0x7ffffffe, 3);
    expect(again).toMatchObject({ duplicate: true, firstOffset: 0, lastOffset: 2 });
    expect(produce(log, 0, 1).firstOffset).toBe(3);
  });

  it('is remembered across a clean restart and across a kill', async () => {
    const host = simulatedPlatform(1);
    const settle = <T>(promise: Promise<T>): Promise<T> => host.simulation.runUntilSettled(promise);
    let manager = await settle(startManager({ platform: host }));
    let log = manager.getOrCreate('t', 0, configOf());
    produce(log, 0, 0, 5);
    await settle(manager.close());
    manager = await settle(startManager({ platform: host }));
    log = manager.get('t', 0)!;
    expect(produce(log, 0, 0, 5)).toMatchObject({ duplicate: true, lastOffset: 4 });
    produce(log, 0, 5, 2);
    await host.simulation.runFor(10);
    host.kill();
    manager = await settle(startManager({ platform: host }));
    log = manager.get('t', 0)!;
    expect(produce(log, 0, 5, 2)).toMatchObject({ duplicate: true, firstOffset: 5, lastOffset: 6 });
    expect(produce(log, 0, 7).firstOffset).toBe(7);
  });

  it('is forgotten when it has not been seen for long, not while its transaction is open', async () => {
    const host = simulatedPlatform(1);
    const options = { platform: host, producerExpirationMs: 60_000 };
    const manager = await host.simulation.runUntilSettled(startManager(options));
    const log = manager.getOrCreate('t', 0, configOf());
    produce(log, 0, 0);
    transactional(log, 1, 0);
    await host.simulation.runFor(30_000);
    produce(log, 0, 1);
    await host.simulation.runFor(50_000);
    log.removeExpiredProducers();
    expect([...log.activeProducers()].map((entry) => entry.producerId)).toEqual([9, 1]);
    await host.simulation.runFor(20_000);
    log.removeExpiredProducers();
    expect([...log.activeProducers()].map((entry) => entry.producerId)).toEqual([1]);
  });
});

describe('a transaction', () => {
  it('holds the last stable offset back until it ends below the high watermark', async () => {
    const log = await newLog();
    produce(log, 0, 0);
    transactional(log, 1, 0);
    transactional(log, 2, 0);
    produce(log, 0, 1);
    log.setHighWatermark(4);
    expect(log.lastStableOffset).toBe(1);
    end(log, 'commit', 1);
    expect(log.lastStableOffset).toBe(1);
    log.setHighWatermark(5);
    expect(log.lastStableOffset).toBe(2);
    end(log, 'abort', 2);
    log.setHighWatermark(6);
    expect(log.lastStableOffset).toBe(6);
  });

  it('is reported to readers whose range it touches when it was aborted, after a restart too', async () => {
    const platform = memoryPlatform();
    let manager = await startManager({ platform });
    let log = manager.getOrCreate('t', 0, configOf());
    transactional(log, 1, 0);
    transactional(log, 2, 0);
    end(log, 'abort', 1);
    end(log, 'commit', 2);
    produce(log, 0, 0);
    await manager.close();
    manager = await startManager({ platform });
    log = manager.get('t', 0)!;
    const read = log.read(0, { maxBytes: 1e6, upToOffset: 5, minOneBatch: true });
    expect(read.abortedTransactions()).toEqual([
      { producerId: 1, firstOffset: 0, lastOffset: 2, lastStableOffset: 1 },
    ]);
    await bytesOf(read);
    const later = log.read(3, { maxBytes: 1e6, upToOffset: 5, minOneBatch: true });
    expect(later.abortedTransactions()).toEqual([]);
    later.release();
    await manager.close();
  });

  it('is open again after a restart, and undone by truncation', async () => {
    const platform = memoryPlatform();
    let manager = await startManager({ platform });
    let log = manager.getOrCreate('t', 0, configOf());
    produce(log, 0, 0);
    transactional(log, 1, 0);
    log.setHighWatermark(2);
    await manager.close();
    manager = await startManager({ platform });
    log = manager.get('t', 0)!;
    log.setHighWatermark(2);
    expect(log.lastStableOffset).toBe(1);
    await log.truncateTo(1);
    expect(log.lastStableOffset).toBe(1);
    log.append(batchOf(), asLeader);
    log.setHighWatermark(2);
    expect(log.lastStableOffset).toBe(2);
    await manager.close();
  });

  it('fences markers of an older coordinator, and writes outside of it', async () => {
    const log = await newLog();
    transactional(log, 1, 0);
    expect(codeOf(() => produce(log, 0, 1, 1, 1))).toBe(ErrorCode.INVALID_TXN_STATE);
    end(log, 'commit', 1, 5);
    expect(codeOf(() => end(log, 'abort', 1, 4))).toBe(ErrorCode.TRANSACTION_COORDINATOR_FENCED);
  });
});
