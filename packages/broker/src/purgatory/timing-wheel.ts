/**
 * Many deadlines, one timer: a hashed wheel of 512 slots of 10 ms.
 *
 * Adding and cancelling are a few memory writes, so that every waiting fetch and produce can have a deadline. A deadline fires up to one
 * tick late, never early. The underlying timer runs only while something is pending.
 *
 *   slot = (deadline tick) mod 512; an entry further away than one turn stays in its slot until its tick has come
 */
import type { Clock, Timer, Timers } from '@zurau/platform';

const TICK_MS = 10;
const SLOT_COUNT = 512;

/** A pending deadline; an intrusive doubly linked list node. Reusable once it has fired or was cancelled. */
export class Deadline {
  readonly onExpired: () => void;
  tick = -1;
  previous: Deadline | undefined;
  next: Deadline | undefined;

  constructor(onExpired: () => void) {
    this.onExpired = onExpired;
  }
}

export class TimingWheel {
  readonly #clock: Clock;
  readonly #timers: Timers;
  /** Head nodes of the circular lists, one a slot. */
  readonly #slots: Deadline[] = [];
  readonly #startMs: number;
  #currentTick = 0;
  #pendingCount = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, timers: Timers) {
    this.#clock = clock;
    this.#timers = timers;
    this.#startMs = clock.monotonicMs();
    for (let slot = 0; slot < SLOT_COUNT; slot++) {
      const head = new Deadline(() => undefined);
      head.previous = head;
      head.next = head;
      this.#slots.push(head);
    }
  }

  get pendingCount(): number {
    return this.#pendingCount;
  }

  /** Fires `deadline.onExpired` in `delayMs` milliseconds, unless it is cancelled before. */
  add(deadline: Deadline, delayMs: number): void {
    if (deadline.tick >= 0) throw new Error('the deadline is pending already');
    const elapsedMs = this.#clock.monotonicMs() - this.#startMs;
    if (this.#pendingCount === 0) this.#currentTick = Math.floor(elapsedMs / TICK_MS);
    deadline.tick = Math.max(
      this.#currentTick + 1,
      Math.ceil((elapsedMs + Math.max(0, delayMs)) / TICK_MS),
    );
    const head = this.#slots[deadline.tick % SLOT_COUNT]!;
    deadline.previous = head.previous!;
    deadline.next = head;
    head.previous!.next = deadline;
    head.previous = deadline;
    this.#pendingCount += 1;
    if (this.#timer === undefined) this.#schedule();
  }

  /** Does nothing when the deadline has fired or was never added. */
  cancel(deadline: Deadline): void {
    if (deadline.tick < 0) return;
    deadline.previous!.next = deadline.next;
    deadline.next!.previous = deadline.previous;
    deadline.previous = undefined;
    deadline.next = undefined;
    deadline.tick = -1;
    this.#pendingCount -= 1;
  }

  /** Drops every pending deadline without firing it. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const head of this.#slots) {
      while (head.next !== head) this.cancel(head.next!);
    }
  }

  #schedule(): void {
    this.#timer = this.#timers.after(TICK_MS, () => {
      this.#timer = undefined;
      this.#advance();
      if (this.#pendingCount > 0 && this.#timer === undefined) this.#schedule();
    });
  }

  #advance(): void {
    const nowTick = Math.floor((this.#clock.monotonicMs() - this.#startMs) / TICK_MS);
    // After a long pause one turn of the wheel visits every slot.
    const firstTick = Math.max(this.#currentTick + 1, nowTick - SLOT_COUNT + 1);
    this.#currentTick = Math.max(this.#currentTick, nowTick);
    const expired: Deadline[] = [];
    for (let tick = firstTick; tick <= nowTick; tick++) {
      const head = this.#slots[tick % SLOT_COUNT]!;
      for (let entry = head.next!; entry !== head; entry = entry.next!) {
        if (entry.tick <= nowTick) expired.push(entry);
      }
    }
    for (const deadline of expired) {
      // An earlier one may have cancelled it.
      if (deadline.tick < 0) continue;
      this.cancel(deadline);
      deadline.onExpired();
    }
  }
}
