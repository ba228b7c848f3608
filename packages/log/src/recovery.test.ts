import { simulatedPlatform } from '@zurau/platform';
import type { Platform, SimulatedHost } from '@zurau/platform';
import { describe, expect, it } from 'vitest';
import { asLeader, batchOf, bytesOf, configOf, startManager } from './fixtures/batches.ts';
import type { PartitionLog } from './partition-log.ts';

const everything = { maxBytes: 1e9, upToOffset: Number.MAX_SAFE_INTEGER, minOneBatch: true };
const firstLog = '/data/t-0/00000000000000000000.log';

function settle<T>(host: SimulatedHost, promise: Promise<T>): Promise<T> {
  return host.simulation.runUntilSettled(promise);
}

/** A host on which a log of 40 batches was killed. */
async function killed(segmentBytes = 1e6): Promise<SimulatedHost> {
  const host = simulatedPlatform(11);
  const manager = await settle(host, startManager({ platform: host }));
  const log = manager.getOrCreate('t', 0, configOf({ segmentBytes }));
  for (let i = 0; i < 40; i++)
    log.append(batchOf({ valueBytes: 400, timestamp: 1000 + i }), asLeader);
  await host.simulation.runFor(200);
  host.kill();
  return host;
}

async function reopened(host: SimulatedHost): Promise<PartitionLog> {
  return (await settle(host, startManager({ platform: host }))).get('t', 0)!;
}

function write(platform: Platform, path: string, bytes: Buffer, position: number): void {
  const file = platform.disk.openSync(path, 'write');
  file.writeSync([bytes], position);
  file.closeSync();
}

describe('after a crash', () => {
  it('everything written is there, readable by offset and by time, and appending goes on', async () => {
    const log = await reopened(await killed());
    expect([log.logEndOffset, log.writtenOffset, log.latestEpoch]).toEqual([40, 40, 0]);
    expect(log.offsetForTimestamp(1033)).toMatchObject({ offset: 33 });
    expect(log.append(batchOf(), asLeader).firstOffset).toBe(40);
  });

  it('a torn last batch is cut off', async () => {
    const host = await killed();
    const sizeBytes = host.disk.statSync(firstLog)!.sizeBytes;
    const file = host.disk.openSync(firstLog, 'write');
    file.truncateSync(sizeBytes - 7);
    file.closeSync();
    const log = await reopened(host);
    expect(log.logEndOffset).toBe(39);
    expect(host.disk.statSync(firstLog)!.sizeBytes).toBe(log.sizeBytes);
  });

  it('zeros and garbage behind the last batch are cut off', async () => {
    for (const garbage of [Buffer.alloc(5000), Buffer.alloc(300, 0xff), Buffer.from('x')]) {
      const host = await killed();
      write(host, firstLog, garbage, host.disk.statSync(firstLog)!.sizeBytes);
      expect((await reopened(host)).logEndOffset).toBe(40);
    }
  });

  it('a flipped bit ends the log before its batch, and later segments go', async () => {
    const host = await killed(5000);
    host.disk.removeFileSync('/data/recovery-point-offset-checkpoint');
    host.disk.flipBit(firstLog, 1500, 3);
    const log = await reopened(host);
    expect([log.logEndOffset, log.segmentCount]).toEqual([3, 1]);
    const names = host.disk.readDirSync('/data/t-0').map((entry) => entry.name);
    expect(names.filter((name) => name.endsWith('.log'))).toHaveLength(1);
    expect(log.append(batchOf(), asLeader).firstOffset).toBe(3);
    await host.simulation.runFor(5);
    expect((await settle(host, bytesOf(log.read(3, everything)))).readBigInt64BE(0)).toBe(3n);
  });

  it('index files as Kafka preallocates them, or damaged, are put right', async () => {
    const host = await killed();
    write(host, '/data/t-0/00000000000000000000.index', Buffer.alloc(10_000), 0);
    write(host, '/data/t-0/00000000000000000000.timeindex', Buffer.from('damaged'), 3);
    const log = await reopened(host);
    expect(log.offsetForTimestamp(1039)).toMatchObject({ offset: 39 });
    expect((await settle(host, bytesOf(log.read(20, everything)))).readBigInt64BE(0)).toBe(20n);
  });

  it('an old batch behind the recovery point is not taken for one below it', async () => {
    const host = simulatedPlatform(13);
    const manager = await settle(host, startManager({ platform: host }));
    const log = manager.getOrCreate('t', 0, configOf());
    for (let i = 0; i < 30; i++) log.append(batchOf({ valueBytes: 100 }), asLeader);
    await settle(host, log.flush());
    await settle(host, manager.close());
    host.disk.removeFileSync('/data/.kafka_cleanshutdown');
    const { sizeBytes } = host.disk.statSync(firstLog)!;
    const old = Buffer.alloc(sizeBytes / 30);
    const file = host.disk.openSync(firstLog, 'read');
    file.readSync(old, 0, old.length, 7 * old.length);
    file.closeSync();
    write(host, firstLog, old, sizeBytes);
    const again = await reopened(host);
    expect([again.logEndOffset, again.sizeBytes]).toEqual([30, sizeBytes]);
  });

  it('only what lies behind the recovery point is checked', async () => {
    const host = simulatedPlatform(12);
    const manager = await settle(host, startManager({ platform: host }));
    const log = manager.getOrCreate('t', 0, configOf());
    for (let i = 0; i < 30; i++) log.append(batchOf({ valueBytes: 1000 }), asLeader);
    await settle(host, log.flush());
    await host.simulation.runFor(100);
    log.append(batchOf({ valueBytes: 1000 }), asLeader);
    await host.simulation.runFor(10);
    host.kill();
    host.disk.flipBit(firstLog, 1500, 3);
    expect((await reopened(host)).logEndOffset).toBe(31);
  });

  it('messages of an old format are not cut off but refused', async () => {
    const host = await killed();
    write(host, firstLog, Buffer.from([1]), 16);
    await expect(settle(host, startManager({ platform: host }))).rejects.toThrow(/format 1/);
    expect(host.disk.statSync(firstLog)!.sizeBytes).toBeGreaterThan(10_000);
  });
});

describe('a clean start', () => {
  it('reads no segment data', async () => {
    const host = simulatedPlatform(13);
    const manager = await settle(host, startManager({ platform: host }));
    const log = manager.getOrCreate('t', 0, configOf({ segmentBytes: 50_000 }));
    for (let i = 0; i < 200; i++) log.append(batchOf({ valueBytes: 1000 }), asLeader);
    await settle(host, manager.close());
    let readBytes = 0;
    const { disk } = host;
    const counting: Platform = Object.create(host, {
      disk: {
        value: new Proxy(disk, {
          get(target, key) {
            const value: unknown = Reflect.get(target, key, target);
            if (key !== 'openSync') return typeof value === 'function' ? value.bind(target) : value;
            return (path: string, mode: 'read' | 'write') => {
              const file = target.openSync(path, mode);
              const { readSync } = file;
              file.readSync = (...args) => {
                readBytes += args[2];
                return readSync.apply(file, args);
              };
              return file;
            };
          },
        }),
      },
    });
    const again = await settle(host, startManager({ platform: counting }));
    expect(again.get('t', 0)!.logEndOffset).toBe(200);
    expect(readBytes).toBeLessThan(150_000 / 4);
  });
});
