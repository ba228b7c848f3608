/**
 * Segments that are no longer part of a log: renamed at once, removed after `file.delete.delay.ms`. Whoever is reading one
 * reads on until it lets go.
 */
import type { Timer, Timers } from '@zurau/platform';
import type { Segment } from './segment.ts';

export class SegmentRemoval {
  readonly #timers: Timers;
  readonly #waiting = new Map<Segment, Timer>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  removeLater(segment: Segment, delayMs: number): void {
    segment.markDeleted();
    const timer = this.#timers.after(delayMs, () => {
      this.#waiting.delete(segment);
      segment.removeFiles();
    });
    this.#waiting.set(segment, timer);
  }

  /** Removes those now whose base offset is in [fromOffset, toOffset): their names are needed. */
  finishBetween(fromOffset: number, toOffset: number): void {
    for (const [segment, timer] of this.#waiting) {
      if (segment.baseOffset < fromOffset || segment.baseOffset >= toOffset) continue;
      timer.cancel();
      this.#waiting.delete(segment);
      segment.removeFiles();
    }
  }

  /** Removes what is waiting now. */
  finish(): void {
    for (const [segment, timer] of this.#waiting) {
      timer.cancel();
      segment.removeFiles();
    }
    this.#waiting.clear();
  }
}
