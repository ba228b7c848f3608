/** Names a partition. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** As people write it: `orders-3`. Unique, because the partition follows the last dash. */
export function partitionName(of: TopicPartition): string {
  return `${of.topic}-${of.partition}`;
}
