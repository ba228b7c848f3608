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

/** Who reads decides how far. */
export type ReadLimit =
  /** Consumers, read_uncommitted. */
  | 'high-watermark'
  /** Consumers, read_committed. */
  | 'last-stable-offset'
  /** Tools that read as a replica would. */
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
    limit: ReadLimit,
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
    if (!partition.isLeader) return failed(wanted, ErrorCode.NOT_LEADER_OR_FOLLOWER);
    return this.#readLog(partition, wanted, limit, maxBytes, minOneBatch);
  }

  #readLog(
    partition: Partition,
    wanted: FetchPartition,
    limit: ReadLimit,
    maxBytes: number,
    minOneBatch: boolean,
  ): PartitionRead {
    const { log } = partition;
    const state = {
      wanted,
      partition,
      errorCode: ErrorCode.NONE,
      highWatermark: log.highWatermark,
      lastStableOffset: log.lastStableOffset,
      logStartOffset: log.logStartOffset,
    };
    if (wanted.lastFetchedEpoch >= 0) {
      const end = partition.endOfEpoch(wanted.lastFetchedEpoch);
      if (end.epoch < 0) return failed(wanted, ErrorCode.OFFSET_OUT_OF_RANGE);
      if (end.epoch < wanted.lastFetchedEpoch || end.endOffset < wanted.fetchOffset) {
        return { ...state, read: undefined, divergingEpoch: end };
      }
    }
    try {
      const read = log.read(wanted.fetchOffset, {
        maxBytes: Math.min(maxBytes, wanted.maxBytes),
        upToOffset: endOffset(partition, limit),
        minOneBatch,
      });
      return { ...state, read, divergingEpoch: undefined };
    } catch (error) {
      if (error instanceof LogError) return failed(wanted, error.errorCode);
      throw error;
    }
  }

  #absenceError(wanted: FetchPartition): number {
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
  };
}
