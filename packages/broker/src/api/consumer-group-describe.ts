/**
 * ConsumerGroupDescribe (key 69): state, epochs and members of consumer groups (KIP-848). Of classic groups it knows nothing; those are
 * described by DescribeGroups.
 */
import {
  ErrorCode,
  consumerGroupDescribeApi,
  errorMessage,
  type ConsumerGroupDescribeResponseInput,
} from '@zurau/protocol';
import type { GroupCoordinator } from '../coordinator/group/group-coordinator.ts';
import { ALL_GROUP_OPERATIONS, OPERATIONS_NOT_ASKED_FOR } from './authorized-operations.ts';
import { withFewRepeats } from './few-repeats.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

type DescribedGroup = ConsumerGroupDescribeResponseInput['groups'][number];

/** As the response numbers them (KIP-1099). */
const memberTypes = { classic: 0, consumer: 1 } as const;

export function consumerGroupDescribeHandler({
  groups,
}: {
  readonly groups: GroupCoordinator;
}): ApiHandler {
  return defineHandler(consumerGroupDescribeApi, { min: 0, max: 1 }, (request) => ({
    throttleTimeMs: 0,
    groups: withFewRepeats(request.groupIds).map((groupId) => {
      const described = describe(groups, groupId);
      const wanted = request.includeAuthorizedOperations && described.errorCode === ErrorCode.NONE;
      return {
        ...described,
        authorizedOperations: wanted ? ALL_GROUP_OPERATIONS : OPERATIONS_NOT_ASKED_FOR,
      };
    }),
  }));
}

function describe(groups: GroupCoordinator, groupId: string): DescribedGroup {
  const { errorCode, value: group } =
    groupId === ''
      ? { errorCode: ErrorCode.INVALID_GROUP_ID, value: undefined }
      : groups.describeConsumerGroup(groupId);
  if (group === undefined) {
    return {
      errorCode,
      errorMessage: errorMessage(errorCode),
      groupId,
      groupState: '',
      groupEpoch: 0,
      assignmentEpoch: 0,
      assignorName: '',
      members: [],
    };
  }
  return {
    errorCode: ErrorCode.NONE,
    errorMessage: null,
    groupId,
    groupState: group.state,
    groupEpoch: group.groupEpoch,
    assignmentEpoch: group.assignmentEpoch,
    assignorName: group.assignor,
    members: group.members.map((member) => ({
      memberId: member.memberId,
      instanceId: member.instanceId,
      rackId: member.rackId,
      memberEpoch: member.memberEpoch,
      clientId: member.clientId,
      clientHost: member.clientHost,
      subscribedTopicNames: member.subscribedTopics,
      subscribedTopicRegex: member.subscribedRegex,
      assignment: { topicPartitions: member.assignment },
      targetAssignment: { topicPartitions: member.target },
      memberType: memberTypes[member.type],
    })),
  };
}
