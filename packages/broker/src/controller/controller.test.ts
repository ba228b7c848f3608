import { afterEach, describe, expect, test } from 'vitest';
import { ErrorCode, ZERO_UUID } from '@zurau/protocol';
import type { MetadataSession } from '../metadata/store.ts';
import { configZnode } from '../metadata/znodes/configs.ts';
import {
  controllerEpochZnode,
  isrChangeZnode,
  logDirEventZnode,
} from '../metadata/znodes/controller.ts';
import {
  deleteTopicZnode,
  partitionStateZnode,
  topicsZnode,
  topicZnode,
} from '../metadata/znodes/topics.ts';
import type { ControllerSettings } from './controller-dependencies.ts';
import { byDirection, registration, TestCluster } from './fixtures/test-cluster.ts';

const NOTHING = Buffer.alloc(0);
let cluster: TestCluster;
let admin: MetadataSession;

async function start(ids: number[], settings: Partial<ControllerSettings> = {}): Promise<void> {
  cluster = await TestCluster.start(ids, settings);
  admin = await cluster.store.openSession();
  cluster.take();
}

afterEach(async () => {
  await cluster.close();
});

describe('election', () => {
  test('the first broker is controller, with epoch 1; the next one when it goes', async () => {
    await start([1, 2, 3]);
    expect(cluster.controllerIds()).toEqual([1]);
    expect(cluster.broker(3).controller.controllerId).toBe(1);
    expect(cluster.broker(1).controller.epoch).toBe(1);
    await cluster.kill(1);
    const [second] = cluster.controllerIds();
    expect(cluster.controllerIds()).toHaveLength(1);
    expect(cluster.broker(second ?? -1).controller.epoch).toBe(2);
    await cluster.stop(second ?? -1);
    expect(cluster.controllerIds()).toHaveLength(1);
    const { data, stat } = await admin.getData(controllerEpochZnode.path);
    expect(data.toString()).toBe('3');
    expect(stat.version).toBe(3);
  });

  test('a controller that was replaced without knowing changes nothing and runs again', async () => {
    await start([1]);
    await admin.setData(controllerEpochZnode.path, Buffer.from('7'), -1);
    await cluster.createTopic('a', { 0: [1] });
    expect(await admin.exists(partitionStateZnode.path('a', 0))).toBeUndefined();
    expect(cluster.controllerIds()).toEqual([]);
  });

  test('a broker that stops while it is elected leaves nothing behind', async () => {
    await start([1]);
    // Stopped after so many steps of the election, and of the start of its term.
    for (let steps = 0; steps < 120; steps++) {
      const [old] = cluster.controllerIds();
      const id = 2 + 2 * steps;
      const { controller } = await cluster.addBroker(id);
      const stopped = cluster.stop(old!);
      for (let i = 0; i < steps; i++) await Promise.resolve();
      await controller.close();
      await stopped;
      expect(controller.isActive).toBe(false);
      const ways = [...cluster.links].map(({ way }) => way);
      expect(ways.filter((way) => way.startsWith(`${id}>`))).toEqual([]);
      await cluster.stop(id);
      await cluster.addBroker(id + 1);
      expect(cluster.controllerIds()).toEqual([id + 1]);
    }
  });

  test('brokers learn of each other as they come and go', async () => {
    await start([1]);
    await cluster.addBroker(2);
    await cluster.settle();
    expect(cluster.take()).toEqual(
      byDirection(['1>1 UpdateMetadata (1,2)', '1>2 UpdateMetadata (1,2)']),
    );
    expect(cluster.broker(2).cache.broker(1)?.endpoints.get('INTERNAL')).toEqual({
      host: 'inside1',
      port: 9093,
    });
    await cluster.kill(2);
    expect(cluster.take()).toEqual(['1>1 UpdateMetadata (1)']);
    expect(cluster.broker(1).cache.controllerId).toBe(1);
  });
});

describe('topics', () => {
  test('a new topic gets leaders, an id, and everyone is told', async () => {
    await start([1, 2, 3]);
    await cluster.createTopic('a', { 0: [1, 2], 1: [2, 3] });
    expect(cluster.take()).toEqual(
      byDirection([
        '1>1 LeaderAndIsr a-0:1@0[1,2]new',
        '1>2 LeaderAndIsr a-0:1@0[1,2]new a-1:2@0[2,3]new',
        '1>3 LeaderAndIsr a-1:2@0[2,3]new',
        '1>1 UpdateMetadata (1,2,3) a-0:1@0 a-1:2@0',
        '1>2 UpdateMetadata (1,2,3) a-0:1@0 a-1:2@0',
        '1>3 UpdateMetadata (1,2,3) a-0:1@0 a-1:2@0',
      ]),
    );
    const id = cluster.broker(3).cache.topic('a')?.id ?? '';
    expect(id).not.toBe(ZERO_UUID);
    const { data } = await admin.getData(topicZnode.path('a'));
    expect(topicZnode.decode('a', data).topicId).toBe(id);
    expect(cluster.broker(1).cache.topicById(id)?.name).toBe('a');
    expect(await cluster.state('a', 1)).toEqual({
      leader: 2,
      leaderEpoch: 0,
      isr: [2, 3],
      controllerEpoch: 1,
      recovering: false,
    });
  });

  test('only replicas that live are in the first ISR; without any there is no leader yet', async () => {
    await start([1]);
    await cluster.createTopic('a', { 0: [9, 1], 1: [9] });
    expect(cluster.seen(1, 'a', 0)).toBe('leader 1 epoch 0 isr 1');
    expect(cluster.seen(1, 'a', 1)).toBeUndefined();
    await cluster.addBroker(9);
    await cluster.settle();
    expect(cluster.seen(1, 'a', 1)).toBe('leader 9 epoch 0 isr 9');
  });

  test('partitions that are added get leaders', async () => {
    await start([1, 2]);
    await cluster.createTopic('a', { 0: [1] });
    const { data } = await admin.getData(topicZnode.path('a'));
    const { topicId } = topicZnode.decode('a', data);
    cluster.take();
    await admin.setData(
      topicZnode.path('a'),
      topicZnode.encode(registration({ 0: [1], 1: [2] }, topicId)),
      -1,
    );
    await cluster.settle();
    expect(cluster.take()).toEqual(
      byDirection([
        '1>2 LeaderAndIsr a-1:2@0[2]new',
        '1>1 UpdateMetadata (1,2) a-1:2@0',
        '1>2 UpdateMetadata (1,2) a-1:2@0',
      ]),
    );
  });

  test('nodes of a controller that died half-way are finished', async () => {
    await start([1]);
    await admin.create(
      `${topicsZnode.path}/a`,
      topicZnode.encode(registration({ 0: [1], 1: [1] })),
    );
    await admin.create(`${topicsZnode.path}/a/partitions`, NOTHING);
    await admin.create(`${topicsZnode.path}/a/partitions/1`, NOTHING);
    await cluster.settle();
    expect(cluster.seen(1, 'a', 0)).toBe('leader 1 epoch 0 isr 1');
    expect(cluster.seen(1, 'a', 1)).toBe('leader 1 epoch 0 isr 1');
  });

  test('a node that is not readable does not keep others from their leaders', async () => {
    await start([1]);
    await admin.create(topicZnode.path('broken'), Buffer.from('{'));
    await cluster.createTopic('a', { 0: [1] });
    expect(cluster.seen(1, 'a', 0)).toBe('leader 1 epoch 0 isr 1');
  });
});

describe('deletion', () => {
  test('replicas are deleted, then the nodes, and the name is free again', async () => {
    await start([1, 2]);
    await cluster.createTopic('a', { 0: [1, 2] });
    const firstId = cluster.broker(1).cache.topic('a')?.id;
    await admin.create(
      configZnode.path('topics', 'a'),
      configZnode.encode({ 'retention.ms': '1' }),
    );
    cluster.take();
    await admin.create(deleteTopicZnode.path('a'), NOTHING);
    await cluster.settle();
    expect(cluster.take()).toEqual(
      byDirection([
        '1>1 UpdateMetadata (1,2) a-0:-2@0',
        '1>2 UpdateMetadata (1,2) a-0:-2@0',
        '1>1 StopReplica a-0@-2 delete',
        '1>2 StopReplica a-0@-2 delete',
      ]),
    );
    expect(cluster.broker(2).replicas).toEqual(new Set());
    expect(cluster.broker(2).cache.topic('a')).toBeUndefined();
    for (const path of [
      topicZnode.path('a'),
      deleteTopicZnode.path('a'),
      configZnode.path('topics', 'a'),
    ]) {
      expect(await admin.exists(path)).toBeUndefined();
    }
    await cluster.createTopic('a', { 0: [1, 2] });
    expect(cluster.seen(2, 'a', 0)).toBe('leader 1 epoch 0 isr 1,2');
    expect(cluster.broker(1).cache.topic('a')?.id).not.toBe(firstId);
  });

  test('waits for a broker that is away', async () => {
    await start([1, 2]);
    await cluster.createTopic('a', { 0: [1, 2] });
    await cluster.kill(2);
    await admin.create(deleteTopicZnode.path('a'), NOTHING);
    await cluster.settle();
    expect(await admin.exists(topicZnode.path('a'))).toBeDefined();
    expect(cluster.broker(1).cache.topic('a')).toBeUndefined();
    await cluster.addBroker(2);
    await cluster.settle();
    expect(await admin.exists(topicZnode.path('a'))).toBeUndefined();
    expect(cluster.broker(2).cache.topic('a')).toBeUndefined();
  });

  test('a replica that cannot be deleted keeps the topic until its broker comes back', async () => {
    await start([1, 2]);
    await cluster.createTopic('a', { 0: [1, 2] });
    cluster.broker(2).undeletable.add('a-0');
    await admin.create(deleteTopicZnode.path('a'), NOTHING);
    await cluster.settle();
    expect(await admin.exists(topicZnode.path('a'))).toBeDefined();
    await cluster.kill(2);
    await cluster.addBroker(2);
    await cluster.settle();
    expect(await admin.exists(topicZnode.path('a'))).toBeUndefined();
  });

  test('goes on under the next controller', async () => {
    await start([1, 2, 3]);
    await cluster.createTopic('a', { 0: [2, 3] });
    cluster.broker(3).undeletable.add('a-0');
    await admin.create(deleteTopicZnode.path('a'), NOTHING);
    await cluster.settle();
    cluster.broker(3).undeletable.clear();
    await cluster.kill(1);
    expect(await admin.exists(topicZnode.path('a'))).toBeUndefined();
    expect(cluster.broker(2).cache.topic('a')).toBeUndefined();
  });

  test('of what does not exist, or where it is disabled, is forgotten', async () => {
    await start([1], { deleteTopicEnable: false });
    await cluster.createTopic('a', { 0: [1] });
    await admin.create(deleteTopicZnode.path('a'), NOTHING);
    await admin.create(deleteTopicZnode.path('b'), NOTHING);
    await cluster.settle();
    expect((await admin.getChildren('/admin/delete_topics')).children).toEqual([]);
    expect(cluster.seen(1, 'a', 0)).toBe('leader 1 epoch 0 isr 1');
  });
});

describe('brokers', () => {
  test('when a leader dies, the next replica in sync leads, and the dead one is out of the ISR', async () => {
    await start([1, 2, 3]);
    await cluster.createTopic('a', { 0: [2, 3, 1], 1: [1, 2, 3] });
    cluster.take();
    await cluster.kill(2);
    expect(cluster.take()).toEqual(
      byDirection([
        // The new leader at once, the smaller in-sync set of the other partition after that.
        '1>1 LeaderAndIsr a-0:3@1[3,1]',
        '1>3 LeaderAndIsr a-0:3@1[3,1]',
        '1>1 UpdateMetadata (1,3) a-0:3@1',
        '1>3 UpdateMetadata (1,3) a-0:3@1',
        '1>1 LeaderAndIsr a-1:1@1[1,3]',
        '1>3 LeaderAndIsr a-1:1@1[1,3]',
        '1>1 UpdateMetadata (1,3) a-1:1@1',
        '1>3 UpdateMetadata (1,3) a-1:1@1',
      ]),
    );
    cluster.take();
    await cluster.addBroker(2);
    await cluster.settle();
    expect(cluster.take()).toEqual(
      byDirection([
        '1>1 UpdateMetadata (1,2,3)',
        '1>3 UpdateMetadata (1,2,3)',
        '1>2 UpdateMetadata (1,2,3) a-0:3@1 a-1:1@1',
        '1>2 LeaderAndIsr a-0:3@1[3,1] a-1:1@1[1,3]',
        '1>1 UpdateMetadata (1,2,3) a-0:3@1 a-1:1@1',
        '1>3 UpdateMetadata (1,2,3) a-0:3@1 a-1:1@1',
        '1>2 UpdateMetadata (1,2,3) a-0:3@1 a-1:1@1',
      ]),
    );
  });

  test('a replica that could not be made is asked for again when its broker says so, and leads', async () => {
    await start([1, 2]);
    for (const name of ['a-0', 'a-1']) cluster.broker(2).unmakeable.add(name);
    await cluster.createTopic('a', { 0: [2], 1: [2, 1] });
    expect(cluster.seen(1, 'a', 0)).toBe('leader -1 epoch 1 isr 2');
    expect(cluster.seen(1, 'a', 1)).toBe('leader 1 epoch 1 isr 1');

    const notice = logDirEventZnode.encode(2);
    await admin.create(logDirEventZnode.prefix, notice, { sequential: true });
    await cluster.settle();
    expect(cluster.seen(1, 'a', 0)).toBe('leader -1 epoch 1 isr 2');

    cluster.broker(2).unmakeable.clear();
    cluster.take();
    await admin.create(logDirEventZnode.prefix, notice, { sequential: true });
    await cluster.settle();
    expect(cluster.take().filter((line) => line.startsWith('1>2 LeaderAndIsr'))).toEqual([
      '1>2 LeaderAndIsr a-0:-1@1[2] a-1:1@1[1]',
      '1>2 LeaderAndIsr a-0:2@2[2]',
    ]);
    expect(cluster.seen(1, 'a', 0)).toBe('leader 2 epoch 2 isr 2');
    expect(cluster.broker(2).replicas).toEqual(new Set(['a-0', 'a-1']));
  });

  test('the last replica in sync stays in the ISR, and leads again when it is back', async () => {
    await start([1, 2]);
    await cluster.createTopic('a', { 0: [2] });
    await cluster.kill(2);
    expect(cluster.seen(1, 'a', 0)).toBe('leader -1 epoch 1 isr 2');
    await cluster.addBroker(2);
    await cluster.settle();
    expect(cluster.seen(1, 'a', 0)).toBe('leader 2 epoch 2 isr 2');
    expect(cluster.broker(2).replicas).toEqual(new Set(['a-0']));
  });

  test('a broker that bounces between two looks is dropped and taken in again', async () => {
    await start([1, 2]);
    await cluster.createTopic('a', { 0: [2, 1] });
    const bounced = cluster.broker(2);
    bounced.isAlive = false;
    await Promise.all([cluster.store.expireSession(bounced.session), cluster.addBroker(2)]);
    await cluster.settle();
    expect(cluster.seen(2, 'a', 0)).toBe('leader 1 epoch 1 isr 1');
    expect(cluster.broker(2).replicas).toEqual(new Set(['a-0']));
    await bounced.controller.close();
  });

  test('nobody out of sync leads, unless the topic or the broker allows it', async () => {
    await start([1, 2]);
    await cluster.createTopic('clean', { 0: [2, 1] });
    await cluster.createTopic('unclean', { 0: [2, 1] });
    await admin.create(
      configZnode.path('topics', 'unclean'),
      configZnode.encode({ 'unclean.leader.election.enable': 'true' }),
    );
    for (const topic of ['clean', 'unclean']) {
      const state = await cluster.state(topic, 0);
      const alone = partitionStateZnode.encode({ ...state, isr: [2] });
      await admin.setData(partitionStateZnode.path(topic, 0), alone, -1);
    }
    await cluster.kill(2);
    expect(cluster.seen(1, 'clean', 0)).toBe('leader -1 epoch 1 isr 2');
    expect(cluster.seen(1, 'unclean', 0)).toBe('leader 1 epoch 1 isr 1');
    expect((await cluster.state('unclean', 0)).recovering).toBe(true);
  });

  test('somebody out of sync leads when that is allowed later', async () => {
    await start([1, 2]);
    for (const topic of ['one', 'other']) {
      await cluster.createTopic(topic, { 0: [2, 1] });
      const alone = { ...(await cluster.state(topic, 0)), isr: [2] };
      await admin.setData(
        partitionStateZnode.path(topic, 0),
        partitionStateZnode.encode(alone),
        -1,
      );
    }
    await cluster.kill(2);
    const { controller } = cluster.broker(1);
    await admin.create(
      configZnode.path('topics', 'one'),
      configZnode.encode({ 'unclean.leader.election.enable': 'true' }),
    );
    controller.uncleanElectionEnabled('one');
    await cluster.settle();
    expect(cluster.seen(1, 'one', 0)).toBe('leader 1 epoch 2 isr 1');
    expect(cluster.seen(1, 'other', 0)).toBe('leader -1 epoch 1 isr 2');
  });

  test('gives each broker producer ids of its own, and none to a broker that is not registered so', async () => {
    await start([1, 2]);
    const { controller } = cluster.broker(1);
    const { epoch } = cluster.broker(2);
    const blocks = await Promise.all([1, 2].map(() => controller.allocateProducerIds(2, epoch)));
    expect(blocks.map(({ block }) => block)).toEqual([
      { brokerId: 2, first: 0, last: 999 },
      { brokerId: 2, first: 1_000, last: 1_999 },
    ]);
    for (const [target, brokerEpoch, errorCode] of [
      [2, epoch - 1, ErrorCode.STALE_BROKER_EPOCH],
      [7, epoch, ErrorCode.BROKER_ID_NOT_REGISTERED],
    ] as const) {
      const answer = await controller.allocateProducerIds(target, brokerEpoch);
      expect(answer).toEqual({ errorCode, block: undefined });
    }
    const other = await cluster.broker(2).controller.allocateProducerIds(2, epoch);
    expect(other.errorCode).toBe(ErrorCode.NOT_CONTROLLER);
  });

  test('a controlled shutdown moves leadership first', async () => {
    await start([1, 2]);
    await cluster.createTopic('a', { 0: [2, 1], 1: [1, 2], 2: [2] });
    cluster.take();
    const { epoch } = cluster.broker(2);
    const { controller } = cluster.broker(1);
    expect(await controller.controlledShutdown(2, epoch - 1)).toEqual({
      errorCode: ErrorCode.STALE_BROKER_EPOCH,
      remaining: [],
    });
    expect(await controller.controlledShutdown(2, epoch)).toEqual({
      errorCode: ErrorCode.NONE,
      remaining: [],
    });
    await cluster.settle();
    expect(cluster.seen(1, 'a', 0)).toBe('leader 1 epoch 1 isr 1');
    expect(cluster.seen(1, 'a', 1)).toBe('leader 1 epoch 1 isr 1');
    expect(cluster.seen(1, 'a', 2)).toBe('leader 2 epoch 0 isr 2');
    expect(cluster.take()).toContain('1>2 StopReplica a-1@1');
    expect(await cluster.broker(2).controller.controlledShutdown(2, epoch)).toMatchObject({
      errorCode: ErrorCode.NOT_CONTROLLER,
    });
  });

  test('preferred leaders lead again when asked', async () => {
    await start([1, 2]);
    await cluster.createTopic('a', { 0: [2, 1], 1: [1, 2] });
    await cluster.kill(2);
    await cluster.addBroker(2);
    await cluster.settle();
    const { controller } = cluster.broker(1);
    const places = [0, 1, 9].map((partition) => ({ topic: 'a', partition }));
    const codes = async (): Promise<unknown> =>
      (await controller.electLeaders('preferred', places))
        ?.sort((a, b) => a.partition - b.partition)
        .map(({ errorCode }) => errorCode);
    // Broker 2 is back but not in sync yet.
    expect(await codes()).toEqual([
      ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE,
      ErrorCode.ELECTION_NOT_NEEDED,
      ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    ]);
    const state = await cluster.state('a', 0);
    await admin.setData(
      partitionStateZnode.path('a', 0),
      partitionStateZnode.encode({ ...state, isr: [1, 2] }),
      -1,
    );
    const notification = isrChangeZnode.encode([{ topic: 'a', partition: 0 }]);
    await admin.create(isrChangeZnode.prefix, notification, { sequential: true });
    await cluster.settle();
    expect(cluster.seen(2, 'a', 0)).toBe('leader 1 epoch 1 isr 1,2');
    expect(await controller.electLeaders('preferred', places.slice(0, 1))).toEqual([
      { topic: 'a', partition: 0, errorCode: ErrorCode.NONE, leader: 2 },
    ]);
    await cluster.settle();
    expect(cluster.seen(1, 'a', 0)).toBe('leader 2 epoch 2 isr 1,2');
    expect((await admin.getChildren(isrChangeZnode.parent)).children).toEqual([]);
  });
});

describe('a new controller', () => {
  test('takes over what there is, without electing anew', async () => {
    await start([1, 2, 3]);
    await cluster.createTopic('a', { 0: [2, 3], 1: [3, 2] });
    cluster.take();
    await cluster.kill(1);
    const [id] = cluster.controllerIds();
    expect(cluster.take()).toEqual(
      expect.arrayContaining([`${id}>3 LeaderAndIsr a-0:2@0[2,3] a-1:3@0[3,2]`]),
    );
    expect(cluster.seen(2, 'a', 0)).toBe('leader 2 epoch 0 isr 2,3');
    expect(cluster.broker(3).cache.controllerId).toBe(id);
  });

  test('elects for leaders that died with the old one', async () => {
    await start([1, 2]);
    await cluster.createTopic('a', { 0: [1, 2], 1: [1] });
    await cluster.kill(1);
    expect(cluster.seen(2, 'a', 0)).toBe('leader 2 epoch 1 isr 2');
    expect(cluster.seen(2, 'a', 1)).toBe('leader -1 epoch 1 isr 1');
  });

  test('a cluster of one comes back with everything after it was away', async () => {
    await start([1]);
    await cluster.createTopic('a', { 0: [1], 1: [1] });
    const { store } = cluster;
    await cluster.kill(1);
    cluster.take();
    await cluster.addBroker(1);
    await cluster.settle();
    expect(store.nodeCount).toBeGreaterThan(10);
    expect(cluster.take()).toEqual(
      byDirection([
        '1>1 UpdateMetadata (1)',
        '1>1 LeaderAndIsr a-0:1@0[1] a-1:1@0[1]',
        '1>1 UpdateMetadata (1) a-0:1@0 a-1:1@0',
      ]),
    );
    expect(cluster.seen(1, 'a', 1)).toBe('leader 1 epoch 0 isr 1');
  });
});
