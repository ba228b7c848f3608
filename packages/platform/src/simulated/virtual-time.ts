/** Clock and timers of one simulated host, over the scheduler that all hosts share. */
import type { Clock } from '../clock.ts';
import type { Timer, Timers } from '../timers.ts';
import type { EventOwner, ScheduledEvent, Scheduler } from './scheduler.ts';

/** All hosts agree on monotonic time; each may be wrong about the wall clock in its own way. */
export class VirtualClock implements Clock {
  /** Added to the wall clock of this host alone: set it to make the clock jump. */
  skewMs = 0;
  readonly #scheduler: Scheduler;
  readonly #epochMs: number;

  constructor(scheduler: Scheduler, epochMs: number) {
    this.#scheduler = scheduler;
    this.#epochMs = epochMs;
  }

  now(): number {
    return Math.floor(this.#epochMs + this.#scheduler.nowMs + this.skewMs);
  }

  monotonicMs(): number {
    return this.#scheduler.nowMs;
  }
}

export class VirtualTimers implements Timers {
  readonly #scheduler: Scheduler;
  readonly #owner: EventOwner;

  constructor(scheduler: Scheduler, owner: EventOwner) {
    this.#scheduler = scheduler;
    this.#owner = owner;
  }

  after(delayMs: number, callback: () => void): Timer {
    const event = this.#scheduler.schedule(this.#owner, 'timer', delayMs, callback);
    return { cancel: () => this.#scheduler.cancel(event) };
  }

  every(intervalMs: number, callback: () => void): Timer {
    // A period of nothing would keep virtual time from ever moving on; Node's shortest is a
    // millisecond too.
    const periodMs = Math.max(1, intervalMs);
    let next: ScheduledEvent;
    const arm = (): void => {
      next = this.#scheduler.schedule(this.#owner, 'interval', periodMs, fire, false);
    };
    const fire = (): void => {
      arm();
      callback();
    };
    arm();
    return { cancel: () => this.#scheduler.cancel(next) };
  }

  nextTurn(callback: () => void): void {
    this.#scheduler.schedule(this.#owner, 'turn', 0, callback);
  }
}
