/**
 * One read of a log, decided: what it will return and where that lies. The bytes come from the tail in memory, or
 * from one file by one read; whole batches either way. Whoever gets a read must release it once the bytes are sent.
 */
import type { DiskError } from '@zurau/platform';
import {
  BATCH_HEADER_BYTES,
  batchBaseOffset,
  checkBatch,
  wholeBatchSizeBytes,
} from '@zurau/protocol';
import { assert } from './assertions.ts';
import { batchNextOffset } from './batch-header.ts';
import { storageError } from './log-error.ts';
import type { LogError } from './log-error.ts';
import { CHECKED_ALWAYS_MAX_BYTES, SYNC_READ_MAX_BYTES } from './limits.ts';
import type { ReadBuffers } from './read-buffers.ts';
import type { Segment } from './segment.ts';
import type { TailSlab } from './tail-slab.ts';
import type { AbortedTransaction } from './transaction-index.ts';

/** Called once; on an error, KAFKA_STORAGE_ERROR or CORRUPT_MESSAGE, `buffers` is empty. */
export type LoadCallback = (error: LogError | undefined, buffers: Buffer[]) => void;

export interface LogRead {
  /** Bytes to come; from a file an upper bound, by less than one batch. */
  readonly sizeBytes: number;
  /** The batches, when they are in memory already. */
  readonly buffers: Buffer[] | undefined;
  /** Brings the batches; calls back inside the call when little is to be read or nothing has to be. */
  load(done: LoadCallback): void;
  /** The buffers are no longer used by the caller; once, after `load` called back if it was called. */
  release(): void;
  /** Aborted transactions that overlap what is returned, for readers of committed data. Throws LogError KAFKA_STORAGE_ERROR. */
  abortedTransactions(): AbortedTransaction[];
}

export type AbortedLookup = (segment: Segment, endPosition: number) => AbortedTransaction[];

/** Where in a segment a read from a file lies. */
export interface FilePlace {
  readonly segment: Segment;
  /** A batch begins there. */
  readonly position: number;
  readonly sizeBytes: number;
  /** The first batch reaches it. */
  readonly offset: number;
  /** Batches that end behind it are not returned. */
  readonly limit: number;
  /** No batch of the segment reaches it. */
  readonly endOffset: number;
}

/** The reader behind a read from a file. */
export interface FileReadOwner {
  readonly buffers: ReadBuffers;
  aborted(offset: number, segment: Segment, endPosition: number): AbortedTransaction[];
  /** Up to where the batches from `position` on, about to be read, need no check; `position` where nothing is known of them. Throws DiskError. */
  checkedEnd(segment: Segment, position: number): number;
  /** Whole and sound batches from `position` to `nextPosition` were read; the next begins at or after `nextOffset`. */
  loaded(nextOffset: number, segment: Segment, position: number, nextPosition: number): void;
  /** What lies at `position` is not what was written there. Returns what readers are told. */
  damaged(segment: Segment, position: number, problem: string): LogError;
}

/** Nothing to return: the offset is at the end of what may be read. */
export const emptyRead: LogRead = {
  sizeBytes: 0,
  buffers: [],
  load: (done) => done(undefined, []),
  release: () => {},
  abortedTransactions: () => [],
};

export class MemoryRead implements LogRead {
  readonly sizeBytes: number;
  readonly buffers: Buffer[];
  readonly #slabs: TailSlab[];
  readonly #endPosition: number;
  readonly #aborted: AbortedLookup;

  /** Takes over one reference of each slab. `endPosition` is in the last slab's segment. */
  constructor(
    buffers: Buffer[],
    sizeBytes: number,
    slabs: TailSlab[],
    endPosition: number,
    aborted: AbortedLookup,
  ) {
    this.buffers = buffers;
    this.sizeBytes = sizeBytes;
    this.#slabs = slabs;
    this.#endPosition = endPosition;
    this.#aborted = aborted;
  }

  load(done: LoadCallback): void {
    done(undefined, this.buffers);
  }

  release(): void {
    for (const slab of this.#slabs) slab.release();
    this.#slabs.length = 0;
  }

  abortedTransactions(): AbortedTransaction[] {
    return this.#aborted(this.#slabs[this.#slabs.length - 1]!.segment, this.#endPosition);
  }
}

/**
 * Batches from a file. What a disk gives back is not what it was given until its checksum says so: every one is checked on its way, but for those in large reads that
 * are known to be sound (see checked-ranges.ts). What comes before damage is returned, and the next read begins with the damage and fails.
 */
export class FileRead implements LogRead {
  readonly sizeBytes: number;
  buffers: Buffer[] | undefined;
  readonly #place: FilePlace;
  readonly #owner: FileReadOwner;
  #buffer: Buffer | undefined;
  /** In the file; batches that end before it are known to be sound. */
  #checkedEnd = 0;
  #released = false;

  constructor(place: FilePlace, owner: FileReadOwner) {
    place.segment.retain();
    this.sizeBytes = place.sizeBytes;
    this.#place = place;
    this.#owner = owner;
  }

  load(done: LoadCallback): void {
    if (this.buffers !== undefined) return done(undefined, this.buffers);
    assert(!this.#released, 'a read is loaded before it is released');
    const { segment, position } = this.#place;
    const buffer = this.#owner.buffers.take(this.sizeBytes);
    this.#buffer = buffer;
    let file;
    let byteCount = 0;
    try {
      file = segment.file;
      if (this.sizeBytes >= CHECKED_ALWAYS_MAX_BYTES) {
        this.#checkedEnd = this.#owner.checkedEnd(segment, position);
      }
      if (this.sizeBytes < SYNC_READ_MAX_BYTES) {
        byteCount = file.readSync(buffer, 0, this.sizeBytes, position);
        file = undefined;
      }
    } catch (error) {
      return done(storageError(error as DiskError), []);
    }
    if (file === undefined) return this.#loaded(buffer, byteCount, done);
    file.read(buffer, 0, this.sizeBytes, position, (error, count) => {
      if (error !== undefined) done(storageError(error), []);
      else this.#loaded(buffer, count, done);
    });
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    if (this.#buffer !== undefined) this.#owner.buffers.give(this.#buffer);
    this.#buffer = undefined;
    this.#place.segment.release();
  }

  abortedTransactions(): AbortedTransaction[] {
    const { segment, position, offset } = this.#place;
    return this.#owner.aborted(offset, segment, position + this.sizeBytes);
  }

  /** Takes the whole batches, up to the first that is damaged. */
  #loaded(buffer: Buffer, byteCount: number, done: LoadCallback): void {
    const { segment, position, offset, limit, endOffset } = this.#place;
    let end = 0;
    let nextOffset = offset;
    for (;;) {
      const sizeBytes = wholeBatchSizeBytes(buffer, end, byteCount);
      if (sizeBytes === 0 && end > 0) break;
      const isChecked = position + end + sizeBytes <= this.#checkedEnd;
      const problem =
        sizeBytes <= 0
          ? 'not a whole batch'
          : ((isChecked ? undefined : checkBatch(buffer, end, Infinity)) ??
            offsetProblem(buffer, end, end + sizeBytes, byteCount, nextOffset, endOffset));
      if (problem !== undefined) {
        const error = this.#owner.damaged(segment, position + end, problem);
        if (end === 0) return done(error, []);
        break;
      }
      if (batchNextOffset(buffer, end) > limit) break;
      // Its offsets can be judged by those of the next batch only: it is the first one of the next read.
      const isLastHere = byteCount - end - sizeBytes < BATCH_HEADER_BYTES;
      const leavesGap = batchBaseOffset(buffer, end) > nextOffset;
      const isEnd = position + end + sizeBytes === segment.writtenBytes;
      if (isLastHere && leavesGap && !isEnd && end > 0) break;
      nextOffset = batchNextOffset(buffer, end);
      end += sizeBytes;
    }
    if (end > 0) this.#owner.loaded(nextOffset, segment, position, position + end);
    this.buffers = end === 0 ? [] : [buffer.subarray(0, end)];
    done(undefined, this.buffers);
  }
}

/**
 * Whether a batch's offsets, which no checksum covers, can be right: they ascend. A batch that leaves a gap before it (compaction does) must not overlap the
 * next one; where there is no gap, it is the next one's offset that is wrong.
 */
function offsetProblem(
  buffer: Buffer,
  at: number,
  nextAt: number,
  byteCount: number,
  fromOffset: number,
  endOffset: number,
): string | undefined {
  const baseOffset = batchBaseOffset(buffer, at);
  const nextOffset = batchNextOffset(buffer, at);
  const isFirst = at === 0;
  const ascends = isFirst ? nextOffset > fromOffset : baseOffset >= fromOffset;
  const hasNext = byteCount - nextAt >= BATCH_HEADER_BYTES;
  const overlapsNext =
    hasNext && baseOffset > fromOffset && batchBaseOffset(buffer, nextAt) < nextOffset;
  const isSound = ascends && nextOffset > baseOffset && nextOffset <= endOffset && !overlapsNext;
  return isSound ? undefined : `offsets ${baseOffset} to ${nextOffset - 1}`;
}
