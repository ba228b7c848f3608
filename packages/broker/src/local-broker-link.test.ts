import { pino } from 'pino';
import { memoryDisk, nodePlatform } from '@zurau/platform';
import { defaultLogConfig, LogManager } from '@zurau/log';
import type { LeaderAndIsrRequest } from '@zurau/protocol';
import { expect, test } from 'vitest';
import { BrokerConfig } from './config/broker-config.ts';
import { resolveTopicConfig } from './config/topic-config.ts';
import { LocalBrokerLink } from './local-broker-link.ts';
import { MetadataCache } from './metadata/metadata-cache.ts';
import { ReplicaManager } from './replica/replica-manager.ts';

const TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAQ';
const logger = pino({ level: 'silent' });
const platform = { ...nodePlatform(), disk: memoryDisk() };
const topicConfig = resolveTopicConfig(BrokerConfig.from(new Map()).config, {});

async function linkToReplicas(): Promise<{ link: LocalBrokerLink; replicas: ReplicaManager }> {
  const dirs = [`/${platform.random.uuid()}`];
  const logManager = new LogManager({ platform, dirs, logger, defaultConfig: defaultLogConfig });
  await logManager.start();
  const replicas = new ReplicaManager({
    brokerId: 0,
    logManager,
    logger,
    topicConfig: () => topicConfig,
  });
  const link = new LocalBrokerLink({
    replicas,
    metadata: new MetadataCache('cluster'),
    timers: platform.timers,
    readTopicConfig: async () => undefined,
  });
  return { link, replicas };
}

function becomeLeader(topics: Readonly<Record<string, number>>): LeaderAndIsrRequest {
  return {
    controllerId: 0,
    isKRaftController: false,
    controllerEpoch: 1,
    brokerEpoch: 1,
    type: 0,
    ungroupedPartitionStates: [],
    topicStates: Object.entries(topics).map(([topicName, count]) => ({
      topicName,
      topicId: TOPIC_ID.replace('Q', topicName),
      partitionStates: Array.from({ length: count }, (_, partitionIndex) => ({
        topicName,
        partitionIndex,
        controllerEpoch: 1,
        leader: 0,
        leaderEpoch: 0,
        isr: [0],
        partitionEpoch: 0,
        replicas: [0],
        addingReplicas: [],
        removingReplicas: [],
        isNew: true,
        leaderRecoveryState: 0,
      })),
    })),
    liveLeaders: [],
  };
}

test('many partitions are made and removed a few at a time, and answered for together', async () => {
  const { link, replicas } = await linkToReplicas();
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    turns++;
    if (!isDone) platform.timers.nextTurn(count);
  };
  platform.timers.nextTurn(count);
  const { topics } = await link.leaderAndIsr(becomeLeader({ A: 50, Q: 70 }));
  const removed = await link.stopReplica({
    controllerId: 0,
    isKRaftController: false,
    controllerEpoch: 1,
    brokerEpoch: 1,
    deletePartitions: false,
    ungroupedPartitions: [],
    topics: [],
    topicStates: [
      {
        topicName: 'A',
        partitionStates: Array.from({ length: 50 }, (_, partitionIndex) => ({
          partitionIndex,
          leaderEpoch: 0,
          deletePartition: true,
        })),
      },
    ],
  });
  isDone = true;
  expect(topics.map(({ partitionErrors }) => partitionErrors.length)).toEqual([50, 70]);
  expect(removed.partitionErrors.length).toBe(50);
  expect([...replicas.partitions()].length).toBe(70);
  expect(turns).toBeGreaterThanOrEqual(6);
});

test('a link that is closed makes no more', async () => {
  const { link, replicas } = await linkToReplicas();
  const answer = link.leaderAndIsr(becomeLeader({ A: 100 }));
  await Promise.resolve();
  await Promise.resolve();
  link.close();
  await expect(answer).rejects.toThrow('closed');
  expect([...replicas.partitions()].length).toBeLessThan(100);
});
