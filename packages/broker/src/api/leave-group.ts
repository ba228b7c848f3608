/**
 * LeaveGroup (key 13): members leave a classic group; an administrator may take out several at once (KIP-345).
 */
import { ErrorCode, leaveGroupApi, type LeaveGroupResponseInput } from '@zurau/protocol';
import type { GroupCoordinator } from '../coordinator/group/group-coordinator.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

const SEVERAL_MEMBERS_VERSION_MIN = 3;

export function leaveGroupHandler({ groups }: { readonly groups: GroupCoordinator }): ApiHandler {
  return defineHandler(
    leaveGroupApi,
    { min: 0, max: 5 },
    async (request, context): Promise<LeaveGroupResponseInput> => {
      const several = context.apiVersion >= SEVERAL_MEMBERS_VERSION_MIN;
      const leaving = several
        ? request.members
        : [{ memberId: request.memberId, groupInstanceId: null, reason: null }];
      const { errorCode, value } = await groups.leave(
        request.groupId,
        leaving.map(({ memberId, groupInstanceId, reason }) => ({
          memberId,
          instanceId: groupInstanceId,
          reason: reason ?? 'no reason given',
        })),
      );
      if (value === undefined) return { errorCode };
      if (!several) return { errorCode: value[0] ?? ErrorCode.UNKNOWN_MEMBER_ID };
      return {
        errorCode: ErrorCode.NONE,
        members: leaving.map(({ memberId, groupInstanceId }, index) => ({
          memberId,
          groupInstanceId,
          errorCode: value[index] ?? ErrorCode.UNKNOWN_MEMBER_ID,
        })),
      };
    },
  );
}
