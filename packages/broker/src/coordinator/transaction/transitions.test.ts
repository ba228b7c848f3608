import { ErrorCode } from '@zurau/protocol';
import { describe, expect, it } from 'vitest';
import { CoordinatorError } from '../runtime/coordinator-error.ts';
import { NO_PARTITIONS, union } from './partition-set.ts';
import { transactionRecordCodec } from './transaction-records.ts';
import { STATES, type Transaction } from './transaction.ts';
import { fence, initialize, type Initialization } from './transitions.ts';

const LAST_EPOCH = 32_766;

function transaction(changes: Partial<Transaction> = {}): Transaction {
  return {
    producerId: 7,
    producerEpoch: 0,
    lastProducerId: 7,
    lastProducerEpoch: -1,
    timeoutMs: 60_000,
    state: 'Empty',
    partitions: NO_PARTITIONS,
    startedMs: -1,
    updatedMs: 1_000,
    ...changes,
  };
}

function request(changes: Partial<Initialization> = {}): Initialization {
  return {
    timeoutMs: 60_000,
    expected: undefined,
    newProducerId: undefined,
    nowMs: 2_000,
    ...changes,
  };
}

describe('the last epoch of a producer id', () => {
  const last = transaction({ producerEpoch: LAST_EPOCH });

  it('is followed by another producer id, which has to be given', () => {
    expect(initialize(last, request())).toBeUndefined();
    expect(initialize(last, request({ newProducerId: 8 }))).toMatchObject({
      producerId: 8,
      producerEpoch: 0,
      lastProducerId: 7,
      lastProducerEpoch: -1,
    });
  });

  it('is given up by the producer itself, which may ask again', () => {
    const expected = { producerId: 7, producerEpoch: LAST_EPOCH };
    const next = initialize(last, request({ newProducerId: 8, expected }))!;
    expect(next).toMatchObject({ producerId: 8, producerEpoch: 0, lastProducerEpoch: LAST_EPOCH });
    expect(initialize(next, request({ newProducerId: 9, expected }))).toMatchObject({
      producerId: 8,
      producerEpoch: 0,
    });
    const older = { producerId: 7, producerEpoch: LAST_EPOCH - 1 };
    expect(() => initialize(next, request({ expected: older }))).toThrow(
      new CoordinatorError(ErrorCode.PRODUCER_FENCED),
    );
  });

  it('leaves one to fence with, and none after that', () => {
    const open = transaction({ producerEpoch: LAST_EPOCH, state: 'Ongoing', startedMs: 1_500 });
    const fenced = fence(open, 2_000);
    expect(fenced).toMatchObject({ producerId: 7, producerEpoch: 32_767, state: 'PrepareAbort' });
    const over: Transaction = { ...fenced, state: 'CompleteAbort' };
    expect(initialize(over, request({ newProducerId: 8 }))).toMatchObject({
      producerId: 8,
      producerEpoch: 0,
    });
  });
});

describe('records of __transaction_state', () => {
  it('come back as they were written, but for what Kafka does not write either', () => {
    for (const state of STATES) {
      const partitions =
        state === 'Empty'
          ? NO_PARTITIONS
          : union(NO_PARTITIONS, [
              { topic: 'a', partition: 1 },
              { topic: 'b', partition: 0 },
              { topic: 'a', partition: 0 },
            ]);
      const value = transaction({ state, partitions, startedMs: 5, lastProducerEpoch: 3 });
      const { key, value: bytes } = transactionRecordCodec.encode({ transactionalId: 't', value });
      expect(transactionRecordCodec.decode(key, bytes)).toEqual({
        transactionalId: 't',
        value: { ...value, lastProducerId: -1, lastProducerEpoch: -1 },
      });
    }
    const tombstone = transactionRecordCodec.encode({ transactionalId: 't', value: null });
    expect(transactionRecordCodec.decode(tombstone.key, tombstone.value)).toEqual({
      transactionalId: 't',
      value: null,
    });
  });

  it('have the bytes that Kafka 3.9 gives them', () => {
    const { key, value } = transactionRecordCodec.encode({
      transactionalId: 'tx',
      value: transaction({
        producerEpoch: 2,
        state: 'Ongoing',
        partitions: union(NO_PARTITIONS, [{ topic: 'ab', partition: 3 }]),
        startedMs: 1,
      }),
    });
    expect(key.toString('hex')).toBe('0000' + '0002' + '7478');
    expect(value!.toString('hex')).toBe(
      // version, producer id, epoch, timeout, state
      '0000' +
        '0000000000000007' +
        '0002' +
        '0000ea60' +
        '01' +
        // partitions by topic
        '00000001' +
        '0002' +
        '6162' +
        '00000001' +
        '00000003' +
        // last update, start
        '00000000000003e8' +
        '0000000000000001',
    );
  });

  it('of versions to come are passed over, damaged ones are not', () => {
    expect(transactionRecordCodec.decode(Buffer.from([0, 1, 0, 0]), null)).toBeUndefined();
    const { key, value } = transactionRecordCodec.encode({
      transactionalId: 't',
      value: transaction(),
    });
    value![16] = 99;
    expect(() => transactionRecordCodec.decode(key, value)).toThrow(/99 does not exist/);
  });
});
