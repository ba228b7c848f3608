// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { ZERO_UUID } from '../bytes/zero-values.ts';
import { EncodeError } from '../errors/decode-error.ts';
import type { Api } from '../message-codec.ts';

export interface LeaderAndIsrRequest {
  controllerId: number;
  /** version 7; default false */
  isKRaftController: boolean;
  controllerEpoch: number;
  /** versions 2+; default -1 */
  brokerEpoch: number;
  /** versions 5+ */
  type: number;
  /** versions 0-1 */
  ungroupedPartitionStates: LeaderAndIsrRequestLeaderAndIsrPartitionState[];
  /** versions 2+ */
  topicStates: LeaderAndIsrRequestLeaderAndIsrTopicState[];
  liveLeaders: LeaderAndIsrRequestLeaderAndIsrLiveLeader[];
}

export interface LeaderAndIsrRequestInput {
  readonly controllerId: number;
  readonly isKRaftController?: boolean | undefined;
  readonly controllerEpoch: number;
  readonly brokerEpoch?: number | undefined;
  readonly type?: number | undefined;
  readonly ungroupedPartitionStates?:
    readonly LeaderAndIsrRequestLeaderAndIsrPartitionStateInput[] | undefined;
  readonly topicStates?: readonly LeaderAndIsrRequestLeaderAndIsrTopicStateInput[] | undefined;
  readonly liveLeaders: readonly LeaderAndIsrRequestLeaderAndIsrLiveLeaderInput[];
}

export interface LeaderAndIsrRequestLeaderAndIsrPartitionState {
  /** versions 0-1 */
  topicName: string;
  partitionIndex: number;
  controllerEpoch: number;
  leader: number;
  leaderEpoch: number;
  isr: number[];
  partitionEpoch: number;
  replicas: number[];
  /** versions 3+ */
  addingReplicas: number[];
  /** versions 3+ */
  removingReplicas: number[];
  /** versions 1+; default false */
  isNew: boolean;
  /** versions 6+; default 0 */
  leaderRecoveryState: number;
}

export interface LeaderAndIsrRequestLeaderAndIsrPartitionStateInput {
  readonly topicName?: string | undefined;
  readonly partitionIndex: number;
  readonly controllerEpoch: number;
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly isr: readonly number[];
  readonly partitionEpoch: number;
  readonly replicas: readonly number[];
  readonly addingReplicas?: readonly number[] | undefined;
  readonly removingReplicas?: readonly number[] | undefined;
  readonly isNew?: boolean | undefined;
  readonly leaderRecoveryState?: number | undefined;
}

export interface LeaderAndIsrRequestLeaderAndIsrTopicState {
  topicName: string;
  /** versions 5+ */
  topicId: string;
  partitionStates: LeaderAndIsrRequestLeaderAndIsrPartitionState[];
}

export interface LeaderAndIsrRequestLeaderAndIsrTopicStateInput {
  readonly topicName: string;
  readonly topicId?: string | undefined;
  readonly partitionStates: readonly LeaderAndIsrRequestLeaderAndIsrPartitionStateInput[];
}

export interface LeaderAndIsrRequestLeaderAndIsrLiveLeader {
  brokerId: number;
  hostName: string;
  port: number;
}

export interface LeaderAndIsrRequestLeaderAndIsrLiveLeaderInput {
  readonly brokerId: number;
  readonly hostName: string;
  readonly port: number;
}

function readLeaderAndIsrRequest(reader: ByteReader, version: number): LeaderAndIsrRequest {
  const flexible = version >= 4;
  const controllerId = reader.int32();
  const isKRaftController = version === 7 ? reader.bool() : false;
  const controllerEpoch = reader.int32();
  const brokerEpoch = version >= 2 ? reader.int64() : -1;
  const type = version >= 5 ? reader.int8() : 0;
  const ungroupedPartitionStates: LeaderAndIsrRequestLeaderAndIsrPartitionState[] = [];
  const ungroupedPartitionStatesLength = version <= 1 ? reader.arrayLength(26) : 0;
  for (let index = 0; index < ungroupedPartitionStatesLength; index++)
    ungroupedPartitionStates.push(
      readLeaderAndIsrRequestLeaderAndIsrPartitionState(reader, version),
    );
  const topicStates: LeaderAndIsrRequestLeaderAndIsrTopicState[] = [];
  const topicStatesLength =
    version >= 2 ? (flexible ? reader.compactArrayLength(3) : reader.arrayLength(3)) : 0;
  for (let index = 0; index < topicStatesLength; index++)
    topicStates.push(readLeaderAndIsrRequestLeaderAndIsrTopicState(reader, version));
  const liveLeaders: LeaderAndIsrRequestLeaderAndIsrLiveLeader[] = [];
  const liveLeadersLength = flexible ? reader.compactArrayLength(10) : reader.arrayLength(10);
  for (let index = 0; index < liveLeadersLength; index++)
    liveLeaders.push(readLeaderAndIsrRequestLeaderAndIsrLiveLeader(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return {
    controllerId,
    isKRaftController,
    controllerEpoch,
    brokerEpoch,
    type,
    ungroupedPartitionStates,
    topicStates,
    liveLeaders,
  };
}

function readLeaderAndIsrRequestLeaderAndIsrPartitionState(
  reader: ByteReader,
  version: number,
): LeaderAndIsrRequestLeaderAndIsrPartitionState {
  const flexible = version >= 4;
  const topicName = version <= 1 ? reader.string() : '';
  const partitionIndex = reader.int32();
  const controllerEpoch = reader.int32();
  const leader = reader.int32();
  const leaderEpoch = reader.int32();
  const isr: number[] = [];
  const isrLength = flexible ? reader.compactArrayLength(4) : reader.arrayLength(4);
  for (let index = 0; index < isrLength; index++)
    isr.push(flexible ? reader.int32() : reader.int32());
  const partitionEpoch = reader.int32();
  const replicas: number[] = [];
  const replicasLength = flexible ? reader.compactArrayLength(4) : reader.arrayLength(4);
  for (let index = 0; index < replicasLength; index++)
    replicas.push(flexible ? reader.int32() : reader.int32());
  const addingReplicas: number[] = [];
  const addingReplicasLength =
    version >= 3 ? (flexible ? reader.compactArrayLength(4) : reader.arrayLength(4)) : 0;
  for (let index = 0; index < addingReplicasLength; index++)
    addingReplicas.push(flexible ? reader.int32() : reader.int32());
  const removingReplicas: number[] = [];
  const removingReplicasLength =
    version >= 3 ? (flexible ? reader.compactArrayLength(4) : reader.arrayLength(4)) : 0;
  for (let index = 0; index < removingReplicasLength; index++)
    removingReplicas.push(flexible ? reader.int32() : reader.int32());
  const isNew = version >= 1 ? reader.bool() : false;
  const leaderRecoveryState = version >= 6 ? reader.int8() : 0;
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
    partitionEpoch,
    replicas,
    addingReplicas,
    removingReplicas,
    isNew,
    leaderRecoveryState,
  };
}

function readLeaderAndIsrRequestLeaderAndIsrTopicState(
  reader: ByteReader,
  version: number,
): LeaderAndIsrRequestLeaderAndIsrTopicState {
  const flexible = version >= 4;
  const topicName = flexible ? reader.compactString() : reader.string();
  const topicId = version >= 5 ? reader.uuid() : ZERO_UUID;
  const partitionStates: LeaderAndIsrRequestLeaderAndIsrPartitionState[] = [];
  const partitionStatesLength = flexible ? reader.compactArrayLength(26) : reader.arrayLength(26);
  for (let index = 0; index < partitionStatesLength; index++)
    partitionStates.push(readLeaderAndIsrRequestLeaderAndIsrPartitionState(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { topicName, topicId, partitionStates };
}

function readLeaderAndIsrRequestLeaderAndIsrLiveLeader(
  reader: ByteReader,
  version: number,
): LeaderAndIsrRequestLeaderAndIsrLiveLeader {
  const flexible = version >= 4;
  const brokerId = reader.int32();
  const hostName = flexible ? reader.compactString() : reader.string();
  const port = reader.int32();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { brokerId, hostName, port };
}

function writeLeaderAndIsrRequest(
  writer: ByteWriter,
  message: LeaderAndIsrRequestInput,
  version: number,
): void {
  const flexible = version >= 4;
  const controllerId = message.controllerId;
  writer.int32(controllerId);
  const isKRaftController = message.isKRaftController ?? false;
  if (version === 7) {
    writer.bool(isKRaftController);
  } else if (isKRaftController) {
    throw new EncodeError(
      `LeaderAndIsrRequest.isKRaftController is not part of version ${version}`,
    );
  }
  const controllerEpoch = message.controllerEpoch;
  writer.int32(controllerEpoch);
  if (version >= 2) {
    const brokerEpoch = message.brokerEpoch ?? -1;
    writer.int64(brokerEpoch);
  }
  const type = message.type ?? 0;
  if (version >= 5) {
    writer.int8(type);
  } else if (type !== 0) {
    throw new EncodeError(`LeaderAndIsrRequest.type is not part of version ${version}`);
  }
  const ungroupedPartitionStates = message.ungroupedPartitionStates ?? [];
  if (version <= 1) {
    writer.arrayLength(ungroupedPartitionStates.length);
    for (const element of ungroupedPartitionStates)
      writeLeaderAndIsrRequestLeaderAndIsrPartitionState(writer, element, version);
  } else if (ungroupedPartitionStates.length !== 0) {
    throw new EncodeError(
      `LeaderAndIsrRequest.ungroupedPartitionStates is not part of version ${version}`,
    );
  }
  const topicStates = message.topicStates ?? [];
  if (version >= 2) {
    if (flexible) writer.compactArrayLength(topicStates.length);
    else writer.arrayLength(topicStates.length);
    for (const element of topicStates)
      writeLeaderAndIsrRequestLeaderAndIsrTopicState(writer, element, version);
  } else if (topicStates.length !== 0) {
    throw new EncodeError(`LeaderAndIsrRequest.topicStates is not part of version ${version}`);
  }
  const liveLeaders = message.liveLeaders;
  if (flexible) writer.compactArrayLength(liveLeaders.length);
  else writer.arrayLength(liveLeaders.length);
  for (const element of liveLeaders)
    writeLeaderAndIsrRequestLeaderAndIsrLiveLeader(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeLeaderAndIsrRequestLeaderAndIsrPartitionState(
  writer: ByteWriter,
  message: LeaderAndIsrRequestLeaderAndIsrPartitionStateInput,
  version: number,
): void {
  const flexible = version >= 4;
  if (version <= 1) {
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
  const partitionEpoch = message.partitionEpoch;
  writer.int32(partitionEpoch);
  const replicas = message.replicas;
  if (flexible) writer.compactArrayLength(replicas.length);
  else writer.arrayLength(replicas.length);
  for (const element of replicas) {
    writer.int32(element);
  }
  if (version >= 3) {
    const addingReplicas = message.addingReplicas ?? [];
    if (flexible) writer.compactArrayLength(addingReplicas.length);
    else writer.arrayLength(addingReplicas.length);
    for (const element of addingReplicas) {
      writer.int32(element);
    }
  }
  if (version >= 3) {
    const removingReplicas = message.removingReplicas ?? [];
    if (flexible) writer.compactArrayLength(removingReplicas.length);
    else writer.arrayLength(removingReplicas.length);
    for (const element of removingReplicas) {
      writer.int32(element);
    }
  }
  if (version >= 1) {
    const isNew = message.isNew ?? false;
    writer.bool(isNew);
  }
  const leaderRecoveryState = message.leaderRecoveryState ?? 0;
  if (version >= 6) {
    writer.int8(leaderRecoveryState);
  } else if (leaderRecoveryState !== 0) {
    throw new EncodeError(
      `LeaderAndIsrRequestLeaderAndIsrPartitionState.leaderRecoveryState is not part of version ${version}`,
    );
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeLeaderAndIsrRequestLeaderAndIsrTopicState(
  writer: ByteWriter,
  message: LeaderAndIsrRequestLeaderAndIsrTopicStateInput,
  version: number,
): void {
  const flexible = version >= 4;
  const topicName = message.topicName;
  if (flexible) writer.compactString(topicName);
  else writer.string(topicName);
  if (version >= 5) {
    const topicId = message.topicId ?? ZERO_UUID;
    writer.uuid(topicId);
  }
  const partitionStates = message.partitionStates;
  if (flexible) writer.compactArrayLength(partitionStates.length);
  else writer.arrayLength(partitionStates.length);
  for (const element of partitionStates)
    writeLeaderAndIsrRequestLeaderAndIsrPartitionState(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeLeaderAndIsrRequestLeaderAndIsrLiveLeader(
  writer: ByteWriter,
  message: LeaderAndIsrRequestLeaderAndIsrLiveLeaderInput,
  version: number,
): void {
  const flexible = version >= 4;
  const brokerId = message.brokerId;
  writer.int32(brokerId);
  const hostName = message.hostName;
  if (flexible) writer.compactString(hostName);
  else writer.string(hostName);
  const port = message.port;
  writer.int32(port);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface LeaderAndIsrResponse {
  errorCode: number;
  /** versions 0-4 */
  partitionErrors: LeaderAndIsrResponseLeaderAndIsrPartitionError[];
  /** versions 5+ */
  topics: LeaderAndIsrResponseLeaderAndIsrTopicError[];
}

export interface LeaderAndIsrResponseInput {
  readonly errorCode: number;
  readonly partitionErrors?:
    readonly LeaderAndIsrResponseLeaderAndIsrPartitionErrorInput[] | undefined;
  readonly topics?: readonly LeaderAndIsrResponseLeaderAndIsrTopicErrorInput[] | undefined;
}

export interface LeaderAndIsrResponseLeaderAndIsrPartitionError {
  /** versions 0-4 */
  topicName: string;
  partitionIndex: number;
  errorCode: number;
}

export interface LeaderAndIsrResponseLeaderAndIsrPartitionErrorInput {
  readonly topicName?: string | undefined;
  readonly partitionIndex: number;
  readonly errorCode: number;
}

export interface LeaderAndIsrResponseLeaderAndIsrTopicError {
  topicId: string;
  partitionErrors: LeaderAndIsrResponseLeaderAndIsrPartitionError[];
}

export interface LeaderAndIsrResponseLeaderAndIsrTopicErrorInput {
  readonly topicId: string;
  readonly partitionErrors: readonly LeaderAndIsrResponseLeaderAndIsrPartitionErrorInput[];
}

function readLeaderAndIsrResponse(reader: ByteReader, version: number): LeaderAndIsrResponse {
  const flexible = version >= 4;
  const errorCode = reader.int16();
  const partitionErrors: LeaderAndIsrResponseLeaderAndIsrPartitionError[] = [];
  const partitionErrorsLength =
    version <= 4 ? (flexible ? reader.compactArrayLength(7) : reader.arrayLength(7)) : 0;
  for (let index = 0; index < partitionErrorsLength; index++)
    partitionErrors.push(readLeaderAndIsrResponseLeaderAndIsrPartitionError(reader, version));
  const topics: LeaderAndIsrResponseLeaderAndIsrTopicError[] = [];
  const topicsLength = version >= 5 ? reader.compactArrayLength(18) : 0;
  for (let index = 0; index < topicsLength; index++)
    topics.push(readLeaderAndIsrResponseLeaderAndIsrTopicError(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { errorCode, partitionErrors, topics };
}

function readLeaderAndIsrResponseLeaderAndIsrPartitionError(
  reader: ByteReader,
  version: number,
): LeaderAndIsrResponseLeaderAndIsrPartitionError {
  const flexible = version >= 4;
  const topicName = version <= 4 ? (flexible ? reader.compactString() : reader.string()) : '';
  const partitionIndex = reader.int32();
  const errorCode = reader.int16();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { topicName, partitionIndex, errorCode };
}

function readLeaderAndIsrResponseLeaderAndIsrTopicError(
  reader: ByteReader,
  version: number,
): LeaderAndIsrResponseLeaderAndIsrTopicError {
  const topicId = reader.uuid();
  const partitionErrors: LeaderAndIsrResponseLeaderAndIsrPartitionError[] = [];
  const partitionErrorsLength = reader.compactArrayLength(7);
  for (let index = 0; index < partitionErrorsLength; index++)
    partitionErrors.push(readLeaderAndIsrResponseLeaderAndIsrPartitionError(reader, version));
  reader.skipTaggedFields();
  return { topicId, partitionErrors };
}

function writeLeaderAndIsrResponse(
  writer: ByteWriter,
  message: LeaderAndIsrResponseInput,
  version: number,
): void {
  const flexible = version >= 4;
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const partitionErrors = message.partitionErrors ?? [];
  if (version <= 4) {
    if (flexible) writer.compactArrayLength(partitionErrors.length);
    else writer.arrayLength(partitionErrors.length);
    for (const element of partitionErrors)
      writeLeaderAndIsrResponseLeaderAndIsrPartitionError(writer, element, version);
  } else if (partitionErrors.length !== 0) {
    throw new EncodeError(`LeaderAndIsrResponse.partitionErrors is not part of version ${version}`);
  }
  const topics = message.topics ?? [];
  if (version >= 5) {
    writer.compactArrayLength(topics.length);
    for (const element of topics)
      writeLeaderAndIsrResponseLeaderAndIsrTopicError(writer, element, version);
  } else if (topics.length !== 0) {
    throw new EncodeError(`LeaderAndIsrResponse.topics is not part of version ${version}`);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeLeaderAndIsrResponseLeaderAndIsrPartitionError(
  writer: ByteWriter,
  message: LeaderAndIsrResponseLeaderAndIsrPartitionErrorInput,
  version: number,
): void {
  const flexible = version >= 4;
  if (version <= 4) {
    const topicName = message.topicName ?? '';
    if (flexible) writer.compactString(topicName);
    else writer.string(topicName);
  }
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);
  const errorCode = message.errorCode;
  writer.int16(errorCode);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeLeaderAndIsrResponseLeaderAndIsrTopicError(
  writer: ByteWriter,
  message: LeaderAndIsrResponseLeaderAndIsrTopicErrorInput,
  version: number,
): void {
  const topicId = message.topicId;
  writer.uuid(topicId);
  const partitionErrors = message.partitionErrors;
  writer.compactArrayLength(partitionErrors.length);
  for (const element of partitionErrors)
    writeLeaderAndIsrResponseLeaderAndIsrPartitionError(writer, element, version);

  writer.noTaggedFields();
}

export const leaderAndIsrApi: Api<
  LeaderAndIsrRequest,
  LeaderAndIsrRequestInput,
  LeaderAndIsrResponse,
  LeaderAndIsrResponseInput
> = {
  key: 4,
  name: 'LeaderAndIsr',
  request: {
    name: 'LeaderAndIsrRequest',
    minVersion: 0,
    maxVersion: 7,
    flexibleFrom: 4,
    read: readLeaderAndIsrRequest,
    write: writeLeaderAndIsrRequest,
  },
  response: {
    name: 'LeaderAndIsrResponse',
    minVersion: 0,
    maxVersion: 7,
    flexibleFrom: 4,
    read: readLeaderAndIsrResponse,
    write: writeLeaderAndIsrResponse,
  },
};
