/** Producer ids, and the order that they keep (KIP-98). */
import { describeProducersApi, initProducerIdApi, produceApi } from '@zurau/protocol';
import type { Driver } from '../driver.ts';
import { batch, onePartition, T0 } from '../driver.ts';
import { scenario } from '../scenario.ts';
import type { Scenario } from '../scenario.ts';
import { readAll } from './produce.ts';

async function newProducer(broker: Driver): Promise<{ producerId: number; producerEpoch: number }> {
  // Kafka fetches its first block of ids when it is first asked.
  for (;;) {
    const answer = await broker.quietly(initProducerIdApi, {
      transactionalId: null,
      transactionTimeoutMs: 60_000,
    });
    if (answer.errorCode === 0) return answer;
  }
}

export const idempotenceScenarios: readonly Scenario[] = [
  scenario('a producer id', initProducerIdApi, async (broker) => {
    const ask = (step: string, more = {}): Promise<unknown> =>
      broker.send(step, initProducerIdApi, {
        transactionalId: null,
        transactionTimeoutMs: 60_000,
        ...more,
      });
    await newProducer(broker);
    await ask('first');
    await ask('second');
    await ask('no timeout', { transactionTimeoutMs: 0 });
    await ask('negative timeout', { transactionTimeoutMs: -1 });
    await ask('with an id and an epoch', { producerId: 5, producerEpoch: 3 });
    await ask('with an id alone', { producerId: 5 });
    await ask('with an epoch alone', { producerEpoch: 3 });
    await ask('empty transactional id', { transactionalId: '' });
  }),

  scenario('sequences', produceApi, async (broker) => {
    const topic = broker.name('sequences');
    await broker.createTopic(topic);
    const { producerId, producerEpoch } = await newProducer(broker);
    const append = async (
      step: string,
      baseSequence: number,
      count: number,
      epoch = producerEpoch,
      id = producerId,
    ): Promise<void> => {
      const records = Array.from({ length: count }, (_, i) => ({
        timestamp: T0,
        value: `${baseSequence + i}`,
      }));
      const bytes = batch(records, { producerId: id, producerEpoch: epoch, baseSequence });
      await broker.send(step, produceApi, onePartition(topic, bytes));
    };
    await append('first', 0, 2);
    await append('duplicate of the first', 0, 2);
    await append('second', 2, 3);
    await append('duplicate of the second', 2, 3);
    await append('old duplicate of the first', 0, 2);
    await append('overlapping', 3, 2);
    await append('another length', 2, 2);
    await append('gap', 9, 1);
    for (let at = 5; at < 10; at++) await append(`number ${at}`, at, 1);
    await append('duplicate within five', 6, 1);
    await append('duplicate older than five', 0, 2);
    await append('new epoch, not from 0', 10, 1, producerEpoch + 1);
    await append('new epoch, from 0', 0, 1, producerEpoch + 1);
    await append('old epoch', 10, 1, producerEpoch);
    await append('new epoch goes on', 1, 1, producerEpoch + 1);
    await append('unknown producer, not from 0', 7, 1, 0, producerId + 1_000_000);
    await append('unknown producer goes on', 8, 1, 0, producerId + 1_000_000);
    await append('unknown producer, a gap', 20, 1, 0, producerId + 1_000_000);
    await append('an id without a sequence', -1, 1);
    await append('an id without an epoch', 0, 1, -1);
    await append('a sequence without an id', 0, 1, 0, -1);
    await append('negative epoch', 0, 1, -5);
    await readAll(broker, 'read back', topic);
    await broker.send('producers', describeProducersApi, {
      topics: [{ name: topic, partitionIndexes: [0] }],
    });
  }),

  scenario('sequences start over after the largest', produceApi, async (broker) => {
    const topic = broker.name('wrapping');
    await broker.createTopic(topic);
    const { producerId, producerEpoch } = await newProducer(broker);
    const records = ['a', 'b', 'c', 'd'].map((value) => ({ timestamp: T0, value }));
    for (const [step, baseSequence] of [
      ['near the end', 2_147_483_643],
      ['across the end', 2_147_483_647],
      ['after it', 3],
      ['across the end again', 2_147_483_647],
    ] as const) {
      await broker.send(
        step,
        produceApi,
        onePartition(topic, batch(records, { producerId, producerEpoch, baseSequence })),
      );
    }
  }),

  scenario('producers of a partition', describeProducersApi, async (broker) => {
    const topic = broker.name('producers');
    await broker.createTopic(topic, {}, 2);
    await broker.produce(topic, ['without id']);
    const [a, b] = [await newProducer(broker), await newProducer(broker)];
    await broker.produce(topic, ['x', 'y'], { ...a, baseSequence: 0 });
    await broker.produce(topic, ['z'], { ...b, baseSequence: 0, baseTimestamp: T0 + 50_000 });
    await broker.produce(topic, ['w'], { ...a, baseSequence: 2, baseTimestamp: T0 + 90_000 });
    const ask = (step: string, name: string, partitionIndexes: number[]): Promise<unknown> =>
      broker.send(step, describeProducersApi, { topics: [{ name, partitionIndexes }] });
    await ask('with two', topic, [0]);
    await ask('with none', topic, [1]);
    await ask('unknown partition', topic, [0, 9]);
    await ask('unknown topic', `${topic}-z`, [0]);
    await ask('bad name', 'a b', [0]);
    await ask('twice', topic, [1, 1]);
    await ask('no partitions', topic, []);
    await broker.send('no topics', describeProducersApi, { topics: [] });
  }),
];
