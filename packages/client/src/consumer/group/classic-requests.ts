/**
 * The requests of the classic protocol, as one member sends them. What the answers mean is {@link ClassicMembership}'s business.
 */
import {
  heartbeatApi,
  type HeartbeatResponse,
  joinGroupApi,
  type JoinGroupResponse,
  leaveGroupApi,
  syncGroupApi,
  type SyncGroupResponse,
} from '@zurau/protocol';
import type { TopicPartition } from '../../topic-partition.ts';
import type { PartitionAssignor } from '../assignors/assignor.ts';
import type { ConsumerConfig } from '../consumer-config.ts';
import type { MemberIdentity } from './classic-membership.ts';
import type { CoordinatorLink } from './coordinator-link.ts';
import type { MemberAssignment } from './leaders-work.ts';
import { encodeSubscription } from './subscription-codec.ts';

const PROTOCOL_TYPE = 'consumer';
/** A JoinGroup is answered when the rebalance is over; so much later it is taken for lost. */
const JOIN_GRACE_MS = 5_000;
/** Before, a member could not be static, and must not be taken for a dynamic one (KIP-345). */
const STATIC_JOIN_VERSION_MIN = 5;
/** GroupInstanceId in SyncGroup and Heartbeat. */
const INSTANCE_ID_VERSION_MIN = 3;
/** MemberId of LeaveGroup moved into a list (KIP-345). */
const LEAVE_LIST_VERSION_MIN = 3;
/** Reasons are for people, and brokers refuse long ones (KIP-800). */
const REASON_CHARS_MAX = 255;

/** What a member tells about itself when it joins. */
export interface Candidate {
  readonly topics: readonly string[];
  readonly owned: readonly TopicPartition[];
}

export class ClassicRequests {
  readonly #link: CoordinatorLink;
  readonly #config: Required<ConsumerConfig>;
  readonly #assignors: readonly PartitionAssignor[];
  readonly #instanceId: string | null;

  constructor(
    link: CoordinatorLink,
    config: Required<ConsumerConfig>,
    assignors: readonly PartitionAssignor[],
  ) {
    this.#link = link;
    this.#config = config;
    this.#assignors = assignors;
    this.#instanceId = config.groupInstanceId === '' ? null : config.groupInstanceId;
  }

  join(
    { memberId, generationId }: MemberIdentity,
    { topics, owned }: Candidate,
    reason: string,
    signal: AbortSignal,
  ): Promise<JoinGroupResponse> {
    const { groupId, sessionTimeoutMs, maxPollIntervalMs, clientRack } = this.#config;
    const protocols = this.#assignors.map((assignor) => ({
      name: assignor.name,
      metadata: encodeSubscription({
        topics,
        userData: assignor.userData?.(topics) ?? null,
        ownedPartitions: owned,
        generationId,
        rackId: clientRack === '' ? null : clientRack,
      }),
    }));
    return this.#link.request(
      joinGroupApi,
      {
        groupId,
        sessionTimeoutMs,
        rebalanceTimeoutMs: maxPollIntervalMs,
        memberId,
        groupInstanceId: this.#instanceId,
        protocolType: PROTOCOL_TYPE,
        protocols,
        reason: reason.slice(0, REASON_CHARS_MAX),
      },
      {
        signal,
        timeoutMs: this.#joinTimeoutMs(),
        versions: { min: this.#instanceId === null ? 1 : STATIC_JOIN_VERSION_MIN },
      },
    );
  }

  sync(
    { memberId, generationId }: MemberIdentity,
    protocolName: string | null,
    assignments: readonly MemberAssignment[],
    signal: AbortSignal,
  ): Promise<SyncGroupResponse> {
    return this.#link.request(
      syncGroupApi,
      (version) => ({
        groupId: this.#config.groupId,
        generationId,
        memberId,
        ...this.#instanceIn(version),
        protocolType: PROTOCOL_TYPE,
        protocolName,
        assignments,
      }),
      { signal, timeoutMs: this.#joinTimeoutMs() },
    );
  }

  heartbeat(identity: MemberIdentity, signal: AbortSignal): Promise<HeartbeatResponse> {
    const { groupId, sessionTimeoutMs, requestTimeoutMs } = this.#config;
    return this.#link.request(
      heartbeatApi,
      (version) => ({ groupId, ...identity, ...this.#instanceIn(version) }),
      { signal, timeoutMs: Math.min(sessionTimeoutMs, requestTimeoutMs) },
    );
  }

  /** Nothing for who has no member id. */
  async leave({ memberId }: MemberIdentity, reason: string, timeoutMs: number): Promise<void> {
    if (memberId === '') return;
    const { groupId } = this.#config;
    const member = {
      memberId,
      groupInstanceId: this.#instanceId,
      reason: reason.slice(0, REASON_CHARS_MAX),
    };
    await this.#link.request(
      leaveGroupApi,
      (version) =>
        version >= LEAVE_LIST_VERSION_MIN ? { groupId, members: [member] } : { groupId, memberId },
      { timeoutMs, versions: { min: this.#instanceId === null ? 0 : LEAVE_LIST_VERSION_MIN } },
    );
  }

  #instanceIn(version: number): { readonly groupInstanceId?: string | null } {
    return version >= INSTANCE_ID_VERSION_MIN ? { groupInstanceId: this.#instanceId } : {};
  }

  #joinTimeoutMs(): number {
    const { maxPollIntervalMs, requestTimeoutMs } = this.#config;
    return Math.max(requestTimeoutMs, maxPollIntervalMs + JOIN_GRACE_MS);
  }
}
