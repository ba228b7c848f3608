// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface ListPartitionReassignmentsRequest {
  /** default 60000 */
  timeoutMs: number;
  /** default null */
  topics: ListPartitionReassignmentsRequestListPartitionReassignmentsTopics[] | null;
}

export interface ListPartitionReassignmentsRequestInput {
  readonly timeoutMs?: number | undefined;
  readonly topics?:
    | readonly ListPartitionReassignmentsRequestListPartitionReassignmentsTopicsInput[]
    | null
    | undefined;
}

export interface ListPartitionReassignmentsRequestListPartitionReassignmentsTopics {
  name: string;
  partitionIndexes: number[];
}

export interface ListPartitionReassignmentsRequestListPartitionReassignmentsTopicsInput {
  readonly name: string;
  readonly partitionIndexes: readonly number[];
}

function readListPartitionReassignmentsRequest(
  reader: ByteReader,
  version: number,
): ListPartitionReassignmentsRequest {
  const timeoutMs = reader.int32();
  let topics: ListPartitionReassignmentsRequestListPartitionReassignmentsTopics[] | null = null;
  const topicsLength = reader.compactNullableArrayLength(3);
  if (topicsLength >= 0) {
    topics = [];
    for (let index = 0; index < topicsLength; index++)
      topics.push(
        readListPartitionReassignmentsRequestListPartitionReassignmentsTopics(reader, version),
      );
  }
  reader.skipTaggedFields();
  return { timeoutMs, topics };
}

function readListPartitionReassignmentsRequestListPartitionReassignmentsTopics(
  reader: ByteReader,
  _version: number,
): ListPartitionReassignmentsRequestListPartitionReassignmentsTopics {
  const name = reader.compactString();
  const partitionIndexes: number[] = [];
  const partitionIndexesLength = reader.compactArrayLength(4);
  for (let index = 0; index < partitionIndexesLength; index++)
    partitionIndexes.push(reader.int32());
  reader.skipTaggedFields();
  return { name, partitionIndexes };
}

function writeListPartitionReassignmentsRequest(
  writer: ByteWriter,
  message: ListPartitionReassignmentsRequestInput,
  version: number,
): void {
  const timeoutMs = message.timeoutMs ?? 60000;
  writer.int32(timeoutMs);
  const topics = message.topics ?? null;
  writer.compactArrayLength(topics === null ? -1 : topics.length);
  if (topics !== null) {
    for (const element of topics)
      writeListPartitionReassignmentsRequestListPartitionReassignmentsTopics(
        writer,
        element,
        version,
      );
  }

  writer.noTaggedFields();
}

function writeListPartitionReassignmentsRequestListPartitionReassignmentsTopics(
  writer: ByteWriter,
  message: ListPartitionReassignmentsRequestListPartitionReassignmentsTopicsInput,
  _version: number,
): void {
  const name = message.name;
  writer.compactString(name);
  const partitionIndexes = message.partitionIndexes;
  writer.compactArrayLength(partitionIndexes.length);
  for (const element of partitionIndexes) {
    writer.int32(element);
  }

  writer.noTaggedFields();
}

export interface ListPartitionReassignmentsResponse {
  throttleTimeMs: number;
  errorCode: number;
  errorMessage: string | null;
  topics: ListPartitionReassignmentsResponseOngoingTopicReassignment[];
}

export interface ListPartitionReassignmentsResponseInput {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly topics: readonly ListPartitionReassignmentsResponseOngoingTopicReassignmentInput[];
}

export interface ListPartitionReassignmentsResponseOngoingTopicReassignment {
  name: string;
  partitions: ListPartitionReassignmentsResponseOngoingPartitionReassignment[];
}

export interface ListPartitionReassignmentsResponseOngoingTopicReassignmentInput {
  readonly name: string;
  readonly partitions: readonly ListPartitionReassignmentsResponseOngoingPartitionReassignmentInput[];
}

export interface ListPartitionReassignmentsResponseOngoingPartitionReassignment {
  partitionIndex: number;
  replicas: number[];
  addingReplicas: number[];
  removingReplicas: number[];
}

export interface ListPartitionReassignmentsResponseOngoingPartitionReassignmentInput {
  readonly partitionIndex: number;
  readonly replicas: readonly number[];
  readonly addingReplicas: readonly number[];
  readonly removingReplicas: readonly number[];
}

function readListPartitionReassignmentsResponse(
  reader: ByteReader,
  version: number,
): ListPartitionReassignmentsResponse {
  const throttleTimeMs = reader.int32();
  const errorCode = reader.int16();
  const errorMessage = reader.compactNullableString();
  const topics: ListPartitionReassignmentsResponseOngoingTopicReassignment[] = [];
  const topicsLength = reader.compactArrayLength(3);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readListPartitionReassignmentsResponseOngoingTopicReassignment(reader, version));
  reader.skipTaggedFields();
  return { throttleTimeMs, errorCode, errorMessage, topics };
}

function readListPartitionReassignmentsResponseOngoingTopicReassignment(
  reader: ByteReader,
  version: number,
): ListPartitionReassignmentsResponseOngoingTopicReassignment {
  const name = reader.compactString();
  const partitions: ListPartitionReassignmentsResponseOngoingPartitionReassignment[] = [];
  const partitionsLength = reader.compactArrayLength(8);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(
      readListPartitionReassignmentsResponseOngoingPartitionReassignment(reader, version),
    );
  reader.skipTaggedFields();
  return { name, partitions };
}

function readListPartitionReassignmentsResponseOngoingPartitionReassignment(
  reader: ByteReader,
  _version: number,
): ListPartitionReassignmentsResponseOngoingPartitionReassignment {
  const partitionIndex = reader.int32();
  const replicas: number[] = [];
  const replicasLength = reader.compactArrayLength(4);
  for (let index = 0; index < replicasLength; index++) replicas.push(reader.int32());
  const addingReplicas: number[] = [];
  const addingReplicasLength = reader.compactArrayLength(4);
  for (let index = 0; index < addingReplicasLength; index++) addingReplicas.push(reader.int32());
  const removingReplicas: number[] = [];
  const removingReplicasLength = reader.compactArrayLength(4);
  for (let index = 0; index < removingReplicasLength; index++)
    removingReplicas.push(reader.int32());
  reader.skipTaggedFields();
  return { partitionIndex, replicas, addingReplicas, removingReplicas };
}

function writeListPartitionReassignmentsResponse(
  writer: ByteWriter,
  message: ListPartitionReassignmentsResponseInput,
  version: number,
): void {
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const errorMessage = message.errorMessage;
  writer.compactNullableString(errorMessage);
  const topics = message.topics;
  writer.compactArrayLength(topics.length);
  for (const element of topics)
    writeListPartitionReassignmentsResponseOngoingTopicReassignment(writer, element, version);

  writer.noTaggedFields();
}

function writeListPartitionReassignmentsResponseOngoingTopicReassignment(
  writer: ByteWriter,
  message: ListPartitionReassignmentsResponseOngoingTopicReassignmentInput,
  version: number,
): void {
  const name = message.name;
  writer.compactString(name);
  const partitions = message.partitions;
  writer.compactArrayLength(partitions.length);
  for (const element of partitions)
    writeListPartitionReassignmentsResponseOngoingPartitionReassignment(writer, element, version);

  writer.noTaggedFields();
}

function writeListPartitionReassignmentsResponseOngoingPartitionReassignment(
  writer: ByteWriter,
  message: ListPartitionReassignmentsResponseOngoingPartitionReassignmentInput,
  _version: number,
): void {
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
  const replicas = message.replicas;
  writer.compactArrayLength(replicas.length);
  for (const element of replicas) {
    writer.int32(element);
  }
  const addingReplicas = message.addingReplicas;
  writer.compactArrayLength(addingReplicas.length);
  for (const element of addingReplicas) {
    writer.int32(element);
  }
  const removingReplicas = message.removingReplicas;
  writer.compactArrayLength(removingReplicas.length);
  for (const element of removingReplicas) {
    writer.int32(element);
  }

  writer.noTaggedFields();
}

export const listPartitionReassignmentsApi: Api<
  ListPartitionReassignmentsRequest,
  ListPartitionReassignmentsRequestInput,
  ListPartitionReassignmentsResponse,
  ListPartitionReassignmentsResponseInput
> = {
  key: 46,
  name: 'ListPartitionReassignments',
  request: {
    name: 'ListPartitionReassignmentsRequest',
    minVersion: 0,
    maxVersion: 0,
    flexibleFrom: 0,
    read: readListPartitionReassignmentsRequest,
    write: writeListPartitionReassignmentsRequest,
  },
  response: {
    name: 'ListPartitionReassignmentsResponse',
    minVersion: 0,
    maxVersion: 0,
    flexibleFrom: 0,
    read: readListPartitionReassignmentsResponse,
    write: writeListPartitionReassignmentsResponse,
  },
};
