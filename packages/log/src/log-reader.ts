/**
 * Decides reads of one log: from the tail in memory where the offset lies there, else from the segment that holds it.
 *
 * Remembers where the last reads ended, since a consumer's next read begins there: it then needs no look into the
 * index. Never returns a batch that reaches beyond the limit it is given, nor bytes that are not in the file yet, nor what a disk has damaged.
 */
import { DiskError } from '@zurau/platform';
import type { Clock } from '@zurau/platform';
import {
  BATCH_HEADER_BYTES,
  ErrorCode,
  batchBaseOffset,
  batchSizeBytes,
  checkBatch,
} from '@zurau/protocol';
import { batchNextOffset } from './batch-header.ts';
import type { LogEnvironment } from './log-environment.ts';
import { LogError, storageError } from './log-error.ts';
import type { FileReadOwner, LogRead } from './log-read.ts';
import { FileRead, MemoryRead, emptyRead } from './log-read.ts';
import type { LogState } from './log-state.ts';
import type { LogLogger } from './logger.ts';
import type { ReadBuffers } from './read-buffers.ts';
import type { Segment } from './segment.ts';
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

interface FoundBatch {
  readonly segment: Segment;
  readonly position: number;
  readonly firstBatchBytes: number;
}

interface ReadEnd {
  readonly offset: number;
  readonly segment: Segment;
  readonly position: number;
}

/** Consumers whose place is remembered, each log. */
const READ_ENDS_MAX = 8;

export class LogReader implements FileReadOwner {
  readonly buffers: ReadBuffers;
  readonly #state: LogState;
  readonly #logger: LogLogger;
  readonly #clock: Clock;
  readonly #readEnds: ReadEnd[] = [];
  #nextReadEnd = 0;
  readonly #header = Buffer.alloc(BATCH_HEADER_BYTES);
  /** Damage that was reported: readers come back to it again and again. */
  #reported = '';

  constructor(state: LogState, { platform, readBuffers, logger }: LogEnvironment) {
    this.#state = state;
    this.buffers = readBuffers;
    this.#logger = logger;
    this.#clock = platform.clock;
  }

  /** `offset` lies in the log. Throws DiskError, and LogError CORRUPT_MESSAGE where no batch can be found for damage. */
  read(offset: number, writtenOffset: number, options: ReadOptions): LogRead {
    const limit = Math.min(options.upToOffset, writtenOffset);
    if (offset >= limit || (options.maxBytes <= 0 && !options.minOneBatch)) return emptyRead;
    const slabIndex = this.#state.tail.indexOf(offset);
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
    const { slabs } = this.#state.tail;
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
      this.aborted(offset, segment, end),
    );
  }

  #readFile(offset: number, limit: number, writtenOffset: number, options: ReadOptions): LogRead {
    const found = this.#find(offset);
    if (found === undefined) return emptyRead;
    const { segment, position } = found;
    const { segments } = this.#state;
    const endOffset = segments.endOffsetOf(segments.indexFor(segment.baseOffset), writtenOffset);
    const end = limit < endOffset ? segment.positionOf(limit) : segment.writtenBytes;
    if (end <= position) return emptyRead;
    let sizeBytes = Math.min(options.maxBytes, end - position);
    if (sizeBytes < end - position && sizeBytes < found.firstBatchBytes) {
      if (!options.minOneBatch) return emptyRead;
      sizeBytes = Math.min(found.firstBatchBytes, segment.writtenBytes - position);
    }
    return new FileRead({ segment, position, sizeBytes, offset, limit, endOffset }, this);
  }

  /** Where the first batch that ends behind `offset` begins. */
  #find(offset: number): FoundBatch | undefined {
    for (const readEnd of this.#readEnds) {
      if (readEnd.offset === offset && readEnd.position < readEnd.segment.writtenBytes) {
        const { segment, position } = readEnd;
        const read = segment.file.readSync(this.#header, 0, BATCH_HEADER_BYTES, position);
        const firstBatchBytes = batchSizeBytes(this.#header, 0);
        if (read < BATCH_HEADER_BYTES || firstBatchBytes < BATCH_HEADER_BYTES) break;
        const baseOffset = batchBaseOffset(this.#header, 0);
        if (baseOffset < offset) break;
        const nextOffset = batchNextOffset(this.#header, 0);
        const nextPosition = position + firstBatchBytes;
        if (baseOffset > offset && !endsBeforeNext(segment, nextPosition, nextOffset)) break;
        return { segment, position, firstBatchBytes };
      }
    }
    const { segments } = this.#state;
    for (let index = segments.indexFor(offset); ; index++) {
      const segment = segments.at(index);
      if (segment === undefined) return undefined;
      const found = this.#findIn(segment, offset);
      if (found !== undefined) return found;
    }
  }

  /** Undefined when all batches of the segment end before `offset`. An index that leads astray is done without. */
  #findIn(segment: Segment, offset: number): FoundBatch | undefined {
    // From one entry earlier than need be: that a batch begins where the one before it ended says that its offsets are right.
    const from = segment.offsetIndex.positionFor(offset, 1);
    const place = findBatch(segment, offset, from);
    if (typeof place !== 'number') return place;
    const again = from === 0 ? place : findBatch(segment, offset, 0);
    if (typeof again === 'number') throw this.damaged(segment, again, 'no batch');
    this.#report(segment, from, 'the index is damaged');
    return again;
  }

  aborted(offset: number, segment: Segment, endPosition: number): AbortedTransaction[] {
    try {
      return this.#abortedTransactions(offset, segment, endPosition);
    } catch (error) {
      throw error instanceof DiskError ? storageError(error) : error;
    }
  }

  checkedEnd(segment: Segment, position: number): number {
    // Every append changes the file of the active segment.
    const modifiedMs = segment === this.#state.segments.active ? undefined : segment.modifiedMs();
    segment.checked.refresh(this.#clock.now(), modifiedMs);
    return segment.checked.endFrom(position);
  }

  loaded(nextOffset: number, segment: Segment, position: number, nextPosition: number): void {
    const { segments } = this.#state;
    // Its place was taken by a compacted one while it was read.
    if (segments.at(segments.indexFor(segment.baseOffset)) !== segment) return;
    // It may have been cut meanwhile.
    const soundEnd = Math.min(nextPosition, segment.writtenBytes);
    if (position < soundEnd) segment.checked.add(position, soundEnd);
    this.#readEnds[this.#nextReadEnd] = {
      offset: nextOffset,
      segment,
      position: nextPosition,
    };
    this.#nextReadEnd = (this.#nextReadEnd + 1) % READ_ENDS_MAX;
  }

  damaged(segment: Segment, position: number, problem: string): LogError {
    this.#report(segment, position, 'the log is damaged, what lies there is not served');
    const message = `damaged batch at ${position} of ${segment.logPath}: ${problem}`;
    return new LogError(ErrorCode.CORRUPT_MESSAGE, message);
  }

  #report(segment: Segment, position: number, message: string): void {
    const place = `${segment.logPath} ${position}`;
    if (this.#reported === place) return;
    this.#reported = place;
    this.#logger.error({ log: this.#state.name, file: segment.logPath, position }, message);
  }

  #abortedTransactions(
    offset: number,
    segment: Segment,
    endPosition: number,
  ): AbortedTransaction[] {
    const { segments } = this.#state;
    const found: AbortedTransaction[] = [];
    let index = segments.indexFor(segment.baseOffset);
    const upperBound =
      segment.upperBoundOffset(endPosition) ?? segments.endOffsetOf(index, Number.MAX_SAFE_INTEGER);
    index = segments.indexFor(offset);
    for (; index < segments.count; index++) {
      if (segments.at(index)!.transactionIndex.collect(offset, upperBound, found)) break;
    }
    return found;
  }
}

/**
 * The first batch of a segment that ends behind `offset`, looked for from `position` on; undefined when there is none; the position of damage on the way. That
 * `offset` is in no batch, as happens in compacted logs, is believed only if the checksum of the batch before covers where that one ends.
 */
function findBatch(
  segment: Segment,
  offset: number,
  position: number,
): FoundBatch | number | undefined {
  if (position < 0 || position > segment.writtenBytes) return position;
  const scanner = segment.scanAt(position);
  const before = { position: -1, sizeBytes: 0 };
  let nextOffset = segment.baseOffset;
  while (scanner.next()) {
    const { buffer, at, position: foundAt, sizeBytes } = scanner;
    const baseOffset = batchBaseOffset(buffer, at);
    if (baseOffset < nextOffset) return foundAt;
    // An indexed batch begins at or below what it was looked up for.
    if (foundAt === position && position > 0 && baseOffset > offset) return foundAt;
    if (batchNextOffset(buffer, at) > offset) {
      if (
        baseOffset > offset &&
        !endsBeforeNext(segment, foundAt + sizeBytes, batchNextOffset(buffer, at))
      ) {
        return foundAt;
      }
      const isBelieved = baseOffset <= offset || isIntact(segment, before);
      return isBelieved
        ? { segment, position: foundAt, firstBatchBytes: sizeBytes }
        : before.position;
    }
    nextOffset = Math.max(nextOffset, batchNextOffset(buffer, at));
    before.position = foundAt;
    before.sizeBytes = sizeBytes;
  }
  const stoppedAt = scanner.position + scanner.sizeBytes;
  if (stoppedAt < segment.writtenBytes) return stoppedAt;
  return isIntact(segment, before) ? undefined : before.position;
}

/** The batch at `position` begins at `nextOffset` or behind it; there may be none. */
function endsBeforeNext(segment: Segment, position: number, nextOffset: number): boolean {
  const header = Buffer.alloc(BATCH_HEADER_BYTES);
  if (position + BATCH_HEADER_BYTES > segment.writtenBytes) return true;
  segment.file.readSync(header, 0, BATCH_HEADER_BYTES, position);
  return batchBaseOffset(header, 0) >= nextOffset;
}

/** The checksum of a batch is right; there may be none. */
function isIntact(segment: Segment, place: { position: number; sizeBytes: number }): boolean {
  if (place.position < 0) return true;
  const batch = Buffer.allocUnsafe(place.sizeBytes);
  const byteCount = segment.file.readSync(batch, 0, place.sizeBytes, place.position);
  return checkBatch(batch.subarray(0, byteCount), 0, Infinity) === undefined;
}
