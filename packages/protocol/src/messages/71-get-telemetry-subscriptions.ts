// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface GetTelemetrySubscriptionsRequest {
  clientInstanceId: string;
}

export interface GetTelemetrySubscriptionsRequestInput {
  readonly clientInstanceId: string;
}

function readGetTelemetrySubscriptionsRequest(
  reader: ByteReader,
  _version: number,
): GetTelemetrySubscriptionsRequest {
  const clientInstanceId = reader.uuid();
  reader.skipTaggedFields();
  return { clientInstanceId };
}

function writeGetTelemetrySubscriptionsRequest(
  writer: ByteWriter,
  message: GetTelemetrySubscriptionsRequestInput,
  _version: number,
): void {
  const clientInstanceId = message.clientInstanceId;
  writer.uuid(clientInstanceId);

  writer.noTaggedFields();
}

export interface GetTelemetrySubscriptionsResponse {
  throttleTimeMs: number;
  errorCode: number;
  clientInstanceId: string;
  subscriptionId: number;
  acceptedCompressionTypes: number[];
  pushIntervalMs: number;
  telemetryMaxBytes: number;
  deltaTemporality: boolean;
  requestedMetrics: string[];
}

export interface GetTelemetrySubscriptionsResponseInput {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly clientInstanceId: string;
  readonly subscriptionId: number;
  readonly acceptedCompressionTypes: readonly number[];
  readonly pushIntervalMs: number;
  readonly telemetryMaxBytes: number;
  readonly deltaTemporality: boolean;
  readonly requestedMetrics: readonly string[];
}

function readGetTelemetrySubscriptionsResponse(
  reader: ByteReader,
  _version: number,
): GetTelemetrySubscriptionsResponse {
  const throttleTimeMs = reader.int32();
  const errorCode = reader.int16();
  const clientInstanceId = reader.uuid();
  const subscriptionId = reader.int32();
  const acceptedCompressionTypes: number[] = [];
  const acceptedCompressionTypesLength = reader.compactArrayLength(1);
  for (let index = 0; index < acceptedCompressionTypesLength; index++)
    acceptedCompressionTypes.push(reader.int8());
  const pushIntervalMs = reader.int32();
  const telemetryMaxBytes = reader.int32();
  const deltaTemporality = reader.bool();
  const requestedMetrics: string[] = [];
  const requestedMetricsLength = reader.compactArrayLength(1);
  for (let index = 0; index < requestedMetricsLength; index++)
    requestedMetrics.push(reader.compactString());
  reader.skipTaggedFields();
  return {
    throttleTimeMs,
    errorCode,
    clientInstanceId,
    subscriptionId,
    acceptedCompressionTypes,
    pushIntervalMs,
    telemetryMaxBytes,
    deltaTemporality,
    requestedMetrics,
  };
}

function writeGetTelemetrySubscriptionsResponse(
  writer: ByteWriter,
  message: GetTelemetrySubscriptionsResponseInput,
  _version: number,
): void {
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const clientInstanceId = message.clientInstanceId;
  writer.uuid(clientInstanceId);
  const subscriptionId = message.subscriptionId;
  writer.int32(subscriptionId);
  const acceptedCompressionTypes = message.acceptedCompressionTypes;
  writer.compactArrayLength(acceptedCompressionTypes.length);
  for (const element of acceptedCompressionTypes) {
    writer.int8(element);
  }
  const pushIntervalMs = message.pushIntervalMs;
  writer.int32(pushIntervalMs);
  const telemetryMaxBytes = message.telemetryMaxBytes;
  writer.int32(telemetryMaxBytes);
  const deltaTemporality = message.deltaTemporality;
  writer.bool(deltaTemporality);
  const requestedMetrics = message.requestedMetrics;
  writer.compactArrayLength(requestedMetrics.length);
  for (const element of requestedMetrics) {
    writer.compactString(element);
  }

  writer.noTaggedFields();
}

export const getTelemetrySubscriptionsApi: Api<
  GetTelemetrySubscriptionsRequest,
  GetTelemetrySubscriptionsRequestInput,
  GetTelemetrySubscriptionsResponse,
  GetTelemetrySubscriptionsResponseInput
> = {
  key: 71,
  name: 'GetTelemetrySubscriptions',
  request: {
    name: 'GetTelemetrySubscriptionsRequest',
    minVersion: 0,
    maxVersion: 0,
    flexibleFrom: 0,
    read: readGetTelemetrySubscriptionsRequest,
    write: writeGetTelemetrySubscriptionsRequest,
  },
  response: {
    name: 'GetTelemetrySubscriptionsResponse',
    minVersion: 0,
    maxVersion: 0,
    flexibleFrom: 0,
    read: readGetTelemetrySubscriptionsResponse,
    write: writeGetTelemetrySubscriptionsResponse,
  },
};
