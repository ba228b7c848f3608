// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter, BytesInput } from '../bytes/byte-writer.ts';
import type { MessageCodec } from '../message-codec.ts';

export interface GroupMetadataKey {
  group: string;
}

export interface GroupMetadataKeyInput {
  readonly group: string;
}

function readGroupMetadataKey(reader: ByteReader, _version: number): GroupMetadataKey {
  const group = reader.string();

  return { group };
}

function writeGroupMetadataKey(
  writer: ByteWriter,
  message: GroupMetadataKeyInput,
  _version: number,
): void {
  const group = message.group;
  writer.string(group);
}

export const groupMetadataKey: MessageCodec<GroupMetadataKey, GroupMetadataKeyInput> = {
  name: 'GroupMetadataKey',
  minVersion: 2,
  maxVersion: 2,
  flexibleFrom: Infinity,
  read: readGroupMetadataKey,
  write: writeGroupMetadataKey,
};

export interface GroupMetadataValue {
  protocolType: string;
  generation: number;
  protocol: string | null;
  leader: string | null;
  /** versions 2+; default -1 */
  currentStateTimestamp: number;
  members: GroupMetadataValueMemberMetadata[];
}

export interface GroupMetadataValueInput {
  readonly protocolType: string;
  readonly generation: number;
  readonly protocol: string | null;
  readonly leader: string | null;
  readonly currentStateTimestamp?: number | undefined;
  readonly members: readonly GroupMetadataValueMemberMetadataInput[];
}

export interface GroupMetadataValueMemberMetadata {
  memberId: string;
  /** versions 3+; default null */
  groupInstanceId: string | null;
  clientId: string;
  clientHost: string;
  /** versions 1+; default -1 */
  rebalanceTimeout: number;
  sessionTimeout: number;
  subscription: Buffer;
  assignment: Buffer;
}

export interface GroupMetadataValueMemberMetadataInput {
  readonly memberId: string;
  readonly groupInstanceId?: string | null | undefined;
  readonly clientId: string;
  readonly clientHost: string;
  readonly rebalanceTimeout?: number | undefined;
  readonly sessionTimeout: number;
  readonly subscription: BytesInput;
  readonly assignment: BytesInput;
}

function readGroupMetadataValue(reader: ByteReader, version: number): GroupMetadataValue {
  const flexible = version === 4;
  const protocolType = flexible ? reader.compactString() : reader.string();
  const generation = reader.int32();
  const protocol = flexible ? reader.compactNullableString() : reader.nullableString();
  const leader = flexible ? reader.compactNullableString() : reader.nullableString();
  const currentStateTimestamp = version >= 2 ? reader.int64() : -1;
  const members: GroupMetadataValueMemberMetadata[] = [];
  const membersLength = flexible ? reader.compactArrayLength(15) : reader.arrayLength(15);
  for (let index = 0; index < membersLength; index++)
    members.push(readGroupMetadataValueMemberMetadata(reader, version));
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { protocolType, generation, protocol, leader, currentStateTimestamp, members };
}

function readGroupMetadataValueMemberMetadata(
  reader: ByteReader,
  version: number,
): GroupMetadataValueMemberMetadata {
  const flexible = version === 4;
  const memberId = flexible ? reader.compactString() : reader.string();
  const groupInstanceId =
    version >= 3 ? (flexible ? reader.compactNullableString() : reader.nullableString()) : null;
  const clientId = flexible ? reader.compactString() : reader.string();
  const clientHost = flexible ? reader.compactString() : reader.string();
  const rebalanceTimeout = version >= 1 ? reader.int32() : -1;
  const sessionTimeout = reader.int32();
  const subscription = flexible ? reader.compactBytes() : reader.bytes();
  const assignment = flexible ? reader.compactBytes() : reader.bytes();
  if (flexible) {
    reader.skipTaggedFields();
  }
  return {
    memberId,
    groupInstanceId,
    clientId,
    clientHost,
    rebalanceTimeout,
    sessionTimeout,
    subscription,
    assignment,
  };
}

function writeGroupMetadataValue(
  writer: ByteWriter,
  message: GroupMetadataValueInput,
  version: number,
): void {
  const flexible = version === 4;
  const protocolType = message.protocolType;
  if (flexible) writer.compactString(protocolType);
  else writer.string(protocolType);
  const generation = message.generation;
  writer.int32(generation);
  const protocol = message.protocol;
  if (flexible) writer.compactNullableString(protocol);
  else writer.nullableString(protocol);
  const leader = message.leader;
  if (flexible) writer.compactNullableString(leader);
  else writer.nullableString(leader);
  if (version >= 2) {
    const currentStateTimestamp = message.currentStateTimestamp ?? -1;
    writer.int64(currentStateTimestamp);
  }
  const members = message.members;
  if (flexible) writer.compactArrayLength(members.length);
  else writer.arrayLength(members.length);
  for (const element of members) writeGroupMetadataValueMemberMetadata(writer, element, version);

  if (flexible) {
    writer.noTaggedFields();
  }
}

function writeGroupMetadataValueMemberMetadata(
  writer: ByteWriter,
  message: GroupMetadataValueMemberMetadataInput,
  version: number,
): void {
  const flexible = version === 4;
  const memberId = message.memberId;
  if (flexible) writer.compactString(memberId);
  else writer.string(memberId);
  if (version >= 3) {
    const groupInstanceId = message.groupInstanceId ?? null;
    if (flexible) writer.compactNullableString(groupInstanceId);
    else writer.nullableString(groupInstanceId);
  }
  const clientId = message.clientId;
  if (flexible) writer.compactString(clientId);
  else writer.string(clientId);
  const clientHost = message.clientHost;
  if (flexible) writer.compactString(clientHost);
  else writer.string(clientHost);
  if (version >= 1) {
    const rebalanceTimeout = message.rebalanceTimeout ?? -1;
    writer.int32(rebalanceTimeout);
  }
  const sessionTimeout = message.sessionTimeout;
  writer.int32(sessionTimeout);
  const subscription = message.subscription;
  if (flexible) writer.compactBytes(subscription);
  else writer.bytes(subscription);
  const assignment = message.assignment;
  if (flexible) writer.compactBytes(assignment);
  else writer.bytes(assignment);

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const groupMetadataValue: MessageCodec<GroupMetadataValue, GroupMetadataValueInput> = {
  name: 'GroupMetadataValue',
  minVersion: 0,
  maxVersion: 4,
  flexibleFrom: 4,
  read: readGroupMetadataValue,
  write: writeGroupMetadataValue,
};
