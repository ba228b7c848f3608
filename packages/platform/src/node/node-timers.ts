/**
 * Timers of the event loop. Owns the two traps of `setTimeout`: delays past 2^31 ms fire at once,
 * fractions are cut.
 */
import type { Timer, Timers } from '../timers.ts';

/** The longest delay `setTimeout` takes (24.8 days); longer ones are waited for in pieces. */
const DELAY_MS_MAX = 2 ** 31 - 1;

class NodeTimeout implements Timer {
  #handle: NodeJS.Timeout | undefined;
  readonly #callback: () => void;

  constructor(delayMs: number, callback: () => void) {
    this.#callback = callback;
    this.#arm(Math.max(0, Math.ceil(delayMs)));
  }

  cancel(): void {
    clearTimeout(this.#handle);
    this.#handle = undefined;
  }

  #arm(remainingMs: number): void {
    if (remainingMs > DELAY_MS_MAX) {
      this.#handle = setTimeout(() => this.#arm(remainingMs - DELAY_MS_MAX), DELAY_MS_MAX);
    } else {
      this.#handle = setTimeout(this.#callback, remainingMs);
    }
  }
}

export const nodeTimers: Timers = {
  after: (delayMs, callback) => new NodeTimeout(delayMs, callback),
  every(intervalMs, callback) {
    const wholeMs = Math.min(DELAY_MS_MAX, Math.ceil(intervalMs));
    const handle = setInterval(callback, wholeMs).unref();
    return { cancel: () => clearInterval(handle) };
  },
  nextTurn(callback) {
    setImmediate(callback);
  },
};
