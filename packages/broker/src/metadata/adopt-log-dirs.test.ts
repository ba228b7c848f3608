import { beforeEach, describe, expect, it } from 'vitest';
import { LogManager, defaultLogConfig, silentLogger } from '@zurau/log';
import { memoryDisk, nodePlatform } from '@zurau/platform';
import type { Disk, Platform } from '@zurau/platform';
import {
  encodeRecordBatch,
  encodeVersioned,
  transactionLogKey,
  transactionLogValue,
} from '@zurau/protocol';
import type { RecordBatchOptions } from '@zurau/protocol';
import { createLogger } from '../logging.ts';
import { refuseForeignMetadata } from '../log-dir-identity.ts';
import { adoptLogDirs } from './adopt-log-dirs.ts';
import { clusterId } from './broker-registration.ts';
import { EmbeddedStore } from './embedded/embedded-store.ts';
import { createWithParents } from './store-path.ts';
import type { MetadataSession } from './store.ts';
import { configZnode } from './znodes/configs.ts';
import { producerIdBlockZnode } from './znodes/controller.ts';
import { partitionStateZnode, topicZnode } from './znodes/topics.ts';

const ID = 'AAAAAAAAAAAAAAAAAAAAAQ';
const OTHER_ID = 'AAAAAAAAAAAAAAAAAAAAAg';

let platform: Platform;
let disk: Disk;
let session: MetadataSession;

beforeEach(async () => {
  disk = memoryDisk();
  platform = { ...nodePlatform(), disk };
  session = await (await EmbeddedStore.open(platform.clock)).openSession();
});

interface LogToWrite {
  readonly dir?: string;
  readonly topic: string;
  readonly partition?: number;
  readonly topicId?: string;
  readonly leaderEpoch?: number;
  readonly batch?: RecordBatchOptions;
  readonly key?: Buffer;
  readonly value?: Buffer;
}

/** Directories that a broker left behind. */
async function writeLogs(...logs: readonly LogToWrite[]): Promise<void> {
  for (const each of logs) {
    const dirs = [each.dir ?? '/a'];
    const manager = new LogManager({
      platform,
      dirs,
      logger: silentLogger,
      defaultConfig: defaultLogConfig,
    });
    await manager.start();
    const log = manager.getOrCreate(
      each.topic,
      each.partition ?? 0,
      defaultLogConfig,
      each.topicId,
    );
    const { key = null, value = 'v', leaderEpoch = 0, batch = {} } = each;
    log.append(encodeRecordBatch([{ timestamp: 1, key, value }], batch), {
      leaderEpoch,
      origin: 'coordinator',
    });
    await manager.close();
  }
}

async function adopt(dirs: readonly string[] = ['/a']): Promise<void> {
  await adoptLogDirs({
    session,
    disk,
    random: platform.random,
    dirs,
    brokerId: 7,
    logger: await createLogger({ format: 'silent', level: undefined }),
    internalTopicConfigs: (topic) =>
      topic.startsWith('__') ? { 'cleanup.policy': 'compact', 'segment.bytes': '1000' } : undefined,
  });
}

const dataOf = async (path: string): Promise<Buffer> => (await session.getData(path)).data;
const topicOf = async (name: string) =>
  topicZnode.decode(name, await dataOf(topicZnode.path(name)));
const configOf = async (name: string) =>
  configZnode.decode('topics', name, await dataOf(configZnode.path('topics', name)));
const stateOf = async (name: string, partition: number) =>
  partitionStateZnode.decode(
    name,
    partition,
    await dataOf(partitionStateZnode.path(name, partition)),
  );
const topicNames = async () => (await session.getChildren('/brokers/topics')).children.sort();

describe('a new store over directories that hold partitions', () => {
  it('registers topics with their ids and partitions, over all directories', async () => {
    await writeLogs(
      { topic: 'orders', partition: 0, topicId: ID },
      { topic: 'orders', partition: 2, topicId: ID, dir: '/b' },
      { topic: 'old' },
    );
    await adopt(['/a', '/b', '/missing']);
    expect(await topicNames()).toEqual(['old', 'orders']);
    // What is not here is made anew: a topic has no holes.
    expect(await topicOf('orders')).toMatchObject({
      topicId: ID,
      partitions: new Map([
        [0, [7]],
        [1, [7]],
        [2, [7]],
      ]),
    });
    expect((await topicOf('old')).topicId).toMatch(/^[\w-]{22}$/);
  });

  it('leaves leader epochs, for the election to go above them', async () => {
    await writeLogs(
      { topic: 'orders', topicId: ID, leaderEpoch: 5 },
      { topic: 'orders', partition: 1, topicId: ID, leaderEpoch: 9 },
    );
    // After a crash the checkpoint may say less than the batches.
    disk.removeFileSync('/a/.kafka_cleanshutdown');
    disk.removeFileSync('/a/orders-1/leader-epoch-checkpoint');
    await adopt();
    expect(await stateOf('orders', 0)).toMatchObject({ leader: -1, leaderEpoch: 5, isr: [7] });
    expect(await stateOf('orders', 1)).toMatchObject({ leader: -1, leaderEpoch: 9, isr: [7] });
  });

  it('lets nothing be deleted on a guess', async () => {
    await writeLogs({ topic: 'orders' }, { topic: 'cleaned' }, { topic: '__consumer_offsets' });
    const checkpoint = disk.openSync('/a/cleaner-offset-checkpoint', 'write');
    checkpoint.writeSync([Buffer.from('0\n1\ncleaned 0 1\n')], 0);
    checkpoint.closeSync();
    await adopt();
    expect(await configOf('orders')).toEqual({ 'retention.ms': '-1', 'retention.bytes': '-1' });
    expect(await configOf('cleaned')).toEqual({ 'cleanup.policy': 'compact' });
    expect(await configOf('__consumer_offsets')).toMatchObject({ 'segment.bytes': '1000' });
  });

  it.each([true, false])('gives no producer id out again (closed cleanly: %s)', async (clean) => {
    const value = encodeVersioned(
      transactionLogValue,
      {
        producerId: 5000,
        producerEpoch: 0,
        transactionTimeoutMs: 1,
        transactionStatus: 0,
        transactionPartitions: null,
        transactionLastUpdateTimestampMs: 1,
        transactionStartTimestampMs: 1,
      },
      0,
    );
    const key = encodeVersioned(transactionLogKey, { transactionalId: 't' }, 0);
    const batch = { producerId: 4000, producerEpoch: 0, baseSequence: 0 };
    await writeLogs({ topic: 'orders', batch });
    if (!clean) {
      disk.removeFileSync('/a/.kafka_cleanshutdown');
      disk.removeFileSync('/a/orders-0/00000000000000000001.snapshot');
    }
    await adopt();
    expect(producerIdBlockZnode.decode(await dataOf(producerIdBlockZnode.path)).last).toBe(4000);
    session = await (await EmbeddedStore.open(platform.clock)).openSession();
    await writeLogs({ topic: '__transaction_state', key, value });
    await adopt();
    expect(producerIdBlockZnode.decode(await dataOf(producerIdBlockZnode.path)).last).toBe(5000);
  });

  it('goes on where a crash left off, and never begins again', async () => {
    await writeLogs({ topic: 'orders', topicId: ID }, { topic: 'others', topicId: OTHER_ID });
    await createWithParents(session, topicZnode.path('orders'), Buffer.from('half'));
    await adopt();
    expect(await topicNames()).toEqual(['orders', 'others']);
    await clusterId(session, platform.random);
    await writeLogs({ topic: 'later' });
    await adopt();
    expect(await topicNames()).toEqual(['orders', 'others']);
  });

  it('refuses directories that contradict each other', async () => {
    await writeLogs(
      { topic: 'orders', topicId: ID },
      { topic: 'orders', partition: 1, topicId: OTHER_ID, dir: '/b' },
    );
    await expect(adopt(['/a', '/b'])).rejects.toThrow(
      `log.dirs: /a/orders-0 and /b/orders-1 belong to different topics called orders`,
    );
  });

  it('leaves new directories and what is no partition alone', async () => {
    disk.makeDirSync('/a/lost+found-1');
    disk.makeDirSync('/a/empty-0');
    await adopt(['/a', '/new']);
    expect(await session.exists('/brokers')).toBeUndefined();
  });
});

it('refuses the directories of a broker in KRaft mode', () => {
  disk.makeDirSync('/kraft');
  const file = disk.openSync('/kraft/meta.properties', 'write');
  file.writeSync([Buffer.from('version=1\nnode.id=1\ncluster.id=x\n')], 0);
  file.closeSync();
  expect(() => refuseForeignMetadata(disk, ['/new', '/kraft'])).toThrow(
    'log.dirs: /kraft belongs to an Apache Kafka in KRaft mode',
  );
});
