export { ErrorCode, errorName, isRetriable, type ErrorName } from './errors/error-code.ts';
export { errorMessage } from './errors/error-message.ts';
export { DecodeError, EncodeError } from './errors/decode-error.ts';
export { ByteReader } from './bytes/byte-reader.ts';
export {
  byteCountOf,
  ByteWriter,
  REFERENCE_BYTES_MIN,
  type BytesInput,
} from './bytes/byte-writer.ts';
export { EMPTY_BYTES, ZERO_UUID } from './bytes/zero-values.ts';
export type { Api, MessageCodec } from './message-codec.ts';
export * from './messages/index.ts';
export { requestHeaderVersion, responseHeaderVersion } from './frames/header-versions.ts';
export {
  encodeRequestFrame,
  readRequestHeader,
  writeRequestFrame,
  type RequestFrameHeader,
} from './frames/request-frame.ts';
export {
  decodeResponseFrame,
  encodeResponseFrame,
  responseCorrelationId,
  writeResponseFrame,
  type DecodedResponse,
} from './frames/response-frame.ts';
export {
  decodeVersioned,
  encodeVersioned,
  versionOf,
  type DecodeVersionedOptions,
} from './frames/versioned.ts';
export { crc32c, crc32cImplementation } from './checksum/crc32c.ts';
export { murmur2 } from './checksum/murmur2.ts';
export type { CompressionCodec } from './compression/codec.ts';
export { codecById, codecId } from './compression/codec.ts';
export { compress, decompress } from './compression/compress.ts';
export { CompressionError, type CompressionErrorKind } from './compression/compression-error.ts';
export { loadCodecs, zstdIsReady } from './compression/zstd.ts';
export {
  addToSequence,
  attributesCodec,
  attributesHasDeleteHorizon,
  attributesIsControl,
  attributesIsLogAppendTime,
  attributesIsTransactional,
  BATCH_HEADER_BYTES,
  BATCH_MAGIC,
  BATCH_OVERHEAD_BYTES,
  batchAttributes,
  batchBaseOffset,
  batchBaseSequence,
  batchBaseTimestamp,
  batchCrc,
  batchLastOffset,
  batchLastOffsetDelta,
  batchLastSequence,
  batchLeaderEpoch,
  batchMagic,
  batchMaxTimestamp,
  batchProducerEpoch,
  batchProducerId,
  batchRecordCount,
  batchSizeBytes,
  computeBatchCrc,
  NO_LEADER_EPOCH,
  NO_PRODUCER_EPOCH,
  NO_PRODUCER_ID,
  NO_SEQUENCE,
  NO_TIMESTAMP,
  setBatchBaseOffset,
  setBatchLeaderEpoch,
  setBatchProducer,
  setBatchTimestamps,
  type TimestampType,
} from './records/batch-header.ts';
export { checkBatch, wholeBatchSizeBytes, type BatchProblem } from './records/check-batch.ts';
export {
  decodeControlRecord,
  type ControlRecord,
  type ControlType,
} from './records/control-record.ts';
export {
  batchPositions,
  decodeAllRecords,
  DECOMPRESSED_BYTES_MAX,
  decodeRecords,
  type DecodeRecordsOptions,
} from './records/decode-records.ts';
export {
  encodeControlBatch,
  encodeEmptiedBatch,
  encodeRecordBatch,
  type ControlBatchInput,
} from './records/encode-batch.ts';
export { RecordWalker } from './records/record-walker.ts';
export {
  encodeRetainedBatch,
  type BatchMemory,
  type RetainedRecords,
} from './records/retained-batch.ts';
export type {
  DecodedHeader,
  DecodedRecord,
  RecordHeaderInput,
  RecordInput,
} from './records/record.ts';
export {
  RecordBatchBuilder,
  recordSizeBytesMax,
  type BatchProducer,
  type RecordBatchOptions,
} from './records/record-batch-builder.ts';
