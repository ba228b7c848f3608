/**
 * JoinGroup (key 11): a member joins a classic group, and waits for the others.
 */
import { joinGroupApi } from '@zurau/protocol';
import { clientHostOf } from '../coordinator/group/client-host.ts';
import type { GroupCoordinator } from '../coordinator/group/group-coordinator.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

/** Before, the session timeout served for both. */
const REBALANCE_TIMEOUT_VERSION_MIN = 1;
/** KIP-394 */
const MEMBER_ID_REQUIRED_VERSION_MIN = 4;
/** Before, "no protocol" was an empty string. */
const NULL_PROTOCOL_VERSION_MIN = 7;
/** KIP-814 */
const SKIP_ASSIGNMENT_VERSION_MIN = 9;

export function joinGroupHandler({ groups }: { readonly groups: GroupCoordinator }): ApiHandler {
  return defineHandler(joinGroupApi, { min: 0, max: 9 }, async (request, context) => {
    const version = context.apiVersion;
    const answer = await groups.join({
      groupId: request.groupId,
      memberId: request.memberId,
      instanceId: request.groupInstanceId,
      clientId: context.clientId ?? '',
      clientHost: clientHostOf(context.clientAddress),
      protocolType: request.protocolType,
      terms: {
        rebalanceTimeoutMs:
          version < REBALANCE_TIMEOUT_VERSION_MIN
            ? request.sessionTimeoutMs
            : request.rebalanceTimeoutMs,
        sessionTimeoutMs: request.sessionTimeoutMs,
        // Kept for as long as the member is: copied out of the request's memory.
        protocols: request.protocols.map(({ name, metadata }) => ({
          name,
          metadata: Buffer.from(metadata),
        })),
      },
      reason: request.reason ?? 'no reason given',
      returnsWithMemberId: version >= MEMBER_ID_REQUIRED_VERSION_MIN,
      canSkipAssignment: version >= SKIP_ASSIGNMENT_VERSION_MIN,
    });
    const protocolName =
      version < NULL_PROTOCOL_VERSION_MIN ? (answer.protocolName ?? '') : answer.protocolName;
    return { ...answer, protocolName };
  });
}
