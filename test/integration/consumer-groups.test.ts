/** Consumers in groups of the classic protocol: the same on Zurau and on Apache Kafka. */
import { Admin, Consumer, Producer } from '@zurau/client';
import type { ConsumedBatch, ConsumerConfig, GroupEvent, TopicPartition } from '@zurau/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClusterUnderTest, clusterUnderTest, freshTopic } from './cluster-under-test.ts';

let cluster: ClusterUnderTest;
let admin: Admin;
let producer: Producer;

beforeAll(async () => {
  cluster = await clusterUnderTest();
  admin = new Admin({ bootstrapServers: cluster.bootstrapServers });
  producer = new Producer({ bootstrapServers: cluster.bootstrapServers });
});

afterAll(async () => {
  await producer.close();
  await admin.close();
  await cluster.close();
});

async function createTopic(about: string, partitions = 1): Promise<string> {
  const name = freshTopic(about);
  await admin.createTopics([{ name, partitions, replicationFactor: 1 }]);
  return name;
}

async function fill(topic: string, partitions: number, countEach: number): Promise<void> {
  await producer.sendBatch(
    Array.from({ length: partitions * countEach }, (_, i) => ({
      topic,
      partition: i % partitions,
      value: String(Math.floor(i / partitions)),
    })),
  );
}

function consumer(groupId: string, config: Partial<ConsumerConfig> = {}): Consumer {
  return new Consumer({
    bootstrapServers: cluster.bootstrapServers,
    autoOffsetReset: 'earliest',
    heartbeatIntervalMs: 100,
    groupId,
    ...config,
  });
}

const names = (partitions: readonly TopicPartition[]): string[] =>
  partitions.map(({ partition }) => String(partition)).sort();

/** Polls all of them in turn until it holds. */
async function pollUntil(
  consumers: readonly Consumer[],
  holds: () => boolean,
  onBatch: (batch: ConsumedBatch) => void = () => {},
): Promise<void> {
  while (!holds()) {
    for (const each of consumers) {
      for (const batch of await each.poll({ timeoutMs: 20 })) onBatch(batch);
    }
  }
}

async function committedOf(groupId: string): Promise<Record<string, number>> {
  const offsets = await admin.fetchGroupOffsets(groupId);
  return Object.fromEntries(offsets.map(({ partition, offset }) => [partition, offset]));
}

describe('a group of one', () => {
  it('reads everything, and the next one goes on where it closed', async () => {
    const topic = await createTopic('one', 3);
    await fill(topic, 3, 100);
    const first = consumer(topic);
    first.subscribe(topic);
    let count = 0;
    for await (const batch of first) {
      count += batch.records.length;
      if (count === 300) {
        await first.commit();
        break;
      }
    }
    expect(names(first.assignment())).toEqual(['0', '1', '2']);
    await first.close();
    expect(await committedOf(topic)).toEqual({ 0: 100, 1: 100, 2: 100 });

    await fill(topic, 3, 1);
    const second = consumer(topic);
    second.subscribe([topic]);
    const seen: number[] = [];
    await pollUntil(
      [second],
      () => seen.length === 3,
      ({ records }) => seen.push(...records.map(({ offset }) => offset)),
    );
    expect(seen).toEqual([100, 100, 100]);
    await second.close();
  });
});

it('two members share the partitions, and one takes over when the other leaves', async () => {
  const topic = await createTopic('two', 4);
  const [a, b] = [consumer(topic), consumer(topic)];
  const events: GroupEvent[] = [];
  a.onEvent = (event) => events.push(event);
  a.subscribe(topic);
  await pollUntil([a], () => a.assignment().length === 4);
  b.subscribe(topic);
  await pollUntil([a, b], () => a.assignment().length === 2 && b.assignment().length === 2);
  expect(names([...a.assignment(), ...b.assignment()])).toEqual(['0', '1', '2', '3']);
  await b.close();
  await pollUntil([a], () => a.assignment().length === 4);
  await a.close();
  expect(events.filter(({ type }) => type === 'joined').length).toBe(3);
  expect(events.at(-1)?.type).toBe('left');
});

it('without a group id nothing can be subscribed to', () => {
  const lonely = new Consumer({ bootstrapServers: cluster.bootstrapServers });
  expect(() => lonely.subscribe('t')).toThrow(/groupId is missing/);
});
