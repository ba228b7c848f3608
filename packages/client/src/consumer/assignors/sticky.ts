/**
 * Kafka's `sticky`: as even as it gets, and what can stay with its member stays.
 *
 * Members are eager, so they own nothing when they join; what they had travels as user data:
 *
 * ```
 *   | previous_assignment: count int32 | generation int32 (from version 1 on) |
 *        each: topic string | partitions: count int32, int32 ...
 * ```
 */
import { ByteReader, DecodeError } from '@zurau/protocol';
import { groupBy } from '../../group-by.ts';
import type { TopicPartition } from '../../topic-partition.ts';
import type { AssignableTopics, PartitionAssignor, SubscribedMember } from './assignor.ts';
import { assignConstrained, type StickyResult } from './constrained-assignment.ts';
import { assignGeneral } from './general-assignment.ts';
import {
  type MemberMemory,
  NO_GENERATION,
  orderedMembers,
  resolveOwners,
} from './owned-partitions.ts';
import { RackTable } from './rack-table.ts';

/** A fresh one for each consumer: it remembers what the consumer has. */
export function stickyAssignor(): PartitionAssignor {
  let memory: Buffer | null = null;
  return {
    name: 'sticky',
    assign: (members, topics) => assignSticky(members, topics, memoryFromUserData).assignment,
    userData: () => memory,
    onAssignment: (partitions, generationId) => {
      memory = encodeMemory(partitions, generationId);
    },
  };
}

/** `moved` is undefined where it was not kept track of. */
export function assignSticky(
  members: readonly SubscribedMember[],
  topics: AssignableTopics,
  memoryOf: (member: SubscribedMember) => MemberMemory,
): { assignment: Map<string, TopicPartition[]>; moved: StickyResult['moved'] | undefined } {
  if (members.length === 0) return { assignment: new Map(), moved: undefined };
  const ordered = orderedMembers(members);
  const owned = resolveOwners(ordered, topics, memoryOf);
  const racks = new RackTable(ordered, topics);
  if (owned.sameSubscriptions) return assignConstrained(topics, owned, racks);
  const assignment = assignGeneral({ members: ordered, topics, owned, racks, memoryOf });
  return { assignment, moved: undefined };
}

function memoryFromUserData({ userData }: SubscribedMember): MemberMemory {
  if (userData === null || userData.length === 0) {
    return { partitions: [], generationId: undefined };
  }
  try {
    return decodeMemory(userData);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { partitions: [], generationId: NO_GENERATION };
  }
}

function encodeMemory(partitions: readonly TopicPartition[], generationId: number): Buffer {
  const byTopic = groupBy(partitions, ({ topic }) => topic);
  const parts = [int32(byTopic.size)];
  for (const [topic, ofTopic] of byTopic) {
    const name = Buffer.from(topic);
    const length = Buffer.alloc(2);
    length.writeInt16BE(name.length);
    parts.push(length, name, int32(ofTopic.length));
    for (const { partition } of ofTopic) parts.push(int32(partition));
  }
  return Buffer.concat([...parts, int32(generationId)]);
}

/** Throws DecodeError. */
function decodeMemory(userData: Buffer): MemberMemory {
  const reader = new ByteReader(userData);
  const partitions: TopicPartition[] = [];
  for (let topics = reader.int32(); topics > 0; topics -= 1) {
    const topic = reader.string();
    for (let count = reader.int32(); count > 0; count -= 1) {
      partitions.push({ topic, partition: reader.int32() });
    }
  }
  return { partitions, generationId: reader.remaining >= 4 ? reader.int32() : undefined };
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
