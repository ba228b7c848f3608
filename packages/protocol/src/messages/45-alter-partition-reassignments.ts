// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface AlterPartitionReassignmentsRequest {
  /** default 60000 */
  timeoutMs: number;
  /** version 1; default true */
  allowReplicationFactorChange: boolean;
  topics: AlterPartitionReassignmentsRequestReassignableTopic[];
}

export interface AlterPartitionReassignmentsRequestInput {
  readonly timeoutMs?: number | undefined;
  readonly allowReplicationFactorChange?: boolean | undefined;
  readonly topics: readonly AlterPartitionReassignmentsRequestReassignableTopicInput[];
}

export interface AlterPartitionReassignmentsRequestReassignableTopic {
  name: string;
  partitions: AlterPartitionReassignmentsRequestReassignablePartition[];
}

export interface AlterPartitionReassignmentsRequestReassignableTopicInput {
  readonly name: string;
  readonly partitions: readonly AlterPartitionReassignmentsRequestReassignablePartitionInput[];
}

export interface AlterPartitionReassignmentsRequestReassignablePartition {
  partitionIndex: number;
  /** default null */
  replicas: number[] | null;
}

export interface AlterPartitionReassignmentsRequestReassignablePartitionInput {
  readonly partitionIndex: number;
  readonly replicas?: readonly number[] | null | undefined;
}

function readAlterPartitionReassignmentsRequest(
  reader: ByteReader,
  version: number,
): AlterPartitionReassignmentsRequest {
  const timeoutMs = reader.int32();
  const allowReplicationFactorChange = version === 1 ? reader.bool() : true;
  const topics: AlterPartitionReassignmentsRequestReassignableTopic[] = [];
  const topicsLength = reader.compactArrayLength(3);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readAlterPartitionReassignmentsRequestReassignableTopic(reader, version));
  reader.skipTaggedFields();
  return { timeoutMs, allowReplicationFactorChange, topics };
}

function readAlterPartitionReassignmentsRequestReassignableTopic(
  reader: ByteReader,
  version: number,
): AlterPartitionReassignmentsRequestReassignableTopic {
  const name = reader.compactString();
  const partitions: AlterPartitionReassignmentsRequestReassignablePartition[] = [];
  const partitionsLength = reader.compactArrayLength(6);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(readAlterPartitionReassignmentsRequestReassignablePartition(reader, version));
  reader.skipTaggedFields();
  return { name, partitions };
}

function readAlterPartitionReassignmentsRequestReassignablePartition(
  reader: ByteReader,
  _version: number,
): AlterPartitionReassignmentsRequestReassignablePartition {
  const partitionIndex = reader.int32();
  let replicas: number[] | null = null;
  const replicasLength = reader.compactNullableArrayLength(4);
  if (replicasLength >= 0) {
    replicas = [];
    for (let index = 0; index < replicasLength; index++) replicas.push(reader.int32());
  }
  reader.skipTaggedFields();
  return { partitionIndex, replicas };
}

function writeAlterPartitionReassignmentsRequest(
  writer: ByteWriter,
  message: AlterPartitionReassignmentsRequestInput,
  version: number,
): void {
  const timeoutMs = message.timeoutMs ?? 60000;
  writer.int32(timeoutMs);
  const allowReplicationFactorChange = message.allowReplicationFactorChange ?? true;
  if (version === 1) {
    writer.bool(allowReplicationFactorChange);
  } else if (!allowReplicationFactorChange) {
    throw new EncodeError(
      `AlterPartitionReassignmentsRequest.allowReplicationFactorChange is not part of version ${version}`,
    );
  }
  const topics = message.topics;
  writer.compactArrayLength(topics.length);
  for (const element of topics)
    writeAlterPartitionReassignmentsRequestReassignableTopic(writer, element, version);

  writer.noTaggedFields();
}

function writeAlterPartitionReassignmentsRequestReassignableTopic(
  writer: ByteWriter,
  message: AlterPartitionReassignmentsRequestReassignableTopicInput,
  version: number,
): void {
  const name = message.name;
  writer.compactString(name);
  const partitions = message.partitions;
  writer.compactArrayLength(partitions.length);
  for (const element of partitions)
    writeAlterPartitionReassignmentsRequestReassignablePartition(writer, element, version);

  writer.noTaggedFields();
}

function writeAlterPartitionReassignmentsRequestReassignablePartition(
  writer: ByteWriter,
  message: AlterPartitionReassignmentsRequestReassignablePartitionInput,
  _version: number,
): void {
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
  const replicas = message.replicas ?? null;
  writer.compactArrayLength(replicas === null ? -1 : replicas.length);
  if (replicas !== null) {
    for (const element of replicas) {
      writer.int32(element);
    }
  }

  writer.noTaggedFields();
}

export interface AlterPartitionReassignmentsResponse {
  throttleTimeMs: number;
  /** version 1; default true */
  allowReplicationFactorChange: boolean;
  errorCode: number;
  errorMessage: string | null;
  responses: AlterPartitionReassignmentsResponseReassignableTopicResponse[];
}

export interface AlterPartitionReassignmentsResponseInput {
  readonly throttleTimeMs: number;
  readonly allowReplicationFactorChange?: boolean | undefined;
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly responses: readonly AlterPartitionReassignmentsResponseReassignableTopicResponseInput[];
}

export interface AlterPartitionReassignmentsResponseReassignableTopicResponse {
  name: string;
  partitions: AlterPartitionReassignmentsResponseReassignablePartitionResponse[];
}

export interface AlterPartitionReassignmentsResponseReassignableTopicResponseInput {
  readonly name: string;
  readonly partitions: readonly AlterPartitionReassignmentsResponseReassignablePartitionResponseInput[];
}

export interface AlterPartitionReassignmentsResponseReassignablePartitionResponse {
  partitionIndex: number;
  errorCode: number;
  errorMessage: string | null;
}

export interface AlterPartitionReassignmentsResponseReassignablePartitionResponseInput {
  readonly partitionIndex: number;
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

function readAlterPartitionReassignmentsResponse(
  reader: ByteReader,
  version: number,
): AlterPartitionReassignmentsResponse {
  const throttleTimeMs = reader.int32();
  const allowReplicationFactorChange = version === 1 ? reader.bool() : true;
  const errorCode = reader.int16();
  const errorMessage = reader.compactNullableString();
  const responses: AlterPartitionReassignmentsResponseReassignableTopicResponse[] = [];
  const responsesLength = reader.compactArrayLength(3);
  for (let index = 0; index < responsesLength; index++)
    responses.push(
      readAlterPartitionReassignmentsResponseReassignableTopicResponse(reader, version),
    );
  reader.skipTaggedFields();
  return { throttleTimeMs, allowReplicationFactorChange, errorCode, errorMessage, responses };
}

function readAlterPartitionReassignmentsResponseReassignableTopicResponse(
  reader: ByteReader,
  version: number,
): AlterPartitionReassignmentsResponseReassignableTopicResponse {
  const name = reader.compactString();
  const partitions: AlterPartitionReassignmentsResponseReassignablePartitionResponse[] = [];
  const partitionsLength = reader.compactArrayLength(8);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(
      readAlterPartitionReassignmentsResponseReassignablePartitionResponse(reader, version),
    );
  reader.skipTaggedFields();
  return { name, partitions };
}

function readAlterPartitionReassignmentsResponseReassignablePartitionResponse(
  reader: ByteReader,
  _version: number,
): AlterPartitionReassignmentsResponseReassignablePartitionResponse {
  const partitionIndex = reader.int32();
  const errorCode = reader.int16();
  const errorMessage = reader.compactNullableString();
  reader.skipTaggedFields();
  return { partitionIndex, errorCode, errorMessage };
}

function writeAlterPartitionReassignmentsResponse(
  writer: ByteWriter,
  message: AlterPartitionReassignmentsResponseInput,
  version: number,
): void {
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  if (version === 1) {
    const allowReplicationFactorChange = message.allowReplicationFactorChange ?? true;
    writer.bool(allowReplicationFactorChange);
  }
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const errorMessage = message.errorMessage;
  writer.compactNullableString(errorMessage);
  const responses = message.responses;
  writer.compactArrayLength(responses.length);
  for (const element of responses)
    writeAlterPartitionReassignmentsResponseReassignableTopicResponse(writer, element, version);

  writer.noTaggedFields();
}

function writeAlterPartitionReassignmentsResponseReassignableTopicResponse(
  writer: ByteWriter,
  message: AlterPartitionReassignmentsResponseReassignableTopicResponseInput,
  version: number,
): void {
  const name = message.name;
  writer.compactString(name);
  const partitions = message.partitions;
  writer.compactArrayLength(partitions.length);
  for (const element of partitions)
    writeAlterPartitionReassignmentsResponseReassignablePartitionResponse(writer, element, version);

  writer.noTaggedFields();
}

function writeAlterPartitionReassignmentsResponseReassignablePartitionResponse(
  writer: ByteWriter,
  message: AlterPartitionReassignmentsResponseReassignablePartitionResponseInput,
  _version: number,
): void {
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const errorMessage = message.errorMessage;
  writer.compactNullableString(errorMessage);

  writer.noTaggedFields();
}

export const alterPartitionReassignmentsApi: Api<
  AlterPartitionReassignmentsRequest,
  AlterPartitionReassignmentsRequestInput,
  AlterPartitionReassignmentsResponse,
  AlterPartitionReassignmentsResponseInput
> = {
  key: 45,
  name: 'AlterPartitionReassignments',
  request: {
    name: 'AlterPartitionReassignmentsRequest',
    minVersion: 0,
    maxVersion: 1,
    flexibleFrom: 0,
    read: readAlterPartitionReassignmentsRequest,
    write: writeAlterPartitionReassignmentsRequest,
  },
  response: {
    name: 'AlterPartitionReassignmentsResponse',
    minVersion: 0,
    maxVersion: 1,
    flexibleFrom: 0,
    read: readAlterPartitionReassignmentsResponse,
    write: writeAlterPartitionReassignmentsResponse,
  },
};
