import fc from 'fast-check';
import { ErrorCode } from '@zurau/protocol';
import type {
  LeaderAndIsrRequest,
  StopReplicaRequest,
  UpdateMetadataRequest,
} from '@zurau/protocol';
import { DiskError } from '@zurau/platform';
import { expect, test } from 'vitest';
import { LocalBrokerLink } from '../inter-broker/local-broker-link.ts';
import { leaderAndIsr, platform, stateOf, testReplicas } from './fixtures/test-replicas.ts';

function becomeLeader(topics: Readonly<Record<string, number>>): LeaderAndIsrRequest {
  return leaderAndIsr(
    Object.fromEntries(
      Object.entries(topics).map(([topic, count]) => [
        topic,
        Array.from({ length: count }, (_, index) => stateOf(index, {})),
      ]),
    ),
  );
}

function stop(topicName: string, count: number, leaderEpoch = 0): StopReplicaRequest {
  return {
    controllerId: 0,
    isKRaftController: false,
    controllerEpoch: 1,
    brokerEpoch: 1,
    deletePartitions: false,
    ungroupedPartitions: [],
    topics: [],
    topicStates: [
      {
        topicName,
        partitionStates: Array.from({ length: count }, (_, partitionIndex) => ({
          partitionIndex,
          leaderEpoch,
          deletePartition: true,
        })),
      },
    ],
  };
}

test('many partitions are made and removed a few at a time, and answered for together', async () => {
  const { orders, replicas } = await testReplicas();
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    turns++;
    if (!isDone) platform.timers.nextTurn(count);
  };
  platform.timers.nextTurn(count);
  const { topics } = await orders.leaderAndIsr(becomeLeader({ A: 50, Q: 70 }));
  const removed = await orders.stopReplica(stop('A', 50));
  isDone = true;
  expect(topics.map(({ partitionErrors }) => partitionErrors.length)).toEqual([50, 70]);
  expect(removed.partitionErrors.length).toBe(50);
  expect([...replicas.partitions()].length).toBe(70);
  expect(turns).toBeGreaterThanOrEqual(6);
});

test('a local link that is closed makes no more', async () => {
  const { orders, replicas } = await testReplicas();
  const link = new LocalBrokerLink(orders);
  const answer = link.leaderAndIsr(becomeLeader({ A: 100 }));
  await Promise.resolve();
  await Promise.resolve();
  link.close();
  await expect(answer).rejects.toThrow('closed');
  expect([...replicas.partitions()].length).toBeLessThan(100);
});

test('a broker that stops changes nothing any more, whatever it has begun', async () => {
  const { orders, replicas } = await testReplicas();
  const making = orders.leaderAndIsr(becomeLeader({ A: 100 }));
  await Promise.resolve();
  await Promise.resolve();
  orders.close();
  const count = [...replicas.partitions()].length;
  expect((await making).errorCode).toBe(ErrorCode.BROKER_NOT_AVAILABLE);
  expect((await orders.stopReplica(stop('A', 1))).errorCode).toBe(ErrorCode.BROKER_NOT_AVAILABLE);
  expect([...replicas.partitions()].length).toBe(count);
});

test('what is meant for an earlier life of the broker, or sent by an earlier controller, changes nothing', async () => {
  const { orders, replicas } = await testReplicas();
  const earlierLife = await orders.leaderAndIsr({ ...becomeLeader({ A: 1 }), brokerEpoch: 0 });
  expect(earlierLife.errorCode).toBe(ErrorCode.STALE_BROKER_EPOCH);
  await orders.leaderAndIsr({ ...becomeLeader({ A: 1 }), controllerEpoch: 7 });
  const earlierController = await orders.leaderAndIsr(becomeLeader({ B: 1 }));
  expect(earlierController.errorCode).toBe(ErrorCode.STALE_CONTROLLER_EPOCH);
  const stopped = await orders.stopReplica(stop('A', 1));
  expect(stopped.errorCode).toBe(ErrorCode.STALE_CONTROLLER_EPOCH);
  expect([...replicas.partitions()].map(({ topic }) => topic)).toEqual(['A']);
});

test('a leader epoch that is known already is refused, and so is giving up a replica for an older one', async () => {
  const { orders, replicas } = await testReplicas();
  await orders.leaderAndIsr(leaderAndIsr({ A: [stateOf(0, { leaderEpoch: 5 })] }));
  const again = await orders.leaderAndIsr(leaderAndIsr({ A: [stateOf(0, { leaderEpoch: 5 })] }));
  expect(again.topics[0]?.partitionErrors[0]?.errorCode).toBe(ErrorCode.STALE_CONTROLLER_EPOCH);
  const stopped = await orders.stopReplica(stop('A', 1, 4));
  expect(stopped.partitionErrors[0]?.errorCode).toBe(ErrorCode.FENCED_LEADER_EPOCH);
  expect(replicas.partition('A', 0)?.leaderEpoch).toBe(5);
});

test('a replica is made leader or deleted only when its log is not being cut any more', async () => {
  const { orders, replicas, followed } = await testReplicas();
  const following = stateOf(0, { leader: 1, replicas: [1, 0], isr: [1, 0] });
  await orders.leaderAndIsr(leaderAndIsr({ A: [following] }));
  const partition = replicas.partition('A', 0)!;
  expect(followed.has(partition)).toBe(true);
  let endCut: () => void = () => undefined;
  partition.cutting = new Promise((resolve) => {
    endCut = () => {
      partition.cutting = undefined;
      resolve();
    };
  });
  const order = leaderAndIsr({ A: [{ ...following, leader: 0, leaderEpoch: 1 }] });
  const answer = orders.leaderAndIsr(order);
  await new Promise<void>((resolve) => platform.timers.nextTurn(resolve));
  expect(partition.isLeader).toBe(false);
  endCut();
  await answer;
  expect(partition.isLeader).toBe(true);
  expect(followed.has(partition)).toBe(false);
});

function updateMetadata(
  topicName: string,
  state: Partial<UpdateMetadataRequest['topicStates'][number]['partitionStates'][number]> = {},
  broker: { id: number; host: string; port: number } = { id: 0, host: 'here', port: 9092 },
): UpdateMetadataRequest {
  const { id, host, port } = broker;
  return {
    controllerId: 0,
    isKRaftController: false,
    controllerEpoch: 1,
    brokerEpoch: 1,
    type: 0,
    ungroupedPartitionStates: [],
    topicStates: [
      {
        topicName,
        topicId: 'AAAAAAAAAAAAAAAAAAAAAQ',
        partitionStates: [
          {
            topicName: '',
            partitionIndex: 0,
            controllerEpoch: 1,
            leader: 0,
            leaderEpoch: 0,
            isr: [0],
            zkVersion: 0,
            replicas: [0],
            offlineReplicas: [],
            ...state,
          },
        ],
      },
    ],
    liveBrokers: [
      {
        id,
        v0Host: '',
        v0Port: 0,
        endpoints: [{ host, port, listener: 'PLAINTEXT', securityProtocol: 0 }],
        rack: null,
      },
    ],
  };
}

test.each(['', '.', '..', '../up', 'a/b', '\u0001\0', 'x'.repeat(250), '__cluster_metadata'])(
  'a topic that may not be called %j is refused and makes nothing',
  async (name) => {
    const { orders, replicas } = await testReplicas();
    const { errorCode, topics } = await orders.leaderAndIsr(
      leaderAndIsr({ [name]: [stateOf(0, {})], A: [stateOf(0, {})] }),
    );
    expect(errorCode).toBe(ErrorCode.NONE);
    const codes = topics.flatMap(({ partitionErrors }) => partitionErrors.map((e) => e.errorCode));
    expect(codes).toEqual([ErrorCode.INVALID_TOPIC_EXCEPTION, ErrorCode.NONE]);
    expect([...replicas.partitions()].map(({ topic }) => topic)).toEqual(['A']);
  },
);

test.each([
  { partitionIndex: -1 },
  { leader: -2 },
  { leaderEpoch: -1 },
  { partitionEpoch: -1 },
  { replicas: [0, 1, 0] },
  { replicas: [0, -1] },
  { isr: [0, 0] },
  { addingReplicas: [-5] },
])('an order that cannot be meant, %j, is refused partition by partition', async (wrong) => {
  const { orders, replicas } = await testReplicas();
  const { topics } = await orders.leaderAndIsr(
    leaderAndIsr({ A: [stateOf(0, wrong), stateOf(1, {})] }),
  );
  const codes = topics[0]!.partitionErrors.map(({ errorCode }) => errorCode);
  expect(codes).toEqual([ErrorCode.INVALID_REQUEST, ErrorCode.NONE]);
  expect([...replicas.partitions()].map(({ partition }) => partition)).toEqual([1]);
});

test.each([
  [updateMetadata('a/b'), ErrorCode.INVALID_TOPIC_EXCEPTION],
  [updateMetadata('A', { partitionIndex: -1 }), ErrorCode.INVALID_REQUEST],
  [updateMetadata('A', { replicas: [0, 0] }), ErrorCode.INVALID_REQUEST],
  [updateMetadata('A', { leader: -3 }), ErrorCode.INVALID_REQUEST],
  [updateMetadata('A', {}, { id: -1, host: 'here', port: 1 }), ErrorCode.INVALID_REQUEST],
  [updateMetadata('A', {}, { id: 1, host: '', port: 1 }), ErrorCode.INVALID_REQUEST],
  [updateMetadata('A', {}, { id: 1, host: 'here', port: 65_536 }), ErrorCode.INVALID_REQUEST],
])('of metadata that cannot be true nothing is believed (%#)', async (request, expected) => {
  const { orders, metadata } = await testReplicas();
  expect((await orders.updateMetadata(updateMetadata('before'))).errorCode).toBe(ErrorCode.NONE);
  expect((await orders.updateMetadata(request)).errorCode).toBe(expected);
  expect(metadata.topicNames()).toEqual(['before']);
  expect(metadata.aliveBrokers().map(({ id }) => id)).toEqual([0]);
});

const anyNumber = fc.constantFrom(0, 1, 2, -1, -2, 5, 0x7fff_ffff, -0x8000_0000);
const anyName = fc.constantFrom('A', 'B', 'C', '', '..', 'a/b', '__consumer_offsets');
const someBrokers = fc.array(fc.constantFrom(0, 1, 2, -1, 0x7fff_ffff), { maxLength: 4 });
const anyState = fc.record({
  topicName: fc.constant(''),
  partitionIndex: fc.constantFrom(0, 1, 2, -1, 0x7fff_ffff),
  controllerEpoch: anyNumber,
  leader: anyNumber,
  leaderEpoch: anyNumber,
  isr: someBrokers,
  partitionEpoch: anyNumber,
  replicas: fc.oneof(fc.constantFrom<number[]>([0], [0, 1]), someBrokers),
  addingReplicas: someBrokers,
  removingReplicas: someBrokers,
  isNew: fc.boolean(),
  leaderRecoveryState: fc.constantFrom(0, 1, -1),
});
const anyOrder = fc.oneof(
  fc.record({ become: fc.tuple(anyName, fc.array(anyState, { maxLength: 4 })) }),
  fc.record({ stop: fc.tuple(anyName, fc.nat(3), anyNumber) }),
  fc.record({ hear: fc.tuple(anyName, anyNumber, anyNumber, someBrokers) }),
);

test('whatever is ordered, in whatever order, is answered for partition by partition', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyOrder, { maxLength: 25 }), async (all) => {
      const { orders, replicas, logManager } = await testReplicas();
      for (const order of all) {
        if ('become' in order) {
          const [name, states] = order.become;
          const { topics } = await orders.leaderAndIsr(leaderAndIsr({ [name]: states }));
          const answered = topics.flatMap(({ partitionErrors }) => partitionErrors);
          expect(answered.length).toBe(states.length);
        } else if ('stop' in order) {
          const { partitionErrors } = await orders.stopReplica(stop(...order.stop));
          expect(partitionErrors.length).toBe(order.stop[1]);
        } else {
          const [name, partitionIndex, leader, isr] = order.hear;
          await orders.updateMetadata(updateMetadata(name, { partitionIndex, leader, isr }));
        }
      }
      for (const { topic, partition, leaderEpoch } of replicas.partitions()) {
        expect(['A', 'B', 'C', '__consumer_offsets']).toContain(topic);
        expect(Math.min(partition, leaderEpoch)).toBeGreaterThanOrEqual(0);
      }
      logManager.abandon();
    }),
    { numRuns: 60 },
  );
});

test('a replica that cannot be made on a full disk is made when it is asked for again, or forgotten when it is not wanted any more', async () => {
  const test = await testReplicas();
  const { orders, replicas } = test;
  const { disk } = platform;
  const makeDirSync = disk.makeDirSync.bind(disk);
  disk.makeDirSync = (path) => {
    throw new DiskError('NO_SPACE', path, 'the disk is full');
  };
  const codesOf = async (topics: Record<string, number>): Promise<number[]> => {
    const answer = await orders.leaderAndIsr(becomeLeader(topics));
    return answer.topics.flatMap(({ partitionErrors }) => partitionErrors.map((e) => e.errorCode));
  };
  try {
    const refused = [ErrorCode.KAFKA_STORAGE_ERROR, ErrorCode.KAFKA_STORAGE_ERROR];
    expect(await codesOf({ A: 1, B: 1 })).toEqual(refused);
  } finally {
    disk.makeDirSync = makeDirSync;
  }
  expect(test.notMadeCount).toBe(2);
  const stopped = await orders.stopReplica(stop('B', 1));
  expect(stopped.partitionErrors[0]?.errorCode).toBe(ErrorCode.NONE);
  expect(await codesOf({ A: 1 })).toEqual([ErrorCode.NONE]);
  expect(replicas.partition('A', 0)?.isLeader).toBe(true);
  expect(test.notMadeCount).toBe(2);
});
