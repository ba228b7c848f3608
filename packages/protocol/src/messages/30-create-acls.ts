// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface CreateAclsRequest {
  creations: CreateAclsRequestAclCreation[];
}

export interface CreateAclsRequestInput {
  readonly creations: readonly CreateAclsRequestAclCreationInput[];
}

export interface CreateAclsRequestAclCreation {
  resourceType: number;
  resourceName: string;
  /** versions 1+; default 3 */
  resourcePatternType: number;
  principal: string;
  host: string;
  operation: number;
  permissionType: number;
}

export interface CreateAclsRequestAclCreationInput {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly resourcePatternType?: number | undefined;
  readonly principal: string;
  readonly host: string;
  readonly operation: number;
  readonly permissionType: number;
}

function readCreateAclsRequest(reader: ByteReader, version: number): CreateAclsRequest {
  const flexible = version >= 2;
  const creations: CreateAclsRequestAclCreation[] = [];
  const creationsLength = flexible ? reader.compactArrayLength(8) : reader.arrayLength(8);
  for (let index = 0; index < creationsLength; index++)
    creations.push(readCreateAclsRequestAclCreation(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { creations };
}

function readCreateAclsRequestAclCreation(
  reader: ByteReader,
  version: number,
): CreateAclsRequestAclCreation {
  const flexible = version >= 2;
  const resourceType = reader.int8();
  const resourceName = flexible ? reader.compactString() : reader.string();
  const resourcePatternType = version >= 1 ? reader.int8() : 3;
  const principal = flexible ? reader.compactString() : reader.string();
  const host = flexible ? reader.compactString() : reader.string();
  const operation = reader.int8();
  const permissionType = reader.int8();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return {
    resourceType,
    resourceName,
    resourcePatternType,
    principal,
    host,
    operation,
    permissionType,
  };
}

function writeCreateAclsRequest(
  writer: ByteWriter,
  message: CreateAclsRequestInput,
  version: number,
): void {
  const flexible = version >= 2;
  const creations = message.creations;
  if (flexible) writer.compactArrayLength(creations.length);
  else writer.arrayLength(creations.length);
  for (const element of creations) writeCreateAclsRequestAclCreation(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeCreateAclsRequestAclCreation(
  writer: ByteWriter,
  message: CreateAclsRequestAclCreationInput,
  version: number,
): void {
  const flexible = version >= 2;
  const resourceType = message.resourceType;
  writer.int8(resourceType);
  const resourceName = message.resourceName;
  if (flexible) writer.compactString(resourceName);
  else writer.string(resourceName);
  const resourcePatternType = message.resourcePatternType ?? 3;
  if (version >= 1) {
    writer.int8(resourcePatternType);
  } else if (resourcePatternType !== 3) {
    throw new EncodeError(
      `CreateAclsRequestAclCreation.resourcePatternType is not part of version ${version}`,
    );
  }
  const principal = message.principal;
  if (flexible) writer.compactString(principal);
  else writer.string(principal);
  const host = message.host;
  if (flexible) writer.compactString(host);
  else writer.string(host);
  const operation = message.operation;
  writer.int8(operation);
  const permissionType = message.permissionType;
  writer.int8(permissionType);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface CreateAclsResponse {
  throttleTimeMs: number;
  results: CreateAclsResponseAclCreationResult[];
}

export interface CreateAclsResponseInput {
  readonly throttleTimeMs: number;
  readonly results: readonly CreateAclsResponseAclCreationResultInput[];
}

export interface CreateAclsResponseAclCreationResult {
  errorCode: number;
  errorMessage: string | null;
}

export interface CreateAclsResponseAclCreationResultInput {
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

function readCreateAclsResponse(reader: ByteReader, version: number): CreateAclsResponse {
  const flexible = version >= 2;
  const throttleTimeMs = reader.int32();
  const results: CreateAclsResponseAclCreationResult[] = [];
  const resultsLength = flexible ? reader.compactArrayLength(4) : reader.arrayLength(4);
  for (let index = 0; index < resultsLength; index++)
    results.push(readCreateAclsResponseAclCreationResult(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, results };
}

function readCreateAclsResponseAclCreationResult(
  reader: ByteReader,
  version: number,
): CreateAclsResponseAclCreationResult {
  const flexible = version >= 2;
  const errorCode = reader.int16();
  const errorMessage = flexible ? reader.compactNullableString() : reader.nullableString();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { errorCode, errorMessage };
}

function writeCreateAclsResponse(
  writer: ByteWriter,
  message: CreateAclsResponseInput,
  version: number,
): void {
  const flexible = version >= 2;
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const results = message.results;
  if (flexible) writer.compactArrayLength(results.length);
  else writer.arrayLength(results.length);
  for (const element of results) writeCreateAclsResponseAclCreationResult(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeCreateAclsResponseAclCreationResult(
  writer: ByteWriter,
  message: CreateAclsResponseAclCreationResultInput,
  version: number,
): void {
  const flexible = version >= 2;
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const errorMessage = message.errorMessage;
  if (flexible) writer.compactNullableString(errorMessage);
  else writer.nullableString(errorMessage);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const createAclsApi: Api<
  CreateAclsRequest,
  CreateAclsRequestInput,
  CreateAclsResponse,
  CreateAclsResponseInput
> = {
  key: 30,
  name: 'CreateAcls',
  request: {
    name: 'CreateAclsRequest',
    minVersion: 0,
    maxVersion: 3,
    flexibleFrom: 2,
    read: readCreateAclsRequest,
    write: writeCreateAclsRequest,
  },
  response: {
    name: 'CreateAclsResponse',
    minVersion: 0,
    maxVersion: 3,
    flexibleFrom: 2,
    read: readCreateAclsResponse,
    write: writeCreateAclsResponse,
  },
};
