// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface ListTransactionsRequest {
  stateFilters: string[];
  producerIdFilters: number[];
  /** versions 1+; default -1 */
  durationFilter: number;
  /** version 2; default null */
  transactionalIdPattern: string | null;
}

export interface ListTransactionsRequestInput {
  readonly stateFilters: readonly string[];
  readonly producerIdFilters: readonly number[];
  readonly durationFilter?: number | undefined;
  readonly transactionalIdPattern?: string | null | undefined;
}

function readListTransactionsRequest(reader: ByteReader, version: number): ListTransactionsRequest {
  const stateFilters: string[] = [];
  const stateFiltersLength = reader.compactArrayLength(1);
  for (let index = 0; index < stateFiltersLength; index++)
    stateFilters.push(reader.compactString());
  const producerIdFilters: number[] = [];
  const producerIdFiltersLength = reader.compactArrayLength(8);
  for (let index = 0; index < producerIdFiltersLength; index++)
    producerIdFilters.push(reader.int64());
  const durationFilter = version >= 1 ? reader.int64() : -1;
  const transactionalIdPattern = version === 2 ? reader.compactNullableString() : null;
  reader.skipTaggedFields();
  return { stateFilters, producerIdFilters, durationFilter, transactionalIdPattern };
}

function writeListTransactionsRequest(
  writer: ByteWriter,
  message: ListTransactionsRequestInput,
  version: number,
): void {
  const stateFilters = message.stateFilters;
  writer.compactArrayLength(stateFilters.length);
  for (const element of stateFilters) {
    writer.compactString(element);
  }
  const producerIdFilters = message.producerIdFilters;
  writer.compactArrayLength(producerIdFilters.length);
  for (const element of producerIdFilters) {
    writer.int64(element);
  }
  const durationFilter = message.durationFilter ?? -1;
  if (version >= 1) {
    writer.int64(durationFilter);
  } else if (durationFilter !== -1) {
    throw new EncodeError(
      `ListTransactionsRequest.durationFilter is not part of version ${version}`,
    );
  }
  const transactionalIdPattern = message.transactionalIdPattern ?? null;
  if (version === 2) {
    writer.compactNullableString(transactionalIdPattern);
  } else if (transactionalIdPattern !== null) {
    throw new EncodeError(
      `ListTransactionsRequest.transactionalIdPattern is not part of version ${version}`,
    );
  }

  writer.noTaggedFields();
}

export interface ListTransactionsResponse {
  throttleTimeMs: number;
  errorCode: number;
  unknownStateFilters: string[];
  transactionStates: ListTransactionsResponseTransactionState[];
}

export interface ListTransactionsResponseInput {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly unknownStateFilters: readonly string[];
  readonly transactionStates: readonly ListTransactionsResponseTransactionStateInput[];
}

export interface ListTransactionsResponseTransactionState {
  transactionalId: string;
  producerId: number;
  transactionState: string;
}

export interface ListTransactionsResponseTransactionStateInput {
  readonly transactionalId: string;
  readonly producerId: number;
  readonly transactionState: string;
}

function readListTransactionsResponse(
  reader: ByteReader,
  version: number,
): ListTransactionsResponse {
  const throttleTimeMs = reader.int32();
  const errorCode = reader.int16();
  const unknownStateFilters: string[] = [];
  const unknownStateFiltersLength = reader.compactArrayLength(1);
  for (let index = 0; index < unknownStateFiltersLength; index++)
    unknownStateFilters.push(reader.compactString());
  const transactionStates: ListTransactionsResponseTransactionState[] = [];
  const transactionStatesLength = reader.compactArrayLength(11);
  for (let index = 0; index < transactionStatesLength; index++)
    transactionStates.push(readListTransactionsResponseTransactionState(reader, version));
  reader.skipTaggedFields();
  return { throttleTimeMs, errorCode, unknownStateFilters, transactionStates };
}

function readListTransactionsResponseTransactionState(
  reader: ByteReader,
  _version: number,
): ListTransactionsResponseTransactionState {
  const transactionalId = reader.compactString();
  const producerId = reader.int64();
  const transactionState = reader.compactString();
  reader.skipTaggedFields();
  return { transactionalId, producerId, transactionState };
}

function writeListTransactionsResponse(
  writer: ByteWriter,
  message: ListTransactionsResponseInput,
  version: number,
): void {
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const unknownStateFilters = message.unknownStateFilters;
  writer.compactArrayLength(unknownStateFilters.length);
  for (const element of unknownStateFilters) {
    writer.compactString(element);
  }
  const transactionStates = message.transactionStates;
  writer.compactArrayLength(transactionStates.length);
  for (const element of transactionStates)
    writeListTransactionsResponseTransactionState(writer, element, version);

  writer.noTaggedFields();
}

function writeListTransactionsResponseTransactionState(
  writer: ByteWriter,
  message: ListTransactionsResponseTransactionStateInput,
  _version: number,
): void {
  const transactionalId = message.transactionalId;
  writer.compactString(transactionalId);
  const producerId = message.producerId;
  writer.int64(producerId);
  const transactionState = message.transactionState;
  writer.compactString(transactionState);

  writer.noTaggedFields();
}

export const listTransactionsApi: Api<
  ListTransactionsRequest,
  ListTransactionsRequestInput,
  ListTransactionsResponse,
  ListTransactionsResponseInput
> = {
  key: 66,
  name: 'ListTransactions',
  request: {
    name: 'ListTransactionsRequest',
    minVersion: 0,
    maxVersion: 2,
    flexibleFrom: 0,
    read: readListTransactionsRequest,
    write: writeListTransactionsRequest,
  },
  response: {
    name: 'ListTransactionsResponse',
    minVersion: 0,
    maxVersion: 2,
    flexibleFrom: 0,
    read: readListTransactionsResponse,
    write: writeListTransactionsResponse,
  },
};
