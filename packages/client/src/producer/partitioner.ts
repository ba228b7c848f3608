/**
 * Chooses partitions: by key as Kafka's Java client does, sticky without one, in turn, or as the application says.
 *
 * Sticky means that all records without a key go to one partition until about `batchSize` bytes went there, then to another at random:
 * full batches, and in the long run as much for each, or more for those whose brokers keep up better (KIP-794).
 */
import type { Random } from '@zurau/platform';
import { murmur2 } from '@zurau/protocol';
import type { TopicMetadata } from '../cluster/metadata.ts';
import type { Bytes } from './record.ts';

/** The partition of a key: every client that hashes with murmur2 as Java does agrees on it. */
export function partitionOfKey(key: Bytes, partitionCount: number): number {
  const bytes = typeof key === 'string' ? Buffer.from(key) : key;
  return (murmur2(bytes) & 0x7fff_ffff) % partitionCount;
}

/** A topic as partitioners see it. */
export interface PartitionChoice {
  readonly topic: string;
  readonly partitionCount: number;
  /** Partitions that have a leader; all of them when none has. */
  readonly available: readonly number[];
}

/** Chooses the partition of a record that does not name one. Called once a record, in the order of `send`; what it throws, `send` rejects with. */
export type Partitioner = (
  record: { readonly key?: Bytes | null | undefined; readonly value?: Bytes | null | undefined },
  choice: PartitionChoice,
) => number;

/** What is known of how fast partitions take what they are sent. */
export interface PartitionLoad {
  /** Batches that wait to be sent to the partition. */
  readonly waitingCount: (partition: number) => number;
  /** Partitions whose brokers have not taken what was ready for too long. */
  readonly unavailable: (topic: TopicMetadata) => ReadonlySet<number>;
}

/** One partition after the other, whatever the key, in batches as they come. For one topic. */
export class RoundRobinPartitioner {
  #next: number;

  constructor(random: Random) {
    this.#next = random.int(2 ** 16);
  }

  choose({ available }: PartitionChoice): number {
    const partition = available[this.#next % available.length] ?? 0;
    this.#next = (this.#next + 1) % 2 ** 31;
    return partition;
  }
}

export function choiceOf(topic: TopicMetadata): PartitionChoice {
  const withLeader = topic.partitions.filter(({ leader }) => leader >= 0);
  const from = withLeader.length > 0 ? withLeader : topic.partitions;
  return {
    topic: topic.name,
    partitionCount: topic.partitions.length,
    available: from.map(({ partition }) => partition),
  };
}

/** For one topic. */
export class StickyPartitioner {
  readonly #random: Random;
  readonly #stickBytes: number;
  readonly #load: PartitionLoad | undefined;
  #partition = -1;
  #bytes = 0;

  /** Without `load` all partitions are alike. */
  constructor(random: Random, stickBytes: number, load?: PartitionLoad) {
    this.#random = random;
    this.#stickBytes = stickBytes;
    this.#load = load;
  }

  /** Where the next record without a key goes. Prefers partitions that have a leader. */
  choose(topic: TopicMetadata): number {
    const current = topic.partitions[this.#partition];
    if (current === undefined || current.leader < 0) this.#move(topic);
    return this.#partition;
  }

  /** So many bytes went to the chosen partition; `batchIsFull` when its batch takes no more, which is the best moment to leave. */
  used(topic: TopicMetadata, sizeBytes: number, batchIsFull: boolean): void {
    this.#bytes += sizeBytes;
    if (this.#bytes < this.#stickBytes) return;
    if (!batchIsFull && this.#bytes < 2 * this.#stickBytes) return;
    this.#move(topic);
  }

  #move(topic: TopicMetadata): void {
    const { available } = choiceOf(topic);
    const others = available.filter((partition) => partition !== this.#partition);
    this.#partition = this.#pick(topic, others.length > 0 ? others : available) ?? 0;
    this.#bytes = 0;
  }

  /** At random; the fewer batches wait for a partition, compared with the others, the likelier. */
  #pick(topic: TopicMetadata, candidates: readonly number[]): number | undefined {
    const load = this.#load;
    if (load === undefined) return candidates[this.#random.int(Math.max(1, candidates.length))];
    const unavailable = load.unavailable(topic);
    const ready = candidates.filter((partition) => !unavailable.has(partition));
    const from = ready.length > 0 ? ready : candidates;
    const waiting = from.map(load.waitingCount);
    const most = Math.max(0, ...waiting);
    const weights = waiting.map((count) => most + 1 - count);
    let left = this.#random.int(
      Math.max(
        1,
        weights.reduce((sum, weight) => sum + weight, 0),
      ),
    );
    for (const [index, weight] of weights.entries()) {
      left -= weight;
      if (left < 0) return from[index];
    }
    return from[0];
  }
}
