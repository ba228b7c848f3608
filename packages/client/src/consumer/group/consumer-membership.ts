/**
 * What a member of a `consumer` group (KIP-848) knows of itself, what it tells the coordinator next, and what follows from the answer. Decides and never
 * sends: the shell around it (`consumer-group.ts`) does.
 *
 * One request does it all, ConsumerGroupHeartbeat. The member epoch says where the member stands:
 *
 * ```
 *    0   wants to join: tells everything, has nothing
 *   >0   is a member: tells what changed, and what it has when that changed
 *   -1   leaves
 *   -2   static member that goes away for a while
 * ```
 *
 * The coordinator names the partitions that the member should have, and gives none to one member before the other has said that it let go. So
 * there is no moment at which everybody stops.
 */
import {
  type ConsumerGroupHeartbeatRequestInput,
  type ConsumerGroupHeartbeatResponse,
  ErrorCode,
} from '@zurau/protocol';
import { brokerError, type KafkaError, notRetriable } from '../../errors.ts';
import type { MemberIdentity, Verdict } from './classic-membership.ts';
import type { Subscription } from './subscription.ts';

export const JOIN_EPOCH = 0;
export const LEAVE_EPOCH = -1;
export const STATIC_LEAVE_EPOCH = -2;
/** From this version on members choose their id (KIP-1082), and expressions are looked up by the coordinator. */
export const OWN_ID_VERSION_MIN = 1;

/** Partitions as the coordinator names them, by topic id. */
export type PartitionsById = ReadonlyMap<string, readonly number[]>;

export interface ConsumerMembershipOptions {
  readonly groupId: string;
  readonly instanceId: string | null;
  readonly rackId: string | null;
  readonly rebalanceTimeoutMs: number;
  readonly serverAssignor: string | null;
  readonly ownMemberId: string;
}

/** What of the member the coordinator is told; compared to what it was told last. */
interface Told {
  readonly names: string;
  readonly regex: string;
  readonly partitions: string;
}

const NOTHING_TOLD: Told = { names: '', regex: '', partitions: '' };

export class ConsumerMembership {
  readonly #options: ConsumerMembershipOptions;
  #identity: MemberIdentity;
  #told: Told = NOTHING_TOLD;
  #telling: Told = NOTHING_TOLD;
  #target: PartitionsById | undefined;
  #lost = false;
  #isMember = false;
  /** Members of old brokers do not choose their id. */
  #wasGivenId = false;

  constructor(options: ConsumerMembershipOptions) {
    this.#options = options;
    this.#identity = { memberId: options.ownMemberId, generationId: JOIN_EPOCH };
  }

  /** As whom offsets are committed. */
  get identity(): MemberIdentity {
    return this.#identity;
  }

  get isMember(): boolean {
    return this.#isMember;
  }

  get lost(): boolean {
    return this.#lost;
  }

  /** What the member should have, where that is news. */
  get target(): PartitionsById | undefined {
    return this.#target;
  }

  acceptLoss(): void {
    this.#lost = false;
  }

  /** `target` is dealt with; a newer one stays. */
  acceptTarget(target: PartitionsById): void {
    if (this.#target === target) this.#target = undefined;
    // To be told even if it is what it was: the coordinator waits for the word.
    this.#told = { ...this.#told, partitions: '' };
  }

  /** The next heartbeat. Null and -1 mean: as last time. */
  heartbeat(
    version: number,
    subscription: Subscription,
    names: readonly string[],
    owned: PartitionsById,
  ): ConsumerGroupHeartbeatRequestInput {
    const { groupId, instanceId, rackId, rebalanceTimeoutMs, serverAssignor } = this.#options;
    const { memberId, generationId } = this.#identity;
    const joins = generationId === JOIN_EPOCH;
    const topicPartitions = Array.from(owned, ([topicId, partitions]) => ({
      topicId,
      partitions: [...partitions],
    }));
    const isRegex = subscription.kind === 're2';
    const regex = isRegex ? subscription.re2 : '';
    const telling: Told = {
      names: JSON.stringify(isRegex ? [] : names),
      regex,
      partitions: JSON.stringify(topicPartitions),
    };
    this.#telling = telling;
    const tellsNames = joins || telling.names !== this.#told.names;
    const tellsRegex = joins ? isRegex : telling.regex !== this.#told.regex;
    return {
      groupId,
      memberId: version < OWN_ID_VERSION_MIN && joins && !this.#wasGivenId ? '' : memberId,
      memberEpoch: generationId,
      instanceId,
      rackId: joins ? rackId : null,
      rebalanceTimeoutMs: joins ? rebalanceTimeoutMs : -1,
      subscribedTopicNames: tellsNames ? (isRegex ? [] : [...names]) : null,
      ...(tellsRegex && version >= OWN_ID_VERSION_MIN ? { subscribedTopicRegex: regex } : {}),
      serverAssignor: joins ? serverAssignor : null,
      topicPartitions: joins
        ? []
        : telling.partitions === this.#told.partitions
          ? null
          : topicPartitions,
    };
  }

  onHeartbeat(response: ConsumerGroupHeartbeatResponse, askedAs: MemberIdentity): Verdict {
    if (askedAs !== this.#identity) return { kind: 'go-on' };
    const { errorCode } = response;
    switch (errorCode) {
      case ErrorCode.NONE:
        this.#accept(response);
        return { kind: 'go-on' };
      case ErrorCode.FENCED_MEMBER_EPOCH:
      case ErrorCode.UNKNOWN_MEMBER_ID:
        this.expel();
        return { kind: 'expelled' };
      case ErrorCode.NOT_COORDINATOR:
      case ErrorCode.COORDINATOR_NOT_AVAILABLE:
        return { kind: 'again', pauses: true, moved: true };
      case ErrorCode.COORDINATOR_LOAD_IN_PROGRESS:
        return { kind: 'again', pauses: true, moved: false };
      default:
        return { kind: 'fail', error: this.#failure(errorCode, response.errorMessage) };
    }
  }

  /** Out, with whatever was assigned; the next heartbeat joins again. */
  expel(): void {
    if (this.#isMember) this.#lost = true;
    this.#isMember = false;
    this.#target = undefined;
    this.#told = NOTHING_TOLD;
    this.#identity = { memberId: this.#identity.memberId, generationId: JOIN_EPOCH };
  }

  #accept(response: ConsumerGroupHeartbeatResponse): void {
    const { memberId, memberEpoch, assignment } = response;
    this.#told = this.#telling;
    this.#isMember = true;
    if (memberId !== null && memberId !== '' && memberId !== this.#identity.memberId) {
      this.#wasGivenId = true;
      this.#identity = { memberId, generationId: memberEpoch };
    } else if (memberEpoch !== this.#identity.generationId) {
      this.#identity = { ...this.#identity, generationId: memberEpoch };
    }
    if (assignment === null) return;
    this.#target = new Map(
      assignment.topicPartitions.map(({ topicId, partitions }) => [topicId, partitions]),
    );
  }

  #failure(errorCode: number, message: string | null): KafkaError {
    const about = `Membership in group ${this.#options.groupId}`;
    switch (errorCode) {
      case ErrorCode.UNRELEASED_INSTANCE_ID:
      case ErrorCode.FENCED_INSTANCE_ID: {
        const hint = 'another consumer uses the same groupInstanceId.';
        return notRetriable(brokerError(errorCode, about, hint));
      }
      default:
        return notRetriable(brokerError(errorCode, about, message));
    }
  }
}
