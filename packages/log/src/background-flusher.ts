/**
 * Flushes logs in the background, one after the other: each sync holds a thread of a small pool that reads and writes
 * need too, and together they would not be faster.
 */
import type { PartitionLog } from './partition-log.ts';

export class BackgroundFlusher {
  readonly #queue = new Set<PartitionLog>();
  #running: Promise<void> | undefined;

  /** Flushes `log` when its turn comes; once, however often it is added before. */
  add(log: PartitionLog): void {
    this.#queue.add(log);
    this.#running ??= this.#run();
  }

  /** Forgets `log`, unless its flush is under way. */
  forget(log: PartitionLog): void {
    this.#queue.delete(log);
  }

  /** Resolves when nothing is queued or under way. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    // Never inside the caller's turn: a flush writes what is pending, and may find that it cannot.
    await Promise.resolve();
    for (const log of this.#queue) {
      this.#queue.delete(log);
      // The log itself notes and reports what went wrong.
      await log.flush().catch(() => {});
    }
    this.#running = undefined;
  }
}
