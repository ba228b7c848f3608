/**
 * Finds the partition that a request means, or the error code that says why this broker cannot serve it.
 */
import { ErrorCode } from '@zurau/protocol';
import type { MetadataCache } from '../metadata/metadata-cache.ts';
import type { Partition } from './partition.ts';
import type { ReplicaManager } from './replica-manager.ts';

export class PartitionFinder {
  readonly #replicas: ReplicaManager;
  readonly #metadata: MetadataCache;

  constructor(replicas: ReplicaManager, metadata: MetadataCache) {
    this.#replicas = replicas;
    this.#metadata = metadata;
  }

  /** The partition when this broker leads it, in the epoch that the client believes in (-1: it does not say). */
  leader(topic: string, index: number, clientEpoch: number): Partition | number {
    const partition = this.#replicas.partition(topic, index);
    if (partition === undefined) return this.absenceError(topic, index);
    const epochError = partition.checkLeaderEpoch(clientEpoch);
    if (epochError !== ErrorCode.NONE) return epochError;
    return partition.isLeader ? partition : ErrorCode.NOT_LEADER_OR_FOLLOWER;
  }

  /** Why a partition is not here. */
  absenceError(topic: string, index: number): number {
    if (this.#replicas.isOffline(topic, index)) return ErrorCode.KAFKA_STORAGE_ERROR;
    return this.#metadata.partition(topic, index) === undefined
      ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
      : ErrorCode.NOT_LEADER_OR_FOLLOWER;
  }
}
