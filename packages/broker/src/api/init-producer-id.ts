/**
 * InitProducerId (key 22): a producer id for an idempotent producer, or the next epoch of a transactional id, which shuts out whoever produced under it
 * before (KIP-98, KIP-360).
 */
import { ErrorCode, initProducerIdApi, NO_PRODUCER_EPOCH, NO_PRODUCER_ID } from '@zurau/protocol';
import type { InitProducerIdResponseInput } from '@zurau/protocol';
import type {
  ProducerIds,
  TransactionCoordinator,
} from '../coordinator/transaction/transaction-coordinator.ts';
import { fencedAsKnown } from './fenced-producer.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

/** First version whose clients know PRODUCER_FENCED. */
const FENCED_VERSION_MIN = 4;

export function initProducerIdHandler({
  producerIds,
  transactions,
}: {
  readonly producerIds: ProducerIds;
  readonly transactions: TransactionCoordinator;
}): ApiHandler {
  return defineHandler(
    initProducerIdApi,
    { min: 0, max: 5 },
    async (request, { apiVersion }): Promise<InitProducerIdResponseInput> => {
      const { transactionalId, transactionTimeoutMs, producerId, producerEpoch } = request;
      // A producer that has one has both (KIP-360).
      if ((producerId === NO_PRODUCER_ID) !== (producerEpoch === NO_PRODUCER_EPOCH)) {
        return failure(ErrorCode.INVALID_REQUEST);
      }
      if (transactionalId === null) return await idempotentProducer(producerIds);
      const answer = await transactions.initProducerId({
        transactionalId,
        timeoutMs: transactionTimeoutMs,
        expected: producerId === NO_PRODUCER_ID ? undefined : { producerId, producerEpoch },
      });
      const errorCode = fencedAsKnown(answer.errorCode, apiVersion >= FENCED_VERSION_MIN);
      return { ...answer, errorCode };
    },
  );
}

async function idempotentProducer(producerIds: ProducerIds): Promise<InitProducerIdResponseInput> {
  try {
    return { errorCode: ErrorCode.NONE, producerId: await producerIds.next(), producerEpoch: 0 };
  } catch {
    // The client asks again; the store's own log line says what is wrong with it.
    return failure(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
  }
}

function failure(errorCode: number): InitProducerIdResponseInput {
  return { errorCode, producerId: NO_PRODUCER_ID, producerEpoch: NO_PRODUCER_EPOCH };
}
