// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface AlterClientQuotasRequest {
  entries: AlterClientQuotasRequestEntryData[];
  validateOnly: boolean;
}

export interface AlterClientQuotasRequestInput {
  readonly entries: readonly AlterClientQuotasRequestEntryDataInput[];
  readonly validateOnly: boolean;
}

export interface AlterClientQuotasRequestEntryData {
  entity: AlterClientQuotasRequestEntityData[];
  ops: AlterClientQuotasRequestOpData[];
}

export interface AlterClientQuotasRequestEntryDataInput {
  readonly entity: readonly AlterClientQuotasRequestEntityDataInput[];
  readonly ops: readonly AlterClientQuotasRequestOpDataInput[];
}

export interface AlterClientQuotasRequestEntityData {
  entityType: string;
  entityName: string | null;
}

export interface AlterClientQuotasRequestEntityDataInput {
  readonly entityType: string;
  readonly entityName: string | null;
}

export interface AlterClientQuotasRequestOpData {
  key: string;
  value: number;
  remove: boolean;
}

export interface AlterClientQuotasRequestOpDataInput {
  readonly key: string;
  readonly value: number;
  readonly remove: boolean;
}

function readAlterClientQuotasRequest(
  reader: ByteReader,
  version: number,
): AlterClientQuotasRequest {
  const flexible = version === 1;
  const entries: AlterClientQuotasRequestEntryData[] = [];
  const entriesLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < entriesLength; index++)
    entries.push(readAlterClientQuotasRequestEntryData(reader, version));
  const validateOnly = reader.bool();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { entries, validateOnly };
}

function readAlterClientQuotasRequestEntryData(
  reader: ByteReader,
  version: number,
): AlterClientQuotasRequestEntryData {
  const flexible = version === 1;
  const entity: AlterClientQuotasRequestEntityData[] = [];
  const entityLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < entityLength; index++)
    entity.push(readAlterClientQuotasRequestEntityData(reader, version));
  const ops: AlterClientQuotasRequestOpData[] = [];
  const opsLength = flexible ? reader.compactArrayLength(11) : reader.arrayLength(11);
  for (let index = 0; index < opsLength; index++)
    ops.push(readAlterClientQuotasRequestOpData(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { entity, ops };
}

function readAlterClientQuotasRequestEntityData(
  reader: ByteReader,
  version: number,
): AlterClientQuotasRequestEntityData {
  const flexible = version === 1;
  const entityType = flexible ? reader.compactString() : reader.string();
  const entityName = flexible ? reader.compactNullableString() : reader.nullableString();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { entityType, entityName };
}

function readAlterClientQuotasRequestOpData(
  reader: ByteReader,
  version: number,
): AlterClientQuotasRequestOpData {
  const flexible = version === 1;
  const key = flexible ? reader.compactString() : reader.string();
  const value = reader.float64();
  const remove = reader.bool();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { key, value, remove };
}

function writeAlterClientQuotasRequest(
  writer: ByteWriter,
  message: AlterClientQuotasRequestInput,
  version: number,
): void {
  const flexible = version === 1;
  const entries = message.entries;
  if (flexible) writer.compactArrayLength(entries.length);
  else writer.arrayLength(entries.length);
  for (const element of entries) writeAlterClientQuotasRequestEntryData(writer, element, version);
  const validateOnly = message.validateOnly;
  writer.bool(validateOnly);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeAlterClientQuotasRequestEntryData(
  writer: ByteWriter,
  message: AlterClientQuotasRequestEntryDataInput,
  version: number,
): void {
  const flexible = version === 1;
  const entity = message.entity;
  if (flexible) writer.compactArrayLength(entity.length);
  else writer.arrayLength(entity.length);
  for (const element of entity) writeAlterClientQuotasRequestEntityData(writer, element, version);
  const ops = message.ops;
  if (flexible) writer.compactArrayLength(ops.length);
  else writer.arrayLength(ops.length);
  for (const element of ops) writeAlterClientQuotasRequestOpData(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeAlterClientQuotasRequestEntityData(
  writer: ByteWriter,
  message: AlterClientQuotasRequestEntityDataInput,
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

function writeAlterClientQuotasRequestOpData(
  writer: ByteWriter,
  message: AlterClientQuotasRequestOpDataInput,
  version: number,
): void {
  const flexible = version === 1;
  const key = message.key;
  if (flexible) writer.compactString(key);
  else writer.string(key);
  const value = message.value;
  writer.float64(value);
  const remove = message.remove;
  writer.bool(remove);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface AlterClientQuotasResponse {
  throttleTimeMs: number;
  entries: AlterClientQuotasResponseEntryData[];
}

export interface AlterClientQuotasResponseInput {
  readonly throttleTimeMs: number;
  readonly entries: readonly AlterClientQuotasResponseEntryDataInput[];
}

export interface AlterClientQuotasResponseEntryData {
  errorCode: number;
  errorMessage: string | null;
  entity: AlterClientQuotasResponseEntityData[];
}

export interface AlterClientQuotasResponseEntryDataInput {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly entity: readonly AlterClientQuotasResponseEntityDataInput[];
}

export interface AlterClientQuotasResponseEntityData {
  entityType: string;
  entityName: string | null;
}

export interface AlterClientQuotasResponseEntityDataInput {
  readonly entityType: string;
  readonly entityName: string | null;
}

function readAlterClientQuotasResponse(
  reader: ByteReader,
  version: number,
): AlterClientQuotasResponse {
  const flexible = version === 1;
  const throttleTimeMs = reader.int32();
  const entries: AlterClientQuotasResponseEntryData[] = [];
  const entriesLength = flexible ? reader.compactArrayLength(5) : reader.arrayLength(5);
  for (let index = 0; index < entriesLength; index++)
    entries.push(readAlterClientQuotasResponseEntryData(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, entries };
}

function readAlterClientQuotasResponseEntryData(
  reader: ByteReader,
  version: number,
): AlterClientQuotasResponseEntryData {
  const flexible = version === 1;
  const errorCode = reader.int16();
  const errorMessage = flexible ? reader.compactNullableString() : reader.nullableString();
  const entity: AlterClientQuotasResponseEntityData[] = [];
  const entityLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < entityLength; index++)
    entity.push(readAlterClientQuotasResponseEntityData(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { errorCode, errorMessage, entity };
}

function readAlterClientQuotasResponseEntityData(
  reader: ByteReader,
  version: number,
): AlterClientQuotasResponseEntityData {
  const flexible = version === 1;
  const entityType = flexible ? reader.compactString() : reader.string();
  const entityName = flexible ? reader.compactNullableString() : reader.nullableString();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { entityType, entityName };
}

function writeAlterClientQuotasResponse(
  writer: ByteWriter,
  message: AlterClientQuotasResponseInput,
  version: number,
): void {
  const flexible = version === 1;
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const entries = message.entries;
  if (flexible) writer.compactArrayLength(entries.length);
  else writer.arrayLength(entries.length);
  for (const element of entries) writeAlterClientQuotasResponseEntryData(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeAlterClientQuotasResponseEntryData(
  writer: ByteWriter,
  message: AlterClientQuotasResponseEntryDataInput,
  version: number,
): void {
  const flexible = version === 1;
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const errorMessage = message.errorMessage;
  if (flexible) writer.compactNullableString(errorMessage);
  else writer.nullableString(errorMessage);
  const entity = message.entity;
  if (flexible) writer.compactArrayLength(entity.length);
  else writer.arrayLength(entity.length);
  for (const element of entity) writeAlterClientQuotasResponseEntityData(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeAlterClientQuotasResponseEntityData(
  writer: ByteWriter,
  message: AlterClientQuotasResponseEntityDataInput,
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

export const alterClientQuotasApi: Api<
  AlterClientQuotasRequest,
  AlterClientQuotasRequestInput,
  AlterClientQuotasResponse,
  AlterClientQuotasResponseInput
> = {
  key: 49,
  name: 'AlterClientQuotas',
  request: {
    name: 'AlterClientQuotasRequest',
    minVersion: 0,
    maxVersion: 1,
    flexibleFrom: 1,
    read: readAlterClientQuotasRequest,
    write: writeAlterClientQuotasRequest,
  },
  response: {
    name: 'AlterClientQuotasResponse',
    minVersion: 0,
    maxVersion: 1,
    flexibleFrom: 1,
    read: readAlterClientQuotasResponse,
    write: writeAlterClientQuotasResponse,
  },
};
