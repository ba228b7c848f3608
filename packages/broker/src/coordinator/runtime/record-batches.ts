/**
 * Between a coordinator's records and the batches in its log.
 */
import {
  attributesIsControl,
  attributesIsTransactional,
  batchAttributes,
  batchLastOffset,
  batchPositions,
  batchProducerEpoch,
  batchProducerId,
  decodeControlRecord,
  decodeRecords,
  encodeControlBatch,
  encodeRecordBatch,
  type CompressionCodec,
} from '@zurau/protocol';
import type {
  RecordCodec,
  RecordOrigin,
  TransactionEnd,
  TransactionProducer,
} from './state-machine.ts';

/** What reading a log back yields, in the log's order. */
export type LogEntry<R> =
  | {
      readonly kind: 'record';
      readonly offset: number;
      readonly origin: RecordOrigin;
      readonly record: R;
    }
  | {
      readonly kind: 'transaction-end';
      readonly offset: number;
      readonly producerId: number;
      readonly committed: boolean;
    }
  /** Something that means nothing here; the log goes on after it. */
  | { readonly kind: 'skipped'; readonly offset: number };

/** One batch of all the records, stamped with `nowMs` as their creation time; with a producer, part of its transaction. */
export function encodeBatch<R>(
  records: readonly R[],
  codec: RecordCodec<R>,
  nowMs: number,
  compression: CompressionCodec,
  producer?: TransactionProducer,
): Buffer {
  const inputs = records.map((record) => ({ ...codec.encode(record), timestamp: nowMs }));
  const transaction = producer === undefined ? {} : { ...producer, transactional: true };
  return encodeRecordBatch(inputs, { codec: compression, ...transaction });
}

/** The control batch that ends a transaction. */
export function encodeTransactionEnd(end: TransactionEnd, nowMs: number): Buffer {
  const { producerId, producerEpoch, coordinatorEpoch } = end;
  return encodeControlBatch({
    type: end.committed ? 'commit' : 'abort',
    producerId,
    producerEpoch,
    coordinatorEpoch,
    timestamp: nowMs,
  });
}

/** The entries of whole batches. Throws DecodeError or CompressionError where the bytes are not what a coordinator writes. */
export function* readEntries<R>(
  batches: Buffer,
  codec: RecordCodec<R>,
): Generator<LogEntry<R>, void, undefined> {
  for (const at of batchPositions(batches)) {
    const attributes = batchAttributes(batches, at);
    const producerId = batchProducerId(batches, at);
    // The log has checked these bytes when it was opened.
    const records = decodeRecords(batches, at, { checkCrc: false });
    if (attributesIsControl(attributes)) {
      for (const record of records) {
        const { type } = decodeControlRecord(record);
        const { offset } = record;
        yield type === 'unknown'
          ? { kind: 'skipped', offset }
          : { kind: 'transaction-end', offset, producerId, committed: type === 'commit' };
      }
    } else {
      const origin: RecordOrigin = {
        producerId,
        producerEpoch: batchProducerEpoch(batches, at),
        transactional: attributesIsTransactional(attributes),
      };
      for (const { offset, key, value } of records) {
        const record = key === null ? undefined : codec.decode(key, value);
        yield record === undefined
          ? { kind: 'skipped', offset }
          : { kind: 'record', offset, origin, record };
      }
    }
    // Compaction may have dropped the last records of a batch, but not its last offset.
    const lastOffset = batchLastOffset(batches, at);
    if (records.at(-1)?.offset !== lastOffset) yield { kind: 'skipped', offset: lastOffset };
  }
}
