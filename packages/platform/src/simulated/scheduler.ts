/**
 * Virtual time. Every future thing of a simulation (timers, completed disk operations, bytes that
 * arrive) is an event here, and time moves only by jumping to the next one.
 *
 * Between two events the loop gives Node's real event loop one turn. All promise continuations and
 * `process.nextTick` callbacks that an event set off have run by then, in their fixed order, so
 * asynchronous code needs no change to be simulated and still runs the same way each time. What
 * would break that: waiting for anything real (node:fs, zlib's asynchronous forms, worker threads,
 * real timers). Code under simulation takes all of that from its Platform.
 */
import { FINGERPRINT_START, fnv1a } from './fingerprint.ts';
import { EventQueue } from './event-queue.ts';

/** Whoever's events die together: a host. */
export interface EventOwner {
  readonly name: string;
}

export interface ScheduledEvent {
  readonly dueMs: number;
  readonly sequence: number;
  readonly owner: EventOwner;
  readonly label: string;
  /** Whether `run` waits for it; a simulation whose only events are periodic ones is over. */
  readonly keepsRunning: boolean;
  callback: (() => void) | undefined;
}

/** An event that ran, for {@link Scheduler.onEvent}. */
export interface TracedEvent {
  readonly atMs: number;
  readonly owner: string;
  readonly label: string;
}

/**
 * A run that never gets anywhere is a bug of the code under test; without a bound it would hang the
 * test.
 */
const EVENTS_MAX_DEFAULT = 50_000_000;

export class Scheduler {
  /** Called with each event before it runs. */
  onEvent: ((event: TracedEvent) => void) | undefined;

  readonly #queue = new EventQueue<ScheduledEvent>();
  readonly #eventsMax: number;
  #nowMs = 0;
  #sequence = 0;
  #eventCount = 0;
  #keepingCount = 0;
  #hash = FINGERPRINT_START;
  #running = false;

  constructor(eventsMax: number = EVENTS_MAX_DEFAULT) {
    this.#eventsMax = eventsMax;
  }

  /** Virtual milliseconds since the simulation began. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Events that ran so far. */
  get eventCount(): number {
    return this.#eventCount;
  }

  /**
   * Changes with every event, its time and its kind: two runs with equal fingerprints went the same
   * way.
   */
  get fingerprint(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }

  /** Returns the event, for {@link cancel}. */
  schedule(
    owner: EventOwner,
    label: string,
    delayMs: number,
    callback: () => void,
    keepsRunning = true,
  ): ScheduledEvent {
    const dueMs = this.#nowMs + Math.max(0, delayMs);
    const sequence = this.#sequence++;
    const event: ScheduledEvent = { dueMs, sequence, owner, label, keepsRunning, callback };
    this.#queue.push(event);
    if (keepsRunning) this.#keepingCount++;
    return event;
  }

  cancel(event: ScheduledEvent): void {
    if (event.callback === undefined) return;
    event.callback = undefined;
    if (event.keepsRunning) this.#keepingCount--;
  }

  /** Drops everything that `owner` still had to come. */
  cancelAllOf(owner: EventOwner): void {
    for (const event of this.#queue) if (event.owner === owner) this.cancel(event);
  }

  /** Runs until nothing is left to happen but periodic timers. */
  async run(): Promise<void> {
    await this.#loop(() => this.#keepingCount === 0, Infinity);
  }

  /** Runs what is due in the next `durationMs`, and ends at exactly that time. */
  async runFor(durationMs: number): Promise<void> {
    const endMs = this.#nowMs + durationMs;
    await this.#loop(() => false, endMs);
    this.#nowMs = endMs;
  }

  /**
   * Runs until `predicate` holds, asked after every event. Throws if it does not within `limitMs`,
   * or if nothing is left to happen.
   */
  async runUntil(predicate: () => boolean, limitMs = 3_600_000): Promise<void> {
    const endMs = this.#nowMs + limitMs;
    if (!(await this.#loop(predicate, endMs))) {
      throw new Error(
        `still not so after ${limitMs} ms of virtual time (now ${this.#nowMs}, ${this.#eventCount} events in all)`,
      );
    }
  }

  /** Runs until `promise` settles, and returns or throws what it does. */
  async runUntilSettled<T>(promise: Promise<T>, limitMs?: number): Promise<T> {
    let settled = false;
    const settle = (): void => {
      settled = true;
    };
    promise.then(settle, settle);
    await this.runUntil(() => settled, limitMs);
    return promise;
  }

  /** True when `stop` ended it, false when time or events did. */
  async #loop(stop: () => boolean, endMs: number): Promise<boolean> {
    if (this.#running) throw new Error('the simulation is running already');
    this.#running = true;
    try {
      for (;;) {
        await realTurn();
        if (stop()) return true;
        const event = this.#nextEvent();
        if (event === undefined || event.dueMs > endMs) return false;
        this.#queue.pop();
        this.#fire(event);
      }
    } finally {
      this.#running = false;
    }
  }

  /** The next event that was not cancelled, left in the queue. */
  #nextEvent(): ScheduledEvent | undefined {
    let event = this.#queue.peek();
    while (event !== undefined && event.callback === undefined) {
      this.#queue.pop();
      event = this.#queue.peek();
    }
    return event;
  }

  #fire(event: ScheduledEvent): void {
    if (++this.#eventCount > this.#eventsMax) {
      throw new Error(`the simulation does not end: ${this.#eventsMax} events`);
    }
    const callback = event.callback!;
    this.#nowMs = event.dueMs;
    this.cancel(event);
    this.#hash = fnv1a(`${event.dueMs} ${event.owner.name} ${event.label}\n`, this.#hash);
    this.onEvent?.({ atMs: event.dueMs, owner: event.owner.name, label: event.label });
    callback();
  }
}

function realTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
