// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface DeleteGroupsRequest {
  groupsNames: string[];
}

export interface DeleteGroupsRequestInput {
  readonly groupsNames: readonly string[];
}

function readDeleteGroupsRequest(reader: ByteReader, version: number): DeleteGroupsRequest {
  const flexible = version === 2;
  const groupsNames: string[] = [];
  const groupsNamesLength = flexible ? reader.compactArrayLength(1) : reader.arrayLength(2);
  for (let index = 0; index < groupsNamesLength; index++)
    groupsNames.push(flexible ? reader.compactString() : reader.string());
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { groupsNames };
}

function writeDeleteGroupsRequest(
  writer: ByteWriter,
  message: DeleteGroupsRequestInput,
  version: number,
): void {
  const flexible = version === 2;
  const groupsNames = message.groupsNames;
  if (flexible) writer.compactArrayLength(groupsNames.length);
  else writer.arrayLength(groupsNames.length);
  for (const element of groupsNames) {
    if (flexible) writer.compactString(element);
    else writer.string(element);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface DeleteGroupsResponse {
  throttleTimeMs: number;
  results: DeleteGroupsResponseDeletableGroupResult[];
}

export interface DeleteGroupsResponseInput {
  readonly throttleTimeMs: number;
  readonly results: readonly DeleteGroupsResponseDeletableGroupResultInput[];
}

export interface DeleteGroupsResponseDeletableGroupResult {
  groupId: string;
  errorCode: number;
}

export interface DeleteGroupsResponseDeletableGroupResultInput {
  readonly groupId: string;
  readonly errorCode: number;
}

function readDeleteGroupsResponse(reader: ByteReader, version: number): DeleteGroupsResponse {
  const flexible = version === 2;
  const throttleTimeMs = reader.int32();
  const results: DeleteGroupsResponseDeletableGroupResult[] = [];
  const resultsLength = flexible ? reader.compactArrayLength(4) : reader.arrayLength(4);
  for (let index = 0; index < resultsLength; index++)
    results.push(readDeleteGroupsResponseDeletableGroupResult(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, results };
}

function readDeleteGroupsResponseDeletableGroupResult(
  reader: ByteReader,
  version: number,
): DeleteGroupsResponseDeletableGroupResult {
  const flexible = version === 2;
  const groupId = flexible ? reader.compactString() : reader.string();
  const errorCode = reader.int16();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { groupId, errorCode };
}

function writeDeleteGroupsResponse(
  writer: ByteWriter,
  message: DeleteGroupsResponseInput,
  version: number,
): void {
  const flexible = version === 2;
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const results = message.results;
  if (flexible) writer.compactArrayLength(results.length);
  else writer.arrayLength(results.length);
  for (const element of results)
    writeDeleteGroupsResponseDeletableGroupResult(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeDeleteGroupsResponseDeletableGroupResult(
  writer: ByteWriter,
  message: DeleteGroupsResponseDeletableGroupResultInput,
  version: number,
): void {
  const flexible = version === 2;
  const groupId = message.groupId;
  if (flexible) writer.compactString(groupId);
  else writer.string(groupId);
  const errorCode = message.errorCode;
  writer.int16(errorCode);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const deleteGroupsApi: Api<
  DeleteGroupsRequest,
  DeleteGroupsRequestInput,
  DeleteGroupsResponse,
  DeleteGroupsResponseInput
> = {
  key: 42,
  name: 'DeleteGroups',
  request: {
    name: 'DeleteGroupsRequest',
    minVersion: 0,
    maxVersion: 2,
    flexibleFrom: 2,
    read: readDeleteGroupsRequest,
    write: writeDeleteGroupsRequest,
  },
  response: {
    name: 'DeleteGroupsResponse',
    minVersion: 0,
    maxVersion: 2,
    flexibleFrom: 2,
    read: readDeleteGroupsResponse,
    write: writeDeleteGroupsResponse,
  },
};
