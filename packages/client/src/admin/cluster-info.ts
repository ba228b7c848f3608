/** The cluster as a whole: brokers, controller, and in KRaft mode the quorum behind them. */
import {
  addRaftVoterApi,
  describeClusterApi,
  describeQuorumApi,
  removeRaftVoterApi,
  unregisterBrokerApi,
} from '@zurau/protocol';
import type { Cluster, OperationOptions } from '../cluster/cluster.ts';
import type { BrokerDescription } from '../cluster/metadata.ts';
import { clientError } from '../errors.ts';
import { type AclOperation, authorizedOperations } from './acl-operations.ts';
import { requireSuccess } from './results.ts';

export interface ClusterDescription {
  readonly clusterId: string | null;
  /** Broker id, -1 when there is none. */
  readonly controllerId: number;
  readonly brokers: readonly BrokerDescription[];
  /** What the caller may do to the cluster; undefined unless asked for. */
  readonly authorizedOperations?: readonly AclOperation[] | undefined;
}

export interface DescribeClusterOptions extends OperationOptions {
  readonly includeAuthorizedOperations?: boolean;
}

/** Brokers older than 2.8 have no DescribeCluster; Metadata tells the same. */
export async function describeCluster(
  cluster: Cluster,
  options: DescribeClusterOptions,
): Promise<ClusterDescription> {
  const asks = options.includeAuthorizedOperations ?? false;
  return await cluster.retrying('Describing the cluster', options, async () => {
    const node = await cluster.anyBroker(options.signal);
    const { versions } = await node.connect(options.signal);
    if (!asks && !versions.supports(describeClusterApi)) {
      await cluster.refresh([], options.signal);
      const { clusterId, controllerId, brokers } = cluster.metadata;
      return { clusterId, controllerId, brokers: [...brokers.values()] };
    }
    const response = await node.request(
      describeClusterApi,
      { includeClusterAuthorizedOperations: asks },
      { signal: options.signal },
    );
    requireSuccess('Describing the cluster', response);
    const { clusterId, controllerId, brokers, clusterAuthorizedOperations } = response;
    return {
      clusterId,
      controllerId,
      brokers: brokers.map(({ brokerId, host, port, rack }) => ({
        id: brokerId,
        host,
        port,
        rack,
      })),
      ...(asks ? { authorizedOperations: authorizedOperations(clusterAuthorizedOperations) } : {}),
    };
  });
}

export interface QuorumReplica {
  readonly id: number;
  readonly logEndOffset: number;
  /** Milliseconds since the epoch; -1 when unknown. */
  readonly lastFetchTimestamp: number;
  readonly lastCaughtUpTimestamp: number;
}

/** KRaft's metadata quorum (KIP-595). */
export interface QuorumDescription {
  readonly leaderId: number;
  readonly leaderEpoch: number;
  readonly highWatermark: number;
  readonly voters: readonly QuorumReplica[];
  readonly observers: readonly QuorumReplica[];
}

/** Rejects with `VERSION_MISMATCH` where metadata are in ZooKeeper. */
export async function describeQuorum(
  cluster: Cluster,
  options: OperationOptions,
): Promise<QuorumDescription> {
  const about = 'Describing the metadata quorum';
  return await cluster.retrying(about, options, async () => {
    const node = await cluster.anyBroker(options.signal);
    const response = await node.request(
      describeQuorumApi,
      { topics: [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }] },
      { signal: options.signal },
    );
    requireSuccess(about, response);
    const partition = response.topics[0]?.partitions[0];
    if (partition === undefined) throw clientError('PROTOCOL_VIOLATION', `${about}: no answer.`);
    requireSuccess(about, partition);
    const { leaderId, leaderEpoch, highWatermark, currentVoters, observers } = partition;
    return {
      leaderId,
      leaderEpoch,
      highWatermark,
      voters: currentVoters.map(replicaOf),
      observers: observers.map(replicaOf),
    };
  });
}

function replicaOf({
  replicaId,
  logEndOffset,
  lastFetchTimestamp,
  lastCaughtUpTimestamp,
}: {
  readonly replicaId: number;
  readonly logEndOffset: number;
  readonly lastFetchTimestamp: number;
  readonly lastCaughtUpTimestamp: number;
}): QuorumReplica {
  return { id: replicaId, logEndOffset, lastFetchTimestamp, lastCaughtUpTimestamp };
}

/** Forgets a broker that is gone for good (KRaft). */
export async function unregisterBroker(
  cluster: Cluster,
  brokerId: number,
  options: OperationOptions,
): Promise<void> {
  const about = `Unregistering broker ${brokerId}`;
  await cluster.retrying(about, options, async () => {
    const node = await cluster.anyBroker(options.signal);
    const body = { brokerId };
    requireSuccess(
      about,
      await node.request(unregisterBrokerApi, body, { signal: options.signal }),
    );
  });
}

/** A controller of the quorum (KIP-853). */
export interface RaftVoter {
  readonly id: number;
  /** Kafka's text form of the uuid in its `meta.properties`. */
  readonly directoryId: string;
}

export interface RaftListener {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** Makes an observer a voter of the quorum. */
export async function addRaftVoter(
  cluster: Cluster,
  voter: RaftVoter & { readonly listeners: readonly RaftListener[] },
  options: OperationOptions,
): Promise<void> {
  const about = `Adding controller ${voter.id} to the quorum`;
  await cluster.retrying(about, options, async (remainingMs) => {
    const node = await cluster.anyBroker(options.signal);
    const body = {
      clusterId: null,
      timeoutMs: Math.ceil(Math.min(remainingMs, cluster.config.requestTimeoutMs)),
      voterId: voter.id,
      voterDirectoryId: voter.directoryId,
      listeners: voter.listeners,
    };
    requireSuccess(about, await node.request(addRaftVoterApi, body, { signal: options.signal }));
  });
}

export async function removeRaftVoter(
  cluster: Cluster,
  voter: RaftVoter,
  options: OperationOptions,
): Promise<void> {
  const about = `Removing controller ${voter.id} from the quorum`;
  await cluster.retrying(about, options, async () => {
    const node = await cluster.anyBroker(options.signal);
    const body = { clusterId: null, voterId: voter.id, voterDirectoryId: voter.directoryId };
    requireSuccess(about, await node.request(removeRaftVoterApi, body, { signal: options.signal }));
  });
}
