/** Which groups there are. */
import { listGroupsApi } from '@zurau/protocol';
import type { Cluster, OperationOptions } from '../cluster/cluster.ts';
import { atBrokers } from './batched-call.ts';
import { requireSuccess } from './results.ts';

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
  const about = 'Listing groups';
  const listed = await atBrokers(cluster, about, undefined, options, async (node) => {
    const response = await node.request(listGroupsApi, body, {
      signal: options.signal,
      versions: { min },
    });
    requireSuccess(about, response);
    return response.groups;
  });
  const groups = new Map<string, ListedGroup>();
  for (const { groupId, protocolType, groupState, groupType } of listed) {
    groups.set(groupId, { groupId, protocolType, state: groupState, type: groupType });
  }
  return [...groups.values()].sort((a, b) => (a.groupId < b.groupId ? -1 : 1));
}
