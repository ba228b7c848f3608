/**
 * Sparse map from offsets to positions in a segment's log file.
 *
 *   | relative offset i32 | position i32 |   8 bytes, big-endian, both ascending
 *
 * An entry means: the batch whose LAST offset is this one starts at this position. One is added for the first
 * batch after more than `index.interval.bytes` have gone by without.
 */
import type { Disk } from '@zurau/platform';
import { EntryFile } from './entry-file.ts';

export const OFFSET_INDEX_ENTRY_BYTES = 8;

export class OffsetIndex {
  readonly baseOffset: number;
  readonly file: EntryFile;

  constructor(disk: Disk, path: string, baseOffset: number, existing: boolean) {
    this.baseOffset = baseOffset;
    this.file = new EntryFile(disk, path, OFFSET_INDEX_ENTRY_BYTES, existing);
  }

  get count(): number {
    return this.file.count;
  }

  isFull(maxBytes: number): boolean {
    return this.file.count >= Math.floor(maxBytes / OFFSET_INDEX_ENTRY_BYTES);
  }

  append(lastOffset: number, position: number): void {
    const at = this.file.appendSlot();
    const entries = this.file.entries();
    entries.writeInt32BE(lastOffset - this.baseOffset, at);
    entries.writeInt32BE(position, at + 4);
  }

  offsetAt(slot: number): number {
    return this.baseOffset + this.file.entries().readInt32BE(slot * OFFSET_INDEX_ENTRY_BYTES);
  }

  positionAt(slot: number): number {
    return this.file.entries().readInt32BE(slot * OFFSET_INDEX_ENTRY_BYTES + 4);
  }

  /** Where to start looking for `offset`: no batch with a smaller last offset than the one here reaches it. Or some entries earlier. */
  positionFor(offset: number, entriesBack = 0): number {
    const slot = this.#lastSlotWhere(0, offset - this.baseOffset) - entriesBack;
    return slot < 0 ? 0 : this.positionAt(slot);
  }

  /** Start of the last indexed batch that begins at or before `position`; 0 when there is none. */
  batchStartBefore(position: number): number {
    const slot = this.#lastSlotWhere(4, position);
    return slot < 0 ? 0 : this.positionAt(slot);
  }

  /** An offset that no batch beginning before `position` exceeds by its first offset; undefined past the last entry. */
  upperBoundOffset(position: number): number | undefined {
    const slot = this.#lastSlotWhere(4, position - 1) + 1;
    return slot < this.count ? this.offsetAt(slot) : undefined;
  }

  lastOffset(): number {
    const count = this.count;
    return count === 0 ? this.baseOffset : this.offsetAt(count - 1);
  }

  /** Drops entries for batches that end at or after `offset`. */
  truncateTo(offset: number): void {
    this.file.truncate(this.#lastSlotWhere(0, offset - 1 - this.baseOffset) + 1);
  }

  /** Whether the entries ascend and lie inside the log file. */
  isSane(logBytes: number): boolean {
    const entries = this.file.entries();
    let previousOffset = -1;
    let previousPosition = -1;
    for (let slot = 0; slot < this.file.count; slot++) {
      const offset = entries.readInt32BE(slot * OFFSET_INDEX_ENTRY_BYTES);
      const position = entries.readInt32BE(slot * OFFSET_INDEX_ENTRY_BYTES + 4);
      if (offset <= previousOffset || position <= previousPosition || position >= logBytes) {
        return false;
      }
      previousOffset = offset;
      previousPosition = position;
    }
    return true;
  }

  /** Greatest slot whose field at `fieldOffset` is at most `limit`; -1 when there is none. */
  #lastSlotWhere(fieldOffset: number, limit: number): number {
    const entries = this.file.entries();
    let low = -1;
    let high = this.file.count - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (entries.readInt32BE(middle * OFFSET_INDEX_ENTRY_BYTES + fieldOffset) <= limit)
        low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
