/**
 * Leadership is written many partitions at a time, each against the version that was read. What a stranger does to one of them between the reading and the writing keeps
 * none of the others from its change, and is not written over.
 */
import { afterEach, expect, test } from 'vitest';
import type { MetadataSession, StoreOperation } from '../metadata/store.ts';
import { controllerEpochZnode } from '../metadata/znodes/controller.ts';
import { partitionStateZnode, type PartitionState } from '../metadata/znodes/topics.ts';
import { TestCluster } from './fixtures/test-cluster.ts';

const CONTROLLER = 1;
const LEADER = 2;
/** In two multis. */
const PARTITIONS = 250;
const REPLICAS = [LEADER, 1, 3];
const STATE_PATH = /^\/brokers\/topics\/a\/partitions\/(\d+)\/state$/;

let cluster: TestCluster;
let stranger: MetadataSession;

afterEach(async () => {
  await cluster.close();
});

/** A topic whose partitions are all led by a broker that is not the controller. */
async function start(): Promise<void> {
  cluster = await TestCluster.start([CONTROLLER, LEADER, 3]);
  stranger = await cluster.store.openSession();
  const assignment = Array.from({ length: PARTITIONS }, (_, partition) => [partition, REPLICAS]);
  await cluster.createTopic('a', Object.fromEntries(assignment) as Record<number, number[]>);
  cluster.take();
}

/** Has `interfere` done just before each write of states by the controller, after it has read them. Returns the partitions of these writes, one after another. */
function beforeWrites(interfere: (partitions: readonly number[]) => Promise<void>): number[][] {
  const writes: number[][] = [];
  const { session } = cluster.broker(CONTROLLER);
  const multi = session.multi.bind(session);
  session.multi = async (operations) => {
    const partitions = operations.flatMap(partitionSet);
    if (partitions.length > 0) {
      writes.push(partitions);
      await interfere(partitions);
    }
    return multi(operations);
  };
  return writes;
}

function partitionSet(operation: StoreOperation): number[] {
  const partition = operation.type === 'set' ? STATE_PATH.exec(operation.path)?.[1] : undefined;
  return partition === undefined ? [] : [Number(partition)];
}

/** As a leader writes its ISR that comes before AlterPartition. */
async function strangerWrites(partition: number, change: Partial<PartitionState>): Promise<void> {
  const path = partitionStateZnode.path('a', partition);
  const { data, stat } = await stranger.getData(path);
  const state = { ...partitionStateZnode.decode('a', partition, data), ...change };
  await stranger.setData(path, partitionStateZnode.encode(state), stat.version);
}

async function versionOf(partition: number): Promise<number | undefined> {
  return (await stranger.exists(partitionStateZnode.path('a', partition)))?.version;
}

/** Taken over from the broker that went by the first of the others, in one write each, and everybody knows. */
async function expectMoved(isException: (partition: number) => boolean): Promise<void> {
  for (let partition = 0; partition < PARTITIONS; partition++) {
    if (isException(partition)) continue;
    expect(await cluster.state('a', partition)).toMatchObject({ leader: 1, isr: [1, 3] });
    expect(await versionOf(partition)).toBe(1);
    expect(cluster.seen(3, 'a', partition)).toBe('leader 1 epoch 1 isr 1,3');
  }
}

test('a node that was changed after it was read is read again and decided anew; all others are written', async () => {
  await start();
  const writes = beforeWrites(async (partitions) => {
    // The election that was decided on would give leadership to one who may not have everything any more.
    if (partitions.length > 1 && partitions.includes(7)) {
      await strangerWrites(7, { isr: [LEADER, 3] });
    }
  });
  await cluster.kill(LEADER);
  expect(writes[0]).toHaveLength(200);
  expect(await cluster.state('a', 7)).toEqual({
    leader: 3,
    leaderEpoch: 1,
    isr: [3],
    controllerEpoch: 1,
    recovering: false,
  });
  expect(cluster.seen(1, 'a', 7)).toBe('leader 3 epoch 1 isr 3');
  await expectMoved((partition) => partition === 7);
});

test('nodes of both multis that are changed again and again are written in the end', async () => {
  await start();
  const changes = new Map([3, 199, 200, 249].map((partition) => [partition, 0]));
  beforeWrites(async (partitions) => {
    for (const partition of partitions) {
      const count = changes.get(partition) ?? 3;
      if (count === 3) continue;
      changes.set(partition, count + 1);
      await strangerWrites(partition, { isr: [LEADER, 3] });
    }
  });
  await cluster.kill(LEADER);
  for (const [partition, count] of changes) {
    expect(count).toBe(3);
    expect(await versionOf(partition)).toBe(4);
    expect(cluster.seen(1, 'a', partition)).toBe('leader 3 epoch 1 isr 3');
  }
  await expectMoved((partition) => changes.has(partition));
});

test('a controller that is replaced while it falls back to single writes writes nothing more', async () => {
  await start();
  const epochOfAnother = 7;
  let isReplaced = false;
  beforeWrites(async (partitions) => {
    if (partitions.length > 1) {
      await strangerWrites(partitions[0]!, { isr: [LEADER, 3] });
    } else if (!isReplaced) {
      isReplaced = true;
      await stranger.setData(controllerEpochZnode.path, Buffer.from(`${epochOfAnother}`), -1);
    }
  });
  await cluster.kill(LEADER);
  expect(isReplaced).toBe(true);
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const { leader, controllerEpoch } = await cluster.state('a', partition);
    // It runs again after a while, and may be controller then.
    if (controllerEpoch <= epochOfAnother) expect(leader).toBe(LEADER);
  }
});
