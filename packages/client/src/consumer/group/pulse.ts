/**
 * The timer of a member: heartbeats at their interval, whatever the user does, and a look at whether the user still gets on.
 *
 * Owns no state of the group. One heartbeat at a time; the timer is set anew when the last was answered.
 */
import type { Platform, Timer } from '@zurau/platform';

export interface PulseOptions {
  readonly intervalMs: number;
  /** How long the user may work on what one poll returned. */
  readonly patienceMs: number;
  /** Monotonic; undefined while the user is at rest. */
  readonly busySinceMs: () => number | undefined;
  /** Sends a heartbeat. Resolves false to be called again soon. Never rejects. */
  readonly beat: () => Promise<boolean>;
  readonly onImpatient: () => void;
}

/** After a heartbeat that found no coordinator. */
const SOON_MS = 200;

export class Pulse {
  readonly #platform: Platform;
  readonly #options: PulseOptions;
  /** Undefined at rest. Changed by every start and rest, so that an old beat does not go on. */
  #run: object | undefined;
  #timer: Timer | undefined;
  #intervalMs: number;
  #nextBeatMs = 0;

  constructor(platform: Platform, options: PulseOptions) {
    this.#platform = platform;
    this.#options = options;
    this.#intervalMs = options.intervalMs;
  }

  /** The coordinator may say how often it wants to hear of its members. */
  setInterval(intervalMs: number): void {
    this.#intervalMs = intervalMs;
  }

  /** The first beat comes after one interval. */
  start(): void {
    this.rest();
    this.#run = {};
    this.#nextBeatMs = this.#nowMs() + this.#intervalMs;
    this.#sleep();
  }

  /** The next beat is due now. Nothing happens at rest. */
  hurry(): void {
    if (this.#run === undefined) return;
    this.#nextBeatMs = this.#nowMs();
    if (this.#timer !== undefined) this.#sleep();
  }

  rest(): void {
    this.#run = undefined;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #sleep(): void {
    const busySinceMs = this.#options.busySinceMs();
    const impatientMs =
      busySinceMs === undefined ? Number.POSITIVE_INFINITY : busySinceMs + this.#options.patienceMs;
    const untilMs = Math.min(
      this.#nextBeatMs,
      impatientMs,
      this.#nowMs() + this.#options.patienceMs,
    );
    this.#timer?.cancel();
    this.#timer = this.#platform.timers.after(Math.max(0, untilMs - this.#nowMs()), () => {
      this.#timer = undefined;
      this.#onTime();
    });
  }

  #onTime(): void {
    const run = this.#run;
    if (run === undefined) return;
    const nowMs = this.#nowMs();
    const busySinceMs = this.#options.busySinceMs();
    if (busySinceMs !== undefined && nowMs - busySinceMs >= this.#options.patienceMs) {
      this.#options.onImpatient();
    }
    if (this.#run !== run) return;
    if (nowMs < this.#nextBeatMs) {
      this.#sleep();
      return;
    }
    this.#nextBeatMs = nowMs + this.#intervalMs;
    void this.#options.beat().then((calm) => {
      if (this.#run !== run) return;
      if (!calm) this.#nextBeatMs = this.#nowMs() + Math.min(SOON_MS, this.#intervalMs);
      this.#sleep();
    });
  }

  #nowMs(): number {
    return this.#platform.clock.monotonicMs();
  }
}
