/**
 * Writes transaction markers to the partitions that this broker leads: what WriteTxnMarkers does here, from another broker or from our own coordinator.
 *
 * A marker counts when it is replicated, as a produce with acks=all. Markers for `__consumer_offsets` go through the group coordinator, which learns
 * from them that the offsets of a transaction count.
 */
import type { Clock } from '@zurau/platform';
import { ErrorCode, encodeControlBatch } from '@zurau/protocol';
import type {
  WriteTxnMarkersRequestInput,
  WriteTxnMarkersResponse,
  WriteTxnMarkersResponseWritableTxnMarkerResult,
} from '@zurau/protocol';
import { LogError } from '@zurau/log';
import type { TransactionEnd } from '../coordinator/runtime/state-machine.ts';
import { OFFSETS_TOPIC } from '../metadata/internal-topics.ts';
import { Deadline, type TimingWheel } from '../purgatory/timing-wheel.ts';
import type { Partition } from './partition.ts';
import type { ReplicaManager } from './replica-manager.ts';

/** The group coordinator, as far as transactions concern it. */
export interface OffsetTransactions {
  /** Ends a producer's transaction in a partition of `__consumer_offsets`. Resolves with an error code. */
  endTransaction(partition: number, end: TransactionEnd): Promise<number>;
}

export interface MarkerWriterOptions {
  readonly replicas: ReplicaManager;
  readonly offsets: OffsetTransactions;
  readonly deadlines: TimingWheel;
  readonly clock: Clock;
  /** How long a marker waits for its replication. */
  readonly timeoutMs: number;
}

type Marker = WriteTxnMarkersRequestInput['markers'][number];

export class MarkerWriter {
  readonly #options: MarkerWriterOptions;

  constructor(options: MarkerWriterOptions) {
    this.#options = options;
  }

  /** Appends all markers at once and resolves when the last of them is replicated, or has failed. */
  async writeTxnMarkers(request: WriteTxnMarkersRequestInput): Promise<WriteTxnMarkersResponse> {
    return { markers: await Promise.all(request.markers.map((marker) => this.#write(marker))) };
  }

  async #write(marker: Marker): Promise<WriteTxnMarkersResponseWritableTxnMarkerResult> {
    const { producerId, producerEpoch, coordinatorEpoch, transactionResult: committed } = marker;
    const end: TransactionEnd = { producerId, producerEpoch, coordinatorEpoch, committed };
    const topics = marker.topics.map(async ({ name, partitionIndexes }) => {
      const partitions = partitionIndexes.map(async (partitionIndex) => ({
        partitionIndex,
        errorCode: await this.#writeTo(name, partitionIndex, end),
      }));
      return { name, partitions: await Promise.all(partitions) };
    });
    return { producerId, topics: await Promise.all(topics) };
  }

  #writeTo(topic: string, index: number, end: TransactionEnd): Promise<number> | number {
    const { replicas, offsets, clock } = this.#options;
    // No batch could say so.
    if (end.producerId < 0 || end.producerEpoch < 0) return ErrorCode.INVALID_REQUEST;
    const partition = replicas.partition(topic, index);
    if (replicas.isOffline(topic, index)) return ErrorCode.KAFKA_STORAGE_ERROR;
    if (partition === undefined) return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
    if (!partition.isLeader) return ErrorCode.NOT_LEADER_OR_FOLLOWER;
    if (topic === OFFSETS_TOPIC) return offsets.endTransaction(index, end);
    if (!partition.hasMinIsr) return ErrorCode.NOT_ENOUGH_REPLICAS;
    const batch = encodeControlBatch({
      type: end.committed ? 'commit' : 'abort',
      producerId: end.producerId,
      producerEpoch: end.producerEpoch,
      coordinatorEpoch: end.coordinatorEpoch,
      timestamp: clock.now(),
    });
    try {
      const { lastOffset } = partition.appendAsLeader(batch, 'coordinator');
      return this.#replicated(partition, lastOffset + 1);
    } catch (error) {
      if (error instanceof LogError) return error.errorCode;
      throw error;
    }
  }

  #replicated(partition: Partition, endOffset: number): Promise<number> | number {
    if (partition.highWatermark >= endOffset) return ErrorCode.NONE;
    const { deadlines, timeoutMs } = this.#options;
    return new Promise((resolve) => {
      const deadline = new Deadline(() => resolve(ErrorCode.REQUEST_TIMED_OUT));
      deadlines.add(deadline, timeoutMs);
      const onOffsetDone = (_tag: number, errorCode: number): void => {
        deadlines.cancel(deadline);
        resolve(errorCode);
      };
      partition.committedWaiters.add(endOffset, { onOffsetDone }, 0);
    });
  }
}
