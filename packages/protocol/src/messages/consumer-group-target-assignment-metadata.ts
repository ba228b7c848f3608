// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { MessageCodec } from '../message-codec.ts';

export interface ConsumerGroupTargetAssignmentMetadataKey {
  groupId: string;
}

export interface ConsumerGroupTargetAssignmentMetadataKeyInput {
  readonly groupId: string;
}

function readConsumerGroupTargetAssignmentMetadataKey(
  reader: ByteReader,
  _version: number,
): ConsumerGroupTargetAssignmentMetadataKey {
  const groupId = reader.string();

  return { groupId };
}

function writeConsumerGroupTargetAssignmentMetadataKey(
  writer: ByteWriter,
  message: ConsumerGroupTargetAssignmentMetadataKeyInput,
  _version: number,
): void {
  const groupId = message.groupId;
  writer.string(groupId);
}

export const consumerGroupTargetAssignmentMetadataKey: MessageCodec<
  ConsumerGroupTargetAssignmentMetadataKey,
  ConsumerGroupTargetAssignmentMetadataKeyInput
> = {
  name: 'ConsumerGroupTargetAssignmentMetadataKey',
  minVersion: 6,
  maxVersion: 6,
  flexibleFrom: Infinity,
  read: readConsumerGroupTargetAssignmentMetadataKey,
  write: writeConsumerGroupTargetAssignmentMetadataKey,
};

export interface ConsumerGroupTargetAssignmentMetadataValue {
  assignmentEpoch: number;
}

export interface ConsumerGroupTargetAssignmentMetadataValueInput {
  readonly assignmentEpoch: number;
}

function readConsumerGroupTargetAssignmentMetadataValue(
  reader: ByteReader,
  _version: number,
): ConsumerGroupTargetAssignmentMetadataValue {
  const assignmentEpoch = reader.int32();
  reader.skipTaggedFields();
  return { assignmentEpoch };
}

function writeConsumerGroupTargetAssignmentMetadataValue(
  writer: ByteWriter,
  message: ConsumerGroupTargetAssignmentMetadataValueInput,
  _version: number,
): void {
  const assignmentEpoch = message.assignmentEpoch;
  writer.int32(assignmentEpoch);

  writer.noTaggedFields();
}

export const consumerGroupTargetAssignmentMetadataValue: MessageCodec<
  ConsumerGroupTargetAssignmentMetadataValue,
  ConsumerGroupTargetAssignmentMetadataValueInput
> = {
  name: 'ConsumerGroupTargetAssignmentMetadataValue',
  minVersion: 0,
  maxVersion: 0,
  flexibleFrom: 0,
  read: readConsumerGroupTargetAssignmentMetadataValue,
  write: writeConsumerGroupTargetAssignmentMetadataValue,
};
