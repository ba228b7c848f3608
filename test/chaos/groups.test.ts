/**
 * kill -9 of the broker in the middle of rebalances and commits: afterwards committed offsets are exactly what was acknowledged (or what was on its way
 * when the broker died, never anything else), and groups go on where they were.
 *
 * `ZURAU_GROUP_KILLS` is the number of kills, `ZURAU_SEED` repeats a run.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Admin } from '@zurau/client';
import {
  ErrorCode,
  errorName,
  findCoordinatorApi,
  heartbeatApi,
  joinGroupApi,
  leaveGroupApi,
  offsetCommitApi,
  offsetFetchApi,
  syncGroupApi,
} from '@zurau/protocol';
import type { Api } from '@zurau/protocol';
import {
  BrokerProcess,
  RawClient,
  freePort,
  kafkaToolsMissing,
  kcatMissing,
  tempDir,
  unmetRequirement,
} from '@zurau/testkit';
import { churn, randomFrom, type Random } from '../interop/groups/churn.ts';
import { pythonClientsMissing } from '../interop/groups/members.ts';

const KILLS = Number(process.env['ZURAU_GROUP_KILLS'] ?? 12);
const MEMBER_KILLS = Math.ceil(KILLS / 5);
const SEED = Number(process.env['ZURAU_SEED'] ?? Date.now() % 1_000_000);
const TOPIC = 'read';
const PARTITIONS = 12;
const COMMITTERS = 20;
const MEMBERS = 6;
/** A round lasts until up to so many commits and generations have been acknowledged, and a little longer. */
const PROGRESS_MAX = 400;
const GENERATIONS_MAX = 4;
const DELAY_MS_MAX = 30;
const ROUND_MS_MAX = 30_000;
const SESSION_TIMEOUT_MS = 2000;
const PROPERTIES = {
  'offsets.topic.num.partitions': '1',
  'log.cleaner.enable': 'false',
  'group.min.session.timeout.ms': '1000',
  'group.initial.rebalance.delay.ms': '0',
};

/** What is known of a committed offset: the last that was acknowledged, and those on their way. */
class Commit {
  acknowledged = -1;
  readonly onTheirWay = new Set<number>();
  #last = -1;

  next(): number {
    this.#last++;
    this.onTheirWay.add(this.#last);
    return this.#last;
  }

  answered(offset: number, errorCode: number): void {
    this.onTheirWay.delete(offset);
    if (errorCode === ErrorCode.NONE) this.acknowledged = offset;
  }

  /** The broker has died and says after its restart what is committed. Undefined when that is right. */
  problem(found: number): string | undefined {
    if (found !== this.acknowledged && !this.onTheirWay.has(found)) {
      return `${found} is committed, acknowledged was ${this.acknowledged}, on their way ${[...this.onTheirWay].join()}`;
    }
    this.acknowledged = found;
    this.onTheirWay.clear();
    return undefined;
  }
}

/** One group's commits, by partition. */
type Commits = readonly Commit[];

/** Answers of one API, until the broker is gone. */
class Line {
  readonly #client: RawClient;

  constructor(client: RawClient) {
    this.#client = client;
  }

  /** Undefined: the broker is gone. */
  async ask<Input, Answer>(
    api: Api<unknown, Input, Answer, never>,
    version: number,
    body: Input,
  ): Promise<Answer | undefined> {
    const outcome = await this.#client.exchange(
      api as Api<unknown, Input, Answer, unknown>,
      version,
      body,
    );
    return outcome.kind === 'answer' ? outcome.body : undefined;
  }
}

/** What the members of a raw group were told; complains where that contradicts itself. */
class Assignments {
  readonly problems: string[] = [];
  readonly #byGeneration = new Map<number, Map<string, string>>();

  get count(): number {
    return this.#byGeneration.size;
  }

  note(generation: number, memberId: string, partitions: readonly number[]): void {
    const members = this.#byGeneration.get(generation) ?? new Map<string, string>();
    this.#byGeneration.set(generation, members);
    const said = partitions.join();
    const before = members.get(memberId) ?? said;
    if (before !== said) {
      this.problems.push(`generation ${generation}: ${memberId} has ${before}, then ${said}`);
    }
    members.set(memberId, said);
    const taken = [...members].flatMap(([other, theirs]) =>
      other === memberId ? [] : theirs.split(','),
    );
    for (const partition of partitions) {
      if (taken.includes(String(partition))) {
        this.problems.push(`generation ${generation}: ${partition} is with two members`);
      }
    }
  }
}

class Chaos {
  readonly committers: readonly Commits[] = Array.from({ length: COMMITTERS }, () => commits(3));
  readonly rebalanced: Commits = commits(PARTITIONS);
  readonly assignments = new Assignments();
  readonly members: readonly RawMember[];
  acknowledgedCount = 0;
  readonly #bootstrapServers: string;

  constructor(bootstrapServers: string, random: Random) {
    this.#bootstrapServers = bootstrapServers;
    this.members = Array.from({ length: MEMBERS }, () => new RawMember(this, random));
  }

  /** Commits and rebalances until the broker is gone. */
  async round(): Promise<void> {
    const connect = async (): Promise<Line> =>
      new Line(await RawClient.connect(this.#bootstrapServers));
    await Promise.all([
      ...this.committers.map(async (own, index) => this.#commit(await connect(), index, own)),
      ...this.members.map(async (member) => member.run(await connect())),
    ]);
  }

  /** Resolves when so many more commits have been acknowledged, and so many generations been handed out. */
  async progress(commitCount: number, generationCount: number): Promise<void> {
    const wanted = this.acknowledgedCount + commitCount;
    const wantedGenerations = this.assignments.count + generationCount;
    const deadline = performance.now() + ROUND_MS_MAX;
    while (this.acknowledgedCount < wanted || this.assignments.count < wantedGenerations) {
      if (performance.now() > deadline) {
        throw new Error(
          `after ${this.acknowledgedCount} commits and ${this.assignments.count} generations nothing goes on`,
        );
      }
      await sleep(1);
    }
  }

  /** What the restarted broker has, against what it said. */
  async problems(): Promise<string[]> {
    const line = new Line(await RawClient.connect(this.#bootstrapServers));
    const problems: string[] = [...this.assignments.problems];
    const groups: [string, Commits][] = this.committers.map((own, index) => [groupOf(index), own]);
    for (const [group, own] of [...groups, [REBALANCED, this.rebalanced] as const]) {
      const found = await fetchOffsets(line, group, own.length);
      for (const [partition, commit] of own.entries()) {
        const problem = commit.problem(found[partition]!);
        if (problem !== undefined) problems.push(`${group}/${partition}: ${problem}`);
      }
    }
    return problems;
  }

  async #commit(line: Line, index: number, own: Commits): Promise<void> {
    for (;;) {
      const offsets = own.map((commit) => commit.next());
      const errors = await commitOffsets(line, groupOf(index), -1, '', [...offsets.entries()]);
      if (errors === undefined) return;
      for (const [partition, commit] of own.entries()) {
        commit.answered(offsets[partition]!, errors[partition]!);
        if (errors[partition] === ErrorCode.NONE) this.acknowledgedCount++;
      }
    }
  }
}

const REBALANCED = 'rebalanced';

/** A member of a classic group that joins, commits what it has, and leaves now and then; it remembers who it was when the broker comes back. */
class RawMember {
  readonly #chaos: Chaos;
  readonly #random: Random;
  #memberId = '';
  #generation = -1;
  #partitions: readonly number[] = [];

  constructor(chaos: Chaos, random: Random) {
    this.#chaos = chaos;
    this.#random = random;
  }

  async run(line: Line): Promise<void> {
    for (;;) {
      const isIn = this.#generation >= 0 ? await this.#stay(line) : await this.#join(line);
      if (isIn === undefined) return;
      if (isIn) continue;
      this.#generation = -1;
    }
  }

  /** Undefined: the broker is gone. False: it has to join. */
  async #stay(line: Line): Promise<boolean | undefined> {
    if (this.#random(12) === 0) {
      const [memberId, groupInstanceId] = [this.#memberId, null];
      const members = [{ memberId, groupInstanceId }];
      const left = await line.ask(leaveGroupApi, 4, { groupId: REBALANCED, members });
      this.#memberId = '';
      return left === undefined ? undefined : false;
    }
    const offsets = this.#partitions.map(
      (partition) => [partition, this.#chaos.rebalanced[partition]!.next()] as const,
    );
    const { errorCode } = (await line.ask(heartbeatApi, 4, this.#me())) ?? {};
    const errors = await commitOffsets(line, REBALANCED, this.#generation, this.#memberId, offsets);
    if (errorCode === undefined || errors === undefined) return undefined;
    for (const [index, [partition, offset]] of offsets.entries()) {
      this.#chaos.rebalanced[partition]!.answered(offset, errors[index]!);
    }
    this.#chaos.acknowledgedCount++;
    return errorCode === ErrorCode.NONE || this.#mayGoOn(errorCode);
  }

  async #join(line: Line): Promise<boolean | undefined> {
    const joined = await line.ask(joinGroupApi, 7, {
      groupId: REBALANCED,
      sessionTimeoutMs: SESSION_TIMEOUT_MS,
      rebalanceTimeoutMs: SESSION_TIMEOUT_MS,
      memberId: this.#memberId,
      groupInstanceId: null,
      protocolType: 'chaos',
      protocols: [{ name: 'any', metadata: Buffer.alloc(8) }],
    });
    if (joined === undefined) return undefined;
    if (joined.errorCode === ErrorCode.MEMBER_ID_REQUIRED) this.#memberId = joined.memberId;
    if (joined.errorCode !== ErrorCode.NONE) return this.#mayGoOn(joined.errorCode) && false;
    this.#memberId = joined.memberId;
    const { generationId, members } = joined;
    const synced = await line.ask(syncGroupApi, 5, {
      groupId: REBALANCED,
      generationId,
      memberId: this.#memberId,
      groupInstanceId: null,
      protocolType: 'chaos',
      protocolName: 'any',
      assignments: members.map(({ memberId }, index) => ({
        memberId,
        assignment: Buffer.from(ALL_PARTITIONS.filter((each) => each % members.length === index)),
      })),
    });
    if (synced === undefined) return undefined;
    if (synced.errorCode !== ErrorCode.NONE) return this.#mayGoOn(synced.errorCode) && false;
    this.#generation = generationId;
    this.#partitions = [...synced.assignment];
    this.#chaos.assignments.note(generationId, this.#memberId, this.#partitions);
    return true;
  }

  #me(): { groupId: string; generationId: number; memberId: string; groupInstanceId: null } {
    const [generationId, memberId] = [this.#generation, this.#memberId];
    return { groupId: REBALANCED, generationId, memberId, groupInstanceId: null };
  }

  /** Whether the member may stay as it is. Throws for an answer that a member must not get. */
  #mayGoOn(errorCode: number): boolean {
    switch (errorCode) {
      case ErrorCode.COORDINATOR_LOAD_IN_PROGRESS:
      case ErrorCode.COORDINATOR_NOT_AVAILABLE:
      case ErrorCode.NOT_COORDINATOR:
        return true;
      case ErrorCode.UNKNOWN_MEMBER_ID:
        this.#memberId = '';
        return false;
      case ErrorCode.MEMBER_ID_REQUIRED:
      case ErrorCode.REBALANCE_IN_PROGRESS:
      case ErrorCode.ILLEGAL_GENERATION:
        return false;
      default:
        throw new Error(`a member got ${errorName(errorCode)}`);
    }
  }
}

const ALL_PARTITIONS = Array.from({ length: PARTITIONS }, (_, partition) => partition);

function commits(count: number): Commits {
  return Array.from({ length: count }, () => new Commit());
}

function groupOf(index: number): string {
  return `committer-${index}`;
}

/** With the first look-up comes the topic of the commits. */
async function findCoordinator(bootstrapServers: string): Promise<void> {
  const line = new Line(await RawClient.connect(bootstrapServers));
  for (;;) {
    const body = { keyType: 0, coordinatorKeys: [REBALANCED] };
    const answer = await line.ask(findCoordinatorApi, 4, body);
    if (answer?.coordinators[0]?.errorCode === ErrorCode.NONE) return;
    await sleep(5);
  }
}

/** One error code an offset; undefined when the broker is gone. */
async function commitOffsets(
  line: Line,
  groupId: string,
  generation: number,
  memberId: string,
  offsets: readonly (readonly [partition: number, offset: number])[],
): Promise<number[] | undefined> {
  if (offsets.length === 0) return [];
  const partitions = offsets.map(([partitionIndex, committedOffset]) => ({
    partitionIndex,
    committedOffset,
    committedLeaderEpoch: -1,
    committedMetadata: '',
  }));
  const answer = await line.ask(offsetCommitApi, 8, {
    groupId,
    generationIdOrMemberEpoch: generation,
    memberId,
    groupInstanceId: null,
    topics: [{ name: TOPIC, partitions }],
  });
  return answer?.topics[0]!.partitions.map(({ errorCode }) => errorCode);
}

/** -1 where nothing is committed. Waits until the group is loaded. */
async function fetchOffsets(line: Line, groupId: string, count: number): Promise<number[]> {
  const partitionIndexes = ALL_PARTITIONS.slice(0, count);
  for (;;) {
    const answer = await line.ask(offsetFetchApi, 8, {
      groups: [{ groupId, topics: [{ name: TOPIC, partitionIndexes }] }],
      requireStable: false,
    });
    const group = answer?.groups[0];
    if (group === undefined) throw new Error('the broker is gone');
    if (group.errorCode === ErrorCode.NONE) {
      return group.topics[0]!.partitions.map(({ committedOffset }) => committedOffset);
    }
    await sleep(5);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

describe('kill -9 of the group coordinator', () => {
  it(`commits and rebalances, ${KILLS} kills (seed ${SEED})`, async () => {
    using dir = tempDir('chaos-groups');
    const random = randomFrom(SEED);
    const port = await freePort();
    const options = { dataDir: join(dir.path, 'data'), port, properties: PROPERTIES };
    let broker = await BrokerProcess.start(options);
    try {
      const admin = new Admin({ bootstrapServers: broker.bootstrapServers });
      await admin.createTopics([{ name: TOPIC, partitions: PARTITIONS }]);
      await admin.close();
      await findCoordinator(broker.bootstrapServers);
      const chaos = new Chaos(broker.bootstrapServers, random);
      for (let kill = 0; kill < KILLS; kill++) {
        const round = chaos.round();
        await Promise.race([
          chaos.progress(1 + random(PROGRESS_MAX), random(GENERATIONS_MAX)),
          round,
        ]);
        await sleep(random(DELAY_MS_MAX));
        expect(broker.errorLines).toEqual([]);
        await broker.kill();
        await round;
        broker = await BrokerProcess.start(options);
        expect(await chaos.problems(), `after kill ${kill + 1}`).toEqual([]);
      }
      process.stdout.write(
        `kill -9 of the group coordinator: ${KILLS} kills, ${chaos.acknowledgedCount} commits acknowledged, ${chaos.assignments.count} generations\n`,
      );
      expect(chaos.assignments.count).toBeGreaterThan(KILLS);
    } finally {
      await broker.kill();
    }
  });
});

const missing = await unmetRequirement('groups over kills', [
  kafkaToolsMissing,
  kcatMissing,
  pythonClientsMissing,
]);

describe.skipIf(missing !== undefined)('kill -9 of the broker under a group of clients', () => {
  it(`everybody is back, and goes on from what is committed, ${MEMBER_KILLS} kills (seed ${SEED})`, async () => {
    using dir = tempDir('chaos-members');
    const port = await freePort();
    const options = { dataDir: join(dir.path, 'data'), port, properties: PROPERTIES };
    let broker = await BrokerProcess.start(options);
    try {
      const { bootstrapServers } = broker;
      const admin = new Admin({ bootstrapServers });
      await admin.createTopics([{ name: TOPIC, partitions: PARTITIONS }]);
      await admin.close();
      let kills = 0;
      const churned = await churn({
        bootstrapServers,
        group: 'members',
        topic: TOPIC,
        mode: 'roundrobin',
        // Not kafka-python, whose consumer throws where the broker is away while it looks for its coordinator.
        kinds: ['kafkajs', 'kcat', 'console', 'verifiable'],
        durationMs: MEMBER_KILLS * 6000,
        seed: SEED,
        disturb: async (group, random) => {
          // Somebody comes or goes, so that the kill finds a rebalance under way.
          group.change(random);
          if (random(2) === 0) return;
          await sleep(random(1000));
          expect(broker.errorLines).toEqual([]);
          await broker.kill();
          broker = await BrokerProcess.start(options);
          kills++;
        },
      });
      const history = await churned.verify();
      process.stdout.write(`${kills} kills of the broker; ${churned.summary(history)}\n`);
    } finally {
      await broker.kill();
    }
  });
});
