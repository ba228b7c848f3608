/**
 * AlterPartitionReassignments (key 45): moves partitions to other brokers, or cancels that (KIP-455, KIP-860). The answer says that a move was begun, not
 * that it is over.
 */
import { alterPartitionReassignmentsApi, ErrorCode, errorMessage } from '@zurau/protocol';
import type { AlterPartitionReassignmentsResponseInput } from '@zurau/protocol';
import type { Controller } from '../controller/controller.ts';
import type { ReassignmentOutcome, ReassignmentRequest } from '../controller/reassignments.ts';
import { groupByTopic } from '../metadata/group-by-topic.ts';
import { defineHandler, type ApiHandler } from './handler.ts';

export function alterPartitionReassignmentsHandler(dependencies: {
  readonly controller: Pick<Controller, 'reassign'>;
}): ApiHandler {
  const { controller } = dependencies;
  return defineHandler(alterPartitionReassignmentsApi, { min: 0, max: 1 }, async (request) => {
    const { allowReplicationFactorChange } = request;
    const requests = request.topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, replicas }): ReassignmentRequest => ({
        topic: name,
        partition: partitionIndex,
        replicas: replicas ?? undefined,
        allowReplicationFactorChange,
      })),
    );
    // A failure ends the controller's term: it has logged it, and is none any more.
    const outcomes = await controller.reassign(requests).catch(() => undefined);
    const errorCode = outcomes === undefined ? ErrorCode.NOT_CONTROLLER : ErrorCode.NONE;
    return {
      throttleTimeMs: 0,
      allowReplicationFactorChange,
      errorCode,
      errorMessage: outcomes === undefined ? errorMessage(errorCode) : '',
      responses: answersOf(outcomes ?? []),
    };
  });
}

function answersOf(
  outcomes: readonly ReassignmentOutcome[],
): AlterPartitionReassignmentsResponseInput['responses'] {
  return [...groupByTopic(outcomes)].map(([name, ofTopic]) => ({
    name,
    partitions: ofTopic.map((each) => ({
      partitionIndex: each.partition,
      errorCode: each.errorCode,
      errorMessage:
        each.errorCode === ErrorCode.NONE ? null : (each.message ?? errorMessage(each.errorCode)),
    })),
  }));
}
