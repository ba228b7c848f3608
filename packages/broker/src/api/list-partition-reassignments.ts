/**
 * ListPartitionReassignments (key 46): partitions on their way to other brokers (KIP-455).
 */
import { ErrorCode, errorMessage, listPartitionReassignmentsApi } from '@zurau/protocol';
import type { Controller } from '../controller/controller.ts';
import { groupByTopic } from '../metadata/group-by-topic.ts';
import { defineHandler, type ApiHandler } from './handler.ts';

export function listPartitionReassignmentsHandler(dependencies: {
  readonly controller: Pick<Controller, 'ongoingReassignments'>;
}): ApiHandler {
  const { controller } = dependencies;
  return defineHandler(listPartitionReassignmentsApi, { min: 0, max: 0 }, async ({ topics }) => {
    const asked = topics?.flatMap(({ name, partitionIndexes }) =>
      partitionIndexes.map((partition) => ({ topic: name, partition })),
    );
    const ongoing = await controller.ongoingReassignments(asked).catch(() => undefined);
    const errorCode = ongoing === undefined ? ErrorCode.NOT_CONTROLLER : ErrorCode.NONE;
    return {
      throttleTimeMs: 0,
      errorCode,
      errorMessage: ongoing === undefined ? errorMessage(errorCode) : '',
      topics: [...groupByTopic(ongoing ?? [])].map(([name, ofTopic]) => ({
        name,
        partitions: ofTopic.map((each) => ({
          partitionIndex: each.partition,
          replicas: [...each.replicas],
          addingReplicas: [...each.addingReplicas],
          removingReplicas: [...each.removingReplicas],
        })),
      })),
    };
  });
}
