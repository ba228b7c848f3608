/**
 * Makes a log durable in the background and moves its recovery point: below it data, indexes and leader epochs are
 * synced, and a producer snapshot lies there, so that recovery need not look at it.
 *
 * One pass at a time; a request during a pass is answered by the next. Never holds the log up: it takes down
 * what there is to sync, waits for it to be written, syncs off the event loop.
 */
import type { IndexCounts, Segment } from './segment.ts';

/** What a pass works on: the log as it was when the pass began. */
export interface FlushTarget {
  readonly endOffset: number;
  /** Segments with anything at or above the recovery point, and their index entries. */
  readonly segments: readonly { segment: Segment; counts: IndexCounts }[];
  /** Producer state at `endOffset`. */
  readonly producers: Buffer;
  /** Changes when the log is cut; a pass that began before then moves nothing. */
  readonly generation: number;
}

export interface FlushedLog {
  flushTarget(): FlushTarget;
  /** Resolves when nothing appended before the call is still to be written. */
  drained(): Promise<void>;
  readonly generation: number;
  /** Epoch file, producer snapshot, recovery point; called with everything below the target's end synced. */
  flushed(target: FlushTarget): void;
}

export class LogFlusher {
  readonly #log: FlushedLog;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(log: FlushedLog) {
    this.#log = log;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Resolves when all that was appended before the call is durable; rejects with a DiskError. */
  flush(): Promise<void> {
    if (this.#running === undefined) return this.#start();
    this.#next ??= this.#running.then(
      () => this.#start(),
      () => this.#start(),
    );
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
    const target = this.#log.flushTarget();
    await this.#log.drained();
    for (const { segment, counts } of target.segments) {
      if (this.#log.generation !== target.generation) return;
      segment.retain();
      try {
        segment.flushIndexes(counts);
        await segment.sync();
      } finally {
        segment.release();
      }
    }
    if (this.#log.generation === target.generation) this.#log.flushed(target);
  }
}
