// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface DescribeAclsRequest {
  resourceTypeFilter: number;
  resourceNameFilter: string | null;
  /** versions 1+; default 3 */
  patternTypeFilter: number;
  principalFilter: string | null;
  hostFilter: string | null;
  operation: number;
  permissionType: number;
}

export interface DescribeAclsRequestInput {
  readonly resourceTypeFilter: number;
  readonly resourceNameFilter: string | null;
  readonly patternTypeFilter?: number | undefined;
  readonly principalFilter: string | null;
  readonly hostFilter: string | null;
  readonly operation: number;
  readonly permissionType: number;
}

function readDescribeAclsRequest(reader: ByteReader, version: number): DescribeAclsRequest {
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

function writeDescribeAclsRequest(
  writer: ByteWriter,
  message: DescribeAclsRequestInput,
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
      `DescribeAclsRequest.patternTypeFilter is not part of version ${version}`,
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

export interface DescribeAclsResponse {
  throttleTimeMs: number;
  errorCode: number;
  errorMessage: string | null;
  resources: DescribeAclsResponseDescribeAclsResource[];
}

export interface DescribeAclsResponseInput {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly resources: readonly DescribeAclsResponseDescribeAclsResourceInput[];
}

export interface DescribeAclsResponseDescribeAclsResource {
  resourceType: number;
  resourceName: string;
  /** versions 1+; default 3 */
  patternType: number;
  acls: DescribeAclsResponseAclDescription[];
}

export interface DescribeAclsResponseDescribeAclsResourceInput {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly patternType?: number | undefined;
  readonly acls: readonly DescribeAclsResponseAclDescriptionInput[];
}

export interface DescribeAclsResponseAclDescription {
  principal: string;
  host: string;
  operation: number;
  permissionType: number;
}

export interface DescribeAclsResponseAclDescriptionInput {
  readonly principal: string;
  readonly host: string;
  readonly operation: number;
  readonly permissionType: number;
}

function readDescribeAclsResponse(reader: ByteReader, version: number): DescribeAclsResponse {
  const flexible = version >= 2;
  const throttleTimeMs = reader.int32();
  const errorCode = reader.int16();
  const errorMessage = flexible ? reader.compactNullableString() : reader.nullableString();
  const resources: DescribeAclsResponseDescribeAclsResource[] = [];
  const resourcesLength = flexible ? reader.compactArrayLength(5) : reader.arrayLength(5);
  for (let index = 0; index < resourcesLength; index++)
    resources.push(readDescribeAclsResponseDescribeAclsResource(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, errorCode, errorMessage, resources };
}

function readDescribeAclsResponseDescribeAclsResource(
  reader: ByteReader,
  version: number,
): DescribeAclsResponseDescribeAclsResource {
  const flexible = version >= 2;
  const resourceType = reader.int8();
  const resourceName = flexible ? reader.compactString() : reader.string();
  const patternType = version >= 1 ? reader.int8() : 3;
  const acls: DescribeAclsResponseAclDescription[] = [];
  const aclsLength = flexible ? reader.compactArrayLength(5) : reader.arrayLength(5);
  for (let index = 0; index < aclsLength; index++)
    acls.push(readDescribeAclsResponseAclDescription(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { resourceType, resourceName, patternType, acls };
}

function readDescribeAclsResponseAclDescription(
  reader: ByteReader,
  version: number,
): DescribeAclsResponseAclDescription {
  const flexible = version >= 2;
  const principal = flexible ? reader.compactString() : reader.string();
  const host = flexible ? reader.compactString() : reader.string();
  const operation = reader.int8();
  const permissionType = reader.int8();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { principal, host, operation, permissionType };
}

function writeDescribeAclsResponse(
  writer: ByteWriter,
  message: DescribeAclsResponseInput,
  version: number,
): void {
  const flexible = version >= 2;
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const errorMessage = message.errorMessage;
  if (flexible) writer.compactNullableString(errorMessage);
  else writer.nullableString(errorMessage);
  const resources = message.resources;
  if (flexible) writer.compactArrayLength(resources.length);
  else writer.arrayLength(resources.length);
  for (const element of resources)
    writeDescribeAclsResponseDescribeAclsResource(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeDescribeAclsResponseDescribeAclsResource(
  writer: ByteWriter,
  message: DescribeAclsResponseDescribeAclsResourceInput,
  version: number,
): void {
  const flexible = version >= 2;
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
      `DescribeAclsResponseDescribeAclsResource.patternType is not part of version ${version}`,
    );
  }
  const acls = message.acls;
  if (flexible) writer.compactArrayLength(acls.length);
  else writer.arrayLength(acls.length);
  for (const element of acls) writeDescribeAclsResponseAclDescription(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeDescribeAclsResponseAclDescription(
  writer: ByteWriter,
  message: DescribeAclsResponseAclDescriptionInput,
  version: number,
): void {
  const flexible = version >= 2;
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

export const describeAclsApi: Api<
  DescribeAclsRequest,
  DescribeAclsRequestInput,
  DescribeAclsResponse,
  DescribeAclsResponseInput
> = {
  key: 29,
  name: 'DescribeAcls',
  request: {
    name: 'DescribeAclsRequest',
    minVersion: 0,
    maxVersion: 3,
    flexibleFrom: 2,
    read: readDescribeAclsRequest,
    write: writeDescribeAclsRequest,
  },
  response: {
    name: 'DescribeAclsResponse',
    minVersion: 0,
    maxVersion: 3,
    flexibleFrom: 2,
    read: readDescribeAclsResponse,
    write: writeDescribeAclsResponse,
  },
};
