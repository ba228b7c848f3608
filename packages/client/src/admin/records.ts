/** Records: delete those before an offset. */
import { deleteRecordsApi, ErrorCode } from '@zurau/protocol';
import type { Cluster, OperationOptions } from '../cluster/cluster.ts';
import { brokerError } from '../errors.ts';
import { groupBy } from '../group-by.ts';
import { partitionName, type TopicPartition } from '../topic-partition.ts';

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
  const topics = new Set(wanted.map(({ topic }) => topic));
  return await cluster.retrying('Deleting records', options, async (remainingMs) => {
    await cluster.refresh(topics, options.signal);
    const deleted: DeletedRecords[] = [];
    for (const [node, ofNode] of groupBy(wanted, (of) => cluster.leader(of.topic, of.partition))) {
      const response = await node.request(
        deleteRecordsApi,
        {
          topics: Array.from(
            groupBy(ofNode, ({ topic }) => topic),
            ([name, partitions]) => ({
              name,
              partitions: partitions.map(({ partition, beforeOffset }) => ({
                partitionIndex: partition,
                offset: beforeOffset,
              })),
            }),
          ),
          timeoutMs: Math.min(Math.ceil(remainingMs), cluster.config.requestTimeoutMs),
        },
        { signal: options.signal },
      );
      for (const { name, partitions } of response.topics) {
        for (const { partitionIndex, lowWatermark, errorCode } of partitions) {
          const at = { topic: name, partition: partitionIndex };
          if (errorCode !== ErrorCode.NONE) {
            throw brokerError(errorCode, `Deleting records of ${partitionName(at)}`);
          }
          deleted.push({ ...at, lowWatermark });
        }
      }
    }
    return deleted;
  });
}
