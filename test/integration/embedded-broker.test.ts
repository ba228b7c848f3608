/**
 * `startBroker` as a program uses it: what it leaves behind, and how it says no.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Admin, Consumer, Producer } from '@zurau/client';
import { ConfigError, startBroker } from '@zurau/broker';
import type { RunningBroker } from '@zurau/broker';
import { tempDir } from '@zurau/testkit';

const open: RunningBroker[] = [];

afterEach(async () => {
  for (const broker of open.splice(0)) await broker.close();
});

async function start(options: Parameters<typeof startBroker>[0]): Promise<RunningBroker> {
  const broker = await startBroker(options);
  open.push(broker);
  return broker;
}

async function produce(broker: RunningBroker, topic: string, value: string): Promise<void> {
  await using producer = new Producer({ bootstrapServers: [broker.bootstrapServers] });
  await producer.send({ topic, value });
}

async function readAll(broker: RunningBroker, topic: string): Promise<string[]> {
  await using consumer = new Consumer({ bootstrapServers: [broker.bootstrapServers] });
  await consumer.assign([{ topic, from: 'beginning' }]);
  const batches = await consumer.poll({ timeoutMs: 5000 });
  return batches.flatMap(({ records }) => records.map(({ value }) => value!.toString()));
}

function openResources(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((kind) => kind.startsWith('TCP') || kind === 'FSReqCallback');
}

describe('startBroker', () => {
  it('leaves no handle open once it is closed', async () => {
    // Files may be open for a moment that have nothing to do with the broker; sockets may not.
    const before = openResources().filter((kind) => kind.startsWith('TCP'));
    {
      await using broker = await startBroker({ port: 0 });
      await produce(broker, 't', 'v');
      expect(await readAll(broker, 't')).toEqual(['v']);
      expect(openResources().length).toBeGreaterThan(before.length);
    }
    await expect.poll(openResources).toEqual(before);
  });

  it('keeps nothing on disk without a directory', async () => {
    using dir = tempDir('embedded');
    const broker = await start({ port: 0 });
    await produce(broker, 't', 'v');
    expect(readdirSync(dir.path)).toEqual([]);
    expect(existsSync('/memory')).toBe(false);
  });

  it('finds topics, ids, configs, records and its broker id again in its directory', async () => {
    using dir = tempDir('embedded');
    const first = await start({
      port: 0,
      dataDir: dir.path,
      properties: { 'broker.id': '7', 'num.partitions': '2' },
    });
    await produce(first, 'kept', 'before');
    const describeKept = async (broker: RunningBroker): Promise<unknown> => {
      await using admin = new Admin({ bootstrapServers: [broker.bootstrapServers] });
      return await admin.describeTopics(['kept']);
    };
    const described = await describeKept(first);
    await first.close();

    const second = await start({ port: 0, dataDir: dir.path });
    expect(second.brokerId).toBe(7);
    expect(await describeKept(second)).toEqual(described);
    expect(await readAll(second, 'kept')).toEqual(['before']);
  });

  it('runs several brokers in one process, each for itself', async () => {
    const [a, b] = await Promise.all([start({ port: 0 }), start({ port: 0 })]);
    await produce(a!, 'same-name', 'a');
    await produce(b!, 'same-name', 'b');
    expect(await readAll(a!, 'same-name')).toEqual(['a']);
    expect(await readAll(b!, 'same-name')).toEqual(['b']);
  });

  it('listens on several listeners and on IPv6', async () => {
    const broker = await start({
      properties: {
        listeners: 'PLAINTEXT://127.0.0.1:0,INTERNAL://[::1]:0',
        'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,INTERNAL:PLAINTEXT',
        'inter.broker.listener.name': 'PLAINTEXT',
      },
    });
    const internal = broker.endpoints.find(({ listenerName }) => listenerName === 'INTERNAL')!;
    await using admin = new Admin({ bootstrapServers: [`[::1]:${internal.port}`] });
    const { brokers } = await admin.describeCluster();
    expect(brokers).toMatchObject([{ host: '::1', port: internal.port }]);
  });

  it('says which setting is wrong, and what is allowed', async () => {
    await expect(startBroker({ properties: { 'num.partitions': '0' } })).rejects.toThrow(
      /value 0 for configuration num\.partitions.*at least 1/,
    );
    await expect(startBroker({ properties: { listeners: 'nowhere' } })).rejects.toThrow(
      ConfigError,
    );
  });

  it('says who has the port, or the directory', async () => {
    using dir = tempDir('embedded');
    const first = await start({ port: 0, dataDir: join(dir.path, 'a') });
    const port = Number(first.bootstrapServers.split(':')[1]);
    await expect(startBroker({ port, dataDir: join(dir.path, 'b') })).rejects.toMatchObject({
      code: 'ADDRESS_IN_USE',
    });
    await expect(startBroker({ port: 0, dataDir: join(dir.path, 'a') })).rejects.toMatchObject({
      code: 'LOCKED',
    });
    // What a failed start had taken is free again.
    await start({ port: 0, dataDir: join(dir.path, 'b') });
  });
});
