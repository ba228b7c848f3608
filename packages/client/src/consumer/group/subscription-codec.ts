/**
 * What members of a classic group tell each other through the coordinator: subscriptions to the leader, assignments from it.
 *
 * The bytes are those of Kafka's consumers (ConsumerProtocolSubscription, ConsumerProtocolAssignment, newest version): sorted, so that equal
 * subscriptions are equal bytes, by which the coordinator tells whether a member that joins again changed anything.
 */
import {
  consumerProtocolAssignment,
  consumerProtocolSubscription,
  decodeVersioned,
  encodeVersioned,
} from '@zurau/protocol';
import { groupBy } from '../../group-by.ts';
import type { TopicPartition } from '../../topic-partition.ts';
import { compareText, type SubscribedMember } from '../assignors/assignor.ts';

const NEWEST_VERSION = 3;
const NEWER_ALLOWED = { newerAsNewest: true } as const;

export type EncodableSubscription = Omit<SubscribedMember, 'memberId' | 'groupInstanceId'>;

export function encodeSubscription(subscription: EncodableSubscription): Buffer {
  const { topics, userData, ownedPartitions, generationId, rackId } = subscription;
  return encodeVersioned(
    consumerProtocolSubscription,
    {
      topics: topics.toSorted(compareText),
      userData,
      ownedPartitions: byTopic(ownedPartitions.toSorted(comparePartitions)),
      generationId,
      rackId,
    },
    NEWEST_VERSION,
  );
}

/** Throws DecodeError. */
export function decodeSubscription(bytes: Buffer): EncodableSubscription {
  const decoded = decodeVersioned(consumerProtocolSubscription, bytes, NEWER_ALLOWED);
  const { topics, userData, ownedPartitions, generationId, rackId } = decoded;
  return {
    topics,
    userData,
    ownedPartitions: flat(ownedPartitions),
    generationId,
    rackId: rackId === '' ? null : rackId,
  };
}

export function encodeAssignment(partitions: readonly TopicPartition[]): Buffer {
  const assignedPartitions = byTopic(partitions);
  return encodeVersioned(
    consumerProtocolAssignment,
    { assignedPartitions, userData: null },
    NEWEST_VERSION,
  );
}

/** Empty bytes are an empty assignment, as a leader may leave a member out. Throws DecodeError. */
export function decodeAssignment(bytes: Buffer): TopicPartition[] {
  if (bytes.length === 0) return [];
  return flat(decodeVersioned(consumerProtocolAssignment, bytes, NEWER_ALLOWED).assignedPartitions);
}

export function comparePartitions(a: TopicPartition, b: TopicPartition): number {
  return compareText(a.topic, b.topic) || a.partition - b.partition;
}

interface PartitionsOfTopic {
  readonly topic: string;
  readonly partitions: number[];
}

function byTopic(partitions: readonly TopicPartition[]): PartitionsOfTopic[] {
  return Array.from(
    groupBy(partitions, ({ topic }) => topic),
    ([topic, ofTopic]) => ({ topic, partitions: ofTopic.map(({ partition }) => partition) }),
  );
}

function flat(topics: readonly PartitionsOfTopic[]): TopicPartition[] {
  return topics.flatMap(({ topic, partitions }) =>
    partitions.map((partition) => ({ topic, partition })),
  );
}
