/**
 * Holds the cleaner to `log.cleaner.io.max.bytes.per.second`, reads and writes together, all of its cleanings together. Follows the setting
 * while it waits.
 */
import type { Platform } from '@zurau/platform';

/** Debts that are paid sooner are not worth a timer: they are paid together with the next ones. */
const WAIT_MS_MIN = 20;
/** A cleaning that is given up waits no longer, nor one whose limit was raised. */
const WAIT_MS_MAX = 100;

export class CleanerThrottle {
  readonly #platform: Platform;
  readonly #bytesPerSecond: () => number;
  /** Done, but not paid for at {@link #settledAtMs}. */
  #debtBytes = 0;
  #settledAtMs = 0;

  constructor(platform: Platform, bytesPerSecond: () => number) {
    this.#platform = platform;
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** Counts `sizeBytes` read or written, and waits until they are paid for or `isStopped`. */
  async charge(sizeBytes: number, isStopped: () => boolean): Promise<void> {
    this.#debtMs();
    this.#debtBytes += sizeBytes;
    for (;;) {
      const debtMs = this.#debtMs();
      if (debtMs < WAIT_MS_MIN || isStopped()) return;
      await new Promise<void>((resolve) => {
        this.#platform.timers.after(Math.min(WAIT_MS_MAX, debtMs), () => resolve());
      });
    }
  }

  /** Takes off what the time since has paid for; returns how long the rest takes. */
  #debtMs(): number {
    const bytesPerMs = Math.max(1, this.#bytesPerSecond()) / 1000;
    const nowMs = this.#platform.clock.monotonicMs();
    const paidBytes = (nowMs - this.#settledAtMs) * bytesPerMs;
    this.#debtBytes = Math.max(0, this.#debtBytes - paidBytes);
    this.#settledAtMs = nowMs;
    return this.#debtBytes / bytesPerMs;
  }
}
