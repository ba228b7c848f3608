// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface InitProducerIdRequest {
  transactionalId: string | null;
  transactionTimeoutMs: number;
  /** versions 3+; default -1 */
  producerId: number;
  /** versions 3+; default -1 */
  producerEpoch: number;
  /** version 6; default false */
  enable2Pc: boolean;
  /** version 6; default false */
  keepPreparedTxn: boolean;
}

export interface InitProducerIdRequestInput {
  readonly transactionalId: string | null;
  readonly transactionTimeoutMs: number;
  readonly producerId?: number | undefined;
  readonly producerEpoch?: number | undefined;
  readonly enable2Pc?: boolean | undefined;
  readonly keepPreparedTxn?: boolean | undefined;
}

function readInitProducerIdRequest(reader: ByteReader, version: number): InitProducerIdRequest {
  const flexible = version >= 2;
  const transactionalId = flexible ? reader.compactNullableString() : reader.nullableString();
  const transactionTimeoutMs = reader.int32();
  const producerId = version >= 3 ? reader.int64() : -1;
  const producerEpoch = version >= 3 ? reader.int16() : -1;
  const enable2Pc = version === 6 ? reader.bool() : false;
  const keepPreparedTxn = version === 6 ? reader.bool() : false;
  if (flexible) {
    reader.skipTaggedFields();
  }
  return {
    transactionalId,
    transactionTimeoutMs,
    producerId,
    producerEpoch,
    enable2Pc,
    keepPreparedTxn,
  };
}

function writeInitProducerIdRequest(
  writer: ByteWriter,
  message: InitProducerIdRequestInput,
  version: number,
): void {
  const flexible = version >= 2;
  const transactionalId = message.transactionalId;
  if (flexible) writer.compactNullableString(transactionalId);
  else writer.nullableString(transactionalId);
  const transactionTimeoutMs = message.transactionTimeoutMs;
  writer.int32(transactionTimeoutMs);
  const producerId = message.producerId ?? -1;
  if (version >= 3) {
    writer.int64(producerId);
  } else if (producerId !== -1) {
    throw new EncodeError(`InitProducerIdRequest.producerId is not part of version ${version}`);
  }
  const producerEpoch = message.producerEpoch ?? -1;
  if (version >= 3) {
    writer.int16(producerEpoch);
  } else if (producerEpoch !== -1) {
    throw new EncodeError(`InitProducerIdRequest.producerEpoch is not part of version ${version}`);
  }
  const enable2Pc = message.enable2Pc ?? false;
  if (version === 6) {
    writer.bool(enable2Pc);
  } else if (enable2Pc) {
    throw new EncodeError(`InitProducerIdRequest.enable2Pc is not part of version ${version}`);
  }
  const keepPreparedTxn = message.keepPreparedTxn ?? false;
  if (version === 6) {
    writer.bool(keepPreparedTxn);
  } else if (keepPreparedTxn) {
    throw new EncodeError(
      `InitProducerIdRequest.keepPreparedTxn is not part of version ${version}`,
    );
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface InitProducerIdResponse {
  throttleTimeMs: number;
  errorCode: number;
  /** default -1 */
  producerId: number;
  producerEpoch: number;
  /** version 6; default -1 */
  ongoingTxnProducerId: number;
  /** version 6; default -1 */
  ongoingTxnProducerEpoch: number;
}

export interface InitProducerIdResponseInput {
  readonly throttleTimeMs?: number | undefined;
  readonly errorCode: number;
  readonly producerId?: number | undefined;
  readonly producerEpoch: number;
  readonly ongoingTxnProducerId?: number | undefined;
  readonly ongoingTxnProducerEpoch?: number | undefined;
}

function readInitProducerIdResponse(reader: ByteReader, version: number): InitProducerIdResponse {
  const flexible = version >= 2;
  const throttleTimeMs = reader.int32();
  const errorCode = reader.int16();
  const producerId = reader.int64();
  const producerEpoch = reader.int16();
  const ongoingTxnProducerId = version === 6 ? reader.int64() : -1;
  const ongoingTxnProducerEpoch = version === 6 ? reader.int16() : -1;
  if (flexible) {
    reader.skipTaggedFields();
  }
  return {
    throttleTimeMs,
    errorCode,
    producerId,
    producerEpoch,
    ongoingTxnProducerId,
    ongoingTxnProducerEpoch,
  };
}

function writeInitProducerIdResponse(
  writer: ByteWriter,
  message: InitProducerIdResponseInput,
  version: number,
): void {
  const flexible = version >= 2;
  const throttleTimeMs = message.throttleTimeMs ?? 0;
  writer.int32(throttleTimeMs);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const producerId = message.producerId ?? -1;
  writer.int64(producerId);
  const producerEpoch = message.producerEpoch;
  writer.int16(producerEpoch);
  const ongoingTxnProducerId = message.ongoingTxnProducerId ?? -1;
  if (version === 6) {
    writer.int64(ongoingTxnProducerId);
  } else if (ongoingTxnProducerId !== -1) {
    throw new EncodeError(
      `InitProducerIdResponse.ongoingTxnProducerId is not part of version ${version}`,
    );
  }
  const ongoingTxnProducerEpoch = message.ongoingTxnProducerEpoch ?? -1;
  if (version === 6) {
    writer.int16(ongoingTxnProducerEpoch);
  } else if (ongoingTxnProducerEpoch !== -1) {
    throw new EncodeError(
      `InitProducerIdResponse.ongoingTxnProducerEpoch is not part of version ${version}`,
    );
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const initProducerIdApi: Api<
  InitProducerIdRequest,
  InitProducerIdRequestInput,
  InitProducerIdResponse,
  InitProducerIdResponseInput
> = {
  key: 22,
  name: 'InitProducerId',
  request: {
    name: 'InitProducerIdRequest',
    minVersion: 0,
    maxVersion: 6,
    flexibleFrom: 2,
    read: readInitProducerIdRequest,
    write: writeInitProducerIdRequest,
  },
  response: {
    name: 'InitProducerIdResponse',
    minVersion: 0,
    maxVersion: 6,
    flexibleFrom: 2,
    read: readInitProducerIdResponse,
    write: writeInitProducerIdResponse,
  },
};
