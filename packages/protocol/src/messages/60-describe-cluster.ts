// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface DescribeClusterRequest {
  includeClusterAuthorizedOperations: boolean;
  /** versions 1+; default 1 */
  endpointType: number;
  /** version 2 */
  includeFencedBrokers: boolean;
}

export interface DescribeClusterRequestInput {
  readonly includeClusterAuthorizedOperations: boolean;
  readonly endpointType?: number | undefined;
  readonly includeFencedBrokers?: boolean | undefined;
}

function readDescribeClusterRequest(reader: ByteReader, version: number): DescribeClusterRequest {
  const includeClusterAuthorizedOperations = reader.bool();
  const endpointType = version >= 1 ? reader.int8() : 1;
  const includeFencedBrokers = version === 2 ? reader.bool() : false;
  reader.skipTaggedFields();
  return { includeClusterAuthorizedOperations, endpointType, includeFencedBrokers };
}

function writeDescribeClusterRequest(
  writer: ByteWriter,
  message: DescribeClusterRequestInput,
  version: number,
): void {
  const includeClusterAuthorizedOperations = message.includeClusterAuthorizedOperations;
  writer.bool(includeClusterAuthorizedOperations);
  const endpointType = message.endpointType ?? 1;
  if (version >= 1) {
    writer.int8(endpointType);
  } else if (endpointType !== 1) {
    throw new EncodeError(`DescribeClusterRequest.endpointType is not part of version ${version}`);
  }
  const includeFencedBrokers = message.includeFencedBrokers ?? false;
  if (version === 2) {
    writer.bool(includeFencedBrokers);
  } else if (includeFencedBrokers) {
    throw new EncodeError(
      `DescribeClusterRequest.includeFencedBrokers is not part of version ${version}`,
    );
  }

  writer.noTaggedFields();
}

export interface DescribeClusterResponse {
  throttleTimeMs: number;
  errorCode: number;
  /** default null */
  errorMessage: string | null;
  /** versions 1+; default 1 */
  endpointType: number;
  clusterId: string;
  /** default -1 */
  controllerId: number;
  brokers: DescribeClusterResponseDescribeClusterBroker[];
  /** default -2147483648 */
  clusterAuthorizedOperations: number;
}

export interface DescribeClusterResponseInput {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly errorMessage?: string | null | undefined;
  readonly endpointType?: number | undefined;
  readonly clusterId: string;
  readonly controllerId?: number | undefined;
  readonly brokers: readonly DescribeClusterResponseDescribeClusterBrokerInput[];
  readonly clusterAuthorizedOperations?: number | undefined;
}

export interface DescribeClusterResponseDescribeClusterBroker {
  brokerId: number;
  host: string;
  port: number;
  /** default null */
  rack: string | null;
  /** version 2 */
  isFenced: boolean;
}

export interface DescribeClusterResponseDescribeClusterBrokerInput {
  readonly brokerId: number;
  readonly host: string;
  readonly port: number;
  readonly rack?: string | null | undefined;
  readonly isFenced?: boolean | undefined;
}

function readDescribeClusterResponse(reader: ByteReader, version: number): DescribeClusterResponse {
  const throttleTimeMs = reader.int32();
  const errorCode = reader.int16();
  const errorMessage = reader.compactNullableString();
  const endpointType = version >= 1 ? reader.int8() : 1;
  const clusterId = reader.compactString();
  const controllerId = reader.int32();
  const brokers: DescribeClusterResponseDescribeClusterBroker[] = [];
  const brokersLength = reader.compactArrayLength(11);
  for (let index = 0; index < brokersLength; index++)
    brokers.push(readDescribeClusterResponseDescribeClusterBroker(reader, version));
  const clusterAuthorizedOperations = reader.int32();
  reader.skipTaggedFields();
  return {
    throttleTimeMs,
    errorCode,
    errorMessage,
    endpointType,
    clusterId,
    controllerId,
    brokers,
    clusterAuthorizedOperations,
  };
}

function readDescribeClusterResponseDescribeClusterBroker(
  reader: ByteReader,
  version: number,
): DescribeClusterResponseDescribeClusterBroker {
  const brokerId = reader.int32();
  const host = reader.compactString();
  const port = reader.int32();
  const rack = reader.compactNullableString();
  const isFenced = version === 2 ? reader.bool() : false;
  reader.skipTaggedFields();
  return { brokerId, host, port, rack, isFenced };
}

function writeDescribeClusterResponse(
  writer: ByteWriter,
  message: DescribeClusterResponseInput,
  version: number,
): void {
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const errorMessage = message.errorMessage ?? null;
  writer.compactNullableString(errorMessage);
  const endpointType = message.endpointType ?? 1;
  if (version >= 1) {
    writer.int8(endpointType);
  } else if (endpointType !== 1) {
    throw new EncodeError(`DescribeClusterResponse.endpointType is not part of version ${version}`);
  }
  const clusterId = message.clusterId;
  writer.compactString(clusterId);
  const controllerId = message.controllerId ?? -1;
  writer.int32(controllerId);
  const brokers = message.brokers;
  writer.compactArrayLength(brokers.length);
  for (const element of brokers)
    writeDescribeClusterResponseDescribeClusterBroker(writer, element, version);
  const clusterAuthorizedOperations = message.clusterAuthorizedOperations ?? -2147483648;
  writer.int32(clusterAuthorizedOperations);

  writer.noTaggedFields();
}

function writeDescribeClusterResponseDescribeClusterBroker(
  writer: ByteWriter,
  message: DescribeClusterResponseDescribeClusterBrokerInput,
  version: number,
): void {
  const brokerId = message.brokerId;
  writer.int32(brokerId);
  const host = message.host;
  writer.compactString(host);
  const port = message.port;
  writer.int32(port);
  const rack = message.rack ?? null;
  writer.compactNullableString(rack);
  const isFenced = message.isFenced ?? false;
  if (version === 2) {
    writer.bool(isFenced);
  } else if (isFenced) {
    throw new EncodeError(
      `DescribeClusterResponseDescribeClusterBroker.isFenced is not part of version ${version}`,
    );
  }

  writer.noTaggedFields();
}

export const describeClusterApi: Api<
  DescribeClusterRequest,
  DescribeClusterRequestInput,
  DescribeClusterResponse,
  DescribeClusterResponseInput
> = {
  key: 60,
  name: 'DescribeCluster',
  request: {
    name: 'DescribeClusterRequest',
    minVersion: 0,
    maxVersion: 2,
    flexibleFrom: 0,
    read: readDescribeClusterRequest,
    write: writeDescribeClusterRequest,
  },
  response: {
    name: 'DescribeClusterResponse',
    minVersion: 0,
    maxVersion: 2,
    flexibleFrom: 0,
    read: readDescribeClusterResponse,
    write: writeDescribeClusterResponse,
  },
};
