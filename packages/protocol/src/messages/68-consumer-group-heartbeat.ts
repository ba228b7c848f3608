// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface ConsumerGroupHeartbeatRequest {
  groupId: string;
  memberId: string;
  memberEpoch: number;
  /** default null */
  instanceId: string | null;
  /** default null */
  rackId: string | null;
  /** default -1 */
  rebalanceTimeoutMs: number;
  /** default null */
  subscribedTopicNames: string[] | null;
  /** version 1; default null */
  subscribedTopicRegex: string | null;
  /** default null */
  serverAssignor: string | null;
  /** default null */
  topicPartitions: ConsumerGroupHeartbeatRequestTopicPartitions[] | null;
}

export interface ConsumerGroupHeartbeatRequestInput {
  readonly groupId: string;
  readonly memberId: string;
  readonly memberEpoch: number;
  readonly instanceId?: string | null | undefined;
  readonly rackId?: string | null | undefined;
  readonly rebalanceTimeoutMs?: number | undefined;
  readonly subscribedTopicNames?: readonly string[] | null | undefined;
  readonly subscribedTopicRegex?: string | null | undefined;
  readonly serverAssignor?: string | null | undefined;
  readonly topicPartitions?:
    readonly ConsumerGroupHeartbeatRequestTopicPartitionsInput[] | null | undefined;
}

export interface ConsumerGroupHeartbeatRequestTopicPartitions {
  topicId: string;
  partitions: number[];
}

export interface ConsumerGroupHeartbeatRequestTopicPartitionsInput {
  readonly topicId: string;
  readonly partitions: readonly number[];
}

function readConsumerGroupHeartbeatRequest(
  reader: ByteReader,
  version: number,
): ConsumerGroupHeartbeatRequest {
  const groupId = reader.compactString();
  const memberId = reader.compactString();
  const memberEpoch = reader.int32();
  const instanceId = reader.compactNullableString();
  const rackId = reader.compactNullableString();
  const rebalanceTimeoutMs = reader.int32();
  let subscribedTopicNames: string[] | null = null;
  const subscribedTopicNamesLength = reader.compactNullableArrayLength(1);
  if (subscribedTopicNamesLength >= 0) {
    subscribedTopicNames = [];
    for (let index = 0; index < subscribedTopicNamesLength; index++)
      subscribedTopicNames.push(reader.compactString());
  }
  const subscribedTopicRegex = version === 1 ? reader.compactNullableString() : null;
  const serverAssignor = reader.compactNullableString();
  let topicPartitions: ConsumerGroupHeartbeatRequestTopicPartitions[] | null = null;
  const topicPartitionsLength = reader.compactNullableArrayLength(18);
  if (topicPartitionsLength >= 0) {
    topicPartitions = [];
    for (let index = 0; index < topicPartitionsLength; index++)
      topicPartitions.push(readConsumerGroupHeartbeatRequestTopicPartitions(reader, version));
  }
  reader.skipTaggedFields();
  return {
    groupId,
    memberId,
    memberEpoch,
    instanceId,
    rackId,
    rebalanceTimeoutMs,
    subscribedTopicNames,
    subscribedTopicRegex,
    serverAssignor,
    topicPartitions,
  };
}

function readConsumerGroupHeartbeatRequestTopicPartitions(
  reader: ByteReader,
  _version: number,
): ConsumerGroupHeartbeatRequestTopicPartitions {
  const topicId = reader.uuid();
  const partitions: number[] = [];
  const partitionsLength = reader.compactArrayLength(4);
  for (let index = 0; index < partitionsLength; index++) partitions.push(reader.int32());
  reader.skipTaggedFields();
  return { topicId, partitions };
}

function writeConsumerGroupHeartbeatRequest(
  writer: ByteWriter,
  message: ConsumerGroupHeartbeatRequestInput,
  version: number,
): void {
  const groupId = message.groupId;
  writer.compactString(groupId);
  const memberId = message.memberId;
  writer.compactString(memberId);
  const memberEpoch = message.memberEpoch;
  writer.int32(memberEpoch);
  const instanceId = message.instanceId ?? null;
  writer.compactNullableString(instanceId);
  const rackId = message.rackId ?? null;
  writer.compactNullableString(rackId);
  const rebalanceTimeoutMs = message.rebalanceTimeoutMs ?? -1;
  writer.int32(rebalanceTimeoutMs);
  const subscribedTopicNames = message.subscribedTopicNames ?? null;
  writer.compactArrayLength(subscribedTopicNames === null ? -1 : subscribedTopicNames.length);
  if (subscribedTopicNames !== null) {
    for (const element of subscribedTopicNames) {
      writer.compactString(element);
    }
  }
  const subscribedTopicRegex = message.subscribedTopicRegex ?? null;
  if (version === 1) {
    writer.compactNullableString(subscribedTopicRegex);
  } else if (subscribedTopicRegex !== null) {
    throw new EncodeError(
      `ConsumerGroupHeartbeatRequest.subscribedTopicRegex is not part of version ${version}`,
    );
  }
  const serverAssignor = message.serverAssignor ?? null;
  writer.compactNullableString(serverAssignor);
  const topicPartitions = message.topicPartitions ?? null;
  writer.compactArrayLength(topicPartitions === null ? -1 : topicPartitions.length);
  if (topicPartitions !== null) {
    for (const element of topicPartitions)
      writeConsumerGroupHeartbeatRequestTopicPartitions(writer, element, version);
  }

  writer.noTaggedFields();
}

function writeConsumerGroupHeartbeatRequestTopicPartitions(
  writer: ByteWriter,
  message: ConsumerGroupHeartbeatRequestTopicPartitionsInput,
  _version: number,
): void {
  const topicId = message.topicId;
  writer.uuid(topicId);
  const partitions = message.partitions;
  writer.compactArrayLength(partitions.length);
  for (const element of partitions) {
    writer.int32(element);
  }

  writer.noTaggedFields();
}

export interface ConsumerGroupHeartbeatResponse {
  throttleTimeMs: number;
  errorCode: number;
  /** default null */
  errorMessage: string | null;
  /** default null */
  memberId: string | null;
  memberEpoch: number;
  heartbeatIntervalMs: number;
  /** default null */
  assignment: ConsumerGroupHeartbeatResponseAssignment | null;
}

export interface ConsumerGroupHeartbeatResponseInput {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly errorMessage?: string | null | undefined;
  readonly memberId?: string | null | undefined;
  readonly memberEpoch: number;
  readonly heartbeatIntervalMs: number;
  readonly assignment?: ConsumerGroupHeartbeatResponseAssignmentInput | null | undefined;
}

export interface ConsumerGroupHeartbeatResponseAssignment {
  topicPartitions: ConsumerGroupHeartbeatResponseTopicPartitions[];
}

export interface ConsumerGroupHeartbeatResponseAssignmentInput {
  readonly topicPartitions: readonly ConsumerGroupHeartbeatResponseTopicPartitionsInput[];
}

export interface ConsumerGroupHeartbeatResponseTopicPartitions {
  topicId: string;
  partitions: number[];
}

export interface ConsumerGroupHeartbeatResponseTopicPartitionsInput {
  readonly topicId: string;
  readonly partitions: readonly number[];
}

function readConsumerGroupHeartbeatResponse(
  reader: ByteReader,
  version: number,
): ConsumerGroupHeartbeatResponse {
  const throttleTimeMs = reader.int32();
  const errorCode = reader.int16();
  const errorMessage = reader.compactNullableString();
  const memberId = reader.compactNullableString();
  const memberEpoch = reader.int32();
  const heartbeatIntervalMs = reader.int32();
  const assignment = reader.isPresent()
    ? readConsumerGroupHeartbeatResponseAssignment(reader, version)
    : null;
  reader.skipTaggedFields();
  return {
    throttleTimeMs,
    errorCode,
    errorMessage,
    memberId,
    memberEpoch,
    heartbeatIntervalMs,
    assignment,
  };
}

function readConsumerGroupHeartbeatResponseAssignment(
  reader: ByteReader,
  version: number,
): ConsumerGroupHeartbeatResponseAssignment {
  const topicPartitions: ConsumerGroupHeartbeatResponseTopicPartitions[] = [];
  const topicPartitionsLength = reader.compactArrayLength(18);
  for (let index = 0; index < topicPartitionsLength; index++)
    topicPartitions.push(readConsumerGroupHeartbeatResponseTopicPartitions(reader, version));
  reader.skipTaggedFields();
  return { topicPartitions };
}

function readConsumerGroupHeartbeatResponseTopicPartitions(
  reader: ByteReader,
  _version: number,
): ConsumerGroupHeartbeatResponseTopicPartitions {
  const topicId = reader.uuid();
  const partitions: number[] = [];
  const partitionsLength = reader.compactArrayLength(4);
  for (let index = 0; index < partitionsLength; index++) partitions.push(reader.int32());
  reader.skipTaggedFields();
  return { topicId, partitions };
}

function writeConsumerGroupHeartbeatResponse(
  writer: ByteWriter,
  message: ConsumerGroupHeartbeatResponseInput,
  version: number,
): void {
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const errorMessage = message.errorMessage ?? null;
  writer.compactNullableString(errorMessage);
  const memberId = message.memberId ?? null;
  writer.compactNullableString(memberId);
  const memberEpoch = message.memberEpoch;
  writer.int32(memberEpoch);
  const heartbeatIntervalMs = message.heartbeatIntervalMs;
  writer.int32(heartbeatIntervalMs);
  const assignment = message.assignment ?? null;
  writer.present(assignment !== null);
  if (assignment !== null)
    writeConsumerGroupHeartbeatResponseAssignment(writer, assignment, version);

  writer.noTaggedFields();
}

function writeConsumerGroupHeartbeatResponseAssignment(
  writer: ByteWriter,
  message: ConsumerGroupHeartbeatResponseAssignmentInput,
  version: number,
): void {
  const topicPartitions = message.topicPartitions;
  writer.compactArrayLength(topicPartitions.length);
  for (const element of topicPartitions)
    writeConsumerGroupHeartbeatResponseTopicPartitions(writer, element, version);

  writer.noTaggedFields();
}

function writeConsumerGroupHeartbeatResponseTopicPartitions(
  writer: ByteWriter,
  message: ConsumerGroupHeartbeatResponseTopicPartitionsInput,
  _version: number,
): void {
  const topicId = message.topicId;
  writer.uuid(topicId);
  const partitions = message.partitions;
  writer.compactArrayLength(partitions.length);
  for (const element of partitions) {
    writer.int32(element);
  }

  writer.noTaggedFields();
}

export const consumerGroupHeartbeatApi: Api<
  ConsumerGroupHeartbeatRequest,
  ConsumerGroupHeartbeatRequestInput,
  ConsumerGroupHeartbeatResponse,
  ConsumerGroupHeartbeatResponseInput
> = {
  key: 68,
  name: 'ConsumerGroupHeartbeat',
  request: {
    name: 'ConsumerGroupHeartbeatRequest',
    minVersion: 0,
    maxVersion: 1,
    flexibleFrom: 0,
    read: readConsumerGroupHeartbeatRequest,
    write: writeConsumerGroupHeartbeatRequest,
  },
  response: {
    name: 'ConsumerGroupHeartbeatResponse',
    minVersion: 0,
    maxVersion: 1,
    flexibleFrom: 0,
    read: readConsumerGroupHeartbeatResponse,
    write: writeConsumerGroupHeartbeatResponse,
  },
};
