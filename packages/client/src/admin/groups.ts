/** Consumer groups as their coordinators see them. */
import { describeGroupsApi, ErrorCode, listGroupsApi } from '@zurau/protocol';
import type { Cluster, OperationOptions } from '../cluster/cluster.ts';
import { brokerError, KafkaError } from '../errors.ts';
import { requireSuccess } from './results.ts';

export interface ListedGroup {
  readonly groupId: string;
  readonly protocolType: string;
  /** Empty when the broker is too old to tell. */
  readonly state: string;
  readonly type: string;
}

/** The groups of all brokers. */
export async function listGroups(
  cluster: Cluster,
  options: OperationOptions,
): Promise<ListedGroup[]> {
  return await cluster.retrying('Listing groups', options, async () => {
    await cluster.refresh([], options.signal);
    const groups = new Map<string, ListedGroup>();
    for (const id of cluster.metadata.brokers.keys()) {
      const node = cluster.node(id);
      if (node === undefined) continue;
      const response = await node.request(listGroupsApi, {}, { signal: options.signal });
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
  /** In the encoding of the group's protocol. */
  readonly assignment: Buffer;
}

export interface GroupDescription {
  readonly groupId: string;
  readonly state: string;
  readonly protocolType: string;
  /** The assignor that the group agreed on. */
  readonly protocol: string;
  readonly members: readonly GroupMember[];
}

export async function describeGroup(
  cluster: Cluster,
  groupId: string,
  options: OperationOptions,
): Promise<GroupDescription> {
  return await cluster.retrying(`Describing group ${groupId}`, options, async () => {
    const node = await cluster.coordinator('group', groupId, options.signal);
    try {
      const body = { groups: [groupId] };
      const response = await node.request(describeGroupsApi, body, { signal: options.signal });
      const [group] = response.groups;
      if (group === undefined) throw brokerError(ErrorCode.GROUP_ID_NOT_FOUND, `Group ${groupId}`);
      requireSuccess(`Group ${groupId}`, group);
      return {
        groupId,
        state: group.groupState,
        protocolType: group.protocolType,
        protocol: group.protocolData,
        members: group.members.map((member) => ({
          memberId: member.memberId,
          groupInstanceId: member.groupInstanceId,
          clientId: member.clientId,
          clientHost: member.clientHost,
          assignment: member.memberAssignment,
        })),
      };
    } catch (error) {
      if (error instanceof KafkaError && error.retriable)
        cluster.forgetCoordinator('group', groupId);
      throw error;
    }
  });
}
