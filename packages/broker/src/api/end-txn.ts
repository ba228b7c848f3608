/**
 * EndTxn (key 26): a producer commits or aborts its transaction (KIP-98). The answer says that the outcome is decided; the markers follow.
 *
 * Version 5, with a new epoch for each transaction, belongs to `transaction.version` 2, which brokers in ZooKeeper mode do not have.
 */
import { endTxnApi } from '@zurau/protocol';
import type { TransactionCoordinator } from '../coordinator/transaction/transaction-coordinator.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';
import { fencedAsKnown } from './fenced-producer.ts';

/** First version whose clients know PRODUCER_FENCED. */
const FENCED_VERSION_MIN = 2;

export function endTxnHandler({
  transactions,
}: {
  readonly transactions: TransactionCoordinator;
}): ApiHandler {
  return defineHandler(endTxnApi, { min: 0, max: 4 }, async (request, { apiVersion }) => {
    const { transactionalId, producerId, producerEpoch, committed } = request;
    const errorCode = await transactions.endTransaction(
      transactionalId,
      { producerId, producerEpoch },
      committed,
    );
    return {
      throttleTimeMs: 0,
      errorCode: fencedAsKnown(errorCode, apiVersion >= FENCED_VERSION_MIN),
    };
  });
}
