/**
 * Flushes every log that was appended to in this turn of the event loop once, after the turn's input was handled.
 *
 * So that the many small appends of a turn become one write per log; what it writes and how is each writer's
 * decision within the turn's budget.
 */
import type { Timers } from '@zurau/platform';
import { SYNC_WRITE_TURN_MAX_BYTES } from './limits.ts';

/** A log's writer as the scheduler sees it. */
export interface ScheduledWriter {
  /** Listed for the next flush; the scheduler's own mark. */
  scheduled: boolean;
  /** Starts writing what is pending; may block for up to `syncBudgetBytes`. Returns the bytes written before it returned. */
  flush(syncBudgetBytes: number): number;
}

export class WriteScheduler {
  readonly #timers: Timers;
  #touched: ScheduledWriter[] = [];
  #spare: ScheduledWriter[] = [];
  /**
   * Background syncs under way. A write may wait for one inside the kernel (for the file system's journal), so none is made
   * inside the turn then.
   */
  syncsUnderWay = 0;
  #armed = false;
  readonly #flushAll = (): void => this.flushAll();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** `writer` has something to write. */
  touch(writer: ScheduledWriter): void {
    if (writer.scheduled) return;
    writer.scheduled = true;
    this.#touched.push(writer);
    if (this.#armed) return;
    this.#armed = true;
    this.#timers.nextTurn(this.#flushAll);
  }

  /** Flushes now what would be flushed in the next turn. */
  flushAll(): void {
    this.#armed = false;
    const writers = this.#touched;
    this.#touched = this.#spare;
    this.#spare = writers;
    let budget = SYNC_WRITE_TURN_MAX_BYTES;
    for (const writer of writers) {
      writer.scheduled = false;
      budget -= writer.flush(budget);
    }
    writers.length = 0;
  }
}
