import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc32c, crc32cImplementation, murmur2 } from '../index.ts';
import { crc32cPortable } from './crc32c-portable.ts';

describe('crc32c', () => {
  // RFC 3720, B.4.
  test.each([
    ['32 zeros', Buffer.alloc(32), 0x8a9136aa],
    ['32 ones', Buffer.alloc(32, 0xff), 0x62a8ab43],
    ['ascending', Buffer.from(Array.from({ length: 32 }, (_, index) => index)), 0x46dd794e],
    ['check value', Buffer.from('123456789'), 0xe3069283],
    ['nothing', Buffer.alloc(0), 0],
  ])('published value: %s', (_name, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
    expect(crc32cPortable(bytes, 0, bytes.length)).toBe(expected);
  });

  test('the hardware is used here, and agrees with the portable code on any range', () => {
    expect(crc32cImplementation()).toBe('native');
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 3000, size: 'max' }),
        fc.nat(),
        fc.nat(),
        (bytes, a, b) => {
          const buffer = Buffer.from(bytes);
          const start = a % (buffer.length + 1);
          const end = start + (b % (buffer.length - start + 1));
          expect(crc32c(buffer, start, end)).toBe(crc32cPortable(buffer, start, end));
          expect(crc32c(Buffer.from(buffer.subarray(start, end)))).toBe(crc32c(buffer, start, end));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('a range outside the buffer is refused', () => {
    const buffer = Buffer.alloc(1000);
    expect(() => crc32c(buffer, 0, 1001)).toThrow(RangeError);
    expect(() => crc32c(buffer, -1, 10)).toThrow(RangeError);
    expect(() => crc32c(buffer, 11, 10)).toThrow(RangeError);
    expect(() => crc32c(buffer, Number.NaN, 10)).toThrow(RangeError);
  });
});

test("murmur2 equals Kafka's Java for keys of every length", () => {
  const vectors = JSON.parse(
    readFileSync(new URL('./fixtures/java-murmur2.json', import.meta.url), 'utf8'),
  ) as { hex: string; hash: number }[];
  expect(vectors.length).toBeGreaterThan(60);
  for (const { hex, hash } of vectors) expect(murmur2(Buffer.from(hex, 'hex'))).toBe(hash);
});
