// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface SaslHandshakeRequest {
  mechanism: string;
}

export interface SaslHandshakeRequestInput {
  readonly mechanism: string;
}

function readSaslHandshakeRequest(reader: ByteReader, _version: number): SaslHandshakeRequest {
  const mechanism = reader.string();

  return { mechanism };
}

function writeSaslHandshakeRequest(
  writer: ByteWriter,
  message: SaslHandshakeRequestInput,
  _version: number,
): void {
  const mechanism = message.mechanism;
  writer.string(mechanism);
}

export interface SaslHandshakeResponse {
  errorCode: number;
  mechanisms: string[];
}

export interface SaslHandshakeResponseInput {
  readonly errorCode: number;
  readonly mechanisms: readonly string[];
}

function readSaslHandshakeResponse(reader: ByteReader, _version: number): SaslHandshakeResponse {
  const errorCode = reader.int16();
  const mechanisms: string[] = [];
  const mechanismsLength = reader.arrayLength(2);
  for (let index = 0; index < mechanismsLength; index++) mechanisms.push(reader.string());

  return { errorCode, mechanisms };
}

function writeSaslHandshakeResponse(
  writer: ByteWriter,
  message: SaslHandshakeResponseInput,
  _version: number,
): void {
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const mechanisms = message.mechanisms;
  writer.arrayLength(mechanisms.length);
  for (const element of mechanisms) {
    writer.string(element);
  }
}

export const saslHandshakeApi: Api<
  SaslHandshakeRequest,
  SaslHandshakeRequestInput,
  SaslHandshakeResponse,
  SaslHandshakeResponseInput
> = {
  key: 17,
  name: 'SaslHandshake',
  request: {
    name: 'SaslHandshakeRequest',
    minVersion: 0,
    maxVersion: 1,
    flexibleFrom: Infinity,
    read: readSaslHandshakeRequest,
    write: writeSaslHandshakeRequest,
  },
  response: {
    name: 'SaslHandshakeResponse',
    minVersion: 0,
    maxVersion: 1,
    flexibleFrom: Infinity,
    read: readSaslHandshakeResponse,
    write: writeSaslHandshakeResponse,
  },
};
