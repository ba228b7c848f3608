// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { ZERO_UUID } from '../bytes/zero-values.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface CreateTopicsRequest {
  topics: CreateTopicsRequestCreatableTopic[];
  /** default 60000 */
  timeoutMs: number;
  /** versions 1+; default false */
  validateOnly: boolean;
}

export interface CreateTopicsRequestInput {
  readonly topics: readonly CreateTopicsRequestCreatableTopicInput[];
  readonly timeoutMs?: number | undefined;
  readonly validateOnly?: boolean | undefined;
}

export interface CreateTopicsRequestCreatableTopic {
  name: string;
  numPartitions: number;
  replicationFactor: number;
  assignments: CreateTopicsRequestCreatableReplicaAssignment[];
  configs: CreateTopicsRequestCreatableTopicConfig[];
}

export interface CreateTopicsRequestCreatableTopicInput {
  readonly name: string;
  readonly numPartitions: number;
  readonly replicationFactor: number;
  readonly assignments: readonly CreateTopicsRequestCreatableReplicaAssignmentInput[];
  readonly configs: readonly CreateTopicsRequestCreatableTopicConfigInput[];
}

export interface CreateTopicsRequestCreatableReplicaAssignment {
  partitionIndex: number;
  brokerIds: number[];
}

export interface CreateTopicsRequestCreatableReplicaAssignmentInput {
  readonly partitionIndex: number;
  readonly brokerIds: readonly number[];
}

export interface CreateTopicsRequestCreatableTopicConfig {
  name: string;
  value: string | null;
}

export interface CreateTopicsRequestCreatableTopicConfigInput {
  readonly name: string;
  readonly value: string | null;
}

function readCreateTopicsRequest(reader: ByteReader, version: number): CreateTopicsRequest {
  const flexible = version >= 5;
  const topics: CreateTopicsRequestCreatableTopic[] = [];
  const topicsLength = flexible ? reader.compactArrayLength(10) : reader.arrayLength(10);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readCreateTopicsRequestCreatableTopic(reader, version));
  const timeoutMs = reader.int32();
  const validateOnly = version >= 1 ? reader.bool() : false;
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { topics, timeoutMs, validateOnly };
}

function readCreateTopicsRequestCreatableTopic(
  reader: ByteReader,
  version: number,
): CreateTopicsRequestCreatableTopic {
  const flexible = version >= 5;
  const name = flexible ? reader.compactString() : reader.string();
  const numPartitions = reader.int32();
  const replicationFactor = reader.int16();
  const assignments: CreateTopicsRequestCreatableReplicaAssignment[] = [];
  const assignmentsLength = flexible ? reader.compactArrayLength(6) : reader.arrayLength(6);
  for (let index = 0; index < assignmentsLength; index++)
    assignments.push(readCreateTopicsRequestCreatableReplicaAssignment(reader, version));
  const configs: CreateTopicsRequestCreatableTopicConfig[] = [];
  const configsLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < configsLength; index++)
    configs.push(readCreateTopicsRequestCreatableTopicConfig(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { name, numPartitions, replicationFactor, assignments, configs };
}

function readCreateTopicsRequestCreatableReplicaAssignment(
  reader: ByteReader,
  version: number,
): CreateTopicsRequestCreatableReplicaAssignment {
  const flexible = version >= 5;
  const partitionIndex = reader.int32();
  const brokerIds: number[] = [];
  const brokerIdsLength = flexible ? reader.compactArrayLength(4) : reader.arrayLength(4);
  for (let index = 0; index < brokerIdsLength; index++)
    brokerIds.push(flexible ? reader.int32() : reader.int32());
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { partitionIndex, brokerIds };
}

function readCreateTopicsRequestCreatableTopicConfig(
  reader: ByteReader,
  version: number,
): CreateTopicsRequestCreatableTopicConfig {
  const flexible = version >= 5;
  const name = flexible ? reader.compactString() : reader.string();
  const value = flexible ? reader.compactNullableString() : reader.nullableString();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { name, value };
}

function writeCreateTopicsRequest(
  writer: ByteWriter,
  message: CreateTopicsRequestInput,
  version: number,
): void {
  const flexible = version >= 5;
  const topics = message.topics;
  if (flexible) writer.compactArrayLength(topics.length);
  else writer.arrayLength(topics.length);
  for (const element of topics) writeCreateTopicsRequestCreatableTopic(writer, element, version);
  const timeoutMs = message.timeoutMs ?? 60000;
  writer.int32(timeoutMs);
  const validateOnly = message.validateOnly ?? false;
  if (version >= 1) {
    writer.bool(validateOnly);
  } else if (validateOnly) {
    throw new EncodeError(`CreateTopicsRequest.validateOnly is not part of version ${version}`);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeCreateTopicsRequestCreatableTopic(
  writer: ByteWriter,
  message: CreateTopicsRequestCreatableTopicInput,
  version: number,
): void {
  const flexible = version >= 5;
  const name = message.name;
  if (flexible) writer.compactString(name);
  else writer.string(name);
  const numPartitions = message.numPartitions;
  writer.int32(numPartitions);
  const replicationFactor = message.replicationFactor;
  writer.int16(replicationFactor);
  const assignments = message.assignments;
  if (flexible) writer.compactArrayLength(assignments.length);
  else writer.arrayLength(assignments.length);
  for (const element of assignments)
    writeCreateTopicsRequestCreatableReplicaAssignment(writer, element, version);
  const configs = message.configs;
  if (flexible) writer.compactArrayLength(configs.length);
  else writer.arrayLength(configs.length);
  for (const element of configs)
    writeCreateTopicsRequestCreatableTopicConfig(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeCreateTopicsRequestCreatableReplicaAssignment(
  writer: ByteWriter,
  message: CreateTopicsRequestCreatableReplicaAssignmentInput,
  version: number,
): void {
  const flexible = version >= 5;
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
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

function writeCreateTopicsRequestCreatableTopicConfig(
  writer: ByteWriter,
  message: CreateTopicsRequestCreatableTopicConfigInput,
  version: number,
): void {
  const flexible = version >= 5;
  const name = message.name;
  if (flexible) writer.compactString(name);
  else writer.string(name);
  const value = message.value;
  if (flexible) writer.compactNullableString(value);
  else writer.nullableString(value);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface CreateTopicsResponse {
  /** versions 2+ */
  throttleTimeMs: number;
  topics: CreateTopicsResponseCreatableTopicResult[];
}

export interface CreateTopicsResponseInput {
  readonly throttleTimeMs?: number | undefined;
  readonly topics: readonly CreateTopicsResponseCreatableTopicResultInput[];
}

export interface CreateTopicsResponseCreatableTopicResult {
  name: string;
  /** version 7 */
  topicId: string;
  errorCode: number;
  /** versions 1+ */
  errorMessage: string | null;
  /** versions 5+ */
  topicConfigErrorCode: number;
  /** versions 5+; default -1 */
  numPartitions: number;
  /** versions 5+; default -1 */
  replicationFactor: number;
  /** versions 5+ */
  configs: CreateTopicsResponseCreatableTopicConfigs[] | null;
}

export interface CreateTopicsResponseCreatableTopicResultInput {
  readonly name: string;
  readonly topicId?: string | undefined;
  readonly errorCode: number;
  readonly errorMessage?: string | null | undefined;
  readonly topicConfigErrorCode?: number | undefined;
  readonly numPartitions?: number | undefined;
  readonly replicationFactor?: number | undefined;
  readonly configs?: readonly CreateTopicsResponseCreatableTopicConfigsInput[] | null | undefined;
}

export interface CreateTopicsResponseCreatableTopicConfigs {
  name: string;
  value: string | null;
  readOnly: boolean;
  /** default -1 */
  configSource: number;
  isSensitive: boolean;
}

export interface CreateTopicsResponseCreatableTopicConfigsInput {
  readonly name: string;
  readonly value: string | null;
  readonly readOnly: boolean;
  readonly configSource?: number | undefined;
  readonly isSensitive: boolean;
}

function readCreateTopicsResponse(reader: ByteReader, version: number): CreateTopicsResponse {
  const flexible = version >= 5;
  const throttleTimeMs = version >= 2 ? reader.int32() : 0;
  const topics: CreateTopicsResponseCreatableTopicResult[] = [];
  const topicsLength = flexible ? reader.compactArrayLength(4) : reader.arrayLength(4);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readCreateTopicsResponseCreatableTopicResult(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, topics };
}

function readCreateTopicsResponseCreatableTopicResult(
  reader: ByteReader,
  version: number,
): CreateTopicsResponseCreatableTopicResult {
  const flexible = version >= 5;
  const name = flexible ? reader.compactString() : reader.string();
  const topicId = version === 7 ? reader.uuid() : ZERO_UUID;
  const errorCode = reader.int16();
  const errorMessage =
    version >= 1 ? (flexible ? reader.compactNullableString() : reader.nullableString()) : '';
  const numPartitions = version >= 5 ? reader.int32() : -1;
  const replicationFactor = version >= 5 ? reader.int16() : -1;
  let configs: CreateTopicsResponseCreatableTopicConfigs[] | null = null;
  const configsLength = version >= 5 ? reader.compactNullableArrayLength(6) : 0;
  if (configsLength >= 0) {
    configs = [];
    for (let index = 0; index < configsLength; index++)
      configs.push(readCreateTopicsResponseCreatableTopicConfigs(reader, version));
  }
  let topicConfigErrorCode = 0;
  if (flexible) {
    const tagCount = reader.uvarint();
    for (let tagIndex = 0; tagIndex < tagCount; tagIndex++) {
      const tag = reader.uvarint();
      const tagEnd = reader.taggedFieldEnd();
      switch (tag) {
        case 0: {
          topicConfigErrorCode = reader.int16();
          break;
        }
        default:
          reader.position = tagEnd;
      }
      reader.endTaggedField(tagEnd);
    }
  }

  return {
    name,
    topicId,
    errorCode,
    errorMessage,
    topicConfigErrorCode,
    numPartitions,
    replicationFactor,
    configs,
  };
}

function readCreateTopicsResponseCreatableTopicConfigs(
  reader: ByteReader,
  _version: number,
): CreateTopicsResponseCreatableTopicConfigs {
  const name = reader.compactString();
  const value = reader.compactNullableString();
  const readOnly = reader.bool();
  const configSource = reader.int8();
  const isSensitive = reader.bool();
  reader.skipTaggedFields();
  return { name, value, readOnly, configSource, isSensitive };
}

function writeCreateTopicsResponse(
  writer: ByteWriter,
  message: CreateTopicsResponseInput,
  version: number,
): void {
  const flexible = version >= 5;
  if (version >= 2) {
    const throttleTimeMs = message.throttleTimeMs ?? 0;
    writer.int32(throttleTimeMs);
  }
  const topics = message.topics;
  if (flexible) writer.compactArrayLength(topics.length);
  else writer.arrayLength(topics.length);
  for (const element of topics)
    writeCreateTopicsResponseCreatableTopicResult(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeCreateTopicsResponseCreatableTopicResult(
  writer: ByteWriter,
  message: CreateTopicsResponseCreatableTopicResultInput,
  version: number,
): void {
  const flexible = version >= 5;
  const name = message.name;
  if (flexible) writer.compactString(name);
  else writer.string(name);
  if (version === 7) {
    const topicId = message.topicId ?? ZERO_UUID;
    writer.uuid(topicId);
  }
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  if (version >= 1) {
    const errorMessage = message.errorMessage === undefined ? '' : message.errorMessage;
    if (flexible) writer.compactNullableString(errorMessage);
    else writer.nullableString(errorMessage);
  }
  if (version >= 5) {
    const numPartitions = message.numPartitions ?? -1;
    writer.int32(numPartitions);
  }
  if (version >= 5) {
    const replicationFactor = message.replicationFactor ?? -1;
    writer.int16(replicationFactor);
  }
  if (version >= 5) {
    const configs = message.configs === undefined ? [] : message.configs;
    writer.compactArrayLength(configs === null ? -1 : configs.length);
    if (configs !== null) {
      for (const element of configs)
        writeCreateTopicsResponseCreatableTopicConfigs(writer, element, version);
    }
  }
  const topicConfigErrorCode = message.topicConfigErrorCode ?? 0;

  if (flexible) {
    const hasTopicConfigErrorCode = topicConfigErrorCode !== 0;
    writer.uvarint(hasTopicConfigErrorCode ? 1 : 0);
    if (hasTopicConfigErrorCode) {
      writer.uvarint(0);
      const mark = writer.beginSized();
      writer.int16(topicConfigErrorCode);
      writer.endSized(mark);
    }
  }
}

function writeCreateTopicsResponseCreatableTopicConfigs(
  writer: ByteWriter,
  message: CreateTopicsResponseCreatableTopicConfigsInput,
  _version: number,
): void {
  const name = message.name;
  writer.compactString(name);
  const value = message.value;
  writer.compactNullableString(value);
  const readOnly = message.readOnly;
  writer.bool(readOnly);
  const configSource = message.configSource ?? -1;
  writer.int8(configSource);
  const isSensitive = message.isSensitive;
  writer.bool(isSensitive);

  writer.noTaggedFields();
}

export const createTopicsApi: Api<
  CreateTopicsRequest,
  CreateTopicsRequestInput,
  CreateTopicsResponse,
  CreateTopicsResponseInput
> = {
  key: 19,
  name: 'CreateTopics',
  request: {
    name: 'CreateTopicsRequest',
    minVersion: 0,
    maxVersion: 7,
    flexibleFrom: 5,
    read: readCreateTopicsRequest,
    write: writeCreateTopicsRequest,
  },
  response: {
    name: 'CreateTopicsResponse',
    minVersion: 0,
    maxVersion: 7,
    flexibleFrom: 5,
    read: readCreateTopicsResponse,
    write: writeCreateTopicsResponse,
  },
};
