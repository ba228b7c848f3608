/**
 * AddOffsetsToTxn (key 25): a producer is about to commit a group's offsets within its transaction: the group's partition of `__consumer_offsets`
 * becomes part of it (KIP-98).
 */
import { addOffsetsToTxnApi } from '@zurau/protocol';
import type { GroupCoordinator } from '../coordinator/group/group-coordinator.ts';
import type { TransactionCoordinator } from '../coordinator/transaction/transaction-coordinator.ts';
import { OFFSETS_TOPIC } from '../metadata/internal-topics.ts';
import { fencedAsKnown } from './fenced-producer.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

/** First version whose clients know PRODUCER_FENCED. */
const FENCED_VERSION_MIN = 2;

export function addOffsetsToTxnHandler({
  transactions,
  groups,
}: {
  readonly transactions: TransactionCoordinator;
  readonly groups: GroupCoordinator;
}): ApiHandler {
  return defineHandler(addOffsetsToTxnApi, { min: 0, max: 4 }, async (request, { apiVersion }) => {
    const { transactionalId, producerId, producerEpoch, groupId } = request;
    const errorCode = await transactions.addPartitions(
      transactionalId,
      { producerId, producerEpoch },
      [{ topic: OFFSETS_TOPIC, partition: groups.partitionFor(groupId) }],
    );
    return {
      throttleTimeMs: 0,
      errorCode: fencedAsKnown(errorCode, apiVersion >= FENCED_VERSION_MIN),
    };
  });
}
