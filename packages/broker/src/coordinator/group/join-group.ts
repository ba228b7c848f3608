/**
 * JoinGroup on a classic group: who may come in, and under which member id.
 *
 * A join is answered when the join phase ends, or at once when there is nothing to wait for. Static members (KIP-345) that restart take over
 * the place of their predecessor, without a rebalance if the group is stable and their subscription does not matter to it.
 */
import { ErrorCode, errorName } from '@zurau/protocol';
import type { ClassicGroup } from './classic-group.ts';
import { NO_EFFECTS, type Effects } from './effects.ts';
import type { GroupEnvironment } from './group-environment.ts';
import { groupSnapshotRecord } from './group-snapshot.ts';
import { generateMemberId } from './member-id.ts';
import { Member, joinRefusal, type JoinAnswer, type MemberTerms, type Reply } from './member.ts';
import { currentGeneration, type Rebalance } from './rebalance.ts';

export interface JoinRequest {
  readonly groupId: string;
  /** Empty for a member that has none yet. */
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly protocolType: string;
  readonly terms: MemberTerms;
  readonly reason: string;
  /** The client comes back with the member id that it is given (KIP-394, from version 4). */
  readonly returnsWithMemberId: boolean;
  /** A static leader can be told not to compute an assignment (from version 9). */
  readonly canSkipAssignment: boolean;
}

export class JoinGroup {
  readonly #env: GroupEnvironment;
  readonly #rebalance: Rebalance;

  constructor(env: GroupEnvironment, rebalance: Rebalance) {
    this.#env = env;
    this.#rebalance = rebalance;
  }

  /** Takes a join in; `reply` is called once, now or later. */
  join(group: ClassicGroup, request: JoinRequest, reply: Reply<JoinAnswer>): Effects {
    if (!this.#hasRoom(group, request.memberId)) {
      const member = group.member(request.memberId);
      if (member !== undefined) this.#rebalance.drop(group, member);
      group.removePendingMember(request.memberId);
      reply(joinRefusal('', ErrorCode.GROUP_MAX_SIZE_REACHED));
      return this.#rebalance.completeJoinIfAllJoined(group);
    }
    if (!group.supports(request.protocolType, request.terms.protocols)) {
      reply(joinRefusal(request.memberId, ErrorCode.INCONSISTENT_GROUP_PROTOCOL));
      return NO_EFFECTS;
    }
    return request.memberId === ''
      ? this.#joinAsNew(group, request, reply)
      : this.#joinAsKnown(group, request, reply);
  }

  /**
   * Whether `group.max.size` leaves room. While a group rebalances, those that are here already count: if the limit was lowered, the last to
   * come have to go.
   */
  #hasRoom(group: ClassicGroup, memberId: string): boolean {
    const sizeMax = this.#env.config.groupSizeMax;
    const member = group.member(memberId);
    if (group.is('Empty')) return true;
    if (group.is('PreparingRebalance')) {
      return member?.isAwaitingJoin === true || group.awaitingJoinCount < sizeMax;
    }
    return member !== undefined || group.size < sizeMax;
  }

  // --- members without an id ------------------------------------------------------------------------------------------------

  #joinAsNew(group: ClassicGroup, request: JoinRequest, reply: Reply<JoinAnswer>): Effects {
    const { instanceId, clientId } = request;
    const memberId = generateMemberId(instanceId ?? clientId, this.#env.platform.random);
    if (instanceId === null) {
      if (!request.returnsWithMemberId) return this.#admit(group, memberId, request, reply);
      group.addPendingMember(memberId);
      this.#rebalance.startPendingSession(group, memberId, request.terms.sessionTimeoutMs);
      reply(joinRefusal(memberId, ErrorCode.MEMBER_ID_REQUIRED));
      return NO_EFFECTS;
    }
    const predecessorId = group.staticMemberId(instanceId);
    const predecessor = predecessorId === undefined ? undefined : group.member(predecessorId);
    if (predecessor === undefined) return this.#admit(group, memberId, request, reply);
    return this.#succeed(group, predecessor, memberId, request, reply);
  }

  /** A new member: the group rebalances. */
  #admit(
    group: ClassicGroup,
    memberId: string,
    request: JoinRequest,
    reply: Reply<JoinAnswer>,
  ): Effects {
    const { instanceId, clientId, clientHost } = request;
    const member = new Member({ id: memberId, instanceId, clientId, clientHost }, request.terms);
    member.isNew = true;
    if (group.is('PreparingRebalance') && group.generationId === 0) group.newMemberAdded = true;
    group.add(member, request.protocolType, reply);
    this.#rebalance.restartSession(group, member);
    return this.#rebalance.afterJoin(group, `member ${memberId} joined; ${request.reason}`);
  }

  /** A static member that has restarted: the new process takes the place of the old one. */
  #succeed(
    group: ClassicGroup,
    member: Member,
    memberId: string,
    request: JoinRequest,
    reply: Reply<JoinAnswer>,
  ): Effects {
    const before: Predecessor = { id: member.id, terms: member.terms, leader: group.leaderId };
    this.#env.logger.info(
      { group: group.id, instance: member.instanceId, from: before.id, to: memberId },
      'static member replaced',
    );
    this.#rebalance.endSession(group, before.id);
    group.replaceStaticMember(member, memberId);
    group.update(member, request.terms);
    this.#rebalance.restartSession(group, member);
    if (group.is('Stable') && group.selectProtocol() === group.protocolName) {
      return this.#succeedQuietly(group, member, before, request, reply);
    }
    group.awaitJoin(member, reply);
    return this.#rebalance.afterJoin(group, `static member ${memberId} replaced ${before.id}`);
  }

  /** Nothing that the assignment depends on has changed: only the new member id has to be stored. */
  #succeedQuietly(
    group: ClassicGroup,
    member: Member,
    before: Predecessor,
    request: JoinRequest,
    reply: Reply<JoinAnswer>,
  ): Effects {
    const memberId = member.id;
    const assignments = new Map([...group.members].map((each) => [each.id, each.assignment]));
    const isCurrent = (): boolean => group.member(memberId) === member;
    group.awaitJoin(member, reply);
    return {
      records: [groupSnapshotRecord(group, assignments)],
      applied: true,
      onSettled: (errorCode) => {
        if (!isCurrent()) return;
        if (errorCode === undefined) {
          if (group.is('Stable')) {
            group.answerJoin(member, stableGeneration(group, memberId, before, request));
          }
          return;
        }
        this.#env.logger.warn(
          { group: group.id, member: memberId, error: errorName(errorCode) },
          'replaced static member not stored',
        );
        group.answerJoin(member, joinRefusal('', errorCode));
        this.#rebalance.endSession(group, memberId);
        group.replaceStaticMember(member, before.id);
        group.update(member, before.terms);
        this.#rebalance.restartSession(group, member);
      },
    };
  }

  // --- members with an id ---------------------------------------------------------------------------------------------------

  #joinAsKnown(group: ClassicGroup, request: JoinRequest, reply: Reply<JoinAnswer>): Effects {
    const { memberId } = request;
    if (group.isPendingMember(memberId)) {
      // Only members without an instance id are ever given an id to come back with.
      if (request.instanceId === null) return this.#admit(group, memberId, request, reply);
      reply(joinRefusal(memberId, ErrorCode.UNKNOWN_MEMBER_ID));
      return NO_EFFECTS;
    }
    const member = group.validate(memberId, request.instanceId);
    if (typeof member === 'number') {
      reply(joinRefusal(memberId, member));
      return NO_EFFECTS;
    }
    const unchanged = member.hasProtocols(request.terms.protocols);
    switch (group.state) {
      case 'PreparingRebalance':
        return this.#rejoin(group, member, request, reply, 'during a rebalance');
      case 'CompletingRebalance':
        // Perhaps the answer to its join was lost: tell it again.
        if (unchanged) return answerWithCurrent(group, member, reply);
        return this.#rejoin(group, member, request, reply, 'with a new subscription');
      case 'Stable':
        // A leader rejoins when something that only it watches has changed, such as the number of partitions.
        if (group.isLeader(memberId)) return this.#rejoin(group, member, request, reply, 'leads');
        if (unchanged) return answerWithCurrent(group, member, reply);
        return this.#rejoin(group, member, request, reply, 'with a new subscription');
      case 'Empty':
      case 'Dead':
        reply(joinRefusal(memberId, ErrorCode.UNKNOWN_MEMBER_ID));
        return NO_EFFECTS;
    }
  }

  #rejoin(
    group: ClassicGroup,
    member: Member,
    request: JoinRequest,
    reply: Reply<JoinAnswer>,
    how: string,
  ): Effects {
    group.update(member, request.terms);
    group.awaitJoin(member, reply);
    const reason = `member ${member.id} rejoined, ${how}; ${request.reason}`;
    return this.#rebalance.afterJoin(group, reason);
  }
}

/** What a static member that takes over finds. */
interface Predecessor {
  readonly id: string;
  readonly terms: MemberTerms;
  readonly leader: string | null;
}

function answerWithCurrent(group: ClassicGroup, member: Member, reply: Reply<JoinAnswer>): Effects {
  reply(currentGeneration(group, member.id));
  return NO_EFFECTS;
}

/**
 * What a static member that took over in a stable group is told. If it leads, it must not assign: from version 9 it is told so; before,
 * it is told the member id of its predecessor as the leader's, so that it takes itself for a follower.
 */
function stableGeneration(
  group: ClassicGroup,
  memberId: string,
  before: Predecessor,
  request: JoinRequest,
): JoinAnswer {
  const current = currentGeneration(group, memberId);
  if (!request.canSkipAssignment) return { ...current, leader: before.leader ?? '', members: [] };
  return { ...current, skipAssignment: group.isLeader(memberId) };
}
