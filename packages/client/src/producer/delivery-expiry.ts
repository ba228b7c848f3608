/**
 * Gives up what was not acknowledged within `deliveryTimeoutMs`. Owns one timer, which runs while there is something that may grow old.
 */
import type { Clock, Platform, Timer, Timers } from '@zurau/platform';
import { clientError } from '../errors.ts';
import { partitionName } from '../topic-partition.ts';
import type { Accumulator } from './accumulator.ts';
import type { BatchOutcomes } from './batch-outcomes.ts';
import type { ProducerBatch } from './producer-batch.ts';
import type { ProducerConfig } from './producer-config.ts';

export class DeliveryExpiry {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #accumulator: Accumulator;
  readonly #outcomes: BatchOutcomes;
  readonly #config: Required<ProducerConfig>;
  readonly #onRoom: () => void;
  #timer: Timer | undefined;

  /** `onRoom` is called when memory may have become free. */
  constructor(
    { clock, timers }: Platform,
    accumulator: Accumulator,
    outcomes: BatchOutcomes,
    config: Required<ProducerConfig>,
    onRoom: () => void,
  ) {
    this.#clock = clock;
    this.#timers = timers;
    this.#accumulator = accumulator;
    this.#outcomes = outcomes;
    this.#config = config;
    this.#onRoom = onRoom;
  }

  /** Sees to it that what there is now does not outlive its time. */
  watch(): void {
    if (this.#timer !== undefined || this.#accumulator.busy.size === 0) return;
    this.#timer = this.#timers.after(this.#config.deliveryTimeoutMs, () => this.#expire());
  }

  close(): void {
    this.#timer?.cancel();
  }

  /** Gives up what is older than `deliveryTimeoutMs`. A batch in flight is given up too; its answer will find nobody. */
  #expire(): void {
    this.#timer = undefined;
    const { deliveryTimeoutMs } = this.#config;
    const nowMs = this.#clock.monotonicMs();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const queue of [...this.#accumulator.busy]) {
      const inFlight = new Set(queue.inFlight);
      for (const batch of [...queue.batches()]) {
        if (batch.settled) continue;
        const leftMs = batch.createdMs + deliveryTimeoutMs - nowMs;
        if (leftMs > 0) {
          nextMs = Math.min(nextMs, leftMs);
          continue;
        }
        const error = clientError(
          'DELIVERY_TIMEOUT',
          `Partition ${partitionName(batch)}: not acknowledged within ${deliveryTimeoutMs} ms${because(batch)}`,
          batch.lastError,
        );
        if (inFlight.has(batch)) this.#outcomes.giveUp(batch, error);
        else this.#outcomes.settle(queue, batch, error);
      }
    }
    this.#onRoom();
    if (nextMs === Number.POSITIVE_INFINITY) return;
    this.#timer ??= this.#timers.after(nextMs, () => this.#expire());
  }
}

function because(batch: ProducerBatch): string {
  return batch.lastError === undefined ? '.' : `; last: ${batch.lastError.message}`;
}
