/**
 * ConsumerGroupHeartbeat (key 68): everything that a member of a consumer group (KIP-848) says and is told.
 *
 * From version 1 the client makes the member id itself (KIP-1082) and may subscribe by a regular expression.
 */
import { consumerGroupHeartbeatApi, ErrorCode, errorMessage } from '@zurau/protocol';
import { clientHostOf } from '../coordinator/group/client-host.ts';
import type { GroupCoordinator } from '../coordinator/group/group-coordinator.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

const OWN_MEMBER_ID_VERSION_MIN = 1;

export function consumerGroupHeartbeatHandler({
  groups,
}: {
  readonly groups: GroupCoordinator;
}): ApiHandler {
  return defineHandler(
    consumerGroupHeartbeatApi,
    { min: 0, max: 1 },
    async (request, { apiVersion, clientId, clientAddress }) => {
      const answer = await groups.consumerHeartbeat({
        groupId: request.groupId,
        memberId: request.memberId,
        memberEpoch: request.memberEpoch,
        instanceId: request.instanceId,
        rackId: request.rackId,
        clientId: clientId ?? '',
        clientHost: clientHostOf(clientAddress),
        rebalanceTimeoutMs: request.rebalanceTimeoutMs,
        subscribedTopics: request.subscribedTopicNames,
        subscribedRegex: request.subscribedTopicRegex,
        assignor: request.serverAssignor,
        owned: request.topicPartitions,
        bringsMemberId: apiVersion >= OWN_MEMBER_ID_VERSION_MIN,
      });
      const { errorCode, memberId, memberEpoch, heartbeatIntervalMs, assignment } = answer;
      return {
        throttleTimeMs: 0,
        errorCode,
        errorMessage:
          errorCode === ErrorCode.NONE ? null : (answer.errorMessage ?? errorMessage(errorCode)),
        memberId,
        memberEpoch,
        heartbeatIntervalMs,
        assignment: assignment === null ? null : { topicPartitions: assignment },
      };
    },
  );
}
