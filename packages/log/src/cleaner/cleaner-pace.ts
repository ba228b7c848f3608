/**
 * Keeps a cleaning out of everybody's way: it works in slices of a few milliseconds on the one event loop.
 *
 * A slice is followed by a turn of the event loop. When that turn took long, others have work to do, and the cleaning rests for a
 * multiple of its slice; when it did not, the loop was idle and the next slice begins at once.
 */
import type { Platform } from '@zurau/platform';

/** Longest work in one go, but for a single batch that takes longer. */
const SLICE_MS = 1;
/** For clocks that stand still within a turn: a slice ends after so many bytes, too. */
const SLICE_BYTES = 1024 * 1024;
/** A turn of the loop that took longer had other work in it. */
const BUSY_TURN_MS = 0.5;
/** On a busy loop, rest for each millisecond of work. */
const REST_FACTOR = 4;
const REST_MS_MAX = 50;

export class CleanerPace {
  readonly #platform: Platform;
  #sliceStartMs: number;
  #sliceBytes = 0;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#sliceStartMs = platform.clock.monotonicMs();
  }

  /** A slice begins now: the caller was waiting for something. */
  resumed(): void {
    this.#sliceStartMs = this.#platform.clock.monotonicMs();
    this.#sliceBytes = 0;
  }

  /** Counts bytes that were worked on; true when it is time for {@link yield}. */
  worked(sizeBytes: number): boolean {
    this.#sliceBytes += sizeBytes;
    if (this.#sliceBytes >= SLICE_BYTES) return true;
    return this.#platform.clock.monotonicMs() - this.#sliceStartMs >= SLICE_MS;
  }

  /** Lets the others work. */
  async yield(): Promise<void> {
    const { clock, timers } = this.#platform;
    const stoppedMs = clock.monotonicMs();
    const workedMs = stoppedMs - this.#sliceStartMs;
    await new Promise<void>((resolve) => timers.nextTurn(resolve));
    if (clock.monotonicMs() - stoppedMs > BUSY_TURN_MS) {
      const restMs = Math.min(REST_MS_MAX, workedMs * REST_FACTOR);
      await new Promise<void>((resolve) => timers.after(restMs, () => resolve()));
    }
    this.resumed();
  }
}
