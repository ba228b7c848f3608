/**
 * AlterPartition (key 56): a leader asks the controller to change the in-sync set of its partitions (KIP-497).
 *
 * The controller's own broker asks without the network: whoever asks in its name is somebody else.
 */
import { alterPartitionApi, ErrorCode } from '@zurau/protocol';
import type { Controller } from '../controller/controller.ts';
import type { AlterationAnswer } from '../controller/isr-alteration.ts';
import { alterationsOf, alterPartitionResponse } from '../inter-broker/alter-partition-wire.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

const NOT_OURS = ErrorCode.CLUSTER_AUTHORIZATION_FAILED;
const NOT_CONTROLLER: AlterationAnswer = { errorCode: ErrorCode.NOT_CONTROLLER, outcomes: [] };

export function alterPartitionHandler({
  controller,
  ownId,
}: {
  readonly controller: Pick<Controller, 'alterPartitions'>;
  readonly ownId: number;
}): ApiHandler {
  return defineHandler(alterPartitionApi, { min: 0, max: 3 }, async (request, { apiVersion }) => {
    const { brokerId, brokerEpoch } = request;
    if (brokerId === ownId) return alterPartitionResponse(brokerId, NOT_OURS, [], apiVersion);
    const { errorCode, outcomes } = await controller
      .alterPartitions(brokerId, brokerEpoch, alterationsOf(request, apiVersion))
      // The controller has logged it, and is none any more.
      .catch(() => NOT_CONTROLLER);
    return alterPartitionResponse(brokerId, errorCode, outcomes, apiVersion);
  });
}
