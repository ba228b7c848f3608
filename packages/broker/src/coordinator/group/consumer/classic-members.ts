/**
 * Members of the classic protocol in a consumer group (KIP-848): the group was upgraded around them, or they came after.
 *
 * To them the group rebalances whenever their epoch is not the group's: a heartbeat tells them to join again, JoinGroup carries what they own and
 * moves them on as a consumer heartbeat would, SyncGroup fetches the assignment. There is no leader; the broker assigns.
 */
import { DecodeError, ErrorCode } from '@zurau/protocol';
import { CoordinatorError } from '../../runtime/coordinator-error.ts';
import { CONSUMER_PROTOCOL_TYPE } from '../classic-group.ts';
import { NO_EFFECTS, type Effects } from '../effects.ts';
import type { GroupEnvironment } from '../group-environment.ts';
import type { JoinRequest } from '../join-group.ts';
import {
  joinRefusal,
  syncRefusal,
  type JoinAnswer,
  type MemberProtocol,
  type Reply,
  type SyncAnswer,
} from '../member.ts';
import type { HeartbeatRequest, LeavingMember } from '../membership.ts';
import type { SyncRequest } from '../sync-group.ts';
import type { ConsumerGroup } from './consumer-group.ts';
import { knownInstance, requireInstance, unknownMember } from './consumer-heartbeat.ts';
import { newMember, type ClassicTerms, type ConsumerMember } from './consumer-member.ts';
import type { ConsumerTimers } from './consumer-timers.ts';
import { replacementRecords, successorOf, type GroupChanges } from './group-changes.ts';
import { readSubscription, writeAssignment, type ClassicSubscription } from './migration.ts';

type ClassicMember = ConsumerMember & { readonly classic: ClassicTerms };

export class ClassicMembers {
  readonly #env: GroupEnvironment;
  readonly #changes: GroupChanges;
  readonly #timers: ConsumerTimers;

  constructor(env: GroupEnvironment, changes: GroupChanges, timers: ConsumerTimers) {
    this.#env = env;
    this.#changes = changes;
    this.#timers = timers;
  }

  /** `reply` is called once, when what the join changes is replicated. */
  join(group: ConsumerGroup, request: JoinRequest, reply: Reply<JoinAnswer>): Effects {
    return orRefuse(
      () => this.#join(group, request, reply),
      (errorCode) => reply(joinRefusal(request.memberId, errorCode)),
    );
  }

  #join(group: ConsumerGroup, request: JoinRequest, reply: Reply<JoinAnswer>): Effects {
    const { instanceId, terms } = request;
    const isNew = request.memberId === '';
    const memberId = isNew ? this.#env.platform.random.uuid() : request.memberId;
    if (
      group.size >= this.#env.config.consumerGroupSizeMax &&
      group.member(memberId) === undefined
    ) {
      throw new CoordinatorError(ErrorCode.GROUP_MAX_SIZE_REACHED);
    }
    const subscription = this.#subscriptionOf(request);
    if (!supports(group, request.protocolType, terms.protocols) || subscription === undefined) {
      throw new CoordinatorError(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
    }
    if (isNew && instanceId === null && request.returnsWithMemberId) {
      reply(joinRefusal(memberId, ErrorCode.MEMBER_ID_REQUIRED));
      return NO_EFFECTS;
    }
    const predecessor = instanceId === null || !isNew ? undefined : group.staticMember(instanceId);
    const before =
      predecessor === undefined
        ? this.#knownOrNew(group, memberId, isNew ? null : instanceId)
        : successorOf(predecessor, memberId);
    const after: ConsumerMember = {
      ...before,
      instanceId: instanceId ?? before.instanceId,
      rackId: subscription.rackId ?? before.rackId,
      rebalanceTimeoutMs: terms.rebalanceTimeoutMs,
      subscribedTopics: [...new Set(subscription.topics)].toSorted(),
      subscribedRegex: null,
      clientId: request.clientId,
      clientHost: request.clientHost,
      classic: { sessionTimeoutMs: terms.sessionTimeoutMs, protocols: terms.protocols },
    };
    const { member, records } = this.#changes.step(group, {
      before,
      after,
      replaced: predecessor?.id,
      owned: subscription.owned,
    });
    return {
      records:
        predecessor === undefined
          ? records
          : [...replacementRecords(group, predecessor.id, before), ...records],
      onAppended: () => {
        group.areTopicsStale = false;
        if (predecessor !== undefined) this.#timers.cancelAll(group.id, predecessor.id);
        this.#timers.joined(group.id, memberId);
        this.#timers.restartSession(group.id, memberId, terms.sessionTimeoutMs);
        this.#timers.awaitSync(group.id, member);
      },
      onSettled: (errorCode) => {
        reply(
          errorCode === undefined
            ? joinAnswer(member, terms.protocols)
            : joinRefusal(memberId, errorCode),
        );
      },
    };
  }

  /** `reply` is called once. */
  sync(group: ConsumerGroup, request: SyncRequest, reply: Reply<SyncAnswer>): Effects {
    return orRefuse(
      () => this.#sync(group, request, reply),
      (errorCode) => reply(syncRefusal(errorCode)),
    );
  }

  #sync(group: ConsumerGroup, request: SyncRequest, reply: Reply<SyncAnswer>): Effects {
    const member = this.#validated(group, request.memberId, request.instanceId);
    const [protocol] = member.classic.protocols;
    requireGeneration(member, request.generationId);
    const { protocolType, protocolName } = request;
    if (
      (protocolType !== null && protocolType !== CONSUMER_PROTOCOL_TYPE) ||
      (protocolName !== null && protocolName !== protocol?.name)
    ) {
      throw new CoordinatorError(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
    }
    if (group.epoch > member.epoch && member.state !== 'unrevoked') {
      this.#timers.awaitJoin(group.id, member);
      throw new CoordinatorError(ErrorCode.REBALANCE_IN_PROGRESS);
    }
    this.#timers.synced(group.id, member.id);
    this.#timers.restartSession(group.id, member.id, member.classic.sessionTimeoutMs);
    const answer: SyncAnswer = {
      errorCode: ErrorCode.NONE,
      protocolType,
      protocolName,
      assignment: writeAssignment(
        member.assigned,
        protocol?.metadata ?? Buffer.alloc(2),
        this.#env.topics,
      ),
    };
    return {
      records: [],
      onSettled: (errorCode) => reply(errorCode === undefined ? answer : syncRefusal(errorCode)),
    };
  }

  /** Its error code is how a member learns that it has to join again. */
  heartbeat(group: ConsumerGroup, request: HeartbeatRequest): number {
    try {
      const member = this.#validated(group, request.memberId, request.instanceId);
      requireGeneration(member, request.generationId);
      this.#timers.restartSession(group.id, member.id, member.classic.sessionTimeoutMs);
      const mayMoveOn =
        member.epoch < group.epoch ||
        member.state === 'unrevoked' ||
        (member.state === 'unreleased' && !group.isWaitingForPartitions(member));
      if (!mayMoveOn) return ErrorCode.NONE;
      this.#timers.awaitJoin(group.id, member);
      return ErrorCode.REBALANCE_IN_PROGRESS;
    } catch (error) {
      return codeOf(error);
    }
  }

  /** `errorCodes` has one entry a leaving member. */
  leave(
    group: ConsumerGroup,
    leaving: readonly LeavingMember[],
  ): { effects: Effects; errorCodes: number[] } {
    const gone = new Set<string>();
    const errorCodes = leaving.map(({ memberId, instanceId }) => {
      try {
        const id =
          memberId === '' && instanceId !== null ? knownInstance(group, instanceId).id : memberId;
        const member = this.#validated(group, id, instanceId);
        if (gone.has(member.id)) return ErrorCode.UNKNOWN_MEMBER_ID;
        gone.add(member.id);
        return ErrorCode.NONE;
      } catch (error) {
        return codeOf(error);
      }
    });
    if (gone.size === 0) return { effects: NO_EFFECTS, errorCodes };
    const effects: Effects = {
      records: this.#changes.remove(group, [...gone]),
      onAppended: () => {
        for (const memberId of gone) this.#timers.cancelAll(group.id, memberId);
      },
    };
    return { effects, errorCodes };
  }

  /** Undefined when it is not in the consumers' format. */
  #subscriptionOf(request: JoinRequest): ClassicSubscription | undefined {
    const metadata = request.terms.protocols[0]?.metadata;
    if (metadata === undefined) return undefined;
    try {
      return readSubscription(metadata, this.#env.topics);
    } catch (error) {
      if (error instanceof DecodeError) return undefined;
      throw error;
    }
  }

  #knownOrNew(group: ConsumerGroup, memberId: string, instanceId: string | null): ConsumerMember {
    if (instanceId !== null) {
      const member = knownInstance(group, instanceId);
      requireInstance(member, memberId, instanceId);
      return member;
    }
    return group.member(memberId) ?? newMember(memberId);
  }

  /** Throws UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID. */
  #validated(group: ConsumerGroup, memberId: string, instanceId: string | null): ClassicMember {
    const member = instanceId === null ? group.member(memberId) : knownInstance(group, instanceId);
    if (member === undefined) throw unknownMember(group, memberId);
    if (instanceId !== null) requireInstance(member, memberId, instanceId);
    if (!isClassic(member)) throw unknownMember(group, memberId);
    return member;
  }
}

function isClassic(member: ConsumerMember): member is ClassicMember {
  return member.classic !== null;
}

/** Every member of the classic protocol has to be able to follow one of the protocols. */
function supports(
  group: ConsumerGroup,
  protocolType: string,
  protocols: readonly MemberProtocol[],
): boolean {
  const others = [...group.members.values()].flatMap(({ classic }) => classic ?? []);
  return (
    protocolType === CONSUMER_PROTOCOL_TYPE &&
    protocols.some(({ name }) =>
      others.every((other) => other.protocols.some((protocol) => protocol.name === name)),
    )
  );
}

function requireGeneration(member: ConsumerMember, generationId: number): void {
  if (generationId !== member.epoch) throw new CoordinatorError(ErrorCode.ILLEGAL_GENERATION);
}

function joinAnswer(member: ConsumerMember, protocols: readonly MemberProtocol[]): JoinAnswer {
  return {
    errorCode: ErrorCode.NONE,
    memberId: member.id,
    generationId: member.epoch,
    protocolType: CONSUMER_PROTOCOL_TYPE,
    protocolName: protocols[0]?.name ?? null,
    leader: '',
    skipAssignment: false,
    members: [],
  };
}

function orRefuse(decide: () => Effects, refuse: (errorCode: number) => void): Effects {
  try {
    return decide();
  } catch (error) {
    refuse(codeOf(error));
    return NO_EFFECTS;
  }
}

function codeOf(error: unknown): number {
  if (error instanceof CoordinatorError) return error.errorCode;
  throw error;
}
