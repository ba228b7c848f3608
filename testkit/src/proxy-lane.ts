/**
 * One direction of a connection through a proxy: bytes in order, as slowly as the rules say, in bounded memory.
 *
 * The rules belong to the proxy and may change at any time; who mends them calls {@link Lane.move}.
 */
import type { Socket } from 'node:net';

export interface LaneRules {
  isOpen: boolean;
  delayMs: number;
  bytesPerSecond: number;
}

/** What one connection may have under way; above it the sender is left to wait, as by a full window. */
const HELD_BYTES_MAX = 1024 * 1024;
/** A slow connection carries pieces of so many milliseconds. */
const PIECE_MS = 20;
/** How often a closed lane looks again; `heal` does not wait for it. */
const CLOSED_LOOK_MS = 100;

export class Lane {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #rules: Readonly<LaneRules>;
  /** With the time from which each may go on. */
  readonly #held: { readonly chunk: Buffer; readonly dueMs: number }[] = [];
  #heldBytes = 0;
  #ended = false;
  /** The way is taken until then by what went before. */
  #freeMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, rules: Readonly<LaneRules>) {
    this.#from = from;
    this.#to = to;
    this.#rules = rules;
    from.on('data', (chunk: Buffer) => {
      this.#held.push({ chunk, dueMs: performance.now() + rules.delayMs });
      this.#heldBytes += chunk.length;
      if (this.#heldBytes >= HELD_BYTES_MAX) from.pause();
      this.move();
    });
    from.once('end', () => {
      this.#ended = true;
      this.move();
    });
    to.on('drain', () => this.move());
    from.resume();
  }

  /** Passes on what may go now, and comes back for the rest. */
  move(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#held.length > 0 || this.#ended) {
      const waitMs = this.#waitMs();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.move(), waitMs);
        return;
      }
      const next = this.#held.shift();
      if (next === undefined) {
        this.#ended = false;
        this.#to.end();
        return;
      }
      this.#pass(next);
      if (this.#to.writableNeedDrain) return;
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#held.length = 0;
    this.#ended = false;
  }

  #waitMs(): number {
    if (!this.#rules.isOpen) return CLOSED_LOOK_MS;
    const dueMs = Math.max(this.#held[0]?.dueMs ?? 0, this.#freeMs);
    return Math.max(0, dueMs - performance.now());
  }

  #pass({ chunk, dueMs }: { readonly chunk: Buffer; readonly dueMs: number }): void {
    const { bytesPerSecond } = this.#rules;
    const pieceBytes = Math.max(1, Math.floor((bytesPerSecond * PIECE_MS) / 1000));
    const piece = chunk.subarray(0, pieceBytes);
    if (piece.length < chunk.length) {
      this.#held.unshift({ chunk: chunk.subarray(piece.length), dueMs });
    }
    this.#freeMs = performance.now() + (piece.length / bytesPerSecond) * 1000;
    this.#heldBytes -= piece.length;
    this.#to.write(piece);
    if (this.#heldBytes < HELD_BYTES_MAX) this.#from.resume();
  }
}
