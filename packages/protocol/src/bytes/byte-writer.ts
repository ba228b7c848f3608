/**
 * Builds messages: a method for each wire type, into one growing slab, with large byte fields kept by reference.
 *
 * What was written is taken as a list of buffers: pieces of the slab, and between them the referenced bytes, never copied. The slab is
 * never written again where it has been handed out, so a writer can be used for the next message while the last one is still on its way to
 * the socket. When a slab is full the next message starts another; the garbage collector frees the old one after its last piece.
 *
 * ```
 *   slab  [ handed out earlier | piece 1 | piece 2 | free ...... ]
 *                                       ^ referenced bytes go out between the two
 * ```
 *
 * Throws EncodeError for a value that does not fit its type; what was begun must then be dropped with `discard()`.
 */
import { EncodeError } from '../errors/decode-error.ts';

/** Bytes given whole, or in pieces that count as one value. */
export type BytesInput = Buffer | readonly Buffer[];

const TWO_TO_32 = 4_294_967_296;
const TWO_TO_63 = 2 ** 63;
const STRING_BYTES_MAX = 0x7fff;
/** Up to this length a string is written character by character as long as it is ASCII. */
const SHORT_TEXT_MAX = 48;
/** Bytes at least this long are kept by reference: below it a copy is cheaper than another buffer in the list. */
export const REFERENCE_BYTES_MIN = 4096;

/** Number of bytes in a value. */
export function byteCountOf(value: BytesInput): number {
  if (Buffer.isBuffer(value)) return value.length;
  let byteCount = 0;
  for (const piece of value) byteCount += piece.length;
  return byteCount;
}

export class ByteWriter {
  private readonly slabBytes: number;
  private buffer: Buffer;
  /** Where in the slab the bytes begin that have not been taken. */
  private start = 0;
  private position = 0;
  /** Referenced bytes, each with the position in the slab before which it belongs; positions ascend. */
  private references: Buffer[] = [];
  private referencePositions: number[] = [];
  private referencedBytes = 0;
  private referencedBytesBeforeFrame = 0;
  /** Inside a sized section everything is copied: the section may still have to move. */
  private openSections = 0;

  constructor(slabBytes = 16_384) {
    this.slabBytes = slabBytes;
    this.buffer = Buffer.allocUnsafeSlow(slabBytes);
  }

  /** Bytes written and not yet taken, referenced ones included. */
  get sizeBytes(): number {
    return this.position - this.start + this.referencedBytes;
  }

  /** What has been written since the last call, in order. The writer starts anew behind it. */
  take(): Buffer[] {
    const { buffer, references, referencePositions, position } = this;
    let from = this.start;
    if (references.length === 0) {
      this.start = position;
      return from === position ? [] : [buffer.subarray(from, position)];
    }
    const pieces: Buffer[] = [];
    for (let index = 0; index < references.length; index++) {
      const at = referencePositions[index]!;
      if (at > from) pieces.push(buffer.subarray(from, at));
      pieces.push(references[index]!);
      from = at;
    }
    if (position > from) pieces.push(buffer.subarray(from, position));
    this.start = position;
    this.forgetReferences();
    return pieces;
  }

  /** Like take, as one buffer; referenced bytes are copied into it. */
  takeOne(): Buffer {
    const pieces = this.take();
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
  }

  /** Drops what has been written since `take`. */
  discard(): void {
    this.position = this.start;
    this.openSections = 0;
    this.forgetReferences();
  }

  /** Begins a frame: room for its size. Frames do not nest. Returns what `endFrame` needs. */
  beginFrame(): number {
    const at = this.reserve(4);
    this.position = at + 4;
    this.referencedBytesBeforeFrame = this.referencedBytes;
    return at - this.start;
  }

  /** Writes the size of everything since `beginFrame` in front of it. */
  endFrame(mark: number): void {
    const at = this.start + mark;
    const referencedBytes = this.referencedBytes - this.referencedBytesBeforeFrame;
    this.putInt32(at, this.position - at - 4 + referencedBytes);
  }

  bool(value: boolean): void {
    const at = this.reserve(1);
    this.buffer[at] = value ? 1 : 0;
    this.position = at + 1;
  }

  int8(value: number): void {
    if ((value << 24) >> 24 !== value) throw outOfRange('int8', value);
    const at = this.reserve(1);
    this.buffer[at] = value;
    this.position = at + 1;
  }

  int16(value: number): void {
    if ((value << 16) >> 16 !== value) throw outOfRange('int16', value);
    this.putInt16(value);
  }

  uint16(value: number): void {
    if ((value & 0xffff) !== value) throw outOfRange('uint16', value);
    this.putInt16(value);
  }

  int32(value: number): void {
    if ((value | 0) !== value) throw outOfRange('int32', value);
    const at = this.reserve(4);
    this.putInt32(at, value);
    this.position = at + 4;
  }

  /** Whole numbers outside the range of int64 become the nearer end of it. */
  int64(value: number): void {
    let high = Math.floor(value / TWO_TO_32);
    let low = value >>> 0;
    if (!Number.isSafeInteger(value)) {
      if (Number.isNaN(value) || (Number.isFinite(value) && !Number.isInteger(value))) {
        throw outOfRange('int64', value);
      }
      if (value >= TWO_TO_63) {
        high = 0x7fff_ffff;
        low = 0xffff_ffff;
      } else if (value < -TWO_TO_63) {
        high = -0x8000_0000;
        low = 0;
      }
    }
    const at = this.reserve(8);
    this.putInt32(at, high);
    this.putInt32(at + 4, low);
    this.position = at + 8;
  }

  float64(value: number): void {
    const at = this.reserve(8);
    this.buffer.writeDoubleBE(value, at);
    this.position = at + 8;
  }

  /** `value` is a whole number from 0 to 2^32 - 1. */
  uvarint(value: number): void {
    let at = this.reserve(5);
    const { buffer } = this;
    let rest = value >>> 0;
    while (rest >= 0x80) {
      buffer[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    buffer[at++] = rest;
    this.position = at;
  }

  uuid(value: string): void {
    const at = this.reserve(16);
    if (value.length !== 22 || this.buffer.write(value, at, 16, 'base64url') !== 16) {
      throw new EncodeError(`not a uuid of 22 base64url characters: '${value.slice(0, 40)}'`);
    }
    this.position = at + 16;
  }

  string(value: string): void {
    if (value.length > STRING_BYTES_MAX) throw tooLong(value.length);
    const at = this.reserve(2 + value.length * 3);
    const byteCount = this.putText(at + 2, value);
    this.buffer[at] = byteCount >>> 8;
    this.buffer[at + 1] = byteCount;
    this.position = at + 2 + byteCount;
  }

  nullableString(value: string | null): void {
    if (value === null) this.putInt16(-1);
    else this.string(value);
  }

  compactString(value: string): void {
    const byteCount = value.length < 42 ? 0 : Buffer.byteLength(value);
    if (byteCount > STRING_BYTES_MAX) throw tooLong(byteCount);
    if (byteCount === 0) {
      // At most 41 characters, so at most 123 bytes: the length takes one byte, whatever they turn out to be.
      const at = this.reserve(1 + value.length * 3);
      const written = this.putText(at + 1, value);
      this.buffer[at] = written + 1;
      this.position = at + 1 + written;
      return;
    }
    this.uvarint(byteCount + 1);
    const at = this.reserve(byteCount);
    this.position = at + this.buffer.write(value, at, byteCount, 'utf8');
  }

  compactNullableString(value: string | null): void {
    if (value === null) this.uvarint(0);
    else this.compactString(value);
  }

  bytes(value: BytesInput): void {
    this.int32(byteCountOf(value));
    this.putBytes(value);
  }

  nullableBytes(value: BytesInput | null): void {
    if (value === null) this.int32(-1);
    else this.bytes(value);
  }

  compactBytes(value: BytesInput): void {
    this.uvarint(byteCountOf(value) + 1);
    this.putBytes(value);
  }

  compactNullableBytes(value: BytesInput | null): void {
    if (value === null) this.uvarint(0);
    else this.compactBytes(value);
  }

  /** -1 for a null array. */
  arrayLength(count: number): void {
    this.int32(count);
  }

  /** -1 for a null array. */
  compactArrayLength(count: number): void {
    this.uvarint(count + 1);
  }

  /** An empty section of tagged fields (KIP-482). */
  noTaggedFields(): void {
    this.uvarint(0);
  }

  /** What precedes a nullable struct. */
  present(isPresent: boolean): void {
    this.int8(isPresent ? 1 : -1);
  }

  /** Begins a tagged field, whose size goes before it. Returns what `endSized` needs. */
  beginSized(): number {
    const at = this.reserve(1);
    this.position = at + 1;
    this.openSections++;
    return at - this.start;
  }

  /** Writes the size of everything since `beginSized` in front of it; moves it when the size takes more than one byte. */
  endSized(mark: number): void {
    this.openSections--;
    const at = this.start + mark;
    const sizeBytes = this.position - at - 1;
    if (sizeBytes < 0x80) {
      this.buffer[at] = sizeBytes;
      return;
    }
    const content = Buffer.from(this.buffer.subarray(at + 1, this.position));
    this.position = at;
    this.uvarint(sizeBytes);
    this.copy(content);
  }

  private putBytes(value: BytesInput): void {
    if (Buffer.isBuffer(value)) this.putPiece(value);
    else for (const piece of value) this.putPiece(piece);
  }

  private putPiece(piece: Buffer): void {
    if (piece.length < REFERENCE_BYTES_MIN || this.openSections > 0) {
      this.copy(piece);
      return;
    }
    this.references.push(piece);
    this.referencePositions.push(this.position);
    this.referencedBytes += piece.length;
  }

  private copy(piece: Buffer): void {
    const at = this.reserve(piece.length);
    this.buffer.set(piece, at);
    this.position = at + piece.length;
  }

  /** Writes the text, for which there is room, and returns how many bytes it took. */
  private putText(start: number, value: string): number {
    const { length } = value;
    if (length <= SHORT_TEXT_MAX) {
      const { buffer } = this;
      let index = 0;
      for (; index < length; index++) {
        const unit = value.charCodeAt(index);
        if (unit >= 0x80) break;
        buffer[start + index] = unit;
      }
      if (index === length) return length;
    }
    const byteCount = this.buffer.write(value, start, 'utf8');
    if (byteCount > STRING_BYTES_MAX) throw tooLong(byteCount);
    return byteCount;
  }

  private putInt16(value: number): void {
    const at = this.reserve(2);
    const { buffer } = this;
    buffer[at] = value >>> 8;
    buffer[at + 1] = value;
    this.position = at + 2;
  }

  private putInt32(at: number, value: number): void {
    const { buffer } = this;
    buffer[at] = value >>> 24;
    buffer[at + 1] = value >>> 16;
    buffer[at + 2] = value >>> 8;
    buffer[at + 3] = value;
  }

  /** Makes room for `byteCount` more bytes and returns where they go. */
  private reserve(byteCount: number): number {
    if (this.position + byteCount > this.buffer.length) this.grow(byteCount);
    return this.position;
  }

  private grow(byteCount: number): void {
    const usedBytes = this.position - this.start;
    const bytes = Math.max(this.slabBytes, (usedBytes + byteCount) * 2);
    const buffer = Buffer.allocUnsafeSlow(bytes);
    this.buffer.copy(buffer, 0, this.start, this.position);
    for (let index = 0; index < this.referencePositions.length; index++) {
      this.referencePositions[index] = this.referencePositions[index]! - this.start;
    }
    this.buffer = buffer;
    this.start = 0;
    this.position = usedBytes;
  }

  private forgetReferences(): void {
    if (this.referencedBytes === 0 && this.references.length === 0) return;
    // Fresh arrays, not emptied ones: a long list must not stay allocated for good.
    this.references = [];
    this.referencePositions = [];
    this.referencedBytes = 0;
    this.referencedBytesBeforeFrame = 0;
  }
}

function outOfRange(type: string, value: number): EncodeError {
  return new EncodeError(`${value} is not an ${type}`);
}

function tooLong(byteCount: number): EncodeError {
  return new EncodeError(
    `a string of ${byteCount} bytes; at most ${STRING_BYTES_MAX} are possible`,
  );
}
