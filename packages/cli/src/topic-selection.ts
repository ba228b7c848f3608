/** What `--topic` names: topics, or partitions of them as in `orders:0,3`. Throws UsageError. */
import type { Admin, TopicPartition } from '@zurau/client';
import { UsageError } from './usage-error.ts';

export interface TopicSelection {
  readonly topic: string;
  /** Undefined stands for all. */
  readonly partitions: readonly number[] | undefined;
}

export function parseTopicSelection(text: string): TopicSelection {
  const at = text.lastIndexOf(':');
  if (at < 0) return { topic: text, partitions: undefined };
  const list = text.slice(at + 1);
  if (at > 0 && /^\d{1,9}(?:,\d{1,9})*$/.test(list)) {
    return { topic: text.slice(0, at), partitions: list.split(',').map(Number) };
  }
  throw new UsageError(`--topic takes a topic, or partitions of one as orders:0,3, not "${text}".`);
}

/** Topic names hold no slash. */
export function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}

/** Each partition once. Rejects when a topic or a partition does not exist. */
export async function existingPartitions(
  admin: Admin,
  selections: readonly TopicSelection[],
): Promise<TopicPartition[]> {
  const topics = await admin.describeTopics([...new Set(selections.map(({ topic }) => topic))]);
  const chosen = selections.flatMap(({ topic, partitions }) => {
    const all = topics.find(({ name }) => name === topic)?.partitions ?? [];
    const numbers = partitions ?? all.map(({ partition }) => partition);
    for (const partition of numbers) {
      if (all.some((each) => each.partition === partition)) continue;
      throw new UsageError(`Topic ${topic} has no partition ${partition}.`);
    }
    return numbers.map((partition) => ({ topic, partition }));
  });
  return distinct(chosen);
}

/** What of these is selected, and all partitions that are selected by number. Rejects when a topic is not among them. */
export function selectedOf(
  known: readonly TopicPartition[],
  selections: readonly TopicSelection[],
  unknownTopic: (topic: string) => Error,
): TopicPartition[] {
  const chosen = selections.flatMap(({ topic, partitions }) => {
    if (partitions !== undefined) return partitions.map((partition) => ({ topic, partition }));
    const ofTopic = known.filter((each) => each.topic === topic);
    if (ofTopic.length === 0) throw unknownTopic(topic);
    return ofTopic.map(({ partition }) => ({ topic, partition }));
  });
  return distinct(chosen);
}

function distinct(partitions: readonly TopicPartition[]): TopicPartition[] {
  return [...new Map(partitions.map((of) => [keyOf(of), of])).values()];
}
