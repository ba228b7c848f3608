import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CompressionCodec } from '../compression/codec.ts';
import { CompressionError } from '../compression/compression-error.ts';
import { DecodeError } from '../errors/decode-error.ts';
import { batchLastOffset, batchLastSequence } from './batch-header.ts';
import { decodeRecords } from './decode-records.ts';
import { encodeRecordBatch } from './encode-batch.ts';
import { RecordBatchBuilder } from './record-batch-builder.ts';
import { RecordWalker } from './record-walker.ts';
import { encodeRetainedBatch } from './retained-batch.ts';

const CODECS: CompressionCodec[] = ['none', 'gzip', 'snappy', 'lz4'];
const memory = { scratch: Buffer.allocUnsafe, batch: Buffer.allocUnsafe };

const bytes = fc.uint8Array({ maxLength: 50 }).map((array) => Buffer.from(array));
const record = fc.record({
  timestamp: fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 2 ** 45 })),
  key: fc.option(bytes, { nil: null }),
  value: fc.option(bytes, { nil: null }),
  headers: fc.array(
    fc.record({ key: fc.string({ maxLength: 5 }), value: fc.option(bytes, { nil: null }) }),
    { maxLength: 2 },
  ),
});
const records = fc.array(record, { minLength: 1, maxLength: 20 });

const options = {
  baseOffset: 1000,
  leaderEpoch: 3,
  producerId: 77,
  producerEpoch: 2,
  baseSequence: 5,
  transactional: true,
};

describe('what stays of a batch', () => {
  it('is what a batch of the retained records alone would be, over the same offsets and sequences', () => {
    const input = fc.record({
      records,
      keep: fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
      codec: fc.constantFrom(...CODECS),
      deleteHorizonMs: fc.option(fc.integer({ min: 0, max: 2 ** 45 }), { nil: undefined }),
      logAppendTimeMs: fc.option(fc.integer({ min: 0, max: 2 ** 45 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(input, ({ records: all, keep, codec, deleteHorizonMs, logAppendTimeMs }) => {
        const padded = Buffer.concat([
          Buffer.alloc(7),
          encodeRecordBatch(all, { ...options, codec, logAppendTimeMs }),
        ]);
        const flags = Uint8Array.from(all, (_, i) => (keep[i] === true ? 1 : 0));
        flags[0] ||= flags.includes(1) ? 0 : 1;
        const walker = new RecordWalker();
        walker.open(padded, 7);
        const count = flags.reduce((sum, flag) => sum + flag, 0);
        const batch = encodeRetainedBatch(
          padded,
          7,
          walker,
          { keep: flags, count, deleteHorizonMs },
          memory,
        );

        const builder = new RecordBatchBuilder({
          ...options,
          codec,
          logAppendTimeMs,
          deleteHorizonMs,
        });
        all.forEach((each, i) => {
          // The builder stores what it is given; a batch with log append time reads back with that time.
          const timestamp = logAppendTimeMs ?? each.timestamp;
          if (flags[i] === 1) builder.append({ ...each, timestamp, offset: 1000 + i });
        });
        const expected = builder.build(undefined, 1000 + all.length - 1);
        expect(decodeRecords(batch)).toEqual(decodeRecords(expected));
        expect(batchLastOffset(batch, 0)).toBe(1000 + all.length - 1);
        expect(batchLastSequence(batch, 0)).toBe(5 + all.length - 1);
        if (codec === 'none') expect(batch.equals(expected)).toBe(true);
      }),
    );
  });
});

describe('the record walker', () => {
  it('sees what decodeRecords sees', () => {
    fc.assert(
      fc.property(records, fc.constantFrom(...CODECS), (all, codec) => {
        const batch = encodeRecordBatch(all, { ...options, codec });
        const walker = new RecordWalker();
        walker.open(batch, 0);
        for (const { offset, timestamp, key, value } of decodeRecords(batch)) {
          expect(walker.next()).toBe(true);
          expect([walker.offset, walker.timestamp]).toEqual([offset, timestamp]);
          expect(walker.isValueNull).toBe(value === null);
          if (key === null) expect(walker.keyStart).toBe(-1);
          else {
            expect(walker.bytes.subarray(walker.keyStart, walker.keyEnd).equals(key)).toBe(true);
          }
        }
        expect(walker.next()).toBe(false);
      }),
    );
  });

  it('throws typed errors, and ends, whatever the bytes are', () => {
    const damage = fc.array(fc.record({ at: fc.nat(), byte: fc.nat(255) }), { maxLength: 4 });
    fc.assert(
      fc.property(records, fc.constantFrom(...CODECS), damage, (all, codec, changes) => {
        const batch = encodeRecordBatch(all, { ...options, codec });
        // The size is right, the caller has seen to that.
        for (const { at, byte } of changes) batch[21 + (at % (batch.length - 21))] = byte;
        const walker = new RecordWalker();
        try {
          walker.open(batch, 0);
          while (walker.next()) {
            expect(walker.keyEnd).toBeLessThanOrEqual(walker.recordEnd);
            expect(walker.recordEnd).toBeLessThanOrEqual(walker.bytes.length);
          }
        } catch (error) {
          if (!(error instanceof DecodeError || error instanceof CompressionError)) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });
});
