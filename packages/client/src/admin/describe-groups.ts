/** Groups of both protocols as their coordinators see them. */
import {
  consumerGroupDescribeApi,
  type ConsumerGroupDescribeResponse,
  consumerProtocolAssignment,
  DecodeError,
  decodeVersioned,
  describeGroupsApi,
  type DescribeGroupsResponse,
  ErrorCode,
} from '@zurau/protocol';
import type { BrokerNode } from '../cluster/broker-node.ts';
import type { Cluster, OperationOptions } from '../cluster/cluster.ts';
import { brokerError } from '../errors.ts';
import type { TopicPartition } from '../topic-partition.ts';
import { type AclOperation, authorizedOperations } from './acl-operations.ts';
import { atCoordinators } from './batched-call.ts';
import { type Outcome, outcomeOf } from './results.ts';

const NO_BYTES: Buffer = Buffer.alloc(0);

export interface GroupMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  /** What the member told the leader, and what it was given, in the encoding of a classic group's protocol; empty in a consumer group. */
  readonly metadata: Buffer;
  readonly assignment: Buffer;
  /** The assignment of a consumer. */
  readonly partitions: readonly TopicPartition[];
  /** What a member of a consumer group (KIP-848) is besides; undefined in a classic group. */
  readonly consumer?: ConsumerMember;
}

export interface ConsumerMember {
  readonly epoch: number;
  readonly rackId: string | null;
  readonly subscribedTopics: readonly string[];
  readonly subscribedRegex: string | null;
  /** What it is to have when the rebalance is over. */
  readonly targetPartitions: readonly TopicPartition[];
}

/** The broker that looks after a group. */
export interface GroupCoordinatorNode {
  readonly id: number;
  readonly host: string;
  readonly port: number;
}

export interface GroupDescription {
  readonly groupId: string;
  readonly coordinator: GroupCoordinatorNode;
  /** Which protocol its members speak with the coordinator; `consumer` is that of KIP-848. */
  readonly type: 'classic' | 'consumer';
  readonly state: string;
  readonly protocolType: string;
  /** The assignor that the group goes by. */
  readonly protocol: string;
  readonly members: readonly GroupMember[];
  /** What the caller may do to the group; undefined unless asked for. */
  readonly authorizedOperations?: readonly AclOperation[] | undefined;
}

export interface DescribeGroupsOptions extends OperationOptions {
  readonly includeAuthorizedOperations?: boolean;
}

const AUTHORIZED_OPERATIONS_VERSION_MIN = 3;

/** In the order of the ids. Rejects with PartialFailure: `GROUP_ID_NOT_FOUND`. */
export async function describeGroups(
  cluster: Cluster,
  groupIds: readonly string[],
  options: DescribeGroupsOptions,
): Promise<GroupDescription[]> {
  const about = 'Describing groups';
  return await atCoordinators(cluster, 'group', about, groupIds, options, async (node, asked) => {
    const outcomes = await describeClassic(node, asked, options);
    const unknown = outcomes.flatMap(({ name, error }) =>
      error?.errorCode === ErrorCode.GROUP_ID_NOT_FOUND ? [name] : [],
    );
    const { versions } = await node.connect(options.signal);
    if (unknown.length === 0 || !versions.supports(consumerGroupDescribeApi)) return outcomes;
    const consumers = (await describeConsumer(node, unknown, options)).map((outcome) =>
      // Announced, but switched off: so there is no such group.
      outcome.error?.errorCode === ErrorCode.UNSUPPORTED_VERSION
        ? (outcomes.find(({ name }) => name === outcome.name) ?? outcome)
        : outcome,
    );
    return [...outcomes.filter(({ name }) => !unknown.includes(name)), ...consumers];
  });
}

/** A group that does not exist, or is of the other protocol, fails with GROUP_ID_NOT_FOUND. */
async function describeClassic(
  node: BrokerNode,
  groupIds: readonly string[],
  options: DescribeGroupsOptions,
): Promise<Outcome<GroupDescription>[]> {
  const asksOperations = options.includeAuthorizedOperations ?? false;
  const response = await node.request(
    describeGroupsApi,
    {
      groups: [...groupIds],
      ...(asksOperations ? { includeAuthorizedOperations: true } : {}),
    },
    {
      signal: options.signal,
      versions: asksOperations ? { min: AUTHORIZED_OPERATIONS_VERSION_MIN } : {},
    },
  );
  return response.groups.map((group) => {
    const name = group.groupId;
    // Until version 6 a group that does not exist was dead.
    if (group.errorCode === ErrorCode.NONE && group.groupState === 'Dead') {
      return { name, error: brokerError(ErrorCode.GROUP_ID_NOT_FOUND, `Group ${name}`) };
    }
    const operations = authorizedOperations(group.authorizedOperations);
    return outcomeOf(name, `Group ${name}`, group, {
      ...classicGroup(node, group),
      ...(asksOperations ? { authorizedOperations: operations } : {}),
    });
  });
}

function classicGroup(
  node: BrokerNode,
  group: DescribeGroupsResponse['groups'][number],
): GroupDescription {
  return {
    groupId: group.groupId,
    coordinator: { id: node.id, ...node.address },
    type: 'classic',
    state: group.groupState,
    protocolType: group.protocolType,
    protocol: group.protocolData,
    members: group.members.map((member) => ({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      metadata: member.memberMetadata,
      assignment: member.memberAssignment,
      partitions:
        group.protocolType === 'consumer' ? assignedPartitions(member.memberAssignment) : [],
    })),
  };
}

async function describeConsumer(
  node: BrokerNode,
  groupIds: readonly string[],
  options: DescribeGroupsOptions,
): Promise<Outcome<GroupDescription>[]> {
  const asksOperations = options.includeAuthorizedOperations ?? false;
  const response = await node.request(
    consumerGroupDescribeApi,
    { groupIds, includeAuthorizedOperations: asksOperations },
    { signal: options.signal },
  );
  return response.groups.map((group) => {
    const operations = authorizedOperations(group.authorizedOperations);
    return outcomeOf(group.groupId, `Group ${group.groupId}`, group, {
      ...consumerGroup(node, group),
      ...(asksOperations ? { authorizedOperations: operations } : {}),
    });
  });
}

function consumerGroup(
  node: BrokerNode,
  group: ConsumerGroupDescribeResponse['groups'][number],
): GroupDescription {
  return {
    groupId: group.groupId,
    coordinator: { id: node.id, ...node.address },
    type: 'consumer',
    state: group.groupState,
    protocolType: 'consumer',
    protocol: group.assignorName,
    members: group.members.map((member) => ({
      memberId: member.memberId,
      groupInstanceId: member.instanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      metadata: NO_BYTES,
      assignment: NO_BYTES,
      partitions: partitionsOf(member.assignment),
      consumer: {
        epoch: member.memberEpoch,
        rackId: member.rackId,
        subscribedTopics: member.subscribedTopicNames,
        subscribedRegex: member.subscribedTopicRegex,
        targetPartitions: partitionsOf(member.targetAssignment),
      },
    })),
  };
}

function partitionsOf({
  topicPartitions,
}: {
  readonly topicPartitions: readonly {
    readonly topicName: string;
    readonly partitions: readonly number[];
  }[];
}): TopicPartition[] {
  return topicPartitions.flatMap(({ topicName, partitions }) =>
    partitions.map((partition) => ({ topic: topicName, partition })),
  );
}

/** Nothing when it is not in the consumers' format. */
function assignedPartitions(assignment: Buffer): TopicPartition[] {
  if (assignment.length === 0) return [];
  try {
    const decoded = decodeVersioned(consumerProtocolAssignment, assignment, {
      newerAsNewest: true,
    });
    return decoded.assignedPartitions.flatMap(({ topic, partitions }) =>
      partitions.map((partition) => ({ topic, partition })),
    );
  } catch (error) {
    if (error instanceof DecodeError) return [];
    throw error;
  }
}
