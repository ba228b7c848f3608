// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface ListOffsetsRequest {
  replicaId: number;
  /** versions 2+ */
  isolationLevel: number;
  topics: ListOffsetsRequestListOffsetsTopic[];
  /** versions 10+ */
  timeoutMs: number;
}

export interface ListOffsetsRequestInput {
  readonly replicaId: number;
  readonly isolationLevel?: number | undefined;
  readonly topics: readonly ListOffsetsRequestListOffsetsTopicInput[];
  readonly timeoutMs?: number | undefined;
}

export interface ListOffsetsRequestListOffsetsTopic {
  name: string;
  partitions: ListOffsetsRequestListOffsetsPartition[];
}

export interface ListOffsetsRequestListOffsetsTopicInput {
  readonly name: string;
  readonly partitions: readonly ListOffsetsRequestListOffsetsPartitionInput[];
}

export interface ListOffsetsRequestListOffsetsPartition {
  partitionIndex: number;
  /** versions 4+; default -1 */
  currentLeaderEpoch: number;
  timestamp: number;
  /** version 0; default 1 */
  maxNumOffsets: number;
}

export interface ListOffsetsRequestListOffsetsPartitionInput {
  readonly partitionIndex: number;
  readonly currentLeaderEpoch?: number | undefined;
  readonly timestamp: number;
  readonly maxNumOffsets?: number | undefined;
}

function readListOffsetsRequest(reader: ByteReader, version: number): ListOffsetsRequest {
  const flexible = version >= 6;
  const replicaId = reader.int32();
  const isolationLevel = version >= 2 ? reader.int8() : 0;
  const topics: ListOffsetsRequestListOffsetsTopic[] = [];
  const topicsLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readListOffsetsRequestListOffsetsTopic(reader, version));
  const timeoutMs = version >= 10 ? reader.int32() : 0;
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { replicaId, isolationLevel, topics, timeoutMs };
}

function readListOffsetsRequestListOffsetsTopic(
  reader: ByteReader,
  version: number,
): ListOffsetsRequestListOffsetsTopic {
  const flexible = version >= 6;
  const name = flexible ? reader.compactString() : reader.string();
  const partitions: ListOffsetsRequestListOffsetsPartition[] = [];
  const partitionsLength = flexible ? reader.compactArrayLength(12) : reader.arrayLength(12);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(readListOffsetsRequestListOffsetsPartition(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { name, partitions };
}

function readListOffsetsRequestListOffsetsPartition(
  reader: ByteReader,
  version: number,
): ListOffsetsRequestListOffsetsPartition {
  const flexible = version >= 6;
  const partitionIndex = reader.int32();
  const currentLeaderEpoch = version >= 4 ? reader.int32() : -1;
  const timestamp = reader.int64();
  const maxNumOffsets = version === 0 ? reader.int32() : 1;
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { partitionIndex, currentLeaderEpoch, timestamp, maxNumOffsets };
}

function writeListOffsetsRequest(
  writer: ByteWriter,
  message: ListOffsetsRequestInput,
  version: number,
): void {
  const flexible = version >= 6;
  const replicaId = message.replicaId;
  writer.int32(replicaId);
  const isolationLevel = message.isolationLevel ?? 0;
  if (version >= 2) {
    writer.int8(isolationLevel);
  } else if (isolationLevel !== 0) {
    throw new EncodeError(`ListOffsetsRequest.isolationLevel is not part of version ${version}`);
  }
  const topics = message.topics;
  if (flexible) writer.compactArrayLength(topics.length);
  else writer.arrayLength(topics.length);
  for (const element of topics) writeListOffsetsRequestListOffsetsTopic(writer, element, version);
  if (version >= 10) {
    const timeoutMs = message.timeoutMs ?? 0;
    writer.int32(timeoutMs);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeListOffsetsRequestListOffsetsTopic(
  writer: ByteWriter,
  message: ListOffsetsRequestListOffsetsTopicInput,
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
    writeListOffsetsRequestListOffsetsPartition(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeListOffsetsRequestListOffsetsPartition(
  writer: ByteWriter,
  message: ListOffsetsRequestListOffsetsPartitionInput,
  version: number,
): void {
  const flexible = version >= 6;
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
  if (version >= 4) {
    const currentLeaderEpoch = message.currentLeaderEpoch ?? -1;
    writer.int32(currentLeaderEpoch);
  }
  const timestamp = message.timestamp;
  writer.int64(timestamp);
  const maxNumOffsets = message.maxNumOffsets ?? 1;
  if (version === 0) {
    writer.int32(maxNumOffsets);
  } else if (maxNumOffsets !== 1) {
    throw new EncodeError(
      `ListOffsetsRequestListOffsetsPartition.maxNumOffsets is not part of version ${version}`,
    );
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface ListOffsetsResponse {
  /** versions 2+ */
  throttleTimeMs: number;
  topics: ListOffsetsResponseListOffsetsTopicResponse[];
}

export interface ListOffsetsResponseInput {
  readonly throttleTimeMs?: number | undefined;
  readonly topics: readonly ListOffsetsResponseListOffsetsTopicResponseInput[];
}

export interface ListOffsetsResponseListOffsetsTopicResponse {
  name: string;
  partitions: ListOffsetsResponseListOffsetsPartitionResponse[];
}

export interface ListOffsetsResponseListOffsetsTopicResponseInput {
  readonly name: string;
  readonly partitions: readonly ListOffsetsResponseListOffsetsPartitionResponseInput[];
}

export interface ListOffsetsResponseListOffsetsPartitionResponse {
  partitionIndex: number;
  errorCode: number;
  /** version 0 */
  oldStyleOffsets: number[];
  /** versions 1+; default -1 */
  timestamp: number;
  /** versions 1+; default -1 */
  offset: number;
  /** versions 4+; default -1 */
  leaderEpoch: number;
}

export interface ListOffsetsResponseListOffsetsPartitionResponseInput {
  readonly partitionIndex: number;
  readonly errorCode: number;
  readonly oldStyleOffsets?: readonly number[] | undefined;
  readonly timestamp?: number | undefined;
  readonly offset?: number | undefined;
  readonly leaderEpoch?: number | undefined;
}

function readListOffsetsResponse(reader: ByteReader, version: number): ListOffsetsResponse {
  const flexible = version >= 6;
  const throttleTimeMs = version >= 2 ? reader.int32() : 0;
  const topics: ListOffsetsResponseListOffsetsTopicResponse[] = [];
  const topicsLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readListOffsetsResponseListOffsetsTopicResponse(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { throttleTimeMs, topics };
}

function readListOffsetsResponseListOffsetsTopicResponse(
  reader: ByteReader,
  version: number,
): ListOffsetsResponseListOffsetsTopicResponse {
  const flexible = version >= 6;
  const name = flexible ? reader.compactString() : reader.string();
  const partitions: ListOffsetsResponseListOffsetsPartitionResponse[] = [];
  const partitionsLength = flexible ? reader.compactArrayLength(10) : reader.arrayLength(10);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(readListOffsetsResponseListOffsetsPartitionResponse(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { name, partitions };
}

function readListOffsetsResponseListOffsetsPartitionResponse(
  reader: ByteReader,
  version: number,
): ListOffsetsResponseListOffsetsPartitionResponse {
  const flexible = version >= 6;
  const partitionIndex = reader.int32();
  const errorCode = reader.int16();
  const oldStyleOffsets: number[] = [];
  const oldStyleOffsetsLength = version === 0 ? reader.arrayLength(8) : 0;
  for (let index = 0; index < oldStyleOffsetsLength; index++) oldStyleOffsets.push(reader.int64());
  const timestamp = version >= 1 ? reader.int64() : -1;
  const offset = version >= 1 ? reader.int64() : -1;
  const leaderEpoch = version >= 4 ? reader.int32() : -1;
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { partitionIndex, errorCode, oldStyleOffsets, timestamp, offset, leaderEpoch };
}

function writeListOffsetsResponse(
  writer: ByteWriter,
  message: ListOffsetsResponseInput,
  version: number,
): void {
  const flexible = version >= 6;
  if (version >= 2) {
    const throttleTimeMs = message.throttleTimeMs ?? 0;
    writer.int32(throttleTimeMs);
  }
  const topics = message.topics;
  if (flexible) writer.compactArrayLength(topics.length);
  else writer.arrayLength(topics.length);
  for (const element of topics)
    writeListOffsetsResponseListOffsetsTopicResponse(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeListOffsetsResponseListOffsetsTopicResponse(
  writer: ByteWriter,
  message: ListOffsetsResponseListOffsetsTopicResponseInput,
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
    writeListOffsetsResponseListOffsetsPartitionResponse(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeListOffsetsResponseListOffsetsPartitionResponse(
  writer: ByteWriter,
  message: ListOffsetsResponseListOffsetsPartitionResponseInput,
  version: number,
): void {
  const flexible = version >= 6;
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const oldStyleOffsets = message.oldStyleOffsets ?? [];
  if (version === 0) {
    writer.arrayLength(oldStyleOffsets.length);
    for (const element of oldStyleOffsets) {
      writer.int64(element);
    }
  } else if (oldStyleOffsets.length !== 0) {
    throw new EncodeError(
      `ListOffsetsResponseListOffsetsPartitionResponse.oldStyleOffsets is not part of version ${version}`,
    );
  }
  const timestamp = message.timestamp ?? -1;
  if (version >= 1) {
    writer.int64(timestamp);
  } else if (timestamp !== -1) {
    throw new EncodeError(
      `ListOffsetsResponseListOffsetsPartitionResponse.timestamp is not part of version ${version}`,
    );
  }
  const offset = message.offset ?? -1;
  if (version >= 1) {
    writer.int64(offset);
  } else if (offset !== -1) {
    throw new EncodeError(
      `ListOffsetsResponseListOffsetsPartitionResponse.offset is not part of version ${version}`,
    );
  }
  const leaderEpoch = message.leaderEpoch ?? -1;
  if (version >= 4) {
    writer.int32(leaderEpoch);
  } else if (leaderEpoch !== -1) {
    throw new EncodeError(
      `ListOffsetsResponseListOffsetsPartitionResponse.leaderEpoch is not part of version ${version}`,
    );
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const listOffsetsApi: Api<
  ListOffsetsRequest,
  ListOffsetsRequestInput,
  ListOffsetsResponse,
  ListOffsetsResponseInput
> = {
  key: 2,
  name: 'ListOffsets',
  request: {
    name: 'ListOffsetsRequest',
    minVersion: 0,
    maxVersion: 11,
    flexibleFrom: 6,
    read: readListOffsetsRequest,
    write: writeListOffsetsRequest,
  },
  response: {
    name: 'ListOffsetsResponse',
    minVersion: 0,
    maxVersion: 11,
    flexibleFrom: 6,
    read: readListOffsetsResponse,
    write: writeListOffsetsResponse,
  },
};
