/**
 * Our client in transactions, against the cluster under test: Zurau, or Apache Kafka at ZURAU_TEST_BOOTSTRAP.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Admin, Consumer, KafkaError, Producer } from '@zurau/client';
import type { ProducerConfig } from '@zurau/client';
import { clusterUnderTest, freshTopic } from './cluster-under-test.ts';
import type { ClusterUnderTest } from './cluster-under-test.ts';

let cluster: ClusterUnderTest;
let admin: Admin;
const producers: Producer[] = [];

beforeAll(async () => {
  cluster = await clusterUnderTest();
  admin = new Admin({ bootstrapServers: cluster.bootstrapServers });
});

afterAll(async () => {
  await admin?.close();
  await cluster?.close();
});

afterEach(async () => {
  for (const producer of producers.splice(0)) await producer.close({ timeoutMs: 1_000 });
});

async function newTopic(partitions = 1): Promise<string> {
  const name = freshTopic('transactional');
  await admin.createTopics([{ name, partitions, replicationFactor: 1 }]);
  return name;
}

function producerFor(transactionalId: string, config: Partial<ProducerConfig> = {}): Producer {
  const { bootstrapServers } = cluster;
  const producer = new Producer({ bootstrapServers, transactionalId, ...config });
  producers.push(producer);
  return producer;
}

/** Reads partition 0 up to where readers of committed records see. */
async function committed(topic: string): Promise<string[]> {
  const at = { topic, partition: 0 };
  const consumer = new Consumer({
    bootstrapServers: cluster.bootstrapServers,
    isolationLevel: 'read_committed',
    autoOffsetReset: 'earliest',
  });
  const values: string[] = [];
  try {
    const producer = producerFor(freshTopic('end'));
    await producer.transaction((transaction) => transaction.send({ ...at, value: 'end' }));
    await consumer.assign([at]);
    while (values.at(-1) !== 'end') {
      for (const batch of await consumer.poll({ timeoutMs: 1_000 })) {
        for (const record of batch.records) values.push(record.value?.toString() ?? '');
      }
    }
  } finally {
    await consumer.close();
  }
  return values.slice(0, -1);
}

async function failure(promise: Promise<unknown>): Promise<KafkaError> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(KafkaError);
  return outcome as KafkaError;
}

describe('a transactional producer', () => {
  it('commits, aborts, and goes on', async () => {
    const topic = await newTopic(3);
    const producer = producerFor(topic);
    for (const [round, commits] of [true, false, true, true].entries()) {
      await producer.beginTransaction();
      for (let partition = 0; partition < 3; partition++) {
        void producer.send({ topic, partition, value: `${round}-${commits}` }).catch(() => {});
      }
      await producer.send({ topic, partition: 0, value: `${round}-${commits}, again` });
      if (commits) await producer.commitTransaction();
      else await producer.abortTransaction();
    }
    expect(await committed(topic)).toEqual([
      '0-true',
      '0-true, again',
      '2-true',
      '2-true, again',
      '3-true',
      '3-true, again',
    ]);
  });

  it('runs work in a transaction, and aborts when it throws', async () => {
    const topic = await newTopic();
    const producer = producerFor(topic);
    const place = await producer.transaction(async (transaction) => {
      return await transaction.send({ topic, value: 'kept' });
    });
    expect(place).toMatchObject({ topic, partition: 0, offset: 0 });
    const rejected = producer.transaction(async (transaction) => {
      await transaction.send({ topic, value: 'dropped' });
      throw new Error('changed my mind');
    });
    await expect(rejected).rejects.toThrow('changed my mind');
    await producer.transaction((transaction) => transaction.send({ topic, value: 'kept, too' }));
    // Without records there is nothing to tell anybody.
    await producer.transaction(() => undefined);
    expect(await committed(topic)).toEqual(['kept', 'kept, too']);
  });

  it('gives up what is not sent when it aborts', async () => {
    const topic = await newTopic();
    const producer = producerFor(topic, { lingerMs: 60_000, deliveryTimeoutMs: 120_000 });
    await producer.beginTransaction();
    const sent = failure(producer.send({ topic, value: 'lingers' }));
    await producer.abortTransaction();
    expect(await sent).toMatchObject({ code: 'TRANSACTION_ABORTED' });
    await producer.transaction(async (transaction) => {
      void transaction.send({ topic, value: 'next' });
    });
    expect(await committed(topic)).toEqual(['next']);
  });

  it('says when a call makes no sense', async () => {
    const topic = await newTopic();
    const plain = new Producer({ bootstrapServers: cluster.bootstrapServers });
    expect(await failure(plain.beginTransaction())).toMatchObject({ code: 'INVALID_ARGUMENT' });
    await plain.close();
    const producer = producerFor(topic);
    const wrong = { code: 'TRANSACTION_STATE' };
    expect(await failure(producer.send({ topic, value: 'too early' }))).toMatchObject(wrong);
    expect(await failure(producer.commitTransaction())).toMatchObject(wrong);
    expect(await failure(producer.abortTransaction())).toMatchObject(wrong);
    await producer.beginTransaction();
    expect(await failure(producer.beginTransaction())).toMatchObject(wrong);
    await producer.abortTransaction();
  });

  it('is shut out when another takes its id, and the other goes on', async () => {
    const topic = await newTopic();
    const old = producerFor(topic);
    await old.beginTransaction();
    await old.send({ topic, value: 'lost' });
    const next = producerFor(topic);
    await next.initTransactions();
    const refused = await failure(old.commitTransaction());
    expect(refused).toMatchObject({ code: 'PRODUCER_FENCED', retriable: false, abortable: false });
    expect(refused.message).toMatch(/Close this producer/);
    // For good.
    expect(await failure(old.abortTransaction())).toBe(refused);
    expect(await failure(old.beginTransaction())).toBe(refused);
    await next.transaction((transaction) => transaction.send({ topic, value: 'kept' }));
    expect(await committed(topic)).toEqual(['kept']);
  });

  it('recovers from a record that the broker refuses: abort, then go on in another epoch', async () => {
    const topic = freshTopic('small');
    await admin.createTopics([
      { name: topic, partitions: 1, replicationFactor: 1, configs: { 'max.message.bytes': '500' } },
    ]);
    const producer = producerFor(topic);
    await producer.beginTransaction();
    await producer.send({ topic, value: 'goes down with the others' });
    const refused = await failure(producer.send({ topic, value: 'x'.repeat(1_000) }));
    expect(refused).toMatchObject({ code: 'MESSAGE_TOO_LARGE' });
    expect(await failure(producer.send({ topic, value: 'after it' }))).toMatchObject({
      code: 'TRANSACTION_ABORTED',
      abortable: true,
    });
    expect(await failure(producer.commitTransaction())).toMatchObject({
      code: 'MESSAGE_TOO_LARGE',
      abortable: true,
    });
    await producer.abortTransaction();
    for (const value of ['first', 'second']) {
      await producer.transaction((transaction) => transaction.send({ topic, value }));
    }
    expect(await committed(topic)).toEqual(['first', 'second']);
  });

  it('commits the offsets of a consumer with its records', async () => {
    const [input, output] = [await newTopic(), await newTopic()];
    const producer = producerFor(input);
    const groupId = freshTopic('group');
    const group = { groupId, generationId: -1, memberId: '', groupInstanceId: null };
    const offsetOf = async (): Promise<number | undefined> =>
      (await admin.fetchGroupOffsets(groupId))[0]?.offset;
    await producer.transaction(async (transaction) => {
      await transaction.send({ topic: output, value: 'copied' });
      await transaction.sendOffsets([{ topic: input, partition: 0, offset: 3 }], group);
    });
    await expect.poll(offsetOf).toBe(3);
    await producer.beginTransaction();
    await producer.sendOffsets([{ topic: input, partition: 0, offset: 7 }], group);
    await producer.abortTransaction();
    await producer.transaction((transaction) =>
      transaction.sendOffsets([{ topic: input, partition: 0, offset: 4 }], group),
    );
    await expect.poll(offsetOf).toBe(4);
    const stranger = { ...group, generationId: 5, memberId: 'nobody' };
    await producer.beginTransaction();
    expect(
      await failure(producer.sendOffsets([{ topic: input, partition: 0, offset: 9 }], stranger)),
    ).toMatchObject({ abortable: true });
    await producer.abortTransaction();
    expect(await offsetOf()).toBe(4);
    expect(await committed(output)).toEqual(['copied']);
  });

  it('leaves nothing open when it is closed', async () => {
    const topic = await newTopic();
    const producer = producerFor(topic);
    await producer.beginTransaction();
    await producer.send({ topic, value: 'lost' });
    await producer.close();
    expect(await committed(topic)).toEqual([]);
  });
});
