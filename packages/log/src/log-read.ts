/**
 * One read of a log, decided: what it will return and where that lies. The bytes come from the tail in memory, or
 * from one file by one read; whole batches either way. Whoever gets a read must release it once the bytes are sent.
 */
import { batchNextOffset } from './batch-header.ts';
import { wholeBatchSizeBytes } from '@zurau/protocol';
import type { DiskError } from '@zurau/platform';
import { assert } from './assertions.ts';
import { SYNC_READ_MAX_BYTES } from './limits.ts';
import type { ReadBuffers } from './read-buffers.ts';
import type { Segment } from './segment.ts';
import type { TailSlab } from './tail-slab.ts';
import type { AbortedTransaction } from './transaction-index.ts';

/** Called once; on an error `buffers` is empty. */
export type LoadCallback = (error: DiskError | undefined, buffers: Buffer[]) => void;

export interface LogRead {
  /** Bytes to come; from a file an upper bound, by less than one batch. */
  readonly sizeBytes: number;
  /** The batches, when they are in memory already. */
  readonly buffers: Buffer[] | undefined;
  /** Brings the batches; calls back inside the call when little is to be read or nothing has to be. */
  load(done: LoadCallback): void;
  /** The buffers are no longer used by the caller; once, after `load` called back if it was called. */
  release(): void;
  /** Aborted transactions that overlap what is returned, for readers of committed data. */
  abortedTransactions(): AbortedTransaction[];
}

export type AbortedLookup = (segment: Segment, endPosition: number) => AbortedTransaction[];

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

export class FileRead implements LogRead {
  readonly sizeBytes: number;
  readonly segment: Segment;
  readonly position: number;
  buffers: Buffer[] | undefined;
  readonly #pool: ReadBuffers;
  readonly #aborted: AbortedLookup;
  readonly #onLoaded: (nextOffset: number, segment: Segment, nextPosition: number) => void;
  #buffer: Buffer | undefined;
  #released = false;

  constructor(
    segment: Segment,
    position: number,
    sizeBytes: number,
    pool: ReadBuffers,
    aborted: AbortedLookup,
    onLoaded: (nextOffset: number, segment: Segment, nextPosition: number) => void,
  ) {
    segment.retain();
    this.segment = segment;
    this.position = position;
    this.sizeBytes = sizeBytes;
    this.#pool = pool;
    this.#aborted = aborted;
    this.#onLoaded = onLoaded;
  }

  load(done: LoadCallback): void {
    if (this.buffers !== undefined) return done(undefined, this.buffers);
    assert(!this.#released, 'a read is loaded before it is released');
    const buffer = this.#pool.take(this.sizeBytes);
    this.#buffer = buffer;
    let file;
    try {
      file = this.segment.file;
      if (this.sizeBytes < SYNC_READ_MAX_BYTES) {
        const byteCount = file.readSync(buffer, 0, this.sizeBytes, this.position);
        return done(undefined, this.#loaded(buffer, byteCount));
      }
    } catch (error) {
      return done(error as DiskError, []);
    }
    file.read(buffer, 0, this.sizeBytes, this.position, (error, byteCount) => {
      if (error !== undefined) done(error, []);
      else done(undefined, this.#loaded(buffer, byteCount));
    });
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    if (this.#buffer !== undefined) this.#pool.give(this.#buffer);
    this.#buffer = undefined;
    this.segment.release();
  }

  abortedTransactions(): AbortedTransaction[] {
    return this.#aborted(this.segment, this.position + this.sizeBytes);
  }

  /** Cuts the last batch off if it is not whole, walking only from the last indexed batch on. */
  #loaded(buffer: Buffer, byteCount: number): Buffer[] {
    const indexed = this.segment.offsetIndex.batchStartBefore(this.position + byteCount - 1);
    let end = Math.max(0, indexed - this.position);
    let nextOffset = -1;
    for (;;) {
      const sizeBytes = wholeBatchSizeBytes(buffer, end, byteCount);
      if (sizeBytes <= 0) break;
      nextOffset = batchNextOffset(buffer, end);
      end += sizeBytes;
    }
    if (nextOffset >= 0) this.#onLoaded(nextOffset, this.segment, this.position + end);
    this.buffers = end === 0 ? [] : [buffer.subarray(0, end)];
    return this.buffers;
  }
}
