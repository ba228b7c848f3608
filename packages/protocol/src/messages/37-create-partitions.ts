// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface CreatePartitionsRequest {
  topics: CreatePartitionsRequestCreatePartitionsTopic[];
  timeoutMs: number;
  validateOnly: boolean;
}

export interface CreatePartitionsRequestInput {
  readonly topics: readonly CreatePartitionsRequestCreatePartitionsTopicInput[];
  readonly timeoutMs: number;
  readonly validateOnly: boolean;
}

export interface CreatePartitionsRequestCreatePartitionsTopic {
  name: string;
  count: number;
  assignments: CreatePartitionsRequestCreatePartitionsAssignment[] | null;
}

export interface CreatePartitionsRequestCreatePartitionsTopicInput {
  readonly name: string;
  readonly count: number;
  readonly assignments: readonly CreatePartitionsRequestCreatePartitionsAssignmentInput[] | null;
}

export interface CreatePartitionsRequestCreatePartitionsAssignment {
  brokerIds: number[];
}

export interface CreatePartitionsRequestCreatePartitionsAssignmentInput {
  readonly brokerIds: readonly number[];
}

function readCreatePartitionsRequest(reader: ByteReader, version: number): CreatePartitionsRequest {
  const flexible = version >= 2;
  const topics: CreatePartitionsRequestCreatePartitionsTopic[] = [];
  const topicsLength = flexible ? reader.compactArrayLength(7) : reader.arrayLength(7);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readCreatePartitionsRequestCreatePartitionsTopic(reader, version));
  const timeoutMs = reader.int32();
  const validateOnly = reader.bool();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { topics, timeoutMs, validateOnly };
}

function readCreatePartitionsRequestCreatePartitionsTopic(
  reader: ByteReader,
  version: number,
): CreatePartitionsRequestCreatePartitionsTopic {
  const flexible = version >= 2;
  const name = flexible ? reader.compactString() : reader.string();
  const count = reader.int32();
  let assignments: CreatePartitionsRequestCreatePartitionsAssignment[] | null = null;
  const assignmentsLength = flexible
    ? reader.compactNullableArrayLength(2)
    : reader.nullableArrayLength(2);
  if (assignmentsLength >= 0) {
    assignments = [];
    for (let index = 0; index < assignmentsLength; index++)
      assignments.push(readCreatePartitionsRequestCreatePartitionsAssignment(reader, version));
  }
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { name, count, assignments };
}

function readCreatePartitionsRequestCreatePartitionsAssignment(
  reader: ByteReader,
  version: number,
): CreatePartitionsRequestCreatePartitionsAssignment {
  const flexible = version >= 2;
  const brokerIds: number[] = [];
  const brokerIdsLength = flexible ? reader.compactArrayLength(4) : reader.arrayLength(4);
  for (let index = 0; index < brokerIdsLength; index++)
    brokerIds.push(flexible ? reader.int32() : reader.int32());
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { brokerIds };
}

function writeCreatePartitionsRequest(
  writer: ByteWriter,
  message: CreatePartitionsRequestInput,
  version: number,
): void {
  const flexible = version >= 2;
  const topics = message.topics;
  if (flexible) writer.compactArrayLength(topics.length);
  else writer.arrayLength(topics.length);
  for (const element of topics)
    writeCreatePartitionsRequestCreatePartitionsTopic(writer, element, version);
  const timeoutMs = message.timeoutMs;
  writer.int32(timeoutMs);
  const validateOnly = message.validateOnly;
  writer.bool(validateOnly);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeCreatePartitionsRequestCreatePartitionsTopic(
  writer: ByteWriter,
  message: CreatePartitionsRequestCreatePartitionsTopicInput,
  version: number,
): void {
  const flexible = version >= 2;
  const name = message.name;
  if (flexible) writer.compactString(name);
  else writer.string(name);
  const count = message.count;
  writer.int32(count);
  const assignments = message.assignments;
  if (flexible) writer.compactArrayLength(assignments === null ? -1 : assignments.length);
  else writer.arrayLength(assignments === null ? -1 : assignments.length);
  if (assignments !== null) {
    for (const element of assignments)
      writeCreatePartitionsRequestCreatePartitionsAssignment(writer, element, version);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeCreatePartitionsRequestCreatePartitionsAssignment(
  writer: ByteWriter,
  message: CreatePartitionsRequestCreatePartitionsAssignmentInput,
  version: number,
): void {
  const flexible = version >= 2;
  const brokerIds = message.brokerIds;
  if (flexible) writer.compactArrayLength(brokerIds.length);
  else writer.arrayLength(brokerIds.length);
  for (const element of brokerIds) {
    writer.int32(element);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface CreatePartitionsResponse {
  throttleTimeMs: number;
  results: CreatePartitionsResponseCreatePartitionsTopicResult[];
}

export interface CreatePartitionsResponseInput {
  readonly throttleTimeMs: number;
  readonly results: readonly CreatePartitionsResponseCreatePartitionsTopicResultInput[];
}

export interface CreatePartitionsResponseCreatePartitionsTopicResult {
  name: string;
  errorCode: number;
  /** default null */
  errorMessage: string | null;
}

export interface CreatePartitionsResponseCreatePartitionsTopicResultInput {
  readonly name: string;
  readonly errorCode: number;
  readonly errorMessage?: string | null | undefined;
}

function readCreatePartitionsResponse(
  reader: ByteReader,
  version: number,
): CreatePartitionsResponse {
  const flexible = version >= 2;
  const throttleTimeMs = reader.int32();
  const results: CreatePartitionsResponseCreatePartitionsTopicResult[] = [];
  const resultsLength = flexible ? reader.compactArrayLength(5) : reader.arrayLength(5);
  for (let index = 0; index < resultsLength; index++)
    results.push(readCreatePartitionsResponseCreatePartitionsTopicResult(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, results };
}

function readCreatePartitionsResponseCreatePartitionsTopicResult(
  reader: ByteReader,
  version: number,
): CreatePartitionsResponseCreatePartitionsTopicResult {
  const flexible = version >= 2;
  const name = flexible ? reader.compactString() : reader.string();
  const errorCode = reader.int16();
  const errorMessage = flexible ? reader.compactNullableString() : reader.nullableString();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { name, errorCode, errorMessage };
}

function writeCreatePartitionsResponse(
  writer: ByteWriter,
  message: CreatePartitionsResponseInput,
  version: number,
): void {
  const flexible = version >= 2;
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const results = message.results;
  if (flexible) writer.compactArrayLength(results.length);
  else writer.arrayLength(results.length);
  for (const element of results)
    writeCreatePartitionsResponseCreatePartitionsTopicResult(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeCreatePartitionsResponseCreatePartitionsTopicResult(
  writer: ByteWriter,
  message: CreatePartitionsResponseCreatePartitionsTopicResultInput,
  version: number,
): void {
  const flexible = version >= 2;
  const name = message.name;
  if (flexible) writer.compactString(name);
  else writer.string(name);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const errorMessage = message.errorMessage ?? null;
  if (flexible) writer.compactNullableString(errorMessage);
  else writer.nullableString(errorMessage);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const createPartitionsApi: Api<
  CreatePartitionsRequest,
  CreatePartitionsRequestInput,
  CreatePartitionsResponse,
  CreatePartitionsResponseInput
> = {
  key: 37,
  name: 'CreatePartitions',
  request: {
    name: 'CreatePartitionsRequest',
    minVersion: 0,
    maxVersion: 3,
    flexibleFrom: 2,
    read: readCreatePartitionsRequest,
    write: writeCreatePartitionsRequest,
  },
  response: {
    name: 'CreatePartitionsResponse',
    minVersion: 0,
    maxVersion: 3,
    flexibleFrom: 2,
    read: readCreatePartitionsResponse,
    write: writeCreatePartitionsResponse,
  },
};
