/**
 * DeleteGroups (key 42): forgets empty groups with all their offsets.
 */
import { deleteGroupsApi } from '@zurau/protocol';
import type { GroupCoordinator } from '../coordinator/group/group-coordinator.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

export function deleteGroupsHandler({ groups }: { readonly groups: GroupCoordinator }): ApiHandler {
  return defineHandler(deleteGroupsApi, { min: 0, max: 2 }, async (request) => ({
    throttleTimeMs: 0,
    results: await Promise.all(
      [...new Set(request.groupsNames)].map(async (groupId) => ({
        groupId,
        errorCode: await groups.delete(groupId),
      })),
    ),
  }));
}
