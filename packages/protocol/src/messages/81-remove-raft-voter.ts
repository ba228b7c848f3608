// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface RemoveRaftVoterRequest {
  clusterId: string | null;
  voterId: number;
  voterDirectoryId: string;
}

export interface RemoveRaftVoterRequestInput {
  readonly clusterId: string | null;
  readonly voterId: number;
  readonly voterDirectoryId: string;
}

function readRemoveRaftVoterRequest(reader: ByteReader, _version: number): RemoveRaftVoterRequest {
  const clusterId = reader.compactNullableString();
  const voterId = reader.int32();
  const voterDirectoryId = reader.uuid();
  reader.skipTaggedFields();
  return { clusterId, voterId, voterDirectoryId };
}

function writeRemoveRaftVoterRequest(
  writer: ByteWriter,
  message: RemoveRaftVoterRequestInput,
  _version: number,
): void {
  const clusterId = message.clusterId;
  writer.compactNullableString(clusterId);
  const voterId = message.voterId;
  writer.int32(voterId);
  const voterDirectoryId = message.voterDirectoryId;
  writer.uuid(voterDirectoryId);

  writer.noTaggedFields();
}

export interface RemoveRaftVoterResponse {
  throttleTimeMs: number;
  errorCode: number;
  errorMessage: string | null;
}

export interface RemoveRaftVoterResponseInput {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly errorMessage?: string | null | undefined;
}

function readRemoveRaftVoterResponse(
  reader: ByteReader,
  _version: number,
): RemoveRaftVoterResponse {
  const throttleTimeMs = reader.int32();
  const errorCode = reader.int16();
  const errorMessage = reader.compactNullableString();
  reader.skipTaggedFields();
  return { throttleTimeMs, errorCode, errorMessage };
}

function writeRemoveRaftVoterResponse(
  writer: ByteWriter,
  message: RemoveRaftVoterResponseInput,
  _version: number,
): void {
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const errorMessage = message.errorMessage === undefined ? '' : message.errorMessage;
  writer.compactNullableString(errorMessage);

  writer.noTaggedFields();
}

export const removeRaftVoterApi: Api<
  RemoveRaftVoterRequest,
  RemoveRaftVoterRequestInput,
  RemoveRaftVoterResponse,
  RemoveRaftVoterResponseInput
> = {
  key: 81,
  name: 'RemoveRaftVoter',
  request: {
    name: 'RemoveRaftVoterRequest',
    minVersion: 0,
    maxVersion: 0,
    flexibleFrom: 0,
    read: readRemoveRaftVoterRequest,
    write: writeRemoveRaftVoterRequest,
  },
  response: {
    name: 'RemoveRaftVoterResponse',
    minVersion: 0,
    maxVersion: 0,
    flexibleFrom: 0,
    read: readRemoveRaftVoterResponse,
    write: writeRemoveRaftVoterResponse,
  },
};
