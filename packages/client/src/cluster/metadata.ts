/**
 * What the client knows of the cluster: brokers, topics, leaders. Filled from Metadata responses, read synchronously.
 *
 * Must never go back in time: a response of a broker that lags behind may name an older leader epoch than is known already, and is
 * not believed for that partition (KIP-320), unless the topic was created anew under the same name (KIP-516).
 */
import { ErrorCode, type MetadataResponse, ZERO_UUID } from '@zurau/protocol';
import type { BrokerAddress } from '../network/address.ts';

export interface BrokerDescription extends BrokerAddress {
  readonly id: number;
  readonly rack: string | null;
}

export interface PartitionMetadata {
  readonly partition: number;
  /** Broker id, or -1 while there is none. */
  readonly leader: number;
  /** -1 when the broker is too old to tell. */
  readonly leaderEpoch: number;
  readonly replicas: readonly number[];
  readonly inSyncReplicas: readonly number[];
  readonly offlineReplicas: readonly number[];
}

export interface TopicMetadata {
  readonly name: string;
  /** Kafka's text form of the id; ZERO_UUID when the broker is too old to tell. */
  readonly id: string;
  readonly internal: boolean;
  /** The index is the partition's number; there are no holes. */
  readonly partitions: readonly PartitionMetadata[];
}

/** A topic as the client remembers it. */
export interface KnownTopic extends TopicMetadata {
  /** Monotonic time of the response that this came from. */
  readonly updatedMs: number;
}

/** A topic of which one partition in so many is told, or all but so many, is believed. */
const HOLES_EACH_MAX = 16;
const HOLES_MAX = 1_024;

/** Programs that see more topics come and go than this do not depend on the epochs of the first. */
const FORMER_TOPICS_MAX = 1_000;

export class ClusterMetadata {
  clusterId: string | null = null;
  controllerId = -1;
  readonly brokers: Map<number, BrokerDescription> = new Map();
  readonly #topics: Map<string, KnownTopic> = new Map();
  /**
   * What was known of topics before a broker said that there is no such topic. It may have been one that just started and knows of
   * nothing; after that, too, an older leader epoch is not believed.
   */
  readonly #former: Map<string, KnownTopic> = new Map();
  /** Why the last response that was to tell of a topic did not: a Kafka error code. */
  readonly #errors: Map<string, number> = new Map();

  topic(name: string): KnownTopic | undefined {
    return this.#topics.get(name);
  }

  topics(): Iterable<KnownTopic> {
    return this.#topics.values();
  }

  /** NONE when the topic is known, or was never asked for. */
  topicError(name: string): number {
    return this.#errors.get(name) ?? ErrorCode.NONE;
  }

  partition(topic: string, partition: number): PartitionMetadata | undefined {
    return this.#topics.get(topic)?.partitions[partition];
  }

  /** Takes over a response. `nowMs` is monotonic; `complete` when it was asked for all topics: the others are gone. */
  apply(response: MetadataResponse, nowMs: number, complete = false): void {
    this.clusterId = response.clusterId ?? this.clusterId;
    this.controllerId = response.controllerId;
    this.brokers.clear();
    for (const { nodeId, host, port, rack } of response.brokers) {
      this.brokers.set(nodeId, { id: nodeId, host, port, rack: rack ?? null });
    }
    if (complete) {
      const named = new Set(response.topics.map(({ name }) => name));
      for (const name of this.#topics.keys()) if (!named.has(name)) this.#topics.delete(name);
    }
    for (const topic of response.topics) {
      if (topic.name === null) continue;
      if (topic.errorCode !== ErrorCode.NONE) {
        this.#errors.set(topic.name, topic.errorCode);
        if (topic.errorCode === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) {
          this.#forget(topic.name);
        }
        continue;
      }
      this.#errors.delete(topic.name);
      const known = this.#topics.get(topic.name) ?? this.#former.get(topic.name);
      this.#topics.set(topic.name, merge(known, topic, nowMs));
      this.#former.delete(topic.name);
    }
  }

  /** A broker said who leads a partition now (KIP-951). False when that is not newer than what is known. */
  moveLeader(topic: string, partition: number, leader: number, leaderEpoch: number): boolean {
    const known = this.#topics.get(topic);
    const before = known?.partitions[partition];
    if (known === undefined || before === undefined || before.leaderEpoch >= leaderEpoch) {
      return false;
    }
    const partitions = known.partitions.with(partition, { ...before, leader, leaderEpoch });
    this.#topics.set(topic, { ...known, partitions });
    return true;
  }

  #forget(name: string): void {
    const topic = this.#topics.get(name);
    if (topic === undefined) return;
    this.#topics.delete(name);
    this.#former.set(name, topic);
    if (this.#former.size <= FORMER_TOPICS_MAX) return;
    for (const oldest of this.#former.keys()) {
      this.#former.delete(oldest);
      break;
    }
  }
}

function merge(
  known: KnownTopic | undefined,
  topic: MetadataResponse['topics'][number],
  nowMs: number,
): KnownTopic {
  const id = topic.topicId ?? ZERO_UUID;
  const comparable = known !== undefined && known.id === id;
  const partitions: PartitionMetadata[] = [];
  const bound = partitionBound(topic.partitions.length);
  for (const entry of topic.partitions) {
    // There is room for holes, not for whatever number somebody sends.
    if (entry.partitionIndex < 0 || entry.partitionIndex >= bound) continue;
    const old = comparable ? known.partitions[entry.partitionIndex] : undefined;
    partitions[entry.partitionIndex] =
      old !== undefined && entry.leaderEpoch >= 0 && entry.leaderEpoch < old.leaderEpoch
        ? old
        : {
            partition: entry.partitionIndex,
            leader: entry.leaderId,
            leaderEpoch: entry.leaderEpoch,
            replicas: entry.replicaNodes,
            inSyncReplicas: entry.isrNodes,
            offlineReplicas: entry.offlineReplicas,
          };
  }
  for (let index = 0; index < partitions.length; index += 1) {
    partitions[index] ??= unknownPartition(index);
  }
  return { name: topic.name ?? '', id, internal: topic.isInternal, partitions, updatedMs: nowMs };
}

/** Partitions are numbered from 0 on. A broker that has not heard of all of them yet tells of some. */
function partitionBound(toldCount: number): number {
  return HOLES_MAX + HOLES_EACH_MAX * toldCount;
}

function unknownPartition(partition: number): PartitionMetadata {
  return {
    partition,
    leader: -1,
    leaderEpoch: -1,
    replicas: [],
    inSyncReplicas: [],
    offlineReplicas: [],
  };
}
