/**
 * Segments that are no longer part of a log: renamed at once, removed after `file.delete.delay.ms`. Whoever is reading one
 * reads on until it lets go. What cannot be removed is reported and left for the next start, which removes it by its name.
 */
import { DiskError } from '@zurau/platform';
import type { Timer, Timers } from '@zurau/platform';
import type { Segment } from './segment.ts';

export class SegmentRemoval {
  readonly #timers: Timers;
  readonly #onFailure: (segment: Segment, error: DiskError) => void;
  readonly #waiting = new Map<Segment, Timer>();

  /** `onFailure` hears of files that could not be removed, where nobody else can be told. */
  constructor(timers: Timers, onFailure: (segment: Segment, error: DiskError) => void) {
    this.#timers = timers;
    this.#onFailure = onFailure;
  }

  /** Throws DiskError when the files cannot be renamed; they are not removed then. */
  removeLater(segment: Segment, delayMs: number): void {
    segment.markDeleted();
    this.removeMarked(segment, delayMs);
  }

  /** Same for a segment whose files have their new names. */
  removeMarked(segment: Segment, delayMs: number): void {
    const timer = this.#timers.after(delayMs, () => {
      this.#waiting.delete(segment);
      this.#remove(segment);
    });
    this.#waiting.set(segment, timer);
  }

  /** Removes those now whose base offset is in [fromOffset, toOffset): their names are needed. Throws DiskError. */
  finishBetween(fromOffset: number, toOffset: number): void {
    for (const [segment, timer] of this.#waiting) {
      if (segment.baseOffset < fromOffset || segment.baseOffset >= toOffset) continue;
      timer.cancel();
      this.#waiting.delete(segment);
      segment.removeFiles();
    }
  }

  /** Removes what is waiting now, as far as the disk lets it. */
  finish(): void {
    for (const [segment, timer] of this.#waiting) {
      timer.cancel();
      this.#remove(segment);
    }
    this.#waiting.clear();
  }

  #remove(segment: Segment): void {
    try {
      segment.removeFiles();
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.#onFailure(segment, error);
    }
  }
}
