// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface DescribeProducersRequest {
  topics: DescribeProducersRequestTopicRequest[];
}

export interface DescribeProducersRequestInput {
  readonly topics: readonly DescribeProducersRequestTopicRequestInput[];
}

export interface DescribeProducersRequestTopicRequest {
  name: string;
  partitionIndexes: number[];
}

export interface DescribeProducersRequestTopicRequestInput {
  readonly name: string;
  readonly partitionIndexes: readonly number[];
}

function readDescribeProducersRequest(
  reader: ByteReader,
  version: number,
): DescribeProducersRequest {
  const topics: DescribeProducersRequestTopicRequest[] = [];
  const topicsLength = reader.compactArrayLength(3);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readDescribeProducersRequestTopicRequest(reader, version));
  reader.skipTaggedFields();
  return { topics };
}

function readDescribeProducersRequestTopicRequest(
  reader: ByteReader,
  _version: number,
): DescribeProducersRequestTopicRequest {
  const name = reader.compactString();
  const partitionIndexes: number[] = [];
  const partitionIndexesLength = reader.compactArrayLength(4);
  for (let index = 0; index < partitionIndexesLength; index++)
    partitionIndexes.push(reader.int32());
  reader.skipTaggedFields();
  return { name, partitionIndexes };
}

function writeDescribeProducersRequest(
  writer: ByteWriter,
  message: DescribeProducersRequestInput,
  version: number,
): void {
  const topics = message.topics;
  writer.compactArrayLength(topics.length);
  for (const element of topics) writeDescribeProducersRequestTopicRequest(writer, element, version);

  writer.noTaggedFields();
}

function writeDescribeProducersRequestTopicRequest(
  writer: ByteWriter,
  message: DescribeProducersRequestTopicRequestInput,
  _version: number,
): void {
  const name = message.name;
  writer.compactString(name);
  const partitionIndexes = message.partitionIndexes;
  writer.compactArrayLength(partitionIndexes.length);
  for (const element of partitionIndexes) {
    writer.int32(element);
  }

  writer.noTaggedFields();
}

export interface DescribeProducersResponse {
  throttleTimeMs: number;
  topics: DescribeProducersResponseTopicResponse[];
}

export interface DescribeProducersResponseInput {
  readonly throttleTimeMs: number;
  readonly topics: readonly DescribeProducersResponseTopicResponseInput[];
}

export interface DescribeProducersResponseTopicResponse {
  name: string;
  partitions: DescribeProducersResponsePartitionResponse[];
}

export interface DescribeProducersResponseTopicResponseInput {
  readonly name: string;
  readonly partitions: readonly DescribeProducersResponsePartitionResponseInput[];
}

export interface DescribeProducersResponsePartitionResponse {
  partitionIndex: number;
  errorCode: number;
  /** default null */
  errorMessage: string | null;
  activeProducers: DescribeProducersResponseProducerState[];
}

export interface DescribeProducersResponsePartitionResponseInput {
  readonly partitionIndex: number;
  readonly errorCode: number;
  readonly errorMessage?: string | null | undefined;
  readonly activeProducers: readonly DescribeProducersResponseProducerStateInput[];
}

export interface DescribeProducersResponseProducerState {
  producerId: number;
  producerEpoch: number;
  /** default -1 */
  lastSequence: number;
  /** default -1 */
  lastTimestamp: number;
  coordinatorEpoch: number;
  /** default -1 */
  currentTxnStartOffset: number;
}

export interface DescribeProducersResponseProducerStateInput {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly lastSequence?: number | undefined;
  readonly lastTimestamp?: number | undefined;
  readonly coordinatorEpoch: number;
  readonly currentTxnStartOffset?: number | undefined;
}

function readDescribeProducersResponse(
  reader: ByteReader,
  version: number,
): DescribeProducersResponse {
  const throttleTimeMs = reader.int32();
  const topics: DescribeProducersResponseTopicResponse[] = [];
  const topicsLength = reader.compactArrayLength(3);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readDescribeProducersResponseTopicResponse(reader, version));
  reader.skipTaggedFields();
  return { throttleTimeMs, topics };
}

function readDescribeProducersResponseTopicResponse(
  reader: ByteReader,
  version: number,
): DescribeProducersResponseTopicResponse {
  const name = reader.compactString();
  const partitions: DescribeProducersResponsePartitionResponse[] = [];
  const partitionsLength = reader.compactArrayLength(9);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(readDescribeProducersResponsePartitionResponse(reader, version));
  reader.skipTaggedFields();
  return { name, partitions };
}

function readDescribeProducersResponsePartitionResponse(
  reader: ByteReader,
  version: number,
): DescribeProducersResponsePartitionResponse {
  const partitionIndex = reader.int32();
  const errorCode = reader.int16();
  const errorMessage = reader.compactNullableString();
  const activeProducers: DescribeProducersResponseProducerState[] = [];
  const activeProducersLength = reader.compactArrayLength(37);
  for (let index = 0; index < activeProducersLength; index++)
    activeProducers.push(readDescribeProducersResponseProducerState(reader, version));
  reader.skipTaggedFields();
  return { partitionIndex, errorCode, errorMessage, activeProducers };
}

function readDescribeProducersResponseProducerState(
  reader: ByteReader,
  _version: number,
): DescribeProducersResponseProducerState {
  const producerId = reader.int64();
  const producerEpoch = reader.int32();
  const lastSequence = reader.int32();
  const lastTimestamp = reader.int64();
  const coordinatorEpoch = reader.int32();
  const currentTxnStartOffset = reader.int64();
  reader.skipTaggedFields();
  return {
    producerId,
    producerEpoch,
    lastSequence,
    lastTimestamp,
    coordinatorEpoch,
    currentTxnStartOffset,
  };
}

function writeDescribeProducersResponse(
  writer: ByteWriter,
  message: DescribeProducersResponseInput,
  version: number,
): void {
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const topics = message.topics;
  writer.compactArrayLength(topics.length);
  for (const element of topics)
    writeDescribeProducersResponseTopicResponse(writer, element, version);

  writer.noTaggedFields();
}

function writeDescribeProducersResponseTopicResponse(
  writer: ByteWriter,
  message: DescribeProducersResponseTopicResponseInput,
  version: number,
): void {
  const name = message.name;
  writer.compactString(name);
  const partitions = message.partitions;
  writer.compactArrayLength(partitions.length);
  for (const element of partitions)
    writeDescribeProducersResponsePartitionResponse(writer, element, version);

  writer.noTaggedFields();
}

function writeDescribeProducersResponsePartitionResponse(
  writer: ByteWriter,
  message: DescribeProducersResponsePartitionResponseInput,
  version: number,
): void {
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const errorMessage = message.errorMessage ?? null;
  writer.compactNullableString(errorMessage);
  const activeProducers = message.activeProducers;
  writer.compactArrayLength(activeProducers.length);
  for (const element of activeProducers)
    writeDescribeProducersResponseProducerState(writer, element, version);

  writer.noTaggedFields();
}

function writeDescribeProducersResponseProducerState(
  writer: ByteWriter,
  message: DescribeProducersResponseProducerStateInput,
  _version: number,
): void {
  const producerId = message.producerId;
  writer.int64(producerId);
  const producerEpoch = message.producerEpoch;
  writer.int32(producerEpoch);
  const lastSequence = message.lastSequence ?? -1;
  writer.int32(lastSequence);
  const lastTimestamp = message.lastTimestamp ?? -1;
  writer.int64(lastTimestamp);
  const coordinatorEpoch = message.coordinatorEpoch;
  writer.int32(coordinatorEpoch);
  const currentTxnStartOffset = message.currentTxnStartOffset ?? -1;
  writer.int64(currentTxnStartOffset);

  writer.noTaggedFields();
}

export const describeProducersApi: Api<
  DescribeProducersRequest,
  DescribeProducersRequestInput,
  DescribeProducersResponse,
  DescribeProducersResponseInput
> = {
  key: 61,
  name: 'DescribeProducers',
  request: {
    name: 'DescribeProducersRequest',
    minVersion: 0,
    maxVersion: 0,
    flexibleFrom: 0,
    read: readDescribeProducersRequest,
    write: writeDescribeProducersRequest,
  },
  response: {
    name: 'DescribeProducersResponse',
    minVersion: 0,
    maxVersion: 0,
    flexibleFrom: 0,
    read: readDescribeProducersResponse,
    write: writeDescribeProducersResponse,
  },
};
