// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { ZERO_UUID } from '../bytes/zero-values.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface OffsetCommitRequest {
  groupId: string;
  /** versions 1+; default -1 */
  generationIdOrMemberEpoch: number;
  /** versions 1+ */
  memberId: string;
  /** versions 7+; default null */
  groupInstanceId: string | null;
  /** versions 2-4; default -1 */
  retentionTimeMs: number;
  topics: OffsetCommitRequestOffsetCommitRequestTopic[];
}

export interface OffsetCommitRequestInput {
  readonly groupId: string;
  readonly generationIdOrMemberEpoch?: number | undefined;
  readonly memberId?: string | undefined;
  readonly groupInstanceId?: string | null | undefined;
  readonly retentionTimeMs?: number | undefined;
  readonly topics: readonly OffsetCommitRequestOffsetCommitRequestTopicInput[];
}

export interface OffsetCommitRequestOffsetCommitRequestTopic {
  /** versions 0-9 */
  name: string;
  /** version 10 */
  topicId: string;
  partitions: OffsetCommitRequestOffsetCommitRequestPartition[];
}

export interface OffsetCommitRequestOffsetCommitRequestTopicInput {
  readonly name?: string | undefined;
  readonly topicId?: string | undefined;
  readonly partitions: readonly OffsetCommitRequestOffsetCommitRequestPartitionInput[];
}

export interface OffsetCommitRequestOffsetCommitRequestPartition {
  partitionIndex: number;
  committedOffset: number;
  /** versions 6+; default -1 */
  committedLeaderEpoch: number;
  /** version 1; default -1 */
  commitTimestamp: number;
  committedMetadata: string | null;
}

export interface OffsetCommitRequestOffsetCommitRequestPartitionInput {
  readonly partitionIndex: number;
  readonly committedOffset: number;
  readonly committedLeaderEpoch?: number | undefined;
  readonly commitTimestamp?: number | undefined;
  readonly committedMetadata: string | null;
}

function readOffsetCommitRequest(reader: ByteReader, version: number): OffsetCommitRequest {
  const flexible = version >= 8;
  const groupId = flexible ? reader.compactString() : reader.string();
  const generationIdOrMemberEpoch = version >= 1 ? reader.int32() : -1;
  const memberId = version >= 1 ? (flexible ? reader.compactString() : reader.string()) : '';
  const groupInstanceId =
    version >= 7 ? (flexible ? reader.compactNullableString() : reader.nullableString()) : null;
  const retentionTimeMs = version >= 2 && version <= 4 ? reader.int64() : -1;
  const topics: OffsetCommitRequestOffsetCommitRequestTopic[] = [];
  const topicsLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readOffsetCommitRequestOffsetCommitRequestTopic(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { groupId, generationIdOrMemberEpoch, memberId, groupInstanceId, retentionTimeMs, topics };
}

function readOffsetCommitRequestOffsetCommitRequestTopic(
  reader: ByteReader,
  version: number,
): OffsetCommitRequestOffsetCommitRequestTopic {
  const flexible = version >= 8;
  const name = version <= 9 ? (flexible ? reader.compactString() : reader.string()) : '';
  const topicId = version === 10 ? reader.uuid() : ZERO_UUID;
  const partitions: OffsetCommitRequestOffsetCommitRequestPartition[] = [];
  const partitionsLength = flexible ? reader.compactArrayLength(14) : reader.arrayLength(14);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(readOffsetCommitRequestOffsetCommitRequestPartition(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { name, topicId, partitions };
}

function readOffsetCommitRequestOffsetCommitRequestPartition(
  reader: ByteReader,
  version: number,
): OffsetCommitRequestOffsetCommitRequestPartition {
  const flexible = version >= 8;
  const partitionIndex = reader.int32();
  const committedOffset = reader.int64();
  const committedLeaderEpoch = version >= 6 ? reader.int32() : -1;
  const commitTimestamp = version === 1 ? reader.int64() : -1;
  const committedMetadata = flexible ? reader.compactNullableString() : reader.nullableString();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return {
    partitionIndex,
    committedOffset,
    committedLeaderEpoch,
    commitTimestamp,
    committedMetadata,
  };
}

function writeOffsetCommitRequest(
  writer: ByteWriter,
  message: OffsetCommitRequestInput,
  version: number,
): void {
  const flexible = version >= 8;
  const groupId = message.groupId;
  if (flexible) writer.compactString(groupId);
  else writer.string(groupId);
  if (version >= 1) {
    const generationIdOrMemberEpoch = message.generationIdOrMemberEpoch ?? -1;
    writer.int32(generationIdOrMemberEpoch);
  }
  if (version >= 1) {
    const memberId = message.memberId ?? '';
    if (flexible) writer.compactString(memberId);
    else writer.string(memberId);
  }
  const groupInstanceId = message.groupInstanceId ?? null;
  if (version >= 7) {
    if (flexible) writer.compactNullableString(groupInstanceId);
    else writer.nullableString(groupInstanceId);
  } else if (groupInstanceId !== null) {
    throw new EncodeError(`OffsetCommitRequest.groupInstanceId is not part of version ${version}`);
  }
  if (version >= 2 && version <= 4) {
    const retentionTimeMs = message.retentionTimeMs ?? -1;
    writer.int64(retentionTimeMs);
  }
  const topics = message.topics;
  if (flexible) writer.compactArrayLength(topics.length);
  else writer.arrayLength(topics.length);
  for (const element of topics)
    writeOffsetCommitRequestOffsetCommitRequestTopic(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeOffsetCommitRequestOffsetCommitRequestTopic(
  writer: ByteWriter,
  message: OffsetCommitRequestOffsetCommitRequestTopicInput,
  version: number,
): void {
  const flexible = version >= 8;
  if (version <= 9) {
    const name = message.name ?? '';
    if (flexible) writer.compactString(name);
    else writer.string(name);
  }
  if (version === 10) {
    const topicId = message.topicId ?? ZERO_UUID;
    writer.uuid(topicId);
  }
  const partitions = message.partitions;
  if (flexible) writer.compactArrayLength(partitions.length);
  else writer.arrayLength(partitions.length);
  for (const element of partitions)
    writeOffsetCommitRequestOffsetCommitRequestPartition(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeOffsetCommitRequestOffsetCommitRequestPartition(
  writer: ByteWriter,
  message: OffsetCommitRequestOffsetCommitRequestPartitionInput,
  version: number,
): void {
  const flexible = version >= 8;
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
  const committedOffset = message.committedOffset;
  writer.int64(committedOffset);
  if (version >= 6) {
    const committedLeaderEpoch = message.committedLeaderEpoch ?? -1;
    writer.int32(committedLeaderEpoch);
  }
  const commitTimestamp = message.commitTimestamp ?? -1;
  if (version === 1) {
    writer.int64(commitTimestamp);
  } else if (commitTimestamp !== -1) {
    throw new EncodeError(
      `OffsetCommitRequestOffsetCommitRequestPartition.commitTimestamp is not part of version ${version}`,
    );
  }
  const committedMetadata = message.committedMetadata;
  if (flexible) writer.compactNullableString(committedMetadata);
  else writer.nullableString(committedMetadata);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface OffsetCommitResponse {
  /** versions 3+ */
  throttleTimeMs: number;
  topics: OffsetCommitResponseOffsetCommitResponseTopic[];
}

export interface OffsetCommitResponseInput {
  readonly throttleTimeMs?: number | undefined;
  readonly topics: readonly OffsetCommitResponseOffsetCommitResponseTopicInput[];
}

export interface OffsetCommitResponseOffsetCommitResponseTopic {
  /** versions 0-9 */
  name: string;
  /** version 10 */
  topicId: string;
  partitions: OffsetCommitResponseOffsetCommitResponsePartition[];
}

export interface OffsetCommitResponseOffsetCommitResponseTopicInput {
  readonly name?: string | undefined;
  readonly topicId?: string | undefined;
  readonly partitions: readonly OffsetCommitResponseOffsetCommitResponsePartitionInput[];
}

export interface OffsetCommitResponseOffsetCommitResponsePartition {
  partitionIndex: number;
  errorCode: number;
}

export interface OffsetCommitResponseOffsetCommitResponsePartitionInput {
  readonly partitionIndex: number;
  readonly errorCode: number;
}

function readOffsetCommitResponse(reader: ByteReader, version: number): OffsetCommitResponse {
  const flexible = version >= 8;
  const throttleTimeMs = version >= 3 ? reader.int32() : 0;
  const topics: OffsetCommitResponseOffsetCommitResponseTopic[] = [];
  const topicsLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readOffsetCommitResponseOffsetCommitResponseTopic(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, topics };
}

function readOffsetCommitResponseOffsetCommitResponseTopic(
  reader: ByteReader,
  version: number,
): OffsetCommitResponseOffsetCommitResponseTopic {
  const flexible = version >= 8;
  const name = version <= 9 ? (flexible ? reader.compactString() : reader.string()) : '';
  const topicId = version === 10 ? reader.uuid() : ZERO_UUID;
  const partitions: OffsetCommitResponseOffsetCommitResponsePartition[] = [];
  const partitionsLength = flexible ? reader.compactArrayLength(6) : reader.arrayLength(6);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(readOffsetCommitResponseOffsetCommitResponsePartition(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { name, topicId, partitions };
}

function readOffsetCommitResponseOffsetCommitResponsePartition(
  reader: ByteReader,
  version: number,
): OffsetCommitResponseOffsetCommitResponsePartition {
  const flexible = version >= 8;
  const partitionIndex = reader.int32();
  const errorCode = reader.int16();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { partitionIndex, errorCode };
}

function writeOffsetCommitResponse(
  writer: ByteWriter,
  message: OffsetCommitResponseInput,
  version: number,
): void {
  const flexible = version >= 8;
  if (version >= 3) {
    const throttleTimeMs = message.throttleTimeMs ?? 0;
    writer.int32(throttleTimeMs);
  }
  const topics = message.topics;
  if (flexible) writer.compactArrayLength(topics.length);
  else writer.arrayLength(topics.length);
  for (const element of topics)
    writeOffsetCommitResponseOffsetCommitResponseTopic(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeOffsetCommitResponseOffsetCommitResponseTopic(
  writer: ByteWriter,
  message: OffsetCommitResponseOffsetCommitResponseTopicInput,
  version: number,
): void {
  const flexible = version >= 8;
  if (version <= 9) {
    const name = message.name ?? '';
    if (flexible) writer.compactString(name);
    else writer.string(name);
  }
  if (version === 10) {
    const topicId = message.topicId ?? ZERO_UUID;
    writer.uuid(topicId);
  }
  const partitions = message.partitions;
  if (flexible) writer.compactArrayLength(partitions.length);
  else writer.arrayLength(partitions.length);
  for (const element of partitions)
    writeOffsetCommitResponseOffsetCommitResponsePartition(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeOffsetCommitResponseOffsetCommitResponsePartition(
  writer: ByteWriter,
  message: OffsetCommitResponseOffsetCommitResponsePartitionInput,
  version: number,
): void {
  const flexible = version >= 8;
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
  const errorCode = message.errorCode;
  writer.int16(errorCode);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const offsetCommitApi: Api<
  OffsetCommitRequest,
  OffsetCommitRequestInput,
  OffsetCommitResponse,
  OffsetCommitResponseInput
> = {
  key: 8,
  name: 'OffsetCommit',
  request: {
    name: 'OffsetCommitRequest',
    minVersion: 0,
    maxVersion: 10,
    flexibleFrom: 8,
    read: readOffsetCommitRequest,
    write: writeOffsetCommitRequest,
  },
  response: {
    name: 'OffsetCommitResponse',
    minVersion: 0,
    maxVersion: 10,
    flexibleFrom: 8,
    read: readOffsetCommitResponse,
    write: writeOffsetCommitResponse,
  },
};
