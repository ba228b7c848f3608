// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { MessageCodec } from '../message-codec.ts';

export interface RequestHeader {
  requestApiKey: number;
  requestApiVersion: number;
  correlationId: number;
  /** versions 1+ */
  clientId: string | null;
}

export interface RequestHeaderInput {
  readonly requestApiKey: number;
  readonly requestApiVersion: number;
  readonly correlationId: number;
  readonly clientId?: string | null | undefined;
}

function readRequestHeader(reader: ByteReader, version: number): RequestHeader {
  const flexible = version === 2;
  const requestApiKey = reader.int16();
  const requestApiVersion = reader.int16();
  const correlationId = reader.int32();
  const clientId = version >= 1 ? reader.nullableString() : '';
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { requestApiKey, requestApiVersion, correlationId, clientId };
}

function writeRequestHeader(
  writer: ByteWriter,
  message: RequestHeaderInput,
  version: number,
): void {
  const flexible = version === 2;
  const requestApiKey = message.requestApiKey;
  writer.int16(requestApiKey);
  const requestApiVersion = message.requestApiVersion;
  writer.int16(requestApiVersion);
  const correlationId = message.correlationId;
  writer.int32(correlationId);
  if (version >= 1) {
    const clientId = message.clientId === undefined ? '' : message.clientId;
    writer.nullableString(clientId);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const requestHeader: MessageCodec<RequestHeader, RequestHeaderInput> = {
  name: 'RequestHeader',
  minVersion: 0,
  maxVersion: 2,
  flexibleFrom: 2,
  read: readRequestHeader,
  write: writeRequestHeader,
};

export interface ResponseHeader {
  correlationId: number;
}

export interface ResponseHeaderInput {
  readonly correlationId: number;
}

function readResponseHeader(reader: ByteReader, version: number): ResponseHeader {
  const flexible = version === 1;
  const correlationId = reader.int32();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { correlationId };
}

function writeResponseHeader(
  writer: ByteWriter,
  message: ResponseHeaderInput,
  version: number,
): void {
  const flexible = version === 1;
  const correlationId = message.correlationId;
  writer.int32(correlationId);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const responseHeader: MessageCodec<ResponseHeader, ResponseHeaderInput> = {
  name: 'ResponseHeader',
  minVersion: 0,
  maxVersion: 1,
  flexibleFrom: 1,
  read: readResponseHeader,
  write: writeResponseHeader,
};
