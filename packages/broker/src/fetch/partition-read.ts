/**
 * Reads one partition for a fetch: checks role and epoch, decides synchronously which bytes to send, loads them later.
 */
import { ErrorCode, NO_LEADER_EPOCH, ZERO_UUID } from '@zurau/protocol';
import { LogError } from '@zurau/log';
import type { LogRead } from '@zurau/log';
import type { MetadataCache } from '../metadata/metadata-cache.ts';
import type { Partition } from '../replica/partition.ts';
import type { ReplicaManager } from '../replica/replica-manager.ts';
import type { FetchPartition } from './fetch-partition.ts';

/** Who fetches, and how. */
export interface Reader {
  readonly limit: ReadLimit;
  /** Broker id of a follower; undefined for consumers and tools. */
  readonly replicaId: number | undefined;
  /** A follower's progress counts once a request, when it arrives. */
  isFirstRead: boolean;
  /** False for consumers that are new enough to be served by followers (KIP-392). */
  readonly leaderOnly: boolean;
  /** Which replica a consumer should rather read from; undefined without a selector. */
  readonly preferredReplica:
    ((partition: Partition, fetchOffset: number) => number | undefined) | undefined;
  /** True while a follower has had its share of a partition (leader.replication.throttled.rate). */
  readonly isThrottled: ((partition: Partition) => boolean) | undefined;
}

/** Who reads decides how far. */
export type ReadLimit =
  /** Consumers, read_uncommitted. */
  | 'high-watermark'
  /** Consumers, read_committed. */
  | 'last-stable-offset'
  /** Followers, and tools that read as a follower would. */
  | 'log-end';

/** The outcome for one partition. `read` holds resources until `read.release()`. */
export interface PartitionRead {
  readonly wanted: FetchPartition;
  readonly errorCode: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  readonly partition: Partition | undefined;
  readonly read: LogRead | undefined;
  /** Where the reader's log and this one part ways; it then has to truncate, and gets no records (KIP-595). */
  readonly divergingEpoch: { readonly epoch: number; readonly endOffset: number } | undefined;
  /** Where the reader should rather go; it gets no records here (KIP-392). */
  readonly preferredReplica: number | undefined;
  /** The follower may not be sent more of this partition now. */
  readonly isThrottled: boolean;
}

export class PartitionReader {
  readonly #replicas: ReplicaManager;
  readonly #metadata: MetadataCache;

  constructor(replicas: ReplicaManager, metadata: MetadataCache) {
    this.#replicas = replicas;
    this.#metadata = metadata;
  }

  /** `maxBytes` is what is left of the request; `minOneBatch` sends the first batch though it is larger. */
  read(
    wanted: FetchPartition,
    reader: Reader,
    maxBytes: number,
    minOneBatch: boolean,
  ): PartitionRead {
    if (wanted.topic === '') return failed(wanted, ErrorCode.UNKNOWN_TOPIC_ID);
    const partition = this.#replicas.partition(wanted.topic, wanted.partition);
    if (partition === undefined) return failed(wanted, this.#absenceError(wanted));
    if (
      wanted.topicId !== ZERO_UUID &&
      partition.topicId !== ZERO_UUID &&
      wanted.topicId !== partition.topicId
    ) {
      return failed(wanted, ErrorCode.INCONSISTENT_TOPIC_ID);
    }
    const epochError = partition.checkLeaderEpoch(
      Math.max(NO_LEADER_EPOCH, wanted.currentLeaderEpoch),
    );
    if (epochError !== ErrorCode.NONE) return failed(wanted, epochError);
    if (!partition.isLeader && reader.leaderOnly) {
      return failed(wanted, ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }
    if (partition.isLeader && reader.preferredReplica !== undefined) {
      const preferredReplica = reader.preferredReplica(partition, wanted.fetchOffset);
      if (preferredReplica !== undefined) {
        return { ...stateOf(partition, wanted), preferredReplica };
      }
    }
    return this.#readLog(partition, wanted, reader, maxBytes, minOneBatch);
  }

  #readLog(
    partition: Partition,
    wanted: FetchPartition,
    reader: Reader,
    maxBytes: number,
    minOneBatch: boolean,
  ): PartitionRead {
    const { log } = partition;
    const { replicaId } = reader;
    if (replicaId !== undefined && partition.follower(replicaId) === undefined) {
      // It may be one of an assignment that has not arrived here yet.
      const knowsEpoch = wanted.currentLeaderEpoch >= 0;
      return failed(
        wanted,
        knowsEpoch ? ErrorCode.UNKNOWN_LEADER_EPOCH : ErrorCode.NOT_LEADER_OR_FOLLOWER,
      );
    }
    if (wanted.lastFetchedEpoch >= 0) {
      const end = partition.endOfEpoch(wanted.lastFetchedEpoch);
      if (end.epoch < 0 || wanted.fetchOffset < log.logStartOffset) {
        return failed(wanted, ErrorCode.OFFSET_OUT_OF_RANGE);
      }
      if (end.epoch < wanted.lastFetchedEpoch || end.endOffset < wanted.fetchOffset) {
        return { ...stateOf(partition, wanted), divergingEpoch: end };
      }
    }
    try {
      const read = log.read(wanted.fetchOffset, {
        maxBytes: Math.min(maxBytes, wanted.maxBytes),
        upToOffset: endOffset(partition, reader.limit),
        minOneBatch,
      });
      if (replicaId === undefined) return { ...stateOf(partition, wanted), read };
      return readByFollower(partition, wanted, reader, read);
    } catch (error) {
      if (error instanceof LogError) return failed(wanted, error.errorCode);
      throw error;
    }
  }

  #absenceError(wanted: FetchPartition): number {
    if (this.#replicas.isOffline(wanted.topic, wanted.partition)) {
      return ErrorCode.KAFKA_STORAGE_ERROR;
    }
    return this.#metadata.partition(wanted.topic, wanted.partition) === undefined
      ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
      : ErrorCode.NOT_LEADER_OR_FOLLOWER;
  }
}

function endOffset({ log }: Partition, limit: ReadLimit): number {
  switch (limit) {
    case 'high-watermark':
      return log.highWatermark;
    case 'last-stable-offset':
      return Math.min(log.lastStableOffset, log.highWatermark);
    case 'log-end':
      return log.writtenOffset;
  }
}

/** What is read is what the follower does not have; what lies before, it has. This may move the high watermark, of which it hears at once. */
function readByFollower(
  partition: Partition,
  wanted: FetchPartition,
  { replicaId, isFirstRead, isThrottled }: Reader,
  read: LogRead,
): PartitionRead {
  const { fetchOffset, logStartOffset } = wanted;
  if (isFirstRead) partition.onFollowerFetch(replicaId!, fetchOffset, logStartOffset);
  if (isThrottled?.(partition) !== true) return { ...stateOf(partition, wanted), read };
  read.release();
  return { ...stateOf(partition, wanted), isThrottled: true };
}

/** Nothing read yet. */
function stateOf(partition: Partition, wanted: FetchPartition): PartitionRead {
  const { log } = partition;
  return {
    wanted,
    partition,
    errorCode: ErrorCode.NONE,
    highWatermark: log.highWatermark,
    lastStableOffset: log.lastStableOffset,
    logStartOffset: log.logStartOffset,
    read: undefined,
    divergingEpoch: undefined,
    preferredReplica: undefined,
    isThrottled: false,
  };
}

function failed(wanted: FetchPartition, errorCode: number): PartitionRead {
  return {
    wanted,
    partition: undefined,
    errorCode,
    highWatermark: -1,
    lastStableOffset: -1,
    logStartOffset: -1,
    read: undefined,
    divergingEpoch: undefined,
    preferredReplica: undefined,
    isThrottled: false,
  };
}
