/** Topics come, grow and go. */
import {
  createPartitionsApi,
  createTopicsApi,
  deleteTopicsApi,
  electLeadersApi,
  ErrorCode,
  metadataApi,
  ZERO_UUID,
} from '@zurau/protocol';
import type { CreateTopicsRequestCreatableTopicInput } from '@zurau/protocol';
import type { Driver } from '../driver.ts';
import { TIMEOUT_MS } from '../driver.ts';
import { scenario } from '../scenario.ts';
import type { Scenario } from '../scenario.ts';

const UNKNOWN_ID = 'EpxWnJQaSv6Wq1VDWlVnwA';

type Topic = Partial<CreateTopicsRequestCreatableTopicInput> & { readonly name: string };

const topicOf = (topic: Topic): CreateTopicsRequestCreatableTopicInput => ({
  numPartitions: 1,
  replicationFactor: 1,
  assignments: [],
  configs: [],
  ...topic,
});

async function create(
  broker: Driver,
  step: string,
  topics: readonly Topic[],
  options: { validateOnly?: boolean; timeoutMs?: number } = {},
): Promise<void> {
  await broker.send(step, createTopicsApi, {
    topics: topics.map(topicOf),
    timeoutMs: TIMEOUT_MS,
    ...options,
  });
}

const assigned = (...replicas: number[][]): Partial<Topic> => ({
  numPartitions: -1,
  replicationFactor: -1,
  assignments: replicas.map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds })),
});

export const topicScenarios: readonly Scenario[] = [
  scenario('create', createTopicsApi, async (broker) => {
    const name = broker.name('new');
    await create(broker, 'one', [{ name }]);
    await create(broker, 'that exists', [{ name }]);
    await create(broker, 'several', [
      { name: `${name}-a` },
      { name: `${name}-b`, numPartitions: 3 },
    ]);
    await create(broker, 'one that exists among several', [{ name }, { name: `${name}-c` }]);
    await create(broker, 'twice in a request', [
      { name: `${name}-d` },
      { name: `${name}-d`, numPartitions: 2 },
      { name: `${name}-e` },
    ]);
    await create(broker, 'nothing', []);
    await create(broker, 'defaults', [
      { name: `${name}-f`, numPartitions: -1, replicationFactor: -1 },
    ]);
    await broker.send('all of them', metadataApi, {
      topics: ['', '-a', '-b', '-c', '-d', '-e', '-f'].map((end) => ({ name: name + end })),
      allowAutoTopicCreation: false,
    });
  }),

  scenario('refused names', createTopicsApi, async (broker) => {
    const names = ['', '.', '..', 'a b', 'a/b', 'ü', 'a'.repeat(250), '__consumer_offsets', 'a\0b'];
    for (const name of names) await create(broker, `name ${name.slice(0, 9)}`, [{ name }]);
    await create(broker, 'the longest', [{ name: broker.name('l').padEnd(249, 'l') }]);
    const dotted = broker.name('col.lide');
    await create(broker, 'with a dot', [{ name: dotted }]);
    await create(broker, 'that collides', [{ name: broker.name('col_lide') }]);
    // Which of two wins is the order of a hash map in Kafka.
    const { topics } = await broker.quietly(createTopicsApi, {
      topics: ['x.y', 'x_y'].map((each) => topicOf({ name: broker.name(each) })),
      timeoutMs: TIMEOUT_MS,
    });
    broker.note(
      'that collide with each other',
      topics.map(({ errorCode }) => errorCode).sort((a, b) => a - b),
    );
  }),

  scenario('refused sizes', createTopicsApi, async (broker) => {
    const name = broker.name('size');
    const cases: [number, number][] = [
      [0, 1],
      [-2, 1],
      [1, 0],
      [1, -2],
      [1, 2],
      [1, 32767],
      [-1, 1],
      [1, -1],
    ];
    for (const [numPartitions, replicationFactor] of cases) {
      await create(broker, `${numPartitions} partitions, factor ${replicationFactor}`, [
        { name: `${name}${numPartitions}_${replicationFactor}`, numPartitions, replicationFactor },
      ]);
    }
  }),

  scenario('assignments', createTopicsApi, async (broker) => {
    const name = broker.name('assigned');
    const cases: Record<string, Partial<Topic>> = {
      good: assigned([0], [0]),
      'unknown broker': assigned([5]),
      'no replicas': assigned([]),
      'twice the same broker': assigned([0, 0]),
      'negative broker': assigned([-1]),
      'differing factors': assigned([0], [0, 1]),
      'with a count': { ...assigned([0]), numPartitions: 1 },
      'with a factor': { ...assigned([0]), replicationFactor: 1 },
      'not from 0': { ...assigned(), assignments: [{ partitionIndex: 1, brokerIds: [0] }] },
      'with a gap': {
        ...assigned(),
        assignments: [0, 2].map((partitionIndex) => ({ partitionIndex, brokerIds: [0] })),
      },
      'a partition twice': {
        ...assigned(),
        assignments: [0, 0].map((partitionIndex) => ({ partitionIndex, brokerIds: [0] })),
      },
      'negative partition': {
        ...assigned(),
        assignments: [{ partitionIndex: -1, brokerIds: [0] }],
      },
      'no assignments': assigned(),
    };
    // Kafka makes some of these topics, and waits for leaders that they cannot have.
    for (const [index, [step, topic]] of Object.entries(cases).entries()) {
      await create(broker, step, [{ ...topic, name: `${name}-${index}` }], {
        timeoutMs: 500,
      });
    }
  }),

  scenario('configs', createTopicsApi, async (broker) => {
    const name = broker.name('configs');
    const cases: Record<string, [string, string | null][]> = {
      good: [
        ['retention.ms', '1000'],
        ['cleanup.policy', 'compact,delete'],
      ],
      unknown: [['retention.msec', '1000']],
      'bad number': [['retention.ms', 'soon']],
      'out of range': [['max.message.bytes', '-1']],
      'too large': [['segment.bytes', '99999999999']],
      'not one of the values': [['cleanup.policy', 'shred']],
      'no value': [['retention.ms', null]],
      empty: [['cleanup.policy', '']],
      'twice the same': [
        ['retention.ms', '1'],
        ['retention.ms', '2'],
      ],
      spaces: [['retention.ms', ' 1000 ']],
      boolean: [['preallocate', 'TRUE']],
      'not a boolean': [['preallocate', 'yes']],
      double: [['min.cleanable.dirty.ratio', '1.5']],
      'compaction lags contradict': [
        ['min.compaction.lag.ms', '5'],
        ['max.compaction.lag.ms', '2'],
      ],
      'remote storage': [['remote.storage.enable', 'true']],
      'follower throttling': [['follower.replication.throttled.replicas', '0:0']],
      'bad throttling': [['follower.replication.throttled.replicas', 'x']],
      'codec level': [
        ['compression.type', 'gzip'],
        ['compression.gzip.level', '12'],
      ],
      'zstd level': [
        ['compression.type', 'zstd'],
        ['compression.zstd.level', '3'],
      ],
      'message format': [['message.format.version', '2.8']],
    };
    for (const [index, [step, configs]] of Object.entries(cases).entries()) {
      const topic = {
        name: `${name}-${index}`,
        configs: configs.map(([key, value]) => ({ name: key, value })),
      };
      await create(broker, step, [topic]);
    }
  }),

  scenario('validate only', createTopicsApi, async (broker) => {
    const name = broker.name('validated');
    const validateOnly = { validateOnly: true };
    await create(broker, 'good', [{ name, numPartitions: 3 }], validateOnly);
    await create(
      broker,
      'with defaults',
      [{ name, numPartitions: -1, replicationFactor: -1 }],
      validateOnly,
    );
    await create(broker, 'with assignments', [{ name, ...assigned([0], [0]) }], validateOnly);
    await create(broker, 'bad', [{ name, numPartitions: 0 }], validateOnly);
    await create(
      broker,
      'bad config',
      [{ name, configs: [{ name: 'x', value: 'y' }] }],
      validateOnly,
    );
    await create(broker, 'bad name', [{ name: 'a b' }], validateOnly);
    await broker.createTopic(name);
    await create(broker, 'exists', [{ name }], validateOnly);
    await create(broker, 'no time', [{ name: `${name}-2` }], { validateOnly: true, timeoutMs: 0 });
  }),

  scenario('no time to wait', createTopicsApi, async (broker) => {
    const name = broker.name('hasty');
    await create(broker, 'no time', [{ name }], { timeoutMs: 0 });
    await create(broker, 'negative time', [{ name: `${name}-2` }], { timeoutMs: -1 });
    await create(broker, 'bad, and no time', [{ name: 'a b' }], { timeoutMs: 0 });
  }),

  scenario('delete by name', deleteTopicsApi, async (broker) => {
    const name = broker.name('gone');
    const remove = (
      step: string,
      names: readonly string[],
      timeoutMs = TIMEOUT_MS,
    ): Promise<unknown> =>
      broker.send(
        step,
        deleteTopicsApi,
        broker.version < 6
          ? { topicNames: names, timeoutMs }
          : { topics: names.map((each) => ({ name: each, topicId: ZERO_UUID })), timeoutMs },
      );
    for (const end of ['-a', '-b', '-c', '-d']) await broker.createTopic(name + end);
    await remove('one', [`${name}-a`]);
    await remove('that is gone', [`${name}-a`]);
    await remove('one of two', [`${name}-b`, `${name}-z`]);
    await remove('twice in a request', [`${name}-c`, `${name}-c`]);
    await remove('nothing', []);
    await remove('bad names', ['', 'a b', '..']);
    await remove('no time', [`${name}-d`], 0);
    await broker.send('all of them', metadataApi, {
      topics: ['-a', '-b'].map((end) => ({ name: name + end })),
      allowAutoTopicCreation: false,
    });
  }),

  scenario(
    'delete by id',
    deleteTopicsApi,
    async (broker) => {
      const name = broker.name('gone-id');
      const remove = (
        step: string,
        topics: { name: string | null; topicId: string }[],
      ): Promise<unknown> => broker.send(step, deleteTopicsApi, { topics, timeoutMs: TIMEOUT_MS });
      const [a, b, c] = [
        await broker.createTopic(`${name}-a`),
        await broker.createTopic(`${name}-b`),
        await broker.createTopic(`${name}-c`),
      ];
      await remove('one', [{ name: null, topicId: a }]);
      // Kafka's controller knows the id for a moment longer than its brokers do.
      await broker.until(async () => {
        const { responses } = await broker.quietly(deleteTopicsApi, {
          topics: [{ name: null, topicId: a }],
          timeoutMs: TIMEOUT_MS,
        });
        return responses[0]!.errorCode === ErrorCode.UNKNOWN_TOPIC_ID;
      });
      await remove('that is gone', [{ name: null, topicId: a }]);
      await remove('unknown', [{ name: null, topicId: UNKNOWN_ID }]);
      await remove('name and id', [{ name: `${name}-b`, topicId: b }]);
      await remove('neither', [{ name: null, topicId: ZERO_UUID }]);
      await remove('twice', [
        { name: null, topicId: c },
        { name: null, topicId: c },
      ]);
      await remove('by id and by name', [
        { name: null, topicId: b },
        { name: `${name}-b`, topicId: ZERO_UUID },
      ]);
      await remove('two unknown', [
        { name: null, topicId: UNKNOWN_ID },
        { name: `${name}-z`, topicId: ZERO_UUID },
      ]);
    },
    { fromVersion: 6 },
  ),

  scenario(
    'deletion is off',
    deleteTopicsApi,
    async (broker) => {
      const name = broker.name('kept');
      await broker.createTopic(name);
      await broker.send(
        'by name',
        deleteTopicsApi,
        broker.version < 6
          ? { topicNames: [name, 'unknown'], timeoutMs: TIMEOUT_MS }
          : {
              topics: [name, 'unknown'].map((each) => ({ name: each, topicId: ZERO_UUID })),
              timeoutMs: TIMEOUT_MS,
            },
      );
      await broker.send('by id', deleteTopicsApi, {
        topics: [{ name: null, topicId: UNKNOWN_ID }],
        timeoutMs: TIMEOUT_MS,
      });
    },
    { profile: 'strict' },
  ),

  scenario('grow', createPartitionsApi, async (broker) => {
    const name = broker.name('grown');
    await broker.createTopic(name, {}, 2);
    await broker.createTopic(`${name}-b`, {}, 1);
    const grow = (
      step: string,
      topics: [string, number, number[][] | null][],
      options: { validateOnly?: boolean; timeoutMs?: number } = {},
    ): Promise<unknown> =>
      broker.send(step, createPartitionsApi, {
        topics: topics.map(([topic, count, assignments]) => ({
          name: topic,
          count,
          assignments: assignments?.map((brokerIds) => ({ brokerIds })) ?? null,
        })),
        timeoutMs: TIMEOUT_MS,
        validateOnly: false,
        ...options,
      });
    await grow('validated', [[name, 3, null]], { validateOnly: true });
    await grow('to 3', [[name, 3, null]]);
    await grow('to 4, assigned', [[name, 4, [[0]]]]);
    await grow('to the same', [[name, 4, null]]);
    await grow('to fewer', [[name, 1, null]]);
    await grow('to none', [[name, 0, null]]);
    await grow('to a negative number', [[name, -1, null]]);
    await grow('unknown', [[`${name}-z`, 3, null]]);
    await grow('bad name', [['a b', 3, null]]);
    await grow('no name', [['', 3, null]]);
    await grow('too few assignments', [[name, 6, [[0]]]]);
    await grow('too many assignments', [[name, 5, [[0], [0]]]]);
    await grow('empty assignments', [[name, 5, []]]);
    await grow('no replicas', [[name, 5, [[]]]]);
    await grow('unknown broker', [[name, 5, [[7]]]]);
    await grow('another factor', [[name, 5, [[0, 1]]]]);
    await grow('twice the same broker', [[name, 5, [[0, 0]]]]);
    await grow('twice in a request', [
      [name, 5, null],
      [name, 6, null],
    ]);
    await grow('several', [
      [`${name}-b`, 2, null],
      [`${name}-z`, 2, null],
      [name, 1, null],
    ]);
    await grow('validated, unknown', [[`${name}-z`, 3, null]], { validateOnly: true });
    await grow('validated, fewer', [[name, 2, null]], { validateOnly: true });
    await grow('nothing', []);
    await grow('no time', [[`${name}-b`, 3, null]], { timeoutMs: 0 });
    await broker.until(async () => {
      const { topics } = await broker.quietly(metadataApi, { topics: [{ name: `${name}-b` }] });
      return (
        topics[0]!.partitions.length === 3 &&
        topics[0]!.partitions.every(({ errorCode }) => errorCode === 0)
      );
    });
    await broker.send('all of them', metadataApi, {
      topics: [{ name }, { name: `${name}-b` }],
      allowAutoTopicCreation: false,
    });
  }),

  scenario('elections', electLeadersApi, async (broker) => {
    const name = broker.name('elected');
    await broker.createTopic(name, {}, 2);
    const elect = (
      step: string,
      electionType: number,
      partitions: number[] | null,
      topic = name,
    ): Promise<unknown> =>
      broker.send(step, electLeadersApi, {
        electionType,
        topicPartitions: partitions === null ? null : [{ topic, partitions }],
        timeoutMs: TIMEOUT_MS,
      });
    await elect('preferred, not needed', 0, [0, 1]);
    await elect('unclean, not needed', 1, [0]);
    await elect('unknown partition', 0, [9]);
    await elect('unknown topic', 0, [0], `${name}-z`);
    await elect('known and unknown', 0, [0, 9]);
    await elect('twice', 0, [0, 0]);
    await elect('none', 0, []);
    await elect('unknown kind', 7, [0]);
    if (broker.version === 0) return;
    await elect('unclean, unknown', 1, [9]);
  }),
];
