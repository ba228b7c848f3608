/**
 * ConsumerGroupHeartbeat (KIP-848): a member joins, says what is new, learns of its assignment, says what it owns, leaves. One request for everything
 * that took the classic protocol four.
 */
import { ErrorCode } from '@zurau/protocol';
import { CoordinatorError } from '../../runtime/coordinator-error.ts';
import type { ConsumerGroup } from './consumer-group.ts';
import { isAway } from './consumer-group.ts';
import {
  JOIN_EPOCH,
  LEAVE_EPOCH,
  LEAVE_STATIC_EPOCH,
  newMember,
  type ConsumerMember,
} from './consumer-member.ts';
import {
  NO_PARTITIONS,
  containsAll,
  partitionLists,
  samePartitions,
  type TopicPartitionList,
} from './partitions.ts';

export interface ConsumerHeartbeatRequest {
  readonly groupId: string;
  /** Empty from a client that leaves it to the broker (version 0). */
  readonly memberId: string;
  readonly memberEpoch: number;
  readonly instanceId: string | null;
  readonly rackId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  /** -1: as before. */
  readonly rebalanceTimeoutMs: number;
  /** Null: as before; of all that follow too. */
  readonly subscribedTopics: readonly string[] | null;
  /** Empty: none any more. */
  readonly subscribedRegex: string | null;
  readonly assignor: string | null;
  readonly owned: readonly TopicPartitionList[] | null;
  /** The client makes its own member id (KIP-1082, from version 1). */
  readonly bringsMemberId: boolean;
}

export interface ConsumerHeartbeatAnswer {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly memberId: string | null;
  readonly memberEpoch: number;
  readonly heartbeatIntervalMs: number;
  /** Null: as the member was told before. */
  readonly assignment: readonly TopicPartitionList[] | null;
}

export function consumerHeartbeatRefusal(
  errorCode: number,
  errorMessage: string | null,
): ConsumerHeartbeatAnswer {
  return {
    errorCode,
    errorMessage,
    memberId: null,
    memberEpoch: 0,
    heartbeatIntervalMs: 0,
    assignment: null,
  };
}

/** The member of a heartbeat as it is, and whose place it takes. */
export interface Caller {
  readonly member: ConsumerMember;
  /** The static member that has left under another id. */
  readonly predecessor: ConsumerMember | undefined;
}

/** Throws INVALID_REQUEST. */
export function validateHeartbeat(request: ConsumerHeartbeatRequest): void {
  const { memberEpoch, memberId, instanceId } = request;
  requireThat(request.groupId !== '', "GroupId can't be empty.");
  requireThat(instanceId !== '', "InstanceId can't be empty.");
  requireThat(request.rackId !== '', "RackId can't be empty.");
  requireThat(memberEpoch >= LEAVE_STATIC_EPOCH, 'MemberEpoch is invalid.');
  if (request.bringsMemberId || memberEpoch !== JOIN_EPOCH) {
    requireThat(memberId !== '', "MemberId can't be empty.");
  }
  if (memberEpoch === LEAVE_STATIC_EPOCH) {
    requireThat(instanceId !== null, "InstanceId can't be null.");
  }
  if (memberEpoch !== JOIN_EPOCH) return;
  requireThat(
    request.rebalanceTimeoutMs !== -1,
    'RebalanceTimeoutMs must be provided in first request.',
  );
  requireThat(request.owned?.length === 0, 'TopicPartitions must be empty when (re-)joining.');
  requireThat(
    request.subscribedTopics !== null || request.subscribedRegex !== null,
    'Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.',
  );
}

/**
 * Who sends a heartbeat that does not leave. Throws UNKNOWN_MEMBER_ID, FENCED_MEMBER_EPOCH, FENCED_INSTANCE_ID, UNRELEASED_INSTANCE_ID.
 */
export function callerOf(group: ConsumerGroup, request: ConsumerHeartbeatRequest): Caller {
  const { memberId, memberEpoch, instanceId, owned } = request;
  const joins = memberEpoch === JOIN_EPOCH;
  if (instanceId === null || (joins && group.staticMember(instanceId) === undefined)) {
    const member = group.member(memberId);
    if (member === undefined) {
      if (joins) return { member: newMember(memberId), predecessor: undefined };
      throw unknownMember(group, memberId);
    }
    validateEpoch(member, memberEpoch, owned);
    return { member, predecessor: undefined };
  }
  const member = knownInstance(group, instanceId);
  if (joins && member.id !== memberId) {
    if (!isAway(member)) {
      throw new CoordinatorError(
        ErrorCode.UNRELEASED_INSTANCE_ID,
        `Static member ${memberId} with instance id ${instanceId} cannot join the group because the instance id is owned by ${member.id} member.`,
      );
    }
    return { member, predecessor: member };
  }
  requireInstance(member, memberId, instanceId);
  // Under its own id it may come back after it has left, or after its first answer was lost.
  if (!(joins && isAway(member))) validateEpoch(member, memberEpoch, owned);
  return { member, predecessor: undefined };
}

/** Who leaves. Throws UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID. */
export function leaverOf(group: ConsumerGroup, request: ConsumerHeartbeatRequest): ConsumerMember {
  const { memberId, instanceId } = request;
  if (instanceId === null) {
    const member = group.member(memberId);
    if (member === undefined) throw unknownMember(group, memberId);
    return member;
  }
  const member = knownInstance(group, instanceId);
  requireInstance(member, memberId, instanceId);
  return member;
}

/** A static member that says it will be back keeps everything. */
export function away(member: ConsumerMember): ConsumerMember {
  return { ...member, epoch: LEAVE_STATIC_EPOCH, revoking: NO_PARTITIONS };
}

/** The member with what the request says of it. */
export function withRequest(
  member: ConsumerMember,
  request: ConsumerHeartbeatRequest,
): ConsumerMember {
  const { rebalanceTimeoutMs, subscribedTopics, subscribedRegex } = request;
  return {
    ...member,
    instanceId: request.instanceId ?? member.instanceId,
    rackId: request.rackId ?? member.rackId,
    rebalanceTimeoutMs: rebalanceTimeoutMs === -1 ? member.rebalanceTimeoutMs : rebalanceTimeoutMs,
    assignor: request.assignor ?? member.assignor,
    subscribedTopics:
      subscribedTopics === null
        ? member.subscribedTopics
        : [...new Set(subscribedTopics)].toSorted(),
    subscribedRegex: subscribedRegex === null ? member.subscribedRegex : subscribedRegex || null,
    clientId: request.clientId,
    clientHost: request.clientHost,
    classic: null,
  };
}

/** What the member is told; of its assignment only when it is new, or when the member told everything itself. */
export function answerTo(
  request: ConsumerHeartbeatRequest,
  before: ConsumerMember,
  member: ConsumerMember,
  heartbeatIntervalMs: number,
): ConsumerHeartbeatAnswer {
  const { rebalanceTimeoutMs, subscribedTopics, subscribedRegex, owned } = request;
  const saysAll =
    rebalanceTimeoutMs !== -1 &&
    (subscribedTopics !== null || subscribedRegex !== null) &&
    owned !== null;
  const isNews =
    request.memberEpoch === JOIN_EPOCH ||
    saysAll ||
    !samePartitions(before.assigned, member.assigned);
  return {
    errorCode: ErrorCode.NONE,
    errorMessage: null,
    memberId: member.id,
    memberEpoch: member.epoch,
    heartbeatIntervalMs,
    assignment: isNews ? partitionLists(member.assigned) : null,
  };
}

export function answerToLeaver(request: ConsumerHeartbeatRequest): ConsumerHeartbeatAnswer {
  return {
    ...consumerHeartbeatRefusal(ErrorCode.NONE, null),
    memberId: request.memberId,
    memberEpoch: request.memberEpoch,
  };
}

export function leaves(request: ConsumerHeartbeatRequest): boolean {
  return request.memberEpoch === LEAVE_EPOCH || request.memberEpoch === LEAVE_STATIC_EPOCH;
}

/**
 * A member is in the epoch that it was told last, or in the one before when the answer was lost; then it must not own anything that it has
 * been told to give up.
 */
function validateEpoch(
  member: ConsumerMember,
  received: number,
  owned: readonly TopicPartitionList[] | null,
): void {
  if (received === member.epoch) return;
  const lostAnswer =
    received < member.epoch &&
    received === member.previousEpoch &&
    owned !== null &&
    containsAll(member.assigned, owned);
  if (lostAnswer) return;
  const how = received > member.epoch ? 'greater' : 'smaller';
  throw new CoordinatorError(
    ErrorCode.FENCED_MEMBER_EPOCH,
    `The consumer group member has a ${how} member epoch (${received}) than the one known by the group coordinator (${member.epoch}). The member must abandon all its partitions and rejoin.`,
  );
}

export function knownInstance(group: ConsumerGroup, instanceId: string): ConsumerMember {
  const member = group.staticMember(instanceId);
  if (member !== undefined) return member;
  throw new CoordinatorError(ErrorCode.UNKNOWN_MEMBER_ID, `Instance id ${instanceId} is unknown.`);
}

export function requireInstance(
  member: ConsumerMember,
  memberId: string,
  instanceId: string,
): void {
  if (member.id === memberId) return;
  throw new CoordinatorError(
    ErrorCode.FENCED_INSTANCE_ID,
    `Static member ${memberId} with instance id ${instanceId} was fenced by member ${member.id}.`,
  );
}

export function unknownMember(group: ConsumerGroup, memberId: string): CoordinatorError {
  return new CoordinatorError(
    ErrorCode.UNKNOWN_MEMBER_ID,
    `Member ${memberId} is not a member of group ${group.id}.`,
  );
}

function requireThat(condition: boolean, message: string): void {
  if (!condition) throw new CoordinatorError(ErrorCode.INVALID_REQUEST, message);
}
