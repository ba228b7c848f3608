import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodePlatform } from '@zurau/platform';
import {
  ByteReader,
  ByteWriter,
  createPartitionsApi,
  createTopicsApi,
  deleteTopicsApi,
  describeClusterApi,
  describeTopicPartitionsApi,
  electLeadersApi,
  ErrorCode,
  metadataApi,
  ZERO_UUID,
  type Api,
  type CreatePartitionsRequestInput,
  type CreatePartitionsResponse,
  type CreateTopicsRequestInput,
  type CreateTopicsResponse,
  type DeleteTopicsRequestInput,
  type DeleteTopicsResponse,
  type MetadataRequestInput,
  type MetadataResponse,
} from '@zurau/protocol';
import { AutoTopicCreation } from '../controller/auto-topic-creation.ts';
import { TestCluster } from '../controller/fixtures/test-cluster.ts';
import { TopicAdmin } from '../controller/topic-admin.ts';
import { createPartitionsHandler } from './create-partitions.ts';
import { createTopicsHandler } from './create-topics.ts';
import { deleteTopicsHandler } from './delete-topics.ts';
import { describeClusterHandler } from './describe-cluster.ts';
import { describeTopicPartitionsHandler } from './describe-topic-partitions.ts';
import { electLeadersHandler } from './elect-leaders.ts';
import type { ApiHandler, ServedRequest } from './handler.ts';
import { metadataHandler } from './metadata.ts';

const { timers, random } = nodePlatform();
const logger = pino({ level: 'silent' });
const TIMEOUT_MS = 5_000;

let cluster: TestCluster;
let handlers: Map<number, ApiHandler>;
let isAutoCreationEnabled: boolean;

/** The handlers of broker 1, which is controller. */
beforeEach(async () => {
  cluster = await TestCluster.start([1, 2]);
  isAutoCreationEnabled = true;
  const { cache: metadata, session, controller } = cluster.broker(1);
  const admin = new TopicAdmin({
    session,
    metadata,
    random,
    logger,
    defaults: () => ({ partitionCount: 3, replicationFactor: 2 }),
    configProblem: (configs) =>
      Object.keys(configs).includes('wrong') ? 'Unknown topic config name: wrong' : undefined,
  });
  const autoCreation = new AutoTopicCreation({
    admin,
    internalTopic: (name) =>
      name === '__consumer_offsets'
        ? { partitionCount: 5, replicationFactor: 1, configs: { 'cleanup.policy': 'compact' } }
        : undefined,
    logger,
  });
  const shared = { admin, metadata, timers, logger, isController: () => controller.isActive };
  handlers = new Map(
    [
      createTopicsHandler({
        ...shared,
        describeConfigs: (configs) =>
          Object.entries(configs).map(([name, value]) => ({
            name,
            value,
            readOnly: false,
            configSource: 1,
            isSensitive: false,
          })),
      }),
      deleteTopicsHandler({ ...shared, isEnabled: () => true }),
      createPartitionsHandler(shared),
      metadataHandler({
        metadata,
        autoCreation,
        timers,
        isAutoCreationEnabled: () => isAutoCreationEnabled,
      }),
      describeClusterHandler({ metadata }),
      describeTopicPartitionsHandler({ metadata, partitionsMax: () => 2_000 }),
      electLeadersHandler({ controller, metadata, timers }),
    ].map((handler) => [handler.key, handler]),
  );
});

afterEach(async () => {
  await cluster.close();
});

/** Over the wire and back, in one version. */
async function ask<RequestInput, Response, ResponseInput>(
  api: Api<unknown, RequestInput, Response, ResponseInput>,
  apiVersion: number,
  request: RequestInput,
  listenerName = 'PLAINTEXT',
): Promise<Response> {
  const writer = new ByteWriter();
  api.request.write(writer, request, apiVersion);
  const frame = writer.takeOne();
  const answer = await new Promise<unknown>((resolve, reject) => {
    const served: ServedRequest = {
      apiVersion,
      correlationId: 1,
      clientId: null,
      listenerName,
      clientAddress: '127.0.0.1',
      principal: 'User:ANONYMOUS',
      signal: new AbortController().signal,
      ownsFrame: true,
      retainFrame: () => undefined,
      releaseFrame: () => undefined,
      respond: resolve,
      respondLater: (later) => void later.then(resolve, reject),
      respondNothing: () => reject(new Error('not answered')),
      refuse: (reason) => reject(new Error(reason)),
    };
    handlers.get(api.key)?.serve(new ByteReader(frame), served);
  });
  api.response.write(writer, answer as ResponseInput, apiVersion);
  return api.response.read(new ByteReader(writer.takeOne()), apiVersion);
}

type NewTopic = CreateTopicsRequestInput['topics'][number];

function topic(name: string, changes: Partial<NewTopic> = {}): NewTopic {
  return {
    name,
    numPartitions: 1,
    replicationFactor: 1,
    assignments: [],
    configs: [],
    ...changes,
  };
}

async function create(
  topics: NewTopic[],
  changes: Partial<CreateTopicsRequestInput> = {},
  version = 7,
): Promise<CreateTopicsResponse['topics']> {
  const request = { topics, timeoutMs: TIMEOUT_MS, validateOnly: false, ...changes };
  const { topics: results } = await ask(createTopicsApi, version, request);
  return results;
}

async function remove(
  request: Partial<DeleteTopicsRequestInput>,
  version = 6,
): Promise<DeleteTopicsResponse['responses']> {
  const whole = { topics: [], topicNames: [], timeoutMs: TIMEOUT_MS, ...request };
  return (await ask(deleteTopicsApi, version, whole)).responses;
}

async function grow(
  topics: CreatePartitionsRequestInput['topics'],
  validateOnly = false,
): Promise<CreatePartitionsResponse['results']> {
  const request = { topics, timeoutMs: TIMEOUT_MS, validateOnly };
  return (await ask(createPartitionsApi, 3, request)).results;
}

async function describeTopics(
  names: string[] | null,
  changes: Partial<MetadataRequestInput> = {},
  version = 12,
  listenerName = 'PLAINTEXT',
): Promise<MetadataResponse> {
  const topics = names?.map((name) => ({ name, topicId: ZERO_UUID })) ?? null;
  const request = { topics, allowAutoTopicCreation: false, ...changes };
  return ask(metadataApi, version, request, listenerName);
}

describe('CreateTopics', () => {
  test('answers when the leaders are known, with what was made', async () => {
    const configs = [{ name: 'retention.ms', value: '1000' }];
    const [created] = await create([
      topic('a', { numPartitions: -1, replicationFactor: -1, configs }),
    ]);
    expect(created).toMatchObject({
      name: 'a',
      errorCode: ErrorCode.NONE,
      numPartitions: 3,
      replicationFactor: 2,
      configs: [{ name: 'retention.ms', value: '1000' }],
    });
    const { topics } = await describeTopics(['a']);
    expect(topics[0]).toMatchObject({ errorCode: ErrorCode.NONE, topicId: created?.topicId });
    expect(topics[0]?.partitions.map(({ leaderId }) => leaderId).sort()).toHaveLength(3);
    expect(topics[0]?.partitions.every(({ isrNodes }) => isrNodes.length === 2)).toBe(true);
  });

  test.each([0, 1, 2, 3, 4, 5, 6, 7])('version %i', async (version) => {
    const [created] = await create([topic('a')], {}, version);
    expect(created).toMatchObject({ name: 'a', errorCode: ErrorCode.NONE });
    const [again] = await create([topic('a')], {}, version);
    expect(again?.errorCode).toBe(ErrorCode.TOPIC_ALREADY_EXISTS);
  });

  test('validates without making anything', async () => {
    const [validated] = await create([topic('a', { numPartitions: 4 })], { validateOnly: true });
    expect(validated).toMatchObject({ errorCode: ErrorCode.NONE, numPartitions: 4 });
    expect(validated?.topicId).toBe(ZERO_UUID);
    expect((await describeTopics(null)).topics).toEqual([]);
  });

  test('takes replicas as they are given', async () => {
    const assignments = [
      { partitionIndex: 1, brokerIds: [2, 1] },
      { partitionIndex: 0, brokerIds: [1, 2] },
    ];
    const manual = { numPartitions: -1, replicationFactor: -1, assignments };
    const [created] = await create([topic('a', manual)]);
    expect(created).toMatchObject({ numPartitions: 2, replicationFactor: 2 });
    expect(cluster.seen(1, 'a', 1)).toBe('leader 2 epoch 0 isr 2,1');
  });

  const manual = (...assignments: [number, number[]][]): Partial<NewTopic> => ({
    numPartitions: -1,
    replicationFactor: -1,
    assignments: assignments.map(([partitionIndex, brokerIds]) => ({ partitionIndex, brokerIds })),
  });
  test.each<[string, NewTopic, number]>([
    ['no name', topic(''), ErrorCode.INVALID_TOPIC_EXCEPTION],
    ['a dot', topic('..'), ErrorCode.INVALID_TOPIC_EXCEPTION],
    ['a path', topic('a/b'), ErrorCode.INVALID_TOPIC_EXCEPTION],
    ['too long a name', topic('x'.repeat(250)), ErrorCode.INVALID_TOPIC_EXCEPTION],
    ['no partitions', topic('a', { numPartitions: 0 }), ErrorCode.INVALID_PARTITIONS],
    ['too many partitions', topic('a', { numPartitions: 10_001 }), ErrorCode.POLICY_VIOLATION],
    ['no replicas', topic('a', { replicationFactor: 0 }), ErrorCode.INVALID_REPLICATION_FACTOR],
    ['three of two', topic('a', { replicationFactor: 3 }), ErrorCode.INVALID_REPLICATION_FACTOR],
    [
      'a wrong config',
      topic('a', { configs: [{ name: 'wrong', value: '1' }] }),
      ErrorCode.INVALID_CONFIG,
    ],
    [
      'a null config',
      topic('a', { configs: [{ name: 'retention.ms', value: null }] }),
      ErrorCode.INVALID_CONFIG,
    ],
    [
      'numbers and replicas',
      topic('a', { assignments: [{ partitionIndex: 0, brokerIds: [1] }] }),
      ErrorCode.INVALID_REQUEST,
    ],
    ['a gap', topic('a', manual([0, [1]], [2, [1]])), ErrorCode.INVALID_REPLICA_ASSIGNMENT],
    ['a replica twice', topic('a', manual([0, [1, 1]])), ErrorCode.INVALID_REPLICA_ASSIGNMENT],
    [
      'uneven replicas',
      topic('a', manual([0, [1]], [1, [1, 2]])),
      ErrorCode.INVALID_REPLICA_ASSIGNMENT,
    ],
    ['the metadata log', topic('__cluster_metadata'), ErrorCode.INVALID_REQUEST],
  ])('refuses %s', async (_, refused, errorCode) => {
    const [result] = await create([refused]);
    expect(result).toMatchObject({ errorCode, numPartitions: -1 });
    expect(result?.errorMessage).not.toBeNull();
    expect((await describeTopics(null)).topics).toEqual([]);
  });

  test('one bad topic does not keep the others, duplicates keep each other', async () => {
    const results = await create([topic('a'), topic('b..'), topic('a..'), topic('c'), topic('c')]);
    expect(results.map(({ name, errorCode }) => [name, errorCode])).toEqual([
      ['a', ErrorCode.NONE],
      ['b..', ErrorCode.NONE],
      ['a..', ErrorCode.NONE],
      ['c', ErrorCode.INVALID_REQUEST],
      ['c', ErrorCode.INVALID_REQUEST],
    ]);
  });

  test('names that metrics cannot tell apart collide', async () => {
    await create([topic('a.b')]);
    const [result] = await create([topic('a_b')]);
    expect(result?.errorCode).toBe(ErrorCode.INVALID_TOPIC_EXCEPTION);
    expect(result?.errorMessage).toContain('a.b');
  });

  test('times out while no replica is alive, and says so when nobody wants to wait', async () => {
    const waiting = topic('a', manual([0, [9]]));
    const [result] = await create([waiting], { timeoutMs: 20 });
    expect(result?.errorCode).toBe(ErrorCode.REQUEST_TIMED_OUT);
    const [hasty] = await create([topic('b')], { timeoutMs: 0 });
    expect(hasty?.errorCode).toBe(ErrorCode.REQUEST_TIMED_OUT);
    await cluster.settle();
    expect(cluster.seen(1, 'b', 0)).toBeDefined();
  });

  test('is answered by the controller only', async () => {
    await cluster.broker(1).controller.close();
    expect((await create([topic('a')]))[0]?.errorCode).toBe(ErrorCode.NOT_CONTROLLER);
    expect((await grow([{ name: 'a', count: 3, assignments: null }]))[0]?.errorCode).toBe(
      ErrorCode.NOT_CONTROLLER,
    );
    const [deleted] = await remove({ topicNames: ['a'] }, 5);
    expect(deleted?.errorCode).toBe(ErrorCode.NOT_CONTROLLER);
  });
});

describe('DeleteTopics', () => {
  test.each([0, 1, 2, 3, 4, 5])('by name, version %i, and the name is free', async (version) => {
    await create([topic('a')]);
    const results = await remove({ topicNames: ['a', 'missing'] }, version);
    expect(results.map(({ name, errorCode }) => [name, errorCode])).toEqual([
      ['a', ErrorCode.NONE],
      ['missing', ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
    ]);
    expect((await create([topic('a')]))[0]?.errorCode).toBe(ErrorCode.NONE);
  });

  test('by id', async () => {
    const [created] = await create([topic('a')]);
    const topicId = created?.topicId ?? '';
    const unknownId = random.uuid();
    const results = await remove({
      topics: [
        { name: null, topicId },
        { name: null, topicId: unknownId },
        { name: 'a', topicId },
        { name: 'missing', topicId: ZERO_UUID },
      ],
    });
    expect(results.map(({ name, topicId: id, errorCode }) => [name, id, errorCode])).toEqual([
      ['a', topicId, ErrorCode.NONE],
      [null, unknownId, ErrorCode.UNKNOWN_TOPIC_ID],
      ['a', topicId, ErrorCode.INVALID_REQUEST],
      ['missing', ZERO_UUID, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
    ]);
  });
});

test('one request makes 10,000 partitions at most, in all its topics', async () => {
  const topics = [topic('a', { numPartitions: 6000 }), topic('b', { numPartitions: 4001 })];
  const created = await create(topics);
  expect(created.map(({ errorCode }) => errorCode)).toEqual([
    ErrorCode.POLICY_VIOLATION,
    ErrorCode.POLICY_VIOLATION,
  ]);
  await create([topic('a'), topic('b')]);
  const grown = await grow([
    { name: 'a', count: 6001, assignments: null },
    { name: 'b', count: 4002, assignments: null },
  ]);
  expect(grown.map(({ errorCode }) => errorCode)).toEqual([
    ErrorCode.POLICY_VIOLATION,
    ErrorCode.POLICY_VIOLATION,
  ]);
  expect(cluster.broker(1).cache.topic('a')?.partitions.size).toBe(1);
});

describe('CreatePartitions', () => {
  test('answers per topic', async () => {
    await create([topic('a'), topic('b', { numPartitions: 2 })]);
    const results = await grow([
      { name: 'a', count: 3, assignments: null },
      { name: 'b', count: 2, assignments: null },
      { name: 'missing', count: 2, assignments: null },
      { name: 'b/partitions', count: 2, assignments: null },
    ]);
    expect(results.map(({ errorCode }) => errorCode)).toEqual([
      ErrorCode.NONE,
      ErrorCode.INVALID_PARTITIONS,
      ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
      ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    ]);
    expect(cluster.broker(2).cache.topic('a')?.partitions.size).toBe(3);
  });

  test('takes replicas as they are given, and refuses what does not fit', async () => {
    await create([topic('a')]);
    const wanted = (...brokerIds: number[][]): CreatePartitionsRequestInput['topics'] => [
      {
        name: 'a',
        count: 2,
        assignments: brokerIds.map((ids) => ({ brokerIds: ids })),
      },
    ];
    for (const wrong of [wanted([9]), wanted([1], [2]), wanted([1, 1]), wanted([1, 2])]) {
      const [result] = await grow(wrong);
      expect(result?.errorCode).toBe(ErrorCode.INVALID_REPLICA_ASSIGNMENT);
    }
    expect((await grow(wanted([2]), true))[0]?.errorCode).toBe(ErrorCode.NONE);
    expect(cluster.seen(1, 'a', 1)).toBeUndefined();
    expect((await grow(wanted([2])))[0]?.errorCode).toBe(ErrorCode.NONE);
    expect(cluster.seen(1, 'a', 1)).toBe('leader 2 epoch 0 isr 2');
    const [fewer] = await grow([{ name: 'a', count: 1, assignments: null }]);
    expect(fewer).toMatchObject({ errorCode: ErrorCode.INVALID_PARTITIONS });
  });
});

describe('Metadata', () => {
  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13])('version %i', async (version) => {
    await create([topic('a', { numPartitions: 2, replicationFactor: 2 })]);
    const { brokers, topics, controllerId } = await describeTopics(
      ['a'],
      { allowAutoTopicCreation: true },
      version,
    );
    expect(brokers.map(({ nodeId, host }) => [nodeId, host])).toEqual([
      [1, 'host1'],
      [2, 'host2'],
    ]);
    expect(topics).toHaveLength(1);
    expect(topics[0]?.partitions.map(({ replicaNodes }) => replicaNodes.length)).toEqual([2, 2]);
    if (version > 0) expect(controllerId).toBe(1);
  });

  test('of all topics: null, and in version 0 none', async () => {
    await create([topic('a'), topic('b')]);
    expect((await describeTopics(null)).topics).toHaveLength(2);
    expect((await describeTopics([])).topics).toHaveLength(0);
    const oldest = await describeTopics([], { allowAutoTopicCreation: true }, 0);
    expect(oldest.topics).toHaveLength(2);
  });

  test('shows the endpoints of the listener that was asked', async () => {
    const inside = await describeTopics(null, {}, 12, 'INTERNAL');
    expect(inside.brokers.map(({ host, port }) => `${host}:${port}`)).toEqual([
      'inside1:9093',
      'inside2:9093',
    ]);
    await create([topic('a')]);
    const nowhere = (version: number): Promise<MetadataResponse> =>
      describeTopics(['a'], { allowAutoTopicCreation: true }, version, 'NOWHERE');
    expect((await nowhere(12)).topics[0]?.partitions[0]).toMatchObject({
      errorCode: ErrorCode.LISTENER_NOT_FOUND,
      leaderId: -1,
    });
    expect((await nowhere(5)).topics[0]?.partitions[0]?.errorCode).toBe(
      ErrorCode.LEADER_NOT_AVAILABLE,
    );
    expect((await nowhere(0)).topics[0]?.partitions[0]?.replicaNodes).toEqual([]);
  });

  test('by id', async () => {
    const [created] = await create([topic('a')]);
    const unknownId = random.uuid();
    const ids = [created?.topicId ?? '', unknownId].map((topicId) => ({ name: null, topicId }));
    const { topics } = await describeTopics(null, { topics: ids });
    expect(topics.map(({ name, errorCode }) => [name, errorCode])).toEqual([
      ['a', ErrorCode.NONE],
      [null, ErrorCode.UNKNOWN_TOPIC_ID],
    ]);
  });

  test('creates topics where that is allowed', async () => {
    const names = ['a', '__consumer_offsets', 'bad name'];
    const codes = ({ topics }: MetadataResponse): number[] =>
      topics.map(({ errorCode }) => errorCode);
    const refused = [
      ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
      ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
      ErrorCode.INVALID_TOPIC_EXCEPTION,
    ];
    expect(codes(await describeTopics(names))).toEqual(refused);
    isAutoCreationEnabled = false;
    expect(codes(await describeTopics(names, { allowAutoTopicCreation: true }))).toEqual(refused);
    isAutoCreationEnabled = true;
    const [one, other] = await Promise.all([
      describeTopics(names, { allowAutoTopicCreation: true }),
      describeTopics(names, { allowAutoTopicCreation: true }),
    ]);
    expect(codes(one)).toEqual([ErrorCode.NONE, ErrorCode.NONE, ErrorCode.INVALID_TOPIC_EXCEPTION]);
    expect(other.topics).toEqual(one.topics);
    expect(one.topics[0]?.partitions).toHaveLength(3);
    expect(one.topics[1]).toMatchObject({ isInternal: true });
    expect(one.topics[1]?.partitions).toHaveLength(5);
  });

  test('says LEADER_NOT_AVAILABLE while a topic that was made has no leader', async () => {
    await cluster.broker(1).controller.close();
    await cluster.broker(2).controller.close();
    const { topics } = await describeTopics(['a'], { allowAutoTopicCreation: true });
    expect(topics[0]).toMatchObject({ errorCode: ErrorCode.LEADER_NOT_AVAILABLE, partitions: [] });
  });

  test('authorized operations only when asked for', async () => {
    await create([topic('a')]);
    expect((await describeTopics(['a'], {}, 8)).topics[0]?.topicAuthorizedOperations).toBe(
      -2_147_483_648,
    );
    const asked = await describeTopics(
      ['a'],
      { includeTopicAuthorizedOperations: true, includeClusterAuthorizedOperations: true },
      8,
    );
    // READ, WRITE, CREATE, DELETE, ALTER, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS
    expect(asked.topics[0]?.topicAuthorizedOperations).toBe(0b1101_1111_1000);
    expect(asked.clusterAuthorizedOperations).toBe(0b1_1111_1010_0000);
  });
});

test('DescribeCluster shows brokers, controller and id', async () => {
  const { clusterId } = cluster.broker(1).cache;
  const described = await ask(describeClusterApi, 1, {
    includeClusterAuthorizedOperations: true,
    endpointType: 1,
  });
  expect(described).toMatchObject({ errorCode: ErrorCode.NONE, clusterId, controllerId: 1 });
  expect(described.brokers.map(({ brokerId }) => brokerId)).toEqual([1, 2]);
  const wrong = { includeClusterAuthorizedOperations: false, endpointType: 2 };
  expect((await ask(describeClusterApi, 1, wrong)).errorCode).toBe(
    ErrorCode.MISMATCHED_ENDPOINT_TYPE,
  );
});

test('DescribeTopicPartitions goes through everything page by page', async () => {
  await create([topic('b', { numPartitions: 3 }), topic('a', { numPartitions: 2 }), topic('c')]);
  const seen: string[] = [];
  let cursor: { topicName: string; partitionIndex: number } | null = null;
  do {
    const page: Awaited<ReturnType<typeof nextPage>> = await nextPage(cursor);
    expect(page.topics.flatMap(({ partitions }) => partitions).length).toBeLessThanOrEqual(2);
    for (const { name, partitions } of page.topics) {
      for (const { partitionIndex } of partitions) seen.push(`${name}-${partitionIndex}`);
    }
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(seen).toEqual(['a-0', 'a-1', 'b-0', 'b-1', 'b-2', 'c-0']);

  function nextPage(from: typeof cursor) {
    return ask(describeTopicPartitionsApi, 0, {
      topics: [],
      responsePartitionLimit: 2,
      cursor: from,
    });
  }
  const named = await ask(describeTopicPartitionsApi, 0, {
    topics: [{ name: 'missing' }, { name: 'c' }],
    responsePartitionLimit: 2,
    cursor: null,
  });
  expect(named.topics.map(({ name, errorCode }) => [name, errorCode])).toEqual([
    ['c', ErrorCode.NONE],
    ['missing', ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
  ]);
});

test('ElectLeaders answers per partition, in every version', async () => {
  await create([topic('a')]);
  for (const version of [0, 1, 2]) {
    const answer = await ask(electLeadersApi, version, {
      electionType: 0,
      topicPartitions: [{ topic: 'a', partitions: [0, 7] }],
      timeoutMs: TIMEOUT_MS,
    });
    const [result] = answer.replicaElectionResults;
    expect(
      result?.partitionResult
        .sort((one, other) => one.partitionId - other.partitionId)
        .map(({ errorCode }) => errorCode),
    ).toEqual([ErrorCode.ELECTION_NOT_NEEDED, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION]);
  }
});
