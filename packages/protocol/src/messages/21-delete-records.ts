// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface DeleteRecordsRequest {
  topics: DeleteRecordsRequestDeleteRecordsTopic[];
  timeoutMs: number;
}

export interface DeleteRecordsRequestInput {
  readonly topics: readonly DeleteRecordsRequestDeleteRecordsTopicInput[];
  readonly timeoutMs: number;
}

export interface DeleteRecordsRequestDeleteRecordsTopic {
  name: string;
  partitions: DeleteRecordsRequestDeleteRecordsPartition[];
}

export interface DeleteRecordsRequestDeleteRecordsTopicInput {
  readonly name: string;
  readonly partitions: readonly DeleteRecordsRequestDeleteRecordsPartitionInput[];
}

export interface DeleteRecordsRequestDeleteRecordsPartition {
  partitionIndex: number;
  offset: number;
}

export interface DeleteRecordsRequestDeleteRecordsPartitionInput {
  readonly partitionIndex: number;
  readonly offset: number;
}

function readDeleteRecordsRequest(reader: ByteReader, version: number): DeleteRecordsRequest {
  const flexible = version === 2;
  const topics: DeleteRecordsRequestDeleteRecordsTopic[] = [];
  const topicsLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readDeleteRecordsRequestDeleteRecordsTopic(reader, version));
  const timeoutMs = reader.int32();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { topics, timeoutMs };
}

function readDeleteRecordsRequestDeleteRecordsTopic(
  reader: ByteReader,
  version: number,
): DeleteRecordsRequestDeleteRecordsTopic {
  const flexible = version === 2;
  const name = flexible ? reader.compactString() : reader.string();
  const partitions: DeleteRecordsRequestDeleteRecordsPartition[] = [];
  const partitionsLength = flexible ? reader.compactArrayLength(12) : reader.arrayLength(12);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(readDeleteRecordsRequestDeleteRecordsPartition(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { name, partitions };
}

function readDeleteRecordsRequestDeleteRecordsPartition(
  reader: ByteReader,
  version: number,
): DeleteRecordsRequestDeleteRecordsPartition {
  const flexible = version === 2;
  const partitionIndex = reader.int32();
  const offset = reader.int64();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { partitionIndex, offset };
}

function writeDeleteRecordsRequest(
  writer: ByteWriter,
  message: DeleteRecordsRequestInput,
  version: number,
): void {
  const flexible = version === 2;
  const topics = message.topics;
  if (flexible) writer.compactArrayLength(topics.length);
  else writer.arrayLength(topics.length);
  for (const element of topics)
    writeDeleteRecordsRequestDeleteRecordsTopic(writer, element, version);
  const timeoutMs = message.timeoutMs;
  writer.int32(timeoutMs);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeDeleteRecordsRequestDeleteRecordsTopic(
  writer: ByteWriter,
  message: DeleteRecordsRequestDeleteRecordsTopicInput,
  version: number,
): void {
  const flexible = version === 2;
  const name = message.name;
  if (flexible) writer.compactString(name);
  else writer.string(name);
  const partitions = message.partitions;
  if (flexible) writer.compactArrayLength(partitions.length);
  else writer.arrayLength(partitions.length);
  for (const element of partitions)
    writeDeleteRecordsRequestDeleteRecordsPartition(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeDeleteRecordsRequestDeleteRecordsPartition(
  writer: ByteWriter,
  message: DeleteRecordsRequestDeleteRecordsPartitionInput,
  version: number,
): void {
  const flexible = version === 2;
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
  const offset = message.offset;
  writer.int64(offset);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface DeleteRecordsResponse {
  throttleTimeMs: number;
  topics: DeleteRecordsResponseDeleteRecordsTopicResult[];
}

export interface DeleteRecordsResponseInput {
  readonly throttleTimeMs: number;
  readonly topics: readonly DeleteRecordsResponseDeleteRecordsTopicResultInput[];
}

export interface DeleteRecordsResponseDeleteRecordsTopicResult {
  name: string;
  partitions: DeleteRecordsResponseDeleteRecordsPartitionResult[];
}

export interface DeleteRecordsResponseDeleteRecordsTopicResultInput {
  readonly name: string;
  readonly partitions: readonly DeleteRecordsResponseDeleteRecordsPartitionResultInput[];
}

export interface DeleteRecordsResponseDeleteRecordsPartitionResult {
  partitionIndex: number;
  lowWatermark: number;
  errorCode: number;
}

export interface DeleteRecordsResponseDeleteRecordsPartitionResultInput {
  readonly partitionIndex: number;
  readonly lowWatermark: number;
  readonly errorCode: number;
}

function readDeleteRecordsResponse(reader: ByteReader, version: number): DeleteRecordsResponse {
  const flexible = version === 2;
  const throttleTimeMs = reader.int32();
  const topics: DeleteRecordsResponseDeleteRecordsTopicResult[] = [];
  const topicsLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readDeleteRecordsResponseDeleteRecordsTopicResult(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, topics };
}

function readDeleteRecordsResponseDeleteRecordsTopicResult(
  reader: ByteReader,
  version: number,
): DeleteRecordsResponseDeleteRecordsTopicResult {
  const flexible = version === 2;
  const name = flexible ? reader.compactString() : reader.string();
  const partitions: DeleteRecordsResponseDeleteRecordsPartitionResult[] = [];
  const partitionsLength = flexible ? reader.compactArrayLength(14) : reader.arrayLength(14);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(readDeleteRecordsResponseDeleteRecordsPartitionResult(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { name, partitions };
}

function readDeleteRecordsResponseDeleteRecordsPartitionResult(
  reader: ByteReader,
  version: number,
): DeleteRecordsResponseDeleteRecordsPartitionResult {
  const flexible = version === 2;
  const partitionIndex = reader.int32();
  const lowWatermark = reader.int64();
  const errorCode = reader.int16();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { partitionIndex, lowWatermark, errorCode };
}

function writeDeleteRecordsResponse(
  writer: ByteWriter,
  message: DeleteRecordsResponseInput,
  version: number,
): void {
  const flexible = version === 2;
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const topics = message.topics;
  if (flexible) writer.compactArrayLength(topics.length);
  else writer.arrayLength(topics.length);
  for (const element of topics)
    writeDeleteRecordsResponseDeleteRecordsTopicResult(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeDeleteRecordsResponseDeleteRecordsTopicResult(
  writer: ByteWriter,
  message: DeleteRecordsResponseDeleteRecordsTopicResultInput,
  version: number,
): void {
  const flexible = version === 2;
  const name = message.name;
  if (flexible) writer.compactString(name);
  else writer.string(name);
  const partitions = message.partitions;
  if (flexible) writer.compactArrayLength(partitions.length);
  else writer.arrayLength(partitions.length);
  for (const element of partitions)
    writeDeleteRecordsResponseDeleteRecordsPartitionResult(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeDeleteRecordsResponseDeleteRecordsPartitionResult(
  writer: ByteWriter,
  message: DeleteRecordsResponseDeleteRecordsPartitionResultInput,
  version: number,
): void {
  const flexible = version === 2;
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
  const lowWatermark = message.lowWatermark;
  writer.int64(lowWatermark);
  const errorCode = message.errorCode;
  writer.int16(errorCode);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const deleteRecordsApi: Api<
  DeleteRecordsRequest,
  DeleteRecordsRequestInput,
  DeleteRecordsResponse,
  DeleteRecordsResponseInput
> = {
  key: 21,
  name: 'DeleteRecords',
  request: {
    name: 'DeleteRecordsRequest',
    minVersion: 0,
    maxVersion: 2,
    flexibleFrom: 2,
    read: readDeleteRecordsRequest,
    write: writeDeleteRecordsRequest,
  },
  response: {
    name: 'DeleteRecordsResponse',
    minVersion: 0,
    maxVersion: 2,
    flexibleFrom: 2,
    read: readDeleteRecordsResponse,
    write: writeDeleteRecordsResponse,
  },
};
