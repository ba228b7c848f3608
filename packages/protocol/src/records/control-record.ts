/**
 * Key and value of control records: the markers that end a transaction (KIP-98).
 *
 *     key   = version int16 0 | type int16 0 abort, 1 commit
 *     value = version int16 0 | coordinatorEpoch int32
 */
import { DecodeError } from '../errors/decode-error.ts';
import type { DecodedRecord } from './record.ts';

export type ControlType = 'abort' | 'commit';

/** What a control record says. Types that Kafka keeps for its own quorum are `unknown` and mean nothing to a reader. */
export interface ControlRecord {
  readonly type: ControlType | 'unknown';
  /** -1 where the type has none. */
  readonly coordinatorEpoch: number;
}

const KEY_BYTES = 4;
const VALUE_BYTES = 6;
const ABORT = 0;
const COMMIT = 1;

export function controlKey(type: ControlType): Buffer {
  const key = Buffer.alloc(KEY_BYTES);
  key.writeInt16BE(type === 'commit' ? COMMIT : ABORT, 2);
  return key;
}

export function endTransactionValue(coordinatorEpoch: number): Buffer {
  const value = Buffer.alloc(VALUE_BYTES);
  value.writeInt32BE(coordinatorEpoch, 2);
  return value;
}

/** Reads the record of a control batch. Newer versions may be longer. Throws DecodeError. */
export function decodeControlRecord(record: DecodedRecord): ControlRecord {
  const { key, value } = record;
  if (key === null || key.length < KEY_BYTES || key.readInt16BE(0) < 0) {
    throw new DecodeError('control record with a malformed key');
  }
  const type = key.readInt16BE(2);
  if (type !== ABORT && type !== COMMIT) return { type: 'unknown', coordinatorEpoch: -1 };
  if (value === null || value.length < VALUE_BYTES || value.readInt16BE(0) < 0) {
    throw new DecodeError('transaction marker with a malformed value');
  }
  return { type: type === COMMIT ? 'commit' : 'abort', coordinatorEpoch: value.readInt32BE(2) };
}
