/**
 * Sticky assignment where members subscribed to different topics: everybody keeps what they have, the rest goes to whoever may take it and has least, and
 * then partitions move for as long as that makes it more even.
 */
import { groupBy } from '../../group-by.ts';
import { partitionName, type TopicPartition } from '../../topic-partition.ts';
import { type AssignableTopics, compareText, type SubscribedMember } from './assignor.ts';
import { type MemberMemory, NO_GENERATION, type OwnedPartitions } from './owned-partitions.ts';
import { PartitionMovements } from './partition-movements.ts';
import type { RackTable } from './rack-table.ts';

export interface GeneralInput {
  readonly members: readonly SubscribedMember[];
  readonly topics: AssignableTopics;
  readonly owned: OwnedPartitions;
  readonly racks: RackTable;
  readonly memoryOf: (member: SubscribedMember) => MemberMemory;
}

export function assignGeneral(input: GeneralInput): Map<string, TopicPartition[]> {
  return new GeneralAssignment(input).build();
}

interface FormerOwner {
  readonly memberId: string;
  readonly generationId: number;
}

class GeneralAssignment {
  readonly #topics: AssignableTopics;
  readonly #racks: RackTable;
  /** Members that subscribed to a topic, and topics that exist and a member subscribed to. */
  readonly #membersOf: Map<string, string[]> = new Map();
  readonly #topicsOf: Map<string, string[]> = new Map();
  #assignment: Map<string, TopicPartition[]> = new Map();
  #ownerOf: Map<string, string> = new Map();
  readonly #formerOwnerOf: Map<string, FormerOwner>;
  readonly #movements: PartitionMovements = new PartitionMovements();
  /** Those with the fewest partitions first. */
  #ranking: string[] = [];
  /** Topics with the fewest members first. */
  readonly #all: TopicPartition[];
  readonly #kept: Set<string> = new Set();
  #mustRevoke = false;

  constructor({ members, topics, owned, racks, memoryOf }: GeneralInput) {
    this.#topics = topics;
    this.#racks = racks;
    for (const topic of topics.keys()) this.#membersOf.set(topic, []);
    for (const member of members) {
      const existing = member.topics.filter((topic) => topics.has(topic));
      this.#topicsOf.set(member.memberId, existing);
      for (const topic of existing) this.#membersOf.get(topic)?.push(member.memberId);
    }
    const countOf = (topic: string): number => this.#membersOf.get(topic)?.length ?? 0;
    this.#all = [...topics.keys()]
      .sort((a, b) => countOf(a) - countOf(b) || compareText(a, b))
      .flatMap((name) => topics.get(name) ?? [])
      .map(({ topic, partition }) => ({ topic, partition }));
    this.#formerOwnerOf = formerOwners(members, memoryOf, owned.newestGeneration);
    for (const member of members) this.#keep(member, owned.byMember.get(member.memberId) ?? []);
  }

  build(): Map<string, TopicPartition[]> {
    for (const memberId of this.#assignment.keys()) this.#rank(memberId);
    const unassigned = this.#all.filter((of) => !this.#kept.has(partitionName(of)));
    const isFirst = this.#countOf(this.#ranking.at(-1)) === 0;
    const far = this.#racks.isUsed
      ? unassigned.filter(
          (of) => !this.#give(of, (memberId) => !this.#racks.mismatch(memberId, of)),
        )
      : unassigned;
    for (const of of far) this.#give(of, () => true);

    const fixed = this.#setAside();
    const before = { assignment: copyOf(this.#assignment), ownerOf: new Map(this.#ownerOf) };
    const isMovable = ({ topic }: TopicPartition): boolean => this.#isShared(topic);
    if (!this.#mustRevoke) this.#even(unassigned.filter(isMovable));
    const moved = this.#even(this.#all.filter(isMovable));
    if (!isFirst && moved && imbalance(this.#assignment) >= imbalance(before.assignment)) {
      this.#assignment = before.assignment;
      this.#ownerOf = before.ownerOf;
    }
    for (const [memberId, partitions] of fixed) this.#assignment.set(memberId, partitions);
    return this.#assignment;
  }

  #keep({ memberId, topics }: SubscribedMember, had: readonly TopicPartition[]): void {
    const kept: TopicPartition[] = [];
    this.#assignment.set(memberId, kept);
    for (const of of had) {
      this.#ownerOf.set(partitionName(of), memberId);
      if (!topics.includes(of.topic) || this.#racks.mismatch(memberId, of)) {
        this.#mustRevoke = true;
      } else {
        kept.push(of);
        this.#kept.add(partitionName(of));
      }
    }
  }

  #give(of: TopicPartition, isFit: (memberId: string) => boolean): boolean {
    const memberId = this.#ranking.find(
      (candidate) => this.#topicsOf.get(candidate)?.includes(of.topic) === true && isFit(candidate),
    );
    if (memberId === undefined) return false;
    this.#unrank(memberId);
    this.#assignment.get(memberId)?.push(of);
    this.#ownerOf.set(partitionName(of), memberId);
    this.#rank(memberId);
    return true;
  }

  /** Takes out the members whose partitions nobody else could have, and who could have no more. */
  #setAside(): Map<string, TopicPartition[]> {
    const fixed = new Map<string, TopicPartition[]>();
    for (const [memberId, topics] of this.#topicsOf) {
      const partitions = this.#assignment.get(memberId) ?? [];
      const isOpen =
        partitions.length < this.#countMax(topics) ||
        partitions.some(({ topic }) => this.#isShared(topic));
      if (isOpen) continue;
      this.#unrank(memberId);
      fixed.set(memberId, partitions);
      this.#assignment.delete(memberId);
    }
    return fixed;
  }

  /** Moves partitions until nothing gets better; tells whether any moved. */
  #even(partitions: readonly TopicPartition[]): boolean {
    let anyMoved = false;
    for (let again = true; again;) {
      again = false;
      for (const of of partitions) {
        if (this.#isEven()) break;
        if (!this.#improve(of)) continue;
        anyMoved = true;
        again = true;
      }
    }
    return anyMoved;
  }

  #improve(of: TopicPartition): boolean {
    const owner = this.#ownerOf.get(partitionName(of)) as string;
    const isBetterOff = (memberId: string): boolean =>
      this.#countOf(owner) > this.#countOf(memberId) + 1;
    const former = this.#formerOwnerOf.get(partitionName(of));
    const mayHaveItBack =
      former !== undefined && this.#topicsOf.get(former.memberId)?.includes(of.topic) === true;
    if (mayHaveItBack && isBetterOff(former.memberId)) {
      this.#move(of, former.memberId);
      return true;
    }
    // A near one counts first, but either way it goes to whoever has least.
    if (!(this.#membersOf.get(of.topic) ?? []).some(isBetterOff)) return false;
    const least = this.#ranking.find((memberId) =>
      this.#topicsOf.get(memberId)?.includes(of.topic),
    );
    this.#move(of, least as string);
    return true;
  }

  #move(wanted: TopicPartition, to: string): void {
    const wantedOwner = this.#ownerOf.get(partitionName(wanted)) as string;
    const of = this.#movements.instead(wanted, wantedOwner, to);
    const name = partitionName(of);
    const from = this.#ownerOf.get(name) as string;
    this.#unrank(from);
    this.#unrank(to);
    this.#movements.move(of, from, to);
    const left = (this.#assignment.get(from) ?? []).filter(
      (other) => partitionName(other) !== name,
    );
    this.#assignment.set(from, left);
    this.#assignment.get(to)?.push(of);
    this.#ownerOf.set(name, to);
    this.#rank(to);
    this.#rank(from);
  }

  #isEven(): boolean {
    const least = this.#countOf(this.#ranking[0]);
    const most = this.#countOf(this.#ranking.at(-1));
    if (least >= most - 1) return true;
    return this.#ranking.every((memberId) => {
      const topics = this.#topicsOf.get(memberId) ?? [];
      const count = this.#countOf(memberId);
      if (count === this.#countMax(topics)) return true;
      return topics
        .flatMap((topic) => this.#topics.get(topic) ?? [])
        .every((of) => {
          const owner = this.#ownerOf.get(partitionName(of));
          return owner === memberId || count + 1 >= this.#countOf(owner);
        });
    });
  }

  #isShared(topic: string): boolean {
    return (this.#membersOf.get(topic)?.length ?? 0) >= 2;
  }

  #countMax(topics: readonly string[]): number {
    return topics.reduce((sum, topic) => sum + (this.#topics.get(topic)?.length ?? 0), 0);
  }

  #countOf(memberId: string | undefined): number {
    return this.#assignment.get(memberId ?? '')?.length ?? 0;
  }

  #unrank(memberId: string): void {
    const at = this.#ranking.indexOf(memberId);
    if (at >= 0) this.#ranking.splice(at, 1);
  }

  #rank(memberId: string): void {
    const count = this.#countOf(memberId);
    const isBehind = (other: string): boolean =>
      this.#countOf(other) - count > 0 ||
      (this.#countOf(other) === count && compareText(other, memberId) > 0);
    const at = this.#ranking.findIndex(isBehind);
    this.#ranking.splice(at < 0 ? this.#ranking.length : at, 0, memberId);
  }
}

/** Who had a partition before the newest generation. */
function formerOwners(
  members: readonly SubscribedMember[],
  memoryOf: (member: SubscribedMember) => MemberMemory,
  newestGeneration: number,
): Map<string, FormerOwner> {
  const owners = new Map<string, FormerOwner>();
  for (const member of members) {
    const { partitions, generationId = NO_GENERATION } = memoryOf(member);
    if (generationId >= newestGeneration) continue;
    for (const of of partitions) {
      const name = partitionName(of);
      if (generationId > (owners.get(name)?.generationId ?? Number.NEGATIVE_INFINITY)) {
        owners.set(name, { memberId: member.memberId, generationId });
      }
    }
  }
  return owners;
}

/** Sum of the differences between all pairs of members; 0 is even. */
function imbalance(assignment: ReadonlyMap<string, readonly TopicPartition[]>): number {
  const counts = groupBy(assignment.values(), ({ length }) => length);
  let sum = 0;
  const sizes = Array.from(counts, ([size, { length }]) => ({ size, length }));
  for (const [index, a] of sizes.entries()) {
    for (const b of sizes.slice(index + 1)) sum += Math.abs(a.size - b.size) * a.length * b.length;
  }
  return sum;
}

function copyOf(assignment: Map<string, TopicPartition[]>): Map<string, TopicPartition[]> {
  return new Map(Array.from(assignment, ([memberId, partitions]) => [memberId, [...partitions]]));
}
