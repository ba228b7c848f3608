/**
 * A cursor over received bytes, with a method for each wire type of Kafka's messages.
 *
 * Never copies (bytes are views on the frame), never reads outside its window, and never lets a length that was read decide about
 * memory before it has been checked against the bytes that are left. Throws DecodeError and nothing else.
 *
 * The hot methods read integers by shifts on the buffer: several times faster than Buffer's own readers.
 */
import { DecodeError } from '../errors/decode-error.ts';
import { SHORT_TEXT_BYTES_MAX, shortAsciiText } from './short-text.ts';
import { ZERO_UUID } from './zero-values.ts';

const TWO_TO_32 = 4_294_967_296;
/** High words outside [-2^21, 2^21) belong to int64 values that a number does not hold exactly. */
const SAFE_HIGH_WORD = 0x20_0000;
const STRING_BYTES_MAX = 0x7fff;
/** More than any frame has room for. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

export class ByteReader {
  buffer: Buffer;
  /** Index in `buffer` of the next byte. */
  position: number;
  /** Index in `buffer` after the last byte that may be read. */
  end: number;
  /** Of arrays of all kinds and depths together. */
  private elementsLeft: number;

  constructor(buffer: Buffer, position = 0, end: number = buffer.length) {
    this.buffer = buffer;
    this.position = position;
    this.end = end;
    this.elementsLeft = UNLIMITED;
  }

  /**
   * Moves to other bytes, so that one reader serves a whole connection. An element of an array takes more memory than bytes: one of a byte or two becomes an
   * object of a hundred. `elementsMax` bounds that for frames of strangers.
   */
  reset(
    buffer: Buffer,
    position = 0,
    end: number = buffer.length,
    elementsMax: number = UNLIMITED,
  ): this {
    this.buffer = buffer;
    this.position = position;
    this.end = end;
    this.elementsLeft = elementsMax;
    return this;
  }

  get remaining(): number {
    return this.end - this.position;
  }

  /** Passes over bytes. */
  skip(byteCount: number): void {
    this.take(byteCount);
  }

  /** Any byte but 0 is true. */
  bool(): boolean {
    return this.buffer[this.take(1)] !== 0;
  }

  int8(): number {
    return (this.buffer[this.take(1)]! << 24) >> 24;
  }

  int16(): number {
    const at = this.take(2);
    const { buffer } = this;
    return ((buffer[at]! << 24) >> 16) | buffer[at + 1]!;
  }

  uint16(): number {
    const at = this.take(2);
    const { buffer } = this;
    return (buffer[at]! << 8) | buffer[at + 1]!;
  }

  int32(): number {
    const at = this.take(4);
    const { buffer } = this;
    return (buffer[at]! << 24) | (buffer[at + 1]! << 16) | (buffer[at + 2]! << 8) | buffer[at + 3]!;
  }

  /** Exact between the smallest and the largest safe integer; beyond them the nearer of the two. */
  int64(): number {
    const at = this.take(8);
    const { buffer } = this;
    const high =
      (buffer[at]! << 24) | (buffer[at + 1]! << 16) | (buffer[at + 2]! << 8) | buffer[at + 3]!;
    const low =
      ((buffer[at + 4]! << 24) |
        (buffer[at + 5]! << 16) |
        (buffer[at + 6]! << 8) |
        buffer[at + 7]!) >>>
      0;
    if (high >= SAFE_HIGH_WORD) return Number.MAX_SAFE_INTEGER;
    if (high < -SAFE_HIGH_WORD || (high === -SAFE_HIGH_WORD && low === 0)) {
      return Number.MIN_SAFE_INTEGER;
    }
    return high * TWO_TO_32 + low;
  }

  float64(): number {
    return this.buffer.readDoubleBE(this.take(8));
  }

  /** At most five bytes, seven bits each, least significant first. */
  uvarint(): number {
    const { buffer, end } = this;
    let at = this.position;
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      if (at >= end) throw this.tooShort(1);
      const byte = buffer[at++]!;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.position = at;
        return value >>> 0;
      }
    }
    throw this.malformed('a varint runs over five bytes');
  }

  /** Kafka's text form: base64url without padding, 22 characters. */
  uuid(): string {
    const at = this.take(16);
    const { buffer } = this;
    let index = at;
    while (index < at + 16 && buffer[index] === 0) index++;
    return index === at + 16 ? ZERO_UUID : buffer.toString('base64url', at, at + 16);
  }

  string(): string {
    const length = this.int16();
    if (length < 0) throw this.malformed('null where a string must be');
    return this.text(length);
  }

  nullableString(): string | null {
    const length = this.int16();
    return length < 0 ? null : this.text(length);
  }

  compactString(): string {
    const length = this.uvarint() - 1;
    if (length < 0) throw this.malformed('null where a string must be');
    if (length > STRING_BYTES_MAX) throw this.malformed(`a string of ${length} bytes`);
    return this.text(length);
  }

  compactNullableString(): string | null {
    const length = this.uvarint() - 1;
    if (length > STRING_BYTES_MAX) throw this.malformed(`a string of ${length} bytes`);
    return length < 0 ? null : this.text(length);
  }

  bytes(): Buffer {
    const length = this.int32();
    if (length < 0) throw this.malformed('null where bytes must be');
    return this.view(length);
  }

  nullableBytes(): Buffer | null {
    const length = this.int32();
    return length < 0 ? null : this.view(length);
  }

  compactBytes(): Buffer {
    const length = this.uvarint() - 1;
    if (length < 0) throw this.malformed('null where bytes must be');
    return this.view(length);
  }

  compactNullableBytes(): Buffer | null {
    const length = this.uvarint() - 1;
    return length < 0 ? null : this.view(length);
  }

  /**
   * How many elements follow. `elementBytesMin` is the least that one of them takes: a count that cannot fit into what is left of the
   * frame is refused here, before anything is allocated for it.
   */
  arrayLength(elementBytesMin: number): number {
    return this.checkedCount(this.int32(), elementBytesMin);
  }

  /** Like arrayLength, -1 for null. */
  nullableArrayLength(elementBytesMin: number): number {
    const count = this.int32();
    return count < 0 ? -1 : this.checkedCount(count, elementBytesMin);
  }

  compactArrayLength(elementBytesMin: number): number {
    return this.checkedCount(this.uvarint() - 1, elementBytesMin);
  }

  /** Like compactArrayLength, -1 for null. */
  compactNullableArrayLength(elementBytesMin: number): number {
    const count = this.uvarint() - 1;
    return count < 0 ? -1 : this.checkedCount(count, elementBytesMin);
  }

  /** Whether a nullable struct follows (true) or null (false). */
  isPresent(): boolean {
    return this.int8() >= 0;
  }

  /** Reads the size of a tagged field, and returns the position at which it ends. */
  taggedFieldEnd(): number {
    const sizeBytes = this.uvarint();
    if (sizeBytes > this.end - this.position) throw this.tooShort(sizeBytes);
    return this.position + sizeBytes;
  }

  /** Asserts that a tagged field was as long as it said. */
  endTaggedField(end: number): void {
    if (this.position !== end) throw this.malformed('a tagged field is not as long as it says');
  }

  /** Passes over a section of tagged fields none of which is known (KIP-482). */
  skipTaggedFields(): void {
    const count = this.uvarint();
    for (let index = 0; index < count; index++) {
      this.uvarint();
      this.position = this.taggedFieldEnd();
    }
  }

  private text(byteCount: number): string {
    const at = this.take(byteCount);
    if (byteCount <= SHORT_TEXT_BYTES_MAX) {
      const text = shortAsciiText(this.buffer, at, byteCount);
      if (text !== undefined) return text;
    }
    return this.buffer.toString('utf8', at, at + byteCount);
  }

  private view(byteCount: number): Buffer {
    const at = this.take(byteCount);
    return this.buffer.subarray(at, at + byteCount);
  }

  private checkedCount(count: number, elementBytesMin: number): number {
    if (count < 0) throw this.malformed('null where an array must be');
    if (count * elementBytesMin > this.end - this.position) {
      throw this.malformed(`an array of ${count} elements`);
    }
    this.elementsLeft -= count;
    if (this.elementsLeft < 0) throw this.malformed('more elements than are allowed');
    return count;
  }

  /** Moves over bytes and returns where they start. */
  private take(byteCount: number): number {
    const at = this.position;
    if (byteCount > this.end - at) throw this.tooShort(byteCount);
    this.position = at + byteCount;
    return at;
  }

  private tooShort(byteCount: number): DecodeError {
    return this.malformed(`${byteCount} bytes wanted`);
  }

  private malformed(what: string): DecodeError {
    return new DecodeError(`${what} at byte ${this.position}, with ${this.remaining} bytes left`);
  }
}
