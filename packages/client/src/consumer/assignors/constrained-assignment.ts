/**
 * Sticky assignment where all members subscribed to the same topics: everybody keeps what they have up to a fair share, the rest goes round.
 *
 * With p partitions and m members each gets floor(p/m) at least and ceil(p/m) at most, and p mod m members get the larger share.
 */
import { partitionName, type TopicPartition } from '../../topic-partition.ts';
import { type AssignableTopics, compareText } from './assignor.ts';
import type { OwnedPartitions } from './owned-partitions.ts';
import type { RackTable } from './rack-table.ts';

export interface StickyResult {
  readonly assignment: Map<string, TopicPartition[]>;
  /** Names of partitions that another member had, with their new one. */
  readonly moved: ReadonlyMap<string, string>;
}

/** There is at least one member. */
export function assignConstrained(
  topics: AssignableTopics,
  owned: OwnedPartitions,
  racks: RackTable,
): StickyResult {
  const builder = new ConstrainedAssignment(topics, owned, racks);
  return builder.build();
}

class ConstrainedAssignment {
  readonly #topics: AssignableTopics;
  readonly #owned: OwnedPartitions;
  readonly #racks: RackTable;
  readonly #minQuota: number;
  readonly #maxQuota: number;
  /** How many members get one more than `minQuota`, and how many have it already. */
  readonly #largeCountMax: number;
  #largeCount = 0;
  readonly #assignment: Map<string, TopicPartition[]> = new Map();
  readonly #assigned: Set<string> = new Set();
  /** What somebody had above their share, or in the wrong rack. */
  readonly #givenUp: Map<string, string> = new Map();
  readonly #moved: Map<string, string> = new Map();
  /** Members below `minQuota`. */
  #hungry: string[] = [];
  /** Members at `minQuota` that may have one more. */
  #content: string[] = [];

  constructor(topics: AssignableTopics, owned: OwnedPartitions, racks: RackTable) {
    this.#topics = topics;
    this.#owned = owned;
    this.#racks = racks;
    let partitionCount = 0;
    for (const partitions of topics.values()) partitionCount += partitions.length;
    const memberCount = owned.byMember.size;
    this.#minQuota = Math.floor(partitionCount / memberCount);
    this.#maxQuota = Math.ceil(partitionCount / memberCount);
    this.#largeCountMax = partitionCount % memberCount;
    for (const memberId of owned.byMember.keys()) this.#assignment.set(memberId, []);
  }

  build(): StickyResult {
    for (const [memberId, partitions] of this.#owned.byMember) this.#keep(memberId, partitions);
    this.#hungry.sort(compareText);
    this.#content.sort(compareText);
    const unassigned = this.#racks.byChoice(this.#unassigned());
    this.#goRound(this.#racks.isUsed ? this.#goRoundInRacks(unassigned) : unassigned);
    return { assignment: this.#assignment, moved: this.#moved };
  }

  #keep(memberId: string, had: readonly TopicPartition[]): void {
    const near = had.filter((of) => {
      const far = this.#racks.mismatch(memberId, of);
      if (far) this.#givenUp.set(partitionName(of), memberId);
      return !far;
    });
    const own = near
      .filter((of) => !this.#owned.contested.has(partitionName(of)))
      .sort((a, b) => a.partition - b.partition || compareText(a.topic, b.topic));
    let quota = this.#minQuota;
    if (own.length < this.#minQuota) {
      this.#hungry.push(memberId);
    } else if (own.length >= this.#maxQuota && this.#mayHaveMore()) {
      quota = this.#maxQuota;
      this.#countLarge();
    } else if (this.#mayHaveMore()) {
      this.#content.push(memberId);
    }
    for (const of of own.slice(0, quota)) {
      this.#assignment.get(memberId)?.push(of);
      this.#assigned.add(partitionName(of));
    }
    for (const of of own.slice(quota)) this.#givenUp.set(partitionName(of), memberId);
  }

  #mayHaveMore(): boolean {
    return this.#largeCount < this.#largeCountMax;
  }

  #countLarge(): void {
    this.#largeCount += 1;
    if (this.#largeCount === this.#largeCountMax) this.#content = [];
  }

  #unassigned(): TopicPartition[] {
    return [...this.#topics.keys()]
      .sort(compareText)
      .flatMap((topic) => this.#topics.get(topic) ?? [])
      .filter((of) => !this.#assigned.has(partitionName(of)))
      .map(({ topic, partition }) => ({ topic, partition }));
  }

  /** Returns what no member with room is near to. */
  #goRoundInRacks(partitions: readonly TopicPartition[]): TopicPartition[] {
    let turn = 0;
    return partitions.filter((of) => {
      let next = this.#racks.nextNear(of, this.#hungry, turn);
      if (next >= 0) {
        const memberId = this.#hungry[next] as string;
        const count = this.#give(memberId, of);
        if (count >= this.#minQuota) {
          this.#hungry.splice(next, 1);
          if (count < this.#maxQuota && this.#mayHaveMore()) this.#content.push(memberId);
        } else {
          next += 1;
        }
        turn = this.#hungry.length === 0 ? 0 : next % this.#hungry.length;
        return false;
      }
      const content = this.#racks.nextNear(of, this.#content, 0);
      if (content < 0) return true;
      const memberId = this.#content[content] as string;
      if (this.#give(memberId, of) === this.#maxQuota) {
        this.#content.splice(content, 1);
        this.#countLarge();
      }
      return false;
    });
  }

  #goRound(partitions: readonly TopicPartition[]): void {
    let turn = 0;
    for (const of of partitions) {
      if (turn >= this.#hungry.length) turn = 0;
      const hungry = this.#hungry[turn];
      const memberId = hungry ?? this.#content.shift();
      if (memberId === undefined) throw new Error('shares do not add up to all partitions');
      const count = this.#give(memberId, of);
      if (hungry === undefined) continue;
      if (count === this.#minQuota) {
        this.#hungry.splice(turn, 1);
        this.#content.push(memberId);
      } else {
        turn += 1;
      }
    }
  }

  #give(memberId: string, of: TopicPartition): number {
    const name = partitionName(of);
    const partitions = this.#assignment.get(memberId) as TopicPartition[];
    partitions.push(of);
    const before = this.#givenUp.get(name);
    if ((before !== undefined && before !== memberId) || this.#owned.contested.has(name)) {
      this.#moved.set(name, memberId);
    }
    return partitions.length;
  }
}
