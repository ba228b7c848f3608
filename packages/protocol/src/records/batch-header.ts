/**
 * The header of a record batch (magic 2, KIP-98), read and written in place.
 *
 *     offset  size  field
 *          0     8  baseOffset             int64   assigned by the leader
 *          8     4  length                 int32   bytes after this field
 *         12     4  partitionLeaderEpoch   int32   assigned by the leader
 *         16     1  magic                  int8    2
 *         17     4  crc                    uint32  CRC-32C of everything from attributes to the end
 *         21     2  attributes             int16   0-2 codec, 3 log append time, 4 transactional, 5 control, 6 delete horizon
 *         23     4  lastOffsetDelta        int32
 *         27     8  baseTimestamp          int64   of the first record, or the delete horizon
 *         35     8  maxTimestamp           int64   or the log append time
 *         43     8  producerId             int64   -1: none
 *         51     2  producerEpoch          int16   -1: none
 *         53     4  baseSequence           int32   -1: none
 *         57     4  recordCount            int32
 *         61        records, compressed together
 *
 * Base offset and leader epoch lie before the CRC, so a leader sets them without touching the rest.
 *
 * Plain functions on (buffer, at), `at` being the batch's first byte: the broker's hot path looks at a few fields of
 * each batch and must not pay for an object. They check nothing: the caller has made sure that 61 bytes are there
 * (`checkBatch`, `wholeBatchSizeBytes`). 64-bit fields are numbers, saturating at the safe range.
 */
import type { CompressionCodec } from '../compression/codec.ts';
import { codecById } from '../compression/codec.ts';
import { crc32c } from '../checksum/crc32c.ts';
import { readInt64, writeInt64 } from './int64.ts';

/** Header of a batch up to its records. */
export const BATCH_HEADER_BYTES = 61;
/** The part before what the length field counts: base offset and length. */
export const BATCH_OVERHEAD_BYTES = 12;
/** The only batch format that is stored and sent. */
export const BATCH_MAGIC = 2;

export const NO_PRODUCER_ID: number = -1;
export const NO_PRODUCER_EPOCH: number = -1;
export const NO_SEQUENCE: number = -1;
export const NO_TIMESTAMP: number = -1;
export const NO_LEADER_EPOCH: number = -1;

/** Who sets the timestamps of records: their producer or the leader. */
export type TimestampType = 'CreateTime' | 'LogAppendTime';

const LENGTH_AT = 8;
const LEADER_EPOCH_AT = 12;
export const MAGIC_AT = 16;
const CRC_AT = 17;
export const ATTRIBUTES_AT = 21;
const LAST_OFFSET_DELTA_AT = 23;
const BASE_TIMESTAMP_AT = 27;
const MAX_TIMESTAMP_AT = 35;
const PRODUCER_ID_AT = 43;
const PRODUCER_EPOCH_AT = 51;
const BASE_SEQUENCE_AT = 53;
const RECORD_COUNT_AT = 57;

export const CODEC_MASK = 0x07;
export const LOG_APPEND_TIME_BIT = 0x08;
export const TRANSACTIONAL_BIT = 0x10;
export const CONTROL_BIT = 0x20;
export const DELETE_HORIZON_BIT = 0x40;

const SEQUENCE_MAX = 0x7fffffff;

export function batchBaseOffset(buffer: Buffer, at: number): number {
  return readInt64(buffer, at);
}

/** The whole batch: what the length field says, and the 12 bytes that it does not count. Not validated. */
export function batchSizeBytes(buffer: Buffer, at: number): number {
  return BATCH_OVERHEAD_BYTES + buffer.readInt32BE(at + LENGTH_AT);
}

export function batchLeaderEpoch(buffer: Buffer, at: number): number {
  return buffer.readInt32BE(at + LEADER_EPOCH_AT);
}

export function batchMagic(buffer: Buffer, at: number): number {
  return buffer.readInt8(at + MAGIC_AT);
}

/** The stored CRC-32C; compare with {@link computeBatchCrc}. */
export function batchCrc(buffer: Buffer, at: number): number {
  return buffer.readUInt32BE(at + CRC_AT);
}

export function batchAttributes(buffer: Buffer, at: number): number {
  return buffer.readInt16BE(at + ATTRIBUTES_AT);
}

export function batchLastOffsetDelta(buffer: Buffer, at: number): number {
  return buffer.readInt32BE(at + LAST_OFFSET_DELTA_AT);
}

/** Offset of the last record, or of the last one that was there before compaction. */
export function batchLastOffset(buffer: Buffer, at: number): number {
  return batchBaseOffset(buffer, at) + batchLastOffsetDelta(buffer, at);
}

/** Milliseconds since the epoch. What the records' deltas count from. */
export function batchBaseTimestamp(buffer: Buffer, at: number): number {
  return readInt64(buffer, at + BASE_TIMESTAMP_AT);
}

/** Milliseconds since the epoch; the timestamp of every record where the type is log append time. */
export function batchMaxTimestamp(buffer: Buffer, at: number): number {
  return readInt64(buffer, at + MAX_TIMESTAMP_AT);
}

export function batchProducerId(buffer: Buffer, at: number): number {
  return readInt64(buffer, at + PRODUCER_ID_AT);
}

export function batchProducerEpoch(buffer: Buffer, at: number): number {
  return buffer.readInt16BE(at + PRODUCER_EPOCH_AT);
}

export function batchBaseSequence(buffer: Buffer, at: number): number {
  return buffer.readInt32BE(at + BASE_SEQUENCE_AT);
}

/** Sequence of the last record; -1 where the batch has none. */
export function batchLastSequence(buffer: Buffer, at: number): number {
  const base = batchBaseSequence(buffer, at);
  return base === NO_SEQUENCE ? base : addToSequence(base, batchLastOffsetDelta(buffer, at));
}

export function batchRecordCount(buffer: Buffer, at: number): number {
  return buffer.readInt32BE(at + RECORD_COUNT_AT);
}

/** Sequences run from 0 to 2^31 - 1 and start again at 0. `count` is not negative. */
export function addToSequence(sequence: number, count: number): number {
  const sum = sequence + count;
  return sum > SEQUENCE_MAX ? sum - SEQUENCE_MAX - 1 : sum;
}

/** Undefined for the numbers that Kafka does not define. */
export function attributesCodec(attributes: number): CompressionCodec | undefined {
  return codecById(attributes & CODEC_MASK);
}

export function attributesIsLogAppendTime(attributes: number): boolean {
  return (attributes & LOG_APPEND_TIME_BIT) !== 0;
}

export function attributesIsTransactional(attributes: number): boolean {
  return (attributes & TRANSACTIONAL_BIT) !== 0;
}

export function attributesIsControl(attributes: number): boolean {
  return (attributes & CONTROL_BIT) !== 0;
}

/** The base timestamp is the time from which the cleaner may drop the batch's tombstones and markers (KIP-534). */
export function attributesHasDeleteHorizon(attributes: number): boolean {
  return (attributes & DELETE_HORIZON_BIT) !== 0;
}

/** CRC-32C of the batch's bytes from its attributes to its end. The whole batch must be there. */
export function computeBatchCrc(buffer: Buffer, at: number): number {
  return crc32c(buffer, at + ATTRIBUTES_AT, at + batchSizeBytes(buffer, at));
}

/** Outside the CRC. */
export function setBatchBaseOffset(buffer: Buffer, at: number, offset: number): void {
  writeInt64(buffer, at, offset);
}

/** Outside the CRC. */
export function setBatchLeaderEpoch(buffer: Buffer, at: number, leaderEpoch: number): void {
  buffer.writeInt32BE(leaderEpoch, at + LEADER_EPOCH_AT);
}

/**
 * Sets timestamp type and maximum timestamp, then the CRC; a batch that has them already is left alone.
 * With log append time, `maxTimestampMs` becomes the timestamp of every record.
 */
export function setBatchTimestamps(
  buffer: Buffer,
  at: number,
  type: TimestampType,
  maxTimestampMs: number,
): void {
  const attributes = batchAttributes(buffer, at);
  const changed =
    type === 'LogAppendTime' ? attributes | LOG_APPEND_TIME_BIT : attributes & ~LOG_APPEND_TIME_BIT;
  if (changed === attributes && batchMaxTimestamp(buffer, at) === maxTimestampMs) return;
  buffer.writeInt16BE(changed, at + ATTRIBUTES_AT);
  writeInt64(buffer, at + MAX_TIMESTAMP_AT, maxTimestampMs);
  sealBatch(buffer, at);
}

/** Sets who produced the batch, then the CRC: for a producer that got a new id or epoch before it could send. */
export function setBatchProducer(
  buffer: Buffer,
  at: number,
  producerId: number,
  producerEpoch: number,
  baseSequence: number,
): void {
  writeInt64(buffer, at + PRODUCER_ID_AT, producerId);
  buffer.writeInt16BE(producerEpoch, at + PRODUCER_EPOCH_AT);
  buffer.writeInt32BE(baseSequence, at + BASE_SEQUENCE_AT);
  sealBatch(buffer, at);
}

/** Everything of a header but the CRC. */
export interface BatchHeader {
  readonly baseOffset: number;
  readonly sizeBytes: number;
  readonly leaderEpoch: number;
  readonly attributes: number;
  readonly lastOffsetDelta: number;
  readonly baseTimestamp: number;
  readonly maxTimestamp: number;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly recordCount: number;
}

/** Writes a header in front of records that are already in place, CRC included. */
export function writeBatchHeader(buffer: Buffer, at: number, header: BatchHeader): void {
  writeInt64(buffer, at, header.baseOffset);
  buffer.writeInt32BE(header.sizeBytes - BATCH_OVERHEAD_BYTES, at + LENGTH_AT);
  buffer.writeInt32BE(header.leaderEpoch, at + LEADER_EPOCH_AT);
  buffer.writeInt8(BATCH_MAGIC, at + MAGIC_AT);
  buffer.writeInt16BE(header.attributes, at + ATTRIBUTES_AT);
  buffer.writeInt32BE(header.lastOffsetDelta, at + LAST_OFFSET_DELTA_AT);
  writeInt64(buffer, at + BASE_TIMESTAMP_AT, header.baseTimestamp);
  writeInt64(buffer, at + MAX_TIMESTAMP_AT, header.maxTimestamp);
  writeInt64(buffer, at + PRODUCER_ID_AT, header.producerId);
  buffer.writeInt16BE(header.producerEpoch, at + PRODUCER_EPOCH_AT);
  buffer.writeInt32BE(header.baseSequence, at + BASE_SEQUENCE_AT);
  buffer.writeInt32BE(header.recordCount, at + RECORD_COUNT_AT);
  sealBatch(buffer, at);
}

function sealBatch(buffer: Buffer, at: number): void {
  buffer.writeUInt32BE(computeBatchCrc(buffer, at), at + CRC_AT);
}
