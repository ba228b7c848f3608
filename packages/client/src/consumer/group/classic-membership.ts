/**
 * What a member of a classic group knows of itself, and what follows from each answer of the coordinator. Decides and never sends: the shell around it
 * (`classic-group.ts`) does.
 *
 * ```
 *            JoinGroup            SyncGroup           assignment
 *   out ───────────────► joining ──────────► syncing ───────────► stable
 *    ▲                      │ ▲                 │                    │
 *    │ left, failed         │ │ generation gone │ rebalance          │ rejoin: somebody came or went
 *    └──────────────────────┘ └─────────────────┴────────────────────┘
 * ```
 *
 * An answer to something that was asked under an identity that is no longer the current one must not change anything.
 */
import { ErrorCode, type JoinGroupResponse, type SyncGroupResponse } from '@zurau/protocol';
import { brokerError, clientError, type KafkaError, notRetriable } from '../../errors.ts';

export type MembershipState = 'out' | 'joining' | 'syncing' | 'stable';

/** By what the coordinator knows a member. */
export interface MemberIdentity {
  /** Empty until the coordinator gave one. */
  readonly memberId: string;
  /** Generation, or member epoch in a `consumer` group; -1 outside of the group. */
  readonly generationId: number;
}

/** What to do after an answer. */
export type Verdict =
  | { readonly kind: 'go-on' }
  /** Ask again; after a pause where `pauses`. The coordinator is looked up anew where `moved`. */
  | { readonly kind: 'again'; readonly pauses: boolean; readonly moved: boolean }
  /** Out of the group without a word: what was assigned may be with others. */
  | { readonly kind: 'expelled' }
  | { readonly kind: 'fail'; readonly error: KafkaError };

const GO_ON: Verdict = { kind: 'go-on' };
const AT_ONCE: Verdict = { kind: 'again', pauses: false, moved: false };
const AFTER_PAUSE: Verdict = { kind: 'again', pauses: true, moved: false };
const ELSEWHERE: Verdict = { kind: 'again', pauses: true, moved: true };

export const NOBODY: MemberIdentity = { memberId: '', generationId: -1 };

export class ClassicMembership {
  #state: MembershipState = 'out';
  #identity: MemberIdentity = NOBODY;
  #protocolName: string | null = null;
  #leaderId = '';
  #rejoinReason: string | undefined;
  /** The coordinator gave our partitions to others, or will: nothing can be committed for them. */
  #lost = false;
  readonly #groupId: string;
  readonly #isStatic: boolean;

  constructor(groupId: string, isStatic: boolean) {
    this.#groupId = groupId;
    this.#isStatic = isStatic;
  }

  get state(): MembershipState {
    return this.#state;
  }

  get identity(): MemberIdentity {
    return this.#identity;
  }

  /** Of the assignor that the group goes by; null before it is known. */
  get protocolName(): string | null {
    return this.#protocolName;
  }

  get leaderId(): string {
    return this.#leaderId;
  }

  get isLeader(): boolean {
    return this.#leaderId !== '' && this.#leaderId === this.#identity.memberId;
  }

  /** Why to join again; undefined when there is no need. */
  get rejoinReason(): string | undefined {
    return this.#rejoinReason;
  }

  get lost(): boolean {
    return this.#lost;
  }

  requestRejoin(reason: string): void {
    this.#rejoinReason ??= reason;
  }

  /** What had been assigned is given up. */
  acceptLoss(): void {
    this.#lost = false;
  }

  /** JoinGroup goes out; whatever asked for it is served by it. */
  startJoin(): void {
    this.#state = 'joining';
    this.#rejoinReason = undefined;
  }

  /** The member left, or gave up: nobody in the group any more. */
  leave(): void {
    if (this.#state !== 'out') this.#lost = true;
    this.#state = 'out';
    this.#identity = NOBODY;
    this.#leaderId = '';
  }

  onJoin(response: JoinGroupResponse): Verdict {
    const { errorCode } = response;
    switch (errorCode) {
      case ErrorCode.NONE:
        this.#identity = { memberId: response.memberId, generationId: response.generationId };
        this.#protocolName = response.protocolName;
        this.#leaderId = response.leader;
        this.#state = 'syncing';
        return GO_ON;
      case ErrorCode.MEMBER_ID_REQUIRED:
        // KIP-394: the coordinator wants to know that we got the id before it waits for us.
        this.#identity = { memberId: response.memberId, generationId: -1 };
        return AT_ONCE;
      case ErrorCode.UNKNOWN_MEMBER_ID:
      case ErrorCode.ILLEGAL_GENERATION:
        this.#forgetIdentity(errorCode);
        return AT_ONCE;
      case ErrorCode.REBALANCE_IN_PROGRESS:
      case ErrorCode.COORDINATOR_LOAD_IN_PROGRESS:
        return AFTER_PAUSE;
      default:
        return this.#onCoordinatorError(errorCode, 'Joining');
    }
  }

  onSync(response: SyncGroupResponse): Verdict {
    const { errorCode } = response;
    switch (errorCode) {
      case ErrorCode.NONE:
        this.#state = 'stable';
        return GO_ON;
      case ErrorCode.REBALANCE_IN_PROGRESS:
        this.#state = 'joining';
        return AT_ONCE;
      case ErrorCode.UNKNOWN_MEMBER_ID:
      case ErrorCode.ILLEGAL_GENERATION:
        this.#forgetIdentity(errorCode);
        this.#state = 'joining';
        return AT_ONCE;
      default:
        this.#state = 'joining';
        return this.#onCoordinatorError(errorCode, 'Synchronizing');
    }
  }

  /** `again` means: the coordinator has to be looked up. */
  onHeartbeat(errorCode: number, askedAs: MemberIdentity): Verdict {
    if (askedAs !== this.#identity || this.#state !== 'stable') return GO_ON;
    switch (errorCode) {
      case ErrorCode.NONE:
        return GO_ON;
      case ErrorCode.REBALANCE_IN_PROGRESS:
        this.requestRejoin('group is already rebalancing');
        return GO_ON;
      case ErrorCode.UNKNOWN_MEMBER_ID:
      case ErrorCode.ILLEGAL_GENERATION:
        return this.#expel(errorCode);
      default:
        return this.#onCoordinatorError(errorCode, 'Sending a heartbeat');
    }
  }

  /** An error code of an OffsetCommit may tell first that the membership is over. */
  onCommitError(errorCode: number, askedAs: MemberIdentity): Verdict {
    if (askedAs !== this.#identity || this.#state !== 'stable') return GO_ON;
    switch (errorCode) {
      case ErrorCode.REBALANCE_IN_PROGRESS:
        this.requestRejoin('offset commit failed since group is already rebalancing');
        return GO_ON;
      case ErrorCode.UNKNOWN_MEMBER_ID:
      case ErrorCode.ILLEGAL_GENERATION:
        return this.#expel(errorCode);
      case ErrorCode.FENCED_INSTANCE_ID:
        return this.#onCoordinatorError(errorCode, 'Committing offsets');
      default:
        return GO_ON;
    }
  }

  #expel(errorCode: number): Verdict {
    this.#forgetIdentity(errorCode);
    this.#state = 'out';
    const name = errorCode === ErrorCode.UNKNOWN_MEMBER_ID ? 'member id' : 'generation';
    this.requestRejoin(`the coordinator does not know this ${name} any more`);
    return { kind: 'expelled' };
  }

  /** A generation that passed leaves the member id good; an unknown member starts anew. */
  #forgetIdentity(errorCode: number): void {
    const { memberId, generationId } = this.#identity;
    if (generationId >= 0) this.#lost = true;
    this.#identity =
      errorCode === ErrorCode.ILLEGAL_GENERATION ? { memberId, generationId: -1 } : NOBODY;
  }

  #onCoordinatorError(errorCode: number, doing: string): Verdict {
    switch (errorCode) {
      case ErrorCode.NOT_COORDINATOR:
      case ErrorCode.COORDINATOR_NOT_AVAILABLE:
        return ELSEWHERE;
      case ErrorCode.COORDINATOR_LOAD_IN_PROGRESS:
        return AFTER_PAUSE;
      default:
        return { kind: 'fail', error: this.#failure(errorCode, doing) };
    }
  }

  #failure(errorCode: number, doing: string): KafkaError {
    const about = `${doing} in group ${this.#groupId}`;
    if (errorCode === ErrorCode.FENCED_INSTANCE_ID) {
      const who = this.#isStatic ? 'Another consumer uses the same groupInstanceId.' : undefined;
      return notRetriable(brokerError(errorCode, about, who));
    }
    if (errorCode === ErrorCode.INCONSISTENT_GROUP_PROTOCOL) {
      const hint =
        'The members of the group have no assignor in common; partitionAssignmentStrategy must name one that all have.';
      return notRetriable(brokerError(errorCode, about, hint));
    }
    if (errorCode === ErrorCode.NONE) return clientError('PROTOCOL_VIOLATION', about);
    return notRetriable(brokerError(errorCode, about));
  }
}
