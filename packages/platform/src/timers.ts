/** A pending timer; cancelling it twice, or after it fired, does nothing. */
export interface Timer {
  cancel(): void;
}

/** Runs callbacks later. Callbacks never run inside the call that set them. */
export interface Timers {
  /**
   * Runs `callback` once, `delayMs` milliseconds from now or a little later. Keeps the process
   * alive.
   */
  after(delayMs: number, callback: () => void): Timer;
  /**
   * Runs `callback` every `intervalMs` milliseconds until it is cancelled. Does not keep the
   * process alive.
   */
  every(intervalMs: number, callback: () => void): Timer;
  /** Runs `callback` after the I/O of this turn of the event loop (`setImmediate`). */
  nextTurn(callback: () => void): void;
}
