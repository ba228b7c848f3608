// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { MessageCodec } from '../message-codec.ts';

export interface ConsumerGroupTargetAssignmentMemberKey {
  groupId: string;
  memberId: string;
}

export interface ConsumerGroupTargetAssignmentMemberKeyInput {
  readonly groupId: string;
  readonly memberId: string;
}

function readConsumerGroupTargetAssignmentMemberKey(
  reader: ByteReader,
  _version: number,
): ConsumerGroupTargetAssignmentMemberKey {
  const groupId = reader.string();
  const memberId = reader.string();

  return { groupId, memberId };
}

function writeConsumerGroupTargetAssignmentMemberKey(
  writer: ByteWriter,
  message: ConsumerGroupTargetAssignmentMemberKeyInput,
  _version: number,
): void {
  const groupId = message.groupId;
  writer.string(groupId);
  const memberId = message.memberId;
  writer.string(memberId);
}

export const consumerGroupTargetAssignmentMemberKey: MessageCodec<
  ConsumerGroupTargetAssignmentMemberKey,
  ConsumerGroupTargetAssignmentMemberKeyInput
> = {
  name: 'ConsumerGroupTargetAssignmentMemberKey',
  minVersion: 7,
  maxVersion: 7,
  flexibleFrom: Infinity,
  read: readConsumerGroupTargetAssignmentMemberKey,
  write: writeConsumerGroupTargetAssignmentMemberKey,
};

export interface ConsumerGroupTargetAssignmentMemberValue {
  topicPartitions: ConsumerGroupTargetAssignmentMemberValueTopicPartition[];
}

export interface ConsumerGroupTargetAssignmentMemberValueInput {
  readonly topicPartitions: readonly ConsumerGroupTargetAssignmentMemberValueTopicPartitionInput[];
}

export interface ConsumerGroupTargetAssignmentMemberValueTopicPartition {
  topicId: string;
  partitions: number[];
}

export interface ConsumerGroupTargetAssignmentMemberValueTopicPartitionInput {
  readonly topicId: string;
  readonly partitions: readonly number[];
}

function readConsumerGroupTargetAssignmentMemberValue(
  reader: ByteReader,
  version: number,
): ConsumerGroupTargetAssignmentMemberValue {
  const topicPartitions: ConsumerGroupTargetAssignmentMemberValueTopicPartition[] = [];
  const topicPartitionsLength = reader.compactArrayLength(18);
  for (let index = 0; index < topicPartitionsLength; index++)
    topicPartitions.push(
      readConsumerGroupTargetAssignmentMemberValueTopicPartition(reader, version),
    );
  reader.skipTaggedFields();
  return { topicPartitions };
}

function readConsumerGroupTargetAssignmentMemberValueTopicPartition(
  reader: ByteReader,
  _version: number,
): ConsumerGroupTargetAssignmentMemberValueTopicPartition {
  const topicId = reader.uuid();
  const partitions: number[] = [];
  const partitionsLength = reader.compactArrayLength(4);
  for (let index = 0; index < partitionsLength; index++) partitions.push(reader.int32());
  reader.skipTaggedFields();
  return { topicId, partitions };
}

function writeConsumerGroupTargetAssignmentMemberValue(
  writer: ByteWriter,
  message: ConsumerGroupTargetAssignmentMemberValueInput,
  version: number,
): void {
  const topicPartitions = message.topicPartitions;
  writer.compactArrayLength(topicPartitions.length);
  for (const element of topicPartitions)
    writeConsumerGroupTargetAssignmentMemberValueTopicPartition(writer, element, version);

  writer.noTaggedFields();
}

function writeConsumerGroupTargetAssignmentMemberValueTopicPartition(
  writer: ByteWriter,
  message: ConsumerGroupTargetAssignmentMemberValueTopicPartitionInput,
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

export const consumerGroupTargetAssignmentMemberValue: MessageCodec<
  ConsumerGroupTargetAssignmentMemberValue,
  ConsumerGroupTargetAssignmentMemberValueInput
> = {
  name: 'ConsumerGroupTargetAssignmentMemberValue',
  minVersion: 0,
  maxVersion: 0,
  flexibleFrom: 0,
  read: readConsumerGroupTargetAssignmentMemberValue,
  write: writeConsumerGroupTargetAssignmentMemberValue,
};
