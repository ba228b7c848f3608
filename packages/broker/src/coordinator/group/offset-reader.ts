/**
 * Reads the offset commits of `__consumer_offsets` where they are: there may be millions, and all of them are between a broker's start and its groups.
 *
 * Understands the versions that are written today, and leaves all others to the general codec. A commit of many partitions is as many records in a row
 * whose keys differ in their last four bytes; so the names of the last key serve as long as they stay the same.
 */
import { ByteReader, EMPTY_BYTES } from '@zurau/protocol';
import type { RecordView } from '../runtime/state-machine.ts';
import type { OffsetRecord } from './group-records.ts';

const KEY_VERSION = 1;
const VALUE_VERSION = 3;
const PARTITION_BYTES = 4;

export class OffsetReader {
  readonly #reader = new ByteReader(EMPTY_BYTES);
  /** The last key without its partition. */
  #names: Buffer = EMPTY_BYTES;
  #group = '';
  #topic = '';

  /** Undefined for what is no commit, or one of another version. Throws DecodeError. */
  read(view: RecordView): OffsetRecord | undefined {
    const { bytes, keyStart, keyEnd, valueStart, valueEnd } = view;
    if (keyEnd - keyStart <= PARTITION_BYTES || !this.#readNames(bytes, keyStart, keyEnd)) {
      return undefined;
    }
    const reader = this.#reader;
    const partition = reader.reset(bytes, keyEnd - PARTITION_BYTES, keyEnd).int32();
    const [group, topic] = [this.#group, this.#topic];
    if (valueStart < 0) return { kind: 'offset', group, topic, partition, value: null };
    if (reader.reset(bytes, valueStart, valueEnd).int16() !== VALUE_VERSION) return undefined;
    const offset = reader.int64();
    const leaderEpoch = reader.int32();
    const metadata = reader.string();
    const commitTimestampMs = reader.int64();
    return {
      kind: 'offset',
      group,
      topic,
      partition,
      value: { offset, leaderEpoch, metadata, commitTimestampMs, expireTimestampMs: -1 },
    };
  }

  /** False when the key is not that of a commit. */
  #readNames(bytes: Buffer, start: number, keyEnd: number): boolean {
    const end = keyEnd - PARTITION_BYTES;
    if (isSame(this.#names, bytes, start, end)) return true;
    const reader = this.#reader.reset(bytes, start, keyEnd);
    if (reader.int16() !== KEY_VERSION) return false;
    const group = reader.string();
    const topic = reader.string();
    if (reader.position !== end) return false;
    this.#names = bytes.subarray(start, end);
    this.#group = group;
    if (topic !== this.#topic) this.#topic = topic;
    return true;
  }
}

/** From the end, where keys differ sooner. */
function isSame(names: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (names.length !== end - start) return false;
  for (let at = names.length - 1; at >= 0; at--) {
    if (names[at] !== bytes[start + at]) return false;
  }
  return true;
}
