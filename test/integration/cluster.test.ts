/**
 * Three brokers in this process, with real sockets between them: what a cluster promises while its brokers fail.
 *
 * A killed broker is cut off from its clients and the other brokers, loses its session and writes nothing any more; what it had written is there when it
 * starts again.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, KafkaJSError, KafkaJSNumberOfRetriesExceeded, logLevel } from 'kafkajs';
import { Admin, Consumer, Producer } from '@zurau/client';
import type { ConsumedBatch, TopicMetadata } from '@zurau/client';
import { startCluster } from '@zurau/broker';
import type { RunningCluster, StartClusterOptions } from '@zurau/broker';
import { fetchApi } from '@zurau/protocol';
import { RawClient, tempDir } from '@zurau/testkit';
import { afterEach, expect, it } from 'vitest';

const TIME_LIMIT_MS = 60_000;

/** Short waits: what is due after ten seconds in production is due at once. */
const QUICK: Readonly<Record<string, string>> = {
  'replica.fetch.backoff.ms': '50',
  'replica.fetch.wait.max.ms': '100',
  'replica.lag.time.max.ms': '2000',
  'controlled.shutdown.retry.backoff.ms': '100',
  'offsets.topic.num.partitions': '3',
};

let cluster: RunningCluster;
let admin: Admin;

afterEach(async () => {
  await admin.close();
  await cluster.close();
});

async function start(options: StartClusterOptions = {}): Promise<void> {
  cluster = await startCluster({
    brokers: 3,
    ...options,
    properties: { ...QUICK, ...options.properties },
  });
  admin = new Admin({ bootstrapServers: cluster.bootstrapServers });
}

async function createTopic(
  name: string,
  partitions: number,
  configs: Record<string, string> = {},
): Promise<void> {
  await admin.createTopics([{ name, partitions, replicationFactor: 3, configs }]);
}

async function describe(topic: string): Promise<TopicMetadata> {
  const [described] = await admin.describeTopics([topic]);
  return described!;
}

async function leaderOf(topic: string, partition: number): Promise<number> {
  return (await describe(topic)).partitions[partition]?.leader ?? -1;
}

async function untilInSync(topic: string, replicas: readonly number[]): Promise<void> {
  await expect
    .poll(
      async () =>
        (await describe(topic)).partitions.map(({ inSyncReplicas }) => inSyncReplicas.toSorted()),
      { timeout: TIME_LIMIT_MS },
    )
    .toEqual((await describe(topic)).partitions.map(() => replicas));
}

async function untilLed(topic: string, by: readonly number[]): Promise<void> {
  await expect
    .poll(
      async () => (await describe(topic)).partitions.every(({ leader }) => by.includes(leader)),
      {
        timeout: TIME_LIMIT_MS,
      },
    )
    .toBe(true);
}

/** The values of each partition, in order. */
async function readAll(topic: string): Promise<string[][]> {
  const places = (await describe(topic)).partitions.map(({ partition }) => ({ topic, partition }));
  const [starts, ends] = await Promise.all(
    (['beginning', 'end'] as const).map((at) =>
      admin.listOffsets(places.map((place) => ({ ...place, at }))),
    ),
  );
  const sum = (answers: readonly { readonly offset: number }[]): number =>
    answers.reduce((total, { offset }) => total + offset, 0);
  let missing = sum(ends!) - sum(starts!);
  const values: string[][] = places.map(() => []);
  await using consumer = new Consumer({
    bootstrapServers: cluster.bootstrapServers,
    autoOffsetReset: 'earliest',
  });
  await consumer.assign([{ topic }]);
  const take = ({ partition, records }: ConsumedBatch): void => {
    for (const { value } of records) values[partition]!.push(String(value));
    missing -= records.length;
  };
  while (missing > 0) for (const batch of await consumer.poll()) take(batch);
  return values;
}

/** The bytes of a replica's log, all segments together. */
function logBytes(dataDir: string, broker: number, topic: string, partition: number): Buffer {
  const dir = join(dataDir, `broker-${broker}`, `${topic}-${partition}`);
  const segments = readdirSync(dir).filter((name) => name.endsWith('.log'));
  return Buffer.concat(segments.toSorted().map((name) => readFileSync(join(dir, name))));
}

interface Writer {
  readonly acknowledged: readonly string[];
  /** Resolves when `count` more are acknowledged. */
  more(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** Writes one record after another until told to stop; returns what was acknowledged. */
function writeUntilStopped(write: (value: string) => Promise<void>, name: string): Writer {
  const acknowledged: string[] = [];
  let isStopped = false;
  const done = (async () => {
    for (let i = 0; !isStopped; i++) {
      await write(`${name}-${i}`);
      acknowledged.push(`${name}-${i}`);
    }
  })();
  return {
    acknowledged,
    async more(count: number): Promise<void> {
      const target = acknowledged.length + count;
      await expect
        .poll(() => acknowledged.length, { timeout: TIME_LIMIT_MS, interval: 10 })
        .toBeGreaterThanOrEqual(target);
    },
    async stop(): Promise<void> {
      isStopped = true;
      await done;
    },
  };
}

it(
  'loses nothing that was acknowledged while leaders are killed, and its replicas agree',
  { timeout: 2 * TIME_LIMIT_MS },
  async () => {
    using dir = tempDir('cluster');
    const dataDir = dir.path;
    await start({ dataDir });
    await createTopic('t', 2, { 'min.insync.replicas': '2' });
    await using ours = new Producer({ bootstrapServers: cluster.bootstrapServers });
    const kafka = new Kafka({
      clientId: 'kafkajs',
      brokers: cluster.bootstrapServers.split(','),
      logLevel: logLevel.NOTHING,
      retry: { initialRetryTime: 20, maxRetryTime: 200, retries: 100 },
    });
    const theirs = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await theirs.connect();
    const writers = [
      writeUntilStopped(async (value) => {
        await ours.send({ topic: 't', partition: 0, value });
      }, 'ours'),
      writeUntilStopped(async (value) => {
        await theirs.send({ topic: 't', acks: -1, messages: [{ partition: 1, value }] });
      }, 'theirs'),
    ] as const;
    for (const partition of [0, 1]) {
      await writers[partition]!.more(20);
      const leader = await leaderOf('t', partition);
      await cluster.kill(leader);
      await Promise.all(writers.map((writer) => writer.more(20)));
      await cluster.start(leader);
      await untilInSync('t', [0, 1, 2]);
    }
    await Promise.all(writers.map((writer) => writer.stop()));
    await theirs.disconnect();
    const read = await readAll('t');
    for (const partition of [0, 1]) {
      expect(read[partition]).toEqual(writers[partition]!.acknowledged);
    }
    await admin.close();
    await cluster.close();
    for (const partition of [0, 1]) {
      const [first, ...others] = [0, 1, 2].map((id) => logBytes(dataDir, id, 't', partition));
      for (const other of others) expect(other.equals(first!)).toBe(true);
    }
  },
);

it('hands over before it stops, so that nobody notices', { timeout: TIME_LIMIT_MS }, async () => {
  await start();
  await createTopic('t', 6, { 'min.insync.replicas': '2' });
  await using producer = new Producer({
    bootstrapServers: cluster.bootstrapServers,
    retries: 1_000,
  });
  await producer.send({ topic: 't', value: 'before' });
  for (const id of [0, 1, 2]) {
    await cluster.stop(id);
    await untilLed(
      't',
      [0, 1, 2].filter((other) => other !== id),
    );
    await producer.send({ topic: 't', value: `without ${id}` });
    await cluster.start(id);
    await untilInSync('t', [0, 1, 2]);
  }
  expect((await readAll('t')).flat().length).toBe(4);
});

it(
  'refuses acks=all with too few in sync, and takes it again later',
  { timeout: TIME_LIMIT_MS },
  async () => {
    await start();
    await createTopic('t', 1, { 'min.insync.replicas': '3' });
    await using producer = new Producer({ bootstrapServers: cluster.bootstrapServers });
    await producer.send({ topic: 't', value: 'all three' });
    const leader = await leaderOf('t', 0);
    const follower = [0, 1, 2].find((id) => id !== leader)!;
    await cluster.kill(follower);
    await untilInSync(
      't',
      [0, 1, 2].filter((id) => id !== follower),
    );
    await using impatient = new Producer({
      bootstrapServers: cluster.bootstrapServers,
      retries: 0,
    });
    await expect(impatient.send({ topic: 't', value: 'two' })).rejects.toMatchObject({
      code: 'NOT_ENOUGH_REPLICAS',
    });
    await cluster.start(follower);
    await producer.send({ topic: 't', value: 'three again' });
    expect(await readAll('t')).toEqual([['all three', 'three again']]);
  },
);

it('waits for the last leader when everything was down', { timeout: TIME_LIMIT_MS }, async () => {
  await start();
  await createTopic('t', 1);
  await using producer = new Producer({ bootstrapServers: cluster.bootstrapServers });
  await producer.send({ topic: 't', value: 'everywhere' });
  const last = await leaderOf('t', 0);
  const others = [0, 1, 2].filter((id) => id !== last);
  for (const id of others) await cluster.kill(id);
  await producer.send({ topic: 't', value: 'only at the last leader' });
  await cluster.kill(last);
  for (const id of others) await cluster.start(id);
  await admin.close();
  admin = new Admin({ bootstrapServers: cluster.bootstrapServers });
  await expect.poll(() => leaderOf('t', 0), { timeout: TIME_LIMIT_MS }).toBe(-1);
  await cluster.start(last);
  await untilLed('t', [last]);
  await untilInSync('t', [0, 1, 2]);
  expect(await readAll('t')).toEqual([['everywhere', 'only at the last leader']]);
});

it(
  'lets the first one back lead when unclean elections are allowed, and all agree with it',
  { timeout: TIME_LIMIT_MS },
  async () => {
    using dir = tempDir('cluster');
    const dataDir = dir.path;
    await start({ dataDir });
    await createTopic('t', 1, { 'unclean.leader.election.enable': 'true' });
    await using producer = new Producer({ bootstrapServers: cluster.bootstrapServers });
    await producer.send({ topic: 't', value: 'everywhere' });
    const last = await leaderOf('t', 0);
    const others = [0, 1, 2].filter((id) => id !== last);
    for (const id of others) await cluster.kill(id);
    await producer.send({ topic: 't', value: 'lost' });
    await cluster.kill(last);
    await cluster.start(others[0]!);
    await untilLed('t', [others[0]!]);
    await using later = new Producer({ bootstrapServers: cluster.bootstrapServers });
    await later.send({ topic: 't', value: 'afterwards' });
    await cluster.start(last);
    await cluster.start(others[1]!);
    await untilInSync('t', [0, 1, 2]);
    expect(await readAll('t')).toEqual([['everywhere', 'afterwards']]);
    await admin.close();
    await cluster.close();
    const [first, ...rest] = [0, 1, 2].map((id) => logBytes(dataDir, id, 't', 0));
    for (const other of rest) expect(other.equals(first!)).toBe(true);
  },
);

/** What KafkaJS's admin client is answered in the end: it gives a coordinator up that is gone, but leaves finding the next one to its caller. */
async function answered<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof KafkaJSNumberOfRetriesExceeded) continue;
      if (!(error instanceof KafkaJSError) || !error.retriable) throw error;
    }
  }
}

it('moves a group with the leader of its partition', { timeout: TIME_LIMIT_MS }, async () => {
  await start();
  await createTopic('t', 1);
  await using producer = new Producer({ bootstrapServers: cluster.bootstrapServers });
  const kafka = new Kafka({
    clientId: 'kafkajs',
    brokers: cluster.bootstrapServers.split(','),
    logLevel: logLevel.NOTHING,
    // It tries the old coordinator so often before it looks for the new one.
    retry: { initialRetryTime: 20, maxRetryTime: 200, retries: 5 },
  });
  const consumer = kafka.consumer({
    groupId: 'g',
    // It notices that a broker is gone when its longest fetch is over.
    maxWaitTimeInMs: 100,
    heartbeatInterval: 500,
    sessionTimeout: 6_000,
  });
  await consumer.connect();
  await consumer.subscribe({ topic: 't', fromBeginning: true });
  const seen: string[] = [];
  await consumer.run({
    autoCommitThreshold: 1,
    eachMessage: async ({ message }) => void seen.push(String(message.value)),
  });
  await producer.send({ topic: 't', value: 'first' });
  await expect.poll(() => seen, { timeout: TIME_LIMIT_MS }).toEqual(['first']);
  const kafkaAdmin = kafka.admin();
  await kafkaAdmin.connect();
  const committed = async (): Promise<string | undefined> => {
    const offsets = await kafkaAdmin.fetchOffsets({ groupId: 'g', topics: ['t'] });
    return offsets[0]?.partitions[0]?.offset;
  };
  await expect.poll(committed, { timeout: TIME_LIMIT_MS }).toBe('1');
  const offsets = await describe('__consumer_offsets');
  expect(offsets.partitions.map(({ replicas }) => replicas.length)).toEqual([3, 3, 3]);
  await cluster.kill(await leaderOf('__consumer_offsets', 'g'.charCodeAt(0) % 3));
  expect(await answered(committed)).toBe('1');
  await producer.send({ topic: 't', value: 'second' });
  await expect.poll(() => seen, { timeout: TIME_LIMIT_MS }).toEqual(['first', 'second']);
  await expect.poll(committed, { timeout: TIME_LIMIT_MS }).toBe('2');
  await consumer.disconnect();
  await kafkaAdmin.disconnect();
});

it('keeps a cluster on disk over a restart', { timeout: TIME_LIMIT_MS }, async () => {
  using dir = tempDir('cluster');
  const dataDir = dir.path;
  await start({ dataDir });
  await createTopic('t', 3);
  await using producer = new Producer({ bootstrapServers: cluster.bootstrapServers });
  const values = Array.from({ length: 30 }, (_, i) => `${i}`);
  await producer.sendBatch(values.map((value, i) => ({ topic: 't', partition: i % 3, value })));
  await producer.close();
  await admin.close();
  await cluster.close();
  await start({ dataDir });
  expect((await readAll('t')).flat().toSorted()).toEqual(values.toSorted());
  await untilInSync('t', [0, 1, 2]);
});

it(
  'sends consumers to a replica in their rack, and that one serves them',
  { timeout: TIME_LIMIT_MS },
  async () => {
    await start({
      propertiesOf: (id) => ({
        'broker.rack': `rack-${id}`,
        'replica.selector.class': 'org.apache.kafka.common.replica.RackAwareReplicaSelector',
      }),
    });
    await createTopic('t', 1);
    await using producer = new Producer({ bootstrapServers: cluster.bootstrapServers });
    await producer.send({ topic: 't', value: 'v' });
    const { id: topicId, partitions } = await describe('t');
    const leader = partitions[0]!.leader;
    const near = [0, 1, 2].find((id) => id !== leader)!;
    const fetchFrom = async (
      id: number,
      rackId: string,
    ): Promise<{ preferredReadReplica: number; sizeBytes: number; errorCode: number }> => {
      const client = await RawClient.connect(cluster.brokers[id]!.bootstrapServers);
      try {
        const outcome = await client.exchange(fetchApi, 13, {
          maxWaitMs: 0,
          minBytes: 1,
          rackId,
          topics: [
            { topicId, partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000 }] },
          ],
        });
        if (outcome.kind !== 'answer') throw new Error(`no answer: ${outcome.kind}`);
        const { preferredReadReplica, errorCode, records } =
          outcome.body.responses[0]!.partitions[0]!;
        return { preferredReadReplica, errorCode, sizeBytes: records?.length ?? 0 };
      } finally {
        client.close();
      }
    };
    // The leader knows where its followers are once they have fetched again.
    await expect
      .poll(() => fetchFrom(leader, `rack-${near}`), { timeout: TIME_LIMIT_MS })
      .toEqual({ preferredReadReplica: near, errorCode: 0, sizeBytes: 0 });
    await expect
      .poll(async () => (await fetchFrom(near, `rack-${near}`)).sizeBytes, {
        timeout: TIME_LIMIT_MS,
      })
      .toBeGreaterThan(0);
    expect((await fetchFrom(leader, `rack-${leader}`)).preferredReadReplica).toBe(-1);
    expect((await fetchFrom(leader, '')).sizeBytes).toBeGreaterThan(0);
  },
);

it('deletes records on every replica before it says so', { timeout: TIME_LIMIT_MS }, async () => {
  await start();
  await createTopic('t', 1);
  await using producer = new Producer({ bootstrapServers: cluster.bootstrapServers });
  for (let i = 0; i < 10; i++) await producer.send({ topic: 't', partition: 0, value: `${i}` });
  const [deleted] = await admin.deleteRecords([{ topic: 't', partition: 0, beforeOffset: 6 }]);
  expect(deleted?.lowWatermark).toBe(6);
  await cluster.stop(await leaderOf('t', 0));
  expect(await readAll('t')).toEqual([['6', '7', '8', '9']]);
});
