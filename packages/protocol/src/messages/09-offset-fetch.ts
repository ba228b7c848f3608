// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { ZERO_UUID } from '../bytes/zero-values.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface OffsetFetchRequest {
  /** versions 0-7 */
  groupId: string;
  /** versions 0-7; null in versions 2-7 */
  topics: OffsetFetchRequestOffsetFetchRequestTopic[] | null;
  /** versions 8+ */
  groups: OffsetFetchRequestOffsetFetchRequestGroup[];
  /** versions 7+; default false */
  requireStable: boolean;
}

export interface OffsetFetchRequestInput {
  readonly groupId?: string | undefined;
  readonly topics?: readonly OffsetFetchRequestOffsetFetchRequestTopicInput[] | null | undefined;
  readonly groups?: readonly OffsetFetchRequestOffsetFetchRequestGroupInput[] | undefined;
  readonly requireStable?: boolean | undefined;
}

export interface OffsetFetchRequestOffsetFetchRequestTopic {
  name: string;
  partitionIndexes: number[];
}

export interface OffsetFetchRequestOffsetFetchRequestTopicInput {
  readonly name: string;
  readonly partitionIndexes: readonly number[];
}

export interface OffsetFetchRequestOffsetFetchRequestGroup {
  groupId: string;
  /** versions 9+; default null */
  memberId: string | null;
  /** versions 9+; default -1 */
  memberEpoch: number;
  topics: OffsetFetchRequestOffsetFetchRequestTopics[] | null;
}

export interface OffsetFetchRequestOffsetFetchRequestGroupInput {
  readonly groupId: string;
  readonly memberId?: string | null | undefined;
  readonly memberEpoch?: number | undefined;
  readonly topics: readonly OffsetFetchRequestOffsetFetchRequestTopicsInput[] | null;
}

export interface OffsetFetchRequestOffsetFetchRequestTopics {
  /** versions 8-9 */
  name: string;
  /** version 10 */
  topicId: string;
  partitionIndexes: number[];
}

export interface OffsetFetchRequestOffsetFetchRequestTopicsInput {
  readonly name?: string | undefined;
  readonly topicId?: string | undefined;
  readonly partitionIndexes: readonly number[];
}

function readOffsetFetchRequest(reader: ByteReader, version: number): OffsetFetchRequest {
  const flexible = version >= 6;
  const groupId = version <= 7 ? (flexible ? reader.compactString() : reader.string()) : '';
  let topics: OffsetFetchRequestOffsetFetchRequestTopic[] | null = null;
  const topicsLength =
    version <= 7
      ? version >= 2
        ? flexible
          ? reader.compactNullableArrayLength(3)
          : reader.nullableArrayLength(3)
        : reader.arrayLength(3)
      : 0;
  if (topicsLength >= 0) {
    topics = [];
    for (let index = 0; index < topicsLength; index++)
      topics.push(readOffsetFetchRequestOffsetFetchRequestTopic(reader, version));
  }
  const groups: OffsetFetchRequestOffsetFetchRequestGroup[] = [];
  const groupsLength = version >= 8 ? reader.compactArrayLength(3) : 0;
  for (let index = 0; index < groupsLength; index++)
    groups.push(readOffsetFetchRequestOffsetFetchRequestGroup(reader, version));
  const requireStable = version >= 7 ? reader.bool() : false;
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { groupId, topics, groups, requireStable };
}

function readOffsetFetchRequestOffsetFetchRequestTopic(
  reader: ByteReader,
  version: number,
): OffsetFetchRequestOffsetFetchRequestTopic {
  const flexible = version >= 6;
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

function readOffsetFetchRequestOffsetFetchRequestGroup(
  reader: ByteReader,
  version: number,
): OffsetFetchRequestOffsetFetchRequestGroup {
  const groupId = reader.compactString();
  const memberId = version >= 9 ? reader.compactNullableString() : null;
  const memberEpoch = version >= 9 ? reader.int32() : -1;
  let topics: OffsetFetchRequestOffsetFetchRequestTopics[] | null = null;
  const topicsLength = reader.compactNullableArrayLength(3);
  if (topicsLength >= 0) {
    topics = [];
    for (let index = 0; index < topicsLength; index++)
      topics.push(readOffsetFetchRequestOffsetFetchRequestTopics(reader, version));
  }
  reader.skipTaggedFields();
  return { groupId, memberId, memberEpoch, topics };
}

function readOffsetFetchRequestOffsetFetchRequestTopics(
  reader: ByteReader,
  version: number,
): OffsetFetchRequestOffsetFetchRequestTopics {
  const name = version <= 9 ? reader.compactString() : '';
  const topicId = version === 10 ? reader.uuid() : ZERO_UUID;
  const partitionIndexes: number[] = [];
  const partitionIndexesLength = reader.compactArrayLength(4);
  for (let index = 0; index < partitionIndexesLength; index++)
    partitionIndexes.push(reader.int32());
  reader.skipTaggedFields();
  return { name, topicId, partitionIndexes };
}

function writeOffsetFetchRequest(
  writer: ByteWriter,
  message: OffsetFetchRequestInput,
  version: number,
): void {
  const flexible = version >= 6;
  const groupId = message.groupId ?? '';
  if (version <= 7) {
    if (flexible) writer.compactString(groupId);
    else writer.string(groupId);
  } else if (groupId !== '') {
    throw new EncodeError(`OffsetFetchRequest.groupId is not part of version ${version}`);
  }
  const topics = message.topics === undefined ? [] : message.topics;
  if (version <= 7) {
    if (version >= 2) {
      if (flexible) writer.compactArrayLength(topics === null ? -1 : topics.length);
      else writer.arrayLength(topics === null ? -1 : topics.length);
      if (topics !== null) {
        for (const element of topics)
          writeOffsetFetchRequestOffsetFetchRequestTopic(writer, element, version);
      }
    } else if (topics === null) {
      throw new EncodeError(
        `OffsetFetchRequest.topics is null, which version ${version} does not allow`,
      );
    } else {
      writer.arrayLength(topics.length);
      for (const element of topics)
        writeOffsetFetchRequestOffsetFetchRequestTopic(writer, element, version);
    }
  } else if (topics === null || topics.length !== 0) {
    throw new EncodeError(`OffsetFetchRequest.topics is not part of version ${version}`);
  }
  const groups = message.groups ?? [];
  if (version >= 8) {
    writer.compactArrayLength(groups.length);
    for (const element of groups)
      writeOffsetFetchRequestOffsetFetchRequestGroup(writer, element, version);
  } else if (groups.length !== 0) {
    throw new EncodeError(`OffsetFetchRequest.groups is not part of version ${version}`);
  }
  const requireStable = message.requireStable ?? false;
  if (version >= 7) {
    writer.bool(requireStable);
  } else if (requireStable) {
    throw new EncodeError(`OffsetFetchRequest.requireStable is not part of version ${version}`);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeOffsetFetchRequestOffsetFetchRequestTopic(
  writer: ByteWriter,
  message: OffsetFetchRequestOffsetFetchRequestTopicInput,
  version: number,
): void {
  const flexible = version >= 6;
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

function writeOffsetFetchRequestOffsetFetchRequestGroup(
  writer: ByteWriter,
  message: OffsetFetchRequestOffsetFetchRequestGroupInput,
  version: number,
): void {
  const groupId = message.groupId;
  writer.compactString(groupId);
  if (version >= 9) {
    const memberId = message.memberId ?? null;
    writer.compactNullableString(memberId);
  }
  if (version >= 9) {
    const memberEpoch = message.memberEpoch ?? -1;
    writer.int32(memberEpoch);
  }
  const topics = message.topics;
  writer.compactArrayLength(topics === null ? -1 : topics.length);
  if (topics !== null) {
    for (const element of topics)
      writeOffsetFetchRequestOffsetFetchRequestTopics(writer, element, version);
  }

  writer.noTaggedFields();
}

function writeOffsetFetchRequestOffsetFetchRequestTopics(
  writer: ByteWriter,
  message: OffsetFetchRequestOffsetFetchRequestTopicsInput,
  version: number,
): void {
  if (version <= 9) {
    const name = message.name ?? '';
    writer.compactString(name);
  }
  if (version === 10) {
    const topicId = message.topicId ?? ZERO_UUID;
    writer.uuid(topicId);
  }
  const partitionIndexes = message.partitionIndexes;
  writer.compactArrayLength(partitionIndexes.length);
  for (const element of partitionIndexes) {
    writer.int32(element);
  }

  writer.noTaggedFields();
}

export interface OffsetFetchResponse {
  /** versions 3+ */
  throttleTimeMs: number;
  /** versions 0-7 */
  topics: OffsetFetchResponseOffsetFetchResponseTopic[];
  /** versions 2-7; default 0 */
  errorCode: number;
  /** versions 8+ */
  groups: OffsetFetchResponseOffsetFetchResponseGroup[];
}

export interface OffsetFetchResponseInput {
  readonly throttleTimeMs?: number | undefined;
  readonly topics?: readonly OffsetFetchResponseOffsetFetchResponseTopicInput[] | undefined;
  readonly errorCode?: number | undefined;
  readonly groups?: readonly OffsetFetchResponseOffsetFetchResponseGroupInput[] | undefined;
}

export interface OffsetFetchResponseOffsetFetchResponseTopic {
  name: string;
  partitions: OffsetFetchResponseOffsetFetchResponsePartition[];
}

export interface OffsetFetchResponseOffsetFetchResponseTopicInput {
  readonly name: string;
  readonly partitions: readonly OffsetFetchResponseOffsetFetchResponsePartitionInput[];
}

export interface OffsetFetchResponseOffsetFetchResponsePartition {
  partitionIndex: number;
  committedOffset: number;
  /** versions 5+; default -1 */
  committedLeaderEpoch: number;
  metadata: string | null;
  errorCode: number;
}

export interface OffsetFetchResponseOffsetFetchResponsePartitionInput {
  readonly partitionIndex: number;
  readonly committedOffset: number;
  readonly committedLeaderEpoch?: number | undefined;
  readonly metadata: string | null;
  readonly errorCode: number;
}

export interface OffsetFetchResponseOffsetFetchResponseGroup {
  groupId: string;
  topics: OffsetFetchResponseOffsetFetchResponseTopics[];
  /** default 0 */
  errorCode: number;
}

export interface OffsetFetchResponseOffsetFetchResponseGroupInput {
  readonly groupId: string;
  readonly topics: readonly OffsetFetchResponseOffsetFetchResponseTopicsInput[];
  readonly errorCode?: number | undefined;
}

export interface OffsetFetchResponseOffsetFetchResponseTopics {
  /** versions 8-9 */
  name: string;
  /** version 10 */
  topicId: string;
  partitions: OffsetFetchResponseOffsetFetchResponsePartitions[];
}

export interface OffsetFetchResponseOffsetFetchResponseTopicsInput {
  readonly name?: string | undefined;
  readonly topicId?: string | undefined;
  readonly partitions: readonly OffsetFetchResponseOffsetFetchResponsePartitionsInput[];
}

export interface OffsetFetchResponseOffsetFetchResponsePartitions {
  partitionIndex: number;
  committedOffset: number;
  /** default -1 */
  committedLeaderEpoch: number;
  metadata: string | null;
  errorCode: number;
}

export interface OffsetFetchResponseOffsetFetchResponsePartitionsInput {
  readonly partitionIndex: number;
  readonly committedOffset: number;
  readonly committedLeaderEpoch?: number | undefined;
  readonly metadata: string | null;
  readonly errorCode: number;
}

function readOffsetFetchResponse(reader: ByteReader, version: number): OffsetFetchResponse {
  const flexible = version >= 6;
  const throttleTimeMs = version >= 3 ? reader.int32() : 0;
  const topics: OffsetFetchResponseOffsetFetchResponseTopic[] = [];
  const topicsLength =
    version <= 7 ? (flexible ? reader.compactArrayLength(3) : reader.arrayLength(3)) : 0;
  for (let index = 0; index < topicsLength; index++)
    topics.push(readOffsetFetchResponseOffsetFetchResponseTopic(reader, version));
  const errorCode = version >= 2 && version <= 7 ? reader.int16() : 0;
  const groups: OffsetFetchResponseOffsetFetchResponseGroup[] = [];
  const groupsLength = version >= 8 ? reader.compactArrayLength(5) : 0;
  for (let index = 0; index < groupsLength; index++)
    groups.push(readOffsetFetchResponseOffsetFetchResponseGroup(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, topics, errorCode, groups };
}

function readOffsetFetchResponseOffsetFetchResponseTopic(
  reader: ByteReader,
  version: number,
): OffsetFetchResponseOffsetFetchResponseTopic {
  const flexible = version >= 6;
  const name = flexible ? reader.compactString() : reader.string();
  const partitions: OffsetFetchResponseOffsetFetchResponsePartition[] = [];
  const partitionsLength = flexible ? reader.compactArrayLength(16) : reader.arrayLength(16);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(readOffsetFetchResponseOffsetFetchResponsePartition(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { name, partitions };
}

function readOffsetFetchResponseOffsetFetchResponsePartition(
  reader: ByteReader,
  version: number,
): OffsetFetchResponseOffsetFetchResponsePartition {
  const flexible = version >= 6;
  const partitionIndex = reader.int32();
  const committedOffset = reader.int64();
  const committedLeaderEpoch = version >= 5 ? reader.int32() : -1;
  const metadata = flexible ? reader.compactNullableString() : reader.nullableString();
  const errorCode = reader.int16();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { partitionIndex, committedOffset, committedLeaderEpoch, metadata, errorCode };
}

function readOffsetFetchResponseOffsetFetchResponseGroup(
  reader: ByteReader,
  version: number,
): OffsetFetchResponseOffsetFetchResponseGroup {
  const groupId = reader.compactString();
  const topics: OffsetFetchResponseOffsetFetchResponseTopics[] = [];
  const topicsLength = reader.compactArrayLength(3);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readOffsetFetchResponseOffsetFetchResponseTopics(reader, version));
  const errorCode = reader.int16();
  reader.skipTaggedFields();
  return { groupId, topics, errorCode };
}

function readOffsetFetchResponseOffsetFetchResponseTopics(
  reader: ByteReader,
  version: number,
): OffsetFetchResponseOffsetFetchResponseTopics {
  const name = version <= 9 ? reader.compactString() : '';
  const topicId = version === 10 ? reader.uuid() : ZERO_UUID;
  const partitions: OffsetFetchResponseOffsetFetchResponsePartitions[] = [];
  const partitionsLength = reader.compactArrayLength(20);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(readOffsetFetchResponseOffsetFetchResponsePartitions(reader, version));
  reader.skipTaggedFields();
  return { name, topicId, partitions };
}

function readOffsetFetchResponseOffsetFetchResponsePartitions(
  reader: ByteReader,
  _version: number,
): OffsetFetchResponseOffsetFetchResponsePartitions {
  const partitionIndex = reader.int32();
  const committedOffset = reader.int64();
  const committedLeaderEpoch = reader.int32();
  const metadata = reader.compactNullableString();
  const errorCode = reader.int16();
  reader.skipTaggedFields();
  return { partitionIndex, committedOffset, committedLeaderEpoch, metadata, errorCode };
}

function writeOffsetFetchResponse(
  writer: ByteWriter,
  message: OffsetFetchResponseInput,
  version: number,
): void {
  const flexible = version >= 6;
  if (version >= 3) {
    const throttleTimeMs = message.throttleTimeMs ?? 0;
    writer.int32(throttleTimeMs);
  }
  const topics = message.topics ?? [];
  if (version <= 7) {
    if (flexible) writer.compactArrayLength(topics.length);
    else writer.arrayLength(topics.length);
    for (const element of topics)
      writeOffsetFetchResponseOffsetFetchResponseTopic(writer, element, version);
  } else if (topics.length !== 0) {
    throw new EncodeError(`OffsetFetchResponse.topics is not part of version ${version}`);
  }
  if (version >= 2 && version <= 7) {
    const errorCode = message.errorCode ?? 0;
    writer.int16(errorCode);
  }
  const groups = message.groups ?? [];
  if (version >= 8) {
    writer.compactArrayLength(groups.length);
    for (const element of groups)
      writeOffsetFetchResponseOffsetFetchResponseGroup(writer, element, version);
  } else if (groups.length !== 0) {
    throw new EncodeError(`OffsetFetchResponse.groups is not part of version ${version}`);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeOffsetFetchResponseOffsetFetchResponseTopic(
  writer: ByteWriter,
  message: OffsetFetchResponseOffsetFetchResponseTopicInput,
  version: number,
): void {
  const flexible = version >= 6;
  const name = message.name;
  if (flexible) writer.compactString(name);
  else writer.string(name);
  const partitions = message.partitions;
  if (flexible) writer.compactArrayLength(partitions.length);
  else writer.arrayLength(partitions.length);
  for (const element of partitions)
    writeOffsetFetchResponseOffsetFetchResponsePartition(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeOffsetFetchResponseOffsetFetchResponsePartition(
  writer: ByteWriter,
  message: OffsetFetchResponseOffsetFetchResponsePartitionInput,
  version: number,
): void {
  const flexible = version >= 6;
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
  const committedOffset = message.committedOffset;
  writer.int64(committedOffset);
  if (version >= 5) {
    const committedLeaderEpoch = message.committedLeaderEpoch ?? -1;
    writer.int32(committedLeaderEpoch);
  }
  const metadata = message.metadata;
  if (flexible) writer.compactNullableString(metadata);
  else writer.nullableString(metadata);
  const errorCode = message.errorCode;
  writer.int16(errorCode);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeOffsetFetchResponseOffsetFetchResponseGroup(
  writer: ByteWriter,
  message: OffsetFetchResponseOffsetFetchResponseGroupInput,
  version: number,
): void {
  const groupId = message.groupId;
  writer.compactString(groupId);
  const topics = message.topics;
  writer.compactArrayLength(topics.length);
  for (const element of topics)
    writeOffsetFetchResponseOffsetFetchResponseTopics(writer, element, version);
  const errorCode = message.errorCode ?? 0;
  writer.int16(errorCode);

  writer.noTaggedFields();
}

function writeOffsetFetchResponseOffsetFetchResponseTopics(
  writer: ByteWriter,
  message: OffsetFetchResponseOffsetFetchResponseTopicsInput,
  version: number,
): void {
  if (version <= 9) {
    const name = message.name ?? '';
    writer.compactString(name);
  }
  if (version === 10) {
    const topicId = message.topicId ?? ZERO_UUID;
    writer.uuid(topicId);
  }
  const partitions = message.partitions;
  writer.compactArrayLength(partitions.length);
  for (const element of partitions)
    writeOffsetFetchResponseOffsetFetchResponsePartitions(writer, element, version);

  writer.noTaggedFields();
}

function writeOffsetFetchResponseOffsetFetchResponsePartitions(
  writer: ByteWriter,
  message: OffsetFetchResponseOffsetFetchResponsePartitionsInput,
  _version: number,
): void {
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
  const committedOffset = message.committedOffset;
  writer.int64(committedOffset);
  const committedLeaderEpoch = message.committedLeaderEpoch ?? -1;
  writer.int32(committedLeaderEpoch);
  const metadata = message.metadata;
  writer.compactNullableString(metadata);
  const errorCode = message.errorCode;
  writer.int16(errorCode);

  writer.noTaggedFields();
}

export const offsetFetchApi: Api<
  OffsetFetchRequest,
  OffsetFetchRequestInput,
  OffsetFetchResponse,
  OffsetFetchResponseInput
> = {
  key: 9,
  name: 'OffsetFetch',
  request: {
    name: 'OffsetFetchRequest',
    minVersion: 0,
    maxVersion: 10,
    flexibleFrom: 6,
    read: readOffsetFetchRequest,
    write: writeOffsetFetchRequest,
  },
  response: {
    name: 'OffsetFetchResponse',
    minVersion: 0,
    maxVersion: 10,
    flexibleFrom: 6,
    read: readOffsetFetchResponse,
    write: writeOffsetFetchResponse,
  },
};
