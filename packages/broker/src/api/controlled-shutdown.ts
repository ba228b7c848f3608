/**
 * ControlledShutdown (key 7): a broker that wants to stop asks the controller to move away what it leads.
 *
 * The controller's own broker asks without the network: whoever asks in its name is somebody else.
 */
import { controlledShutdownApi, ErrorCode } from '@zurau/protocol';
import type { ControlledShutdownResponseInput } from '@zurau/protocol';
import type { Controller } from '../controller/controller.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

export function controlledShutdownHandler({
  controller,
  ownId,
}: {
  readonly controller: Pick<Controller, 'controlledShutdown'>;
  readonly ownId: number;
}): ApiHandler {
  return defineHandler(
    controlledShutdownApi,
    { min: 0, max: 3 },
    async ({ brokerId, brokerEpoch }): Promise<ControlledShutdownResponseInput> => {
      if (brokerId === ownId) {
        return { errorCode: ErrorCode.CLUSTER_AUTHORIZATION_FAILED, remainingPartitions: [] };
      }
      const { errorCode, remaining } = await controller
        .controlledShutdown(brokerId, brokerEpoch)
        // The controller has logged it, and is none any more.
        .catch(() => ({ errorCode: ErrorCode.NOT_CONTROLLER, remaining: [] }));
      return {
        errorCode,
        remainingPartitions: remaining.map(({ topic, partition }) => ({
          topicName: topic,
          partitionIndex: partition,
        })),
      };
    },
  );
}
