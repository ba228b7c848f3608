/**
 * The records of `__consumer_offsets`, byte for byte as Apache Kafka 3.9 writes them.
 *
 * ```
 *   key    int16 version │ 0, 1: group, topic, partition   offset commit (written as 1)
 *                        │ 2:    group                     group metadata
 *   value  int16 version │ offset commit: 3, or 1 when an expiry time was asked for (OffsetCommit 2 to 4)
 *                        │ group metadata: 3
 *          null: a tombstone
 * ```
 *
 * The newest versions (4, flexible) are read but not written, as in Kafka. Keys of other versions belong to the consumer groups of KIP-848
 * (`consumer/consumer-records.ts`).
 */
import {
  decodeVersioned,
  encodeVersioned,
  groupMetadataKey,
  groupMetadataValue,
  offsetCommitKey,
  offsetCommitValue,
  type GroupMetadataValue,
} from '@zurau/protocol';
import type { RecordCodec, RecordView } from '../runtime/state-machine.ts';
import { OffsetReader } from './offset-reader.ts';
import {
  decodeConsumerRecord,
  encodeConsumerRecord,
  type ConsumerRecord,
} from './consumer/consumer-records.ts';

/** An offset that a group has committed for a partition. */
export interface CommittedOffset {
  readonly offset: number;
  /** -1 when the consumer did not know it. */
  readonly leaderEpoch: number;
  readonly metadata: string;
  readonly commitTimestampMs: number;
  /** -1 unless the client asked for a retention of its own. */
  readonly expireTimestampMs: number;
}

export interface OffsetRecord {
  readonly kind: 'offset';
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  /** Null: deleted. */
  readonly value: CommittedOffset | null;
}

export interface GroupMetadataRecord {
  readonly kind: 'group';
  readonly group: string;
  /** Null: deleted. */
  readonly value: GroupMetadataValue | null;
}

export type GroupRecord = OffsetRecord | GroupMetadataRecord | ConsumerRecord;

const OFFSET_KEY_VERSION = 1;
const GROUP_KEY_VERSION = 2;
const OFFSET_VALUE_VERSION = 3;
const OFFSET_VALUE_VERSION_WITH_EXPIRY = 1;
const GROUP_VALUE_VERSION = 3;

export const groupRecordCodec: RecordCodec<GroupRecord> = {
  encode(record) {
    if (record.kind === 'offset') return encodeOffset(record);
    return record.kind === 'group' ? encodeGroup(record) : encodeConsumerRecord(record);
  },

  decode(key, value) {
    if (key.length < 2) return undefined;
    const keyVersion = key.readInt16BE(0);
    if (keyVersion >= 0 && keyVersion <= OFFSET_KEY_VERSION) {
      const { group, topic, partition } = decodeVersioned(offsetCommitKey, key);
      const decoded = value === null ? null : decodeOffsetValue(value);
      return { kind: 'offset', group, topic, partition, value: decoded };
    }
    if (keyVersion === GROUP_KEY_VERSION) {
      const { group } = decodeVersioned(groupMetadataKey, key);
      const decoded = value === null ? null : decodeVersioned(groupMetadataValue, value);
      return { kind: 'group', group, value: decoded };
    }
    return decodeConsumerRecord(key, value);
  },

  createReader: () => {
    const offsets = new OffsetReader();
    return (view) => offsets.read(view) ?? decodeView(view);
  },
};

function decodeView({
  bytes,
  keyStart,
  keyEnd,
  valueStart,
  valueEnd,
}: RecordView): GroupRecord | undefined {
  const value = valueStart < 0 ? null : bytes.subarray(valueStart, valueEnd);
  return groupRecordCodec.decode(bytes.subarray(keyStart, keyEnd), value);
}

function encodeOffset(record: OffsetRecord): { key: Buffer; value: Buffer | null } {
  const { group, topic, partition, value } = record;
  return {
    key: encodeVersioned(offsetCommitKey, { group, topic, partition }, OFFSET_KEY_VERSION),
    value:
      value === null
        ? null
        : encodeVersioned(
            offsetCommitValue,
            {
              offset: value.offset,
              leaderEpoch: value.leaderEpoch,
              metadata: value.metadata,
              commitTimestamp: value.commitTimestampMs,
              expireTimestamp: value.expireTimestampMs,
            },
            value.expireTimestampMs === -1
              ? OFFSET_VALUE_VERSION
              : OFFSET_VALUE_VERSION_WITH_EXPIRY,
          ),
  };
}

function encodeGroup(record: GroupMetadataRecord): { key: Buffer; value: Buffer | null } {
  const { group, value } = record;
  return {
    key: encodeVersioned(groupMetadataKey, { group }, GROUP_KEY_VERSION),
    value: value === null ? null : encodeVersioned(groupMetadataValue, value, GROUP_VALUE_VERSION),
  };
}

function decodeOffsetValue(value: Buffer): CommittedOffset {
  const decoded = decodeVersioned(offsetCommitValue, value);
  return {
    offset: decoded.offset,
    leaderEpoch: decoded.leaderEpoch,
    metadata: decoded.metadata,
    commitTimestampMs: decoded.commitTimestamp,
    expireTimestampMs: decoded.expireTimestamp,
  };
}
