// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface OffsetForLeaderEpochRequest {
  /** versions 3+; default -2 */
  replicaId: number;
  topics: OffsetForLeaderEpochRequestOffsetForLeaderTopic[];
}

export interface OffsetForLeaderEpochRequestInput {
  readonly replicaId?: number | undefined;
  readonly topics: readonly OffsetForLeaderEpochRequestOffsetForLeaderTopicInput[];
}

export interface OffsetForLeaderEpochRequestOffsetForLeaderTopic {
  topic: string;
  partitions: OffsetForLeaderEpochRequestOffsetForLeaderPartition[];
}

export interface OffsetForLeaderEpochRequestOffsetForLeaderTopicInput {
  readonly topic: string;
  readonly partitions: readonly OffsetForLeaderEpochRequestOffsetForLeaderPartitionInput[];
}

export interface OffsetForLeaderEpochRequestOffsetForLeaderPartition {
  partition: number;
  /** versions 2+; default -1 */
  currentLeaderEpoch: number;
  leaderEpoch: number;
}

export interface OffsetForLeaderEpochRequestOffsetForLeaderPartitionInput {
  readonly partition: number;
  readonly currentLeaderEpoch?: number | undefined;
  readonly leaderEpoch: number;
}

function readOffsetForLeaderEpochRequest(
  reader: ByteReader,
  version: number,
): OffsetForLeaderEpochRequest {
  const flexible = version === 4;
  const replicaId = version >= 3 ? reader.int32() : -2;
  const topics: OffsetForLeaderEpochRequestOffsetForLeaderTopic[] = [];
  const topicsLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readOffsetForLeaderEpochRequestOffsetForLeaderTopic(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { replicaId, topics };
}

function readOffsetForLeaderEpochRequestOffsetForLeaderTopic(
  reader: ByteReader,
  version: number,
): OffsetForLeaderEpochRequestOffsetForLeaderTopic {
  const flexible = version === 4;
  const topic = flexible ? reader.compactString() : reader.string();
  const partitions: OffsetForLeaderEpochRequestOffsetForLeaderPartition[] = [];
  const partitionsLength = flexible ? reader.compactArrayLength(8) : reader.arrayLength(8);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(readOffsetForLeaderEpochRequestOffsetForLeaderPartition(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { topic, partitions };
}

function readOffsetForLeaderEpochRequestOffsetForLeaderPartition(
  reader: ByteReader,
  version: number,
): OffsetForLeaderEpochRequestOffsetForLeaderPartition {
  const flexible = version === 4;
  const partition = reader.int32();
  const currentLeaderEpoch = version >= 2 ? reader.int32() : -1;
  const leaderEpoch = reader.int32();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { partition, currentLeaderEpoch, leaderEpoch };
}

function writeOffsetForLeaderEpochRequest(
  writer: ByteWriter,
  message: OffsetForLeaderEpochRequestInput,
  version: number,
): void {
  const flexible = version === 4;
  if (version >= 3) {
    const replicaId = message.replicaId ?? -2;
    writer.int32(replicaId);
  }
  const topics = message.topics;
  if (flexible) writer.compactArrayLength(topics.length);
  else writer.arrayLength(topics.length);
  for (const element of topics)
    writeOffsetForLeaderEpochRequestOffsetForLeaderTopic(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeOffsetForLeaderEpochRequestOffsetForLeaderTopic(
  writer: ByteWriter,
  message: OffsetForLeaderEpochRequestOffsetForLeaderTopicInput,
  version: number,
): void {
  const flexible = version === 4;
  const topic = message.topic;
  if (flexible) writer.compactString(topic);
  else writer.string(topic);
  const partitions = message.partitions;
  if (flexible) writer.compactArrayLength(partitions.length);
  else writer.arrayLength(partitions.length);
  for (const element of partitions)
    writeOffsetForLeaderEpochRequestOffsetForLeaderPartition(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeOffsetForLeaderEpochRequestOffsetForLeaderPartition(
  writer: ByteWriter,
  message: OffsetForLeaderEpochRequestOffsetForLeaderPartitionInput,
  version: number,
): void {
  const flexible = version === 4;
  const partition = message.partition;
  writer.int32(partition);
  if (version >= 2) {
    const currentLeaderEpoch = message.currentLeaderEpoch ?? -1;
    writer.int32(currentLeaderEpoch);
  }
  const leaderEpoch = message.leaderEpoch;
  writer.int32(leaderEpoch);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface OffsetForLeaderEpochResponse {
  /** versions 2+ */
  throttleTimeMs: number;
  topics: OffsetForLeaderEpochResponseOffsetForLeaderTopicResult[];
}

export interface OffsetForLeaderEpochResponseInput {
  readonly throttleTimeMs?: number | undefined;
  readonly topics: readonly OffsetForLeaderEpochResponseOffsetForLeaderTopicResultInput[];
}

export interface OffsetForLeaderEpochResponseOffsetForLeaderTopicResult {
  topic: string;
  partitions: OffsetForLeaderEpochResponseEpochEndOffset[];
}

export interface OffsetForLeaderEpochResponseOffsetForLeaderTopicResultInput {
  readonly topic: string;
  readonly partitions: readonly OffsetForLeaderEpochResponseEpochEndOffsetInput[];
}

export interface OffsetForLeaderEpochResponseEpochEndOffset {
  errorCode: number;
  partition: number;
  /** versions 1+; default -1 */
  leaderEpoch: number;
  /** default -1 */
  endOffset: number;
}

export interface OffsetForLeaderEpochResponseEpochEndOffsetInput {
  readonly errorCode: number;
  readonly partition: number;
  readonly leaderEpoch?: number | undefined;
  readonly endOffset?: number | undefined;
}

function readOffsetForLeaderEpochResponse(
  reader: ByteReader,
  version: number,
): OffsetForLeaderEpochResponse {
  const flexible = version === 4;
  const throttleTimeMs = version >= 2 ? reader.int32() : 0;
  const topics: OffsetForLeaderEpochResponseOffsetForLeaderTopicResult[] = [];
  const topicsLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readOffsetForLeaderEpochResponseOffsetForLeaderTopicResult(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, topics };
}

function readOffsetForLeaderEpochResponseOffsetForLeaderTopicResult(
  reader: ByteReader,
  version: number,
): OffsetForLeaderEpochResponseOffsetForLeaderTopicResult {
  const flexible = version === 4;
  const topic = flexible ? reader.compactString() : reader.string();
  const partitions: OffsetForLeaderEpochResponseEpochEndOffset[] = [];
  const partitionsLength = flexible ? reader.compactArrayLength(14) : reader.arrayLength(14);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(readOffsetForLeaderEpochResponseEpochEndOffset(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { topic, partitions };
}

function readOffsetForLeaderEpochResponseEpochEndOffset(
  reader: ByteReader,
  version: number,
): OffsetForLeaderEpochResponseEpochEndOffset {
  const flexible = version === 4;
  const errorCode = reader.int16();
  const partition = reader.int32();
  const leaderEpoch = version >= 1 ? reader.int32() : -1;
  const endOffset = reader.int64();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { errorCode, partition, leaderEpoch, endOffset };
}

function writeOffsetForLeaderEpochResponse(
  writer: ByteWriter,
  message: OffsetForLeaderEpochResponseInput,
  version: number,
): void {
  const flexible = version === 4;
  if (version >= 2) {
    const throttleTimeMs = message.throttleTimeMs ?? 0;
    writer.int32(throttleTimeMs);
  }
  const topics = message.topics;
  if (flexible) writer.compactArrayLength(topics.length);
  else writer.arrayLength(topics.length);
  for (const element of topics)
    writeOffsetForLeaderEpochResponseOffsetForLeaderTopicResult(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeOffsetForLeaderEpochResponseOffsetForLeaderTopicResult(
  writer: ByteWriter,
  message: OffsetForLeaderEpochResponseOffsetForLeaderTopicResultInput,
  version: number,
): void {
  const flexible = version === 4;
  const topic = message.topic;
  if (flexible) writer.compactString(topic);
  else writer.string(topic);
  const partitions = message.partitions;
  if (flexible) writer.compactArrayLength(partitions.length);
  else writer.arrayLength(partitions.length);
  for (const element of partitions)
    writeOffsetForLeaderEpochResponseEpochEndOffset(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeOffsetForLeaderEpochResponseEpochEndOffset(
  writer: ByteWriter,
  message: OffsetForLeaderEpochResponseEpochEndOffsetInput,
  version: number,
): void {
  const flexible = version === 4;
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const partition = message.partition;
  writer.int32(partition);
  if (version >= 1) {
    const leaderEpoch = message.leaderEpoch ?? -1;
    writer.int32(leaderEpoch);
  }
  const endOffset = message.endOffset ?? -1;
  writer.int64(endOffset);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const offsetForLeaderEpochApi: Api<
  OffsetForLeaderEpochRequest,
  OffsetForLeaderEpochRequestInput,
  OffsetForLeaderEpochResponse,
  OffsetForLeaderEpochResponseInput
> = {
  key: 23,
  name: 'OffsetForLeaderEpoch',
  request: {
    name: 'OffsetForLeaderEpochRequest',
    minVersion: 0,
    maxVersion: 4,
    flexibleFrom: 4,
    read: readOffsetForLeaderEpochRequest,
    write: writeOffsetForLeaderEpochRequest,
  },
  response: {
    name: 'OffsetForLeaderEpochResponse',
    minVersion: 0,
    maxVersion: 4,
    flexibleFrom: 4,
    read: readOffsetForLeaderEpochResponse,
    write: writeOffsetForLeaderEpochResponse,
  },
};
