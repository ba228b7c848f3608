/** Fetch without a session: offsets, limits, waiting, epochs. */
import { fetchApi } from '@zurau/protocol';
import type { FetchRequestFetchPartitionInput, FetchRequestInput } from '@zurau/protocol';
import type { Driver } from '../driver.ts';
import { T0 } from '../driver.ts';
import { scenario } from '../scenario.ts';
import type { Scenario } from '../scenario.ts';

const UNKNOWN_ID = 'EpxWnJQaSv6Wq1VDWlVnwA';

type Wanted = Partial<FetchRequestFetchPartitionInput>;
type Options = Partial<FetchRequestInput>;

/** Fetches from partitions of one topic. */
function fetcher(broker: Driver, topic: string, topicId: string) {
  return (
    step: string,
    wanted: readonly Wanted[],
    options: Options = {},
    on = 'main',
  ): Promise<unknown> =>
    broker.send(
      step,
      fetchApi,
      {
        maxWaitMs: 0,
        minBytes: 0,
        topics: [
          {
            topic,
            topicId,
            partitions: wanted.map((each) => ({
              partition: 0,
              fetchOffset: 0,
              partitionMaxBytes: 1_000_000,
              ...each,
            })),
          },
        ],
        ...options,
      },
      { on },
    );
}

/** Three batches of two, three and one records. */
async function fill(broker: Driver, topic: string, partitionCount = 1): Promise<string> {
  const topicId = await broker.createTopic(topic, {}, partitionCount);
  for (let partition = 0; partition < partitionCount; partition++) {
    await broker.produce(topic, ['a', 'b'], { partition });
    await broker.produce(topic, ['c', 'd', 'e'], { partition, codec: 'gzip' });
    await broker.produce(topic, ['f'.repeat(500)], { partition });
  }
  return topicId;
}

export const fetchScenarios: readonly Scenario[] = [
  scenario('offsets', fetchApi, async (broker) => {
    const topic = broker.name('offsets');
    const fetch = fetcher(broker, topic, await fill(broker, topic));
    for (const fetchOffset of [0, 1, 2, 3, 4, 5, 6, 7, 100, -1, -2, -9]) {
      await fetch(`from ${fetchOffset}`, [{ fetchOffset }]);
      await fetch(`from ${fetchOffset}, committed`, [{ fetchOffset }], { isolationLevel: 1 });
    }
    await fetch('unknown isolation level', [{}], { isolationLevel: 2 });
    await fetch('out of range, waiting', [{ fetchOffset: 100 }], { maxWaitMs: 5_000, minBytes: 1 });
    await fetch('nothing new, no wait', [{ fetchOffset: 6 }], { maxWaitMs: 0, minBytes: 1 });
    await fetch('nothing new, short wait', [{ fetchOffset: 6 }], { maxWaitMs: 20, minBytes: 1 });
  }),

  scenario('limits of bytes', fetchApi, async (broker) => {
    const topic = broker.name('limits');
    const fetch = fetcher(broker, topic, await fill(broker, topic, 3));
    for (const partitionMaxBytes of [0, 1, 70, 85, 90, 160, 180, 250, 400, 700, 5000]) {
      await fetch(`partition limit ${partitionMaxBytes}`, [{ partitionMaxBytes }]);
      await fetch(`partition limit ${partitionMaxBytes}, from 2`, [
        { partitionMaxBytes, fetchOffset: 2 },
      ]);
    }
    const three = [0, 1, 2].map((partition) => ({ partition }));
    for (const maxBytes of [0, 1, 100, 200, 300, 900, 1500, 1_000_000]) {
      await fetch(`request limit ${maxBytes}`, three, { maxBytes });
      await fetch(
        `request limit ${maxBytes}, small partitions`,
        three.map((each) => ({ ...each, partitionMaxBytes: 100 })),
        { maxBytes },
      );
    }
    await fetch('negative limits', [{ partitionMaxBytes: -1 }], { maxBytes: -1 });
    await fetch('first has nothing', [
      { partition: 0, fetchOffset: 6 },
      { partition: 1, partitionMaxBytes: 1 },
      { partition: 2, partitionMaxBytes: 1 },
    ]);
  }),

  scenario('what is not there', fetchApi, async (broker) => {
    const topic = broker.name('absent');
    const topicId = await fill(broker, topic);
    const fetch = fetcher(broker, topic, topicId);
    await fetch('unknown partition', [{ partition: 7 }]);
    await fetch('known and unknown', [{}, { partition: 7 }]);
    await fetch('negative partition', [{ partition: -1 }]);
    await fetcher(broker, `${topic}-z`, UNKNOWN_ID)('unknown topic', [{}]);
    await fetcher(broker, 'a b', UNKNOWN_ID)('bad name', [{}]);
    await fetcher(broker, '', 'AAAAAAAAAAAAAAAAAAAAAA')('no name, no id', [{}]);
    await fetch('nothing', [], { topics: [] });
    await fetch('no partitions', []);
    await fetch('twice', [{}, { fetchOffset: 5 }]);
    await fetcher(broker, `${topic}-z`, UNKNOWN_ID)('unknown topic, waiting', [{}], {
      maxWaitMs: 5_000,
      minBytes: 1,
    });
    await fetch('known, and an unknown topic', [], {
      topics: [
        { topic, topicId, partitions: [{ partition: 0, fetchOffset: 5, partitionMaxBytes: 1000 }] },
        {
          topic: `${topic}-z`,
          topicId: UNKNOWN_ID,
          partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1000 }],
        },
      ],
    });
  }),

  scenario('leader epochs', fetchApi, async (broker) => {
    const topic = broker.name('epochs');
    const fetch = fetcher(broker, topic, await fill(broker, topic));
    for (const currentLeaderEpoch of [-1, 0, 1, 99, -7]) {
      await fetch(`current ${currentLeaderEpoch}`, [{ currentLeaderEpoch, fetchOffset: 5 }]);
    }
    for (const lastFetchedEpoch of [-1, 0, 1, 99]) {
      await fetch(`last fetched ${lastFetchedEpoch}`, [{ lastFetchedEpoch, fetchOffset: 5 }]);
      await fetch(`last fetched ${lastFetchedEpoch}, beyond`, [
        { lastFetchedEpoch, fetchOffset: 100 },
      ]);
    }
    await fetch('of both', [{ currentLeaderEpoch: 0, lastFetchedEpoch: 0, fetchOffset: 5 }]);
  }),

  scenario('as who', fetchApi, async (broker) => {
    const topic = broker.name('as');
    const fetch = fetcher(broker, topic, await fill(broker, topic));
    await fetch('a rack', [{ fetchOffset: 5 }], { rackId: 'r1' });
    await fetch('another cluster', [{ fetchOffset: 5 }], { clusterId: 'not-this-one' });
    await fetch('debugging', [{ fetchOffset: 5 }], {
      replicaId: -2,
      replicaState: { replicaId: -2 },
    });
  }),

  scenario('waiting', fetchApi, async (broker) => {
    const topic = broker.name('waiting');
    const topicId = await fill(broker, topic);
    const fetch = fetcher(broker, topic, topicId);
    const wait = { maxWaitMs: 10_000, minBytes: 1 };
    const waiting = fetch('for the next', [{ fetchOffset: 6 }], wait, 'waiting');
    // Answered meanwhile, so that it waits by then: Kafka may tell of the high watermark before an append that comes while it reads.
    for (let i = 0; i < 10; i++) await fetch('meanwhile', [{ fetchOffset: 5 }]);
    await broker.produce(topic, ['next']);
    await waiting;
    const forMore = fetch(
      'for more than one',
      [{ fetchOffset: 7 }],
      { ...wait, minBytes: 140 },
      'waiting',
    );
    await broker.produce(topic, ['one']);
    await broker.produce(topic, ['two']);
    await forMore;
    await fetch('for more than comes', [{ fetchOffset: 8 }], { maxWaitMs: 100, minBytes: 1000 });
    await fetch('for enough that is there', [{}], { ...wait, minBytes: 100 });
  }),

  scenario('after deletion of records', fetchApi, async (broker) => {
    const topic = broker.name('pruned');
    const fetch = fetcher(broker, topic, await fill(broker, topic));
    await broker.deleteRecords(topic, 3);
    for (const fetchOffset of [0, 2, 3, 4, 6])
      await fetch(`from ${fetchOffset}`, [{ fetchOffset }]);
    await broker.deleteRecords(topic, -1);
    for (const fetchOffset of [5, 6, 7])
      await fetch(`empty, from ${fetchOffset}`, [{ fetchOffset }]);
  }),

  scenario('across segments', fetchApi, async (broker) => {
    const topic = broker.name('segments');
    const topicId = await broker.createTopic(topic, { 'segment.bytes': '400' });
    for (let at = 0; at < 8; at++)
      await broker.produce(topic, ['x'.repeat(100), `${at}`], { baseTimestamp: T0 + at * 60_000 });
    const fetch = fetcher(broker, topic, topicId);
    for (const fetchOffset of [0, 1, 2, 3, 6, 9, 15, 16]) {
      await fetch(`from ${fetchOffset}`, [{ fetchOffset }]);
      await fetch(`from ${fetchOffset}, little`, [{ fetchOffset, partitionMaxBytes: 10 }]);
    }
  }),

  scenario(
    'small fetch.max.bytes',
    fetchApi,
    async (broker) => {
      const topic = broker.name('little');
      const topicId = await broker.createTopic(topic, {
        'min.insync.replicas': '1',
        'compression.type': 'uncompressed',
      });
      for (let at = 0; at < 8; at++) await broker.produce(topic, ['x'.repeat(600)]);
      await fetcher(broker, topic, topicId)('all', [{}]);
      await fetcher(broker, topic, topicId)('more than is ever sent', [{}], {
        minBytes: 100_000,
        maxWaitMs: 10_000,
      });
    },
    { profile: 'strict' },
  ),
];
