/**
 * AllocateProducerIds (key 67, KIP-730): a broker asks the controller for a block of producer ids that nobody else hands out.
 */
import { allocateProducerIdsApi, ErrorCode } from '@zurau/protocol';
import type { AllocateProducerIdsResponseInput } from '@zurau/protocol';
import type { Controller } from '../controller/controller.ts';
import type { Logger } from '../logging.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

export function allocateProducerIdsHandler({
  controller,
  logger,
}: {
  readonly controller: Pick<Controller, 'allocateProducerIds'>;
  readonly logger: Logger;
}): ApiHandler {
  return defineHandler(
    allocateProducerIdsApi,
    { min: 0, max: 0 },
    async ({ brokerId, brokerEpoch }): Promise<AllocateProducerIdsResponseInput> => {
      try {
        const { errorCode, block } = await controller.allocateProducerIds(brokerId, brokerEpoch);
        if (block === undefined) return refusal(errorCode);
        return {
          throttleTimeMs: 0,
          errorCode,
          producerIdStart: block.first,
          producerIdLen: block.last - block.first + 1,
        };
      } catch (error) {
        logger.warn({ brokerId, err: error }, 'no producer ids for a broker');
        return refusal(ErrorCode.UNKNOWN_SERVER_ERROR);
      }
    },
  );
}

function refusal(errorCode: number): AllocateProducerIdsResponseInput {
  return { throttleTimeMs: 0, errorCode, producerIdStart: 0, producerIdLen: 0 };
}
