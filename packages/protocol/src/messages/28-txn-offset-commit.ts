// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface TxnOffsetCommitRequest {
  transactionalId: string;
  groupId: string;
  producerId: number;
  producerEpoch: number;
  /** versions 3+; default -1 */
  generationId: number;
  /** versions 3+; default '' */
  memberId: string;
  /** versions 3+; default null */
  groupInstanceId: string | null;
  topics: TxnOffsetCommitRequestTxnOffsetCommitRequestTopic[];
}

export interface TxnOffsetCommitRequestInput {
  readonly transactionalId: string;
  readonly groupId: string;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly generationId?: number | undefined;
  readonly memberId?: string | undefined;
  readonly groupInstanceId?: string | null | undefined;
  readonly topics: readonly TxnOffsetCommitRequestTxnOffsetCommitRequestTopicInput[];
}

export interface TxnOffsetCommitRequestTxnOffsetCommitRequestTopic {
  name: string;
  partitions: TxnOffsetCommitRequestTxnOffsetCommitRequestPartition[];
}

export interface TxnOffsetCommitRequestTxnOffsetCommitRequestTopicInput {
  readonly name: string;
  readonly partitions: readonly TxnOffsetCommitRequestTxnOffsetCommitRequestPartitionInput[];
}

export interface TxnOffsetCommitRequestTxnOffsetCommitRequestPartition {
  partitionIndex: number;
  committedOffset: number;
  /** versions 2+; default -1 */
  committedLeaderEpoch: number;
  committedMetadata: string | null;
}

export interface TxnOffsetCommitRequestTxnOffsetCommitRequestPartitionInput {
  readonly partitionIndex: number;
  readonly committedOffset: number;
  readonly committedLeaderEpoch?: number | undefined;
  readonly committedMetadata: string | null;
}

function readTxnOffsetCommitRequest(reader: ByteReader, version: number): TxnOffsetCommitRequest {
  const flexible = version >= 3;
  const transactionalId = flexible ? reader.compactString() : reader.string();
  const groupId = flexible ? reader.compactString() : reader.string();
  const producerId = reader.int64();
  const producerEpoch = reader.int16();
  const generationId = version >= 3 ? reader.int32() : -1;
  const memberId = version >= 3 ? reader.compactString() : '';
  const groupInstanceId = version >= 3 ? reader.compactNullableString() : null;
  const topics: TxnOffsetCommitRequestTxnOffsetCommitRequestTopic[] = [];
  const topicsLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readTxnOffsetCommitRequestTxnOffsetCommitRequestTopic(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return {
    transactionalId,
    groupId,
    producerId,
    producerEpoch,
    generationId,
    memberId,
    groupInstanceId,
    topics,
  };
}

function readTxnOffsetCommitRequestTxnOffsetCommitRequestTopic(
  reader: ByteReader,
  version: number,
): TxnOffsetCommitRequestTxnOffsetCommitRequestTopic {
  const flexible = version >= 3;
  const name = flexible ? reader.compactString() : reader.string();
  const partitions: TxnOffsetCommitRequestTxnOffsetCommitRequestPartition[] = [];
  const partitionsLength = flexible ? reader.compactArrayLength(14) : reader.arrayLength(14);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(readTxnOffsetCommitRequestTxnOffsetCommitRequestPartition(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { name, partitions };
}

function readTxnOffsetCommitRequestTxnOffsetCommitRequestPartition(
  reader: ByteReader,
  version: number,
): TxnOffsetCommitRequestTxnOffsetCommitRequestPartition {
  const flexible = version >= 3;
  const partitionIndex = reader.int32();
  const committedOffset = reader.int64();
  const committedLeaderEpoch = version >= 2 ? reader.int32() : -1;
  const committedMetadata = flexible ? reader.compactNullableString() : reader.nullableString();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { partitionIndex, committedOffset, committedLeaderEpoch, committedMetadata };
}

function writeTxnOffsetCommitRequest(
  writer: ByteWriter,
  message: TxnOffsetCommitRequestInput,
  version: number,
): void {
  const flexible = version >= 3;
  const transactionalId = message.transactionalId;
  if (flexible) writer.compactString(transactionalId);
  else writer.string(transactionalId);
  const groupId = message.groupId;
  if (flexible) writer.compactString(groupId);
  else writer.string(groupId);
  const producerId = message.producerId;
  writer.int64(producerId);
  const producerEpoch = message.producerEpoch;
  writer.int16(producerEpoch);
  const generationId = message.generationId ?? -1;
  if (version >= 3) {
    writer.int32(generationId);
  } else if (generationId !== -1) {
    throw new EncodeError(`TxnOffsetCommitRequest.generationId is not part of version ${version}`);
  }
  const memberId = message.memberId ?? '';
  if (version >= 3) {
    writer.compactString(memberId);
  } else if (memberId !== '') {
    throw new EncodeError(`TxnOffsetCommitRequest.memberId is not part of version ${version}`);
  }
  const groupInstanceId = message.groupInstanceId ?? null;
  if (version >= 3) {
    writer.compactNullableString(groupInstanceId);
  } else if (groupInstanceId !== null) {
    throw new EncodeError(
      `TxnOffsetCommitRequest.groupInstanceId is not part of version ${version}`,
    );
  }
  const topics = message.topics;
  if (flexible) writer.compactArrayLength(topics.length);
  else writer.arrayLength(topics.length);
  for (const element of topics)
    writeTxnOffsetCommitRequestTxnOffsetCommitRequestTopic(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeTxnOffsetCommitRequestTxnOffsetCommitRequestTopic(
  writer: ByteWriter,
  message: TxnOffsetCommitRequestTxnOffsetCommitRequestTopicInput,
  version: number,
): void {
  const flexible = version >= 3;
  const name = message.name;
  if (flexible) writer.compactString(name);
  else writer.string(name);
  const partitions = message.partitions;
  if (flexible) writer.compactArrayLength(partitions.length);
  else writer.arrayLength(partitions.length);
  for (const element of partitions)
    writeTxnOffsetCommitRequestTxnOffsetCommitRequestPartition(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeTxnOffsetCommitRequestTxnOffsetCommitRequestPartition(
  writer: ByteWriter,
  message: TxnOffsetCommitRequestTxnOffsetCommitRequestPartitionInput,
  version: number,
): void {
  const flexible = version >= 3;
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
  const committedOffset = message.committedOffset;
  writer.int64(committedOffset);
  if (version >= 2) {
    const committedLeaderEpoch = message.committedLeaderEpoch ?? -1;
    writer.int32(committedLeaderEpoch);
  }
  const committedMetadata = message.committedMetadata;
  if (flexible) writer.compactNullableString(committedMetadata);
  else writer.nullableString(committedMetadata);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface TxnOffsetCommitResponse {
  throttleTimeMs: number;
  topics: TxnOffsetCommitResponseTxnOffsetCommitResponseTopic[];
}

export interface TxnOffsetCommitResponseInput {
  readonly throttleTimeMs: number;
  readonly topics: readonly TxnOffsetCommitResponseTxnOffsetCommitResponseTopicInput[];
}

export interface TxnOffsetCommitResponseTxnOffsetCommitResponseTopic {
  name: string;
  partitions: TxnOffsetCommitResponseTxnOffsetCommitResponsePartition[];
}

export interface TxnOffsetCommitResponseTxnOffsetCommitResponseTopicInput {
  readonly name: string;
  readonly partitions: readonly TxnOffsetCommitResponseTxnOffsetCommitResponsePartitionInput[];
}

export interface TxnOffsetCommitResponseTxnOffsetCommitResponsePartition {
  partitionIndex: number;
  errorCode: number;
}

export interface TxnOffsetCommitResponseTxnOffsetCommitResponsePartitionInput {
  readonly partitionIndex: number;
  readonly errorCode: number;
}

function readTxnOffsetCommitResponse(reader: ByteReader, version: number): TxnOffsetCommitResponse {
  const flexible = version >= 3;
  const throttleTimeMs = reader.int32();
  const topics: TxnOffsetCommitResponseTxnOffsetCommitResponseTopic[] = [];
  const topicsLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readTxnOffsetCommitResponseTxnOffsetCommitResponseTopic(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, topics };
}

function readTxnOffsetCommitResponseTxnOffsetCommitResponseTopic(
  reader: ByteReader,
  version: number,
): TxnOffsetCommitResponseTxnOffsetCommitResponseTopic {
  const flexible = version >= 3;
  const name = flexible ? reader.compactString() : reader.string();
  const partitions: TxnOffsetCommitResponseTxnOffsetCommitResponsePartition[] = [];
  const partitionsLength = flexible ? reader.compactArrayLength(6) : reader.arrayLength(6);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(readTxnOffsetCommitResponseTxnOffsetCommitResponsePartition(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { name, partitions };
}

function readTxnOffsetCommitResponseTxnOffsetCommitResponsePartition(
  reader: ByteReader,
  version: number,
): TxnOffsetCommitResponseTxnOffsetCommitResponsePartition {
  const flexible = version >= 3;
  const partitionIndex = reader.int32();
  const errorCode = reader.int16();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { partitionIndex, errorCode };
}

function writeTxnOffsetCommitResponse(
  writer: ByteWriter,
  message: TxnOffsetCommitResponseInput,
  version: number,
): void {
  const flexible = version >= 3;
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const topics = message.topics;
  if (flexible) writer.compactArrayLength(topics.length);
  else writer.arrayLength(topics.length);
  for (const element of topics)
    writeTxnOffsetCommitResponseTxnOffsetCommitResponseTopic(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeTxnOffsetCommitResponseTxnOffsetCommitResponseTopic(
  writer: ByteWriter,
  message: TxnOffsetCommitResponseTxnOffsetCommitResponseTopicInput,
  version: number,
): void {
  const flexible = version >= 3;
  const name = message.name;
  if (flexible) writer.compactString(name);
  else writer.string(name);
  const partitions = message.partitions;
  if (flexible) writer.compactArrayLength(partitions.length);
  else writer.arrayLength(partitions.length);
  for (const element of partitions)
    writeTxnOffsetCommitResponseTxnOffsetCommitResponsePartition(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeTxnOffsetCommitResponseTxnOffsetCommitResponsePartition(
  writer: ByteWriter,
  message: TxnOffsetCommitResponseTxnOffsetCommitResponsePartitionInput,
  version: number,
): void {
  const flexible = version >= 3;
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
  const errorCode = message.errorCode;
  writer.int16(errorCode);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const txnOffsetCommitApi: Api<
  TxnOffsetCommitRequest,
  TxnOffsetCommitRequestInput,
  TxnOffsetCommitResponse,
  TxnOffsetCommitResponseInput
> = {
  key: 28,
  name: 'TxnOffsetCommit',
  request: {
    name: 'TxnOffsetCommitRequest',
    minVersion: 0,
    maxVersion: 5,
    flexibleFrom: 3,
    read: readTxnOffsetCommitRequest,
    write: writeTxnOffsetCommitRequest,
  },
  response: {
    name: 'TxnOffsetCommitResponse',
    minVersion: 0,
    maxVersion: 5,
    flexibleFrom: 3,
    read: readTxnOffsetCommitResponse,
    write: writeTxnOffsetCommitResponse,
  },
};
