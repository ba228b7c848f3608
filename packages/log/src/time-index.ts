/**
 * Sparse map from timestamps to offsets of one segment.
 *
 *   | timestamp i64 | relative offset i32 |   12 bytes, big-endian, timestamps strictly ascending
 *
 * An entry means: the greatest timestamp up to here is this one, in the batch whose last offset is this one. Entries
 * come with those of the offset index, and a last one when the segment is sealed or closed.
 */
import type { Disk } from '@zurau/platform';
import { EntryFile } from './entry-file.ts';

export const TIME_INDEX_ENTRY_BYTES = 12;

export class TimeIndex {
  readonly baseOffset: number;
  readonly file: EntryFile;

  constructor(disk: Disk, path: string, baseOffset: number, existing: boolean) {
    this.baseOffset = baseOffset;
    this.file = new EntryFile(disk, path, TIME_INDEX_ENTRY_BYTES, existing);
  }

  get count(): number {
    return this.file.count;
  }

  /** One entry is kept free for the last one at sealing. */
  isFull(maxBytes: number): boolean {
    return this.file.count >= Math.floor(maxBytes / TIME_INDEX_ENTRY_BYTES) - 1;
  }

  /** Adds an entry unless the timestamp is not greater than the last one. */
  maybeAppend(timestamp: number, lastOffset: number): void {
    if (timestamp <= this.lastTimestamp()) return;
    const at = this.file.appendSlot();
    const entries = this.file.entries();
    entries.writeBigInt64BE(BigInt(timestamp), at);
    entries.writeInt32BE(lastOffset - this.baseOffset, at + 8);
  }

  timestampAt(slot: number): number {
    return Number(this.file.entries().readBigInt64BE(slot * TIME_INDEX_ENTRY_BYTES));
  }

  offsetAt(slot: number): number {
    return this.baseOffset + this.file.entries().readInt32BE(slot * TIME_INDEX_ENTRY_BYTES + 8);
  }

  /** Greatest timestamp indexed; -1 when empty. */
  lastTimestamp(): number {
    const count = this.count;
    return count === 0 ? -1 : this.timestampAt(count - 1);
  }

  /** Offset that goes with {@link lastTimestamp}; the base offset when empty. */
  lastOffset(): number {
    const count = this.count;
    return count === 0 ? this.baseOffset : this.offsetAt(count - 1);
  }

  /** Offset before which no record is as late as `timestamp`: where a search for it starts. */
  offsetFor(timestamp: number): number {
    let low = -1;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.timestampAt(middle) < timestamp) low = middle;
      else high = middle - 1;
    }
    return low < 0 ? this.baseOffset : this.offsetAt(low);
  }

  /** Drops entries for batches that end at or after `offset`. */
  truncateTo(offset: number): void {
    let count = this.count;
    while (count > 0 && this.offsetAt(count - 1) >= offset) count--;
    this.file.truncate(count);
  }

  isSane(): boolean {
    let previousTimestamp = -1;
    let previousOffset = this.baseOffset - 1;
    for (let slot = 0; slot < this.count; slot++) {
      const timestamp = this.timestampAt(slot);
      const offset = this.offsetAt(slot);
      if (timestamp <= previousTimestamp || offset <= previousOffset) return false;
      previousTimestamp = timestamp;
      previousOffset = offset;
    }
    return true;
  }
}
