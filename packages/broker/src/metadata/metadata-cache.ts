/**
 * What this broker knows of the cluster: brokers, topics, leaders. Answers Metadata and tells the replica layer who leads.
 *
 * Owns: the view. It is fed by UpdateMetadata requests of the controller and by nothing else, so every broker shows what the controller decided,
 * in the controller's order. Whether a request is from the current controller is checked by whoever received it.
 */
import { ZERO_UUID, type UpdateMetadataRequest } from '@zurau/protocol';

/** Leader of a partition whose topic is being deleted. */
export const LEADER_DURING_DELETE = -2;
/** No replica can lead. */
export const NO_LEADER = -1;

export interface BrokerMetadata {
  readonly id: number;
  readonly rack: string | null;
  /** By listener name. */
  readonly endpoints: ReadonlyMap<string, { readonly host: string; readonly port: number }>;
}

export interface PartitionMetadata {
  readonly partition: number;
  /** {@link NO_LEADER} when there is none. */
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
  readonly controllerEpoch: number;
  readonly isr: readonly number[];
  readonly replicas: readonly number[];
  readonly offlineReplicas: readonly number[];
}

export interface TopicMetadata {
  readonly name: string;
  /** `ZERO_UUID` when the topic has none. */
  readonly id: string;
  readonly partitions: ReadonlyMap<number, PartitionMetadata>;
}

export interface MetadataChange {
  /** Partitions that went because their topic is being deleted. */
  readonly deletedPartitions: readonly { readonly topic: string; readonly partition: number }[];
  /** Topics with at least one new or changed partition. */
  readonly changedTopics: readonly string[];
}

interface MutableTopic {
  readonly name: string;
  id: string;
  readonly partitions: Map<number, PartitionMetadata>;
}

export class MetadataCache {
  readonly clusterId: string;
  #controllerId = -1;
  #brokers: ReadonlyMap<number, BrokerMetadata> = new Map();
  readonly #topics = new Map<string, MutableTopic>();
  readonly #namesById = new Map<string, string>();
  readonly #listeners = new Set<(change: MetadataChange) => void>();

  constructor(clusterId: string) {
    this.clusterId = clusterId;
  }

  /** Id of the controller, -1 while none is known. */
  get controllerId(): number {
    return this.#controllerId;
  }

  get topicCount(): number {
    return this.#topics.size;
  }

  topic(name: string): TopicMetadata | undefined {
    return this.#topics.get(name);
  }

  topicById(id: string): TopicMetadata | undefined {
    const name = this.#namesById.get(id);
    return name === undefined ? undefined : this.#topics.get(name);
  }

  topicNames(): string[] {
    return [...this.#topics.keys()];
  }

  partition(topic: string, partition: number): PartitionMetadata | undefined {
    return this.#topics.get(topic)?.partitions.get(partition);
  }

  aliveBrokers(): BrokerMetadata[] {
    return [...this.#brokers.values()];
  }

  /** Undefined when the broker is not alive. */
  broker(id: number): BrokerMetadata | undefined {
    return this.#brokers.get(id);
  }

  /** Called after each applied request; returns what takes the listener off again. Listeners must not throw. */
  onChange(listener: (change: MetadataChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Applies a controller's request: brokers are replaced, partitions are merged, those being deleted are taken out. */
  applyUpdateMetadata(request: UpdateMetadataRequest): MetadataChange {
    this.#controllerId = request.controllerId;
    this.#brokers = new Map(request.liveBrokers.map((broker) => [broker.id, brokerOf(broker)]));
    const deletedPartitions: { topic: string; partition: number }[] = [];
    const changedTopics: string[] = [];
    for (const state of request.topicStates) {
      const topic = this.#topicFor(state.topicName, state.topicId);
      for (const partition of state.partitionStates) {
        if (partition.leader === LEADER_DURING_DELETE) {
          topic.partitions.delete(partition.partitionIndex);
          deletedPartitions.push({ topic: topic.name, partition: partition.partitionIndex });
        } else {
          topic.partitions.set(partition.partitionIndex, {
            partition: partition.partitionIndex,
            leader: partition.leader,
            leaderEpoch: partition.leaderEpoch,
            partitionEpoch: partition.zkVersion,
            controllerEpoch: partition.controllerEpoch,
            isr: partition.isr,
            replicas: partition.replicas,
            offlineReplicas: partition.offlineReplicas,
          });
        }
      }
      if (topic.partitions.size === 0) {
        this.#topics.delete(topic.name);
        this.#namesById.delete(topic.id);
      } else {
        changedTopics.push(topic.name);
      }
    }
    const change: MetadataChange = { deletedPartitions, changedTopics };
    for (const listener of [...this.#listeners]) listener(change);
    return change;
  }

  /** The entry of a topic. A name that comes back with another id is another topic: the old one's partitions go. */
  #topicFor(name: string, id: string): MutableTopic {
    let topic = this.#topics.get(name);
    if (topic !== undefined && topic.id !== id && topic.id !== ZERO_UUID && id !== ZERO_UUID) {
      this.#namesById.delete(topic.id);
      topic = undefined;
    }
    if (topic === undefined) {
      topic = { name, id, partitions: new Map() };
      this.#topics.set(name, topic);
    }
    if (id !== ZERO_UUID) {
      topic.id = id;
      this.#namesById.set(id, name);
    }
    return topic;
  }
}

function brokerOf(broker: UpdateMetadataRequest['liveBrokers'][number]): BrokerMetadata {
  return {
    id: broker.id,
    rack: broker.rack,
    endpoints: new Map(
      broker.endpoints.map((endpoint) => [
        endpoint.listener,
        { host: endpoint.host, port: endpoint.port },
      ]),
    ),
  };
}
