/**
 * The consumer protocol of KIP-848 over one partition of `__consumer_offsets`: takes heartbeats, removes members that are late, moves groups
 * between the protocols. The groups are the state machine's; what is decided here becomes records.
 */
import { ErrorCode } from '@zurau/protocol';
import { CoordinatorError } from '../../runtime/coordinator-error.ts';
import type { ClassicGroup } from '../classic-group.ts';
import type { Effects } from '../effects.ts';
import type { GroupEnvironment } from '../group-environment.ts';
import type { GroupRecord } from '../group-records.ts';
import { joinRefusal, syncRefusal } from '../member.ts';
import { assignorByName, type Assignor } from './assignors/assignor.ts';
import { ClassicMembers } from './classic-members.ts';
import { ConsumerGroup, isAway } from './consumer-group.ts';
import {
  answerTo,
  answerToLeaver,
  away,
  callerOf,
  leaverOf,
  leaves,
  validateHeartbeat,
  withRequest,
  type ConsumerHeartbeatAnswer,
  type ConsumerHeartbeatRequest,
} from './consumer-heartbeat.ts';
import { JOIN_EPOCH, LEAVE_STATIC_EPOCH, type ConsumerMember } from './consumer-member.ts';
import { ConsumerTimers } from './consumer-timers.ts';
import { GroupChanges, progressRecord, replacementRecords, successorOf } from './group-changes.ts';
import { downgrade, isClassicWithout, upgrade } from './migration.ts';
import { SubscriptionResolver } from './subscriptions.ts';

/** The groups of the partition. */
export interface Groups {
  get(groupId: string): ClassicGroup | ConsumerGroup | undefined;
  /** A consumer group has just become a classic one; its members have to join again. */
  onDowngraded(groupId: string): void;
}

export interface ConsumerOutcome {
  readonly effects: Effects;
  readonly answer: ConsumerHeartbeatAnswer;
}

export class ConsumerProtocol {
  /** What members of the classic protocol ask of a consumer group. */
  readonly classicMembers: ClassicMembers;
  readonly #env: GroupEnvironment;
  readonly #groups: Groups;
  readonly #assignors: readonly Assignor[];
  readonly #resolver: SubscriptionResolver;
  readonly #changes: GroupChanges;
  readonly #timers: ConsumerTimers;

  constructor(env: GroupEnvironment, groups: Groups) {
    this.#env = env;
    this.#groups = groups;
    this.#assignors = env.config.consumerAssignors.flatMap((name) => assignorByName(name) ?? []);
    this.#resolver = new SubscriptionResolver(env.topics);
    this.#changes = new GroupChanges({
      resolver: this.#resolver,
      assignors: this.#assignors,
      nowMs: () => env.platform.clock.now(),
    });
    this.#timers = new ConsumerTimers(env.timers, (groupId, memberId, why) =>
      this.#dropLate(groupId, memberId, why),
    );
    this.classicMembers = new ClassicMembers(env, this.#changes, this.#timers);
  }

  /** Throws CoordinatorError with the error that the member is to see. */
  heartbeat(request: ConsumerHeartbeatRequest): ConsumerOutcome {
    validateHeartbeat(request);
    this.#validateAssignor(request.assignor);
    return leaves(request) ? this.#leave(request) : this.#stay(request);
  }

  /** The assignor that the group goes by. */
  assignorNameOf(group: ConsumerGroup): string {
    return this.#changes.assignorOf(group.members.values()).name;
  }

  /** The group was loaded: everybody has a whole session to be heard of. */
  onLoaded(group: ConsumerGroup): void {
    for (const member of group.members.values()) {
      const { sessionTimeoutMs } = this.#env.consumerTimeouts(group.id);
      const timeoutMs = member.classic?.sessionTimeoutMs ?? sessionTimeoutMs;
      this.#timers.restartSession(group.id, member.id, timeoutMs);
      if (member.classic === null) this.#timers.awaitRevocation(group.id, member);
    }
  }

  #stay(request: ConsumerHeartbeatRequest): ConsumerOutcome {
    const { group, records: upgrading } = this.#groupFor(request);
    const { config } = this.#env;
    const { heartbeatIntervalMs } = this.#env.consumerTimeouts(request.groupId);
    const memberId = request.memberId || this.#env.platform.random.uuid();
    const named = { ...request, memberId };
    if (group.size >= config.consumerGroupSizeMax && group.member(memberId) === undefined) {
      throw new CoordinatorError(
        ErrorCode.GROUP_MAX_SIZE_REACHED,
        `The consumer group has reached its maximum capacity of ${config.consumerGroupSizeMax} members.`,
      );
    }
    const { member: known, predecessor } = callerOf(group, named);
    const returns = request.memberEpoch === JOIN_EPOCH && isAway(known);
    const before = returns ? successorOf(known, memberId) : known;
    const after = withRequest(before, named);
    if (after.subscribedRegex !== null && after.subscribedRegex !== before.subscribedRegex) {
      this.#resolver.validate(after.subscribedRegex);
    }
    const { member, records } = this.#changes.step(group, {
      before,
      after,
      replaced: predecessor?.id,
      owned: request.owned,
    });
    const replacing =
      predecessor === undefined ? [] : replacementRecords(group, predecessor.id, before);
    return {
      effects: {
        records: [...upgrading, ...replacing, ...records],
        onAppended: () => {
          if (predecessor !== undefined) this.#timers.cancelAll(group.id, predecessor.id);
          this.#onHeard(group.id, member);
          if (upgrading.length > 0) this.#onUpgraded(group.id);
          // A step was taken: what it has to give up it has to give up from now on.
          if (member !== after) this.#timers.awaitRevocation(group.id, member);
        },
      },
      answer: answerTo(named, before, member, heartbeatIntervalMs),
    };
  }

  /** The members that are still of the classic protocol get a session here. */
  #onUpgraded(groupId: string): void {
    const group = this.#groups.get(groupId);
    if (group?.kind !== 'consumer') return;
    for (const { id, classic } of group.members.values()) {
      if (classic === null) continue;
      this.#timers.restartSession(groupId, id, classic.sessionTimeoutMs);
    }
  }

  #onHeard(groupId: string, member: ConsumerMember): void {
    const group = this.#groups.get(groupId);
    if (group?.kind !== 'consumer') return;
    group.areTopicsStale = false;
    const { sessionTimeoutMs } = this.#env.consumerTimeouts(groupId);
    this.#timers.restartSession(groupId, member.id, sessionTimeoutMs);
    this.#timers.joined(groupId, member.id);
    this.#timers.synced(groupId, member.id);
  }

  /** The group that the request is for; a new one, or one that was classic until now, comes with the records that make it so. */
  #groupFor(request: ConsumerHeartbeatRequest): {
    group: ConsumerGroup;
    records: readonly GroupRecord[];
  } {
    const { groupId } = request;
    const group = this.#groups.get(groupId);
    if (group?.kind === 'consumer') return { group, records: [] };
    if (request.memberEpoch === JOIN_EPOCH) {
      if (group === undefined) return { group: new ConsumerGroup(groupId), records: [] };
      if (group.is('Empty')) {
        const tombstone: GroupRecord = { kind: 'group', group: groupId, value: null };
        return { group: new ConsumerGroup(groupId), records: [tombstone] };
      }
      if (this.#mayUpgrade(group)) {
        const upgraded = upgrade(group, this.#env.topics);
        this.#release(group);
        return upgraded;
      }
    }
    throw notAConsumerGroup(groupId);
  }

  #mayUpgrade(group: ClassicGroup): boolean {
    const { migrationPolicy, consumerGroupSizeMax } = this.#env.config;
    return (
      migrationPolicy.upgrade &&
      group.protocolType === 'consumer' &&
      group.size <= consumerGroupSizeMax
    );
  }

  /** Whoever waits for a rebalance of the classic group is told that there is another one. */
  #release(group: ClassicGroup): void {
    for (const member of group.members) {
      group.answerJoin(member, joinRefusal(member.id, ErrorCode.REBALANCE_IN_PROGRESS));
      group.answerSync(member, syncRefusal(ErrorCode.REBALANCE_IN_PROGRESS));
    }
  }

  #leave(request: ConsumerHeartbeatRequest): ConsumerOutcome {
    const group = this.#groups.get(request.groupId);
    if (group?.kind !== 'consumer') throw notAConsumerGroup(request.groupId);
    const member = leaverOf(group, request);
    const answer = answerToLeaver(request);
    if (request.memberEpoch === LEAVE_STATIC_EPOCH) {
      const effects: Effects = {
        records: [progressRecord(group, away(member))],
        // It gives everything up by leaving; it is the session that it has to be back in.
        onAppended: () => this.#timers.awaitRevocation(group.id, { ...member, state: 'stable' }),
      };
      return { effects, answer };
    }
    return { effects: this.#remove(group, member, 'it left'), answer };
  }

  #dropLate(groupId: string, memberId: string, why: string): Effects | undefined {
    const group = this.#groups.get(groupId);
    if (group?.kind !== 'consumer') return undefined;
    const member = group.member(memberId);
    return member === undefined ? undefined : this.#remove(group, member, why);
  }

  #remove(group: ConsumerGroup, member: ConsumerMember, why: string): Effects {
    const { logger, config, platform, topics } = this.#env;
    logger.info({ group: group.id, member: member.id, why }, 'member removed');
    const memberIds = [...group.members.keys()];
    const isDowngraded =
      config.migrationPolicy.downgrade &&
      group.size - 1 <= config.groupSizeMax &&
      isClassicWithout(group, member);
    if (!isDowngraded) {
      return {
        records: this.#changes.remove(group, [member.id]),
        onAppended: () => this.#timers.cancelAll(group.id, member.id),
      };
    }
    logger.info({ group: group.id }, 'consumer group becomes a classic group');
    return {
      records: downgrade(group, member.id, topics, platform.clock.now()),
      onAppended: () => {
        for (const memberId of memberIds) this.#timers.cancelAll(group.id, memberId);
        this.#groups.onDowngraded(group.id);
      },
    };
  }

  #validateAssignor(name: string | null): void {
    if (name === null || this.#assignors.some((assignor) => assignor.name === name)) return;
    const supported = this.#assignors.map((assignor) => assignor.name).join(', ');
    throw new CoordinatorError(
      ErrorCode.UNSUPPORTED_ASSIGNOR,
      `ServerAssignor ${name} is not supported. Supported assignors: ${supported}.`,
    );
  }
}

function notAConsumerGroup(groupId: string): CoordinatorError {
  return new CoordinatorError(
    ErrorCode.GROUP_ID_NOT_FOUND,
    `Group ${groupId} is not a consumer group.`,
  );
}
