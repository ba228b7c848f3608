/**
 * Chooses partitions: by key as Kafka's Java client does, sticky without one.
 *
 * Sticky means that all records without a key go to one partition until about `batchSize` bytes went there, then to another at random:
 * full batches, and in the long run as much for each (the uniform sticky partitioner of KIP-794, without its adaptive part).
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

/** For one topic. */
export class StickyPartitioner {
  readonly #random: Random;
  readonly #stickBytes: number;
  #partition = -1;
  #bytes = 0;

  constructor(random: Random, stickBytes: number) {
    this.#random = random;
    this.#stickBytes = stickBytes;
  }

  /** Where the next record without a key goes. Prefers partitions that have a leader. */
  choose(topic: TopicMetadata): number {
    const { partitions } = topic;
    const current = partitions[this.#partition];
    if (current !== undefined && current.leader >= 0) return this.#partition;
    const available = partitions.filter((partition) => partition.leader >= 0);
    const candidates = available.length > 0 ? available : partitions;
    const others = candidates.filter(({ partition }) => partition !== this.#partition);
    const from = others.length > 0 ? others : candidates;
    this.#partition = from[this.#random.int(from.length)]?.partition ?? 0;
    this.#bytes = 0;
    return this.#partition;
  }

  /** So many bytes went to the chosen partition; `batchIsFull` when its batch takes no more, which is the best moment to leave. */
  used(topic: TopicMetadata, sizeBytes: number, batchIsFull: boolean): void {
    this.#bytes += sizeBytes;
    if (this.#bytes < this.#stickBytes) return;
    if (!batchIsFull && this.#bytes < 2 * this.#stickBytes) return;
    const left = this.#partition;
    const available = topic.partitions.filter(
      ({ leader, partition }) => leader >= 0 && partition !== left,
    );
    this.#partition = available[this.#random.int(Math.max(1, available.length))]?.partition ?? left;
    this.#bytes = 0;
  }
}
