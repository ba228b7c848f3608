/**
 * What a leader checks before it appends: batch headers and checksums only, as long as the topic's settings allow it; records
 * are looked at where a setting cannot be kept otherwise (record-validation.ts). Pure but for the result.
 */
import {
  ErrorCode,
  attributesIsControl,
  attributesIsLogAppendTime,
  batchAttributes,
  batchBaseOffset,
  batchBaseSequence,
  batchLastOffsetDelta,
  batchMaxTimestamp,
  batchProducerId,
  batchRecordCount,
  batchSizeBytes,
  checkBatch,
} from '@zurau/protocol';
import type { LogConfig } from './log-config.ts';
import { LogError } from './log-error.ts';
import type { AppendOrigin } from './producer-entry.ts';
import { checkRecords, needsRewrite, rewriteBatch } from './record-validation.ts';

/**
 * Checks the batches a client or a coordinator wants to append and returns what is to be stored: the same buffer, or a
 * new one where records had to be compressed differently. Throws LogError.
 */
export function validateForLeader(
  records: Buffer,
  config: LogConfig,
  origin: AppendOrigin,
  nowMs: number,
): Buffer {
  if (records.length === 0) throw new LogError(ErrorCode.INVALID_RECORD, 'no record batch at all');
  let rewrite = false;
  for (let at = 0; at < records.length;) {
    if (at > 0 && origin === 'client') {
      throw new LogError(ErrorCode.INVALID_RECORD, 'more than one record batch for a partition');
    }
    requireIntact(records, at, config.maxMessageBytes);
    if (origin === 'client') requireClientBatch(records, at);
    if (config.messageTimestampType === 'CreateTime') requireTimestamp(records, at, config, nowMs);
    else requireNoLogAppendTime(records, at);
    rewrite ||= needsRewrite(records, at, config, nowMs);
    at += batchSizeBytes(records, at);
  }
  return rewrite ? rewriteAll(records, config, nowMs) : records;
}

/** Throws unless a whole, sound batch of at most `limitBytes` begins at `at`. */
export function requireIntact(records: Buffer, at: number, limitBytes: number): void {
  const problem = checkBatch(records, at, limitBytes);
  switch (problem) {
    case undefined:
      return;
    case 'too-large':
      throw new LogError(
        ErrorCode.MESSAGE_TOO_LARGE,
        `batch of ${batchSizeBytes(records, at)} bytes, ${limitBytes} are allowed`,
      );
    case 'unsupported-magic':
      throw new LogError(
        ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT,
        'record batches must have format 2',
      );
    case 'incomplete':
    case 'too-small':
    case 'corrupt':
      throw new LogError(ErrorCode.CORRUPT_MESSAGE, `record batch is ${problem}`);
  }
}

function requireClientBatch(records: Buffer, at: number): void {
  const count = batchRecordCount(records, at);
  const lastOffsetDelta = batchLastOffsetDelta(records, at);
  if (batchBaseOffset(records, at) !== 0) {
    throw new LogError(ErrorCode.INVALID_RECORD, 'the base offset of a new batch must be 0');
  }
  if (count <= 0 || lastOffsetDelta !== count - 1) {
    throw new LogError(
      ErrorCode.INVALID_RECORD,
      `a batch of ${count} records cannot end at relative offset ${lastOffsetDelta}`,
    );
  }
  if (attributesIsControl(batchAttributes(records, at))) {
    throw new LogError(ErrorCode.INVALID_RECORD, 'clients must not write control records');
  }
  if (batchProducerId(records, at) >= 0 && batchBaseSequence(records, at) < 0) {
    throw new LogError(ErrorCode.INVALID_RECORD, 'a batch with a producer id needs a sequence');
  }
}

/** The greatest timestamp is in the header; the smallest one only the records know. */
function requireTimestamp(records: Buffer, at: number, config: LogConfig, nowMs: number): void {
  requireNoLogAppendTime(records, at);
  const maxTimestamp = batchMaxTimestamp(records, at);
  if (maxTimestamp < 0 || maxTimestamp - nowMs <= config.messageTimestampAfterMaxMs) return;
  // The producer is told which records it is.
  checkRecords(records, at, config, nowMs);
  throw new LogError(
    ErrorCode.INVALID_TIMESTAMP,
    `timestamp ${maxTimestamp} is more than ${config.messageTimestampAfterMaxMs} ms ahead`,
    [{ batchIndex: 0, message: `timestamp ${maxTimestamp} is out of range` }],
  );
}

function requireNoLogAppendTime(records: Buffer, at: number): void {
  if (!attributesIsLogAppendTime(batchAttributes(records, at))) return;
  throw new LogError(ErrorCode.INVALID_TIMESTAMP, 'producers must not set log append time');
}

function rewriteAll(records: Buffer, config: LogConfig, nowMs: number): Buffer {
  const batches: Buffer[] = [];
  for (let at = 0; at < records.length; at += batchSizeBytes(records, at)) {
    const batch = rewriteBatch(records, at, config, nowMs);
    if (batch.length > config.maxMessageBytes) {
      throw new LogError(
        ErrorCode.MESSAGE_TOO_LARGE,
        `batch of ${batch.length} bytes after compression, ${config.maxMessageBytes} are allowed`,
      );
    }
    batches.push(batch);
  }
  return batches.length === 1 ? batches[0]! : Buffer.concat(batches);
}
