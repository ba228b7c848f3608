import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ByteReader,
  ByteWriter,
  DecodeError,
  EncodeError,
  REFERENCE_BYTES_MIN,
  ZERO_UUID,
} from '../index.ts';

function written(write: (writer: ByteWriter) => void): Buffer {
  const writer = new ByteWriter(64);
  write(writer);
  return writer.takeOne();
}

test('int64 is exact in the safe range, on both sides of every power of two', () => {
  const values = [0, 1, -1, 2 ** 31, -(2 ** 31), 2 ** 32, -(2 ** 32), 2 ** 52, 2 ** 53 - 1];
  for (const value of [...values, ...values.map((v) => v - 1), -(2 ** 53 - 1)]) {
    const bytes = written((writer) => writer.int64(value));
    expect(bytes.readBigInt64BE()).toBe(BigInt(value));
    expect(new ByteReader(bytes).int64()).toBe(value);
  }
});

test('int64 is the nearest safe integer outside of it', () => {
  const read = (value: bigint): number => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(value);
    return new ByteReader(bytes).int64();
  };
  expect(read(2n ** 63n - 1n)).toBe(Number.MAX_SAFE_INTEGER);
  expect(read(2n ** 53n)).toBe(Number.MAX_SAFE_INTEGER);
  expect(read(-(2n ** 63n))).toBe(Number.MIN_SAFE_INTEGER);
  expect(read(-(2n ** 53n))).toBe(Number.MIN_SAFE_INTEGER);
  expect(written((writer) => writer.int64(Infinity)).toString('hex')).toBe('7fffffffffffffff');
  expect(written((writer) => writer.int64(-Infinity)).toString('hex')).toBe('8000000000000000');
  expect(written((writer) => writer.int64(2 ** 60)).readBigInt64BE()).toBe(2n ** 60n);
});

test('a number that does not fit its type is refused', () => {
  const writer = new ByteWriter();
  expect(() => writer.int8(128)).toThrow(EncodeError);
  expect(() => writer.int16(-32_769)).toThrow(EncodeError);
  expect(() => writer.uint16(-1)).toThrow(EncodeError);
  expect(() => writer.int32(2 ** 31)).toThrow(EncodeError);
  expect(() => writer.int32(1.5)).toThrow(EncodeError);
  expect(() => writer.int64(Number.NaN)).toThrow(EncodeError);
  expect(() => writer.int64(0.5)).toThrow(EncodeError);
  expect(() => writer.uuid('too-short')).toThrow(EncodeError);
  expect(() => writer.string('x'.repeat(32_768))).toThrow(EncodeError);
  expect(() => writer.compactString('€'.repeat(20_000))).toThrow(EncodeError);
});

test("uvarints are Kafka's: seven bits a byte, least significant first, five bytes at most", () => {
  const cases: [number, string][] = [
    [0, '00'],
    [127, '7f'],
    [128, '8001'],
    [300, 'ac02'],
    [2 ** 32 - 1, 'ffffffff0f'],
  ];
  for (const [value, hex] of cases) {
    expect(written((writer) => writer.uvarint(value)).toString('hex')).toBe(hex);
    expect(new ByteReader(Buffer.from(hex, 'hex')).uvarint()).toBe(value);
  }
  expect(() => new ByteReader(Buffer.from('ffffffffff01', 'hex')).uvarint()).toThrow(DecodeError);
  expect(() => new ByteReader(Buffer.from('ff', 'hex')).uvarint()).toThrow(DecodeError);
});

test('strings of every length and alphabet, legacy and compact', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'grapheme-ascii', maxLength: 60 }),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(13, 14, 41, 42, 43, 10_922).map((length) => '€'.repeat(length)),
  );
  fc.assert(
    fc.property(anyText, (text) => {
      const bytes = written((writer) => {
        writer.string(text);
        writer.compactString(text);
        writer.nullableString(text);
        writer.compactNullableString(null);
      });
      const reader = new ByteReader(bytes);
      expect(reader.string()).toBe(text);
      expect(reader.compactString()).toBe(text);
      expect(reader.nullableString()).toBe(text);
      expect(reader.compactNullableString()).toBeNull();
      expect(reader.remaining).toBe(0);
    }),
  );
});

test('a uuid travels as 16 bytes', () => {
  const bytes = written((writer) => {
    writer.uuid('AQIDBAUGBwgJCgsMDQ4PEA');
    writer.uuid(ZERO_UUID);
  });
  expect(bytes.toString('hex')).toBe('0102030405060708090a0b0c0d0e0f10' + '00'.repeat(16));
  const reader = new ByteReader(bytes);
  expect(reader.uuid()).toBe('AQIDBAUGBwgJCgsMDQ4PEA');
  expect(reader.uuid()).toBe(ZERO_UUID);
});

test('a reader never leaves its window', () => {
  const reader = new ByteReader(Buffer.from('0000000100000002', 'hex'), 2, 6);
  expect(reader.int32()).toBe(0x0001_0000);
  expect(() => reader.int8()).toThrow(DecodeError);
});

test('lengths that the frame does not justify are refused', () => {
  const hostile = (hex: string): ByteReader => new ByteReader(Buffer.from(hex, 'hex'));
  expect(() => hostile('7fffffff').arrayLength(1)).toThrow('an array of 2147483647 elements');
  expect(() => hostile('00000002000000').arrayLength(2)).toThrow(DecodeError);
  expect(hostile('0000000200000000').arrayLength(2)).toBe(2);
  expect(() => hostile('ffffffff').arrayLength(1)).toThrow('null');
  expect(hostile('ffffffff').nullableArrayLength(1)).toBe(-1);
  expect(() => hostile('ffffffff0f').compactArrayLength(1)).toThrow(DecodeError);
  expect(() => hostile('7fffffff00').bytes()).toThrow(DecodeError);
  expect(() => hostile('0500').compactBytes()).toThrow(DecodeError);
  expect(() => hostile('01ffffffff0f').skipTaggedFields()).toThrow(DecodeError);
});

test('large bytes go out by reference, between pieces of the slab, however often that had to grow', () => {
  const large = Buffer.alloc(REFERENCE_BYTES_MIN, 1);
  const larger = Buffer.alloc(REFERENCE_BYTES_MIN + 1, 2);
  const small = Buffer.alloc(REFERENCE_BYTES_MIN - 1, 3);
  const writer = new ByteWriter(16);
  const mark = writer.beginFrame();
  writer.int8(7);
  writer.nullableBytes(large);
  writer.nullableBytes([small, larger]);
  writer.compactBytes([larger, large]);
  writer.int8(8);
  writer.endFrame(mark);
  const { sizeBytes } = writer;
  const pieces = writer.take();
  const lengths = pieces
    .filter((piece) => piece === large || piece === larger)
    .map((piece) => piece.length - REFERENCE_BYTES_MIN);
  expect(lengths).toEqual([0, 1, 1, 0]);
  const whole = Buffer.concat(pieces);
  expect(whole.length).toBe(sizeBytes);
  const reader = new ByteReader(whole);
  expect(reader.int32()).toBe(whole.length - 4);
  expect(reader.int8()).toBe(7);
  expect(reader.nullableBytes()!.equals(large)).toBe(true);
  expect(reader.nullableBytes()!.equals(Buffer.concat([small, larger]))).toBe(true);
  expect(reader.compactBytes().equals(Buffer.concat([larger, large]))).toBe(true);
  expect(reader.int8()).toBe(8);
  expect(reader.remaining).toBe(0);
});

test('several frames in one go: each has its own size', () => {
  const large = Buffer.alloc(REFERENCE_BYTES_MIN);
  const writer = new ByteWriter(32);
  for (let index = 0; index < 3; index++) {
    const mark = writer.beginFrame();
    writer.int32(index);
    writer.bytes(large);
    writer.endFrame(mark);
  }
  const reader = new ByteReader(writer.takeOne());
  for (let index = 0; index < 3; index++) {
    expect(reader.int32()).toBe(8 + large.length);
    expect(reader.int32()).toBe(index);
    expect(reader.bytes().length).toBe(large.length);
  }
  expect(reader.remaining).toBe(0);
});

test('what has been taken never changes again', () => {
  const writer = new ByteWriter(32);
  const taken: Buffer[] = [];
  for (let index = 0; index < 50; index++) {
    writer.int32(index);
    taken.push(writer.takeOne());
  }
  expect(taken.map((bytes) => bytes.readInt32BE())).toEqual(
    Array.from({ length: 50 }, (_, i) => i),
  );
});

test('discard drops all since take, and nothing else', () => {
  const writer = new ByteWriter(32);
  writer.int32(1);
  const first = writer.takeOne();
  writer.beginSized();
  writer.bytes(Buffer.alloc(REFERENCE_BYTES_MIN));
  writer.discard();
  expect(writer.sizeBytes).toBe(0);
  expect(writer.take()).toEqual([]);
  writer.bytes(Buffer.alloc(REFERENCE_BYTES_MIN));
  expect(writer.take().length).toBe(2);
  expect(first.readInt32BE()).toBe(1);
});

test('a sized section may take more than 127 bytes, and hold another', () => {
  fc.assert(
    fc.property(fc.nat({ max: 20_000 }), fc.nat({ max: 300 }), (outer, inner) => {
      const bytes = written((writer) => {
        const mark = writer.beginSized();
        writer.bytes(Buffer.alloc(outer, 1));
        const innerMark = writer.beginSized();
        writer.bytes(Buffer.alloc(inner, 2));
        writer.endSized(innerMark);
        writer.endSized(mark);
      });
      const reader = new ByteReader(bytes);
      const end = reader.taggedFieldEnd();
      expect(end).toBe(bytes.length);
      expect(reader.bytes().length).toBe(outer);
      expect(reader.taggedFieldEnd()).toBe(end);
      expect(reader.bytes().equals(Buffer.alloc(inner, 2))).toBe(true);
    }),
  );
});
