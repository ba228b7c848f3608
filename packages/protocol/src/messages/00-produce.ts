// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter, BytesInput } from '../bytes/byte-writer.ts';
import { ZERO_UUID } from '../bytes/zero-values.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface ProduceRequest {
  /** versions 3+; default null */
  transactionalId: string | null;
  acks: number;
  timeoutMs: number;
  topicData: ProduceRequestTopicProduceData[];
}

export interface ProduceRequestInput {
  readonly transactionalId?: string | null | undefined;
  readonly acks: number;
  readonly timeoutMs: number;
  readonly topicData: readonly ProduceRequestTopicProduceDataInput[];
}

export interface ProduceRequestTopicProduceData {
  /** versions 0-12 */
  name: string;
  /** version 13 */
  topicId: string;
  partitionData: ProduceRequestPartitionProduceData[];
}

export interface ProduceRequestTopicProduceDataInput {
  readonly name?: string | undefined;
  readonly topicId?: string | undefined;
  readonly partitionData: readonly ProduceRequestPartitionProduceDataInput[];
}

export interface ProduceRequestPartitionProduceData {
  index: number;
  records: Buffer | null;
}

export interface ProduceRequestPartitionProduceDataInput {
  readonly index: number;
  readonly records: BytesInput | null;
}

function readProduceRequest(reader: ByteReader, version: number): ProduceRequest {
  const flexible = version >= 9;
  const transactionalId =
    version >= 3 ? (flexible ? reader.compactNullableString() : reader.nullableString()) : null;
  const acks = reader.int16();
  const timeoutMs = reader.int32();
  const topicData: ProduceRequestTopicProduceData[] = [];
  const topicDataLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < topicDataLength; index++)
    topicData.push(readProduceRequestTopicProduceData(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { transactionalId, acks, timeoutMs, topicData };
}

function readProduceRequestTopicProduceData(
  reader: ByteReader,
  version: number,
): ProduceRequestTopicProduceData {
  const flexible = version >= 9;
  const name = version <= 12 ? (flexible ? reader.compactString() : reader.string()) : '';
  const topicId = version === 13 ? reader.uuid() : ZERO_UUID;
  const partitionData: ProduceRequestPartitionProduceData[] = [];
  const partitionDataLength = flexible ? reader.compactArrayLength(6) : reader.arrayLength(6);
  for (let index = 0; index < partitionDataLength; index++)
    partitionData.push(readProduceRequestPartitionProduceData(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { name, topicId, partitionData };
}

function readProduceRequestPartitionProduceData(
  reader: ByteReader,
  version: number,
): ProduceRequestPartitionProduceData {
  const flexible = version >= 9;
  const indexValue = reader.int32();
  const records = flexible ? reader.compactNullableBytes() : reader.nullableBytes();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { index: indexValue, records };
}

function writeProduceRequest(
  writer: ByteWriter,
  message: ProduceRequestInput,
  version: number,
): void {
  const flexible = version >= 9;
  const transactionalId = message.transactionalId ?? null;
  if (version >= 3) {
    if (flexible) writer.compactNullableString(transactionalId);
    else writer.nullableString(transactionalId);
  } else if (transactionalId !== null) {
    throw new EncodeError(`ProduceRequest.transactionalId is not part of version ${version}`);
  }
  const acks = message.acks;
  writer.int16(acks);
  const timeoutMs = message.timeoutMs;
  writer.int32(timeoutMs);
  const topicData = message.topicData;
  if (flexible) writer.compactArrayLength(topicData.length);
  else writer.arrayLength(topicData.length);
  for (const element of topicData) writeProduceRequestTopicProduceData(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeProduceRequestTopicProduceData(
  writer: ByteWriter,
  message: ProduceRequestTopicProduceDataInput,
  version: number,
): void {
  const flexible = version >= 9;
  if (version <= 12) {
    const name = message.name ?? '';
    if (flexible) writer.compactString(name);
    else writer.string(name);
  }
  if (version === 13) {
    const topicId = message.topicId ?? ZERO_UUID;
    writer.uuid(topicId);
  }
  const partitionData = message.partitionData;
  if (flexible) writer.compactArrayLength(partitionData.length);
  else writer.arrayLength(partitionData.length);
  for (const element of partitionData)
    writeProduceRequestPartitionProduceData(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeProduceRequestPartitionProduceData(
  writer: ByteWriter,
  message: ProduceRequestPartitionProduceDataInput,
  version: number,
): void {
  const flexible = version >= 9;
  const indexValue = message.index;
  writer.int32(indexValue);
  const records = message.records;
  if (flexible) writer.compactNullableBytes(records);
  else writer.nullableBytes(records);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface ProduceResponse {
  responses: ProduceResponseTopicProduceResponse[];
  /** versions 1+; default 0 */
  throttleTimeMs: number;
  /** versions 10+ */
  nodeEndpoints: ProduceResponseNodeEndpoint[];
}

export interface ProduceResponseInput {
  readonly responses: readonly ProduceResponseTopicProduceResponseInput[];
  readonly throttleTimeMs?: number | undefined;
  readonly nodeEndpoints?: readonly ProduceResponseNodeEndpointInput[] | undefined;
}

export interface ProduceResponseTopicProduceResponse {
  /** versions 0-12 */
  name: string;
  /** version 13 */
  topicId: string;
  partitionResponses: ProduceResponsePartitionProduceResponse[];
}

export interface ProduceResponseTopicProduceResponseInput {
  readonly name?: string | undefined;
  readonly topicId?: string | undefined;
  readonly partitionResponses: readonly ProduceResponsePartitionProduceResponseInput[];
}

export interface ProduceResponsePartitionProduceResponse {
  index: number;
  errorCode: number;
  baseOffset: number;
  /** versions 2+; default -1 */
  logAppendTimeMs: number;
  /** versions 5+; default -1 */
  logStartOffset: number;
  /** versions 8+ */
  recordErrors: ProduceResponseBatchIndexAndErrorMessage[];
  /** versions 8+; default null */
  errorMessage: string | null;
  /** versions 10+ */
  currentLeader: ProduceResponseLeaderIdAndEpoch;
}

export interface ProduceResponsePartitionProduceResponseInput {
  readonly index: number;
  readonly errorCode: number;
  readonly baseOffset: number;
  readonly logAppendTimeMs?: number | undefined;
  readonly logStartOffset?: number | undefined;
  readonly recordErrors?: readonly ProduceResponseBatchIndexAndErrorMessageInput[] | undefined;
  readonly errorMessage?: string | null | undefined;
  readonly currentLeader?: ProduceResponseLeaderIdAndEpochInput | undefined;
}

export interface ProduceResponseBatchIndexAndErrorMessage {
  batchIndex: number;
  /** default null */
  batchIndexErrorMessage: string | null;
}

export interface ProduceResponseBatchIndexAndErrorMessageInput {
  readonly batchIndex: number;
  readonly batchIndexErrorMessage?: string | null | undefined;
}

export interface ProduceResponseLeaderIdAndEpoch {
  /** default -1 */
  leaderId: number;
  /** default -1 */
  leaderEpoch: number;
}

export interface ProduceResponseLeaderIdAndEpochInput {
  readonly leaderId?: number | undefined;
  readonly leaderEpoch?: number | undefined;
}

export interface ProduceResponseNodeEndpoint {
  nodeId: number;
  host: string;
  port: number;
  /** default null */
  rack: string | null;
}

export interface ProduceResponseNodeEndpointInput {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
  readonly rack?: string | null | undefined;
}

function readProduceResponse(reader: ByteReader, version: number): ProduceResponse {
  const flexible = version >= 9;
  const responses: ProduceResponseTopicProduceResponse[] = [];
  const responsesLength = flexible ? reader.compactArrayLength(3) : reader.arrayLength(3);
  for (let index = 0; index < responsesLength; index++)
    responses.push(readProduceResponseTopicProduceResponse(reader, version));
  const throttleTimeMs = version >= 1 ? reader.int32() : 0;
  let nodeEndpoints: ProduceResponseNodeEndpoint[] = [];
  if (flexible) {
    const tagCount = reader.uvarint();
    for (let tagIndex = 0; tagIndex < tagCount; tagIndex++) {
      const tag = reader.uvarint();
      const tagEnd = reader.taggedFieldEnd();
      switch (tag) {
        case 0: {
          if (version < 10) {
            reader.position = tagEnd;
            break;
          }
          nodeEndpoints = [];
          const nodeEndpointsLength = reader.compactArrayLength(11);
          for (let index = 0; index < nodeEndpointsLength; index++)
            nodeEndpoints.push(readProduceResponseNodeEndpoint(reader, version));
          break;
        }
        default:
          reader.position = tagEnd;
      }
      reader.endTaggedField(tagEnd);
    }
  }

  return { responses, throttleTimeMs, nodeEndpoints };
}

function readProduceResponseTopicProduceResponse(
  reader: ByteReader,
  version: number,
): ProduceResponseTopicProduceResponse {
  const flexible = version >= 9;
  const name = version <= 12 ? (flexible ? reader.compactString() : reader.string()) : '';
  const topicId = version === 13 ? reader.uuid() : ZERO_UUID;
  const partitionResponses: ProduceResponsePartitionProduceResponse[] = [];
  const partitionResponsesLength = flexible
    ? reader.compactArrayLength(14)
    : reader.arrayLength(14);
  for (let index = 0; index < partitionResponsesLength; index++)
    partitionResponses.push(readProduceResponsePartitionProduceResponse(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { name, topicId, partitionResponses };
}

function readProduceResponsePartitionProduceResponse(
  reader: ByteReader,
  version: number,
): ProduceResponsePartitionProduceResponse {
  const flexible = version >= 9;
  const indexValue = reader.int32();
  const errorCode = reader.int16();
  const baseOffset = reader.int64();
  const logAppendTimeMs = version >= 2 ? reader.int64() : -1;
  const logStartOffset = version >= 5 ? reader.int64() : -1;
  const recordErrors: ProduceResponseBatchIndexAndErrorMessage[] = [];
  const recordErrorsLength =
    version >= 8 ? (flexible ? reader.compactArrayLength(6) : reader.arrayLength(6)) : 0;
  for (let index = 0; index < recordErrorsLength; index++)
    recordErrors.push(readProduceResponseBatchIndexAndErrorMessage(reader, version));
  const errorMessage =
    version >= 8 ? (flexible ? reader.compactNullableString() : reader.nullableString()) : null;
  let currentLeader: ProduceResponseLeaderIdAndEpoch | undefined;
  if (flexible) {
    const tagCount = reader.uvarint();
    for (let tagIndex = 0; tagIndex < tagCount; tagIndex++) {
      const tag = reader.uvarint();
      const tagEnd = reader.taggedFieldEnd();
      switch (tag) {
        case 0: {
          if (version < 10) {
            reader.position = tagEnd;
            break;
          }
          currentLeader = readProduceResponseLeaderIdAndEpoch(reader, version);
          break;
        }
        default:
          reader.position = tagEnd;
      }
      reader.endTaggedField(tagEnd);
    }
  }
  currentLeader ??= { leaderId: -1, leaderEpoch: -1 };
  return {
    index: indexValue,
    errorCode,
    baseOffset,
    logAppendTimeMs,
    logStartOffset,
    recordErrors,
    errorMessage,
    currentLeader,
  };
}

function readProduceResponseBatchIndexAndErrorMessage(
  reader: ByteReader,
  version: number,
): ProduceResponseBatchIndexAndErrorMessage {
  const flexible = version >= 9;
  const batchIndex = reader.int32();
  const batchIndexErrorMessage = flexible
    ? reader.compactNullableString()
    : reader.nullableString();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { batchIndex, batchIndexErrorMessage };
}

function readProduceResponseLeaderIdAndEpoch(
  reader: ByteReader,
  _version: number,
): ProduceResponseLeaderIdAndEpoch {
  const leaderId = reader.int32();
  const leaderEpoch = reader.int32();
  reader.skipTaggedFields();
  return { leaderId, leaderEpoch };
}

function readProduceResponseNodeEndpoint(
  reader: ByteReader,
  _version: number,
): ProduceResponseNodeEndpoint {
  const nodeId = reader.int32();
  const host = reader.compactString();
  const port = reader.int32();
  const rack = reader.compactNullableString();
  reader.skipTaggedFields();
  return { nodeId, host, port, rack };
}

function writeProduceResponse(
  writer: ByteWriter,
  message: ProduceResponseInput,
  version: number,
): void {
  const flexible = version >= 9;
  const responses = message.responses;
  if (flexible) writer.compactArrayLength(responses.length);
  else writer.arrayLength(responses.length);
  for (const element of responses)
    writeProduceResponseTopicProduceResponse(writer, element, version);
  if (version >= 1) {
    const throttleTimeMs = message.throttleTimeMs ?? 0;
    writer.int32(throttleTimeMs);
  }
  const nodeEndpoints = message.nodeEndpoints ?? [];
  if (version < 10 && nodeEndpoints.length !== 0) {
    throw new EncodeError(`ProduceResponse.nodeEndpoints is not part of version ${version}`);
  }
  if (flexible) {
    const hasNodeEndpoints = version >= 10 && nodeEndpoints.length !== 0;
    writer.uvarint(hasNodeEndpoints ? 1 : 0);
    if (hasNodeEndpoints) {
      writer.uvarint(0);
      const mark = writer.beginSized();
      writer.compactArrayLength(nodeEndpoints.length);
      for (const element of nodeEndpoints)
        writeProduceResponseNodeEndpoint(writer, element, version);
      writer.endSized(mark);
    }
  }
}

function writeProduceResponseTopicProduceResponse(
  writer: ByteWriter,
  message: ProduceResponseTopicProduceResponseInput,
  version: number,
): void {
  const flexible = version >= 9;
  if (version <= 12) {
    const name = message.name ?? '';
    if (flexible) writer.compactString(name);
    else writer.string(name);
  }
  if (version === 13) {
    const topicId = message.topicId ?? ZERO_UUID;
    writer.uuid(topicId);
  }
  const partitionResponses = message.partitionResponses;
  if (flexible) writer.compactArrayLength(partitionResponses.length);
  else writer.arrayLength(partitionResponses.length);
  for (const element of partitionResponses)
    writeProduceResponsePartitionProduceResponse(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeProduceResponsePartitionProduceResponse(
  writer: ByteWriter,
  message: ProduceResponsePartitionProduceResponseInput,
  version: number,
): void {
  const flexible = version >= 9;
  const indexValue = message.index;
  writer.int32(indexValue);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const baseOffset = message.baseOffset;
  writer.int64(baseOffset);
  if (version >= 2) {
    const logAppendTimeMs = message.logAppendTimeMs ?? -1;
    writer.int64(logAppendTimeMs);
  }
  if (version >= 5) {
    const logStartOffset = message.logStartOffset ?? -1;
    writer.int64(logStartOffset);
  }
  if (version >= 8) {
    const recordErrors = message.recordErrors ?? [];
    if (flexible) writer.compactArrayLength(recordErrors.length);
    else writer.arrayLength(recordErrors.length);
    for (const element of recordErrors)
      writeProduceResponseBatchIndexAndErrorMessage(writer, element, version);
  }
  if (version >= 8) {
    const errorMessage = message.errorMessage ?? null;
    if (flexible) writer.compactNullableString(errorMessage);
    else writer.nullableString(errorMessage);
  }
  const currentLeader = message.currentLeader;
  if (
    version < 10 &&
    currentLeader !== undefined &&
    !isDefaultProduceResponseLeaderIdAndEpoch(currentLeader)
  ) {
    throw new EncodeError(
      `ProduceResponsePartitionProduceResponse.currentLeader is not part of version ${version}`,
    );
  }
  if (flexible) {
    const hasCurrentLeader =
      version >= 10 &&
      currentLeader !== undefined &&
      !isDefaultProduceResponseLeaderIdAndEpoch(currentLeader);
    writer.uvarint(hasCurrentLeader ? 1 : 0);
    if (hasCurrentLeader) {
      writer.uvarint(0);
      const mark = writer.beginSized();
      writeProduceResponseLeaderIdAndEpoch(writer, currentLeader, version);
      writer.endSized(mark);
    }
  }
}

function writeProduceResponseBatchIndexAndErrorMessage(
  writer: ByteWriter,
  message: ProduceResponseBatchIndexAndErrorMessageInput,
  version: number,
): void {
  const flexible = version >= 9;
  const batchIndex = message.batchIndex;
  writer.int32(batchIndex);
  const batchIndexErrorMessage = message.batchIndexErrorMessage ?? null;
  if (flexible) writer.compactNullableString(batchIndexErrorMessage);
  else writer.nullableString(batchIndexErrorMessage);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeProduceResponseLeaderIdAndEpoch(
  writer: ByteWriter,
  message: ProduceResponseLeaderIdAndEpochInput,
  _version: number,
): void {
  const leaderId = message.leaderId ?? -1;
  writer.int32(leaderId);
  const leaderEpoch = message.leaderEpoch ?? -1;
  writer.int32(leaderEpoch);

  writer.noTaggedFields();
}

function writeProduceResponseNodeEndpoint(
  writer: ByteWriter,
  message: ProduceResponseNodeEndpointInput,
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

function isDefaultProduceResponseLeaderIdAndEpoch(
  message: ProduceResponseLeaderIdAndEpochInput,
): boolean {
  return !((message.leaderId ?? -1) !== -1) && !((message.leaderEpoch ?? -1) !== -1);
}

export const produceApi: Api<
  ProduceRequest,
  ProduceRequestInput,
  ProduceResponse,
  ProduceResponseInput
> = {
  key: 0,
  name: 'Produce',
  request: {
    name: 'ProduceRequest',
    minVersion: 0,
    maxVersion: 13,
    flexibleFrom: 9,
    read: readProduceRequest,
    write: writeProduceRequest,
  },
  response: {
    name: 'ProduceResponse',
    minVersion: 0,
    maxVersion: 13,
    flexibleFrom: 9,
    read: readProduceResponse,
    write: writeProduceResponse,
  },
};
