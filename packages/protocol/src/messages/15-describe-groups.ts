// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter, BytesInput } from '../bytes/byte-writer.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface DescribeGroupsRequest {
  groups: string[];
  /** versions 3+ */
  includeAuthorizedOperations: boolean;
}

export interface DescribeGroupsRequestInput {
  readonly groups: readonly string[];
  readonly includeAuthorizedOperations?: boolean | undefined;
}

function readDescribeGroupsRequest(reader: ByteReader, version: number): DescribeGroupsRequest {
  const flexible = version >= 5;
  const groups: string[] = [];
  const groupsLength = flexible ? reader.compactArrayLength(1) : reader.arrayLength(2);
  for (let index = 0; index < groupsLength; index++)
    groups.push(flexible ? reader.compactString() : reader.string());
  const includeAuthorizedOperations = version >= 3 ? reader.bool() : false;
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { groups, includeAuthorizedOperations };
}

function writeDescribeGroupsRequest(
  writer: ByteWriter,
  message: DescribeGroupsRequestInput,
  version: number,
): void {
  const flexible = version >= 5;
  const groups = message.groups;
  if (flexible) writer.compactArrayLength(groups.length);
  else writer.arrayLength(groups.length);
  for (const element of groups) {
    if (flexible) writer.compactString(element);
    else writer.string(element);
  }
  const includeAuthorizedOperations = message.includeAuthorizedOperations ?? false;
  if (version >= 3) {
    writer.bool(includeAuthorizedOperations);
  } else if (includeAuthorizedOperations) {
    throw new EncodeError(
      `DescribeGroupsRequest.includeAuthorizedOperations is not part of version ${version}`,
    );
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface DescribeGroupsResponse {
  /** versions 1+ */
  throttleTimeMs: number;
  groups: DescribeGroupsResponseDescribedGroup[];
}

export interface DescribeGroupsResponseInput {
  readonly throttleTimeMs?: number | undefined;
  readonly groups: readonly DescribeGroupsResponseDescribedGroupInput[];
}

export interface DescribeGroupsResponseDescribedGroup {
  errorCode: number;
  /** version 6; default null */
  errorMessage: string | null;
  groupId: string;
  groupState: string;
  protocolType: string;
  protocolData: string;
  members: DescribeGroupsResponseDescribedGroupMember[];
  /** versions 3+; default -2147483648 */
  authorizedOperations: number;
}

export interface DescribeGroupsResponseDescribedGroupInput {
  readonly errorCode: number;
  readonly errorMessage?: string | null | undefined;
  readonly groupId: string;
  readonly groupState: string;
  readonly protocolType: string;
  readonly protocolData: string;
  readonly members: readonly DescribeGroupsResponseDescribedGroupMemberInput[];
  readonly authorizedOperations?: number | undefined;
}

export interface DescribeGroupsResponseDescribedGroupMember {
  memberId: string;
  /** versions 4+; default null */
  groupInstanceId: string | null;
  clientId: string;
  clientHost: string;
  memberMetadata: Buffer;
  memberAssignment: Buffer;
}

export interface DescribeGroupsResponseDescribedGroupMemberInput {
  readonly memberId: string;
  readonly groupInstanceId?: string | null | undefined;
  readonly clientId: string;
  readonly clientHost: string;
  readonly memberMetadata: BytesInput;
  readonly memberAssignment: BytesInput;
}

function readDescribeGroupsResponse(reader: ByteReader, version: number): DescribeGroupsResponse {
  const flexible = version >= 5;
  const throttleTimeMs = version >= 1 ? reader.int32() : 0;
  const groups: DescribeGroupsResponseDescribedGroup[] = [];
  const groupsLength = flexible ? reader.compactArrayLength(12) : reader.arrayLength(12);
  for (let index = 0; index < groupsLength; index++)
    groups.push(readDescribeGroupsResponseDescribedGroup(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, groups };
}

function readDescribeGroupsResponseDescribedGroup(
  reader: ByteReader,
  version: number,
): DescribeGroupsResponseDescribedGroup {
  const flexible = version >= 5;
  const errorCode = reader.int16();
  const errorMessage = version === 6 ? reader.compactNullableString() : null;
  const groupId = flexible ? reader.compactString() : reader.string();
  const groupState = flexible ? reader.compactString() : reader.string();
  const protocolType = flexible ? reader.compactString() : reader.string();
  const protocolData = flexible ? reader.compactString() : reader.string();
  const members: DescribeGroupsResponseDescribedGroupMember[] = [];
  const membersLength = flexible ? reader.compactArrayLength(7) : reader.arrayLength(7);
  for (let index = 0; index < membersLength; index++)
    members.push(readDescribeGroupsResponseDescribedGroupMember(reader, version));
  const authorizedOperations = version >= 3 ? reader.int32() : -2147483648;
  if (flexible) {
    reader.skipTaggedFields();
  }
  return {
    errorCode,
    errorMessage,
    groupId,
    groupState,
    protocolType,
    protocolData,
    members,
    authorizedOperations,
  };
}

function readDescribeGroupsResponseDescribedGroupMember(
  reader: ByteReader,
  version: number,
): DescribeGroupsResponseDescribedGroupMember {
  const flexible = version >= 5;
  const memberId = flexible ? reader.compactString() : reader.string();
  const groupInstanceId =
    version >= 4 ? (flexible ? reader.compactNullableString() : reader.nullableString()) : null;
  const clientId = flexible ? reader.compactString() : reader.string();
  const clientHost = flexible ? reader.compactString() : reader.string();
  const memberMetadata = flexible ? reader.compactBytes() : reader.bytes();
  const memberAssignment = flexible ? reader.compactBytes() : reader.bytes();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { memberId, groupInstanceId, clientId, clientHost, memberMetadata, memberAssignment };
}

function writeDescribeGroupsResponse(
  writer: ByteWriter,
  message: DescribeGroupsResponseInput,
  version: number,
): void {
  const flexible = version >= 5;
  if (version >= 1) {
    const throttleTimeMs = message.throttleTimeMs ?? 0;
    writer.int32(throttleTimeMs);
  }
  const groups = message.groups;
  if (flexible) writer.compactArrayLength(groups.length);
  else writer.arrayLength(groups.length);
  for (const element of groups) writeDescribeGroupsResponseDescribedGroup(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeDescribeGroupsResponseDescribedGroup(
  writer: ByteWriter,
  message: DescribeGroupsResponseDescribedGroupInput,
  version: number,
): void {
  const flexible = version >= 5;
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const errorMessage = message.errorMessage ?? null;
  if (version === 6) {
    writer.compactNullableString(errorMessage);
  } else if (errorMessage !== null) {
    throw new EncodeError(
      `DescribeGroupsResponseDescribedGroup.errorMessage is not part of version ${version}`,
    );
  }
  const groupId = message.groupId;
  if (flexible) writer.compactString(groupId);
  else writer.string(groupId);
  const groupState = message.groupState;
  if (flexible) writer.compactString(groupState);
  else writer.string(groupState);
  const protocolType = message.protocolType;
  if (flexible) writer.compactString(protocolType);
  else writer.string(protocolType);
  const protocolData = message.protocolData;
  if (flexible) writer.compactString(protocolData);
  else writer.string(protocolData);
  const members = message.members;
  if (flexible) writer.compactArrayLength(members.length);
  else writer.arrayLength(members.length);
  for (const element of members)
    writeDescribeGroupsResponseDescribedGroupMember(writer, element, version);
  const authorizedOperations = message.authorizedOperations ?? -2147483648;
  if (version >= 3) {
    writer.int32(authorizedOperations);
  } else if (authorizedOperations !== -2147483648) {
    throw new EncodeError(
      `DescribeGroupsResponseDescribedGroup.authorizedOperations is not part of version ${version}`,
    );
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeDescribeGroupsResponseDescribedGroupMember(
  writer: ByteWriter,
  message: DescribeGroupsResponseDescribedGroupMemberInput,
  version: number,
): void {
  const flexible = version >= 5;
  const memberId = message.memberId;
  if (flexible) writer.compactString(memberId);
  else writer.string(memberId);
  if (version >= 4) {
    const groupInstanceId = message.groupInstanceId ?? null;
    if (flexible) writer.compactNullableString(groupInstanceId);
    else writer.nullableString(groupInstanceId);
  }
  const clientId = message.clientId;
  if (flexible) writer.compactString(clientId);
  else writer.string(clientId);
  const clientHost = message.clientHost;
  if (flexible) writer.compactString(clientHost);
  else writer.string(clientHost);
  const memberMetadata = message.memberMetadata;
  if (flexible) writer.compactBytes(memberMetadata);
  else writer.bytes(memberMetadata);
  const memberAssignment = message.memberAssignment;
  if (flexible) writer.compactBytes(memberAssignment);
  else writer.bytes(memberAssignment);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const describeGroupsApi: Api<
  DescribeGroupsRequest,
  DescribeGroupsRequestInput,
  DescribeGroupsResponse,
  DescribeGroupsResponseInput
> = {
  key: 15,
  name: 'DescribeGroups',
  request: {
    name: 'DescribeGroupsRequest',
    minVersion: 0,
    maxVersion: 6,
    flexibleFrom: 5,
    read: readDescribeGroupsRequest,
    write: writeDescribeGroupsRequest,
  },
  response: {
    name: 'DescribeGroupsResponse',
    minVersion: 0,
    maxVersion: 6,
    flexibleFrom: 5,
    read: readDescribeGroupsResponse,
    write: writeDescribeGroupsResponse,
  },
};
