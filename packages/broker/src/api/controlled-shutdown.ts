/**
 * ControlledShutdown (key 7): a broker that wants to stop asks the controller to move away what it leads.
 */
import { controlledShutdownApi, ErrorCode } from '@zurau/protocol';
import type { ControlledShutdownResponseInput } from '@zurau/protocol';
import type { Controller } from '../controller/controller.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

export function controlledShutdownHandler({
  controller,
}: {
  readonly controller: Pick<Controller, 'controlledShutdown'>;
}): ApiHandler {
  return defineHandler(
    controlledShutdownApi,
    { min: 0, max: 3 },
    async ({ brokerId, brokerEpoch }): Promise<ControlledShutdownResponseInput> => {
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
