/**
 * The group coordinator over one partition of `__consumer_offsets`: its groups, their offsets, and what may be asked of them.
 *
 * Offsets change by replay. A classic group's membership changes before its record is written (`applied`), since most of it (who waits, the
 * rebalance under way) is in no record; what members are told, though, waits for the record.
 */
import { ErrorCode } from '@zurau/protocol';
import type {
  RecordOrigin,
  ShardContext,
  StateMachine,
  WriteResult,
} from '../runtime/state-machine.ts';
import { ClassicGroup } from './classic-group.ts';
import { NO_EFFECTS, type Effects } from './effects.ts';
import type { GroupEnvironment } from './group-environment.ts';
import type { GroupRecord } from './group-records.ts';
import { removeExpired, removeGroup, removeTopics, type Removal } from './group-removal.ts';
import { groupFromSnapshot } from './group-snapshot.ts';
import {
  describe,
  describeMissing,
  overviewOf,
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
import { Offsets, type CommitRequest, type FetchedOffset, type TopicPartition } from './offsets.ts';
import { Rebalance } from './rebalance.ts';
import { SyncGroup, type SyncRequest } from './sync-group.ts';

type Written<T> = WriteResult<GroupRecord, T>;

const EXPIRY_TIMER = 'offset-expiry';

export class GroupStateMachine implements StateMachine<GroupRecord> {
  readonly #env: GroupEnvironment;
  readonly #groups = new Map<string, ClassicGroup>();
  readonly #store: OffsetStore;
  readonly #rebalance: Rebalance;
  readonly #joinGroup: JoinGroup;
  readonly #syncGroup: SyncGroup;
  readonly #membership: Membership;
  readonly #offsets: Offsets;

  constructor(env: Omit<GroupEnvironment, 'timers'>, context: ShardContext<GroupRecord>) {
    this.#env = { ...env, timers: context.timers };
    this.#store = new OffsetStore(context.timeline);
    this.#rebalance = new Rebalance(this.#env);
    this.#joinGroup = new JoinGroup(this.#env, this.#rebalance);
    this.#syncGroup = new SyncGroup(this.#env, this.#rebalance);
    this.#membership = new Membership(this.#rebalance);
    this.#offsets = new Offsets(this.#env, this.#store, this.#rebalance);
  }

  // --- the log --------------------------------------------------------------------------------------------------------------

  replay(record: GroupRecord, origin: RecordOrigin): void {
    if (record.kind === 'offset') {
      this.#store.replay(record, origin);
      if (record.value === null) this.#forgetIfUnused(record.group);
      else if (!this.#groups.has(record.group)) this.#create(record.group);
      return;
    }
    if (record.value === null) this.#forget(record.group);
    else this.#groups.set(record.group, groupFromSnapshot(record.group, record.value));
  }

  replayTransactionEnd(producerId: number, committed: boolean): void {
    for (const groupId of this.#store.replayTransactionEnd(producerId, committed)) {
      this.#forgetIfUnused(groupId);
    }
  }

  onLoaded(): void {
    for (const group of this.#groups.values()) {
      if (group.size > this.#env.config.groupSizeMax) {
        this.#rebalance.prepare(group, 'loaded with more members than group.max.size');
      }
      for (const member of group.members) this.#rebalance.restartSession(group, member);
    }
    this.#scheduleExpiry();
  }

  onUnloaded(): void {
    for (const group of this.#groups.values()) {
      this.#rebalance.end(group, ErrorCode.NOT_COORDINATOR);
    }
    this.#groups.clear();
  }

  // --- membership -----------------------------------------------------------------------------------------------------------

  /** `reply` is called once, now or later. */
  join(request: JoinRequest, reply: Reply<JoinAnswer>): Written<void> {
    let group = this.#groups.get(request.groupId);
    if (group === undefined) {
      if (request.memberId !== '') {
        reply(joinRefusal(request.memberId, ErrorCode.UNKNOWN_MEMBER_ID));
        return written(NO_EFFECTS, undefined);
      }
      group = this.#create(request.groupId);
    }
    return written(this.#joinGroup.join(group, request, reply), undefined);
  }

  /** `reply` is called once, now or later. */
  sync(request: SyncRequest, reply: Reply<SyncAnswer>): Written<void> {
    const group = this.#groups.get(request.groupId);
    if (group === undefined) {
      reply(syncRefusal(ErrorCode.UNKNOWN_MEMBER_ID));
      return written(NO_EFFECTS, undefined);
    }
    return written(this.#syncGroup.sync(group, request, reply), undefined);
  }

  heartbeat(request: HeartbeatRequest): Written<number> {
    const group = this.#groups.get(request.groupId);
    const errorCode =
      group === undefined
        ? ErrorCode.UNKNOWN_MEMBER_ID
        : this.#membership.heartbeat(group, request);
    return { ...NO_EFFECTS, response: errorCode, immediate: true };
  }

  /** One error code a member. */
  leave(groupId: string, members: readonly LeavingMember[]): Written<number[]> {
    const group = this.#groups.get(groupId);
    if (group === undefined) {
      const unknown = members.map(() => ErrorCode.UNKNOWN_MEMBER_ID);
      return written(NO_EFFECTS, unknown);
    }
    const { effects, errorCodes } = this.#membership.leave(group, members);
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

  /** What is replicated, now. */
  fetchOffsets(groupId: string, partitions: readonly TopicPartition[] | null): FetchedOffset[] {
    return this.#offsets.fetch(groupId, partitions, false);
  }

  /** The latest, once it is replicated. */
  fetchStableOffsets(
    groupId: string,
    partitions: readonly TopicPartition[] | null,
  ): Written<FetchedOffset[]> {
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
    return group === undefined ? describeMissing(groupId) : describe(group);
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
    if (group === undefined || group.generationId > 0 || !group.is('Empty')) return;
    if (group.pendingMemberCount === 0 && !this.#store.has(groupId)) this.#forget(groupId);
  }

  #forget(groupId: string): void {
    const group = this.#groups.get(groupId);
    if (group === undefined) return;
    this.#rebalance.end(group, ErrorCode.UNKNOWN_MEMBER_ID);
    this.#groups.delete(groupId);
  }
}

function written<T>(effects: Effects, response: T): Written<T> {
  return { ...effects, response };
}
