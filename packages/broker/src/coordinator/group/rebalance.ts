/**
 * The rebalance of a classic group: when the join phase starts and ends, when the assignment goes out, and who is dropped for being late.
 *
 * Owns the three kinds of timers of a group:
 *
 * ```
 *   join/<group>             end of the join phase (rebalance timeout, or the initial delay of a group that was empty)
 *   sync/<group>             members that joined but never asked for their assignment
 *   session/<group>/<member> heartbeats that stay out, and new members whose join never came to an end
 * ```
 *
 * Requests are validated elsewhere (`join-group.ts`, `sync-group.ts`, `membership.ts`); they call in here when they have changed a group.
 */
import { ErrorCode, errorName } from '@zurau/protocol';
import type { ClassicGroup } from './classic-group.ts';
import { NO_EFFECTS, type Effects } from './effects.ts';
import type { GroupEnvironment } from './group-environment.ts';
import { groupSnapshotRecord } from './group-snapshot.ts';
import { NOTHING, joinRefusal, syncRefusal, type JoinAnswer, type Member } from './member.ts';

/** How long a new member's join may wait: it has no id yet, so it cannot heartbeat and a dead one would stay for ever. */
const NEW_MEMBER_JOIN_TIMEOUT_MS = 5 * 60_000;

export class Rebalance {
  readonly #env: GroupEnvironment;

  constructor(env: GroupEnvironment) {
    this.#env = env;
  }

  // --- the join phase -------------------------------------------------------------------------------------------------------

  /** After a member was added, or stated new terms: starts a rebalance, or ends the join phase if it was the last one awaited. */
  afterJoin(group: ClassicGroup, reason: string): Effects {
    if (group.is('Stable', 'CompletingRebalance', 'Empty')) this.prepare(group, reason);
    return this.completeJoinIfAllJoined(group);
  }

  /** After members were removed: starts a rebalance of those that stay, or ends the join phase if only those had been awaited. */
  afterRemoval(group: ClassicGroup, reason: string): Effects {
    if (group.is('Stable', 'CompletingRebalance')) {
      this.prepare(group, reason);
    }
    return this.completeJoinIfAllJoined(group);
  }

  /** Starts the join phase. */
  prepare(group: ClassicGroup, reason: string): void {
    const { platform, config, timers, logger } = this.#env;
    if (group.is('CompletingRebalance')) this.failSyncs(group, ErrorCode.REBALANCE_IN_PROGRESS);
    this.#stopAwaitingSyncs(group);
    const initial = group.is('Empty');
    logger.info(
      { group: group.id, state: group.state, generation: group.generationId, reason },
      'rebalancing',
    );
    group.become('PreparingRebalance', platform.clock.now());
    if (initial) {
      const delayMs = config.initialRebalanceDelayMs;
      const remainingMs = Math.max(group.rebalanceTimeoutMs - delayMs, 0);
      this.#scheduleInitialDelay(group, delayMs, remainingMs);
    } else {
      timers.schedule(joinTimer(group), group.rebalanceTimeoutMs, () => this.#completeJoin(group));
    }
  }

  /** Ends the join phase early when everybody is here; not during the initial delay, which waits for whoever may come. */
  completeJoinIfAllJoined(group: ClassicGroup): Effects {
    const initial = group.previousState === 'Empty';
    if (!group.is('PreparingRebalance') || initial || !group.hasAllMembersJoined) return NO_EFFECTS;
    return this.#completeJoin(group);
  }

  /** The first join phase of a group: prolonged as long as members arrive, at most for the rebalance timeout. */
  #scheduleInitialDelay(group: ClassicGroup, delayMs: number, remainingMs: number): void {
    const { config, timers } = this.#env;
    timers.schedule(joinTimer(group), delayMs, () => {
      if (!group.newMemberAdded || remainingMs === 0) return this.#completeJoin(group);
      group.newMemberAdded = false;
      const nextDelayMs = Math.min(config.initialRebalanceDelayMs, remainingMs);
      this.#scheduleInitialDelay(group, nextDelayMs, Math.max(remainingMs - delayMs, 0));
      return NO_EFFECTS;
    });
  }

  /** Drops whoever has not joined (static members keep their place), and starts the next generation with the rest. */
  #completeJoin(group: ClassicGroup): Effects {
    const { platform, timers, logger } = this.#env;
    timers.cancel(joinTimer(group));
    if (!group.is('PreparingRebalance')) return NO_EFFECTS;
    for (const member of [...group.members]) {
      if (member.isAwaitingJoin || member.isStatic) continue;
      logger.info({ group: group.id, member: member.id }, 'member did not rejoin in time');
      this.drop(group, member);
    }
    if (!group.electJoinedLeader() && group.size > 0) {
      // Only static members that are away: nobody could lead. Their session timeouts will empty the group, or they come back.
      timers.schedule(joinTimer(group), group.rebalanceTimeoutMs, () => this.#completeJoin(group));
      return NO_EFFECTS;
    }
    group.startGeneration(platform.clock.now());
    if (group.is('Empty')) {
      logger.info({ group: group.id, generation: group.generationId }, 'group is empty');
      return {
        records: [groupSnapshotRecord(group, new Map())],
        applied: true,
        // If this is lost, the previous generation is loaded again after a failover and times out.
        onSettled: (errorCode) => {
          if (errorCode === undefined) return;
          logger.warn({ group: group.id, error: errorName(errorCode) }, 'empty group not stored');
        },
      };
    }
    logger.info(
      { group: group.id, generation: group.generationId, members: group.size },
      'generation started',
    );
    this.#answerJoins(group);
    timers.schedule(syncTimer(group), group.rebalanceTimeoutMs, () => this.#onSyncTimeout(group));
    return NO_EFFECTS;
  }

  #answerJoins(group: ClassicGroup): void {
    for (const member of group.members) {
      group.answerJoin(member, currentGeneration(group, member.id));
      member.isNew = false;
      this.restartSession(group, member);
      group.awaitSync(member.id);
    }
  }

  // --- the sync phase -------------------------------------------------------------------------------------------------------

  /** The member has sent its SyncGroup. */
  noteSync(group: ClassicGroup, memberId: string): void {
    group.noteSync(memberId);
    if (group.pendingSyncIds.size === 0) this.#env.timers.cancel(syncTimer(group));
  }

  /** The leader's assignment is stored: hands everyone theirs. */
  assign(group: ClassicGroup, assignments: ReadonlyMap<string, Buffer>): void {
    for (const member of group.members) member.assignment = assignments.get(member.id) ?? NOTHING;
    for (const member of group.members) {
      const answered = group.answerSync(member, {
        errorCode: ErrorCode.NONE,
        protocolType: group.protocolType,
        protocolName: group.protocolName,
        assignment: member.assignment,
      });
      if (answered) this.restartSession(group, member);
    }
    group.become('Stable', this.#env.platform.clock.now());
  }

  /** Takes back the assignments of a generation that will not become stable. */
  failSyncs(group: ClassicGroup, errorCode: number): void {
    for (const member of group.members) {
      member.assignment = NOTHING;
      if (group.answerSync(member, syncRefusal(errorCode))) this.restartSession(group, member);
    }
  }

  #stopAwaitingSyncs(group: ClassicGroup): void {
    group.clearPendingSyncs();
    this.#env.timers.cancel(syncTimer(group));
  }

  #onSyncTimeout(group: ClassicGroup): Effects | undefined {
    if (!group.is('CompletingRebalance', 'Stable') || group.pendingSyncIds.size === 0) return;
    for (const memberId of [...group.pendingSyncIds]) {
      const member = group.member(memberId);
      if (member !== undefined) this.drop(group, member);
    }
    this.prepare(group, 'members did not ask for their assignment in time');
    return this.completeJoinIfAllJoined(group);
  }

  // --- sessions -------------------------------------------------------------------------------------------------------------

  /** The member was heard of. */
  restartSession(group: ClassicGroup, member: Member): void {
    const timeoutMs = member.isNew ? NEW_MEMBER_JOIN_TIMEOUT_MS : member.terms.sessionTimeoutMs;
    this.#env.timers.schedule(sessionTimer(group, member.id), timeoutMs, () =>
      this.#onSessionTimeout(group, member),
    );
  }

  endSession(group: ClassicGroup, memberId: string): void {
    this.#env.timers.cancel(sessionTimer(group, memberId));
  }

  /** Someone who was given a member id has this long to join with it. */
  startPendingSession(group: ClassicGroup, memberId: string, timeoutMs: number): void {
    this.#env.timers.schedule(sessionTimer(group, memberId), timeoutMs, () => {
      if (!group.isPendingMember(memberId)) return undefined;
      group.removePendingMember(memberId);
      return this.completeJoinIfAllJoined(group);
    });
  }

  /** Takes a member out, and answers what it waits for. The group is not rebalanced by this. */
  drop(group: ClassicGroup, member: Member): void {
    group.answerJoin(member, joinRefusal('', ErrorCode.UNKNOWN_MEMBER_ID));
    group.answerSync(member, syncRefusal(ErrorCode.UNKNOWN_MEMBER_ID));
    group.remove(member.id);
    this.endSession(group, member.id);
  }

  #onSessionTimeout(group: ClassicGroup, member: Member): Effects | undefined {
    // A member that waits for the rebalance cannot heartbeat; it gets a new session with its answer.
    const waits = !member.isNew && (member.isAwaitingJoin || member.isAwaitingSync);
    if (waits || group.member(member.id) !== member) return undefined;
    this.#env.logger.info({ group: group.id, member: member.id }, 'member failed');
    this.drop(group, member);
    return this.afterRemoval(group, `member ${member.id} failed`);
  }

  // --- the end --------------------------------------------------------------------------------------------------------------

  /** The group is gone from here: `errorCode` to all that wait, no timers any more. */
  end(group: ClassicGroup, errorCode: number): void {
    const { timers, platform } = this.#env;
    for (const member of group.members) {
      group.answerJoin(member, joinRefusal(member.id, errorCode));
      group.answerSync(member, syncRefusal(errorCode));
      this.endSession(group, member.id);
    }
    timers.cancel(joinTimer(group));
    this.#stopAwaitingSyncs(group);
    group.become('Dead', platform.clock.now());
  }
}

/** What a member is told of the generation that it is in; the leader also gets everybody's subscription. */
export function currentGeneration(group: ClassicGroup, memberId: string): JoinAnswer {
  const isLeader = group.isLeader(memberId);
  return {
    errorCode: ErrorCode.NONE,
    generationId: group.generationId,
    protocolType: group.protocolType,
    protocolName: group.protocolName,
    leader: group.leaderId ?? '',
    skipAssignment: false,
    memberId,
    members: isLeader ? subscriptions(group) : [],
  };
}

/** All members with their subscriptions in the protocol that was selected. */
function subscriptions(group: ClassicGroup): JoinAnswer['members'] {
  const name = group.protocolName;
  if (name === null) throw new Error(`group ${group.id} has selected no protocol`);
  return [...group.members].map((member) => ({
    memberId: member.id,
    groupInstanceId: member.instanceId,
    metadata: member.metadata(name),
  }));
}

function joinTimer(group: ClassicGroup): string {
  return `join/${group.id}`;
}

function syncTimer(group: ClassicGroup): string {
  return `sync/${group.id}`;
}

/** The length keeps ids with slashes apart. */
function sessionTimer(group: ClassicGroup, memberId: string): string {
  return `session/${group.id.length}/${group.id}/${memberId}`;
}
