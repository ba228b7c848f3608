/**
 * Events one after another: the next starts when the one before has ended, its waiting included.
 *
 * Owns: the order. This is what lets the controller read, wait for the store and write without anyone changing its state in between.
 */

/** Events waiting at most; the sources coalesce, so that more is a bug. */
const EVENTS_MAX = 100_000;

interface Event {
  readonly run: () => Promise<void>;
  /** Instead of `run` when the queue is closed first. */
  readonly drop: () => void;
}

export class EventQueue {
  readonly #onError: (error: unknown) => void;
  #waiting: Event[] = [];
  #running: Promise<void> | undefined;
  #closed = false;

  /** `onError` gets what an event throws; later events run all the same. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** Appends an event; nothing happens after `close`. */
  push(run: () => Promise<void>): void {
    this.#append({ run, drop: () => undefined });
  }

  /** Appends an event and hands back its result; rejects when it fails, or when the queue is closed first. */
  call<T>(event: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#append({
        run: () => event().then(resolve, reject),
        drop: () => reject(new Error('the event queue is closed')),
      });
    });
  }

  /** Resolves when nothing is waiting nor running. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  /** Waits for the event that runs and drops the others. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    const dropped = this.#waiting;
    this.#waiting = [];
    for (const event of dropped) event.drop();
    await this.#running;
  }

  #append(event: Event): void {
    if (this.#closed) {
      event.drop();
      return;
    }
    if (this.#waiting.length >= EVENTS_MAX) throw new Error('the event queue overflows');
    this.#waiting.push(event);
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    // The one who appends must not run the event: it may be in the middle of another.
    await Promise.resolve();
    for (let event = this.#waiting.shift(); event !== undefined; event = this.#waiting.shift()) {
      try {
        await event.run();
      } catch (error) {
        this.#onError(error);
      }
    }
    this.#running = undefined;
  }
}
