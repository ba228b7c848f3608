// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { ZERO_UUID } from '../bytes/zero-values.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface DescribeQuorumRequest {
  topics: DescribeQuorumRequestTopicData[];
}

export interface DescribeQuorumRequestInput {
  readonly topics: readonly DescribeQuorumRequestTopicDataInput[];
}

export interface DescribeQuorumRequestTopicData {
  topicName: string;
  partitions: DescribeQuorumRequestPartitionData[];
}

export interface DescribeQuorumRequestTopicDataInput {
  readonly topicName: string;
  readonly partitions: readonly DescribeQuorumRequestPartitionDataInput[];
}

export interface DescribeQuorumRequestPartitionData {
  partitionIndex: number;
}

export interface DescribeQuorumRequestPartitionDataInput {
  readonly partitionIndex: number;
}

function readDescribeQuorumRequest(reader: ByteReader, version: number): DescribeQuorumRequest {
  const topics: DescribeQuorumRequestTopicData[] = [];
  const topicsLength = reader.compactArrayLength(3);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readDescribeQuorumRequestTopicData(reader, version));
  reader.skipTaggedFields();
  return { topics };
}

function readDescribeQuorumRequestTopicData(
  reader: ByteReader,
  version: number,
): DescribeQuorumRequestTopicData {
  const topicName = reader.compactString();
  const partitions: DescribeQuorumRequestPartitionData[] = [];
  const partitionsLength = reader.compactArrayLength(5);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(readDescribeQuorumRequestPartitionData(reader, version));
  reader.skipTaggedFields();
  return { topicName, partitions };
}

function readDescribeQuorumRequestPartitionData(
  reader: ByteReader,
  _version: number,
): DescribeQuorumRequestPartitionData {
  const partitionIndex = reader.int32();
  reader.skipTaggedFields();
  return { partitionIndex };
}

function writeDescribeQuorumRequest(
  writer: ByteWriter,
  message: DescribeQuorumRequestInput,
  version: number,
): void {
  const topics = message.topics;
  writer.compactArrayLength(topics.length);
  for (const element of topics) writeDescribeQuorumRequestTopicData(writer, element, version);

  writer.noTaggedFields();
}

function writeDescribeQuorumRequestTopicData(
  writer: ByteWriter,
  message: DescribeQuorumRequestTopicDataInput,
  version: number,
): void {
  const topicName = message.topicName;
  writer.compactString(topicName);
  const partitions = message.partitions;
  writer.compactArrayLength(partitions.length);
  for (const element of partitions)
    writeDescribeQuorumRequestPartitionData(writer, element, version);

  writer.noTaggedFields();
}

function writeDescribeQuorumRequestPartitionData(
  writer: ByteWriter,
  message: DescribeQuorumRequestPartitionDataInput,
  _version: number,
): void {
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);

  writer.noTaggedFields();
}

export interface DescribeQuorumResponse {
  errorCode: number;
  /** version 2 */
  errorMessage: string | null;
  topics: DescribeQuorumResponseTopicData[];
  /** version 2 */
  nodes: DescribeQuorumResponseNode[];
}

export interface DescribeQuorumResponseInput {
  readonly errorCode: number;
  readonly errorMessage?: string | null | undefined;
  readonly topics: readonly DescribeQuorumResponseTopicDataInput[];
  readonly nodes?: readonly DescribeQuorumResponseNodeInput[] | undefined;
}

export interface DescribeQuorumResponseTopicData {
  topicName: string;
  partitions: DescribeQuorumResponsePartitionData[];
}

export interface DescribeQuorumResponseTopicDataInput {
  readonly topicName: string;
  readonly partitions: readonly DescribeQuorumResponsePartitionDataInput[];
}

export interface DescribeQuorumResponsePartitionData {
  partitionIndex: number;
  errorCode: number;
  /** version 2 */
  errorMessage: string | null;
  leaderId: number;
  leaderEpoch: number;
  highWatermark: number;
  currentVoters: DescribeQuorumResponseReplicaState[];
  observers: DescribeQuorumResponseReplicaState[];
}

export interface DescribeQuorumResponsePartitionDataInput {
  readonly partitionIndex: number;
  readonly errorCode: number;
  readonly errorMessage?: string | null | undefined;
  readonly leaderId: number;
  readonly leaderEpoch: number;
  readonly highWatermark: number;
  readonly currentVoters: readonly DescribeQuorumResponseReplicaStateInput[];
  readonly observers: readonly DescribeQuorumResponseReplicaStateInput[];
}

export interface DescribeQuorumResponseReplicaState {
  replicaId: number;
  /** version 2 */
  replicaDirectoryId: string;
  logEndOffset: number;
  /** versions 1+; default -1 */
  lastFetchTimestamp: number;
  /** versions 1+; default -1 */
  lastCaughtUpTimestamp: number;
}

export interface DescribeQuorumResponseReplicaStateInput {
  readonly replicaId: number;
  readonly replicaDirectoryId?: string | undefined;
  readonly logEndOffset: number;
  readonly lastFetchTimestamp?: number | undefined;
  readonly lastCaughtUpTimestamp?: number | undefined;
}

export interface DescribeQuorumResponseNode {
  nodeId: number;
  listeners: DescribeQuorumResponseListener[];
}

export interface DescribeQuorumResponseNodeInput {
  readonly nodeId: number;
  readonly listeners: readonly DescribeQuorumResponseListenerInput[];
}

export interface DescribeQuorumResponseListener {
  name: string;
  host: string;
  port: number;
}

export interface DescribeQuorumResponseListenerInput {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

function readDescribeQuorumResponse(reader: ByteReader, version: number): DescribeQuorumResponse {
  const errorCode = reader.int16();
  const errorMessage = version === 2 ? reader.compactNullableString() : '';
  const topics: DescribeQuorumResponseTopicData[] = [];
  const topicsLength = reader.compactArrayLength(3);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readDescribeQuorumResponseTopicData(reader, version));
  const nodes: DescribeQuorumResponseNode[] = [];
  const nodesLength = version === 2 ? reader.compactArrayLength(6) : 0;
  for (let index = 0; index < nodesLength; index++)
    nodes.push(readDescribeQuorumResponseNode(reader, version));
  reader.skipTaggedFields();
  return { errorCode, errorMessage, topics, nodes };
}

function readDescribeQuorumResponseTopicData(
  reader: ByteReader,
  version: number,
): DescribeQuorumResponseTopicData {
  const topicName = reader.compactString();
  const partitions: DescribeQuorumResponsePartitionData[] = [];
  const partitionsLength = reader.compactArrayLength(25);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(readDescribeQuorumResponsePartitionData(reader, version));
  reader.skipTaggedFields();
  return { topicName, partitions };
}

function readDescribeQuorumResponsePartitionData(
  reader: ByteReader,
  version: number,
): DescribeQuorumResponsePartitionData {
  const partitionIndex = reader.int32();
  const errorCode = reader.int16();
  const errorMessage = version === 2 ? reader.compactNullableString() : '';
  const leaderId = reader.int32();
  const leaderEpoch = reader.int32();
  const highWatermark = reader.int64();
  const currentVoters: DescribeQuorumResponseReplicaState[] = [];
  const currentVotersLength = reader.compactArrayLength(13);
  for (let index = 0; index < currentVotersLength; index++)
    currentVoters.push(readDescribeQuorumResponseReplicaState(reader, version));
  const observers: DescribeQuorumResponseReplicaState[] = [];
  const observersLength = reader.compactArrayLength(13);
  for (let index = 0; index < observersLength; index++)
    observers.push(readDescribeQuorumResponseReplicaState(reader, version));
  reader.skipTaggedFields();
  return {
    partitionIndex,
    errorCode,
    errorMessage,
    leaderId,
    leaderEpoch,
    highWatermark,
    currentVoters,
    observers,
  };
}

function readDescribeQuorumResponseReplicaState(
  reader: ByteReader,
  version: number,
): DescribeQuorumResponseReplicaState {
  const replicaId = reader.int32();
  const replicaDirectoryId = version === 2 ? reader.uuid() : ZERO_UUID;
  const logEndOffset = reader.int64();
  const lastFetchTimestamp = version >= 1 ? reader.int64() : -1;
  const lastCaughtUpTimestamp = version >= 1 ? reader.int64() : -1;
  reader.skipTaggedFields();
  return { replicaId, replicaDirectoryId, logEndOffset, lastFetchTimestamp, lastCaughtUpTimestamp };
}

function readDescribeQuorumResponseNode(
  reader: ByteReader,
  version: number,
): DescribeQuorumResponseNode {
  const nodeId = reader.int32();
  const listeners: DescribeQuorumResponseListener[] = [];
  const listenersLength = reader.compactArrayLength(5);
  for (let index = 0; index < listenersLength; index++)
    listeners.push(readDescribeQuorumResponseListener(reader, version));
  reader.skipTaggedFields();
  return { nodeId, listeners };
}

function readDescribeQuorumResponseListener(
  reader: ByteReader,
  _version: number,
): DescribeQuorumResponseListener {
  const name = reader.compactString();
  const host = reader.compactString();
  const port = reader.uint16();
  reader.skipTaggedFields();
  return { name, host, port };
}

function writeDescribeQuorumResponse(
  writer: ByteWriter,
  message: DescribeQuorumResponseInput,
  version: number,
): void {
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  if (version === 2) {
    const errorMessage = message.errorMessage === undefined ? '' : message.errorMessage;
    writer.compactNullableString(errorMessage);
  }
  const topics = message.topics;
  writer.compactArrayLength(topics.length);
  for (const element of topics) writeDescribeQuorumResponseTopicData(writer, element, version);
  const nodes = message.nodes ?? [];
  if (version === 2) {
    writer.compactArrayLength(nodes.length);
    for (const element of nodes) writeDescribeQuorumResponseNode(writer, element, version);
  } else if (nodes.length !== 0) {
    throw new EncodeError(`DescribeQuorumResponse.nodes is not part of version ${version}`);
  }

  writer.noTaggedFields();
}

function writeDescribeQuorumResponseTopicData(
  writer: ByteWriter,
  message: DescribeQuorumResponseTopicDataInput,
  version: number,
): void {
  const topicName = message.topicName;
  writer.compactString(topicName);
  const partitions = message.partitions;
  writer.compactArrayLength(partitions.length);
  for (const element of partitions)
    writeDescribeQuorumResponsePartitionData(writer, element, version);

  writer.noTaggedFields();
}

function writeDescribeQuorumResponsePartitionData(
  writer: ByteWriter,
  message: DescribeQuorumResponsePartitionDataInput,
  version: number,
): void {
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  if (version === 2) {
    const errorMessage = message.errorMessage === undefined ? '' : message.errorMessage;
    writer.compactNullableString(errorMessage);
  }
  const leaderId = message.leaderId;
  writer.int32(leaderId);
  const leaderEpoch = message.leaderEpoch;
  writer.int32(leaderEpoch);
  const highWatermark = message.highWatermark;
  writer.int64(highWatermark);
  const currentVoters = message.currentVoters;
  writer.compactArrayLength(currentVoters.length);
  for (const element of currentVoters)
    writeDescribeQuorumResponseReplicaState(writer, element, version);
  const observers = message.observers;
  writer.compactArrayLength(observers.length);
  for (const element of observers)
    writeDescribeQuorumResponseReplicaState(writer, element, version);

  writer.noTaggedFields();
}

function writeDescribeQuorumResponseReplicaState(
  writer: ByteWriter,
  message: DescribeQuorumResponseReplicaStateInput,
  version: number,
): void {
  const replicaId = message.replicaId;
  writer.int32(replicaId);
  const replicaDirectoryId = message.replicaDirectoryId ?? ZERO_UUID;
  if (version === 2) {
    writer.uuid(replicaDirectoryId);
  } else if (replicaDirectoryId !== ZERO_UUID) {
    throw new EncodeError(
      `DescribeQuorumResponseReplicaState.replicaDirectoryId is not part of version ${version}`,
    );
  }
  const logEndOffset = message.logEndOffset;
  writer.int64(logEndOffset);
  if (version >= 1) {
    const lastFetchTimestamp = message.lastFetchTimestamp ?? -1;
    writer.int64(lastFetchTimestamp);
  }
  if (version >= 1) {
    const lastCaughtUpTimestamp = message.lastCaughtUpTimestamp ?? -1;
    writer.int64(lastCaughtUpTimestamp);
  }

  writer.noTaggedFields();
}

function writeDescribeQuorumResponseNode(
  writer: ByteWriter,
  message: DescribeQuorumResponseNodeInput,
  version: number,
): void {
  const nodeId = message.nodeId;
  writer.int32(nodeId);
  const listeners = message.listeners;
  writer.compactArrayLength(listeners.length);
  for (const element of listeners) writeDescribeQuorumResponseListener(writer, element, version);

  writer.noTaggedFields();
}

function writeDescribeQuorumResponseListener(
  writer: ByteWriter,
  message: DescribeQuorumResponseListenerInput,
  _version: number,
): void {
  const name = message.name;
  writer.compactString(name);
  const host = message.host;
  writer.compactString(host);
  const port = message.port;
  writer.uint16(port);

  writer.noTaggedFields();
}

export const describeQuorumApi: Api<
  DescribeQuorumRequest,
  DescribeQuorumRequestInput,
  DescribeQuorumResponse,
  DescribeQuorumResponseInput
> = {
  key: 55,
  name: 'DescribeQuorum',
  request: {
    name: 'DescribeQuorumRequest',
    minVersion: 0,
    maxVersion: 2,
    flexibleFrom: 0,
    read: readDescribeQuorumRequest,
    write: writeDescribeQuorumRequest,
  },
  response: {
    name: 'DescribeQuorumResponse',
    minVersion: 0,
    maxVersion: 2,
    flexibleFrom: 0,
    read: readDescribeQuorumResponse,
    write: writeDescribeQuorumResponse,
  },
};
