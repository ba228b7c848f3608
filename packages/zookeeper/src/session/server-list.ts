/**
 * The servers of the ensemble in the order in which this client tries them: shuffled once, so that clients spread, then round and round.
 *
 * Owns: whose turn it is, and the pause between one round without success and the next.
 */
import type { ServerAddress } from '../connect-string.ts';

/** After a whole round without success: at least this long, and up to twice. */
const PAUSE_MS = 500;

export class ServerList {
  readonly #servers: readonly ServerAddress[];
  readonly #random: (bound: number) => number;
  #next = 0;
  #failures = 0;

  /** `random` gives a whole number below its bound. */
  constructor(servers: readonly ServerAddress[], random: (bound: number) => number) {
    const shuffled = [...servers];
    for (let index = shuffled.length - 1; index > 0; index--) {
      const other = random(index + 1);
      [shuffled[index], shuffled[other]] = [shuffled[other]!, shuffled[index]!];
    }
    this.#servers = shuffled;
    this.#random = random;
  }

  get count(): number {
    return this.#servers.length;
  }

  next(): ServerAddress {
    const server = this.#servers[this.#next % this.#servers.length]!;
    this.#next++;
    return server;
  }

  /** The one given last took us as its client. */
  succeeded(): void {
    this.#failures = 0;
  }

  /** The one given last did not work. Returns how long to wait before the next, in ms. */
  failed(): number {
    this.#failures++;
    return this.#failures % this.#servers.length === 0 ? PAUSE_MS + this.#random(PAUSE_MS) : 0;
  }
}
