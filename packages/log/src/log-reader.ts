/**
 * Decides reads of one log: from the tail in memory where the offset lies there, else from the segment that holds it.
 *
 * Remembers where the last reads ended, since a consumer's next read begins there: it then needs no look into the
 * index. Never returns a batch that reaches beyond the limit it is given, nor bytes that are not in the file yet.
 */
import { BATCH_HEADER_BYTES, batchSizeBytes } from '@zurau/protocol';
import { batchNextOffset } from './batch-header.ts';
import type { LogRead } from './log-read.ts';
import { FileRead, MemoryRead, emptyRead } from './log-read.ts';
import type { ReadBuffers } from './read-buffers.ts';
import type { Segment } from './segment.ts';
import type { SegmentList } from './segment-list.ts';
import type { LogTail } from './tail-cache.ts';
import type { TailSlab } from './tail-slab.ts';
import type { AbortedTransaction } from './transaction-index.ts';

export interface ReadOptions {
  /** Bytes to return at most. */
  readonly maxBytes: number;
  /** Only batches that end below this offset are returned. */
  readonly upToOffset: number;
  /** Return the first batch even if it is larger than `maxBytes`. */
  readonly minOneBatch: boolean;
}

interface ReadEnd {
  readonly offset: number;
  readonly segment: Segment;
  readonly position: number;
}

/** Consumers whose place is remembered, each log. */
const READ_ENDS_MAX = 8;

export class LogReader {
  readonly #segments: SegmentList;
  readonly #tail: LogTail;
  readonly #buffers: ReadBuffers;
  readonly #readEnds: ReadEnd[] = [];
  #nextReadEnd = 0;
  readonly #header = Buffer.alloc(BATCH_HEADER_BYTES);
  readonly #remember = (offset: number, segment: Segment, position: number): void => {
    // Its place was taken by a compacted one while it was read.
    if (this.#segments.at(this.#segments.indexFor(segment.baseOffset)) !== segment) return;
    this.#readEnds[this.#nextReadEnd] = { offset, segment, position };
    this.#nextReadEnd = (this.#nextReadEnd + 1) % READ_ENDS_MAX;
  };

  constructor(segments: SegmentList, tail: LogTail, buffers: ReadBuffers) {
    this.#segments = segments;
    this.#tail = tail;
    this.#buffers = buffers;
  }

  /** `offset` lies in the log. */
  read(offset: number, writtenOffset: number, options: ReadOptions): LogRead {
    const limit = Math.min(options.upToOffset, writtenOffset);
    if (offset >= limit || (options.maxBytes <= 0 && !options.minOneBatch)) return emptyRead;
    const slabIndex = this.#tail.indexOf(offset);
    return slabIndex >= 0
      ? this.#readMemory(offset, limit, options, slabIndex)
      : this.#readFile(offset, limit, writtenOffset, options);
  }

  /** Segments were cut or removed: remembered places mean nothing any more. */
  forgetPlaces(): void {
    this.#readEnds.length = 0;
    this.#nextReadEnd = 0;
  }

  #readMemory(offset: number, limit: number, options: ReadOptions, slabIndex: number): LogRead {
    const buffers: Buffer[] = [];
    const taken: TailSlab[] = [];
    const slabs = this.#tail.slabs;
    let sizeBytes = 0;
    let endPosition = 0;
    for (let i = slabIndex; i < slabs.length; i++) {
      const slab = slabs[i]!;
      const start = i === slabIndex ? slab.startOf(offset) : 0;
      const limitBytes = slab.nextOffset <= limit ? slab.usedBytes : slab.startOf(limit);
      if (start < limitBytes) {
        const room = options.maxBytes - sizeBytes;
        let end = limitBytes;
        if (limitBytes - start > room) end = slab.boundaryAtMost(start, start + room);
        if (end === start && sizeBytes === 0 && options.minOneBatch) {
          end = start + slab.batchBytesAt(start);
        }
        if (end === start) break;
        slab.retain();
        taken.push(slab);
        buffers.push(slab.buffer.subarray(start, end));
        sizeBytes += end - start;
        endPosition = slab.position + end;
        if (end < limitBytes) break;
      }
      if (limitBytes < slab.usedBytes) break;
    }
    if (sizeBytes === 0) return emptyRead;
    return new MemoryRead(buffers, sizeBytes, taken, endPosition, (segment, end) =>
      this.#abortedTransactions(offset, segment, end),
    );
  }

  #readFile(offset: number, limit: number, writtenOffset: number, options: ReadOptions): LogRead {
    const place = this.#find(offset);
    if (place === undefined) return emptyRead;
    const { segment, position } = place;
    const index = this.#segments.indexFor(segment.baseOffset);
    let end = segment.writtenBytes;
    if (limit < this.#segments.endOffsetOf(index, writtenOffset)) end = segment.positionOf(limit);
    if (end <= position) return emptyRead;
    let sizeBytes = Math.min(options.maxBytes, end - position);
    if (sizeBytes < end - position && sizeBytes < place.firstBatchBytes) {
      if (!options.minOneBatch) return emptyRead;
      sizeBytes = place.firstBatchBytes;
    }
    return new FileRead(
      segment,
      position,
      sizeBytes,
      this.#buffers,
      (atSegment, endPosition) => this.#abortedTransactions(offset, atSegment, endPosition),
      this.#remember,
    );
  }

  /** Where the first batch that ends at or after `offset` begins. */
  #find(
    offset: number,
  ): { segment: Segment; position: number; firstBatchBytes: number } | undefined {
    for (const readEnd of this.#readEnds) {
      if (readEnd.offset === offset && readEnd.position < readEnd.segment.writtenBytes) {
        const { segment, position } = readEnd;
        const read = segment.file.readSync(this.#header, 0, BATCH_HEADER_BYTES, position);
        if (read < BATCH_HEADER_BYTES) break;
        return { segment, position, firstBatchBytes: batchSizeBytes(this.#header, 0) };
      }
    }
    for (let index = this.#segments.indexFor(offset); ; index++) {
      const segment = this.#segments.at(index);
      if (segment === undefined) return undefined;
      const scanner = segment.scanFrom(offset);
      while (scanner.next()) {
        if (batchNextOffset(scanner.buffer, scanner.at) > offset) {
          const { position, sizeBytes } = scanner;
          return { segment, position, firstBatchBytes: sizeBytes };
        }
      }
    }
  }

  #abortedTransactions(
    offset: number,
    segment: Segment,
    endPosition: number,
  ): AbortedTransaction[] {
    const found: AbortedTransaction[] = [];
    let index = this.#segments.indexFor(segment.baseOffset);
    const upperBound =
      segment.upperBoundOffset(endPosition) ??
      this.#segments.endOffsetOf(index, Number.MAX_SAFE_INTEGER);
    index = this.#segments.indexFor(offset);
    for (; index < this.#segments.count; index++) {
      if (this.#segments.at(index)!.transactionIndex.collect(offset, upperBound, found)) break;
    }
    return found;
  }
}
