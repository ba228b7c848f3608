/**
 * Zig-zag variable-length integers of the record format: seven bits a byte, least significant first.
 *
 * Writing is split into size and write, because a record's length stands before the record. Values are numbers; those
 * beyond 32 bits (timestamp deltas of more than 24 days) take a slower way.
 */
import { DecodeError } from '../errors/decode-error.ts';

/** Bytes that a 32-bit value takes, 1 to 5. */
export function varintSizeBytes(value: number): number {
  const zigZag = ((value << 1) ^ (value >> 31)) >>> 0;
  if (zigZag < 0x80) return 1;
  if (zigZag < 0x4000) return 2;
  if (zigZag < 0x20_0000) return 3;
  return zigZag < 0x1000_0000 ? 4 : 5;
}

/** Writes a 32-bit value, answers the position after it. */
export function writeVarint(buffer: Buffer, at: number, value: number): number {
  let rest = (value << 1) ^ (value >> 31);
  while ((rest & ~0x7f) !== 0) {
    buffer[at++] = rest | 0x80;
    rest >>>= 7;
  }
  buffer[at++] = rest;
  return at;
}

/** Bytes that a 64-bit value takes, 1 to 10. `value` is a safe integer. */
export function varlongSizeBytes(value: number): number {
  if (value === (value | 0)) return varintSizeBytes(value);
  let zigZag = zigZag64(value);
  let sizeBytes = 1;
  while (zigZag >= 0x80n) {
    zigZag >>= 7n;
    sizeBytes++;
  }
  return sizeBytes;
}

/** Writes a 64-bit value, answers the position after it. `value` is a safe integer. */
export function writeVarlong(buffer: Buffer, at: number, value: number): number {
  if (value === (value | 0)) return writeVarint(buffer, at, value);
  let rest = zigZag64(value);
  while (rest >= 0x80n) {
    buffer[at++] = Number(rest & 0x7fn) | 0x80;
    rest >>= 7n;
  }
  buffer[at++] = Number(rest);
  return at;
}

function zigZag64(value: number): bigint {
  const wide = BigInt(value);
  return (wide << 1n) ^ (wide >> 63n);
}

/** Reads the numbers of records one after the other, never beyond `end`. Throws DecodeError. */
export class VarintReader {
  readonly buffer: Buffer;
  readonly end: number;
  at: number;

  constructor(buffer: Buffer, at: number, end: number) {
    this.buffer = buffer;
    this.at = at;
    this.end = end;
  }

  /** A 32-bit value; more than 5 bytes are malformed. */
  varint(): number {
    const { buffer, end } = this;
    let at = this.at;
    if (at >= end) throw truncated();
    let byte = buffer[at++]!;
    let zigZag = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      if (at >= end) throw truncated();
      if (shift > 28) throw new DecodeError('varint of more than 5 bytes');
      byte = buffer[at++]!;
      zigZag |= (byte & 0x7f) << shift;
    }
    this.at = at;
    return (zigZag >>> 1) ^ -(zigZag & 1);
  }

  /** A 64-bit value, saturating at the safe range; more than 10 bytes are malformed. */
  varlong(): number {
    const { buffer, end } = this;
    let at = this.at;
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      if (at >= end) throw truncated();
      const byte = buffer[at++]!;
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.at = at;
        return (low >>> 1) ^ -(low & 1);
      }
    }
    let zigZag = BigInt(low);
    for (let shift = 28n; ; shift += 7n) {
      if (at >= end) throw truncated();
      if (shift > 63n) throw new DecodeError('varlong of more than 10 bytes');
      const byte = buffer[at++]!;
      zigZag |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    this.at = at;
    zigZag = BigInt.asUintN(64, zigZag);
    const value = Number((zigZag >> 1n) ^ -(zigZag & 1n));
    return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, value));
  }
}

function truncated(): DecodeError {
  return new DecodeError('record ends inside a number');
}
