/**
 * SyncGroup (key 14): the leader of a classic group hands in the assignment, every member gets its own.
 */
import { ErrorCode, syncGroupApi } from '@zurau/protocol';
import type { GroupCoordinator } from '../coordinator/group/group-coordinator.ts';
import { syncRefusal } from '../coordinator/group/member.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

/** KIP-559: the member states the protocol that it takes the group to follow. */
const PROTOCOL_REQUIRED_VERSION_MIN = 5;

export function syncGroupHandler({ groups }: { readonly groups: GroupCoordinator }): ApiHandler {
  return defineHandler(syncGroupApi, { min: 0, max: 5 }, async (request, context) => {
    const { protocolType, protocolName } = request;
    const statesProtocol = protocolType !== null && protocolName !== null;
    if (context.apiVersion >= PROTOCOL_REQUIRED_VERSION_MIN && !statesProtocol) {
      return syncRefusal(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
    }
    return await groups.sync({
      groupId: request.groupId,
      generationId: request.generationId,
      memberId: request.memberId,
      instanceId: request.groupInstanceId,
      protocolType,
      protocolName,
      // Kept for as long as the generation is: copied out of the request's memory.
      assignments: new Map(
        request.assignments.map(({ memberId, assignment }) => [memberId, Buffer.from(assignment)]),
      ),
    });
  });
}
