/**
 * DescribeTransactions (key 65): how transactional ids that this broker coordinates stand (KIP-664).
 */
import { ErrorCode, describeTransactionsApi } from '@zurau/protocol';
import type { DescribeTransactionsResponseTransactionState } from '@zurau/protocol';
import type { TransactionCoordinator } from '../coordinator/transaction/transaction-coordinator.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

export function describeTransactionsHandler({
  transactions,
}: {
  readonly transactions: TransactionCoordinator;
}): ApiHandler {
  return defineHandler(describeTransactionsApi, { min: 0, max: 0 }, (request) => ({
    throttleTimeMs: 0,
    transactionStates: request.transactionalIds.map((id) => describe(transactions, id)),
  }));
}

function describe(
  transactions: TransactionCoordinator,
  transactionalId: string,
): DescribeTransactionsResponseTransactionState {
  const transaction = transactions.describe(transactionalId);
  if (typeof transaction === 'number') {
    return {
      errorCode: transaction,
      transactionalId,
      transactionState: '',
      transactionTimeoutMs: 0,
      transactionStartTimeMs: 0,
      producerId: 0,
      producerEpoch: 0,
      topics: [],
    };
  }
  return {
    errorCode: ErrorCode.NONE,
    transactionalId,
    transactionState: transaction.state,
    transactionTimeoutMs: transaction.timeoutMs,
    transactionStartTimeMs: transaction.startedMs,
    producerId: transaction.producerId,
    producerEpoch: transaction.producerEpoch,
    topics: [...transaction.partitions].map(([topic, partitions]) => ({
      topic,
      partitions: [...partitions],
    })),
  };
}
