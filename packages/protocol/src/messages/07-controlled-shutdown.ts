// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Api } from '../message-codec.ts';

export interface ControlledShutdownRequest {
  brokerId: number;
  /** versions 2+; default -1 */
  brokerEpoch: number;
}

export interface ControlledShutdownRequestInput {
  readonly brokerId: number;
  readonly brokerEpoch?: number | undefined;
}

function readControlledShutdownRequest(
  reader: ByteReader,
  version: number,
): ControlledShutdownRequest {
  const flexible = version === 3;
  const brokerId = reader.int32();
  const brokerEpoch = version >= 2 ? reader.int64() : -1;
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { brokerId, brokerEpoch };
}

function writeControlledShutdownRequest(
  writer: ByteWriter,
  message: ControlledShutdownRequestInput,
  version: number,
): void {
  const flexible = version === 3;
  const brokerId = message.brokerId;
  writer.int32(brokerId);
  if (version >= 2) {
    const brokerEpoch = message.brokerEpoch ?? -1;
    writer.int64(brokerEpoch);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

export interface ControlledShutdownResponse {
  errorCode: number;
  remainingPartitions: ControlledShutdownResponseRemainingPartition[];
}

export interface ControlledShutdownResponseInput {
  readonly errorCode: number;
  readonly remainingPartitions: readonly ControlledShutdownResponseRemainingPartitionInput[];
}

export interface ControlledShutdownResponseRemainingPartition {
  topicName: string;
  partitionIndex: number;
}

export interface ControlledShutdownResponseRemainingPartitionInput {
  readonly topicName: string;
  readonly partitionIndex: number;
}

function readControlledShutdownResponse(
  reader: ByteReader,
  version: number,
): ControlledShutdownResponse {
  const flexible = version === 3;
  const errorCode = reader.int16();
  const remainingPartitions: ControlledShutdownResponseRemainingPartition[] = [];
  const remainingPartitionsLength = flexible ? reader.compactArrayLength(6) : reader.arrayLength(6);
  for (let index = 0; index < remainingPartitionsLength; index++)
    remainingPartitions.push(readControlledShutdownResponseRemainingPartition(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { errorCode, remainingPartitions };
}

function readControlledShutdownResponseRemainingPartition(
  reader: ByteReader,
  version: number,
): ControlledShutdownResponseRemainingPartition {
  const flexible = version === 3;
  const topicName = flexible ? reader.compactString() : reader.string();
  const partitionIndex = reader.int32();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { topicName, partitionIndex };
}

function writeControlledShutdownResponse(
  writer: ByteWriter,
  message: ControlledShutdownResponseInput,
  version: number,
): void {
  const flexible = version === 3;
  const errorCode = message.errorCode;
  writer.int16(errorCode);
  const remainingPartitions = message.remainingPartitions;
  if (flexible) writer.compactArrayLength(remainingPartitions.length);
  else writer.arrayLength(remainingPartitions.length);
  for (const element of remainingPartitions)
    writeControlledShutdownResponseRemainingPartition(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeControlledShutdownResponseRemainingPartition(
  writer: ByteWriter,
  message: ControlledShutdownResponseRemainingPartitionInput,
  version: number,
): void {
  const flexible = version === 3;
  const topicName = message.topicName;
  if (flexible) writer.compactString(topicName);
  else writer.string(topicName);
  const partitionIndex = message.partitionIndex;
  writer.int32(partitionIndex);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const controlledShutdownApi: Api<
  ControlledShutdownRequest,
  ControlledShutdownRequestInput,
  ControlledShutdownResponse,
  ControlledShutdownResponseInput
> = {
  key: 7,
  name: 'ControlledShutdown',
  request: {
    name: 'ControlledShutdownRequest',
    minVersion: 0,
    maxVersion: 3,
    flexibleFrom: 3,
    read: readControlledShutdownRequest,
    write: writeControlledShutdownRequest,
  },
  response: {
    name: 'ControlledShutdownResponse',
    minVersion: 0,
    maxVersion: 3,
    flexibleFrom: 3,
    read: readControlledShutdownResponse,
    write: writeControlledShutdownResponse,
  },
};
