import { ErrorCode } from '@zurau/protocol';
import type { LeaderAndIsrRequest, StopReplicaRequest } from '@zurau/protocol';
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
