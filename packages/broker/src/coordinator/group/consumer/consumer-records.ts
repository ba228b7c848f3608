/**
 * The records of consumer groups in `__consumer_offsets`, byte for byte as Apache Kafka 4.0 writes them.
 *
 * ```
 *   key    int16 version │  3: group              epoch of the group
 *                        │  4: group              the topics it is subscribed to, as they were last seen
 *                        │  5: group, member      terms of a member
 *                        │  6: group              epoch of the target assignment
 *                        │  7: group, member      target of a member
 *                        │  8: group, member      progress of a member towards its target
 *                        │ 16: group, expression  what a regular expression matches
 *   value  int16 version │  0, flexible
 *          null: a tombstone
 * ```
 */
import {
  consumerGroupCurrentMemberAssignmentKey,
  consumerGroupCurrentMemberAssignmentValue,
  consumerGroupMemberMetadataKey,
  consumerGroupMemberMetadataValue,
  consumerGroupMetadataKey,
  consumerGroupMetadataValue,
  consumerGroupPartitionMetadataKey,
  consumerGroupPartitionMetadataValue,
  consumerGroupRegularExpressionKey,
  consumerGroupRegularExpressionValue,
  consumerGroupTargetAssignmentMemberKey,
  consumerGroupTargetAssignmentMemberValue,
  consumerGroupTargetAssignmentMetadataKey,
  consumerGroupTargetAssignmentMetadataValue,
  decodeVersioned,
  encodeVersioned,
  type ConsumerGroupCurrentMemberAssignmentValue,
  type ConsumerGroupMemberMetadataValue,
  type ConsumerGroupMetadataValue,
  type ConsumerGroupPartitionMetadataValue,
  type ConsumerGroupRegularExpressionValue,
  type ConsumerGroupTargetAssignmentMemberValue,
  type ConsumerGroupTargetAssignmentMetadataValue,
  type MessageCodec,
} from '@zurau/protocol';

interface OfGroup<Kind extends string, Value> {
  readonly kind: Kind;
  readonly group: string;
  /** Null: deleted. */
  readonly value: Value | null;
}

interface OfMember<Kind extends string, Value> extends OfGroup<Kind, Value> {
  readonly member: string;
}

interface OfExpression<Kind extends string, Value> extends OfGroup<Kind, Value> {
  readonly expression: string;
}

export type ConsumerRecord =
  | OfGroup<'group-epoch', ConsumerGroupMetadataValue>
  | OfGroup<'topics', ConsumerGroupPartitionMetadataValue>
  | OfMember<'terms', ConsumerGroupMemberMetadataValue>
  | OfGroup<'target-epoch', ConsumerGroupTargetAssignmentMetadataValue>
  | OfMember<'target', ConsumerGroupTargetAssignmentMemberValue>
  | OfMember<'progress', ConsumerGroupCurrentMemberAssignmentValue>
  | OfExpression<'regex', ConsumerGroupRegularExpressionValue>;

const GROUP_EPOCH_KEY = 3;
const TOPICS_KEY = 4;
const TERMS_KEY = 5;
const TARGET_EPOCH_KEY = 6;
const TARGET_KEY = 7;
const PROGRESS_KEY = 8;
const REGEX_KEY = 16;
const VALUE_VERSION = 0;

type Encoded = { key: Buffer; value: Buffer | null };

export function encodeConsumerRecord(record: ConsumerRecord): Encoded {
  const { group: groupId } = record;
  switch (record.kind) {
    case 'group-epoch':
      return {
        key: encodeVersioned(consumerGroupMetadataKey, { groupId }, GROUP_EPOCH_KEY),
        value: encodeValue(consumerGroupMetadataValue, record.value),
      };
    case 'topics':
      return {
        key: encodeVersioned(consumerGroupPartitionMetadataKey, { groupId }, TOPICS_KEY),
        value: encodeValue(consumerGroupPartitionMetadataValue, record.value),
      };
    case 'terms': {
      const key = { groupId, memberId: record.member };
      return {
        key: encodeVersioned(consumerGroupMemberMetadataKey, key, TERMS_KEY),
        value: encodeValue(consumerGroupMemberMetadataValue, record.value),
      };
    }
    case 'target-epoch':
      return {
        key: encodeVersioned(
          consumerGroupTargetAssignmentMetadataKey,
          { groupId },
          TARGET_EPOCH_KEY,
        ),
        value: encodeValue(consumerGroupTargetAssignmentMetadataValue, record.value),
      };
    case 'target': {
      const key = { groupId, memberId: record.member };
      return {
        key: encodeVersioned(consumerGroupTargetAssignmentMemberKey, key, TARGET_KEY),
        value: encodeValue(consumerGroupTargetAssignmentMemberValue, record.value),
      };
    }
    case 'progress': {
      const key = { groupId, memberId: record.member };
      return {
        key: encodeVersioned(consumerGroupCurrentMemberAssignmentKey, key, PROGRESS_KEY),
        value: encodeValue(consumerGroupCurrentMemberAssignmentValue, record.value),
      };
    }
    case 'regex': {
      const key = { groupId, regularExpression: record.expression };
      return {
        key: encodeVersioned(consumerGroupRegularExpressionKey, key, REGEX_KEY),
        value: encodeValue(consumerGroupRegularExpressionValue, record.value),
      };
    }
  }
}

/** Undefined when the key is not one of a consumer group. Throws DecodeError. */
export function decodeConsumerRecord(
  key: Buffer,
  value: Buffer | null,
): ConsumerRecord | undefined {
  switch (key.readInt16BE(0)) {
    case GROUP_EPOCH_KEY: {
      const { groupId: group } = decodeVersioned(consumerGroupMetadataKey, key);
      return { kind: 'group-epoch', group, value: decodeValue(consumerGroupMetadataValue, value) };
    }
    case TOPICS_KEY: {
      const { groupId: group } = decodeVersioned(consumerGroupPartitionMetadataKey, key);
      const decoded = decodeValue(consumerGroupPartitionMetadataValue, value);
      return { kind: 'topics', group, value: decoded };
    }
    case TERMS_KEY: {
      const { groupId: group, memberId: member } = decodeVersioned(
        consumerGroupMemberMetadataKey,
        key,
      );
      const decoded = decodeValue(consumerGroupMemberMetadataValue, value);
      return { kind: 'terms', group, member, value: decoded };
    }
    case TARGET_EPOCH_KEY: {
      const { groupId: group } = decodeVersioned(consumerGroupTargetAssignmentMetadataKey, key);
      const decoded = decodeValue(consumerGroupTargetAssignmentMetadataValue, value);
      return { kind: 'target-epoch', group, value: decoded };
    }
    case TARGET_KEY: {
      const { groupId: group, memberId: member } = decodeVersioned(
        consumerGroupTargetAssignmentMemberKey,
        key,
      );
      const decoded = decodeValue(consumerGroupTargetAssignmentMemberValue, value);
      return { kind: 'target', group, member, value: decoded };
    }
    case PROGRESS_KEY: {
      const { groupId: group, memberId: member } = decodeVersioned(
        consumerGroupCurrentMemberAssignmentKey,
        key,
      );
      const decoded = decodeValue(consumerGroupCurrentMemberAssignmentValue, value);
      return { kind: 'progress', group, member, value: decoded };
    }
    case REGEX_KEY: {
      const { groupId: group, regularExpression: expression } = decodeVersioned(
        consumerGroupRegularExpressionKey,
        key,
      );
      const decoded = decodeValue(consumerGroupRegularExpressionValue, value);
      return { kind: 'regex', group, expression, value: decoded };
    }
    default:
      return undefined;
  }
}

function encodeValue<M, I>(codec: MessageCodec<M, I>, value: I | null): Buffer | null {
  return value === null ? null : encodeVersioned(codec, value, VALUE_VERSION);
}

function decodeValue<M, I>(codec: MessageCodec<M, I>, value: Buffer | null): M | null {
  return value === null ? null : decodeVersioned(codec, value);
}
