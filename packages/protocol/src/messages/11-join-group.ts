// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter, BytesInput } from '../bytes/byte-writer.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface JoinGroupRequest {
  groupId: string;
  sessionTimeoutMs: number;
  /** versions 1+; default -1 */
  rebalanceTimeoutMs: number;
  memberId: string;
  /** versions 5+; default null */
  groupInstanceId: string | null;
  protocolType: string;
  protocols: JoinGroupRequestJoinGroupRequestProtocol[];
  /** versions 8+; default null */
  reason: string | null;
}

export interface JoinGroupRequestInput {
  readonly groupId: string;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs?: number | undefined;
  readonly memberId: string;
  readonly groupInstanceId?: string | null | undefined;
  readonly protocolType: string;
  readonly protocols: readonly JoinGroupRequestJoinGroupRequestProtocolInput[];
  readonly reason?: string | null | undefined;
}

export interface JoinGroupRequestJoinGroupRequestProtocol {
  name: string;
  metadata: Buffer;
}

export interface JoinGroupRequestJoinGroupRequestProtocolInput {
  readonly name: string;
  readonly metadata: BytesInput;
}

function readJoinGroupRequest(reader: ByteReader, version: number): JoinGroupRequest {
  const flexible = version >= 6;
  const groupId = flexible ? reader.compactString() : reader.string();
  const sessionTimeoutMs = reader.int32();
  const rebalanceTimeoutMs = version >= 1 ? reader.int32() : -1;
  const memberId = flexible ? reader.compactString() : reader.string();
  const groupInstanceId =
    version >= 5 ? (flexible ? reader.compactNullableString() : reader.nullableString()) : null;
  const protocolType = flexible ? reader.compactString() : reader.string();
  const protocols: JoinGroupRequestJoinGroupRequestProtocol[] = [];
  const protocolsLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < protocolsLength; index++)
    protocols.push(readJoinGroupRequestJoinGroupRequestProtocol(reader, version));
  const reason = version >= 8 ? reader.compactNullableString() : null;
  if (flexible) {
    reader.skipTaggedFields();
  }
  return {
    groupId,
    sessionTimeoutMs,
    rebalanceTimeoutMs,
    memberId,
    groupInstanceId,
    protocolType,
    protocols,
    reason,
  };
}

function readJoinGroupRequestJoinGroupRequestProtocol(
  reader: ByteReader,
  version: number,
): JoinGroupRequestJoinGroupRequestProtocol {
  const flexible = version >= 6;
  const name = flexible ? reader.compactString() : reader.string();
  const metadata = flexible ? reader.compactBytes() : reader.bytes();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { name, metadata };
}

function writeJoinGroupRequest(
  writer: ByteWriter,
  message: JoinGroupRequestInput,
  version: number,
): void {
  const flexible = version >= 6;
  const groupId = message.groupId;
  if (flexible) writer.compactString(groupId);
  else writer.string(groupId);
  const sessionTimeoutMs = message.sessionTimeoutMs;
  writer.int32(sessionTimeoutMs);
  if (version >= 1) {
    const rebalanceTimeoutMs = message.rebalanceTimeoutMs ?? -1;
    writer.int32(rebalanceTimeoutMs);
  }
  const memberId = message.memberId;
  if (flexible) writer.compactString(memberId);
  else writer.string(memberId);
  const groupInstanceId = message.groupInstanceId ?? null;
  if (version >= 5) {
    if (flexible) writer.compactNullableString(groupInstanceId);
    else writer.nullableString(groupInstanceId);
  } else if (groupInstanceId !== null) {
    throw new EncodeError(`JoinGroupRequest.groupInstanceId is not part of version ${version}`);
  }
  const protocolType = message.protocolType;
  if (flexible) writer.compactString(protocolType);
  else writer.string(protocolType);
  const protocols = message.protocols;
  if (flexible) writer.compactArrayLength(protocols.length);
  else writer.arrayLength(protocols.length);
  for (const element of protocols)
    writeJoinGroupRequestJoinGroupRequestProtocol(writer, element, version);
  if (version >= 8) {
    const reason = message.reason ?? null;
    writer.compactNullableString(reason);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeJoinGroupRequestJoinGroupRequestProtocol(
  writer: ByteWriter,
  message: JoinGroupRequestJoinGroupRequestProtocolInput,
  version: number,
): void {
  const flexible = version >= 6;
  const name = message.name;
  if (flexible) writer.compactString(name);
  else writer.string(name);
  const metadata = message.metadata;
  if (flexible) writer.compactBytes(metadata);
  else writer.bytes(metadata);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface JoinGroupResponse {
  /** versions 2+ */
  throttleTimeMs: number;
  errorCode: number;
  /** default -1 */
  generationId: number;
  /** versions 7+; default null */
  protocolType: string | null;
  /** null in versions 7+ */
  protocolName: string | null;
  leader: string;
  /** version 9; default false */
  skipAssignment: boolean;
  memberId: string;
  members: JoinGroupResponseJoinGroupResponseMember[];
}

export interface JoinGroupResponseInput {
  readonly throttleTimeMs?: number | undefined;
  readonly errorCode: number;
  readonly generationId?: number | undefined;
  readonly protocolType?: string | null | undefined;
  readonly protocolName: string | null;
  readonly leader: string;
  readonly skipAssignment?: boolean | undefined;
  readonly memberId: string;
  readonly members: readonly JoinGroupResponseJoinGroupResponseMemberInput[];
}

export interface JoinGroupResponseJoinGroupResponseMember {
  memberId: string;
  /** versions 5+; default null */
  groupInstanceId: string | null;
  metadata: Buffer;
}

export interface JoinGroupResponseJoinGroupResponseMemberInput {
  readonly memberId: string;
  readonly groupInstanceId?: string | null | undefined;
  readonly metadata: BytesInput;
}

function readJoinGroupResponse(reader: ByteReader, version: number): JoinGroupResponse {
  const flexible = version >= 6;
  const throttleTimeMs = version >= 2 ? reader.int32() : 0;
  const errorCode = reader.int16();
  const generationId = reader.int32();
  const protocolType = version >= 7 ? reader.compactNullableString() : null;
  const protocolName =
    version >= 7
      ? reader.compactNullableString()
      : flexible
        ? reader.compactString()
        : reader.string();
  const leader = flexible ? reader.compactString() : reader.string();
  const skipAssignment = version === 9 ? reader.bool() : false;
  const memberId = flexible ? reader.compactString() : reader.string();
  const members: JoinGroupResponseJoinGroupResponseMember[] = [];
  const membersLength = flexible ? reader.compactArrayLength(4) : reader.arrayLength(4);
  for (let index = 0; index < membersLength; index++)
    members.push(readJoinGroupResponseJoinGroupResponseMember(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return {
    throttleTimeMs,
    errorCode,
    generationId,
    protocolType,
    protocolName,
    leader,
    skipAssignment,
    memberId,
    members,
  };
}

function readJoinGroupResponseJoinGroupResponseMember(
  reader: ByteReader,
  version: number,
): JoinGroupResponseJoinGroupResponseMember {
  const flexible = version >= 6;
  const memberId = flexible ? reader.compactString() : reader.string();
  const groupInstanceId =
    version >= 5 ? (flexible ? reader.compactNullableString() : reader.nullableString()) : null;
  const metadata = flexible ? reader.compactBytes() : reader.bytes();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { memberId, groupInstanceId, metadata };
}

function writeJoinGroupResponse(
  writer: ByteWriter,
  message: JoinGroupResponseInput,
  version: number,
): void {
  const flexible = version >= 6;
  if (version >= 2) {
    const throttleTimeMs = message.throttleTimeMs ?? 0;
    writer.int32(throttleTimeMs);
  }
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const generationId = message.generationId ?? -1;
  writer.int32(generationId);
  if (version >= 7) {
    const protocolType = message.protocolType ?? null;
    writer.compactNullableString(protocolType);
  }
  const protocolName = message.protocolName;
  if (version >= 7) {
    writer.compactNullableString(protocolName);
  } else if (protocolName === null) {
    throw new EncodeError(
      `JoinGroupResponse.protocolName is null, which version ${version} does not allow`,
    );
  } else {
    if (flexible) writer.compactString(protocolName);
    else writer.string(protocolName);
  }
  const leader = message.leader;
  if (flexible) writer.compactString(leader);
  else writer.string(leader);
  const skipAssignment = message.skipAssignment ?? false;
  if (version === 9) {
    writer.bool(skipAssignment);
  } else if (skipAssignment) {
    throw new EncodeError(`JoinGroupResponse.skipAssignment is not part of version ${version}`);
  }
  const memberId = message.memberId;
  if (flexible) writer.compactString(memberId);
  else writer.string(memberId);
  const members = message.members;
  if (flexible) writer.compactArrayLength(members.length);
  else writer.arrayLength(members.length);
  for (const element of members)
    writeJoinGroupResponseJoinGroupResponseMember(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeJoinGroupResponseJoinGroupResponseMember(
  writer: ByteWriter,
  message: JoinGroupResponseJoinGroupResponseMemberInput,
  version: number,
): void {
  const flexible = version >= 6;
  const memberId = message.memberId;
  if (flexible) writer.compactString(memberId);
  else writer.string(memberId);
  if (version >= 5) {
    const groupInstanceId = message.groupInstanceId ?? null;
    if (flexible) writer.compactNullableString(groupInstanceId);
    else writer.nullableString(groupInstanceId);
  }
  const metadata = message.metadata;
  if (flexible) writer.compactBytes(metadata);
  else writer.bytes(metadata);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const joinGroupApi: Api<
  JoinGroupRequest,
  JoinGroupRequestInput,
  JoinGroupResponse,
  JoinGroupResponseInput
> = {
  key: 11,
  name: 'JoinGroup',
  request: {
    name: 'JoinGroupRequest',
    minVersion: 0,
    maxVersion: 9,
    flexibleFrom: 6,
    read: readJoinGroupRequest,
    write: writeJoinGroupRequest,
  },
  response: {
    name: 'JoinGroupResponse',
    minVersion: 0,
    maxVersion: 9,
    flexibleFrom: 6,
    read: readJoinGroupResponse,
    write: writeJoinGroupResponse,
  },
};
