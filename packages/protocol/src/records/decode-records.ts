/**
 * Reads the records out of batches.
 *
 * Keys and values are views on the batch, or on what was decompressed from it; nothing is copied. Whatever the bytes
 * are, it throws only DecodeError and CompressionError, and allocates no more than the batch and its limits justify.
 */
import { decompress } from '../compression/compress.ts';
import { DecodeError } from '../errors/decode-error.ts';
import {
  BATCH_HEADER_BYTES,
  attributesCodec,
  attributesIsControl,
  attributesIsLogAppendTime,
  batchAttributes,
  batchBaseOffset,
  batchBaseTimestamp,
  batchMagic,
  batchMaxTimestamp,
  batchRecordCount,
  batchSizeBytes,
} from './batch-header.ts';
import { checkBatch, wholeBatchSizeBytes } from './check-batch.ts';
import type { DecodedHeader, DecodedRecord } from './record.ts';
import { VarintReader } from './varint.ts';

export interface DecodeRecordsOptions {
  /** Largest size of one batch's records after decompression; default {@link DECOMPRESSED_BYTES_MAX}. */
  readonly maxBytes?: number;
  /** Whether to verify the CRC first; default true. False for bytes that were checked before. */
  readonly checkCrc?: boolean;
  /** Leaves out records with smaller offsets: a fetch answers with whole batches. */
  readonly fromOffset?: number;
}

/** Default limit for the records of one batch after decompression. */
export const DECOMPRESSED_BYTES_MAX: number = 256 * 1024 * 1024;

/** Length, attributes, two deltas, two lengths and the header count take one byte each at least. */
const RECORD_BYTES_MIN = 7;
const HEADER_BYTES_MIN = 2;
const NO_HEADERS: readonly DecodedHeader[] = Object.freeze([]);

/** The records of the batch at `at`, control records included. Throws DecodeError or CompressionError. */
export function decodeRecords(
  buffer: Buffer,
  at = 0,
  options: DecodeRecordsOptions = {},
): DecodedRecord[] {
  const records: DecodedRecord[] = [];
  decodeInto(records, buffer, at, options);
  return records;
}

/**
 * The records of all whole batches of a records field, in order. A partial last batch is ignored, and so are control
 * batches: they are no data. Throws DecodeError or CompressionError.
 */
export function decodeAllRecords(
  buffer: Buffer,
  options: DecodeRecordsOptions = {},
): DecodedRecord[] {
  const records: DecodedRecord[] = [];
  for (const at of batchPositions(buffer)) {
    if (!attributesIsControl(batchAttributes(buffer, at))) {
      decodeInto(records, buffer, at, options);
    }
  }
  return records;
}

/**
 * Where the whole batches in `buffer[start, end)` begin, in order. A partial last batch is ignored. Looks at sizes only.
 * Throws DecodeError at a size that no batch can have. `wholeBatchSizeBytes` is the same without a generator.
 */
export function* batchPositions(
  buffer: Buffer,
  start = 0,
  end: number = buffer.length,
): Generator<number, void, undefined> {
  for (let at = start, sizeBytes = 0; ; at += sizeBytes) {
    sizeBytes = wholeBatchSizeBytes(buffer, at, end);
    if (sizeBytes === 0) return;
    if (sizeBytes < 0) throw new DecodeError(`no batch at byte ${at}: its size is impossible`);
    yield at;
  }
}

function decodeInto(
  records: DecodedRecord[],
  buffer: Buffer,
  at: number,
  options: DecodeRecordsOptions,
): void {
  requireBatch(buffer, at, options.checkCrc ?? true);
  const attributes = batchAttributes(buffer, at);
  const codec = attributesCodec(attributes);
  if (codec === undefined) throw new DecodeError(`unknown compression codec ${attributes & 7}`);
  const recordCount = batchRecordCount(buffer, at);
  if (recordCount === 0) return;

  const sectionEnd = at + batchSizeBytes(buffer, at);
  let reader: VarintReader;
  if (codec === 'none') {
    reader = new VarintReader(buffer, at + BATCH_HEADER_BYTES, sectionEnd);
  } else {
    const compressed = buffer.subarray(at + BATCH_HEADER_BYTES, sectionEnd);
    const section = decompress(codec, compressed, options.maxBytes ?? DECOMPRESSED_BYTES_MAX);
    reader = new VarintReader(section, 0, section.length);
  }
  if (recordCount < 0 || recordCount > (reader.end - reader.at) / RECORD_BYTES_MIN) {
    throw new DecodeError(`no room for ${recordCount} records in ${reader.end - reader.at} bytes`);
  }

  const baseOffset = batchBaseOffset(buffer, at);
  const baseTimestamp = batchBaseTimestamp(buffer, at);
  const logAppendTime = attributesIsLogAppendTime(attributes)
    ? batchMaxTimestamp(buffer, at)
    : undefined;
  const fromOffset = options.fromOffset ?? baseOffset;
  for (let index = 0; index < recordCount; index++) {
    const length = reader.varint();
    const recordEnd = reader.at + length;
    if (length < 0 || recordEnd > reader.end) throw new DecodeError('record beyond its batch');
    reader.at++; // Attributes, unused.
    const timestampDelta = reader.varlong();
    const offset = baseOffset + reader.varint();
    if (offset < fromOffset) {
      reader.at = recordEnd;
      continue;
    }
    const key = readBytes(reader);
    const value = readBytes(reader);
    const headers = readHeaders(reader);
    if (reader.at !== recordEnd) {
      throw new DecodeError(`record at offset ${offset} is not as long as it says`);
    }
    const timestamp = logAppendTime ?? baseTimestamp + timestampDelta;
    records.push({ offset, timestamp, key, value, headers });
  }
  if (reader.at !== reader.end) throw new DecodeError('bytes after the last record of a batch');
}

function requireBatch(buffer: Buffer, at: number, checkCrc: boolean): void {
  if (checkCrc) {
    const problem = checkBatch(buffer, at, Infinity);
    if (problem !== undefined) throw new DecodeError(`bad record batch: ${problem}`);
  } else if (wholeBatchSizeBytes(buffer, at, buffer.length) <= 0 || batchMagic(buffer, at) !== 2) {
    throw new DecodeError('bad record batch');
  }
}

function readBytes(reader: VarintReader): Buffer | null {
  const length = reader.varint();
  if (length < 0) return null;
  const start = reader.at;
  const end = start + length;
  if (end > reader.end) throw new DecodeError('field beyond its batch');
  reader.at = end;
  return reader.buffer.subarray(start, end);
}

function readHeaders(reader: VarintReader): readonly DecodedHeader[] {
  const count = reader.varint();
  if (count === 0) return NO_HEADERS;
  if (count < 0 || count > (reader.end - reader.at) / HEADER_BYTES_MIN) {
    throw new DecodeError(`no room for ${count} headers`);
  }
  const headers: DecodedHeader[] = [];
  for (let index = 0; index < count; index++) {
    const length = reader.varint();
    const start = reader.at;
    if (length < 0 || start + length > reader.end) throw new DecodeError('header beyond its batch');
    reader.at = start + length;
    const key = reader.buffer.toString('utf8', start, reader.at);
    headers.push({ key, value: readBytes(reader) });
  }
  return headers;
}
