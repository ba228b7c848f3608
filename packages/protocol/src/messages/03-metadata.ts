// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { ZERO_UUID } from '../bytes/zero-values.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface MetadataRequest {
  /** null in versions 1+ */
  topics: MetadataRequestMetadataRequestTopic[] | null;
  /** versions 4+; default true */
  allowAutoTopicCreation: boolean;
  /** versions 8-10 */
  includeClusterAuthorizedOperations: boolean;
  /** versions 8+ */
  includeTopicAuthorizedOperations: boolean;
}

export interface MetadataRequestInput {
  readonly topics: readonly MetadataRequestMetadataRequestTopicInput[] | null;
  readonly allowAutoTopicCreation?: boolean | undefined;
  readonly includeClusterAuthorizedOperations?: boolean | undefined;
  readonly includeTopicAuthorizedOperations?: boolean | undefined;
}

export interface MetadataRequestMetadataRequestTopic {
  /** versions 10+ */
  topicId: string;
  /** null in versions 10+ */
  name: string | null;
}

export interface MetadataRequestMetadataRequestTopicInput {
  readonly topicId?: string | undefined;
  readonly name: string | null;
}

function readMetadataRequest(reader: ByteReader, version: number): MetadataRequest {
  const flexible = version >= 9;
  let topics: MetadataRequestMetadataRequestTopic[] | null = null;
  const topicsLength =
    version >= 1
      ? flexible
        ? reader.compactNullableArrayLength(2)
        : reader.nullableArrayLength(2)
      : reader.arrayLength(2);
  if (topicsLength >= 0) {
    topics = [];
    for (let index = 0; index < topicsLength; index++)
      topics.push(readMetadataRequestMetadataRequestTopic(reader, version));
  }
  const allowAutoTopicCreation = version >= 4 ? reader.bool() : true;
  const includeClusterAuthorizedOperations = version >= 8 && version <= 10 ? reader.bool() : false;
  const includeTopicAuthorizedOperations = version >= 8 ? reader.bool() : false;
  if (flexible) {
    reader.skipTaggedFields();
  }
  return {
    topics,
    allowAutoTopicCreation,
    includeClusterAuthorizedOperations,
    includeTopicAuthorizedOperations,
  };
}

function readMetadataRequestMetadataRequestTopic(
  reader: ByteReader,
  version: number,
): MetadataRequestMetadataRequestTopic {
  const flexible = version >= 9;
  const topicId = version >= 10 ? reader.uuid() : ZERO_UUID;
  const name =
    version >= 10
      ? reader.compactNullableString()
      : flexible
        ? reader.compactString()
        : reader.string();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { topicId, name };
}

function writeMetadataRequest(
  writer: ByteWriter,
  message: MetadataRequestInput,
  version: number,
): void {
  const flexible = version >= 9;
  const topics = message.topics;
  if (version >= 1) {
    if (flexible) writer.compactArrayLength(topics === null ? -1 : topics.length);
    else writer.arrayLength(topics === null ? -1 : topics.length);
    if (topics !== null) {
      for (const element of topics)
        writeMetadataRequestMetadataRequestTopic(writer, element, version);
    }
  } else if (topics === null) {
    throw new EncodeError(
      `MetadataRequest.topics is null, which version ${version} does not allow`,
    );
  } else {
    writer.arrayLength(topics.length);
    for (const element of topics)
      writeMetadataRequestMetadataRequestTopic(writer, element, version);
  }
  const allowAutoTopicCreation = message.allowAutoTopicCreation ?? true;
  if (version >= 4) {
    writer.bool(allowAutoTopicCreation);
  } else if (!allowAutoTopicCreation) {
    throw new EncodeError(
      `MetadataRequest.allowAutoTopicCreation is not part of version ${version}`,
    );
  }
  const includeClusterAuthorizedOperations = message.includeClusterAuthorizedOperations ?? false;
  if (version >= 8 && version <= 10) {
    writer.bool(includeClusterAuthorizedOperations);
  } else if (includeClusterAuthorizedOperations) {
    throw new EncodeError(
      `MetadataRequest.includeClusterAuthorizedOperations is not part of version ${version}`,
    );
  }
  const includeTopicAuthorizedOperations = message.includeTopicAuthorizedOperations ?? false;
  if (version >= 8) {
    writer.bool(includeTopicAuthorizedOperations);
  } else if (includeTopicAuthorizedOperations) {
    throw new EncodeError(
      `MetadataRequest.includeTopicAuthorizedOperations is not part of version ${version}`,
    );
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeMetadataRequestMetadataRequestTopic(
  writer: ByteWriter,
  message: MetadataRequestMetadataRequestTopicInput,
  version: number,
): void {
  const flexible = version >= 9;
  if (version >= 10) {
    const topicId = message.topicId ?? ZERO_UUID;
    writer.uuid(topicId);
  }
  const name = message.name;
  if (version >= 10) {
    writer.compactNullableString(name);
  } else if (name === null) {
    throw new EncodeError(
      `MetadataRequestMetadataRequestTopic.name is null, which version ${version} does not allow`,
    );
  } else {
    if (flexible) writer.compactString(name);
    else writer.string(name);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface MetadataResponse {
  /** versions 3+ */
  throttleTimeMs: number;
  brokers: MetadataResponseMetadataResponseBroker[];
  /** versions 2+; default null */
  clusterId: string | null;
  /** versions 1+; default -1 */
  controllerId: number;
  topics: MetadataResponseMetadataResponseTopic[];
  /** versions 8-10; default -2147483648 */
  clusterAuthorizedOperations: number;
  /** version 13 */
  errorCode: number;
}

export interface MetadataResponseInput {
  readonly throttleTimeMs?: number | undefined;
  readonly brokers: readonly MetadataResponseMetadataResponseBrokerInput[];
  readonly clusterId?: string | null | undefined;
  readonly controllerId?: number | undefined;
  readonly topics: readonly MetadataResponseMetadataResponseTopicInput[];
  readonly clusterAuthorizedOperations?: number | undefined;
  readonly errorCode?: number | undefined;
}

export interface MetadataResponseMetadataResponseBroker {
  nodeId: number;
  host: string;
  port: number;
  /** versions 1+; default null */
  rack: string | null;
}

export interface MetadataResponseMetadataResponseBrokerInput {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
  readonly rack?: string | null | undefined;
}

export interface MetadataResponseMetadataResponseTopic {
  errorCode: number;
  /** null in versions 12+ */
  name: string | null;
  /** versions 10+ */
  topicId: string;
  /** versions 1+; default false */
  isInternal: boolean;
  partitions: MetadataResponseMetadataResponsePartition[];
  /** versions 8+; default -2147483648 */
  topicAuthorizedOperations: number;
}

export interface MetadataResponseMetadataResponseTopicInput {
  readonly errorCode: number;
  readonly name: string | null;
  readonly topicId?: string | undefined;
  readonly isInternal?: boolean | undefined;
  readonly partitions: readonly MetadataResponseMetadataResponsePartitionInput[];
  readonly topicAuthorizedOperations?: number | undefined;
}

export interface MetadataResponseMetadataResponsePartition {
  errorCode: number;
  partitionIndex: number;
  leaderId: number;
  /** versions 7+; default -1 */
  leaderEpoch: number;
  replicaNodes: number[];
  isrNodes: number[];
  /** versions 5+ */
  offlineReplicas: number[];
}

export interface MetadataResponseMetadataResponsePartitionInput {
  readonly errorCode: number;
  readonly partitionIndex: number;
  readonly leaderId: number;
  readonly leaderEpoch?: number | undefined;
  readonly replicaNodes: readonly number[];
  readonly isrNodes: readonly number[];
  readonly offlineReplicas?: readonly number[] | undefined;
}

function readMetadataResponse(reader: ByteReader, version: number): MetadataResponse {
  const flexible = version >= 9;
  const throttleTimeMs = version >= 3 ? reader.int32() : 0;
  const brokers: MetadataResponseMetadataResponseBroker[] = [];
  const brokersLength = flexible ? reader.compactArrayLength(10) : reader.arrayLength(10);
  for (let index = 0; index < brokersLength; index++)
    brokers.push(readMetadataResponseMetadataResponseBroker(reader, version));
  const clusterId =
    version >= 2 ? (flexible ? reader.compactNullableString() : reader.nullableString()) : null;
  const controllerId = version >= 1 ? reader.int32() : -1;
  const topics: MetadataResponseMetadataResponseTopic[] = [];
  const topicsLength = flexible ? reader.compactArrayLength(8) : reader.arrayLength(8);
  for (let index = 0; index < topicsLength; index++)
    topics.push(readMetadataResponseMetadataResponseTopic(reader, version));
  const clusterAuthorizedOperations = version >= 8 && version <= 10 ? reader.int32() : -2147483648;
  const errorCode = version === 13 ? reader.int16() : 0;
  if (flexible) {
    reader.skipTaggedFields();
  }
  return {
    throttleTimeMs,
    brokers,
    clusterId,
    controllerId,
    topics,
    clusterAuthorizedOperations,
    errorCode,
  };
}

function readMetadataResponseMetadataResponseBroker(
  reader: ByteReader,
  version: number,
): MetadataResponseMetadataResponseBroker {
  const flexible = version >= 9;
  const nodeId = reader.int32();
  const host = flexible ? reader.compactString() : reader.string();
  const port = reader.int32();
  const rack =
    version >= 1 ? (flexible ? reader.compactNullableString() : reader.nullableString()) : null;
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { nodeId, host, port, rack };
}

function readMetadataResponseMetadataResponseTopic(
  reader: ByteReader,
  version: number,
): MetadataResponseMetadataResponseTopic {
  const flexible = version >= 9;
  const errorCode = reader.int16();
  const name =
    version >= 12
      ? reader.compactNullableString()
      : flexible
        ? reader.compactString()
        : reader.string();
  const topicId = version >= 10 ? reader.uuid() : ZERO_UUID;
  const isInternal = version >= 1 ? reader.bool() : false;
  const partitions: MetadataResponseMetadataResponsePartition[] = [];
  const partitionsLength = flexible ? reader.compactArrayLength(18) : reader.arrayLength(18);
  for (let index = 0; index < partitionsLength; index++)
    partitions.push(readMetadataResponseMetadataResponsePartition(reader, version));
  const topicAuthorizedOperations = version >= 8 ? reader.int32() : -2147483648;
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { errorCode, name, topicId, isInternal, partitions, topicAuthorizedOperations };
}

function readMetadataResponseMetadataResponsePartition(
  reader: ByteReader,
  version: number,
): MetadataResponseMetadataResponsePartition {
  const flexible = version >= 9;
  const errorCode = reader.int16();
  const partitionIndex = reader.int32();
  const leaderId = reader.int32();
  const leaderEpoch = version >= 7 ? reader.int32() : -1;
  const replicaNodes: number[] = [];
  const replicaNodesLength = flexible ? reader.compactArrayLength(4) : reader.arrayLength(4);
  for (let index = 0; index < replicaNodesLength; index++)
    replicaNodes.push(flexible ? reader.int32() : reader.int32());
  const isrNodes: number[] = [];
  const isrNodesLength = flexible ? reader.compactArrayLength(4) : reader.arrayLength(4);
  for (let index = 0; index < isrNodesLength; index++)
    isrNodes.push(flexible ? reader.int32() : reader.int32());
  const offlineReplicas: number[] = [];
  const offlineReplicasLength =
    version >= 5 ? (flexible ? reader.compactArrayLength(4) : reader.arrayLength(4)) : 0;
  for (let index = 0; index < offlineReplicasLength; index++)
    offlineReplicas.push(flexible ? reader.int32() : reader.int32());
  if (flexible) {
    reader.skipTaggedFields();
  }
  return {
    errorCode,
    partitionIndex,
    leaderId,
    leaderEpoch,
    replicaNodes,
    isrNodes,
    offlineReplicas,
  };
}

function writeMetadataResponse(
  writer: ByteWriter,
  message: MetadataResponseInput,
  version: number,
): void {
  const flexible = version >= 9;
  if (version >= 3) {
    const throttleTimeMs = message.throttleTimeMs ?? 0;
    writer.int32(throttleTimeMs);
  }
  const brokers = message.brokers;
  if (flexible) writer.compactArrayLength(brokers.length);
  else writer.arrayLength(brokers.length);
  for (const element of brokers)
    writeMetadataResponseMetadataResponseBroker(writer, element, version);
  if (version >= 2) {
    const clusterId = message.clusterId ?? null;
    if (flexible) writer.compactNullableString(clusterId);
    else writer.nullableString(clusterId);
  }
  if (version >= 1) {
    const controllerId = message.controllerId ?? -1;
    writer.int32(controllerId);
  }
  const topics = message.topics;
  if (flexible) writer.compactArrayLength(topics.length);
  else writer.arrayLength(topics.length);
  for (const element of topics)
    writeMetadataResponseMetadataResponseTopic(writer, element, version);
  const clusterAuthorizedOperations = message.clusterAuthorizedOperations ?? -2147483648;
  if (version >= 8 && version <= 10) {
    writer.int32(clusterAuthorizedOperations);
  } else if (clusterAuthorizedOperations !== -2147483648) {
    throw new EncodeError(
      `MetadataResponse.clusterAuthorizedOperations is not part of version ${version}`,
    );
  }
  if (version === 13) {
    const errorCode = message.errorCode ?? 0;
    writer.int16(errorCode);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeMetadataResponseMetadataResponseBroker(
  writer: ByteWriter,
  message: MetadataResponseMetadataResponseBrokerInput,
  version: number,
): void {
  const flexible = version >= 9;
  const nodeId = message.nodeId;
  writer.int32(nodeId);
  const host = message.host;
  if (flexible) writer.compactString(host);
  else writer.string(host);
  const port = message.port;
  writer.int32(port);
  if (version >= 1) {
    const rack = message.rack ?? null;
    if (flexible) writer.compactNullableString(rack);
    else writer.nullableString(rack);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeMetadataResponseMetadataResponseTopic(
  writer: ByteWriter,
  message: MetadataResponseMetadataResponseTopicInput,
  version: number,
): void {
  const flexible = version >= 9;
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const name = message.name;
  if (version >= 12) {
    writer.compactNullableString(name);
  } else if (name === null) {
    throw new EncodeError(
      `MetadataResponseMetadataResponseTopic.name is null, which version ${version} does not allow`,
    );
  } else {
    if (flexible) writer.compactString(name);
    else writer.string(name);
  }
  if (version >= 10) {
    const topicId = message.topicId ?? ZERO_UUID;
    writer.uuid(topicId);
  }
  if (version >= 1) {
    const isInternal = message.isInternal ?? false;
    writer.bool(isInternal);
  }
  const partitions = message.partitions;
  if (flexible) writer.compactArrayLength(partitions.length);
  else writer.arrayLength(partitions.length);
  for (const element of partitions)
    writeMetadataResponseMetadataResponsePartition(writer, element, version);
  const topicAuthorizedOperations = message.topicAuthorizedOperations ?? -2147483648;
  if (version >= 8) {
    writer.int32(topicAuthorizedOperations);
  } else if (topicAuthorizedOperations !== -2147483648) {
    throw new EncodeError(
      `MetadataResponseMetadataResponseTopic.topicAuthorizedOperations is not part of version ${version}`,
    );
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeMetadataResponseMetadataResponsePartition(
  writer: ByteWriter,
  message: MetadataResponseMetadataResponsePartitionInput,
  version: number,
): void {
  const flexible = version >= 9;
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
  const leaderId = message.leaderId;
  writer.int32(leaderId);
  if (version >= 7) {
    const leaderEpoch = message.leaderEpoch ?? -1;
    writer.int32(leaderEpoch);
  }
  const replicaNodes = message.replicaNodes;
  if (flexible) writer.compactArrayLength(replicaNodes.length);
  else writer.arrayLength(replicaNodes.length);
  for (const element of replicaNodes) {
    writer.int32(element);
  }
  const isrNodes = message.isrNodes;
  if (flexible) writer.compactArrayLength(isrNodes.length);
  else writer.arrayLength(isrNodes.length);
  for (const element of isrNodes) {
    writer.int32(element);
  }
  if (version >= 5) {
    const offlineReplicas = message.offlineReplicas ?? [];
    if (flexible) writer.compactArrayLength(offlineReplicas.length);
    else writer.arrayLength(offlineReplicas.length);
    for (const element of offlineReplicas) {
      writer.int32(element);
    }
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const metadataApi: Api<
  MetadataRequest,
  MetadataRequestInput,
  MetadataResponse,
  MetadataResponseInput
> = {
  key: 3,
  name: 'Metadata',
  request: {
    name: 'MetadataRequest',
    minVersion: 0,
    maxVersion: 13,
    flexibleFrom: 9,
    read: readMetadataRequest,
    write: writeMetadataRequest,
  },
  response: {
    name: 'MetadataResponse',
    minVersion: 0,
    maxVersion: 13,
    flexibleFrom: 9,
    read: readMetadataResponse,
    write: writeMetadataResponse,
  },
};
