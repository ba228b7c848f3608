/**
 * Holds the cleaner to `log.cleaner.io.max.bytes.per.second`, reads and writes together, all of its cleanings together.
 */
import type { Platform } from '@zurau/platform';

/** Debts below this are paid together with the next ones. */
const WAIT_MS_MIN = 20;
/** A cleaning that is given up waits no longer. */
const WAIT_MS_MAX = 100;

export class CleanerThrottle {
  readonly #platform: Platform;
  readonly #bytesPerSecond: () => number;
  /** When all bytes so far are paid for. */
  #paidAtMs = 0;

  constructor(platform: Platform, bytesPerSecond: () => number) {
    this.#platform = platform;
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** Counts `sizeBytes` read or written, and waits until they are paid for or `isStopped`. True if it waited. */
  async charge(sizeBytes: number, isStopped: () => boolean): Promise<boolean> {
    const bytesPerSecond = this.#bytesPerSecond();
    const { clock, timers } = this.#platform;
    const nowMs = clock.monotonicMs();
    this.#paidAtMs = Math.max(nowMs, this.#paidAtMs) + (sizeBytes / bytesPerSecond) * 1000;
    const untilMs = this.#paidAtMs;
    if (untilMs - nowMs < WAIT_MS_MIN) return false;
    for (;;) {
      const debtMs = untilMs - clock.monotonicMs();
      if (debtMs <= 0 || isStopped()) return true;
      await new Promise<void>((resolve) => {
        timers.after(Math.min(WAIT_MS_MAX, debtMs), () => resolve());
      });
    }
  }
}
