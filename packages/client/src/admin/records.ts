/** Records: delete those before an offset. */
import { deleteRecordsApi } from '@zurau/protocol';
import type { Cluster, OperationOptions } from '../cluster/cluster.ts';
import { partitionName, type TopicPartition } from '../topic-partition.ts';
import { atLeaders, byTopic } from './batched-call.ts';
import { outcomeOf } from './results.ts';

export interface RecordsToDelete extends TopicPartition {
  /** Records with smaller offsets go; -1 stands for the high watermark. */
  readonly beforeOffset: number;
}

export interface DeletedRecords extends TopicPartition {
  /** The smallest offset that is left. */
  readonly lowWatermark: number;
}

/** Deleting twice is harmless, so what may get better is retried. */
export async function deleteRecords(
  cluster: Cluster,
  wanted: readonly RecordsToDelete[],
  options: OperationOptions,
): Promise<DeletedRecords[]> {
  const about = 'Deleting records';
  return await atLeaders(cluster, about, wanted, options, async (node, asked, remainingMs) => {
    const response = await node.request(
      deleteRecordsApi,
      {
        topics: byTopic(asked).map(([name, partitions]) => ({
          name,
          partitions: partitions.map(({ partition, beforeOffset }) => ({
            partitionIndex: partition,
            offset: beforeOffset,
          })),
        })),
        timeoutMs: Math.min(Math.ceil(remainingMs), cluster.config.requestTimeoutMs),
      },
      { signal: options.signal },
    );
    return response.topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, lowWatermark, errorCode }) => {
        const at = { topic: name, partition: partitionIndex };
        const of = partitionName(at);
        return outcomeOf(of, `${about} of ${of}`, { errorCode }, { ...at, lowWatermark });
      }),
    );
  });
}
