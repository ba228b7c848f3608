// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { MessageCodec } from '../message-codec.ts';

export interface ConsumerGroupCurrentMemberAssignmentKey {
  groupId: string;
  memberId: string;
}

export interface ConsumerGroupCurrentMemberAssignmentKeyInput {
  readonly groupId: string;
  readonly memberId: string;
}

function readConsumerGroupCurrentMemberAssignmentKey(
  reader: ByteReader,
  _version: number,
): ConsumerGroupCurrentMemberAssignmentKey {
  const groupId = reader.string();
  const memberId = reader.string();

  return { groupId, memberId };
}

function writeConsumerGroupCurrentMemberAssignmentKey(
  writer: ByteWriter,
  message: ConsumerGroupCurrentMemberAssignmentKeyInput,
  _version: number,
): void {
  const groupId = message.groupId;
  writer.string(groupId);
  const memberId = message.memberId;
  writer.string(memberId);
}

export const consumerGroupCurrentMemberAssignmentKey: MessageCodec<
  ConsumerGroupCurrentMemberAssignmentKey,
  ConsumerGroupCurrentMemberAssignmentKeyInput
> = {
  name: 'ConsumerGroupCurrentMemberAssignmentKey',
  minVersion: 8,
  maxVersion: 8,
  flexibleFrom: Infinity,
  read: readConsumerGroupCurrentMemberAssignmentKey,
  write: writeConsumerGroupCurrentMemberAssignmentKey,
};

export interface ConsumerGroupCurrentMemberAssignmentValue {
  memberEpoch: number;
  previousMemberEpoch: number;
  state: number;
  assignedPartitions: ConsumerGroupCurrentMemberAssignmentValueTopicPartitions[];
  partitionsPendingRevocation: ConsumerGroupCurrentMemberAssignmentValueTopicPartitions[];
}

export interface ConsumerGroupCurrentMemberAssignmentValueInput {
  readonly memberEpoch: number;
  readonly previousMemberEpoch: number;
  readonly state: number;
  readonly assignedPartitions: readonly ConsumerGroupCurrentMemberAssignmentValueTopicPartitionsInput[];
  readonly partitionsPendingRevocation: readonly ConsumerGroupCurrentMemberAssignmentValueTopicPartitionsInput[];
}

export interface ConsumerGroupCurrentMemberAssignmentValueTopicPartitions {
  topicId: string;
  partitions: number[];
}

export interface ConsumerGroupCurrentMemberAssignmentValueTopicPartitionsInput {
  readonly topicId: string;
  readonly partitions: readonly number[];
}

function readConsumerGroupCurrentMemberAssignmentValue(
  reader: ByteReader,
  version: number,
): ConsumerGroupCurrentMemberAssignmentValue {
  const memberEpoch = reader.int32();
  const previousMemberEpoch = reader.int32();
  const state = reader.int8();
  const assignedPartitions: ConsumerGroupCurrentMemberAssignmentValueTopicPartitions[] = [];
  const assignedPartitionsLength = reader.compactArrayLength(18);
  for (let index = 0; index < assignedPartitionsLength; index++)
    assignedPartitions.push(
      readConsumerGroupCurrentMemberAssignmentValueTopicPartitions(reader, version),
    );
  const partitionsPendingRevocation: ConsumerGroupCurrentMemberAssignmentValueTopicPartitions[] =
    [];
  const partitionsPendingRevocationLength = reader.compactArrayLength(18);
  for (let index = 0; index < partitionsPendingRevocationLength; index++)
    partitionsPendingRevocation.push(
      readConsumerGroupCurrentMemberAssignmentValueTopicPartitions(reader, version),
    );
  reader.skipTaggedFields();
  return {
    memberEpoch,
    previousMemberEpoch,
    state,
    assignedPartitions,
    partitionsPendingRevocation,
  };
}

function readConsumerGroupCurrentMemberAssignmentValueTopicPartitions(
  reader: ByteReader,
  _version: number,
): ConsumerGroupCurrentMemberAssignmentValueTopicPartitions {
  const topicId = reader.uuid();
  const partitions: number[] = [];
  const partitionsLength = reader.compactArrayLength(4);
  for (let index = 0; index < partitionsLength; index++) partitions.push(reader.int32());
  reader.skipTaggedFields();
  return { topicId, partitions };
}

function writeConsumerGroupCurrentMemberAssignmentValue(
  writer: ByteWriter,
  message: ConsumerGroupCurrentMemberAssignmentValueInput,
  version: number,
): void {
  const memberEpoch = message.memberEpoch;
  writer.int32(memberEpoch);
  const previousMemberEpoch = message.previousMemberEpoch;
  writer.int32(previousMemberEpoch);
  const state = message.state;
  writer.int8(state);
  const assignedPartitions = message.assignedPartitions;
  writer.compactArrayLength(assignedPartitions.length);
  for (const element of assignedPartitions)
    writeConsumerGroupCurrentMemberAssignmentValueTopicPartitions(writer, element, version);
  const partitionsPendingRevocation = message.partitionsPendingRevocation;
  writer.compactArrayLength(partitionsPendingRevocation.length);
  for (const element of partitionsPendingRevocation)
    writeConsumerGroupCurrentMemberAssignmentValueTopicPartitions(writer, element, version);

  writer.noTaggedFields();
}

function writeConsumerGroupCurrentMemberAssignmentValueTopicPartitions(
  writer: ByteWriter,
  message: ConsumerGroupCurrentMemberAssignmentValueTopicPartitionsInput,
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

export const consumerGroupCurrentMemberAssignmentValue: MessageCodec<
  ConsumerGroupCurrentMemberAssignmentValue,
  ConsumerGroupCurrentMemberAssignmentValueInput
> = {
  name: 'ConsumerGroupCurrentMemberAssignmentValue',
  minVersion: 0,
  maxVersion: 0,
  flexibleFrom: 0,
  read: readConsumerGroupCurrentMemberAssignmentValue,
  write: writeConsumerGroupCurrentMemberAssignmentValue,
};
