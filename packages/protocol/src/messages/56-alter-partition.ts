// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { ZERO_UUID } from '../bytes/zero-values.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface AlterPartitionRequest {
  brokerId: number;
  /** default -1 */
  brokerEpoch: number;
  topics: AlterPartitionRequestTopicData[];
}

export interface AlterPartitionRequestInput {
  readonly brokerId: number;
  readonly brokerEpoch?: number | undefined;
  readonly topics: readonly AlterPartitionRequestTopicDataInput[];
}

export interface AlterPartitionRequestTopicData {
  /** versions 0-1 */
  topicName: string;
  /** versions 2+ */
  topicId: string;
  partitions: AlterPartitionRequestPartitionData[];
}

export interface AlterPartitionRequestTopicDataInput {
  readonly topicName?: string | undefined;
  readonly topicId?: string | undefined;
  readonly partitions: readonly AlterPartitionRequestPartitionDataInput[];
}

export interface AlterPartitionRequestPartitionData {
  partitionIndex: number;
  leaderEpoch: number;
  /** versions 0-2 */
  newIsr: number[];
  /** version 3 */
  newIsrWithEpochs: AlterPartitionRequestBrokerState[];
  /** versions 1+; default 0 */
  leaderRecoveryState: number;
  partitionEpoch: number;
}

export interface AlterPartitionRequestPartitionDataInput {
  readonly partitionIndex: number;
  readonly leaderEpoch: number;
  readonly newIsr?: readonly number[] | undefined;
  readonly newIsrWithEpochs?: readonly AlterPartitionRequestBrokerStateInput[] | undefined;
  readonly leaderRecoveryState?: number | undefined;
  readonly partitionEpoch: number;
}

export interface AlterPartitionRequestBrokerState {
  brokerId: number;
  /** default -1 */
  brokerEpoch: number;
}

export interface AlterPartitionRequestBrokerStateInput {
  readonly brokerId: number;
  readonly brokerEpoch?: number | undefined;
}

function readAlterPartitionRequest(reader: ByteReader, version: number): AlterPartitionRequest {
  const brokerId = reader.int32();
  const brokerEpoch = reader.int64();
  const topics: AlterPartitionRequestTopicData[] = [];
  const topicsLength = reader.compactArrayLength(3);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readAlterPartitionRequestTopicData(reader, version));
  reader.skipTaggedFields();
  return { brokerId, brokerEpoch, topics };
}

function readAlterPartitionRequestTopicData(
  reader: ByteReader,
  version: number,
): AlterPartitionRequestTopicData {
  const topicName = version <= 1 ? reader.compactString() : '';
  const topicId = version >= 2 ? reader.uuid() : ZERO_UUID;
  const partitions: AlterPartitionRequestPartitionData[] = [];
  const partitionsLength = reader.compactArrayLength(14);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(readAlterPartitionRequestPartitionData(reader, version));
  reader.skipTaggedFields();
  return { topicName, topicId, partitions };
}

function readAlterPartitionRequestPartitionData(
  reader: ByteReader,
  version: number,
): AlterPartitionRequestPartitionData {
  const partitionIndex = reader.int32();
  const leaderEpoch = reader.int32();
  const newIsr: number[] = [];
  const newIsrLength = version <= 2 ? reader.compactArrayLength(4) : 0;
  for (let index = 0; index < newIsrLength; index++) newIsr.push(reader.int32());
  const newIsrWithEpochs: AlterPartitionRequestBrokerState[] = [];
  const newIsrWithEpochsLength = version === 3 ? reader.compactArrayLength(13) : 0;
  for (let index = 0; index < newIsrWithEpochsLength; index++)
    newIsrWithEpochs.push(readAlterPartitionRequestBrokerState(reader, version));
  const leaderRecoveryState = version >= 1 ? reader.int8() : 0;
  const partitionEpoch = reader.int32();
  reader.skipTaggedFields();
  return {
    partitionIndex,
    leaderEpoch,
    newIsr,
    newIsrWithEpochs,
    leaderRecoveryState,
    partitionEpoch,
  };
}

function readAlterPartitionRequestBrokerState(
  reader: ByteReader,
  _version: number,
): AlterPartitionRequestBrokerState {
  const brokerId = reader.int32();
  const brokerEpoch = reader.int64();
  reader.skipTaggedFields();
  return { brokerId, brokerEpoch };
}

function writeAlterPartitionRequest(
  writer: ByteWriter,
  message: AlterPartitionRequestInput,
  version: number,
): void {
  const brokerId = message.brokerId;
  writer.int32(brokerId);
  const brokerEpoch = message.brokerEpoch ?? -1;
  writer.int64(brokerEpoch);
  const topics = message.topics;
  writer.compactArrayLength(topics.length);
  for (const element of topics) writeAlterPartitionRequestTopicData(writer, element, version);

  writer.noTaggedFields();
}

function writeAlterPartitionRequestTopicData(
  writer: ByteWriter,
  message: AlterPartitionRequestTopicDataInput,
  version: number,
): void {
  if (version <= 1) {
    const topicName = message.topicName ?? '';
    writer.compactString(topicName);
  }
  if (version >= 2) {
    const topicId = message.topicId ?? ZERO_UUID;
    writer.uuid(topicId);
  }
  const partitions = message.partitions;
  writer.compactArrayLength(partitions.length);
  for (const element of partitions)
    writeAlterPartitionRequestPartitionData(writer, element, version);

  writer.noTaggedFields();
}

function writeAlterPartitionRequestPartitionData(
  writer: ByteWriter,
  message: AlterPartitionRequestPartitionDataInput,
  version: number,
): void {
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
  const leaderEpoch = message.leaderEpoch;
  writer.int32(leaderEpoch);
  const newIsr = message.newIsr ?? [];
  if (version <= 2) {
    writer.compactArrayLength(newIsr.length);
    for (const element of newIsr) {
      writer.int32(element);
    }
  } else if (newIsr.length !== 0) {
    throw new EncodeError(
      `AlterPartitionRequestPartitionData.newIsr is not part of version ${version}`,
    );
  }
  const newIsrWithEpochs = message.newIsrWithEpochs ?? [];
  if (version === 3) {
    writer.compactArrayLength(newIsrWithEpochs.length);
    for (const element of newIsrWithEpochs)
      writeAlterPartitionRequestBrokerState(writer, element, version);
  } else if (newIsrWithEpochs.length !== 0) {
    throw new EncodeError(
      `AlterPartitionRequestPartitionData.newIsrWithEpochs is not part of version ${version}`,
    );
  }
  const leaderRecoveryState = message.leaderRecoveryState ?? 0;
  if (version >= 1) {
    writer.int8(leaderRecoveryState);
  } else if (leaderRecoveryState !== 0) {
    throw new EncodeError(
      `AlterPartitionRequestPartitionData.leaderRecoveryState is not part of version ${version}`,
    );
  }
  const partitionEpoch = message.partitionEpoch;
  writer.int32(partitionEpoch);

  writer.noTaggedFields();
}

function writeAlterPartitionRequestBrokerState(
  writer: ByteWriter,
  message: AlterPartitionRequestBrokerStateInput,
  _version: number,
): void {
  const brokerId = message.brokerId;
  writer.int32(brokerId);
  const brokerEpoch = message.brokerEpoch ?? -1;
  writer.int64(brokerEpoch);

  writer.noTaggedFields();
}

export interface AlterPartitionResponse {
  throttleTimeMs: number;
  errorCode: number;
  topics: AlterPartitionResponseTopicData[];
}

export interface AlterPartitionResponseInput {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly topics: readonly AlterPartitionResponseTopicDataInput[];
}

export interface AlterPartitionResponseTopicData {
  /** versions 0-1 */
  topicName: string;
  /** versions 2+ */
  topicId: string;
  partitions: AlterPartitionResponsePartitionData[];
}

export interface AlterPartitionResponseTopicDataInput {
  readonly topicName?: string | undefined;
  readonly topicId?: string | undefined;
  readonly partitions: readonly AlterPartitionResponsePartitionDataInput[];
}

export interface AlterPartitionResponsePartitionData {
  partitionIndex: number;
  errorCode: number;
  leaderId: number;
  leaderEpoch: number;
  isr: number[];
  /** versions 1+; default 0 */
  leaderRecoveryState: number;
  partitionEpoch: number;
}

export interface AlterPartitionResponsePartitionDataInput {
  readonly partitionIndex: number;
  readonly errorCode: number;
  readonly leaderId: number;
  readonly leaderEpoch: number;
  readonly isr: readonly number[];
  readonly leaderRecoveryState?: number | undefined;
  readonly partitionEpoch: number;
}

function readAlterPartitionResponse(reader: ByteReader, version: number): AlterPartitionResponse {
  const throttleTimeMs = reader.int32();
  const errorCode = reader.int16();
  const topics: AlterPartitionResponseTopicData[] = [];
  const topicsLength = reader.compactArrayLength(3);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readAlterPartitionResponseTopicData(reader, version));
  reader.skipTaggedFields();
  return { throttleTimeMs, errorCode, topics };
}

function readAlterPartitionResponseTopicData(
  reader: ByteReader,
  version: number,
): AlterPartitionResponseTopicData {
  const topicName = version <= 1 ? reader.compactString() : '';
  const topicId = version >= 2 ? reader.uuid() : ZERO_UUID;
  const partitions: AlterPartitionResponsePartitionData[] = [];
  const partitionsLength = reader.compactArrayLength(20);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(readAlterPartitionResponsePartitionData(reader, version));
  reader.skipTaggedFields();
  return { topicName, topicId, partitions };
}

function readAlterPartitionResponsePartitionData(
  reader: ByteReader,
  version: number,
): AlterPartitionResponsePartitionData {
  const partitionIndex = reader.int32();
  const errorCode = reader.int16();
  const leaderId = reader.int32();
  const leaderEpoch = reader.int32();
  const isr: number[] = [];
  const isrLength = reader.compactArrayLength(4);
  for (let index = 0; index < isrLength; index++) isr.push(reader.int32());
  const leaderRecoveryState = version >= 1 ? reader.int8() : 0;
  const partitionEpoch = reader.int32();
  reader.skipTaggedFields();
  return {
    partitionIndex,
    errorCode,
    leaderId,
    leaderEpoch,
    isr,
    leaderRecoveryState,
    partitionEpoch,
  };
}

function writeAlterPartitionResponse(
  writer: ByteWriter,
  message: AlterPartitionResponseInput,
  version: number,
): void {
  const throttleTimeMs = message.throttleTimeMs;
  writer.int32(throttleTimeMs);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const topics = message.topics;
  writer.compactArrayLength(topics.length);
  for (const element of topics) writeAlterPartitionResponseTopicData(writer, element, version);

  writer.noTaggedFields();
}

function writeAlterPartitionResponseTopicData(
  writer: ByteWriter,
  message: AlterPartitionResponseTopicDataInput,
  version: number,
): void {
  if (version <= 1) {
    const topicName = message.topicName ?? '';
    writer.compactString(topicName);
  }
  if (version >= 2) {
    const topicId = message.topicId ?? ZERO_UUID;
    writer.uuid(topicId);
  }
  const partitions = message.partitions;
  writer.compactArrayLength(partitions.length);
  for (const element of partitions)
    writeAlterPartitionResponsePartitionData(writer, element, version);

  writer.noTaggedFields();
}

function writeAlterPartitionResponsePartitionData(
  writer: ByteWriter,
  message: AlterPartitionResponsePartitionDataInput,
  version: number,
): void {
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const leaderId = message.leaderId;
  writer.int32(leaderId);
  const leaderEpoch = message.leaderEpoch;
  writer.int32(leaderEpoch);
  const isr = message.isr;
  writer.compactArrayLength(isr.length);
  for (const element of isr) {
    writer.int32(element);
  }
  if (version >= 1) {
    const leaderRecoveryState = message.leaderRecoveryState ?? 0;
    writer.int8(leaderRecoveryState);
  }
  const partitionEpoch = message.partitionEpoch;
  writer.int32(partitionEpoch);

  writer.noTaggedFields();
}

export const alterPartitionApi: Api<
  AlterPartitionRequest,
  AlterPartitionRequestInput,
  AlterPartitionResponse,
  AlterPartitionResponseInput
> = {
  key: 56,
  name: 'AlterPartition',
  request: {
    name: 'AlterPartitionRequest',
    minVersion: 0,
    maxVersion: 3,
    flexibleFrom: 0,
    read: readAlterPartitionRequest,
    write: writeAlterPartitionRequest,
  },
  response: {
    name: 'AlterPartitionResponse',
    minVersion: 0,
    maxVersion: 3,
    flexibleFrom: 0,
    read: readAlterPartitionResponse,
    write: writeAlterPartitionResponse,
  },
};
