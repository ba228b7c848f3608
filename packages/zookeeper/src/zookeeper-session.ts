/**
 * One session with a ZooKeeper ensemble: what a program holds.
 *
 * Owns: the shell around {@link SessionMachine}: the connection, the timer, the promises. The session outlives its connections; when it
 * expires the object is dead, and whoever wants to go on opens another. Requests take effect in the order of the calls and are pipelined; watchers
 * run before the answer to any later request that could see the change.
 */
import type { Clock, Network, Random, Socket, Timer, Timers, TlsOptions } from '@zurau/platform';
import { DigestMd5Exchange, type DigestMd5Login } from './auth/digest-md5.ts';
import { parseConnectString } from './connect-string.ts';
import { ZooKeeperError } from './errors.ts';
import { FrameReader } from './frame-reader.ts';
import { checkPath, withChroot, withoutChroot } from './paths.ts';
import type { CreateMode } from './protocol/create-flags.ts';
import type { Operation, OperationResult } from './protocol/multi.ts';
import { OPEN_ACL, type AclEntry, type Stat } from './protocol/records.ts';
import * as requests from './protocol/requests.ts';
import type { Request } from './protocol/requests.ts';
import type { Credentials, Effect, Outcome, SessionState } from './session/session-effects.ts';
import { SessionMachine } from './session/session-machine.ts';
import type { Watcher } from './session/watch-table.ts';

/** What the session takes from the outside world. */
export interface SessionPlatform {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly network: Network;
}

export interface ZooKeeperSessionOptions {
  readonly platform: SessionPlatform;
  /** `host:port,host:port/chroot`. */
  readonly connectString: string;
  /** What we ask for; the server has its bounds. 18 s by default, as Kafka's. */
  readonly sessionTimeoutMs?: number;
  /** Requests sent and not answered, at most; 100 by default. */
  readonly inFlightMax?: number;
  /** Sent on each connection, in this order. */
  readonly credentials?: readonly Credentials[];
  /** Speaks TLS. */
  readonly tls?: TlsOptions | undefined;
  /** Proves who we are by SASL DIGEST-MD5 on each connection. */
  readonly saslLogin?: DigestMd5Login | undefined;
  /** ZooKeeper's `jute.maxbuffer` on the server: longer requests are refused here. 1,048,575 by default. */
  readonly requestBytesMax?: number;
  /** Longer answers are not read: the connection is dropped. 4 MiB by default. */
  readonly responseBytesMax?: number;
  /** Told of connections that go, and why. */
  readonly onDisconnect?: (reason: string) => void;
}

export interface CreateOptions extends CreateMode {
  /** Open to everyone by default. */
  readonly acl?: readonly AclEntry[];
}

const SESSION_TIMEOUT_MS_DEFAULT = 18_000;
const IN_FLIGHT_DEFAULT = 100;
const QUEUE_MAX = 100_000;
const REQUEST_BYTES_MAX = 1_048_575;
const RESPONSE_BYTES_MAX = 4 * 1024 * 1024;
/** What one read takes from the socket at most. */
const STAGE_BYTES = 64 * 1024;
/** Any version, for `setData`, `delete` and their like in a `multi`. */
export const ANY_VERSION = -1;

/** One connection, or the attempt to make it. */
interface Connection {
  readonly abort: AbortController;
  socket: Socket | undefined;
  /** To be written at the end of this turn, in one go. */
  unsent: Buffer[];
}

export class ZooKeeperSession {
  readonly #platform: SessionPlatform;
  readonly #machine: SessionMachine;
  readonly #chroot: string;
  readonly #responseBytesMax: number;
  readonly #tls: TlsOptions | undefined;
  readonly #onDisconnect: ((reason: string) => void) | undefined;
  readonly #listeners = new Set<(state: SessionState) => void>();
  readonly #stage = Buffer.allocUnsafe(STAGE_BYTES);
  /** One wrapper a watcher, so that the same function set twice on a path is one watch. */
  readonly #wrappers = new WeakMap<Watcher, Watcher>();
  #connection: Connection | undefined;
  #timer: Timer | undefined;
  #timerAtMs = Infinity;
  #isStarted = false;
  readonly #effects: Effect[] = [];
  #isRunning = false;

  /** Throws ConnectStringError. Nothing happens before {@link connect}. */
  constructor(options: ZooKeeperSessionOptions) {
    const { platform, saslLogin } = options;
    const { servers, chroot } = parseConnectString(options.connectString);
    this.#platform = platform;
    this.#chroot = chroot;
    this.#responseBytesMax = options.responseBytesMax ?? RESPONSE_BYTES_MAX;
    this.#tls = options.tls;
    this.#onDisconnect = options.onDisconnect;
    this.#machine = new SessionMachine({
      servers,
      sessionTimeoutMs: options.sessionTimeoutMs ?? SESSION_TIMEOUT_MS_DEFAULT,
      inFlightMax: options.inFlightMax ?? IN_FLIGHT_DEFAULT,
      queueMax: QUEUE_MAX,
      requestBytesMax: options.requestBytesMax ?? REQUEST_BYTES_MAX,
      credentials: options.credentials ?? [],
      sasl:
        saslLogin === undefined
          ? undefined
          : () => new DigestMd5Exchange(saslLogin, platform.random.bytes(16).toString('hex')),
      random: (bound) => platform.random.int(bound),
    });
  }

  /** 0 before there is a session. */
  get id(): bigint {
    return this.#machine.sessionId;
  }

  get state(): SessionState {
    return this.#machine.state;
  }

  /** Number of the last transaction that an answer of this session's servers came after. */
  get lastZxid(): number {
    return this.#machine.lastZxid;
  }

  /** What the server granted; before, what was asked for. In ms. */
  get timeoutMs(): number {
    return this.#machine.timeoutMs;
  }

  /**
   * Resolves when the server has given us a session. Rejects, and the object is dead, with `CONNECTION_LOSS` when that takes longer than
   * `timeoutMs`, with `AUTH_FAILED` when the server does not take our credentials.
   */
  connect(timeoutMs: number): Promise<void> {
    if (this.#isStarted) throw new Error('a session connects once');
    this.#isStarted = true;
    return new Promise((resolve, reject) => {
      const settle = (outcome: () => void): void => {
        timer.cancel();
        stopListening();
        outcome();
      };
      const timer = this.#platform.timers.after(timeoutMs, () => {
        settle(() => {
          const message = `no session within ${timeoutMs} ms`;
          reject(new ZooKeeperError('CONNECTION_LOSS', message));
        });
        this.#run(this.#machine.close(this.#nowMs()));
      });
      const stopListening = this.onStateChange((state) => {
        if (state === 'connected') settle(resolve);
        else if (state === 'auth-failed') settle(() => reject(new ZooKeeperError('AUTH_FAILED')));
        else if (state === 'closed') settle(() => reject(new ZooKeeperError('CLOSED')));
      });
      this.#run(this.#machine.start(this.#nowMs()));
    });
  }

  /** Creates a node under an existing parent. `NO_NODE`, `NODE_EXISTS`, `NO_CHILDREN_FOR_EPHEMERALS`, `NO_AUTH`, `INVALID_ACL`. */
  async create(
    path: string,
    data: Buffer,
    options: CreateOptions = {},
  ): Promise<{ path: string; stat: Stat }> {
    checkPath(path, options.sequential);
    const request = requests.create(this.#in(path), data, options.acl ?? OPEN_ACL, options);
    const created = await this.#call(request);
    return { path: this.#out(created.path), stat: created.stat };
  }

  /** `NO_NODE`, and then no watch is set. The watch sees a change of the data and the deletion. */
  async getData(path: string, watcher?: Watcher): Promise<{ data: Buffer; stat: Stat }> {
    checkPath(path);
    return this.#call(requests.getData(this.#in(path), watcher !== undefined), watcher);
  }

  /** Undefined when there is no node. The watch sees creation, deletion and a change of the data. */
  async exists(path: string, watcher?: Watcher): Promise<Stat | undefined> {
    checkPath(path);
    return this.#call(requests.exists(this.#in(path), watcher !== undefined), watcher);
  }

  /** Names without the path, in no particular order. `NO_NODE`. The watch sees children come and go, and the deletion. */
  async getChildren(path: string, watcher?: Watcher): Promise<{ children: string[]; stat: Stat }> {
    checkPath(path);
    return this.#call(requests.getChildren(this.#in(path), watcher !== undefined), watcher);
  }

  /** `NO_NODE`, `BAD_VERSION`. */
  async setData(path: string, data: Buffer, expectedVersion: number): Promise<Stat> {
    checkPath(path);
    return this.#call(requests.setData(this.#in(path), data, expectedVersion));
  }

  /** `NO_NODE`, `BAD_VERSION`, `NOT_EMPTY`. */
  async delete(path: string, expectedVersion: number): Promise<void> {
    checkPath(path);
    await this.#call(requests.remove(this.#in(path), expectedVersion));
  }

  /** All or nothing; rejects with the error of the first operation that fails, its place in `operationIndex`. */
  async multi(operations: readonly Operation[]): Promise<OperationResult[]> {
    for (const each of operations) {
      checkPath(each.path, each.type === 'create' && each.sequential);
    }
    const results = await this.#call(
      requests.multi(operations.map((each) => ({ ...each, path: this.#in(each.path) }))),
    );
    return results.map((result) =>
      result.type === 'create' ? { ...result, path: this.#out(result.path) } : result,
    );
  }

  async getAcl(path: string): Promise<{ acl: AclEntry[]; stat: Stat }> {
    checkPath(path);
    return this.#call(requests.getAcl(this.#in(path)));
  }

  /** `expectedVersion` is that of the ACL (`aversion`). `NO_NODE`, `BAD_VERSION`, `INVALID_ACL`, `NO_AUTH`. */
  async setAcl(path: string, acl: readonly AclEntry[], expectedVersion: number): Promise<Stat> {
    checkPath(path);
    return this.#call(requests.setAcl(this.#in(path), acl, expectedVersion));
  }

  /** Resolves when the server that we are connected to has caught up with the leader: later reads see all that was done before the call. */
  async sync(path = '/'): Promise<void> {
    checkPath(path);
    await this.#call(requests.sync(this.#in(path)));
  }

  /** Calls `listener` after each change of `state`; returns what takes it off again. */
  onStateChange(listener: (state: SessionState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends the session, and its ephemeral nodes with it at once if the server is in reach. Idempotent. */
  async close(): Promise<void> {
    if (!this.#isStarted) return;
    await new Promise<void>((resolve) => {
      const isOver = (): boolean => ['closed', 'expired', 'auth-failed'].includes(this.state);
      if (isOver()) return resolve();
      const stopListening = this.onStateChange(() => {
        if (!isOver()) return;
        stopListening();
        resolve();
      });
      this.#run(this.#machine.close(this.#nowMs()));
    });
  }

  #in(path: string): string {
    return withChroot(this.#chroot, path);
  }

  #out(path: string): string {
    return withoutChroot(this.#chroot, path);
  }

  async #call<T>(request: Request<T>, watcher?: Watcher): Promise<T> {
    if (!this.#isStarted) throw new Error('connect first');
    const outcome = await new Promise<Outcome>((settle) => {
      const call = { request, watcher: this.#wrapped(watcher), settle };
      this.#run(this.#machine.submit(call, this.#nowMs()));
    });
    if (outcome.ok) return outcome.value as T;
    throw this.#outsideError(outcome.error);
  }

  /** Watchers hear of paths below the chroot. */
  #wrapped(watcher: Watcher | undefined): Watcher | undefined {
    if (watcher === undefined || this.#chroot === '') return watcher;
    let wrapper = this.#wrappers.get(watcher);
    if (wrapper === undefined) {
      wrapper = ({ type, path }) => watcher({ type, path: this.#out(path) });
      this.#wrappers.set(watcher, wrapper);
    }
    return wrapper;
  }

  /** The same error with the path that the caller knows, and the caller's stack. */
  #outsideError(cause: ZooKeeperError): ZooKeeperError {
    const { code, path, operationIndex } = cause;
    return new ZooKeeperError(code, code === 'CONNECTION_LOSS' ? cause.message : undefined, {
      cause,
      ...(path === undefined ? {} : { path: this.#out(path) }),
      ...(operationIndex === undefined ? {} : { operationIndex }),
    });
  }

  #nowMs(): number {
    return this.#platform.clock.monotonicMs();
  }

  /** What a watcher or a listener asks for in here is decided at once, and carried out behind what was decided before it. */
  #run(effects: readonly Effect[]): void {
    this.#effects.push(...effects);
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (let next = this.#effects.shift(); next !== undefined; next = this.#effects.shift()) {
      this.#perform(next);
    }
    this.#isRunning = false;
    this.#setTimer();
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'connect':
        void this.#open(effect.server.host, effect.server.port, effect.timeoutMs);
        break;
      case 'send':
        this.#send(effect.frame);
        break;
      case 'disconnect':
        this.#disconnect();
        if (this.state !== 'closed') this.#onDisconnect?.(effect.reason);
        break;
      case 'settle':
        effect.call.settle(effect.outcome);
        break;
      case 'notify':
        for (const watcher of effect.watchers) watcher(effect.event);
        break;
      case 'state':
        for (const listener of [...this.#listeners]) listener(effect.state);
        break;
    }
  }

  async #open(host: string, port: number, timeoutMs: number): Promise<void> {
    const connection: Connection = {
      abort: new AbortController(),
      socket: undefined,
      unsent: [],
    };
    this.#connection = connection;
    try {
      const { signal } = connection.abort;
      const socket = await this.#platform.network.connect({
        host,
        port,
        timeoutMs,
        signal,
        ...(this.#tls === undefined ? {} : { tls: this.#tls }),
      });
      if (this.#connection === connection) this.#begin(connection, socket);
      else socket.destroy();
    } catch (error) {
      this.#lost(connection, error instanceof Error ? error.message : String(error));
    }
  }

  #begin(connection: Connection, socket: Socket): void {
    connection.socket = socket;
    const frames = new FrameReader(this.#responseBytesMax);
    socket.onClose = (error) => this.#lost(connection, error?.message ?? 'the server closed it');
    socket.start({
      nextBuffer: () => this.#stage,
      onBytes: (byteCount, buffer) =>
        this.#received(connection, frames, buffer.subarray(0, byteCount)),
      onEnd: () => this.#lost(connection, 'the server closed it'),
    });
    this.#run(this.#machine.opened(this.#nowMs()));
  }

  #received(connection: Connection, frames: FrameReader, bytes: Buffer): void {
    let whole: Buffer[];
    try {
      whole = frames.push(bytes);
    } catch (error) {
      if (!(error instanceof ZooKeeperError)) throw error;
      this.#lost(connection, error.message);
      return;
    }
    for (const frame of whole) {
      // What an earlier frame led to may have ended this connection.
      if (this.#connection === connection) this.#run(this.#machine.received(frame, this.#nowMs()));
    }
  }

  #lost(connection: Connection, reason: string): void {
    if (this.#connection !== connection) return;
    this.#run(this.#machine.lost(reason, this.#nowMs()));
  }

  #send(frame: Buffer): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    connection.unsent.push(frame);
    if (connection.unsent.length > 1) return;
    // What else this turn brings goes into the same write.
    queueMicrotask(() => {
      const frames = connection.unsent;
      connection.unsent = [];
      connection.socket?.write(frames);
    });
  }

  #disconnect(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.abort.abort();
    connection?.socket?.destroy();
  }

  #setTimer(): void {
    const atMs = this.#machine.deadlineMs ?? Infinity;
    // A timer that is early only looks again; each answer moves the deadline, and must not cost a timer.
    if (this.#timerAtMs <= atMs && this.#timer !== undefined && atMs !== Infinity) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerAtMs = atMs;
    if (atMs === Infinity) return;
    const delayMs = Math.max(0, atMs - this.#nowMs());
    this.#timer = this.#platform.timers.after(delayMs, () => {
      this.#timer = undefined;
      // After a pause of the whole process, answers may lie in the socket: they are read first.
      this.#platform.timers.nextTurn(() => this.#run(this.#machine.tick(this.#nowMs())));
    });
  }
}
