/**
 * ListGroups (key 16): the groups that this broker coordinates, by state (KIP-518) and type (KIP-848) if asked.
 */
import { listGroupsApi } from '@zurau/protocol';
import type { GroupCoordinator } from '../coordinator/group/group-coordinator.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

export function listGroupsHandler({ groups }: { readonly groups: GroupCoordinator }): ApiHandler {
  return defineHandler(listGroupsApi, { min: 0, max: 5 }, (request) => {
    const states = filterOf(request.statesFilter);
    const types = filterOf(request.typesFilter);
    const { errorCode, groups: all } = groups.list();
    return {
      errorCode,
      groups: all
        .filter(({ state, type }) => states(state) && types(type))
        .map(({ groupId, protocolType, state, type }) => ({
          groupId,
          protocolType,
          groupState: state,
          groupType: type,
        })),
    };
  });
}

/** In any case of letters; an empty filter lets everything through. */
function filterOf(values: readonly string[]): (value: string) => boolean {
  const wanted = new Set(values.map((value) => value.toLowerCase()));
  return (value) => wanted.size === 0 || wanted.has(value.toLowerCase());
}
