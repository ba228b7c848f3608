/**
 * OffsetCommit, OffsetFetch and OffsetDelete: who may commit, what a reader is shown, what may be deleted.
 */
import { ErrorCode } from '@zurau/protocol';
import type { TransactionProducer } from '../runtime/state-machine.ts';
import type { ClassicGroup } from './classic-group.ts';
import type { ConsumerGroup } from './consumer/consumer-group.ts';
import { NO_EFFECTS, type Effects } from './effects.ts';
import type { GroupEnvironment } from './group-environment.ts';
import type { CommittedOffset, OffsetRecord } from './group-records.ts';
import type { OffsetStore, StoredOffset } from './offset-store.ts';
import type { Rebalance } from './rebalance.ts';

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface OffsetToCommit extends TopicPartition {
  readonly offset: number;
  /** -1 when unknown. */
  readonly leaderEpoch: number;
  readonly metadata: string | null;
  /** -1: now. Only version 1 says otherwise. */
  readonly commitTimestampMs: number;
}

export interface CommitRequest {
  readonly groupId: string;
  /** Whose open transaction the offsets belong to: they count when it commits. Undefined outside of transactions. */
  readonly producer?: TransactionProducer;
  /** Negative from a consumer that assigns its partitions itself, and from administrators. */
  readonly generationId: number;
  readonly memberId: string;
  readonly instanceId: string | null;
  /** From version 9: a member of the consumer protocol may commit, and can be told that its epoch is old. */
  readonly knowsMemberEpochs?: boolean;
  /** -1: as the broker is configured. Only versions 2 to 4 say otherwise. */
  readonly retentionMs: number;
  readonly offsets: readonly OffsetToCommit[];
}

/** Who reads offsets, from version 9 of OffsetFetch. */
export interface FetchingMember {
  readonly memberId: string | null;
  /** -1 from one who is no member. */
  readonly memberEpoch: number;
}

/** An offset as OffsetFetch answers it. */
export interface FetchedOffset extends TopicPartition {
  /** -1 when there is none. */
  readonly offset: number;
  readonly leaderEpoch: number;
  readonly metadata: string;
  readonly errorCode: number;
}

export class Offsets {
  readonly #env: GroupEnvironment;
  readonly #store: OffsetStore;
  readonly #rebalance: Rebalance;

  constructor(env: GroupEnvironment, store: OffsetStore, rebalance: Rebalance) {
    this.#env = env;
    this.#store = store;
    this.#rebalance = rebalance;
  }

  /** `errorCodes` has one entry an offset of the request. `group` is undefined when there is none of that name. */
  commit(
    group: ClassicGroup | ConsumerGroup | undefined,
    request: CommitRequest,
  ): { effects: Effects; errorCodes: number[] } {
    const refusal = this.#validate(group, request);
    if (refusal !== ErrorCode.NONE) {
      return { effects: NO_EFFECTS, errorCodes: request.offsets.map(() => refusal) };
    }
    const nowMs = this.#env.platform.clock.now();
    const records: OffsetRecord[] = [];
    const errorCodes = request.offsets.map((toCommit) => {
      const value = committedOffset(toCommit, request.retentionMs, nowMs);
      if (value.metadata.length > this.#env.config.offsetMetadataMax) {
        return ErrorCode.OFFSET_METADATA_TOO_LARGE;
      }
      const { topic, partition } = toCommit;
      records.push({ kind: 'offset', group: request.groupId, topic, partition, value });
      return ErrorCode.NONE;
    });
    const { producer } = request;
    return { effects: { records, ...(producer === undefined ? {} : { producer }) }, errorCodes };
  }

  #validate(group: ClassicGroup | ConsumerGroup | undefined, request: CommitRequest): number {
    if (request.producer !== undefined) return validateTransactionalCommit(group, request);
    return group?.kind === 'consumer'
      ? validateMemberCommit(group, request)
      : this.#validateCommit(group, request);
  }

  #validateCommit(group: ClassicGroup | undefined, request: CommitRequest): number {
    const { generationId, memberId, instanceId } = request;
    if (group === undefined) {
      // Without a generation the group does not rely on Kafka for its membership; with one, it was of a group that is gone.
      return generationId < 0 ? ErrorCode.NONE : ErrorCode.ILLEGAL_GENERATION;
    }
    if (generationId < 0 && group.is('Empty')) return ErrorCode.NONE;
    if (generationId < 0 && memberId === '' && instanceId === null) {
      // Somebody from outside, while the group has members.
      return ErrorCode.UNKNOWN_MEMBER_ID;
    }
    const member = group.validate(memberId, instanceId);
    if (typeof member === 'number') return member;
    if (generationId !== group.generationId) return ErrorCode.ILLEGAL_GENERATION;
    if (group.is('CompletingRebalance')) return ErrorCode.REBALANCE_IN_PROGRESS;
    this.#rebalance.restartSession(group, member);
    return ErrorCode.NONE;
  }

  /**
   * Offsets of the partitions asked for, or of all that have one when `partitions` is null. With `stable`, the latest are given (the caller waits
   * until they are replicated), and those that an open transaction may change are UNSTABLE_OFFSET_COMMIT.
   */
  fetch(
    groupId: string,
    partitions: readonly TopicPartition[] | null,
    stable: boolean,
  ): FetchedOffset[] {
    const wanted =
      partitions ?? (stable ? this.#store.all(groupId) : this.#store.allReplicated(groupId));
    return wanted.map(({ topic, partition }) => {
      if (stable && this.#store.isInTransaction(groupId, topic, partition)) {
        return notThere(topic, partition, ErrorCode.UNSTABLE_OFFSET_COMMIT);
      }
      const stored = stable
        ? this.#store.get(groupId, topic, partition)
        : this.#store.getReplicated(groupId, topic, partition);
      return stored === undefined
        ? notThere(topic, partition, ErrorCode.NONE)
        : fetchedOffset(stored);
    });
  }

  /** Tombstones for what may go; offsets of topics that members are subscribed to may not. An error code for all, or one each. */
  delete(
    group: ClassicGroup | ConsumerGroup,
    partitions: readonly TopicPartition[],
  ): { effects: Effects; errorCodes: number[] } | number {
    const atWork = group.state !== 'Empty';
    if (atWork && group.kind === 'classic' && group.protocolType !== 'consumer') {
      return ErrorCode.NON_EMPTY_GROUP;
    }
    const records: OffsetRecord[] = [];
    const errorCodes = partitions.map(({ topic, partition }) => {
      if (atWork && group.isSubscribedTo(topic)) return ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC;
      if (this.#store.get(group.id, topic, partition) !== undefined) {
        records.push(offsetTombstone(group.id, topic, partition));
      }
      return ErrorCode.NONE;
    });
    return { effects: { records, splittable: true }, errorCodes };
  }
}

/** Whether a member of a consumer group may commit: in the epoch that it is in, and in a version that knows what an epoch is. */
function validateMemberCommit(group: ConsumerGroup, request: CommitRequest): number {
  const { memberId, generationId: epoch } = request;
  if (epoch < 0 && group.isEmpty) return ErrorCode.NONE;
  const member = group.member(memberId);
  if (member === undefined) return ErrorCode.UNKNOWN_MEMBER_ID;
  if (member.classic !== null) {
    return epoch === member.epoch ? ErrorCode.NONE : ErrorCode.ILLEGAL_GENERATION;
  }
  if (!request.knowsMemberEpochs) return ErrorCode.UNSUPPORTED_VERSION;
  return epoch === member.epoch ? ErrorCode.NONE : ErrorCode.STALE_MEMBER_EPOCH;
}

/**
 * Whether a transaction may commit offsets. Before version 3 of TxnOffsetCommit (KIP-447) producers do not say for which member they do, and are
 * believed: the transactional id fences them.
 */
function validateTransactionalCommit(
  group: ClassicGroup | ConsumerGroup | undefined,
  { memberId, instanceId, generationId }: CommitRequest,
): number {
  if (generationId < 0 && memberId === '' && instanceId === null) return ErrorCode.NONE;
  const isEmpty = group === undefined || group.state === 'Empty';
  if (generationId < 0 && isEmpty) return ErrorCode.NONE;
  if (group === undefined) return ErrorCode.UNKNOWN_MEMBER_ID;
  if (group.kind === 'consumer') {
    const member = group.member(memberId);
    if (member === undefined) return ErrorCode.UNKNOWN_MEMBER_ID;
    return generationId === member.epoch ? ErrorCode.NONE : ErrorCode.ILLEGAL_GENERATION;
  }
  const member = group.validate(memberId, instanceId);
  if (typeof member === 'number') return member;
  return generationId === group.generationId ? ErrorCode.NONE : ErrorCode.ILLEGAL_GENERATION;
}

/** Whether a member may read the group's offsets; administrators, who are none, always may. */
export function validateFetch(
  group: ClassicGroup | ConsumerGroup | undefined,
  { memberId, memberEpoch }: FetchingMember,
): number {
  if (group?.kind !== 'consumer' || (memberId === null && memberEpoch < 0)) return ErrorCode.NONE;
  const member = memberId === null ? undefined : group.member(memberId);
  if (member === undefined) return ErrorCode.UNKNOWN_MEMBER_ID;
  if (memberEpoch === member.epoch) return ErrorCode.NONE;
  return member.classic === null ? ErrorCode.STALE_MEMBER_EPOCH : ErrorCode.ILLEGAL_GENERATION;
}

export function offsetTombstone(group: string, topic: string, partition: number): OffsetRecord {
  return { kind: 'offset', group, topic, partition, value: null };
}

function committedOffset(
  toCommit: OffsetToCommit,
  retentionMs: number,
  nowMs: number,
): CommittedOffset {
  return {
    offset: toCommit.offset,
    leaderEpoch: toCommit.leaderEpoch,
    metadata: toCommit.metadata ?? '',
    commitTimestampMs: toCommit.commitTimestampMs === -1 ? nowMs : toCommit.commitTimestampMs,
    expireTimestampMs: retentionMs === -1 ? -1 : nowMs + retentionMs,
  };
}

function fetchedOffset(stored: StoredOffset): FetchedOffset {
  const { topic, partition, offset, leaderEpoch, metadata } = stored;
  return { topic, partition, offset, leaderEpoch, metadata, errorCode: ErrorCode.NONE };
}

function notThere(topic: string, partition: number, errorCode: number): FetchedOffset {
  return { topic, partition, offset: -1, leaderEpoch: -1, metadata: '', errorCode };
}
