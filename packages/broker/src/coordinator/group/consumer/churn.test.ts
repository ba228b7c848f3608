/**
 * Members of both protocols that come, go, crash, stall and lose answers, on a coordinator that fails over and whose log lags, while topics grow,
 * for minutes of virtual time.
 *
 * What must hold whatever happens: at no moment two living members that the coordinator still counts as members have the same partition; a commit is
 * taken only from the member that has the partition; and when all is calm, the partitions are with the living, evenly.
 */
import { simulatedPlatform, type SimulatedHost } from '@zurau/platform';
import {
  ErrorCode,
  consumerProtocolAssignment,
  consumerProtocolSubscription,
  decodeVersioned,
  encodeVersioned,
} from '@zurau/protocol';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { MemoryCoordinatorLog } from '../../runtime/memory-coordinator-log.ts';
import { defaultGroupCoordinatorConfig } from '../config.ts';
import { GroupCoordinator } from '../group-coordinator.ts';
import type { TopicPartitionList } from './partitions.ts';

const GROUP = 'orders';
const TOPIC = 'payments';
const TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAQ';
const CONSUMERS_MAX = 6;
const CHURN_MS = 180_000;
const CALM_MS = 120_000;
const SESSION_MS = 12_000;
const REBALANCE_MS = 8_000;

class World {
  readonly platform: SimulatedHost;
  readonly log = new MemoryCoordinatorLog();
  readonly consumers = new Set<Consumer>();
  partitionCount = 4;
  handOvers = 0;
  groups: GroupCoordinator;

  constructor(seed: number) {
    this.platform = simulatedPlatform(seed);
    this.groups = this.#newCoordinator();
  }

  failOver(): void {
    void this.groups.close();
    this.log.truncateToHighWatermark(0);
    this.groups = this.#newCoordinator();
  }

  grow(): void {
    this.partitionCount++;
    this.groups.onTopicsChanged([TOPIC]);
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.platform.timers.after(delayMs, resolve));
  }

  /** Called whenever somebody has taken over partitions. */
  checkOwners(): void {
    this.handOvers++;
    const owners = new Map<number, string>();
    for (const { owned, name, isTrusted } of this.consumers) {
      if (!isTrusted) continue;
      for (const partition of owned) {
        expect(owners.get(partition) ?? name, `partition ${partition}`).toBe(name);
        owners.set(partition, name);
      }
    }
  }

  #newCoordinator(): GroupCoordinator {
    const topic = (): { id: string; name: string; partitionCount: number } => ({
      id: TOPIC_ID,
      name: TOPIC,
      partitionCount: this.partitionCount,
    });
    const groups = new GroupCoordinator({
      platform: this.platform,
      logger: pino({ level: 'silent' }),
      config: {
        ...defaultGroupCoordinatorConfig,
        initialRebalanceDelayMs: 0,
        consumerSessionTimeoutMs: SESSION_MS,
      },
      log: this.log,
      partitionCount: () => 1,
      topics: {
        byName: (name) => (name === TOPIC ? topic() : undefined),
        byId: (id) => (id === TOPIC_ID ? topic() : undefined),
        names: () => [TOPIC],
      },
    });
    groups.start();
    groups.onElected(0, 1);
    return groups;
  }
}

/** What the two kinds of members have in common. */
abstract class Consumer {
  readonly name: string;
  owned: readonly number[] = [];
  stalled = false;
  protected readonly world: World;
  protected alive = true;
  #heardMs: number;

  constructor(name: string, world: World) {
    this.name = name;
    this.world = world;
    this.#heardMs = world.platform.clock.monotonicMs();
  }

  /**
   * Whether what it has is its own: it has heard from the coordinator within the session, as a real client that does not would give up. A stalled one
   * is out after the rebalance timeout.
   */
  get isTrusted(): boolean {
    const silentMs = this.world.platform.clock.monotonicMs() - this.#heardMs;
    return this.alive && silentMs < Math.min(SESSION_MS, REBALANCE_MS);
  }

  kill(): void {
    this.alive = false;
    this.world.consumers.delete(this);
  }

  abstract leave(): Promise<void>;

  protected abstract step(): Promise<void>;

  async run(): Promise<void> {
    while (this.alive) {
      const sentMs = this.world.platform.clock.monotonicMs();
      if (!this.stalled) {
        await this.step();
        this.#heardMs = sentMs;
      }
      await this.world.sleep(200 + this.world.platform.random.int(400));
    }
  }

  protected take(partitions: readonly number[]): void {
    this.owned = partitions;
    if (this.alive) this.world.checkOwners();
  }
}

class ModernConsumer extends Consumer {
  #epoch = 0;
  #told: readonly number[] = [];

  async leave(): Promise<void> {
    this.kill();
    await this.#send(-1, false);
  }

  protected async step(): Promise<void> {
    // It gives up first, and says so with the same heartbeat.
    this.owned = this.owned.filter((partition) => this.#told.includes(partition));
    const joins = this.#epoch === 0;
    const answer = await this.#send(this.#epoch, joins);
    if (!this.alive) return;
    // Now and then the answer is lost.
    if (this.world.platform.random.int(12) === 0) return;
    switch (answer.errorCode) {
      case ErrorCode.NONE:
        this.#epoch = answer.memberEpoch;
        if (answer.assignment !== null) {
          this.#told = answer.assignment.flatMap(({ partitions }) => partitions);
          // What is to be given up is kept until the next heartbeat.
          const kept = this.owned.filter((partition) => !this.#told.includes(partition));
          this.take([...this.#told, ...kept]);
        }
        return;
      case ErrorCode.UNKNOWN_MEMBER_ID:
      case ErrorCode.FENCED_MEMBER_EPOCH:
        this.owned = [];
        this.#told = [];
        this.#epoch = 0;
        return;
      default:
        expect([
          ErrorCode.NOT_COORDINATOR,
          ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
          ErrorCode.COORDINATOR_NOT_AVAILABLE,
        ]).toContain(answer.errorCode);
    }
  }

  async #send(
    memberEpoch: number,
    joins: boolean,
  ): ReturnType<GroupCoordinator['consumerHeartbeat']> {
    const owned: TopicPartitionList[] =
      this.owned.length === 0 ? [] : [{ topicId: TOPIC_ID, partitions: this.owned }];
    return await this.world.groups.consumerHeartbeat({
      groupId: GROUP,
      memberId: this.name,
      memberEpoch,
      instanceId: null,
      rackId: null,
      clientId: this.name,
      clientHost: '/10.0.0.1',
      // All of it every time, so that a lost answer is made good by the next.
      rebalanceTimeoutMs: REBALANCE_MS,
      subscribedTopics: [TOPIC],
      subscribedRegex: null,
      assignor: null,
      owned: joins ? [] : owned,
      bringsMemberId: true,
    });
  }
}

/** Eager: gives everything up before it joins. Where it leads it assigns in turn. */
class ClassicConsumer extends Consumer {
  #memberId = '';
  #generationId = -1;

  async leave(): Promise<void> {
    this.kill();
    const leaving = { memberId: this.#memberId, instanceId: null, reason: 'churn' };
    await this.world.groups.leave(GROUP, [leaving]);
  }

  protected async step(): Promise<void> {
    if (this.#generationId >= 0) {
      const errorCode = await this.world.groups.heartbeat({
        groupId: GROUP,
        generationId: this.#generationId,
        memberId: this.#memberId,
        instanceId: null,
      });
      if (errorCode === ErrorCode.NONE || errorCode === ErrorCode.NOT_COORDINATOR) return;
      if (errorCode === ErrorCode.UNKNOWN_MEMBER_ID) this.#memberId = '';
    }
    this.owned = [];
    this.#generationId = -1;
    await this.#join();
  }

  async #join(): Promise<void> {
    const metadata = encodeVersioned(consumerProtocolSubscription, { topics: [TOPIC] }, 1);
    const { groups } = this.world;
    const joined = await groups.join({
      groupId: GROUP,
      memberId: this.#memberId,
      instanceId: null,
      clientId: this.name,
      clientHost: '/10.0.0.1',
      protocolType: 'consumer',
      terms: {
        sessionTimeoutMs: SESSION_MS,
        rebalanceTimeoutMs: REBALANCE_MS,
        protocols: [{ name: 'range', metadata }],
      },
      reason: 'churn',
      returnsWithMemberId: true,
      canSkipAssignment: true,
    });
    if (joined.errorCode === ErrorCode.MEMBER_ID_REQUIRED) this.#memberId = joined.memberId;
    if (joined.errorCode === ErrorCode.UNKNOWN_MEMBER_ID) this.#memberId = '';
    if (joined.errorCode !== ErrorCode.NONE || !this.alive) return;
    this.#memberId = joined.memberId;
    const synced = await groups.sync({
      groupId: GROUP,
      generationId: joined.generationId,
      memberId: this.#memberId,
      instanceId: null,
      protocolType: 'consumer',
      protocolName: 'range',
      assignments: this.#assign(joined.members.map(({ memberId }) => memberId)),
    });
    if (synced.errorCode !== ErrorCode.NONE || !this.alive) return;
    this.#generationId = joined.generationId;
    const { assignedPartitions } =
      synced.assignment.length === 0
        ? { assignedPartitions: [] }
        : decodeVersioned(consumerProtocolAssignment, synced.assignment);
    this.take(assignedPartitions.flatMap(({ partitions }) => partitions));
  }

  #assign(memberIds: readonly string[]): Map<string, Buffer> {
    return new Map(
      memberIds.map((memberId, index) => {
        const partitions = Array.from(
          { length: this.world.partitionCount },
          (_, partition) => partition,
        ).filter((partition) => partition % memberIds.length === index);
        const assignment = { assignedPartitions: [{ topic: TOPIC, partitions }], userData: null };
        return [memberId, encodeVersioned(consumerProtocolAssignment, assignment, 1)];
      }),
    );
  }
}

test.each([
  [1, 'consumer'],
  [2, 'consumer'],
  [3, 'consumer'],
  [4, 'both'],
  [5, 'both'],
  [6, 'both'],
])('seed %i, members of %s', async (seed, kinds) => {
  const world = new World(seed);
  const { simulation } = world.platform;
  const { random } = simulation;
  const failures: unknown[] = [];
  let started = 0;

  const start = (): void => {
    if (world.consumers.size >= CONSUMERS_MAX) return;
    const name = `c${++started}`;
    const isClassic = kinds === 'both' && random.int(2) === 0;
    const consumer = isClassic ? new ClassicConsumer(name, world) : new ModernConsumer(name, world);
    world.consumers.add(consumer);
    consumer.run().catch((error: unknown) => failures.push(error));
  };
  const end = (how: 'kill' | 'leave'): void => {
    const consumer = [...world.consumers][random.int(world.consumers.size + 1)];
    if (how === 'kill') consumer?.kill();
    else consumer?.leave().catch((error: unknown) => failures.push(error));
  };

  const untilMs = simulation.nowMs + CHURN_MS;
  while (simulation.nowMs < untilMs) {
    const dice = random.int(20);
    if (dice < 8) start();
    else if (dice < 10) end('kill');
    else if (dice < 12) end('leave');
    else if (dice < 14) world.failOver();
    else if (dice < 16) world.log.replicatesAtOnce = !world.log.replicatesAtOnce;
    else if (dice < 17 && world.partitionCount < 12) world.grow();
    else for (const consumer of world.consumers) consumer.stalled = random.int(5) === 0;
    if (world.log.replicatesAtOnce) world.log.replicate(0);
    await simulation.runFor(random.int(3000));
    expect(failures).toEqual([]);
  }

  world.log.replicatesAtOnce = true;
  world.log.replicate(0);
  for (const consumer of world.consumers) consumer.stalled = false;
  start();
  await simulation.runFor(CALM_MS);

  expect(failures).toEqual([]);
  expect(world.handOvers).toBeGreaterThan(20);
  const owned = [...world.consumers].flatMap((consumer) => consumer.owned);
  expect(owned.toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: world.partitionCount }, (_, partition) => partition),
  );
  const sizes = [...world.consumers].map((consumer) => consumer.owned.length);
  expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  expect(world.groups.list().groups[0]?.state).toBe('Stable');
  for (const consumer of world.consumers) consumer.kill();
  await world.groups.close();
});
