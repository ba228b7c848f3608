/**
 * The handlers of consumer groups, called with encoded requests and answering with encoded responses, in every version.
 */
import { simulatedPlatform, type SimulatedHost } from '@zurau/platform';
import {
  ByteReader,
  ErrorCode,
  ZERO_UUID,
  consumerGroupDescribeApi,
  consumerGroupHeartbeatApi,
  consumerProtocolSubscription,
  decodeResponseFrame,
  deleteGroupsApi,
  describeGroupsApi,
  encodeRequestFrame,
  encodeResponseFrame,
  encodeVersioned,
  findCoordinatorApi,
  heartbeatApi,
  joinGroupApi,
  leaveGroupApi,
  listGroupsApi,
  offsetCommitApi,
  offsetDeleteApi,
  offsetFetchApi,
  readRequestHeader,
  syncGroupApi,
  type Api,
} from '@zurau/protocol';
import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { defaultGroupCoordinatorConfig } from '../coordinator/group/config.ts';
import { GroupCoordinator } from '../coordinator/group/group-coordinator.ts';
import { MemoryCoordinatorLog } from '../coordinator/runtime/memory-coordinator-log.ts';
import { MetadataCache } from '../metadata/metadata-cache.ts';
import { MetadataTopics } from '../metadata/metadata-topics.ts';
import { consumerGroupDescribeHandler } from './consumer-group-describe.ts';
import { consumerGroupHeartbeatHandler } from './consumer-group-heartbeat.ts';
import { deleteGroupsHandler } from './delete-groups.ts';
import { describeGroupsHandler } from './describe-groups.ts';
import { findCoordinatorHandler } from './find-coordinator.ts';
import type { AnyApi, ApiHandler } from './handler.ts';
import { heartbeatHandler } from './heartbeat.ts';
import { joinGroupHandler } from './join-group.ts';
import { leaveGroupHandler } from './leave-group.ts';
import { listGroupsHandler } from './list-groups.ts';
import { offsetCommitHandler } from './offset-commit.ts';
import { offsetDeleteHandler } from './offset-delete.ts';
import { offsetFetchHandler } from './offset-fetch.ts';
import { syncGroupHandler } from './sync-group.ts';

const TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAQ';
const GROUP = 'orders';

class Broker {
  readonly platform: SimulatedHost = simulatedPlatform(1);
  readonly metadata = new MetadataCache('cluster');
  readonly log = new MemoryCoordinatorLog();
  readonly created: string[] = [];
  readonly groups: GroupCoordinator;
  readonly #handlers: ReadonlyMap<AnyApi, ApiHandler>;

  constructor() {
    this.groups = new GroupCoordinator({
      platform: this.platform,
      logger: pino({ level: 'silent' }),
      config: { ...defaultGroupCoordinatorConfig, initialRebalanceDelayMs: 0 },
      log: this.log,
      partitionCount: () => 50,
      topics: new MetadataTopics(this.metadata),
    });
    const dependencies = {
      groups: this.groups,
      metadata: this.metadata,
      createInternalTopic: (name: string) => {
        this.created.push(name);
        this.addTopic(name, 50);
      },
    };
    const handlers = [
      findCoordinatorHandler(dependencies),
      joinGroupHandler(dependencies),
      syncGroupHandler(dependencies),
      heartbeatHandler(dependencies),
      leaveGroupHandler(dependencies),
      offsetCommitHandler(dependencies),
      offsetFetchHandler(dependencies),
      offsetDeleteHandler(dependencies),
      listGroupsHandler(dependencies),
      describeGroupsHandler(dependencies),
      deleteGroupsHandler(dependencies),
      consumerGroupHeartbeatHandler(dependencies),
      consumerGroupDescribeHandler(dependencies),
    ];
    this.#handlers = new Map(handlers.map((handler) => [handler.api, handler]));
  }

  async start(): Promise<void> {
    this.groups.start();
    for (let partition = 0; partition < 50; partition++) this.groups.onElected(partition, 0);
    await this.groups.loaded();
    this.addTopic('payments', 2, TOPIC_ID);
  }

  addTopic(name: string, partitionCount: number, id = ZERO_UUID): void {
    this.metadata.applyUpdateMetadata({
      controllerId: 1,
      isKRaftController: false,
      type: 0,
      controllerEpoch: 1,
      brokerEpoch: 1,
      ungroupedPartitionStates: [],
      topicStates: [
        {
          topicName: name,
          topicId: id,
          partitionStates: Array.from({ length: partitionCount }, (_, partitionIndex) => ({
            topicName: name,
            partitionIndex,
            controllerEpoch: 1,
            leader: 1,
            leaderEpoch: 0,
            isr: [1],
            zkVersion: 0,
            replicas: [1],
            offlineReplicas: [],
          })),
        },
      ],
      liveBrokers: [
        {
          id: 1,
          v0Host: '',
          v0Port: 0,
          rack: null,
          endpoints: [
            { host: 'inside', port: 9092, listener: 'INTERNAL', securityProtocol: 0 },
            { host: 'outside', port: 9093, listener: 'EXTERNAL', securityProtocol: 0 },
          ],
        },
      ],
    });
  }

  versions(api: AnyApi): { min: number; max: number } {
    const handler = this.#handlers.get(api);
    if (handler === undefined) throw new Error(`${api.name} is not served`);
    return { min: handler.minVersion, max: handler.maxVersion };
  }

  /** Through bytes both ways, in the version nearest to `version` that is served. */
  async call<Request, RequestInput, Response, ResponseInput>(
    api: Api<Request, RequestInput, Response, ResponseInput>,
    version: number,
    body: RequestInput,
  ): Promise<Response> {
    const handler = this.#handlers.get(api);
    if (handler === undefined) throw new Error(`${api.name} is not served`);
    const apiVersion = Math.min(Math.max(version, handler.minVersion), handler.maxVersion);
    const header = { correlationId: 7, clientId: 'tester' };
    const frame = Buffer.concat(encodeRequestFrame(api, apiVersion, header, body));
    const reader = new ByteReader(frame, 4);
    readRequestHeader(reader);
    const answer = new Promise<ResponseInput>((resolve, reject) => {
      handler.serve(reader, {
        apiVersion,
        correlationId: 7,
        clientId: 'tester',
        listenerName: 'EXTERNAL',
        clientAddress: '::ffff:10.0.0.9',
        principal: 'User:ANONYMOUS',
        signal: new AbortController().signal,
        ownsFrame: false,
        retainFrame: () => undefined,
        releaseFrame: () => undefined,
        respond: (response) => resolve(response as ResponseInput),
        respondLater: (later) => {
          later.then((response) => resolve(response as ResponseInput), reject);
        },
        respondNothing: () => reject(new Error('no answer')),
        refuse: (reason) => reject(new Error(reason)),
      });
      // Whoever keeps a view of the request from here on is found out.
      frame.fill(0xee);
    });
    const response = await this.platform.simulation.runUntilSettled(answer);
    const encoded = Buffer.concat(encodeResponseFrame(api, apiVersion, 7, response));
    return decodeResponseFrame(api, apiVersion, encoded.subarray(4)).body;
  }
}

const brokers: Broker[] = [];

async function startBroker(): Promise<Broker> {
  const broker = new Broker();
  brokers.push(broker);
  await broker.start();
  return broker;
}

afterEach(async () => {
  for (const broker of brokers.splice(0)) await broker.groups.close();
});

const subscription = encodeVersioned(consumerProtocolSubscription, { topics: ['payments'] }, 1);

/** Joins group {@link GROUP} alone, comes back with a member id where the version asks for it, and takes partition 0. */
async function joinAndSync(broker: Broker, version: number): Promise<string> {
  const request = {
    groupId: GROUP,
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 20_000,
    memberId: '',
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: subscription }],
  };
  let joined = await broker.call(joinGroupApi, version, request);
  if (version >= 4) {
    expect(joined.errorCode).toBe(ErrorCode.MEMBER_ID_REQUIRED);
    expect(joined.protocolName).toBe(version >= 7 ? null : '');
    const { memberId } = joined;
    joined = await broker.call(joinGroupApi, version, { ...request, memberId });
  }
  expect(joined.memberId).toMatch(/^tester-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(joined).toMatchObject({
    errorCode: ErrorCode.NONE,
    generationId: 1,
    protocolType: version >= 7 ? 'consumer' : null,
    protocolName: 'range',
    leader: joined.memberId,
    members: [{ memberId: joined.memberId, metadata: subscription }],
  });
  const synced = await broker.call(syncGroupApi, version, {
    groupId: GROUP,
    generationId: 1,
    memberId: joined.memberId,
    protocolType: 'consumer',
    protocolName: 'range',
    assignments: [{ memberId: joined.memberId, assignment: Buffer.from('all of it') }],
  });
  expect(synced.errorCode).toBe(ErrorCode.NONE);
  expect(synced.assignment.toString()).toBe('all of it');
  return joined.memberId;
}

describe.each(Array.from({ length: 11 }, (_, version) => version))('version %i', (version) => {
  test('a member lives, commits, is seen, and leaves', async () => {
    const broker = await startBroker();
    const memberId = await joinAndSync(broker, version);
    const member = { groupId: GROUP, generationId: 1, memberId };
    expect((await broker.call(heartbeatApi, version, member)).errorCode).toBe(ErrorCode.NONE);

    const committed = await broker.call(offsetCommitApi, version, {
      groupId: GROUP,
      generationIdOrMemberEpoch: 1,
      memberId,
      topics: [
        {
          name: 'payments',
          topicId: TOPIC_ID,
          partitions: [
            { partitionIndex: 0, committedOffset: 41, committedMetadata: 'half way' },
            { partitionIndex: 9, committedOffset: 1, committedMetadata: null },
          ],
        },
        {
          name: 'unknown',
          topicId: 'AAAAAAAAAAAAAAAAAAAACQ',
          partitions: [{ partitionIndex: 0, committedOffset: 1, committedMetadata: null }],
        },
      ],
    });
    const byId = version >= 10;
    expect(committed.topics.map((topic) => topic.partitions)).toEqual([
      [
        { partitionIndex: 0, errorCode: ErrorCode.NONE },
        { partitionIndex: 9, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION },
      ],
      [
        {
          partitionIndex: 0,
          errorCode: byId ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        },
      ],
    ]);

    await expectFetched(broker, version);

    const described = await broker.call(describeGroupsApi, version, {
      groups: [GROUP, 'nobody'],
      ...(version >= 3 ? { includeAuthorizedOperations: true } : {}),
    });
    expect(described.groups).toMatchObject([
      {
        errorCode: ErrorCode.NONE,
        groupState: 'Stable',
        protocolType: 'consumer',
        protocolData: 'range',
        members: [{ memberId, clientId: 'tester', clientHost: '/10.0.0.9' }],
        authorizedOperations: version >= 3 ? 328 : -2147483648,
      },
      { groupState: 'Dead', errorCode: version >= 6 ? ErrorCode.GROUP_ID_NOT_FOUND : 0 },
    ]);
    expect(described.groups[0]?.members[0]?.memberAssignment.toString()).toBe('all of it');

    const left = await broker.call(
      leaveGroupApi,
      version,
      version >= 3
        ? { groupId: GROUP, members: [{ memberId }, { memberId: 'stranger' }] }
        : { groupId: GROUP, memberId },
    );
    expect(left.errorCode).toBe(ErrorCode.NONE);
    if (version >= 3) {
      expect(left.members.map(({ errorCode }) => errorCode)).toEqual([
        ErrorCode.NONE,
        ErrorCode.UNKNOWN_MEMBER_ID,
      ]);
    }

    const deleted = await broker.call(deleteGroupsApi, version, {
      groupsNames: [GROUP, 'nobody', GROUP],
    });
    expect(deleted.results).toEqual([
      { groupId: GROUP, errorCode: ErrorCode.NONE },
      { groupId: 'nobody', errorCode: ErrorCode.GROUP_ID_NOT_FOUND },
    ]);
  });

  test('the coordinator is found', async () => {
    const broker = await startBroker();
    const find = async (): Promise<object> => {
      const found = await broker.call(
        findCoordinatorApi,
        version,
        version >= 4 ? { coordinatorKeys: [GROUP] } : { key: GROUP },
      );
      return version >= 4 ? { ...found.coordinators[0] } : found;
    };
    expect(await find()).toMatchObject({ errorCode: ErrorCode.COORDINATOR_NOT_AVAILABLE });
    expect(broker.created).toEqual(['__consumer_offsets']);
    expect(await find()).toMatchObject({
      errorCode: ErrorCode.NONE,
      nodeId: 1,
      host: 'outside',
      port: 9093,
    });
    expect(broker.created).toHaveLength(1);
  });
});

async function expectFetched(broker: Broker, version: number): Promise<void> {
  const none = { committedOffset: -1, committedLeaderEpoch: -1, metadata: '', errorCode: 0 };
  const partitions = [
    { ...none, partitionIndex: 0, committedOffset: 41, metadata: 'half way' },
    { ...none, partitionIndex: 1 },
  ];
  if (version < 8) {
    const topics = [{ name: 'payments', partitionIndexes: [0, 1] }];
    const fetched = await broker.call(offsetFetchApi, version, { groupId: GROUP, topics });
    expect(fetched).toMatchObject({ errorCode: 0, topics: [{ name: 'payments', partitions }] });
    if (version < 2) return;
    const all = await broker.call(offsetFetchApi, version, { groupId: GROUP, topics: null });
    expect(all.topics).toMatchObject([{ name: 'payments', partitions: [partitions[0]] }]);
    return;
  }
  const named = version >= 10 ? { topicId: TOPIC_ID } : { name: 'payments' };
  const fetched = await broker.call(offsetFetchApi, version, {
    groups: [
      { groupId: GROUP, topics: [{ ...named, partitionIndexes: [0, 1] }] },
      { groupId: GROUP, topics: null },
      { groupId: 'nobody', topics: null },
    ],
    requireStable: true,
  });
  expect(fetched.groups).toMatchObject([
    { groupId: GROUP, errorCode: 0, topics: [{ ...named, partitions }] },
    { groupId: GROUP, errorCode: 0, topics: [{ ...named, partitions: [partitions[0]] }] },
    { groupId: 'nobody', errorCode: 0, topics: [] },
  ]);
}

test('the versions that are served', async () => {
  const broker = await startBroker();
  expect(broker.versions(offsetCommitApi)).toEqual({ min: 1, max: 10 });
  expect(broker.versions(offsetFetchApi)).toEqual({ min: 1, max: 10 });
  for (const api of [joinGroupApi, syncGroupApi, heartbeatApi, leaveGroupApi, listGroupsApi]) {
    expect(broker.versions(api)).toEqual({ min: 0, max: api.request.maxVersion });
  }
});

test('FindCoordinator for transactions, share groups, and what is neither', async () => {
  const broker = await startBroker();
  const find = async (version: number, keyType: number): Promise<number | undefined> => {
    const request = { keyType, coordinatorKeys: ['id'] };
    const { coordinators } = await broker.call(findCoordinatorApi, version, request);
    return coordinators[0]?.errorCode;
  };
  expect(await find(6, 1)).toBe(ErrorCode.COORDINATOR_NOT_AVAILABLE);
  expect(broker.created).toEqual(['__transaction_state']);
  expect(await find(6, 1)).toBe(ErrorCode.NONE);
  expect(await find(6, 2)).toBe(ErrorCode.COORDINATOR_NOT_AVAILABLE);
  expect(await find(5, 2)).toBe(ErrorCode.INVALID_REQUEST);
  expect(await find(6, 3)).toBe(ErrorCode.INVALID_REQUEST);
});

test('a coordinator that is not here says so, each API in its own way', async () => {
  const broker = await startBroker();
  for (let partition = 0; partition < 50; partition++) broker.groups.onResigned(partition);
  const topics = [{ name: 'payments', partitionIndexes: [0] }];
  const v1 = await broker.call(offsetFetchApi, 1, { groupId: GROUP, topics });
  expect(v1.topics[0]?.partitions[0]?.errorCode).toBe(ErrorCode.NOT_COORDINATOR);
  const v2 = await broker.call(offsetFetchApi, 2, { groupId: GROUP, topics });
  expect(v2).toMatchObject({ errorCode: ErrorCode.NOT_COORDINATOR, topics: [] });
  const v8 = await broker.call(offsetFetchApi, 8, { groups: [{ groupId: GROUP, topics }] });
  expect(v8.groups).toMatchObject([{ errorCode: ErrorCode.NOT_COORDINATOR, topics: [] }]);
  const described = await broker.call(describeGroupsApi, 5, { groups: [GROUP] });
  expect(described.groups).toMatchObject([
    { errorCode: ErrorCode.NOT_COORDINATOR, groupState: '' },
  ]);
  const member = { groupId: GROUP, generationId: 1, memberId: 'm' };
  expect((await broker.call(heartbeatApi, 4, member)).errorCode).toBe(ErrorCode.NOT_COORDINATOR);
});

test('ids and timeouts that no group can have', async () => {
  const broker = await startBroker();
  const join = { memberId: '', protocolType: 'consumer', protocols: [] };
  const noGroup = { ...join, groupId: '', sessionTimeoutMs: 10_000 };
  const noSession = { ...join, groupId: GROUP, sessionTimeoutMs: 5_999 };
  const noProtocol = { ...join, groupId: GROUP, sessionTimeoutMs: 6_000 };
  expect((await broker.call(joinGroupApi, 9, noGroup)).errorCode).toBe(ErrorCode.INVALID_GROUP_ID);
  expect((await broker.call(joinGroupApi, 9, noSession)).errorCode).toBe(
    ErrorCode.INVALID_SESSION_TIMEOUT,
  );
  expect((await broker.call(joinGroupApi, 9, noProtocol)).errorCode).toBe(
    ErrorCode.INCONSISTENT_GROUP_PROTOCOL,
  );
  const sync = { groupId: GROUP, generationId: 1, memberId: 'm', assignments: [] };
  expect((await broker.call(syncGroupApi, 5, sync)).errorCode).toBe(
    ErrorCode.INCONSISTENT_GROUP_PROTOCOL,
  );
});

test('ListGroups by state and type, in any case of letters', async () => {
  const broker = await startBroker();
  await joinAndSync(broker, 9);
  await broker.call(offsetCommitApi, 9, {
    groupId: 'simple',
    topics: [
      {
        name: 'payments',
        partitions: [{ partitionIndex: 0, committedOffset: 1, committedMetadata: '' }],
      },
    ],
  });
  const list = async (statesFilter: string[], typesFilter: string[]): Promise<string[]> => {
    const { groups } = await broker.call(listGroupsApi, 5, { statesFilter, typesFilter });
    return groups.map(({ groupId, groupState, groupType }) =>
      [groupId, groupState, groupType].join(' '),
    );
  };
  expect((await list([], [])).toSorted()).toEqual([
    'orders Stable classic',
    'simple Empty classic',
  ]);
  expect(await list(['stable'], ['CLASSIC'])).toEqual(['orders Stable classic']);
  expect(await list(['Dead', 'EMPTY'], [])).toEqual(['simple Empty classic']);
  expect(await list([], ['consumer'])).toEqual([]);
});

test('OffsetDelete spares topics that members are subscribed to', async () => {
  const broker = await startBroker();
  broker.addTopic('refunds', 1);
  const memberId = await joinAndSync(broker, 9);
  const partition = { partitionIndex: 0, committedOffset: 1, committedMetadata: '' };
  await broker.call(offsetCommitApi, 9, {
    groupId: GROUP,
    generationIdOrMemberEpoch: 1,
    memberId,
    topics: [
      { name: 'payments', partitions: [partition] },
      { name: 'refunds', partitions: [partition] },
    ],
  });
  const remove = async (groupId: string): Promise<unknown> =>
    await broker.call(offsetDeleteApi, 0, {
      groupId,
      topics: [
        { name: 'unknown', partitions: [{ partitionIndex: 0 }] },
        { name: 'payments', partitions: [{ partitionIndex: 0 }] },
        { name: 'refunds', partitions: [{ partitionIndex: 0 }, { partitionIndex: 5 }] },
      ],
    });
  expect(await remove(GROUP)).toMatchObject({
    errorCode: ErrorCode.NONE,
    topics: [
      { partitions: [{ errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION }] },
      { partitions: [{ errorCode: ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC }] },
      {
        partitions: [
          { errorCode: ErrorCode.NONE },
          { errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION },
        ],
      },
    ],
  });
  expect(await remove('nobody')).toMatchObject({ errorCode: ErrorCode.GROUP_ID_NOT_FOUND });
  const all = await broker.call(offsetFetchApi, 7, { groupId: GROUP, topics: null });
  expect(all.topics.map(({ name }) => name)).toEqual(['payments']);
});

test('offsets go with their topics, and groups with their last offsets', async () => {
  const broker = await startBroker();
  broker.addTopic('refunds', 1);
  const commit = async (groupId: string, ...topics: string[]): Promise<unknown> =>
    await broker.call(offsetCommitApi, 9, {
      groupId,
      topics: topics.map((name) => ({
        name,
        partitions: [{ partitionIndex: 0, committedOffset: 1, committedMetadata: '' }],
      })),
    });
  await commit('one', 'payments');
  await commit('two', 'payments', 'refunds');
  await broker.groups.onTopicsDeleted(['payments']);
  expect(broker.groups.list().groups.map(({ groupId }) => groupId)).toEqual(['two']);
  const { value } = await broker.groups.fetchOffsets('two', null, false);
  expect(value?.map(({ topic }) => topic)).toEqual(['refunds']);
});

describe.each([0, 1])('the consumer protocol, version %i', (version) => {
  const joining = {
    groupId: GROUP,
    memberId: version === 0 ? '' : 'mine',
    memberEpoch: 0,
    rebalanceTimeoutMs: 60_000,
    subscribedTopicNames: ['payments'],
    topicPartitions: [],
  };

  test('a member lives, commits, is seen, and leaves', async () => {
    const broker = await startBroker();
    const joined = await broker.call(consumerGroupHeartbeatApi, version, joining);
    expect(joined).toMatchObject({
      errorCode: ErrorCode.NONE,
      errorMessage: null,
      memberEpoch: 1,
      heartbeatIntervalMs: 5000,
      assignment: { topicPartitions: [{ topicId: TOPIC_ID, partitions: [0, 1] }] },
    });
    const memberId = joined.memberId ?? '';
    expect(memberId).toMatch(version === 0 ? /^[\w-]{22}$/ : /^mine$/);
    const beat = { groupId: GROUP, memberId, memberEpoch: 1 };
    const next = await broker.call(consumerGroupHeartbeatApi, version, beat);
    expect(next).toMatchObject({ errorCode: ErrorCode.NONE, memberEpoch: 1, assignment: null });

    const commit = (generationIdOrMemberEpoch: number, apiVersion: number): Promise<number> =>
      broker
        .call(offsetCommitApi, apiVersion, {
          groupId: GROUP,
          generationIdOrMemberEpoch,
          memberId,
          topics: [
            {
              name: 'payments',
              partitions: [{ partitionIndex: 0, committedOffset: 41, committedMetadata: null }],
            },
          ],
        })
        .then(({ topics }) => topics[0]?.partitions[0]?.errorCode ?? -2);
    expect(await commit(1, 9)).toBe(ErrorCode.NONE);
    expect(await commit(0, 9)).toBe(ErrorCode.STALE_MEMBER_EPOCH);
    expect(await commit(1, 8)).toBe(ErrorCode.UNSUPPORTED_VERSION);

    const fetch = (memberEpoch: number): Promise<unknown> =>
      broker
        .call(offsetFetchApi, 9, {
          groups: [{ groupId: GROUP, memberId, memberEpoch, topics: null }],
        })
        .then(({ groups }) => [groups[0]?.errorCode, groups[0]?.topics.length]);
    expect(await fetch(1)).toEqual([ErrorCode.NONE, 1]);
    expect(await fetch(7)).toEqual([ErrorCode.STALE_MEMBER_EPOCH, 0]);

    const share = {
      topicPartitions: [{ topicId: TOPIC_ID, topicName: 'payments', partitions: [0, 1] }],
    };
    const described = await broker.call(consumerGroupDescribeApi, version, {
      groupIds: [GROUP, 'nobody', ''],
      includeAuthorizedOperations: true,
    });
    expect(described.groups).toMatchObject([
      {
        errorCode: ErrorCode.NONE,
        groupState: 'Stable',
        groupEpoch: 1,
        assignmentEpoch: 1,
        assignorName: 'uniform',
        authorizedOperations: 328,
        members: [
          {
            memberId,
            memberEpoch: 1,
            clientId: 'tester',
            clientHost: '/10.0.0.9',
            subscribedTopicNames: ['payments'],
            subscribedTopicRegex: null,
            assignment: share,
            targetAssignment: share,
            memberType: version === 0 ? -1 : 1,
          },
        ],
      },
      { groupId: 'nobody', errorCode: ErrorCode.GROUP_ID_NOT_FOUND },
      { groupId: '', errorCode: ErrorCode.INVALID_GROUP_ID },
    ]);
    const classic = await broker.call(describeGroupsApi, 6, { groups: [GROUP] });
    expect(classic.groups[0]).toMatchObject({ errorCode: ErrorCode.GROUP_ID_NOT_FOUND });
    const listed = await broker.call(listGroupsApi, 5, { typesFilter: ['Consumer'] });
    expect(listed.groups).toMatchObject([
      { groupId: GROUP, protocolType: 'consumer', groupState: 'Stable', groupType: 'consumer' },
    ]);

    const leaving = { groupId: GROUP, memberId, memberEpoch: -1 };
    const left = await broker.call(consumerGroupHeartbeatApi, version, leaving);
    expect(left).toMatchObject({ errorCode: ErrorCode.NONE, memberId, memberEpoch: -1 });
    const deleted = await broker.call(deleteGroupsApi, 2, { groupsNames: [GROUP] });
    expect(deleted.results).toEqual([{ groupId: GROUP, errorCode: ErrorCode.NONE }]);
    expect((await broker.call(listGroupsApi, 5, {})).groups).toEqual([]);
  });

  test('refusals say why', async () => {
    const broker = await startBroker();
    const refusal = async (changes: Partial<typeof joining>): Promise<unknown[]> => {
      const request = { ...joining, ...changes };
      const { errorCode, errorMessage } = await broker.call(
        consumerGroupHeartbeatApi,
        version,
        request,
      );
      return [errorCode, errorMessage];
    };
    expect(await refusal({ rebalanceTimeoutMs: -1 })).toEqual([
      ErrorCode.INVALID_REQUEST,
      'RebalanceTimeoutMs must be provided in first request.',
    ]);
    expect(await refusal({ groupId: '' })).toEqual([
      ErrorCode.INVALID_REQUEST,
      "GroupId can't be empty.",
    ]);
    expect(await refusal({ memberEpoch: 3, memberId: 'x' })).toEqual([
      ErrorCode.GROUP_ID_NOT_FOUND,
      'Group orders is not a consumer group.',
    ]);
    await broker.groups.close();
    expect(await refusal({})).toEqual([ErrorCode.COORDINATOR_NOT_AVAILABLE, expect.any(String)]);
  });
});
