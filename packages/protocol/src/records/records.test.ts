import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  BATCH_HEADER_BYTES,
  batchPositions,
  batchSizeBytes,
  checkBatch,
  CompressionError,
  DecodeError,
  decodeAllRecords,
  decodeControlRecord,
  decodeRecords,
  encodeControlBatch,
  encodeRecordBatch,
  loadCodecs,
  RecordBatchBuilder,
  recordSizeBytesMax,
  setBatchProducer,
  wholeBatchSizeBytes,
  type CompressionCodec,
  type DecodedRecord,
  type RecordInput,
} from '../index.ts';
import { VarintReader, varlongSizeBytes, writeVarlong } from './varint.ts';

const CODECS: readonly CompressionCodec[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

beforeAll(loadCodecs);

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 100 }).map((array) => Buffer.from(array)),
  fc.uint8Array({ maxLength: 20 }),
  fc.integer({ min: 0, max: 2000 }).map((length) => Buffer.alloc(length, 'ab')),
);
const field = fc.oneof(bytes, fc.string({ unit: 'binary', maxLength: 60 }), fc.constant(null));
const timestamp = fc.oneof(
  fc.integer({ min: 1_700_000_000_000, max: 1_700_000_100_000 }),
  fc.integer({ min: -1, max: 2 ** 52 }),
);
const record = fc.record<RecordInput>(
  {
    timestamp,
    key: field,
    value: field,
    headers: fc.array(
      fc.record({ key: fc.string({ unit: 'binary', maxLength: 30 }), value: field }),
      {
        maxLength: 5,
      },
    ),
  },
  { requiredKeys: ['timestamp'] },
);

function asBuffer(value: Uint8Array | string | null | undefined): Buffer | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? Buffer.from(value) : Buffer.from(value);
}

function asDecoded(records: readonly RecordInput[], baseOffset: number): DecodedRecord[] {
  return records.map((input, index) => ({
    offset: input.offset ?? baseOffset + index,
    timestamp: input.timestamp,
    key: asBuffer(input.key),
    value: asBuffer(input.value),
    headers: (input.headers ?? []).map(({ key, value }) => ({
      key: Buffer.from(key).toString(),
      value: asBuffer(value),
    })),
  }));
}

/** As text: comparing thousands of buffers member by member takes seconds. */
function inspect(records: readonly DecodedRecord[]): string {
  const text = (value: Buffer | null): string => value?.toString('latin1') ?? 'NULL';
  return JSON.stringify(
    records.map(({ offset, timestamp, key, value, headers }) => [
      offset,
      timestamp,
      text(key),
      text(value),
      headers.map((header) => [header.key, text(header.value)]),
    ]),
  );
}

describe('builder and decoder', () => {
  test.each(CODECS)('any records survive: %s', (codec) => {
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 0, max: 2 ** 52 }),
        (records, baseOffset) => {
          const builder = new RecordBatchBuilder({ codec, baseOffset, initialCapacityBytes: 61 });
          for (const input of records) {
            const before = builder.sizeBytes;
            const after = builder.append(input);
            expect(after - before).toBeLessThanOrEqual(recordSizeBytesMax(input));
          }
          const estimate = builder.sizeBytes;
          const batch = builder.build();
          if (codec === 'none') expect(batch.length).toBe(estimate);
          expect(checkBatch(batch, 0, batch.length)).toBeUndefined();
          expect(inspect(decodeRecords(batch))).toBe(inspect(asDecoded(records, baseOffset)));
        },
      ),
      { numRuns: 100 },
    );
  });

  test('gaps between offsets survive', () => {
    const records = [3, 4, 900, 2_000_000_000].map((offset) => ({ timestamp: 5, offset }));
    const batch = encodeRecordBatch(records, { baseOffset: 3 });
    expect(decodeRecords(batch).map(({ offset }) => offset)).toEqual([3, 4, 900, 2_000_000_000]);
  });

  test('decoded buffers are views on the batch', () => {
    const batch = encodeRecordBatch([{ timestamp: 1, key: 'key', value: Buffer.alloc(5000, 'v') }]);
    const [decoded] = decodeRecords(batch);
    expect(decoded!.key!.buffer).toBe(batch.buffer);
    expect(decoded!.value!.buffer).toBe(batch.buffer);
  });

  test('a record that cannot be added leaves the batch as it was', () => {
    const builder = new RecordBatchBuilder({ baseOffset: 10 });
    builder.append({ timestamp: 1, value: 'first' });
    const sizeBytes = builder.sizeBytes;
    expect(() => builder.append({ timestamp: 1, offset: 10 })).toThrow(RangeError);
    expect(() => builder.append({ timestamp: 1, offset: 10 + 2 ** 31 })).toThrow(RangeError);
    expect(() => builder.append({ timestamp: 0.5 })).toThrow(RangeError);
    expect(() => builder.append({ timestamp: Number.NaN })).toThrow(RangeError);
    expect(builder.sizeBytes).toBe(sizeBytes);
    expect(decodeRecords(builder.build()).length).toBe(1);
  });

  test('is built once, and not without a record', () => {
    const builder = new RecordBatchBuilder();
    expect(() => builder.build()).toThrow(/needs a record/);
    builder.append({ timestamp: 1 });
    builder.build();
    expect(() => builder.build()).toThrow(/once/);
    expect(() => builder.append({ timestamp: 1 })).toThrow(/built/);
  });

  test('records below an offset are left out', () => {
    const batch = encodeRecordBatch(
      Array.from({ length: 10 }, (_, index) => ({ timestamp: 1, value: `${index}` })),
      { baseOffset: 100, codec: 'lz4' },
    );
    const offsets = decodeRecords(batch, 0, { fromOffset: 107 }).map(({ offset }) => offset);
    expect(offsets).toEqual([107, 108, 109]);
    expect(decodeRecords(batch, 0, { fromOffset: 110 })).toEqual([]);
  });
});

describe('several batches', () => {
  const first = encodeRecordBatch([{ timestamp: 1, value: 'a' }], { codec: 'snappy' });
  const marker = encodeControlBatch({
    type: 'commit',
    producerId: 1,
    producerEpoch: 0,
    coordinatorEpoch: 2,
    timestamp: 3,
    baseOffset: 1,
  });
  const last = encodeRecordBatch([{ timestamp: 1, value: 'b' }], { baseOffset: 2 });
  const field = Buffer.concat([first, marker, last]);

  test('all are found, control batches are no data, and a partial last one is ignored', () => {
    const positions = [0, first.length, first.length + marker.length];
    expect([...batchPositions(field)]).toEqual(positions);
    expect([...batchPositions(field, positions[1])]).toEqual(positions.slice(1));
    for (let end = 0; end < field.length; end++) {
      const cut = field.subarray(0, end);
      const whole = positions.filter((at) => at + batchSizeBytes(field, at) <= end);
      expect([...batchPositions(field, 0, end)]).toEqual(whole);
      const values = decodeAllRecords(cut).map(({ offset }) => offset);
      expect(values).toEqual(whole.length > 0 ? [0] : []);
    }
    expect(decodeAllRecords(field).map(({ offset }) => offset)).toEqual([0, 2]);
  });

  test('a size that no batch can have ends the walk with an error', () => {
    const damaged = Buffer.from(field);
    damaged.writeInt32BE(BATCH_HEADER_BYTES - 13, first.length + 8);
    expect(() => [...batchPositions(damaged)]).toThrow(DecodeError);
    damaged.writeInt32BE(-1, first.length + 8);
    expect(wholeBatchSizeBytes(damaged, first.length, damaged.length)).toBe(-1);
  });
});

describe('checkBatch', () => {
  const batch = encodeRecordBatch([{ timestamp: 1, value: 'value' }]);
  const changed = (change: (copy: Buffer) => void): Buffer => {
    const copy = Buffer.from(batch);
    change(copy);
    return copy;
  };

  test('names what is wrong', () => {
    expect(checkBatch(batch, 0, batch.length)).toBeUndefined();
    expect(checkBatch(batch, 0, batch.length - 1)).toBe('too-large');
    for (let end = 0; end < batch.length; end++) {
      expect(checkBatch(batch.subarray(0, end), 0, Infinity)).toBe('incomplete');
    }
    expect(
      checkBatch(
        changed((copy) => copy.writeInt8(1, 16)),
        0,
        Infinity,
      ),
    ).toBe('unsupported-magic');
    expect(
      checkBatch(
        changed((copy) => copy.writeInt32BE(48, 8)),
        0,
        Infinity,
      ),
    ).toBe('too-small');
    expect(
      checkBatch(
        changed((copy) => copy.writeInt32BE(-5, 8)),
        0,
        Infinity,
      ),
    ).toBe('too-small');
    for (let at = 17; at < batch.length; at++) {
      const damaged = changed((copy) => (copy[at]! ^= 0x10));
      expect(checkBatch(damaged, 0, Infinity)).toBe('corrupt');
    }
  });

  test('base offset and leader epoch are outside the checksum', () => {
    for (const at of [0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15]) {
      expect(
        checkBatch(
          changed((copy) => (copy[at]! ^= 0x10)),
          0,
          Infinity,
        ),
      ).toBeUndefined();
    }
  });
});

describe('malformed input', () => {
  const onlyTyped = (run: () => unknown): void => {
    try {
      run();
    } catch (error) {
      if (error instanceof DecodeError || error instanceof CompressionError) return;
      throw error;
    }
  };

  test('random bytes throw nothing but typed errors', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (array, at) => {
        const buffer = Buffer.from(array);
        if (buffer.length > 16) buffer[16] = 2;
        onlyTyped(() => decodeRecords(buffer));
        onlyTyped(() => decodeRecords(buffer, at, { checkCrc: false }));
        onlyTyped(() => decodeAllRecords(buffer, { checkCrc: false }));
        checkBatch(buffer, Math.min(at, buffer.length), Infinity);
      }),
      { numRuns: 1000 },
    );
  });

  test.each(CODECS)(
    'damaged batches with a right checksum throw nothing but typed errors: %s',
    (codec) => {
      const original = encodeRecordBatch(
        Array.from({ length: 20 }, (_, index) => ({
          timestamp: 1_700_000_000_000 + index,
          key: `key ${index}`,
          value: 'value '.repeat(index),
          headers: [{ key: 'header', value: `${index}` }],
        })),
        { codec },
      );
      let decodedCount = 0;
      fc.assert(
        fc.property(
          fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
            minLength: 1,
            maxLength: 4,
          }),
          (changes) => {
            const damaged = Buffer.from(original);
            // From the attributes on; the checksum is put right, as a hostile producer would.
            for (const [at, byte] of changes) damaged[21 + (at % (damaged.length - 21))] = byte;
            setBatchProducer(damaged, 0, 7, 0, 0);
            expect(checkBatch(damaged, 0, Infinity)).toBeUndefined();
            onlyTyped(() => {
              decodeRecords(damaged, 0, { maxBytes: 100_000 });
              decodedCount++;
            });
          },
        ),
        { numRuns: 1000 },
      );
      // Some changes (a value, a timestamp) still make a batch: the damage was not all caught at the first look.
      if (codec === 'none') expect(decodedCount).toBeGreaterThan(100);
    },
  );

  test('record and header counts that the bytes cannot hold are refused at once', () => {
    const batch = encodeRecordBatch([{ timestamp: 1, value: 'value' }]);
    batch.writeInt32BE(0x7fffffff, 57);
    expect(() => decodeRecords(batch, 0, { checkCrc: false })).toThrow(DecodeError);
    batch.writeInt32BE(-1, 57);
    expect(() => decodeRecords(batch, 0, { checkCrc: false })).toThrow(DecodeError);
  });

  test('decompression is limited', () => {
    for (const codec of CODECS.slice(1)) {
      const batch = encodeRecordBatch([{ timestamp: 1, value: Buffer.alloc(1_000_000) }], {
        codec,
      });
      expect(() => decodeRecords(batch, 0, { maxBytes: 500_000 })).toThrow(CompressionError);
      expect(decodeRecords(batch, 0, { maxBytes: 1_001_000 }).length).toBe(1);
    }
  });

  test('control records: damaged ones are refused, unknown types are told', () => {
    const base = { offset: 0, timestamp: 0, headers: [] };
    const key = Buffer.from('00000002', 'hex');
    expect(decodeControlRecord({ ...base, key, value: null }).type).toBe('unknown');
    expect(() => decodeControlRecord({ ...base, key: null, value: null })).toThrow(DecodeError);
    const commit = Buffer.from('00000001', 'hex');
    expect(() => decodeControlRecord({ ...base, key: commit, value: null })).toThrow(DecodeError);
  });
});

describe('varints', () => {
  const buffer = Buffer.alloc(16);

  test('any safe integer survives, and takes the size that was foretold', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.maxSafeInteger(),
          fc.integer(),
          fc.constantFrom(2 ** 31, -(2 ** 31) - 1, 2 ** 28),
        ),
        (value) => {
          const end = writeVarlong(buffer, 0, value);
          expect(varlongSizeBytes(value)).toBe(end);
          const reader = new VarintReader(buffer, 0, end);
          expect(reader.varlong()).toBe(value);
          expect(reader.at).toBe(end);
          if (value === (value | 0)) {
            expect(new VarintReader(buffer, 0, end).varint()).toBe(value);
          }
          for (let cut = 0; cut < end; cut++) {
            expect(() => new VarintReader(buffer, 0, cut).varlong()).toThrow(DecodeError);
          }
        },
      ),
    );
  });

  test('too many bytes are malformed, and 64 bits saturate', () => {
    const endless = Buffer.alloc(16, 0xff);
    expect(() => new VarintReader(endless, 0, 16).varint()).toThrow(DecodeError);
    expect(() => new VarintReader(endless, 0, 16).varlong()).toThrow(DecodeError);
    const largest = Buffer.from('feffffffffffffffff01', 'hex');
    expect(new VarintReader(largest, 0, 10).varlong()).toBe(Number.MAX_SAFE_INTEGER);
    const smallest = Buffer.from('ffffffffffffffffff01', 'hex');
    expect(new VarintReader(smallest, 0, 10).varlong()).toBe(Number.MIN_SAFE_INTEGER);
  });
});
