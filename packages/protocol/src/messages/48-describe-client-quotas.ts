// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface DescribeClientQuotasRequest {
  components: DescribeClientQuotasRequestComponentData[];
  strict: boolean;
}

export interface DescribeClientQuotasRequestInput {
  readonly components: readonly DescribeClientQuotasRequestComponentDataInput[];
  readonly strict: boolean;
}

export interface DescribeClientQuotasRequestComponentData {
  entityType: string;
  matchType: number;
  match: string | null;
}

export interface DescribeClientQuotasRequestComponentDataInput {
  readonly entityType: string;
  readonly matchType: number;
  readonly match: string | null;
}

function readDescribeClientQuotasRequest(
  reader: ByteReader,
  version: number,
): DescribeClientQuotasRequest {
  const flexible = version === 1;
  const components: DescribeClientQuotasRequestComponentData[] = [];
  const componentsLength = flexible ? reader.compactArrayLength(4) : reader.arrayLength(4);
  for (let index = 0; index < componentsLength; index++)
    components.push(readDescribeClientQuotasRequestComponentData(reader, version));
  const strict = reader.bool();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { components, strict };
}

function readDescribeClientQuotasRequestComponentData(
  reader: ByteReader,
  version: number,
): DescribeClientQuotasRequestComponentData {
  const flexible = version === 1;
  const entityType = flexible ? reader.compactString() : reader.string();
  const matchType = reader.int8();
  const match = flexible ? reader.compactNullableString() : reader.nullableString();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { entityType, matchType, match };
}

function writeDescribeClientQuotasRequest(
  writer: ByteWriter,
  message: DescribeClientQuotasRequestInput,
  version: number,
): void {
  const flexible = version === 1;
  const components = message.components;
  if (flexible) writer.compactArrayLength(components.length);
  else writer.arrayLength(components.length);
  for (const element of components)
    writeDescribeClientQuotasRequestComponentData(writer, element, version);
  const strict = message.strict;
  writer.bool(strict);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeDescribeClientQuotasRequestComponentData(
  writer: ByteWriter,
  message: DescribeClientQuotasRequestComponentDataInput,
  version: number,
): void {
  const flexible = version === 1;
  const entityType = message.entityType;
  if (flexible) writer.compactString(entityType);
  else writer.string(entityType);
  const matchType = message.matchType;
  writer.int8(matchType);
  const match = message.match;
  if (flexible) writer.compactNullableString(match);
  else writer.nullableString(match);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface DescribeClientQuotasResponse {
  throttleTimeMs: number;
  errorCode: number;
  errorMessage: string | null;
  entries: DescribeClientQuotasResponseEntryData[] | null;
}

export interface DescribeClientQuotasResponseInput {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly entries: readonly DescribeClientQuotasResponseEntryDataInput[] | null;
}

export interface DescribeClientQuotasResponseEntryData {
  entity: DescribeClientQuotasResponseEntityData[];
  values: DescribeClientQuotasResponseValueData[];
}

export interface DescribeClientQuotasResponseEntryDataInput {
  readonly entity: readonly DescribeClientQuotasResponseEntityDataInput[];
  readonly values: readonly DescribeClientQuotasResponseValueDataInput[];
}

export interface DescribeClientQuotasResponseEntityData {
  entityType: string;
  entityName: string | null;
}

export interface DescribeClientQuotasResponseEntityDataInput {
  readonly entityType: string;
  readonly entityName: string | null;
}

export interface DescribeClientQuotasResponseValueData {
  key: string;
  value: number;
}

export interface DescribeClientQuotasResponseValueDataInput {
  readonly key: string;
  readonly value: number;
}

function readDescribeClientQuotasResponse(
  reader: ByteReader,
  version: number,
): DescribeClientQuotasResponse {
  const flexible = version === 1;
  const throttleTimeMs = reader.int32();
  const errorCode = reader.int16();
  const errorMessage = flexible ? reader.compactNullableString() : reader.nullableString();
  let entries: DescribeClientQuotasResponseEntryData[] | null = null;
  const entriesLength = flexible
    ? reader.compactNullableArrayLength(3)
    : reader.nullableArrayLength(3);
  if (entriesLength >= 0) {
    entries = [];
    for (let index = 0; index < entriesLength; index++)
      entries.push(readDescribeClientQuotasResponseEntryData(reader, version));
  }
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, errorCode, errorMessage, entries };
}

function readDescribeClientQuotasResponseEntryData(
  reader: ByteReader,
  version: number,
): DescribeClientQuotasResponseEntryData {
  const flexible = version === 1;
  const entity: DescribeClientQuotasResponseEntityData[] = [];
  const entityLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < entityLength; index++)
    entity.push(readDescribeClientQuotasResponseEntityData(reader, version));
  const values: DescribeClientQuotasResponseValueData[] = [];
  const valuesLength = flexible ? reader.compactArrayLength(10) : reader.arrayLength(10);
  for (let index = 0; index < valuesLength; index++)
    values.push(readDescribeClientQuotasResponseValueData(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { entity, values };
}

function readDescribeClientQuotasResponseEntityData(
  reader: ByteReader,
  version: number,
): DescribeClientQuotasResponseEntityData {
  const flexible = version === 1;
  const entityType = flexible ? reader.compactString() : reader.string();
  const entityName = flexible ? reader.compactNullableString() : reader.nullableString();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { entityType, entityName };
}

function readDescribeClientQuotasResponseValueData(
  reader: ByteReader,
  version: number,
): DescribeClientQuotasResponseValueData {
  const flexible = version === 1;
  const key = flexible ? reader.compactString() : reader.string();
  const value = reader.float64();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { key, value };
}

function writeDescribeClientQuotasResponse(
  writer: ByteWriter,
  message: DescribeClientQuotasResponseInput,
  version: number,
): void {
  const flexible = version === 1;
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const errorMessage = message.errorMessage;
  if (flexible) writer.compactNullableString(errorMessage);
  else writer.nullableString(errorMessage);
  const entries = message.entries;
  if (flexible) writer.compactArrayLength(entries === null ? -1 : entries.length);
  else writer.arrayLength(entries === null ? -1 : entries.length);
  if (entries !== null) {
    for (const element of entries)
      writeDescribeClientQuotasResponseEntryData(writer, element, version);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeDescribeClientQuotasResponseEntryData(
  writer: ByteWriter,
  message: DescribeClientQuotasResponseEntryDataInput,
  version: number,
): void {
  const flexible = version === 1;
  const entity = message.entity;
  if (flexible) writer.compactArrayLength(entity.length);
  else writer.arrayLength(entity.length);
  for (const element of entity)
    writeDescribeClientQuotasResponseEntityData(writer, element, version);
  const values = message.values;
  if (flexible) writer.compactArrayLength(values.length);
  else writer.arrayLength(values.length);
  for (const element of values)
    writeDescribeClientQuotasResponseValueData(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeDescribeClientQuotasResponseEntityData(
  writer: ByteWriter,
  message: DescribeClientQuotasResponseEntityDataInput,
  version: number,
): void {
  const flexible = version === 1;
  const entityType = message.entityType;
  if (flexible) writer.compactString(entityType);
  else writer.string(entityType);
  const entityName = message.entityName;
  if (flexible) writer.compactNullableString(entityName);
  else writer.nullableString(entityName);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeDescribeClientQuotasResponseValueData(
  writer: ByteWriter,
  message: DescribeClientQuotasResponseValueDataInput,
  version: number,
): void {
  const flexible = version === 1;
  const key = message.key;
  if (flexible) writer.compactString(key);
  else writer.string(key);
  const value = message.value;
  writer.float64(value);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const describeClientQuotasApi: Api<
  DescribeClientQuotasRequest,
  DescribeClientQuotasRequestInput,
  DescribeClientQuotasResponse,
  DescribeClientQuotasResponseInput
> = {
  key: 48,
  name: 'DescribeClientQuotas',
  request: {
    name: 'DescribeClientQuotasRequest',
    minVersion: 0,
    maxVersion: 1,
    flexibleFrom: 1,
    read: readDescribeClientQuotasRequest,
    write: writeDescribeClientQuotasRequest,
  },
  response: {
    name: 'DescribeClientQuotasResponse',
    minVersion: 0,
    maxVersion: 1,
    flexibleFrom: 1,
    read: readDescribeClientQuotasResponse,
    write: writeDescribeClientQuotasResponse,
  },
};
