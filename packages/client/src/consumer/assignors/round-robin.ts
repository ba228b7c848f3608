/** Kafka's `roundrobin`: all partitions of all topics in a row, to the members in turn, passing over those that did not subscribe to the topic. */
import type { TopicPartition } from '../../topic-partition.ts';
import {
  type AssignableTopics,
  compareMembers,
  compareText,
  type GroupAssignment,
  type PartitionAssignor,
  type SubscribedMember,
} from './assignor.ts';

export function roundRobinAssignor(): PartitionAssignor {
  return { name: 'roundrobin', assign: assignInTurn };
}

function assignInTurn(
  members: readonly SubscribedMember[],
  topics: AssignableTopics,
): GroupAssignment {
  const assignment = new Map<string, TopicPartition[]>();
  for (const { memberId } of members) assignment.set(memberId, []);
  const ordered = members.toSorted(compareMembers);
  const subscribed = new Set(members.flatMap((member) => member.topics));
  let turn = 0;
  for (const topic of [...subscribed].sort(compareText)) {
    for (const { partition } of topics.get(topic) ?? []) {
      // Somebody subscribed to it, so this ends.
      while (!ordered[turn % ordered.length]?.topics.includes(topic)) turn += 1;
      const { memberId } = ordered[turn % ordered.length] as SubscribedMember;
      assignment.get(memberId)?.push({ topic, partition });
      turn += 1;
    }
  }
  return assignment;
}
