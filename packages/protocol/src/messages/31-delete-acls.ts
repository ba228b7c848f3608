// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface DeleteAclsRequest {
  filters: DeleteAclsRequestDeleteAclsFilter[];
}

export interface DeleteAclsRequestInput {
  readonly filters: readonly DeleteAclsRequestDeleteAclsFilterInput[];
}

export interface DeleteAclsRequestDeleteAclsFilter {
  resourceTypeFilter: number;
  resourceNameFilter: string | null;
  /** versions 1+; default 3 */
  patternTypeFilter: number;
  principalFilter: string | null;
  hostFilter: string | null;
  operation: number;
  permissionType: number;
}

export interface DeleteAclsRequestDeleteAclsFilterInput {
  readonly resourceTypeFilter: number;
  readonly resourceNameFilter: string | null;
  readonly patternTypeFilter?: number | undefined;
  readonly principalFilter: string | null;
  readonly hostFilter: string | null;
  readonly operation: number;
  readonly permissionType: number;
}

function readDeleteAclsRequest(reader: ByteReader, version: number): DeleteAclsRequest {
  const flexible = version >= 2;
  const filters: DeleteAclsRequestDeleteAclsFilter[] = [];
  const filtersLength = flexible ? reader.compactArrayLength(8) : reader.arrayLength(8);
  for (let index = 0; index < filtersLength; index++)
    filters.push(readDeleteAclsRequestDeleteAclsFilter(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { filters };
}

function readDeleteAclsRequestDeleteAclsFilter(
  reader: ByteReader,
  version: number,
): DeleteAclsRequestDeleteAclsFilter {
  const flexible = version >= 2;
  const resourceTypeFilter = reader.int8();
  const resourceNameFilter = flexible ? reader.compactNullableString() : reader.nullableString();
  const patternTypeFilter = version >= 1 ? reader.int8() : 3;
  const principalFilter = flexible ? reader.compactNullableString() : reader.nullableString();
  const hostFilter = flexible ? reader.compactNullableString() : reader.nullableString();
  const operation = reader.int8();
  const permissionType = reader.int8();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return {
    resourceTypeFilter,
    resourceNameFilter,
    patternTypeFilter,
    principalFilter,
    hostFilter,
    operation,
    permissionType,
  };
}

function writeDeleteAclsRequest(
  writer: ByteWriter,
  message: DeleteAclsRequestInput,
  version: number,
): void {
  const flexible = version >= 2;
  const filters = message.filters;
  if (flexible) writer.compactArrayLength(filters.length);
  else writer.arrayLength(filters.length);
  for (const element of filters) writeDeleteAclsRequestDeleteAclsFilter(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeDeleteAclsRequestDeleteAclsFilter(
  writer: ByteWriter,
  message: DeleteAclsRequestDeleteAclsFilterInput,
  version: number,
): void {
  const flexible = version >= 2;
  const resourceTypeFilter = message.resourceTypeFilter;
  writer.int8(resourceTypeFilter);
  const resourceNameFilter = message.resourceNameFilter;
  if (flexible) writer.compactNullableString(resourceNameFilter);
  else writer.nullableString(resourceNameFilter);
  const patternTypeFilter = message.patternTypeFilter ?? 3;
  if (version >= 1) {
    writer.int8(patternTypeFilter);
  } else if (patternTypeFilter !== 3) {
    throw new EncodeError(
      `DeleteAclsRequestDeleteAclsFilter.patternTypeFilter is not part of version ${version}`,
    );
  }
  const principalFilter = message.principalFilter;
  if (flexible) writer.compactNullableString(principalFilter);
  else writer.nullableString(principalFilter);
  const hostFilter = message.hostFilter;
  if (flexible) writer.compactNullableString(hostFilter);
  else writer.nullableString(hostFilter);
  const operation = message.operation;
  writer.int8(operation);
  const permissionType = message.permissionType;
  writer.int8(permissionType);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface DeleteAclsResponse {
  throttleTimeMs: number;
  filterResults: DeleteAclsResponseDeleteAclsFilterResult[];
}

export interface DeleteAclsResponseInput {
  readonly throttleTimeMs: number;
  readonly filterResults: readonly DeleteAclsResponseDeleteAclsFilterResultInput[];
}

export interface DeleteAclsResponseDeleteAclsFilterResult {
  errorCode: number;
  errorMessage: string | null;
  matchingAcls: DeleteAclsResponseDeleteAclsMatchingAcl[];
}

export interface DeleteAclsResponseDeleteAclsFilterResultInput {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly matchingAcls: readonly DeleteAclsResponseDeleteAclsMatchingAclInput[];
}

export interface DeleteAclsResponseDeleteAclsMatchingAcl {
  errorCode: number;
  errorMessage: string | null;
  resourceType: number;
  resourceName: string;
  /** versions 1+; default 3 */
  patternType: number;
  principal: string;
  host: string;
  operation: number;
  permissionType: number;
}

export interface DeleteAclsResponseDeleteAclsMatchingAclInput {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly resourceType: number;
  readonly resourceName: string;
  readonly patternType?: number | undefined;
  readonly principal: string;
  readonly host: string;
  readonly operation: number;
  readonly permissionType: number;
}

function readDeleteAclsResponse(reader: ByteReader, version: number): DeleteAclsResponse {
  const flexible = version >= 2;
  const throttleTimeMs = reader.int32();
  const filterResults: DeleteAclsResponseDeleteAclsFilterResult[] = [];
  const filterResultsLength = flexible ? reader.compactArrayLength(5) : reader.arrayLength(5);
  for (let index = 0; index < filterResultsLength; index++)
    filterResults.push(readDeleteAclsResponseDeleteAclsFilterResult(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, filterResults };
}

function readDeleteAclsResponseDeleteAclsFilterResult(
  reader: ByteReader,
  version: number,
): DeleteAclsResponseDeleteAclsFilterResult {
  const flexible = version >= 2;
  const errorCode = reader.int16();
  const errorMessage = flexible ? reader.compactNullableString() : reader.nullableString();
  const matchingAcls: DeleteAclsResponseDeleteAclsMatchingAcl[] = [];
  const matchingAclsLength = flexible ? reader.compactArrayLength(11) : reader.arrayLength(11);
  for (let index = 0; index < matchingAclsLength; index++)
    matchingAcls.push(readDeleteAclsResponseDeleteAclsMatchingAcl(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { errorCode, errorMessage, matchingAcls };
}

function readDeleteAclsResponseDeleteAclsMatchingAcl(
  reader: ByteReader,
  version: number,
): DeleteAclsResponseDeleteAclsMatchingAcl {
  const flexible = version >= 2;
  const errorCode = reader.int16();
  const errorMessage = flexible ? reader.compactNullableString() : reader.nullableString();
  const resourceType = reader.int8();
  const resourceName = flexible ? reader.compactString() : reader.string();
  const patternType = version >= 1 ? reader.int8() : 3;
  const principal = flexible ? reader.compactString() : reader.string();
  const host = flexible ? reader.compactString() : reader.string();
  const operation = reader.int8();
  const permissionType = reader.int8();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return {
    errorCode,
    errorMessage,
    resourceType,
    resourceName,
    patternType,
    principal,
    host,
    operation,
    permissionType,
  };
}

function writeDeleteAclsResponse(
  writer: ByteWriter,
  message: DeleteAclsResponseInput,
  version: number,
): void {
  const flexible = version >= 2;
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const filterResults = message.filterResults;
  if (flexible) writer.compactArrayLength(filterResults.length);
  else writer.arrayLength(filterResults.length);
  for (const element of filterResults)
    writeDeleteAclsResponseDeleteAclsFilterResult(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeDeleteAclsResponseDeleteAclsFilterResult(
  writer: ByteWriter,
  message: DeleteAclsResponseDeleteAclsFilterResultInput,
  version: number,
): void {
  const flexible = version >= 2;
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const errorMessage = message.errorMessage;
  if (flexible) writer.compactNullableString(errorMessage);
  else writer.nullableString(errorMessage);
  const matchingAcls = message.matchingAcls;
  if (flexible) writer.compactArrayLength(matchingAcls.length);
  else writer.arrayLength(matchingAcls.length);
  for (const element of matchingAcls)
    writeDeleteAclsResponseDeleteAclsMatchingAcl(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeDeleteAclsResponseDeleteAclsMatchingAcl(
  writer: ByteWriter,
  message: DeleteAclsResponseDeleteAclsMatchingAclInput,
  version: number,
): void {
  const flexible = version >= 2;
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const errorMessage = message.errorMessage;
  if (flexible) writer.compactNullableString(errorMessage);
  else writer.nullableString(errorMessage);
  const resourceType = message.resourceType;
  writer.int8(resourceType);
  const resourceName = message.resourceName;
  if (flexible) writer.compactString(resourceName);
  else writer.string(resourceName);
  const patternType = message.patternType ?? 3;
  if (version >= 1) {
    writer.int8(patternType);
  } else if (patternType !== 3) {
    throw new EncodeError(
      `DeleteAclsResponseDeleteAclsMatchingAcl.patternType is not part of version ${version}`,
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

export const deleteAclsApi: Api<
  DeleteAclsRequest,
  DeleteAclsRequestInput,
  DeleteAclsResponse,
  DeleteAclsResponseInput
> = {
  key: 31,
  name: 'DeleteAcls',
  request: {
    name: 'DeleteAclsRequest',
    minVersion: 0,
    maxVersion: 3,
    flexibleFrom: 2,
    read: readDeleteAclsRequest,
    write: writeDeleteAclsRequest,
  },
  response: {
    name: 'DeleteAclsResponse',
    minVersion: 0,
    maxVersion: 3,
    flexibleFrom: 2,
    read: readDeleteAclsResponse,
    write: writeDeleteAclsResponse,
  },
};
