/**
 * Takes away the end of a log, or all of it: truncation by a follower, a write that failed, a new start at another
 * offset. Whatever is cut off is gone from memory at once, and durably gone before anything is appended in its place; else a
 * power failure could bring it back between later records.
 */
import type { LogEnvironment } from './log-environment.ts';
import type { LogReader } from './log-reader.ts';
import type { LogState } from './log-state.ts';
import type { LogWriter } from './log-writer.ts';
import { rebuildProducers } from './producer-rebuild.ts';
import type { Segment } from './segment.ts';
import type { SegmentRoller } from './segment-roller.ts';

export class LogCutter {
  readonly #environment: LogEnvironment;
  readonly #state: LogState;
  readonly #writer: LogWriter;
  readonly #reader: LogReader;
  readonly #roller: SegmentRoller;

  constructor(
    environment: LogEnvironment,
    state: LogState,
    writer: LogWriter,
    reader: LogReader,
    roller: SegmentRoller,
  ) {
    this.#environment = environment;
    this.#state = state;
    this.#writer = writer;
    this.#reader = reader;
    this.#roller = roller;
  }

  /** Cuts at `offset`, or at the start of the batch that holds it. Returns the segment to be synced, undefined if nothing was cut. */
  cutAt(offset: number): Segment | undefined {
    const { segments, logEndOffset } = this.#state;
    if (offset >= logEndOffset) return undefined;
    if (offset <= segments.first.baseOffset) return this.startAnew(offset);
    const segment = segments.at(segments.indexFor(offset))!;
    const position = segment.positionOf(offset);
    const isInside = position < segment.writtenBytes;
    this.#cut(isInside ? segment.offsetAtPosition(position) : offset, segment, position);
    return segment;
  }

  /** Cuts everything that is not written. Returns the segment to be synced. */
  cutUnwritten(): Segment {
    const { segments } = this.#state;
    const { writtenOffset } = this.#writer;
    const segment = segments.at(segments.indexFor(writtenOffset))!;
    this.#cut(writtenOffset, segment, segment.writtenBytes);
    return segment;
  }

  /** Empties the log, which begins at `offset` from now on. Returns the segment to be synced. */
  startAnew(offset: number): Segment {
    const state = this.#state;
    state.generation++;
    state.tail.clear();
    for (const removed of state.segments.removeAbove(-1)) removed.removeFiles();
    const segment = this.#roller.newSegment(offset, this.#environment.platform.clock.now());
    segment.create();
    state.segments.add(segment);
    state.logStartOffset = offset;
    state.logEndOffset = offset;
    state.syncedOffset = offset;
    state.highWatermark = offset;
    state.epochs.clear();
    this.#settle();
    return segment;
  }

  #cut(offset: number, segment: Segment, position: number): void {
    const state = this.#state;
    state.generation++;
    state.tail.clear();
    for (const removed of state.segments.removeAbove(segment.baseOffset)) removed.removeFiles();
    segment.truncateTo(offset, position);
    segment.namesChanged();
    state.logEndOffset = offset;
    this.#settle();
  }

  /** Brings everything that knows of offsets in line with the log's new end. */
  #settle(): void {
    const state = this.#state;
    const offset = state.logEndOffset;
    // The batch that held the log start offset may be gone with all it began with.
    state.logStartOffset = Math.min(state.logStartOffset, offset);
    state.syncedOffset = Math.min(state.syncedOffset, offset);
    state.highWatermark = Math.min(state.highWatermark, offset);
    this.#reader.forgetPlaces();
    this.#writer.reset(offset, state.segments.all);
    state.epochs.truncateFromEnd(offset);
    state.snapshots.removeAfter(offset);
    rebuildProducers(
      state.producers,
      state.snapshots,
      state.segments,
      state.logStartOffset,
      offset,
      this.#environment.platform.clock.now(),
    );
    // What was decided below the high watermark before holds nobody back now.
    state.producers.onHighWatermark(state.highWatermark);
  }
}
