/**
 * What the cluster keeps of topics: `/brokers/topics/T`, `…/partitions/P/state`, `/admin/delete_topics/T`.
 *
 * Owns: paths and contents of these nodes, as Apache Kafka 3.9 writes them.
 */
import { ZERO_UUID } from '@zurau/protocol';
import { encodeJson, ZnodeError, ZnodeObject } from './json.ts';

/** Replicas of each partition, in order of preference: the first should lead. */
export type Assignment = ReadonlyMap<number, readonly number[]>;

export interface TopicRegistration {
  /** ZERO_UUID for a topic made by a Kafka older than 2.8. */
  readonly topicId: string;
  readonly partitions: Assignment;
  /** Partitions under reassignment: the replicas that come. Empty otherwise. */
  readonly addingReplicas: Assignment;
  readonly removingReplicas: Assignment;
}

/** Who leads a partition and who is in sync with it. The node's version is the partition epoch. */
export interface PartitionState {
  /** -1 when nobody can. */
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly isr: readonly number[];
  /** Epoch of the controller that wrote it, or that the leader obeyed when it did. */
  readonly controllerEpoch: number;
  /** The leader came out of an unclean election and has not recovered yet. */
  readonly recovering: boolean;
}

/** `/brokers/topics`: parent of one node a topic. */
export const topicsZnode: { readonly path: string } = { path: '/brokers/topics' };

/** `/brokers/topics/T`. Written in version 3 (2 when the topic has no id), read from version 1 on. */
export const topicZnode = {
  path: (topic: string): string => `${topicsZnode.path}/${topic}`,

  encode({ topicId, partitions, addingReplicas, removingReplicas }: TopicRegistration): Buffer {
    return encodeJson({
      ...(topicId === ZERO_UUID ? { version: 2 } : { version: 3, topic_id: topicId }),
      partitions: assignmentJson(partitions),
      adding_replicas: assignmentJson(addingReplicas),
      removing_replicas: assignmentJson(removingReplicas),
    });
  },

  /** Throws ZnodeError. */
  decode(topic: string, data: Buffer): TopicRegistration {
    const json = ZnodeObject.parse(topicZnode.path(topic), data);
    return {
      topicId: json.stringOr('topic_id', ZERO_UUID),
      partitions: assignmentOf(json, 'partitions'),
      addingReplicas: assignmentOf(json, 'adding_replicas'),
      removingReplicas: assignmentOf(json, 'removing_replicas'),
    };
  },
};

/** `/brokers/topics/T/partitions`. */
export const topicPartitionsZnode = {
  path: (topic: string): string => `${topicZnode.path(topic)}/partitions`,
};

/** `/brokers/topics/T/partitions/P`: empty. */
export const partitionZnode = {
  path: (topic: string, partition: number): string =>
    `${topicPartitionsZnode.path(topic)}/${partition}`,
};

/** `/brokers/topics/T/partitions/P/state`, written only against an expected version. */
export const partitionStateZnode = {
  path: (topic: string, partition: number): string =>
    `${partitionZnode.path(topic, partition)}/state`,

  encode(state: PartitionState): Buffer {
    return encodeJson({
      version: 1,
      leader: state.leader,
      leader_epoch: state.leaderEpoch,
      controller_epoch: state.controllerEpoch,
      isr: state.isr,
      ...(state.recovering ? { leader_recovery_state: 1 } : {}),
    });
  },

  /** Throws ZnodeError. */
  decode(topic: string, partition: number, data: Buffer): PartitionState {
    const json = ZnodeObject.parse(partitionStateZnode.path(topic, partition), data);
    return {
      leader: json.int('leader'),
      leaderEpoch: json.int('leader_epoch'),
      isr: json.ints('isr'),
      controllerEpoch: json.int('controller_epoch'),
      recovering: json.intOr('leader_recovery_state', 0) === 1,
    };
  },
};

/** `/admin/delete_topics`: parent of one empty node a topic that someone wants deleted. */
export const deleteTopicsZnode: { readonly path: string } = { path: '/admin/delete_topics' };

export const deleteTopicZnode = {
  path: (topic: string): string => `${deleteTopicsZnode.path}/${topic}`,
};

function assignmentJson(assignment: Assignment): Record<string, readonly number[]> {
  return Object.fromEntries(assignment);
}

function assignmentOf(json: ZnodeObject, name: string): Map<number, number[]> {
  const assignment = new Map<number, number[]>();
  if (!json.has(name)) return assignment;
  const replicas = json.object(name);
  for (const key of replicas.keys()) {
    const partition = Number(key);
    if (!Number.isInteger(partition) || partition < 0) {
      throw new ZnodeError(json.path, `"${key}" is not a partition`);
    }
    assignment.set(partition, replicas.ints(key));
  }
  return assignment;
}
