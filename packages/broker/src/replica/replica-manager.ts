/**
 * The partitions that this broker holds, and the controller's orders about them.
 *
 * Owns the map from topic and partition to {@link Partition}. Everyone else (produce, fetch, coordinators) asks here who leads. Orders of a
 * controller that was replaced (an older epoch) are refused.
 */
import { ErrorCode, ZERO_UUID } from '@zurau/protocol';
import type {
  LeaderAndIsrRequest,
  LeaderAndIsrResponse,
  StopReplicaRequest,
  StopReplicaResponse,
} from '@zurau/protocol';
import { LogError } from '@zurau/log';
import { DiskError } from '@zurau/platform';
import type { LogManager } from '@zurau/log';
import type { TopicConfig } from '../config/topic-config.ts';
import type { Logger } from '../logging.ts';
import { Partition } from './partition.ts';
import type { PartitionState } from './partition.ts';

export interface ReplicaManagerOptions {
  readonly brokerId: number;
  readonly logManager: LogManager;
  readonly logger: Logger;
  /** The topic's current configuration. */
  readonly topicConfig: (topic: string) => TopicConfig;
}

/** Hears of partitions that this broker starts or stops leading; coordinators load and unload with them. */
export interface LeadershipListener {
  onElected(partition: Partition): void;
  onResigned(topic: string, partition: number): void;
}

export class ReplicaManager {
  readonly #options: ReplicaManagerOptions;
  readonly #topics = new Map<string, Map<number, Partition>>();
  readonly #topicNamesById = new Map<string, string>();
  readonly #leadershipListeners: LeadershipListener[] = [];
  #controllerEpoch = 0;

  constructor(options: ReplicaManagerOptions) {
    this.#options = options;
  }

  partition(topic: string, partition: number): Partition | undefined {
    return this.#topics.get(topic)?.get(partition);
  }

  /** Name of a topic of which this broker holds a partition. */
  topicName(topicId: string): string | undefined {
    return this.#topicNamesById.get(topicId);
  }

  /** Whether this broker holds a partition of the topic. */
  holdsTopic(topic: string): boolean {
    return this.#topics.has(topic);
  }

  *partitions(): Generator<Partition> {
    for (const partitions of this.#topics.values()) yield* partitions.values();
  }

  addLeadershipListener(listener: LeadershipListener): void {
    this.#leadershipListeners.push(listener);
  }

  /** Becomes leader or follower of the partitions named. */
  applyLeaderAndIsr(request: LeaderAndIsrRequest): LeaderAndIsrResponse {
    if (request.controllerEpoch < this.#controllerEpoch) {
      return { errorCode: ErrorCode.STALE_CONTROLLER_EPOCH, partitionErrors: [], topics: [] };
    }
    this.#controllerEpoch = request.controllerEpoch;
    const topics = request.topicStates.map((topic) => ({
      topicId: topic.topicId,
      partitionErrors: topic.partitionStates.map((state) => ({
        topicName: topic.topicName,
        partitionIndex: state.partitionIndex,
        errorCode: this.#applyState(topic.topicName, topic.topicId, state),
      })),
    }));
    return { errorCode: ErrorCode.NONE, partitionErrors: [], topics };
  }

  /** Gives up partitions, and deletes their data where asked. */
  stopReplicas(request: StopReplicaRequest): StopReplicaResponse {
    if (request.controllerEpoch < this.#controllerEpoch) {
      return { errorCode: ErrorCode.STALE_CONTROLLER_EPOCH, partitionErrors: [] };
    }
    this.#controllerEpoch = request.controllerEpoch;
    const partitionErrors = [];
    for (const { topicName, partitionStates } of request.topicStates) {
      for (const { partitionIndex, deletePartition } of partitionStates) {
        this.#stop(topicName, partitionIndex, deletePartition);
        partitionErrors.push({ topicName, partitionIndex, errorCode: ErrorCode.NONE });
      }
    }
    return { errorCode: ErrorCode.NONE, partitionErrors };
  }

  /** Hands the topic's current configuration to its logs. */
  applyTopicConfig(topic: string): void {
    const partitions = this.#topics.get(topic);
    if (partitions === undefined) return;
    const config = this.#options.topicConfig(topic);
    for (const partition of partitions.values()) partition.log.updateConfig(config);
  }

  /** The broker's defaults of topic configs have changed. */
  applyAllTopicConfigs(): void {
    for (const topic of this.#topics.keys()) this.applyTopicConfig(topic);
  }

  /** Tells everyone who still waits that this broker is going away. */
  close(): void {
    for (const partition of this.partitions()) {
      partition.failWaiters(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }
  }

  #applyState(topic: string, topicId: string, state: PartitionState): number {
    let partition = this.partition(topic, state.partitionIndex);
    if (partition !== undefined && isOtherTopic(partition.topicId, topicId)) {
      return ErrorCode.INCONSISTENT_TOPIC_ID;
    }
    try {
      partition ??= this.#create(topic, topicId, state.partitionIndex);
    } catch (error) {
      if (!(error instanceof LogError || error instanceof DiskError)) throw error;
      this.#options.logger.error(
        { err: error, topic, partition: state.partitionIndex },
        'partition cannot be opened',
      );
      return ErrorCode.KAFKA_STORAGE_ERROR;
    }
    const wasLeader = partition.isLeader;
    const previousEpoch = partition.leaderEpoch;
    if (!partition.applyState(state)) return ErrorCode.STALE_CONTROLLER_EPOCH;
    this.#announce(partition, wasLeader, previousEpoch);
    return ErrorCode.NONE;
  }

  #announce(partition: Partition, wasLeader: boolean, previousEpoch: number): void {
    const { topic } = partition;
    const isReelected = partition.isLeader && partition.leaderEpoch !== previousEpoch;
    for (const listener of this.#leadershipListeners) {
      if (isReelected) listener.onElected(partition);
      else if (wasLeader && !partition.isLeader) listener.onResigned(topic, partition.partition);
    }
  }

  #create(topic: string, topicId: string, index: number): Partition {
    const { brokerId, logManager, topicConfig } = this.#options;
    const log = logManager.getOrCreate(
      topic,
      index,
      topicConfig(topic),
      topicId === ZERO_UUID ? undefined : topicId,
    );
    const partition = new Partition({ brokerId, topicId, log, config: () => topicConfig(topic) });
    partition.onAppendsLost = () => this.#onAppendsLost(partition);
    let partitions = this.#topics.get(topic);
    if (partitions === undefined) {
      partitions = new Map();
      this.#topics.set(topic, partitions);
    }
    partitions.set(index, partition);
    if (topicId !== ZERO_UUID) this.#topicNamesById.set(topicId, topic);
    return partition;
  }

  /** What a coordinator believes may rest on what was lost: it has to read the partition anew. */
  #onAppendsLost(partition: Partition): void {
    if (!partition.isLeader) return;
    for (const listener of this.#leadershipListeners) {
      listener.onResigned(partition.topic, partition.partition);
      listener.onElected(partition);
    }
  }

  #stop(topic: string, index: number, deletesData: boolean): void {
    const partitions = this.#topics.get(topic);
    const partition = partitions?.get(index);
    if (partition !== undefined) {
      partitions!.delete(index);
      if (partitions!.size === 0) {
        this.#topics.delete(topic);
        this.#topicNamesById.delete(partition.topicId);
      }
      if (partition.isLeader) {
        for (const listener of this.#leadershipListeners) listener.onResigned(topic, index);
      }
      partition.failWaiters(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }
    if (deletesData) this.#options.logManager.remove(topic, index);
  }
}

function isOtherTopic(heldId: string, requestedId: string): boolean {
  return heldId !== ZERO_UUID && requestedId !== ZERO_UUID && heldId !== requestedId;
}
