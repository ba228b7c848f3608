import { describe, expect, test } from 'vitest';
import { memoryDisk, nodePlatform, simulatedPlatform } from '@zurau/platform';
import type { Platform, SimulatedHost } from '@zurau/platform';
import { silentLogger } from '@zurau/log';
import { storeConformance } from '../conformance/store-conformance.ts';
import { ANY_VERSION } from '../store.ts';
import { DurableTransactionLog } from './durable-transaction-log.ts';
import { EmbeddedStore } from './embedded-store.ts';

const LOG_DIR = '/data';
const DIRECTORY = `${LOG_DIR}/__cluster_metadata-0`;

function freshPlatform(): Platform {
  const platform = { ...nodePlatform(), disk: memoryDisk() };
  platform.disk.makeDirSync(LOG_DIR);
  return platform;
}

function open(platform: Platform, snapshotAfterTransactions = 10_000): Promise<EmbeddedStore> {
  return EmbeddedStore.open(
    platform.clock,
    () =>
      new DurableTransactionLog({
        platform,
        logDir: LOG_DIR,
        logger: silentLogger,
        snapshotAfterTransactions,
      }),
  );
}

const bytes = (text: string): Buffer => Buffer.from(text);

describe('with a log', () => {
  test.each(storeConformance)('$name', async ({ run }) => {
    const store = await open(freshPlatform());
    await run({ store, expire: (session) => store.expireSession(session) });
    await store.close();
  });

  test.each(storeConformance)(
    '$name, making a snapshot after each transaction',
    async ({ run }) => {
      const store = await open(freshPlatform(), 1);
      await run({ store, expire: (session) => store.expireSession(session) });
      await store.close();
    },
  );
});

describe('after a restart', () => {
  test.each([1, 3, 10_000])(
    'nodes, stats and counters are as they were; snapshot after %i',
    async (snapshotAfter) => {
      const platform = freshPlatform();
      let store = await open(platform, snapshotAfter);
      let session = await store.openSession();
      await session.create('/a', bytes('0'));
      await session.create('/a/n_', bytes(''), { sequential: true });
      await session.create('/a/m', bytes('m'));
      await session.setData('/a', bytes('1'), 0);
      await session.delete('/a/n_0000000000', ANY_VERSION);
      const before = await session.getData('/a');
      const child = await session.exists('/a/m');
      await store.close();

      store = await open(platform, snapshotAfter);
      session = await store.openSession();
      expect(await session.getData('/a')).toEqual(before);
      expect(await session.exists('/a/m')).toEqual(child);
      const next = await session.create('/a/n_', bytes(''), { sequential: true });
      expect(next.path).toBe('/a/n_0000000002');
      expect(next.stat.czxid).toBeGreaterThan(before.stat.mzxid);
      await store.close();
    },
  );

  test('ephemeral nodes are gone, and session ids are new', async () => {
    const platform = freshPlatform();
    let store = await open(platform);
    const first = await store.openSession();
    const { stat } = await first.create('/e', bytes(''), { ephemeral: true });
    // No close: as if the process had been killed. The directory's lock goes with the process; here it has to be let go.
    store = await reopenAfterKill(platform);
    const second = await store.openSession();
    expect(await second.exists('/e')).toBeUndefined();
    expect(second.id).not.toBe(first.id);
    const again = await second.create('/e', bytes(''), { ephemeral: true });
    expect(again.stat.czxid).toBeGreaterThan(stat.czxid);
    await store.close();
  });

  test('what is replayed stays bounded', async () => {
    const platform = freshPlatform();
    let store = await open(platform, 100);
    const session = await store.openSession();
    await session.create('/a', bytes(''));
    const data = Buffer.alloc(100_000, 'x');
    for (let round = 0; round < 250; round++) await session.setData('/a', data, ANY_VERSION);
    await store.close();
    const files = platform.disk.readDirSync(DIRECTORY).map(({ name }) => name);
    expect(files.filter((name) => name.endsWith('.checkpoint'))).toHaveLength(1);
    const logBytes = files
      .filter((name) => name.endsWith('.log'))
      .map((name) => platform.disk.statSync(`${DIRECTORY}/${name}`)?.sizeBytes ?? 0)
      .reduce((sum, size) => sum + size, 0);
    expect(logBytes).toBeLessThan(20_000_000);
    store = await open(platform);
    expect((await (await store.openSession()).exists('/a'))?.version).toBe(250);
    await store.close();
  });

  test('a second process is refused', async () => {
    const platform = freshPlatform();
    const store = await open(platform);
    await expect(open(platform)).rejects.toMatchObject({ code: 'LOCKED' });
    await store.close();
  });

  test('a log whose snapshot is missing is refused, not taken for an empty one', async () => {
    const platform = freshPlatform();
    const store = await open(platform, 10);
    const session = await store.openSession();
    await session.create('/a', bytes(''));
    const data = Buffer.alloc(1_000_000, 'x');
    for (let round = 0; round < 30; round++) await session.setData('/a', data, ANY_VERSION);
    await store.close();
    for (const { name } of platform.disk.readDirSync(DIRECTORY)) {
      if (name.endsWith('.checkpoint')) platform.disk.removeFileSync(`${DIRECTORY}/${name}`);
    }
    await expect(open(platform)).rejects.toThrow('snapshot is missing');
  });
});

describe('when the disk is full', () => {
  function fullDisk(host: SimulatedHost, path: RegExp): () => void {
    return host.disk.faults.inject({
      operation: 'write',
      path,
      code: 'NO_SPACE',
      times: Infinity,
    });
  }

  function startedHost(): { host: SimulatedHost; settle: <T>(promise: Promise<T>) => Promise<T> } {
    const host = simulatedPlatform(3);
    return { host, settle: (promise) => host.simulation.runUntilSettled(promise) };
  }

  test('sessions end; when there is room, the next one finds what was acknowledged', async () => {
    const { host, settle } = startedHost();
    const store = await settle(open(host));
    const session = await settle(store.openSession());
    await settle(session.create('/a', bytes('kept')));
    await settle(session.create('/e', bytes(''), { ephemeral: true }));
    const makeRoom = fullDisk(host, /\.log$/);
    const loss = { code: 'CONNECTION_LOSS' };
    await expect(settle(session.setData('/a', bytes('lost'), 0))).rejects.toMatchObject(loss);
    expect(session.state).toBe('expired');
    await expect(settle(store.openSession())).rejects.toMatchObject(loss);
    await expect(settle(store.openSession())).rejects.toMatchObject(loss);
    makeRoom();
    const next = await settle(store.openSession());
    expect(next.id).not.toBe(session.id);
    expect((await settle(next.getData('/a'))).data.toString()).toBe('kept');
    expect(await settle(next.exists('/e'))).toBeUndefined();
    await settle(next.setData('/a', bytes('again'), 0));
    await settle(store.close());

    const again = await settle(open(host));
    const last = await settle(again.openSession());
    expect((await settle(last.getData('/a'))).data.toString()).toBe('again');
    await settle(again.close());
  });

  test('the store can be closed all the same, and started again', async () => {
    const { host, settle } = startedHost();
    const store = await settle(open(host));
    const session = await settle(store.openSession());
    const makeRoom = fullDisk(host, /\.log$/);
    await expect(settle(session.create('/a', bytes('')))).rejects.toThrow();
    await settle(store.close());
    await expect(settle(store.openSession())).rejects.toThrow();
    makeRoom();
    await settle((await settle(open(host))).close());
  });

  test('a snapshot that cannot be kept is done without', async () => {
    const { host, settle } = startedHost();
    const store = await settle(open(host, 3));
    const session = await settle(store.openSession());
    await settle(session.create('/a', bytes('')));
    fullDisk(host, /\.checkpoint/);
    for (let i = 0; i < 20; i++) {
      await settle(session.setData('/a', bytes(String(i)), ANY_VERSION));
    }
    await settle(store.close());
    const again = await settle(open(host));
    const next = await settle(again.openSession());
    expect((await settle(next.getData('/a'))).data.toString()).toBe('19');
    await settle(again.close());
  });
});

async function reopenAfterKill(platform: Platform): Promise<EmbeddedStore> {
  const copy = { ...platform, disk: memoryDisk() };
  copy.disk.makeDirSync(DIRECTORY);
  for (const { name, kind } of platform.disk.readDirSync(DIRECTORY)) {
    if (kind !== 'file' || name === '.lock') continue;
    const file = copy.disk.openSync(`${DIRECTORY}/${name}`, 'write');
    file.writeSync([platform.disk.readFileSync(`${DIRECTORY}/${name}`)], 0);
    file.closeSync();
  }
  return open(copy);
}
