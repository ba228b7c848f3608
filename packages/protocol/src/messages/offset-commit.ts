// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { MessageCodec } from '../message-codec.ts';

export interface OffsetCommitKey {
  group: string;
  topic: string;
  partition: number;
}

export interface OffsetCommitKeyInput {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
}

function readOffsetCommitKey(reader: ByteReader, _version: number): OffsetCommitKey {
  const group = reader.string();
  const topic = reader.string();
  const partition = reader.int32();

  return { group, topic, partition };
}

function writeOffsetCommitKey(
  writer: ByteWriter,
  message: OffsetCommitKeyInput,
  _version: number,
): void {
  const group = message.group;
  writer.string(group);
  const topic = message.topic;
  writer.string(topic);
  const partition = message.partition;
  writer.int32(partition);
}

export const offsetCommitKey: MessageCodec<OffsetCommitKey, OffsetCommitKeyInput> = {
  name: 'OffsetCommitKey',
  minVersion: 0,
  maxVersion: 1,
  flexibleFrom: Infinity,
  read: readOffsetCommitKey,
  write: writeOffsetCommitKey,
};

export interface OffsetCommitValue {
  offset: number;
  /** versions 3+; default -1 */
  leaderEpoch: number;
  metadata: string;
  commitTimestamp: number;
  /** version 1; default -1 */
  expireTimestamp: number;
}

export interface OffsetCommitValueInput {
  readonly offset: number;
  readonly leaderEpoch?: number | undefined;
  readonly metadata: string;
  readonly commitTimestamp: number;
  readonly expireTimestamp?: number | undefined;
}

function readOffsetCommitValue(reader: ByteReader, version: number): OffsetCommitValue {
  const flexible = version === 4;
  const offset = reader.int64();
  const leaderEpoch = version >= 3 ? reader.int32() : -1;
  const metadata = flexible ? reader.compactString() : reader.string();
  const commitTimestamp = reader.int64();
  const expireTimestamp = version === 1 ? reader.int64() : -1;
  if (flexible) {
    reader.skipTaggedFields();
  }
  return { offset, leaderEpoch, metadata, commitTimestamp, expireTimestamp };
}

function writeOffsetCommitValue(
  writer: ByteWriter,
  message: OffsetCommitValueInput,
  version: number,
): void {
  const flexible = version === 4;
  const offset = message.offset;
  writer.int64(offset);
  if (version >= 3) {
    const leaderEpoch = message.leaderEpoch ?? -1;
    writer.int32(leaderEpoch);
  }
  const metadata = message.metadata;
  if (flexible) writer.compactString(metadata);
  else writer.string(metadata);
  const commitTimestamp = message.commitTimestamp;
  writer.int64(commitTimestamp);
  if (version === 1) {
    const expireTimestamp = message.expireTimestamp ?? -1;
    writer.int64(expireTimestamp);
  }

  if (flexible) {
    writer.noTaggedFields();
  }
}

export const offsetCommitValue: MessageCodec<OffsetCommitValue, OffsetCommitValueInput> = {
  name: 'OffsetCommitValue',
  minVersion: 0,
  maxVersion: 4,
  flexibleFrom: 4,
  read: readOffsetCommitValue,
  write: writeOffsetCommitValue,
};
