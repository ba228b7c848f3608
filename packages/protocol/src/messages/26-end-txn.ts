// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface EndTxnRequest {
  transactionalId: string;
  producerId: number;
  producerEpoch: number;
  committed: boolean;
}

export interface EndTxnRequestInput {
  readonly transactionalId: string;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly committed: boolean;
}

function readEndTxnRequest(reader: ByteReader, version: number): EndTxnRequest {
  const flexible = version >= 3;
  const transactionalId = flexible ? reader.compactString() : reader.string();
  const producerId = reader.int64();
  const producerEpoch = reader.int16();
  const committed = reader.bool();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { transactionalId, producerId, producerEpoch, committed };
}

function writeEndTxnRequest(
  writer: ByteWriter,
  message: EndTxnRequestInput,
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
  const committed = message.committed;
  writer.bool(committed);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface EndTxnResponse {
  throttleTimeMs: number;
  errorCode: number;
  /** version 5; default -1 */
  producerId: number;
  /** version 5; default -1 */
  producerEpoch: number;
}

export interface EndTxnResponseInput {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly producerId?: number | undefined;
  readonly producerEpoch?: number | undefined;
}

function readEndTxnResponse(reader: ByteReader, version: number): EndTxnResponse {
  const flexible = version >= 3;
  const throttleTimeMs = reader.int32();
  const errorCode = reader.int16();
  const producerId = version === 5 ? reader.int64() : -1;
  const producerEpoch = version === 5 ? reader.int16() : -1;
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, errorCode, producerId, producerEpoch };
}

function writeEndTxnResponse(
  writer: ByteWriter,
  message: EndTxnResponseInput,
  version: number,
): void {
  const flexible = version >= 3;
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  if (version === 5) {
    const producerId = message.producerId ?? -1;
    writer.int64(producerId);
  }
  if (version === 5) {
    const producerEpoch = message.producerEpoch ?? -1;
    writer.int16(producerEpoch);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const endTxnApi: Api<
  EndTxnRequest,
  EndTxnRequestInput,
  EndTxnResponse,
  EndTxnResponseInput
> = {
  key: 26,
  name: 'EndTxn',
  request: {
    name: 'EndTxnRequest',
    minVersion: 0,
    maxVersion: 5,
    flexibleFrom: 3,
    read: readEndTxnRequest,
    write: writeEndTxnRequest,
  },
  response: {
    name: 'EndTxnResponse',
    minVersion: 0,
    maxVersion: 5,
    flexibleFrom: 3,
    read: readEndTxnResponse,
    write: writeEndTxnResponse,
  },
};
