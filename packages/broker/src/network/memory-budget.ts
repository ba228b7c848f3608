/**
 * The memory that requests under way may hold together (`queued.max.request.bytes`).
 *
 * Counts the bytes of frames that got a buffer of their own. A connection that wants more than is left waits its turn, first come first
 * served, with its socket paused; one that already holds a reservation can always finish reading its frame, so waiting never deadlocks.
 */
export class MemoryBudget {
  readonly #limitBytes: number;
  #usedBytes = 0;
  readonly #waiting: { readonly bytes: number; readonly granted: () => void }[] = [];

  /** `limitBytes` Infinity means without limit. */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  get waitingCount(): number {
    return this.#waiting.length;
  }

  /**
   * Reserves at once when something is left: as in Kafka the last reservation may exceed the limit, or a request larger than the whole
   * budget could never be read. Returns false, and reserves nothing, when the caller has to wait.
   */
  tryReserve(bytes: number): boolean {
    if (this.#usedBytes >= this.#limitBytes || this.#waiting.length > 0) return false;
    this.#usedBytes += bytes;
    return true;
  }

  /** Reserves beyond the limit, for memory that is held already. */
  reserve(bytes: number): void {
    this.#usedBytes += bytes;
  }

  /** `granted` is called once the bytes are reserved. Returns a function that gives up waiting. */
  whenReserved(bytes: number, granted: () => void): () => void {
    const entry = { bytes, granted };
    this.#waiting.push(entry);
    return () => {
      const index = this.#waiting.indexOf(entry);
      if (index >= 0) this.#waiting.splice(index, 1);
    };
  }

  release(bytes: number): void {
    this.#usedBytes -= bytes;
    while (this.#waiting.length > 0 && this.#usedBytes < this.#limitBytes) {
      const next = this.#waiting.shift()!;
      this.#usedBytes += next.bytes;
      next.granted();
    }
  }
}
