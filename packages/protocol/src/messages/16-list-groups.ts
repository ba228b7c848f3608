// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface ListGroupsRequest {
  /** versions 4+ */
  statesFilter: string[];
  /** version 5 */
  typesFilter: string[];
}

export interface ListGroupsRequestInput {
  readonly statesFilter?: readonly string[] | undefined;
  readonly typesFilter?: readonly string[] | undefined;
}

function readListGroupsRequest(reader: ByteReader, version: number): ListGroupsRequest {
  const flexible = version >= 3;
  const statesFilter: string[] = [];
  const statesFilterLength = version >= 4 ? reader.compactArrayLength(1) : 0;
  for (let index = 0; index < statesFilterLength; index++)
    statesFilter.push(reader.compactString());
  const typesFilter: string[] = [];
  const typesFilterLength = version === 5 ? reader.compactArrayLength(1) : 0;
  for (let index = 0; index < typesFilterLength; index++) typesFilter.push(reader.compactString());
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { statesFilter, typesFilter };
}

function writeListGroupsRequest(
  writer: ByteWriter,
  message: ListGroupsRequestInput,
  version: number,
): void {
  const flexible = version >= 3;
  const statesFilter = message.statesFilter ?? [];
  if (version >= 4) {
    writer.compactArrayLength(statesFilter.length);
    for (const element of statesFilter) {
      writer.compactString(element);
    }
  } else if (statesFilter.length !== 0) {
    throw new EncodeError(`ListGroupsRequest.statesFilter is not part of version ${version}`);
  }
  const typesFilter = message.typesFilter ?? [];
  if (version === 5) {
    writer.compactArrayLength(typesFilter.length);
    for (const element of typesFilter) {
      writer.compactString(element);
    }
  } else if (typesFilter.length !== 0) {
    throw new EncodeError(`ListGroupsRequest.typesFilter is not part of version ${version}`);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface ListGroupsResponse {
  /** versions 1+ */
  throttleTimeMs: number;
  errorCode: number;
  groups: ListGroupsResponseListedGroup[];
}

export interface ListGroupsResponseInput {
  readonly throttleTimeMs?: number | undefined;
  readonly errorCode: number;
  readonly groups: readonly ListGroupsResponseListedGroupInput[];
}

export interface ListGroupsResponseListedGroup {
  groupId: string;
  protocolType: string;
  /** versions 4+ */
  groupState: string;
  /** version 5 */
  groupType: string;
}

export interface ListGroupsResponseListedGroupInput {
  readonly groupId: string;
  readonly protocolType: string;
  readonly groupState?: string | undefined;
  readonly groupType?: string | undefined;
}

function readListGroupsResponse(reader: ByteReader, version: number): ListGroupsResponse {
  const flexible = version >= 3;
  const throttleTimeMs = version >= 1 ? reader.int32() : 0;
  const errorCode = reader.int16();
  const groups: ListGroupsResponseListedGroup[] = [];
  const groupsLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < groupsLength; index++)
    groups.push(readListGroupsResponseListedGroup(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, errorCode, groups };
}

function readListGroupsResponseListedGroup(
  reader: ByteReader,
  version: number,
): ListGroupsResponseListedGroup {
  const flexible = version >= 3;
  const groupId = flexible ? reader.compactString() : reader.string();
  const protocolType = flexible ? reader.compactString() : reader.string();
  const groupState = version >= 4 ? reader.compactString() : '';
  const groupType = version === 5 ? reader.compactString() : '';
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { groupId, protocolType, groupState, groupType };
}

function writeListGroupsResponse(
  writer: ByteWriter,
  message: ListGroupsResponseInput,
  version: number,
): void {
  const flexible = version >= 3;
  if (version >= 1) {
    const throttleTimeMs = message.throttleTimeMs ?? 0;
    writer.int32(throttleTimeMs);
  }
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const groups = message.groups;
  if (flexible) writer.compactArrayLength(groups.length);
  else writer.arrayLength(groups.length);
  for (const element of groups) writeListGroupsResponseListedGroup(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeListGroupsResponseListedGroup(
  writer: ByteWriter,
  message: ListGroupsResponseListedGroupInput,
  version: number,
): void {
  const flexible = version >= 3;
  const groupId = message.groupId;
  if (flexible) writer.compactString(groupId);
  else writer.string(groupId);
  const protocolType = message.protocolType;
  if (flexible) writer.compactString(protocolType);
  else writer.string(protocolType);
  if (version >= 4) {
    const groupState = message.groupState ?? '';
    writer.compactString(groupState);
  }
  if (version === 5) {
    const groupType = message.groupType ?? '';
    writer.compactString(groupType);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const listGroupsApi: Api<
  ListGroupsRequest,
  ListGroupsRequestInput,
  ListGroupsResponse,
  ListGroupsResponseInput
> = {
  key: 16,
  name: 'ListGroups',
  request: {
    name: 'ListGroupsRequest',
    minVersion: 0,
    maxVersion: 5,
    flexibleFrom: 3,
    read: readListGroupsRequest,
    write: writeListGroupsRequest,
  },
  response: {
    name: 'ListGroupsResponse',
    minVersion: 0,
    maxVersion: 5,
    flexibleFrom: 3,
    read: readListGroupsResponse,
    write: writeListGroupsResponse,
  },
};
