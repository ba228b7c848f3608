/**
 * DescribeProducers (key 61): the idempotent producers that a partition remembers (KIP-664).
 */
import { ErrorCode, describeProducersApi, errorMessage } from '@zurau/protocol';
import type { DescribeProducersResponseInput } from '@zurau/protocol';
import { topicNameProblem } from '../metadata/topic-names.ts';
import type { PartitionFinder } from '../replica/local-partition.ts';
import { withFewRepeats } from './few-repeats.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

export function describeProducersHandler({
  finder,
}: {
  readonly finder: PartitionFinder;
}): ApiHandler {
  return defineHandler(
    describeProducersApi,
    { min: 0, max: 0 },
    (request): DescribeProducersResponseInput => ({
      throttleTimeMs: 0,
      topics: request.topics.map(({ name, partitionIndexes }) => ({
        name,
        partitions: withFewRepeats(partitionIndexes).map((partitionIndex) => {
          const partition =
            topicNameProblem(name) === undefined
              ? finder.leader(name, partitionIndex, -1)
              : ErrorCode.INVALID_TOPIC_EXCEPTION;
          if (typeof partition === 'number') {
            return {
              partitionIndex,
              errorCode: partition,
              errorMessage: errorMessage(partition),
              activeProducers: [],
            };
          }
          return {
            partitionIndex,
            errorCode: ErrorCode.NONE,
            errorMessage: null,
            activeProducers: Array.from(partition.log.activeProducers(), (producer) => ({
              producerId: producer.producerId,
              producerEpoch: producer.epoch,
              lastSequence: producer.lastSequence,
              lastTimestamp: producer.lastTimestamp,
              coordinatorEpoch: producer.coordinatorEpoch,
              currentTxnStartOffset: producer.transactionFirstOffset,
            })),
          };
        }),
      })),
    }),
  );
}
