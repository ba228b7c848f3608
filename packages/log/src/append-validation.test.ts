import {
  BATCH_HEADER_BYTES,
  ErrorCode,
  attributesCodec,
  batchAttributes,
  batchMaxTimestamp,
  computeBatchCrc,
  decodeAllRecords,
  encodeControlBatch,
  loadCodecs,
} from '@zurau/protocol';
import { beforeAll, describe, expect, it } from 'vitest';
import { asLeader, batchOf, bytesOf, configOf, startManager } from './fixtures/batches.ts';
import type { LogConfig } from './log-config.ts';
import { LogError } from './log-error.ts';
import type { PartitionLog } from './partition-log.ts';

const everything = { maxBytes: 1e9, upToOffset: Number.MAX_SAFE_INTEGER, minOneBatch: true };

beforeAll(() => loadCodecs());

async function logWith(overrides: Partial<LogConfig> = {}): Promise<PartitionLog> {
  const manager = await startManager();
  return manager.getOrCreate('t', 0, configOf(overrides));
}

function refusal(log: PartitionLog, records: Buffer): LogError {
  const endOffset = log.logEndOffset;
  try {
    log.append(records, asLeader);
  } catch (error) {
    expect(error).toBeInstanceOf(LogError);
    expect(log.logEndOffset).toBe(endOffset);
    return error as LogError;
  }
  throw new Error('the batch was accepted');
}

async function stored(log: PartitionLog): Promise<Buffer> {
  await log.flush();
  return bytesOf(log.read(0, everything));
}

describe('a leader refuses', () => {
  it('what is not one whole, sound batch of format 2', async () => {
    const log = await logWith();
    const corrupt = batchOf();
    corrupt[70]! ^= 1;
    const old = batchOf();
    old[16] = 1;
    expect(refusal(log, corrupt).errorCode).toBe(ErrorCode.CORRUPT_MESSAGE);
    expect(refusal(log, batchOf().subarray(0, 65)).errorCode).toBe(ErrorCode.CORRUPT_MESSAGE);
    expect(refusal(log, old).errorCode).toBe(ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT);
    expect(refusal(log, Buffer.alloc(0)).errorCode).toBe(ErrorCode.INVALID_RECORD);
    const two = Buffer.concat([batchOf(), batchOf()]);
    expect(refusal(log, two).errorCode).toBe(ErrorCode.INVALID_RECORD);
    expect(refusal(log, batchOf({ baseOffset: 5 })).errorCode).toBe(ErrorCode.INVALID_RECORD);
  });

  it('a batch whose count and offsets disagree', async () => {
    const log = await logWith();
    const gap = batchOf({ count: 3 });
    const patched = Buffer.from(gap);
    patched.writeInt32BE(7, 23);
    const { computeBatchCrc } = await import('@zurau/protocol');
    patched.writeUInt32BE(computeBatchCrc(patched, 0), 17);
    expect(refusal(log, patched).errorCode).toBe(ErrorCode.INVALID_RECORD);
  });

  it('control records and sequences that only others may write', async () => {
    const log = await logWith();
    const marker = encodeControlBatch({
      type: 'commit',
      producerId: 1,
      producerEpoch: 0,
      coordinatorEpoch: 0,
      timestamp: 1,
    });
    expect(refusal(log, marker).errorCode).toBe(ErrorCode.INVALID_RECORD);
    const unsequenced = batchOf({ producerId: 1, producerEpoch: 0, baseSequence: -1 });
    expect(refusal(log, unsequenced).errorCode).toBe(ErrorCode.INVALID_RECORD);
  });

  it('batches larger than max.message.bytes or a segment', async () => {
    const log = await logWith({ maxMessageBytes: 500, segmentBytes: 300 });
    expect(refusal(log, batchOf({ valueBytes: 500 })).errorCode).toBe(ErrorCode.MESSAGE_TOO_LARGE);
    const fits = refusal(log, batchOf({ valueBytes: 350 }));
    expect(fits.errorCode).toBe(ErrorCode.RECORD_LIST_TOO_LARGE);
  });

  it('keyless records on a compacted topic, naming them', async () => {
    const log = await logWith({ cleanupPolicy: { delete: false, compact: true } });
    const error = refusal(log, batchOf({ count: 2, key: null, codec: 'gzip' }));
    expect(error.errorCode).toBe(ErrorCode.INVALID_RECORD);
    expect(error.recordErrors.map((record) => record.batchIndex)).toEqual([0, 1]);
    log.append(batchOf({ count: 2 }), asLeader);
  });

  it('timestamps out of range', async () => {
    const now = Date.now();
    const log = await logWith({
      messageTimestampBeforeMaxMs: 10_000,
      messageTimestampAfterMaxMs: 10_000,
    });
    const late = refusal(log, batchOf({ timestamp: now + 60_000 }));
    const early = refusal(log, batchOf({ timestamp: now - 60_000, count: 2 }));
    expect(late.errorCode).toBe(ErrorCode.INVALID_TIMESTAMP);
    expect(early.errorCode).toBe(ErrorCode.INVALID_TIMESTAMP);
    expect(early.recordErrors).toHaveLength(2);
    log.append(batchOf({ timestamp: now }), asLeader);
    log.append(batchOf({ timestamp: -1 }), asLeader);
  });

  it('log append time set by a producer', async () => {
    const log = await logWith();
    const batch = batchOf({ logAppendTimeMs: 5 });
    expect(refusal(log, batch).errorCode).toBe(ErrorCode.INVALID_TIMESTAMP);
  });
});

describe('a leader stores', () => {
  it('its own time where the topic says so', async () => {
    const log = await logWith({ messageTimestampType: 'LogAppendTime' });
    const result = log.append(batchOf({ count: 3, timestamp: 5 }), asLeader);
    expect(result.logAppendTimeMs).toBeGreaterThan(1e12);
    const records = decodeAllRecords(await stored(log));
    expect(records.map((record) => record.timestamp)).toEqual(
      Array(3).fill(result.logAppendTimeMs),
    );
    expect(log.offsetForMaxTimestamp()).toMatchObject({ offset: 0 });
  });

  it.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)(
    '%s where the topic wants it',
    async (codec) => {
      const log = await logWith({ compressionType: codec });
      log.append(batchOf({ count: 5, valueBytes: 400 }), asLeader);
      log.append(batchOf({ count: 2, codec: codec === 'gzip' ? 'lz4' : 'gzip' }), asLeader);
      const bytes = await stored(log);
      expect(attributesCodec(batchAttributes(bytes, 0))).toBe(codec);
      const records = decodeAllRecords(bytes);
      expect(records.map((record) => record.offset)).toEqual([0, 1, 2, 3, 4, 5, 6]);
      expect(records[4]!.value!.length).toBe(400);
      expect(batchMaxTimestamp(bytes, 0)).toBe(1004);
    },
  );

  it('the sequence of an idempotent producer through recompression', async () => {
    const log = await logWith({ compressionType: 'uncompressed' });
    const batch = batchOf({
      codec: 'gzip',
      producerId: 3,
      producerEpoch: 1,
      baseSequence: 0,
      count: 4,
    });
    log.append(Buffer.from(batch), asLeader);
    expect(log.append(Buffer.from(batch), asLeader)).toMatchObject({
      duplicate: true,
      lastOffset: 3,
    });
    expect(attributesCodec(batchAttributes(await stored(log), 0))).toBe('none');
  });
});

it('a batch that nobody had to look into may be unreadable: whoever asks for a time is told so', async () => {
  const log = await logWith();
  const batch = batchOf({ count: 50, codec: 'lz4' });
  batch.fill(0xff, BATCH_HEADER_BYTES + 7);
  batch.writeUInt32BE(computeBatchCrc(batch, 0), 17);
  log.append(batch, asLeader);
  await log.flush();
  const unreadable = expect.objectContaining({ errorCode: ErrorCode.CORRUPT_MESSAGE }) as Error;
  expect(() => log.offsetForMaxTimestamp()).toThrow(unreadable);
  expect(() => log.offsetForTimestamp(1000)).toThrow(unreadable);
});

it('records whose offsets are not those that the header says are refused where records are looked at', async () => {
  const log = await logWith({ compressionType: 'gzip' });
  for (const delta of [1, 3, 0x7f]) {
    const batch = batchOf({ count: 2 });
    // Length, attributes, timestamp delta, offset delta of the first record, a byte each.
    batch[BATCH_HEADER_BYTES + 3] = delta;
    batch.writeUInt32BE(computeBatchCrc(batch, 0), 17);
    expect(refusal(log, batch).errorCode).toBe(ErrorCode.INVALID_RECORD);
  }
});

it('a timestamp that cannot be written again is refused where the batch has to be', async () => {
  const log = await logWith({ compressionType: 'gzip' });
  const batch = batchOf({ count: 2 });
  // Base and largest timestamp.
  batch.writeBigInt64BE(2n ** 62n, 27);
  batch.writeBigInt64BE(-1n, 35);
  batch.writeUInt32BE(computeBatchCrc(batch, 0), 17);
  expect(refusal(log, batch).errorCode).toBe(ErrorCode.INVALID_TIMESTAMP);
});
