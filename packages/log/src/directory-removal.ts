/**
 * Directories of deleted partitions, which have their new names already: removed after `file.delete.delay.ms`. What is left over when the process ends, the next start
 * finds by its name.
 */
import type { Platform, Timer } from '@zurau/platform';
import type { LogLogger } from './logger.ts';

export class DirectoryRemoval {
  readonly #platform: Platform;
  readonly #logger: LogLogger;
  readonly #waiting = new Set<Timer>();

  constructor(platform: Platform, logger: LogLogger) {
    this.#platform = platform;
    this.#logger = logger;
  }

  removeLater(path: string, delayMs: number): void {
    const timer = this.#platform.timers.after(delayMs, () => {
      this.#waiting.delete(timer);
      this.#platform.disk.removeTree(path).catch((error: unknown) => {
        this.#logger.error({ path, error }, 'cannot remove a deleted partition');
      });
    });
    this.#waiting.add(timer);
  }

  /** Removes nothing any more. */
  cancel(): void {
    for (const timer of this.#waiting) timer.cancel();
  }
}
