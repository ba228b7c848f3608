import { afterEach, describe, expect, test } from 'vitest';
import { ErrorCode } from '@zurau/protocol';
import type { MetadataSession } from '../metadata/store.ts';
import { isrChangeZnode } from '../metadata/znodes/controller.ts';
import {
  preferredElectionZnode,
  reassignPartitionsZnode,
} from '../metadata/znodes/operator-requests.ts';
import { deleteTopicZnode, partitionStateZnode, topicZnode } from '../metadata/znodes/topics.ts';
import { TestCluster } from './fixtures/test-cluster.ts';
import type { ReassignmentRequest } from './reassignments.ts';

let cluster: TestCluster;
let admin: MetadataSession;

async function start(ids: number[]): Promise<void> {
  cluster = await TestCluster.start(ids);
  admin = await cluster.store.openSession();
  cluster.take();
}

afterEach(async () => {
  await cluster.close();
});

function request(partition: number, replicas: number[] | undefined): ReassignmentRequest {
  return { topic: 'a', partition, replicas, allowReplicationFactorChange: true };
}

async function reassign(...requests: ReassignmentRequest[]): Promise<number[]> {
  const [id] = cluster.controllerIds();
  const outcomes = await cluster.broker(id ?? -1).controller.reassign(requests);
  await cluster.settle();
  return outcomes?.map(({ errorCode }) => errorCode) ?? [];
}

/** As a leader does whose followers caught up. */
async function inSync(partition: number, isr: number[]): Promise<void> {
  const state = await cluster.state('a', partition);
  const path = partitionStateZnode.path('a', partition);
  await admin.setData(path, partitionStateZnode.encode({ ...state, isr }), -1);
  const notification = isrChangeZnode.encode([{ topic: 'a', partition }]);
  await admin.create(isrChangeZnode.prefix, notification, { sequential: true });
  await cluster.settle();
}

/** `[3,1,2] +[3] -[1,2]` as the topic's node has it. */
async function assignment(partition = 0): Promise<string> {
  const { data } = await admin.getData(topicZnode.path('a'));
  const topic = topicZnode.decode('a', data);
  const list = (replicas: readonly number[] | undefined): string =>
    `[${(replicas ?? []).join(',')}]`;
  return [
    list(topic.partitions.get(partition)),
    `+${list(topic.addingReplicas.get(partition))}`,
    `-${list(topic.removingReplicas.get(partition))}`,
  ].join(' ');
}

describe('a reassignment', () => {
  test('starts the new replicas, and ends when they are in sync', async () => {
    await start([1, 2, 3, 4]);
    await cluster.createTopic('a', { 0: [1, 2] });
    cluster.take();

    expect(await reassign(request(0, [3, 4]))).toEqual([ErrorCode.NONE]);
    expect(await assignment()).toBe('[3,4,1,2] +[3,4] -[1,2]');
    expect(cluster.take().filter((line) => line.includes('LeaderAndIsr'))).toEqual([
      '1>1 LeaderAndIsr a-0:1@1[1,2]',
      '1>2 LeaderAndIsr a-0:1@1[1,2]',
      '1>3 LeaderAndIsr a-0:1@1[1,2]new',
      '1>4 LeaderAndIsr a-0:1@1[1,2]new',
    ]);

    await inSync(0, [1, 2, 3]);
    expect(await assignment()).toBe('[3,4,1,2] +[3,4] -[1,2]');
    cluster.take();
    await inSync(0, [1, 2, 3, 4]);
    expect(await assignment()).toBe('[3,4] +[] -[]');
    expect(cluster.seen(2, 'a', 0)).toBe('leader 3 epoch 4 isr 3,4');
    const told = cluster.take();
    expect(told).toEqual(expect.arrayContaining(['1>1 StopReplica a-0@4 delete']));
    expect(told).toEqual(expect.arrayContaining(['1>2 StopReplica a-0@4 delete']));
    expect(cluster.broker(1).replicas.has('a-0')).toBe(false);
    expect(cluster.broker(3).replicas.has('a-0')).toBe(true);
  });

  test('leaves a leader that stays where it is', async () => {
    await start([1, 2, 3]);
    await cluster.createTopic('a', { 0: [1, 2] });
    await reassign(request(0, [1, 3]));
    await inSync(0, [1, 2, 3]);
    expect(await assignment()).toBe('[1,3] +[] -[]');
    expect(cluster.seen(3, 'a', 0)).toBe('leader 1 epoch 3 isr 1,3');
  });

  test('of the order alone is done at once, and the preferred leader is another', async () => {
    await start([1, 2]);
    await cluster.createTopic('a', { 0: [1, 2] });
    expect(await reassign(request(0, [2, 1]))).toEqual([ErrorCode.NONE]);
    expect(await assignment()).toBe('[2,1] +[] -[]');
    expect(cluster.seen(1, 'a', 0)).toBe('leader 1 epoch 1 isr 1,2');
    const { path, encode } = preferredElectionZnode;
    await admin.create(path, encode([{ topic: 'a', partition: 0 }]));
    await cluster.settle();
    expect(cluster.seen(1, 'a', 0)).toBe('leader 2 epoch 2 isr 1,2');
    expect(await admin.exists(path)).toBeUndefined();
  });

  test('can be cancelled, and what had been started is removed', async () => {
    await start([1, 2, 3]);
    await cluster.createTopic('a', { 0: [1, 2] });
    await reassign(request(0, [1, 3]));
    await inSync(0, [1, 2]);
    cluster.take();
    expect(await reassign(request(0, undefined))).toEqual([ErrorCode.NONE]);
    expect(await assignment()).toBe('[1,2] +[] -[]');
    expect(cluster.take()).toEqual(
      expect.arrayContaining([expect.stringMatching(/^1>3 StopReplica a-0@\d delete$/)]),
    );
    expect(cluster.seen(1, 'a', 0)).toMatch(/^leader 1 epoch \d isr 1,2$/);
    expect(await reassign(request(0, undefined))).toEqual([ErrorCode.NO_REASSIGNMENT_IN_PROGRESS]);
  });

  test('can be replaced by another', async () => {
    await start([1, 2, 3, 4]);
    await cluster.createTopic('a', { 0: [1, 2] });
    await reassign(request(0, [1, 3]));
    expect(await assignment()).toBe('[1,3,2] +[3] -[2]');
    await reassign(request(0, [1, 4]));
    expect(await assignment()).toBe('[1,4,2] +[4] -[2]');
    expect(cluster.broker(3).replicas.has('a-0')).toBe(false);
    await inSync(0, [1, 2, 4]);
    expect(await assignment()).toBe('[1,4] +[] -[]');
  });

  test('goes on under the next controller', async () => {
    await start([1, 2, 3]);
    await cluster.createTopic('a', { 0: [2], 1: [3] });
    await reassign(request(0, [3]), request(1, [2]));
    await cluster.kill(1);
    const [id] = cluster.controllerIds();
    const ongoing = await cluster.broker(id ?? -1).controller.ongoingReassignments(undefined);
    expect(ongoing?.map(({ partition, addingReplicas }) => [partition, addingReplicas])).toEqual([
      [0, [3]],
      [1, [2]],
    ]);
    await inSync(0, [2, 3]);
    await inSync(1, [3, 2]);
    expect(await assignment(0)).toBe('[3] +[] -[]');
    expect(await assignment(1)).toBe('[2] +[] -[]');
    expect(cluster.seen(2, 'a', 0)).toMatch(/^leader 3 epoch \d isr 3$/);
  });

  test('that a new controller finds in sync is finished by it', async () => {
    await start([1, 2, 3]);
    await cluster.createTopic('a', { 0: [2] });
    await reassign(request(0, [3]));
    const state = await cluster.state('a', 0);
    const path = partitionStateZnode.path('a', 0);
    await admin.setData(path, partitionStateZnode.encode({ ...state, isr: [2, 3] }), -1);
    await cluster.kill(1);
    expect(await assignment()).toBe('[3] +[] -[]');
    expect(cluster.broker(2).replicas.has('a-0')).toBe(false);
  });

  test('waits for a new replica that goes away and comes back', async () => {
    await start([1, 2, 3]);
    await cluster.createTopic('a', { 0: [1] });
    await reassign(request(0, [3]));
    await cluster.kill(3);
    await cluster.addBroker(3);
    await cluster.settle();
    expect(cluster.broker(3).replicas.has('a-0')).toBe(true);
    await inSync(0, [1, 3]);
    expect(await assignment()).toBe('[3] +[] -[]');
  });

  test('does not lose partitions that are added meanwhile', async () => {
    await start([1, 2]);
    await cluster.createTopic('a', { 0: [1] });
    await reassign(request(0, [2]));
    const { data } = await admin.getData(topicZnode.path('a'));
    const topic = topicZnode.decode('a', data);
    const grown = { ...topic, partitions: new Map([...topic.partitions, [1, [1]]]) };
    await admin.setData(topicZnode.path('a'), topicZnode.encode(grown), -1);
    await inSync(0, [1, 2]);
    expect(await assignment(0)).toBe('[2] +[] -[]');
    expect(await assignment(1)).toBe('[1] +[] -[]');
    expect(cluster.seen(2, 'a', 1)).toBe('leader 1 epoch 0 isr 1');
  });

  test('does not keep a topic from being deleted', async () => {
    await start([1, 2]);
    await cluster.createTopic('a', { 0: [1] });
    await reassign(request(0, [2]));
    await admin.create(deleteTopicZnode.path('a'), Buffer.alloc(0));
    await cluster.settle();
    expect(await admin.exists(topicZnode.path('a'))).toBeUndefined();
    expect(cluster.broker(2).replicas).toEqual(new Set());
  });
});

describe('requests', () => {
  test('that make no sense are refused, each for itself', async () => {
    await start([1, 2]);
    await cluster.createTopic('a', { 0: [1], 1: [1], 2: [1], 3: [1], 4: [1], 5: [1] });
    const keepsFactor = { ...request(5, [1, 2]), allowReplicationFactorChange: false };
    const outcomes = await cluster
      .broker(1)
      .controller.reassign([
        request(0, []),
        request(1, [2, 2]),
        request(2, [-1]),
        request(3, [9]),
        request(9, [2]),
        keepsFactor,
        request(4, [2]),
      ]);
    const by = new Map(outcomes?.map((each) => [each.partition, each]));
    for (const partition of [0, 1, 2, 3]) {
      expect(by.get(partition)?.errorCode).toBe(ErrorCode.INVALID_REPLICA_ASSIGNMENT);
    }
    expect(by.get(3)?.message).toContain('not alive: 9');
    expect(by.get(9)?.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    expect(by.get(5)?.errorCode).toBe(ErrorCode.INVALID_REPLICATION_FACTOR);
    expect(by.get(4)?.errorCode).toBe(ErrorCode.NONE);
    await cluster.settle();
  });

  test('are answered by the controller only', async () => {
    await start([1, 2]);
    await cluster.createTopic('a', { 0: [1] });
    expect(await cluster.broker(2).controller.reassign([request(0, [2])])).toBeUndefined();
    expect(await cluster.broker(2).controller.ongoingReassignments(undefined)).toBeUndefined();
  });

  test('by a node, as old tools make them, are taken up, and the node goes with the last', async () => {
    await start([1, 2, 3]);
    await cluster.createTopic('a', { 0: [1], 1: [1] });
    const { path, encode } = reassignPartitionsZnode;
    const wanted = [0, 1, 7].map((partition) => ({ topic: 'a', partition, replicas: [2] }));
    await admin.create(path, encode(wanted));
    await cluster.settle();
    expect(await assignment(0)).toBe('[2,1] +[2] -[1]');
    expect(reassignPartitionsZnode.decode((await admin.getData(path)).data)).toHaveLength(2);
    await inSync(0, [1, 2]);
    expect(reassignPartitionsZnode.decode((await admin.getData(path)).data)).toEqual([
      { topic: 'a', partition: 1, replicas: [2] },
    ]);
    // What comes by the API later counts, and takes the partition out of the node.
    await reassign(request(1, [3]));
    expect(await admin.exists(path)).toBeUndefined();
    expect(await assignment(1)).toBe('[3,1] +[3] -[1]');
    // And the next node is seen again.
    await admin.create(path, encode([{ topic: 'a', partition: 0, replicas: [3] }]));
    await cluster.settle();
    expect(await assignment(0)).toBe('[3,2] +[3] -[2]');
  });

  test('by a node that is unreadable are dropped', async () => {
    await start([1]);
    await admin.create(reassignPartitionsZnode.path, Buffer.from('{'));
    await admin.create(preferredElectionZnode.path, Buffer.from('['));
    await cluster.settle();
    expect(await admin.exists(reassignPartitionsZnode.path)).toBeUndefined();
    expect(await admin.exists(preferredElectionZnode.path)).toBeUndefined();
    expect(cluster.controllerIds()).toEqual([1]);
  });
});
