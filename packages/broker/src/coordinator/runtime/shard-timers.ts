/**
 * Named timers of one partition's state machine; what fires is a write like any other and may return records.
 *
 * Setting a name again replaces its timer. Session timeouts are pushed back by every heartbeat and hardly ever fire, so pushing back only
 * moves a deadline: the platform's timer stays, and is set anew for the remainder when it fires too early.
 */
import type { Clock, Timer, Timers } from '@zurau/platform';
import type { WriteEffects } from './state-machine.ts';

/** Decides like any write; undefined when there is nothing to do any more. */
export type TimerTask<R> = () => WriteEffects<R> | undefined;

interface Entry<R> {
  deadlineMs: number;
  task: TimerTask<R>;
  armedForMs: number;
  timer: Timer;
}

export class ShardTimers<R> {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #run: (name: string, task: TimerTask<R>) => void;
  readonly #entries = new Map<string, Entry<R>>();

  /** `run` carries out what fires, as an event of the partition. */
  constructor(clock: Clock, timers: Timers, run: (name: string, task: TimerTask<R>) => void) {
    this.#clock = clock;
    this.#timers = timers;
    this.#run = run;
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  schedule(name: string, delayMs: number, task: TimerTask<R>): void {
    const deadlineMs = this.#clock.monotonicMs() + delayMs;
    const entry = this.#entries.get(name);
    if (entry !== undefined && entry.armedForMs <= deadlineMs) {
      entry.deadlineMs = deadlineMs;
      entry.task = task;
      return;
    }
    entry?.timer.cancel();
    this.#entries.set(name, {
      deadlineMs,
      task,
      armedForMs: deadlineMs,
      timer: this.#timers.after(delayMs, () => this.#onTimer(name)),
    });
  }

  cancel(name: string): void {
    this.#entries.get(name)?.timer.cancel();
    this.#entries.delete(name);
  }

  cancelAll(): void {
    for (const entry of this.#entries.values()) entry.timer.cancel();
    this.#entries.clear();
  }

  #onTimer(name: string): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    const remainingMs = entry.deadlineMs - this.#clock.monotonicMs();
    if (remainingMs > 0) {
      entry.armedForMs = entry.deadlineMs;
      entry.timer = this.#timers.after(remainingMs, () => this.#onTimer(name));
      return;
    }
    this.#entries.delete(name);
    this.#run(name, entry.task);
  }
}
