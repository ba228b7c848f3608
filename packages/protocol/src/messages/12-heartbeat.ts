// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface HeartbeatRequest {
  groupId: string;
  generationId: number;
  memberId: string;
  /** versions 3+; default null */
  groupInstanceId: string | null;
}

export interface HeartbeatRequestInput {
  readonly groupId: string;
  readonly generationId: number;
  readonly memberId: string;
  readonly groupInstanceId?: string | null | undefined;
}

function readHeartbeatRequest(reader: ByteReader, version: number): HeartbeatRequest {
  const flexible = version === 4;
  const groupId = flexible ? reader.compactString() : reader.string();
  const generationId = reader.int32();
  const memberId = flexible ? reader.compactString() : reader.string();
  const groupInstanceId =
    version >= 3 ? (flexible ? reader.compactNullableString() : reader.nullableString()) : null;
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { groupId, generationId, memberId, groupInstanceId };
}

function writeHeartbeatRequest(
  writer: ByteWriter,
  message: HeartbeatRequestInput,
  version: number,
): void {
  const flexible = version === 4;
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
    throw new EncodeError(`HeartbeatRequest.groupInstanceId is not part of version ${version}`);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface HeartbeatResponse {
  /** versions 1+ */
  throttleTimeMs: number;
  errorCode: number;
}

export interface HeartbeatResponseInput {
  readonly throttleTimeMs?: number | undefined;
  readonly errorCode: number;
}

function readHeartbeatResponse(reader: ByteReader, version: number): HeartbeatResponse {
  const flexible = version === 4;
  const throttleTimeMs = version >= 1 ? reader.int32() : 0;
  const errorCode = reader.int16();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, errorCode };
}

function writeHeartbeatResponse(
  writer: ByteWriter,
  message: HeartbeatResponseInput,
  version: number,
): void {
  const flexible = version === 4;
  if (version >= 1) {
    const throttleTimeMs = message.throttleTimeMs ?? 0;
    writer.int32(throttleTimeMs);
  }
  const errorCode = message.errorCode;
  writer.int16(errorCode);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const heartbeatApi: Api<
  HeartbeatRequest,
  HeartbeatRequestInput,
  HeartbeatResponse,
  HeartbeatResponseInput
> = {
  key: 12,
  name: 'Heartbeat',
  request: {
    name: 'HeartbeatRequest',
    minVersion: 0,
    maxVersion: 4,
    flexibleFrom: 4,
    read: readHeartbeatRequest,
    write: writeHeartbeatRequest,
  },
  response: {
    name: 'HeartbeatResponse',
    minVersion: 0,
    maxVersion: 4,
    flexibleFrom: 4,
    read: readHeartbeatResponse,
    write: writeHeartbeatResponse,
  },
};
