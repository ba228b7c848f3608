/**
 * A bit that flips on the disk under a running log: whoever reads gets what was written or an error, never anything else, and never silence.
 * `zurau log verify` finds the one field that reading does not look at, the leader epoch.
 */
import { simulatedPlatform } from '@zurau/platform';
import type { SimulatedHost } from '@zurau/platform';
import { ErrorCode, batchLastOffset, batchPositions, batchSizeBytes } from '@zurau/protocol';
import { describe, expect, it } from 'vitest';
import { asLeader, batchOf, bytesOf, configOf, startManager } from './fixtures/batches.ts';
import { appendRecords, compactedConfig, fillSegment } from './fixtures/compaction.ts';
import { CHECKED_FOR_MS } from './limits.ts';
import { LogError } from './log-error.ts';
import type { LogManager } from './log-manager.ts';
import { silentLogger } from './logger.ts';
import type { PartitionLog } from './partition-log.ts';

const LEADER_EPOCH_AT = 12;
const SECOND_SEGMENT = /^(?!0+\.)\d+\.(log|index)$/;

interface Opened {
  readonly host: SimulatedHost;
  readonly manager: LogManager;
  readonly log: PartitionLog;
  readonly errors: string[];
}

/** Opens what `write` wrote again, so that nothing of it is in memory. */
async function written(write: (log: PartitionLog) => Promise<void>, config = plain) {
  const host = simulatedPlatform(31);
  const settle = <T>(promise: Promise<T>): Promise<T> => host.simulation.runUntilSettled(promise);
  const first = await settle(startManager({ platform: host }));
  await settle(write(first.getOrCreate('t', 0, config)));
  await settle(first.close());
  return async (): Promise<Opened> => {
    const errors: string[] = [];
    const logger = {
      ...silentLogger,
      error: (_about: object | string, message?: string) => void errors.push(message ?? ''),
    };
    const manager = await settle(
      startManager({ platform: host, logger, defaultConfig: config, cleaner: null }),
    );
    return { host, manager, log: manager.get('t', 0)!, errors };
  };
}

const plain = configOf({ segmentBytes: 3000, indexIntervalBytes: 300 });

async function writePlain(log: PartitionLog): Promise<void> {
  for (let i = 0; i < 60; i++) {
    log.append(batchOf({ count: 1 + (i % 3), valueBytes: 90, timestamp: 1000 + 10 * i }), asLeader);
  }
  await log.flush();
}

/** Everything from `offset` on in small pieces, up to an error. */
async function readOut(log: PartitionLog, host: SimulatedHost, maxBytes: number) {
  const pieces: Buffer[] = [];
  let offset = log.logStartOffset;
  try {
    while (offset < log.logEndOffset) {
      const options = { maxBytes, upToOffset: Number.MAX_SAFE_INTEGER, minOneBatch: true };
      const bytes = await host.simulation.runUntilSettled(bytesOf(log.read(offset, options)));
      if (bytes.length === 0) break;
      pieces.push(bytes);
      for (const at of batchPositions(bytes)) offset = batchLastOffset(bytes, at) + 1;
    }
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    return { bytes: Buffer.concat(pieces), errorCode: error.errorCode, offset };
  }
  return { bytes: Buffer.concat(pieces), errorCode: ErrorCode.NONE, offset };
}

/** The second segment's file of a kind, which is sealed. */
function fileOf(host: SimulatedHost, kind: 'log' | 'index'): { path: string; bytes: Buffer } {
  const name = host.disk
    .readDirSync('/data/t-0')
    .map((entry) => entry.name)
    .filter((each) => SECOND_SEGMENT.test(each) && each.endsWith(`.${kind}`))
    .sort()[0]!;
  const path = `/data/t-0/${name}`;
  return { path, bytes: host.disk.readFileSync(path) };
}

describe('a bit that flips on the disk', () => {
  it('in a segment is found by whoever reads it', { timeout: 60_000 }, async () => {
    const open = await written(writePlain);
    const { host, log, manager } = await open();
    const whole = await readOut(log, host, 500);
    expect(whole.errorCode).toBe(ErrorCode.NONE);
    const { path, bytes } = fileOf(host, 'log');
    const starts = [...batchPositions(bytes)];
    for (let position = 0; position < bytes.length; position += 1) {
      const start = starts.findLast((each) => each <= position)!;
      const inBatch = position - start;
      if (inBatch >= LEADER_EPOCH_AT && inBatch < LEADER_EPOCH_AT + 4) continue;
      // All of the headers, samples of the rest.
      if (inBatch > 61 && position % 37 !== 0) continue;
      const bit = position % 8;
      host.disk.flipBit(path, position, bit);
      for (const maxBytes of [1, 700]) {
        const found = await readOut(log, host, maxBytes);
        const where = `bit ${bit} of byte ${position}, ${inBatch} of its batch`;
        expect(found.errorCode, where).toBe(ErrorCode.CORRUPT_MESSAGE);
        expect(whole.bytes.subarray(0, found.bytes.length).equals(found.bytes), where).toBe(true);
      }
      host.disk.flipBit(path, position, bit);
    }
    expect((await readOut(log, host, 500)).bytes.equals(whole.bytes)).toBe(true);
    await host.simulation.runUntilSettled(manager.close());
  });

  it('in a compacted segment is, too', { timeout: 60_000 }, async () => {
    const config = compactedConfig({ segmentBytes: 3000, indexIntervalBytes: 300 });
    const open = await written(async (log) => {
      for (let i = 0; i < 200; i++) {
        await appendRecords(log, [{ timestamp: 1000 + i, key: `k${(i * i) % 83}`, value: 'v' }]);
      }
      await fillSegment(log);
    }, config);
    const opened = await open();
    const { host } = opened;
    await host.simulation.runUntilSettled(opened.manager.close());
    const cleaning = await host.simulation.runUntilSettled(
      startManager({ platform: host, defaultConfig: config }),
    );
    await host.simulation.runUntilSettled(cleaning.compact());
    await host.simulation.runUntilSettled(cleaning.close());
    const { log } = await open();
    const whole = await readOut(log, host, 500);
    const { path, bytes } = firstSegment(host);
    const starts = [...batchPositions(bytes)];
    for (const start of starts) {
      for (const inBatch of [0, 4, 5, 6, 8, 9, 10, 16, 17, 20, 23, 25, 26, 57, 60, 63]) {
        host.disk.flipBit(path, start + inBatch, 1);
        const found = await readOut(log, host, 1000);
        expect(found.errorCode, `byte ${inBatch} of ${start}`).toBe(ErrorCode.CORRUPT_MESSAGE);
        const isPrefix = whole.bytes.subarray(0, found.bytes.length).equals(found.bytes);
        expect(isPrefix, `byte ${inBatch} of ${start}`).toBe(true);
        host.disk.flipBit(path, start + inBatch, 1);
      }
    }
  });

  it('in an offset index costs time, not records', async () => {
    const open = await written(writePlain);
    const { host, log, manager } = await open();
    const whole = await readOut(log, host, 500);
    await host.simulation.runUntilSettled(manager.close());
    const { path, bytes } = fileOf(host, 'index');
    for (let position = 0; position < bytes.length; position++) {
      host.disk.flipBit(path, position, position % 8);
      const again = await open();
      // From the middle as well: a consumer that goes on needs no index.
      for (let offset = 0; offset < again.log.logEndOffset; offset += 3) {
        const options = { maxBytes: 1, upToOffset: Number.MAX_SAFE_INTEGER, minOneBatch: true };
        const batch = await host.simulation.runUntilSettled(
          bytesOf(again.log.read(offset, options)),
        );
        expect(whole.bytes.includes(batch)).toBe(true);
        expect(Number(batch.readBigInt64BE(0)), `${position} ${offset}`).toBeLessThanOrEqual(
          offset,
        );
        expect(batchLastOffset(batch, 0)).toBeGreaterThanOrEqual(offset);
      }
      await host.simulation.runUntilSettled(again.manager.close());
      host.disk.flipBit(path, position, position % 8);
    }
  });

  describe('and large reads', () => {
    const large = configOf({ segmentBytes: 300_000 });
    const options = { maxBytes: 200_000, upToOffset: Number.MAX_SAFE_INTEGER, minOneBatch: true };

    async function writeLarge(log: PartitionLog): Promise<void> {
      for (let i = 0; i < 60; i++) log.append(batchOf({ count: 10, valueBytes: 1500 }), asLeader);
      await log.flush();
    }

    const readLarge = ({ host, log }: Opened, offset = 0): Promise<Buffer> =>
      host.simulation.runUntilSettled(bytesOf(log.read(offset, options)));

    /** Damages the second batch of the first segment; `traceless` as decay on the medium does. */
    function damage({ host }: Opened, how: 'written' | 'traceless'): void {
      const { path, bytes } = firstSegment(host);
      const before = host.disk.statSync(path)!.modifiedMs;
      host.disk.flipBit(path, batchSizeBytes(bytes, 0) + 100, 3);
      if (how === 'traceless') host.disk.setModifiedSync(path, before);
    }

    const lengthOfFirst = ({ host }: Opened): number => batchSizeBytes(firstSegment(host).bytes, 0);

    it('find it the first time', async () => {
      const opened = await (await written(writeLarge, large))();
      damage(opened, 'traceless');
      expect(await readLarge(opened)).toHaveLength(lengthOfFirst(opened));
      await expect(readLarge(opened, 10)).rejects.toThrow('corrupt');
      await opened.host.simulation.runUntilSettled(opened.manager.close());
    });

    it('find it when the file was changed since they checked it', async () => {
      const opened = await (await written(writeLarge, large))();
      expect((await readLarge(opened)).length).toBeGreaterThan(150_000);
      await opened.host.simulation.runFor(5);
      damage(opened, 'written');
      expect(await readLarge(opened)).toHaveLength(lengthOfFirst(opened));
      await opened.host.simulation.runUntilSettled(opened.manager.close());
    });

    it('check the same bytes once in five minutes, and find what decayed after that', async () => {
      const opened = await (await written(writeLarge, large))();
      const whole = await readLarge(opened);
      damage(opened, 'traceless');
      expect(await readLarge(opened)).toHaveLength(whole.length);
      await opened.host.simulation.runFor(CHECKED_FOR_MS);
      expect(await readLarge(opened)).toHaveLength(lengthOfFirst(opened));
      await opened.host.simulation.runUntilSettled(opened.manager.close());
    });

    it('check what this process wrote as soon as the segment is an old one', async () => {
      const host = simulatedPlatform(32);
      const { simulation } = host;
      const manager = await simulation.runUntilSettled(
        startManager({ platform: host, tailCacheTotalBytes: 0, tailCacheLogBytes: 0 }),
      );
      const log = manager.getOrCreate('t', 0, large);
      const opened = { host, manager, log, errors: [] };
      const append = async (): Promise<void> => {
        log.append(batchOf({ count: 10, valueBytes: 8000 }), asLeader);
        await simulation.runUntilSettled(log.flush());
      };
      for (let i = 0; i < 3; i++) await append();
      damage(opened, 'traceless');
      // It is the active segment's, and was sound a moment ago.
      expect((await readLarge(opened)).length).toBeGreaterThan(150_000);
      await append();
      expect(log.compaction.segmentsBetween(0, log.logEndOffset)).toHaveLength(2);
      expect(await readLarge(opened)).toHaveLength(lengthOfFirst(opened));
      await simulation.runUntilSettled(manager.close());
    });
  });

  it('is reported once for each place, and keeps an old record from being found by time', async () => {
    const open = await written(writePlain);
    const { host, log, errors } = await open();
    const { path, bytes } = fileOf(host, 'log');
    host.disk.flipBit(path, bytes.length - 1, 0);
    for (let i = 0; i < 3; i++) await readOut(log, host, 500);
    expect(errors).toEqual(['the log is damaged, what lies there is not served']);
    const timestamps = Array.from({ length: 60 }, (_, i) => 1000 + 10 * i);
    const refused = timestamps.filter((timestamp) => {
      try {
        log.offsetForTimestamp(timestamp);
      } catch (error) {
        expect((error as LogError).errorCode).toBe(ErrorCode.CORRUPT_MESSAGE);
        return true;
      }
      return false;
    });
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(4);
  });
});

function firstSegment(host: SimulatedHost): { path: string; bytes: Buffer } {
  const path = '/data/t-0/00000000000000000000.log';
  return { path, bytes: host.disk.readFileSync(path) };
}
