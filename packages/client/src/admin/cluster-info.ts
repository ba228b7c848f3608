/** The cluster as a whole: brokers, controller, log directories. */
import { describeClusterApi, describeLogDirsApi, ErrorCode } from '@zurau/protocol';
import type { Cluster, OperationOptions } from '../cluster/cluster.ts';
import type { BrokerDescription } from '../cluster/metadata.ts';
import { brokerError, type KafkaError } from '../errors.ts';
import type { TopicPartition } from '../topic-partition.ts';
import { requireSuccess } from './results.ts';

export interface ClusterDescription {
  readonly clusterId: string | null;
  /** Broker id, -1 when there is none. */
  readonly controllerId: number;
  readonly brokers: readonly BrokerDescription[];
}

/** Brokers older than 2.8 have no DescribeCluster; Metadata tells the same. */
export async function describeCluster(
  cluster: Cluster,
  options: OperationOptions,
): Promise<ClusterDescription> {
  return await cluster.retrying('Describing the cluster', options, async () => {
    const node = await cluster.anyBroker(options.signal);
    const { versions } = await node.connect(options.signal);
    if (!versions.supports(describeClusterApi)) {
      await cluster.refresh([], options.signal);
      const { clusterId, controllerId, brokers } = cluster.metadata;
      return { clusterId, controllerId, brokers: [...brokers.values()] };
    }
    const response = await node.request(
      describeClusterApi,
      { includeClusterAuthorizedOperations: false },
      { signal: options.signal },
    );
    requireSuccess('Describing the cluster', response);
    const { clusterId, controllerId, brokers } = response;
    return {
      clusterId,
      controllerId,
      brokers: brokers.map(({ brokerId, host, port, rack }) => ({
        id: brokerId,
        host,
        port,
        rack,
      })),
    };
  });
}

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

/** Of these brokers, of all by default. */
export async function describeLogDirs(
  cluster: Cluster,
  brokerIds: readonly number[] | undefined,
  options: OperationOptions,
): Promise<LogDirectoryDescription[]> {
  return await cluster.retrying('Describing log directories', options, async () => {
    await cluster.refresh([], options.signal);
    const directories: LogDirectoryDescription[] = [];
    for (const brokerId of brokerIds ?? cluster.metadata.brokers.keys()) {
      const node = cluster.node(brokerId);
      if (node === undefined)
        throw brokerError(ErrorCode.BROKER_NOT_AVAILABLE, `Broker ${brokerId}`);
      const response = await node.request(
        describeLogDirsApi,
        { topics: null },
        { signal: options.signal, versions: { min: 1 } },
      );
      requireSuccess(`Log directories of broker ${brokerId}`, response);
      for (const { logDir, errorCode, totalBytes, usableBytes, topics } of response.results) {
        directories.push({
          brokerId,
          path: logDir,
          error: errorCode === ErrorCode.NONE ? undefined : brokerError(errorCode, logDir),
          totalBytes,
          usableBytes,
          partitions: topics.flatMap(({ name, partitions }) =>
            partitions.map(({ partitionIndex, partitionSize, offsetLag, isFutureKey }) => ({
              topic: name,
              partition: partitionIndex,
              sizeBytes: partitionSize,
              offsetLag,
              isFuture: isFutureKey,
            })),
          ),
        });
      }
    }
    return directories;
  });
}
