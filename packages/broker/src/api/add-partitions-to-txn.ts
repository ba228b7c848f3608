/**
 * AddPartitionsToTxn (key 24): a producer opens a transaction, or adds partitions to it (KIP-98). From version 4 on it is what brokers ask each
 * other: several transactions, and whether partitions are part of one rather than to make them so (KIP-890).
 */
import { ErrorCode, addPartitionsToTxnApi } from '@zurau/protocol';
import type {
  AddPartitionsToTxnRequest,
  AddPartitionsToTxnResponseAddPartitionsToTxnTopicResult,
} from '@zurau/protocol';
import { groupByTopic, type TopicPartition } from '../coordinator/transaction/partition-set.ts';
import type { TransactionCoordinator } from '../coordinator/transaction/transaction-coordinator.ts';
import type { MetadataCache } from '../metadata/metadata-cache.ts';
import { fencedAsKnown } from './fenced-producer.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

/** First version whose clients know PRODUCER_FENCED. */
const FENCED_VERSION_MIN = 2;
const BATCHED_VERSION_MIN = 4;

export interface AddPartitionsToTxnDependencies {
  readonly transactions: TransactionCoordinator;
  readonly metadata: MetadataCache;
}

type Transaction = AddPartitionsToTxnRequest['transactions'][number];
type TopicResults = AddPartitionsToTxnResponseAddPartitionsToTxnTopicResult[];

export function addPartitionsToTxnHandler(
  dependencies: AddPartitionsToTxnDependencies,
): ApiHandler {
  return defineHandler(
    addPartitionsToTxnApi,
    { min: 0, max: 5 },
    async (request, { apiVersion }) => {
      if (apiVersion >= BATCHED_VERSION_MIN) {
        const results = request.transactions.map(async (transaction) => ({
          transactionalId: transaction.transactionalId,
          topicResults: await addPartitions(dependencies, transaction, true),
        }));
        return {
          throttleTimeMs: 0,
          errorCode: ErrorCode.NONE,
          resultsByTransaction: await Promise.all(results),
        };
      }
      const transaction: Transaction = {
        transactionalId: request.v3AndBelowTransactionalId,
        producerId: request.v3AndBelowProducerId,
        producerEpoch: request.v3AndBelowProducerEpoch,
        verifyOnly: false,
        topics: request.v3AndBelowTopics,
      };
      return {
        throttleTimeMs: 0,
        resultsByTopicV3AndBelow: await addPartitions(
          dependencies,
          transaction,
          apiVersion >= FENCED_VERSION_MIN,
        ),
      };
    },
  );
}

/** All the partitions, or none of them. */
async function addPartitions(
  { transactions, metadata }: AddPartitionsToTxnDependencies,
  { transactionalId, producerId, producerEpoch, verifyOnly, topics }: Transaction,
  knowsFenced: boolean,
): Promise<TopicResults> {
  const partitions = topics.flatMap(({ name, partitions: indexes }) =>
    indexes.map((partition) => ({ topic: name, partition })),
  );
  const exist = partitions.map(
    ({ topic, partition }) => metadata.partition(topic, partition) !== undefined,
  );
  if (exist.includes(false)) {
    return resultsOf(partitions, (index) =>
      exist[index] === true
        ? ErrorCode.OPERATION_NOT_ATTEMPTED
        : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    );
  }
  const producer = { producerId, producerEpoch };
  if (verifyOnly) {
    const errorCodes = transactions.verify(transactionalId, producer, partitions);
    return resultsOf(partitions, (index) => errorCodes[index] ?? ErrorCode.UNKNOWN_SERVER_ERROR);
  }
  const errorCode = await transactions.addPartitions(transactionalId, producer, partitions);
  return resultsOf(partitions, () => fencedAsKnown(errorCode, knowsFenced));
}

/** By topic, in the order of the request. */
function resultsOf(
  partitions: readonly TopicPartition[],
  errorCodeOf: (index: number) => number,
): TopicResults {
  const indexes = new Map(
    partitions.map(({ topic, partition }, index) => [`${topic}:${partition}`, index]),
  );
  return groupByTopic(partitions).map(([name, asked]) => ({
    name,
    resultsByPartition: asked.map((partitionIndex) => ({
      partitionIndex,
      partitionErrorCode: errorCodeOf(indexes.get(`${name}:${partitionIndex}`)!),
    })),
  }));
}
