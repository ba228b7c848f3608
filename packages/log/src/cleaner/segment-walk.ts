/**
 * Takes the cleaner through the batches of a segment: in slices, throttled, and only as long as the log is the one that the
 * pass began with. Every batch is checked before it is shown.
 */
import { wholeBatchSizeBytes } from '@zurau/protocol';
import type { LogCompaction } from '../log-compaction.ts';
import type { Segment } from '../segment.ts';
import { requireSound } from './batch-window.ts';
import type { BatchWindow } from './batch-window.ts';
import type { CleanerPace } from './cleaner-pace.ts';
import type { CleanerThrottle } from './cleaner-throttle.ts';

/** The log is not what it was when the pass began, or the cleaner is being closed. */
export class CleaningAborted extends Error {}

export interface WalkOptions {
  readonly log: LogCompaction;
  readonly window: BatchWindow;
  readonly pace: CleanerPace;
  readonly throttle: CleanerThrottle;
  /** The cleaner is being closed. */
  readonly isStopped: () => boolean;
}

export interface BatchVisitor {
  /** One batch; false ends the walk. */
  visit(buffer: Buffer, at: number, sizeBytes: number): boolean;
  /** Nothing shown so far is valid any longer once this resolves. */
  endOfWindow?(): Promise<void>;
}

export class SegmentWalk {
  bytesRead = 0;
  readonly #options: WalkOptions;
  readonly #generation: number;

  constructor(options: WalkOptions) {
    this.#options = options;
    this.#generation = options.log.generation;
  }

  /** Throws CleaningAborted unless the pass may go on. */
  requireCurrent(): void {
    const { log, isStopped } = this.#options;
    if (isStopped() || !log.isUsable || log.generation !== this.#generation) {
      throw new CleaningAborted();
    }
  }

  /** Shows the batches from `position` on; true if it got to the end. Rejects as {@link BatchWindow.read} and visitors do. */
  async walk(segment: Segment, position: number, visitor: BatchVisitor): Promise<boolean> {
    const { window, pace } = this.#options;
    let nextOffset = segment.baseOffset;
    while (position < segment.writtenBytes) {
      const buffer = await window.read(segment, position);
      await this.charge(buffer.length);
      this.bytesRead += buffer.length;
      let at = 0;
      for (;;) {
        const sizeBytes = wholeBatchSizeBytes(buffer, at, buffer.length);
        if (sizeBytes <= 0) break;
        nextOffset = requireSound(buffer, at, segment, position + at, nextOffset);
        if (!visitor.visit(buffer, at, sizeBytes)) return false;
        at += sizeBytes;
        if (!pace.worked(sizeBytes)) continue;
        await pace.yield();
        this.requireCurrent();
      }
      await visitor.endOfWindow?.();
      pace.resumed();
      position += at;
    }
    return true;
  }

  /** Pays for bytes read or written. */
  async charge(sizeBytes: number): Promise<void> {
    const { throttle, pace, isStopped } = this.#options;
    await throttle.charge(sizeBytes, isStopped);
    pace.resumed();
    this.requireCurrent();
  }
}
