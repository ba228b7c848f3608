/**
 * ListOffsets (key 2): the earliest and latest offset of a partition, the first at or after a time, the one with the largest timestamp.
 */
import { ErrorCode, listOffsetsApi } from '@zurau/protocol';
import type { ListOffsetsRequest, ListOffsetsResponseInput } from '@zurau/protocol';
import { LogError } from '@zurau/log';
import type { Partition } from '../replica/partition.ts';
import type { PartitionFinder } from '../replica/local-partition.ts';
import type { ApiHandler } from './handler.ts';
import { COSTLY_IN_FLIGHT_MAX, defineHandler } from './handler.ts';

/** What a negative timestamp asks for. */
const LATEST = -1;
const EARLIEST = -2;
/** KIP-734 */
const MAX_TIMESTAMP = -3;
/** KIP-405: the earliest offset on the local disk; without tiered storage the same as EARLIEST. */
const EARLIEST_LOCAL = -4;
/** KIP-1005: the latest offset in remote storage, of which there is none. */
const LATEST_TIERED = -5;

/** First version whose clients know OFFSET_NOT_AVAILABLE (KIP-207). */
const OFFSET_NOT_AVAILABLE_VERSION_MIN = 5;
/** First version whose answers tell the leader epoch of the record (KIP-320). */
const LEADER_EPOCH_VERSION_MIN = 4;
const MAX_TIMESTAMP_VERSION_MIN = 7;
const EARLIEST_LOCAL_VERSION_MIN = 8;
const LATEST_TIERED_VERSION_MIN = 9;
const READ_COMMITTED = 1;
const CONSUMER_REPLICA_ID = -1;

interface FoundOffset {
  readonly offset: number;
  readonly timestamp: number;
  readonly leaderEpoch: number;
}

type PartitionRequest = ListOffsetsRequest['topics'][number]['partitions'][number];

const NOTHING: FoundOffset = { offset: -1, timestamp: -1, leaderEpoch: -1 };

export function listOffsetsHandler({ finder }: { readonly finder: PartitionFinder }): ApiHandler {
  return defineHandler(
    listOffsetsApi,
    { min: 1, max: 9, overlap: 'pipelined', inFlightMax: COSTLY_IN_FLIGHT_MAX },
    (request, { apiVersion }): ListOffsetsResponseInput => {
      const repeated = askedTwice(request);
      return {
        topics: request.topics.map(({ name, partitions }) => ({
          name,
          partitions: partitions.map((wanted) => ({
            partitionIndex: wanted.partitionIndex,
            ...inVersion(
              repeated.has(`${name}/${wanted.partitionIndex}`)
                ? { errorCode: ErrorCode.INVALID_REQUEST, ...NOTHING }
                : answerPartition(finder, request, name, wanted, apiVersion),
              apiVersion,
            ),
          })),
        })),
      };
    },
  );
}

function inVersion<Answer extends FoundOffset>(answer: Answer, apiVersion: number): Answer {
  return apiVersion >= LEADER_EPOCH_VERSION_MIN ? answer : { ...answer, leaderEpoch: -1 };
}

function answerPartition(
  finder: PartitionFinder,
  request: ListOffsetsRequest,
  topic: string,
  wanted: PartitionRequest,
  apiVersion: number,
): FoundOffset & { errorCode: number } {
  const partition = finder.leader(topic, wanted.partitionIndex, wanted.currentLeaderEpoch);
  if (typeof partition === 'number') return { errorCode: partition, ...NOTHING };
  if (!isKnownTimestamp(wanted.timestamp, apiVersion)) {
    return { errorCode: ErrorCode.UNSUPPORTED_VERSION, ...NOTHING };
  }
  try {
    const found = findOffset(partition, request, wanted.timestamp);
    if (isConsumer(request) && partition.isEndUncertain && reachesTheEnd(wanted, found)) {
      const errorCode =
        apiVersion >= OFFSET_NOT_AVAILABLE_VERSION_MIN
          ? ErrorCode.OFFSET_NOT_AVAILABLE
          : ErrorCode.LEADER_NOT_AVAILABLE;
      return { errorCode, ...NOTHING };
    }
    return { errorCode: ErrorCode.NONE, ...found };
  } catch (error) {
    if (error instanceof LogError) return { errorCode: error.errorCode, ...NOTHING };
    throw error;
  }
}

/** Whether the answer would be another, were the end known. */
function reachesTheEnd({ timestamp }: PartitionRequest, found: FoundOffset): boolean {
  return timestamp === LATEST || (found === NOTHING && timestamp !== LATEST_TIERED);
}

function isConsumer({ replicaId }: ListOffsetsRequest): boolean {
  return replicaId === CONSUMER_REPLICA_ID;
}

function isKnownTimestamp(timestamp: number, apiVersion: number): boolean {
  switch (timestamp) {
    case LATEST:
    case EARLIEST:
      return true;
    case MAX_TIMESTAMP:
      return apiVersion >= MAX_TIMESTAMP_VERSION_MIN;
    case EARLIEST_LOCAL:
      return apiVersion >= EARLIEST_LOCAL_VERSION_MIN;
    case LATEST_TIERED:
      return apiVersion >= LATEST_TIERED_VERSION_MIN;
    default:
      return timestamp >= 0;
  }
}

function findOffset(
  partition: Partition,
  request: ListOffsetsRequest,
  timestamp: number,
): FoundOffset {
  const { log } = partition;
  const endOffset = readableEnd(partition, request);
  switch (timestamp) {
    case LATEST:
      return { offset: endOffset, timestamp: -1, leaderEpoch: partition.leaderEpoch };
    case EARLIEST:
    case EARLIEST_LOCAL:
      return {
        offset: log.logStartOffset,
        timestamp: -1,
        leaderEpoch: partition.firstEpoch,
      };
    case LATEST_TIERED:
      return NOTHING;
    default: {
      const found =
        timestamp === MAX_TIMESTAMP
          ? log.offsetForMaxTimestamp()
          : log.offsetForTimestamp(timestamp);
      return found !== undefined && found.offset < endOffset ? found : NOTHING;
    }
  }
}

function readableEnd({ log }: Partition, request: ListOffsetsRequest): number {
  if (!isConsumer(request)) return log.logEndOffset;
  return request.isolationLevel === READ_COMMITTED
    ? Math.min(log.lastStableOffset, log.highWatermark)
    : log.highWatermark;
}

/** Partitions that the request names more than once: which of its questions is meant cannot be said. */
function askedTwice(request: ListOffsetsRequest): ReadonlySet<string> {
  const once = new Set<string>();
  const twice = new Set<string>();
  for (const { name, partitions } of request.topics) {
    for (const { partitionIndex } of partitions) {
      const key = `${name}/${partitionIndex}`;
      if (once.has(key)) twice.add(key);
      once.add(key);
    }
  }
  return twice;
}
