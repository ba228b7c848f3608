/**
 * The slow path of appending: settings that make a leader look at records. Keys on compacted topics, timestamps that
 * may be too old, and `compression.type` where the producer chose another codec.
 */
import {
  ErrorCode,
  attributesCodec,
  attributesIsControl,
  attributesIsTransactional,
  batchAttributes,
  batchBaseOffset,
  batchBaseSequence,
  batchProducerEpoch,
  batchProducerId,
  batchRecordCount,
  batchSizeBytes,
  decodeRecords,
  encodeRecordBatch,
} from '@zurau/protocol';
import type { CompressionCodec, DecodedRecord } from '@zurau/protocol';
import { withCodecErrors } from './codec-errors.ts';
import type { LogConfig } from './log-config.ts';
import type { RecordError } from './log-error.ts';
import { LogError } from './log-error.ts';

/** Errors reported of one batch at most; the rest is counted. */
const RECORD_ERRORS_MAX = 100;

/** Whether {@link rewriteBatch} has anything to check or change. */
export function needsRewrite(
  records: Buffer,
  at: number,
  config: LogConfig,
  nowMs: number,
): boolean {
  if (attributesIsControl(batchAttributes(records, at))) return false;
  if (config.cleanupPolicy.compact || checksOldest(config, nowMs)) return true;
  const target = targetCodec(config);
  return target !== undefined && target !== attributesCodec(batchAttributes(records, at));
}

/** Checks the records of one batch. Throws LogError that names those in error. */
export function checkRecords(records: Buffer, at: number, config: LogConfig, nowMs: number): void {
  requireValidRecords(
    decode(records.subarray(at, at + batchSizeBytes(records, at))),
    config,
    nowMs,
  );
}

/** Checks the records of one batch; returns the batch to store instead. Throws LogError. */
export function rewriteBatch(
  records: Buffer,
  at: number,
  config: LogConfig,
  nowMs: number,
): Buffer {
  const batch = records.subarray(at, at + batchSizeBytes(records, at));
  const attributes = batchAttributes(records, at);
  if (attributesIsControl(attributes)) return batch;
  const decoded = decode(batch);
  requireValidRecords(decoded, config, nowMs);
  const target = targetCodec(config);
  if (target === undefined || target === attributesCodec(attributes)) return batch;
  return withCodecErrors(ErrorCode.INVALID_RECORD, () =>
    encodeRecordBatch(decoded, {
      codec: target,
      compressionLevel: config.compressionLevel,
      producerId: batchProducerId(records, at),
      producerEpoch: batchProducerEpoch(records, at),
      baseSequence: batchBaseSequence(records, at),
      transactional: attributesIsTransactional(attributes),
    }),
  );
}

function decode(batch: Buffer): DecodedRecord[] {
  const records = withCodecErrors(ErrorCode.INVALID_RECORD, () =>
    decodeRecords(batch, 0, { checkCrc: false }),
  );
  // The header has been checked: it counts without gaps. Records of other offsets were never sent by anyone.
  const baseOffset = batchBaseOffset(batch, 0);
  const isConsecutive = records.every(({ offset }, index) => offset === baseOffset + index);
  if (records.length !== batchRecordCount(batch, 0) || !isConsecutive) {
    throw new LogError(
      ErrorCode.INVALID_RECORD,
      'the records of a batch must have consecutive offsets',
    );
  }
  return records;
}

function requireValidRecords(
  records: readonly DecodedRecord[],
  config: LogConfig,
  nowMs: number,
): void {
  const errors: RecordError[] = [];
  let errorCode: number = ErrorCode.INVALID_RECORD;
  for (const [batchIndex, record] of records.entries()) {
    if (errors.length >= RECORD_ERRORS_MAX) break;
    if (config.cleanupPolicy.compact && record.key === null) {
      errors.push({ batchIndex, message: 'a compacted topic takes no record without a key' });
    } else if (isTooFar(record.timestamp, config, nowMs)) {
      errors.push({ batchIndex, message: `timestamp ${record.timestamp} is out of range` });
      errorCode = ErrorCode.INVALID_TIMESTAMP;
    }
  }
  if (errors.length === 0) return;
  throw new LogError(
    errorCode,
    errorCode === ErrorCode.INVALID_TIMESTAMP
      ? 'One or more records have been rejected due to invalid timestamp'
      : `One or more records have been rejected: ${errors[0]!.message}`,
    errors,
  );
}

function isTooFar(timestamp: number, config: LogConfig, nowMs: number): boolean {
  // Further away than can be told exactly, and so than can be written again.
  if (!Number.isSafeInteger(timestamp)) return true;
  if (config.messageTimestampType === 'LogAppendTime' || timestamp === -1) return false;
  return (
    nowMs - timestamp > config.messageTimestampBeforeMaxMs ||
    timestamp - nowMs > config.messageTimestampAfterMaxMs
  );
}

/** No timestamp since 1970 can be too old when as much as has passed since then is allowed. */
function checksOldest(config: LogConfig, nowMs: number): boolean {
  return config.messageTimestampType === 'CreateTime' && config.messageTimestampBeforeMaxMs < nowMs;
}

function targetCodec(config: LogConfig): CompressionCodec | undefined {
  switch (config.compressionType) {
    case 'producer':
      return undefined;
    case 'uncompressed':
      return 'none';
    default:
      return config.compressionType;
  }
}
