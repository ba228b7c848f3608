/**
 * Followers that follow, against leaders with real logs: whatever the controller decides in whatever order, replicas come to agree, and what was committed
 * stays.
 */
import fc from 'fast-check';
import { DiskError } from '@zurau/platform';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import {
  batchOf,
  leaderAndIsr,
  platform,
  stateOf,
  testReplicas,
  written,
  type TestReplicas,
} from '../fixtures/test-replicas.ts';
import { LocalLeader } from '../fixtures/local-leader.ts';
import type { Partition } from '../partition.ts';
import { ReplicaFetchers } from './replica-fetchers.ts';

const IDS = [0, 1, 2] as const;

class World {
  readonly #brokers: TestReplicas[] = [];
  readonly #fetchers: ReplicaFetchers[] = [];
  #epoch = -1;
  leader = 0;

  static async start(comparesOnFetch: boolean, mayFetch = true): Promise<World> {
    const world = new World();
    for (const id of IDS) {
      const fetchers = new ReplicaFetchers({
        clock: platform.clock,
        timers: platform.timers,
        logger: pino({ level: 'silent' }),
        fetcherCount: () => 1,
        backoffMs: 1,
        partitionMaxBytes: 200,
        leaderEndpoint: (leaderId) =>
          new LocalLeader({
            replicas: () => world.#brokers[leaderId]!.replicas,
            followerId: id,
            comparesOnFetch,
          }),
        mayFetch: () => mayFetch,
        onFetched: () => undefined,
      });
      world.#fetchers.push(fetchers);
      world.#brokers.push(await testReplicas({}, id, fetchers));
    }
    await world.elect(0, IDS);
    return world;
  }

  partition(id: number): Partition {
    return this.#brokers[id]!.replicas.partition('A', 0)!;
  }

  /** The controller elects a leader and tells `told`; the others know nothing of it yet. */
  async elect(
    leader: number,
    told: readonly number[],
    isr: readonly number[] = IDS,
  ): Promise<void> {
    this.#epoch++;
    this.leader = leader;
    const state = stateOf(0, {
      leader,
      leaderEpoch: this.#epoch,
      isr: [...isr],
      replicas: [...IDS],
    });
    for (const id of told)
      await this.#brokers[id]!.orders.leaderAndIsr(leaderAndIsr({ A: [state] }));
  }

  /** To the leader's log; followers have it when they have it. */
  async append(batches: number): Promise<void> {
    const leader = this.partition(this.leader);
    if (!leader.isLeader) return;
    for (let i = 0; i < batches; i++) leader.appendAsLeader(batchOf(2), 'client');
    await written(leader);
  }

  async turns(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      await new Promise<void>((resolve) => platform.timers.nextTurn(resolve));
    }
  }

  async untilAllAgree(): Promise<void> {
    const leader = this.partition(this.leader);
    await expect
      .poll(() => IDS.map((id) => this.partition(id).log.logEndOffset), {
        interval: 2,
        timeout: 10_000,
      })
      .toEqual(IDS.map(() => leader.log.logEndOffset));
    await expect
      .poll(() => IDS.map((id) => this.partition(id).highWatermark), {
        interval: 2,
        timeout: 10_000,
      })
      .toEqual(IDS.map(() => leader.log.logEndOffset));
  }

  async bytes(id: number): Promise<Buffer> {
    const { log } = this.partition(id);
    const read = log.read(log.logStartOffset, {
      maxBytes: 1_000_000,
      upToOffset: log.logEndOffset,
      minOneBatch: true,
    });
    const buffers = await new Promise<readonly Buffer[]>((resolve) => {
      read.load((_error, loaded) => resolve(loaded));
    });
    const bytes = Buffer.concat(buffers);
    read.release();
    return bytes;
  }

  async close(): Promise<void> {
    for (const fetchers of this.#fetchers) await fetchers.close();
    for (const broker of this.#brokers) broker.logManager.abandon();
  }
}

async function expectAgreement(world: World): Promise<void> {
  await world.untilAllAgree();
  const [first, ...others] = await Promise.all(IDS.map((id) => world.bytes(id)));
  for (const other of others) expect(other.equals(first!)).toBe(true);
}

test.each([true, false])(
  'followers come to have what the leader has (compared on fetch: %s)',
  async (onFetch) => {
    const world = await World.start(onFetch);
    await world.append(20);
    await expectAgreement(world);
    await world.close();
  },
);

test.each([true, false])(
  'what a deposed leader has alone goes, in the place where the logs part (compared on fetch: %s)',
  async (onFetch) => {
    const world = await World.start(onFetch);
    await world.append(3);
    await world.untilAllAgree();
    // Only 1 and 2 hear of the election: 0 goes on writing as leader of an epoch that is over.
    await world.elect(1, [1, 2]);
    world.leader = 0;
    await world.append(4);
    world.leader = 1;
    await world.append(2);
    await world.elect(1, IDS);
    await expectAgreement(world);
    expect(world.partition(0).log.logEndOffset).toBe(10);
    await world.close();
  },
);

test('an epoch in which a leader wrote nothing does not keep it from following', async () => {
  const world = await World.start(true);
  await world.append(1);
  await world.untilAllAgree();
  await world.elect(1, [1]);
  await world.elect(2, IDS);
  await world.append(1);
  await expectAgreement(world);
  await world.close();
});

test("a follower behind the leader's log start begins there", async () => {
  const world = await World.start(true);
  await world.elect(0, [0], [0]);
  await world.append(5);
  world.partition(0).deleteRecordsBefore(6);
  await world.elect(0, IDS, [0]);
  await expectAgreement(world);
  expect(world.partition(2).log.logStartOffset).toBe(6);
  await world.close();
});

test('a follower whose share is used up follows, as long as it is not behind', async () => {
  const world = await World.start(true, false);
  await world.untilAllAgree();
  await world.append(1);
  await expectAgreement(world);
  await world.close();
});

test('a follower whose share is used up gets one batch, and knows then that it is behind', async () => {
  const world = await World.start(true, false);
  await world.elect(0, [0], [0]);
  await world.append(5);
  await world.elect(0, IDS, [0]);
  const [, ...followers] = IDS.map((id) => world.partition(id).log);
  for (let i = 0; i < 2; i++) {
    await expect
      .poll(() => followers.map(({ logEndOffset }) => logEndOffset), { timeout: 10_000 })
      .toEqual([2, 2]);
    await world.turns(50);
  }
  await world.close();
});

test('a follower whose disk was full goes on when there is room again', async () => {
  const full = new Set<string>();
  let refusedCount = 0;
  const { disk } = platform;
  const openSync = disk.openSync.bind(disk);
  disk.openSync = (path, mode) => {
    const file = openSync(path, mode);
    const writeSync = file.writeSync.bind(file);
    file.writeSync = (from, position) => {
      if ([...full].some((directory) => path.startsWith(directory))) {
        refusedCount++;
        throw new DiskError('NO_SPACE', path, 'the disk is full');
      }
      writeSync(from, position);
    };
    return file;
  };
  try {
    const world = await World.start(true);
    await world.append(3);
    await world.untilAllAgree();
    full.add(world.partition(1).log.directory);
    await world.append(3);
    await expect.poll(() => refusedCount, { interval: 2, timeout: 10_000 }).toBeGreaterThan(3);
    full.clear();
    await world.append(1);
    await expectAgreement(world);
    await world.close();
  } finally {
    disk.openSync = openSync;
  }
});

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      count: fc.integer({ min: 0, max: 12 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('elect' as const),
      leader: fc.constantFrom(...IDS),
      told: fc.subarray([...IDS]),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('agree' as const) }) },
);

test('replicas agree after any elections, heard of in time or late, and whatever was written between', async () => {
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.array(step, { maxLength: 14 }), async (onFetch, steps) => {
      const world = await World.start(onFetch);
      try {
        for (const each of steps) {
          if (each.do === 'append') await world.append(each.count);
          else if (each.do === 'wait') await world.turns(each.count);
          else if (each.do === 'elect') await world.elect(each.leader, [...each.told, each.leader]);
          else {
            await world.elect(world.leader, IDS);
            await world.untilAllAgree();
          }
        }
        await world.elect(world.leader, IDS);
        await expectAgreement(world);
      } finally {
        await world.close();
      }
    }),
    { numRuns: 30 },
  );
});
