// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter, BytesInput } from '../bytes/byte-writer.ts';
import type { MessageCodec } from '../message-codec.ts';

export interface ConsumerGroupMemberMetadataKey {
  groupId: string;
  memberId: string;
}

export interface ConsumerGroupMemberMetadataKeyInput {
  readonly groupId: string;
  readonly memberId: string;
}

function readConsumerGroupMemberMetadataKey(
  reader: ByteReader,
  _version: number,
): ConsumerGroupMemberMetadataKey {
  const groupId = reader.string();
  const memberId = reader.string();

  return { groupId, memberId };
}

function writeConsumerGroupMemberMetadataKey(
  writer: ByteWriter,
  message: ConsumerGroupMemberMetadataKeyInput,
  _version: number,
): void {
  const groupId = message.groupId;
  writer.string(groupId);
  const memberId = message.memberId;
  writer.string(memberId);
}

export const consumerGroupMemberMetadataKey: MessageCodec<
  ConsumerGroupMemberMetadataKey,
  ConsumerGroupMemberMetadataKeyInput
> = {
  name: 'ConsumerGroupMemberMetadataKey',
  minVersion: 5,
  maxVersion: 5,
  flexibleFrom: Infinity,
  read: readConsumerGroupMemberMetadataKey,
  write: writeConsumerGroupMemberMetadataKey,
};

export interface ConsumerGroupMemberMetadataValue {
  instanceId: string | null;
  rackId: string | null;
  clientId: string;
  clientHost: string;
  subscribedTopicNames: string[];
  subscribedTopicRegex: string | null;
  /** default -1 */
  rebalanceTimeoutMs: number;
  serverAssignor: string | null;
  /** default null */
  classicMemberMetadata: ConsumerGroupMemberMetadataValueClassicMemberMetadata | null;
}

export interface ConsumerGroupMemberMetadataValueInput {
  readonly instanceId: string | null;
  readonly rackId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly subscribedTopicNames: readonly string[];
  readonly subscribedTopicRegex: string | null;
  readonly rebalanceTimeoutMs?: number | undefined;
  readonly serverAssignor: string | null;
  readonly classicMemberMetadata?:
    ConsumerGroupMemberMetadataValueClassicMemberMetadataInput | null | undefined;
}

export interface ConsumerGroupMemberMetadataValueClassicMemberMetadata {
  sessionTimeoutMs: number;
  supportedProtocols: ConsumerGroupMemberMetadataValueClassicProtocol[];
}

export interface ConsumerGroupMemberMetadataValueClassicMemberMetadataInput {
  readonly sessionTimeoutMs: number;
  readonly supportedProtocols: readonly ConsumerGroupMemberMetadataValueClassicProtocolInput[];
}

export interface ConsumerGroupMemberMetadataValueClassicProtocol {
  name: string;
  metadata: Buffer;
}

export interface ConsumerGroupMemberMetadataValueClassicProtocolInput {
  readonly name: string;
  readonly metadata: BytesInput;
}

function readConsumerGroupMemberMetadataValue(
  reader: ByteReader,
  version: number,
): ConsumerGroupMemberMetadataValue {
  const instanceId = reader.compactNullableString();
  const rackId = reader.compactNullableString();
  const clientId = reader.compactString();
  const clientHost = reader.compactString();
  const subscribedTopicNames: string[] = [];
  const subscribedTopicNamesLength = reader.compactArrayLength(1);
  for (let index = 0; index < subscribedTopicNamesLength; index++)
    subscribedTopicNames.push(reader.compactString());
  const subscribedTopicRegex = reader.compactNullableString();
  const rebalanceTimeoutMs = reader.int32();
  const serverAssignor = reader.compactNullableString();
  let classicMemberMetadata: ConsumerGroupMemberMetadataValueClassicMemberMetadata | null = null;
  const tagCount = reader.uvarint();
  for (let tagIndex = 0; tagIndex < tagCount; tagIndex++) {
    const tag = reader.uvarint();
    const tagEnd = reader.taggedFieldEnd();
    switch (tag) {
      case 0: {
        classicMemberMetadata = reader.isPresent()
          ? readConsumerGroupMemberMetadataValueClassicMemberMetadata(reader, version)
          : null;
        break;
      }
      default:
        reader.position = tagEnd;
    }
    reader.endTaggedField(tagEnd);
  }

  return {
    instanceId,
    rackId,
    clientId,
    clientHost,
    subscribedTopicNames,
    subscribedTopicRegex,
    rebalanceTimeoutMs,
    serverAssignor,
    classicMemberMetadata,
  };
}

function readConsumerGroupMemberMetadataValueClassicMemberMetadata(
  reader: ByteReader,
  version: number,
): ConsumerGroupMemberMetadataValueClassicMemberMetadata {
  const sessionTimeoutMs = reader.int32();
  const supportedProtocols: ConsumerGroupMemberMetadataValueClassicProtocol[] = [];
  const supportedProtocolsLength = reader.compactArrayLength(3);
  for (let index = 0; index < supportedProtocolsLength; index++)
    supportedProtocols.push(readConsumerGroupMemberMetadataValueClassicProtocol(reader, version));
  reader.skipTaggedFields();
  return { sessionTimeoutMs, supportedProtocols };
}

function readConsumerGroupMemberMetadataValueClassicProtocol(
  reader: ByteReader,
  _version: number,
): ConsumerGroupMemberMetadataValueClassicProtocol {
  const name = reader.compactString();
  const metadata = reader.compactBytes();
  reader.skipTaggedFields();
  return { name, metadata };
}

function writeConsumerGroupMemberMetadataValue(
  writer: ByteWriter,
  message: ConsumerGroupMemberMetadataValueInput,
  version: number,
): void {
  const instanceId = message.instanceId;
  writer.compactNullableString(instanceId);
  const rackId = message.rackId;
  writer.compactNullableString(rackId);
  const clientId = message.clientId;
  writer.compactString(clientId);
  const clientHost = message.clientHost;
  writer.compactString(clientHost);
  const subscribedTopicNames = message.subscribedTopicNames;
  writer.compactArrayLength(subscribedTopicNames.length);
  for (const element of subscribedTopicNames) {
    writer.compactString(element);
  }
  const subscribedTopicRegex = message.subscribedTopicRegex;
  writer.compactNullableString(subscribedTopicRegex);
  const rebalanceTimeoutMs = message.rebalanceTimeoutMs ?? -1;
  writer.int32(rebalanceTimeoutMs);
  const serverAssignor = message.serverAssignor;
  writer.compactNullableString(serverAssignor);
  const classicMemberMetadata = message.classicMemberMetadata;

  const hasClassicMemberMetadata =
    classicMemberMetadata !== undefined && classicMemberMetadata !== null;
  writer.uvarint(hasClassicMemberMetadata ? 1 : 0);
  if (hasClassicMemberMetadata) {
    writer.uvarint(0);
    const mark = writer.beginSized();
    writer.present(classicMemberMetadata !== null);
    if (classicMemberMetadata !== null)
      writeConsumerGroupMemberMetadataValueClassicMemberMetadata(
        writer,
        classicMemberMetadata,
        version,
      );
    writer.endSized(mark);
  }
}

function writeConsumerGroupMemberMetadataValueClassicMemberMetadata(
  writer: ByteWriter,
  message: ConsumerGroupMemberMetadataValueClassicMemberMetadataInput,
  version: number,
): void {
  const sessionTimeoutMs = message.sessionTimeoutMs;
  writer.int32(sessionTimeoutMs);
  const supportedProtocols = message.supportedProtocols;
  writer.compactArrayLength(supportedProtocols.length);
  for (const element of supportedProtocols)
    writeConsumerGroupMemberMetadataValueClassicProtocol(writer, element, version);

  writer.noTaggedFields();
}

function writeConsumerGroupMemberMetadataValueClassicProtocol(
  writer: ByteWriter,
  message: ConsumerGroupMemberMetadataValueClassicProtocolInput,
  _version: number,
): void {
  const name = message.name;
  writer.compactString(name);
  const metadata = message.metadata;
  writer.compactBytes(metadata);

  writer.noTaggedFields();
}

export const consumerGroupMemberMetadataValue: MessageCodec<
  ConsumerGroupMemberMetadataValue,
  ConsumerGroupMemberMetadataValueInput
> = {
  name: 'ConsumerGroupMemberMetadataValue',
  minVersion: 0,
  maxVersion: 0,
  flexibleFrom: 0,
  read: readConsumerGroupMemberMetadataValue,
  write: writeConsumerGroupMemberMetadataValue,
};
