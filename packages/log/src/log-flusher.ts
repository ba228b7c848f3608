/**
 * Makes a log durable in the background and moves its recovery point: below it data, indexes and leader epochs are
 * synced, and a producer snapshot lies there, so that recovery need not look at it.
 *
 * One pass at a time; a request during a pass is answered by the next. Never holds the log up: it takes down
 * what there is to sync, waits for it to be written, syncs off the event loop.
 */
import type { FlushPolicy } from './flush-policy.ts';
import type { LogState } from './log-state.ts';
import type { LogWriter } from './log-writer.ts';
import type { WriteScheduler } from './write-scheduler.ts';

export class LogFlusher {
  readonly #state: LogState;
  readonly #writer: LogWriter;
  readonly #scheduler: WriteScheduler;
  readonly #policy: FlushPolicy;
  readonly #onFlushed: () => void;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(
    state: LogState,
    writer: LogWriter,
    scheduler: WriteScheduler,
    policy: FlushPolicy,
    onFlushed: () => void,
  ) {
    this.#state = state;
    this.#scheduler = scheduler;
    this.#writer = writer;
    this.#policy = policy;
    this.#onFlushed = onFlushed;
  }

  /** Resolves when all that was appended before the call is durable; rejects with a DiskError. */
  flush(): Promise<void> {
    if (this.#running === undefined) return this.#start();
    const start = (): Promise<void> => this.#start();
    this.#next ??= this.#running.then(start, start);
    return this.#next;
  }

  #start(): Promise<void> {
    this.#next = undefined;
    const pass = this.#pass().finally(() => {
      this.#running = undefined;
    });
    this.#running = pass;
    return pass;
  }

  async #pass(): Promise<void> {
    const state = this.#state;
    const { segments, generation, logEndOffset: endOffset } = state;
    const isCut = (): boolean => state.generation !== generation;
    this.#policy.flushing();
    const { all } = segments;
    // The segment that ended right there got its last index entry when the next one began, maybe after it was synced.
    const lastSynced = Math.max(state.syncedOffset - 1, all[0]?.baseOffset ?? 0);
    const first = state.syncedOffset === endOffset ? all.length : segments.indexFor(lastSynced);
    const targets = all.slice(first).map((segment) => ({ segment, counts: segment.indexCounts() }));
    const snapshot = state.producers.encode();

    await this.#writer.drained();
    for (const { segment, counts } of targets) {
      if (isCut()) return;
      segment.retain();
      this.#scheduler.syncsUnderWay++;
      try {
        segment.flushIndexes(counts);
        await segment.sync();
      } finally {
        this.#scheduler.syncsUnderWay--;
        segment.release();
      }
    }
    if (isCut()) return;
    state.epochs.sync();
    if (!state.snapshots.offsets.includes(endOffset)) {
      state.snapshots.write(endOffset, snapshot);
      state.removeStraySnapshots();
    }
    state.syncedOffset = Math.max(state.syncedOffset, endOffset);
    this.#onFlushed();
  }
}
