/**
 * Looks after a cluster: topics, configs, records, groups, replicas, transactions, who may do what.
 *
 * Only the door; each kind of thing has a file of its own beside this one. All methods take a time limit and an AbortSignal, retry what
 * may be retried, and reject with KafkaError. Those that are about several things do what can be done for each, and reject with PartialFailure when some
 * failed: it says which, and holds the results of the others.
 */
import { Cluster, type OperationOptions } from '../cluster/cluster.ts';
import type { OffsetAnswer, OffsetRequestOptions } from '../cluster/list-offsets.ts';
import type { TopicMetadata } from '../cluster/metadata.ts';
import type { Metric } from '../observability/client-metrics.ts';
import type { TopicPartition } from '../topic-partition.ts';
import * as acls from './acls.ts';
import { type AdminConfig, resolveAdminConfig } from './admin-config.ts';
import * as clusterInfo from './cluster-info.ts';
import * as configs from './configs.ts';
import * as delegationTokens from './delegation-tokens.ts';
import * as groupDescriptions from './describe-groups.ts';
import * as elections from './elections.ts';
import * as features from './features.ts';
import * as groupMembers from './group-members.ts';
import * as groupOffsets from './group-offsets.ts';
import * as groups from './groups.ts';
import * as logDirs from './log-dirs.ts';
import * as offsets from './offsets.ts';
import * as producers from './producers.ts';
import * as quotas from './quotas.ts';
import * as reassignments from './reassignments.ts';
import * as records from './records.ts';
import * as scramUsers from './scram-users.ts';
import * as topics from './topics.ts';
import * as transactions from './transactions.ts';

export interface ValidateOnly {
  /** Checks, changes nothing. */
  readonly validateOnly?: boolean;
}

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

  // Topics

  /** Those that can be created are, also when others fail. */
  async createTopics(
    newTopics: readonly topics.NewTopic[],
    options: topics.CreateTopicsOptions = {},
  ): Promise<topics.CreatedTopic[]> {
    return await topics.createTopics(this.#cluster, newTopics, options);
  }

  /** By name or id. */
  async deleteTopics(
    which: readonly topics.TopicRef[],
    options: OperationOptions = {},
  ): Promise<void> {
    await topics.deleteTopics(this.#cluster, which, options);
  }

  /** All of the cluster, by name; internal ones only when asked for. */
  async listTopics(
    options: OperationOptions & { readonly internal?: boolean } = {},
  ): Promise<TopicMetadata[]> {
    return await topics.listTopics(this.#cluster, options);
  }

  /** By name or id; in their order. */
  async describeTopics(
    which: readonly topics.TopicRef[],
    options: topics.DescribeTopicsOptions = {},
  ): Promise<topics.TopicDescription[]> {
    return await topics.describeTopics(this.#cluster, which, options);
  }

  async createPartitions(
    wanted: readonly topics.MorePartitions[],
    options: topics.CreateTopicsOptions = {},
  ): Promise<void> {
    await topics.createPartitions(this.#cluster, wanted, options);
  }

  /** Deletes the records before an offset. */
  async deleteRecords(
    wanted: readonly records.RecordsToDelete[],
    options: OperationOptions = {},
  ): Promise<records.DeletedRecords[]> {
    return await records.deleteRecords(this.#cluster, wanted, options);
  }

  /** Answers in the order of the questions, a partition once; an offset of -1 means that there is no such record. */
  async listOffsets(
    questions: readonly (TopicPartition & { readonly at: offsets.OffsetSpec })[],
    options: OffsetRequestOptions = {},
  ): Promise<OffsetAnswer[]> {
    return await offsets.listOffsets(this.#cluster, questions, options);
  }

  // Configs

  async describeConfigs(
    resources: readonly configs.ConfigResource[],
    options: configs.DescribeConfigsOptions = {},
  ): Promise<configs.ConfigDescription[]> {
    return await configs.describeConfigs(this.#cluster, resources, options);
  }

  /** Changes only what is named (KIP-339). */
  async alterConfigs(
    changes: readonly configs.ConfigChanges[],
    options: OperationOptions & ValidateOnly = {},
  ): Promise<void> {
    await configs.alterConfigs(this.#cluster, changes, options);
  }

  /** What is not named goes back to its default; for brokers before 2.3, which cannot do better. */
  async replaceConfigs(
    replacements: readonly configs.ConfigReplacement[],
    options: OperationOptions & ValidateOnly = {},
  ): Promise<void> {
    await configs.replaceConfigs(this.#cluster, replacements, options);
  }

  /** Resources that have configs of their own; of all types unless some are named. */
  async listConfigResources(
    types: readonly configs.ConfigResourceType[] = [],
    options: OperationOptions = {},
  ): Promise<configs.ConfigResource[]> {
    return await configs.listConfigResources(this.#cluster, types, options);
  }

  // Groups

  async listGroups(options: groups.ListGroupsOptions = {}): Promise<groups.ListedGroup[]> {
    return await groups.listGroups(this.#cluster, options);
  }

  /** Groups of both protocols, in the order of the ids. */
  async describeGroups(
    groupIds: readonly string[],
    options: groupDescriptions.DescribeGroupsOptions = {},
  ): Promise<groupDescriptions.GroupDescription[]> {
    return await groupDescriptions.describeGroups(this.#cluster, groupIds, options);
  }

  /** Removes groups without members, with their offsets. */
  async deleteGroups(groupIds: readonly string[], options: OperationOptions = {}): Promise<void> {
    await groupOffsets.deleteGroups(this.#cluster, groupIds, options);
  }

  /** Puts members out of a classic group. */
  async removeGroupMembers(
    groupId: string,
    members: readonly groupMembers.MemberRef[] | 'all',
    options: groupMembers.RemoveMembersOptions = {},
  ): Promise<void> {
    await groupMembers.removeGroupMembers(this.#cluster, groupId, members, options);
  }

  /** What a group has committed. */
  async fetchGroupOffsets(
    groupId: string,
    options: groupOffsets.FetchGroupOffsetsOptions = {},
  ): Promise<groupOffsets.GroupOffset[]> {
    return await groupOffsets.fetchGroupOffsets(this.#cluster, groupId, options);
  }

  /** What many groups have committed, by group. */
  async fetchOffsetsOfGroups(
    groupIds: readonly string[],
    options: groupOffsets.FetchGroupOffsetsOptions = {},
  ): Promise<Map<string, groupOffsets.GroupOffset[]>> {
    return await groupOffsets.fetchOffsetsOfGroups(this.#cluster, groupIds, options);
  }

  /** The group must have no members; one that does not exist comes to be. */
  async setGroupOffsets(
    groupId: string,
    wanted: readonly groupOffsets.OffsetToSet[],
    options: OperationOptions = {},
  ): Promise<void> {
    await groupOffsets.setGroupOffsets(this.#cluster, groupId, wanted, options);
  }

  /** Forgets what the group has committed for these partitions; none of their topics may be subscribed to by a member. */
  async deleteGroupOffsets(
    groupId: string,
    partitions: readonly TopicPartition[],
    options: OperationOptions = {},
  ): Promise<void> {
    await groupOffsets.deleteGroupOffsets(this.#cluster, groupId, partitions, options);
  }

  // Brokers and replicas

  async describeCluster(
    options: clusterInfo.DescribeClusterOptions = {},
  ): Promise<clusterInfo.ClusterDescription> {
    return await clusterInfo.describeCluster(this.#cluster, options);
  }

  /** Of these brokers, of all by default. */
  async describeLogDirs(
    brokerIds?: readonly number[],
    options: logDirs.DescribeLogDirsOptions = {},
  ): Promise<logDirs.LogDirectoryDescription[]> {
    return await logDirs.describeLogDirs(this.#cluster, brokerIds, options);
  }

  /** Moves replicas to other directories of their brokers. */
  async alterReplicaLogDirs(
    moves: readonly logDirs.ReplicaMove[],
    options: OperationOptions = {},
  ): Promise<void> {
    await logDirs.alterReplicaLogDirs(this.#cluster, moves, options);
  }

  /** Moves replicas to other brokers, or gives up doing so. */
  async alterReassignments(
    wanted: readonly reassignments.Reassignment[],
    options: OperationOptions = {},
  ): Promise<void> {
    await reassignments.alterReassignments(this.#cluster, wanted, options);
  }

  /** Moves that are under way; of all partitions unless some are named. */
  async listReassignments(
    partitions?: readonly TopicPartition[],
    options: OperationOptions = {},
  ): Promise<reassignments.OngoingReassignment[]> {
    return await reassignments.listReassignments(this.#cluster, partitions, options);
  }

  /** Resolves with the partitions whose leader changed. */
  async electLeaders(
    type: elections.ElectionType,
    partitions?: readonly TopicPartition[],
    options: OperationOptions = {},
  ): Promise<TopicPartition[]> {
    return await elections.electLeaders(this.#cluster, type, partitions, options);
  }

  async describeFeatures(options: OperationOptions = {}): Promise<features.FeatureDescription> {
    return await features.describeFeatures(this.#cluster, options);
  }

  async updateFeatures(
    updates: readonly features.FeatureUpdate[],
    options: OperationOptions & ValidateOnly = {},
  ): Promise<void> {
    await features.updateFeatures(this.#cluster, updates, options);
  }

  /** KRaft's metadata quorum. */
  async describeQuorum(options: OperationOptions = {}): Promise<clusterInfo.QuorumDescription> {
    return await clusterInfo.describeQuorum(this.#cluster, options);
  }

  /** Forgets a broker that is gone for good (KRaft). */
  async unregisterBroker(brokerId: number, options: OperationOptions = {}): Promise<void> {
    await clusterInfo.unregisterBroker(this.#cluster, brokerId, options);
  }

  /** Makes a controller a voter of the quorum (KIP-853). */
  async addRaftVoter(
    voter: clusterInfo.RaftVoter & { readonly listeners: readonly clusterInfo.RaftListener[] },
    options: OperationOptions = {},
  ): Promise<void> {
    await clusterInfo.addRaftVoter(this.#cluster, voter, options);
  }

  async removeRaftVoter(
    voter: clusterInfo.RaftVoter,
    options: OperationOptions = {},
  ): Promise<void> {
    await clusterInfo.removeRaftVoter(this.#cluster, voter, options);
  }

  // Producers and transactions

  /** Who has written to these partitions lately. */
  async describeProducers(
    partitions: readonly TopicPartition[],
    options: OperationOptions = {},
  ): Promise<producers.PartitionProducers[]> {
    return await producers.describeProducers(this.#cluster, partitions, options);
  }

  async listTransactions(
    options: transactions.ListTransactionsOptions = {},
  ): Promise<transactions.ListedTransaction[]> {
    return await transactions.listTransactions(this.#cluster, options);
  }

  async describeTransactions(
    transactionalIds: readonly string[],
    options: OperationOptions = {},
  ): Promise<transactions.TransactionDescription[]> {
    return await transactions.describeTransactions(this.#cluster, transactionalIds, options);
  }

  /** Ends one that hangs in a partition, past its coordinator: for transactions that the coordinator has forgotten. */
  async abortTransaction(
    transaction: transactions.HangingTransaction,
    options: OperationOptions = {},
  ): Promise<void> {
    await transactions.abortTransaction(this.#cluster, transaction, options);
  }

  /** Fences the producers of these transactional ids, and aborts what they have open. */
  async fenceProducers(
    transactionalIds: readonly string[],
    options: OperationOptions = {},
  ): Promise<transactions.FencedProducer[]> {
    return await transactions.fenceProducers(this.#cluster, transactionalIds, options);
  }

  // Access

  async createAcls(rules: readonly acls.Acl[], options: OperationOptions = {}): Promise<void> {
    await acls.createAcls(this.#cluster, rules, options);
  }

  /** All of them unless the filter says otherwise. */
  async describeAcls(
    filter: acls.AclFilter = {},
    options: OperationOptions = {},
  ): Promise<acls.Acl[]> {
    return await acls.describeAcls(this.#cluster, filter, options);
  }

  /** Resolves with what was deleted, by filter. */
  async deleteAcls(
    filters: readonly acls.AclFilter[],
    options: OperationOptions = {},
  ): Promise<acls.Acl[][]> {
    return await acls.deleteAcls(this.#cluster, filters, options);
  }

  async describeClientQuotas(
    filter: quotas.QuotaFilter = {},
    options: OperationOptions = {},
  ): Promise<quotas.ClientQuotas[]> {
    return await quotas.describeClientQuotas(this.#cluster, filter, options);
  }

  async alterClientQuotas(
    changes: readonly quotas.QuotaChange[],
    options: OperationOptions & ValidateOnly = {},
  ): Promise<void> {
    await quotas.alterClientQuotas(this.#cluster, changes, options);
  }

  /** Of all users unless some are named. */
  async describeScramCredentials(
    users?: readonly string[],
    options: OperationOptions = {},
  ): Promise<scramUsers.ScramUser[]> {
    return await scramUsers.describeScramCredentials(this.#cluster, users, options);
  }

  async alterScramCredentials(
    changes: readonly scramUsers.ScramChange[],
    options: OperationOptions = {},
  ): Promise<void> {
    await scramUsers.alterScramCredentials(this.#cluster, changes, options);
  }

  async createDelegationToken(
    options: delegationTokens.CreateTokenOptions = {},
  ): Promise<delegationTokens.DelegationToken> {
    return await delegationTokens.createDelegationToken(this.#cluster, options);
  }

  /** Of these owners; by default all that the caller may see. */
  async describeDelegationTokens(
    owners?: readonly string[],
    options: OperationOptions = {},
  ): Promise<(delegationTokens.DelegationToken & { readonly renewers: readonly string[] })[]> {
    return await delegationTokens.describeDelegationTokens(this.#cluster, owners, options);
  }

  /** Resolves with its new end, milliseconds since the epoch. */
  async renewDelegationToken(
    hmac: Uint8Array,
    options: OperationOptions & { readonly renewMs?: number } = {},
  ): Promise<number> {
    return await delegationTokens.renewDelegationToken(this.#cluster, hmac, options);
  }

  /** Now, or after some time. Resolves with its end, milliseconds since the epoch. */
  async expireDelegationToken(
    hmac: Uint8Array,
    options: OperationOptions & { readonly afterMs?: number } = {},
  ): Promise<number> {
    return await delegationTokens.expireDelegationToken(this.#cluster, hmac, options);
  }

  /** Idempotent. What is under way is rejected with `CLIENT_CLOSED`. */
  async close(): Promise<void> {
    await this.#cluster.close();
  }

  /** By which the events of this client are told from those of others; see docs/guides/observability.md. */
  get instanceId(): number {
    return this.#cluster.metrics.instanceId;
  }

  /** What this client has counted so far; see docs/guides/observability.md. */
  metrics(): Metric[] {
    return this.#cluster.metrics.snapshot();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
