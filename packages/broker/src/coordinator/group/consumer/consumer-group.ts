/**
 * A consumer group (KIP-848): its members, the topics they are subscribed to, the target assignment, who holds which partition.
 *
 * All of it is in the log, and changes by {@link ConsumerGroup.replay} alone; what is decided (`progress-member.ts` and its neighbours) is decided
 * on this state and becomes records. Three epochs tell how far things are:
 *
 * ```
 *   epoch             raised by every change that calls for a new assignment
 *   assignmentEpoch   epoch that the target assignment was computed for
 *   member.epoch      target that the member has come to
 * ```
 *
 * Nothing here sets timers or writes records.
 */
import {
  LEAVE_STATIC_EPOCH,
  isReconciledTo,
  newMember,
  withProgress,
  withTerms,
  type ConsumerMember,
} from './consumer-member.ts';
import type { ConsumerRecord } from './consumer-records.ts';
import { NO_PARTITIONS, partitionsFrom, type Partitions } from './partitions.ts';

export type ConsumerGroupState = 'Empty' | 'Assigning' | 'Reconciling' | 'Stable';

/** A topic that the group is subscribed to, as it was when the target was computed. */
export interface GroupTopic {
  readonly id: string;
  readonly partitionCount: number;
}

/** What a regular expression was found to match. */
export interface ResolvedRegex {
  readonly topics: ReadonlySet<string>;
}

export class ConsumerGroup {
  readonly kind = 'consumer';
  readonly id: string;
  epoch = 0;
  /** -1 when there was a target and it was deleted. */
  assignmentEpoch = 0;
  /**
   * The cluster's topics may have changed since {@link topics} was computed; true of a group just loaded. Not in the log: whoever looks
   * at the group next finds out.
   */
  areTopicsStale = true;
  /** By name. */
  topics: ReadonlyMap<string, GroupTopic> = new Map();
  readonly #members = new Map<string, ConsumerMember>();
  readonly #memberIdByInstance = new Map<string, string>();
  readonly #targets = new Map<string, Partitions>();
  readonly #regexes = new Map<string, ResolvedRegex>();
  /** By topic id and partition: who has it assigned, or has not given it up yet. */
  readonly #owners = new Map<string, Map<number, string>>();

  constructor(id: string) {
    this.id = id;
  }

  get members(): ReadonlyMap<string, ConsumerMember> {
    return this.#members;
  }

  get size(): number {
    return this.#members.size;
  }

  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  get targets(): ReadonlyMap<string, Partitions> {
    return this.#targets;
  }

  get regexes(): ReadonlyMap<string, ResolvedRegex> {
    return this.#regexes;
  }

  get state(): ConsumerGroupState {
    if (this.isEmpty) return 'Empty';
    if (this.epoch > this.assignmentEpoch) return 'Assigning';
    for (const member of this.#members.values()) {
      if (!isReconciledTo(member, this.assignmentEpoch)) return 'Reconciling';
    }
    return 'Stable';
  }

  member(memberId: string): ConsumerMember | undefined {
    return this.#members.get(memberId);
  }

  staticMember(instanceId: string): ConsumerMember | undefined {
    const memberId = this.#memberIdByInstance.get(instanceId);
    return memberId === undefined ? undefined : this.#members.get(memberId);
  }

  target(memberId: string): Partitions {
    return this.#targets.get(memberId) ?? NO_PARTITIONS;
  }

  /** Who has the partition, or has not given it up yet. */
  owner(topicId: string, partition: number): string | undefined {
    return this.#owners.get(topicId)?.get(partition);
  }

  /** Whether somebody is subscribed to the topic, by name or by an expression. */
  isSubscribedTo(topic: string): boolean {
    for (const member of this.#members.values()) {
      if (member.subscribedTopics.includes(topic)) return true;
    }
    for (const { topics } of this.#regexes.values()) if (topics.has(topic)) return true;
    return false;
  }

  /** The target of the member contains a partition that somebody else has not given up. */
  isWaitingForPartitions(member: ConsumerMember): boolean {
    if (member.state !== 'unreleased') return false;
    for (const [topicId, partitions] of this.target(member.id)) {
      for (const partition of partitions) {
        if (member.assigned.get(topicId)?.has(partition) === true) continue;
        if (this.owner(topicId, partition) !== undefined) return true;
      }
    }
    return false;
  }

  /** Takes a record of this group in. True when it deletes the group. A tombstone for what is not here means nothing. */
  replay(record: ConsumerRecord): boolean {
    switch (record.kind) {
      case 'group-epoch':
        if (record.value === null) return true;
        this.epoch = record.value.epoch;
        break;
      case 'topics':
        this.topics = new Map(
          record.value?.topics.map(({ topicName, topicId, numPartitions }) => [
            topicName,
            { id: topicId, partitionCount: numPartitions },
          ]),
        );
        break;
      case 'terms':
        if (record.value === null) this.#remove(record.member);
        else this.#set(withTerms(this.#memberOrNew(record.member), record.value));
        break;
      case 'target-epoch':
        this.assignmentEpoch = record.value?.assignmentEpoch ?? -1;
        break;
      case 'target':
        if (record.value === null) this.#targets.delete(record.member);
        else this.#targets.set(record.member, partitionsFrom(record.value.topicPartitions));
        break;
      case 'progress':
        if (record.value !== null) {
          this.#set(withProgress(this.#memberOrNew(record.member), record.value));
        } else if (this.#members.has(record.member)) {
          // The member's terms are about to go too.
          this.#set({
            ...this.#memberOrNew(record.member),
            assigned: NO_PARTITIONS,
            revoking: NO_PARTITIONS,
          });
        }
        break;
      case 'regex':
        if (record.value === null) this.#regexes.delete(record.expression);
        else this.#regexes.set(record.expression, { topics: new Set(record.value.topics) });
        break;
    }
    return false;
  }

  #memberOrNew(memberId: string): ConsumerMember {
    return this.#members.get(memberId) ?? newMember(memberId);
  }

  #set(member: ConsumerMember): void {
    const before = this.#members.get(member.id);
    if (before !== undefined) this.#forgetOwner(before);
    this.#members.set(member.id, member);
    if (member.instanceId !== null) this.#memberIdByInstance.set(member.instanceId, member.id);
    for (const partitions of [member.assigned, member.revoking]) {
      for (const [topicId, set] of partitions) {
        let owners = this.#owners.get(topicId);
        if (owners === undefined) this.#owners.set(topicId, (owners = new Map()));
        for (const partition of set) owners.set(partition, member.id);
      }
    }
  }

  #remove(memberId: string): void {
    const member = this.#members.get(memberId);
    if (member === undefined) return;
    this.#forgetOwner(member);
    this.#members.delete(memberId);
    // Another member may have taken the instance over.
    if (
      member.instanceId !== null &&
      this.#memberIdByInstance.get(member.instanceId) === memberId
    ) {
      this.#memberIdByInstance.delete(member.instanceId);
    }
  }

  #forgetOwner(member: ConsumerMember): void {
    for (const partitions of [member.assigned, member.revoking]) {
      for (const [topicId, set] of partitions) {
        const owners = this.#owners.get(topicId);
        if (owners === undefined) continue;
        for (const partition of set) {
          if (owners.get(partition) === member.id) owners.delete(partition);
        }
        if (owners.size === 0) this.#owners.delete(topicId);
      }
    }
  }
}

/** Whether the member has left and will be back. */
export function isAway(member: ConsumerMember): boolean {
  return member.epoch === LEAVE_STATIC_EPOCH;
}
