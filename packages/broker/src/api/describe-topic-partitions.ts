/**
 * DescribeTopicPartitions (key 75): partitions of topics, page by page, in the order of the names (KIP-966).
 */
import { describeTopicPartitionsApi, ErrorCode, ZERO_UUID } from '@zurau/protocol';
import type {
  DescribeTopicPartitionsRequest,
  DescribeTopicPartitionsResponseDescribeTopicPartitionsResponsePartitionInput,
  DescribeTopicPartitionsResponseDescribeTopicPartitionsResponseTopicInput,
} from '@zurau/protocol';
import { isInternalTopic } from '../metadata/internal-topics.ts';
import {
  NO_LEADER,
  type MetadataCache,
  type PartitionMetadata,
} from '../metadata/metadata-cache.ts';
import { topicNameProblem } from '../metadata/topic-names.ts';
import { ALL_TOPIC_OPERATIONS } from './authorized-operations.ts';
import { defineHandler, type ApiHandler } from './handler.ts';
import { isReachable } from './reachable-brokers.ts';

type Topic = DescribeTopicPartitionsResponseDescribeTopicPartitionsResponseTopicInput;
type Partition = DescribeTopicPartitionsResponseDescribeTopicPartitionsResponsePartitionInput;

export interface DescribeTopicPartitionsDependencies {
  readonly metadata: MetadataCache;
  /** `max.request.partition.size.limit` */
  readonly partitionsMax: () => number;
}

export function describeTopicPartitionsHandler({
  metadata,
  partitionsMax,
}: DescribeTopicPartitionsDependencies): ApiHandler {
  return defineHandler(describeTopicPartitionsApi, { min: 0, max: 0 }, (request, context) => {
    if (!isCursorGood(request)) return { throttleTimeMs: 0, topics: request.topics.map(invalid) };
    const isAll = request.topics.length === 0;
    const names = isAll ? metadata.topicNames() : request.topics.map(({ name }) => name);
    const first = request.cursor?.topicName ?? '';
    const inOrder = [...new Set(names)].filter((name) => name >= first).sort();
    let remaining = Math.max(1, Math.min(partitionsMax(), request.responsePartitionLimit));
    const topics: Topic[] = [];
    for (const name of inOrder) {
      const topic = metadata.topic(name);
      if (topic === undefined) {
        if (!isAll) topics.push(unknown(name));
        continue;
      }
      if (remaining === 0) return page(topics, { topicName: name, partitionIndex: 0 });
      const from = name === request.cursor?.topicName ? request.cursor.partitionIndex : 0;
      const partitions = [...topic.partitions.values()]
        .filter(({ partition }) => partition >= from)
        .sort((a, b) => a.partition - b.partition);
      const shown = partitions.slice(0, remaining);
      topics.push({
        errorCode: ErrorCode.NONE,
        name,
        topicId: topic.id,
        isInternal: isInternalTopic(name),
        partitions: shown.map((each) => partition(metadata, each, context.listenerName)),
        topicAuthorizedOperations: ALL_TOPIC_OPERATIONS,
      });
      remaining -= shown.length;
      const next = partitions[shown.length];
      if (next !== undefined) {
        return page(topics, { topicName: name, partitionIndex: next.partition });
      }
    }
    return page(topics, null);
  });
}

/** A cursor names a partition of a topic that is asked for. */
function isCursorGood({ topics, cursor }: DescribeTopicPartitionsRequest): boolean {
  if (cursor === null) return true;
  const isAsked = topics.length === 0 || topics.some(({ name }) => name === cursor.topicName);
  return isAsked && cursor.partitionIndex >= 0;
}

function page(
  topics: Topic[],
  nextCursor: { topicName: string; partitionIndex: number } | null,
): { throttleTimeMs: number; topics: Topic[]; nextCursor: typeof nextCursor } {
  return { throttleTimeMs: 0, topics, nextCursor };
}

function invalid({ name }: { readonly name: string }): Topic {
  return { errorCode: ErrorCode.INVALID_REQUEST, name, topicId: ZERO_UUID, partitions: [] };
}

function unknown(name: string): Topic {
  return {
    errorCode:
      topicNameProblem(name) === undefined
        ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
        : ErrorCode.INVALID_TOPIC_EXCEPTION,
    name,
    topicId: ZERO_UUID,
    isInternal: isInternalTopic(name),
    partitions: [],
  };
}

function partition(
  metadata: MetadataCache,
  { partition: partitionIndex, leader, leaderEpoch, ...rest }: PartitionMetadata,
  listenerName: string,
): Partition {
  const isThere = isReachable(metadata, leader, listenerName);
  const isAlive = metadata.broker(leader) !== undefined;
  const problem = isAlive ? ErrorCode.LISTENER_NOT_FOUND : ErrorCode.LEADER_NOT_AVAILABLE;
  return {
    errorCode: isThere ? ErrorCode.NONE : problem,
    partitionIndex,
    leaderId: isThere ? leader : NO_LEADER,
    leaderEpoch,
    replicaNodes: [...rest.replicas],
    isrNodes: [...rest.isr],
    // Eligible leaders outside the ISR exist only with KRaft. Not null, which the schema allows: Java's clients take that badly.
    eligibleLeaderReplicas: [],
    lastKnownElr: [],
    offlineReplicas: [...rest.offlineReplicas],
  };
}
