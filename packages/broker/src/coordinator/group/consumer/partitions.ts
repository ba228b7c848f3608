/**
 * Sets of partitions by topic id: what a member owns, what it is to own, what it has to give up. Immutable; a topic without partitions is
 * not in them.
 */

export type Partitions = ReadonlyMap<string, ReadonlySet<number>>;

/** The form of records, requests and responses. */
export interface TopicPartitionList {
  readonly topicId: string;
  readonly partitions: readonly number[];
}

export const NO_PARTITIONS: Partitions = new Map();

export function partitionsFrom(list: readonly TopicPartitionList[]): Partitions {
  const found = new Map<string, ReadonlySet<number>>();
  for (const { topicId, partitions } of list) {
    const set = new Set([...(found.get(topicId) ?? []), ...partitions]);
    if (set.size > 0) found.set(topicId, set);
  }
  return found;
}

/** Partitions in ascending order. */
export function partitionLists(
  partitions: Partitions,
): { topicId: string; partitions: number[] }[] {
  return [...partitions].map(([topicId, set]) => ({
    topicId,
    partitions: [...set].toSorted((a, b) => a - b),
  }));
}

export function samePartitions(a: Partitions, b: Partitions): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [topicId, set] of a) {
    const other = b.get(topicId);
    if (other?.size !== set.size) return false;
    for (const partition of set) if (!other.has(partition)) return false;
  }
  return true;
}

/** Whether every partition of `list` is in `partitions`. */
export function containsAll(partitions: Partitions, list: readonly TopicPartitionList[]): boolean {
  return list.every(({ topicId, partitions: wanted }) => {
    const set = partitions.get(topicId);
    return wanted.every((partition) => set?.has(partition) === true);
  });
}

/** Whether some partition of `list` is in `partitions`. */
export function containsAny(partitions: Partitions, list: readonly TopicPartitionList[]): boolean {
  return list.some(({ topicId, partitions: wanted }) => {
    const set = partitions.get(topicId);
    return wanted.some((partition) => set?.has(partition) === true);
  });
}

/** Collects partitions one by one. */
export class PartitionsBuilder {
  readonly #sets = new Map<string, Set<number>>();

  get isEmpty(): boolean {
    return this.#sets.size === 0;
  }

  add(topicId: string, partition: number): void {
    let set = this.#sets.get(topicId);
    if (set === undefined) this.#sets.set(topicId, (set = new Set()));
    set.add(partition);
  }

  addAll(partitions: Partitions): void {
    for (const [topicId, set] of partitions) {
      for (const partition of set) this.add(topicId, partition);
    }
  }

  build(): Partitions {
    return this.#sets;
  }
}
