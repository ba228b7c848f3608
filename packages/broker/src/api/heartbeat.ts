/**
 * Heartbeat (key 12): a member of a classic group is alive, and learns of rebalances.
 */
import { heartbeatApi } from '@zurau/protocol';
import type { GroupCoordinator } from '../coordinator/group/group-coordinator.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

export function heartbeatHandler({ groups }: { readonly groups: GroupCoordinator }): ApiHandler {
  return defineHandler(heartbeatApi, { min: 0, max: 4 }, async (request) => ({
    errorCode: await groups.heartbeat({
      groupId: request.groupId,
      generationId: request.generationId,
      memberId: request.memberId,
      instanceId: request.groupInstanceId,
    }),
  }));
}
