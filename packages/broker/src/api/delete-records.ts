/**
 * DeleteRecords (key 21): moves a partition's log start offset forward; what lies before is no longer readable and goes with its segments (KIP-107).
 */
import { ErrorCode, deleteRecordsApi } from '@zurau/protocol';
import type { DeleteRecordsResponseInput } from '@zurau/protocol';
import { LogError } from '@zurau/log';
import type { PartitionFinder } from '../replica/local-partition.ts';
import { isInternalTopic } from '../metadata/internal-topics.ts';
import { Deadline, type TimingWheel } from '../purgatory/timing-wheel.ts';
import type { Partition } from '../replica/partition.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

const { NONE } = ErrorCode;

/** Asks for everything up to the high watermark. */
const HIGH_WATERMARK = -1;

export interface DeleteRecordsDependencies {
  readonly finder: PartitionFinder;
  readonly deadlines: TimingWheel;
}

interface Outcome {
  readonly errorCode: number;
  readonly lowWatermark: number;
}

export function deleteRecordsHandler({ finder, deadlines }: DeleteRecordsDependencies): ApiHandler {
  return defineHandler(
    deleteRecordsApi,
    { min: 0, max: 2 },
    async (request): Promise<DeleteRecordsResponseInput> => ({
      throttleTimeMs: 0,
      topics: await Promise.all(
        request.topics.map(async ({ name, partitions }) => ({
          name,
          partitions: await Promise.all(
            partitions.map(async ({ partitionIndex, offset }) => ({
              partitionIndex,
              ...(await deleteRecords(finder, name, partitionIndex, offset, (partition, before) =>
                untilDeleted(partition, before, request.timeoutMs, deadlines),
              )),
            })),
          ),
        })),
      ),
    }),
  );
}

async function deleteRecords(
  finder: PartitionFinder,
  topic: string,
  index: number,
  offset: number,
  wait: (partition: Partition, before: number) => Promise<number>,
): Promise<Outcome> {
  if (isInternalTopic(topic)) return failure(ErrorCode.INVALID_TOPIC_EXCEPTION);
  const partition = finder.leader(topic, index, -1);
  if (typeof partition === 'number') return failure(partition);
  if (!partition.config.cleanupPolicy.delete) return failure(ErrorCode.POLICY_VIOLATION);
  const before = offset === HIGH_WATERMARK ? partition.highWatermark : offset;
  if (before < 0 || before > partition.highWatermark) return failure(ErrorCode.OFFSET_OUT_OF_RANGE);
  try {
    partition.deleteRecordsBefore(before);
  } catch (error) {
    if (error instanceof LogError) return failure(error.errorCode);
    throw error;
  }
  const errorCode = partition.lowWatermark >= before ? NONE : await wait(partition, before);
  return errorCode === NONE
    ? { errorCode, lowWatermark: partition.lowWatermark }
    : failure(errorCode);
}

/** Followers learn with their next fetch that records are gone, and say so with the one after. */
function untilDeleted(
  partition: Partition,
  before: number,
  timeoutMs: number,
  deadlines: TimingWheel,
): Promise<number> {
  return new Promise((resolve) => {
    const deadline = new Deadline(() => resolve(ErrorCode.REQUEST_TIMED_OUT));
    deadlines.add(deadline, timeoutMs);
    const onOffsetDone = (_tag: number, errorCode: number): void => {
      deadlines.cancel(deadline);
      resolve(errorCode);
    };
    partition.lowWatermarkWaiters.add(before, { onOffsetDone }, 0);
  });
}

function failure(errorCode: number): Outcome {
  return { errorCode, lowWatermark: -1 };
}
