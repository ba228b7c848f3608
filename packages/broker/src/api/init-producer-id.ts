/**
 * InitProducerId (key 22): a producer id for an idempotent producer (KIP-98). Ids with a transactional id belong to the transaction coordinator.
 */
import { ErrorCode, initProducerIdApi, NO_PRODUCER_EPOCH, NO_PRODUCER_ID } from '@zurau/protocol';
import type { InitProducerIdResponseInput } from '@zurau/protocol';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

/** Hands out ids that no other producer of the cluster has. Rejects when the metadata store is out of reach. */
export interface ProducerIds {
  next(): Promise<number>;
}

export function initProducerIdHandler({
  producerIds,
}: {
  readonly producerIds: ProducerIds;
}): ApiHandler {
  return defineHandler(
    initProducerIdApi,
    { min: 0, max: 4 },
    async (request): Promise<InitProducerIdResponseInput> => {
      const { transactionalId, producerId, producerEpoch } = request;
      // A producer that has one has both (KIP-360).
      if ((producerId === NO_PRODUCER_ID) !== (producerEpoch === NO_PRODUCER_EPOCH)) {
        return failure(ErrorCode.INVALID_REQUEST);
      }
      if (transactionalId !== null) {
        return failure(
          transactionalId === '' ? ErrorCode.INVALID_REQUEST : ErrorCode.NOT_COORDINATOR,
        );
      }
      try {
        return {
          errorCode: ErrorCode.NONE,
          producerId: await producerIds.next(),
          producerEpoch: 0,
        };
      } catch {
        // The client asks again; the store's own log line says what is wrong with it.
        return failure(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
      }
    },
  );
}

function failure(errorCode: number): InitProducerIdResponseInput {
  return { errorCode, producerId: -1, producerEpoch: -1 };
}
