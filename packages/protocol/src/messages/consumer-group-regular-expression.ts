// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { MessageCodec } from '../message-codec.ts';

export interface ConsumerGroupRegularExpressionKey {
  groupId: string;
  regularExpression: string;
}

export interface ConsumerGroupRegularExpressionKeyInput {
  readonly groupId: string;
  readonly regularExpression: string;
}

function readConsumerGroupRegularExpressionKey(
  reader: ByteReader,
  _version: number,
): ConsumerGroupRegularExpressionKey {
  const groupId = reader.string();
  const regularExpression = reader.string();

  return { groupId, regularExpression };
}

function writeConsumerGroupRegularExpressionKey(
  writer: ByteWriter,
  message: ConsumerGroupRegularExpressionKeyInput,
  _version: number,
): void {
  const groupId = message.groupId;
  writer.string(groupId);
  const regularExpression = message.regularExpression;
  writer.string(regularExpression);
}

export const consumerGroupRegularExpressionKey: MessageCodec<
  ConsumerGroupRegularExpressionKey,
  ConsumerGroupRegularExpressionKeyInput
> = {
  name: 'ConsumerGroupRegularExpressionKey',
  minVersion: 16,
  maxVersion: 16,
  flexibleFrom: Infinity,
  read: readConsumerGroupRegularExpressionKey,
  write: writeConsumerGroupRegularExpressionKey,
};

export interface ConsumerGroupRegularExpressionValue {
  topics: string[];
  version: number;
  timestamp: number;
}

export interface ConsumerGroupRegularExpressionValueInput {
  readonly topics: readonly string[];
  readonly version: number;
  readonly timestamp: number;
}

function readConsumerGroupRegularExpressionValue(
  reader: ByteReader,
  _version: number,
): ConsumerGroupRegularExpressionValue {
  const topics: string[] = [];
  const topicsLength = reader.compactArrayLength(1);
  for (let index = 0; index < topicsLength; index++) topics.push(reader.compactString());
  const versionValue = reader.int64();
  const timestamp = reader.int64();
  reader.skipTaggedFields();
  return { topics, version: versionValue, timestamp };
}

function writeConsumerGroupRegularExpressionValue(
  writer: ByteWriter,
  message: ConsumerGroupRegularExpressionValueInput,
  _version: number,
): void {
  const topics = message.topics;
  writer.compactArrayLength(topics.length);
  for (const element of topics) {
    writer.compactString(element);
  }
  const versionValue = message.version;
  writer.int64(versionValue);
  const timestamp = message.timestamp;
  writer.int64(timestamp);

  writer.noTaggedFields();
}

export const consumerGroupRegularExpressionValue: MessageCodec<
  ConsumerGroupRegularExpressionValue,
  ConsumerGroupRegularExpressionValueInput
> = {
  name: 'ConsumerGroupRegularExpressionValue',
  minVersion: 0,
  maxVersion: 0,
  flexibleFrom: 0,
  read: readConsumerGroupRegularExpressionValue,
  write: writeConsumerGroupRegularExpressionValue,
};
