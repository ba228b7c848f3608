/**
 * A failure of a run, from which it recovers by trying again after a pause, so often in a row as KafkaJS would; then the run is over.
 */
import type { Platform } from '@zurau/platform';
import type { Logger } from './logger.ts';
import { finalError, isWorthRetrying, pauseMs, type RetryPolicy } from './retry.ts';

export class Setback {
  readonly #platform: Platform;
  readonly #policy: RetryPolicy;
  readonly #logger: Logger;
  #error: Error | undefined;
  /** In a row. */
  #count = 0;
  /** Monotonic time at which the pause is over; undefined before it begins. */
  #resumeAtMs: number | undefined;

  constructor(platform: Platform, policy: RetryPolicy, logger: Logger) {
    this.#platform = platform;
    this.#policy = policy;
    this.#logger = logger;
  }

  /** Until it is over nothing is handed out. */
  get isUnderWay(): boolean {
    return this.#error !== undefined;
  }

  /** False when there is one already, whose end will do for both. */
  begin(error: Error): boolean {
    if (this.#error !== undefined) return false;
    this.#error = error;
    return true;
  }

  /** The application got on: earlier failures do not count any more. */
  forget(): void {
    this.#count = 0;
  }

  /** Begins the pause, or waits for its end; true when that has come, once. Throws what cannot be helped by trying again. */
  ends(): boolean {
    const error = this.#error;
    if (error === undefined) return false;
    const nowMs = this.#platform.clock.monotonicMs();
    if (this.#resumeAtMs === undefined) {
      if (!isWorthRetrying(error) || this.#count >= this.#policy.retries) {
        throw finalError(error, this.#policy, this.#count);
      }
      this.#resumeAtMs = nowMs + pauseMs(this.#platform, this.#policy, this.#count);
      this.#count += 1;
      this.#logger.debug('Trying again after an error', { error: error.message });
    }
    if (nowMs < this.#resumeAtMs) return false;
    this.#resumeAtMs = undefined;
    this.#error = undefined;
    return true;
  }
}
