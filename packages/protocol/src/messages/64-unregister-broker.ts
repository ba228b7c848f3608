// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface UnregisterBrokerRequest {
  brokerId: number;
}

export interface UnregisterBrokerRequestInput {
  readonly brokerId: number;
}

function readUnregisterBrokerRequest(
  reader: ByteReader,
  _version: number,
): UnregisterBrokerRequest {
  const brokerId = reader.int32();
  reader.skipTaggedFields();
  return { brokerId };
}

function writeUnregisterBrokerRequest(
  writer: ByteWriter,
  message: UnregisterBrokerRequestInput,
  _version: number,
): void {
  const brokerId = message.brokerId;
  writer.int32(brokerId);

  writer.noTaggedFields();
}

export interface UnregisterBrokerResponse {
  throttleTimeMs: number;
  errorCode: number;
  errorMessage: string | null;
}

export interface UnregisterBrokerResponseInput {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

function readUnregisterBrokerResponse(
  reader: ByteReader,
  _version: number,
): UnregisterBrokerResponse {
  const throttleTimeMs = reader.int32();
  const errorCode = reader.int16();
  const errorMessage = reader.compactNullableString();
  reader.skipTaggedFields();
  return { throttleTimeMs, errorCode, errorMessage };
}

function writeUnregisterBrokerResponse(
  writer: ByteWriter,
  message: UnregisterBrokerResponseInput,
  _version: number,
): void {
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const errorMessage = message.errorMessage;
  writer.compactNullableString(errorMessage);

  writer.noTaggedFields();
}

export const unregisterBrokerApi: Api<
  UnregisterBrokerRequest,
  UnregisterBrokerRequestInput,
  UnregisterBrokerResponse,
  UnregisterBrokerResponseInput
> = {
  key: 64,
  name: 'UnregisterBroker',
  request: {
    name: 'UnregisterBrokerRequest',
    minVersion: 0,
    maxVersion: 0,
    flexibleFrom: 0,
    read: readUnregisterBrokerRequest,
    write: writeUnregisterBrokerRequest,
  },
  response: {
    name: 'UnregisterBrokerResponse',
    minVersion: 0,
    maxVersion: 0,
    flexibleFrom: 0,
    read: readUnregisterBrokerResponse,
    write: writeUnregisterBrokerResponse,
  },
};
