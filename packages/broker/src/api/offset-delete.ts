/**
 * OffsetDelete (key 47): forgets committed offsets of a group (KIP-496), except of topics that its members are subscribed to.
 */
import { ErrorCode, offsetDeleteApi } from '@zurau/protocol';
import type { GroupCoordinator } from '../coordinator/group/group-coordinator.ts';
import type { MetadataCache } from '../metadata/metadata-cache.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

export interface OffsetDeleteDependencies {
  readonly groups: GroupCoordinator;
  readonly metadata: MetadataCache;
}

export function offsetDeleteHandler({ groups, metadata }: OffsetDeleteDependencies): ApiHandler {
  return defineHandler(offsetDeleteApi, { min: 0, max: 0 }, async (request) => {
    const exists = (topic: string, partition: number): boolean =>
      metadata.partition(topic, partition) !== undefined;
    const wanted = request.topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex }) => ({ topic: name, partition: partitionIndex })),
    );
    const existing = wanted.filter(({ topic, partition }) => exists(topic, partition));
    const { errorCode, value } = await groups.deleteOffsets(request.groupId, existing);
    if (value === undefined) return { errorCode, topics: [] };
    let next = 0;
    return {
      errorCode,
      topics: request.topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex }) => ({
          partitionIndex,
          errorCode: exists(name, partitionIndex)
            ? (value[next++] ?? ErrorCode.UNKNOWN_SERVER_ERROR)
            : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        })),
      })),
    };
  });
}
