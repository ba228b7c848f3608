// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter, BytesInput } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface SaslAuthenticateRequest {
  authBytes: Buffer;
}

export interface SaslAuthenticateRequestInput {
  readonly authBytes: BytesInput;
}

function readSaslAuthenticateRequest(reader: ByteReader, version: number): SaslAuthenticateRequest {
  const flexible = version === 2;
  const authBytes = flexible ? reader.compactBytes() : reader.bytes();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { authBytes };
}

function writeSaslAuthenticateRequest(
  writer: ByteWriter,
  message: SaslAuthenticateRequestInput,
  version: number,
): void {
  const flexible = version === 2;
  const authBytes = message.authBytes;
  if (flexible) writer.compactBytes(authBytes);
  else writer.bytes(authBytes);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface SaslAuthenticateResponse {
  errorCode: number;
  errorMessage: string | null;
  authBytes: Buffer;
  /** versions 1+; default 0 */
  sessionLifetimeMs: number;
}

export interface SaslAuthenticateResponseInput {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly authBytes: BytesInput;
  readonly sessionLifetimeMs?: number | undefined;
}

function readSaslAuthenticateResponse(
  reader: ByteReader,
  version: number,
): SaslAuthenticateResponse {
  const flexible = version === 2;
  const errorCode = reader.int16();
  const errorMessage = flexible ? reader.compactNullableString() : reader.nullableString();
  const authBytes = flexible ? reader.compactBytes() : reader.bytes();
  const sessionLifetimeMs = version >= 1 ? reader.int64() : 0;
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { errorCode, errorMessage, authBytes, sessionLifetimeMs };
}

function writeSaslAuthenticateResponse(
  writer: ByteWriter,
  message: SaslAuthenticateResponseInput,
  version: number,
): void {
  const flexible = version === 2;
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const errorMessage = message.errorMessage;
  if (flexible) writer.compactNullableString(errorMessage);
  else writer.nullableString(errorMessage);
  const authBytes = message.authBytes;
  if (flexible) writer.compactBytes(authBytes);
  else writer.bytes(authBytes);
  if (version >= 1) {
    const sessionLifetimeMs = message.sessionLifetimeMs ?? 0;
    writer.int64(sessionLifetimeMs);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const saslAuthenticateApi: Api<
  SaslAuthenticateRequest,
  SaslAuthenticateRequestInput,
  SaslAuthenticateResponse,
  SaslAuthenticateResponseInput
> = {
  key: 36,
  name: 'SaslAuthenticate',
  request: {
    name: 'SaslAuthenticateRequest',
    minVersion: 0,
    maxVersion: 2,
    flexibleFrom: 2,
    read: readSaslAuthenticateRequest,
    write: writeSaslAuthenticateRequest,
  },
  response: {
    name: 'SaslAuthenticateResponse',
    minVersion: 0,
    maxVersion: 2,
    flexibleFrom: 2,
    read: readSaslAuthenticateResponse,
    write: writeSaslAuthenticateResponse,
  },
};
