/**
 * OffsetFetch (key 9): the committed offsets of a group, or from version 8 of several (KIP-709).
 *
 * Version 0, which read from ZooKeeper, is not offered. From version 10 topics are named by id.
 */
import {
  ErrorCode,
  offsetFetchApi,
  type OffsetFetchRequest,
  type OffsetFetchResponseInput,
} from '@zurau/protocol';
import type { GroupCoordinator } from '../coordinator/group/group-coordinator.ts';
import type { FetchedOffset, TopicPartition } from '../coordinator/group/offsets.ts';
import type { MetadataCache } from '../metadata/metadata-cache.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

/** Before, an error of the group had to be said of each partition. */
const GROUP_ERROR_VERSION_MIN = 2;
const SEVERAL_GROUPS_VERSION_MIN = 8;
const TOPIC_ID_VERSION_MIN = 10;

export interface OffsetFetchDependencies {
  readonly groups: GroupCoordinator;
  readonly metadata: MetadataCache;
}

type GroupRequest = OffsetFetchRequest['groups'][number];
type GroupResponse = NonNullable<OffsetFetchResponseInput['groups']>[number];
type TopicResponse = GroupResponse['topics'][number];
type NamedTopics = readonly {
  readonly name: string;
  readonly partitionIndexes: readonly number[];
}[];

export function offsetFetchHandler({ groups, metadata }: OffsetFetchDependencies): ApiHandler {
  return defineHandler(
    offsetFetchApi,
    { min: 1, max: 10 },
    async (request, context): Promise<OffsetFetchResponseInput> => {
      const { requireStable } = request;
      if (context.apiVersion < SEVERAL_GROUPS_VERSION_MIN) {
        const { groupId, topics } = request;
        const { errorCode, value } = await groups.fetchOffsets(
          groupId,
          topics === null ? null : partitionsOf(topics),
          requireStable,
        );
        if (value !== undefined) return { errorCode, topics: byTopic(value) };
        if (context.apiVersion >= GROUP_ERROR_VERSION_MIN) return { errorCode, topics: [] };
        return {
          topics: byTopic(partitionsOf(topics ?? []).map((each) => refused(each, errorCode))),
        };
      }
      const byId = context.apiVersion >= TOPIC_ID_VERSION_MIN;
      return {
        groups: await Promise.all(
          request.groups.map(async (group) =>
            byId
              ? await fetchById(groups, metadata, group, requireStable)
              : await fetchByName(groups, group, requireStable),
          ),
        ),
      };
    },
  );
}

async function fetchByName(
  groups: GroupCoordinator,
  { groupId, topics, memberId, memberEpoch }: GroupRequest,
  requireStable: boolean,
): Promise<GroupResponse> {
  const partitions = topics === null ? null : partitionsOf(topics);
  const { errorCode, value } = await groups.fetchOffsets(groupId, partitions, requireStable, {
    memberId,
    memberEpoch,
  });
  return { groupId, errorCode, topics: byTopic(value ?? []) };
}

async function fetchById(
  groups: GroupCoordinator,
  metadata: MetadataCache,
  { groupId, topics, memberId, memberEpoch }: GroupRequest,
  requireStable: boolean,
): Promise<GroupResponse> {
  const unknown: TopicResponse[] = [];
  const known: { name: string; partitionIndexes: number[] }[] = [];
  for (const { topicId, partitionIndexes } of topics ?? []) {
    const topic = metadata.topicById(topicId);
    if (topic !== undefined) known.push({ name: topic.name, partitionIndexes });
    else unknown.push({ topicId, partitions: partitionIndexes.map(unknownTopicId) });
  }
  const { errorCode, value } = await groups.fetchOffsets(
    groupId,
    topics === null ? null : partitionsOf(known),
    requireStable,
    { memberId, memberEpoch },
  );
  if (value === undefined) return { groupId, errorCode, topics: [] };
  // Offsets of a topic that is gone cannot be named any more.
  const named = byTopic(value).flatMap(({ name, partitions }) => {
    const topic = metadata.topic(name);
    return topic === undefined ? [] : [{ topicId: topic.id, partitions }];
  });
  return { groupId, errorCode, topics: [...named, ...unknown] };
}

function partitionsOf(topics: NamedTopics): TopicPartition[] {
  return topics.flatMap(({ name, partitionIndexes }) =>
    partitionIndexes.map((partition) => ({ topic: name, partition })),
  );
}

function byTopic(
  offsets: readonly FetchedOffset[],
): { name: string; partitions: TopicResponse['partitions'][number][] }[] {
  const topics = new Map<string, TopicResponse['partitions'][number][]>();
  for (const { topic, partition, offset, leaderEpoch, metadata, errorCode } of offsets) {
    let partitions = topics.get(topic);
    if (partitions === undefined) topics.set(topic, (partitions = []));
    partitions.push({
      partitionIndex: partition,
      committedOffset: offset,
      committedLeaderEpoch: leaderEpoch,
      metadata,
      errorCode,
    });
  }
  return [...topics].map(([name, partitions]) => ({ name, partitions }));
}

function refused(partition: TopicPartition, errorCode: number): FetchedOffset {
  return { ...partition, offset: -1, leaderEpoch: -1, metadata: '', errorCode };
}

function unknownTopicId(partitionIndex: number): TopicResponse['partitions'][number] {
  return {
    partitionIndex,
    committedOffset: -1,
    committedLeaderEpoch: -1,
    metadata: '',
    errorCode: ErrorCode.UNKNOWN_TOPIC_ID,
  };
}
