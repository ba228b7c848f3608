/**
 * A member of a consumer group (KIP-848): what it asked for, and how far it has come towards its target assignment. Immutable: a change makes
 * a new one, which takes the place of the old when its record is replayed.
 *
 * The state is relative to the target assignment:
 *
 * ```
 *              target is new                            gave up what it must
 *   stable ───────────────────► unrevoked (has to give up partitions) ──┐
 *     ▲  │                                                              │
 *     │  └──► unreleased (others have not given up its partitions yet) ◄┤
 *     └─────────────── all given up and taken over ────────────────────┴┘
 * ```
 */
import type {
  ConsumerGroupCurrentMemberAssignmentValue,
  ConsumerGroupMemberMetadataValue,
} from '@zurau/protocol';
import type { MemberProtocol } from '../member.ts';
import { NO_PARTITIONS, partitionLists, partitionsFrom, type Partitions } from './partitions.ts';

export type MemberState = 'stable' | 'unrevoked' | 'unreleased' | 'unknown';

/** As records number them. */
const stateNumbers: Readonly<Record<MemberState, number>> = {
  stable: 0,
  unrevoked: 1,
  unreleased: 2,
  unknown: 127,
};

/** Epochs that a member says of itself instead of the one it is in. */
export const JOIN_EPOCH = 0;
export const LEAVE_EPOCH = -1;
/** A static member that leaves and will be back. */
export const LEAVE_STATIC_EPOCH = -2;

/** What a member says that speaks the classic protocol. */
export interface ClassicTerms {
  readonly sessionTimeoutMs: number;
  readonly protocols: readonly MemberProtocol[];
}

export interface ConsumerMember {
  readonly id: string;
  readonly instanceId: string | null;
  readonly rackId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  /** -1 when it never said. */
  readonly rebalanceTimeoutMs: number;
  /** Sorted. */
  readonly subscribedTopics: readonly string[];
  readonly subscribedRegex: string | null;
  readonly assignor: string | null;
  /** Null for one that speaks the consumer protocol. */
  readonly classic: ClassicTerms | null;
  readonly epoch: number;
  readonly previousEpoch: number;
  readonly state: MemberState;
  /** What it owns, or is being told to own. */
  readonly assigned: Partitions;
  /** What it is being told to give up; still its own. */
  readonly revoking: Partitions;
}

export function newMember(id: string): ConsumerMember {
  return {
    id,
    instanceId: null,
    rackId: null,
    clientId: '',
    clientHost: '',
    rebalanceTimeoutMs: -1,
    subscribedTopics: [],
    subscribedRegex: null,
    assignor: null,
    classic: null,
    epoch: JOIN_EPOCH,
    previousEpoch: JOIN_EPOCH,
    state: 'stable',
    assigned: NO_PARTITIONS,
    revoking: NO_PARTITIONS,
  };
}

/** At the epoch, with nothing left to give up or to take over. */
export function isReconciledTo(member: ConsumerMember, epoch: number): boolean {
  return member.state === 'stable' && member.epoch === epoch;
}

/** The same terms: nothing that the metadata record says has changed. */
export function sameTerms(a: ConsumerMember, b: ConsumerMember): boolean {
  return (
    a.instanceId === b.instanceId &&
    a.rackId === b.rackId &&
    a.clientId === b.clientId &&
    a.clientHost === b.clientHost &&
    a.rebalanceTimeoutMs === b.rebalanceTimeoutMs &&
    a.assignor === b.assignor &&
    sameSubscription(a, b) &&
    sameClassicTerms(a.classic, b.classic)
  );
}

export function sameSubscription(a: ConsumerMember, b: ConsumerMember): boolean {
  return (
    a.subscribedRegex === b.subscribedRegex &&
    a.subscribedTopics.length === b.subscribedTopics.length &&
    a.subscribedTopics.every((topic, index) => topic === b.subscribedTopics[index])
  );
}

function sameClassicTerms(a: ClassicTerms | null, b: ClassicTerms | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.sessionTimeoutMs === b.sessionTimeoutMs &&
    a.protocols.length === b.protocols.length &&
    a.protocols.every((protocol, index) => {
      const other = b.protocols[index];
      return other?.name === protocol.name && other.metadata.equals(protocol.metadata);
    })
  );
}

// --- records ------------------------------------------------------------------------------------------------------------------

export function termsValue(member: ConsumerMember): ConsumerGroupMemberMetadataValue {
  const { classic } = member;
  return {
    instanceId: member.instanceId,
    rackId: member.rackId,
    clientId: member.clientId,
    clientHost: member.clientHost,
    subscribedTopicNames: [...member.subscribedTopics],
    subscribedTopicRegex: member.subscribedRegex,
    rebalanceTimeoutMs: member.rebalanceTimeoutMs,
    serverAssignor: member.assignor,
    classicMemberMetadata:
      classic === null
        ? null
        : {
            sessionTimeoutMs: classic.sessionTimeoutMs,
            supportedProtocols: classic.protocols.map(({ name, metadata }) => ({ name, metadata })),
          },
  };
}

/** Copies what it keeps: the record's buffers may be views on a large read. */
export function withTerms(
  member: ConsumerMember,
  value: ConsumerGroupMemberMetadataValue,
): ConsumerMember {
  const classic = value.classicMemberMetadata;
  return {
    ...member,
    instanceId: value.instanceId,
    rackId: value.rackId,
    clientId: value.clientId,
    clientHost: value.clientHost,
    subscribedTopics: value.subscribedTopicNames.toSorted(),
    subscribedRegex: value.subscribedTopicRegex === '' ? null : value.subscribedTopicRegex,
    rebalanceTimeoutMs: value.rebalanceTimeoutMs,
    assignor: value.serverAssignor,
    classic:
      classic === null
        ? null
        : {
            sessionTimeoutMs: classic.sessionTimeoutMs,
            protocols: classic.supportedProtocols.map(({ name, metadata }) => ({
              name,
              metadata: Buffer.from(metadata),
            })),
          },
  };
}

export function progressValue(member: ConsumerMember): ConsumerGroupCurrentMemberAssignmentValue {
  return {
    memberEpoch: member.epoch,
    previousMemberEpoch: member.previousEpoch,
    state: stateNumbers[member.state],
    assignedPartitions: partitionLists(member.assigned),
    partitionsPendingRevocation: partitionLists(member.revoking),
  };
}

export function withProgress(
  member: ConsumerMember,
  value: ConsumerGroupCurrentMemberAssignmentValue,
): ConsumerMember {
  return {
    ...member,
    epoch: value.memberEpoch,
    previousEpoch: value.previousMemberEpoch,
    state: stateOf(value.state),
    assigned: partitionsFrom(value.assignedPartitions),
    revoking: partitionsFrom(value.partitionsPendingRevocation),
  };
}

function stateOf(number: number): MemberState {
  for (const state of ['stable', 'unrevoked', 'unreleased'] as const) {
    if (stateNumbers[state] === number) return state;
  }
  return 'unknown';
}
