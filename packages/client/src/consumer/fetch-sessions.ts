/**
 * The fetch sessions of a consumer, one a broker.
 *
 * Sees to it that none outlives its use: a broker has room for so many, and keeps one that nobody ended for minutes, while others do without. Ending
 * one is a courtesy: a broker that cannot be reached is not called for it, and none is waited for longer than {@link FAREWELL_MS}.
 */
import type { Platform } from '@zurau/platform';
import type { BrokerNode } from '../cluster/broker-node.ts';
import { abortable } from '../cluster/retry.ts';
import { sendLastFetch } from './fetch-request.ts';
import { FetchSession } from './fetch-session.ts';

/**
 * For the answers to the last requests. Behind a fetch that waits at the broker they come later; but then the request is there already, and is
 * read in its turn, whatever becomes of the connection.
 */
const FAREWELL_MS = 100;

export class FetchSessions {
  readonly #platform: Platform;
  readonly #byNode: Map<BrokerNode, FetchSession> = new Map();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** The session with this broker, which may have to begin yet. */
  of(node: BrokerNode): FetchSession {
    const known = this.#byNode.get(node);
    if (known !== undefined) return known;
    const session = new FetchSession();
    this.#byNode.set(node, session);
    return session;
  }

  /** Ends the sessions with all other brokers. Of none of them a request may be under way. */
  keep(isUsed: (node: BrokerNode) => boolean): void {
    for (const [node, session] of this.#byNode) {
      if (isUsed(node)) continue;
      this.#byNode.delete(node);
      void this.end(node, session);
    }
  }

  /** Ends a session, if the broker has it and can be reached at once. Resolves when it has answered, or never will; never rejects. */
  async end({ link }: BrokerNode, session: FetchSession): Promise<void> {
    const request = link === undefined ? undefined : session.end();
    if (link === undefined || request === undefined) return;
    await new Promise<void>((resolve) => {
      sendLastFetch(link, request, resolve);
    }).catch(() => {});
  }

  /** Ends all; waits no longer than a moment, nor than `timeoutMs`. */
  async close(timeoutMs: number): Promise<void> {
    const ended = Array.from(this.#byNode, ([node, session]) => this.end(node, session));
    this.#byNode.clear();
    const late = new AbortController();
    const waitMs = Math.min(FAREWELL_MS, timeoutMs);
    const timer = this.#platform.timers.after(waitMs, () => late.abort());
    await abortable(Promise.all(ended), late.signal).catch(() => {});
    timer.cancel();
  }
}
