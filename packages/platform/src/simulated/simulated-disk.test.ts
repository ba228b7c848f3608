import { describe, expect, it } from 'vitest';
import { describeDiskConformance } from '../conformance/disk-conformance.ts';
import type { DiskErrorCode, DiskFile } from '../disk.ts';
import { SECTOR_BYTES } from './crash-journal.ts';
import { simulatedPlatform, type SimulatedHost } from './simulation.ts';

describe('simulated disk', () => {
  describeDiskConformance(() => {
    const { disk, simulation } = simulatedPlatform(1);
    disk.makeDirSync('/data');
    return {
      disk,
      directory: '/data',
      settle: (promise) => simulation.runUntilSettled(promise),
      close: () => {},
    };
  });

  /** A host with an empty, durable directory /data. */
  function makeHost(seed: number): SimulatedHost {
    const host = simulatedPlatform(seed);
    host.disk.makeDirSync('/data');
    host.disk.syncDirSync('/');
    return host;
  }

  /** Makes a file whose name and content survive every crash. */
  function makeDurable(host: SimulatedHost, path: string, content: Buffer): DiskFile {
    const file = host.disk.openSync(path, 'write');
    file.writeSync([content], 0);
    file.syncSync();
    host.disk.syncDirSync('/data');
    return file;
  }

  const write = (file: DiskFile, content: Buffer): Promise<DiskErrorCode | undefined> =>
    new Promise((resolve) => file.write([content], 0, (error) => resolve(error?.code)));

  const sync = (file: DiskFile): Promise<DiskErrorCode | undefined> =>
    new Promise((resolve) => file.sync((error) => resolve(error?.code)));

  /** The different outcomes that 200 seeds have. */
  function outcomes(run: (host: SimulatedHost) => string): Set<string> {
    const seen = new Set<string>();
    for (let seed = 0; seed < 200; seed++) seen.add(run(makeHost(seed)));
    return seen;
  }

  describe('losing power', () => {
    it('keeps what was synced, under a name that was synced', () => {
      const seen = outcomes((host) => {
        makeDurable(host, '/data/a', Buffer.from('kept'));
        host.disk.crash();
        return host.disk.readFileSync('/data/a').toString();
      });
      expect(seen).toEqual(new Set(['kept']));
    });

    it('may lose the name of a synced file when its directory was not synced', () => {
      const seen = outcomes((host) => {
        const file = host.disk.openSync('/data/a', 'write');
        file.writeSync([Buffer.from('kept')], 0);
        file.syncSync();
        host.disk.crash();
        const there = host.disk.statSync('/data/a') !== undefined;
        return there ? host.disk.readFileSync('/data/a').toString() : 'no name';
      });
      expect(seen).toEqual(new Set(['kept', 'no name']));
    });

    it('may lose, keep, or tear an unsynced write, at sectors', () => {
      const seen = outcomes((host) => {
        const file = makeDurable(host, '/data/a', Buffer.alloc(3 * SECTOR_BYTES, 'o'));
        file.writeSync([Buffer.alloc(3 * SECTOR_BYTES, 'n')], 0);
        host.disk.crash();
        const content = host.disk.readFileSync('/data/a').toString();
        expect(content).toMatch(/^(o{512}|n{512}){3}$/);
        return content.replaceAll(/(.)\1{511}/g, '$1');
      });
      expect(seen).toContain('ooo');
      expect(seen).toContain('nnn');
      expect(seen).toContain('noo');
      expect(seen).toContain('ono');
    });

    it('renames whole or not at all', () => {
      const seen = outcomes((host) => {
        makeDurable(host, '/data/current', Buffer.from('old'));
        makeDurable(host, '/data/next', Buffer.from('new'));
        host.disk.renameSync('/data/next', '/data/current');
        host.disk.crash();
        const names = host.disk.readDirSync('/data').map((entry) => entry.name);
        return `${names.toSorted().join()}=${host.disk.readFileSync('/data/current').toString()}`;
      });
      expect(seen).toEqual(new Set(['current,next=old', 'current=new']));
    });

    it('never leaves a file with two names or none when it moved between directories', () => {
      const seen = outcomes((host) => {
        makeDurable(host, '/data/f', Buffer.from('x'));
        host.disk.makeDirSync('/other');
        host.disk.syncDirSync('/');
        host.disk.renameSync('/data/f', '/other/f');
        if (host.simulation.random.chance(0.3)) host.disk.syncDirSync('/data');
        host.disk.crash();
        const there = ['/data/f', '/other/f'].filter((path) => host.disk.statSync(path));
        expect(there).toHaveLength(1);
        return there[0]!;
      });
      expect(seen).toEqual(new Set(['/data/f', '/other/f']));
    });

    it('may bring back a removed file until the directory is synced', () => {
      const seen = outcomes((host) => {
        makeDurable(host, '/data/a', Buffer.from('x'));
        host.disk.removeFileSync('/data/a');
        if (host.simulation.random.chance(0.5)) {
          host.disk.syncDirSync('/data');
          host.disk.crash();
          expect(host.disk.statSync('/data/a')).toBeUndefined();
          return 'synced';
        }
        host.disk.crash();
        return host.disk.statSync('/data/a') ? 'back' : 'gone';
      });
      expect(seen).toEqual(new Set(['synced', 'back', 'gone']));
    });

    it('catches a write under way at any point, and never calls back', async () => {
      const seen = outcomes((host) => {
        const file = makeDurable(host, '/data/a', Buffer.alloc(0));
        file.write([Buffer.alloc(2 * SECTOR_BYTES, 'n')], 0, () => expect.unreachable());
        host.disk.crash();
        return String(host.disk.statSync('/data/a')!.sizeBytes);
      });
      expect(seen).toContain('0');
      expect(seen).toContain(String(2 * SECTOR_BYTES));
      const host = makeHost(1);
      const file = makeDurable(host, '/data/a', Buffer.alloc(0));
      file.sync(() => expect.unreachable());
      host.disk.crash();
      await host.simulation.run();
    });

    it('covers by a sync only what was written before it began', async () => {
      const lost = new Set<boolean>();
      for (let seed = 0; seed < 40; seed++) {
        const host = makeHost(seed);
        const file = makeDurable(host, '/data/a', Buffer.from('1'));
        file.writeSync([Buffer.from('2')], 0);
        const synced = sync(file);
        file.writeSync([Buffer.from('3')], 0);
        await host.simulation.runUntilSettled(synced);
        host.disk.crash();
        const content = host.disk.readFileSync('/data/a').toString();
        expect(content).toMatch(/[23]/);
        lost.add(content === '2');
      }
      expect(lost).toEqual(new Set([true, false]));
    });

    it('closes files and frees locks', () => {
      const host = makeHost(1);
      const file = makeDurable(host, '/data/a', Buffer.from('x'));
      const lock = host.disk.lockSync('/data/.lock');
      host.disk.crash();
      expect(() => file.sizeSync()).toThrow('closed');
      const next = host.disk.lockSync('/data/.lock');
      lock.release();
      expect(() => host.disk.lockSync('/data/.lock')).toThrow('locked');
      next.release();
    });
  });

  describe('a killed process', () => {
    it('leaves all that was written', () => {
      const seen = outcomes((host) => {
        host.disk.openSync('/data/a', 'write').writeSync([Buffer.from('all')], 0);
        host.disk.kill();
        return host.disk.readFileSync('/data/a').toString();
      });
      expect(seen).toEqual(new Set(['all']));
    });
  });

  describe('faults', () => {
    it('fail what matches, as often as asked', async () => {
      const { disk, simulation } = makeHost(1);
      const a = disk.openSync('/data/a', 'write');
      const b = disk.openSync('/data/b', 'write');
      const byte = Buffer.from('x');
      disk.faults.inject({ operation: 'write', path: /a$/, code: 'IO', skip: 1, times: 2 });
      b.writeSync([byte], 0);
      a.writeSync([byte], 0);
      expect(() => a.writeSync([byte], 0)).toThrow('IO');
      expect(await simulation.runUntilSettled(write(a, byte))).toBe('IO');
      expect(await simulation.runUntilSettled(write(a, byte))).toBeUndefined();
      const remove = disk.faults.inject({
        operation: 'open',
        code: 'TOO_MANY_FILES',
        times: Infinity,
      });
      for (let count = 0; count < 3; count++) {
        expect(() => disk.openSync('/data/c', 'write')).toThrow('TOO_MANY_FILES');
      }
      remove();
      disk.openSync('/data/c', 'write').closeSync();
    });

    it('may leave a part of a failed write', () => {
      const seen = outcomes((host) => {
        const file = host.disk.openSync('/data/a', 'write');
        host.disk.faults.inject({ operation: 'write', code: 'NO_SPACE' });
        expect(() => file.writeSync([Buffer.from('abc')], 0)).toThrow('NO_SPACE');
        return host.disk.readFileSync('/data/a').toString();
      });
      expect(seen).toEqual(new Set(['', 'a', 'ab', 'abc']));
    });

    it('fill up a disk of limited capacity', () => {
      const { disk } = makeHost(1);
      disk.capacityBytes = 100_000;
      const file = disk.openSync('/data/a', 'write');
      file.writeSync([Buffer.alloc(60_000)], 0);
      expect(() => file.writeSync([Buffer.alloc(60_000)], 60_000)).toThrow('full');
      expect(disk.usageSync('/').freeBytes).toBeLessThan(50_000);
      file.truncateSync(0);
      file.writeSync([Buffer.alloc(60_000)], 0);
    });

    it('make a failed sync lose its writes, whatever later syncs say', async () => {
      const { disk, simulation } = makeHost(1);
      const file = disk.openSync('/data/a', 'write');
      disk.syncDirSync('/data');
      file.writeSync([Buffer.from('lost')], 0);
      disk.faults.inject({ operation: 'sync', code: 'IO' });
      expect(await simulation.runUntilSettled(sync(file))).toBe('IO');
      expect(disk.readFileSync('/data/a').toString()).toBe('lost');
      expect(await simulation.runUntilSettled(sync(file))).toBeUndefined();
      disk.crash();
      expect(disk.readFileSync('/data/a').length).toBe(0);
    });

    it('take the time that was set', async () => {
      const { disk, simulation } = makeHost(1);
      const file = disk.openSync('/data/a', 'write');
      disk.faults.setLatency('sync', { min: 5_000, max: 5_001 });
      await simulation.runUntilSettled(sync(file));
      expect(simulation.nowMs).toBeGreaterThanOrEqual(5_000);
      expect(simulation.nowMs).toBeLessThan(5_001);
    });

    it('flip bits', () => {
      const { disk } = makeHost(1);
      disk.openSync('/data/a', 'write').writeSync([Buffer.from('abc')], 0);
      disk.flipBit('/data/a', 1, 0);
      expect(disk.readFileSync('/data/a').toString()).toBe('acc');
    });
  });
});
