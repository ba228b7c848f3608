/**
 * A session that outlives sessions: what the parts of a broker hold that do not care which session they read and write with.
 *
 * Owns: the current session, and who listens. When that expires, requests wait for the next one, and fail with `SESSION_EXPIRED` when
 * it takes too long. Watches end with their session: listeners hear `connected` when there is a new one, and read again what they watch. Who has to know
 * whose an ephemeral node is takes the session itself instead.
 */
import type { Timers } from '@zurau/platform';
import {
  StoreError,
  type CreateOptions,
  type MetadataSession,
  type SessionState,
  type Stat,
  type StoreOperation,
  type StoreResult,
  type Watcher,
} from './store.ts';

export class FollowingSession implements MetadataSession {
  readonly #timers: Timers;
  readonly #waitMsMax: number;
  readonly #listeners = new Set<(state: SessionState) => void>();
  readonly #waiting = new Set<() => void>();
  #current: MetadataSession;
  #stopFollowing: () => void = () => undefined;

  /** `waitMsMax`: how long a request waits for the next session. */
  constructor(first: MetadataSession, timers: Timers, waitMsMax: number) {
    this.#current = first;
    this.#timers = timers;
    this.#waitMsMax = waitMsMax;
    this.#follow(first);
  }

  get id(): bigint {
    return this.#current.id;
  }

  get state(): SessionState {
    return outerState(this.#current.state);
  }

  /** The next session after one that is over. */
  follow(next: MetadataSession): void {
    this.#stopFollowing();
    this.#current = next;
    this.#follow(next);
    for (const resume of this.#waiting) resume();
    this.#tell('connected');
  }

  create(
    path: string,
    data: Buffer,
    options?: CreateOptions,
  ): Promise<{ path: string; stat: Stat }> {
    return this.#use((session) => session.create(path, data, options));
  }

  getData(path: string, watcher?: Watcher): Promise<{ data: Buffer; stat: Stat }> {
    return this.#use((session) => session.getData(path, watcher));
  }

  exists(path: string, watcher?: Watcher): Promise<Stat | undefined> {
    return this.#use((session) => session.exists(path, watcher));
  }

  getChildren(path: string, watcher?: Watcher): Promise<{ children: string[]; stat: Stat }> {
    return this.#use((session) => session.getChildren(path, watcher));
  }

  setData(path: string, data: Buffer, expectedVersion: number): Promise<Stat> {
    return this.#use((session) => session.setData(path, data, expectedVersion));
  }

  delete(path: string, expectedVersion: number): Promise<void> {
    return this.#use((session) => session.delete(path, expectedVersion));
  }

  multi(operations: readonly StoreOperation[]): Promise<StoreResult[]> {
    return this.#use((session) => session.multi(operations));
  }

  onStateChange(listener: (state: SessionState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends the current session. */
  async close(): Promise<void> {
    await this.#current.close();
    for (const resume of this.#waiting) resume();
  }

  async #use<T>(action: (session: MetadataSession) => Promise<T>): Promise<T> {
    if (this.#current.state === 'expired') await this.#next();
    return action(this.#current);
  }

  #next(): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (outcome: () => void): void => {
        this.#waiting.delete(resume);
        timer.cancel();
        outcome();
      };
      const resume = (): void => settle(resolve);
      const timer = this.#timers.after(this.#waitMsMax, () =>
        settle(() => reject(new StoreError('SESSION_EXPIRED', '/'))),
      );
      this.#waiting.add(resume);
    });
  }

  #follow(session: MetadataSession): void {
    this.#stopFollowing = session.onStateChange((state) => this.#tell(outerState(state)));
  }

  #tell(state: SessionState): void {
    for (const listener of [...this.#listeners]) listener(state);
  }
}

/** To those outside an expired session is only one that is away: another comes. */
function outerState(state: SessionState): SessionState {
  return state === 'expired' ? 'disconnected' : state;
}
