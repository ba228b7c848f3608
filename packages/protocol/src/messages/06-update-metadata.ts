// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { ZERO_UUID } from '../bytes/zero-values.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface UpdateMetadataRequest {
  controllerId: number;
  /** version 8; default false */
  isKRaftController: boolean;
  /** version 8; default 0 */
  type: number;
  controllerEpoch: number;
  /** versions 5+; default -1 */
  brokerEpoch: number;
  /** versions 0-4 */
  ungroupedPartitionStates: UpdateMetadataRequestUpdateMetadataPartitionState[];
  /** versions 5+ */
  topicStates: UpdateMetadataRequestUpdateMetadataTopicState[];
  liveBrokers: UpdateMetadataRequestUpdateMetadataBroker[];
}

export interface UpdateMetadataRequestInput {
  readonly controllerId: number;
  readonly isKRaftController?: boolean | undefined;
  readonly type?: number | undefined;
  readonly controllerEpoch: number;
  readonly brokerEpoch?: number | undefined;
  readonly ungroupedPartitionStates?:
    readonly UpdateMetadataRequestUpdateMetadataPartitionStateInput[] | undefined;
  readonly topicStates?: readonly UpdateMetadataRequestUpdateMetadataTopicStateInput[] | undefined;
  readonly liveBrokers: readonly UpdateMetadataRequestUpdateMetadataBrokerInput[];
}

export interface UpdateMetadataRequestUpdateMetadataPartitionState {
  /** versions 0-4 */
  topicName: string;
  partitionIndex: number;
  controllerEpoch: number;
  leader: number;
  leaderEpoch: number;
  isr: number[];
  zkVersion: number;
  replicas: number[];
  /** versions 4+ */
  offlineReplicas: number[];
}

export interface UpdateMetadataRequestUpdateMetadataPartitionStateInput {
  readonly topicName?: string | undefined;
  readonly partitionIndex: number;
  readonly controllerEpoch: number;
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly isr: readonly number[];
  readonly zkVersion: number;
  readonly replicas: readonly number[];
  readonly offlineReplicas?: readonly number[] | undefined;
}

export interface UpdateMetadataRequestUpdateMetadataTopicState {
  topicName: string;
  /** versions 7+ */
  topicId: string;
  partitionStates: UpdateMetadataRequestUpdateMetadataPartitionState[];
}

export interface UpdateMetadataRequestUpdateMetadataTopicStateInput {
  readonly topicName: string;
  readonly topicId?: string | undefined;
  readonly partitionStates: readonly UpdateMetadataRequestUpdateMetadataPartitionStateInput[];
}

export interface UpdateMetadataRequestUpdateMetadataBroker {
  id: number;
  /** version 0 */
  v0Host: string;
  /** version 0 */
  v0Port: number;
  /** versions 1+ */
  endpoints: UpdateMetadataRequestUpdateMetadataEndpoint[];
  /** versions 2+ */
  rack: string | null;
}

export interface UpdateMetadataRequestUpdateMetadataBrokerInput {
  readonly id: number;
  readonly v0Host?: string | undefined;
  readonly v0Port?: number | undefined;
  readonly endpoints?: readonly UpdateMetadataRequestUpdateMetadataEndpointInput[] | undefined;
  readonly rack?: string | null | undefined;
}

export interface UpdateMetadataRequestUpdateMetadataEndpoint {
  port: number;
  host: string;
  /** versions 3+ */
  listener: string;
  securityProtocol: number;
}

export interface UpdateMetadataRequestUpdateMetadataEndpointInput {
  readonly port: number;
  readonly host: string;
  readonly listener?: string | undefined;
  readonly securityProtocol: number;
}

function readUpdateMetadataRequest(reader: ByteReader, version: number): UpdateMetadataRequest {
  const flexible = version >= 6;
  const controllerId = reader.int32();
  const isKRaftController = version === 8 ? reader.bool() : false;
  const controllerEpoch = reader.int32();
  const brokerEpoch = version >= 5 ? reader.int64() : -1;
  const ungroupedPartitionStates: UpdateMetadataRequestUpdateMetadataPartitionState[] = [];
  const ungroupedPartitionStatesLength = version <= 4 ? reader.arrayLength(24) : 0;
  for (let index = 0; index < ungroupedPartitionStatesLength; index++)
    ungroupedPartitionStates.push(
      readUpdateMetadataRequestUpdateMetadataPartitionState(reader, version),
    );
  const topicStates: UpdateMetadataRequestUpdateMetadataTopicState[] = [];
  const topicStatesLength =
    version >= 5 ? (flexible ? reader.compactArrayLength(3) : reader.arrayLength(3)) : 0;
  for (let index = 0; index < topicStatesLength; index++)
    topicStates.push(readUpdateMetadataRequestUpdateMetadataTopicState(reader, version));
  const liveBrokers: UpdateMetadataRequestUpdateMetadataBroker[] = [];
  const liveBrokersLength = flexible ? reader.compactArrayLength(7) : reader.arrayLength(7);
  for (let index = 0; index < liveBrokersLength; index++)
    liveBrokers.push(readUpdateMetadataRequestUpdateMetadataBroker(reader, version));
  let type = 0;
  if (flexible) {
    const tagCount = reader.uvarint();
    for (let tagIndex = 0; tagIndex < tagCount; tagIndex++) {
      const tag = reader.uvarint();
      const tagEnd = reader.taggedFieldEnd();
      switch (tag) {
        case 0: {
          if (version < 8) {
            reader.position = tagEnd;
            break;
          }
          type = reader.int8();
          break;
        }
        default:
          reader.position = tagEnd;
      }
      reader.endTaggedField(tagEnd);
    }
  }

  return {
    controllerId,
    isKRaftController,
    type,
    controllerEpoch,
    brokerEpoch,
    ungroupedPartitionStates,
    topicStates,
    liveBrokers,
  };
}

function readUpdateMetadataRequestUpdateMetadataPartitionState(
  reader: ByteReader,
  version: number,
): UpdateMetadataRequestUpdateMetadataPartitionState {
  const flexible = version >= 6;
  const topicName = version <= 4 ? reader.string() : '';
  const partitionIndex = reader.int32();
  const controllerEpoch = reader.int32();
  const leader = reader.int32();
  const leaderEpoch = reader.int32();
  const isr: number[] = [];
  const isrLength = flexible ? reader.compactArrayLength(4) : reader.arrayLength(4);
  for (let index = 0; index < isrLength; index++)
    isr.push(flexible ? reader.int32() : reader.int32());
  const zkVersion = reader.int32();
  const replicas: number[] = [];
  const replicasLength = flexible ? reader.compactArrayLength(4) : reader.arrayLength(4);
  for (let index = 0; index < replicasLength; index++)
    replicas.push(flexible ? reader.int32() : reader.int32());
  const offlineReplicas: number[] = [];
  const offlineReplicasLength =
    version >= 4 ? (flexible ? reader.compactArrayLength(4) : reader.arrayLength(4)) : 0;
  for (let index = 0; index < offlineReplicasLength; index++)
    offlineReplicas.push(flexible ? reader.int32() : reader.int32());
  if (flexible) {
    reader.skipTaggedFields();
  }
  return {
    topicName,
    partitionIndex,
    controllerEpoch,
    leader,
    leaderEpoch,
    isr,
    zkVersion,
    replicas,
    offlineReplicas,
  };
}

function readUpdateMetadataRequestUpdateMetadataTopicState(
  reader: ByteReader,
  version: number,
): UpdateMetadataRequestUpdateMetadataTopicState {
  const flexible = version >= 6;
  const topicName = flexible ? reader.compactString() : reader.string();
  const topicId = version >= 7 ? reader.uuid() : ZERO_UUID;
  const partitionStates: UpdateMetadataRequestUpdateMetadataPartitionState[] = [];
  const partitionStatesLength = flexible ? reader.compactArrayLength(24) : reader.arrayLength(24);
  for (let index = 0; index < partitionStatesLength; index++)
    partitionStates.push(readUpdateMetadataRequestUpdateMetadataPartitionState(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { topicName, topicId, partitionStates };
}

function readUpdateMetadataRequestUpdateMetadataBroker(
  reader: ByteReader,
  version: number,
): UpdateMetadataRequestUpdateMetadataBroker {
  const flexible = version >= 6;
  const id = reader.int32();
  const v0Host = version === 0 ? reader.string() : '';
  const v0Port = version === 0 ? reader.int32() : 0;
  const endpoints: UpdateMetadataRequestUpdateMetadataEndpoint[] = [];
  const endpointsLength =
    version >= 1 ? (flexible ? reader.compactArrayLength(8) : reader.arrayLength(8)) : 0;
  for (let index = 0; index < endpointsLength; index++)
    endpoints.push(readUpdateMetadataRequestUpdateMetadataEndpoint(reader, version));
  const rack =
    version >= 2 ? (flexible ? reader.compactNullableString() : reader.nullableString()) : '';
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { id, v0Host, v0Port, endpoints, rack };
}

function readUpdateMetadataRequestUpdateMetadataEndpoint(
  reader: ByteReader,
  version: number,
): UpdateMetadataRequestUpdateMetadataEndpoint {
  const flexible = version >= 6;
  const port = reader.int32();
  const host = flexible ? reader.compactString() : reader.string();
  const listener = version >= 3 ? (flexible ? reader.compactString() : reader.string()) : '';
  const securityProtocol = reader.int16();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { port, host, listener, securityProtocol };
}

function writeUpdateMetadataRequest(
  writer: ByteWriter,
  message: UpdateMetadataRequestInput,
  version: number,
): void {
  const flexible = version >= 6;
  const controllerId = message.controllerId;
  writer.int32(controllerId);
  const isKRaftController = message.isKRaftController ?? false;
  if (version === 8) {
    writer.bool(isKRaftController);
  } else if (isKRaftController) {
    throw new EncodeError(
      `UpdateMetadataRequest.isKRaftController is not part of version ${version}`,
    );
  }
  const controllerEpoch = message.controllerEpoch;
  writer.int32(controllerEpoch);
  if (version >= 5) {
    const brokerEpoch = message.brokerEpoch ?? -1;
    writer.int64(brokerEpoch);
  }
  const ungroupedPartitionStates = message.ungroupedPartitionStates ?? [];
  if (version <= 4) {
    writer.arrayLength(ungroupedPartitionStates.length);
    for (const element of ungroupedPartitionStates)
      writeUpdateMetadataRequestUpdateMetadataPartitionState(writer, element, version);
  } else if (ungroupedPartitionStates.length !== 0) {
    throw new EncodeError(
      `UpdateMetadataRequest.ungroupedPartitionStates is not part of version ${version}`,
    );
  }
  const topicStates = message.topicStates ?? [];
  if (version >= 5) {
    if (flexible) writer.compactArrayLength(topicStates.length);
    else writer.arrayLength(topicStates.length);
    for (const element of topicStates)
      writeUpdateMetadataRequestUpdateMetadataTopicState(writer, element, version);
  } else if (topicStates.length !== 0) {
    throw new EncodeError(`UpdateMetadataRequest.topicStates is not part of version ${version}`);
  }
  const liveBrokers = message.liveBrokers;
  if (flexible) writer.compactArrayLength(liveBrokers.length);
  else writer.arrayLength(liveBrokers.length);
  for (const element of liveBrokers)
    writeUpdateMetadataRequestUpdateMetadataBroker(writer, element, version);
  const type = message.type ?? 0;
  if (version < 8 && type !== 0) {
    throw new EncodeError(`UpdateMetadataRequest.type is not part of version ${version}`);
  }
  if (flexible) {
    const hasType = version === 8 && type !== 0;
    writer.uvarint(hasType ? 1 : 0);
    if (hasType) {
      writer.uvarint(0);
      const mark = writer.beginSized();
      writer.int8(type);
      writer.endSized(mark);
    }
  }
}

function writeUpdateMetadataRequestUpdateMetadataPartitionState(
  writer: ByteWriter,
  message: UpdateMetadataRequestUpdateMetadataPartitionStateInput,
  version: number,
): void {
  const flexible = version >= 6;
  if (version <= 4) {
    const topicName = message.topicName ?? '';
    writer.string(topicName);
  }
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
  const controllerEpoch = message.controllerEpoch;
  writer.int32(controllerEpoch);
  const leader = message.leader;
  writer.int32(leader);
  const leaderEpoch = message.leaderEpoch;
  writer.int32(leaderEpoch);
  const isr = message.isr;
  if (flexible) writer.compactArrayLength(isr.length);
  else writer.arrayLength(isr.length);
  for (const element of isr) {
    writer.int32(element);
  }
  const zkVersion = message.zkVersion;
  writer.int32(zkVersion);
  const replicas = message.replicas;
  if (flexible) writer.compactArrayLength(replicas.length);
  else writer.arrayLength(replicas.length);
  for (const element of replicas) {
    writer.int32(element);
  }
  if (version >= 4) {
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

function writeUpdateMetadataRequestUpdateMetadataTopicState(
  writer: ByteWriter,
  message: UpdateMetadataRequestUpdateMetadataTopicStateInput,
  version: number,
): void {
  const flexible = version >= 6;
  const topicName = message.topicName;
  if (flexible) writer.compactString(topicName);
  else writer.string(topicName);
  if (version >= 7) {
    const topicId = message.topicId ?? ZERO_UUID;
    writer.uuid(topicId);
  }
  const partitionStates = message.partitionStates;
  if (flexible) writer.compactArrayLength(partitionStates.length);
  else writer.arrayLength(partitionStates.length);
  for (const element of partitionStates)
    writeUpdateMetadataRequestUpdateMetadataPartitionState(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeUpdateMetadataRequestUpdateMetadataBroker(
  writer: ByteWriter,
  message: UpdateMetadataRequestUpdateMetadataBrokerInput,
  version: number,
): void {
  const flexible = version >= 6;
  const id = message.id;
  writer.int32(id);
  if (version === 0) {
    const v0Host = message.v0Host ?? '';
    writer.string(v0Host);
  }
  if (version === 0) {
    const v0Port = message.v0Port ?? 0;
    writer.int32(v0Port);
  }
  if (version >= 1) {
    const endpoints = message.endpoints ?? [];
    if (flexible) writer.compactArrayLength(endpoints.length);
    else writer.arrayLength(endpoints.length);
    for (const element of endpoints)
      writeUpdateMetadataRequestUpdateMetadataEndpoint(writer, element, version);
  }
  if (version >= 2) {
    const rack = message.rack === undefined ? '' : message.rack;
    if (flexible) writer.compactNullableString(rack);
    else writer.nullableString(rack);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeUpdateMetadataRequestUpdateMetadataEndpoint(
  writer: ByteWriter,
  message: UpdateMetadataRequestUpdateMetadataEndpointInput,
  version: number,
): void {
  const flexible = version >= 6;
  const port = message.port;
  writer.int32(port);
  const host = message.host;
  if (flexible) writer.compactString(host);
  else writer.string(host);
  if (version >= 3) {
    const listener = message.listener ?? '';
    if (flexible) writer.compactString(listener);
    else writer.string(listener);
  }
  const securityProtocol = message.securityProtocol;
  writer.int16(securityProtocol);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface UpdateMetadataResponse {
  errorCode: number;
}

export interface UpdateMetadataResponseInput {
  readonly errorCode: number;
}

function readUpdateMetadataResponse(reader: ByteReader, version: number): UpdateMetadataResponse {
  const flexible = version >= 6;
  const errorCode = reader.int16();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { errorCode };
}

function writeUpdateMetadataResponse(
  writer: ByteWriter,
  message: UpdateMetadataResponseInput,
  version: number,
): void {
  const flexible = version >= 6;
  const errorCode = message.errorCode;
  writer.int16(errorCode);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const updateMetadataApi: Api<
  UpdateMetadataRequest,
  UpdateMetadataRequestInput,
  UpdateMetadataResponse,
  UpdateMetadataResponseInput
> = {
  key: 6,
  name: 'UpdateMetadata',
  request: {
    name: 'UpdateMetadataRequest',
    minVersion: 0,
    maxVersion: 8,
    flexibleFrom: 6,
    read: readUpdateMetadataRequest,
    write: writeUpdateMetadataRequest,
  },
  response: {
    name: 'UpdateMetadataResponse',
    minVersion: 0,
    maxVersion: 8,
    flexibleFrom: 6,
    read: readUpdateMetadataResponse,
    write: writeUpdateMetadataResponse,
  },
};
