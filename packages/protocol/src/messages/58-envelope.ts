// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter, BytesInput } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface EnvelopeRequest {
  requestData: Buffer;
  requestPrincipal: Buffer | null;
  clientHostAddress: Buffer;
}

export interface EnvelopeRequestInput {
  readonly requestData: BytesInput;
  readonly requestPrincipal: BytesInput | null;
  readonly clientHostAddress: BytesInput;
}

function readEnvelopeRequest(reader: ByteReader, _version: number): EnvelopeRequest {
  const requestData = reader.compactBytes();
  const requestPrincipal = reader.compactNullableBytes();
  const clientHostAddress = reader.compactBytes();
  reader.skipTaggedFields();
  return { requestData, requestPrincipal, clientHostAddress };
}

function writeEnvelopeRequest(
  writer: ByteWriter,
  message: EnvelopeRequestInput,
  _version: number,
): void {
  const requestData = message.requestData;
  writer.compactBytes(requestData);
  const requestPrincipal = message.requestPrincipal;
  writer.compactNullableBytes(requestPrincipal);
  const clientHostAddress = message.clientHostAddress;
  writer.compactBytes(clientHostAddress);

  writer.noTaggedFields();
}

export interface EnvelopeResponse {
  /** default null */
  responseData: Buffer | null;
  errorCode: number;
}

export interface EnvelopeResponseInput {
  readonly responseData?: BytesInput | null | undefined;
  readonly errorCode: number;
}

function readEnvelopeResponse(reader: ByteReader, _version: number): EnvelopeResponse {
  const responseData = reader.compactNullableBytes();
  const errorCode = reader.int16();
  reader.skipTaggedFields();
  return { responseData, errorCode };
}

function writeEnvelopeResponse(
  writer: ByteWriter,
  message: EnvelopeResponseInput,
  _version: number,
): void {
  const responseData = message.responseData ?? null;
  writer.compactNullableBytes(responseData);
  const errorCode = message.errorCode;
  writer.int16(errorCode);

  writer.noTaggedFields();
}

export const envelopeApi: Api<
  EnvelopeRequest,
  EnvelopeRequestInput,
  EnvelopeResponse,
  EnvelopeResponseInput
> = {
  key: 58,
  name: 'Envelope',
  request: {
    name: 'EnvelopeRequest',
    minVersion: 0,
    maxVersion: 0,
    flexibleFrom: 0,
    read: readEnvelopeRequest,
    write: writeEnvelopeRequest,
  },
  response: {
    name: 'EnvelopeResponse',
    minVersion: 0,
    maxVersion: 0,
    flexibleFrom: 0,
    read: readEnvelopeResponse,
    write: writeEnvelopeResponse,
  },
};
