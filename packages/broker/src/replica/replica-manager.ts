/**
 * The partitions that this broker holds, and the controller's orders about them.
 *
 * Owns the map from topic and partition to {@link Partition}, and who is followed. Everyone else (produce, fetch, coordinators) asks here who leads. Orders
 * of a controller that was replaced (an older epoch) are refused.
 */
import { ErrorCode, ZERO_UUID } from '@zurau/protocol';
import type {
  LeaderAndIsrRequest,
  LeaderAndIsrResponse,
  StopReplicaRequest,
  StopReplicaResponse,
} from '@zurau/protocol';
import { LogError, mayPass } from '@zurau/log';
import { DiskError } from '@zurau/platform';
import type { LogManager, PartitionLog } from '@zurau/log';
import type { TopicConfig } from '../config/topic-config.ts';
import type { Logger } from '../logging.ts';
import { NO_LEADER } from '../metadata/metadata-cache.ts';
import type { TopicPartition } from '../metadata/znodes/controller.ts';
import { leadershipProblem } from './order-checks.ts';
import { Partition } from './partition.ts';
import type { PartitionEnvironment, PartitionState } from './partition.ts';

/** Leader epochs of a StopReplica that are above any other: the topic goes, or the controller does not say. */
const EPOCH_DURING_DELETE = -2;
const NO_EPOCH = -1;

/** Lets a follower follow; `ReplicaFetchers` does it. */
export interface Fetchers {
  add(partition: Partition): void;
  remove(partition: Partition): void;
  closeIdle(): void;
}

export interface ReplicaManagerOptions {
  readonly environment: PartitionEnvironment;
  readonly logManager: LogManager;
  readonly logger: Logger;
  readonly fetchers: Fetchers;
  /** The topic's current configuration. */
  readonly topicConfig: (topic: string) => TopicConfig;
  /** A replica could not be made, for a reason that may pass: somebody has to ask for it again. */
  readonly onReplicaNotMade: () => void;
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
  /** `topic-partition` of those whose log directory has failed. */
  readonly #offline = new Set<string>();
  readonly #leadershipListeners: LeadershipListener[] = [];
  #controllerEpoch = 0;

  constructor(options: ReplicaManagerOptions) {
    this.#options = options;
  }

  partition(topic: string, partition: number): Partition | undefined {
    return this.#topics.get(topic)?.get(partition);
  }

  /** Whether a replica of this broker lies in a log directory that has failed: it can be asked for nothing until the next start. */
  isOffline(topic: string, partition: number): boolean {
    return this.#offline.has(`${topic}-${partition}`);
  }

  /** The directory of these logs has failed. The controller finds out by asking for the partitions. */
  logsFailed(logs: readonly PartitionLog[]): void {
    for (const log of logs) {
      const { topic, partition: index } = log;
      this.#offline.add(log.name);
      const partition = this.partition(topic, index);
      if (partition?.log !== log) continue;
      this.#options.fetchers.remove(partition);
      this.#topics.get(topic)!.delete(index);
      if (partition.isLeader) {
        for (const listener of this.#leadershipListeners) listener.onResigned(topic, index);
      }
      partition.failWaiters(ErrorCode.KAFKA_STORAGE_ERROR);
    }
    this.#options.fetchers.closeIdle();
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

  /** Of the newest controller that was obeyed; 0 before there was one. */
  get controllerEpoch(): number {
    return this.#controllerEpoch;
  }

  /** NONE, or STALE_CONTROLLER_EPOCH for a request of a controller that was replaced. */
  acceptController(controllerEpoch: number): number {
    if (controllerEpoch < this.#controllerEpoch) return ErrorCode.STALE_CONTROLLER_EPOCH;
    this.#controllerEpoch = controllerEpoch;
    return ErrorCode.NONE;
  }

  /** Runs `apply` once none of the partitions' logs is being cut: neither a leader nor a deletion may come in between. */
  async whenSettled<T>(partitions: readonly TopicPartition[], apply: () => T): Promise<T> {
    for (;;) {
      const cuts = partitions
        .map(({ topic, partition }) => this.partition(topic, partition)?.cutting)
        .filter((cutting) => cutting !== undefined);
      if (cuts.length === 0) return apply();
      await Promise.all(cuts);
    }
  }

  /** Becomes leader or follower of the partitions named. */
  applyLeaderAndIsr(request: LeaderAndIsrRequest): LeaderAndIsrResponse {
    const errorCode = this.acceptController(request.controllerEpoch);
    if (errorCode !== ErrorCode.NONE) return { errorCode, partitionErrors: [], topics: [] };
    const topics = request.topicStates.map((topic) => ({
      topicId: topic.topicId,
      partitionErrors: topic.partitionStates.map((state) => ({
        topicName: topic.topicName,
        partitionIndex: state.partitionIndex,
        errorCode: this.#applyState(topic.topicName, topic.topicId, state),
      })),
    }));
    this.#options.fetchers.closeIdle();
    return { errorCode, partitionErrors: [], topics };
  }

  /** Gives up partitions, and deletes their data where asked. */
  stopReplicas(request: StopReplicaRequest): StopReplicaResponse {
    const errorCode = this.acceptController(request.controllerEpoch);
    if (errorCode !== ErrorCode.NONE) return { errorCode, partitionErrors: [] };
    const partitionErrors = request.topicStates.flatMap(({ topicName, partitionStates }) =>
      partitionStates.map(({ partitionIndex, leaderEpoch, deletePartition }) => ({
        topicName,
        partitionIndex,
        errorCode: this.#stopUnlessFenced(topicName, partitionIndex, leaderEpoch, deletePartition),
      })),
    );
    this.#options.fetchers.closeIdle();
    return { errorCode, partitionErrors };
  }

  /** Takes followers that lag out of the in-sync sets. Due every half `replica.lag.time.max.ms`. */
  shrinkIsrs(): void {
    for (const partition of this.partitions()) partition.shrinkIsr();
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
    const { environment, fetchers, logger } = this.#options;
    const problem = leadershipProblem(topic, state);
    if (problem !== ErrorCode.NONE) return problem;
    const index = state.partitionIndex;
    if (!state.replicas.includes(environment.brokerId)) return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
    let partition = this.partition(topic, index);
    if (partition !== undefined) {
      if (isOtherTopic(partition.topicId, topicId)) return ErrorCode.INCONSISTENT_TOPIC_ID;
      if (state.leaderEpoch <= partition.leaderEpoch) {
        return this.#assignTopicId(partition, topicId, state.leaderEpoch);
      }
    }
    try {
      partition ??= this.#create(topic, topicId, index, state.isNew);
    } catch (error) {
      if (!(error instanceof LogError || error instanceof DiskError)) throw error;
      logger.error({ err: error, topic, partition: index }, 'partition cannot be opened');
      if (error instanceof DiskError && mayPass(error)) this.#options.onReplicaNotMade();
      else this.#offline.add(`${topic}-${index}`);
      return ErrorCode.KAFKA_STORAGE_ERROR;
    }
    this.#offline.delete(`${topic}-${index}`);
    const wasLeader = partition.isLeader;
    fetchers.remove(partition);
    partition.applyState(state);
    if (!partition.isLeader && partition.leaderId !== NO_LEADER) fetchers.add(partition);
    this.#announce(partition, wasLeader);
    return ErrorCode.NONE;
  }

  /** The same epoch again is no news, but for one thing: a topic that had no id may have been given one. */
  #assignTopicId(partition: Partition, topicId: string, leaderEpoch: number): number {
    const isNews = partition.topicId === ZERO_UUID && topicId !== ZERO_UUID;
    if (leaderEpoch < partition.leaderEpoch || !isNews) return ErrorCode.STALE_CONTROLLER_EPOCH;
    const { logManager, topicConfig } = this.#options;
    const { topic, partition: index } = partition;
    logManager.getOrCreate(topic, index, topicConfig(topic), topicId);
    partition.assignTopicId(topicId);
    this.#topicNamesById.set(topicId, topic);
    return ErrorCode.NONE;
  }

  #announce(partition: Partition, wasLeader: boolean): void {
    for (const listener of this.#leadershipListeners) {
      if (partition.isLeader) listener.onElected(partition);
      else if (wasLeader) listener.onResigned(partition.topic, partition.partition);
    }
  }

  /** Throws DiskError, and LogError KAFKA_STORAGE_ERROR for a replica that is in a failed directory, or may be. */
  #create(topic: string, topicId: string, index: number, isNew: boolean): Partition {
    const { environment, logManager, topicConfig } = this.#options;
    const isHere = logManager.get(topic, index) !== undefined;
    if (!isHere && logManager.hasOfflineDirectory && !isNew) {
      throw new LogError(ErrorCode.KAFKA_STORAGE_ERROR, 'its log directory may have failed');
    }
    const log = logManager.getOrCreate(
      topic,
      index,
      topicConfig(topic),
      topicId === ZERO_UUID ? undefined : topicId,
    );
    const partition = new Partition({
      environment,
      topicId,
      log,
      config: () => topicConfig(topic),
    });
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

  #stopUnlessFenced(
    topic: string,
    index: number,
    leaderEpoch: number,
    deletesData: boolean,
  ): number {
    const known = this.partition(topic, index)?.leaderEpoch ?? NO_EPOCH;
    if (this.isOffline(topic, index)) return ErrorCode.KAFKA_STORAGE_ERROR;
    const isAboveAll = leaderEpoch === EPOCH_DURING_DELETE || leaderEpoch === NO_EPOCH;
    if (!isAboveAll && leaderEpoch < known) return ErrorCode.FENCED_LEADER_EPOCH;
    try {
      this.#stop(topic, index, deletesData);
      return ErrorCode.NONE;
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.#options.logger.error(
        { err: error, topic, partition: index },
        'cannot delete a replica',
      );
      return ErrorCode.KAFKA_STORAGE_ERROR;
    }
  }

  #stop(topic: string, index: number, deletesData: boolean): void {
    const partitions = this.#topics.get(topic);
    const partition = partitions?.get(index);
    if (partition !== undefined) {
      this.#options.fetchers.remove(partition);
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
