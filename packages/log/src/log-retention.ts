/**
 * What a log lets go of at its beginning: records that were deleted, segments past retention.
 *
 * Owns: the log's start. Only what is below the high watermark and in the files goes; what is past retention is decided in `retention.ts`.
 */
import { ErrorCode } from '@zurau/protocol';
import type { LogEnvironment } from './log-environment.ts';
import { LogError } from './log-error.ts';
import type { LogReader } from './log-reader.ts';
import type { LogState } from './log-state.ts';
import type { LogWriter } from './log-writer.ts';
import { countDeletable } from './retention.ts';
import type { SegmentRemoval } from './segment-removal.ts';
import type { SegmentRoller } from './segment-roller.ts';

export interface LogRetentionParts {
  readonly environment: LogEnvironment;
  readonly state: LogState;
  readonly writer: LogWriter;
  readonly reader: LogReader;
  readonly roller: SegmentRoller;
  readonly removal: SegmentRemoval;
  readonly checkInvariants: () => void;
}

export class LogRetention {
  readonly #parts: LogRetentionParts;

  constructor(parts: LogRetentionParts) {
    this.#parts = parts;
  }

  /** Throws LogError OFFSET_OUT_OF_RANGE above the high watermark. */
  deleteRecordsBefore(offset: number): void {
    const { highWatermark } = this.#parts.state;
    if (offset > highWatermark) {
      throw new LogError(
        ErrorCode.OFFSET_OUT_OF_RANGE,
        `cannot delete records up to ${offset}, the high watermark is ${highWatermark}`,
      );
    }
    this.#advanceLogStart(offset);
  }

  /** Returns how many segments went. */
  apply(): number {
    const { environment, state, writer, reader, roller, removal } = this.#parts;
    const { segments, config } = state;
    if (state.refusal !== undefined) return 0;
    const nowMs = environment.platform.clock.now();
    const view = {
      segments: segments.all,
      endOffsetOf: (index: number): number => segments.endOffsetOf(index, state.logEndOffset),
      logStartOffset: state.logStartOffset,
      highWatermark: Math.min(state.highWatermark, writer.writtenOffset),
    };
    const count = countDeletable(view, config, nowMs);
    if (count === 0) return 0;
    if (count === segments.count) roller.roll(nowMs);
    this.#advanceLogStart(segments.at(count)!.baseOffset);
    const removed = segments.removeFirst(count);
    writer.forget(segments.all);
    reader.forgetPlaces();
    for (const segment of removed) removal.removeLater(segment, config.fileDeleteDelayMs);
    state.removeStraySnapshots();
    environment.logger.info(
      { log: state.name, segments: count, logStartOffset: state.logStartOffset },
      'deleted segments past retention',
    );
    return count;
  }

  #advanceLogStart(offset: number): void {
    const { state, checkInvariants } = this.#parts;
    if (offset <= state.logStartOffset) return;
    state.logStartOffset = offset;
    state.highWatermark = Math.max(state.highWatermark, offset);
    state.epochs.truncateFromStart(offset);
    state.producers.onHighWatermark(state.highWatermark);
    checkInvariants();
  }
}
