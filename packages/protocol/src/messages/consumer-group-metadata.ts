// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { MessageCodec } from '../message-codec.ts';

export interface ConsumerGroupMetadataKey {
  groupId: string;
}

export interface ConsumerGroupMetadataKeyInput {
  readonly groupId: string;
}

function readConsumerGroupMetadataKey(
  reader: ByteReader,
  _version: number,
): ConsumerGroupMetadataKey {
  const groupId = reader.string();

  return { groupId };
}

function writeConsumerGroupMetadataKey(
  writer: ByteWriter,
  message: ConsumerGroupMetadataKeyInput,
  _version: number,
): void {
  const groupId = message.groupId;
  writer.string(groupId);
}

export const consumerGroupMetadataKey: MessageCodec<
  ConsumerGroupMetadataKey,
  ConsumerGroupMetadataKeyInput
> = {
  name: 'ConsumerGroupMetadataKey',
  minVersion: 3,
  maxVersion: 3,
  flexibleFrom: Infinity,
  read: readConsumerGroupMetadataKey,
  write: writeConsumerGroupMetadataKey,
};

export interface ConsumerGroupMetadataValue {
  epoch: number;
}

export interface ConsumerGroupMetadataValueInput {
  readonly epoch: number;
}

function readConsumerGroupMetadataValue(
  reader: ByteReader,
  _version: number,
): ConsumerGroupMetadataValue {
  const epoch = reader.int32();
  reader.skipTaggedFields();
  return { epoch };
}

function writeConsumerGroupMetadataValue(
  writer: ByteWriter,
  message: ConsumerGroupMetadataValueInput,
  _version: number,
): void {
  const epoch = message.epoch;
  writer.int32(epoch);

  writer.noTaggedFields();
}

export const consumerGroupMetadataValue: MessageCodec<
  ConsumerGroupMetadataValue,
  ConsumerGroupMetadataValueInput
> = {
  name: 'ConsumerGroupMetadataValue',
  minVersion: 0,
  maxVersion: 0,
  flexibleFrom: 0,
  read: readConsumerGroupMetadataValue,
  write: writeConsumerGroupMetadataValue,
};
