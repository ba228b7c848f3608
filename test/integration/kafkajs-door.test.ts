/**
 * KafkaJS's API on our client, against a broker in this process: what programs written for KafkaJS rely on, beside what its own tests show
 * (test/interop/kafkajs-suite).
 */
import { createRequire } from 'node:module';
import { startBroker, type RunningBroker } from '@zurau/broker';
import * as door from '@zurau/client/kafkajs';
import type { Consumer, ConsumerConfig, EachMessagePayload } from '@zurau/client/kafkajs';
import type * as KafkaJS from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const original = createRequire(import.meta.url)('kafkajs') as typeof KafkaJS;

let broker: RunningBroker;
let kafka: door.Kafka;
let topicCount = 0;
const open: { disconnect(): Promise<void> }[] = [];

beforeAll(async () => {
  broker = await startBroker({
    port: 0,
    properties: { 'group.initial.rebalance.delay.ms': '0', 'offsets.topic.num.partitions': '1' },
  });
  kafka = new door.Kafka({
    clientId: 'door',
    brokers: () => Promise.resolve([broker.bootstrapServers]),
    logLevel: door.logLevel.NOTHING,
    retry: { initialRetryTime: 10, maxRetryTime: 50, retries: 3 },
  });
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.disconnect()));
});

afterAll(async () => {
  await broker.close();
});

async function connected<Client extends { connect(): Promise<void>; disconnect(): Promise<void> }>(
  client: Client,
): Promise<Client> {
  open.push(client);
  await client.connect();
  return client;
}

async function newTopic(numPartitions = 1): Promise<string> {
  topicCount += 1;
  const topic = `door-${topicCount}`;
  const admin = await connected(kafka.admin());
  expect(await admin.createTopics({ topics: [{ topic, numPartitions }] })).toBe(true);
  return topic;
}

/** With messages 0 to `count` in partition 0. */
async function filledTopic(count: number, numPartitions = 1): Promise<string> {
  const topic = await newTopic(numPartitions);
  const producer = await connected(kafka.producer());
  const messages = Array.from({ length: count }, (_, i) => ({ value: String(i), partition: 0 }));
  await producer.send({ topic, messages });
  return topic;
}

async function reader(topic: string, config: Partial<ConsumerConfig> = {}): Promise<Consumer> {
  const settings = { groupId: `${topic}-readers`, maxWaitTimeInMs: 50, ...config };
  const consumer = await connected(kafka.consumer(settings));
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  return consumer;
}

/** Resolves when `look` is satisfied with what it is called with. */
function seen<T>(look: (all: readonly T[]) => boolean): {
  add: (one: T) => void;
  all: Promise<T[]>;
} {
  const list: T[] = [];
  let resolve: (all: T[]) => void = () => {};
  const all = new Promise<T[]>((done) => (resolve = done));
  const add = (one: T): void => {
    list.push(one);
    if (look(list)) resolve([...list]);
  };
  return { add, all };
}

const text = ({ message }: EachMessagePayload): string => String(message.value);

async function committed(topic: string): Promise<string[]> {
  const admin = await connected(kafka.admin());
  const groupId = `${topic}-readers`;
  const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] });
  return offsets?.partitions.map(({ offset }) => offset) ?? [];
}

describe('the door', () => {
  it('has all that KafkaJS exports, and the same numbers', () => {
    expect(Object.keys(door)).toEqual(expect.arrayContaining(Object.keys(original)));
    expect(door.CompressionTypes).toEqual(original.CompressionTypes);
    expect(door.logLevel).toEqual(original.logLevel);
    expect(door.ConfigResourceTypes).toEqual(original.ConfigResourceTypes);
    expect(door.AclOperationTypes).toEqual(original.AclOperationTypes);
    expect(door.ConfigSource).toEqual(original.ConfigSource);
  });

  it('chooses the partitions that KafkaJS chooses', () => {
    const partitionMetadata = Array.from({ length: 7 }, (_, partitionId) => ({
      ...{ partitionErrorCode: 0, partitionId, leader: 1, replicas: [1], isr: [1] },
    }));
    for (const name of ['DefaultPartitioner', 'LegacyPartitioner'] as const) {
      const [ours, theirs] = [door.Partitioners[name](), original.Partitioners[name]()];
      for (let i = 0; i < 300; i += 1) {
        const message = { key: `ключ-${i}-${'x'.repeat(i % 9)}`, value: '' };
        const args = { topic: 't', partitionMetadata, message };
        expect(ours(args), message.key).toBe(theirs(args));
      }
    }
  });

  it('writes what members tell each other as KafkaJS does', () => {
    const assignment = {
      version: 1,
      assignment: { a: [0, 2], b: [1] },
      userData: Buffer.from('u'),
    };
    const metadata = { version: 1, topics: ['a', 'b'], userData: Buffer.from('u') };
    const [ours, theirs] = [door.AssignerProtocol, original.AssignerProtocol];
    const bytes = ours.MemberAssignment.encode(assignment);
    expect(bytes).toEqual(theirs.MemberAssignment.encode(assignment));
    expect(ours.MemberAssignment.decode(bytes)).toEqual(assignment);
    expect(ours.MemberMetadata.encode(metadata)).toEqual(theirs.MemberMetadata.encode(metadata));
    expect(ours.MemberMetadata.decode(ours.MemberMetadata.encode(metadata))).toEqual(metadata);
  });
});

describe('a producer', () => {
  it('tells the outcome by partition; compression, acks, headers and tombstones', async () => {
    const topic = await newTopic(2);
    const producer = await connected(kafka.producer());
    const { ZSTD, GZIP } = door.CompressionTypes;
    const headers = { h: ['1', Buffer.from('2')], g: '3' };
    const first = await producer.send({
      topic,
      compression: ZSTD,
      messages: [
        { key: 'a', value: 'x', partition: 1, headers },
        { key: 'b', value: null, partition: 1, timestamp: '1234' },
      ],
    });
    const place = { topicName: topic, partition: 1, errorCode: 0, logAppendTime: '-1' };
    expect(first).toEqual([{ ...place, baseOffset: '0', logStartOffset: '0' }]);
    const messages = [{ value: 'y', partition: 1 }];
    const second = await producer.send({ topic, compression: GZIP, acks: 1, messages });
    expect(second).toEqual([{ ...place, baseOffset: '2', logStartOffset: '0' }]);
    expect(await producer.send({ topic, acks: 0, messages })).toEqual([]);

    const consumer = await reader(topic);
    const read = seen<door.KafkaMessage>(({ length }) => length === 4);
    await consumer.run({ eachBatch: async ({ batch }) => batch.messages.forEach(read.add) });
    expect(await read.all).toMatchObject([
      { offset: '0', key: Buffer.from('a'), headers: { h: [Buffer.from('1'), Buffer.from('2')] } },
      { offset: '1', value: null, timestamp: '1234', headers: {} },
      { offset: '2', value: Buffer.from('y') },
      { offset: '3' },
    ]);
  });

  it('refuses what KafkaJS refuses, with its errors', async () => {
    const producer = kafka.producer({ idempotent: true });
    const messages = [{ value: 'x' }];
    await expect(producer.send({ topic: 't', messages })).rejects.toThrow(door.KafkaJSError);
    await connected(producer);
    await expect(producer.send({ topic: '', messages })).rejects.toThrow('Invalid topic');
    await expect(producer.send({ topic: 't', acks: 1, messages })).rejects.toThrow(/EoS/);
    await expect(producer.send({ topic: 'no name', messages })).rejects.toMatchObject({
      ...{ name: 'KafkaJSProtocolError', type: 'INVALID_TOPIC_EXCEPTION', code: 17 },
    });
  });

  it('commits records and offsets in a transaction, and takes aborted ones back', async () => {
    const topic = await newTopic();
    const producer = await connected(kafka.producer({ transactionalId: `${topic}-writer` }));
    const aborted = await producer.transaction();
    await aborted.send({ topic, messages: [{ value: 'never' }] });
    await aborted.abort();
    expect(aborted.isActive()).toBe(false);
    await expect(aborted.commit()).rejects.toThrow('Cannot continue to use transaction once ended');

    const transaction = await producer.transaction();
    await expect(producer.transaction()).rejects.toThrow(/already an ongoing transaction/);
    await transaction.send({ topic, messages: [{ value: 'a' }], compression: 1 });
    const topics = [{ topic, partitions: [{ partition: 0, offset: '2' }] }];
    await transaction.sendOffsets({ consumerGroupId: `${topic}-readers`, topics });
    await transaction.commit();
    expect(await committed(topic)).toEqual(['2']);

    const consumer = await reader(topic);
    const read = seen<string>(() => true);
    await consumer.run({ eachMessage: async (payload) => read.add(text(payload)) });
    expect(await read.all).toEqual(['a']);
  });
});

describe('a consumer', () => {
  it('tries a message again whose handler failed, and commits what went before', async () => {
    const topic = await filledTopic(4);
    const consumer = await reader(topic);
    const read = seen<string>(({ length }) => length === 5);
    let failed = false;
    await consumer.run({
      eachMessage: async (payload) => {
        read.add(text(payload));
        if (text(payload) !== '2' || failed) return;
        failed = true;
        throw new Error('once');
      },
    });
    expect(await read.all).toEqual(['0', '1', '2', '2', '3']);
    await consumer.stop();
    expect(await committed(topic)).toEqual(['4']);
  });

  it('crashes when trying again does not help, and starts again if it may', async () => {
    const topic = await filledTopic(1);
    const consumer = await reader(topic, {
      retry: { retries: 1, restartOnFailure: async () => true },
    });
    const crashes = seen<Error>(() => true);
    consumer.on(consumer.events.CRASH, ({ payload }) => crashes.add(payload.error));
    const read = seen<string>(({ length }) => length === 3);
    let calls = 0;
    await consumer.run({
      eachMessage: async (payload) => {
        calls += 1;
        read.add(text(payload));
        if (calls < 3) throw new Error('twice');
      },
    });
    const [crash] = await crashes.all;
    expect(crash).toBeInstanceOf(door.KafkaJSNumberOfRetriesExceeded);
    expect(crash).toMatchObject({ message: 'twice', retryCount: 1 });
    expect(await read.all).toEqual(['0', '0', '0']);
  });

  it('reads again what eachBatch did not resolve', async () => {
    const topic = await filledTopic(5);
    const consumer = await reader(topic);
    const firsts = seen<string>(({ length }) => length === 3);
    await consumer.run({
      eachBatchAutoResolve: false,
      eachBatch: async ({ batch, resolveOffset, uncommittedOffsets, heartbeat }) => {
        firsts.add(batch.firstOffset() ?? '');
        resolveOffset(String(Number(batch.firstOffset()) + 1));
        expect(uncommittedOffsets().topics).toHaveLength(1);
        await heartbeat();
      },
    });
    expect(await firsts.all).toEqual(['0', '2', '4']);
  });

  it('seeks, pauses, resumes, and commits by hand', async () => {
    const topic = await filledTopic(4);
    const consumer = await reader(topic);
    expect(() => consumer.seek({ topic, partition: 0, offset: '2' })).toThrow(/run must be called/);
    const read = seen<string>(({ length }) => length === 3);
    const running = consumer.run({
      autoCommit: false,
      eachMessage: async (payload) => {
        read.add(text(payload));
        if (text(payload) !== '2') return;
        const resume = payload.pause();
        expect(consumer.paused()).toEqual([{ topic, partitions: [0] }]);
        resume();
        expect(consumer.paused()).toEqual([]);
        const offset = { topic, partition: 0, offset: '3', metadata: 'by hand' };
        await consumer.commitOffsets([offset]);
        consumer.seek({ topic, partition: 0, offset: '1' });
      },
    });
    consumer.seek({ topic, partition: 0, offset: '2' });
    await running;
    expect((await read.all).slice(0, 3)).toEqual(['2', '1', '2']);
    await consumer.stop();
    expect(await committed(topic)).toEqual(['3']);
  });

  it('shares partitions with KafkaJS itself in one group', { timeout: 30_000 }, async () => {
    const topic = await filledTopic(1, 4);
    const consumer = await reader(topic, { heartbeatInterval: 100 });
    const theirs = new original.Kafka({
      brokers: [broker.bootstrapServers],
      logLevel: original.logLevel.NOTHING,
    }).consumer({ groupId: `${topic}-readers`, heartbeatInterval: 100, maxWaitTimeInMs: 50 });
    const halves = seen<number>((all) => all.at(-1) === 2);
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      halves.add(payload.memberAssignment[topic]?.length ?? 0);
    });
    await consumer.run({ eachMessage: async () => {} });
    await connected(theirs);
    await theirs.subscribe({ topics: [topic] });
    await theirs.run({ eachMessage: async () => {} });
    // However many rebalances it takes.
    expect((await halves.all)[0]).toBe(4);
  });

  it('leaves to others what it was given and did not get to', { timeout: 30_000 }, async () => {
    const topic = await newTopic(2);
    const producer = await connected(kafka.producer());
    const messages = [0, 1].flatMap((partition) =>
      Array.from({ length: 5 }, (_, i) => ({ value: `${partition}-${i}`, partition })),
    );
    await producer.send({ topic, messages });
    const read = seen<string>((all) => new Set(all).size === messages.length);
    const eachMessage = async (payload: EachMessagePayload): Promise<void> => {
      read.add(text(payload));
      await new Promise((resolve) => setTimeout(resolve, 20));
    };
    const first = await reader(topic, { heartbeatInterval: 50 });
    const second = await reader(topic, { heartbeatInterval: 50 });
    const begun = seen<null>(() => true);
    first.on(first.events.START_BATCH_PROCESS, () => begun.add(null));
    await first.run({ eachMessage });
    await begun.all;
    await second.run({ eachMessage });
    // Perhaps twice, but nothing is lost.
    expect([...new Set(await read.all)].toSorted()).toEqual(messages.map(({ value }) => value));
  });

  it('works on several partitions at a time, and waits for them when it stops', async () => {
    const topic = await newTopic(3);
    const producer = await connected(kafka.producer());
    const messages = [0, 1, 2].map((partition) => ({ value: 'x', partition }));
    await producer.send({ topic, messages });
    const consumer = await reader(topic);
    const begun = seen<number>(({ length }) => length === 3);
    let release: () => void = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    await consumer.run({
      partitionsConsumedConcurrently: 3,
      eachMessage: async ({ partition }) => {
        begun.add(partition);
        await gate;
      },
    });
    expect((await begun.all).toSorted()).toEqual([0, 1, 2]);
    const stopped = consumer.stop();
    release();
    await stopped;
    expect(await committed(topic)).toEqual(['1', '1', '1']);
  });
});

describe('an admin client', () => {
  it('does what KafkaJS does, side by side', async () => {
    const topic = await filledTopic(3, 2);
    const ours = await connected(kafka.admin());
    const theirs = await connected(
      new original.Kafka({
        brokers: [broker.bootstrapServers],
        logLevel: original.logLevel.NOTHING,
      }).admin(),
    );
    const resources = [{ type: 2 as const, name: topic, configNames: ['retention.ms'] }];
    const topicNames = (list: string[]): string[] => list.toSorted();
    expect(topicNames(await ours.listTopics())).toEqual(topicNames(await theirs.listTopics()));
    expect(await ours.fetchTopicOffsets(topic)).toEqual(await theirs.fetchTopicOffsets(topic));
    expect(await ours.fetchTopicMetadata({ topics: [topic] })).toMatchObject(
      await theirs.fetchTopicMetadata({ topics: [topic] }),
    );
    const [described, reference] = await Promise.all([
      ours.describeConfigs({ resources, includeSynonyms: true }),
      theirs.describeConfigs({ resources, includeSynonyms: true }),
    ]);
    expect(described.resources).toMatchObject(reference.resources);
    expect(await ours.describeCluster()).toEqual(await theirs.describeCluster());

    await ours.resetOffsets({ groupId: 'new', topic, earliest: true });
    const asked = { groupId: 'new', topics: [topic] };
    expect(await ours.fetchOffsets(asked)).toEqual(await theirs.fetchOffsets(asked));
    expect((await ours.fetchOffsets({ ...asked, resolveOffsets: true }))[0]?.partitions).toEqual([
      { partition: 0, offset: '0', metadata: null },
      { partition: 1, offset: '0', metadata: null },
    ]);
    expect(await ours.createTopics({ topics: [{ topic }] })).toBe(false);
    await expect(ours.deleteGroups(['nobody'])).rejects.toBeInstanceOf(
      door.KafkaJSDeleteGroupsError,
    );
    await ours.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '2' }] });
    expect(await theirs.fetchTopicOffsets(topic)).toContainEqual({
      ...{ partition: 0, offset: '3', high: '3', low: '2' },
    });
  });
});
