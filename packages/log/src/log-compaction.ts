/**
 * A log as the cleaner sees it: what it may read, and the one thing that it may change, segments for a compacted copy of them.
 *
 * The exchange is Kafka's, so that a crash at any moment leaves either the old segments or the new one:
 *
 *   1  N.log.cleaned ...      the copy, written and synced           a start removes it
 *   2  N.log.swap ...         the copy is complete                   a start finishes what follows
 *   3  N.log.deleted, M.log.deleted ...   the old ones go            a start removes them
 *   4  N.log ...              the copy is part of the log
 *
 * Names of one directory become durable in the order in which they changed, so one sync at the end is enough.
 */
import { DiskError } from '@zurau/platform';
import { assert } from './assertions.ts';
import type { LastOfProducer } from './cleaner/batch-filter.ts';
import type { CleanableLog } from './cleaner/cleanable-range.ts';
import { CLEANED_SUFFIX, SWAP_SUFFIX } from './file-names.ts';
import type { LogConfig } from './log-config.ts';
import type { LogEnvironment } from './log-environment.ts';
import { storageError } from './log-error.ts';
import type { LogReader } from './log-reader.ts';
import type { LogState } from './log-state.ts';
import type { LogWriter } from './log-writer.ts';
import { Segment } from './segment.ts';
import type { SegmentRemoval } from './segment-removal.ts';
import type { AbortedTransaction } from './transaction-index.ts';

export class LogCompaction implements CleanableLog {
  readonly #environment: LogEnvironment;
  readonly #state: LogState;
  readonly #writer: LogWriter;
  readonly #reader: LogReader;
  readonly #removal: SegmentRemoval;
  readonly #checkpoint: (offset: number) => Promise<boolean>;

  constructor(
    environment: LogEnvironment,
    state: LogState,
    writer: LogWriter,
    reader: LogReader,
    removal: SegmentRemoval,
    checkpoint: (offset: number) => Promise<boolean>,
  ) {
    this.#environment = environment;
    this.#state = state;
    this.#writer = writer;
    this.#reader = reader;
    this.#removal = removal;
    this.#checkpoint = checkpoint;
  }

  get config(): LogConfig {
    return this.#state.config;
  }

  get segments(): readonly Segment[] {
    return this.#state.segments.all;
  }

  get logStartOffset(): number {
    return this.#state.logStartOffset;
  }

  get logEndOffset(): number {
    return this.#state.logEndOffset;
  }

  get lastStableOffset(): number {
    return this.#state.lastStableOffset;
  }

  get syncedOffset(): number {
    return this.#state.syncedOffset;
  }

  /** Changes whenever the log is cut. */
  get generation(): number {
    return this.#state.generation;
  }

  /** The log is open and its disk works. */
  get isUsable(): boolean {
    return this.#state.refusal === undefined;
  }

  /** Segments with any offset in [fromOffset, toOffset), as they are now. */
  segmentsBetween(fromOffset: number, toOffset: number): Segment[] {
    const { segments } = this.#state;
    const first = segments.indexFor(fromOffset);
    return segments.all.slice(first).filter((segment) => segment.baseOffset < toOffset);
  }

  /** First offset behind a segment of the log. */
  endOffsetOf(segment: Segment): number {
    const { segments, logEndOffset } = this.#state;
    return segments.endOffsetOf(segments.indexFor(segment.baseOffset), logEndOffset);
  }

  /** Aborted transactions that overlap [fromOffset, toOffset). */
  abortedTransactions(fromOffset: number, toOffset: number): AbortedTransaction[] {
    const { segments } = this.#state;
    const found: AbortedTransaction[] = [];
    for (let index = segments.indexFor(fromOffset); index < segments.count; index++) {
      if (segments.at(index)!.transactionIndex.collect(fromOffset, toOffset, found)) break;
    }
    return found;
  }

  /** Where a producer's last batch ended; undefined when the log does not know the producer any more. */
  lastOf(producerId: number): LastOfProducer | undefined {
    const entry = this.#state.producers.entry(producerId);
    if (entry === undefined) return undefined;
    return { lastOffset: entry.lastBatch?.lastOffset, epoch: entry.epoch };
  }

  /**
   * To be asked before segments up to `offset` are replaced: resolves to whether the recovery point in the checkpoint file is at or above it for good. Behind
   * that point recovery takes a gap between segments for data that a crash lost, and cuts the log there.
   */
  makeRecoveryPointDurable(offset: number): Promise<boolean> {
    return this.#checkpoint(offset);
  }

  /** An empty segment for a copy, not part of the log. Throws DiskError. */
  newCleanedSegment(baseOffset: number): Segment {
    const { platform } = this.#environment;
    const segment = new Segment({
      disk: platform.disk,
      directory: this.#state.directory,
      baseOffset,
      sizeBytes: 0,
      nowMs: platform.clock.now(),
      jitterMs: 0,
      trustIndexes: false,
      suffix: CLEANED_SUFFIX,
    });
    segment.create();
    return segment;
  }

  /** Makes the content of a copy durable. Rejects with DiskError. */
  syncCopy(cleaned: Segment): Promise<void> {
    return this.#offLoop(cleaned.syncFiles());
  }

  /** Whether the segments are still in the log, side by side. */
  holds(segments: readonly Segment[]): boolean {
    const { all } = this.#state.segments;
    const first = all.indexOf(segments[0]!);
    return first >= 0 && segments.every((segment, i) => all[first + i] === segment);
  }

  /**
   * Puts the copy in place of the segments that it was made of, in this turn; resolves when that is durable. The copy's content is synced. Readers of the old ones
   * read on. Rejects with DiskError; if that leaves files half renamed, the log takes no more records until a start has put them right.
   */
  async replace(replaced: readonly Segment[], cleaned: Segment): Promise<void> {
    const state = this.#state;
    assert(this.holds(replaced), 'what is replaced is in the log');
    assert(!replaced.includes(state.segments.active), 'the active segment is not replaced');
    const { disk } = this.#environment.platform;
    // An earlier generation of these segments may wait for its removal under the names that these get now.
    this.#removal.finishBetween(replaced[0]!.baseOffset, this.endOffsetOf(replaced.at(-1)!));
    try {
      cleaned.renameFiles(SWAP_SUFFIX);
    } catch (error) {
      cleaned.removeFiles();
      throw error;
    }
    // From here on a start would finish the exchange: so do we, whatever happens.
    cleaned.indexesComplete = true;
    state.segments.replace(replaced, cleaned);
    state.tail.forget(replaced);
    this.#writer.forget(state.segments.all);
    this.#reader.forgetPlaces();
    try {
      for (const segment of replaced) segment.markDeleted();
      cleaned.renameFiles('');
      // The old ones go when the new names are durable, not before: one of the two must be there after a power failure.
      await this.#offLoop(disk.syncDir(state.directory));
      cleaned.namesDurable();
      if (!state.abandoned) state.removeStraySnapshots();
    } catch (error) {
      for (const segment of replaced) segment.close();
      if (!(error instanceof DiskError)) throw error;
      state.refusal ??= storageError(error);
      throw error;
    }
    for (const segment of replaced) {
      if (state.abandoned) segment.close();
      else this.#removal.removeMarked(segment, state.config.fileDeleteDelayMs);
    }
  }

  /** While something is synced, nobody's write may wait for it inside of a turn. */
  async #offLoop(sync: Promise<void>): Promise<void> {
    const { scheduler } = this.#environment;
    scheduler.syncsUnderWay++;
    try {
      await sync;
    } finally {
      scheduler.syncsUnderWay--;
    }
  }
}
