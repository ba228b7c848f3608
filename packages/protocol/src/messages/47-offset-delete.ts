// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface OffsetDeleteRequest {
  groupId: string;
  topics: OffsetDeleteRequestOffsetDeleteRequestTopic[];
}

export interface OffsetDeleteRequestInput {
  readonly groupId: string;
  readonly topics: readonly OffsetDeleteRequestOffsetDeleteRequestTopicInput[];
}

export interface OffsetDeleteRequestOffsetDeleteRequestTopic {
  name: string;
  partitions: OffsetDeleteRequestOffsetDeleteRequestPartition[];
}

export interface OffsetDeleteRequestOffsetDeleteRequestTopicInput {
  readonly name: string;
  readonly partitions: readonly OffsetDeleteRequestOffsetDeleteRequestPartitionInput[];
}

export interface OffsetDeleteRequestOffsetDeleteRequestPartition {
  partitionIndex: number;
}

export interface OffsetDeleteRequestOffsetDeleteRequestPartitionInput {
  readonly partitionIndex: number;
}

function readOffsetDeleteRequest(reader: ByteReader, version: number): OffsetDeleteRequest {
  const groupId = reader.string();
  const topics: OffsetDeleteRequestOffsetDeleteRequestTopic[] = [];
  const topicsLength = reader.arrayLength(6);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readOffsetDeleteRequestOffsetDeleteRequestTopic(reader, version));

  return { groupId, topics };
}

function readOffsetDeleteRequestOffsetDeleteRequestTopic(
  reader: ByteReader,
  version: number,
): OffsetDeleteRequestOffsetDeleteRequestTopic {
  const name = reader.string();
  const partitions: OffsetDeleteRequestOffsetDeleteRequestPartition[] = [];
  const partitionsLength = reader.arrayLength(4);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(readOffsetDeleteRequestOffsetDeleteRequestPartition(reader, version));

  return { name, partitions };
}

function readOffsetDeleteRequestOffsetDeleteRequestPartition(
  reader: ByteReader,
  _version: number,
): OffsetDeleteRequestOffsetDeleteRequestPartition {
  const partitionIndex = reader.int32();

  return { partitionIndex };
}

function writeOffsetDeleteRequest(
  writer: ByteWriter,
  message: OffsetDeleteRequestInput,
  version: number,
): void {
  const groupId = message.groupId;
  writer.string(groupId);
  const topics = message.topics;
  writer.arrayLength(topics.length);
  for (const element of topics)
    writeOffsetDeleteRequestOffsetDeleteRequestTopic(writer, element, version);
}

function writeOffsetDeleteRequestOffsetDeleteRequestTopic(
  writer: ByteWriter,
  message: OffsetDeleteRequestOffsetDeleteRequestTopicInput,
  version: number,
): void {
  const name = message.name;
  writer.string(name);
  const partitions = message.partitions;
  writer.arrayLength(partitions.length);
  for (const element of partitions)
    writeOffsetDeleteRequestOffsetDeleteRequestPartition(writer, element, version);
}

function writeOffsetDeleteRequestOffsetDeleteRequestPartition(
  writer: ByteWriter,
  message: OffsetDeleteRequestOffsetDeleteRequestPartitionInput,
  _version: number,
): void {
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
}

export interface OffsetDeleteResponse {
  errorCode: number;
  throttleTimeMs: number;
  topics: OffsetDeleteResponseOffsetDeleteResponseTopic[];
}

export interface OffsetDeleteResponseInput {
  readonly errorCode: number;
  readonly throttleTimeMs?: number | undefined;
  readonly topics: readonly OffsetDeleteResponseOffsetDeleteResponseTopicInput[];
}

export interface OffsetDeleteResponseOffsetDeleteResponseTopic {
  name: string;
  partitions: OffsetDeleteResponseOffsetDeleteResponsePartition[];
}

export interface OffsetDeleteResponseOffsetDeleteResponseTopicInput {
  readonly name: string;
  readonly partitions: readonly OffsetDeleteResponseOffsetDeleteResponsePartitionInput[];
}

export interface OffsetDeleteResponseOffsetDeleteResponsePartition {
  partitionIndex: number;
  errorCode: number;
}

export interface OffsetDeleteResponseOffsetDeleteResponsePartitionInput {
  readonly partitionIndex: number;
  readonly errorCode: number;
}

function readOffsetDeleteResponse(reader: ByteReader, version: number): OffsetDeleteResponse {
  const errorCode = reader.int16();
  const throttleTimeMs = reader.int32();
  const topics: OffsetDeleteResponseOffsetDeleteResponseTopic[] = [];
  const topicsLength = reader.arrayLength(6);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readOffsetDeleteResponseOffsetDeleteResponseTopic(reader, version));

  return { errorCode, throttleTimeMs, topics };
}

function readOffsetDeleteResponseOffsetDeleteResponseTopic(
  reader: ByteReader,
  version: number,
): OffsetDeleteResponseOffsetDeleteResponseTopic {
  const name = reader.string();
  const partitions: OffsetDeleteResponseOffsetDeleteResponsePartition[] = [];
  const partitionsLength = reader.arrayLength(6);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(readOffsetDeleteResponseOffsetDeleteResponsePartition(reader, version));

  return { name, partitions };
}

function readOffsetDeleteResponseOffsetDeleteResponsePartition(
  reader: ByteReader,
  _version: number,
): OffsetDeleteResponseOffsetDeleteResponsePartition {
  const partitionIndex = reader.int32();
  const errorCode = reader.int16();

  return { partitionIndex, errorCode };
}

function writeOffsetDeleteResponse(
  writer: ByteWriter,
  message: OffsetDeleteResponseInput,
  version: number,
): void {
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const throttleTimeMs = message.throttleTimeMs ?? 0;
  writer.int32(throttleTimeMs);
  const topics = message.topics;
  writer.arrayLength(topics.length);
  for (const element of topics)
    writeOffsetDeleteResponseOffsetDeleteResponseTopic(writer, element, version);
}

function writeOffsetDeleteResponseOffsetDeleteResponseTopic(
  writer: ByteWriter,
  message: OffsetDeleteResponseOffsetDeleteResponseTopicInput,
  version: number,
): void {
  const name = message.name;
  writer.string(name);
  const partitions = message.partitions;
  writer.arrayLength(partitions.length);
  for (const element of partitions)
    writeOffsetDeleteResponseOffsetDeleteResponsePartition(writer, element, version);
}

function writeOffsetDeleteResponseOffsetDeleteResponsePartition(
  writer: ByteWriter,
  message: OffsetDeleteResponseOffsetDeleteResponsePartitionInput,
  _version: number,
): void {
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
}

export const offsetDeleteApi: Api<
  OffsetDeleteRequest,
  OffsetDeleteRequestInput,
  OffsetDeleteResponse,
  OffsetDeleteResponseInput
> = {
  key: 47,
  name: 'OffsetDelete',
  request: {
    name: 'OffsetDeleteRequest',
    minVersion: 0,
    maxVersion: 0,
    flexibleFrom: Infinity,
    read: readOffsetDeleteRequest,
    write: writeOffsetDeleteRequest,
  },
  response: {
    name: 'OffsetDeleteResponse',
    minVersion: 0,
    maxVersion: 0,
    flexibleFrom: Infinity,
    read: readOffsetDeleteResponse,
    write: writeOffsetDeleteResponse,
  },
};
