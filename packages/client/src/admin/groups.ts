/** Consumer groups as their coordinators see them. */
import {
  consumerGroupDescribeApi,
  consumerProtocolAssignment,
  DecodeError,
  decodeVersioned,
  describeGroupsApi,
  ErrorCode,
  listGroupsApi,
} from '@zurau/protocol';
import type { BrokerNode } from '../cluster/broker-node.ts';
import type { Cluster, OperationOptions } from '../cluster/cluster.ts';
import { brokerError, KafkaError } from '../errors.ts';
import type { TopicPartition } from '../topic-partition.ts';
import { atCoordinator } from './at-coordinator.ts';
import { requireSuccess } from './results.ts';

const NO_ASSIGNMENT: Buffer = Buffer.alloc(0);

export interface ListedGroup {
  readonly groupId: string;
  readonly protocolType: string;
  /** Empty when the broker is too old to tell. */
  readonly state: string;
  readonly type: string;
}

export interface ListGroupsOptions extends OperationOptions {
  /** Only groups in one of these states: `Stable`, `Empty`, ... (KIP-518). All when absent or empty. */
  readonly states?: readonly string[];
  /** Only groups of one of these types: `classic`, `consumer` (KIP-848). All when absent or empty. */
  readonly types?: readonly string[];
}

const STATES_VERSION_MIN = 4;
const TYPES_VERSION_MIN = 5;

/** The groups of all brokers. Rejects with `VERSION_MISMATCH` where a broker is too old to filter as asked. */
export async function listGroups(
  cluster: Cluster,
  { states = [], types = [], ...options }: ListGroupsOptions,
): Promise<ListedGroup[]> {
  const body = {
    ...(states.length === 0 ? {} : { statesFilter: [...states] }),
    ...(types.length === 0 ? {} : { typesFilter: [...types] }),
  };
  const min = types.length > 0 ? TYPES_VERSION_MIN : states.length > 0 ? STATES_VERSION_MIN : 0;
  return await cluster.retrying('Listing groups', options, async () => {
    await cluster.refresh([], options.signal);
    const groups = new Map<string, ListedGroup>();
    for (const id of cluster.metadata.brokers.keys()) {
      const node = cluster.node(id);
      if (node === undefined) continue;
      const response = await node.request(listGroupsApi, body, {
        signal: options.signal,
        versions: { min },
      });
      requireSuccess('Listing groups', response);
      for (const { groupId, protocolType, groupState, groupType } of response.groups) {
        groups.set(groupId, { groupId, protocolType, state: groupState, type: groupType });
      }
    }
    return [...groups.values()].sort((a, b) => (a.groupId < b.groupId ? -1 : 1));
  });
}

export interface GroupMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  /** In the encoding of a classic group's protocol; empty in a consumer group. */
  readonly assignment: Buffer;
  /** The assignment of a consumer. */
  readonly partitions: readonly TopicPartition[];
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
}

/** A group of either protocol. Rejects with `GROUP_ID_NOT_FOUND`. */
export async function describeGroup(
  cluster: Cluster,
  groupId: string,
  options: OperationOptions,
): Promise<GroupDescription> {
  const what = `Describing group ${groupId}`;
  return await atCoordinator(cluster, groupId, what, options, async (node) => {
    const classic = await describeClassic(node, groupId, options);
    if (classic !== undefined) return classic;
    const consumer = await describeConsumer(node, groupId, options);
    if (consumer !== undefined) return consumer;
    throw brokerError(ErrorCode.GROUP_ID_NOT_FOUND, `Group ${groupId}`);
  });
}

/** Undefined when there is no such group, or it is of the other protocol. */
async function describeClassic(
  node: BrokerNode,
  groupId: string,
  options: OperationOptions,
): Promise<GroupDescription | undefined> {
  const body = { groups: [groupId] };
  const response = await node.request(describeGroupsApi, body, { signal: options.signal });
  const [group] = response.groups;
  // Until version 6 a group that does not exist was dead.
  if (group === undefined || group.groupState === 'Dead') return undefined;
  if (group.errorCode === ErrorCode.GROUP_ID_NOT_FOUND) return undefined;
  requireSuccess(`Group ${groupId}`, group);
  return {
    groupId,
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
      assignment: member.memberAssignment,
      partitions:
        group.protocolType === 'consumer' ? assignedPartitions(member.memberAssignment) : [],
    })),
  };
}

/** Undefined when there is no such group, or the broker does not know the consumer protocol. */
async function describeConsumer(
  node: BrokerNode,
  groupId: string,
  options: OperationOptions,
): Promise<GroupDescription | undefined> {
  try {
    const body = { groupIds: [groupId], includeAuthorizedOperations: false };
    const response = await node.request(consumerGroupDescribeApi, body, {
      signal: options.signal,
    });
    const [group] = response.groups;
    if (group === undefined || group.errorCode === ErrorCode.GROUP_ID_NOT_FOUND) return undefined;
    requireSuccess(`Group ${groupId}`, group);
    return {
      groupId,
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
        assignment: NO_ASSIGNMENT,
        partitions: member.assignment.topicPartitions.flatMap(({ topicName, partitions }) =>
          partitions.map((partition) => ({ topic: topicName, partition })),
        ),
      })),
    };
  } catch (error) {
    if (error instanceof KafkaError && error.code === 'VERSION_MISMATCH') return undefined;
    throw error;
  }
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
