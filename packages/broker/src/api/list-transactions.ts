/**
 * ListTransactions (key 66): the transactional ids that this broker coordinates (KIP-664), from version 1 on also by how long they are open (KIP-994).
 */
import { listTransactionsApi } from '@zurau/protocol';
import type { TransactionCoordinator } from '../coordinator/transaction/transaction-coordinator.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

export function listTransactionsHandler({
  transactions,
}: {
  readonly transactions: TransactionCoordinator;
}): ApiHandler {
  return defineHandler(listTransactionsApi, { min: 0, max: 1 }, (request) => {
    const { stateFilters, producerIdFilters, durationFilter } = request;
    const listed = transactions.list({
      states: stateFilters,
      producerIds: producerIdFilters,
      durationMs: durationFilter,
    });
    return {
      throttleTimeMs: 0,
      errorCode: listed.errorCode,
      unknownStateFilters: listed.unknownStates,
      transactionStates: listed.transactions.map(({ transactionalId, transaction }) => ({
        transactionalId,
        producerId: transaction.producerId,
        transactionState: transaction.state,
      })),
    };
  });
}
