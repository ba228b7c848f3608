/**
 * Walks the records of one batch without building objects: for the cleaner, which looks at every key of a log and
 * keeps most records as the bytes that they are, and for coordinators, which replay whole logs.
 *
 * Owns a view of the batch, and what was decompressed from it. As strict as `decodeRecords`: whatever the bytes are, it throws
 * only DecodeError and CompressionError and never reads beyond the batch.
 */
import { decompress } from '../compression/compress.ts';
import { DecodeError } from '../errors/decode-error.ts';
import {
  BATCH_HEADER_BYTES,
  attributesCodec,
  attributesIsLogAppendTime,
  batchAttributes,
  batchBaseOffset,
  batchBaseTimestamp,
  batchMaxTimestamp,
  batchRecordCount,
  batchSizeBytes,
} from './batch-header.ts';
import { DECOMPRESSED_BYTES_MAX } from './decode-records.ts';
import { VarintReader } from './varint.ts';

const NOTHING: Buffer = Buffer.alloc(0);
/** Length, attributes, two deltas, two lengths and the header count take one byte each at least. */
const RECORD_BYTES_MIN = 7;

export class RecordWalker {
  /** Records of the batch, whatever of them was walked. */
  recordCount = 0;
  /** Of the current record. */
  offset = -1;
  /** Of the current record, milliseconds; the log append time where the batch has that type. */
  timestamp = -1;
  /** Where in {@link bytes} the current record's key lies; both -1 when it is null. */
  keyStart = -1;
  keyEnd = -1;
  isValueNull = false;
  /** Where in {@link bytes} the current record's value lies; both -1 when it is null. */
  valueStart = -1;
  valueEnd = -1;
  /** Where in {@link bytes} the current record's offset delta begins: from here on it does not depend on its timestamp. */
  tailStart = 0;
  recordEnd = 0;
  #reader = new VarintReader(NOTHING, 0, 0);
  #start = 0;
  #walkedCount = 0;
  #baseOffset = 0;
  #baseTimestamp = 0;
  #logAppendTime: number | undefined;

  /** What the positions count in: the batch's buffer, or its records after decompression. */
  get bytes(): Buffer {
    return this.#reader.buffer;
  }

  /** Bytes of all records after decompression. */
  get sectionBytes(): number {
    return this.#reader.end - this.#start;
  }

  /**
   * Stands before the first record of the batch at `at`, which is whole and whose CRC is right. Records of more than
   * `decompressedBytesMax` are refused. Throws DecodeError or CompressionError.
   */
  open(buffer: Buffer, at: number, decompressedBytesMax: number = DECOMPRESSED_BYTES_MAX): void {
    const attributes = batchAttributes(buffer, at);
    const codec = attributesCodec(attributes);
    if (codec === undefined) throw new DecodeError(`unknown compression codec ${attributes & 7}`);
    this.recordCount = batchRecordCount(buffer, at);
    this.#baseOffset = batchBaseOffset(buffer, at);
    this.#baseTimestamp = batchBaseTimestamp(buffer, at);
    this.#logAppendTime = attributesIsLogAppendTime(attributes)
      ? batchMaxTimestamp(buffer, at)
      : undefined;
    const start = at + BATCH_HEADER_BYTES;
    const end = at + batchSizeBytes(buffer, at);
    if (codec === 'none' || this.recordCount === 0) {
      this.#reader = new VarintReader(buffer, start, this.recordCount === 0 ? start : end);
    } else {
      const section = decompress(codec, buffer.subarray(start, end), decompressedBytesMax);
      this.#reader = new VarintReader(section, 0, section.length);
    }
    this.#start = this.#reader.at;
    this.#walkedCount = 0;
    if (this.recordCount < 0 || this.recordCount > this.sectionBytes / RECORD_BYTES_MIN) {
      throw new DecodeError(
        `no room for ${this.recordCount} records in ${this.sectionBytes} bytes`,
      );
    }
  }

  /** Goes back before the first record. */
  rewind(): void {
    this.#reader.at = this.#start;
    this.#walkedCount = 0;
  }

  /** Moves to the next record; false behind the last. Throws DecodeError. */
  next(): boolean {
    const reader = this.#reader;
    if (this.#walkedCount >= this.recordCount) {
      if (reader.at !== reader.end) throw new DecodeError('bytes after the last record of a batch');
      return false;
    }
    this.#walkedCount++;
    const sizeBytes = reader.varint();
    const end = reader.at + sizeBytes;
    if (sizeBytes < 0 || end > reader.end) throw new DecodeError('record beyond its batch');
    reader.at++; // Attributes, unused.
    const timestampDelta = reader.varlong();
    this.timestamp = this.#logAppendTime ?? this.#baseTimestamp + timestampDelta;
    this.tailStart = reader.at;
    this.offset = this.#baseOffset + reader.varint();
    const keyBytes = reader.varint();
    this.keyStart = keyBytes < 0 ? -1 : reader.at;
    this.keyEnd = keyBytes < 0 ? -1 : reader.at + keyBytes;
    if (keyBytes > 0) reader.at += keyBytes;
    if (reader.at > end) throw new DecodeError('field beyond its record');
    const valueBytes = reader.varint();
    this.isValueNull = valueBytes < 0;
    this.valueStart = valueBytes < 0 ? -1 : reader.at;
    this.valueEnd = valueBytes < 0 ? -1 : reader.at + valueBytes;
    if (reader.at + Math.max(0, valueBytes) > end) throw new DecodeError('field beyond its record');
    reader.at = end;
    this.recordEnd = end;
    return true;
  }
}
