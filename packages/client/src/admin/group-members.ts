/** Members put out of their group from outside: static ones that will not come back, or all of them (KIP-345). */
import { leaveGroupApi } from '@zurau/protocol';
import type { Cluster, OperationOptions } from '../cluster/cluster.ts';
import { atCoordinator } from './at-coordinator.ts';
import { describeGroups } from './describe-groups.ts';
import { outcomeOf, requireSuccess, throwFailures } from './results.ts';

/** By `group.instance.id`, or by the id that the coordinator gave. */
export type MemberRef = { readonly groupInstanceId: string } | { readonly memberId: string };

export interface RemoveMembersOptions extends OperationOptions {
  /** Shown in the coordinator's log. */
  readonly reason?: string;
}

const SEVERAL_VERSION_MIN = 3;
const REASON_VERSION_MIN = 5;

/** Of a classic group. Rejects with PartialFailure, whose items are instance or member ids: `UNKNOWN_MEMBER_ID`. */
export async function removeGroupMembers(
  cluster: Cluster,
  groupId: string,
  members: readonly MemberRef[] | 'all',
  options: RemoveMembersOptions,
): Promise<void> {
  const about = `Removing members of group ${groupId}`;
  const wanted = members === 'all' ? await allMembers(cluster, groupId, options) : members;
  if (wanted.length === 0) return;
  const reason = options.reason ?? 'removed by an administrator';
  await atCoordinator(cluster, groupId, about, options, async (node) => {
    const response = await node.request(
      leaveGroupApi,
      (version) => ({
        groupId,
        members: wanted.map((member) => ({
          memberId: 'memberId' in member ? member.memberId : '',
          groupInstanceId: 'groupInstanceId' in member ? member.groupInstanceId : null,
          ...(version >= REASON_VERSION_MIN ? { reason } : {}),
        })),
      }),
      { signal: options.signal, versions: { min: SEVERAL_VERSION_MIN } },
    );
    requireSuccess(about, response);
    throwFailures(
      response.members.map((member) => {
        const name = member.groupInstanceId ?? member.memberId;
        return outcomeOf(name, `Removing ${name} from group ${groupId}`, member);
      }),
    );
  });
}

async function allMembers(
  cluster: Cluster,
  groupId: string,
  options: OperationOptions,
): Promise<MemberRef[]> {
  const [group] = await describeGroups(cluster, [groupId], options);
  return (group?.members ?? []).map(({ memberId, groupInstanceId }) =>
    groupInstanceId === null ? { memberId } : { groupInstanceId },
  );
}
