/**
 * Responses that wait for the high watermark, in the order of their records.
 *
 * Owns the queue and its deadlines; one timer serves all, since all wait equally long and the oldest is always first. It is not cancelled when
 * the queue runs empty, which it does after nearly every write: at most it fires once in a timeout for nothing.
 */
import type { Clock, Timer, Timers } from '@zurau/platform';

/** Called once: without an error code when everything up to the offset is replicated. */
export type Settle = (errorCode: number | undefined) => void;

interface Parked {
  readonly offset: number;
  readonly deadlineMs: number;
  readonly settle: Settle;
}

export class ParkedResponses {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #timeoutMs: number;
  readonly #onTimeout: () => void;
  #queue: Parked[] = [];
  #timer: Timer | undefined;

  /** `onTimeout` is called from a timer when the oldest has waited `timeoutMs`; it is to call {@link expire}. */
  constructor(clock: Clock, timers: Timers, timeoutMs: number, onTimeout: () => void) {
    this.#clock = clock;
    this.#timers = timers;
    this.#timeoutMs = timeoutMs;
    this.#onTimeout = onTimeout;
  }

  get count(): number {
    return this.#queue.length;
  }

  /** Parks until `offset` is replicated. Offsets never fall from one call to the next. */
  park(offset: number, settle: Settle): void {
    const deadlineMs = this.#clock.monotonicMs() + this.#timeoutMs;
    this.#queue.push({ offset, deadlineMs, settle });
    this.#arm();
  }

  /** Lets go whatever lies below `highWatermark`. */
  release(highWatermark: number): void {
    this.#settleWhile((parked) => parked.offset < highWatermark, undefined);
  }

  /** Fails what has waited too long with `errorCode`. */
  expire(errorCode: number): void {
    this.#timer = undefined;
    const nowMs = this.#clock.monotonicMs();
    this.#settleWhile((parked) => parked.deadlineMs <= nowMs, errorCode);
    this.#arm();
  }

  /** Fails everything. */
  failAll(errorCode: number): void {
    this.#settleWhile(() => true, errorCode);
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #settleWhile(done: (parked: Parked) => boolean, errorCode: number | undefined): void {
    let count = 0;
    for (const parked of this.#queue) {
      if (!done(parked)) break;
      count++;
    }
    if (count === 0) return;
    const settled = this.#queue.slice(0, count);
    this.#queue = this.#queue.slice(count);
    for (const parked of settled) parked.settle(errorCode);
  }

  #arm(): void {
    const oldest = this.#queue[0];
    if (oldest === undefined || this.#timer !== undefined) return;
    const delayMs = Math.max(0, oldest.deadlineMs - this.#clock.monotonicMs());
    this.#timer = this.#timers.after(delayMs, this.#onTimeout);
  }
}
