/**
 * What tools before Kafka 2.4 ask of the controller by writing nodes: `/admin/reassign_partitions`, `/admin/preferred_replica_election`.
 *
 * Owns: paths and contents of these nodes, as Apache Kafka 3.9 writes them. The controller removes a node when it is done with it.
 */
import type { TopicPartition } from './controller.ts';
import { encodeJson, ZnodeObject } from './json.ts';

export interface RequestedReassignment extends TopicPartition {
  readonly replicas: readonly number[];
}

/** `/admin/reassign_partitions`: partitions and the brokers that they shall be on. */
export const reassignPartitionsZnode = {
  path: '/admin/reassign_partitions',
  encode: (requests: readonly RequestedReassignment[]): Buffer =>
    encodeJson({
      version: 1,
      partitions: requests.map(({ topic, partition, replicas }) => ({
        topic,
        partition,
        replicas,
      })),
    }),
  /** Throws ZnodeError. */
  decode: (data: Buffer): RequestedReassignment[] =>
    ZnodeObject.parse('/admin/reassign_partitions', data)
      .objects('partitions')
      .map((each) => ({
        topic: each.string('topic'),
        partition: each.int('partition'),
        replicas: each.ints('replicas'),
      })),
};

/** `/admin/preferred_replica_election`: partitions that their first replica shall lead. */
export const preferredElectionZnode = {
  path: '/admin/preferred_replica_election',
  encode: (partitions: readonly TopicPartition[]): Buffer =>
    encodeJson({
      version: 1,
      partitions: partitions.map(({ topic, partition }) => ({ topic, partition })),
    }),
  /** Throws ZnodeError. */
  decode: (data: Buffer): TopicPartition[] =>
    ZnodeObject.parse('/admin/preferred_replica_election', data)
      .objects('partitions')
      .map((each) => ({ topic: each.string('topic'), partition: each.int('partition') })),
};
