/**
 * What the coordinator decided about a group, in order, read back from `__consumer_offsets`: who had which partition in which generation, and what
 * was committed when it was handed over.
 *
 * The topic is the coordinator's own transcript: it appends a generation before it hands the assignments out, and a commit before it acknowledges it. So
 * "the last committed offset" of a hand-over is a fact, not a matter of clocks. Needs `offsets.topic.num.partitions=1`, and no compaction.
 */
import { Admin, Consumer } from '@zurau/client';
import {
  consumerGroupCurrentMemberAssignmentKey,
  consumerGroupCurrentMemberAssignmentValue,
  consumerProtocolAssignment,
  decodeVersioned,
  groupMetadataKey,
  groupMetadataValue,
  offsetCommitKey,
  offsetCommitValue,
  versionOf,
} from '@zurau/protocol';
import type { DecodedRecord, GroupMetadataValue } from '@zurau/protocol';

const TOPIC = '__consumer_offsets';
const OFFSET_KEY_VERSION = 1;
const GROUP_KEY_VERSION = 2;
const PROGRESS_KEY_VERSION = 8;

/** A partition that a member was given. */
export interface Possession {
  readonly memberId: string;
  readonly partition: number;
  /** Committed when it was given; 0 when nothing was. */
  readonly committedOffset: number;
}

/** A generation of the classic protocol. */
export interface Generation {
  /** By partition. */
  readonly owners: ReadonlyMap<number, string>;
  /** By partition, when the assignment was stored. */
  readonly committed: ReadonlyMap<number, number>;
}

export class CoordinatorHistory {
  readonly generations = new Map<number, Generation>();
  /** Of the consumer protocol, in order. */
  readonly possessions: Possession[] = [];
  /** Partitions that two had at once. */
  readonly conflicts: string[] = [];
  readonly committed = new Map<number, number>();
  readonly #group: string;
  /** Of the consumer protocol: what each member has, or has not given up yet. */
  readonly #held = new Map<string, ReadonlySet<number>>();

  private constructor(group: string) {
    this.#group = group;
  }

  static async read(bootstrapServers: string, group: string): Promise<CoordinatorHistory> {
    const history = new CoordinatorHistory(group);
    for (const record of await readPartition(bootstrapServers)) history.#take(record);
    return history;
  }

  /** The last generation up to `generation` that was handed out. */
  latest(generation: number): Generation | undefined {
    for (let at = generation; at >= 0; at--) {
      const found = this.generations.get(at);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #take({ key, value }: DecodedRecord): void {
    if (key === null) return;
    const version = versionOf(key);
    if (version === OFFSET_KEY_VERSION) {
      const { group, partition } = decodeVersioned(offsetCommitKey, key);
      if (group !== this.#group) return;
      if (value === null) this.committed.delete(partition);
      else this.committed.set(partition, decodeVersioned(offsetCommitValue, value).offset);
    } else if (version === GROUP_KEY_VERSION) {
      if (decodeVersioned(groupMetadataKey, key).group !== this.#group || value === null) return;
      this.#takeGeneration(decodeVersioned(groupMetadataValue, value));
    } else if (version === PROGRESS_KEY_VERSION) {
      const { groupId, memberId } = decodeVersioned(consumerGroupCurrentMemberAssignmentKey, key);
      if (groupId === this.#group) this.#takeProgress(memberId, value);
    }
  }

  #takeGeneration({ generation, members }: GroupMetadataValue): void {
    const owners = new Map<number, string>();
    for (const { memberId, assignment } of members) {
      for (const partition of assignedPartitions(assignment)) {
        const owner = owners.get(partition);
        if (owner !== undefined) {
          this.conflicts.push(`${partition} in generation ${generation}: ${owner} and ${memberId}`);
        }
        owners.set(partition, memberId);
      }
    }
    // Stored once a generation, and again where a static member changed its id.
    this.generations.set(generation, { owners, committed: new Map(this.committed) });
  }

  #takeProgress(memberId: string, value: Buffer | null): void {
    const before = this.#held.get(memberId) ?? new Set();
    if (value === null) {
      this.#held.delete(memberId);
      return;
    }
    const progress = decodeVersioned(consumerGroupCurrentMemberAssignmentValue, value);
    const partitionsOf = (topics: readonly { readonly partitions: readonly number[] }[]) =>
      topics.flatMap(({ partitions }) => partitions);
    const assigned = partitionsOf(progress.assignedPartitions);
    const held = new Set([...assigned, ...partitionsOf(progress.partitionsPendingRevocation)]);
    for (const [other, theirs] of this.#held) {
      if (other === memberId) continue;
      for (const partition of held) {
        if (theirs.has(partition)) this.conflicts.push(`${partition}: ${other} and ${memberId}`);
      }
    }
    for (const partition of assigned) {
      if (before.has(partition)) continue;
      const committedOffset = this.committed.get(partition) ?? 0;
      this.possessions.push({ memberId, partition, committedOffset });
    }
    this.#held.set(memberId, held);
  }
}

function assignedPartitions(assignment: Buffer): number[] {
  if (assignment.length === 0) return [];
  const { assignedPartitions: topics } = decodeVersioned(consumerProtocolAssignment, assignment, {
    newerAsNewest: true,
  });
  return topics.flatMap(({ partitions }) => partitions);
}

async function readPartition(bootstrapServers: string): Promise<DecodedRecord[]> {
  const admin = new Admin({ bootstrapServers });
  const [end] = await admin.listOffsets([{ topic: TOPIC, partition: 0, at: 'end' }]);
  await admin.close();
  if (end?.offset === undefined) throw new Error(`${TOPIC} has no end`);
  await using consumer = new Consumer({ bootstrapServers: [bootstrapServers] });
  await consumer.assign([{ topic: TOPIC, partition: 0, from: 'beginning' }]);
  const records: DecodedRecord[] = [];
  while ((records.at(-1)?.offset ?? -1) < end.offset - 1) {
    for (const batch of await consumer.poll({ timeoutMs: 2000 })) records.push(...batch.records);
  }
  return records;
}
