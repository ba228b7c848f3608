// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface AddOffsetsToTxnRequest {
  transactionalId: string;
  producerId: number;
  producerEpoch: number;
  groupId: string;
}

export interface AddOffsetsToTxnRequestInput {
  readonly transactionalId: string;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly groupId: string;
}

function readAddOffsetsToTxnRequest(reader: ByteReader, version: number): AddOffsetsToTxnRequest {
  const flexible = version >= 3;
  const transactionalId = flexible ? reader.compactString() : reader.string();
  const producerId = reader.int64();
  const producerEpoch = reader.int16();
  const groupId = flexible ? reader.compactString() : reader.string();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { transactionalId, producerId, producerEpoch, groupId };
}

function writeAddOffsetsToTxnRequest(
  writer: ByteWriter,
  message: AddOffsetsToTxnRequestInput,
  version: number,
): void {
  const flexible = version >= 3;
  const transactionalId = message.transactionalId;
  if (flexible) writer.compactString(transactionalId);
  else writer.string(transactionalId);
  const producerId = message.producerId;
  writer.int64(producerId);
  const producerEpoch = message.producerEpoch;
  writer.int16(producerEpoch);
  const groupId = message.groupId;
  if (flexible) writer.compactString(groupId);
  else writer.string(groupId);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface AddOffsetsToTxnResponse {
  throttleTimeMs: number;
  errorCode: number;
}

export interface AddOffsetsToTxnResponseInput {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
}

function readAddOffsetsToTxnResponse(reader: ByteReader, version: number): AddOffsetsToTxnResponse {
  const flexible = version >= 3;
  const throttleTimeMs = reader.int32();
  const errorCode = reader.int16();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, errorCode };
}

function writeAddOffsetsToTxnResponse(
  writer: ByteWriter,
  message: AddOffsetsToTxnResponseInput,
  version: number,
): void {
  const flexible = version >= 3;
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const errorCode = message.errorCode;
  writer.int16(errorCode);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const addOffsetsToTxnApi: Api<
  AddOffsetsToTxnRequest,
  AddOffsetsToTxnRequestInput,
  AddOffsetsToTxnResponse,
  AddOffsetsToTxnResponseInput
> = {
  key: 25,
  name: 'AddOffsetsToTxn',
  request: {
    name: 'AddOffsetsToTxnRequest',
    minVersion: 0,
    maxVersion: 4,
    flexibleFrom: 3,
    read: readAddOffsetsToTxnRequest,
    write: writeAddOffsetsToTxnRequest,
  },
  response: {
    name: 'AddOffsetsToTxnResponse',
    minVersion: 0,
    maxVersion: 4,
    flexibleFrom: 3,
    read: readAddOffsetsToTxnResponse,
    write: writeAddOffsetsToTxnResponse,
  },
};
