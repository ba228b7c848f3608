/** The records of `__consumer_offsets` and `__transaction_state` as plain data, for people who look at a log. */
import {
  DecodeError,
  consumerProtocolAssignment,
  consumerProtocolSubscription,
  decodeVersioned,
  groupMetadataKey,
  groupMetadataValue,
  offsetCommitKey,
  offsetCommitValue,
  transactionLogKey,
  transactionLogValue,
  versionOf,
} from '@zurau/protocol';
import type { MessageCodec } from '@zurau/protocol';

/** `undefined` where key or value are of no known type. */
export interface CoordinatorRecord {
  readonly type: 'offset-commit' | 'group-metadata' | 'transaction';
  readonly key: object;
  /** Null for a tombstone. */
  readonly value: object | null;
}

/** Undefined for other topics and for what cannot be decoded. Bytes in the answer are views or base64 text. */
export function decodeCoordinatorRecord(
  topic: string,
  key: Buffer | null,
  value: Buffer | null,
): CoordinatorRecord | undefined {
  if (key === null) return undefined;
  try {
    if (topic === '__transaction_state') {
      return decoded('transaction', transactionLogKey, transactionLogValue, key, value);
    }
    if (topic !== '__consumer_offsets') return undefined;
    const version = versionOf(key);
    if (version <= 1)
      return decoded('offset-commit', offsetCommitKey, offsetCommitValue, key, value);
    if (version !== 2) return undefined;
    const group = decoded('group-metadata', groupMetadataKey, groupMetadataValue, key, value);
    return { ...group, value: group.value === null ? null : withMembers(group.value) };
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

function decoded<Key extends object, Value extends object>(
  type: CoordinatorRecord['type'],
  keyCodec: MessageCodec<Key, never>,
  valueCodec: MessageCodec<Value, never>,
  key: Buffer,
  value: Buffer | null,
): { type: CoordinatorRecord['type']; key: Key; value: Value | null } {
  return {
    type,
    key: decodeVersioned(keyCodec, key),
    value: value === null ? null : decodeVersioned(valueCodec, value),
  };
}

interface Members {
  readonly members: readonly { readonly subscription: Buffer; readonly assignment: Buffer }[];
}

/** What members said to each other, where it is the consumer protocol. */
function withMembers<Value extends Members>(value: Value): object {
  return {
    ...value,
    members: value.members.map((member) => ({
      ...member,
      subscription: readable(consumerProtocolSubscription, member.subscription),
      assignment: readable(consumerProtocolAssignment, member.assignment),
    })),
  };
}

function readable<Message>(codec: MessageCodec<Message, never>, bytes: Buffer): Message | string {
  if (bytes.length > 0) {
    try {
      return decodeVersioned(codec, bytes, { newerAsNewest: true });
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
    }
  }
  return bytes.toString('base64');
}
