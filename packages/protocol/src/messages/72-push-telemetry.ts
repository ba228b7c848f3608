// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter, BytesInput } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface PushTelemetryRequest {
  clientInstanceId: string;
  subscriptionId: number;
  terminating: boolean;
  compressionType: number;
  metrics: Buffer;
}

export interface PushTelemetryRequestInput {
  readonly clientInstanceId: string;
  readonly subscriptionId: number;
  readonly terminating: boolean;
  readonly compressionType: number;
  readonly metrics: BytesInput;
}

function readPushTelemetryRequest(reader: ByteReader, _version: number): PushTelemetryRequest {
  const clientInstanceId = reader.uuid();
  const subscriptionId = reader.int32();
  const terminating = reader.bool();
  const compressionType = reader.int8();
  const metrics = reader.compactBytes();
  reader.skipTaggedFields();
  return { clientInstanceId, subscriptionId, terminating, compressionType, metrics };
}

function writePushTelemetryRequest(
  writer: ByteWriter,
  message: PushTelemetryRequestInput,
  _version: number,
): void {
  const clientInstanceId = message.clientInstanceId;
  writer.uuid(clientInstanceId);
  const subscriptionId = message.subscriptionId;
  writer.int32(subscriptionId);
  const terminating = message.terminating;
  writer.bool(terminating);
  const compressionType = message.compressionType;
  writer.int8(compressionType);
  const metrics = message.metrics;
  writer.compactBytes(metrics);

  writer.noTaggedFields();
}

export interface PushTelemetryResponse {
  throttleTimeMs: number;
  errorCode: number;
}

export interface PushTelemetryResponseInput {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
}

function readPushTelemetryResponse(reader: ByteReader, _version: number): PushTelemetryResponse {
  const throttleTimeMs = reader.int32();
  const errorCode = reader.int16();
  reader.skipTaggedFields();
  return { throttleTimeMs, errorCode };
}

function writePushTelemetryResponse(
  writer: ByteWriter,
  message: PushTelemetryResponseInput,
  _version: number,
): void {
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const errorCode = message.errorCode;
  writer.int16(errorCode);

  writer.noTaggedFields();
}

export const pushTelemetryApi: Api<
  PushTelemetryRequest,
  PushTelemetryRequestInput,
  PushTelemetryResponse,
  PushTelemetryResponseInput
> = {
  key: 72,
  name: 'PushTelemetry',
  request: {
    name: 'PushTelemetryRequest',
    minVersion: 0,
    maxVersion: 0,
    flexibleFrom: 0,
    read: readPushTelemetryRequest,
    write: writePushTelemetryRequest,
  },
  response: {
    name: 'PushTelemetryResponse',
    minVersion: 0,
    maxVersion: 0,
    flexibleFrom: 0,
    read: readPushTelemetryResponse,
    write: writePushTelemetryResponse,
  },
};
