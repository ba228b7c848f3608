/**
 * The tails of all logs in memory, bounded in total: `TailCache`; and one log's own tail: `LogTail`.
 *
 * Slabs leave in the order they came, oldest of all logs first, and never while they hold unwritten bytes. Losing a
 * slab costs a read from the file, nothing else.
 */
import { BufferPool } from './buffer-pool.ts';
import {
  SLAB_MAX_BYTES,
  SLAB_MIN_BYTES,
  SLAB_POOL_COUNT,
  TAIL_CACHE_LOG_BYTES,
  TAIL_CACHE_TOTAL_BYTES,
} from './limits.ts';
import type { Segment } from './segment.ts';
import { TailSlab } from './tail-slab.ts';

interface Cached {
  readonly tail: LogTail;
  readonly slab: TailSlab;
}

export class TailCache {
  readonly totalBytesMax: number;
  readonly logBytesMax: number;
  readonly pool: BufferPool = new BufferPool(SLAB_POOL_COUNT);
  readonly giveBack: (buffer: Buffer) => void = (buffer) => this.pool.give(buffer);
  sizeBytes = 0;
  #queue: Cached[] = [];
  #head = 0;

  constructor(
    totalBytesMax: number = TAIL_CACHE_TOTAL_BYTES,
    logBytesMax: number = TAIL_CACHE_LOG_BYTES,
  ) {
    this.totalBytesMax = totalBytesMax;
    this.logBytesMax = logBytesMax;
  }

  /** Counts a new slab and drops the oldest ones beyond the bound. */
  admit(tail: LogTail, slab: TailSlab): void {
    this.sizeBytes += slab.buffer.length;
    this.#queue.push({ tail, slab });
    while (this.sizeBytes > this.totalBytesMax && this.#head < this.#queue.length) {
      const oldest = this.#queue[this.#head]!;
      if (oldest.slab.cached) {
        if (oldest.slab.unwrittenBytes > 0 || oldest.slab === slab) break;
        oldest.tail.dropThrough(oldest.slab);
      }
      this.#head++;
    }
    if (this.#head > 1024 && this.#head * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
  }
}

export class LogTail {
  readonly #cache: TailCache;
  #slabs: TailSlab[] = [];
  #sizeBytes = 0;
  #nextSlabBytes = SLAB_MIN_BYTES;

  constructor(cache: TailCache) {
    this.#cache = cache;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Offset from which on everything appended is in memory; undefined when nothing is. */
  get firstOffset(): number | undefined {
    return this.#slabs[0]?.baseOffset;
  }

  get slabs(): readonly TailSlab[] {
    return this.#slabs;
  }

  get last(): TailSlab | undefined {
    return this.#slabs[this.#slabs.length - 1];
  }

  /** The slab to copy a batch of `sizeBytes` into, at its `usedBytes`. */
  slabFor(segment: Segment, position: number, baseOffset: number, sizeBytes: number): TailSlab {
    const last = this.last;
    if (last !== undefined && last.segment === segment && last.freeBytes >= sizeBytes) return last;
    if (last !== undefined) last.sealed = true;
    if (sizeBytes > SLAB_MAX_BYTES) {
      return this.keep(segment, position, baseOffset, Buffer.allocUnsafeSlow(sizeBytes), ignore);
    }
    let capacity = this.#nextSlabBytes;
    while (capacity < sizeBytes) capacity *= 2;
    this.#nextSlabBytes = Math.min(SLAB_MAX_BYTES, capacity * 2);
    const buffer = this.#cache.pool.take(capacity);
    return this.keep(segment, position, baseOffset, buffer, this.#cache.giveBack);
  }

  /** Makes a buffer the newest slab, by reference. `onUnused` is called when nobody needs its bytes any longer. */
  keep(
    segment: Segment,
    position: number,
    baseOffset: number,
    buffer: Buffer,
    onUnused: (buffer: Buffer) => void,
  ): TailSlab {
    if (this.last !== undefined) this.last.sealed = true;
    const slab = new TailSlab(segment, position, baseOffset, buffer, onUnused);
    this.#slabs.push(slab);
    this.#sizeBytes += buffer.length;
    while (this.#sizeBytes > this.#cache.logBytesMax && this.#slabs[0]!.unwrittenBytes === 0) {
      if (this.#slabs[0] === slab) break;
      this.dropThrough(this.#slabs[0]!);
    }
    this.#cache.admit(this, slab);
    return slab;
  }

  /** Index in {@link slabs} of the one that holds `offset`, or of the first after it; -1 when memory does not reach back. */
  indexOf(offset: number): number {
    const slabs = this.#slabs;
    if (slabs.length === 0 || offset < slabs[0]!.baseOffset) return -1;
    let low = 0;
    let high = slabs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (slabs[middle]!.baseOffset <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Drops the oldest slabs up to and including `slab`. */
  dropThrough(slab: TailSlab): void {
    const count = this.#slabs.indexOf(slab) + 1;
    for (let i = 0; i < count; i++) this.#drop(this.#slabs[i]!);
    this.#slabs.splice(0, count);
  }

  /** Drops what belongs to `segments`, and all before: their files say something else now. */
  forget(segments: readonly Segment[]): void {
    const last = this.#slabs.findLast((slab) => segments.includes(slab.segment));
    if (last !== undefined) this.dropThrough(last);
  }

  /** Drops everything; appending goes on in new slabs. */
  clear(): void {
    for (const slab of this.#slabs) this.#drop(slab);
    this.#slabs = [];
    this.#nextSlabBytes = SLAB_MIN_BYTES;
  }

  #drop(slab: TailSlab): void {
    slab.sealed = true;
    slab.cached = false;
    this.#sizeBytes -= slab.buffer.length;
    this.#cache.sizeBytes -= slab.buffer.length;
    slab.release();
  }
}

function ignore(): void {}
