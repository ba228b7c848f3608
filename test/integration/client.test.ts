/** Our client against a real cluster: producer, consumer and admin together, the same results on Zurau and on Apache Kafka. */
import { Admin, Consumer, Producer } from '@zurau/client';
import type { ConsumedBatch, KafkaError, ProducerConfig } from '@zurau/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClusterUnderTest, clusterUnderTest, freshTopic } from './cluster-under-test.ts';

let cluster: ClusterUnderTest;
let admin: Admin;

beforeAll(async () => {
  cluster = await clusterUnderTest();
  admin = new Admin({ bootstrapServers: cluster.bootstrapServers });
});

afterAll(async () => {
  await admin.close();
  await cluster.close();
});

const codeOf = (error: unknown): string => (error as KafkaError).code;

async function createTopic(about: string, partitions = 1): Promise<string> {
  const name = freshTopic(about);
  await admin.createTopics([{ name, partitions, replicationFactor: 1 }]);
  return name;
}

function producer(config: Partial<ProducerConfig> = {}): Producer {
  return new Producer({ bootstrapServers: cluster.bootstrapServers, ...config });
}

/** Everything that a topic has now, by partition. */
async function readAll(topic: string, count: number): Promise<ConsumedBatch['records'][]> {
  await using consumer = new Consumer({
    bootstrapServers: cluster.bootstrapServers,
    autoOffsetReset: 'earliest',
  });
  await consumer.assign([{ topic }]);
  const records: ConsumedBatch['records'][number][][] = consumer.assignment().map(() => []);
  let seen = 0;
  for await (const batch of consumer) {
    records[batch.partition]?.push(...batch.records);
    seen += batch.records.length;
    if (seen >= count) break;
  }
  return records;
}

describe('records', () => {
  it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)(
    'come back as they were sent, compressed with %s',
    async (compressionType) => {
      const topic = await createTopic('roundtrip', 2);
      const sent = Array.from({ length: 2_000 }, (_, i) => ({
        topic,
        partition: i % 2,
        key: i % 3 === 0 ? null : Buffer.from(`key-${i}`),
        value: i % 7 === 0 ? null : Buffer.alloc(i % 500, `${i}|`),
        timestamp: 1_700_000_000_000 + i,
        headers:
          i % 5 === 0
            ? [
                { key: 'n', value: `${i}` },
                { key: 'n', value: null },
              ]
            : [],
      }));
      await using client = producer({ compressionType, batchSize: 20_000 });
      const metadata = await client.sendBatch(sent);
      const records = await readAll(topic, sent.length);
      for (const [index, { partition, key, value, timestamp, headers }] of sent.entries()) {
        const place = metadata[index];
        expect(place?.partition).toBe(partition);
        const record = records[partition]?.[place?.offset ?? -1];
        expect(record?.offset).toBe(place?.offset);
        expect(record?.timestamp).toBe(timestamp);
        expect(record?.key?.toString()).toBe(key?.toString());
        expect(record?.value?.toString()).toBe(value?.toString());
        expect(record?.headers.map((header) => [header.key, header.value?.toString()])).toEqual(
          headers.map((header) => [header.key, header.value?.toString()]),
        );
      }
      const [first] = records;
      expect(first?.map(({ offset }) => offset)).toEqual(first?.map((_, offset) => offset));
    },
  );

  it.each([0, 1, 'all'] as const)('arrive with acks %s', async (acks) => {
    const topic = await createTopic('acks');
    await using client = producer({ acks });
    const [result] = await client.sendBatch([{ topic, value: 'v' }]);
    expect(result?.offset).toBe(acks === 0 ? -1 : 0);
    const [records] = await readAll(topic, 1);
    expect(records?.map(({ value }) => String(value))).toEqual(['v']);
  });

  it('of one key stay together and in order', async () => {
    const topic = await createTopic('keys', 5);
    await using client = producer();
    const sent = Array.from({ length: 500 }, (_, i) => ({
      topic,
      key: `key-${i % 10}`,
      value: `${i}`,
    }));
    await client.sendBatch(sent);
    const records = (await readAll(topic, sent.length)).flat();
    for (let key = 0; key < 10; key += 1) {
      const values = records.filter((record) => String(record.key) === `key-${key}`);
      expect(values.map(({ value }) => Number(String(value)))).toEqual(
        Array.from({ length: 50 }, (_, i) => i * 10 + key),
      );
    }
  });

  it('that are too large are refused by the broker, and the producer goes on', async () => {
    const topic = freshTopic('limited');
    const configs = { 'max.message.bytes': '1000' };
    await admin.createTopics([{ name: topic, partitions: 1, replicationFactor: 1, configs }]);
    await using client = producer();
    expect(await client.send({ topic, value: Buffer.alloc(2_000) }).catch(codeOf)).toBe(
      'MESSAGE_TOO_LARGE',
    );
    for (let i = 0; i < 10; i += 1) {
      expect((await client.send({ topic, value: `${i}` })).offset).toBe(i);
    }
  });

  it('are found by time and by the bounds of the log', async () => {
    const topic = await createTopic('times');
    await using client = producer();
    for (const timestamp of [1_000, 3_000, 2_000]) {
      await client.send({ topic, value: 'v', timestamp });
    }
    const at = async (spec: Parameters<Admin['listOffsets']>[0][number]['at']) => {
      const [answer] = await admin.listOffsets([{ topic, partition: 0, at: spec }]);
      return answer?.offset;
    };
    expect(await at('beginning')).toBe(0);
    expect(await at('end')).toBe(3);
    expect(await at({ timestamp: 1_001 })).toBe(1);
    expect(await at({ timestamp: 3_001 })).toBe(-1);
    expect(await at('max-timestamp')).toBe(1);
    await admin.deleteRecords([{ topic, partition: 0, beforeOffset: 2 }]);
    expect(await at('beginning')).toBe(2);
    await using consumer = new Consumer({
      bootstrapServers: cluster.bootstrapServers,
      autoOffsetReset: 'earliest',
    });
    await consumer.assign([{ topic, from: 0 }]);
    const [batch] = await consumer.poll({ timeoutMs: 10_000 });
    expect(batch?.records.map(({ offset }) => offset)).toEqual([2]);
  });
});

describe('a loop over what was fetched ahead', () => {
  it('lets everything else have its turn', async () => {
    const topic = await createTopic('turns');
    await using sender = producer();
    await sender.sendBatch(
      Array.from({ length: 100 }, (_, i) => ({ topic, partition: 0, value: String(i) })),
    );
    await using consumer = new Consumer({
      bootstrapServers: cluster.bootstrapServers,
      maxPollRecords: 1,
    });
    await consumer.assign([{ topic, partition: 0, from: 'beginning' }]);
    let count = 0;
    let turned = true;
    for await (const { records } of consumer) {
      expect(turned).toBe(true);
      count += records.length;
      if (count === 100) break;
      // An application that works for a while, and never waits.
      turned = false;
      setImmediate(() => (turned = true));
      const until = performance.now() + 6;
      while (performance.now() < until);
    }
    expect(count).toBe(100);
  });
});

describe('admin', () => {
  it('creates, describes, grows and deletes topics', async () => {
    const name = await createTopic('admin', 2);
    expect((await admin.listTopics()).map((topic) => topic.name)).toContain(name);
    await admin.createPartitions([{ topic: name, count: 4 }]);
    await expect
      .poll(async () => (await admin.describeTopics([name]))[0]?.partitions.length)
      .toBe(4);
    expect(await admin.createTopics([{ name }]).catch(codeOf)).toBe('TOPIC_ALREADY_EXISTS');
    await admin.deleteTopics([name]);
    await expect
      .poll(() => admin.describeTopics([name]).catch(codeOf))
      .toBe('UNKNOWN_TOPIC_OR_PARTITION');
    expect(await admin.deleteTopics([name]).catch(codeOf)).toBe('UNKNOWN_TOPIC_OR_PARTITION');
  });

  it('creates nothing when it only validates', async () => {
    const name = freshTopic('dry');
    await admin.createTopics([{ name }], { validateOnly: true });
    expect((await admin.listTopics()).map((topic) => topic.name)).not.toContain(name);
  });

  it('changes configs one by one', async () => {
    const name = await createTopic('configs');
    const resource = { type: 'topic', name } as const;
    const own = async (): Promise<Record<string, string | null>> => {
      const [description] = await admin.describeConfigs([resource]);
      const entries = description?.entries.filter(({ source }) => source === 'topic') ?? [];
      return Object.fromEntries(entries.map((entry) => [entry.name, entry.value]));
    };
    await admin.alterConfigs([
      {
        resource,
        changes: [
          { name: 'retention.ms', operation: 'set', value: '5000' },
          { name: 'cleanup.policy', operation: 'append', value: 'compact' },
        ],
      },
    ]);
    await expect.poll(own).toEqual({ 'retention.ms': '5000', 'cleanup.policy': 'delete,compact' });
    await admin.alterConfigs([
      {
        resource,
        changes: [
          { name: 'retention.ms', operation: 'delete' },
          { name: 'cleanup.policy', operation: 'subtract', value: 'delete' },
        ],
      },
    ]);
    await expect.poll(own).toEqual({ 'cleanup.policy': 'compact' });
  });

  it('tells of the cluster', async () => {
    const { brokers, controllerId, clusterId } = await admin.describeCluster();
    expect(brokers.map(({ id }) => id)).toContain(controllerId);
    expect(clusterId).toMatch(/^[\w-]{22}$/);
    const name = await createTopic('dirs');
    await expect
      .poll(async () => {
        const directories = await admin.describeLogDirs();
        return directories.flatMap(({ partitions }) => partitions).map(({ topic }) => topic);
      })
      .toContain(name);
    const [broker] = brokers;
    const [configs] = await admin.describeConfigs([{ type: 'broker', name: String(broker?.id) }], {
      names: ['num.partitions'],
    });
    expect(configs?.entries.map((entry) => entry.name)).toEqual(['num.partitions']);
    expect(Array.isArray(await admin.listGroups())).toBe(true);
  });
});

it('a producer or consumer of a topic that does not exist says so', async () => {
  const topic = freshTopic('missing');
  const describe = admin.describeTopics([topic]).catch(codeOf);
  expect(await describe).toBe('UNKNOWN_TOPIC_OR_PARTITION');
  await using consumer = new Consumer({
    bootstrapServers: cluster.bootstrapServers,
    allowAutoCreateTopics: false,
  });
  const assigned = consumer.assign([{ topic }], { timeoutMs: 300 }).catch(codeOf);
  expect(await assigned).toBe('OPERATION_TIMEOUT');
});
