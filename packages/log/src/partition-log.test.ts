import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { decodeAllRecords } from '@zurau/protocol';
import { nodePlatform } from '@zurau/platform';
import { describe, expect, it } from 'vitest';
import { asLeader, batchOf, bytesOf, configOf, startManager } from './fixtures/batches.ts';

const everything = { maxBytes: 1e9, upToOffset: Number.MAX_SAFE_INTEGER, minOneBatch: true };

describe('a log on a real disk', () => {
  it('returns after a restart what was appended before', async () => {
    const dir = mkdtempSync(`${tmpdir()}/zurau-log-`);
    try {
      const options = { platform: nodePlatform(), dirs: [dir] };
      let manager = await startManager(options);
      let log = manager.getOrCreate('t', 0, configOf({ segmentBytes: 20_000 }));
      for (let i = 0; i < 100; i++)
        log.append(batchOf({ count: 5, valueBytes: 100, timestamp: 1000 + i * 10 }), asLeader);
      expect(log.logEndOffset).toBe(500);
      await log.flush();
      expect(log.writtenOffset).toBe(500);
      expect(log.segmentCount).toBeGreaterThan(2);
      const before = await bytesOf(log.read(0, everything));
      await manager.close();

      manager = await startManager(options);
      log = manager.get('t', 0)!;
      expect(log.logEndOffset).toBe(500);
      const records = [];
      for (let offset = 0; offset < 500;) {
        const some = decodeAllRecords(await bytesOf(log.read(offset, everything)));
        records.push(...some);
        offset = some[some.length - 1]!.offset + 1;
      }
      expect(records.map((record) => record.offset)).toEqual(
        Array.from({ length: 500 }, (_, i) => i),
      );
      expect(decodeAllRecords(before).length).toBeGreaterThan(0);
      expect(log.offsetForTimestamp(1990)).toEqual({
        timestamp: 1990,
        offset: 495,
        leaderEpoch: 0,
      });
      expect(log.offsetForMaxTimestamp()).toEqual({ timestamp: 1994, offset: 499, leaderEpoch: 0 });
      await manager.close();
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
