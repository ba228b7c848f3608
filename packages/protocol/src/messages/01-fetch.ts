// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter, BytesInput } from '../bytes/byte-writer.ts';
import { ZERO_UUID } from '../bytes/zero-values.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface FetchRequest {
  /** versions 12+; default null */
  clusterId: string | null;
  /** versions 0-14; default -1 */
  replicaId: number;
  /** versions 15+ */
  replicaState: FetchRequestReplicaState;
  maxWaitMs: number;
  minBytes: number;
  /** versions 3+; default 2147483647 */
  maxBytes: number;
  /** versions 4+; default 0 */
  isolationLevel: number;
  /** versions 7+; default 0 */
  sessionId: number;
  /** versions 7+; default -1 */
  sessionEpoch: number;
  topics: FetchRequestFetchTopic[];
  /** versions 7+ */
  forgottenTopicsData: FetchRequestForgottenTopic[];
  /** versions 11+; default '' */
  rackId: string;
}

export interface FetchRequestInput {
  readonly clusterId?: string | null | undefined;
  readonly replicaId?: number | undefined;
  readonly replicaState?: FetchRequestReplicaStateInput | undefined;
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes?: number | undefined;
  readonly isolationLevel?: number | undefined;
  readonly sessionId?: number | undefined;
  readonly sessionEpoch?: number | undefined;
  readonly topics: readonly FetchRequestFetchTopicInput[];
  readonly forgottenTopicsData?: readonly FetchRequestForgottenTopicInput[] | undefined;
  readonly rackId?: string | undefined;
}

export interface FetchRequestReplicaState {
  /** default -1 */
  replicaId: number;
  /** default -1 */
  replicaEpoch: number;
}

export interface FetchRequestReplicaStateInput {
  readonly replicaId?: number | undefined;
  readonly replicaEpoch?: number | undefined;
}

export interface FetchRequestFetchTopic {
  /** versions 0-12 */
  topic: string;
  /** versions 13+ */
  topicId: string;
  partitions: FetchRequestFetchPartition[];
}

export interface FetchRequestFetchTopicInput {
  readonly topic?: string | undefined;
  readonly topicId?: string | undefined;
  readonly partitions: readonly FetchRequestFetchPartitionInput[];
}

export interface FetchRequestFetchPartition {
  partition: number;
  /** versions 9+; default -1 */
  currentLeaderEpoch: number;
  fetchOffset: number;
  /** versions 12+; default -1 */
  lastFetchedEpoch: number;
  /** versions 5+; default -1 */
  logStartOffset: number;
  partitionMaxBytes: number;
  /** versions 17+ */
  replicaDirectoryId: string;
  /** version 18; default Number.MAX_SAFE_INTEGER */
  highWatermark: number;
}

export interface FetchRequestFetchPartitionInput {
  readonly partition: number;
  readonly currentLeaderEpoch?: number | undefined;
  readonly fetchOffset: number;
  readonly lastFetchedEpoch?: number | undefined;
  readonly logStartOffset?: number | undefined;
  readonly partitionMaxBytes: number;
  readonly replicaDirectoryId?: string | undefined;
  readonly highWatermark?: number | undefined;
}

export interface FetchRequestForgottenTopic {
  /** versions 7-12 */
  topic: string;
  /** versions 13+ */
  topicId: string;
  partitions: number[];
}

export interface FetchRequestForgottenTopicInput {
  readonly topic?: string | undefined;
  readonly topicId?: string | undefined;
  readonly partitions: readonly number[];
}

function readFetchRequest(reader: ByteReader, version: number): FetchRequest {
  const flexible = version >= 12;
  const replicaId = version <= 14 ? reader.int32() : -1;
  const maxWaitMs = reader.int32();
  const minBytes = reader.int32();
  const maxBytes = version >= 3 ? reader.int32() : 2147483647;
  const isolationLevel = version >= 4 ? reader.int8() : 0;
  const sessionId = version >= 7 ? reader.int32() : 0;
  const sessionEpoch = version >= 7 ? reader.int32() : -1;
  const topics: FetchRequestFetchTopic[] = [];
  const topicsLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readFetchRequestFetchTopic(reader, version));
  const forgottenTopicsData: FetchRequestForgottenTopic[] = [];
  const forgottenTopicsDataLength =
    version >= 7 ? (flexible ? reader.compactArrayLength(3) : reader.arrayLength(3)) : 0;
  for (let index = 0; index < forgottenTopicsDataLength; index++)
    forgottenTopicsData.push(readFetchRequestForgottenTopic(reader, version));
  const rackId = version >= 11 ? (flexible ? reader.compactString() : reader.string()) : '';
  let clusterId: string | null = null;
  let replicaState: FetchRequestReplicaState | undefined;
  if (flexible) {
    const tagCount = reader.uvarint();
    for (let tagIndex = 0; tagIndex < tagCount; tagIndex++) {
      const tag = reader.uvarint();
      const tagEnd = reader.taggedFieldEnd();
      switch (tag) {
        case 0: {
          clusterId = reader.compactNullableString();
          break;
        }
        case 1: {
          if (version < 15) {
            reader.position = tagEnd;
            break;
          }
          replicaState = readFetchRequestReplicaState(reader, version);
          break;
        }
        default:
          reader.position = tagEnd;
      }
      reader.endTaggedField(tagEnd);
    }
  }
  replicaState ??= { replicaId: -1, replicaEpoch: -1 };
  return {
    clusterId,
    replicaId,
    replicaState,
    maxWaitMs,
    minBytes,
    maxBytes,
    isolationLevel,
    sessionId,
    sessionEpoch,
    topics,
    forgottenTopicsData,
    rackId,
  };
}

function readFetchRequestReplicaState(
  reader: ByteReader,
  _version: number,
): FetchRequestReplicaState {
  const replicaId = reader.int32();
  const replicaEpoch = reader.int64();
  reader.skipTaggedFields();
  return { replicaId, replicaEpoch };
}

function readFetchRequestFetchTopic(reader: ByteReader, version: number): FetchRequestFetchTopic {
  const flexible = version >= 12;
  const topic = version <= 12 ? (flexible ? reader.compactString() : reader.string()) : '';
  const topicId = version >= 13 ? reader.uuid() : ZERO_UUID;
  const partitions: FetchRequestFetchPartition[] = [];
  const partitionsLength = flexible ? reader.compactArrayLength(16) : reader.arrayLength(16);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(readFetchRequestFetchPartition(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { topic, topicId, partitions };
}

function readFetchRequestFetchPartition(
  reader: ByteReader,
  version: number,
): FetchRequestFetchPartition {
  const flexible = version >= 12;
  const partition = reader.int32();
  const currentLeaderEpoch = version >= 9 ? reader.int32() : -1;
  const fetchOffset = reader.int64();
  const lastFetchedEpoch = version >= 12 ? reader.int32() : -1;
  const logStartOffset = version >= 5 ? reader.int64() : -1;
  const partitionMaxBytes = reader.int32();
  let replicaDirectoryId = ZERO_UUID;
  let highWatermark = Number.MAX_SAFE_INTEGER;
  if (flexible) {
    const tagCount = reader.uvarint();
    for (let tagIndex = 0; tagIndex < tagCount; tagIndex++) {
      const tag = reader.uvarint();
      const tagEnd = reader.taggedFieldEnd();
      switch (tag) {
        case 0: {
          if (version < 17) {
            reader.position = tagEnd;
            break;
          }
          replicaDirectoryId = reader.uuid();
          break;
        }
        case 1: {
          if (version < 18) {
            reader.position = tagEnd;
            break;
          }
          highWatermark = reader.int64();
          break;
        }
        default:
          reader.position = tagEnd;
      }
      reader.endTaggedField(tagEnd);
    }
  }

  return {
    partition,
    currentLeaderEpoch,
    fetchOffset,
    lastFetchedEpoch,
    logStartOffset,
    partitionMaxBytes,
    replicaDirectoryId,
    highWatermark,
  };
}

function readFetchRequestForgottenTopic(
  reader: ByteReader,
  version: number,
): FetchRequestForgottenTopic {
  const flexible = version >= 12;
  const topic = version <= 12 ? (flexible ? reader.compactString() : reader.string()) : '';
  const topicId = version >= 13 ? reader.uuid() : ZERO_UUID;
  const partitions: number[] = [];
  const partitionsLength = flexible ? reader.compactArrayLength(4) : reader.arrayLength(4);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(flexible ? reader.int32() : reader.int32());
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { topic, topicId, partitions };
}

function writeFetchRequest(writer: ByteWriter, message: FetchRequestInput, version: number): void {
  const flexible = version >= 12;
  const replicaId = message.replicaId ?? -1;
  if (version <= 14) {
    writer.int32(replicaId);
  } else if (replicaId !== -1) {
    throw new EncodeError(`FetchRequest.replicaId is not part of version ${version}`);
  }
  const maxWaitMs = message.maxWaitMs;
  writer.int32(maxWaitMs);
  const minBytes = message.minBytes;
  writer.int32(minBytes);
  if (version >= 3) {
    const maxBytes = message.maxBytes ?? 2147483647;
    writer.int32(maxBytes);
  }
  if (version >= 4) {
    const isolationLevel = message.isolationLevel ?? 0;
    writer.int8(isolationLevel);
  }
  if (version >= 7) {
    const sessionId = message.sessionId ?? 0;
    writer.int32(sessionId);
  }
  if (version >= 7) {
    const sessionEpoch = message.sessionEpoch ?? -1;
    writer.int32(sessionEpoch);
  }
  const topics = message.topics;
  if (flexible) writer.compactArrayLength(topics.length);
  else writer.arrayLength(topics.length);
  for (const element of topics) writeFetchRequestFetchTopic(writer, element, version);
  const forgottenTopicsData = message.forgottenTopicsData ?? [];
  if (version >= 7) {
    if (flexible) writer.compactArrayLength(forgottenTopicsData.length);
    else writer.arrayLength(forgottenTopicsData.length);
    for (const element of forgottenTopicsData)
      writeFetchRequestForgottenTopic(writer, element, version);
  } else if (forgottenTopicsData.length !== 0) {
    throw new EncodeError(`FetchRequest.forgottenTopicsData is not part of version ${version}`);
  }
  if (version >= 11) {
    const rackId = message.rackId ?? '';
    if (flexible) writer.compactString(rackId);
    else writer.string(rackId);
  }
  const clusterId = message.clusterId ?? null;
  const replicaState = message.replicaState;
  if (
    version < 15 &&
    replicaState !== undefined &&
    !isDefaultFetchRequestReplicaState(replicaState)
  ) {
    throw new EncodeError(`FetchRequest.replicaState is not part of version ${version}`);
  }
  if (flexible) {
    const hasClusterId = clusterId !== null;
    const hasReplicaState =
      version >= 15 &&
      replicaState !== undefined &&
      !isDefaultFetchRequestReplicaState(replicaState);
    writer.uvarint((hasClusterId ? 1 : 0) + (hasReplicaState ? 1 : 0));
    if (hasClusterId) {
      writer.uvarint(0);
      const mark = writer.beginSized();
      writer.compactNullableString(clusterId);
      writer.endSized(mark);
    }
    if (hasReplicaState) {
      writer.uvarint(1);
      const mark = writer.beginSized();
      writeFetchRequestReplicaState(writer, replicaState, version);
      writer.endSized(mark);
    }
  }
}

function writeFetchRequestReplicaState(
  writer: ByteWriter,
  message: FetchRequestReplicaStateInput,
  _version: number,
): void {
  const replicaId = message.replicaId ?? -1;
  writer.int32(replicaId);
  const replicaEpoch = message.replicaEpoch ?? -1;
  writer.int64(replicaEpoch);

  writer.noTaggedFields();
}

function writeFetchRequestFetchTopic(
  writer: ByteWriter,
  message: FetchRequestFetchTopicInput,
  version: number,
): void {
  const flexible = version >= 12;
  if (version <= 12) {
    const topic = message.topic ?? '';
    if (flexible) writer.compactString(topic);
    else writer.string(topic);
  }
  if (version >= 13) {
    const topicId = message.topicId ?? ZERO_UUID;
    writer.uuid(topicId);
  }
  const partitions = message.partitions;
  if (flexible) writer.compactArrayLength(partitions.length);
  else writer.arrayLength(partitions.length);
  for (const element of partitions) writeFetchRequestFetchPartition(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeFetchRequestFetchPartition(
  writer: ByteWriter,
  message: FetchRequestFetchPartitionInput,
  version: number,
): void {
  const flexible = version >= 12;
  const partition = message.partition;
  writer.int32(partition);
  if (version >= 9) {
    const currentLeaderEpoch = message.currentLeaderEpoch ?? -1;
    writer.int32(currentLeaderEpoch);
  }
  const fetchOffset = message.fetchOffset;
  writer.int64(fetchOffset);
  const lastFetchedEpoch = message.lastFetchedEpoch ?? -1;
  if (version >= 12) {
    writer.int32(lastFetchedEpoch);
  } else if (lastFetchedEpoch !== -1) {
    throw new EncodeError(
      `FetchRequestFetchPartition.lastFetchedEpoch is not part of version ${version}`,
    );
  }
  if (version >= 5) {
    const logStartOffset = message.logStartOffset ?? -1;
    writer.int64(logStartOffset);
  }
  const partitionMaxBytes = message.partitionMaxBytes;
  writer.int32(partitionMaxBytes);
  const replicaDirectoryId = message.replicaDirectoryId ?? ZERO_UUID;
  const highWatermark = message.highWatermark ?? Number.MAX_SAFE_INTEGER;

  if (flexible) {
    const hasReplicaDirectoryId = version >= 17 && replicaDirectoryId !== ZERO_UUID;
    const hasHighWatermark = version === 18 && highWatermark !== Number.MAX_SAFE_INTEGER;
    writer.uvarint((hasReplicaDirectoryId ? 1 : 0) + (hasHighWatermark ? 1 : 0));
    if (hasReplicaDirectoryId) {
      writer.uvarint(0);
      const mark = writer.beginSized();
      writer.uuid(replicaDirectoryId);
      writer.endSized(mark);
    }
    if (hasHighWatermark) {
      writer.uvarint(1);
      const mark = writer.beginSized();
      writer.int64(highWatermark);
      writer.endSized(mark);
    }
  }
}

function writeFetchRequestForgottenTopic(
  writer: ByteWriter,
  message: FetchRequestForgottenTopicInput,
  version: number,
): void {
  const flexible = version >= 12;
  if (version <= 12) {
    const topic = message.topic ?? '';
    if (flexible) writer.compactString(topic);
    else writer.string(topic);
  }
  if (version >= 13) {
    const topicId = message.topicId ?? ZERO_UUID;
    writer.uuid(topicId);
  }
  const partitions = message.partitions;
  if (flexible) writer.compactArrayLength(partitions.length);
  else writer.arrayLength(partitions.length);
  for (const element of partitions) {
    writer.int32(element);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

function isDefaultFetchRequestReplicaState(message: FetchRequestReplicaStateInput): boolean {
  return !((message.replicaId ?? -1) !== -1) && !((message.replicaEpoch ?? -1) !== -1);
}

export interface FetchResponse {
  /** versions 1+ */
  throttleTimeMs: number;
  /** versions 7+ */
  errorCode: number;
  /** versions 7+; default 0 */
  sessionId: number;
  responses: FetchResponseFetchableTopicResponse[];
  /** versions 16+ */
  nodeEndpoints: FetchResponseNodeEndpoint[];
}

export interface FetchResponseInput {
  readonly throttleTimeMs?: number | undefined;
  readonly errorCode?: number | undefined;
  readonly sessionId?: number | undefined;
  readonly responses: readonly FetchResponseFetchableTopicResponseInput[];
  readonly nodeEndpoints?: readonly FetchResponseNodeEndpointInput[] | undefined;
}

export interface FetchResponseFetchableTopicResponse {
  /** versions 0-12 */
  topic: string;
  /** versions 13+ */
  topicId: string;
  partitions: FetchResponsePartitionData[];
}

export interface FetchResponseFetchableTopicResponseInput {
  readonly topic?: string | undefined;
  readonly topicId?: string | undefined;
  readonly partitions: readonly FetchResponsePartitionDataInput[];
}

export interface FetchResponsePartitionData {
  partitionIndex: number;
  errorCode: number;
  highWatermark: number;
  /** versions 4+; default -1 */
  lastStableOffset: number;
  /** versions 5+; default -1 */
  logStartOffset: number;
  /** versions 12+ */
  divergingEpoch: FetchResponseEpochEndOffset;
  /** versions 12+ */
  currentLeader: FetchResponseLeaderIdAndEpoch;
  /** versions 12+ */
  snapshotId: FetchResponseSnapshotId;
  /** versions 4+ */
  abortedTransactions: FetchResponseAbortedTransaction[] | null;
  /** versions 11+; default -1 */
  preferredReadReplica: number;
  records: Buffer | null;
}

export interface FetchResponsePartitionDataInput {
  readonly partitionIndex: number;
  readonly errorCode: number;
  readonly highWatermark: number;
  readonly lastStableOffset?: number | undefined;
  readonly logStartOffset?: number | undefined;
  readonly divergingEpoch?: FetchResponseEpochEndOffsetInput | undefined;
  readonly currentLeader?: FetchResponseLeaderIdAndEpochInput | undefined;
  readonly snapshotId?: FetchResponseSnapshotIdInput | undefined;
  readonly abortedTransactions?: readonly FetchResponseAbortedTransactionInput[] | null | undefined;
  readonly preferredReadReplica?: number | undefined;
  readonly records: BytesInput | null;
}

export interface FetchResponseEpochEndOffset {
  /** default -1 */
  epoch: number;
  /** default -1 */
  endOffset: number;
}

export interface FetchResponseEpochEndOffsetInput {
  readonly epoch?: number | undefined;
  readonly endOffset?: number | undefined;
}

export interface FetchResponseLeaderIdAndEpoch {
  /** default -1 */
  leaderId: number;
  /** default -1 */
  leaderEpoch: number;
}

export interface FetchResponseLeaderIdAndEpochInput {
  readonly leaderId?: number | undefined;
  readonly leaderEpoch?: number | undefined;
}

export interface FetchResponseSnapshotId {
  /** default -1 */
  endOffset: number;
  /** default -1 */
  epoch: number;
}

export interface FetchResponseSnapshotIdInput {
  readonly endOffset?: number | undefined;
  readonly epoch?: number | undefined;
}

export interface FetchResponseAbortedTransaction {
  producerId: number;
  firstOffset: number;
}

export interface FetchResponseAbortedTransactionInput {
  readonly producerId: number;
  readonly firstOffset: number;
}

export interface FetchResponseNodeEndpoint {
  nodeId: number;
  host: string;
  port: number;
  /** default null */
  rack: string | null;
}

export interface FetchResponseNodeEndpointInput {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
  readonly rack?: string | null | undefined;
}

function readFetchResponse(reader: ByteReader, version: number): FetchResponse {
  const flexible = version >= 12;
  const throttleTimeMs = version >= 1 ? reader.int32() : 0;
  const errorCode = version >= 7 ? reader.int16() : 0;
  const sessionId = version >= 7 ? reader.int32() : 0;
  const responses: FetchResponseFetchableTopicResponse[] = [];
  const responsesLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < responsesLength; index++)
    responses.push(readFetchResponseFetchableTopicResponse(reader, version));
  let nodeEndpoints: FetchResponseNodeEndpoint[] = [];
  if (flexible) {
    const tagCount = reader.uvarint();
    for (let tagIndex = 0; tagIndex < tagCount; tagIndex++) {
      const tag = reader.uvarint();
      const tagEnd = reader.taggedFieldEnd();
      switch (tag) {
        case 0: {
          if (version < 16) {
            reader.position = tagEnd;
            break;
          }
          nodeEndpoints = [];
          const nodeEndpointsLength = reader.compactArrayLength(11);
          for (let index = 0; index < nodeEndpointsLength; index++)
            nodeEndpoints.push(readFetchResponseNodeEndpoint(reader, version));
          break;
        }
        default:
          reader.position = tagEnd;
      }
      reader.endTaggedField(tagEnd);
    }
  }

  return { throttleTimeMs, errorCode, sessionId, responses, nodeEndpoints };
}

function readFetchResponseFetchableTopicResponse(
  reader: ByteReader,
  version: number,
): FetchResponseFetchableTopicResponse {
  const flexible = version >= 12;
  const topic = version <= 12 ? (flexible ? reader.compactString() : reader.string()) : '';
  const topicId = version >= 13 ? reader.uuid() : ZERO_UUID;
  const partitions: FetchResponsePartitionData[] = [];
  const partitionsLength = flexible ? reader.compactArrayLength(18) : reader.arrayLength(18);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(readFetchResponsePartitionData(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { topic, topicId, partitions };
}

function readFetchResponsePartitionData(
  reader: ByteReader,
  version: number,
): FetchResponsePartitionData {
  const flexible = version >= 12;
  const partitionIndex = reader.int32();
  const errorCode = reader.int16();
  const highWatermark = reader.int64();
  const lastStableOffset = version >= 4 ? reader.int64() : -1;
  const logStartOffset = version >= 5 ? reader.int64() : -1;
  let abortedTransactions: FetchResponseAbortedTransaction[] | null = null;
  const abortedTransactionsLength =
    version >= 4
      ? flexible
        ? reader.compactNullableArrayLength(16)
        : reader.nullableArrayLength(16)
      : 0;
  if (abortedTransactionsLength >= 0) {
    abortedTransactions = [];
    for (let index = 0; index < abortedTransactionsLength; index++)
      abortedTransactions.push(readFetchResponseAbortedTransaction(reader, version));
  }
  const preferredReadReplica = version >= 11 ? reader.int32() : -1;
  const records = flexible ? reader.compactNullableBytes() : reader.nullableBytes();
  let divergingEpoch: FetchResponseEpochEndOffset | undefined;
  let currentLeader: FetchResponseLeaderIdAndEpoch | undefined;
  let snapshotId: FetchResponseSnapshotId | undefined;
  if (flexible) {
    const tagCount = reader.uvarint();
    for (let tagIndex = 0; tagIndex < tagCount; tagIndex++) {
      const tag = reader.uvarint();
      const tagEnd = reader.taggedFieldEnd();
      switch (tag) {
        case 0: {
          divergingEpoch = readFetchResponseEpochEndOffset(reader, version);
          break;
        }
        case 1: {
          currentLeader = readFetchResponseLeaderIdAndEpoch(reader, version);
          break;
        }
        case 2: {
          snapshotId = readFetchResponseSnapshotId(reader, version);
          break;
        }
        default:
          reader.position = tagEnd;
      }
      reader.endTaggedField(tagEnd);
    }
  }
  divergingEpoch ??= { epoch: -1, endOffset: -1 };
  currentLeader ??= { leaderId: -1, leaderEpoch: -1 };
  snapshotId ??= { endOffset: -1, epoch: -1 };
  return {
    partitionIndex,
    errorCode,
    highWatermark,
    lastStableOffset,
    logStartOffset,
    divergingEpoch,
    currentLeader,
    snapshotId,
    abortedTransactions,
    preferredReadReplica,
    records,
  };
}

function readFetchResponseEpochEndOffset(
  reader: ByteReader,
  _version: number,
): FetchResponseEpochEndOffset {
  const epoch = reader.int32();
  const endOffset = reader.int64();
  reader.skipTaggedFields();
  return { epoch, endOffset };
}

function readFetchResponseLeaderIdAndEpoch(
  reader: ByteReader,
  _version: number,
): FetchResponseLeaderIdAndEpoch {
  const leaderId = reader.int32();
  const leaderEpoch = reader.int32();
  reader.skipTaggedFields();
  return { leaderId, leaderEpoch };
}

function readFetchResponseSnapshotId(
  reader: ByteReader,
  _version: number,
): FetchResponseSnapshotId {
  const endOffset = reader.int64();
  const epoch = reader.int32();
  reader.skipTaggedFields();
  return { endOffset, epoch };
}

function readFetchResponseAbortedTransaction(
  reader: ByteReader,
  version: number,
): FetchResponseAbortedTransaction {
  const flexible = version >= 12;
  const producerId = reader.int64();
  const firstOffset = reader.int64();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { producerId, firstOffset };
}

function readFetchResponseNodeEndpoint(
  reader: ByteReader,
  _version: number,
): FetchResponseNodeEndpoint {
  const nodeId = reader.int32();
  const host = reader.compactString();
  const port = reader.int32();
  const rack = reader.compactNullableString();
  reader.skipTaggedFields();
  return { nodeId, host, port, rack };
}

function writeFetchResponse(
  writer: ByteWriter,
  message: FetchResponseInput,
  version: number,
): void {
  const flexible = version >= 12;
  if (version >= 1) {
    const throttleTimeMs = message.throttleTimeMs ?? 0;
    writer.int32(throttleTimeMs);
  }
  if (version >= 7) {
    const errorCode = message.errorCode ?? 0;
    writer.int16(errorCode);
  }
  const sessionId = message.sessionId ?? 0;
  if (version >= 7) {
    writer.int32(sessionId);
  } else if (sessionId !== 0) {
    throw new EncodeError(`FetchResponse.sessionId is not part of version ${version}`);
  }
  const responses = message.responses;
  if (flexible) writer.compactArrayLength(responses.length);
  else writer.arrayLength(responses.length);
  for (const element of responses)
    writeFetchResponseFetchableTopicResponse(writer, element, version);
  const nodeEndpoints = message.nodeEndpoints ?? [];
  if (version < 16 && nodeEndpoints.length !== 0) {
    throw new EncodeError(`FetchResponse.nodeEndpoints is not part of version ${version}`);
  }
  if (flexible) {
    const hasNodeEndpoints = version >= 16 && nodeEndpoints.length !== 0;
    writer.uvarint(hasNodeEndpoints ? 1 : 0);
    if (hasNodeEndpoints) {
      writer.uvarint(0);
      const mark = writer.beginSized();
      writer.compactArrayLength(nodeEndpoints.length);
      for (const element of nodeEndpoints) writeFetchResponseNodeEndpoint(writer, element, version);
      writer.endSized(mark);
    }
  }
}

function writeFetchResponseFetchableTopicResponse(
  writer: ByteWriter,
  message: FetchResponseFetchableTopicResponseInput,
  version: number,
): void {
  const flexible = version >= 12;
  if (version <= 12) {
    const topic = message.topic ?? '';
    if (flexible) writer.compactString(topic);
    else writer.string(topic);
  }
  if (version >= 13) {
    const topicId = message.topicId ?? ZERO_UUID;
    writer.uuid(topicId);
  }
  const partitions = message.partitions;
  if (flexible) writer.compactArrayLength(partitions.length);
  else writer.arrayLength(partitions.length);
  for (const element of partitions) writeFetchResponsePartitionData(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeFetchResponsePartitionData(
  writer: ByteWriter,
  message: FetchResponsePartitionDataInput,
  version: number,
): void {
  const flexible = version >= 12;
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const highWatermark = message.highWatermark;
  writer.int64(highWatermark);
  if (version >= 4) {
    const lastStableOffset = message.lastStableOffset ?? -1;
    writer.int64(lastStableOffset);
  }
  if (version >= 5) {
    const logStartOffset = message.logStartOffset ?? -1;
    writer.int64(logStartOffset);
  }
  if (version >= 4) {
    const abortedTransactions =
      message.abortedTransactions === undefined ? [] : message.abortedTransactions;
    if (flexible)
      writer.compactArrayLength(abortedTransactions === null ? -1 : abortedTransactions.length);
    else writer.arrayLength(abortedTransactions === null ? -1 : abortedTransactions.length);
    if (abortedTransactions !== null) {
      for (const element of abortedTransactions)
        writeFetchResponseAbortedTransaction(writer, element, version);
    }
  }
  const preferredReadReplica = message.preferredReadReplica ?? -1;
  if (version >= 11) {
    writer.int32(preferredReadReplica);
  } else if (preferredReadReplica !== -1) {
    throw new EncodeError(
      `FetchResponsePartitionData.preferredReadReplica is not part of version ${version}`,
    );
  }
  const records = message.records;
  if (flexible) writer.compactNullableBytes(records);
  else writer.nullableBytes(records);
  const divergingEpoch = message.divergingEpoch;
  const currentLeader = message.currentLeader;
  const snapshotId = message.snapshotId;
  if (
    version < 12 &&
    divergingEpoch !== undefined &&
    !isDefaultFetchResponseEpochEndOffset(divergingEpoch)
  ) {
    throw new EncodeError(
      `FetchResponsePartitionData.divergingEpoch is not part of version ${version}`,
    );
  }
  if (
    version < 12 &&
    currentLeader !== undefined &&
    !isDefaultFetchResponseLeaderIdAndEpoch(currentLeader)
  ) {
    throw new EncodeError(
      `FetchResponsePartitionData.currentLeader is not part of version ${version}`,
    );
  }
  if (version < 12 && snapshotId !== undefined && !isDefaultFetchResponseSnapshotId(snapshotId)) {
    throw new EncodeError(
      `FetchResponsePartitionData.snapshotId is not part of version ${version}`,
    );
  }
  if (flexible) {
    const hasDivergingEpoch =
      divergingEpoch !== undefined && !isDefaultFetchResponseEpochEndOffset(divergingEpoch);
    const hasCurrentLeader =
      currentLeader !== undefined && !isDefaultFetchResponseLeaderIdAndEpoch(currentLeader);
    const hasSnapshotId = snapshotId !== undefined && !isDefaultFetchResponseSnapshotId(snapshotId);
    writer.uvarint(
      (hasDivergingEpoch ? 1 : 0) + (hasCurrentLeader ? 1 : 0) + (hasSnapshotId ? 1 : 0),
    );
    if (hasDivergingEpoch) {
      writer.uvarint(0);
      const mark = writer.beginSized();
      writeFetchResponseEpochEndOffset(writer, divergingEpoch, version);
      writer.endSized(mark);
    }
    if (hasCurrentLeader) {
      writer.uvarint(1);
      const mark = writer.beginSized();
      writeFetchResponseLeaderIdAndEpoch(writer, currentLeader, version);
      writer.endSized(mark);
    }
    if (hasSnapshotId) {
      writer.uvarint(2);
      const mark = writer.beginSized();
      writeFetchResponseSnapshotId(writer, snapshotId, version);
      writer.endSized(mark);
    }
  }
}

function writeFetchResponseEpochEndOffset(
  writer: ByteWriter,
  message: FetchResponseEpochEndOffsetInput,
  _version: number,
): void {
  const epoch = message.epoch ?? -1;
  writer.int32(epoch);
  const endOffset = message.endOffset ?? -1;
  writer.int64(endOffset);

  writer.noTaggedFields();
}

function writeFetchResponseLeaderIdAndEpoch(
  writer: ByteWriter,
  message: FetchResponseLeaderIdAndEpochInput,
  _version: number,
): void {
  const leaderId = message.leaderId ?? -1;
  writer.int32(leaderId);
  const leaderEpoch = message.leaderEpoch ?? -1;
  writer.int32(leaderEpoch);

  writer.noTaggedFields();
}

function writeFetchResponseSnapshotId(
  writer: ByteWriter,
  message: FetchResponseSnapshotIdInput,
  _version: number,
): void {
  const endOffset = message.endOffset ?? -1;
  writer.int64(endOffset);
  const epoch = message.epoch ?? -1;
  writer.int32(epoch);

  writer.noTaggedFields();
}

function writeFetchResponseAbortedTransaction(
  writer: ByteWriter,
  message: FetchResponseAbortedTransactionInput,
  version: number,
): void {
  const flexible = version >= 12;
  const producerId = message.producerId;
  writer.int64(producerId);
  const firstOffset = message.firstOffset;
  writer.int64(firstOffset);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeFetchResponseNodeEndpoint(
  writer: ByteWriter,
  message: FetchResponseNodeEndpointInput,
  _version: number,
): void {
  const nodeId = message.nodeId;
  writer.int32(nodeId);
  const host = message.host;
  writer.compactString(host);
  const port = message.port;
  writer.int32(port);
  const rack = message.rack ?? null;
  writer.compactNullableString(rack);

  writer.noTaggedFields();
}

function isDefaultFetchResponseEpochEndOffset(message: FetchResponseEpochEndOffsetInput): boolean {
  return !((message.epoch ?? -1) !== -1) && !((message.endOffset ?? -1) !== -1);
}

function isDefaultFetchResponseLeaderIdAndEpoch(
  message: FetchResponseLeaderIdAndEpochInput,
): boolean {
  return !((message.leaderId ?? -1) !== -1) && !((message.leaderEpoch ?? -1) !== -1);
}

function isDefaultFetchResponseSnapshotId(message: FetchResponseSnapshotIdInput): boolean {
  return !((message.endOffset ?? -1) !== -1) && !((message.epoch ?? -1) !== -1);
}

export const fetchApi: Api<FetchRequest, FetchRequestInput, FetchResponse, FetchResponseInput> = {
  key: 1,
  name: 'Fetch',
  request: {
    name: 'FetchRequest',
    minVersion: 0,
    maxVersion: 18,
    flexibleFrom: 12,
    read: readFetchRequest,
    write: writeFetchRequest,
  },
  response: {
    name: 'FetchResponse',
    minVersion: 0,
    maxVersion: 18,
    flexibleFrom: 12,
    read: readFetchResponse,
    write: writeFetchResponse,
  },
};
