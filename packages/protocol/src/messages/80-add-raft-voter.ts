// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface AddRaftVoterRequest {
  clusterId: string | null;
  timeoutMs: number;
  voterId: number;
  voterDirectoryId: string;
  listeners: AddRaftVoterRequestListener[];
}

export interface AddRaftVoterRequestInput {
  readonly clusterId: string | null;
  readonly timeoutMs: number;
  readonly voterId: number;
  readonly voterDirectoryId: string;
  readonly listeners: readonly AddRaftVoterRequestListenerInput[];
}

export interface AddRaftVoterRequestListener {
  name: string;
  host: string;
  port: number;
}

export interface AddRaftVoterRequestListenerInput {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

function readAddRaftVoterRequest(reader: ByteReader, version: number): AddRaftVoterRequest {
  const clusterId = reader.compactNullableString();
  const timeoutMs = reader.int32();
  const voterId = reader.int32();
  const voterDirectoryId = reader.uuid();
  const listeners: AddRaftVoterRequestListener[] = [];
  const listenersLength = reader.compactArrayLength(5);
  for (let index = 0; index < listenersLength; index++)
    listeners.push(readAddRaftVoterRequestListener(reader, version));
  reader.skipTaggedFields();
  return { clusterId, timeoutMs, voterId, voterDirectoryId, listeners };
}

function readAddRaftVoterRequestListener(
  reader: ByteReader,
  _version: number,
): AddRaftVoterRequestListener {
  const name = reader.compactString();
  const host = reader.compactString();
  const port = reader.uint16();
  reader.skipTaggedFields();
  return { name, host, port };
}

function writeAddRaftVoterRequest(
  writer: ByteWriter,
  message: AddRaftVoterRequestInput,
  version: number,
): void {
  const clusterId = message.clusterId;
  writer.compactNullableString(clusterId);
  const timeoutMs = message.timeoutMs;
  writer.int32(timeoutMs);
  const voterId = message.voterId;
  writer.int32(voterId);
  const voterDirectoryId = message.voterDirectoryId;
  writer.uuid(voterDirectoryId);
  const listeners = message.listeners;
  writer.compactArrayLength(listeners.length);
  for (const element of listeners) writeAddRaftVoterRequestListener(writer, element, version);

  writer.noTaggedFields();
}

function writeAddRaftVoterRequestListener(
  writer: ByteWriter,
  message: AddRaftVoterRequestListenerInput,
  _version: number,
): void {
  const name = message.name;
  writer.compactString(name);
  const host = message.host;
  writer.compactString(host);
  const port = message.port;
  writer.uint16(port);

  writer.noTaggedFields();
}

export interface AddRaftVoterResponse {
  throttleTimeMs: number;
  errorCode: number;
  errorMessage: string | null;
}

export interface AddRaftVoterResponseInput {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly errorMessage?: string | null | undefined;
}

function readAddRaftVoterResponse(reader: ByteReader, _version: number): AddRaftVoterResponse {
  const throttleTimeMs = reader.int32();
  const errorCode = reader.int16();
  const errorMessage = reader.compactNullableString();
  reader.skipTaggedFields();
  return { throttleTimeMs, errorCode, errorMessage };
}

function writeAddRaftVoterResponse(
  writer: ByteWriter,
  message: AddRaftVoterResponseInput,
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

export const addRaftVoterApi: Api<
  AddRaftVoterRequest,
  AddRaftVoterRequestInput,
  AddRaftVoterResponse,
  AddRaftVoterResponseInput
> = {
  key: 80,
  name: 'AddRaftVoter',
  request: {
    name: 'AddRaftVoterRequest',
    minVersion: 0,
    maxVersion: 0,
    flexibleFrom: 0,
    read: readAddRaftVoterRequest,
    write: writeAddRaftVoterRequest,
  },
  response: {
    name: 'AddRaftVoterResponse',
    minVersion: 0,
    maxVersion: 0,
    flexibleFrom: 0,
    read: readAddRaftVoterResponse,
    write: writeAddRaftVoterResponse,
  },
};
