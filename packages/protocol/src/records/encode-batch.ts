/**
 * Whole batches from what is already there: a list of records, or the marker that ends a transaction.
 */
import {
  BATCH_HEADER_BYTES,
  CODEC_MASK,
  DELETE_HORIZON_BIT,
  NO_TIMESTAMP,
  batchAttributes,
  batchBaseOffset,
  batchBaseSequence,
  batchLastOffsetDelta,
  batchLeaderEpoch,
  batchMaxTimestamp,
  batchProducerEpoch,
  batchProducerId,
  writeBatchHeader,
} from './batch-header.ts';
import { RecordBatchBuilder, type RecordBatchOptions } from './record-batch-builder.ts';
import { controlKey, endTransactionValue, type ControlType } from './control-record.ts';
import type { RecordInput } from './record.ts';

/** One batch of all the records, at least one. Throws as the builder does. */
export function encodeRecordBatch(
  records: Iterable<RecordInput>,
  options: RecordBatchOptions = {},
): Buffer {
  const builder = new RecordBatchBuilder(options);
  for (const record of records) builder.append(record);
  return builder.build();
}

/** The marker that commits or aborts a transaction in one partition. */
export interface ControlBatchInput {
  readonly type: ControlType;
  readonly producerId: number;
  readonly producerEpoch: number;
  /** Of the transaction coordinator that decided. */
  readonly coordinatorEpoch: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly baseOffset?: number;
  readonly leaderEpoch?: number;
}

/** A control batch with one marker: transactional, without sequence, never compressed (KIP-98). */
export function encodeControlBatch(input: ControlBatchInput): Buffer {
  const builder = new RecordBatchBuilder({
    baseOffset: input.baseOffset ?? 0,
    ...(input.leaderEpoch === undefined ? {} : { leaderEpoch: input.leaderEpoch }),
    producerId: input.producerId,
    producerEpoch: input.producerEpoch,
    transactional: true,
    control: true,
    initialCapacityBytes: 128,
  });
  builder.append({
    timestamp: input.timestamp,
    key: controlKey(input.type),
    value: endTransactionValue(input.coordinatorEpoch),
  });
  return builder.build();
}

/**
 * What stays of the batch at `at` when the cleaner has dropped all its records: a header that keeps the offsets and the
 * producer's last sequence.
 */
export function encodeEmptiedBatch(buffer: Buffer, at: number): Buffer {
  const emptied = Buffer.alloc(BATCH_HEADER_BYTES);
  writeBatchHeader(emptied, 0, {
    baseOffset: batchBaseOffset(buffer, at),
    sizeBytes: BATCH_HEADER_BYTES,
    leaderEpoch: batchLeaderEpoch(buffer, at),
    attributes: batchAttributes(buffer, at) & ~(CODEC_MASK | DELETE_HORIZON_BIT),
    lastOffsetDelta: batchLastOffsetDelta(buffer, at),
    baseTimestamp: NO_TIMESTAMP,
    maxTimestamp: batchMaxTimestamp(buffer, at),
    producerId: batchProducerId(buffer, at),
    producerEpoch: batchProducerEpoch(buffer, at),
    baseSequence: batchBaseSequence(buffer, at),
    recordCount: 0,
  });
  return emptied;
}
