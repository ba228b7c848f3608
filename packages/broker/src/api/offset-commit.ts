/**
 * OffsetCommit (key 8): a group commits how far it has come.
 *
 * Version 0, which stored offsets in ZooKeeper and not with the group, is not offered; no client of the last ten years sends it. From
 * version 10 topics are named by id.
 */
import { ErrorCode, offsetCommitApi, type OffsetCommitRequest } from '@zurau/protocol';
import type { GroupCoordinator } from '../coordinator/group/group-coordinator.ts';
import type { OffsetToCommit } from '../coordinator/group/offsets.ts';
import type { MetadataCache } from '../metadata/metadata-cache.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

/** KIP-848 */
const MEMBER_EPOCH_VERSION_MIN = 9;
const TOPIC_ID_VERSION_MIN = 10;

export interface OffsetCommitDependencies {
  readonly groups: GroupCoordinator;
  readonly metadata: MetadataCache;
}

export function offsetCommitHandler({ groups, metadata }: OffsetCommitDependencies): ApiHandler {
  return defineHandler(offsetCommitApi, { min: 1, max: 10 }, async (request, context) => {
    const { offsets, refusals } = split(metadata, request, context.apiVersion);
    const errorCodes =
      offsets.length === 0
        ? []
        : await groups.commitOffsets({
            groupId: request.groupId,
            generationId: request.generationIdOrMemberEpoch,
            memberId: request.memberId,
            instanceId: request.groupInstanceId,
            knowsMemberEpochs: context.apiVersion >= MEMBER_EPOCH_VERSION_MIN,
            retentionMs: request.retentionTimeMs,
            offsets,
          });
    let next = 0;
    // A topic of which nothing is committed is not heard of again, as in Kafka.
    const asked = request.topics.map((topic, topicIndex) => ({ ...topic, topicIndex }));
    return {
      topics: asked
        .filter(({ partitions }) => partitions.length > 0)
        .map(({ name, topicId, partitions, topicIndex }) => ({
          name,
          topicId,
          partitions: partitions.map(({ partitionIndex }, index) => ({
            partitionIndex,
            errorCode:
              refusals[topicIndex]?.[index] ?? errorCodes[next++] ?? ErrorCode.UNKNOWN_SERVER_ERROR,
          })),
        })),
    };
  });
}

/** The offsets of partitions that exist, and for each partition of the request why it does not, if so. */
function split(
  metadata: MetadataCache,
  request: OffsetCommitRequest,
  apiVersion: number,
): { offsets: OffsetToCommit[]; refusals: (number | undefined)[][] } {
  const byId = apiVersion >= TOPIC_ID_VERSION_MIN;
  const offsets: OffsetToCommit[] = [];
  const refusals = request.topics.map(({ name, topicId, partitions }) => {
    const topic = byId ? metadata.topicById(topicId) : metadata.topic(name);
    const unknown = byId ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
    return partitions.map((partition) => {
      if (topic === undefined) return unknown;
      if (!topic.partitions.has(partition.partitionIndex)) {
        return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
      }
      offsets.push({
        topic: topic.name,
        partition: partition.partitionIndex,
        offset: partition.committedOffset,
        leaderEpoch: partition.committedLeaderEpoch,
        metadata: partition.committedMetadata,
        commitTimestampMs: partition.commitTimestamp,
      });
      return undefined;
    });
  });
  return { offsets, refusals };
}
