/**
 * Who has what, from what all members say; the ground that sticky assignments start from.
 *
 * Members may claim the same partition: one of them missed a rebalance. The one of the newer generation is believed; in the same generation nobody
 * is, and the partition counts as moving to whoever gets it.
 */
import { partitionName, type TopicPartition } from '../../topic-partition.ts';
import type { AssignableTopics, SubscribedMember } from './assignor.ts';
import { inHashOrder, textHash } from './hash-order.ts';

/** What a member had, and since when; undefined when it does not say. */
export interface MemberMemory {
  readonly partitions: readonly TopicPartition[];
  readonly generationId: number | undefined;
}

export interface OwnedPartitions {
  /** Of topics that exist, by member id, in the order that members are to be looked at. */
  readonly byMember: Map<string, TopicPartition[]>;
  /** Names of partitions that several members of one generation claimed. */
  readonly contested: ReadonlySet<string>;
  readonly sameSubscriptions: boolean;
  readonly newestGeneration: number;
}

export const NO_GENERATION = -1;

/** In the order in which the rules of the sticky assignors look at them. */
export function orderedMembers(members: readonly SubscribedMember[]): SubscribedMember[] {
  return inHashOrder(members, ({ memberId }) => textHash(memberId));
}

export function resolveOwners(
  ordered: readonly SubscribedMember[],
  topics: AssignableTopics,
  memoryOf: (member: SubscribedMember) => MemberMemory,
): OwnedPartitions {
  const byMember = new Map<string, TopicPartition[]>();
  const contested = new Set<string>();
  const owners = new Map<string, SubscribedMember>();
  let newestGeneration = NO_GENERATION;
  const drop = (memberId: string, name: string): void => {
    const left = byMember.get(memberId)?.filter((of) => partitionName(of) !== name) ?? [];
    byMember.set(memberId, left);
  };
  for (const member of ordered) {
    const { memberId } = member;
    const memory = memoryOf(member);
    const generation = memory.generationId ?? NO_GENERATION;
    newestGeneration = Math.max(newestGeneration, generation);
    byMember.set(memberId, []);
    for (const of of memory.partitions) {
      if (!topics.has(of.topic)) continue;
      const name = partitionName(of);
      const other = owners.get(name);
      if (other === undefined) {
        byMember.get(memberId)?.push(of);
        owners.set(name, member);
      } else if (generation === other.generationId) {
        contested.add(name);
        drop(other.memberId, name);
        owners.set(name, member);
      } else if (generation > other.generationId) {
        drop(other.memberId, name);
        byMember.get(memberId)?.push(of);
        owners.set(name, member);
      }
    }
  }
  return { byMember, contested, newestGeneration, sameSubscriptions: sameTopics(ordered) };
}

function sameTopics(members: readonly SubscribedMember[]): boolean {
  const first = new Set<string>();
  return members.every(({ topics }) => {
    if (first.size === 0) for (const topic of topics) first.add(topic);
    return topics.length === first.size && topics.every((topic) => first.has(topic));
  });
}
