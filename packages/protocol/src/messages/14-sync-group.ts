// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter, BytesInput } from '../bytes/byte-writer.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface SyncGroupRequest {
  groupId: string;
  generationId: number;
  memberId: string;
  /** versions 3+; default null */
  groupInstanceId: string | null;
  /** version 5; default null */
  protocolType: string | null;
  /** version 5; default null */
  protocolName: string | null;
  assignments: SyncGroupRequestSyncGroupRequestAssignment[];
}

export interface SyncGroupRequestInput {
  readonly groupId: string;
  readonly generationId: number;
  readonly memberId: string;
  readonly groupInstanceId?: string | null | undefined;
  readonly protocolType?: string | null | undefined;
  readonly protocolName?: string | null | undefined;
  readonly assignments: readonly SyncGroupRequestSyncGroupRequestAssignmentInput[];
}

export interface SyncGroupRequestSyncGroupRequestAssignment {
  memberId: string;
  assignment: Buffer;
}

export interface SyncGroupRequestSyncGroupRequestAssignmentInput {
  readonly memberId: string;
  readonly assignment: BytesInput;
}

function readSyncGroupRequest(reader: ByteReader, version: number): SyncGroupRequest {
  const flexible = version >= 4;
  const groupId = flexible ? reader.compactString() : reader.string();
  const generationId = reader.int32();
  const memberId = flexible ? reader.compactString() : reader.string();
  const groupInstanceId =
    version >= 3 ? (flexible ? reader.compactNullableString() : reader.nullableString()) : null;
  const protocolType = version === 5 ? reader.compactNullableString() : null;
  const protocolName = version === 5 ? reader.compactNullableString() : null;
  const assignments: SyncGroupRequestSyncGroupRequestAssignment[] = [];
  const assignmentsLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < assignmentsLength; index++)
    assignments.push(readSyncGroupRequestSyncGroupRequestAssignment(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return {
    groupId,
    generationId,
    memberId,
    groupInstanceId,
    protocolType,
    protocolName,
    assignments,
  };
}

function readSyncGroupRequestSyncGroupRequestAssignment(
  reader: ByteReader,
  version: number,
): SyncGroupRequestSyncGroupRequestAssignment {
  const flexible = version >= 4;
  const memberId = flexible ? reader.compactString() : reader.string();
  const assignment = flexible ? reader.compactBytes() : reader.bytes();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { memberId, assignment };
}

function writeSyncGroupRequest(
  writer: ByteWriter,
  message: SyncGroupRequestInput,
  version: number,
): void {
  const flexible = version >= 4;
  const groupId = message.groupId;
  if (flexible) writer.compactString(groupId);
  else writer.string(groupId);
  const generationId = message.generationId;
  writer.int32(generationId);
  const memberId = message.memberId;
  if (flexible) writer.compactString(memberId);
  else writer.string(memberId);
  const groupInstanceId = message.groupInstanceId ?? null;
  if (version >= 3) {
    if (flexible) writer.compactNullableString(groupInstanceId);
    else writer.nullableString(groupInstanceId);
  } else if (groupInstanceId !== null) {
    throw new EncodeError(`SyncGroupRequest.groupInstanceId is not part of version ${version}`);
  }
  if (version === 5) {
    const protocolType = message.protocolType ?? null;
    writer.compactNullableString(protocolType);
  }
  if (version === 5) {
    const protocolName = message.protocolName ?? null;
    writer.compactNullableString(protocolName);
  }
  const assignments = message.assignments;
  if (flexible) writer.compactArrayLength(assignments.length);
  else writer.arrayLength(assignments.length);
  for (const element of assignments)
    writeSyncGroupRequestSyncGroupRequestAssignment(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeSyncGroupRequestSyncGroupRequestAssignment(
  writer: ByteWriter,
  message: SyncGroupRequestSyncGroupRequestAssignmentInput,
  version: number,
): void {
  const flexible = version >= 4;
  const memberId = message.memberId;
  if (flexible) writer.compactString(memberId);
  else writer.string(memberId);
  const assignment = message.assignment;
  if (flexible) writer.compactBytes(assignment);
  else writer.bytes(assignment);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface SyncGroupResponse {
  /** versions 1+ */
  throttleTimeMs: number;
  errorCode: number;
  /** version 5; default null */
  protocolType: string | null;
  /** version 5; default null */
  protocolName: string | null;
  assignment: Buffer;
}

export interface SyncGroupResponseInput {
  readonly throttleTimeMs?: number | undefined;
  readonly errorCode: number;
  readonly protocolType?: string | null | undefined;
  readonly protocolName?: string | null | undefined;
  readonly assignment: BytesInput;
}

function readSyncGroupResponse(reader: ByteReader, version: number): SyncGroupResponse {
  const flexible = version >= 4;
  const throttleTimeMs = version >= 1 ? reader.int32() : 0;
  const errorCode = reader.int16();
  const protocolType = version === 5 ? reader.compactNullableString() : null;
  const protocolName = version === 5 ? reader.compactNullableString() : null;
  const assignment = flexible ? reader.compactBytes() : reader.bytes();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, errorCode, protocolType, protocolName, assignment };
}

function writeSyncGroupResponse(
  writer: ByteWriter,
  message: SyncGroupResponseInput,
  version: number,
): void {
  const flexible = version >= 4;
  if (version >= 1) {
    const throttleTimeMs = message.throttleTimeMs ?? 0;
    writer.int32(throttleTimeMs);
  }
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  if (version === 5) {
    const protocolType = message.protocolType ?? null;
    writer.compactNullableString(protocolType);
  }
  if (version === 5) {
    const protocolName = message.protocolName ?? null;
    writer.compactNullableString(protocolName);
  }
  const assignment = message.assignment;
  if (flexible) writer.compactBytes(assignment);
  else writer.bytes(assignment);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const syncGroupApi: Api<
  SyncGroupRequest,
  SyncGroupRequestInput,
  SyncGroupResponse,
  SyncGroupResponseInput
> = {
  key: 14,
  name: 'SyncGroup',
  request: {
    name: 'SyncGroupRequest',
    minVersion: 0,
    maxVersion: 5,
    flexibleFrom: 4,
    read: readSyncGroupRequest,
    write: writeSyncGroupRequest,
  },
  response: {
    name: 'SyncGroupResponse',
    minVersion: 0,
    maxVersion: 5,
    flexibleFrom: 4,
    read: readSyncGroupResponse,
    write: writeSyncGroupResponse,
  },
};
