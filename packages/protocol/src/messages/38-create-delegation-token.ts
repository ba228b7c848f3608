// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter, BytesInput } from '../bytes/byte-writer.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface CreateDelegationTokenRequest {
  /** version 3 */
  ownerPrincipalType: string | null;
  /** version 3 */
  ownerPrincipalName: string | null;
  renewers: CreateDelegationTokenRequestCreatableRenewers[];
  maxLifetimeMs: number;
}

export interface CreateDelegationTokenRequestInput {
  readonly ownerPrincipalType?: string | null | undefined;
  readonly ownerPrincipalName?: string | null | undefined;
  readonly renewers: readonly CreateDelegationTokenRequestCreatableRenewersInput[];
  readonly maxLifetimeMs: number;
}

export interface CreateDelegationTokenRequestCreatableRenewers {
  principalType: string;
  principalName: string;
}

export interface CreateDelegationTokenRequestCreatableRenewersInput {
  readonly principalType: string;
  readonly principalName: string;
}

function readCreateDelegationTokenRequest(
  reader: ByteReader,
  version: number,
): CreateDelegationTokenRequest {
  const flexible = version >= 2;
  const ownerPrincipalType = version === 3 ? reader.compactNullableString() : '';
  const ownerPrincipalName = version === 3 ? reader.compactNullableString() : '';
  const renewers: CreateDelegationTokenRequestCreatableRenewers[] = [];
  const renewersLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < renewersLength; index++)
    renewers.push(readCreateDelegationTokenRequestCreatableRenewers(reader, version));
  const maxLifetimeMs = reader.int64();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { ownerPrincipalType, ownerPrincipalName, renewers, maxLifetimeMs };
}

function readCreateDelegationTokenRequestCreatableRenewers(
  reader: ByteReader,
  version: number,
): CreateDelegationTokenRequestCreatableRenewers {
  const flexible = version >= 2;
  const principalType = flexible ? reader.compactString() : reader.string();
  const principalName = flexible ? reader.compactString() : reader.string();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { principalType, principalName };
}

function writeCreateDelegationTokenRequest(
  writer: ByteWriter,
  message: CreateDelegationTokenRequestInput,
  version: number,
): void {
  const flexible = version >= 2;
  const ownerPrincipalType =
    message.ownerPrincipalType === undefined ? '' : message.ownerPrincipalType;
  if (version === 3) {
    writer.compactNullableString(ownerPrincipalType);
  } else if (ownerPrincipalType !== '') {
    throw new EncodeError(
      `CreateDelegationTokenRequest.ownerPrincipalType is not part of version ${version}`,
    );
  }
  const ownerPrincipalName =
    message.ownerPrincipalName === undefined ? '' : message.ownerPrincipalName;
  if (version === 3) {
    writer.compactNullableString(ownerPrincipalName);
  } else if (ownerPrincipalName !== '') {
    throw new EncodeError(
      `CreateDelegationTokenRequest.ownerPrincipalName is not part of version ${version}`,
    );
  }
  const renewers = message.renewers;
  if (flexible) writer.compactArrayLength(renewers.length);
  else writer.arrayLength(renewers.length);
  for (const element of renewers)
    writeCreateDelegationTokenRequestCreatableRenewers(writer, element, version);
  const maxLifetimeMs = message.maxLifetimeMs;
  writer.int64(maxLifetimeMs);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeCreateDelegationTokenRequestCreatableRenewers(
  writer: ByteWriter,
  message: CreateDelegationTokenRequestCreatableRenewersInput,
  version: number,
): void {
  const flexible = version >= 2;
  const principalType = message.principalType;
  if (flexible) writer.compactString(principalType);
  else writer.string(principalType);
  const principalName = message.principalName;
  if (flexible) writer.compactString(principalName);
  else writer.string(principalName);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface CreateDelegationTokenResponse {
  errorCode: number;
  principalType: string;
  principalName: string;
  /** version 3 */
  tokenRequesterPrincipalType: string;
  /** version 3 */
  tokenRequesterPrincipalName: string;
  issueTimestampMs: number;
  expiryTimestampMs: number;
  maxTimestampMs: number;
  tokenId: string;
  hmac: Buffer;
  throttleTimeMs: number;
}

export interface CreateDelegationTokenResponseInput {
  readonly errorCode: number;
  readonly principalType: string;
  readonly principalName: string;
  readonly tokenRequesterPrincipalType?: string | undefined;
  readonly tokenRequesterPrincipalName?: string | undefined;
  readonly issueTimestampMs: number;
  readonly expiryTimestampMs: number;
  readonly maxTimestampMs: number;
  readonly tokenId: string;
  readonly hmac: BytesInput;
  readonly throttleTimeMs: number;
}

function readCreateDelegationTokenResponse(
  reader: ByteReader,
  version: number,
): CreateDelegationTokenResponse {
  const flexible = version >= 2;
  const errorCode = reader.int16();
  const principalType = flexible ? reader.compactString() : reader.string();
  const principalName = flexible ? reader.compactString() : reader.string();
  const tokenRequesterPrincipalType = version === 3 ? reader.compactString() : '';
  const tokenRequesterPrincipalName = version === 3 ? reader.compactString() : '';
  const issueTimestampMs = reader.int64();
  const expiryTimestampMs = reader.int64();
  const maxTimestampMs = reader.int64();
  const tokenId = flexible ? reader.compactString() : reader.string();
  const hmac = flexible ? reader.compactBytes() : reader.bytes();
  const throttleTimeMs = reader.int32();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return {
    errorCode,
    principalType,
    principalName,
    tokenRequesterPrincipalType,
    tokenRequesterPrincipalName,
    issueTimestampMs,
    expiryTimestampMs,
    maxTimestampMs,
    tokenId,
    hmac,
    throttleTimeMs,
  };
}

function writeCreateDelegationTokenResponse(
  writer: ByteWriter,
  message: CreateDelegationTokenResponseInput,
  version: number,
): void {
  const flexible = version >= 2;
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const principalType = message.principalType;
  if (flexible) writer.compactString(principalType);
  else writer.string(principalType);
  const principalName = message.principalName;
  if (flexible) writer.compactString(principalName);
  else writer.string(principalName);
  const tokenRequesterPrincipalType = message.tokenRequesterPrincipalType ?? '';
  if (version === 3) {
    writer.compactString(tokenRequesterPrincipalType);
  } else if (tokenRequesterPrincipalType !== '') {
    throw new EncodeError(
      `CreateDelegationTokenResponse.tokenRequesterPrincipalType is not part of version ${version}`,
    );
  }
  const tokenRequesterPrincipalName = message.tokenRequesterPrincipalName ?? '';
  if (version === 3) {
    writer.compactString(tokenRequesterPrincipalName);
  } else if (tokenRequesterPrincipalName !== '') {
    throw new EncodeError(
      `CreateDelegationTokenResponse.tokenRequesterPrincipalName is not part of version ${version}`,
    );
  }
  const issueTimestampMs = message.issueTimestampMs;
  writer.int64(issueTimestampMs);
  const expiryTimestampMs = message.expiryTimestampMs;
  writer.int64(expiryTimestampMs);
  const maxTimestampMs = message.maxTimestampMs;
  writer.int64(maxTimestampMs);
  const tokenId = message.tokenId;
  if (flexible) writer.compactString(tokenId);
  else writer.string(tokenId);
  const hmac = message.hmac;
  if (flexible) writer.compactBytes(hmac);
  else writer.bytes(hmac);
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const createDelegationTokenApi: Api<
  CreateDelegationTokenRequest,
  CreateDelegationTokenRequestInput,
  CreateDelegationTokenResponse,
  CreateDelegationTokenResponseInput
> = {
  key: 38,
  name: 'CreateDelegationToken',
  request: {
    name: 'CreateDelegationTokenRequest',
    minVersion: 0,
    maxVersion: 3,
    flexibleFrom: 2,
    read: readCreateDelegationTokenRequest,
    write: writeCreateDelegationTokenRequest,
  },
  response: {
    name: 'CreateDelegationTokenResponse',
    minVersion: 0,
    maxVersion: 3,
    flexibleFrom: 2,
    read: readCreateDelegationTokenResponse,
    write: writeCreateDelegationTokenResponse,
  },
};
