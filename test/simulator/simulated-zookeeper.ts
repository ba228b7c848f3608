/**
 * The metadata store of a simulated cluster: the embedded store's tree behind the simulated network, with ZooKeeper's sessions.
 *
 *     broker's session ──request──► (link delay, or lost) ──► embedded session
 *                      ◄─answers and watches, in one order─── (link delay, or lost)
 *
 * A session lives as long as its pings arrive: the server ends it after the session timeout, the client believes that it
 * may be disconnected after two thirds and gives it up after four thirds. What was in flight when a link broke fails with
 * CONNECTION_LOSS, and may have happened.
 *
 * Owns: that behaviour. The tree, versions, watches and multi are the embedded store's.
 */
import type { SimulatedHost, Timer } from '@zurau/platform';
import { EmbeddedStore } from '../../packages/broker/src/metadata/embedded/embedded-store.ts';
import {
  StoreError,
  type CreateOptions,
  type MetadataSession,
  type MetadataStore,
  type SessionState,
  type Stat,
  type StoreOperation,
  type StoreResult,
  type Watcher,
  type WatchEvent,
} from '../../packages/broker/src/metadata/store.ts';

export class SimulatedZooKeeper {
  readonly host: SimulatedHost;
  readonly store: EmbeddedStore;
  readonly sessionTimeoutMs: number;
  readonly sessions: Set<SimulatedSession> = new Set();
  readonly #lives = new Map<SimulatedHost, Life>();
  /** Sessions that ended because nobody was heard of. */
  expiryCount = 0;

  private constructor(host: SimulatedHost, store: EmbeddedStore, sessionTimeoutMs: number) {
    this.host = host;
    this.store = store;
    this.sessionTimeoutMs = sessionTimeoutMs;
  }

  static async start(host: SimulatedHost, sessionTimeoutMs: number): Promise<SimulatedZooKeeper> {
    return new SimulatedZooKeeper(host, await EmbeddedStore.open(host.clock), sessionTimeoutMs);
  }

  /** The store as the process on `client` reaches it. */
  for(client: SimulatedHost): MetadataStore {
    return {
      openSession: () => SimulatedSession.open(this, client, this.#lifeOf(client)),
      close: () => Promise.resolve(),
    };
  }

  /** The server ends the sessions of that host, which hears of it with the next answer. */
  async expireSessionsOf(client: SimulatedHost): Promise<void> {
    for (const session of this.sessions) {
      if (session.client === client && (await session.expire())) this.expiryCount++;
    }
  }

  /** The process on that host is gone: nothing reaches its sessions any more, and the server waits for their pings. */
  processEnded(client: SimulatedHost): void {
    this.#lifeOf(client).isOver = true;
    this.#lives.delete(client);
    for (const session of this.sessions) if (session.client === client) session.abandon();
  }

  #lifeOf(client: SimulatedHost): Life {
    let life = this.#lives.get(client);
    if (life === undefined) this.#lives.set(client, (life = { isOver: false }));
    return life;
  }
}

/** Of a process. */
interface Life {
  isOver: boolean;
}

/** How soon what did not get through is sent again. */
const RESEND_MS = 50;

interface Message {
  readonly arrive: () => void;
  readonly onDropped: (() => void) | undefined;
}

/** One direction of a connection: messages arrive in their order, and are sent again while the link is cut. */
class Channel {
  readonly #from: SimulatedHost;
  readonly #to: SimulatedHost;
  #queue: Message[] = [];
  #pump: Timer | undefined;

  constructor(from: SimulatedHost, to: SimulatedHost) {
    this.#from = from;
    this.#to = to;
  }

  send(arrive: () => void, onDropped?: () => void): void {
    this.#queue.push({ arrive, onDropped });
    if (this.#pump === undefined) this.#schedule(this.#delayMs());
  }

  /** The connection is given up: what has not arrived never will. */
  drop(): void {
    this.#pump?.cancel();
    this.#pump = undefined;
    const dropped = this.#queue;
    this.#queue = [];
    for (const { onDropped } of dropped) onDropped?.();
  }

  #schedule(delayMs: number): void {
    this.#pump = this.#to.timers.after(delayMs, () => {
      this.#pump = undefined;
      const { links } = this.#from.simulation;
      const isCut = links.isCut(this.#from.name, this.#to.name);
      const message = isCut ? undefined : this.#queue.shift();
      if (this.#queue.length > 0) this.#schedule(isCut ? RESEND_MS : 0);
      message?.arrive();
    });
  }

  #delayMs(): number {
    return this.#from.simulation.links.nextDelayMs(this.#from.name, this.#to.name);
  }
}

type Settle = (error: StoreError) => void;

class SimulatedSession implements MetadataSession {
  readonly id: bigint;
  readonly #server: SimulatedZooKeeper;
  readonly client: SimulatedHost;
  readonly #inner: MetadataSession;
  readonly #up: Channel;
  readonly #down: Channel;
  readonly #listeners = new Set<(state: SessionState) => void>();
  readonly #inFlight = new Set<Settle>();
  /** One for each of the user's: the tree tells registrations apart by the function. */
  readonly #watchers = new Map<Watcher, Watcher>();
  /** Fired while the client was out of reach; a reconnecting client is told. */
  #missed: (() => void)[] = [];
  readonly #timers: Timer[] = [];
  #state: SessionState = 'connected';
  #isAbandoned = false;
  #heardByServerMs: number;
  #heardByClientMs: number;

  private constructor(
    server: SimulatedZooKeeper,
    client: SimulatedHost,
    inner: MetadataSession,
    channels: { readonly up: Channel; readonly down: Channel },
  ) {
    this.id = inner.id;
    this.#server = server;
    this.client = client;
    this.#inner = inner;
    this.#up = channels.up;
    this.#down = channels.down;
    this.#heardByServerMs = this.#heardByClientMs = client.simulation.nowMs;
    server.sessions.add(this);
    const { sessionTimeoutMs } = server;
    this.#timers.push(client.timers.every(sessionTimeoutMs / 3, () => this.#ping()));
    this.#timers.push(client.timers.every(sessionTimeoutMs / 30, () => this.#checkClient()));
    const watch = server.host.timers.every(sessionTimeoutMs / 30, () => {
      if (this.#inner.state !== 'connected') return watch.cancel();
      if (this.#now - this.#heardByServerMs <= sessionTimeoutMs) return;
      server.expiryCount++;
      watch.cancel();
      void server.store.expireSession(this.#inner);
    });
  }

  /** Tries until the server answers, as a client's connection does. */
  static open(
    server: SimulatedZooKeeper,
    client: SimulatedHost,
    life: Life,
  ): Promise<MetadataSession> {
    const up = new Channel(client, server.host);
    const down = new Channel(server.host, client);
    return new Promise((resolve) => {
      let session: SimulatedSession | undefined;
      const attempt = (): void => {
        if (session !== undefined || life.isOver) return;
        client.timers.after(server.sessionTimeoutMs / 3, attempt);
        up.send(() => {
          void server.store.openSession().then((inner) =>
            down.send(() => {
              // A second answer, to an attempt that only seemed lost: its session is left to expire.
              if (session !== undefined || life.isOver) return;
              session = new SimulatedSession(server, client, inner, { up, down });
              resolve(session);
            }),
          );
        });
      };
      attempt();
    });
  }

  get state(): SessionState {
    return this.#state;
  }

  /** By the server. False when it was over already. */
  async expire(): Promise<boolean> {
    if (this.#inner.state !== 'connected') return false;
    await this.#server.store.expireSession(this.#inner);
    return true;
  }

  /** No callback, no answer, no timer any more. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#up.drop();
    this.#down.drop();
    this.#server.sessions.delete(this);
    this.#inFlight.clear();
    this.#listeners.clear();
    for (const timer of this.#timers) timer.cancel();
  }

  get #now(): number {
    return this.client.simulation.nowMs;
  }

  create(
    path: string,
    data: Buffer,
    options?: CreateOptions,
  ): Promise<{ path: string; stat: Stat }> {
    return this.#request(path, () => this.#inner.create(path, data, options));
  }

  getData(path: string, watcher?: Watcher): Promise<{ data: Buffer; stat: Stat }> {
    return this.#request(path, () => this.#inner.getData(path, this.#watched(watcher)));
  }

  exists(path: string, watcher?: Watcher): Promise<Stat | undefined> {
    return this.#request(path, () => this.#inner.exists(path, this.#watched(watcher)));
  }

  getChildren(path: string, watcher?: Watcher): Promise<{ children: string[]; stat: Stat }> {
    return this.#request(path, () => this.#inner.getChildren(path, this.#watched(watcher)));
  }

  setData(path: string, data: Buffer, expectedVersion: number): Promise<Stat> {
    return this.#request(path, () => this.#inner.setData(path, data, expectedVersion));
  }

  delete(path: string, expectedVersion: number): Promise<void> {
    return this.#request(path, () => this.#inner.delete(path, expectedVersion));
  }

  multi(operations: readonly StoreOperation[]): Promise<StoreResult[]> {
    return this.#request('/', () => this.#inner.multi(operations));
  }

  onStateChange(listener: (state: SessionState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.#state === 'expired' || this.#state === 'closed') return;
    const isConnected = this.#state === 'connected';
    this.#enter('closed');
    // Out of reach: the server finds out by the silence.
    if (isConnected) this.#up.send(() => void this.#inner.close());
    await Promise.resolve();
  }

  #request<T>(path: string, run: () => Promise<T>): Promise<T> {
    if (this.#state === 'expired' || this.#state === 'closed') {
      return Promise.reject(new StoreError('SESSION_EXPIRED', path));
    }
    if (this.#state === 'disconnected') {
      return Promise.reject(new StoreError('CONNECTION_LOSS', path));
    }
    return new Promise<T>((resolve, reject) => {
      const settle: Settle = (error) => reject(error);
      this.#inFlight.add(settle);
      const answer = (deliver: () => void): void =>
        this.#down.send(() => {
          this.#heardByClientMs = this.#now;
          if (this.#inFlight.delete(settle)) deliver();
        });
      this.#up.send(() => {
        this.#heardByServerMs = this.#now;
        run().then(
          (value) => answer(() => resolve(value)),
          (error: unknown) => answer(() => reject(error as StoreError)),
        );
      });
    });
  }

  /** The function that the tree calls for the user's: it sends the event down the same way as the answers. */
  #watched(watcher: Watcher | undefined): Watcher | undefined {
    if (watcher === undefined) return undefined;
    let watched = this.#watchers.get(watcher);
    if (watched === undefined) {
      watched = (event: WatchEvent): void => {
        if (this.#isAbandoned) return;
        const miss = (): void => {
          this.#missed.push(() => watcher(event));
        };
        this.#down.send(() => {
          if (this.#isAbandoned) return;
          if (this.#state === 'connected') watcher(event);
          else miss();
        }, miss);
      };
      this.#watchers.set(watcher, watched);
    }
    return watched;
  }

  #ping(): void {
    if (this.#state === 'expired' || this.#state === 'closed') return;
    this.#up.send(() => {
      const isAlive = this.#inner.state === 'connected';
      if (isAlive) this.#heardByServerMs = this.#now;
      this.#down.send(() => this.#ponged(isAlive));
    });
  }

  #ponged(isAlive: boolean): void {
    if (this.#isAbandoned) return;
    if (this.#state === 'expired' || this.#state === 'closed') return;
    this.#heardByClientMs = this.#now;
    if (!isAlive) {
      this.#enter('expired');
    } else if (this.#state === 'disconnected') {
      const missed = this.#missed;
      this.#missed = [];
      this.#enter('connected');
      for (const fire of missed) fire();
    }
  }

  #checkClient(): void {
    const silentMs = this.#now - this.#heardByClientMs;
    const { sessionTimeoutMs } = this.#server;
    if (silentMs > (sessionTimeoutMs * 4) / 3) this.#enter('expired');
    else if (silentMs > (sessionTimeoutMs * 2) / 3) this.#enter('disconnected');
  }

  #enter(state: SessionState): void {
    if (this.#state === state || this.#state === 'expired' || this.#state === 'closed') return;
    this.#state = state;
    const isOver = state === 'expired' || state === 'closed';
    if (isOver) {
      for (const timer of this.#timers) timer.cancel();
      this.#server.sessions.delete(this);
    }
    if (state !== 'connected') {
      this.#up.drop();
      this.#down.drop();
      const error = new StoreError(isOver ? 'SESSION_EXPIRED' : 'CONNECTION_LOSS', '/');
      for (const settle of [...this.#inFlight]) settle(error);
      this.#inFlight.clear();
    }
    for (const listener of [...this.#listeners]) listener(state);
  }
}
