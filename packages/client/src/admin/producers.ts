/** Producers that have written to partitions lately, as the leaders remember them (KIP-664). */
import { describeProducersApi } from '@zurau/protocol';
import type { Cluster, OperationOptions } from '../cluster/cluster.ts';
import { partitionName, type TopicPartition } from '../topic-partition.ts';
import { atLeaders, byTopic } from './batched-call.ts';
import { type Outcome, outcomeOf } from './results.ts';

export interface ProducerState {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly lastSequence: number;
  /** Milliseconds since the epoch. */
  readonly lastTimestamp: number;
  /** -1 when it never was in a transaction. */
  readonly coordinatorEpoch: number;
  /** Of the transaction that is open; -1 when none is. */
  readonly currentTransactionStartOffset: number;
}

export interface PartitionProducers extends TopicPartition {
  readonly producers: readonly ProducerState[];
}

/** In the order of the partitions. Rejects with PartialFailure. */
export async function describeProducers(
  cluster: Cluster,
  partitions: readonly TopicPartition[],
  options: OperationOptions,
): Promise<PartitionProducers[]> {
  const about = 'Describing producers';
  return await atLeaders(cluster, about, partitions, options, async (node, asked) => {
    const response = await node.request(
      describeProducersApi,
      {
        topics: byTopic(asked).map(([name, ofTopic]) => ({
          name,
          partitionIndexes: ofTopic.map(({ partition }) => partition),
        })),
      },
      { signal: options.signal },
    );
    return response.topics.flatMap(({ name, partitions: answered }) =>
      answered.map((result): Outcome<PartitionProducers> => {
        const at = { topic: name, partition: result.partitionIndex };
        const producers = result.activeProducers.map(({ currentTxnStartOffset, ...state }) => ({
          ...state,
          currentTransactionStartOffset: currentTxnStartOffset,
        }));
        const of = partitionName(at);
        return outcomeOf(of, `${about} of ${of}`, result, { ...at, producers });
      }),
    );
  });
}
