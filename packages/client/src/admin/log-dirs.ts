/** Log directories: what is in them, and replicas moved from one to another on the same broker (KIP-113). */
import { alterReplicaLogDirsApi, describeLogDirsApi, ErrorCode } from '@zurau/protocol';
import type { Cluster, OperationOptions } from '../cluster/cluster.ts';
import { brokerError, type KafkaError } from '../errors.ts';
import { groupBy } from '../group-by.ts';
import { partitionName, type TopicPartition } from '../topic-partition.ts';
import { atBrokers, byTopic, unknownBroker } from './batched-call.ts';
import { type Outcome, outcomeOf, requireSuccess, throwFailures } from './results.ts';

export interface LogDirectoryDescription {
  readonly brokerId: number;
  readonly path: string;
  /** Undefined when the directory works. */
  readonly error: KafkaError | undefined;
  /** Of the volume; -1 when the broker does not tell. */
  readonly totalBytes: number;
  readonly usableBytes: number;
  readonly partitions: readonly (TopicPartition & {
    readonly sizeBytes: number;
    readonly offsetLag: number;
    /** A replica that is being moved to this directory. */
    readonly isFuture: boolean;
  })[];
}

export interface DescribeLogDirsOptions extends OperationOptions {
  /** Only these; all by default. */
  readonly partitions?: readonly TopicPartition[];
}

/** Of these brokers, of all by default. */
export async function describeLogDirs(
  cluster: Cluster,
  brokerIds: readonly number[] | undefined,
  options: DescribeLogDirsOptions,
): Promise<LogDirectoryDescription[]> {
  const topics =
    options.partitions === undefined
      ? null
      : byTopic(options.partitions).map(([topic, ofTopic]) => ({
          topic,
          partitions: ofTopic.map(({ partition }) => partition),
        }));
  const about = 'Describing log directories';
  return await atBrokers(cluster, about, brokerIds, options, async (node) => {
    const response = await node.request(
      describeLogDirsApi,
      { topics },
      { signal: options.signal, versions: { min: 1 } },
    );
    requireSuccess(`Log directories of broker ${node.id}`, response);
    return response.results.map((directory) => ({
      brokerId: node.id,
      path: directory.logDir,
      error:
        directory.errorCode === ErrorCode.NONE
          ? undefined
          : brokerError(directory.errorCode, directory.logDir),
      totalBytes: directory.totalBytes,
      usableBytes: directory.usableBytes,
      partitions: directory.topics.flatMap(({ name, partitions }) =>
        partitions.map(({ partitionIndex, partitionSize, offsetLag, isFutureKey }) => ({
          topic: name,
          partition: partitionIndex,
          sizeBytes: partitionSize,
          offsetLag,
          isFuture: isFutureKey,
        })),
      ),
    }));
  });
}

export interface ReplicaMove extends TopicPartition {
  readonly brokerId: number;
  /** As in the broker's `log.dirs`. */
  readonly path: string;
}

/**
 * Moves replicas to other directories of their brokers; resolves when the moves have begun. A replica that does not exist yet will be made there.
 * Rejects with PartialFailure, whose items are named `broker:topic-partition`.
 */
export async function alterReplicaLogDirs(
  cluster: Cluster,
  moves: readonly ReplicaMove[],
  options: OperationOptions,
): Promise<void> {
  const about = 'Moving replicas to other directories';
  const byBroker = groupBy(moves, ({ brokerId }) => brokerId);
  await cluster.retrying(about, options, async () => {
    await cluster.refresh([], options.signal);
    const outcomes = await Promise.all(
      Array.from(byBroker, async ([brokerId, ofBroker]): Promise<Outcome[]> => {
        const node = cluster.node(brokerId);
        if (node === undefined) throw unknownBroker(brokerId);
        const dirs = Array.from(
          groupBy(ofBroker, ({ path }) => path),
          ([path, ofPath]) => ({
            path,
            topics: byTopic(ofPath).map(([name, ofTopic]) => ({
              name,
              partitions: ofTopic.map(({ partition }) => partition),
            })),
          }),
        );
        const response = await node.request(
          alterReplicaLogDirsApi,
          { dirs },
          { signal: options.signal },
        );
        return response.results.flatMap(({ topicName, partitions }) =>
          partitions.map(({ partitionIndex, errorCode }) => {
            const of = partitionName({ topic: topicName, partition: partitionIndex });
            return outcomeOf(`${brokerId}:${of}`, `${about}: ${of}`, { errorCode });
          }),
        );
      }),
    );
    throwFailures(outcomes.flat());
  });
}
