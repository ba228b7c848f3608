/** A follower of a compacted leader, whose batches may lie farther apart than one segment reaches: offsets in indexes have 31 bits. */
import { simulatedPlatform } from '@zurau/platform';
import type { SimulatedHost } from '@zurau/platform';
import { describe, expect, it } from 'vitest';
import { batchOf, bytesOf, configOf, startManager } from './fixtures/batches.ts';
import { segmentFileName } from './file-names.ts';
import type { PartitionLog } from './partition-log.ts';

const SPAN = 2 ** 31;
const EVERYTHING = { maxBytes: 1e9, upToOffset: Number.MAX_SAFE_INTEGER, minOneBatch: true };
/** Every batch gets an index entry. */
const CONFIG = configOf({ indexIntervalBytes: 0 });

/** Offset of the first record, and how many there are. */
type Leap = readonly [offset: number, count: number];

const LEAPS: Record<string, { readonly start: number; readonly leaps: readonly Leap[] }> = {
  'from the base of an empty log': { start: 0, leaps: [[3 * SPAN, 1]] },
  'from the base of an empty log that begins later': { start: 1234, leaps: [[1234 + SPAN, 1]] },
  'far from the last batch': {
    start: 0,
    leaps: [
      [0, 5],
      [2 * SPAN + 5, 1],
    ],
  },
  'again and again': {
    start: 0,
    leaps: [
      [SPAN, 1],
      [3 * SPAN, 1],
      [5 * SPAN, 2],
    ],
  },
  'where only the end of the batch is out of reach': { start: 0, leaps: [[SPAN - 3, 10]] },
  'just within reach': { start: 0, leaps: [[SPAN - 10, 10]] },
};

describe.each(Object.entries(LEAPS))('offsets that leap %s', (_, { start, leaps }) => {
  const last = leaps.at(-1)!;
  const end = last[0] + last[1] + 30;

  async function followed(host: SimulatedHost): Promise<PartitionLog> {
    const manager = await settle(host, startManager({ platform: host, defaultConfig: CONFIG }));
    const log = manager.getOrCreate('t', 0, CONFIG);
    if (start > 0) await settle(host, log.truncateFullyAndStartAt(start));
    for (const [baseOffset, count] of leaps) log.appendAsFollower(batchOf({ baseOffset, count }));
    // And then one by one.
    for (let i = 0; i < 30; i++) log.appendAsFollower(batchOf({ baseOffset: log.logEndOffset }));
    await host.simulation.runFor(50);
    expect(log.writtenOffset).toBe(end);
    return log;
  }

  async function expectReadable(host: SimulatedHost, log: PartitionLog): Promise<void> {
    expect([log.logStartOffset, log.logEndOffset]).toEqual([start, end]);
    let from = start;
    for (const [baseOffset, count] of [...leaps, [end - 20, 1] as const]) {
      // Where nothing is, the next batch is what is found; and a batch is found by each of its offsets.
      for (const offset of [from, baseOffset, baseOffset + count - 1]) {
        const bytes = await settle(host, bytesOf(log.read(offset, EVERYTHING)));
        expect(Number(bytes.readBigInt64BE(0))).toBe(baseOffset);
      }
      from = baseOffset + count;
      if (from >= end - 30) from = end - 20;
    }
  }

  it('are read where they are', async () => {
    const host = simulatedPlatform(71);
    await expectReadable(host, await followed(host));
  });

  it.each(['flushed and killed', 'not flushed and killed', 'out of power', 'closed'])(
    'are there after a start, %s',
    async (how) => {
      const host = simulatedPlatform(72);
      const log = await followed(host);
      if (how === 'closed') await settle(host, log.close());
      else await settle(host, log.flush());
      await host.simulation.runFor(200);
      if (how === 'out of power') host.crash();
      else host.kill();
      if (how === 'out of power') host.powerOn();
      if (how === 'not flushed and killed') recoverFrom(host, start);
      for (let starts = 0; starts < 2; starts++) {
        const manager = await settle(host, startManager({ platform: host, defaultConfig: CONFIG }));
        await expectReadable(host, manager.get('t', 0)!);
        host.kill();
      }
    },
  );

  it('lie in segments that can index them', async () => {
    const host = simulatedPlatform(73);
    await settle(host, (await followed(host)).flush());
    const bases = host.disk
      .readDirSync('/data/t-0')
      .filter(({ name }) => name.endsWith('.log'))
      .map(({ name }) => Number(name.slice(0, 20)))
      .sort((a, b) => a - b);
    expect(bases[0]).toBe(start);
    for (const [index, base] of bases.entries()) {
      const path = `/data/t-0/${segmentFileName(base, 'index')}`;
      const file = host.disk.openSync(path, 'read');
      const entries = Buffer.alloc(host.disk.statSync(path)!.sizeBytes);
      file.readSync(entries, 0, entries.length, 0);
      file.closeSync();
      let before = base - 1;
      for (let at = 0; at < entries.length; at += 8) {
        const offset = base + entries.readInt32BE(at);
        expect(offset).toBeGreaterThan(before);
        expect(offset).toBeLessThan(bases[index + 1] ?? end);
        before = offset;
      }
    }
  });
});

function settle<T>(host: SimulatedHost, promise: Promise<T>): Promise<T> {
  return host.simulation.runUntilSettled(promise);
}

/** What the checkpoint says that the next start begins with. */
function recoverFrom(host: SimulatedHost, offset: number): void {
  const file = host.disk.openSync('/data/recovery-point-offset-checkpoint', 'write');
  file.truncateSync(0);
  file.writeSync([Buffer.from(`0\n1\nt 0 ${offset}\n`)], 0);
  file.closeSync();
}
