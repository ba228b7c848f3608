/**
 * Builds one record batch, record by record, in one growing buffer.
 *
 * Owns the buffer until `build`. The client's hot path: nothing is allocated per record, numbers and strings are
 * written straight to their place behind 61 bytes kept free for the header.
 *
 *     record = length varint | attributes int8 0 | timestampDelta varlong | offsetDelta varint
 *            | keyLength varint, key | valueLength varint, value | headerCount varint, headers
 *     header = keyLength varint, key | valueLength varint, value          a length of -1 is null
 */
import { codecId, type CompressionCodec } from '../compression/codec.ts';
import { compress } from '../compression/compress.ts';
import {
  BATCH_HEADER_BYTES,
  CONTROL_BIT,
  DELETE_HORIZON_BIT,
  LOG_APPEND_TIME_BIT,
  NO_LEADER_EPOCH,
  NO_PRODUCER_EPOCH,
  NO_PRODUCER_ID,
  NO_SEQUENCE,
  NO_TIMESTAMP,
  TRANSACTIONAL_BIT,
  writeBatchHeader,
} from './batch-header.ts';
import type { RecordHeaderInput, RecordInput } from './record.ts';
import { varintSizeBytes, varlongSizeBytes, writeVarint, writeVarlong } from './varint.ts';

/** Who produced a batch; all or none. */
export interface BatchProducer {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
}

export interface RecordBatchOptions extends Partial<BatchProducer> {
  /** Default `none`. */
  readonly codec?: CompressionCodec | undefined;
  /** The codec's own scale; its default when missing. */
  readonly compressionLevel?: number | undefined;
  /** Default 0, what producers send. */
  readonly baseOffset?: number;
  /** Default -1, what producers send. */
  readonly leaderEpoch?: number;
  /** Makes the type log append time, with this time for all records. */
  readonly logAppendTimeMs?: number | undefined;
  readonly transactional?: boolean;
  /** Batches of control records only: see `encodeControlBatch`. */
  readonly control?: boolean;
  /** From when on the cleaner may drop the batch's tombstones and markers (KIP-534). */
  readonly deleteHorizonMs?: number | undefined;
  /** The buffer to start with, default 1 KiB; it grows by factors. */
  readonly initialCapacityBytes?: number;
}

const INITIAL_CAPACITY_BYTES = 1024;
/** Int32 is the format's limit for the length of a batch and of all in it. */
const BATCH_BYTES_MAX = 0x7fffffff;
const LENGTH_BYTES_MAX = 5;
/** Small buffers grow fourfold, from here on twofold: each growth is a copy. */
const FAST_GROWTH_BYTES_MAX = 64 * 1024;
/** Up to here a loop beats the call out of JavaScript. */
const SHORT_COPY_BYTES = 10;
const SHORT_STRING_CHARS = 24;

/** One use: append, then build once. */
export class RecordBatchBuilder {
  readonly #options: RecordBatchOptions;
  readonly #codec: CompressionCodec;
  readonly #baseOffset: number;
  #buffer: Buffer;
  #at = BATCH_HEADER_BYTES;
  #recordCount = 0;
  #nextOffset: number;
  #baseTimestamp: number;
  #maxTimestamp = NO_TIMESTAMP;
  #built = false;

  constructor(options: RecordBatchOptions = {}) {
    this.#options = options;
    this.#codec = options.codec ?? 'none';
    this.#baseOffset = options.baseOffset ?? 0;
    this.#nextOffset = this.#baseOffset;
    this.#baseTimestamp = options.deleteHorizonMs ?? NO_TIMESTAMP;
    const capacity = Math.max(
      options.initialCapacityBytes ?? INITIAL_CAPACITY_BYTES,
      BATCH_HEADER_BYTES,
    );
    this.#buffer = Buffer.allocUnsafe(capacity);
  }

  get recordCount(): number {
    return this.#recordCount;
  }

  /** Size of the batch as built now; before compression where it has a codec. */
  get sizeBytes(): number {
    return this.#at;
  }

  /** Largest timestamp so far, -1 before the first record. */
  get maxTimestamp(): number {
    return this.#maxTimestamp;
  }

  /**
   * Adds a record, answers the size of the batch so far in bytes, before compression (see {@link RecordBatchBuilder.sizeBytes}).
   * Throws RangeError, and leaves the batch as it was, for an offset, a timestamp or a size that the format cannot hold.
   */
  append(record: RecordInput): number {
    if (this.#built) throw new Error('append to a batch that is built');
    const { timestamp, key, value, headers } = record;
    const offset = record.offset ?? this.#nextOffset;
    const offsetDelta = offset - this.#baseOffset;
    if (offset < this.#nextOffset || offsetDelta > BATCH_BYTES_MAX) {
      throw new RangeError(`offset ${offset} does not fit in a batch from ${this.#baseOffset}`);
    }
    if (!Number.isSafeInteger(timestamp)) throw new RangeError(`timestamp ${timestamp}`);
    const isFirst = this.#recordCount === 0 && this.#options.deleteHorizonMs === undefined;
    const timestampDelta = isFirst ? 0 : timestamp - this.#baseTimestamp;

    const keyBytes = fieldSizeBytes(key);
    const valueBytes = fieldSizeBytes(value);
    const headerCount = headers === undefined ? 0 : headers.length;
    let bodyBytes =
      1 +
      varlongSizeBytes(timestampDelta) +
      varintSizeBytes(offsetDelta) +
      varintSizeBytes(keyBytes) +
      varintSizeBytes(valueBytes) +
      varintSizeBytes(headerCount);
    if (keyBytes > 0) bodyBytes += keyBytes;
    if (valueBytes > 0) bodyBytes += valueBytes;
    if (headerCount > 0) bodyBytes += headersSizeBytes(headers!);
    this.#ensureRoom(LENGTH_BYTES_MAX + bodyBytes);

    const buffer = this.#buffer;
    let at = writeVarint(buffer, this.#at, bodyBytes);
    buffer[at++] = 0;
    at = writeVarlong(buffer, at, timestampDelta);
    at = writeVarint(buffer, at, offsetDelta);
    at = writeField(buffer, at, key, keyBytes);
    at = writeField(buffer, at, value, valueBytes);
    at = writeVarint(buffer, at, headerCount);
    if (headerCount > 0) at = writeHeaders(buffer, at, headers!);

    this.#at = at;
    if (isFirst) this.#baseTimestamp = timestamp;
    if (timestamp > this.#maxTimestamp) this.#maxTimestamp = timestamp;
    this.#recordCount++;
    this.#nextOffset = offset + 1;
    return at;
  }

  /**
   * The finished batch, compressed, with its CRC; the caller's from now on. `producer` is for those who learn it only when they send.
   * `lastOffset` keeps the offset range of a batch whose last records the cleaner dropped. Needs a record at least.
   * Throws CompressionError when the codec is not available here.
   */
  build(producer?: BatchProducer, lastOffset: number = this.#nextOffset - 1): Buffer {
    if (this.#built) throw new Error('a batch is built once');
    if (this.#recordCount === 0) throw new Error('a batch needs a record');
    if (lastOffset < this.#nextOffset - 1) {
      throw new RangeError(
        `a batch with offset ${this.#nextOffset - 1} cannot end at ${lastOffset}`,
      );
    }
    this.#built = true;
    const options = this.#options;
    const isLogAppendTime = options.logAppendTimeMs !== undefined;
    const codec = this.#codec;
    const batch = codec === 'none' ? this.#buffer.subarray(0, this.#at) : this.#compressed(codec);
    writeBatchHeader(batch, 0, {
      baseOffset: this.#baseOffset,
      sizeBytes: batch.length,
      leaderEpoch: options.leaderEpoch ?? NO_LEADER_EPOCH,
      attributes:
        codecId(codec) |
        (isLogAppendTime ? LOG_APPEND_TIME_BIT : 0) |
        (options.transactional === true ? TRANSACTIONAL_BIT : 0) |
        (options.control === true ? CONTROL_BIT : 0) |
        (options.deleteHorizonMs === undefined ? 0 : DELETE_HORIZON_BIT),
      lastOffsetDelta: lastOffset - this.#baseOffset,
      baseTimestamp: this.#baseTimestamp,
      maxTimestamp: options.logAppendTimeMs ?? this.#maxTimestamp,
      producerId: producer?.producerId ?? options.producerId ?? NO_PRODUCER_ID,
      producerEpoch: producer?.producerEpoch ?? options.producerEpoch ?? NO_PRODUCER_EPOCH,
      baseSequence: producer?.baseSequence ?? options.baseSequence ?? NO_SEQUENCE,
      recordCount: this.#recordCount,
    });
    return batch;
  }

  #compressed(codec: CompressionCodec): Buffer {
    const records = this.#buffer.subarray(BATCH_HEADER_BYTES, this.#at);
    const compressed = compress(codec, records, this.#options.compressionLevel);
    const batch = Buffer.allocUnsafe(BATCH_HEADER_BYTES + compressed.length);
    batch.set(compressed, BATCH_HEADER_BYTES);
    return batch;
  }

  #ensureRoom(neededBytes: number): void {
    const needed = this.#at + neededBytes;
    if (needed <= this.#buffer.length) return;
    if (needed > BATCH_BYTES_MAX) {
      throw new RangeError(`a batch of ${needed} bytes is larger than the format allows`);
    }
    const capacity = this.#buffer.length;
    const grownBytes =
      capacity < FAST_GROWTH_BYTES_MAX
        ? Math.min(4 * capacity, FAST_GROWTH_BYTES_MAX)
        : 2 * capacity;
    const grown = Buffer.allocUnsafe(Math.max(needed, grownBytes));
    this.#buffer.copy(grown, 0, 0, this.#at);
    this.#buffer = grown;
  }
}

/** Most that `record` can add to a batch, in bytes: to decide whether it still fits before it is appended. */
export function recordSizeBytesMax(record: RecordInput): number {
  // Body length 5, attributes 1, timestamp delta 10, offset delta 5, lengths of key and value 5 each, header count 5.
  let sizeBytes = 36;
  sizeBytes += Math.max(0, fieldSizeBytes(record.key)) + Math.max(0, fieldSizeBytes(record.value));
  if (record.headers !== undefined) sizeBytes += headersSizeBytes(record.headers);
  return sizeBytes;
}

/** Content length, -1 for null: what stands in the length field. */
function fieldSizeBytes(field: Uint8Array | string | null | undefined): number {
  if (field === null || field === undefined) return -1;
  return typeof field === 'string' ? utf8SizeBytes(field) : field.length;
}

function utf8SizeBytes(text: string): number {
  const length = text.length;
  if (length > SHORT_STRING_CHARS) return Buffer.byteLength(text);
  for (let at = 0; at < length; at++) {
    if (text.charCodeAt(at) >= 0x80) return Buffer.byteLength(text);
  }
  return length;
}

function writeField(
  buffer: Buffer,
  at: number,
  field: Uint8Array | string | null | undefined,
  sizeBytes: number,
): number {
  at = writeVarint(buffer, at, sizeBytes);
  if (sizeBytes <= 0) return at;
  if (typeof field === 'string') writeText(buffer, at, field, sizeBytes);
  else writeBytes(buffer, at, field!, sizeBytes);
  return at + sizeBytes;
}

function writeText(buffer: Buffer, at: number, text: string, sizeBytes: number): void {
  if (sizeBytes !== text.length) {
    buffer.write(text, at, sizeBytes, 'utf8');
  } else if (sizeBytes > SHORT_STRING_CHARS) {
    // ASCII, as its size tells: the plain copy is twice as fast.
    buffer.write(text, at, sizeBytes, 'latin1');
  } else {
    for (let index = 0; index < sizeBytes; index++) buffer[at + index] = text.charCodeAt(index);
  }
}

function writeBytes(buffer: Buffer, at: number, bytes: Uint8Array, sizeBytes: number): void {
  if (sizeBytes <= SHORT_COPY_BYTES) {
    for (let index = 0; index < sizeBytes; index++) buffer[at + index] = bytes[index]!;
  } else {
    buffer.set(bytes, at);
  }
}

function headersSizeBytes(headers: readonly RecordHeaderInput[]): number {
  let sizeBytes = 0;
  for (let index = 0; index < headers.length; index++) {
    const { key, value } = headers[index]!;
    const keyBytes = utf8SizeBytes(key);
    const valueBytes = fieldSizeBytes(value);
    sizeBytes += varintSizeBytes(keyBytes) + keyBytes + varintSizeBytes(valueBytes);
    if (valueBytes > 0) sizeBytes += valueBytes;
  }
  return sizeBytes;
}

function writeHeaders(buffer: Buffer, at: number, headers: readonly RecordHeaderInput[]): number {
  for (let index = 0; index < headers.length; index++) {
    const { key, value } = headers[index]!;
    at = writeField(buffer, at, key, utf8SizeBytes(key));
    at = writeField(buffer, at, value, fieldSizeBytes(value));
  }
  return at;
}
