// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface WriteTxnMarkersRequest {
  markers: WriteTxnMarkersRequestWritableTxnMarker[];
}

export interface WriteTxnMarkersRequestInput {
  readonly markers: readonly WriteTxnMarkersRequestWritableTxnMarkerInput[];
}

export interface WriteTxnMarkersRequestWritableTxnMarker {
  producerId: number;
  producerEpoch: number;
  transactionResult: boolean;
  topics: WriteTxnMarkersRequestWritableTxnMarkerTopic[];
  coordinatorEpoch: number;
  /** version 2; default 0 */
  transactionVersion: number;
}

export interface WriteTxnMarkersRequestWritableTxnMarkerInput {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly transactionResult: boolean;
  readonly topics: readonly WriteTxnMarkersRequestWritableTxnMarkerTopicInput[];
  readonly coordinatorEpoch: number;
  readonly transactionVersion?: number | undefined;
}

export interface WriteTxnMarkersRequestWritableTxnMarkerTopic {
  name: string;
  partitionIndexes: number[];
}

export interface WriteTxnMarkersRequestWritableTxnMarkerTopicInput {
  readonly name: string;
  readonly partitionIndexes: readonly number[];
}

function readWriteTxnMarkersRequest(reader: ByteReader, version: number): WriteTxnMarkersRequest {
  const flexible = version >= 1;
  const markers: WriteTxnMarkersRequestWritableTxnMarker[] = [];
  const markersLength = flexible ? reader.compactArrayLength(17) : reader.arrayLength(17);
  for (let index = 0; index < markersLength; index++)
    markers.push(readWriteTxnMarkersRequestWritableTxnMarker(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { markers };
}

function readWriteTxnMarkersRequestWritableTxnMarker(
  reader: ByteReader,
  version: number,
): WriteTxnMarkersRequestWritableTxnMarker {
  const flexible = version >= 1;
  const producerId = reader.int64();
  const producerEpoch = reader.int16();
  const transactionResult = reader.bool();
  const topics: WriteTxnMarkersRequestWritableTxnMarkerTopic[] = [];
  const topicsLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readWriteTxnMarkersRequestWritableTxnMarkerTopic(reader, version));
  const coordinatorEpoch = reader.int32();
  const transactionVersion = version === 2 ? reader.int8() : 0;
  if (flexible) {
    reader.skipTaggedFields();
  }
  return {
    producerId,
    producerEpoch,
    transactionResult,
    topics,
    coordinatorEpoch,
    transactionVersion,
  };
}

function readWriteTxnMarkersRequestWritableTxnMarkerTopic(
  reader: ByteReader,
  version: number,
): WriteTxnMarkersRequestWritableTxnMarkerTopic {
  const flexible = version >= 1;
  const name = flexible ? reader.compactString() : reader.string();
  const partitionIndexes: number[] = [];
  const partitionIndexesLength = flexible ? reader.compactArrayLength(4) : reader.arrayLength(4);
  for (let index = 0; index < partitionIndexesLength; index++)
    partitionIndexes.push(flexible ? reader.int32() : reader.int32());
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { name, partitionIndexes };
}

function writeWriteTxnMarkersRequest(
  writer: ByteWriter,
  message: WriteTxnMarkersRequestInput,
  version: number,
): void {
  const flexible = version >= 1;
  const markers = message.markers;
  if (flexible) writer.compactArrayLength(markers.length);
  else writer.arrayLength(markers.length);
  for (const element of markers)
    writeWriteTxnMarkersRequestWritableTxnMarker(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeWriteTxnMarkersRequestWritableTxnMarker(
  writer: ByteWriter,
  message: WriteTxnMarkersRequestWritableTxnMarkerInput,
  version: number,
): void {
  const flexible = version >= 1;
  const producerId = message.producerId;
  writer.int64(producerId);
  const producerEpoch = message.producerEpoch;
  writer.int16(producerEpoch);
  const transactionResult = message.transactionResult;
  writer.bool(transactionResult);
  const topics = message.topics;
  if (flexible) writer.compactArrayLength(topics.length);
  else writer.arrayLength(topics.length);
  for (const element of topics)
    writeWriteTxnMarkersRequestWritableTxnMarkerTopic(writer, element, version);
  const coordinatorEpoch = message.coordinatorEpoch;
  writer.int32(coordinatorEpoch);
  if (version === 2) {
    const transactionVersion = message.transactionVersion ?? 0;
    writer.int8(transactionVersion);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeWriteTxnMarkersRequestWritableTxnMarkerTopic(
  writer: ByteWriter,
  message: WriteTxnMarkersRequestWritableTxnMarkerTopicInput,
  version: number,
): void {
  const flexible = version >= 1;
  const name = message.name;
  if (flexible) writer.compactString(name);
  else writer.string(name);
  const partitionIndexes = message.partitionIndexes;
  if (flexible) writer.compactArrayLength(partitionIndexes.length);
  else writer.arrayLength(partitionIndexes.length);
  for (const element of partitionIndexes) {
    writer.int32(element);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface WriteTxnMarkersResponse {
  markers: WriteTxnMarkersResponseWritableTxnMarkerResult[];
}

export interface WriteTxnMarkersResponseInput {
  readonly markers: readonly WriteTxnMarkersResponseWritableTxnMarkerResultInput[];
}

export interface WriteTxnMarkersResponseWritableTxnMarkerResult {
  producerId: number;
  topics: WriteTxnMarkersResponseWritableTxnMarkerTopicResult[];
}

export interface WriteTxnMarkersResponseWritableTxnMarkerResultInput {
  readonly producerId: number;
  readonly topics: readonly WriteTxnMarkersResponseWritableTxnMarkerTopicResultInput[];
}

export interface WriteTxnMarkersResponseWritableTxnMarkerTopicResult {
  name: string;
  partitions: WriteTxnMarkersResponseWritableTxnMarkerPartitionResult[];
}

export interface WriteTxnMarkersResponseWritableTxnMarkerTopicResultInput {
  readonly name: string;
  readonly partitions: readonly WriteTxnMarkersResponseWritableTxnMarkerPartitionResultInput[];
}

export interface WriteTxnMarkersResponseWritableTxnMarkerPartitionResult {
  partitionIndex: number;
  errorCode: number;
}

export interface WriteTxnMarkersResponseWritableTxnMarkerPartitionResultInput {
  readonly partitionIndex: number;
  readonly errorCode: number;
}

function readWriteTxnMarkersResponse(reader: ByteReader, version: number): WriteTxnMarkersResponse {
  const flexible = version >= 1;
  const markers: WriteTxnMarkersResponseWritableTxnMarkerResult[] = [];
  const markersLength = flexible ? reader.compactArrayLength(10) : reader.arrayLength(10);
  for (let index = 0; index < markersLength; index++)
    markers.push(readWriteTxnMarkersResponseWritableTxnMarkerResult(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { markers };
}

function readWriteTxnMarkersResponseWritableTxnMarkerResult(
  reader: ByteReader,
  version: number,
): WriteTxnMarkersResponseWritableTxnMarkerResult {
  const flexible = version >= 1;
  const producerId = reader.int64();
  const topics: WriteTxnMarkersResponseWritableTxnMarkerTopicResult[] = [];
  const topicsLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readWriteTxnMarkersResponseWritableTxnMarkerTopicResult(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { producerId, topics };
}

function readWriteTxnMarkersResponseWritableTxnMarkerTopicResult(
  reader: ByteReader,
  version: number,
): WriteTxnMarkersResponseWritableTxnMarkerTopicResult {
  const flexible = version >= 1;
  const name = flexible ? reader.compactString() : reader.string();
  const partitions: WriteTxnMarkersResponseWritableTxnMarkerPartitionResult[] = [];
  const partitionsLength = flexible ? reader.compactArrayLength(6) : reader.arrayLength(6);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(readWriteTxnMarkersResponseWritableTxnMarkerPartitionResult(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { name, partitions };
}

function readWriteTxnMarkersResponseWritableTxnMarkerPartitionResult(
  reader: ByteReader,
  version: number,
): WriteTxnMarkersResponseWritableTxnMarkerPartitionResult {
  const flexible = version >= 1;
  const partitionIndex = reader.int32();
  const errorCode = reader.int16();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { partitionIndex, errorCode };
}

function writeWriteTxnMarkersResponse(
  writer: ByteWriter,
  message: WriteTxnMarkersResponseInput,
  version: number,
): void {
  const flexible = version >= 1;
  const markers = message.markers;
  if (flexible) writer.compactArrayLength(markers.length);
  else writer.arrayLength(markers.length);
  for (const element of markers)
    writeWriteTxnMarkersResponseWritableTxnMarkerResult(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeWriteTxnMarkersResponseWritableTxnMarkerResult(
  writer: ByteWriter,
  message: WriteTxnMarkersResponseWritableTxnMarkerResultInput,
  version: number,
): void {
  const flexible = version >= 1;
  const producerId = message.producerId;
  writer.int64(producerId);
  const topics = message.topics;
  if (flexible) writer.compactArrayLength(topics.length);
  else writer.arrayLength(topics.length);
  for (const element of topics)
    writeWriteTxnMarkersResponseWritableTxnMarkerTopicResult(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeWriteTxnMarkersResponseWritableTxnMarkerTopicResult(
  writer: ByteWriter,
  message: WriteTxnMarkersResponseWritableTxnMarkerTopicResultInput,
  version: number,
): void {
  const flexible = version >= 1;
  const name = message.name;
  if (flexible) writer.compactString(name);
  else writer.string(name);
  const partitions = message.partitions;
  if (flexible) writer.compactArrayLength(partitions.length);
  else writer.arrayLength(partitions.length);
  for (const element of partitions)
    writeWriteTxnMarkersResponseWritableTxnMarkerPartitionResult(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeWriteTxnMarkersResponseWritableTxnMarkerPartitionResult(
  writer: ByteWriter,
  message: WriteTxnMarkersResponseWritableTxnMarkerPartitionResultInput,
  version: number,
): void {
  const flexible = version >= 1;
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
  const errorCode = message.errorCode;
  writer.int16(errorCode);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const writeTxnMarkersApi: Api<
  WriteTxnMarkersRequest,
  WriteTxnMarkersRequestInput,
  WriteTxnMarkersResponse,
  WriteTxnMarkersResponseInput
> = {
  key: 27,
  name: 'WriteTxnMarkers',
  request: {
    name: 'WriteTxnMarkersRequest',
    minVersion: 0,
    maxVersion: 2,
    flexibleFrom: 1,
    read: readWriteTxnMarkersRequest,
    write: writeWriteTxnMarkersRequest,
  },
  response: {
    name: 'WriteTxnMarkersResponse',
    minVersion: 0,
    maxVersion: 2,
    flexibleFrom: 1,
    read: readWriteTxnMarkersResponse,
    write: writeWriteTxnMarkersResponse,
  },
};
