// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface AlterReplicaLogDirsRequest {
  dirs: AlterReplicaLogDirsRequestAlterReplicaLogDir[];
}

export interface AlterReplicaLogDirsRequestInput {
  readonly dirs: readonly AlterReplicaLogDirsRequestAlterReplicaLogDirInput[];
}

export interface AlterReplicaLogDirsRequestAlterReplicaLogDir {
  path: string;
  topics: AlterReplicaLogDirsRequestAlterReplicaLogDirTopic[];
}

export interface AlterReplicaLogDirsRequestAlterReplicaLogDirInput {
  readonly path: string;
  readonly topics: readonly AlterReplicaLogDirsRequestAlterReplicaLogDirTopicInput[];
}

export interface AlterReplicaLogDirsRequestAlterReplicaLogDirTopic {
  name: string;
  partitions: number[];
}

export interface AlterReplicaLogDirsRequestAlterReplicaLogDirTopicInput {
  readonly name: string;
  readonly partitions: readonly number[];
}

function readAlterReplicaLogDirsRequest(
  reader: ByteReader,
  version: number,
): AlterReplicaLogDirsRequest {
  const flexible = version === 2;
  const dirs: AlterReplicaLogDirsRequestAlterReplicaLogDir[] = [];
  const dirsLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < dirsLength; index++)
    dirs.push(readAlterReplicaLogDirsRequestAlterReplicaLogDir(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { dirs };
}

function readAlterReplicaLogDirsRequestAlterReplicaLogDir(
  reader: ByteReader,
  version: number,
): AlterReplicaLogDirsRequestAlterReplicaLogDir {
  const flexible = version === 2;
  const path = flexible ? reader.compactString() : reader.string();
  const topics: AlterReplicaLogDirsRequestAlterReplicaLogDirTopic[] = [];
  const topicsLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readAlterReplicaLogDirsRequestAlterReplicaLogDirTopic(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { path, topics };
}

function readAlterReplicaLogDirsRequestAlterReplicaLogDirTopic(
  reader: ByteReader,
  version: number,
): AlterReplicaLogDirsRequestAlterReplicaLogDirTopic {
  const flexible = version === 2;
  const name = flexible ? reader.compactString() : reader.string();
  const partitions: number[] = [];
  const partitionsLength = flexible ? reader.compactArrayLength(4) : reader.arrayLength(4);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(flexible ? reader.int32() : reader.int32());
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { name, partitions };
}

function writeAlterReplicaLogDirsRequest(
  writer: ByteWriter,
  message: AlterReplicaLogDirsRequestInput,
  version: number,
): void {
  const flexible = version === 2;
  const dirs = message.dirs;
  if (flexible) writer.compactArrayLength(dirs.length);
  else writer.arrayLength(dirs.length);
  for (const element of dirs)
    writeAlterReplicaLogDirsRequestAlterReplicaLogDir(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeAlterReplicaLogDirsRequestAlterReplicaLogDir(
  writer: ByteWriter,
  message: AlterReplicaLogDirsRequestAlterReplicaLogDirInput,
  version: number,
): void {
  const flexible = version === 2;
  const path = message.path;
  if (flexible) writer.compactString(path);
  else writer.string(path);
  const topics = message.topics;
  if (flexible) writer.compactArrayLength(topics.length);
  else writer.arrayLength(topics.length);
  for (const element of topics)
    writeAlterReplicaLogDirsRequestAlterReplicaLogDirTopic(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeAlterReplicaLogDirsRequestAlterReplicaLogDirTopic(
  writer: ByteWriter,
  message: AlterReplicaLogDirsRequestAlterReplicaLogDirTopicInput,
  version: number,
): void {
  const flexible = version === 2;
  const name = message.name;
  if (flexible) writer.compactString(name);
  else writer.string(name);
  const partitions = message.partitions;
  if (flexible) writer.compactArrayLength(partitions.length);
  else writer.arrayLength(partitions.length);
  for (const element of partitions) {
    writer.int32(element);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface AlterReplicaLogDirsResponse {
  throttleTimeMs: number;
  results: AlterReplicaLogDirsResponseAlterReplicaLogDirTopicResult[];
}

export interface AlterReplicaLogDirsResponseInput {
  readonly throttleTimeMs: number;
  readonly results: readonly AlterReplicaLogDirsResponseAlterReplicaLogDirTopicResultInput[];
}

export interface AlterReplicaLogDirsResponseAlterReplicaLogDirTopicResult {
  topicName: string;
  partitions: AlterReplicaLogDirsResponseAlterReplicaLogDirPartitionResult[];
}

export interface AlterReplicaLogDirsResponseAlterReplicaLogDirTopicResultInput {
  readonly topicName: string;
  readonly partitions: readonly AlterReplicaLogDirsResponseAlterReplicaLogDirPartitionResultInput[];
}

export interface AlterReplicaLogDirsResponseAlterReplicaLogDirPartitionResult {
  partitionIndex: number;
  errorCode: number;
}

export interface AlterReplicaLogDirsResponseAlterReplicaLogDirPartitionResultInput {
  readonly partitionIndex: number;
  readonly errorCode: number;
}

function readAlterReplicaLogDirsResponse(
  reader: ByteReader,
  version: number,
): AlterReplicaLogDirsResponse {
  const flexible = version === 2;
  const throttleTimeMs = reader.int32();
  const results: AlterReplicaLogDirsResponseAlterReplicaLogDirTopicResult[] = [];
  const resultsLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < resultsLength; index++)
    results.push(readAlterReplicaLogDirsResponseAlterReplicaLogDirTopicResult(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, results };
}

function readAlterReplicaLogDirsResponseAlterReplicaLogDirTopicResult(
  reader: ByteReader,
  version: number,
): AlterReplicaLogDirsResponseAlterReplicaLogDirTopicResult {
  const flexible = version === 2;
  const topicName = flexible ? reader.compactString() : reader.string();
  const partitions: AlterReplicaLogDirsResponseAlterReplicaLogDirPartitionResult[] = [];
  const partitionsLength = flexible ? reader.compactArrayLength(6) : reader.arrayLength(6);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(
      readAlterReplicaLogDirsResponseAlterReplicaLogDirPartitionResult(reader, version),
    );
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { topicName, partitions };
}

function readAlterReplicaLogDirsResponseAlterReplicaLogDirPartitionResult(
  reader: ByteReader,
  version: number,
): AlterReplicaLogDirsResponseAlterReplicaLogDirPartitionResult {
  const flexible = version === 2;
  const partitionIndex = reader.int32();
  const errorCode = reader.int16();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { partitionIndex, errorCode };
}

function writeAlterReplicaLogDirsResponse(
  writer: ByteWriter,
  message: AlterReplicaLogDirsResponseInput,
  version: number,
): void {
  const flexible = version === 2;
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const results = message.results;
  if (flexible) writer.compactArrayLength(results.length);
  else writer.arrayLength(results.length);
  for (const element of results)
    writeAlterReplicaLogDirsResponseAlterReplicaLogDirTopicResult(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeAlterReplicaLogDirsResponseAlterReplicaLogDirTopicResult(
  writer: ByteWriter,
  message: AlterReplicaLogDirsResponseAlterReplicaLogDirTopicResultInput,
  version: number,
): void {
  const flexible = version === 2;
  const topicName = message.topicName;
  if (flexible) writer.compactString(topicName);
  else writer.string(topicName);
  const partitions = message.partitions;
  if (flexible) writer.compactArrayLength(partitions.length);
  else writer.arrayLength(partitions.length);
  for (const element of partitions)
    writeAlterReplicaLogDirsResponseAlterReplicaLogDirPartitionResult(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeAlterReplicaLogDirsResponseAlterReplicaLogDirPartitionResult(
  writer: ByteWriter,
  message: AlterReplicaLogDirsResponseAlterReplicaLogDirPartitionResultInput,
  version: number,
): void {
  const flexible = version === 2;
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
  const errorCode = message.errorCode;
  writer.int16(errorCode);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const alterReplicaLogDirsApi: Api<
  AlterReplicaLogDirsRequest,
  AlterReplicaLogDirsRequestInput,
  AlterReplicaLogDirsResponse,
  AlterReplicaLogDirsResponseInput
> = {
  key: 34,
  name: 'AlterReplicaLogDirs',
  request: {
    name: 'AlterReplicaLogDirsRequest',
    minVersion: 0,
    maxVersion: 2,
    flexibleFrom: 2,
    read: readAlterReplicaLogDirsRequest,
    write: writeAlterReplicaLogDirsRequest,
  },
  response: {
    name: 'AlterReplicaLogDirsResponse',
    minVersion: 0,
    maxVersion: 2,
    flexibleFrom: 2,
    read: readAlterReplicaLogDirsResponse,
    write: writeAlterReplicaLogDirsResponse,
  },
};
