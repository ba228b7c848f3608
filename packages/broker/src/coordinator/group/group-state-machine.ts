/**
 * The group coordinator over one partition of `__consumer_offsets`: its groups, their offsets, and what may be asked of them.
 *
 * Offsets and consumer groups change by replay. A classic group's membership changes before its record is written (`applied`), since most of it (who waits, the
 * rebalance under way) is in no record; what members are told, though, waits for the record.
 */
import { ErrorCode } from '@zurau/protocol';
import { CoordinatorError } from '../runtime/coordinator-error.ts';
import type {
  RecordOrigin,
  ShardContext,
  StateMachine,
  WriteResult,
} from '../runtime/state-machine.ts';
import { ClassicGroup } from './classic-group.ts';
import { ConsumerGroup } from './consumer/consumer-group.ts';
import type {
  ConsumerHeartbeatAnswer,
  ConsumerHeartbeatRequest,
} from './consumer/consumer-heartbeat.ts';
import { ConsumerProtocol } from './consumer/consumer-protocol.ts';
import type { ConsumerRecord } from './consumer/consumer-records.ts';
import { groupTombstones } from './consumer/group-changes.ts';
import { NO_EFFECTS, type Effects } from './effects.ts';
import type { GroupEnvironment } from './group-environment.ts';
import type { GroupRecord } from './group-records.ts';
import { removeExpired, removeGroup, removeTopics, type Removal } from './group-removal.ts';
import { groupFromSnapshot } from './group-snapshot.ts';
import {
  describe,
  describeConsumerGroup,
  describeMissing,
  overviewOf,
  type ConsumerGroupDescription,
  type GroupDescription,
  type GroupOverview,
} from './group-view.ts';
import { JoinGroup, type JoinRequest } from './join-group.ts';
import {
  joinRefusal,
  syncRefusal,
  type JoinAnswer,
  type Reply,
  type SyncAnswer,
} from './member.ts';
import { Membership, type HeartbeatRequest, type LeavingMember } from './membership.ts';
import { OffsetStore } from './offset-store.ts';
import {
  Offsets,
  validateFetch,
  type CommitRequest,
  type FetchedOffset,
  type FetchingMember,
  type TopicPartition,
} from './offsets.ts';
import { Rebalance } from './rebalance.ts';
import { SyncGroup, type SyncRequest } from './sync-group.ts';

type Group = ClassicGroup | ConsumerGroup;
type Written<T> = WriteResult<GroupRecord, T>;

const EXPIRY_TIMER = 'offset-expiry';

export class GroupStateMachine implements StateMachine<GroupRecord> {
  readonly #env: GroupEnvironment;
  readonly #groups = new Map<string, Group>();
  readonly #store: OffsetStore;
  readonly #rebalance: Rebalance;
  readonly #joinGroup: JoinGroup;
  readonly #syncGroup: SyncGroup;
  readonly #membership: Membership;
  readonly #offsets: Offsets;
  readonly #consumers: ConsumerProtocol;

  constructor(env: Omit<GroupEnvironment, 'timers'>, context: ShardContext<GroupRecord>) {
    this.#env = { ...env, timers: context.timers };
    this.#store = new OffsetStore(context.timeline);
    this.#rebalance = new Rebalance(this.#env);
    this.#joinGroup = new JoinGroup(this.#env, this.#rebalance);
    this.#syncGroup = new SyncGroup(this.#env, this.#rebalance);
    this.#membership = new Membership(this.#rebalance);
    this.#offsets = new Offsets(this.#env, this.#store, this.#rebalance);
    this.#consumers = new ConsumerProtocol(this.#env, {
      get: (groupId) => this.#groups.get(groupId),
      onDowngraded: (groupId) => this.#onDowngraded(groupId),
    });
  }

  // --- the log --------------------------------------------------------------------------------------------------------------

  replay(record: GroupRecord, origin: RecordOrigin): void {
    if (record.kind === 'offset') {
      this.#store.replay(record, origin);
      if (record.value === null) this.#forgetIfUnused(record.group);
      else if (!this.#groups.has(record.group)) this.#create(record.group);
      return;
    }
    if (record.kind !== 'group') this.#replayConsumerRecord(record);
    else if (record.value !== null) {
      this.#groups.set(record.group, groupFromSnapshot(record.group, record.value));
    } else if (this.#groups.get(record.group)?.kind === 'classic') {
      this.#forget(record.group);
    }
  }

  /** A group has one kind at a time; of what an earlier kind left behind only tombstones come, and they mean nothing to the later one. */
  #replayConsumerRecord(record: ConsumerRecord): void {
    let group = this.#groups.get(record.group);
    if (group?.kind !== 'consumer') {
      if (record.value === null) return;
      group = new ConsumerGroup(record.group);
      this.#groups.set(record.group, group);
    }
    if (!group.replay(record)) return;
    this.#groups.delete(record.group);
    // Its offsets may outlive it, as those of a group that never had members.
    if (this.#store.has(record.group)) this.#create(record.group);
  }

  replayTransactionEnd(producerId: number, committed: boolean): void {
    for (const groupId of this.#store.replayTransactionEnd(producerId, committed)) {
      this.#forgetIfUnused(groupId);
    }
  }

  onLoaded(): void {
    for (const group of this.#groups.values()) {
      if (group.kind === 'consumer') {
        this.#consumers.onLoaded(group);
        continue;
      }
      if (group.size > this.#env.config.groupSizeMax) {
        this.#rebalance.prepare(group, 'loaded with more members than group.max.size');
      }
      for (const member of group.members) this.#rebalance.restartSession(group, member);
    }
    this.#scheduleExpiry();
  }

  onUnloaded(): void {
    for (const group of this.#groups.values()) {
      if (group.kind === 'classic') this.#rebalance.end(group, ErrorCode.NOT_COORDINATOR);
    }
    this.#groups.clear();
  }

  // --- membership -----------------------------------------------------------------------------------------------------------

  /** `reply` is called once, now or later. */
  join(request: JoinRequest, reply: Reply<JoinAnswer>): Written<void> {
    let group = this.#groups.get(request.groupId);
    if (group?.kind === 'consumer') {
      if (group.isEmpty && request.memberId === '') return this.#joinInstead(group, request, reply);
      return written(this.#consumers.classicMembers.join(group, request, reply), undefined);
    }
    if (group === undefined) {
      if (request.memberId !== '') {
        reply(joinRefusal(request.memberId, ErrorCode.UNKNOWN_MEMBER_ID));
        return written(NO_EFFECTS, undefined);
      }
      group = this.#create(request.groupId);
    }
    return written(this.#joinGroup.join(group, request, reply), undefined);
  }

  /** A consumer group that nobody is left in goes when a member of the classic protocol comes. */
  #joinInstead(
    empty: ConsumerGroup,
    request: JoinRequest,
    reply: Reply<JoinAnswer>,
  ): Written<void> {
    const effects = this.#joinGroup.join(this.#create(empty.id), request, reply);
    return written(
      { ...effects, records: [...groupTombstones(empty), ...effects.records] },
      undefined,
    );
  }

  /** `reply` is called once, now or later. */
  sync(request: SyncRequest, reply: Reply<SyncAnswer>): Written<void> {
    const group = this.#groups.get(request.groupId);
    if (group === undefined) {
      reply(syncRefusal(ErrorCode.UNKNOWN_MEMBER_ID));
      return written(NO_EFFECTS, undefined);
    }
    const effects =
      group.kind === 'consumer'
        ? this.#consumers.classicMembers.sync(group, request, reply)
        : this.#syncGroup.sync(group, request, reply);
    return written(effects, undefined);
  }

  heartbeat(request: HeartbeatRequest): Written<number> {
    const group = this.#groups.get(request.groupId);
    if (group?.kind === 'consumer') {
      return written(NO_EFFECTS, this.#consumers.classicMembers.heartbeat(group, request));
    }
    const errorCode =
      group === undefined
        ? ErrorCode.UNKNOWN_MEMBER_ID
        : this.#membership.heartbeat(group, request);
    return { ...NO_EFFECTS, response: errorCode, immediate: true };
  }

  /** The heartbeat of the consumer protocol. Throws CoordinatorError. */
  consumerHeartbeat(request: ConsumerHeartbeatRequest): Written<ConsumerHeartbeatAnswer> {
    const { effects, answer } = this.#consumers.heartbeat(request);
    return written(effects, answer);
  }

  /** What is known of these topics may not be true any more. */
  onTopicsChanged(topics: ReadonlySet<string>): void {
    for (const group of this.#groups.values()) {
      if (group.kind !== 'consumer' || group.areTopicsStale) continue;
      // An expression may match a topic that was not there when it was looked at last.
      group.areTopicsStale =
        group.regexes.size > 0 || [...topics].some((topic) => group.isSubscribedTo(topic));
    }
  }

  /** One error code a member. */
  leave(groupId: string, members: readonly LeavingMember[]): Written<number[]> {
    const group = this.#groups.get(groupId);
    if (group === undefined) {
      const unknown = members.map(() => ErrorCode.UNKNOWN_MEMBER_ID);
      return written(NO_EFFECTS, unknown);
    }
    const { effects, errorCodes } =
      group.kind === 'consumer'
        ? this.#consumers.classicMembers.leave(group, members)
        : this.#membership.leave(group, members);
    return written(effects, errorCodes);
  }

  // --- offsets --------------------------------------------------------------------------------------------------------------

  /** One error code an offset. */
  commitOffsets(request: CommitRequest): Written<number[]> {
    const { effects, errorCodes } = this.#offsets.commit(
      this.#groups.get(request.groupId),
      request,
    );
    return written(effects, errorCodes);
  }

  /** What is replicated, now. Throws CoordinatorError. */
  fetchOffsets(
    groupId: string,
    partitions: readonly TopicPartition[] | null,
    member: FetchingMember,
  ): FetchedOffset[] {
    this.#requireMayFetch(groupId, member);
    return this.#offsets.fetch(groupId, partitions, false);
  }

  /** The latest, once it is replicated. Throws CoordinatorError. */
  fetchStableOffsets(
    groupId: string,
    partitions: readonly TopicPartition[] | null,
    member: FetchingMember,
  ): Written<FetchedOffset[]> {
    this.#requireMayFetch(groupId, member);
    return written(NO_EFFECTS, this.#offsets.fetch(groupId, partitions, true));
  }

  /** One error code a partition, or one for the group. */
  deleteOffsets(
    groupId: string,
    partitions: readonly TopicPartition[],
  ): Written<number[] | number> {
    const group = this.#groups.get(groupId);
    if (group === undefined) return written(NO_EFFECTS, ErrorCode.GROUP_ID_NOT_FOUND);
    const outcome = this.#offsets.delete(group, partitions);
    if (typeof outcome === 'number') return written(NO_EFFECTS, outcome);
    return written(outcome.effects, outcome.errorCodes);
  }

  /** Forgets the offsets of deleted topics. */
  removeTopics(topics: ReadonlySet<string>): Written<void> {
    const removal = removeTopics(this.#groups.values(), topics, this.#store);
    return written(this.#remove(removal), undefined);
  }

  // --- administration -------------------------------------------------------------------------------------------------------

  list(): GroupOverview[] {
    return [...this.#groups.values()].map(overviewOf);
  }

  describe(groupId: string): GroupDescription {
    const group = this.#groups.get(groupId);
    // Groups of the other protocol are described by a request of their own.
    return group?.kind === 'classic' ? describe(group) : describeMissing(groupId);
  }

  /** Undefined when there is no such group, or it is a classic one. */
  describeConsumerGroup(groupId: string): ConsumerGroupDescription | undefined {
    const group = this.#groups.get(groupId);
    if (group?.kind !== 'consumer') return undefined;
    const assignor = this.#consumers.assignorNameOf(group);
    return describeConsumerGroup(group, assignor, this.#env.topics);
  }

  deleteGroup(groupId: string): Written<number> {
    const group = this.#groups.get(groupId);
    if (group === undefined) return written(NO_EFFECTS, ErrorCode.GROUP_ID_NOT_FOUND);
    const removal = removeGroup(group, this.#store);
    if (typeof removal === 'number') return written(NO_EFFECTS, removal);
    return written(this.#remove(removal), ErrorCode.NONE);
  }

  // --------------------------------------------------------------------------------------------------------------------------

  #scheduleExpiry(): void {
    const { timers, config } = this.#env;
    timers.schedule(EXPIRY_TIMER, config.offsetsRetentionCheckIntervalMs, () => {
      this.#scheduleExpiry();
      this.#store.prune();
      return this.#remove(removeExpired(this.#groups.values(), this.#store, this.#env));
    });
  }

  #remove(removal: Removal): Effects {
    for (const group of removal.groups) this.#forget(group.id);
    return { records: removal.records, splittable: true };
  }

  #create(groupId: string): ClassicGroup {
    const group = new ClassicGroup(groupId, this.#env.platform.clock.now());
    this.#groups.set(groupId, group);
    return group;
  }

  /** A group that only stored offsets exists no longer than they do. */
  #forgetIfUnused(groupId: string): void {
    const group = this.#groups.get(groupId);
    if (group?.kind !== 'classic' || group.generationId > 0 || !group.is('Empty')) return;
    if (group.pendingMemberCount === 0 && !this.#store.has(groupId)) this.#forget(groupId);
  }

  #forget(groupId: string): void {
    const group = this.#groups.get(groupId);
    if (group?.kind !== 'classic') return;
    this.#rebalance.end(group, ErrorCode.UNKNOWN_MEMBER_ID);
    this.#groups.delete(groupId);
  }

  /** The members that stay have to agree on an assignment among themselves. */
  #onDowngraded(groupId: string): void {
    const group = this.#groups.get(groupId);
    if (group?.kind !== 'classic') return;
    for (const member of group.members) this.#rebalance.restartSession(group, member);
    this.#rebalance.prepare(group, 'the last member of the consumer protocol is gone');
  }

  #requireMayFetch(groupId: string, member: FetchingMember): void {
    const errorCode = validateFetch(this.#groups.get(groupId), member);
    if (errorCode !== ErrorCode.NONE) throw new CoordinatorError(errorCode);
  }
}

function written<T>(effects: Effects, response: T): Written<T> {
  return { ...effects, response };
}
