// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { MessageCodec } from '../message-codec.ts';

export interface TransactionLogKey {
  transactionalId: string;
}

export interface TransactionLogKeyInput {
  readonly transactionalId: string;
}

function readTransactionLogKey(reader: ByteReader, _version: number): TransactionLogKey {
  const transactionalId = reader.string();

  return { transactionalId };
}

function writeTransactionLogKey(
  writer: ByteWriter,
  message: TransactionLogKeyInput,
  _version: number,
): void {
  const transactionalId = message.transactionalId;
  writer.string(transactionalId);
}

export const transactionLogKey: MessageCodec<TransactionLogKey, TransactionLogKeyInput> = {
  name: 'TransactionLogKey',
  minVersion: 0,
  maxVersion: 0,
  flexibleFrom: Infinity,
  read: readTransactionLogKey,
  write: writeTransactionLogKey,
};

export interface TransactionLogValue {
  producerId: number;
  /** version 1; default -1 */
  previousProducerId: number;
  /** version 1; default -1 */
  nextProducerId: number;
  producerEpoch: number;
  transactionTimeoutMs: number;
  transactionStatus: number;
  transactionPartitions: TransactionLogValuePartitionsSchema[] | null;
  transactionLastUpdateTimestampMs: number;
  transactionStartTimestampMs: number;
  /** version 1; default 0 */
  clientTransactionVersion: number;
}

export interface TransactionLogValueInput {
  readonly producerId: number;
  readonly previousProducerId?: number | undefined;
  readonly nextProducerId?: number | undefined;
  readonly producerEpoch: number;
  readonly transactionTimeoutMs: number;
  readonly transactionStatus: number;
  readonly transactionPartitions: readonly TransactionLogValuePartitionsSchemaInput[] | null;
  readonly transactionLastUpdateTimestampMs: number;
  readonly transactionStartTimestampMs: number;
  readonly clientTransactionVersion?: number | undefined;
}

export interface TransactionLogValuePartitionsSchema {
  topic: string;
  partitionIds: number[];
}

export interface TransactionLogValuePartitionsSchemaInput {
  readonly topic: string;
  readonly partitionIds: readonly number[];
}

function readTransactionLogValue(reader: ByteReader, version: number): TransactionLogValue {
  const flexible = version === 1;
  const producerId = reader.int64();
  const producerEpoch = reader.int16();
  const transactionTimeoutMs = reader.int32();
  const transactionStatus = reader.int8();
  let transactionPartitions: TransactionLogValuePartitionsSchema[] | null = null;
  const transactionPartitionsLength = flexible
    ? reader.compactNullableArrayLength(3)
    : reader.nullableArrayLength(3);
  if (transactionPartitionsLength >= 0) {
    transactionPartitions = [];
    for (let index = 0; index < transactionPartitionsLength; index++)
      transactionPartitions.push(readTransactionLogValuePartitionsSchema(reader, version));
  }
  const transactionLastUpdateTimestampMs = reader.int64();
  const transactionStartTimestampMs = reader.int64();
  let previousProducerId = -1;
  let nextProducerId = -1;
  let clientTransactionVersion = 0;
  if (flexible) {
    const tagCount = reader.uvarint();
    for (let tagIndex = 0; tagIndex < tagCount; tagIndex++) {
      const tag = reader.uvarint();
      const tagEnd = reader.taggedFieldEnd();
      switch (tag) {
        case 0: {
          previousProducerId = reader.int64();
          break;
        }
        case 1: {
          nextProducerId = reader.int64();
          break;
        }
        case 2: {
          clientTransactionVersion = reader.int16();
          break;
        }
        default:
          reader.position = tagEnd;
      }
      reader.endTaggedField(tagEnd);
    }
  }

  return {
    producerId,
    previousProducerId,
    nextProducerId,
    producerEpoch,
    transactionTimeoutMs,
    transactionStatus,
    transactionPartitions,
    transactionLastUpdateTimestampMs,
    transactionStartTimestampMs,
    clientTransactionVersion,
  };
}

function readTransactionLogValuePartitionsSchema(
  reader: ByteReader,
  version: number,
): TransactionLogValuePartitionsSchema {
  const flexible = version === 1;
  const topic = flexible ? reader.compactString() : reader.string();
  const partitionIds: number[] = [];
  const partitionIdsLength = flexible ? reader.compactArrayLength(4) : reader.arrayLength(4);
  for (let index = 0; index < partitionIdsLength; index++)
    partitionIds.push(flexible ? reader.int32() : reader.int32());
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { topic, partitionIds };
}

function writeTransactionLogValue(
  writer: ByteWriter,
  message: TransactionLogValueInput,
  version: number,
): void {
  const flexible = version === 1;
  const producerId = message.producerId;
  writer.int64(producerId);
  const producerEpoch = message.producerEpoch;
  writer.int16(producerEpoch);
  const transactionTimeoutMs = message.transactionTimeoutMs;
  writer.int32(transactionTimeoutMs);
  const transactionStatus = message.transactionStatus;
  writer.int8(transactionStatus);
  const transactionPartitions = message.transactionPartitions;
  if (flexible)
    writer.compactArrayLength(transactionPartitions === null ? -1 : transactionPartitions.length);
  else writer.arrayLength(transactionPartitions === null ? -1 : transactionPartitions.length);
  if (transactionPartitions !== null) {
    for (const element of transactionPartitions)
      writeTransactionLogValuePartitionsSchema(writer, element, version);
  }
  const transactionLastUpdateTimestampMs = message.transactionLastUpdateTimestampMs;
  writer.int64(transactionLastUpdateTimestampMs);
  const transactionStartTimestampMs = message.transactionStartTimestampMs;
  writer.int64(transactionStartTimestampMs);
  const previousProducerId = message.previousProducerId ?? -1;
  const nextProducerId = message.nextProducerId ?? -1;
  const clientTransactionVersion = message.clientTransactionVersion ?? 0;
  if (version < 1 && previousProducerId !== -1) {
    throw new EncodeError(
      `TransactionLogValue.previousProducerId is not part of version ${version}`,
    );
  }
  if (version < 1 && nextProducerId !== -1) {
    throw new EncodeError(`TransactionLogValue.nextProducerId is not part of version ${version}`);
  }
  if (version < 1 && clientTransactionVersion !== 0) {
    throw new EncodeError(
      `TransactionLogValue.clientTransactionVersion is not part of version ${version}`,
    );
  }
  if (flexible) {
    const hasPreviousProducerId = previousProducerId !== -1;
    const hasNextProducerId = nextProducerId !== -1;
    const hasClientTransactionVersion = clientTransactionVersion !== 0;
    writer.uvarint(
      (hasPreviousProducerId ? 1 : 0) +
        (hasNextProducerId ? 1 : 0) +
        (hasClientTransactionVersion ? 1 : 0),
    );
    if (hasPreviousProducerId) {
      writer.uvarint(0);
      const mark = writer.beginSized();
      writer.int64(previousProducerId);
      writer.endSized(mark);
    }
    if (hasNextProducerId) {
      writer.uvarint(1);
      const mark = writer.beginSized();
      writer.int64(nextProducerId);
      writer.endSized(mark);
    }
    if (hasClientTransactionVersion) {
      writer.uvarint(2);
      const mark = writer.beginSized();
      writer.int16(clientTransactionVersion);
      writer.endSized(mark);
    }
  }
}

function writeTransactionLogValuePartitionsSchema(
  writer: ByteWriter,
  message: TransactionLogValuePartitionsSchemaInput,
  version: number,
): void {
  const flexible = version === 1;
  const topic = message.topic;
  if (flexible) writer.compactString(topic);
  else writer.string(topic);
  const partitionIds = message.partitionIds;
  if (flexible) writer.compactArrayLength(partitionIds.length);
  else writer.arrayLength(partitionIds.length);
  for (const element of partitionIds) {
    writer.int32(element);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const transactionLogValue: MessageCodec<TransactionLogValue, TransactionLogValueInput> = {
  name: 'TransactionLogValue',
  minVersion: 0,
  maxVersion: 1,
  flexibleFrom: 1,
  read: readTransactionLogValue,
  write: writeTransactionLogValue,
};
