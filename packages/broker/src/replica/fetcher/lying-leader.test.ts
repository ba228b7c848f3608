/**
 * A follower whose leader answers what no leader would: it takes nothing of that over, and goes on when the leader is itself again.
 */
import { pino } from 'pino';
import type { LogManager } from '@zurau/log';
import { ErrorCode, setBatchLeaderEpoch, type FetchResponse } from '@zurau/protocol';
import { afterEach, expect, test } from 'vitest';
import {
  batchOf,
  leaderAndIsr,
  platform,
  stateOf,
  testReplicas,
  topicIdOf,
} from '../fixtures/test-replicas.ts';
import type { Partition } from '../partition.ts';
import { FetchLoop } from './fetch-loop.ts';
import type { FollowerFetchSession, WantedPartition } from './fetch-session.ts';
import type { LeaderEndpoint } from './leader-endpoint.ts';

type PartitionAnswer = FetchResponse['responses'][number]['partitions'][number];

const LEADER_EPOCH = 3;
const ABSENT_EPOCH_END = { epoch: -1, endOffset: -1 };
const loops: FetchLoop[] = [];
const logManagers: LogManager[] = [];

afterEach(async () => {
  for (const loop of loops.splice(0)) await loop.close();
  for (const logManager of logManagers.splice(0)) logManager.abandon();
});

function batchOfEpoch(epoch: number): Buffer {
  const batch = batchOf(1);
  setBatchLeaderEpoch(batch, 0, epoch);
  return batch;
}

/** Gives its answers one after another, and then nothing new; to whoever asks for an offset, always the same. */
class ScriptedLeader implements LeaderEndpoint {
  fetchCount = 0;
  readonly #answers: Partial<PartitionAnswer>[];
  readonly #offset: number;

  constructor(answers: readonly Partial<PartitionAnswer>[], offset: number) {
    this.#answers = [...answers];
    this.#offset = offset;
  }

  async truncatesOnFetch(): Promise<boolean> {
    return true;
  }

  async fetch(
    wanted: readonly WantedPartition[],
    session: FollowerFetchSession,
  ): Promise<FetchResponse> {
    session.next(wanted, true);
    await new Promise<void>((resolve) => platform.timers.nextTurn(resolve));
    this.fetchCount++;
    const answer: PartitionAnswer = {
      partitionIndex: 0,
      errorCode: ErrorCode.NONE,
      highWatermark: 0,
      lastStableOffset: -1,
      logStartOffset: 0,
      divergingEpoch: ABSENT_EPOCH_END,
      currentLeader: { leaderId: -1, leaderEpoch: -1 },
      snapshotId: ABSENT_EPOCH_END,
      abortedTransactions: null,
      preferredReadReplica: -1,
      records: null,
      ...this.#answers.shift(),
    };
    return {
      throttleTimeMs: 0,
      errorCode: ErrorCode.NONE,
      sessionId: 1,
      responses: [{ topic: 'A', topicId: topicIdOf('A'), partitions: [answer] }],
      nodeEndpoints: [],
    };
  }

  async epochEnds(): Promise<[]> {
    return [];
  }

  async logOffset(): Promise<{ errorCode: number; offset: number }> {
    return { errorCode: ErrorCode.NONE, offset: this.#offset };
  }

  close(): void {}
}

/** A broker that follows `leader` for one partition and has nothing of it yet. */
async function follow(leader: LeaderEndpoint): Promise<Partition> {
  const { logManager, orders, replicas } = await testReplicas();
  logManagers.push(logManager);
  const followed = { leader: 1, leaderEpoch: LEADER_EPOCH, replicas: [1, 0], isr: [1, 0] };
  await orders.leaderAndIsr(leaderAndIsr({ A: [stateOf(0, followed)] }));
  const partition = replicas.partition('A', 0)!;
  const loop = new FetchLoop({
    leader,
    clock: platform.clock,
    timers: platform.timers,
    logger: pino({ level: 'silent' }),
    backoffMs: 1,
    partitionMaxBytes: 1000,
    mayFetch: () => true,
    onFetched: () => undefined,
  });
  loops.push(loop);
  loop.add(partition);
  return partition;
}

test.each<[string, Partial<PartitionAnswer>]>([
  ['records of an epoch after its own', { records: batchOfEpoch(LEADER_EPOCH + 6) }],
  ['noise', { records: Buffer.alloc(300, 7) }],
  ['half a batch', { records: batchOfEpoch(LEADER_EPOCH).subarray(0, -1) }],
  ['that it is fenced', { errorCode: ErrorCode.FENCED_LEADER_EPOCH }],
  ['offsets below zero', { errorCode: ErrorCode.OFFSET_OUT_OF_RANGE }],
  ['an error that nobody knows', { errorCode: 12_345 }],
  ['logs that part where there are none', { divergingEpoch: { epoch: 9, endOffset: 1_000 } }],
  ['watermarks of another log', { highWatermark: 1_000, logStartOffset: -1_000 }],
])('%s: not believed, and what is true is taken afterwards', async (_what, lie) => {
  const good = { records: batchOfEpoch(LEADER_EPOCH) };
  const leader = new ScriptedLeader([lie, lie, good], -5);
  const { log } = await follow(leader);
  await expect.poll(() => log.logEndOffset, { interval: 1 }).toBe(1);
  expect(log.latestEpoch).toBe(LEADER_EPOCH);
  expect(log.logStartOffset).toBe(0);
  expect(log.highWatermark).toBeLessThanOrEqual(1);
  expect(leader.fetchCount).toBeGreaterThanOrEqual(3);
});
