/**
 * What a rebalance moved so far, by topic and by pair of members: so that of two movements of one topic in opposite directions
 * one is taken back instead.
 */
import { partitionName, type TopicPartition } from '../../topic-partition.ts';
import { bucketCount, inHashOrder, partitionHash } from './hash-order.ts';

interface Pair {
  readonly from: string;
  readonly to: string;
}

/** Partitions that moved between two members. The table behind it never shrinks, which matters for its order. */
interface Moved {
  readonly partitions: Map<string, TopicPartition>;
  countMax: number;
}

export class PartitionMovements {
  readonly #pairOf: Map<string, Pair> = new Map();
  readonly #byTopic: Map<string, Map<string, Moved>> = new Map();

  move(of: TopicPartition, from: string, to: string): void {
    const name = partitionName(of);
    const before = this.#pairOf.get(name);
    if (before === undefined) {
      this.#add(of, { from, to });
      return;
    }
    this.#remove(of, before);
    // Back where it came from is no movement at all.
    if (before.from !== to) this.#add(of, { from: before.from, to });
  }

  /** Which partition to move instead of `of`: one that moved the other way, if there is one. */
  instead(of: TopicPartition, from: string, to: string): TopicPartition {
    const origin = this.#pairOf.get(partitionName(of))?.from ?? from;
    const opposite = this.#byTopic.get(of.topic)?.get(keyOf({ from: to, to: origin }));
    if (opposite === undefined) return of;
    const [first] = inHashOrder(
      opposite.partitions.values(),
      ({ topic, partition }) => partitionHash(topic, partition),
      bucketCount(opposite.countMax),
    );
    return first ?? of;
  }

  #add(of: TopicPartition, pair: Pair): void {
    const name = partitionName(of);
    this.#pairOf.set(name, pair);
    const ofTopic = this.#byTopic.get(of.topic) ?? new Map<string, Moved>();
    this.#byTopic.set(of.topic, ofTopic);
    const moved = ofTopic.get(keyOf(pair)) ?? { partitions: new Map(), countMax: 0 };
    ofTopic.set(keyOf(pair), moved);
    moved.partitions.set(name, of);
    moved.countMax = Math.max(moved.countMax, moved.partitions.size);
  }

  #remove(of: TopicPartition, pair: Pair): void {
    const name = partitionName(of);
    this.#pairOf.delete(name);
    const ofTopic = this.#byTopic.get(of.topic);
    const moved = ofTopic?.get(keyOf(pair));
    moved?.partitions.delete(name);
    if (moved?.partitions.size === 0) ofTopic?.delete(keyOf(pair));
  }
}

function keyOf({ from, to }: Pair): string {
  return JSON.stringify([from, to]);
}
