// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter, BytesInput } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface ExpireDelegationTokenRequest {
  hmac: Buffer;
  expiryTimePeriodMs: number;
}

export interface ExpireDelegationTokenRequestInput {
  readonly hmac: BytesInput;
  readonly expiryTimePeriodMs: number;
}

function readExpireDelegationTokenRequest(
  reader: ByteReader,
  version: number,
): ExpireDelegationTokenRequest {
  const flexible = version === 2;
  const hmac = flexible ? reader.compactBytes() : reader.bytes();
  const expiryTimePeriodMs = reader.int64();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { hmac, expiryTimePeriodMs };
}

function writeExpireDelegationTokenRequest(
  writer: ByteWriter,
  message: ExpireDelegationTokenRequestInput,
  version: number,
): void {
  const flexible = version === 2;
  const hmac = message.hmac;
  if (flexible) writer.compactBytes(hmac);
  else writer.bytes(hmac);
  const expiryTimePeriodMs = message.expiryTimePeriodMs;
  writer.int64(expiryTimePeriodMs);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface ExpireDelegationTokenResponse {
  errorCode: number;
  expiryTimestampMs: number;
  throttleTimeMs: number;
}

export interface ExpireDelegationTokenResponseInput {
  readonly errorCode: number;
  readonly expiryTimestampMs: number;
  readonly throttleTimeMs: number;
}

function readExpireDelegationTokenResponse(
  reader: ByteReader,
  version: number,
): ExpireDelegationTokenResponse {
  const flexible = version === 2;
  const errorCode = reader.int16();
  const expiryTimestampMs = reader.int64();
  const throttleTimeMs = reader.int32();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { errorCode, expiryTimestampMs, throttleTimeMs };
}

function writeExpireDelegationTokenResponse(
  writer: ByteWriter,
  message: ExpireDelegationTokenResponseInput,
  version: number,
): void {
  const flexible = version === 2;
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const expiryTimestampMs = message.expiryTimestampMs;
  writer.int64(expiryTimestampMs);
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const expireDelegationTokenApi: Api<
  ExpireDelegationTokenRequest,
  ExpireDelegationTokenRequestInput,
  ExpireDelegationTokenResponse,
  ExpireDelegationTokenResponseInput
> = {
  key: 40,
  name: 'ExpireDelegationToken',
  request: {
    name: 'ExpireDelegationTokenRequest',
    minVersion: 0,
    maxVersion: 2,
    flexibleFrom: 2,
    read: readExpireDelegationTokenRequest,
    write: writeExpireDelegationTokenRequest,
  },
  response: {
    name: 'ExpireDelegationTokenResponse',
    minVersion: 0,
    maxVersion: 2,
    flexibleFrom: 2,
    read: readExpireDelegationTokenResponse,
    write: writeExpireDelegationTokenResponse,
  },
};
