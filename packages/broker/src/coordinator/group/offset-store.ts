/**
 * Committed offsets of all groups of one partition of `__consumer_offsets`, and those that open transactions would commit.
 *
 * Changes by replay alone. Readers see what is replicated; writers, and readers that ask for stable offsets, the latest. There may be
 * millions: an offset is one flat object, in a map by number, and names are kept once.
 */
import { TimelineMap, type Timeline } from '../runtime/timeline.ts';
import type { RecordOrigin } from '../runtime/state-machine.ts';
import type { CommittedOffset, OffsetRecord } from './group-records.ts';

/** A committed offset with the partition that it is of. */
export interface StoredOffset extends CommittedOffset {
  readonly topic: string;
  readonly partition: number;
  /** Offset of its record: of a plain and a transactional commit, the later one counts. */
  readonly recordOffset: number;
}

/** By partition. */
type TopicOffsets = TimelineMap<number, StoredOffset>;

export class OffsetStore {
  readonly #timeline: Timeline;
  /** By group, then topic. */
  readonly #offsets = new Map<string, Map<string, TopicOffsets>>();
  /** By producer id, then group, then topic and partition: what its open transaction wrote here. */
  readonly #openTransactions = new Map<number, Map<string, Map<string, StoredOffset>>>();
  /** Every topic's name as it was first seen: each record brings a copy of its own. */
  readonly #topicNames = new Map<string, string>();

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  replay(record: OffsetRecord, origin: RecordOrigin): void {
    const { group, partition, value } = record;
    if (value === null) {
      this.#delete(group, record.topic, partition);
      return;
    }
    const topic = getOrCreate(this.#topicNames, record.topic, () => record.topic);
    const stored: StoredOffset = {
      topic,
      partition,
      offset: value.offset,
      leaderEpoch: value.leaderEpoch,
      metadata: value.metadata,
      commitTimestampMs: value.commitTimestampMs,
      expireTimestampMs: value.expireTimestampMs,
      recordOffset: this.#timeline.offset,
    };
    if (origin.transactional) this.#addPending(origin.producerId, group, stored);
    else this.#set(group, stored);
  }

  /**
   * The transaction's offsets count from now on, unless a later plain commit is there already; or they are forgotten. Returns the groups that
   * they are of.
   */
  replayTransactionEnd(producerId: number, committed: boolean): string[] {
    const groups = this.#openTransactions.get(producerId);
    if (groups === undefined) return [];
    this.#openTransactions.delete(producerId);
    for (const [group, offsets] of committed ? groups : []) {
      for (const stored of offsets.values()) {
        const current = this.get(group, stored.topic, stored.partition);
        if (current === undefined || current.recordOffset < stored.recordOffset) {
          this.#set(group, stored);
        }
      }
    }
    return [...groups.keys()];
  }

  /** Whether the group has any offsets, those of open transactions included. */
  has(group: string): boolean {
    for (const offsets of this.#offsets.get(group)?.values() ?? []) {
      if (offsets.size > 0) return true;
    }
    return this.inTransactions(group).length > 0;
  }

  /** The latest offset, replicated or not. */
  get(group: string, topic: string, partition: number): StoredOffset | undefined {
    return this.#offsets.get(group)?.get(topic)?.get(partition);
  }

  getReplicated(group: string, topic: string, partition: number): StoredOffset | undefined {
    return this.#offsets.get(group)?.get(topic)?.getReplicated(partition);
  }

  /** All offsets of a group, replicated or not. */
  all(group: string): StoredOffset[] {
    const topics = [...(this.#offsets.get(group)?.values() ?? [])];
    return topics.flatMap((offsets) => [...offsets.values()]);
  }

  allReplicated(group: string): StoredOffset[] {
    const topics = [...(this.#offsets.get(group)?.values() ?? [])];
    return topics.flatMap((offsets) => [...offsets.replicatedValues()]);
  }

  /** What open transactions would commit for a group. */
  inTransactions(group: string): StoredOffset[] {
    const found: StoredOffset[] = [];
    for (const groups of this.#openTransactions.values()) {
      found.push(...(groups.get(group)?.values() ?? []));
    }
    return found;
  }

  /** Whether an open transaction may still change this offset. */
  isInTransaction(group: string, topic: string, partition: number): boolean {
    const key = keyOf(topic, partition);
    for (const groups of this.#openTransactions.values()) {
      if (groups.get(group)?.has(key) === true) return true;
    }
    return false;
  }

  /** Lets go of groups and topics that have nothing left that anybody could see. */
  prune(): void {
    for (const [group, topics] of this.#offsets) {
      for (const [topic, offsets] of topics) if (offsets.isVacant) topics.delete(topic);
      if (topics.size === 0) this.#offsets.delete(group);
    }
  }

  #set(group: string, stored: StoredOffset): void {
    const topics = getOrCreate(this.#offsets, group, () => new Map<string, TopicOffsets>());
    const offsets = getOrCreate(
      topics,
      stored.topic,
      () => new TimelineMap<number, StoredOffset>(this.#timeline),
    );
    offsets.set(stored.partition, stored);
  }

  #delete(group: string, topic: string, partition: number): void {
    const key = keyOf(topic, partition);
    for (const groups of this.#openTransactions.values()) groups.get(group)?.delete(key);
    this.#offsets.get(group)?.get(topic)?.delete(partition);
  }

  #addPending(producerId: number, group: string, stored: StoredOffset): void {
    const groups = getOrCreate(
      this.#openTransactions,
      producerId,
      () => new Map<string, Map<string, StoredOffset>>(),
    );
    const offsets = getOrCreate(groups, group, () => new Map<string, StoredOffset>());
    offsets.set(keyOf(stored.topic, stored.partition), stored);
  }
}

/** Topic names hold no colon. */
function keyOf(topic: string, partition: number): string {
  return `${topic}:${partition}`;
}

function getOrCreate<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = create();
    map.set(key, value);
  }
  return value;
}
