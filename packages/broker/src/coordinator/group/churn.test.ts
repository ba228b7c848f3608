/**
 * Consumers that come, go, crash and stall, on a coordinator that fails over and whose log lags, for minutes of virtual time.
 *
 * What must hold whatever happens: in one generation a partition belongs to one member; only the member that it belongs to in the latest
 * generation can commit for it; a commit that was acknowledged is there after any failover; and when all is calm, the group
 * is stable with everybody that is alive.
 */
import { simulatedPlatform, type SimulatedHost } from '@zurau/platform';
import { ErrorCode, errorName } from '@zurau/protocol';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { MemoryCoordinatorLog } from '../runtime/memory-coordinator-log.ts';
import { defaultGroupCoordinatorConfig } from './config.ts';
import { GroupCoordinator } from './group-coordinator.ts';

const GROUP = 'orders';
const TOPIC = 'payments';
const PARTITION_COUNT = 12;
const CONSUMERS_MAX = 6;
const CHURN_MS = 120_000;
const CALM_MS = 90_000;

/** What all consumers have seen; breaks the test when it does not fit together. */
class Ledger {
  readonly #owners = new Map<string, string>();
  readonly #lastGeneration = new Map<number, number>();
  readonly acknowledged = new Map<number, number>();
  generations = 0;

  claim(generationId: number, partition: number, memberId: string): void {
    const key = `${generationId}/${partition}`;
    const owner = this.#owners.get(key) ?? memberId;
    expect(owner, `partition ${partition} in generation ${generationId}`).toBe(memberId);
    this.#owners.set(key, memberId);
    this.generations = Math.max(this.generations, generationId);
  }

  committed(generationId: number, partition: number, memberId: string, offset: number): void {
    expect(this.#owners.get(`${generationId}/${partition}`)).toBe(memberId);
    expect(generationId).toBeGreaterThanOrEqual(this.#lastGeneration.get(partition) ?? 0);
    this.#lastGeneration.set(partition, generationId);
    this.acknowledged.set(partition, offset);
  }
}

class World {
  readonly platform: SimulatedHost;
  readonly log = new MemoryCoordinatorLog();
  readonly ledger = new Ledger();
  groups: GroupCoordinator;
  #offset = 0;

  constructor(seed: number) {
    this.platform = simulatedPlatform(seed);
    this.groups = this.#newCoordinator();
  }

  failOver(): void {
    void this.groups.close();
    this.log.truncateToHighWatermark(0);
    this.groups = this.#newCoordinator();
  }

  nextOffset(): number {
    return ++this.#offset;
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.platform.timers.after(delayMs, resolve));
  }

  #newCoordinator(): GroupCoordinator {
    const groups = new GroupCoordinator({
      platform: this.platform,
      logger: pino({ level: 'silent' }),
      config: { ...defaultGroupCoordinatorConfig, initialRebalanceDelayMs: 500 },
      log: this.log,
      partitionCount: () => 1,
      topics: { byName: () => undefined, byId: () => undefined, names: () => [] },
    });
    groups.start();
    groups.onElected(0, 1);
    return groups;
  }
}

/** An eager consumer with the range of mishaps that real ones have. */
class Consumer {
  readonly name: string;
  readonly #world: World;
  #memberId = '';
  #generationId = -1;
  #owned: number[] = [];
  #alive = true;
  stalled = false;

  constructor(name: string, world: World) {
    this.name = name;
    this.#world = world;
  }

  get owned(): readonly number[] {
    return this.#owned;
  }

  kill(): void {
    this.#alive = false;
  }

  async leave(): Promise<void> {
    this.#alive = false;
    const member = { memberId: this.#memberId, instanceId: null, reason: 'churn' };
    await this.#world.groups.leave(GROUP, [member]);
  }

  async run(): Promise<void> {
    while (this.#alive) {
      this.#owned = [];
      if (await this.#joinAndSync()) await this.#consume();
      else await this.#world.sleep(50);
    }
  }

  async #joinAndSync(): Promise<boolean> {
    const { groups } = this.#world;
    const joined = await groups.join({
      groupId: GROUP,
      memberId: this.#memberId,
      instanceId: null,
      clientId: this.name,
      clientHost: '/10.0.0.1',
      protocolType: 'consumer',
      terms: {
        sessionTimeoutMs: 6000,
        rebalanceTimeoutMs: 10_000,
        protocols: [{ name: 'range', metadata: Buffer.alloc(0) }],
      },
      reason: 'churn',
      returnsWithMemberId: true,
      canSkipAssignment: true,
    });
    if (joined.errorCode === ErrorCode.MEMBER_ID_REQUIRED) this.#memberId = joined.memberId;
    if (joined.errorCode === ErrorCode.UNKNOWN_MEMBER_ID) this.#memberId = '';
    if (joined.errorCode !== ErrorCode.NONE || !this.#alive) return false;
    this.#memberId = joined.memberId;
    this.#generationId = joined.generationId;
    const assignments = new Map<string, Buffer>();
    for (const [index, { memberId }] of joined.members.entries()) {
      const share = Array.from({ length: PARTITION_COUNT }, (_, partition) => partition).filter(
        (partition) => partition % joined.members.length === index,
      );
      assignments.set(memberId, Buffer.from(share));
    }
    const synced = await groups.sync({
      groupId: GROUP,
      generationId: this.#generationId,
      memberId: this.#memberId,
      instanceId: null,
      protocolType: 'consumer',
      protocolName: 'range',
      assignments,
    });
    if (synced.errorCode === ErrorCode.UNKNOWN_MEMBER_ID) this.#memberId = '';
    if (synced.errorCode !== ErrorCode.NONE || !this.#alive) return false;
    this.#owned = [...synced.assignment];
    for (const partition of this.#owned) {
      this.#world.ledger.claim(this.#generationId, partition, this.#memberId);
    }
    return true;
  }

  async #consume(): Promise<void> {
    const { ledger } = this.#world;
    while (this.#alive) {
      await this.#world.sleep(300);
      if (this.stalled) continue;
      const { groups } = this.#world;
      const generationId = this.#generationId;
      const offsets = this.#owned.map((partition) => ({
        topic: TOPIC,
        partition,
        offset: this.#world.nextOffset(),
        leaderEpoch: -1,
        metadata: null,
        commitTimestampMs: -1,
      }));
      const member = { groupId: GROUP, generationId, memberId: this.#memberId, instanceId: null };
      const errorCodes = await groups.commitOffsets({ ...member, retentionMs: -1, offsets });
      for (const [index, { partition, offset }] of offsets.entries()) {
        if (errorCodes[index] !== ErrorCode.NONE) continue;
        ledger.committed(generationId, partition, this.#memberId, offset);
      }
      if (!this.#alive) return;
      const errorCode = await groups.heartbeat(member);
      if (errorCode === ErrorCode.UNKNOWN_MEMBER_ID) this.#memberId = '';
      const keeps: number[] = [ErrorCode.NONE, ErrorCode.NOT_COORDINATOR];
      if (!keeps.includes(errorCode)) return;
    }
  }
}

test.each([1, 2, 3, 4, 5])('seed %i', async (seed) => {
  const world = new World(seed);
  const { simulation } = world.platform;
  const { random } = simulation;
  const consumers: Consumer[] = [];
  const failures: unknown[] = [];
  let started = 0;

  const start = (): void => {
    if (consumers.length >= CONSUMERS_MAX) return;
    const consumer = new Consumer(`c${++started}`, world);
    consumers.push(consumer);
    consumer.run().catch((error: unknown) => failures.push(error));
  };
  const end = (how: 'kill' | 'leave'): void => {
    const [consumer] = consumers.splice(random.int(consumers.length + 1), 1);
    if (how === 'kill') consumer?.kill();
    else void consumer?.leave();
  };

  const untilMs = simulation.nowMs + CHURN_MS;
  while (simulation.nowMs < untilMs) {
    const dice = random.int(20);
    if (dice < 8) start();
    else if (dice < 11) end('kill');
    else if (dice < 13) end('leave');
    else if (dice < 15) world.failOver();
    else if (dice < 17) world.log.replicatesAtOnce = !world.log.replicatesAtOnce;
    else for (const consumer of consumers) consumer.stalled = random.int(4) === 0;
    if (world.log.replicatesAtOnce) world.log.replicate(0);
    await simulation.runFor(random.int(4000));
  }

  world.log.replicatesAtOnce = true;
  world.log.replicate(0);
  for (const consumer of consumers) consumer.stalled = false;
  start();
  await simulation.runFor(CALM_MS);

  expect(failures).toEqual([]);
  expect(world.ledger.generations).toBeGreaterThan(2);
  const described = world.groups.describe(GROUP).value;
  expect(described?.state).toBe('Stable');
  expect(described?.members.map(({ clientId }) => clientId).toSorted()).toEqual(
    consumers.map(({ name }) => name).toSorted(),
  );
  const owned = consumers.flatMap((consumer) => consumer.owned);
  expect(owned.toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: PARTITION_COUNT }, (_, partition) => partition),
  );

  world.failOver();
  await world.groups.loaded();
  const { errorCode, value } = await world.groups.fetchOffsets(GROUP, null, false);
  expect(errorName(errorCode)).toBe('NONE');
  for (const { partition, offset } of value ?? []) {
    expect(offset).toBeGreaterThanOrEqual(world.ledger.acknowledged.get(partition) ?? Infinity);
  }
  expect(value).toHaveLength(PARTITION_COUNT);
  for (const consumer of consumers) consumer.kill();
  await world.groups.close();
});
