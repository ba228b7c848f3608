/**
 * Who waits for a partition's offset to be reached, in order of offset: produces that wait for the disk or for the high
 * watermark, coordinators that hold back a response.
 *
 * Appends come in order of offset, so that this is a queue: adding and completing cost the same for one waiter and for thousands.
 */
export interface OffsetWaiter {
  /** The offset is reached (`errorCode` 0), or will never be. `tag` is what the waiter gave when it was added. */
  onOffsetDone(tag: number, errorCode: number): void;
}

interface Entry {
  readonly offset: number;
  readonly waiter: OffsetWaiter;
  readonly tag: number;
}

const COMPACT_AT_COUNT = 1024;

export class OffsetWaiters {
  #entries: Entry[] = [];
  #head = 0;

  get count(): number {
    return this.#entries.length - this.#head;
  }

  /** `offset` is the first one that the waiter can do without: it is done when everything below is reached. */
  add(offset: number, waiter: OffsetWaiter, tag: number): void {
    const last = this.#entries.at(-1);
    const entry = { offset, waiter, tag };
    if (last === undefined || this.count === 0 || last.offset <= offset) {
      this.#entries.push(entry);
      return;
    }
    // A duplicate of an idempotent producer waits for an older offset than what was appended last.
    let index = this.#entries.length;
    while (index > this.#head && this.#entries[index - 1]!.offset > offset) index -= 1;
    this.#entries.splice(index, 0, entry);
  }

  /** Completes everyone whose offset is reached; with an error code where reaching it is not enough. */
  advanceTo(offset: number, errorCode = 0): void {
    while (this.#head < this.#entries.length && this.#entries[this.#head]!.offset <= offset) {
      const entry = this.#entries[this.#head++]!;
      this.#compact();
      entry.waiter.onOffsetDone(entry.tag, errorCode);
    }
  }

  /** Fails everyone, or those who wait for more than `aboveOffset`. */
  fail(errorCode: number, aboveOffset = -1): void {
    const failed = this.#entries.slice(this.#head).filter((entry) => entry.offset > aboveOffset);
    this.#entries = this.#entries.slice(this.#head).filter((entry) => entry.offset <= aboveOffset);
    this.#head = 0;
    for (const entry of failed) entry.waiter.onOffsetDone(entry.tag, errorCode);
  }

  #compact(): void {
    if (this.#head === this.#entries.length) {
      this.#entries.length = 0;
      this.#head = 0;
    } else if (this.#head >= COMPACT_AT_COUNT) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
  }
}
