// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface ElectLeadersRequest {
  /** versions 1+ */
  electionType: number;
  topicPartitions: ElectLeadersRequestTopicPartitions[] | null;
  /** default 60000 */
  timeoutMs: number;
}

export interface ElectLeadersRequestInput {
  readonly electionType?: number | undefined;
  readonly topicPartitions: readonly ElectLeadersRequestTopicPartitionsInput[] | null;
  readonly timeoutMs?: number | undefined;
}

export interface ElectLeadersRequestTopicPartitions {
  topic: string;
  partitions: number[];
}

export interface ElectLeadersRequestTopicPartitionsInput {
  readonly topic: string;
  readonly partitions: readonly number[];
}

function readElectLeadersRequest(reader: ByteReader, version: number): ElectLeadersRequest {
  const flexible = version === 2;
  const electionType = version >= 1 ? reader.int8() : 0;
  let topicPartitions: ElectLeadersRequestTopicPartitions[] | null = null;
  const topicPartitionsLength = flexible
    ? reader.compactNullableArrayLength(3)
    : reader.nullableArrayLength(3);
  if (topicPartitionsLength >= 0) {
    topicPartitions = [];
    for (let index = 0; index < topicPartitionsLength; index++)
      topicPartitions.push(readElectLeadersRequestTopicPartitions(reader, version));
  }
  const timeoutMs = reader.int32();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { electionType, topicPartitions, timeoutMs };
}

function readElectLeadersRequestTopicPartitions(
  reader: ByteReader,
  version: number,
): ElectLeadersRequestTopicPartitions {
  const flexible = version === 2;
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

function writeElectLeadersRequest(
  writer: ByteWriter,
  message: ElectLeadersRequestInput,
  version: number,
): void {
  const flexible = version === 2;
  const electionType = message.electionType ?? 0;
  if (version >= 1) {
    writer.int8(electionType);
  } else if (electionType !== 0) {
    throw new EncodeError(`ElectLeadersRequest.electionType is not part of version ${version}`);
  }
  const topicPartitions = message.topicPartitions;
  if (flexible) writer.compactArrayLength(topicPartitions === null ? -1 : topicPartitions.length);
  else writer.arrayLength(topicPartitions === null ? -1 : topicPartitions.length);
  if (topicPartitions !== null) {
    for (const element of topicPartitions)
      writeElectLeadersRequestTopicPartitions(writer, element, version);
  }
  const timeoutMs = message.timeoutMs ?? 60000;
  writer.int32(timeoutMs);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeElectLeadersRequestTopicPartitions(
  writer: ByteWriter,
  message: ElectLeadersRequestTopicPartitionsInput,
  version: number,
): void {
  const flexible = version === 2;
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

export interface ElectLeadersResponse {
  throttleTimeMs: number;
  /** versions 1+ */
  errorCode: number;
  replicaElectionResults: ElectLeadersResponseReplicaElectionResult[];
}

export interface ElectLeadersResponseInput {
  readonly throttleTimeMs: number;
  readonly errorCode?: number | undefined;
  readonly replicaElectionResults: readonly ElectLeadersResponseReplicaElectionResultInput[];
}

export interface ElectLeadersResponseReplicaElectionResult {
  topic: string;
  partitionResult: ElectLeadersResponsePartitionResult[];
}

export interface ElectLeadersResponseReplicaElectionResultInput {
  readonly topic: string;
  readonly partitionResult: readonly ElectLeadersResponsePartitionResultInput[];
}

export interface ElectLeadersResponsePartitionResult {
  partitionId: number;
  errorCode: number;
  errorMessage: string | null;
}

export interface ElectLeadersResponsePartitionResultInput {
  readonly partitionId: number;
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

function readElectLeadersResponse(reader: ByteReader, version: number): ElectLeadersResponse {
  const flexible = version === 2;
  const throttleTimeMs = reader.int32();
  const errorCode = version >= 1 ? reader.int16() : 0;
  const replicaElectionResults: ElectLeadersResponseReplicaElectionResult[] = [];
  const replicaElectionResultsLength = flexible
    ? reader.compactArrayLength(3)
    : reader.arrayLength(3);
  for (let index = 0; index < replicaElectionResultsLength; index++)
    replicaElectionResults.push(readElectLeadersResponseReplicaElectionResult(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, errorCode, replicaElectionResults };
}

function readElectLeadersResponseReplicaElectionResult(
  reader: ByteReader,
  version: number,
): ElectLeadersResponseReplicaElectionResult {
  const flexible = version === 2;
  const topic = flexible ? reader.compactString() : reader.string();
  const partitionResult: ElectLeadersResponsePartitionResult[] = [];
  const partitionResultLength = flexible ? reader.compactArrayLength(8) : reader.arrayLength(8);
  for (let index = 0; index < partitionResultLength; index++)
    partitionResult.push(readElectLeadersResponsePartitionResult(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { topic, partitionResult };
}

function readElectLeadersResponsePartitionResult(
  reader: ByteReader,
  version: number,
): ElectLeadersResponsePartitionResult {
  const flexible = version === 2;
  const partitionId = reader.int32();
  const errorCode = reader.int16();
  const errorMessage = flexible ? reader.compactNullableString() : reader.nullableString();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { partitionId, errorCode, errorMessage };
}

function writeElectLeadersResponse(
  writer: ByteWriter,
  message: ElectLeadersResponseInput,
  version: number,
): void {
  const flexible = version === 2;
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const errorCode = message.errorCode ?? 0;
  if (version >= 1) {
    writer.int16(errorCode);
  } else if (errorCode !== 0) {
    throw new EncodeError(`ElectLeadersResponse.errorCode is not part of version ${version}`);
  }
  const replicaElectionResults = message.replicaElectionResults;
  if (flexible) writer.compactArrayLength(replicaElectionResults.length);
  else writer.arrayLength(replicaElectionResults.length);
  for (const element of replicaElectionResults)
    writeElectLeadersResponseReplicaElectionResult(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeElectLeadersResponseReplicaElectionResult(
  writer: ByteWriter,
  message: ElectLeadersResponseReplicaElectionResultInput,
  version: number,
): void {
  const flexible = version === 2;
  const topic = message.topic;
  if (flexible) writer.compactString(topic);
  else writer.string(topic);
  const partitionResult = message.partitionResult;
  if (flexible) writer.compactArrayLength(partitionResult.length);
  else writer.arrayLength(partitionResult.length);
  for (const element of partitionResult)
    writeElectLeadersResponsePartitionResult(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeElectLeadersResponsePartitionResult(
  writer: ByteWriter,
  message: ElectLeadersResponsePartitionResultInput,
  version: number,
): void {
  const flexible = version === 2;
  const partitionId = message.partitionId;
  writer.int32(partitionId);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const errorMessage = message.errorMessage;
  if (flexible) writer.compactNullableString(errorMessage);
  else writer.nullableString(errorMessage);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const electLeadersApi: Api<
  ElectLeadersRequest,
  ElectLeadersRequestInput,
  ElectLeadersResponse,
  ElectLeadersResponseInput
> = {
  key: 43,
  name: 'ElectLeaders',
  request: {
    name: 'ElectLeadersRequest',
    minVersion: 0,
    maxVersion: 2,
    flexibleFrom: 2,
    read: readElectLeadersRequest,
    write: writeElectLeadersRequest,
  },
  response: {
    name: 'ElectLeadersResponse',
    minVersion: 0,
    maxVersion: 2,
    flexibleFrom: 2,
    read: readElectLeadersResponse,
    write: writeElectLeadersResponse,
  },
};
