/**
 * AlterPartition (key 56): a leader asks the controller to change the in-sync set of its partitions (KIP-497).
 */
import { alterPartitionApi, ErrorCode } from '@zurau/protocol';
import type { Controller } from '../controller/controller.ts';
import type { AlterationAnswer } from '../controller/isr-alteration.ts';
import { alterationsOf, alterPartitionResponse } from '../inter-broker/alter-partition-wire.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

const NOT_CONTROLLER: AlterationAnswer = { errorCode: ErrorCode.NOT_CONTROLLER, outcomes: [] };

export function alterPartitionHandler({
  controller,
}: {
  readonly controller: Pick<Controller, 'alterPartitions'>;
}): ApiHandler {
  return defineHandler(alterPartitionApi, { min: 0, max: 3 }, async (request, { apiVersion }) => {
    const { brokerId, brokerEpoch } = request;
    const { errorCode, outcomes } = await controller
      .alterPartitions(brokerId, brokerEpoch, alterationsOf(request, apiVersion))
      // The controller has logged it, and is none any more.
      .catch(() => NOT_CONTROLLER);
    return alterPartitionResponse(brokerId, errorCode, outcomes, apiVersion);
  });
}
