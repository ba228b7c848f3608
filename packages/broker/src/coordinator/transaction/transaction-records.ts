/**
 * The records of `__transaction_state`, byte for byte as Apache Kafka 3.9 writes them in ZooKeeper mode.
 *
 * ```
 *   key    int16 version 0 │ transactional id
 *   value  int16 version 0 │ producer id, epoch, timeout, state, partitions by topic (null when Empty), last update, start
 *          null: a tombstone
 * ```
 *
 * Value version 1 (flexible, `transaction.version` 1 of KRaft) is read but not written.
 */
import {
  DecodeError,
  decodeVersioned,
  encodeVersioned,
  transactionLogKey,
  transactionLogValue,
} from '@zurau/protocol';
import type { RecordCodec } from '../runtime/state-machine.ts';
import { STATES, type Transaction } from './transaction.ts';

export interface TransactionRecord {
  readonly transactionalId: string;
  /** Null: forgotten. */
  readonly value: Transaction | null;
}

const KEY_VERSION = 0;
const VALUE_VERSION = 0;

export const transactionRecordCodec: RecordCodec<TransactionRecord> = {
  encode({ transactionalId, value }) {
    return {
      key: encodeVersioned(transactionLogKey, { transactionalId }, KEY_VERSION),
      value: value === null ? null : encodeValue(value),
    };
  },

  decode(key, value) {
    if (key.length < 2 || key.readInt16BE(0) !== KEY_VERSION) return undefined;
    const { transactionalId } = decodeVersioned(transactionLogKey, key);
    return { transactionalId, value: value === null ? null : decodeValue(value) };
  },
};

function encodeValue(transaction: Transaction): Buffer {
  const partitions = [...transaction.partitions].map(([topic, ids]) => ({
    topic,
    partitionIds: [...ids],
  }));
  return encodeVersioned(
    transactionLogValue,
    {
      producerId: transaction.producerId,
      producerEpoch: transaction.producerEpoch,
      transactionTimeoutMs: transaction.timeoutMs,
      transactionStatus: STATES.indexOf(transaction.state),
      transactionPartitions: transaction.state === 'Empty' ? null : partitions,
      transactionLastUpdateTimestampMs: transaction.updatedMs,
      transactionStartTimestampMs: transaction.startedMs,
    },
    VALUE_VERSION,
  );
}

function decodeValue(bytes: Buffer): Transaction {
  const value = decodeVersioned(transactionLogValue, bytes);
  const state = STATES[value.transactionStatus];
  if (state === undefined) {
    throw new DecodeError(`transaction state ${value.transactionStatus} does not exist`);
  }
  return {
    producerId: value.producerId,
    producerEpoch: value.producerEpoch,
    lastProducerId: value.previousProducerId,
    lastProducerEpoch: -1,
    timeoutMs: value.transactionTimeoutMs,
    state,
    partitions: new Map(
      (value.transactionPartitions ?? []).map(({ topic, partitionIds }) => [
        topic,
        new Set(partitionIds),
      ]),
    ),
    startedMs: value.transactionStartTimestampMs,
    updatedMs: value.transactionLastUpdateTimestampMs,
  };
}
