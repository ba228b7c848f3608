// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter, BytesInput } from '../bytes/byte-writer.ts';
import type { MessageCodec } from '../message-codec.ts';

export interface ConsumerProtocolSubscription {
  topics: string[];
  /** default null */
  userData: Buffer | null;
  /** versions 1+ */
  ownedPartitions: ConsumerProtocolSubscriptionTopicPartition[];
  /** versions 2+; default -1 */
  generationId: number;
  /** version 3; default null */
  rackId: string | null;
}

export interface ConsumerProtocolSubscriptionInput {
  readonly topics: readonly string[];
  readonly userData?: BytesInput | null | undefined;
  readonly ownedPartitions?: readonly ConsumerProtocolSubscriptionTopicPartitionInput[] | undefined;
  readonly generationId?: number | undefined;
  readonly rackId?: string | null | undefined;
}

export interface ConsumerProtocolSubscriptionTopicPartition {
  topic: string;
  partitions: number[];
}

export interface ConsumerProtocolSubscriptionTopicPartitionInput {
  readonly topic: string;
  readonly partitions: readonly number[];
}

function readConsumerProtocolSubscription(
  reader: ByteReader,
  version: number,
): ConsumerProtocolSubscription {
  const topics: string[] = [];
  const topicsLength = reader.arrayLength(2);
  for (let index = 0; index < topicsLength; index++) topics.push(reader.string());
  const userData = reader.nullableBytes();
  const ownedPartitions: ConsumerProtocolSubscriptionTopicPartition[] = [];
  const ownedPartitionsLength = version >= 1 ? reader.arrayLength(6) : 0;
  for (let index = 0; index < ownedPartitionsLength; index++)
    ownedPartitions.push(readConsumerProtocolSubscriptionTopicPartition(reader, version));
  const generationId = version >= 2 ? reader.int32() : -1;
  const rackId = version === 3 ? reader.nullableString() : null;

  return { topics, userData, ownedPartitions, generationId, rackId };
}

function readConsumerProtocolSubscriptionTopicPartition(
  reader: ByteReader,
  _version: number,
): ConsumerProtocolSubscriptionTopicPartition {
  const topic = reader.string();
  const partitions: number[] = [];
  const partitionsLength = reader.arrayLength(4);
  for (let index = 0; index < partitionsLength; index++) partitions.push(reader.int32());

  return { topic, partitions };
}

function writeConsumerProtocolSubscription(
  writer: ByteWriter,
  message: ConsumerProtocolSubscriptionInput,
  version: number,
): void {
  const topics = message.topics;
  writer.arrayLength(topics.length);
  for (const element of topics) {
    writer.string(element);
  }
  const userData = message.userData ?? null;
  writer.nullableBytes(userData);
  if (version >= 1) {
    const ownedPartitions = message.ownedPartitions ?? [];
    writer.arrayLength(ownedPartitions.length);
    for (const element of ownedPartitions)
      writeConsumerProtocolSubscriptionTopicPartition(writer, element, version);
  }
  if (version >= 2) {
    const generationId = message.generationId ?? -1;
    writer.int32(generationId);
  }
  if (version === 3) {
    const rackId = message.rackId ?? null;
    writer.nullableString(rackId);
  }
}

function writeConsumerProtocolSubscriptionTopicPartition(
  writer: ByteWriter,
  message: ConsumerProtocolSubscriptionTopicPartitionInput,
  _version: number,
): void {
  const topic = message.topic;
  writer.string(topic);
  const partitions = message.partitions;
  writer.arrayLength(partitions.length);
  for (const element of partitions) {
    writer.int32(element);
  }
}

export const consumerProtocolSubscription: MessageCodec<
  ConsumerProtocolSubscription,
  ConsumerProtocolSubscriptionInput
> = {
  name: 'ConsumerProtocolSubscription',
  minVersion: 0,
  maxVersion: 3,
  flexibleFrom: Infinity,
  read: readConsumerProtocolSubscription,
  write: writeConsumerProtocolSubscription,
};

export interface ConsumerProtocolAssignment {
  assignedPartitions: ConsumerProtocolAssignmentTopicPartition[];
  /** default null */
  userData: Buffer | null;
}

export interface ConsumerProtocolAssignmentInput {
  readonly assignedPartitions: readonly ConsumerProtocolAssignmentTopicPartitionInput[];
  readonly userData?: BytesInput | null | undefined;
}

export interface ConsumerProtocolAssignmentTopicPartition {
  topic: string;
  partitions: number[];
}

export interface ConsumerProtocolAssignmentTopicPartitionInput {
  readonly topic: string;
  readonly partitions: readonly number[];
}

function readConsumerProtocolAssignment(
  reader: ByteReader,
  version: number,
): ConsumerProtocolAssignment {
  const assignedPartitions: ConsumerProtocolAssignmentTopicPartition[] = [];
  const assignedPartitionsLength = reader.arrayLength(6);
  for (let index = 0; index < assignedPartitionsLength; index++)
    assignedPartitions.push(readConsumerProtocolAssignmentTopicPartition(reader, version));
  const userData = reader.nullableBytes();

  return { assignedPartitions, userData };
}

function readConsumerProtocolAssignmentTopicPartition(
  reader: ByteReader,
  _version: number,
): ConsumerProtocolAssignmentTopicPartition {
  const topic = reader.string();
  const partitions: number[] = [];
  const partitionsLength = reader.arrayLength(4);
  for (let index = 0; index < partitionsLength; index++) partitions.push(reader.int32());

  return { topic, partitions };
}

function writeConsumerProtocolAssignment(
  writer: ByteWriter,
  message: ConsumerProtocolAssignmentInput,
  version: number,
): void {
  const assignedPartitions = message.assignedPartitions;
  writer.arrayLength(assignedPartitions.length);
  for (const element of assignedPartitions)
    writeConsumerProtocolAssignmentTopicPartition(writer, element, version);
  const userData = message.userData ?? null;
  writer.nullableBytes(userData);
}

function writeConsumerProtocolAssignmentTopicPartition(
  writer: ByteWriter,
  message: ConsumerProtocolAssignmentTopicPartitionInput,
  _version: number,
): void {
  const topic = message.topic;
  writer.string(topic);
  const partitions = message.partitions;
  writer.arrayLength(partitions.length);
  for (const element of partitions) {
    writer.int32(element);
  }
}

export const consumerProtocolAssignment: MessageCodec<
  ConsumerProtocolAssignment,
  ConsumerProtocolAssignmentInput
> = {
  name: 'ConsumerProtocolAssignment',
  minVersion: 0,
  maxVersion: 3,
  flexibleFrom: Infinity,
  read: readConsumerProtocolAssignment,
  write: writeConsumerProtocolAssignment,
};
