/**
 * Transactions end to end, with KafkaJS as the client that we did not write: what commits is read, what aborts is not, offsets go along, and
 * a decided transaction survives a restart.
 */
import { Kafka, logLevel, type Consumer, type Producer, type Transaction } from 'kafkajs';
import { afterEach, describe, expect, it } from 'vitest';
import { startBroker, startCluster } from '@zurau/broker';
import type { RunningBroker } from '@zurau/broker';
import { tempDir } from '@zurau/testkit';

let broker: RunningBroker | undefined;
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await broker?.close();
  broker = undefined;
});

const FEW_PARTITIONS = {
  'transaction.state.log.num.partitions': '3',
  'offsets.topic.num.partitions': '3',
};

async function start(options: Parameters<typeof startBroker>[0] = {}): Promise<Kafka> {
  broker = await startBroker({ port: 0, properties: FEW_PARTITIONS, ...options });
  return new Kafka({
    clientId: 'kafkajs-test',
    brokers: [broker.bootstrapServers],
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 20, retries: 10 },
  });
}

async function createTopics(kafka: Kafka, ...topics: string[]): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: 1 })) });
  await admin.disconnect();
}

async function transactionalProducer(kafka: Kafka, transactionalId: string): Promise<Producer> {
  const producer = kafka.producer({ transactionalId, maxInFlightRequests: 1, idempotent: true });
  await producer.connect();
  closers.push(() => producer.disconnect());
  return producer;
}

/** Reads until a record says `end`. */
async function readToEnd(kafka: Kafka, topic: string, readUncommitted = false): Promise<string[]> {
  const consumer: Consumer = kafka.consumer({
    groupId: `readers-${readUncommitted}-${topic}`,
    readUncommitted,
    maxWaitTimeInMs: 100,
  });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const seen: string[] = [];
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachMessage: async ({ message }) => {
          seen.push(message.value!.toString());
          if (seen.at(-1) === 'end') resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  return seen;
}

/**
 * One record to each of six partitions. One request at a time: with several at once, KafkaJS sends records that were acknowledged again, under new
 * sequence numbers, when another broker asks it to retry.
 */
async function sendToEach(transaction: Transaction, value: string): Promise<void> {
  for (let partition = 0; partition < 6; partition++) {
    await transaction.send({ topic: 'orders', messages: [{ partition, value }] });
  }
}

describe('KafkaJS in transactions', () => {
  it('reads what was committed, and only that', async () => {
    const kafka = await start();
    await createTopics(kafka, 'orders');
    const producer = await transactionalProducer(kafka, 'writer');
    for (const [value, commits] of [
      ['first', true],
      ['second', false],
      ['end', true],
    ] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic: 'orders', messages: [{ value: `${value}-a` }, { value }] });
      await (commits ? transaction.commit() : transaction.abort());
    }
    expect(await readToEnd(kafka, 'orders')).toEqual(['first-a', 'first', 'end-a', 'end']);
    expect(await readToEnd(kafka, 'orders', true)).toEqual([
      'first-a',
      'first',
      'second-a',
      'second',
      'end-a',
      'end',
    ]);
  });

  it('commits offsets with the transaction, or not at all', async () => {
    const kafka = await start();
    await createTopics(kafka, 'input', 'output');
    const producer = await transactionalProducer(kafka, 'copier');
    const admin = kafka.admin();
    await admin.connect();
    closers.push(() => admin.disconnect());
    const committed = async (): Promise<string> => {
      const offsets = await admin.fetchOffsets({ groupId: 'copiers', topics: ['input'] });
      return offsets[0]!.partitions[0]!.offset;
    };
    const send = async (offset: string): Promise<Transaction> => {
      const transaction = await producer.transaction();
      await transaction.send({ topic: 'output', messages: [{ value: 'copied' }] });
      await transaction.sendOffsets({
        consumerGroupId: 'copiers',
        topics: [{ topic: 'input', partitions: [{ partition: 0, offset }] }],
      });
      return transaction;
    };
    await (await send('5')).commit();
    await expect.poll(committed).toBe('5');
    await (await send('7')).abort();
    await (await send('8')).commit();
    await expect.poll(committed).toBe('8');
  });

  it('shuts out a producer whose transactional id another took over', async () => {
    const kafka = await start();
    await createTopics(kafka, 'orders');
    const old = await transactionalProducer(kafka, 'writer');
    const open = await old.transaction();
    await open.send({ topic: 'orders', messages: [{ value: 'lost' }] });
    const next = await transactionalProducer(kafka, 'writer');
    const transaction = await next.transaction();
    await transaction.send({ topic: 'orders', messages: [{ value: 'end' }] });
    await expect(open.commit()).rejects.toThrow(/epoch/);
    await transaction.commit();
    expect(await readToEnd(kafka, 'orders')).toEqual(['end']);
  });

  it('goes on after a restart of the broker', async () => {
    using dir = tempDir('transactions');
    const options = { dataDir: dir.path };
    let kafka = await start(options);
    await createTopics(kafka, 'orders');
    const open = await (await transactionalProducer(kafka, 'writer')).transaction();
    await open.send({ topic: 'orders', messages: [{ value: 'lost' }] });
    await closers.pop()!();
    await broker!.close();

    kafka = await start(options);
    const producer = await transactionalProducer(kafka, 'writer');
    const transaction = await producer.transaction();
    await transaction.send({ topic: 'orders', messages: [{ value: 'end' }] });
    await transaction.commit();
    expect(await readToEnd(kafka, 'orders')).toEqual(['end']);
    expect(await readToEnd(kafka, 'orders', true)).toEqual(['lost', 'end']);
  });

  it('spans the brokers of a cluster: coordinator, records and offsets are apart', async () => {
    const cluster = await startCluster({ brokers: 3, properties: FEW_PARTITIONS });
    closers.push(() => cluster.close());
    const kafka = new Kafka({
      brokers: cluster.bootstrapServers.split(','),
      logLevel: logLevel.NOTHING,
      retry: { initialRetryTime: 20, retries: 20 },
    });
    const admin = kafka.admin();
    await admin.connect();
    closers.push(() => admin.disconnect());
    await admin.createTopics({
      topics: [{ topic: 'orders', numPartitions: 6, replicationFactor: 3 }],
    });
    // The transactional ids have coordinators on all brokers.
    for (let number = 0; number < 6; number++) {
      const producer = await transactionalProducer(kafka, `writer-${number}`);
      for (const commits of [true, false, true]) {
        const transaction = await producer.transaction();
        await sendToEach(transaction, commits ? 'kept' : 'dropped');
        await transaction.sendOffsets({
          consumerGroupId: `group-${number}`,
          topics: [
            { topic: 'orders', partitions: [{ partition: 0, offset: commits ? '1' : '2' }] },
          ],
        });
        await (commits ? transaction.commit() : transaction.abort());
      }
    }
    const end = await transactionalProducer(kafka, 'last');
    const transaction = await end.transaction();
    await sendToEach(transaction, 'end');
    await transaction.commit();
    const consumer = kafka.consumer({ groupId: 'readers', maxWaitTimeInMs: 100 });
    await consumer.connect();
    closers.push(() => consumer.disconnect());
    await consumer.subscribe({ topic: 'orders', fromBeginning: true });
    const seen: string[] = [];
    await new Promise<void>((resolve, reject) => {
      consumer
        .run({
          eachMessage: async ({ message }) => {
            seen.push(message.value!.toString());
            if (seen.filter((value) => value === 'end').length === 6) resolve();
          },
        })
        .catch(reject);
    });
    expect(seen.filter((value) => value === 'kept')).toHaveLength(6 * 6 * 2);
    expect(seen.filter((value) => value === 'dropped')).toEqual([]);
    for (let number = 0; number < 6; number++) {
      const offsets = await admin.fetchOffsets({ groupId: `group-${number}`, topics: ['orders'] });
      expect(offsets[0]!.partitions.find(({ partition }) => partition === 0)!.offset).toBe('1');
    }
  }, 60_000);
});
