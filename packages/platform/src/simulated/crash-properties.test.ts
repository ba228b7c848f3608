/**
 * What a power failure may and may not do, for any history: the contract that recovery code is
 * written against.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DiskFile } from '../disk.ts';
import { simulatedPlatform, type SimulatedHost } from './simulation.ts';

/** A host with empty, durable directories /a and /b. */
function makeHost(seed: number): SimulatedHost {
  const host = simulatedPlatform(seed);
  for (const directory of ['/a', '/b']) host.disk.makeDirSync(directory);
  host.disk.syncDirSync('/');
  return host;
}

function writeAndSync(file: DiskFile, content: Buffer): void {
  file.writeSync([content], 0);
  file.syncSync();
}

describe('after a power failure', () => {
  /**
   * Every byte is one that was written there (or a zero, where the file grew or was cut), and the
   * bytes that the last sync covered are there unless something later was written over them.
   */
  it('content is a mix of what was written since the last sync over what that sync covered', () => {
    const write = fc.record({
      kind: fc.constant('write' as const),
      at: fc.nat(4000),
      sizeBytes: fc.integer({ min: 1, max: 3000 }),
    });
    const truncate = fc.record({
      kind: fc.constant('truncate' as const),
      sizeBytes: fc.nat(6000),
    });
    const sync = fc.record({ kind: fc.constant('sync' as const) });
    const step = fc.oneof(
      { weight: 4, arbitrary: write },
      { weight: 1, arbitrary: truncate },
      { weight: 2, arbitrary: sync },
    );
    const property = fc.property(fc.array(step, { maxLength: 25 }), fc.nat(), (steps, seed) => {
      const { disk } = makeHost(seed);
      const file = disk.openSync('/a/f', 'write');
      disk.syncDirSync('/a');
      /**
       * By position: the bytes that may be there after a crash now. Past the end of the list only
       * zeros.
       */
      const possible: Set<number>[] = [];
      let sizes = [0];
      for (const [index, next] of steps.entries()) {
        if (next.kind === 'write') {
          file.writeSync([Buffer.alloc(next.sizeBytes, index + 1)], next.at);
          for (let at = next.at; at < next.at + next.sizeBytes; at++) {
            (possible[at] ??= new Set([0])).add(index + 1);
          }
        } else if (next.kind === 'truncate') {
          file.truncateSync(next.sizeBytes);
          sizes.push(next.sizeBytes);
          for (let at = next.sizeBytes; at < possible.length; at++) possible[at]?.add(0);
        } else {
          file.syncSync();
          const content = disk.readFileSync('/a/f');
          sizes = [content.length];
          possible.length = 0;
          content.forEach((value, at) => (possible[at] = new Set([value])));
        }
      }
      disk.crash();
      const survivor = disk.readFileSync('/a/f');
      expect(survivor.length).toBeGreaterThanOrEqual(Math.min(...sizes));
      expect(survivor.length).toBeLessThanOrEqual(Math.max(possible.length, ...sizes));
      survivor.forEach((value, at) => {
        const allowed = possible[at] ?? new Set([0]);
        if (!allowed.has(value)) expect.fail(`${value} at ${at}, not of ${[...allowed].join()}`);
      });
      // What survived one is durable: a second failure right after changes nothing.
      disk.crash();
      expect(disk.readFileSync('/a/f').equals(survivor)).toBe(true);
    });
    fc.assert(property, { numRuns: 150 });
  });

  /** And no file has two names. */
  it('a directory is as it was at one moment since it was last synced', () => {
    const directory = fc.constantFrom('/a', '/b');
    const path = fc
      .tuple(directory, fc.constantFrom('x', 'y', 'z'))
      .map((parts) => parts.join('/'));
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('create' as const), path }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), path }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('rename' as const), path, to: path }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('sync' as const), directory }) },
    );
    const property = fc.property(fc.array(step, { maxLength: 20 }), fc.nat(), (steps, seed) => {
      const { disk } = makeHost(seed);
      const stateOf = (of: string): string[] =>
        disk
          .readDirSync(of)
          .map(({ name }) => `${name}=${disk.readFileSync(`${of}/${name}`).toString()}`)
          .toSorted();
      const history: Record<string, string[]> = { '/a': ['[]'], '/b': ['[]'] };
      for (const [index, next] of steps.entries()) {
        if (next.kind === 'create') {
          if (disk.statSync(next.path) !== undefined) continue;
          writeAndSync(disk.openSync(next.path, 'write'), Buffer.from(`file ${index}`));
        } else if (next.kind === 'remove') {
          disk.removeFileSync(next.path);
        } else if (next.kind === 'rename') {
          if (disk.statSync(next.path) !== undefined) disk.renameSync(next.path, next.to);
        } else {
          disk.syncDirSync(next.directory);
          history[next.directory] = [];
        }
        for (const of of ['/a', '/b']) history[of]!.push(JSON.stringify(stateOf(of)));
      }
      disk.crash();
      for (const of of ['/a', '/b']) expect(history[of]).toContain(JSON.stringify(stateOf(of)));
      const files = ['/a', '/b'].flatMap(stateOf).map((entry) => entry.slice(2));
      expect(new Set(files).size).toBe(files.length);
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('everything is there that a writer was told is synced, whenever the power failed', async () => {
    let tornCount = 0;
    for (let seed = 0; seed < 60; seed++) {
      const host = makeHost(seed);
      const { disk, simulation } = host;
      const file = disk.openSync('/a/log', 'write');
      disk.syncDirSync('/a');
      let appendedBytes = 0;
      let syncedBytes = 0;
      const append = (): void => {
        const batch = Buffer.alloc(1 + host.random.int(3000), 'r');
        const endsAt = appendedBytes + batch.length;
        file.write([batch], appendedBytes, () => {
          if (host.random.chance(0.4))
            file.sync(() => (syncedBytes = Math.max(syncedBytes, endsAt)));
          append();
        });
        appendedBytes = endsAt;
      };
      append();
      await simulation.runFor(simulation.random.int(100));
      disk.crash();
      const survivor = disk.readFileSync('/a/log');
      expect(survivor.length).toBeLessThanOrEqual(appendedBytes);
      expect(survivor.subarray(0, syncedBytes).equals(Buffer.alloc(syncedBytes, 'r'))).toBe(true);
      if (survivor.includes(0)) tornCount++;
    }
    expect(tornCount).toBeGreaterThan(5);
  });

  it('bounds what it remembers as unsynced, by what kernels write back on their own', () => {
    const { disk } = makeHost(1);
    const file = disk.openSync('/a/f', 'write');
    disk.syncDirSync('/a');
    for (let block = 0; block < 20; block++) {
      file.writeSync([Buffer.alloc(1024 * 1024, 1)], block * 1024 * 1024);
    }
    disk.crash();
    const survivor = disk.readFileSync('/a/f');
    expect(survivor.subarray(0, 4 * 1024 * 1024).every((byte) => byte === 1)).toBe(true);
  });
});
