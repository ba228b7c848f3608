/**
 * When a log is to be synced in the background: after `flush.ms`, when a segment is full, and when so much is unsynced that recovery would
 * take long. (`flush.messages` is the writer's: it delays acknowledgement.)
 */
import type { Timer, Timers } from '@zurau/platform';
import { UNSYNCED_MAX_BYTES } from './limits.ts';
import type { LogState } from './log-state.ts';

/** Longer is "never": timers cannot wait longer. */
const TIMER_MAX_MS = 0x7fffffff;

export class FlushPolicy {
  readonly #timers: Timers;
  readonly #state: LogState;
  readonly #flush: () => void;
  #unsyncedBytes = 0;
  #timer: Timer | undefined;

  /** `flush` asks for a flush soon; it may be asked more than once. */
  constructor(timers: Timers, state: LogState, flush: () => void) {
    this.#timers = timers;
    this.#state = state;
    this.#flush = flush;
  }

  appended(sizeBytes: number): void {
    const { flushMs } = this.#state.config;
    if (this.#timer === undefined && flushMs <= TIMER_MAX_MS) {
      this.#timer = this.#timers.after(flushMs, () => {
        this.#timer = undefined;
        this.#flush();
      });
    }
    this.#unsyncedBytes += sizeBytes;
    if (this.#unsyncedBytes < UNSYNCED_MAX_BYTES) return;
    this.#unsyncedBytes = 0;
    this.#flush();
  }

  /** A flush of all that was appended begins. */
  flushing(): void {
    this.#unsyncedBytes = 0;
    this.cancel();
  }

  cancel(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
