/** Groups as KafkaJS describes them: the bytes of members as they are. A group that does not exist is dead. */
import type { Admin } from '../admin/admin.ts';
import type { GroupDescription as EngineGroup } from '../admin/describe-groups.ts';
import { PartialFailure } from '../admin/results.ts';
import type { OperationOptions } from '../cluster/cluster.ts';
import type { ConsumerGroupState, GroupDescription } from './consumer-types.ts';

/** Rejects with the engine's errors. */
export async function describeGroups(
  admin: Admin,
  groupIds: readonly string[],
  options: OperationOptions,
): Promise<GroupDescription[]> {
  const known = await existing(admin, groupIds, options);
  return groupIds.map((groupId) => {
    const group = known.get(groupId);
    return group === undefined ? deadGroup(groupId) : described(group);
  });
}

async function existing(
  admin: Admin,
  groupIds: readonly string[],
  options: OperationOptions,
): Promise<Map<string, EngineGroup>> {
  try {
    const groups = await admin.describeGroups(groupIds, options);
    return new Map(groups.map((group) => [group.groupId, group]));
  } catch (error) {
    if (!(error instanceof PartialFailure)) throw error;
    const other = [...error.failures.values()].find(({ code }) => code !== 'GROUP_ID_NOT_FOUND');
    if (other !== undefined) throw other;
    return error.results as Map<string, EngineGroup>;
  }
}

function described(group: EngineGroup): GroupDescription {
  return {
    ...NO_ERROR,
    groupId: group.groupId,
    members: group.members.map(({ memberId, clientId, clientHost, metadata, assignment }) => ({
      ...{ memberId, clientId, clientHost },
      memberMetadata: metadata,
      memberAssignment: assignment,
    })),
    protocol: group.protocol,
    protocolType: group.protocolType,
    state: group.state as ConsumerGroupState,
  };
}

function deadGroup(groupId: string): GroupDescription {
  const nothing = { protocol: '', protocolType: '', members: [] };
  return { ...NO_ERROR, groupId, ...nothing, state: 'Dead' };
}

/** In KafkaJS's answers, though not in its types. */
const NO_ERROR = { errorCode: 0 };
