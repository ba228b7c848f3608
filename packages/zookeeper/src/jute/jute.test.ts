import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ZooKeeperError } from '../errors.ts';
import { FrameReader } from '../frame-reader.ts';
import { readMulti } from '../protocol/multi.ts';
import { readAcl, readStat, readWatchEvent } from '../protocol/records.ts';
import { JuteReader } from './jute-reader.ts';
import { JuteWriter } from './jute-writer.ts';

const field = fc.oneof(
  fc.boolean(),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.string({ unit: 'grapheme', maxLength: 100 }),
  fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
  fc.array(fc.string(), { maxLength: 10 }),
);

test('what is written is read', () => {
  fc.assert(
    fc.property(fc.array(field, { maxLength: 40 }), (fields) => {
      const writer = new JuteWriter();
      for (const value of fields) {
        if (typeof value === 'boolean') writer.bool(value);
        else if (typeof value === 'number') writer.int(value);
        else if (typeof value === 'bigint') writer.long(value);
        else if (typeof value === 'string') writer.string(value);
        else if (Buffer.isBuffer(value)) writer.bytes(value);
        else writer.vector(value, (out, each) => void out.string(each));
      }
      const frame = writer.frame();
      expect(frame.readInt32BE(0)).toBe(frame.length - 4);
      const reader = new JuteReader(frame.subarray(4));
      for (const value of fields) {
        if (typeof value === 'boolean') expect(reader.bool()).toBe(value);
        else if (typeof value === 'number') expect(reader.int()).toBe(value);
        else if (typeof value === 'bigint') expect(reader.long()).toBe(value);
        else if (typeof value === 'string') expect(reader.string()).toBe(value);
        else if (Buffer.isBuffer(value)) expect(reader.bytes().equals(value)).toBe(true);
        else expect(reader.vector((each) => each.string())).toEqual(value);
      }
      expect(reader.remaining).toBe(0);
    }),
  );
});

test('any bytes are read, or are malformed, and cost no more memory than they are', () => {
  const read = [
    (reader: JuteReader) => readStat(reader),
    (reader: JuteReader) => readWatchEvent(reader),
    (reader: JuteReader) => reader.vector(readAcl),
    (reader: JuteReader) => reader.vector((each) => each.string()),
    (reader: JuteReader) =>
      readMulti(reader, [{ type: 'create', path: '/', data: Buffer.alloc(0) }]),
  ];
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...read), (array, decode) => {
      try {
        decode(new JuteReader(Buffer.from(array)));
      } catch (error) {
        expect(error).toBeInstanceOf(ZooKeeperError);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('frames come out as they went in, however the bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 10 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }),
      (contents, cuts) => {
        const stream = Buffer.concat(
          contents.map((each) => new JuteWriter().bytes(Buffer.from(each)).frame().subarray(4)),
        );
        const frames = new FrameReader(1_000);
        const seen: Buffer[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const end = Math.min(stream.length, at + cuts[turn % cuts.length]!);
          seen.push(...frames.push(stream.subarray(at, end)));
          at = end;
        }
        expect(seen.map((frame) => [...frame])).toEqual(contents.map((each) => [...each]));
      },
    ),
  );
});

test('a frame longer than allowed, or of negative length, is refused when its length is known', () => {
  for (const length of [1_001, -2, 2 ** 31 - 1]) {
    const head = Buffer.alloc(4);
    head.writeInt32BE(length, 0);
    expect(() => new FrameReader(1_000).push(head)).toThrow(ZooKeeperError);
  }
});
