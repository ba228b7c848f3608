/** A set of partitions, by topic. Immutable: transactions share what has not changed. */

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export type PartitionSet = ReadonlyMap<string, ReadonlySet<number>>;

export const NO_PARTITIONS: PartitionSet = new Map();

export function contains(set: PartitionSet, { topic, partition }: TopicPartition): boolean {
  return set.get(topic)?.has(partition) === true;
}

/** `set` with `added`; `set` itself when they are all in it. */
export function union(set: PartitionSet, added: readonly TopicPartition[]): PartitionSet {
  const missing = added.filter((partition) => !contains(set, partition));
  if (missing.length === 0) return set;
  const result = new Map(set);
  const copied = new Map<string, Set<number>>();
  for (const { topic, partition } of missing) {
    let partitions = copied.get(topic);
    if (partitions === undefined) {
      partitions = new Set(set.get(topic));
      copied.set(topic, partitions);
      result.set(topic, partitions);
    }
    partitions.add(partition);
  }
  return result;
}

export function listOf(set: PartitionSet): TopicPartition[] {
  return [...set].flatMap(([topic, partitions]) =>
    [...partitions].map((partition) => ({ topic, partition })),
  );
}

/** Partition numbers by topic, in the order in which they come. */
export function groupByTopic(partitions: readonly TopicPartition[]): [string, number[]][] {
  const topics = new Map<string, number[]>();
  for (const { topic, partition } of partitions) {
    const sameTopic = topics.get(topic);
    if (sameTopic === undefined) topics.set(topic, [partition]);
    else sameTopic.push(partition);
  }
  return [...topics];
}
