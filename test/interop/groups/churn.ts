/**
 * A consumer group whose members join, leave and are killed all the time, and what must hold of it all the same.
 *
 * A producer writes numbered, keyed records meanwhile. Afterwards what the members printed is held against what was produced and against the
 * coordinator's own history ({@link CoordinatorHistory}).
 */
import { Producer } from '@zurau/client';
import { expect } from 'vitest';
import { CoordinatorHistory } from './coordinator-history.ts';
import { GroupMember } from './members.ts';
import type { ConsumedRecord, GroupOfMembers, MemberKind } from './members.ts';

const CHANGE_EVERY_MS = 2000;
const PRODUCE_EVERY_MS = 50;
const RECORDS_PER_TICK = 10;
const KEYS = 200;
const CATCH_UP_MS_MAX = 120_000;
const WRONG_LISTED_MAX = 10;

export interface ChurnOptions extends GroupOfMembers {
  readonly kinds: readonly MemberKind[];
  readonly durationMs: number;
  readonly seed: number;
  /** What happens every two seconds; without it, somebody joins, leaves or is killed. */
  readonly disturb?: (group: ChurnedGroup, random: Random) => Promise<void>;
}

/** Random in [0, bound). */
export type Random = (bound: number) => number;

interface ProducedRecord {
  readonly key: string;
  readonly value: string;
}

/** Runs the group, and returns when all that was produced has been consumed and everyone has left. */
export async function churn(options: ChurnOptions): Promise<ChurnedGroup> {
  const group = new ChurnedGroup(options);
  const producing = new NumberedRecords(options.bootstrapServers, options.topic);
  try {
    for (const kind of options.kinds) group.join(kind);
    const random = randomFrom(options.seed);
    const until = performance.now() + options.durationMs;
    while (performance.now() < until) {
      await sleep(CHANGE_EVERY_MS);
      if (options.disturb === undefined) group.change(random);
      else await options.disturb(group, random);
    }
    await group.everyKindConsumes();
    group.produced = await producing.stop();
    await group.consumeTheRest();
  } finally {
    await producing.stop();
    await group.end();
  }
  return group;
}

export class ChurnedGroup {
  readonly members: GroupMember[] = [];
  readonly counts = { joined: 0, left: 0, killed: 0 };
  produced: ReadonlyMap<string, ProducedRecord> = new Map();
  readonly #options: ChurnOptions;
  readonly #ends: Promise<void>[] = [];

  constructor(options: ChurnOptions) {
    this.#options = options;
  }

  get running(): GroupMember[] {
    return this.members.filter((member) => member.isRunning);
  }

  join(kind: MemberKind): void {
    this.counts.joined++;
    this.members.push(new GroupMember(kind, `${kind} ${this.counts.joined}`, this.#options));
  }

  /** Somebody joins, leaves or is killed; of every kind somebody comes again. */
  change(random: Random): void {
    const { running } = this;
    const { kinds } = this.#options;
    const missing = kinds.filter((kind) => !running.some((member) => member.kind === kind));
    const mayLeave = running.length > 2 && missing.length < 2;
    const mayJoin = running.length <= kinds.length + 1;
    const action = random(3);
    if (!mayLeave || (mayJoin && action === 0)) {
      const from = missing.length > 0 ? missing : kinds;
      this.join(from[random(from.length)]!);
      return;
    }
    const signal = action === 1 ? 'SIGTERM' : 'SIGKILL';
    if (signal === 'SIGTERM') this.counts.left++;
    else this.counts.killed++;
    this.#ends.push(running[random(running.length)]!.end(signal));
  }

  /** Short runs may have had no room for some. */
  async everyKindConsumes(): Promise<void> {
    const { kinds } = this.#options;
    const idle = (): MemberKind[] => kinds.filter((kind) => this.#consumedBy(kind) === 0);
    for (const kind of idle()) {
      if (!this.running.some((member) => member.kind === kind)) this.join(kind);
    }
    await expect.poll(idle, { timeout: CATCH_UP_MS_MAX, interval: 200 }).toEqual([]);
  }

  async consumeTheRest(): Promise<void> {
    if (this.running.length < 2) for (const kind of this.#options.kinds) this.join(kind);
    const deadline = performance.now() + CATCH_UP_MS_MAX;
    let missing = this.#missing();
    while (missing.length > 0 && performance.now() < deadline) {
      await sleep(200);
      missing = this.#missing();
    }
    expect(missing.slice(0, WRONG_LISTED_MAX), 'produced and not consumed').toEqual([]);
  }

  async end(): Promise<void> {
    await Promise.all([...this.#ends, ...this.running.map((member) => member.end('SIGTERM'))]);
  }

  /** Every record consumed, none by two members in one generation, in order. */
  async verify(): Promise<CoordinatorHistory> {
    const { bootstrapServers, group, mode } = this.#options;
    for (const member of this.members) {
      expect(member.hasFailed, `${member.name} ended: ${member.errors}`).toBe(false);
    }
    const history = await CoordinatorHistory.read(bootstrapServers, group);
    expect(history.conflicts, 'partitions with two members').toEqual([]);
    this.#expectContents();
    if (mode !== 'consumer') expect(this.#lost(history), 'lost').toEqual([]);
    for (const member of this.members) {
      for (const records of byPartition(member.consumed)) {
        const wrong =
          mode === 'consumer'
            ? wrongByPossession(records, history)
            : wrongByGeneration(records, history, mode === 'cooperative-sticky');
        expect(wrong.slice(0, WRONG_LISTED_MAX), `${member.name}\n${member.errors}`).toEqual([]);
      }
    }
    if (mode !== 'consumer') this.#expectOneMemberAGeneration();
    return history;
  }

  /** One line for whoever watches. */
  summary(history: CoordinatorHistory): string {
    const { joined, left, killed } = this.counts;
    const consumed = this.members.flatMap((member) => member.consumed);
    const kinds = this.#options.kinds.map((kind) => `${kind} ${this.#consumedBy(kind)}`);
    const rounds =
      this.#options.mode === 'consumer'
        ? `${history.possessions.length} partitions handed over`
        : `${history.generations.size} generations`;
    return (
      `group ${this.#options.group}: ${joined} joined, ${left} left, ${killed} killed, ${rounds}, ` +
      `${this.produced.size} records produced, ${consumed.length} consumed (${kinds.join(', ')})`
    );
  }

  #consumedBy(kind: MemberKind): number {
    return this.members
      .filter((member) => member.kind === kind)
      .reduce((sum, member) => sum + member.consumed.length, 0);
  }

  #missing(): string[] {
    const missing = new Set(this.produced.keys());
    for (const { consumed } of this.members) {
      for (const record of consumed) missing.delete(place(record));
    }
    const dropped = this.#droppedByKcat(missing);
    return [...missing].filter((where) => !dropped.has(where));
  }

  /**
   * What kcat dropped: told to leave while it waits for a record, it takes that one, does not print it, and commits it all the same. With any
   * broker; so each kcat that left may have one on its account: the next one of a partition that it had, or, if somebody else had that since, a later one.
   */
  #droppedByKcat(missing: ReadonlySet<string>): Set<string> {
    const dropped = new Set<string>();
    for (const { kind, wasAskedToLeave, consumed } of this.members) {
      if (kind !== 'kcat' || !wasAskedToLeave) continue;
      const next = [...missing].find((where) => {
        const [partition, offset] = where.split('/').map(Number);
        const last = consumed.findLast((record) => record.partition === partition);
        return !dropped.has(where) && (last === undefined || last.offset < offset!);
      });
      if (next !== undefined) dropped.add(next);
    }
    return dropped;
  }

  /** Of what nobody printed, what kcat cannot have dropped: it reads on from where it was, or from where a generation that gave it the partition began. */
  #lost(history: CoordinatorHistory): string[] {
    const missing = new Set(this.produced.keys());
    for (const { consumed } of this.members) {
      for (const record of consumed) missing.delete(place(record));
    }
    const starts = new Set(
      [...history.generations.values()].flatMap(({ committed }) =>
        Array.from(committed, ([partition, offset]) => place({ partition, offset })),
      ),
    );
    const kcats = this.members.filter(({ kind }) => kind === 'kcat');
    const isNextOfKcat = (where: string): boolean =>
      kcats.some(({ consumed }) =>
        consumed.some(
          ({ partition, offset }) => place({ partition, offset: offset + 1 }) === where,
        ),
      );
    return [...missing].filter(
      (where) => !where.endsWith('/0') && !starts.has(where) && !isNextOfKcat(where),
    );
  }

  #expectContents(): void {
    const wrong = this.members.flatMap(({ name, consumed }) =>
      consumed
        .filter((record) => {
          const produced = this.produced.get(place(record));
          return produced?.key !== record.key || produced.value !== record.value;
        })
        .map((record) => `${name}: ${place(record)} ${record.key} ${record.value}`),
    );
    expect(wrong.slice(0, WRONG_LISTED_MAX), 'consumed otherwise than produced').toEqual([]);
  }

  #expectOneMemberAGeneration(): void {
    const owners = new Map<string, string>();
    for (const { memberId, partition, generation } of this.members.flatMap((m) => m.consumed)) {
      const where = `partition ${partition}, generation ${generation}`;
      expect(owners.get(where) ?? memberId, where).toBe(memberId);
      owners.set(where, memberId);
    }
  }
}

/**
 * Classic protocol: every record from the member that the generation gives the partition to, each generation read on from the committed offset,
 * without a gap. Cooperative members go on where they are with what they keep, and with what they are about to give up until they have
 * heard of it; nobody else has it in that generation.
 */
function wrongByGeneration(
  records: readonly ConsumedRecord[],
  history: CoordinatorHistory,
  isCooperative: boolean,
): string[] {
  const wrong: string[] = [];
  let previous: ConsumedRecord | undefined;
  for (const record of records) {
    const { partition, offset, generation, memberId } = record;
    const isSameGeneration = previous?.generation === generation && previous.memberId === memberId;
    const isNext = previous?.offset === offset - 1;
    const stored = history.generations.get(generation);
    const said = `${place(record)} in generation ${generation} by ${memberId}`;
    const owner = stored?.owners.get(partition);
    const isOwner =
      owner === memberId ||
      (isCooperative &&
        owner === undefined &&
        history.latest(generation - 1)?.owners.get(partition) === memberId);
    if (!isOwner) wrong.push(`${said}: it is with ${owner ?? 'nobody'}`);
    if (!(isNext && (isSameGeneration || isCooperative))) {
      const from = stored?.committed.get(partition) ?? 0;
      if (isSameGeneration || offset !== from) {
        wrong.push(`${said} after ${previous?.offset}, committed was ${from}`);
      }
    }
    previous = record;
  }
  return wrong;
}

/** Consumer protocol: read on from where the partition was committed when it was given to the member, without a gap. */
function wrongByPossession(
  records: readonly ConsumedRecord[],
  history: CoordinatorHistory,
): string[] {
  const wrong: string[] = [];
  const [first] = records;
  if (first === undefined) return wrong;
  const starts = history.possessions
    .filter(
      ({ memberId, partition }) => memberId === first.memberId && partition === first.partition,
    )
    .map(({ committedOffset }) => committedOffset);
  let previous: ConsumedRecord | undefined;
  for (const record of records) {
    if (previous?.offset !== record.offset - 1) {
      const at = starts.indexOf(record.offset);
      if (at < 0) {
        wrong.push(`${place(record)} after ${previous?.offset}, committed was ${starts.join()}`);
      }
      starts.splice(0, at + 1);
    }
    previous = record;
  }
  return wrong;
}

/** Numbered records, keyed, as many a second as the clients digest; knows where each ended up. */
class NumberedRecords {
  readonly #producer: Producer;
  readonly #topic: string;
  readonly #sends: Promise<void>[] = [];
  readonly #produced = new Map<string, ProducedRecord>();
  readonly #timer: NodeJS.Timeout;
  #number = 0;

  constructor(bootstrapServers: string, topic: string) {
    this.#topic = topic;
    this.#producer = new Producer({
      bootstrapServers: [bootstrapServers],
      enableIdempotence: true,
      deliveryTimeoutMs: 120_000,
      lingerMs: 5,
    });
    this.#timer = setInterval(() => this.#send(), PRODUCE_EVERY_MS);
  }

  async stop(): Promise<ReadonlyMap<string, ProducedRecord>> {
    clearInterval(this.#timer);
    await Promise.all(this.#sends);
    await this.#producer.close();
    return this.#produced;
  }

  #send(): void {
    for (let i = 0; i < RECORDS_PER_TICK; i++) {
      const value = String(this.#number++);
      const key = `k${this.#number % KEYS}`;
      const sent = this.#producer.send({ topic: this.#topic, key, value });
      this.#sends.push(
        sent.then((metadata) => {
          this.#produced.set(place(metadata), { key, value });
        }),
      );
    }
  }
}

function place({ partition, offset }: { partition: number; offset: number }): string {
  return `${partition}/${offset}`;
}

function byPartition(records: readonly ConsumedRecord[]): ConsumedRecord[][] {
  const partitions: ConsumedRecord[][] = [];
  for (const record of records) (partitions[record.partition] ??= []).push(record);
  return partitions.filter((partition) => partition !== undefined);
}

/** Random in [0, bound) from the seed. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0 || 1;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % bound;
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
