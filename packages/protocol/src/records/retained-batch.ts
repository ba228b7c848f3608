/**
 * What stays of a batch when the cleaner has dropped some of its records, or given it a delete horizon.
 *
 * Records are copied as they are but for their timestamp delta: offsets, keys, values and headers do not change by a byte. Nor
 * does the batch's range of offsets and sequences, whatever was dropped at its ends.
 */
import type { CompressionCodec } from '../compression/codec.ts';
import { compress } from '../compression/compress.ts';
import {
  BATCH_HEADER_BYTES,
  DELETE_HORIZON_BIT,
  NO_TIMESTAMP,
  attributesCodec,
  attributesHasDeleteHorizon,
  attributesIsLogAppendTime,
  batchAttributes,
  batchBaseOffset,
  batchBaseSequence,
  batchBaseTimestamp,
  batchLastOffsetDelta,
  batchLeaderEpoch,
  batchMaxTimestamp,
  batchProducerEpoch,
  batchProducerId,
  writeBatchHeader,
} from './batch-header.ts';
import type { RecordWalker } from './record-walker.ts';
import { varlongSizeBytes, writeVarint, writeVarlong } from './varint.ts';

/** A record can grow by this much when its timestamp delta does: length 5, attributes 1, delta 10. */
const HEAD_BYTES_MAX = 16;

export interface RetainedRecords {
  /** For each record of the batch, in order: 1 if it stays. */
  readonly keep: Uint8Array;
  /** How many stay, at least one. */
  readonly count: number;
  /** From when on tombstones and markers of the batch may go (KIP-534); undefined leaves the batch's own, if it has one. */
  readonly deleteHorizonMs: number | undefined;
}

/** Where batches are built: whoever rewrites thousands of them hands out the same memory again and again. */
export interface BatchMemory {
  /** For what is to be compressed; valid until the next call. */
  scratch(sizeBytes: number): Buffer;
  /** For a finished batch. */
  batch(sizeBytes: number): Buffer;
}

/**
 * The batch at `at` with the retained records only, compressed as it was. `walker` has it open, anywhere. Throws as the walker
 * does, and CompressionError when the codec is not available here.
 */
export function encodeRetainedBatch(
  buffer: Buffer,
  at: number,
  walker: RecordWalker,
  retained: RetainedRecords,
  memory: BatchMemory,
): Buffer {
  const attributes = batchAttributes(buffer, at);
  const ownHorizonMs = attributesHasDeleteHorizon(attributes)
    ? batchBaseTimestamp(buffer, at)
    : undefined;
  const horizonMs = retained.deleteHorizonMs ?? ownHorizonMs;
  const bytesMax = BATCH_HEADER_BYTES + walker.sectionBytes + retained.count * HEAD_BYTES_MAX;
  const codec = attributesCodec(attributes)!;
  const output = codec === 'none' ? memory.batch(bytesMax) : memory.scratch(bytesMax);
  let baseTimestamp = horizonMs;
  let maxTimestamp = NO_TIMESTAMP;
  let end = BATCH_HEADER_BYTES;
  walker.rewind();
  for (let index = 0; walker.next(); index++) {
    if (retained.keep[index] !== 1) continue;
    const { timestamp, tailStart, recordEnd, bytes } = walker;
    baseTimestamp ??= timestamp;
    if (timestamp > maxTimestamp) maxTimestamp = timestamp;
    const delta = timestamp - baseTimestamp;
    const bodyBytes = 1 + varlongSizeBytes(delta) + recordEnd - tailStart;
    end = writeVarint(output, end, bodyBytes);
    output[end++] = 0;
    end = writeVarlong(output, end, delta);
    end += bytes.copy(output, end, tailStart, recordEnd);
  }
  const batch =
    codec === 'none' ? output.subarray(0, end) : compressedBatch(output, end, codec, memory);
  writeBatchHeader(batch, 0, {
    baseOffset: batchBaseOffset(buffer, at),
    sizeBytes: batch.length,
    leaderEpoch: batchLeaderEpoch(buffer, at),
    attributes: horizonMs === undefined ? attributes : attributes | DELETE_HORIZON_BIT,
    lastOffsetDelta: batchLastOffsetDelta(buffer, at),
    baseTimestamp: baseTimestamp ?? NO_TIMESTAMP,
    maxTimestamp: attributesIsLogAppendTime(attributes)
      ? batchMaxTimestamp(buffer, at)
      : maxTimestamp,
    producerId: batchProducerId(buffer, at),
    producerEpoch: batchProducerEpoch(buffer, at),
    baseSequence: batchBaseSequence(buffer, at),
    recordCount: retained.count,
  });
  return batch;
}

/** Room for the header, then the records of `output` compressed. */
function compressedBatch(
  output: Buffer,
  end: number,
  codec: CompressionCodec,
  memory: BatchMemory,
): Buffer {
  const compressed = compress(codec, output.subarray(BATCH_HEADER_BYTES, end));
  const batch = memory.batch(BATCH_HEADER_BYTES + compressed.length);
  batch.set(compressed, BATCH_HEADER_BYTES);
  return batch;
}
