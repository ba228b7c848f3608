// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter, BytesInput } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface RenewDelegationTokenRequest {
  hmac: Buffer;
  renewPeriodMs: number;
}

export interface RenewDelegationTokenRequestInput {
  readonly hmac: BytesInput;
  readonly renewPeriodMs: number;
}

function readRenewDelegationTokenRequest(
  reader: ByteReader,
  version: number,
): RenewDelegationTokenRequest {
  const flexible = version === 2;
  const hmac = flexible ? reader.compactBytes() : reader.bytes();
  const renewPeriodMs = reader.int64();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { hmac, renewPeriodMs };
}

function writeRenewDelegationTokenRequest(
  writer: ByteWriter,
  message: RenewDelegationTokenRequestInput,
  version: number,
): void {
  const flexible = version === 2;
  const hmac = message.hmac;
  if (flexible) writer.compactBytes(hmac);
  else writer.bytes(hmac);
  const renewPeriodMs = message.renewPeriodMs;
  writer.int64(renewPeriodMs);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface RenewDelegationTokenResponse {
  errorCode: number;
  expiryTimestampMs: number;
  throttleTimeMs: number;
}

export interface RenewDelegationTokenResponseInput {
  readonly errorCode: number;
  readonly expiryTimestampMs: number;
  readonly throttleTimeMs: number;
}

function readRenewDelegationTokenResponse(
  reader: ByteReader,
  version: number,
): RenewDelegationTokenResponse {
  const flexible = version === 2;
  const errorCode = reader.int16();
  const expiryTimestampMs = reader.int64();
  const throttleTimeMs = reader.int32();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { errorCode, expiryTimestampMs, throttleTimeMs };
}

function writeRenewDelegationTokenResponse(
  writer: ByteWriter,
  message: RenewDelegationTokenResponseInput,
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

export const renewDelegationTokenApi: Api<
  RenewDelegationTokenRequest,
  RenewDelegationTokenRequestInput,
  RenewDelegationTokenResponse,
  RenewDelegationTokenResponseInput
> = {
  key: 39,
  name: 'RenewDelegationToken',
  request: {
    name: 'RenewDelegationTokenRequest',
    minVersion: 0,
    maxVersion: 2,
    flexibleFrom: 2,
    read: readRenewDelegationTokenRequest,
    write: writeRenewDelegationTokenRequest,
  },
  response: {
    name: 'RenewDelegationTokenResponse',
    minVersion: 0,
    maxVersion: 2,
    flexibleFrom: 2,
    read: readRenewDelegationTokenResponse,
    write: writeRenewDelegationTokenResponse,
  },
};
