/**
 * Sees to it that a broker has a session with the metadata store: when one expires it opens the next, and has the broker enter the cluster again on it.
 *
 * Owns: the current session and the attempts at the next. Meanwhile the broker goes on with what it knows: it serves what it led, and
 * changes nothing in the cluster.
 */
import type { Timer, Timers } from '@zurau/platform';
import type { Logger } from '../logging.ts';
import { FollowingSession } from './following-session.ts';
import type { MetadataSession, MetadataStore } from './store.ts';

/** Between one failed attempt and the next, as in Kafka. */
const RETRY_MS = 1_000;

/**
 * What a broker does on a new session before anything else: registers, runs for controller. `previousId` is the session that expired. When it fails it is
 * done again, on another session if need be.
 */
type Entry = (session: MetadataSession, previousId: bigint) => Promise<void>;

export class SessionSupervisor {
  /** Always the current session, for those who do not care which. */
  readonly session: FollowingSession;
  readonly #store: MetadataStore;
  readonly #timers: Timers;
  readonly #logger: Logger;
  #current: MetadataSession;
  #entry: Entry | undefined;
  #replacing: Promise<void> | undefined;
  #retry: { readonly timer: Timer; readonly wake: () => void } | undefined;
  #isClosed = false;

  private constructor(
    dependencies: SupervisorDependencies,
    first: MetadataSession,
    waitMsMax: number,
  ) {
    this.#store = dependencies.store;
    this.#timers = dependencies.timers;
    this.#logger = dependencies.logger;
    this.#current = first;
    this.session = new FollowingSession(first, dependencies.timers, waitMsMax);
    this.#watch(first);
  }

  /** Opens the first session. `waitMsMax`: how long requests may wait for the next one when one has expired. Rejects with StoreError. */
  static async start(
    dependencies: SupervisorDependencies,
    waitMsMax: number,
  ): Promise<SessionSupervisor> {
    return new SessionSupervisor(dependencies, await dependencies.store.openSession(), waitMsMax);
  }

  /** The session of now: ephemeral nodes are made with it. */
  get current(): MetadataSession {
    return this.#current;
  }

  /** Has `entry` done on the current session now, and on each one that follows. */
  async enter(entry: Entry): Promise<void> {
    await entry(this.#current, this.#current.id);
    this.#entry = entry;
    // It may have expired in between, when there was nothing yet to do on the next one.
    if (this.#current.state === 'expired') this.#replace();
  }

  /** Ends the session. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#retry?.timer.cancel();
    this.#retry?.wake();
    await this.#current.close();
    await this.session.close();
    await this.#replacing;
  }

  #watch(session: MetadataSession): void {
    session.onStateChange((state) => {
      if (state === 'expired' && session === this.#current) this.#replace();
    });
  }

  #replace(): void {
    if (this.#isClosed || this.#replacing !== undefined) return;
    this.#logger.warn(
      { session: idText(this.#current) },
      'the session with the metadata store expired',
    );
    this.#replacing = this.#openNext().finally(() => {
      this.#replacing = undefined;
      if (this.#current.state === 'expired') this.#replace();
    });
  }

  async #openNext(): Promise<void> {
    const previousId = this.#current.id;
    while (!this.#isClosed) {
      if (this.#current.state === 'expired' && !(await this.#open())) continue;
      try {
        await this.#entry?.(this.#current, previousId);
        return;
      } catch (error) {
        if (this.#isClosed) return;
        this.#logger.error({ err: error }, 'cannot enter the cluster on the new session');
        await this.#pause();
      }
    }
  }

  /** One attempt; false when there was none to be had. */
  async #open(): Promise<boolean> {
    try {
      const session = await this.#store.openSession();
      if (this.#isClosed) {
        await session.close();
        return false;
      }
      this.#current = session;
      this.#watch(session);
      this.#logger.info({ session: idText(session) }, 'a new session with the metadata store');
      this.session.follow(session);
      return true;
    } catch (error) {
      this.#logger.warn({ err: error }, 'no session with the metadata store');
      await this.#pause();
      return false;
    }
  }

  #pause(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    return new Promise((wake) => {
      this.#retry = { timer: this.#timers.after(RETRY_MS, wake), wake };
    });
  }
}

export interface SupervisorDependencies {
  readonly store: MetadataStore;
  readonly timers: Timers;
  readonly logger: Logger;
}

function idText({ id }: MetadataSession): string {
  return `0x${id.toString(16)}`;
}
