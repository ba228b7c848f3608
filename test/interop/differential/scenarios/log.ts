/** What a log says of itself: offsets by time, epochs, first offsets, sizes. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  deleteRecordsApi,
  describeLogDirsApi,
  listOffsetsApi,
  offsetForLeaderEpochApi,
  produceApi,
} from '@zurau/protocol';
import type { Driver } from '../driver.ts';
import { batch, onePartition, T0, TIMEOUT_MS } from '../driver.ts';
import { scenario } from '../scenario.ts';
import type { Scenario } from '../scenario.ts';

interface Ask {
  readonly timestamp: number;
  readonly partition?: number;
  readonly epoch?: number;
  readonly isolationLevel?: number;
  readonly replicaId?: number;
}

function listOffsets(broker: Driver, step: string, topic: string, ask: Ask): Promise<unknown> {
  const { timestamp, partition = 0, epoch, isolationLevel, replicaId = -1 } = ask;
  return broker.send(step, listOffsetsApi, {
    replicaId,
    ...(isolationLevel === undefined ? {} : { isolationLevel }),
    topics: [
      {
        name: topic,
        partitions: [
          {
            partitionIndex: partition,
            timestamp,
            ...(epoch === undefined ? {} : { currentLeaderEpoch: epoch }),
          },
        ],
      },
    ],
  });
}

const SPECIAL = [-1, -2, -3, -4, -5, -6, -9];

export const logScenarios: readonly Scenario[] = [
  scenario('by time', listOffsetsApi, async (broker) => {
    const topic = broker.name('times');
    await broker.createTopic(topic, { 'segment.bytes': '500', 'index.interval.bytes': '1' });
    // Batches of two records a second apart, ten seconds from batch to batch; one goes back in time.
    for (const at of [0, 10, 20, 15, 30, 30, 40]) {
      await broker.produce(topic, ['x'.repeat(100), 'y'], {
        baseTimestamp: T0 + at * 1000,
        codec: at === 20 ? 'gzip' : 'none',
      });
    }
    for (const timestamp of SPECIAL)
      await listOffsets(broker, `special ${timestamp}`, topic, { timestamp });
    for (const offsetMs of [
      -1, 0, 1, 1000, 1001, 5000, 10_000, 11_000, 12_000, 15_000, 16_000, 20_000, 20_500, 21_000,
      21_001, 30_000, 31_000, 35_000, 41_000, 41_001,
    ]) {
      await listOffsets(broker, `at ${offsetMs} ms`, topic, { timestamp: T0 + offsetMs });
    }
    await listOffsets(broker, 'at 0', topic, { timestamp: 0 });
    await broker.deleteRecords(topic, 5);
    for (const timestamp of SPECIAL)
      await listOffsets(broker, `pruned, special ${timestamp}`, topic, { timestamp });
    for (const offsetMs of [0, 10_000, 15_000, 21_000, 41_000]) {
      await listOffsets(broker, `pruned, at ${offsetMs} ms`, topic, { timestamp: T0 + offsetMs });
    }
  }),

  scenario('nothing in it', listOffsetsApi, async (broker) => {
    const topic = broker.name('empty');
    await broker.createTopic(topic);
    for (const timestamp of [...SPECIAL, 0, T0])
      await listOffsets(broker, `${timestamp}`, topic, { timestamp });
  }),

  scenario('the largest of equal times', listOffsetsApi, async (broker) => {
    const topic = broker.name('largest');
    await broker.createTopic(topic);
    for (const times of [[5, 9, 7], [9, 3], [8]]) {
      const records = times.map((time) => ({ timestamp: T0 + time, value: 'v' }));
      await broker.quietly(produceApi, onePartition(topic, batch(records)));
      await listOffsets(broker, `largest after ${times.join()}`, topic, { timestamp: -3 });
    }
    for (const offsetMs of [3, 5, 6, 7, 8, 9, 10])
      await listOffsets(broker, `at ${offsetMs}`, topic, { timestamp: T0 + offsetMs });
  }),

  scenario('times of appending', listOffsetsApi, async (broker) => {
    const topic = broker.name('appended');
    await broker.createTopic(topic, { 'message.timestamp.type': 'LogAppendTime' });
    await broker.produce(topic, ['a', 'b', 'c']);
    // A millisecond later at least, so that the largest time is the second batch's.
    await sleep(5);
    await broker.produce(topic, ['d'], { codec: 'lz4' });
    for (const timestamp of [...SPECIAL, 0, T0])
      await listOffsets(broker, `${timestamp}`, topic, { timestamp });
  }),

  scenario('records without a time', listOffsetsApi, async (broker) => {
    const topic = broker.name('timeless');
    await broker.createTopic(topic);
    await broker.quietly(produceApi, onePartition(topic, batch([{ timestamp: -1, value: 'v' }])));
    for (const timestamp of [-1, -2, -3, 0, 5])
      await listOffsets(broker, `${timestamp}`, topic, { timestamp });
  }),

  scenario('what is not there, and epochs', listOffsetsApi, async (broker) => {
    const topic = broker.name('places');
    await broker.createTopic(topic);
    await broker.produce(topic, ['a', 'b']);
    await listOffsets(broker, 'unknown partition', topic, { timestamp: -1, partition: 9 });
    await listOffsets(broker, 'negative partition', topic, { timestamp: -1, partition: -1 });
    await listOffsets(broker, 'unknown topic', `${topic}-z`, { timestamp: -1 });
    await listOffsets(broker, 'bad name', 'a b', { timestamp: -1 });
    for (const epoch of [-1, 0, 1, 99, -5])
      await listOffsets(broker, `epoch ${epoch}`, topic, { timestamp: -1, epoch });
    for (const isolationLevel of [0, 1]) {
      for (const timestamp of [-1, -2, -3, T0]) {
        await listOffsets(broker, `isolation ${isolationLevel}, ${timestamp}`, topic, {
          timestamp,
          isolationLevel,
        });
      }
    }
    await listOffsets(broker, 'unknown isolation', topic, { timestamp: -1, isolationLevel: 9 });
    await listOffsets(broker, 'debugging', topic, { timestamp: -1, replicaId: -2 });
    await listOffsets(broker, 'as a replica', topic, { timestamp: -1, replicaId: 0 });
    const twice = { partitionIndex: 0, timestamp: -1 };
    await broker.send('twice', listOffsetsApi, {
      replicaId: -1,
      topics: [{ name: topic, partitions: [twice, twice, { partitionIndex: 9, timestamp: -1 }] }],
    });
    await broker.send('no partitions', listOffsetsApi, {
      replicaId: -1,
      topics: [{ name: topic, partitions: [] }],
    });
    await broker.send('nothing', listOffsetsApi, { replicaId: -1, topics: [] });
  }),

  scenario('ends of epochs', offsetForLeaderEpochApi, async (broker) => {
    const topic = broker.name('ends');
    await broker.createTopic(topic);
    const ask = (
      step: string,
      leaderEpoch: number,
      more: {
        currentLeaderEpoch?: number;
        partition?: number;
        name?: string;
        replicaId?: number;
      } = {},
    ): Promise<unknown> => {
      const { currentLeaderEpoch, partition = 0, name = topic, replicaId = -1 } = more;
      return broker.send(step, offsetForLeaderEpochApi, {
        ...(broker.version < 3 ? {} : { replicaId }),
        topics: [
          {
            topic: name,
            partitions: [
              {
                partition,
                leaderEpoch,
                ...(currentLeaderEpoch === undefined ? {} : { currentLeaderEpoch }),
              },
            ],
          },
        ],
      });
    };
    await ask('of an empty log', 0);
    await broker.produce(topic, ['a', 'b', 'c']);
    for (const leaderEpoch of [-1, 0, 1, 5, -9]) await ask(`epoch ${leaderEpoch}`, leaderEpoch);
    for (const currentLeaderEpoch of [-1, 0, 1, -9])
      await ask(`current ${currentLeaderEpoch}`, 0, { currentLeaderEpoch });
    await ask('debugging', 0, { replicaId: -2 });
    await ask('unknown partition', 0, { partition: 9 });
    await ask('unknown topic', 0, { name: `${topic}-z` });
    await ask('bad name', 0, { name: 'a b' });
    await broker.deleteRecords(topic, 2);
    for (const leaderEpoch of [0, 1]) await ask(`pruned, epoch ${leaderEpoch}`, leaderEpoch);
  }),

  scenario('dropped', deleteRecordsApi, async (broker) => {
    const topic = broker.name('dropped');
    await broker.createTopic(topic, {}, 2);
    await broker.produce(topic, ['a', 'b']);
    await broker.produce(topic, ['c', 'd']);
    const drop = (
      step: string,
      offset: number,
      partitionIndex = 0,
      name = topic,
      timeoutMs = TIMEOUT_MS,
    ): Promise<unknown> =>
      broker.send(step, deleteRecordsApi, {
        topics: [{ name, partitions: [{ partitionIndex, offset }] }],
        timeoutMs,
      });
    await drop('before 0', 0);
    await drop('before 1', 1);
    await drop('before 3', 3);
    await drop('before 2, again', 2);
    await drop('before 3, again', 3);
    await drop('beyond the end', 9);
    await drop('negative', -2);
    await drop('to the end', -1);
    await drop('to the end, again', -1);
    await drop('of an empty partition', -1, 1);
    await drop('of an empty partition, 0', 0, 1);
    await drop('of an empty partition, 1', 1, 1);
    await drop('unknown partition', 1, 9);
    await drop('unknown topic', 1, 0, `${topic}-z`);
    await drop('bad name', 1, 0, 'a b');
    await drop('no time', 0, 1, topic, 0);
    await broker.coordinator('any');
    await drop('of an internal topic', 0, 0, '__consumer_offsets');
    await broker.send('several', deleteRecordsApi, {
      topics: [
        {
          name: topic,
          partitions: [0, 1, 9].map((partitionIndex) => ({ partitionIndex, offset: 0 })),
        },
      ],
      timeoutMs: TIMEOUT_MS,
    });
    await broker.send('nothing', deleteRecordsApi, { topics: [], timeoutMs: TIMEOUT_MS });
    const compacted = broker.name('dropped-compacted');
    await broker.createTopic(compacted, { 'cleanup.policy': 'compact' });
    await broker.produce(compacted, ['a', 'b']);
    await drop('of a compacted topic', 1, 0, compacted);
    const both = broker.name('dropped-both');
    await broker.createTopic(both, { 'cleanup.policy': 'compact,delete' });
    await broker.produce(both, ['a', 'b']);
    await drop('of a compacted topic with retention', 1, 0, both);
  }),

  scenario('directories', describeLogDirsApi, async (broker) => {
    const topic = broker.name('dirs');
    await broker.createTopic(topic, {}, 2);
    await broker.produce(topic, ['a', 'b']);
    const ask = (
      step: string,
      topics: { topic: string; partitions: number[] }[] | null,
    ): Promise<unknown> => broker.send(step, describeLogDirsApi, { topics });
    await ask('one', [{ topic, partitions: [0] }]);
    await ask('both', [{ topic, partitions: [0, 1] }]);
    await ask('unknown partition', [{ topic, partitions: [0, 9] }]);
    await ask('unknown topic', [{ topic: `${topic}-z`, partitions: [0] }]);
    await ask('no partitions', [{ topic, partitions: [] }]);
    await ask('nothing', []);
    const all = await broker.quietly(
      describeLogDirsApi,
      { topics: null },
      { version: broker.version },
    );
    broker.noteAnswer('all', {
      ...all,
      results: all.results.map((result) => ({
        ...result,
        topics: result.topics.filter(({ name }) => name === topic),
      })),
    });
  }),
];
