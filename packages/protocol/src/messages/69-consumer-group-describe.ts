// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface ConsumerGroupDescribeRequest {
  groupIds: string[];
  includeAuthorizedOperations: boolean;
}

export interface ConsumerGroupDescribeRequestInput {
  readonly groupIds: readonly string[];
  readonly includeAuthorizedOperations: boolean;
}

function readConsumerGroupDescribeRequest(
  reader: ByteReader,
  _version: number,
): ConsumerGroupDescribeRequest {
  const groupIds: string[] = [];
  const groupIdsLength = reader.compactArrayLength(1);
  for (let index = 0; index < groupIdsLength; index++) groupIds.push(reader.compactString());
  const includeAuthorizedOperations = reader.bool();
  reader.skipTaggedFields();
  return { groupIds, includeAuthorizedOperations };
}

function writeConsumerGroupDescribeRequest(
  writer: ByteWriter,
  message: ConsumerGroupDescribeRequestInput,
  _version: number,
): void {
  const groupIds = message.groupIds;
  writer.compactArrayLength(groupIds.length);
  for (const element of groupIds) {
    writer.compactString(element);
  }
  const includeAuthorizedOperations = message.includeAuthorizedOperations;
  writer.bool(includeAuthorizedOperations);

  writer.noTaggedFields();
}

export interface ConsumerGroupDescribeResponse {
  throttleTimeMs: number;
  groups: ConsumerGroupDescribeResponseDescribedGroup[];
}

export interface ConsumerGroupDescribeResponseInput {
  readonly throttleTimeMs: number;
  readonly groups: readonly ConsumerGroupDescribeResponseDescribedGroupInput[];
}

export interface ConsumerGroupDescribeResponseDescribedGroup {
  errorCode: number;
  /** default null */
  errorMessage: string | null;
  groupId: string;
  groupState: string;
  groupEpoch: number;
  assignmentEpoch: number;
  assignorName: string;
  members: ConsumerGroupDescribeResponseMember[];
  /** default -2147483648 */
  authorizedOperations: number;
}

export interface ConsumerGroupDescribeResponseDescribedGroupInput {
  readonly errorCode: number;
  readonly errorMessage?: string | null | undefined;
  readonly groupId: string;
  readonly groupState: string;
  readonly groupEpoch: number;
  readonly assignmentEpoch: number;
  readonly assignorName: string;
  readonly members: readonly ConsumerGroupDescribeResponseMemberInput[];
  readonly authorizedOperations?: number | undefined;
}

export interface ConsumerGroupDescribeResponseMember {
  memberId: string;
  /** default null */
  instanceId: string | null;
  /** default null */
  rackId: string | null;
  memberEpoch: number;
  clientId: string;
  clientHost: string;
  subscribedTopicNames: string[];
  /** default null */
  subscribedTopicRegex: string | null;
  assignment: ConsumerGroupDescribeResponseAssignment;
  targetAssignment: ConsumerGroupDescribeResponseAssignment;
  /** version 1; default -1 */
  memberType: number;
}

export interface ConsumerGroupDescribeResponseMemberInput {
  readonly memberId: string;
  readonly instanceId?: string | null | undefined;
  readonly rackId?: string | null | undefined;
  readonly memberEpoch: number;
  readonly clientId: string;
  readonly clientHost: string;
  readonly subscribedTopicNames: readonly string[];
  readonly subscribedTopicRegex?: string | null | undefined;
  readonly assignment: ConsumerGroupDescribeResponseAssignmentInput;
  readonly targetAssignment: ConsumerGroupDescribeResponseAssignmentInput;
  readonly memberType?: number | undefined;
}

export interface ConsumerGroupDescribeResponseAssignment {
  topicPartitions: ConsumerGroupDescribeResponseTopicPartitions[];
}

export interface ConsumerGroupDescribeResponseAssignmentInput {
  readonly topicPartitions: readonly ConsumerGroupDescribeResponseTopicPartitionsInput[];
}

export interface ConsumerGroupDescribeResponseTopicPartitions {
  topicId: string;
  topicName: string;
  partitions: number[];
}

export interface ConsumerGroupDescribeResponseTopicPartitionsInput {
  readonly topicId: string;
  readonly topicName: string;
  readonly partitions: readonly number[];
}

function readConsumerGroupDescribeResponse(
  reader: ByteReader,
  version: number,
): ConsumerGroupDescribeResponse {
  const throttleTimeMs = reader.int32();
  const groups: ConsumerGroupDescribeResponseDescribedGroup[] = [];
  const groupsLength = reader.compactArrayLength(20);
  for (let index = 0; index < groupsLength; index++)
    groups.push(readConsumerGroupDescribeResponseDescribedGroup(reader, version));
  reader.skipTaggedFields();
  return { throttleTimeMs, groups };
}

function readConsumerGroupDescribeResponseDescribedGroup(
  reader: ByteReader,
  version: number,
): ConsumerGroupDescribeResponseDescribedGroup {
  const errorCode = reader.int16();
  const errorMessage = reader.compactNullableString();
  const groupId = reader.compactString();
  const groupState = reader.compactString();
  const groupEpoch = reader.int32();
  const assignmentEpoch = reader.int32();
  const assignorName = reader.compactString();
  const members: ConsumerGroupDescribeResponseMember[] = [];
  const membersLength = reader.compactArrayLength(16);
  for (let index = 0; index < membersLength; index++)
    members.push(readConsumerGroupDescribeResponseMember(reader, version));
  const authorizedOperations = reader.int32();
  reader.skipTaggedFields();
  return {
    errorCode,
    errorMessage,
    groupId,
    groupState,
    groupEpoch,
    assignmentEpoch,
    assignorName,
    members,
    authorizedOperations,
  };
}

function readConsumerGroupDescribeResponseMember(
  reader: ByteReader,
  version: number,
): ConsumerGroupDescribeResponseMember {
  const memberId = reader.compactString();
  const instanceId = reader.compactNullableString();
  const rackId = reader.compactNullableString();
  const memberEpoch = reader.int32();
  const clientId = reader.compactString();
  const clientHost = reader.compactString();
  const subscribedTopicNames: string[] = [];
  const subscribedTopicNamesLength = reader.compactArrayLength(1);
  for (let index = 0; index < subscribedTopicNamesLength; index++)
    subscribedTopicNames.push(reader.compactString());
  const subscribedTopicRegex = reader.compactNullableString();
  const assignment = readConsumerGroupDescribeResponseAssignment(reader, version);
  const targetAssignment = readConsumerGroupDescribeResponseAssignment(reader, version);
  const memberType = version === 1 ? reader.int8() : -1;
  reader.skipTaggedFields();
  return {
    memberId,
    instanceId,
    rackId,
    memberEpoch,
    clientId,
    clientHost,
    subscribedTopicNames,
    subscribedTopicRegex,
    assignment,
    targetAssignment,
    memberType,
  };
}

function readConsumerGroupDescribeResponseAssignment(
  reader: ByteReader,
  version: number,
): ConsumerGroupDescribeResponseAssignment {
  const topicPartitions: ConsumerGroupDescribeResponseTopicPartitions[] = [];
  const topicPartitionsLength = reader.compactArrayLength(19);
  for (let index = 0; index < topicPartitionsLength; index++)
    topicPartitions.push(readConsumerGroupDescribeResponseTopicPartitions(reader, version));
  reader.skipTaggedFields();
  return { topicPartitions };
}

function readConsumerGroupDescribeResponseTopicPartitions(
  reader: ByteReader,
  _version: number,
): ConsumerGroupDescribeResponseTopicPartitions {
  const topicId = reader.uuid();
  const topicName = reader.compactString();
  const partitions: number[] = [];
  const partitionsLength = reader.compactArrayLength(4);
  for (let index = 0; index < partitionsLength; index++) partitions.push(reader.int32());
  reader.skipTaggedFields();
  return { topicId, topicName, partitions };
}

function writeConsumerGroupDescribeResponse(
  writer: ByteWriter,
  message: ConsumerGroupDescribeResponseInput,
  version: number,
): void {
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const groups = message.groups;
  writer.compactArrayLength(groups.length);
  for (const element of groups)
    writeConsumerGroupDescribeResponseDescribedGroup(writer, element, version);

  writer.noTaggedFields();
}

function writeConsumerGroupDescribeResponseDescribedGroup(
  writer: ByteWriter,
  message: ConsumerGroupDescribeResponseDescribedGroupInput,
  version: number,
): void {
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const errorMessage = message.errorMessage ?? null;
  writer.compactNullableString(errorMessage);
  const groupId = message.groupId;
  writer.compactString(groupId);
  const groupState = message.groupState;
  writer.compactString(groupState);
  const groupEpoch = message.groupEpoch;
  writer.int32(groupEpoch);
  const assignmentEpoch = message.assignmentEpoch;
  writer.int32(assignmentEpoch);
  const assignorName = message.assignorName;
  writer.compactString(assignorName);
  const members = message.members;
  writer.compactArrayLength(members.length);
  for (const element of members) writeConsumerGroupDescribeResponseMember(writer, element, version);
  const authorizedOperations = message.authorizedOperations ?? -2147483648;
  writer.int32(authorizedOperations);

  writer.noTaggedFields();
}

function writeConsumerGroupDescribeResponseMember(
  writer: ByteWriter,
  message: ConsumerGroupDescribeResponseMemberInput,
  version: number,
): void {
  const memberId = message.memberId;
  writer.compactString(memberId);
  const instanceId = message.instanceId ?? null;
  writer.compactNullableString(instanceId);
  const rackId = message.rackId ?? null;
  writer.compactNullableString(rackId);
  const memberEpoch = message.memberEpoch;
  writer.int32(memberEpoch);
  const clientId = message.clientId;
  writer.compactString(clientId);
  const clientHost = message.clientHost;
  writer.compactString(clientHost);
  const subscribedTopicNames = message.subscribedTopicNames;
  writer.compactArrayLength(subscribedTopicNames.length);
  for (const element of subscribedTopicNames) {
    writer.compactString(element);
  }
  const subscribedTopicRegex = message.subscribedTopicRegex ?? null;
  writer.compactNullableString(subscribedTopicRegex);
  const assignment = message.assignment;
  writeConsumerGroupDescribeResponseAssignment(writer, assignment, version);
  const targetAssignment = message.targetAssignment;
  writeConsumerGroupDescribeResponseAssignment(writer, targetAssignment, version);
  if (version === 1) {
    const memberType = message.memberType ?? -1;
    writer.int8(memberType);
  }

  writer.noTaggedFields();
}

function writeConsumerGroupDescribeResponseAssignment(
  writer: ByteWriter,
  message: ConsumerGroupDescribeResponseAssignmentInput,
  version: number,
): void {
  const topicPartitions = message.topicPartitions;
  writer.compactArrayLength(topicPartitions.length);
  for (const element of topicPartitions)
    writeConsumerGroupDescribeResponseTopicPartitions(writer, element, version);

  writer.noTaggedFields();
}

function writeConsumerGroupDescribeResponseTopicPartitions(
  writer: ByteWriter,
  message: ConsumerGroupDescribeResponseTopicPartitionsInput,
  _version: number,
): void {
  const topicId = message.topicId;
  writer.uuid(topicId);
  const topicName = message.topicName;
  writer.compactString(topicName);
  const partitions = message.partitions;
  writer.compactArrayLength(partitions.length);
  for (const element of partitions) {
    writer.int32(element);
  }

  writer.noTaggedFields();
}

export const consumerGroupDescribeApi: Api<
  ConsumerGroupDescribeRequest,
  ConsumerGroupDescribeRequestInput,
  ConsumerGroupDescribeResponse,
  ConsumerGroupDescribeResponseInput
> = {
  key: 69,
  name: 'ConsumerGroupDescribe',
  request: {
    name: 'ConsumerGroupDescribeRequest',
    minVersion: 0,
    maxVersion: 1,
    flexibleFrom: 0,
    read: readConsumerGroupDescribeRequest,
    write: writeConsumerGroupDescribeRequest,
  },
  response: {
    name: 'ConsumerGroupDescribeResponse',
    minVersion: 0,
    maxVersion: 1,
    flexibleFrom: 0,
    read: readConsumerGroupDescribeResponse,
    write: writeConsumerGroupDescribeResponse,
  },
};
