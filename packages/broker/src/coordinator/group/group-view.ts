/** Groups as ListGroups and DescribeGroups show them. */
import type { ClassicGroup } from './classic-group.ts';
import type { GroupState } from './group-state.ts';
import { NOTHING } from './member.ts';

export interface GroupOverview {
  readonly groupId: string;
  readonly protocolType: string;
  readonly state: GroupState;
  readonly type: 'classic';
}

export interface GroupDescription {
  readonly groupId: string;
  readonly state: GroupState;
  readonly protocolType: string;
  /** Empty unless the group is stable, as are the members' metadata and assignments. */
  readonly protocol: string;
  readonly members: readonly {
    readonly memberId: string;
    readonly instanceId: string | null;
    readonly clientId: string;
    readonly clientHost: string;
    readonly metadata: Buffer;
    readonly assignment: Buffer;
  }[];
}

export function overviewOf(group: ClassicGroup): GroupOverview {
  return {
    groupId: group.id,
    protocolType: group.protocolType ?? '',
    state: group.state,
    type: 'classic',
  };
}

/** What Kafka shows of a group that does not exist. */
export function describeMissing(groupId: string): GroupDescription {
  return { groupId, state: 'Dead', protocolType: '', protocol: '', members: [] };
}

export function describe(group: ClassicGroup): GroupDescription {
  const protocol = group.is('Stable') ? group.protocolName : null;
  return {
    groupId: group.id,
    state: group.state,
    protocolType: group.protocolType ?? '',
    protocol: protocol ?? '',
    members: [...group.members].map((member) => ({
      memberId: member.id,
      instanceId: member.instanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      metadata: protocol === null ? NOTHING : member.metadata(protocol),
      assignment: protocol === null ? NOTHING : member.assignment,
    })),
  };
}
