/** A leader and its in-sync set, and a follower's watermarks: fetches are calls, the controller is the test. */
import { ErrorCode } from '@zurau/protocol';
import { describe, expect, test } from 'vitest';
import {
  batchOf,
  LAG_MS_MAX,
  leaderAndIsr,
  stateOf,
  testReplicas,
  written,
  type TestReplicas,
} from './fixtures/test-replicas.ts';
import type { Partition, PartitionState } from './partition.ts';

const THREE: Pick<PartitionState, 'replicas' | 'isr'> = { replicas: [0, 1, 2], isr: [0, 1, 2] };

interface World extends TestReplicas {
  readonly partition: Partition;
  order(state: Partial<PartitionState>): Promise<void>;
  append(recordCount?: number): Promise<void>;
  fetch(replica: number, offset: number, logStartOffset?: number): void;
  /** Error codes of those who wait for offsets, by offset. */
  readonly outcomes: Map<number, number>;
  wait(offset: number): void;
}

async function world(
  state: Partial<PartitionState>,
  configs: Readonly<Record<string, string>> = {},
): Promise<World> {
  const replicas = await testReplicas(configs);
  let leaderEpoch = -1;
  const order = async (next: Partial<PartitionState>): Promise<void> => {
    leaderEpoch++;
    const isr = [...(next.isr ?? THREE.isr)];
    const full = stateOf(0, { ...next, isr, replicas: [...(next.replicas ?? isr)], leaderEpoch });
    await replicas.orders.leaderAndIsr(leaderAndIsr({ A: [full] }));
  };
  await order(state);
  const partition = replicas.replicas.partition('A', 0)!;
  const outcomes = new Map<number, number>();
  return Object.assign(replicas, {
    partition,
    order,
    outcomes,
    append: async (recordCount = 1) => {
      partition.appendAsLeader(batchOf(recordCount), 'client');
      await written(partition);
    },
    fetch: (replica: number, offset: number, logStartOffset = 0) =>
      partition.onFollowerFetch(replica, offset, logStartOffset),
    wait: (offset: number) =>
      partition.committedWaiters.add(
        offset,
        { onOffsetDone: (tag, errorCode) => void outcomes.set(tag, errorCode) },
        offset,
      ),
  });
}

describe('the high watermark', () => {
  test('follows the log of a replica that is alone', async () => {
    const { append, partition } = await world({ isr: [0] });
    await append(3);
    expect(partition.highWatermark).toBe(3);
  });

  test('is what all in sync have', async () => {
    const { append, fetch, wait, partition, outcomes } = await world(THREE);
    await append(5);
    wait(5);
    fetch(1, 5);
    expect(partition.highWatermark).toBe(0);
    fetch(2, 3);
    expect(partition.highWatermark).toBe(3);
    expect(outcomes.size).toBe(0);
    fetch(2, 5);
    expect(partition.highWatermark).toBe(5);
    expect(outcomes.get(5)).toBe(ErrorCode.NONE);
  });

  test('waits for one who is about to join, and not for one who lags', async () => {
    const { append, fetch, partition, deadBrokers } = await world({ ...THREE, isr: [0, 1] });
    await append(5);
    fetch(1, 5);
    expect(partition.highWatermark).toBe(5);
    await append(5);
    // Caught up a moment ago, in sync not yet: the change is proposed, and it is waited for.
    fetch(2, 10);
    await append(1);
    fetch(1, 11);
    expect(partition.highWatermark).toBe(10);
    deadBrokers.add(2);
    fetch(2, 11);
    expect(partition.highWatermark).toBe(11);
  });

  test('stands still with fewer in sync than min.insync.replicas', async () => {
    const { append, fetch, partition, order } = await world(THREE, { 'min.insync.replicas': '2' });
    await order({ ...THREE, isr: [0] });
    await append(5);
    expect(partition.hasMinIsr).toBe(false);
    expect(partition.highWatermark).toBe(0);
    await order({ ...THREE, isr: [0, 1] });
    fetch(1, 5);
    expect(partition.highWatermark).toBe(5);
  });

  test("of a follower is the leader's as far as the log goes, and never goes back", async () => {
    const { partition, order } = await world({ ...THREE, leader: 1 });
    partition.log.appendAsFollower(firstBatch(4));
    await written(partition);
    partition.followWatermarks(10, 0);
    expect(partition.highWatermark).toBe(4);
    partition.followWatermarks(2, 3);
    expect(partition.highWatermark).toBe(4);
    expect(partition.log.logStartOffset).toBe(3);
    await order(THREE);
    expect(partition.highWatermark).toBe(4);
  });
});

/** A batch as a leader wrote it at offset 0, in epoch 0. */
function firstBatch(recordCount: number): Buffer {
  const batch = batchOf(recordCount);
  batch.writeInt32BE(0, 12);
  return batch;
}

describe('the in-sync set', () => {
  test('loses who lags, once the controller agrees', async () => {
    const test_ = await world(THREE);
    const { append, fetch, wait, partition, proposals, outcomes } = test_;
    await append(5);
    wait(5);
    fetch(1, 5);
    test_.nowMs += LAG_MS_MAX;
    fetch(1, 5);
    partition.shrinkIsr();
    expect(proposals).toEqual([]);
    test_.nowMs += 1;
    partition.shrinkIsr();
    expect(proposals[0]?.change).toMatchObject({ isr: [0, 1], leaderEpoch: 0, partitionEpoch: 0 });
    expect(partition.isr).toEqual([0, 1, 2]);
    expect(partition.highWatermark).toBe(0);
    // One change at a time.
    partition.shrinkIsr();
    expect(proposals.length).toBe(1);
    proposals[0]!.done({ isr: [0, 1], leaderEpoch: 0, partitionEpoch: 1 });
    expect(partition.isr).toEqual([0, 1]);
    expect(partition.partitionEpoch).toBe(1);
    expect(partition.highWatermark).toBe(5);
    expect(outcomes.get(5)).toBe(ErrorCode.NONE);
  });

  test('is joined by who has all below the high watermark and has come to this epoch', async () => {
    const { append, fetch, proposals, order, partition } = await world({ ...THREE, isr: [0, 1] });
    await append(5);
    fetch(1, 5);
    await append(5);
    fetch(2, 4);
    expect(proposals).toEqual([]);
    fetch(2, 5);
    expect(proposals.pop()?.change.isr).toEqual([0, 1, 2]);
    await order({ ...THREE, isr: [0, 1] });
    expect(partition.highWatermark).toBe(5);
    fetch(2, 9);
    expect(proposals).toEqual([]);
    fetch(2, 10);
    expect(proposals.length).toBe(1);
  });

  test('counts who joins for the high watermark at once, for min.insync.replicas when it is confirmed', async () => {
    const { append, fetch, partition, proposals } = await world(
      { ...THREE, isr: [0, 1] },
      { 'min.insync.replicas': '3' },
    );
    fetch(2, 0);
    expect(partition.hasMinIsr).toBe(false);
    proposals[0]!.done({ isr: [0, 1, 2], leaderEpoch: 0, partitionEpoch: 1 });
    expect(partition.hasMinIsr).toBe(true);
    await append(1);
    fetch(1, 1);
    expect(partition.highWatermark).toBe(0);
    fetch(2, 1);
    expect(partition.highWatermark).toBe(1);
  });

  test('is not joined by a broker that is dead', async () => {
    const { fetch, proposals, deadBrokers } = await world({ ...THREE, isr: [0, 1] });
    deadBrokers.add(2);
    fetch(2, 0);
    expect(proposals).toEqual([]);
  });

  test.each([ErrorCode.INELIGIBLE_REPLICA, ErrorCode.OPERATION_NOT_ATTEMPTED])(
    'is what it was after a refusal that says that nothing was done (%i)',
    async (errorCode) => {
      const { fetch, proposals } = await world({ ...THREE, isr: [0, 1] });
      fetch(2, 0);
      proposals[0]!.done(errorCode);
      fetch(2, 0);
      expect(proposals.length).toBe(2);
    },
  );

  test.each([ErrorCode.FENCED_LEADER_EPOCH, ErrorCode.INVALID_UPDATE_VERSION])(
    "waits for the controller's word where it knows better (%i)",
    async (errorCode) => {
      const { fetch, proposals, order } = await world({ ...THREE, isr: [0, 1] });
      fetch(2, 0);
      proposals[0]!.done(errorCode);
      fetch(2, 0);
      expect(proposals.length).toBe(1);
      await order({ ...THREE, isr: [0, 1] });
      fetch(2, 0);
      expect(proposals.length).toBe(2);
    },
  );

  test('is proposed again when nobody knows whether it was changed', async () => {
    const { fetch, proposals } = await world({ ...THREE, isr: [0, 1] });
    fetch(2, 0);
    proposals[0]!.done(ErrorCode.UNKNOWN_SERVER_ERROR);
    expect(proposals[1]?.change).toEqual(proposals[0]?.change);
  });

  test('is not touched by an answer to what was proposed in an earlier epoch', async () => {
    const { fetch, proposals, partition, order } = await world({ ...THREE, isr: [0, 1] });
    fetch(2, 0);
    await order({ ...THREE, isr: [0, 1], partitionEpoch: 7 });
    proposals[0]!.done({ isr: [0, 1, 2], leaderEpoch: 0, partitionEpoch: 1 });
    expect(partition.isr).toEqual([0, 1]);
    expect(partition.partitionEpoch).toBe(7);
  });
});

test('who waits hears when this broker no longer leads', async () => {
  const { append, wait, outcomes, order } = await world(THREE);
  await append(1);
  wait(1);
  await order({ ...THREE, leader: 1 });
  expect(outcomes.get(1)).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER);
});

test('records are deleted when every living replica has deleted them', async () => {
  const { append, fetch, partition, deadBrokers } = await world(THREE);
  await append(10);
  for (const replica of [1, 2]) fetch(replica, 10);
  partition.deleteRecordsBefore(5);
  expect(partition.lowWatermark).toBe(0);
  fetch(1, 10, 5);
  expect(partition.lowWatermark).toBe(0);
  deadBrokers.add(2);
  expect(partition.lowWatermark).toBe(5);
});
