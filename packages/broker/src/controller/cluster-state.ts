/**
 * The cluster as the controller knows it: brokers, topics, who leads. A cache of the metadata store, loaded when this broker becomes controller
 * and changed only by its events.
 *
 * Owns: the data and the questions about it. Writes nothing, sends nothing.
 */
import { ZERO_UUID } from '@zurau/protocol';
import type { TopicPartition } from '../metadata/znodes/controller.ts';
import type { PartitionState, TopicRegistration } from '../metadata/znodes/topics.ts';
import { NO_LEADER } from '../metadata/metadata-cache.ts';
import type { BrokerAddress } from './broker-link.ts';

/** A partition's state with the version of its node. */
export interface Leadership extends PartitionState {
  readonly partitionEpoch: number;
}

export interface PartitionEntry {
  readonly topic: string;
  readonly partition: number;
  replicas: readonly number[];
  addingReplicas: readonly number[];
  removingReplicas: readonly number[];
  /** Undefined until the partition had its first leader. */
  leadership: Leadership | undefined;
  /** Brokers that live but lost the directory of this replica. */
  readonly offlineDirs: Set<number>;
}

export interface TopicEntry {
  readonly name: string;
  id: string;
  readonly partitions: Map<number, PartitionEntry>;
}

export class ClusterState {
  readonly brokers: Map<number, BrokerAddress> = new Map();
  readonly shuttingDown: Set<number> = new Set();
  readonly topics: Map<string, TopicEntry> = new Map();
  /** Topics that are on their way out: nobody leads them any more. */
  readonly deleting: Set<string> = new Set();

  /** Lives and means to stay. */
  isAlive(brokerId: number): boolean {
    return this.brokers.has(brokerId) && !this.shuttingDown.has(brokerId);
  }

  isOnline(replica: number, entry: PartitionEntry): boolean {
    return this.isAlive(replica) && !entry.offlineDirs.has(replica);
  }

  /** As `isOnline`, but a broker that is leaving still counts. */
  isPresent(replica: number, entry: PartitionEntry): boolean {
    return this.brokers.has(replica) && !entry.offlineDirs.has(replica);
  }

  hasOnlineLeader(entry: PartitionEntry): boolean {
    const leader = entry.leadership?.leader ?? NO_LEADER;
    return leader !== NO_LEADER && this.isOnline(leader, entry);
  }

  topicId(topic: string): string {
    return this.topics.get(topic)?.id ?? ZERO_UUID;
  }

  *partitions(): Generator<PartitionEntry> {
    for (const topic of this.topics.values()) yield* topic.partitions.values();
  }

  /** Partitions of topics that stay. */
  *livingPartitions(): Generator<PartitionEntry> {
    for (const topic of this.topics.values()) {
      if (!this.deleting.has(topic.name)) yield* topic.partitions.values();
    }
  }

  partition(topic: string, partition: number): PartitionEntry | undefined {
    return this.topics.get(topic)?.partitions.get(partition);
  }

  topicNamesById(): Map<string, string> {
    return new Map([...this.topics.values()].map(({ id, name }) => [id, name]));
  }

  partitionsOn(brokerId: number): PartitionEntry[] {
    return [...this.partitions()].filter((entry) => entry.replicas.includes(brokerId));
  }

  /** Takes over a topic's node: new partitions are added, known ones get its assignment. Returns the new ones. */
  putTopic(name: string, registration: TopicRegistration): PartitionEntry[] {
    let topic = this.topics.get(name);
    if (topic === undefined) {
      topic = { name, id: registration.topicId, partitions: new Map() };
      this.topics.set(name, topic);
    }
    topic.id = registration.topicId;
    const added: PartitionEntry[] = [];
    for (const [partition, replicas] of registration.partitions) {
      const addingReplicas = registration.addingReplicas.get(partition) ?? [];
      const removingReplicas = registration.removingReplicas.get(partition) ?? [];
      const known = topic.partitions.get(partition);
      if (known === undefined) {
        const entry: PartitionEntry = {
          topic: name,
          partition,
          replicas,
          addingReplicas,
          removingReplicas,
          leadership: undefined,
          offlineDirs: new Set(),
        };
        topic.partitions.set(partition, entry);
        added.push(entry);
      } else {
        Object.assign(known, { replicas, addingReplicas, removingReplicas });
      }
    }
    return added;
  }
}

export function placeOf({ topic, partition }: PartitionEntry): TopicPartition {
  return { topic, partition };
}
