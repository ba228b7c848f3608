// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { ZERO_UUID } from '../bytes/zero-values.ts';
import type { Api } from '../message-codec.ts';

export interface DescribeTopicPartitionsRequest {
  topics: DescribeTopicPartitionsRequestTopicRequest[];
  /** default 2000 */
  responsePartitionLimit: number;
  /** default null */
  cursor: DescribeTopicPartitionsRequestCursor | null;
}

export interface DescribeTopicPartitionsRequestInput {
  readonly topics: readonly DescribeTopicPartitionsRequestTopicRequestInput[];
  readonly responsePartitionLimit?: number | undefined;
  readonly cursor?: DescribeTopicPartitionsRequestCursorInput | null | undefined;
}

export interface DescribeTopicPartitionsRequestTopicRequest {
  name: string;
}

export interface DescribeTopicPartitionsRequestTopicRequestInput {
  readonly name: string;
}

export interface DescribeTopicPartitionsRequestCursor {
  topicName: string;
  partitionIndex: number;
}

export interface DescribeTopicPartitionsRequestCursorInput {
  readonly topicName: string;
  readonly partitionIndex: number;
}

function readDescribeTopicPartitionsRequest(
  reader: ByteReader,
  version: number,
): DescribeTopicPartitionsRequest {
  const topics: DescribeTopicPartitionsRequestTopicRequest[] = [];
  const topicsLength = reader.compactArrayLength(2);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readDescribeTopicPartitionsRequestTopicRequest(reader, version));
  const responsePartitionLimit = reader.int32();
  const cursor = reader.isPresent()
    ? readDescribeTopicPartitionsRequestCursor(reader, version)
    : null;
  reader.skipTaggedFields();
  return { topics, responsePartitionLimit, cursor };
}

function readDescribeTopicPartitionsRequestTopicRequest(
  reader: ByteReader,
  _version: number,
): DescribeTopicPartitionsRequestTopicRequest {
  const name = reader.compactString();
  reader.skipTaggedFields();
  return { name };
}

function readDescribeTopicPartitionsRequestCursor(
  reader: ByteReader,
  _version: number,
): DescribeTopicPartitionsRequestCursor {
  const topicName = reader.compactString();
  const partitionIndex = reader.int32();
  reader.skipTaggedFields();
  return { topicName, partitionIndex };
}

function writeDescribeTopicPartitionsRequest(
  writer: ByteWriter,
  message: DescribeTopicPartitionsRequestInput,
  version: number,
): void {
  const topics = message.topics;
  writer.compactArrayLength(topics.length);
  for (const element of topics)
    writeDescribeTopicPartitionsRequestTopicRequest(writer, element, version);
  const responsePartitionLimit = message.responsePartitionLimit ?? 2000;
  writer.int32(responsePartitionLimit);
  const cursor = message.cursor ?? null;
  writer.present(cursor !== null);
  if (cursor !== null) writeDescribeTopicPartitionsRequestCursor(writer, cursor, version);

  writer.noTaggedFields();
}

function writeDescribeTopicPartitionsRequestTopicRequest(
  writer: ByteWriter,
  message: DescribeTopicPartitionsRequestTopicRequestInput,
  _version: number,
): void {
  const name = message.name;
  writer.compactString(name);

  writer.noTaggedFields();
}

function writeDescribeTopicPartitionsRequestCursor(
  writer: ByteWriter,
  message: DescribeTopicPartitionsRequestCursorInput,
  _version: number,
): void {
  const topicName = message.topicName;
  writer.compactString(topicName);
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);

  writer.noTaggedFields();
}

export interface DescribeTopicPartitionsResponse {
  throttleTimeMs: number;
  topics: DescribeTopicPartitionsResponseDescribeTopicPartitionsResponseTopic[];
  /** default null */
  nextCursor: DescribeTopicPartitionsResponseCursor | null;
}

export interface DescribeTopicPartitionsResponseInput {
  readonly throttleTimeMs?: number | undefined;
  readonly topics: readonly DescribeTopicPartitionsResponseDescribeTopicPartitionsResponseTopicInput[];
  readonly nextCursor?: DescribeTopicPartitionsResponseCursorInput | null | undefined;
}

export interface DescribeTopicPartitionsResponseDescribeTopicPartitionsResponseTopic {
  errorCode: number;
  name: string | null;
  topicId: string;
  /** default false */
  isInternal: boolean;
  partitions: DescribeTopicPartitionsResponseDescribeTopicPartitionsResponsePartition[];
  /** default -2147483648 */
  topicAuthorizedOperations: number;
}

export interface DescribeTopicPartitionsResponseDescribeTopicPartitionsResponseTopicInput {
  readonly errorCode: number;
  readonly name: string | null;
  readonly topicId?: string | undefined;
  readonly isInternal?: boolean | undefined;
  readonly partitions: readonly DescribeTopicPartitionsResponseDescribeTopicPartitionsResponsePartitionInput[];
  readonly topicAuthorizedOperations?: number | undefined;
}

export interface DescribeTopicPartitionsResponseDescribeTopicPartitionsResponsePartition {
  errorCode: number;
  partitionIndex: number;
  leaderId: number;
  /** default -1 */
  leaderEpoch: number;
  replicaNodes: number[];
  isrNodes: number[];
  /** default null */
  eligibleLeaderReplicas: number[] | null;
  /** default null */
  lastKnownElr: number[] | null;
  offlineReplicas: number[];
}

export interface DescribeTopicPartitionsResponseDescribeTopicPartitionsResponsePartitionInput {
  readonly errorCode: number;
  readonly partitionIndex: number;
  readonly leaderId: number;
  readonly leaderEpoch?: number | undefined;
  readonly replicaNodes: readonly number[];
  readonly isrNodes: readonly number[];
  readonly eligibleLeaderReplicas?: readonly number[] | null | undefined;
  readonly lastKnownElr?: readonly number[] | null | undefined;
  readonly offlineReplicas?: readonly number[] | undefined;
}

export interface DescribeTopicPartitionsResponseCursor {
  topicName: string;
  partitionIndex: number;
}

export interface DescribeTopicPartitionsResponseCursorInput {
  readonly topicName: string;
  readonly partitionIndex: number;
}

function readDescribeTopicPartitionsResponse(
  reader: ByteReader,
  version: number,
): DescribeTopicPartitionsResponse {
  const throttleTimeMs = reader.int32();
  const topics: DescribeTopicPartitionsResponseDescribeTopicPartitionsResponseTopic[] = [];
  const topicsLength = reader.compactArrayLength(26);
  for (let index = 0; index < topicsLength; index++)
    topics.push(
      readDescribeTopicPartitionsResponseDescribeTopicPartitionsResponseTopic(reader, version),
    );
  const nextCursor = reader.isPresent()
    ? readDescribeTopicPartitionsResponseCursor(reader, version)
    : null;
  reader.skipTaggedFields();
  return { throttleTimeMs, topics, nextCursor };
}

function readDescribeTopicPartitionsResponseDescribeTopicPartitionsResponseTopic(
  reader: ByteReader,
  version: number,
): DescribeTopicPartitionsResponseDescribeTopicPartitionsResponseTopic {
  const errorCode = reader.int16();
  const name = reader.compactNullableString();
  const topicId = reader.uuid();
  const isInternal = reader.bool();
  const partitions: DescribeTopicPartitionsResponseDescribeTopicPartitionsResponsePartition[] = [];
  const partitionsLength = reader.compactArrayLength(20);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(
      readDescribeTopicPartitionsResponseDescribeTopicPartitionsResponsePartition(reader, version),
    );
  const topicAuthorizedOperations = reader.int32();
  reader.skipTaggedFields();
  return { errorCode, name, topicId, isInternal, partitions, topicAuthorizedOperations };
}

function readDescribeTopicPartitionsResponseDescribeTopicPartitionsResponsePartition(
  reader: ByteReader,
  _version: number,
): DescribeTopicPartitionsResponseDescribeTopicPartitionsResponsePartition {
  const errorCode = reader.int16();
  const partitionIndex = reader.int32();
  const leaderId = reader.int32();
  const leaderEpoch = reader.int32();
  const replicaNodes: number[] = [];
  const replicaNodesLength = reader.compactArrayLength(4);
  for (let index = 0; index < replicaNodesLength; index++) replicaNodes.push(reader.int32());
  const isrNodes: number[] = [];
  const isrNodesLength = reader.compactArrayLength(4);
  for (let index = 0; index < isrNodesLength; index++) isrNodes.push(reader.int32());
  let eligibleLeaderReplicas: number[] | null = null;
  const eligibleLeaderReplicasLength = reader.compactNullableArrayLength(4);
  if (eligibleLeaderReplicasLength >= 0) {
    eligibleLeaderReplicas = [];
    for (let index = 0; index < eligibleLeaderReplicasLength; index++)
      eligibleLeaderReplicas.push(reader.int32());
  }
  let lastKnownElr: number[] | null = null;
  const lastKnownElrLength = reader.compactNullableArrayLength(4);
  if (lastKnownElrLength >= 0) {
    lastKnownElr = [];
    for (let index = 0; index < lastKnownElrLength; index++) lastKnownElr.push(reader.int32());
  }
  const offlineReplicas: number[] = [];
  const offlineReplicasLength = reader.compactArrayLength(4);
  for (let index = 0; index < offlineReplicasLength; index++) offlineReplicas.push(reader.int32());
  reader.skipTaggedFields();
  return {
    errorCode,
    partitionIndex,
    leaderId,
    leaderEpoch,
    replicaNodes,
    isrNodes,
    eligibleLeaderReplicas,
    lastKnownElr,
    offlineReplicas,
  };
}

function readDescribeTopicPartitionsResponseCursor(
  reader: ByteReader,
  _version: number,
): DescribeTopicPartitionsResponseCursor {
  const topicName = reader.compactString();
  const partitionIndex = reader.int32();
  reader.skipTaggedFields();
  return { topicName, partitionIndex };
}

function writeDescribeTopicPartitionsResponse(
  writer: ByteWriter,
  message: DescribeTopicPartitionsResponseInput,
  version: number,
): void {
  const throttleTimeMs = message.throttleTimeMs ?? 0;
  writer.int32(throttleTimeMs);
  const topics = message.topics;
  writer.compactArrayLength(topics.length);
  for (const element of topics)
    writeDescribeTopicPartitionsResponseDescribeTopicPartitionsResponseTopic(
      writer,
      element,
      version,
    );
  const nextCursor = message.nextCursor ?? null;
  writer.present(nextCursor !== null);
  if (nextCursor !== null) writeDescribeTopicPartitionsResponseCursor(writer, nextCursor, version);

  writer.noTaggedFields();
}

function writeDescribeTopicPartitionsResponseDescribeTopicPartitionsResponseTopic(
  writer: ByteWriter,
  message: DescribeTopicPartitionsResponseDescribeTopicPartitionsResponseTopicInput,
  version: number,
): void {
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const name = message.name;
  writer.compactNullableString(name);
  const topicId = message.topicId ?? ZERO_UUID;
  writer.uuid(topicId);
  const isInternal = message.isInternal ?? false;
  writer.bool(isInternal);
  const partitions = message.partitions;
  writer.compactArrayLength(partitions.length);
  for (const element of partitions)
    writeDescribeTopicPartitionsResponseDescribeTopicPartitionsResponsePartition(
      writer,
      element,
      version,
    );
  const topicAuthorizedOperations = message.topicAuthorizedOperations ?? -2147483648;
  writer.int32(topicAuthorizedOperations);

  writer.noTaggedFields();
}

function writeDescribeTopicPartitionsResponseDescribeTopicPartitionsResponsePartition(
  writer: ByteWriter,
  message: DescribeTopicPartitionsResponseDescribeTopicPartitionsResponsePartitionInput,
  _version: number,
): void {
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
  const leaderId = message.leaderId;
  writer.int32(leaderId);
  const leaderEpoch = message.leaderEpoch ?? -1;
  writer.int32(leaderEpoch);
  const replicaNodes = message.replicaNodes;
  writer.compactArrayLength(replicaNodes.length);
  for (const element of replicaNodes) {
    writer.int32(element);
  }
  const isrNodes = message.isrNodes;
  writer.compactArrayLength(isrNodes.length);
  for (const element of isrNodes) {
    writer.int32(element);
  }
  const eligibleLeaderReplicas = message.eligibleLeaderReplicas ?? null;
  writer.compactArrayLength(eligibleLeaderReplicas === null ? -1 : eligibleLeaderReplicas.length);
  if (eligibleLeaderReplicas !== null) {
    for (const element of eligibleLeaderReplicas) {
      writer.int32(element);
    }
  }
  const lastKnownElr = message.lastKnownElr ?? null;
  writer.compactArrayLength(lastKnownElr === null ? -1 : lastKnownElr.length);
  if (lastKnownElr !== null) {
    for (const element of lastKnownElr) {
      writer.int32(element);
    }
  }
  const offlineReplicas = message.offlineReplicas ?? [];
  writer.compactArrayLength(offlineReplicas.length);
  for (const element of offlineReplicas) {
    writer.int32(element);
  }

  writer.noTaggedFields();
}

function writeDescribeTopicPartitionsResponseCursor(
  writer: ByteWriter,
  message: DescribeTopicPartitionsResponseCursorInput,
  _version: number,
): void {
  const topicName = message.topicName;
  writer.compactString(topicName);
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);

  writer.noTaggedFields();
}

export const describeTopicPartitionsApi: Api<
  DescribeTopicPartitionsRequest,
  DescribeTopicPartitionsRequestInput,
  DescribeTopicPartitionsResponse,
  DescribeTopicPartitionsResponseInput
> = {
  key: 75,
  name: 'DescribeTopicPartitions',
  request: {
    name: 'DescribeTopicPartitionsRequest',
    minVersion: 0,
    maxVersion: 0,
    flexibleFrom: 0,
    read: readDescribeTopicPartitionsRequest,
    write: writeDescribeTopicPartitionsRequest,
  },
  response: {
    name: 'DescribeTopicPartitionsResponse',
    minVersion: 0,
    maxVersion: 0,
    flexibleFrom: 0,
    read: readDescribeTopicPartitionsResponse,
    write: writeDescribeTopicPartitionsResponse,
  },
};
