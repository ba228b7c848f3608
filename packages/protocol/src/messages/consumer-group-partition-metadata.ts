// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { MessageCodec } from '../message-codec.ts';

export interface ConsumerGroupPartitionMetadataKey {
  groupId: string;
}

export interface ConsumerGroupPartitionMetadataKeyInput {
  readonly groupId: string;
}

function readConsumerGroupPartitionMetadataKey(
  reader: ByteReader,
  _version: number,
): ConsumerGroupPartitionMetadataKey {
  const groupId = reader.string();

  return { groupId };
}

function writeConsumerGroupPartitionMetadataKey(
  writer: ByteWriter,
  message: ConsumerGroupPartitionMetadataKeyInput,
  _version: number,
): void {
  const groupId = message.groupId;
  writer.string(groupId);
}

export const consumerGroupPartitionMetadataKey: MessageCodec<
  ConsumerGroupPartitionMetadataKey,
  ConsumerGroupPartitionMetadataKeyInput
> = {
  name: 'ConsumerGroupPartitionMetadataKey',
  minVersion: 4,
  maxVersion: 4,
  flexibleFrom: Infinity,
  read: readConsumerGroupPartitionMetadataKey,
  write: writeConsumerGroupPartitionMetadataKey,
};

export interface ConsumerGroupPartitionMetadataValue {
  topics: ConsumerGroupPartitionMetadataValueTopicMetadata[];
}

export interface ConsumerGroupPartitionMetadataValueInput {
  readonly topics: readonly ConsumerGroupPartitionMetadataValueTopicMetadataInput[];
}

export interface ConsumerGroupPartitionMetadataValueTopicMetadata {
  topicId: string;
  topicName: string;
  numPartitions: number;
  partitionMetadata: ConsumerGroupPartitionMetadataValuePartitionMetadata[];
}

export interface ConsumerGroupPartitionMetadataValueTopicMetadataInput {
  readonly topicId: string;
  readonly topicName: string;
  readonly numPartitions: number;
  readonly partitionMetadata: readonly ConsumerGroupPartitionMetadataValuePartitionMetadataInput[];
}

export interface ConsumerGroupPartitionMetadataValuePartitionMetadata {
  partition: number;
  racks: string[];
}

export interface ConsumerGroupPartitionMetadataValuePartitionMetadataInput {
  readonly partition: number;
  readonly racks: readonly string[];
}

function readConsumerGroupPartitionMetadataValue(
  reader: ByteReader,
  version: number,
): ConsumerGroupPartitionMetadataValue {
  const topics: ConsumerGroupPartitionMetadataValueTopicMetadata[] = [];
  const topicsLength = reader.compactArrayLength(23);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readConsumerGroupPartitionMetadataValueTopicMetadata(reader, version));
  reader.skipTaggedFields();
  return { topics };
}

function readConsumerGroupPartitionMetadataValueTopicMetadata(
  reader: ByteReader,
  version: number,
): ConsumerGroupPartitionMetadataValueTopicMetadata {
  const topicId = reader.uuid();
  const topicName = reader.compactString();
  const numPartitions = reader.int32();
  const partitionMetadata: ConsumerGroupPartitionMetadataValuePartitionMetadata[] = [];
  const partitionMetadataLength = reader.compactArrayLength(6);
  for (let index = 0; index < partitionMetadataLength; index++)
    partitionMetadata.push(
      readConsumerGroupPartitionMetadataValuePartitionMetadata(reader, version),
    );
  reader.skipTaggedFields();
  return { topicId, topicName, numPartitions, partitionMetadata };
}

function readConsumerGroupPartitionMetadataValuePartitionMetadata(
  reader: ByteReader,
  _version: number,
): ConsumerGroupPartitionMetadataValuePartitionMetadata {
  const partition = reader.int32();
  const racks: string[] = [];
  const racksLength = reader.compactArrayLength(1);
  for (let index = 0; index < racksLength; index++) racks.push(reader.compactString());
  reader.skipTaggedFields();
  return { partition, racks };
}

function writeConsumerGroupPartitionMetadataValue(
  writer: ByteWriter,
  message: ConsumerGroupPartitionMetadataValueInput,
  version: number,
): void {
  const topics = message.topics;
  writer.compactArrayLength(topics.length);
  for (const element of topics)
    writeConsumerGroupPartitionMetadataValueTopicMetadata(writer, element, version);

  writer.noTaggedFields();
}

function writeConsumerGroupPartitionMetadataValueTopicMetadata(
  writer: ByteWriter,
  message: ConsumerGroupPartitionMetadataValueTopicMetadataInput,
  version: number,
): void {
  const topicId = message.topicId;
  writer.uuid(topicId);
  const topicName = message.topicName;
  writer.compactString(topicName);
  const numPartitions = message.numPartitions;
  writer.int32(numPartitions);
  const partitionMetadata = message.partitionMetadata;
  writer.compactArrayLength(partitionMetadata.length);
  for (const element of partitionMetadata)
    writeConsumerGroupPartitionMetadataValuePartitionMetadata(writer, element, version);

  writer.noTaggedFields();
}

function writeConsumerGroupPartitionMetadataValuePartitionMetadata(
  writer: ByteWriter,
  message: ConsumerGroupPartitionMetadataValuePartitionMetadataInput,
  _version: number,
): void {
  const partition = message.partition;
  writer.int32(partition);
  const racks = message.racks;
  writer.compactArrayLength(racks.length);
  for (const element of racks) {
    writer.compactString(element);
  }

  writer.noTaggedFields();
}

export const consumerGroupPartitionMetadataValue: MessageCodec<
  ConsumerGroupPartitionMetadataValue,
  ConsumerGroupPartitionMetadataValueInput
> = {
  name: 'ConsumerGroupPartitionMetadataValue',
  minVersion: 0,
  maxVersion: 0,
  flexibleFrom: 0,
  read: readConsumerGroupPartitionMetadataValue,
  write: writeConsumerGroupPartitionMetadataValue,
};
