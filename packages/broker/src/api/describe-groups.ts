/**
 * DescribeGroups (key 15): state and members of classic groups.
 */
import {
  ErrorCode,
  describeGroupsApi,
  errorMessage,
  type DescribeGroupsResponseInput,
} from '@zurau/protocol';
import type { GroupCoordinator } from '../coordinator/group/group-coordinator.ts';
import { ALL_GROUP_OPERATIONS, OPERATIONS_NOT_ASKED_FOR } from './authorized-operations.ts';
import { withFewRepeats } from './few-repeats.ts';
import type { ApiHandler } from './handler.ts';
import { defineHandler } from './handler.ts';

/** KIP-1043: a group that does not exist is an error; before, it was shown as dead. */
const NOT_FOUND_VERSION_MIN = 6;

export interface DescribeGroupsDependencies {
  readonly groups: GroupCoordinator;
  /** Bit field of the operations that a principal may carry out on a group; all of them where nothing is restricted. */
  readonly authorizedOperations?: (principal: string, groupId: string) => number;
}

type DescribedGroup = DescribeGroupsResponseInput['groups'][number];

export function describeGroupsHandler(dependencies: DescribeGroupsDependencies): ApiHandler {
  const operations = dependencies.authorizedOperations ?? (() => ALL_GROUP_OPERATIONS);
  return defineHandler(describeGroupsApi, { min: 0, max: 6 }, (request, context) => ({
    groups: withFewRepeats(request.groups).map((groupId): DescribedGroup => {
      const described = describe(dependencies.groups, groupId, context.apiVersion);
      const wanted = request.includeAuthorizedOperations && described.errorCode === ErrorCode.NONE;
      const authorizedOperations = wanted
        ? operations(context.principal, groupId)
        : OPERATIONS_NOT_ASKED_FOR;
      return { ...described, authorizedOperations };
    }),
  }));
}

function describe(groups: GroupCoordinator, groupId: string, apiVersion: number): DescribedGroup {
  const { errorCode, value: group } = groups.describe(groupId);
  const empty = { groupId, groupState: '', protocolType: '', protocolData: '', members: [] };
  if (group === undefined) return { ...empty, errorCode };
  if (group.state === 'Dead' && apiVersion >= NOT_FOUND_VERSION_MIN) {
    const notFound = ErrorCode.GROUP_ID_NOT_FOUND;
    return {
      ...empty,
      groupState: group.state,
      errorCode: notFound,
      errorMessage: errorMessage(notFound),
    };
  }
  return {
    errorCode,
    groupId,
    groupState: group.state,
    protocolType: group.protocolType,
    protocolData: group.protocol,
    members: group.members.map((member) => ({
      memberId: member.memberId,
      groupInstanceId: member.instanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      memberMetadata: member.metadata,
      memberAssignment: member.assignment,
    })),
  };
}
