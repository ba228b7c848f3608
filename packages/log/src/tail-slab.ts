/**
 * A stretch of one segment, just appended, held in memory: what the writer writes and what consumers of the tail
 * are fed from.
 *
 *   buffer  |batch|batch|batch|.....free.....|
 *           ^position in the segment file     ^capacity
 *
 * Reference counted: the tail cache holds one reference, the writer one while bytes are unwritten, every read one.
 * When the last is gone the buffer goes back to its pool (or the caller's release callback is called), so nobody may
 * touch the bytes without a reference. Bytes below `usedBytes` never change.
 */
import { batchSizeBytes } from '@zurau/protocol';
import { assert } from './assertions.ts';
import { SLAB_MARK_INTERVAL_BYTES } from './limits.ts';
import { batchBaseOffset, batchNextOffset } from './batch-header.ts';
import type { Segment } from './segment.ts';

export class TailSlab {
  readonly segment: Segment;
  /** Position of the slab's first byte in the segment file. */
  readonly position: number;
  readonly buffer: Buffer;
  readonly baseOffset: number;
  nextOffset: number;
  usedBytes = 0;
  /** Bytes handed to a write, whether it ended or not. */
  submittedBytes = 0;
  /** Bytes known to be in the file. */
  writtenBytes = 0;
  /** No further batch is added. */
  sealed = false;
  /** Still listed by the tail cache of its log. */
  cached = true;
  readonly #onUnused: (buffer: Buffer) => void;
  readonly #marks: number[] = [];
  #nextMarkBytes = 0;
  #references = 1;

  constructor(
    segment: Segment,
    position: number,
    baseOffset: number,
    buffer: Buffer,
    onUnused: (buffer: Buffer) => void,
  ) {
    this.segment = segment;
    this.position = position;
    this.baseOffset = baseOffset;
    this.nextOffset = baseOffset;
    this.buffer = buffer;
    this.#onUnused = onUnused;
  }

  get freeBytes(): number {
    return this.sealed ? 0 : this.buffer.length - this.usedBytes;
  }

  get unwrittenBytes(): number {
    return this.usedBytes - this.writtenBytes;
  }

  /** Counts a batch of `sizeBytes` that the caller put at `usedBytes`. */
  added(sizeBytes: number, baseOffset: number, nextOffset: number): void {
    if (this.usedBytes >= this.#nextMarkBytes) {
      this.#marks.push(baseOffset, this.usedBytes);
      this.#nextMarkBytes = this.usedBytes + SLAB_MARK_INTERVAL_BYTES;
    }
    this.usedBytes += sizeBytes;
    this.nextOffset = nextOffset;
  }

  /** Start of the batch that holds `offset`, or of the first one after it; `usedBytes` when there is none. */
  startOf(offset: number): number {
    if (offset >= this.nextOffset) return this.usedBytes;
    let at = this.#markAtOrBefore(0, offset);
    while (at < this.usedBytes && batchNextOffset(this.buffer, at) <= offset) {
      at += batchSizeBytes(this.buffer, at);
    }
    return at;
  }

  /** Greatest batch boundary at most `limitBytes`, walking from the batch boundary `from`. */
  boundaryAtMost(from: number, limitBytes: number): number {
    if (limitBytes >= this.usedBytes) return this.usedBytes;
    let at = Math.max(from, this.#markAtOrBefore(1, limitBytes));
    for (;;) {
      const next = at + batchSizeBytes(this.buffer, at);
      if (next > limitBytes) return at;
      at = next;
    }
  }

  batchBytesAt(at: number): number {
    return batchSizeBytes(this.buffer, at);
  }

  baseOffsetAt(at: number): number {
    return batchBaseOffset(this.buffer, at);
  }

  retain(): void {
    assert(this.#references > 0, 'a slab without references is never taken up again');
    this.#references++;
  }

  release(): void {
    assert(this.#references > 0, 'a slab is released no more often than retained');
    this.#references--;
    if (this.#references === 0) this.#onUnused(this.buffer);
  }

  /** Position of the last mark whose field (0: offset, 1: position) is at most `limit`. */
  #markAtOrBefore(field: 0 | 1, limit: number): number {
    const marks = this.#marks;
    let low = 0;
    let high = marks.length / 2 - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (marks[middle * 2 + field]! <= limit) low = middle;
      else high = middle - 1;
    }
    return marks[low * 2 + 1] ?? 0;
  }
}
