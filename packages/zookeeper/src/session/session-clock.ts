/**
 * When a session's time is up: for the next ping, for the server to be heard of on this connection, for the session itself.
 *
 * The lease: a session lives on the server as long as the server hears from us. An answer proves that it did, at the earliest when
 * the request left; so counting from that moment we know how long the session can live at least, and after 4/3 of its timeout take it
 * for expired, even when nobody can tell us. A controller that is cut off stops believing that it is one.
 *
 * Owns: the moments from which it is counted. All times are those that the calls are given.
 */

/** A ping leaves when nothing else did for this long, or for a third of the session. */
const PING_INTERVAL_MS_MAX = 10_000;

export class SessionClock {
  #timeoutMs: number;
  #leaseStartMs = 0;
  #lastReceivedMs = 0;
  #lastSentMs = 0;
  #pingSentMs: number | undefined;

  /** What is asked for, until the server grants something. */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  get timeoutMs(): number {
    return this.#timeoutMs;
  }

  /** Then nobody can say that the session still lives. */
  get leaseEndMs(): number {
    return this.#leaseStartMs + (4 / 3) * this.#timeoutMs;
  }

  /** Then the server is given up if it was not heard of. */
  get readUntilMs(): number {
    return this.#lastReceivedMs + (2 / 3) * this.#timeoutMs;
  }

  /** Never while a ping is under way. */
  get pingAtMs(): number {
    if (this.#pingSentMs !== undefined) return Infinity;
    return this.#lastSentMs + Math.min(this.#timeoutMs / 3, PING_INTERVAL_MS_MAX);
  }

  /** The server has given the session for so long, in answer to a greeting that left at `sentAtMs`. */
  granted(timeoutMs: number, sentAtMs: number): void {
    this.#timeoutMs = timeoutMs;
    this.#leaseStartMs = sentAtMs;
  }

  sent(nowMs: number): void {
    this.#lastSentMs = nowMs;
  }

  received(nowMs: number): void {
    this.#lastReceivedMs = nowMs;
  }

  pingSent(nowMs: number): void {
    this.#pingSentMs = nowMs;
  }

  pingAnswered(): void {
    this.#leaseStartMs = this.#pingSentMs ?? this.#leaseStartMs;
    this.#pingSentMs = undefined;
  }

  /** A request was answered that left at `sentAtMs`. */
  requestAnswered(sentAtMs: number): void {
    this.#leaseStartMs = Math.max(this.#leaseStartMs, sentAtMs);
  }

  /** A ping that was under way is not answered any more. */
  disconnected(): void {
    this.#pingSentMs = undefined;
  }
}
