// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface AllocateProducerIdsRequest {
  brokerId: number;
  /** default -1 */
  brokerEpoch: number;
}

export interface AllocateProducerIdsRequestInput {
  readonly brokerId: number;
  readonly brokerEpoch?: number | undefined;
}

function readAllocateProducerIdsRequest(
  reader: ByteReader,
  _version: number,
): AllocateProducerIdsRequest {
  const brokerId = reader.int32();
  const brokerEpoch = reader.int64();
  reader.skipTaggedFields();
  return { brokerId, brokerEpoch };
}

function writeAllocateProducerIdsRequest(
  writer: ByteWriter,
  message: AllocateProducerIdsRequestInput,
  _version: number,
): void {
  const brokerId = message.brokerId;
  writer.int32(brokerId);
  const brokerEpoch = message.brokerEpoch ?? -1;
  writer.int64(brokerEpoch);

  writer.noTaggedFields();
}

export interface AllocateProducerIdsResponse {
  throttleTimeMs: number;
  errorCode: number;
  producerIdStart: number;
  producerIdLen: number;
}

export interface AllocateProducerIdsResponseInput {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly producerIdStart: number;
  readonly producerIdLen: number;
}

function readAllocateProducerIdsResponse(
  reader: ByteReader,
  _version: number,
): AllocateProducerIdsResponse {
  const throttleTimeMs = reader.int32();
  const errorCode = reader.int16();
  const producerIdStart = reader.int64();
  const producerIdLen = reader.int32();
  reader.skipTaggedFields();
  return { throttleTimeMs, errorCode, producerIdStart, producerIdLen };
}

function writeAllocateProducerIdsResponse(
  writer: ByteWriter,
  message: AllocateProducerIdsResponseInput,
  _version: number,
): void {
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const producerIdStart = message.producerIdStart;
  writer.int64(producerIdStart);
  const producerIdLen = message.producerIdLen;
  writer.int32(producerIdLen);

  writer.noTaggedFields();
}

export const allocateProducerIdsApi: Api<
  AllocateProducerIdsRequest,
  AllocateProducerIdsRequestInput,
  AllocateProducerIdsResponse,
  AllocateProducerIdsResponseInput
> = {
  key: 67,
  name: 'AllocateProducerIds',
  request: {
    name: 'AllocateProducerIdsRequest',
    minVersion: 0,
    maxVersion: 0,
    flexibleFrom: 0,
    read: readAllocateProducerIdsRequest,
    write: writeAllocateProducerIdsRequest,
  },
  response: {
    name: 'AllocateProducerIdsResponse',
    minVersion: 0,
    maxVersion: 0,
    flexibleFrom: 0,
    read: readAllocateProducerIdsResponse,
    write: writeAllocateProducerIdsResponse,
  },
};
