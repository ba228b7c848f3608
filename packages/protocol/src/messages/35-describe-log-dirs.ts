// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface DescribeLogDirsRequest {
  topics: DescribeLogDirsRequestDescribableLogDirTopic[] | null;
}

export interface DescribeLogDirsRequestInput {
  readonly topics: readonly DescribeLogDirsRequestDescribableLogDirTopicInput[] | null;
}

export interface DescribeLogDirsRequestDescribableLogDirTopic {
  topic: string;
  partitions: number[];
}

export interface DescribeLogDirsRequestDescribableLogDirTopicInput {
  readonly topic: string;
  readonly partitions: readonly number[];
}

function readDescribeLogDirsRequest(reader: ByteReader, version: number): DescribeLogDirsRequest {
  const flexible = version >= 2;
  let topics: DescribeLogDirsRequestDescribableLogDirTopic[] | null = null;
  const topicsLength = flexible
    ? reader.compactNullableArrayLength(3)
    : reader.nullableArrayLength(3);
  if (topicsLength >= 0) {
    topics = [];
    for (let index = 0; index < topicsLength; index++)
      topics.push(readDescribeLogDirsRequestDescribableLogDirTopic(reader, version));
  }
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { topics };
}

function readDescribeLogDirsRequestDescribableLogDirTopic(
  reader: ByteReader,
  version: number,
): DescribeLogDirsRequestDescribableLogDirTopic {
  const flexible = version >= 2;
  const topic = flexible ? reader.compactString() : reader.string();
  const partitions: number[] = [];
  const partitionsLength = flexible ? reader.compactArrayLength(4) : reader.arrayLength(4);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(flexible ? reader.int32() : reader.int32());
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { topic, partitions };
}

function writeDescribeLogDirsRequest(
  writer: ByteWriter,
  message: DescribeLogDirsRequestInput,
  version: number,
): void {
  const flexible = version >= 2;
  const topics = message.topics;
  if (flexible) writer.compactArrayLength(topics === null ? -1 : topics.length);
  else writer.arrayLength(topics === null ? -1 : topics.length);
  if (topics !== null) {
    for (const element of topics)
      writeDescribeLogDirsRequestDescribableLogDirTopic(writer, element, version);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeDescribeLogDirsRequestDescribableLogDirTopic(
  writer: ByteWriter,
  message: DescribeLogDirsRequestDescribableLogDirTopicInput,
  version: number,
): void {
  const flexible = version >= 2;
  const topic = message.topic;
  if (flexible) writer.compactString(topic);
  else writer.string(topic);
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

export interface DescribeLogDirsResponse {
  throttleTimeMs: number;
  /** versions 3+ */
  errorCode: number;
  results: DescribeLogDirsResponseDescribeLogDirsResult[];
}

export interface DescribeLogDirsResponseInput {
  readonly throttleTimeMs: number;
  readonly errorCode?: number | undefined;
  readonly results: readonly DescribeLogDirsResponseDescribeLogDirsResultInput[];
}

export interface DescribeLogDirsResponseDescribeLogDirsResult {
  errorCode: number;
  logDir: string;
  topics: DescribeLogDirsResponseDescribeLogDirsTopic[];
  /** versions 4+; default -1 */
  totalBytes: number;
  /** versions 4+; default -1 */
  usableBytes: number;
  /** version 5; default false */
  isCordoned: boolean;
}

export interface DescribeLogDirsResponseDescribeLogDirsResultInput {
  readonly errorCode: number;
  readonly logDir: string;
  readonly topics: readonly DescribeLogDirsResponseDescribeLogDirsTopicInput[];
  readonly totalBytes?: number | undefined;
  readonly usableBytes?: number | undefined;
  readonly isCordoned?: boolean | undefined;
}

export interface DescribeLogDirsResponseDescribeLogDirsTopic {
  name: string;
  partitions: DescribeLogDirsResponseDescribeLogDirsPartition[];
}

export interface DescribeLogDirsResponseDescribeLogDirsTopicInput {
  readonly name: string;
  readonly partitions: readonly DescribeLogDirsResponseDescribeLogDirsPartitionInput[];
}

export interface DescribeLogDirsResponseDescribeLogDirsPartition {
  partitionIndex: number;
  partitionSize: number;
  offsetLag: number;
  isFutureKey: boolean;
}

export interface DescribeLogDirsResponseDescribeLogDirsPartitionInput {
  readonly partitionIndex: number;
  readonly partitionSize: number;
  readonly offsetLag: number;
  readonly isFutureKey: boolean;
}

function readDescribeLogDirsResponse(reader: ByteReader, version: number): DescribeLogDirsResponse {
  const flexible = version >= 2;
  const throttleTimeMs = reader.int32();
  const errorCode = version >= 3 ? reader.int16() : 0;
  const results: DescribeLogDirsResponseDescribeLogDirsResult[] = [];
  const resultsLength = flexible ? reader.compactArrayLength(5) : reader.arrayLength(5);
  for (let index = 0; index < resultsLength; index++)
    results.push(readDescribeLogDirsResponseDescribeLogDirsResult(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, errorCode, results };
}

function readDescribeLogDirsResponseDescribeLogDirsResult(
  reader: ByteReader,
  version: number,
): DescribeLogDirsResponseDescribeLogDirsResult {
  const flexible = version >= 2;
  const errorCode = reader.int16();
  const logDir = flexible ? reader.compactString() : reader.string();
  const topics: DescribeLogDirsResponseDescribeLogDirsTopic[] = [];
  const topicsLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readDescribeLogDirsResponseDescribeLogDirsTopic(reader, version));
  const totalBytes = version >= 4 ? reader.int64() : -1;
  const usableBytes = version >= 4 ? reader.int64() : -1;
  const isCordoned = version === 5 ? reader.bool() : false;
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { errorCode, logDir, topics, totalBytes, usableBytes, isCordoned };
}

function readDescribeLogDirsResponseDescribeLogDirsTopic(
  reader: ByteReader,
  version: number,
): DescribeLogDirsResponseDescribeLogDirsTopic {
  const flexible = version >= 2;
  const name = flexible ? reader.compactString() : reader.string();
  const partitions: DescribeLogDirsResponseDescribeLogDirsPartition[] = [];
  const partitionsLength = flexible ? reader.compactArrayLength(21) : reader.arrayLength(21);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(readDescribeLogDirsResponseDescribeLogDirsPartition(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { name, partitions };
}

function readDescribeLogDirsResponseDescribeLogDirsPartition(
  reader: ByteReader,
  version: number,
): DescribeLogDirsResponseDescribeLogDirsPartition {
  const flexible = version >= 2;
  const partitionIndex = reader.int32();
  const partitionSize = reader.int64();
  const offsetLag = reader.int64();
  const isFutureKey = reader.bool();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { partitionIndex, partitionSize, offsetLag, isFutureKey };
}

function writeDescribeLogDirsResponse(
  writer: ByteWriter,
  message: DescribeLogDirsResponseInput,
  version: number,
): void {
  const flexible = version >= 2;
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  if (version >= 3) {
    const errorCode = message.errorCode ?? 0;
    writer.int16(errorCode);
  }
  const results = message.results;
  if (flexible) writer.compactArrayLength(results.length);
  else writer.arrayLength(results.length);
  for (const element of results)
    writeDescribeLogDirsResponseDescribeLogDirsResult(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeDescribeLogDirsResponseDescribeLogDirsResult(
  writer: ByteWriter,
  message: DescribeLogDirsResponseDescribeLogDirsResultInput,
  version: number,
): void {
  const flexible = version >= 2;
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const logDir = message.logDir;
  if (flexible) writer.compactString(logDir);
  else writer.string(logDir);
  const topics = message.topics;
  if (flexible) writer.compactArrayLength(topics.length);
  else writer.arrayLength(topics.length);
  for (const element of topics)
    writeDescribeLogDirsResponseDescribeLogDirsTopic(writer, element, version);
  if (version >= 4) {
    const totalBytes = message.totalBytes ?? -1;
    writer.int64(totalBytes);
  }
  if (version >= 4) {
    const usableBytes = message.usableBytes ?? -1;
    writer.int64(usableBytes);
  }
  if (version === 5) {
    const isCordoned = message.isCordoned ?? false;
    writer.bool(isCordoned);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeDescribeLogDirsResponseDescribeLogDirsTopic(
  writer: ByteWriter,
  message: DescribeLogDirsResponseDescribeLogDirsTopicInput,
  version: number,
): void {
  const flexible = version >= 2;
  const name = message.name;
  if (flexible) writer.compactString(name);
  else writer.string(name);
  const partitions = message.partitions;
  if (flexible) writer.compactArrayLength(partitions.length);
  else writer.arrayLength(partitions.length);
  for (const element of partitions)
    writeDescribeLogDirsResponseDescribeLogDirsPartition(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeDescribeLogDirsResponseDescribeLogDirsPartition(
  writer: ByteWriter,
  message: DescribeLogDirsResponseDescribeLogDirsPartitionInput,
  version: number,
): void {
  const flexible = version >= 2;
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
  const partitionSize = message.partitionSize;
  writer.int64(partitionSize);
  const offsetLag = message.offsetLag;
  writer.int64(offsetLag);
  const isFutureKey = message.isFutureKey;
  writer.bool(isFutureKey);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const describeLogDirsApi: Api<
  DescribeLogDirsRequest,
  DescribeLogDirsRequestInput,
  DescribeLogDirsResponse,
  DescribeLogDirsResponseInput
> = {
  key: 35,
  name: 'DescribeLogDirs',
  request: {
    name: 'DescribeLogDirsRequest',
    minVersion: 0,
    maxVersion: 5,
    flexibleFrom: 2,
    read: readDescribeLogDirsRequest,
    write: writeDescribeLogDirsRequest,
  },
  response: {
    name: 'DescribeLogDirsResponse',
    minVersion: 0,
    maxVersion: 5,
    flexibleFrom: 2,
    read: readDescribeLogDirsResponse,
    write: writeDescribeLogDirsResponse,
  },
};
