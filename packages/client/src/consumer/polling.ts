/**
 * The polls of the application, one at a time, and with them what groups go by: whether it is at rest, that is inside of a poll, or works on what
 * the last one returned.
 */
import type { Cluster, OperationOptions } from '../cluster/cluster.ts';
import { abortedError, clientError } from '../errors.ts';
import type { ConsumedBatch } from './consumed-batch.ts';
import type { Reading } from './reading.ts';

export interface PollingOptions {
  /** Throws when the consumer is closed. */
  readonly checkOpen: () => void;
  /** The step that the group wants to take before anything is returned; undefined when there is none. Throws what ended the membership. */
  readonly step: () => Promise<void> | undefined;
}

const POLL_TIMEOUT_MS = 1_000;
/** For so long polls may return without the event loop turning: heartbeats, fetches and everything else in the process wait meanwhile. */
const TURN_MS_MAX = 5;

export class Polling {
  readonly #cluster: Cluster;
  readonly #reading: Reading;
  readonly #options: PollingOptions;
  #polling = false;
  #busySinceMs: number | undefined;
  /** Monotonic time at which a poll let the event loop turn last. */
  #turnMs = 0;

  constructor(cluster: Cluster, reading: Reading, options: PollingOptions) {
    this.#cluster = cluster;
    this.#reading = reading;
    this.#options = options;
  }

  get isAtRest(): boolean {
    return this.#polling;
  }

  /** Monotonic time since which the application works on what a poll returned; undefined while at rest, and before the first poll. */
  get busySinceMs(): number | undefined {
    return this.#polling ? undefined : this.#busySinceMs;
  }

  /** What `Consumer.poll` returns; the batches are of so many partitions at most. */
  async poll(options: OperationOptions, batchCountMax: number): Promise<ConsumedBatch[]> {
    const { checkOpen } = this.#options;
    checkOpen();
    if (this.#polling) {
      const about = 'Another poll of this consumer is waiting already.';
      throw clientError('INVALID_ARGUMENT', about);
    }
    const { clock } = this.#cluster.platform;
    const { timeoutMs = POLL_TIMEOUT_MS, signal } = options;
    const startedMs = clock.monotonicMs();
    const deadlineMs = startedMs + timeoutMs;
    this.#polling = true;
    this.#busySinceMs = undefined;
    this.#reading.finish();
    try {
      if (startedMs - this.#turnMs > TURN_MS_MAX) await this.#yieldTurn();
      for (;;) {
        checkOpen();
        if (signal?.aborted === true) throw abortedError(signal);
        const step = this.#options.step();
        if (step === undefined) {
          const batches = this.#reading.collect(batchCountMax);
          if (batches.length > 0) {
            this.#cluster.metrics.consumed(batches);
            return batches;
          }
        } else {
          // Wakes the wait below when it is done; it may outlive this poll.
          void step.then(() => this.#reading.wake());
        }
        const leftMs = deadlineMs - clock.monotonicMs();
        if (leftMs <= 0) return [];
        await this.#reading.wait(leftMs, signal);
        this.#turnMs = clock.monotonicMs();
      }
    } finally {
      this.#polling = false;
      this.#busySinceMs = clock.monotonicMs();
    }
  }

  /** What was fetched ahead is returned without waiting; an application that takes it all in one go must not keep everybody else waiting. */
  async #yieldTurn(): Promise<void> {
    const { clock, timers } = this.#cluster.platform;
    await new Promise<void>((resolve) => {
      timers.nextTurn(resolve);
    });
    this.#turnMs = clock.monotonicMs();
  }
}
