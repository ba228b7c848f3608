/**
 * Checks the end of a log after a crash: every batch from the recovery point on is read, its checksum verified, and
 * indexes, producers and leader epochs are built from it. The log ends where the first bad batch begins.
 *
 * Reads in large pieces, asynchronously, so that several logs recover side by side. Never touches what lies below the
 * recovery point, except to find its place by headers.
 */
import {
  BATCH_HEADER_BYTES,
  batchBaseOffset,
  batchLastOffset,
  batchLeaderEpoch,
  batchMagic,
  batchMaxTimestamp,
  batchSizeBytes,
  checkBatch,
} from '@zurau/protocol';
import type { DiskFile } from '@zurau/platform';
import type { LeaderEpochCache } from './leader-epoch-cache.ts';
import { RECOVERY_READ_BYTES } from './limits.ts';
import type { ProducerState } from './producer-state.ts';
import type { Segment } from './segment.ts';

export interface RecoveryContext {
  readonly producers: ProducerState;
  readonly epochs: LeaderEpochCache;
  readonly indexIntervalBytes: number;
  readonly nowMs: number;
}

export interface RecoveredSegment {
  readonly endOffset: number;
  /** Bytes cut off because no sound batch begins there. */
  readonly truncatedBytes: number;
  readonly checkedBytes: number;
}

/**
 * Checks the segment from `fromPosition`, where the batch at `fromOffset` begins, and cuts it at the first bad batch. Its indexes must hold
 * entries for what lies before only. Throws an Error for a segment in the old formats, which is not ours to cut.
 */
export async function recoverSegment(
  segment: Segment,
  fromPosition: number,
  fromOffset: number,
  context: RecoveryContext,
): Promise<RecoveredSegment> {
  const fileBytes = segment.file.sizeSync();
  const cut = new SegmentCheck(segment, fromPosition, fromOffset, fileBytes, context);
  segment.beginRecovery(fromPosition);
  let buffer = Buffer.allocUnsafe(
    Math.min(RECOVERY_READ_BYTES, Math.max(1, fileBytes - fromPosition)),
  );
  let carriedBytes = 0;
  let readPosition = fromPosition;
  while (readPosition < fileBytes && !cut.failed) {
    const wanted = Math.min(buffer.length - carriedBytes, fileBytes - readPosition);
    const byteCount = await readInto(segment.file, buffer, carriedBytes, wanted, readPosition);
    if (byteCount === 0) break;
    readPosition += byteCount;
    const availableBytes = carriedBytes + byteCount;
    const usedBytes = cut.take(buffer, availableBytes);
    carriedBytes = availableBytes - usedBytes;
    if (cut.neededBytes > buffer.length) {
      const larger = Buffer.allocUnsafe(cut.neededBytes);
      buffer.copy(larger, 0, usedBytes, availableBytes);
      buffer = larger;
    } else {
      buffer.copyWithin(0, usedBytes, availableBytes);
    }
  }
  const position = cut.position;
  if (position < fileBytes) segment.file.truncateSync(position);
  segment.writtenBytes = position;
  segment.seal();
  return {
    endOffset: cut.endOffset,
    truncatedBytes: fileBytes - position,
    checkedBytes: position - fromPosition,
  };
}

/** The state of one segment's check: how far it is sound. */
class SegmentCheck {
  position: number;
  endOffset: number;
  failed = false;
  /** Buffer that the next batch needs to be checked in one piece. */
  neededBytes = 0;
  readonly #segment: Segment;
  readonly #fileBytes: number;
  readonly #context: RecoveryContext;

  constructor(
    segment: Segment,
    position: number,
    endOffset: number,
    fileBytes: number,
    context: RecoveryContext,
  ) {
    this.#segment = segment;
    this.position = position;
    this.endOffset = endOffset;
    this.#fileBytes = fileBytes;
    this.#context = context;
  }

  /** Takes whole sound batches from the front of `buffer`; returns how many bytes they are. */
  take(buffer: Buffer, availableBytes: number): number {
    let at = 0;
    while (availableBytes - at >= BATCH_HEADER_BYTES) {
      const sizeBytes = batchSizeBytes(buffer, at);
      const fits = sizeBytes >= BATCH_HEADER_BYTES && sizeBytes <= this.#fileBytes - this.position;
      if (fits && sizeBytes > availableBytes - at) {
        this.neededBytes = sizeBytes;
        return at;
      }
      if (!fits || !this.#isSound(buffer, at)) {
        this.#refuseOldFormat(buffer, at, fits);
        this.failed = true;
        return at;
      }
      this.#accept(buffer, at, sizeBytes);
      at += sizeBytes;
    }
    return at;
  }

  #isSound(buffer: Buffer, at: number): boolean {
    return (
      checkBatch(buffer, at, Infinity) === undefined &&
      batchBaseOffset(buffer, at) >= this.endOffset &&
      batchLastOffset(buffer, at) >= batchBaseOffset(buffer, at) &&
      this.#segment.canHold(batchLastOffset(buffer, at))
    );
  }

  #refuseOldFormat(buffer: Buffer, at: number, fits: boolean): void {
    const magic = batchMagic(buffer, at);
    if (this.position === 0 && fits && (magic === 0 || magic === 1)) {
      throw new Error(
        `${this.#segment.logPath} has messages of format ${magic}, only 2 is supported`,
      );
    }
  }

  #accept(buffer: Buffer, at: number, sizeBytes: number): void {
    const { producers, epochs, indexIntervalBytes, nowMs } = this.#context;
    const segment = this.#segment;
    const lastOffset = batchLastOffset(buffer, at);
    const leaderEpoch = batchLeaderEpoch(buffer, at);
    segment.noteAppend(lastOffset, batchMaxTimestamp(buffer, at), sizeBytes, indexIntervalBytes);
    if (leaderEpoch > epochs.latestEpoch) epochs.assign(leaderEpoch, batchBaseOffset(buffer, at));
    if (lastOffset >= producers.endOffset) {
      const aborted = producers.apply(buffer, at, nowMs);
      if (aborted !== undefined) segment.transactionIndex.append(aborted);
    }
    this.position += sizeBytes;
    this.endOffset = lastOffset + 1;
  }
}

function readInto(
  file: DiskFile,
  buffer: Buffer,
  at: number,
  byteCount: number,
  position: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    file.read(buffer, at, byteCount, position, (error, count) => {
      if (error === undefined) resolve(count);
      else reject(error);
    });
  });
}
