/**
 * Kafka's `cooperative-sticky` (KIP-429): the assignment of `sticky`, less what somebody has to give up first. Those partitions belong to nobody
 * until the second rebalance, which the members that gave them up ask for.
 *
 * The generation travels as user data (an int32) for leaders too old to find it in the subscription.
 */
import { partitionName, type TopicPartition } from '../../topic-partition.ts';
import type { PartitionAssignor, SubscribedMember } from './assignor.ts';
import { type MemberMemory, NO_GENERATION } from './owned-partitions.ts';
import { assignSticky } from './sticky.ts';

export const COOPERATIVE_STICKY = 'cooperative-sticky';

/** A fresh one for each consumer: it remembers the generation. */
export function cooperativeStickyAssignor(): PartitionAssignor {
  let generation = NO_GENERATION;
  return {
    name: COOPERATIVE_STICKY,
    protocols: ['cooperative', 'eager'],
    assign: (members, topics) => {
      const { assignment, moved } = assignSticky(members, topics, memoryOf);
      const inTransit = moved ?? movedBetween(members, assignment);
      for (const [memberId, partitions] of assignment) {
        const ready = partitions.filter((of) => inTransit.get(partitionName(of)) !== memberId);
        assignment.set(memberId, ready);
      }
      return assignment;
    },
    userData: () => {
      const bytes = Buffer.alloc(4);
      bytes.writeInt32BE(generation);
      return bytes;
    },
    onAssignment: (_, generationId) => {
      generation = generationId;
    },
  };
}

function memoryOf({ ownedPartitions, generationId, userData }: SubscribedMember): MemberMemory {
  if (generationId >= 0) return { partitions: ownedPartitions, generationId };
  if (userData === null) return { partitions: ownedPartitions, generationId: undefined };
  const generation = userData.length >= 4 ? userData.readInt32BE(0) : NO_GENERATION;
  return { partitions: ownedPartitions, generationId: generation };
}

/** Partitions that one member gives up and another gets, with the latter. */
function movedBetween(
  members: readonly SubscribedMember[],
  assignment: ReadonlyMap<string, readonly TopicPartition[]>,
): ReadonlyMap<string, string> {
  const added = new Map<string, string>();
  const revoked = new Set<string>();
  for (const { memberId, ownedPartitions } of members) {
    const had = new Set(ownedPartitions.map(partitionName));
    const has = new Set((assignment.get(memberId) ?? []).map(partitionName));
    for (const name of has) if (!had.has(name)) added.set(name, memberId);
    for (const name of had) if (!has.has(name)) revoked.add(name);
  }
  return new Map([...added].filter(([name]) => revoked.has(name)));
}
