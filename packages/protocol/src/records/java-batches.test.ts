/** Batches written by Apache Kafka 3.9.1's own builder: we read them, and where nothing is compressed write the same bytes. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  addToSequence,
  attributesCodec,
  attributesHasDeleteHorizon,
  attributesIsControl,
  attributesIsLogAppendTime,
  attributesIsTransactional,
  batchAttributes,
  batchBaseOffset,
  batchBaseSequence,
  batchBaseTimestamp,
  batchCrc,
  batchLastOffset,
  batchLastSequence,
  batchLeaderEpoch,
  batchMaxTimestamp,
  batchProducerEpoch,
  batchProducerId,
  batchRecordCount,
  checkBatch,
  computeBatchCrc,
  decodeControlRecord,
  decodeRecords,
  encodeControlBatch,
  encodeEmptiedBatch,
  loadCodecs,
  RecordBatchBuilder,
  setBatchBaseOffset,
  setBatchLeaderEpoch,
  setBatchProducer,
  setBatchTimestamps,
  type CompressionCodec,
  type DecodedRecord,
} from '../index.ts';

interface JavaBatch {
  readonly name: string;
  readonly hex: string;
  readonly header: {
    readonly baseOffset: number;
    readonly lastOffset: number;
    readonly leaderEpoch: number;
    readonly codec: CompressionCodec;
    readonly timestampType: 'CreateTime' | 'LogAppendTime';
    readonly baseTimestamp: number;
    readonly maxTimestamp: number;
    readonly producerId: number;
    readonly producerEpoch: number;
    readonly baseSequence: number;
    readonly lastSequence: number;
    readonly transactional: boolean;
    readonly control: boolean;
    readonly crc: number;
    readonly deleteHorizon: boolean;
    readonly recordCount: number;
  };
  readonly records?: readonly {
    readonly offset: number;
    readonly timestamp: number;
    readonly key: string | null;
    readonly value: string | null;
    readonly headers: readonly (readonly [string, string | null])[];
  }[];
  readonly count?: number;
  readonly valuesSha256?: string;
}

const batches = JSON.parse(
  readFileSync(new URL('./fixtures/java-batches.json', import.meta.url), 'utf8'),
) as JavaBatch[];

const fromHex = (hex: string | null): Buffer | null =>
  hex === null ? null : Buffer.from(hex, 'hex');

function named(
  name: string,
): Omit<JavaBatch, 'records'> & { buffer: Buffer; records: DecodedRecord[] } {
  const batch = batches.find((candidate) => candidate.name === name)!;
  return { ...batch, buffer: Buffer.from(batch.hex, 'hex'), records: expectedRecords(batch) };
}

function expectedRecords(batch: JavaBatch): DecodedRecord[] {
  return (batch.records ?? []).map((record) => ({
    offset: record.offset,
    timestamp: record.timestamp,
    key: fromHex(record.key),
    value: fromHex(record.value),
    headers: record.headers.map(([key, value]) => ({ key, value: fromHex(value) })),
  }));
}

beforeAll(loadCodecs);

describe.each(batches.map((batch) => [batch.name, batch] as const))('%s', (_name, batch) => {
  const buffer = Buffer.from(batch.hex, 'hex');
  // The batch does not begin where the buffer does: as in a segment or a frame.
  const at = 7;
  const shifted = Buffer.concat([Buffer.alloc(at, 0xee), buffer]);

  test('header', () => {
    const attributes = batchAttributes(shifted, at);
    expect({
      baseOffset: batchBaseOffset(shifted, at),
      lastOffset: batchLastOffset(shifted, at),
      leaderEpoch: batchLeaderEpoch(shifted, at),
      codec: attributesCodec(attributes),
      timestampType: attributesIsLogAppendTime(attributes) ? 'LogAppendTime' : 'CreateTime',
      baseTimestamp: batchBaseTimestamp(shifted, at),
      maxTimestamp: batchMaxTimestamp(shifted, at),
      producerId: batchProducerId(shifted, at),
      producerEpoch: batchProducerEpoch(shifted, at),
      baseSequence: batchBaseSequence(shifted, at),
      lastSequence: batchLastSequence(shifted, at),
      transactional: attributesIsTransactional(attributes),
      control: attributesIsControl(attributes),
      crc: batchCrc(shifted, at),
      deleteHorizon: attributesHasDeleteHorizon(attributes),
      recordCount: batchRecordCount(shifted, at),
    }).toEqual(batch.header);
    expect(computeBatchCrc(shifted, at)).toBe(batch.header.crc);
    expect(checkBatch(shifted, at, buffer.length)).toBeUndefined();
  });

  test('records', () => {
    const records = decodeRecords(shifted, at);
    if (batch.records !== undefined) {
      expect(records).toEqual(expectedRecords(batch));
    } else {
      const digest = createHash('sha256');
      for (const { value } of records) digest.update(value!);
      expect(records.length).toBe(batch.count);
      expect(digest.digest('hex')).toBe(batch.valuesSha256);
    }
  });

  // The bytes that a codec writes are its library's affair.
  if (batch.header.codec !== 'none' || batch.header.recordCount === 0) return;
  test('our builder writes the same bytes', () => {
    const { header } = batch;
    const builder = new RecordBatchBuilder({
      baseOffset: header.baseOffset,
      leaderEpoch: header.leaderEpoch,
      logAppendTimeMs: header.timestampType === 'LogAppendTime' ? header.maxTimestamp : undefined,
      producerId: header.producerId,
      producerEpoch: header.producerEpoch,
      baseSequence: header.baseSequence,
      transactional: header.transactional,
      control: header.control,
      deleteHorizonMs: header.deleteHorizon ? header.baseTimestamp : undefined,
      initialCapacityBytes: 1,
    });
    // The times that Java's producer gave, before log append time replaced them.
    const created = header.timestampType === 'CreateTime' ? batch : named('codec-none');
    const times = created.records!.map(({ timestamp }) => timestamp);
    for (const [index, record] of expectedRecords(batch).entries()) {
      builder.append({ ...record, timestamp: times[index]! });
    }
    expect(builder.sizeBytes).toBe(buffer.length);
    expect(builder.build(undefined, header.lastOffset).toString('hex')).toBe(batch.hex);
  });
});

test('markers are read, and written the same', () => {
  const commit = named('commit-marker');
  expect(decodeControlRecord(commit.records[0]!)).toEqual({ type: 'commit', coordinatorEpoch: 11 });
  const abort = named('abort-marker');
  expect(decodeControlRecord(abort.records[0]!)).toEqual({ type: 'abort', coordinatorEpoch: 12 });
  const written = encodeControlBatch({
    type: 'abort',
    producerId: 4000,
    producerEpoch: 1,
    coordinatorEpoch: 12,
    timestamp: abort.records[0]!.timestamp,
    baseOffset: 13,
    leaderEpoch: 5,
  });
  expect(written.toString('hex')).toBe(abort.hex);
});

test('emptying a batch leaves the header that Java leaves', () => {
  const emptied = named('emptied');
  const builder = new RecordBatchBuilder({
    baseOffset: 400,
    leaderEpoch: 6,
    producerId: 4000,
    producerEpoch: 1,
    baseSequence: 8,
    transactional: true,
    codec: 'gzip',
  });
  builder.append({ timestamp: emptied.header.maxTimestamp, value: 'dropped' });
  const full = builder.build(undefined, 405);
  expect(encodeEmptiedBatch(full, 0).toString('hex')).toBe(emptied.hex);
});

test('what a leader sets in place gives the bytes that Java gives', () => {
  const plain = named('codec-none').buffer;
  setBatchBaseOffset(plain, 0, 5_000_000_000);
  setBatchLeaderEpoch(plain, 0, 42);
  expect(plain.toString('hex')).toBe(named('appended-by-leader').hex);

  const stamped = named('codec-none').buffer;
  const expected = named('log-append-time');
  setBatchBaseOffset(stamped, 0, 10);
  setBatchLeaderEpoch(stamped, 0, 7);
  setBatchTimestamps(stamped, 0, 'LogAppendTime', expected.header.maxTimestamp);
  expect(stamped.toString('hex')).toBe(expected.hex);
  setBatchTimestamps(stamped, 0, 'CreateTime', named('codec-none').header.maxTimestamp);
  expect(checkBatch(stamped, 0, Infinity)).toBeUndefined();
  expect(decodeRecords(stamped)[0]!.timestamp).toBe(named('codec-none').records[0]!.timestamp);

  const sent = named('codec-none').buffer;
  setBatchProducer(sent, 0, 9_007_199_254_740, 3, 77);
  expect(sent.toString('hex')).toBe(named('idempotent').hex);
});

test('sequences start again at 0 after 2^31 - 1', () => {
  expect(addToSequence(5, 3)).toBe(8);
  expect(addToSequence(0x7fffffff, 0)).toBe(0x7fffffff);
  expect(addToSequence(0x7fffffff, 1)).toBe(0);
  expect(addToSequence(0x7ffffffe, 5)).toBe(3);
});
