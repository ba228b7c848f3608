/**
 * DeleteRecords (key 21): moves a partition's log start offset forward; what lies before is no longer readable and goes with its segments (KIP-107).
 */
import { ErrorCode, deleteRecordsApi } from '@zurau/protocol';
import type { DeleteRecordsResponseInput } from '@zurau/protocol';
import { LogError } from '@zurau/log';
import type { PartitionFinder } from '../replica/local-partition.ts';
import { isInternalTopic } from '../metadata/internal-topics.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

/** Asks for everything up to the high watermark. */
const HIGH_WATERMARK = -1;

export function deleteRecordsHandler({ finder }: { readonly finder: PartitionFinder }): ApiHandler {
  return defineHandler(
    deleteRecordsApi,
    { min: 0, max: 2 },
    (request): DeleteRecordsResponseInput => ({
      throttleTimeMs: 0,
      topics: request.topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex, offset }) => ({
          partitionIndex,
          ...deleteRecords(finder, name, partitionIndex, offset),
        })),
      })),
    }),
  );
}

function deleteRecords(
  finder: PartitionFinder,
  topic: string,
  index: number,
  offset: number,
): { errorCode: number; lowWatermark: number } {
  const failure = (errorCode: number): { errorCode: number; lowWatermark: number } => ({
    errorCode,
    lowWatermark: -1,
  });
  if (isInternalTopic(topic)) return failure(ErrorCode.INVALID_TOPIC_EXCEPTION);
  const partition = finder.leader(topic, index, -1);
  if (typeof partition === 'number') return failure(partition);
  if (!partition.config.cleanupPolicy.delete) return failure(ErrorCode.POLICY_VIOLATION);
  const before = offset === HIGH_WATERMARK ? partition.highWatermark : offset;
  if (before < 0 || before > partition.highWatermark) return failure(ErrorCode.OFFSET_OUT_OF_RANGE);
  try {
    partition.log.deleteRecordsBefore(before);
    return { errorCode: ErrorCode.NONE, lowWatermark: partition.log.logStartOffset };
  } catch (error) {
    if (error instanceof LogError) return failure(error.errorCode);
    throw error;
  }
}
