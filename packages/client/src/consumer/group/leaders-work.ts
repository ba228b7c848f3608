/**
 * What the leader of a classic group does for it: says who reads what, by the assignor that the coordinator chose.
 *
 * Decides nothing about membership, and sends nothing.
 */
import type { JoinGroupResponse } from '@zurau/protocol';
import { clientError } from '../../errors.ts';
import { partitionName, type TopicPartition } from '../../topic-partition.ts';
import type {
  PartitionAssignor,
  RebalanceProtocol,
  SubscribedMember,
} from '../assignors/assignor.ts';
import { COOPERATIVE_STICKY } from '../assignors/cooperative-sticky.ts';
import type { GroupTopics } from './group-topics.ts';
import { decodeSubscription, encodeAssignment } from './subscription-codec.ts';

/** As SyncGroup takes it. */
export interface MemberAssignment {
  readonly memberId: string;
  readonly assignment: Buffer;
}

export class LeadersWork {
  readonly #assignors: readonly PartitionAssignor[];
  readonly #protocol: RebalanceProtocol;

  constructor(assignors: readonly PartitionAssignor[], protocol: RebalanceProtocol) {
    this.#assignors = assignors;
    this.#protocol = protocol;
  }

  /**
   * For all members; none when the group goes on with what it has. Throws DecodeError for a subscription that cannot be read, KafkaError
   * `PROTOCOL_VIOLATION` for an assignor that nobody offered, and what the assignor throws.
   */
  async assign(
    joined: JoinGroupResponse,
    groupTopics: GroupTopics,
    signal: AbortSignal,
  ): Promise<MemberAssignment[]> {
    const members = joined.members.map((member): SubscribedMember => ({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      ...decodeSubscription(member.metadata),
    }));
    const names = members.flatMap(({ topics }) => topics);
    const topics = await groupTopics.assignable(names, signal);
    // KIP-814: a static leader that came back; the group goes on with what it has.
    if (joined.skipAssignment) return [];
    const assignor = this.#assignors.find(({ name }) => name === joined.protocolName);
    if (assignor === undefined) {
      const about = `The coordinator chose assignor ${joined.protocolName}, which was not offered.`;
      throw clientError('PROTOCOL_VIOLATION', about);
    }
    const assignment = await assignor.assign(members, topics);
    if (this.#protocol === 'cooperative' && assignor.name !== COOPERATIVE_STICKY) {
      checkNothingJumps(assignor.name, members, assignment);
    }
    return members.map(({ memberId }) => ({
      memberId,
      assignment: encodeAssignment(assignment.get(memberId) ?? []),
    }));
  }
}

/** With `cooperative`, what somebody still has must not be given to another in the same rebalance. */
function checkNothingJumps(
  assignor: string,
  members: readonly SubscribedMember[],
  assignment: ReadonlyMap<string, readonly TopicPartition[]>,
): void {
  const owners = new Map<string, string>();
  for (const { memberId, ownedPartitions } of members) {
    for (const of of ownedPartitions) owners.set(partitionName(of), memberId);
  }
  for (const [memberId, partitions] of assignment) {
    for (const of of partitions) {
      const owner = owners.get(partitionName(of)) ?? memberId;
      if (owner === memberId) continue;
      throw clientError(
        'INVALID_ARGUMENT',
        `Assignor ${assignor} is cooperative, but gives ${partitionName(of)} to ${memberId} while ${owner} still has it.`,
      );
    }
  }
}
