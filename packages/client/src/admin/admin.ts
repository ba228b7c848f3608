/**
 * Looks after a cluster: topics, configs, records, groups.
 *
 * Only the door; each kind of thing has a file of its own beside this one. All methods take a time limit and an AbortSignal, retry what
 * may be retried, and reject with KafkaError.
 */
import { Cluster, type OperationOptions } from '../cluster/cluster.ts';
import {
  EARLIEST_TIMESTAMP,
  type IsolationLevel,
  LATEST_TIMESTAMP,
  listOffsets,
  MAX_TIMESTAMP,
  type OffsetAnswer,
} from '../cluster/list-offsets.ts';
import type { TopicMetadata } from '../cluster/metadata.ts';
import type { TopicPartition } from '../topic-partition.ts';
import { type AdminConfig, resolveAdminConfig } from './admin-config.ts';
import * as clusterInfo from './cluster-info.ts';
import * as configs from './configs.ts';
import * as groupOffsets from './group-offsets.ts';
import * as groups from './groups.ts';
import * as records from './records.ts';
import * as topics from './topics.ts';

/** Which offset is asked for: a bound of the log, the record with the largest timestamp, or the first not older than a time. */
export type OffsetSpec = 'beginning' | 'end' | 'max-timestamp' | { readonly timestamp: number };

export class Admin {
  readonly #cluster: Cluster;

  /** Connects when it has to. Throws KafkaError `INVALID_ARGUMENT` for a wrong or unknown setting. */
  constructor(config: AdminConfig) {
    this.#cluster = new Cluster(resolveAdminConfig(config), {
      autoCreateTopics: false,
      usesZstd: false,
    });
  }

  /** Finds out at once whether the cluster can be reached. One try, no retries. */
  async connect(options: OperationOptions = {}): Promise<void> {
    await this.#cluster.connect(options);
  }

  /** Rejects with the first failure; those that could be created are. */
  async createTopics(
    newTopics: readonly topics.NewTopic[],
    options: topics.CreateTopicsOptions = {},
  ): Promise<void> {
    await topics.createTopics(this.#cluster, newTopics, options);
  }

  async deleteTopics(names: readonly string[], options: OperationOptions = {}): Promise<void> {
    await topics.deleteTopics(this.#cluster, names, options);
  }

  async listTopics(
    options: OperationOptions & { readonly internal?: boolean } = {},
  ): Promise<TopicMetadata[]> {
    return await topics.listTopics(this.#cluster, options);
  }

  async describeTopics(
    names: readonly string[],
    options: OperationOptions = {},
  ): Promise<TopicMetadata[]> {
    return await topics.describeTopics(this.#cluster, names, options);
  }

  async createPartitions(
    wanted: readonly topics.MorePartitions[],
    options: topics.CreateTopicsOptions = {},
  ): Promise<void> {
    await topics.createPartitions(this.#cluster, wanted, options);
  }

  async describeConfigs(
    resources: readonly configs.ConfigResource[],
    options: configs.DescribeConfigsOptions = {},
  ): Promise<configs.ConfigDescription[]> {
    return await configs.describeConfigs(this.#cluster, resources, options);
  }

  /** Changes only what is named (KIP-339). */
  async alterConfigs(
    changes: readonly configs.ConfigChanges[],
    options: OperationOptions & { readonly validateOnly?: boolean } = {},
  ): Promise<void> {
    await configs.alterConfigs(this.#cluster, changes, options);
  }

  /** Answers in the order of the partitions; an offset of -1 means that there is no such record. */
  async listOffsets(
    partitions: readonly (TopicPartition & { readonly at: OffsetSpec })[],
    options: OperationOptions & { readonly isolationLevel?: IsolationLevel } = {},
  ): Promise<OffsetAnswer[]> {
    const questions = partitions.map(({ topic, partition, at }) => ({
      topic,
      partition,
      timestamp: timestampOf(at),
    }));
    return await listOffsets(this.#cluster, questions, options);
  }

  async deleteRecords(
    wanted: readonly records.RecordsToDelete[],
    options: OperationOptions = {},
  ): Promise<records.DeletedRecords[]> {
    return await records.deleteRecords(this.#cluster, wanted, options);
  }

  async describeCluster(options: OperationOptions = {}): Promise<clusterInfo.ClusterDescription> {
    return await clusterInfo.describeCluster(this.#cluster, options);
  }

  async describeLogDirs(
    brokerIds?: readonly number[],
    options: OperationOptions = {},
  ): Promise<clusterInfo.LogDirectoryDescription[]> {
    return await clusterInfo.describeLogDirs(this.#cluster, brokerIds, options);
  }

  async listGroups(options: groups.ListGroupsOptions = {}): Promise<groups.ListedGroup[]> {
    return await groups.listGroups(this.#cluster, options);
  }

  async describeGroups(
    groupIds: readonly string[],
    options: OperationOptions = {},
  ): Promise<groups.GroupDescription[]> {
    return await Promise.all(
      groupIds.map((groupId) => groups.describeGroup(this.#cluster, groupId, options)),
    );
  }

  async fetchGroupOffsets(
    groupId: string,
    options: OperationOptions = {},
  ): Promise<groupOffsets.GroupOffset[]> {
    return await groupOffsets.fetchGroupOffsets(this.#cluster, groupId, options);
  }

  /** The group must have no members; one that does not exist comes to be. */
  async setGroupOffsets(
    groupId: string,
    offsets: readonly groupOffsets.OffsetToSet[],
    options: OperationOptions = {},
  ): Promise<void> {
    await groupOffsets.setGroupOffsets(this.#cluster, groupId, offsets, options);
  }

  /** Forgets what the group has committed for these partitions; none of their topics may be subscribed to by a member. */
  async deleteGroupOffsets(
    groupId: string,
    partitions: readonly TopicPartition[],
    options: OperationOptions = {},
  ): Promise<void> {
    await groupOffsets.deleteGroupOffsets(this.#cluster, groupId, partitions, options);
  }

  /** Removes a group without members, with its offsets. */
  async deleteGroup(groupId: string, options: OperationOptions = {}): Promise<void> {
    await groupOffsets.deleteGroup(this.#cluster, groupId, options);
  }

  /** Idempotent. What is under way is rejected with `CLIENT_CLOSED`. */
  async close(): Promise<void> {
    await this.#cluster.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function timestampOf(at: OffsetSpec): number {
  switch (at) {
    case 'beginning':
      return EARLIEST_TIMESTAMP;
    case 'end':
      return LATEST_TIMESTAMP;
    case 'max-timestamp':
      return MAX_TIMESTAMP;
    default:
      return at.timestamp;
  }
}
