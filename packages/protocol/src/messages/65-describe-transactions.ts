// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface DescribeTransactionsRequest {
  transactionalIds: string[];
}

export interface DescribeTransactionsRequestInput {
  readonly transactionalIds: readonly string[];
}

function readDescribeTransactionsRequest(
  reader: ByteReader,
  _version: number,
): DescribeTransactionsRequest {
  const transactionalIds: string[] = [];
  const transactionalIdsLength = reader.compactArrayLength(1);
  for (let index = 0; index < transactionalIdsLength; index++)
    transactionalIds.push(reader.compactString());
  reader.skipTaggedFields();
  return { transactionalIds };
}

function writeDescribeTransactionsRequest(
  writer: ByteWriter,
  message: DescribeTransactionsRequestInput,
  _version: number,
): void {
  const transactionalIds = message.transactionalIds;
  writer.compactArrayLength(transactionalIds.length);
  for (const element of transactionalIds) {
    writer.compactString(element);
  }

  writer.noTaggedFields();
}

export interface DescribeTransactionsResponse {
  throttleTimeMs: number;
  transactionStates: DescribeTransactionsResponseTransactionState[];
}

export interface DescribeTransactionsResponseInput {
  readonly throttleTimeMs: number;
  readonly transactionStates: readonly DescribeTransactionsResponseTransactionStateInput[];
}

export interface DescribeTransactionsResponseTransactionState {
  errorCode: number;
  transactionalId: string;
  transactionState: string;
  transactionTimeoutMs: number;
  transactionStartTimeMs: number;
  producerId: number;
  producerEpoch: number;
  topics: DescribeTransactionsResponseTopicData[];
}

export interface DescribeTransactionsResponseTransactionStateInput {
  readonly errorCode: number;
  readonly transactionalId: string;
  readonly transactionState: string;
  readonly transactionTimeoutMs: number;
  readonly transactionStartTimeMs: number;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly topics: readonly DescribeTransactionsResponseTopicDataInput[];
}

export interface DescribeTransactionsResponseTopicData {
  topic: string;
  partitions: number[];
}

export interface DescribeTransactionsResponseTopicDataInput {
  readonly topic: string;
  readonly partitions: readonly number[];
}

function readDescribeTransactionsResponse(
  reader: ByteReader,
  version: number,
): DescribeTransactionsResponse {
  const throttleTimeMs = reader.int32();
  const transactionStates: DescribeTransactionsResponseTransactionState[] = [];
  const transactionStatesLength = reader.compactArrayLength(28);
  for (let index = 0; index < transactionStatesLength; index++)
    transactionStates.push(readDescribeTransactionsResponseTransactionState(reader, version));
  reader.skipTaggedFields();
  return { throttleTimeMs, transactionStates };
}

function readDescribeTransactionsResponseTransactionState(
  reader: ByteReader,
  version: number,
): DescribeTransactionsResponseTransactionState {
  const errorCode = reader.int16();
  const transactionalId = reader.compactString();
  const transactionState = reader.compactString();
  const transactionTimeoutMs = reader.int32();
  const transactionStartTimeMs = reader.int64();
  const producerId = reader.int64();
  const producerEpoch = reader.int16();
  const topics: DescribeTransactionsResponseTopicData[] = [];
  const topicsLength = reader.compactArrayLength(3);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readDescribeTransactionsResponseTopicData(reader, version));
  reader.skipTaggedFields();
  return {
    errorCode,
    transactionalId,
    transactionState,
    transactionTimeoutMs,
    transactionStartTimeMs,
    producerId,
    producerEpoch,
    topics,
  };
}

function readDescribeTransactionsResponseTopicData(
  reader: ByteReader,
  _version: number,
): DescribeTransactionsResponseTopicData {
  const topic = reader.compactString();
  const partitions: number[] = [];
  const partitionsLength = reader.compactArrayLength(4);
  for (let index = 0; index < partitionsLength; index++) partitions.push(reader.int32());
  reader.skipTaggedFields();
  return { topic, partitions };
}

function writeDescribeTransactionsResponse(
  writer: ByteWriter,
  message: DescribeTransactionsResponseInput,
  version: number,
): void {
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const transactionStates = message.transactionStates;
  writer.compactArrayLength(transactionStates.length);
  for (const element of transactionStates)
    writeDescribeTransactionsResponseTransactionState(writer, element, version);

  writer.noTaggedFields();
}

function writeDescribeTransactionsResponseTransactionState(
  writer: ByteWriter,
  message: DescribeTransactionsResponseTransactionStateInput,
  version: number,
): void {
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const transactionalId = message.transactionalId;
  writer.compactString(transactionalId);
  const transactionState = message.transactionState;
  writer.compactString(transactionState);
  const transactionTimeoutMs = message.transactionTimeoutMs;
  writer.int32(transactionTimeoutMs);
  const transactionStartTimeMs = message.transactionStartTimeMs;
  writer.int64(transactionStartTimeMs);
  const producerId = message.producerId;
  writer.int64(producerId);
  const producerEpoch = message.producerEpoch;
  writer.int16(producerEpoch);
  const topics = message.topics;
  writer.compactArrayLength(topics.length);
  for (const element of topics)
    writeDescribeTransactionsResponseTopicData(writer, element, version);

  writer.noTaggedFields();
}

function writeDescribeTransactionsResponseTopicData(
  writer: ByteWriter,
  message: DescribeTransactionsResponseTopicDataInput,
  _version: number,
): void {
  const topic = message.topic;
  writer.compactString(topic);
  const partitions = message.partitions;
  writer.compactArrayLength(partitions.length);
  for (const element of partitions) {
    writer.int32(element);
  }

  writer.noTaggedFields();
}

export const describeTransactionsApi: Api<
  DescribeTransactionsRequest,
  DescribeTransactionsRequestInput,
  DescribeTransactionsResponse,
  DescribeTransactionsResponseInput
> = {
  key: 65,
  name: 'DescribeTransactions',
  request: {
    name: 'DescribeTransactionsRequest',
    minVersion: 0,
    maxVersion: 0,
    flexibleFrom: 0,
    read: readDescribeTransactionsRequest,
    write: writeDescribeTransactionsRequest,
  },
  response: {
    name: 'DescribeTransactionsResponse',
    minVersion: 0,
    maxVersion: 0,
    flexibleFrom: 0,
    read: readDescribeTransactionsResponse,
    write: writeDescribeTransactionsResponse,
  },
};
