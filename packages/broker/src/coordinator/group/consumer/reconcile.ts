/**
 * How a member comes from what it owns to what it is to own, one heartbeat at a time (KIP-848).
 *
 * First it gives up what is not in its target any more, staying in its epoch; when it reports that it has, it goes over to the target's epoch
 * and takes whatever nobody else still holds. A partition is thus never with two members: it is free only when its owner no longer
 * has it among its assigned or its revoking partitions.
 */
import { CoordinatorError } from '../../runtime/coordinator-error.ts';
import { ErrorCode } from '@zurau/protocol';
import type { ConsumerMember } from './consumer-member.ts';
import {
  NO_PARTITIONS,
  PartitionsBuilder,
  containsAny,
  type Partitions,
  type TopicPartitionList,
} from './partitions.ts';

export interface Target {
  readonly epoch: number;
  readonly partitions: Partitions;
}

/**
 * The member's next step towards `target`; the member itself when there is none to take. `owned` is what it says it owns, null when it did not
 * say. `isFree` tells whether no other member has a partition. Throws FENCED_MEMBER_EPOCH.
 */
export function reconcile(
  member: ConsumerMember,
  target: Target,
  owned: readonly TopicPartitionList[] | null,
  isFree: (topicId: string, partition: number) => boolean,
): ConsumerMember {
  switch (member.state) {
    case 'stable':
      return member.epoch === target.epoch
        ? member
        : advance(member, member.epoch, target, owned, isFree);
    case 'unrevoked':
      if (owned === null || containsAny(member.revoking, owned)) return member;
      return advance(member, member.epoch + 1, target, owned, isFree);
    case 'unreleased':
      return advance(member, member.epoch, target, owned, isFree);
    case 'unknown':
      // Written by a newer broker: the member has to begin again, with nothing.
      if (owned === null || owned.length > 0) {
        throw new CoordinatorError(
          ErrorCode.FENCED_MEMBER_EPOCH,
          'The member is in a state that this broker does not know. It must give up its partitions and join again.',
        );
      }
      return advance(member, target.epoch, target, owned, isFree);
  }
}

function advance(
  member: ConsumerMember,
  epoch: number,
  target: Target,
  owned: readonly TopicPartitionList[] | null,
  isFree: (topicId: string, partition: number) => boolean,
): ConsumerMember {
  const assigned = new PartitionsBuilder();
  const revoking = new PartitionsBuilder();
  for (const [topicId, partitions] of member.assigned) {
    const wanted = target.partitions.get(topicId);
    for (const partition of partitions) {
      (wanted?.has(partition) === true ? assigned : revoking).add(topicId, partition);
    }
  }
  const toRevoke = revoking.build();
  if (!revoking.isEmpty && (owned === null || containsAny(toRevoke, owned))) {
    return moved(member, epoch, 'unrevoked', assigned.build(), toRevoke);
  }
  let unreleased = false;
  for (const [topicId, partitions] of target.partitions) {
    const has = member.assigned.get(topicId);
    for (const partition of partitions) {
      if (has?.has(partition) === true) continue;
      if (isFree(topicId, partition)) assigned.add(topicId, partition);
      else unreleased = true;
    }
  }
  const state = unreleased ? 'unreleased' : 'stable';
  return moved(member, target.epoch, state, assigned.build(), NO_PARTITIONS);
}

function moved(
  member: ConsumerMember,
  epoch: number,
  state: ConsumerMember['state'],
  assigned: Partitions,
  revoking: Partitions,
): ConsumerMember {
  // The epoch before counts until it is left: the answer that said so may have been lost.
  const previousEpoch = epoch === member.epoch ? member.previousEpoch : member.epoch;
  return { ...member, previousEpoch, epoch, state, assigned, revoking };
}
