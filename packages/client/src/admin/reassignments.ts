/** Moves replicas between brokers (KIP-455). */
import { alterPartitionReassignmentsApi, listPartitionReassignmentsApi } from '@zurau/protocol';
import type { Cluster, OperationOptions } from '../cluster/cluster.ts';
import { partitionName, type TopicPartition } from '../topic-partition.ts';
import { byTopic } from './batched-call.ts';
import { callController } from './controller-call.ts';
import { outcomeOf, requireSuccess, throwFailures } from './results.ts';

export interface Reassignment extends TopicPartition {
  /** Broker ids, the preferred leader first; null gives up a move that is under way. */
  readonly replicas: readonly number[] | null;
}

/** A move that is under way. */
export interface OngoingReassignment extends TopicPartition {
  /** All that hold the partition now, or will. */
  readonly replicas: readonly number[];
  readonly addingReplicas: readonly number[];
  readonly removingReplicas: readonly number[];
}

/** Resolves when the moves have begun. Rejects with PartialFailure: `NO_REASSIGNMENT_IN_PROGRESS`, `INVALID_REPLICA_ASSIGNMENT`, ... */
export async function alterReassignments(
  cluster: Cluster,
  wanted: readonly Reassignment[],
  options: OperationOptions,
): Promise<void> {
  const about = 'Reassigning partitions';
  await callController(cluster, about, options, async ({ controller, timeoutMs }) => {
    const response = await controller.request(
      alterPartitionReassignmentsApi,
      {
        timeoutMs,
        topics: byTopic(wanted).map(([name, partitions]) => ({
          name,
          partitions: partitions.map(({ partition, replicas }) => ({
            partitionIndex: partition,
            replicas,
          })),
        })),
      },
      { signal: options.signal },
    );
    requireSuccess(about, response);
    throwFailures(
      response.responses.flatMap(({ name, partitions }) =>
        partitions.map((result) => {
          const of = partitionName({ topic: name, partition: result.partitionIndex });
          return outcomeOf(of, `Reassigning ${of}`, result);
        }),
      ),
    );
  });
}

/** Of these partitions, of all by default. */
export async function listReassignments(
  cluster: Cluster,
  partitions: readonly TopicPartition[] | undefined,
  options: OperationOptions,
): Promise<OngoingReassignment[]> {
  const about = 'Listing reassignments';
  const repeatable = { ...options, repeatable: true };
  return await callController(cluster, about, repeatable, async ({ controller, timeoutMs }) => {
    const topics =
      partitions === undefined
        ? null
        : byTopic(partitions).map(([name, ofTopic]) => ({
            name,
            partitionIndexes: ofTopic.map(({ partition }) => partition),
          }));
    const response = await controller.request(
      listPartitionReassignmentsApi,
      { timeoutMs, topics },
      { signal: options.signal },
    );
    requireSuccess(about, response);
    return response.topics.flatMap(({ name, partitions: ongoing }) =>
      ongoing.map(({ partitionIndex, replicas, addingReplicas, removingReplicas }) => ({
        topic: name,
        partition: partitionIndex,
        replicas,
        addingReplicas,
        removingReplicas,
      })),
    );
  });
}
