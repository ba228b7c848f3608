import { nodePlatform, simulatedPlatform } from '@zurau/platform';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import {
  asLeader,
  batchOf,
  bytesOf,
  configOf,
  memoryPlatform,
  startManager,
} from './fixtures/batches.ts';
import { readMetaProperties, writeMetaProperties } from './meta-properties.ts';

const everything = { maxBytes: 1e9, upToOffset: Number.MAX_SAFE_INTEGER, minOneBatch: true };
const topicId = 'AAAAAAAAAAAAAAAAAAAAAQ';

function namesIn(platform: ReturnType<typeof memoryPlatform>, path: string): string[] {
  return platform.disk
    .readDirSync(path)
    .map((entry) => entry.name)
    .sort();
}

describe('a log manager', () => {
  it("leaves Kafka's files behind when it closes", async () => {
    const platform = memoryPlatform();
    const manager = await startManager({ platform });
    const log = manager.getOrCreate('t', 3, configOf(), topicId);
    log.append(batchOf({ count: 2 }), { ...asLeader, leaderEpoch: 4 });
    log.setHighWatermark(2);
    await manager.close();
    expect(namesIn(platform, '/data')).toEqual([
      '.kafka_cleanshutdown',
      '.lock',
      'log-start-offset-checkpoint',
      'recovery-point-offset-checkpoint',
      'replication-offset-checkpoint',
      't-3',
    ]);
    expect(namesIn(platform, '/data/t-3')).toEqual([
      '00000000000000000000.index',
      '00000000000000000000.log',
      '00000000000000000000.timeindex',
      '00000000000000000002.snapshot',
      'leader-epoch-checkpoint',
      'partition.metadata',
    ]);
    const text = (path: string) => platform.disk.readFileSync(path).toString();
    expect(text('/data/recovery-point-offset-checkpoint')).toBe('0\n1\nt 3 2\n');
    expect(text('/data/t-3/leader-epoch-checkpoint')).toBe('0\n1\n4 0\n');
    expect(text('/data/t-3/partition.metadata')).toBe(`version: 0\ntopic_id: ${topicId}`);
    const again = await startManager({ platform });
    const found = again.get('t', 3)!;
    expect(found).toMatchObject({ topicId, logEndOffset: 2, highWatermark: 2, latestEpoch: 4 });
    expect(namesIn(platform, '/data')).not.toContain('.kafka_cleanshutdown');
    await again.close();
  });

  it('holds its directories alone', async () => {
    const dir = mkdtempSync(`${tmpdir()}/zurau-lock-`);
    const options = { platform: nodePlatform(), dirs: [dir] };
    const manager = await startManager(options);
    await expect(startManager(options)).rejects.toMatchObject({ code: 'LOCKED' });
    await manager.close();
    await (await startManager(options)).close();
    rmSync(dir, { recursive: true });
  });

  it('spreads logs over its directories', async () => {
    const manager = await startManager({ dirs: ['/a', '/b'] });
    const logs = [0, 1, 2, 3].map((partition) => manager.getOrCreate('t', partition, configOf()));
    expect(logs.map((log) => manager.directoryOf(log))).toEqual(['/a', '/b', '/a', '/b']);
    await manager.close();
  });

  it('renames a removed log at once, removes it later, and serves who reads it meanwhile', async () => {
    const host = simulatedPlatform(3);
    const manager = await host.simulation.runUntilSettled(
      startManager({ platform: host, tailCacheLogBytes: 1 }),
    );
    const log = manager.getOrCreate('t', 0, configOf({ fileDeleteDelayMs: 1000 }));
    for (let i = 0; i < 50; i++) {
      log.append(batchOf({ valueBytes: 5000 }), asLeader);
      await host.simulation.runFor(1);
    }
    const read = log.read(0, everything);
    expect(read.buffers).toBeUndefined();
    manager.remove('t', 0);
    expect(manager.get('t', 0)).toBeUndefined();
    expect(namesIn(host, '/data').some((name) => /^t-0\.[0-9a-f]{32}-delete$/.test(name))).toBe(
      true,
    );
    await host.simulation.runFor(5000);
    expect(namesIn(host, '/data').some((name) => name.startsWith('t-0'))).toBe(false);
    expect((await host.simulation.runUntilSettled(bytesOf(read))).length).toBeGreaterThan(100_000);
    await host.simulation.runUntilSettled(manager.close());
  });

  it('believes nothing of a former partition of the same name', async () => {
    const host = simulatedPlatform(4);
    const settle = <T>(promise: Promise<T>): Promise<T> => host.simulation.runUntilSettled(promise);
    let manager = await settle(startManager({ platform: host }));
    let log = manager.getOrCreate('t', 0, configOf());
    for (let i = 0; i < 20; i++) log.append(batchOf(), asLeader);
    await settle(manager.flushAll());
    log.setHighWatermark(20);
    log.deleteRecordsBefore(15);
    await settle(manager.close());
    manager = await settle(startManager({ platform: host }));
    manager.remove('t', 0);
    log = manager.getOrCreate('t', 0, configOf());
    log.append(batchOf(), asLeader);
    await host.simulation.runFor(5);
    host.kill();
    manager = await settle(startManager({ platform: host }));
    log = manager.get('t', 0)!;
    expect([log.logStartOffset, log.recoveryPoint, log.logEndOffset]).toEqual([0, 0, 1]);
  });

  it('fits pieces of a broken directory together', async () => {
    const platform = memoryPlatform();
    let manager = await startManager({ platform });
    const log = manager.getOrCreate('t', 0, configOf({ segmentBytes: 2000 }));
    for (let i = 0; i < 40; i++) log.append(batchOf({ count: 3, timestamp: 1000 + i }), asLeader);
    await manager.close();
    const { disk } = platform;
    const names = namesIn(platform, '/data/t-0');
    for (const name of names.filter((each) => each.endsWith('index')))
      disk.removeFileSync(`/data/t-0/${name}`);
    for (const name of names.filter((each) => each.endsWith('.snapshot'))) {
      const file = disk.openSync(`/data/t-0/${name}`, 'write');
      file.writeSync([Buffer.from('damaged')], 0);
      file.closeSync();
    }
    for (const path of [
      '/data/t-0/leader-epoch-checkpoint',
      '/data/replication-offset-checkpoint',
    ]) {
      const file = disk.openSync(path, 'write');
      file.writeSync([Buffer.from('x')], 0);
      file.closeSync();
    }
    manager = await startManager({ platform });
    const found = manager.get('t', 0)!;
    expect(found.logEndOffset).toBe(120);
    expect(found.offsetForTimestamp(1030)).toMatchObject({ timestamp: 1030 });
    expect((await bytesOf(found.read(60, everything))).readBigInt64BE(0)).toBe(60n);
    await manager.close();
  });

  it('reads meta.properties as Kafka writes it', () => {
    const { disk } = memoryPlatform();
    disk.makeDirSync('/data');
    const file = disk.openSync('/data/meta.properties', 'write');
    file.writeSync(
      [Buffer.from('#\n#Sun Nov 22\ncluster.id=abc\\=def\nbroker.id=3\nversion=0\n')],
      0,
    );
    const meta = readMetaProperties(disk, '/data');
    expect(meta).toEqual({ brokerId: 3, clusterId: 'abc=def', others: new Map() });
    writeMetaProperties(disk, '/data', {
      brokerId: 3,
      clusterId: 'x',
      others: new Map([['directory.id', 'y']]),
    });
    expect(readMetaProperties(disk, '/data')).toEqual({
      brokerId: 3,
      clusterId: 'x',
      others: new Map([['directory.id', 'y']]),
    });
  });
});
