/** Which members are near which partitions, for the sticky assignors (KIP-881). Empty where racks decide nothing. */
import { groupBy } from '../../group-by.ts';
import { partitionName, type TopicPartition } from '../../topic-partition.ts';
import { type AssignableTopics, racksMatter, type SubscribedMember } from './assignor.ts';

export class RackTable {
  readonly #rackOfMember: Map<string, string> = new Map();
  readonly #racksOfPartition: Map<string, ReadonlySet<string>> = new Map();
  readonly #nearMemberCount: Map<string, number> = new Map();

  constructor(members: readonly SubscribedMember[], topics: AssignableTopics) {
    const withRack = members.filter(({ rackId }) => rackId !== null && rackId !== '');
    if (withRack.length === 0) return;
    const byRack = groupBy(withRack, ({ rackId }) => rackId as string);
    const all = new Set<string>();
    const racksOfPartition = new Map<string, ReadonlySet<string>>();
    for (const partitions of topics.values()) {
      for (const partition of partitions) {
        const racks = new Set(partition.racks);
        const name = partitionName(partition);
        racksOfPartition.set(name, racks);
        let near = 0;
        for (const rack of racks) {
          all.add(rack);
          near += byRack.get(rack)?.length ?? 0;
        }
        this.#nearMemberCount.set(name, near);
      }
    }
    if (!racksMatter(new Set(byRack.keys()), all, racksOfPartition.values())) return;
    this.#racksOfPartition = racksOfPartition;
    for (const { memberId, rackId } of withRack) this.#rackOfMember.set(memberId, rackId as string);
  }

  get isUsed(): boolean {
    return this.#rackOfMember.size > 0;
  }

  /** Both say where they are, and not in the same place. */
  mismatch(memberId: string, of: TopicPartition): boolean {
    const rack = this.#rackOfMember.get(memberId);
    return rack !== undefined && this.#racksOfPartition.get(partitionName(of))?.has(rack) !== true;
  }

  match(memberId: string, of: TopicPartition): boolean {
    const rack = this.#rackOfMember.get(memberId);
    return rack !== undefined && this.#racksOfPartition.get(partitionName(of))?.has(rack) === true;
  }

  /** Those with the fewest near members first: they have the least choice. */
  byChoice(partitions: readonly TopicPartition[]): TopicPartition[] {
    const choice = (of: TopicPartition): number =>
      this.#nearMemberCount.get(partitionName(of)) ?? 0;
    return partitions.toSorted((a, b) => choice(a) - choice(b));
  }

  /** Index of the first near member from `first` on, going round; -1 when none is near. */
  nextNear(of: TopicPartition, memberIds: readonly string[], first: number): number {
    for (let step = 0; step < memberIds.length; step += 1) {
      const index = (first + step) % memberIds.length;
      if (this.match(memberIds[index] as string, of)) return index;
    }
    return -1;
  }
}
