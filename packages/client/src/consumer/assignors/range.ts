/**
 * Kafka's `range`: topic by topic, each member a run of consecutive partitions, the first members one more where it does not divide.
 *
 * With racks (KIP-881), what can be read in its own rack goes there first within the same quotas; topics with the same members and the same number of
 * partitions are kept together, partition by partition.
 */
import { groupBy } from '../../group-by.ts';
import type { TopicPartition } from '../../topic-partition.ts';
import {
  type AssignablePartition,
  type AssignableTopics,
  compareMembers,
  compareText,
  type GroupAssignment,
  type PartitionAssignor,
  racksMatter,
  type SubscribedMember,
} from './assignor.ts';

export function rangeAssignor(): PartitionAssignor {
  return { name: 'range', assign: assignRanges };
}

function assignRanges(
  members: readonly SubscribedMember[],
  topics: AssignableTopics,
): GroupAssignment {
  const assignment = new Map<string, TopicPartition[]>();
  for (const { memberId } of members) assignment.set(memberId, []);
  const ordered = members.toSorted(compareMembers);
  const shares: TopicShare[] = [];
  for (const topic of [...topics.keys()].sort(compareText)) {
    const subscribers = ordered.filter((member) => member.topics.includes(topic));
    const partitions = topics.get(topic) ?? [];
    if (subscribers.length > 0 && partitions.length > 0) {
      shares.push(new TopicShare(partitions, subscribers, assignment));
    }
  }
  const withRacks = shares.some((share) => share.racksMatter);
  if (withRacks) assignWithinRacks(shares);
  for (const share of shares) share.fill(() => true);
  if (withRacks) {
    for (const partitions of assignment.values()) {
      partitions.sort((a, b) => compareText(a.topic, b.topic) || a.partition - b.partition);
    }
  }
  return assignment;
}

function assignWithinRacks(shares: readonly TopicShare[]): void {
  const alike = groupBy(shares, (share) =>
    JSON.stringify([share.partitionCountInRacks, share.members.map((m) => [m.memberId, m.rackId])]),
  );
  for (const group of alike.values()) {
    const [only] = group;
    if (group.length > 1) assignTogether(group);
    else if (only?.racksMatter === true) only.fill((member, of) => only.matches(member, of));
  }
}

/** Partition n of all these topics to the same member, as long as one of them has a replica of each near. */
function assignTogether(shares: readonly TopicShare[]): void {
  const [first] = shares;
  let candidates: readonly SubscribedMember[] = first?.members ?? [];
  for (let partition = 0; partition < (first?.partitionCountInRacks ?? 0); partition += 1) {
    const member = candidates.find((candidate) =>
      shares.every((share) => share.roomOf(candidate) > 0 && share.matchesAt(candidate, partition)),
    );
    if (member === undefined) continue;
    for (const share of shares) share.giveAt(member, partition);
    if (!shares.some((share) => share.roomOf(member) > 0)) {
      candidates = candidates.filter((candidate) => candidate !== member);
    }
  }
}

/** One topic while it is handed out. */
class TopicShare {
  readonly members: readonly SubscribedMember[];
  readonly racksMatter: boolean;
  /** 0 where no member has a rack: partitions are then not looked at by rack. */
  readonly partitionCountInRacks: number;
  readonly #quota: number;
  /** Members that may still have one more than the quota. */
  #extraCount: number;
  readonly #left: Map<number, AssignablePartition>;
  readonly #countOf: Map<string, number> = new Map();
  readonly #assignment: ReadonlyMap<string, TopicPartition[]>;

  constructor(
    partitions: readonly AssignablePartition[],
    members: readonly SubscribedMember[],
    assignment: ReadonlyMap<string, TopicPartition[]>,
  ) {
    this.members = members;
    this.#assignment = assignment;
    this.#left = new Map(partitions.map((of) => [of.partition, of]));
    this.#quota = Math.floor(partitions.length / members.length);
    this.#extraCount = partitions.length % members.length;
    const memberRacks = new Set(members.flatMap(({ rackId }) => rackId ?? []));
    this.partitionCountInRacks = memberRacks.size === 0 ? 0 : partitions.length;
    this.racksMatter = racksMatter(
      memberRacks,
      new Set(partitions.flatMap(({ racks }) => racks)),
      partitions.map(({ racks }) => new Set(racks)),
    );
  }

  roomOf({ memberId }: SubscribedMember): number {
    const quota = this.#quota + (this.#extraCount > 0 ? 1 : 0);
    return Math.max(0, quota - (this.#countOf.get(memberId) ?? 0));
  }

  matches({ rackId }: SubscribedMember, { racks }: AssignablePartition): boolean {
    return rackId === null || racks.includes(rackId);
  }

  matchesAt(member: SubscribedMember, partition: number): boolean {
    const of = this.#left.get(partition);
    return of !== undefined && this.matches(member, of);
  }

  fill(isFit: (member: SubscribedMember, of: AssignablePartition) => boolean): void {
    for (const member of this.members) {
      const fit = [...this.#left.values()].filter((of) => isFit(member, of));
      this.#give(member, fit.slice(0, this.roomOf(member)));
    }
  }

  giveAt(member: SubscribedMember, partition: number): void {
    const of = this.#left.get(partition);
    if (of !== undefined) this.#give(member, [of]);
  }

  #give({ memberId }: SubscribedMember, partitions: readonly AssignablePartition[]): void {
    if (partitions.length === 0) return;
    const count = (this.#countOf.get(memberId) ?? 0) + partitions.length;
    this.#countOf.set(memberId, count);
    if (count > this.#quota) this.#extraCount -= 1;
    for (const { topic, partition } of partitions) {
      this.#left.delete(partition);
      this.#assignment.get(memberId)?.push({ topic, partition });
    }
  }
}
