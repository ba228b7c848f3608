import { expect, test } from 'vitest';
import type { ServedRequest } from '../api/handler.ts';
import { MetadataCache } from '../metadata/metadata-cache.ts';
import { TimingWheel } from '../purgatory/timing-wheel.ts';
import {
  batchOf,
  leaderAndIsr,
  platform,
  stateOf,
  testReplicas,
  topicIdOf,
  written,
} from '../replica/fixtures/test-replicas.ts';
import { AnswerMemory } from './answer-memory.ts';
import { FetchPartition } from './fetch-partition.ts';
import { PartitionReader } from './partition-read.ts';
import { PendingFetch } from './pending-fetch.ts';

const A_DAY_MS = 86_400_000;
const MAX_BYTES = 1_000_000;

/** As much of a request as a fetch touches. */
class Request {
  answers = 0;
  release: (() => void) | undefined;
  onDropped: (() => void) | undefined;

  respond(_body: unknown, release?: () => void): void {
    this.answers++;
    this.release = release;
  }
}

async function setUp(fetchOffset: number): Promise<{
  request: Request;
  memory: AnswerMemory;
  partition: NonNullable<ReturnType<(typeof replicas)['replicas']['partition']>>;
  fetch: () => void;
}> {
  const replicas = await testReplicas();
  await replicas.orders.leaderAndIsr(leaderAndIsr({ A: [stateOf(0, {})] }));
  const partition = replicas.replicas.partition('A', 0)!;
  partition.appendAsLeader(batchOf(3), 'client');
  await written(partition);
  const request = new Request();
  const memory = new AnswerMemory(10 * MAX_BYTES);
  const wanted = new FetchPartition('A', topicIdOf('A'), {
    partition: 0,
    currentLeaderEpoch: -1,
    fetchOffset,
    lastFetchedEpoch: -1,
    logStartOffset: -1,
    partitionMaxBytes: MAX_BYTES,
  });
  const fetch = (): void =>
    new PendingFetch({
      request: request as unknown as ServedRequest,
      plan: { errorCode: 0, partitions: [wanted], session: undefined, isIncremental: false },
      limits: {
        maxBytes: MAX_BYTES,
        minBytes: 1,
        maxWaitMs: A_DAY_MS,
        reader: {
          limit: 'high-watermark',
          replicaId: undefined,
          isFirstRead: true,
          leaderOnly: true,
          preferredReplica: undefined,
          isThrottled: undefined,
        },
      },
      reader: new PartitionReader(replicas.replicas, new MetadataCache('cluster')),
      deadlines: new TimingWheel(platform.clock, platform.timers),
      memory,
      buildAnswer: () => undefined,
    }).start();
  return { request, memory, partition, fetch };
}

test('a fetch that waits for a day is forgotten with its connection', async () => {
  const { request, partition, fetch } = await setUp(3);
  fetch();
  expect(partition.readWaiters.size).toBe(1);
  request.onDropped!();
  expect(partition.readWaiters.size).toBe(0);
  partition.appendAsLeader(batchOf(1), 'client');
  await written(partition);
  expect(request.answers).toBe(0);
});

test('an answer counts until it has left, and the more is held the less the next one brings', async () => {
  const { request, memory, fetch } = await setUp(0);
  const before = memory.allowedBytes;
  fetch();
  expect(request.answers).toBe(1);
  expect(memory.heldBytes).toBeGreaterThan(0);
  expect(memory.allowedBytes).toBeLessThan(before);
  request.release!();
  expect(memory.heldBytes).toBe(0);
});
