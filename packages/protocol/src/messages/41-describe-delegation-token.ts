// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter, BytesInput } from '../bytes/byte-writer.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface DescribeDelegationTokenRequest {
  owners: DescribeDelegationTokenRequestDescribeDelegationTokenOwner[] | null;
}

export interface DescribeDelegationTokenRequestInput {
  readonly owners:
    readonly DescribeDelegationTokenRequestDescribeDelegationTokenOwnerInput[] | null;
}

export interface DescribeDelegationTokenRequestDescribeDelegationTokenOwner {
  principalType: string;
  principalName: string;
}

export interface DescribeDelegationTokenRequestDescribeDelegationTokenOwnerInput {
  readonly principalType: string;
  readonly principalName: string;
}

function readDescribeDelegationTokenRequest(
  reader: ByteReader,
  version: number,
): DescribeDelegationTokenRequest {
  const flexible = version >= 2;
  let owners: DescribeDelegationTokenRequestDescribeDelegationTokenOwner[] | null = null;
  const ownersLength = flexible
    ? reader.compactNullableArrayLength(3)
    : reader.nullableArrayLength(3);
  if (ownersLength >= 0) {
    owners = [];
    for (let index = 0; index < ownersLength; index++)
      owners.push(readDescribeDelegationTokenRequestDescribeDelegationTokenOwner(reader, version));
  }
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { owners };
}

function readDescribeDelegationTokenRequestDescribeDelegationTokenOwner(
  reader: ByteReader,
  version: number,
): DescribeDelegationTokenRequestDescribeDelegationTokenOwner {
  const flexible = version >= 2;
  const principalType = flexible ? reader.compactString() : reader.string();
  const principalName = flexible ? reader.compactString() : reader.string();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { principalType, principalName };
}

function writeDescribeDelegationTokenRequest(
  writer: ByteWriter,
  message: DescribeDelegationTokenRequestInput,
  version: number,
): void {
  const flexible = version >= 2;
  const owners = message.owners;
  if (flexible) writer.compactArrayLength(owners === null ? -1 : owners.length);
  else writer.arrayLength(owners === null ? -1 : owners.length);
  if (owners !== null) {
    for (const element of owners)
      writeDescribeDelegationTokenRequestDescribeDelegationTokenOwner(writer, element, version);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeDescribeDelegationTokenRequestDescribeDelegationTokenOwner(
  writer: ByteWriter,
  message: DescribeDelegationTokenRequestDescribeDelegationTokenOwnerInput,
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

export interface DescribeDelegationTokenResponse {
  errorCode: number;
  tokens: DescribeDelegationTokenResponseDescribedDelegationToken[];
  throttleTimeMs: number;
}

export interface DescribeDelegationTokenResponseInput {
  readonly errorCode: number;
  readonly tokens: readonly DescribeDelegationTokenResponseDescribedDelegationTokenInput[];
  readonly throttleTimeMs: number;
}

export interface DescribeDelegationTokenResponseDescribedDelegationToken {
  principalType: string;
  principalName: string;
  /** version 3 */
  tokenRequesterPrincipalType: string;
  /** version 3 */
  tokenRequesterPrincipalName: string;
  issueTimestamp: number;
  expiryTimestamp: number;
  maxTimestamp: number;
  tokenId: string;
  hmac: Buffer;
  renewers: DescribeDelegationTokenResponseDescribedDelegationTokenRenewer[];
}

export interface DescribeDelegationTokenResponseDescribedDelegationTokenInput {
  readonly principalType: string;
  readonly principalName: string;
  readonly tokenRequesterPrincipalType?: string | undefined;
  readonly tokenRequesterPrincipalName?: string | undefined;
  readonly issueTimestamp: number;
  readonly expiryTimestamp: number;
  readonly maxTimestamp: number;
  readonly tokenId: string;
  readonly hmac: BytesInput;
  readonly renewers: readonly DescribeDelegationTokenResponseDescribedDelegationTokenRenewerInput[];
}

export interface DescribeDelegationTokenResponseDescribedDelegationTokenRenewer {
  principalType: string;
  principalName: string;
}

export interface DescribeDelegationTokenResponseDescribedDelegationTokenRenewerInput {
  readonly principalType: string;
  readonly principalName: string;
}

function readDescribeDelegationTokenResponse(
  reader: ByteReader,
  version: number,
): DescribeDelegationTokenResponse {
  const flexible = version >= 2;
  const errorCode = reader.int16();
  const tokens: DescribeDelegationTokenResponseDescribedDelegationToken[] = [];
  const tokensLength = flexible ? reader.compactArrayLength(30) : reader.arrayLength(30);
  for (let index = 0; index < tokensLength; index++)
    tokens.push(readDescribeDelegationTokenResponseDescribedDelegationToken(reader, version));
  const throttleTimeMs = reader.int32();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { errorCode, tokens, throttleTimeMs };
}

function readDescribeDelegationTokenResponseDescribedDelegationToken(
  reader: ByteReader,
  version: number,
): DescribeDelegationTokenResponseDescribedDelegationToken {
  const flexible = version >= 2;
  const principalType = flexible ? reader.compactString() : reader.string();
  const principalName = flexible ? reader.compactString() : reader.string();
  const tokenRequesterPrincipalType = version === 3 ? reader.compactString() : '';
  const tokenRequesterPrincipalName = version === 3 ? reader.compactString() : '';
  const issueTimestamp = reader.int64();
  const expiryTimestamp = reader.int64();
  const maxTimestamp = reader.int64();
  const tokenId = flexible ? reader.compactString() : reader.string();
  const hmac = flexible ? reader.compactBytes() : reader.bytes();
  const renewers: DescribeDelegationTokenResponseDescribedDelegationTokenRenewer[] = [];
  const renewersLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < renewersLength; index++)
    renewers.push(
      readDescribeDelegationTokenResponseDescribedDelegationTokenRenewer(reader, version),
    );
  if (flexible) {
    reader.skipTaggedFields();
  }
  return {
    principalType,
    principalName,
    tokenRequesterPrincipalType,
    tokenRequesterPrincipalName,
    issueTimestamp,
    expiryTimestamp,
    maxTimestamp,
    tokenId,
    hmac,
    renewers,
  };
}

function readDescribeDelegationTokenResponseDescribedDelegationTokenRenewer(
  reader: ByteReader,
  version: number,
): DescribeDelegationTokenResponseDescribedDelegationTokenRenewer {
  const flexible = version >= 2;
  const principalType = flexible ? reader.compactString() : reader.string();
  const principalName = flexible ? reader.compactString() : reader.string();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { principalType, principalName };
}

function writeDescribeDelegationTokenResponse(
  writer: ByteWriter,
  message: DescribeDelegationTokenResponseInput,
  version: number,
): void {
  const flexible = version >= 2;
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const tokens = message.tokens;
  if (flexible) writer.compactArrayLength(tokens.length);
  else writer.arrayLength(tokens.length);
  for (const element of tokens)
    writeDescribeDelegationTokenResponseDescribedDelegationToken(writer, element, version);
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeDescribeDelegationTokenResponseDescribedDelegationToken(
  writer: ByteWriter,
  message: DescribeDelegationTokenResponseDescribedDelegationTokenInput,
  version: number,
): void {
  const flexible = version >= 2;
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
      `DescribeDelegationTokenResponseDescribedDelegationToken.tokenRequesterPrincipalType is not part of version ${version}`,
    );
  }
  const tokenRequesterPrincipalName = message.tokenRequesterPrincipalName ?? '';
  if (version === 3) {
    writer.compactString(tokenRequesterPrincipalName);
  } else if (tokenRequesterPrincipalName !== '') {
    throw new EncodeError(
      `DescribeDelegationTokenResponseDescribedDelegationToken.tokenRequesterPrincipalName is not part of version ${version}`,
    );
  }
  const issueTimestamp = message.issueTimestamp;
  writer.int64(issueTimestamp);
  const expiryTimestamp = message.expiryTimestamp;
  writer.int64(expiryTimestamp);
  const maxTimestamp = message.maxTimestamp;
  writer.int64(maxTimestamp);
  const tokenId = message.tokenId;
  if (flexible) writer.compactString(tokenId);
  else writer.string(tokenId);
  const hmac = message.hmac;
  if (flexible) writer.compactBytes(hmac);
  else writer.bytes(hmac);
  const renewers = message.renewers;
  if (flexible) writer.compactArrayLength(renewers.length);
  else writer.arrayLength(renewers.length);
  for (const element of renewers)
    writeDescribeDelegationTokenResponseDescribedDelegationTokenRenewer(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeDescribeDelegationTokenResponseDescribedDelegationTokenRenewer(
  writer: ByteWriter,
  message: DescribeDelegationTokenResponseDescribedDelegationTokenRenewerInput,
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

export const describeDelegationTokenApi: Api<
  DescribeDelegationTokenRequest,
  DescribeDelegationTokenRequestInput,
  DescribeDelegationTokenResponse,
  DescribeDelegationTokenResponseInput
> = {
  key: 41,
  name: 'DescribeDelegationToken',
  request: {
    name: 'DescribeDelegationTokenRequest',
    minVersion: 0,
    maxVersion: 3,
    flexibleFrom: 2,
    read: readDescribeDelegationTokenRequest,
    write: writeDescribeDelegationTokenRequest,
  },
  response: {
    name: 'DescribeDelegationTokenResponse',
    minVersion: 0,
    maxVersion: 3,
    flexibleFrom: 2,
    read: readDescribeDelegationTokenResponse,
    write: writeDescribeDelegationTokenResponse,
  },
};
