/**
 * Puts batches at the end of a log: checks them, gives them their offsets, copies them into the tail, and makes indexes,
 * producers and epochs know them. The hot path: no object, closure or promise per record, few per batch.
 */
import {
  BATCH_OVERHEAD_BYTES,
  ErrorCode,
  NO_TIMESTAMP,
  batchBaseOffset,
  batchLastOffsetDelta,
  batchLeaderEpoch,
  batchMaxTimestamp,
  batchSizeBytes,
  setBatchBaseOffset,
  setBatchLeaderEpoch,
  setBatchTimestamps,
} from '@zurau/protocol';
import { requireIntact, validateForLeader } from './batch-validation.ts';
import type { FlushPolicy } from './flush-policy.ts';
import { SEGMENT_MAX_BYTES, SLAB_COPY_MAX_BYTES } from './limits.ts';
import { LogError } from './log-error.ts';
import type { LogState } from './log-state.ts';
import type { LogWriter } from './log-writer.ts';
import type { AppendOrigin, ProducerEntry } from './producer-entry.ts';
import { recallBatches } from './producer-recall.ts';
import type { SegmentRoller } from './segment-roller.ts';
import type { TailSlab } from './tail-slab.ts';

export interface AppendOptions {
  readonly leaderEpoch: number;
  readonly origin: AppendOrigin;
  /** The records' buffer is the log's from now on: a large batch is kept by reference instead of being copied. */
  readonly ownsBuffer?: boolean;
  /** Called once when the log no longer uses the buffer: at once if it was copied. Not called when the append throws. */
  readonly onBufferUnused?: () => void;
}

export interface AppendResult {
  readonly firstOffset: number;
  readonly lastOffset: number;
  /** -1 unless the log stamps records itself. For a duplicate: the timestamp it was stored with. */
  readonly logAppendTimeMs: number;
  readonly logStartOffset: number;
  /** The batch was there already; offsets are the original ones. */
  readonly duplicate: boolean;
}

export class LogAppender {
  readonly #state: LogState;
  readonly #writer: LogWriter;
  readonly #roller: SegmentRoller;
  readonly #flushPolicy: FlushPolicy;
  readonly #recall = (entry: ProducerEntry): void =>
    recallBatches(entry, this.#state.producers, this.#state.segments);

  constructor(state: LogState, writer: LogWriter, roller: SegmentRoller, flushPolicy: FlushPolicy) {
    this.#state = state;
    this.#writer = writer;
    this.#roller = roller;
    this.#flushPolicy = flushPolicy;
  }

  append(records: Buffer, options: AppendOptions, nowMs: number): AppendResult {
    const state = this.#state;
    const { config } = state;
    state.requireUsable();
    const accepted = validateForLeader(records, config, options.origin, nowMs);
    if (accepted.length > config.segmentBytes) {
      throw new LogError(
        ErrorCode.RECORD_LIST_TOO_LARGE,
        `${accepted.length} bytes do not fit into a segment of ${config.segmentBytes}`,
      );
    }
    let lastOffset = state.logEndOffset - 1;
    let maxTimestamp = NO_TIMESTAMP;
    for (let at = 0; at < accepted.length; at += batchSizeBytes(accepted, at)) {
      const duplicate = state.producers.check(accepted, at, options.origin, this.#recall);
      if (duplicate !== undefined) {
        options.onBufferUnused?.();
        return {
          firstOffset: duplicate.lastOffset - duplicate.offsetDelta,
          lastOffset: duplicate.lastOffset,
          logAppendTimeMs: duplicate.timestamp,
          logStartOffset: state.logStartOffset,
          duplicate: true,
        };
      }
      lastOffset += batchLastOffsetDelta(accepted, at) + 1;
      maxTimestamp = Math.max(maxTimestamp, batchMaxTimestamp(accepted, at));
    }
    const stamped = config.messageTimestampType === 'LogAppendTime';
    const firstOffset = state.logEndOffset;
    if (stamped) maxTimestamp = nowMs;
    const sizeBytes = accepted.length;
    this.#roller.rollIfDue({ sizeBytes, firstOffset, lastOffset, maxTimestamp }, nowMs);

    const byReference = options.ownsBuffer === true && accepted === records;
    for (let at = 0; at < accepted.length;) {
      const sizeBytes = batchSizeBytes(accepted, at);
      const slab = this.#place(accepted, at, sizeBytes, byReference, options.onBufferUnused);
      const { buffer, usedBytes } = slab;
      setBatchBaseOffset(buffer, usedBytes, state.logEndOffset);
      setBatchLeaderEpoch(buffer, usedBytes, options.leaderEpoch);
      if (stamped) setBatchTimestamps(buffer, usedBytes, 'LogAppendTime', nowMs);
      this.#commit(slab, sizeBytes, options.leaderEpoch, nowMs);
      at += sizeBytes;
    }
    return {
      firstOffset,
      lastOffset,
      logAppendTimeMs: stamped ? nowMs : NO_TIMESTAMP,
      logStartOffset: state.logStartOffset,
      duplicate: false,
    };
  }

  appendAsFollower(records: Buffer, nowMs: number): number {
    const state = this.#state;
    state.requireUsable();
    const endBytes = requireFollowing(records, state.logEndOffset);
    for (let at = 0; at < endBytes;) {
      const sizeBytes = batchSizeBytes(records, at);
      const firstOffset = batchBaseOffset(records, at);
      const lastOffset = firstOffset + batchLastOffsetDelta(records, at);
      const maxTimestamp = batchMaxTimestamp(records, at);
      this.#roller.rollIfDue({ sizeBytes, firstOffset, lastOffset, maxTimestamp }, nowMs);
      state.logEndOffset = firstOffset;
      const slab = this.#place(records, at, sizeBytes, false, undefined);
      this.#commit(slab, sizeBytes, batchLeaderEpoch(records, at), nowMs);
      at += sizeBytes;
    }
    return endBytes;
  }

  /** Puts a batch at the end of the tail, its header still the sender's. */
  #place(
    records: Buffer,
    at: number,
    sizeBytes: number,
    byReference: boolean,
    onUnused: (() => void) | undefined,
  ): TailSlab {
    const { segments, tail, logEndOffset } = this.#state;
    const segment = segments.active;
    if (byReference && sizeBytes > SLAB_COPY_MAX_BYTES && sizeBytes === records.length) {
      const released = onUnused ?? ignore;
      return tail.keep(segment, segment.sizeBytes, logEndOffset, records, released);
    }
    const slab = tail.slabFor(segment, segment.sizeBytes, logEndOffset, sizeBytes);
    records.copy(slab.buffer, slab.usedBytes, at, at + sizeBytes);
    if (at + sizeBytes === records.length) onUnused?.();
    return slab;
  }

  /** Makes the batch at the slab's end part of the log: offsets, indexes, producers, epochs; hands it to the writer. */
  #commit(slab: TailSlab, sizeBytes: number, leaderEpoch: number, nowMs: number): void {
    const state = this.#state;
    const { buffer, usedBytes: at, segment } = slab;
    const baseOffset = state.logEndOffset;
    const nextOffset = baseOffset + batchLastOffsetDelta(buffer, at) + 1;
    const maxTimestamp = batchMaxTimestamp(buffer, at);
    segment.noteAppend(nextOffset - 1, maxTimestamp, sizeBytes, state.config.indexIntervalBytes);
    slab.added(sizeBytes, baseOffset, nextOffset);
    state.logEndOffset = nextOffset;
    if (leaderEpoch > state.epochs.latestEpoch) state.epochs.assign(leaderEpoch, baseOffset);
    const aborted = state.producers.apply(buffer, at, nowMs);
    if (aborted !== undefined) segment.transactionIndex.append(aborted);
    this.#writer.added(slab, sizeBytes);
    this.#flushPolicy.appended(sizeBytes);
  }
}

/** Bytes of whole batches, all of them sound and behind `logEndOffset`. Throws LogError. */
function requireFollowing(records: Buffer, logEndOffset: number): number {
  let nextOffset = logEndOffset;
  let at = 0;
  while (at + BATCH_OVERHEAD_BYTES <= records.length) {
    const sizeBytes = batchSizeBytes(records, at);
    if (sizeBytes > records.length - at) break;
    requireIntact(records, at, SEGMENT_MAX_BYTES);
    const baseOffset = batchBaseOffset(records, at);
    const lastOffsetDelta = batchLastOffsetDelta(records, at);
    if (baseOffset < nextOffset || lastOffsetDelta < 0) {
      throw new LogError(
        ErrorCode.OFFSET_OUT_OF_RANGE,
        `batch at ${baseOffset} where ${nextOffset} or more was expected`,
      );
    }
    nextOffset = baseOffset + lastOffsetDelta + 1;
    at += sizeBytes;
  }
  return at;
}

function ignore(): void {}
