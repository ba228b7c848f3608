/**
 * KafkaJS, a client that we did not write, against a broker in this process, in memory and on disk.
 */
import { Kafka, logLevel } from 'kafkajs';
import { afterEach, describe, expect, it } from 'vitest';
import { startBroker } from '@zurau/broker';
import type { RunningBroker } from '@zurau/broker';
import { tempDir } from '@zurau/testkit';

let broker: RunningBroker | undefined;

afterEach(async () => {
  await broker?.close();
  broker = undefined;
});

async function start(options: Parameters<typeof startBroker>[0] = {}): Promise<Kafka> {
  broker = await startBroker({ port: 0, ...options });
  return new Kafka({
    clientId: 'kafkajs-test',
    brokers: [broker.bootstrapServers],
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 20, retries: 10 },
  });
}

describe('KafkaJS', () => {
  it('creates a topic, produces, and consumes in a group', async () => {
    const kafka = await start();
    const admin = kafka.admin();
    await admin.connect();
    expect(await admin.createTopics({ topics: [{ topic: 'greetings', numPartitions: 3 }] })).toBe(
      true,
    );
    const producer = kafka.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    const messages = Array.from({ length: 30 }, (_, i) => ({ key: `k${i}`, value: `v${i}` }));
    await producer.send({ topic: 'greetings', messages, acks: -1 });
    await producer.disconnect();

    const consumer = kafka.consumer({ groupId: 'readers' });
    await consumer.connect();
    await consumer.subscribe({ topic: 'greetings', fromBeginning: true });
    const seen: string[] = [];
    await new Promise<void>((resolve, reject) => {
      consumer
        .run({
          eachMessage: async ({ message }) => {
            seen.push(`${message.key!.toString()}=${message.value!.toString()}`);
            if (seen.length === messages.length) resolve();
          },
        })
        .catch(reject);
    });
    expect(seen.toSorted()).toEqual(messages.map(({ key, value }) => `${key}=${value}`).toSorted());
    await consumer.disconnect();
    const offsets = await admin.fetchOffsets({ groupId: 'readers', topics: ['greetings'] });
    const committed = offsets[0]!.partitions.map(({ offset }) => Number(offset));
    expect(committed.reduce((sum, offset) => sum + offset, 0)).toBe(messages.length);
    await admin.disconnect();
  });

  it('finds its records and committed offsets again after a restart', async () => {
    using dir = tempDir('kafkajs');
    let kafka = await start({ dataDir: dir.path });
    const producer = kafka.producer({ idempotent: true });
    await producer.connect();
    await producer.send({ topic: 'kept', messages: [{ value: 'before' }] });
    await producer.disconnect();
    await broker!.close();

    kafka = await start({ dataDir: dir.path });
    const admin = kafka.admin();
    await admin.connect();
    expect(await admin.fetchTopicOffsets('kept')).toMatchObject([
      { partition: 0, offset: '1', low: '0', high: '1' },
    ]);
    await admin.disconnect();
  });
});
