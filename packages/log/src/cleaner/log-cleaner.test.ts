/** The cleaner through the log manager: what is left of a log, and when. */
import { decodeRecords } from '@zurau/protocol';
import type { CompressionCodec } from '@zurau/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryDisk } from '@zurau/platform';
import { memoryPlatform, startManager } from '../fixtures/batches.ts';
import {
  appendRecords,
  compactedConfig,
  fillSegment,
  readBatches,
  readRecords,
  shown,
} from '../fixtures/compaction.ts';

const CODECS: CompressionCodec[] = ['none', 'gzip', 'snappy', 'lz4'];

describe('a compacted log', () => {
  it('keeps the last record of each key, at its offset', async () => {
    const manager = await startManager();
    const log = manager.getOrCreate('t', 0, compactedConfig());
    await appendRecords(log, [
      { timestamp: 1, key: 'a', value: '1' },
      { timestamp: 2, key: 'b', value: '1' },
      { timestamp: 3, key: 'a', value: '2' },
    ]);
    await appendRecords(log, [{ timestamp: 4, key: 'b', value: '2' }]);
    await appendRecords(log, [{ timestamp: 5, key: 'c', value: '1' }]);
    await fillSegment(log);
    await manager.compact();
    const records = await readRecords(log);
    expect(records.slice(0, 3).map(shown)).toEqual(['a=2@2', 'b=2@3', 'c=1@4']);
    expect(records[0]).toMatchObject({ timestamp: 3 });
    await manager.close();
  });

  it('equals a map of the last records, whatever was written', async () => {
    const record = fc.record({
      key: fc.integer({ min: 0, max: 12 }).map((n) => `key-${n}`),
      value: fc.option(fc.string({ maxLength: 60 }), { nil: null, freq: 5 }),
      headers: fc.constantFrom([], [{ key: 'h', value: 'x' }], [{ key: '', value: null }]),
      gapMs: fc.integer({ min: -3, max: 50 }),
    });
    const step = fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({
          batch: fc.array(record, { minLength: 1, maxLength: 6 }),
          codec: fc.constantFrom(...CODECS),
        }),
      },
      { weight: 1, arbitrary: fc.constant('compact' as const) },
      { weight: 1, arbitrary: fc.constant('reopen' as const) },
    );
    const setup = fc.record({
      segmentBytes: fc.integer({ min: 600, max: 4000 }),
      dedupeBufferBytes: fc.constantFrom(24 * 16, 24 * 20, 1e6),
      steps: fc.array(step, { minLength: 5, maxLength: 60 }),
    });
    await fc.assert(
      fc.asyncProperty(setup, async ({ segmentBytes, dedupeBufferBytes, steps }) => {
        const platform = memoryPlatform(memoryDisk());
        const config = compactedConfig({ segmentBytes });
        const open = () =>
          startManager({
            platform,
            defaultConfig: config,
            cleaner: () => ({
              threads: 1,
              dedupeBufferBytes,
              dedupeLoadFactor: 0.9,
              ioBufferBytes: 1,
              ioBytesPerSecondMax: Number.MAX_VALUE,
              backoffMs: 1e6,
            }),
          });
        let manager = await open();
        let log = manager.getOrCreate('t', 0, config);
        const all: { offset: number; key: string; shown: string; timestamp: number }[] = [];
        let timestamp = 1000;
        const check = async (): Promise<void> => {
          const cleanOffset = manager.cleanOffset(log) ?? 0;
          const last = new Map(all.filter((r) => r.offset < cleanOffset).map((r) => [r.key, r]));
          const expected = all.filter((r) => r.offset >= cleanOffset || last.get(r.key) === r);
          const found = await readRecords(log);
          expect(found.map(shown)).toEqual(expected.map((r) => r.shown));
          expect(found.map((r) => r.timestamp)).toEqual(expected.map((r) => r.timestamp));
        };
        for (const each of steps) {
          if (each === 'compact') {
            await manager.compact();
            await check();
          } else if (each === 'reopen') {
            await manager.close();
            manager = await open();
            log = manager.get('t', 0)!;
            log.setHighWatermark(log.logEndOffset);
            await check();
          } else {
            const records = each.batch.map(({ gapMs, ...rest }) => ({
              ...rest,
              timestamp: (timestamp += gapMs),
            }));
            const lastOffset = await appendRecords(log, records, { codec: each.codec });
            records.forEach(({ key, value, timestamp: recordMs }, i) => {
              const offset = lastOffset - records.length + 1 + i;
              all.push({
                offset,
                key,
                timestamp: recordMs,
                shown: `${key}=${value ?? ''}@${offset}`,
              });
            });
          }
        }
        await manager.compact();
        await check();
        const clean = manager.cleanOffset(log);
        if (log.segmentCount > 1) expect(clean).toBeGreaterThan(0);
        await manager.close();
      }),
      { numRuns: 60 },
    );
  });

  it('leaves batches of which nothing goes byte for byte as they were', async () => {
    const manager = await startManager();
    const log = manager.getOrCreate('t', 0, compactedConfig());
    await appendRecords(log, [{ timestamp: 1, key: 'gone', value: 'x' }], { codec: 'gzip' });
    await appendRecords(log, [{ timestamp: 1, key: 'a', value: 'x' }], { codec: 'gzip' });
    await appendRecords(log, [
      { timestamp: 2, key: 'gone', value: 'x' },
      { timestamp: 2, key: 'b', value: '' },
    ]);
    const before = await readBatches(log);
    await fillSegment(log);
    await appendRecords(log, [{ timestamp: 3, key: 'gone', value: 'y' }]);
    await fillSegment(log);
    await manager.compact();
    const after = await readBatches(log);
    expect(after[0]!.equals(before[1]!)).toBe(true);
    expect(decodeRecords(after[1]!).map(shown)).toEqual(['b=@3']);
    await manager.close();
  });
});
