// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface LeaveGroupRequest {
  groupId: string;
  /** versions 0-2 */
  memberId: string;
  /** versions 3+ */
  members: LeaveGroupRequestMemberIdentity[];
}

export interface LeaveGroupRequestInput {
  readonly groupId: string;
  readonly memberId?: string | undefined;
  readonly members?: readonly LeaveGroupRequestMemberIdentityInput[] | undefined;
}

export interface LeaveGroupRequestMemberIdentity {
  memberId: string;
  /** default null */
  groupInstanceId: string | null;
  /** version 5; default null */
  reason: string | null;
}

export interface LeaveGroupRequestMemberIdentityInput {
  readonly memberId: string;
  readonly groupInstanceId?: string | null | undefined;
  readonly reason?: string | null | undefined;
}

function readLeaveGroupRequest(reader: ByteReader, version: number): LeaveGroupRequest {
  const flexible = version >= 4;
  const groupId = flexible ? reader.compactString() : reader.string();
  const memberId = version <= 2 ? reader.string() : '';
  const members: LeaveGroupRequestMemberIdentity[] = [];
  const membersLength =
    version >= 3 ? (flexible ? reader.compactArrayLength(3) : reader.arrayLength(3)) : 0;
  for (let index = 0; index < membersLength; index++)
    members.push(readLeaveGroupRequestMemberIdentity(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { groupId, memberId, members };
}

function readLeaveGroupRequestMemberIdentity(
  reader: ByteReader,
  version: number,
): LeaveGroupRequestMemberIdentity {
  const flexible = version >= 4;
  const memberId = flexible ? reader.compactString() : reader.string();
  const groupInstanceId = flexible ? reader.compactNullableString() : reader.nullableString();
  const reason = version === 5 ? reader.compactNullableString() : null;
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { memberId, groupInstanceId, reason };
}

function writeLeaveGroupRequest(
  writer: ByteWriter,
  message: LeaveGroupRequestInput,
  version: number,
): void {
  const flexible = version >= 4;
  const groupId = message.groupId;
  if (flexible) writer.compactString(groupId);
  else writer.string(groupId);
  const memberId = message.memberId ?? '';
  if (version <= 2) {
    writer.string(memberId);
  } else if (memberId !== '') {
    throw new EncodeError(`LeaveGroupRequest.memberId is not part of version ${version}`);
  }
  const members = message.members ?? [];
  if (version >= 3) {
    if (flexible) writer.compactArrayLength(members.length);
    else writer.arrayLength(members.length);
    for (const element of members) writeLeaveGroupRequestMemberIdentity(writer, element, version);
  } else if (members.length !== 0) {
    throw new EncodeError(`LeaveGroupRequest.members is not part of version ${version}`);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeLeaveGroupRequestMemberIdentity(
  writer: ByteWriter,
  message: LeaveGroupRequestMemberIdentityInput,
  version: number,
): void {
  const flexible = version >= 4;
  const memberId = message.memberId;
  if (flexible) writer.compactString(memberId);
  else writer.string(memberId);
  const groupInstanceId = message.groupInstanceId ?? null;
  if (flexible) writer.compactNullableString(groupInstanceId);
  else writer.nullableString(groupInstanceId);
  if (version === 5) {
    const reason = message.reason ?? null;
    writer.compactNullableString(reason);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface LeaveGroupResponse {
  /** versions 1+ */
  throttleTimeMs: number;
  errorCode: number;
  /** versions 3+ */
  members: LeaveGroupResponseMemberResponse[];
}

export interface LeaveGroupResponseInput {
  readonly throttleTimeMs?: number | undefined;
  readonly errorCode: number;
  readonly members?: readonly LeaveGroupResponseMemberResponseInput[] | undefined;
}

export interface LeaveGroupResponseMemberResponse {
  memberId: string;
  groupInstanceId: string | null;
  errorCode: number;
}

export interface LeaveGroupResponseMemberResponseInput {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly errorCode: number;
}

function readLeaveGroupResponse(reader: ByteReader, version: number): LeaveGroupResponse {
  const flexible = version >= 4;
  const throttleTimeMs = version >= 1 ? reader.int32() : 0;
  const errorCode = reader.int16();
  const members: LeaveGroupResponseMemberResponse[] = [];
  const membersLength =
    version >= 3 ? (flexible ? reader.compactArrayLength(5) : reader.arrayLength(5)) : 0;
  for (let index = 0; index < membersLength; index++)
    members.push(readLeaveGroupResponseMemberResponse(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, errorCode, members };
}

function readLeaveGroupResponseMemberResponse(
  reader: ByteReader,
  version: number,
): LeaveGroupResponseMemberResponse {
  const flexible = version >= 4;
  const memberId = flexible ? reader.compactString() : reader.string();
  const groupInstanceId = flexible ? reader.compactNullableString() : reader.nullableString();
  const errorCode = reader.int16();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { memberId, groupInstanceId, errorCode };
}

function writeLeaveGroupResponse(
  writer: ByteWriter,
  message: LeaveGroupResponseInput,
  version: number,
): void {
  const flexible = version >= 4;
  if (version >= 1) {
    const throttleTimeMs = message.throttleTimeMs ?? 0;
    writer.int32(throttleTimeMs);
  }
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const members = message.members ?? [];
  if (version >= 3) {
    if (flexible) writer.compactArrayLength(members.length);
    else writer.arrayLength(members.length);
    for (const element of members) writeLeaveGroupResponseMemberResponse(writer, element, version);
  } else if (members.length !== 0) {
    throw new EncodeError(`LeaveGroupResponse.members is not part of version ${version}`);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeLeaveGroupResponseMemberResponse(
  writer: ByteWriter,
  message: LeaveGroupResponseMemberResponseInput,
  version: number,
): void {
  const flexible = version >= 4;
  const memberId = message.memberId;
  if (flexible) writer.compactString(memberId);
  else writer.string(memberId);
  const groupInstanceId = message.groupInstanceId;
  if (flexible) writer.compactNullableString(groupInstanceId);
  else writer.nullableString(groupInstanceId);
  const errorCode = message.errorCode;
  writer.int16(errorCode);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const leaveGroupApi: Api<
  LeaveGroupRequest,
  LeaveGroupRequestInput,
  LeaveGroupResponse,
  LeaveGroupResponseInput
> = {
  key: 13,
  name: 'LeaveGroup',
  request: {
    name: 'LeaveGroupRequest',
    minVersion: 0,
    maxVersion: 5,
    flexibleFrom: 4,
    read: readLeaveGroupRequest,
    write: writeLeaveGroupRequest,
  },
  response: {
    name: 'LeaveGroupResponse',
    minVersion: 0,
    maxVersion: 5,
    flexibleFrom: 4,
    read: readLeaveGroupResponse,
    write: writeLeaveGroupResponse,
  },
};
