// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface StopReplicaRequest {
  controllerId: number;
  /** version 4; default false */
  isKRaftController: boolean;
  controllerEpoch: number;
  /** versions 1+; default -1 */
  brokerEpoch: number;
  /** versions 0-2 */
  deletePartitions: boolean;
  /** version 0 */
  ungroupedPartitions: StopReplicaRequestStopReplicaPartitionV0[];
  /** versions 1-2 */
  topics: StopReplicaRequestStopReplicaTopicV1[];
  /** versions 3+ */
  topicStates: StopReplicaRequestStopReplicaTopicState[];
}

export interface StopReplicaRequestInput {
  readonly controllerId: number;
  readonly isKRaftController?: boolean | undefined;
  readonly controllerEpoch: number;
  readonly brokerEpoch?: number | undefined;
  readonly deletePartitions?: boolean | undefined;
  readonly ungroupedPartitions?:
    readonly StopReplicaRequestStopReplicaPartitionV0Input[] | undefined;
  readonly topics?: readonly StopReplicaRequestStopReplicaTopicV1Input[] | undefined;
  readonly topicStates?: readonly StopReplicaRequestStopReplicaTopicStateInput[] | undefined;
}

export interface StopReplicaRequestStopReplicaPartitionV0 {
  topicName: string;
  partitionIndex: number;
}

export interface StopReplicaRequestStopReplicaPartitionV0Input {
  readonly topicName: string;
  readonly partitionIndex: number;
}

export interface StopReplicaRequestStopReplicaTopicV1 {
  name: string;
  partitionIndexes: number[];
}

export interface StopReplicaRequestStopReplicaTopicV1Input {
  readonly name: string;
  readonly partitionIndexes: readonly number[];
}

export interface StopReplicaRequestStopReplicaTopicState {
  topicName: string;
  partitionStates: StopReplicaRequestStopReplicaPartitionState[];
}

export interface StopReplicaRequestStopReplicaTopicStateInput {
  readonly topicName: string;
  readonly partitionStates: readonly StopReplicaRequestStopReplicaPartitionStateInput[];
}

export interface StopReplicaRequestStopReplicaPartitionState {
  partitionIndex: number;
  /** default -1 */
  leaderEpoch: number;
  deletePartition: boolean;
}

export interface StopReplicaRequestStopReplicaPartitionStateInput {
  readonly partitionIndex: number;
  readonly leaderEpoch?: number | undefined;
  readonly deletePartition: boolean;
}

function readStopReplicaRequest(reader: ByteReader, version: number): StopReplicaRequest {
  const flexible = version >= 2;
  const controllerId = reader.int32();
  const isKRaftController = version === 4 ? reader.bool() : false;
  const controllerEpoch = reader.int32();
  const brokerEpoch = version >= 1 ? reader.int64() : -1;
  const deletePartitions = version <= 2 ? reader.bool() : false;
  const ungroupedPartitions: StopReplicaRequestStopReplicaPartitionV0[] = [];
  const ungroupedPartitionsLength = version === 0 ? reader.arrayLength(6) : 0;
  for (let index = 0; index < ungroupedPartitionsLength; index++)
    ungroupedPartitions.push(readStopReplicaRequestStopReplicaPartitionV0(reader, version));
  const topics: StopReplicaRequestStopReplicaTopicV1[] = [];
  const topicsLength =
    version >= 1 && version <= 2
      ? flexible
        ? reader.compactArrayLength(3)
        : reader.arrayLength(3)
      : 0;
  for (let index = 0; index < topicsLength; index++)
    topics.push(readStopReplicaRequestStopReplicaTopicV1(reader, version));
  const topicStates: StopReplicaRequestStopReplicaTopicState[] = [];
  const topicStatesLength = version >= 3 ? reader.compactArrayLength(3) : 0;
  for (let index = 0; index < topicStatesLength; index++)
    topicStates.push(readStopReplicaRequestStopReplicaTopicState(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return {
    controllerId,
    isKRaftController,
    controllerEpoch,
    brokerEpoch,
    deletePartitions,
    ungroupedPartitions,
    topics,
    topicStates,
  };
}

function readStopReplicaRequestStopReplicaPartitionV0(
  reader: ByteReader,
  _version: number,
): StopReplicaRequestStopReplicaPartitionV0 {
  const topicName = reader.string();
  const partitionIndex = reader.int32();

  return { topicName, partitionIndex };
}

function readStopReplicaRequestStopReplicaTopicV1(
  reader: ByteReader,
  version: number,
): StopReplicaRequestStopReplicaTopicV1 {
  const flexible = version === 2;
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

function readStopReplicaRequestStopReplicaTopicState(
  reader: ByteReader,
  version: number,
): StopReplicaRequestStopReplicaTopicState {
  const topicName = reader.compactString();
  const partitionStates: StopReplicaRequestStopReplicaPartitionState[] = [];
  const partitionStatesLength = reader.compactArrayLength(10);
  for (let index = 0; index < partitionStatesLength; index++)
    partitionStates.push(readStopReplicaRequestStopReplicaPartitionState(reader, version));
  reader.skipTaggedFields();
  return { topicName, partitionStates };
}

function readStopReplicaRequestStopReplicaPartitionState(
  reader: ByteReader,
  _version: number,
): StopReplicaRequestStopReplicaPartitionState {
  const partitionIndex = reader.int32();
  const leaderEpoch = reader.int32();
  const deletePartition = reader.bool();
  reader.skipTaggedFields();
  return { partitionIndex, leaderEpoch, deletePartition };
}

function writeStopReplicaRequest(
  writer: ByteWriter,
  message: StopReplicaRequestInput,
  version: number,
): void {
  const flexible = version >= 2;
  const controllerId = message.controllerId;
  writer.int32(controllerId);
  const isKRaftController = message.isKRaftController ?? false;
  if (version === 4) {
    writer.bool(isKRaftController);
  } else if (isKRaftController) {
    throw new EncodeError(`StopReplicaRequest.isKRaftController is not part of version ${version}`);
  }
  const controllerEpoch = message.controllerEpoch;
  writer.int32(controllerEpoch);
  if (version >= 1) {
    const brokerEpoch = message.brokerEpoch ?? -1;
    writer.int64(brokerEpoch);
  }
  const deletePartitions = message.deletePartitions ?? false;
  if (version <= 2) {
    writer.bool(deletePartitions);
  } else if (deletePartitions) {
    throw new EncodeError(`StopReplicaRequest.deletePartitions is not part of version ${version}`);
  }
  const ungroupedPartitions = message.ungroupedPartitions ?? [];
  if (version === 0) {
    writer.arrayLength(ungroupedPartitions.length);
    for (const element of ungroupedPartitions)
      writeStopReplicaRequestStopReplicaPartitionV0(writer, element, version);
  } else if (ungroupedPartitions.length !== 0) {
    throw new EncodeError(
      `StopReplicaRequest.ungroupedPartitions is not part of version ${version}`,
    );
  }
  const topics = message.topics ?? [];
  if (version >= 1 && version <= 2) {
    if (flexible) writer.compactArrayLength(topics.length);
    else writer.arrayLength(topics.length);
    for (const element of topics)
      writeStopReplicaRequestStopReplicaTopicV1(writer, element, version);
  } else if (topics.length !== 0) {
    throw new EncodeError(`StopReplicaRequest.topics is not part of version ${version}`);
  }
  const topicStates = message.topicStates ?? [];
  if (version >= 3) {
    writer.compactArrayLength(topicStates.length);
    for (const element of topicStates)
      writeStopReplicaRequestStopReplicaTopicState(writer, element, version);
  } else if (topicStates.length !== 0) {
    throw new EncodeError(`StopReplicaRequest.topicStates is not part of version ${version}`);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeStopReplicaRequestStopReplicaPartitionV0(
  writer: ByteWriter,
  message: StopReplicaRequestStopReplicaPartitionV0Input,
  _version: number,
): void {
  const topicName = message.topicName;
  writer.string(topicName);
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
}

function writeStopReplicaRequestStopReplicaTopicV1(
  writer: ByteWriter,
  message: StopReplicaRequestStopReplicaTopicV1Input,
  version: number,
): void {
  const flexible = version === 2;
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

function writeStopReplicaRequestStopReplicaTopicState(
  writer: ByteWriter,
  message: StopReplicaRequestStopReplicaTopicStateInput,
  version: number,
): void {
  const topicName = message.topicName;
  writer.compactString(topicName);
  const partitionStates = message.partitionStates;
  writer.compactArrayLength(partitionStates.length);
  for (const element of partitionStates)
    writeStopReplicaRequestStopReplicaPartitionState(writer, element, version);

  writer.noTaggedFields();
}

function writeStopReplicaRequestStopReplicaPartitionState(
  writer: ByteWriter,
  message: StopReplicaRequestStopReplicaPartitionStateInput,
  _version: number,
): void {
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
  const leaderEpoch = message.leaderEpoch ?? -1;
  writer.int32(leaderEpoch);
  const deletePartition = message.deletePartition;
  writer.bool(deletePartition);

  writer.noTaggedFields();
}

export interface StopReplicaResponse {
  errorCode: number;
  partitionErrors: StopReplicaResponseStopReplicaPartitionError[];
}

export interface StopReplicaResponseInput {
  readonly errorCode: number;
  readonly partitionErrors: readonly StopReplicaResponseStopReplicaPartitionErrorInput[];
}

export interface StopReplicaResponseStopReplicaPartitionError {
  topicName: string;
  partitionIndex: number;
  errorCode: number;
}

export interface StopReplicaResponseStopReplicaPartitionErrorInput {
  readonly topicName: string;
  readonly partitionIndex: number;
  readonly errorCode: number;
}

function readStopReplicaResponse(reader: ByteReader, version: number): StopReplicaResponse {
  const flexible = version >= 2;
  const errorCode = reader.int16();
  const partitionErrors: StopReplicaResponseStopReplicaPartitionError[] = [];
  const partitionErrorsLength = flexible ? reader.compactArrayLength(8) : reader.arrayLength(8);
  for (let index = 0; index < partitionErrorsLength; index++)
    partitionErrors.push(readStopReplicaResponseStopReplicaPartitionError(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { errorCode, partitionErrors };
}

function readStopReplicaResponseStopReplicaPartitionError(
  reader: ByteReader,
  version: number,
): StopReplicaResponseStopReplicaPartitionError {
  const flexible = version >= 2;
  const topicName = flexible ? reader.compactString() : reader.string();
  const partitionIndex = reader.int32();
  const errorCode = reader.int16();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { topicName, partitionIndex, errorCode };
}

function writeStopReplicaResponse(
  writer: ByteWriter,
  message: StopReplicaResponseInput,
  version: number,
): void {
  const flexible = version >= 2;
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const partitionErrors = message.partitionErrors;
  if (flexible) writer.compactArrayLength(partitionErrors.length);
  else writer.arrayLength(partitionErrors.length);
  for (const element of partitionErrors)
    writeStopReplicaResponseStopReplicaPartitionError(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeStopReplicaResponseStopReplicaPartitionError(
  writer: ByteWriter,
  message: StopReplicaResponseStopReplicaPartitionErrorInput,
  version: number,
): void {
  const flexible = version >= 2;
  const topicName = message.topicName;
  if (flexible) writer.compactString(topicName);
  else writer.string(topicName);
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
  const errorCode = message.errorCode;
  writer.int16(errorCode);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const stopReplicaApi: Api<
  StopReplicaRequest,
  StopReplicaRequestInput,
  StopReplicaResponse,
  StopReplicaResponseInput
> = {
  key: 5,
  name: 'StopReplica',
  request: {
    name: 'StopReplicaRequest',
    minVersion: 0,
    maxVersion: 4,
    flexibleFrom: 2,
    read: readStopReplicaRequest,
    write: writeStopReplicaRequest,
  },
  response: {
    name: 'StopReplicaResponse',
    minVersion: 0,
    maxVersion: 4,
    flexibleFrom: 2,
    read: readStopReplicaResponse,
    write: writeStopReplicaResponse,
  },
};
