/**
 * Committed offsets of all groups of one partition of `__consumer_offsets`, and those that open transactions would commit.
 *
 * Changes by replay alone. Readers see what is replicated; writers, and readers that ask for stable offsets, the latest.
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

export class OffsetStore {
  readonly #timeline: Timeline;
  readonly #byGroup = new Map<string, TimelineMap<string, StoredOffset>>();
  /** By producer id, then group: what its open transaction wrote here. */
  readonly #openTransactions = new Map<number, Map<string, Map<string, StoredOffset>>>();

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  replay(record: OffsetRecord, origin: RecordOrigin): void {
    const { group, topic, partition, value } = record;
    const key = keyOf(topic, partition);
    if (value === null) {
      this.#delete(group, key);
      return;
    }
    const stored = { ...value, topic, partition, recordOffset: this.#timeline.offset };
    if (origin.transactional) this.#addPending(origin.producerId, group, key, stored);
    else this.#set(group, key, stored);
  }

  /** The transaction's offsets count from now on, unless a later plain commit is there already; or they are forgotten. */
  replayTransactionEnd(producerId: number, committed: boolean): string[] {
    const groups = this.#openTransactions.get(producerId);
    if (groups === undefined) return [];
    this.#openTransactions.delete(producerId);
    for (const [group, offsets] of groups) {
      if (!committed) break;
      for (const [key, stored] of offsets) {
        const current = this.#byGroup.get(group)?.get(key);
        if (current === undefined || current.recordOffset < stored.recordOffset) {
          this.#set(group, key, stored);
        }
      }
    }
    return [...groups.keys()];
  }

  /** Whether the group has any offsets, those of open transactions included. */
  has(group: string): boolean {
    if ((this.#byGroup.get(group)?.size ?? 0) > 0) return true;
    return this.inTransactions(group).length > 0;
  }

  /** What open transactions would commit for a group. */
  inTransactions(group: string): StoredOffset[] {
    const found: StoredOffset[] = [];
    for (const groups of this.#openTransactions.values()) {
      found.push(...(groups.get(group)?.values() ?? []));
    }
    return found;
  }

  /** The latest offset, replicated or not. */
  get(group: string, topic: string, partition: number): StoredOffset | undefined {
    return this.#byGroup.get(group)?.get(keyOf(topic, partition));
  }

  getReplicated(group: string, topic: string, partition: number): StoredOffset | undefined {
    return this.#byGroup.get(group)?.getReplicated(keyOf(topic, partition));
  }

  /** All offsets of a group, replicated or not. */
  all(group: string): StoredOffset[] {
    return [...(this.#byGroup.get(group)?.values() ?? [])];
  }

  allReplicated(group: string): StoredOffset[] {
    return [...(this.#byGroup.get(group)?.replicatedValues() ?? [])];
  }

  /** Whether an open transaction may still change this offset. */
  isInTransaction(group: string, topic: string, partition: number): boolean {
    const key = keyOf(topic, partition);
    for (const groups of this.#openTransactions.values()) {
      if (groups.get(group)?.has(key) === true) return true;
    }
    return false;
  }

  /** Lets go of groups that have nothing left that anybody could see. */
  prune(): void {
    for (const [group, offsets] of this.#byGroup) {
      if (offsets.isVacant) this.#byGroup.delete(group);
    }
  }

  #set(group: string, key: string, stored: StoredOffset): void {
    let offsets = this.#byGroup.get(group);
    if (offsets === undefined) {
      offsets = new TimelineMap(this.#timeline);
      this.#byGroup.set(group, offsets);
    }
    offsets.set(key, stored);
  }

  #delete(group: string, key: string): void {
    for (const groups of this.#openTransactions.values()) groups.get(group)?.delete(key);
    const offsets = this.#byGroup.get(group);
    if (offsets === undefined) return;
    offsets.delete(key);
    if (offsets.isVacant) this.#byGroup.delete(group);
  }

  #addPending(producerId: number, group: string, key: string, stored: StoredOffset): void {
    const groups = getOrCreate(this.#openTransactions, producerId, () => new Map());
    getOrCreate(groups, group, () => new Map<string, StoredOffset>()).set(key, stored);
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
