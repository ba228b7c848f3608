/**
 * What a session decides: whom to connect to and when to give up on it, what is sent in which order, what an answer belongs to, when the session is over.
 *
 *     pausing ──► opening ──► greeting ──► proving ──► open ──► (pausing, opening ...)        any ──► over
 *                 TCP         session?     SASL        requests
 *
 * Synchronous: each call is given the time and returns effects, which the shell carries out in order. It owns the session's ticket,
 * the queue, the requests in flight and the watches; it must never do anything itself.
 *
 * The lease: a session lives on the server as long as the server hears from us. An answer proves that it did, at the earliest when
 * the request left; so counting from that moment we know how long the session can live at least, and after 4/3 of its timeout take it
 * for expired, even when nobody can tell us. A controller that is cut off stops believing that it is one.
 */
import type { SaslExchange } from '../auth/sasl-exchange.ts';
import type { ServerAddress } from '../connect-string.ts';
import { serverError, ZooKeeperError } from '../errors.ts';
import { JuteReader, malformed } from '../jute/jute-reader.ts';
import {
  connectRequest,
  NO_SESSION,
  readConnectResponse,
  type SessionTicket,
} from '../protocol/connect.ts';
import { SpecialXid } from '../protocol/op-code.ts';
import { readWatchEvent, type WatchEvent } from '../protocol/records.ts';
import {
  authFrame,
  closeSession,
  pingFrame,
  requestFrame,
  sasl,
  setWatchesFrame,
  type Request,
} from '../protocol/requests.ts';
import { ServerList } from './server-list.ts';
import { WatchTable, type Watcher } from './watch-table.ts';

/**
 * - `connecting`: there is no session yet.
 * - `connected`: requests are answered.
 * - `disconnected`: the session may still live; requests wait for the next connection.
 * - `expired`, `auth-failed`, `closed`: it is over, for good.
 */
export type SessionState =
  'connecting' | 'connected' | 'disconnected' | 'expired' | 'auth-failed' | 'closed';

/** How the session can end. */
type End = Extract<SessionState, 'expired' | 'auth-failed' | 'closed'>;

/** A request of the user, and where its outcome goes. */
export interface Call {
  readonly request: Request<unknown>;
  readonly watcher: Watcher | undefined;
  readonly settle: (outcome: Outcome) => void;
}

export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: ZooKeeperError };

/** What the shell has to do. */
export type Effect =
  | { readonly type: 'connect'; readonly server: ServerAddress; readonly timeoutMs: number }
  | { readonly type: 'send'; readonly frame: Buffer }
  /** Drops the connection, or the attempt to make one. */
  | { readonly type: 'disconnect'; readonly reason: string }
  | { readonly type: 'settle'; readonly call: Call; readonly outcome: Outcome }
  | { readonly type: 'notify'; readonly watchers: readonly Watcher[]; readonly event: WatchEvent }
  | { readonly type: 'state'; readonly state: SessionState };

export interface Credentials {
  /** `digest`, or what else the server has a provider for. */
  readonly scheme: string;
  readonly data: Buffer;
}

export interface MachineSettings {
  readonly servers: readonly ServerAddress[];
  /** What we ask for; the server has its bounds. */
  readonly sessionTimeoutMs: number;
  /** Requests sent and not answered, at most. */
  readonly inFlightMax: number;
  /** Requests that wait to be sent, at most. */
  readonly queueMax: number;
  /** Length of a request, at most: the server drops the connection on a longer one. */
  readonly requestBytesMax: number;
  readonly credentials: readonly Credentials[];
  /** Makes the exchange for one connection. */
  readonly sasl: (() => SaslExchange) | undefined;
  /** Whole number below the bound. */
  readonly random: (bound: number) => number;
}

interface InFlight {
  readonly xid: number;
  readonly sentAtMs: number;
  /** Undefined for the session's own request to be closed. */
  readonly call: Call | undefined;
}

/** A ping leaves when nothing else did for this long, or for a third of the session. */
const PING_INTERVAL_MS_MAX = 10_000;

const XID_MAX = 2 ** 31 - 1;
/** Where the xid stands in a request's frame: behind the length. */
const XID_AT = 4;

export class SessionMachine {
  readonly #settings: MachineSettings;
  readonly #servers: ServerList;
  readonly #watches = new WatchTable();
  #phase: 'idle' | 'pausing' | 'opening' | 'greeting' | 'proving' | 'open' | 'over' = 'idle';
  #state: SessionState = 'connecting';
  #ticket: SessionTicket = NO_SESSION;
  #timeoutMs: number;
  #lastZxid = 0;
  #leaseStartMs = 0;
  #pauseUntilMs = 0;
  #connectUntilMs = 0;
  #lastReceivedMs = 0;
  #lastSentMs = 0;
  #pingSentMs: number | undefined;
  /** Whether the server has answered anything on this connection, its greeting aside. */
  #isProven = false;
  #greetingSentMs = 0;
  #saslExchange: SaslExchange | undefined;
  #saslXid = 0;
  #isClosing = false;
  #lastXid = 0;
  #queue: { readonly call: Call; readonly frame: Buffer }[] = [];
  #inFlight: InFlight[] = [];
  #effects: Effect[] = [];

  constructor(settings: MachineSettings) {
    this.#settings = settings;
    this.#timeoutMs = settings.sessionTimeoutMs;
    this.#servers = new ServerList(settings.servers, settings.random);
  }

  get state(): SessionState {
    return this.#state;
  }

  /** 0 before there is a session. */
  get sessionId(): bigint {
    return this.#ticket.id;
  }

  /** Number of the last transaction that an answer came after. */
  get lastZxid(): number {
    return this.#lastZxid;
  }

  /** What the server granted; before, what was asked for. In ms. */
  get timeoutMs(): number {
    return this.#timeoutMs;
  }

  /** When {@link tick} wants to be called, on the clock that the calls are given; undefined for never. */
  get deadlineMs(): number | undefined {
    const lease = this.#ticket.id === 0n ? Infinity : this.#leaseEndMs;
    switch (this.#phase) {
      case 'idle':
      case 'over':
        return undefined;
      case 'pausing':
        return Math.min(lease, this.#pauseUntilMs);
      case 'opening':
      case 'greeting':
        return Math.min(lease, this.#connectUntilMs);
      case 'proving':
        return Math.min(lease, this.#readUntilMs);
      case 'open': {
        const ping = this.#pingSentMs === undefined ? this.#pingAtMs : Infinity;
        return Math.min(lease, this.#readUntilMs, ping);
      }
    }
  }

  start(nowMs: number): Effect[] {
    this.#connect(nowMs);
    return this.#take();
  }

  /** Sends a request, or lets it wait: for a place in flight, or for a connection. */
  submit(call: Call, nowMs: number): Effect[] {
    const { request } = call;
    const at = request.path === undefined ? {} : { path: request.path };
    if (this.#phase === 'over' || this.#isClosing) {
      this.#fail(call, this.#endError());
    } else if (this.#queue.length >= this.#settings.queueMax) {
      this.#fail(call, new ZooKeeperError('QUEUE_FULL', undefined, at));
    } else {
      const frame = requestFrame(request, 0);
      if (frame.length > this.#settings.requestBytesMax) {
        const message = `${frame.length} bytes, where ${this.#settings.requestBytesMax} is the most`;
        this.#fail(call, new ZooKeeperError('PACKET_TOO_LARGE', message, at));
      } else {
        this.#queue.push({ call, frame });
        this.#pump(nowMs);
      }
    }
    return this.#take();
  }

  /** The connection that was asked for is there. */
  opened(nowMs: number): Effect[] {
    if (this.#phase === 'opening') {
      this.#phase = 'greeting';
      this.#greetingSentMs = nowMs;
      this.#send(connectRequest(this.#ticket, this.#timeoutMs, this.#lastZxid), nowMs);
    }
    return this.#take();
  }

  /** The connection is gone, or could not be made. */
  lost(reason: string, nowMs: number): Effect[] {
    if (this.#phase !== 'over' && this.#phase !== 'pausing') this.#drop(reason, nowMs);
    return this.#take();
  }

  received(frame: Buffer, nowMs: number): Effect[] {
    this.#lastReceivedMs = nowMs;
    try {
      if (this.#phase === 'greeting') this.#greeted(frame, nowMs);
      else if (this.#phase === 'proving' || this.#phase === 'open') this.#answered(frame, nowMs);
    } catch (error) {
      if (!(error instanceof ZooKeeperError)) throw error;
      this.#drop(error.message, nowMs);
    }
    return this.#take();
  }

  /** To be called at {@link deadlineMs}, after what has arrived by then was handed in. Earlier does no harm. */
  tick(nowMs: number): Effect[] {
    const phase = this.#phase;
    if (phase === 'idle' || phase === 'over') return [];
    if (this.#ticket.id !== 0n && nowMs >= this.#leaseEndMs) {
      this.#end('expired', 'the server was not heard of for longer than the session lasts');
    } else if (phase === 'pausing') {
      if (nowMs >= this.#pauseUntilMs) this.#connect(nowMs);
    } else if (phase === 'opening' || phase === 'greeting') {
      if (nowMs >= this.#connectUntilMs) this.#drop('no answer to the connect', nowMs);
    } else if (nowMs >= this.#readUntilMs) {
      this.#drop('nothing was heard of the server', nowMs);
    } else if (phase === 'open' && this.#pingSentMs === undefined && nowMs >= this.#pingAtMs) {
      this.#pingSentMs = nowMs;
      this.#send(pingFrame(), nowMs);
    }
    return this.#take();
  }

  /** Ends the session: with the server's consent when it is in reach, else the server has to find out. */
  close(nowMs: number): Effect[] {
    if (this.#phase === 'over' || this.#isClosing) return [];
    this.#isClosing = true;
    for (const { call } of this.#queue.splice(0)) this.#fail(call, this.#endError());
    if (this.#phase === 'open') {
      const xid = this.#nextXid();
      this.#inFlight.push({ xid, sentAtMs: nowMs, call: undefined });
      this.#send(requestFrame(closeSession(), xid), nowMs);
    } else {
      this.#end('closed', 'closed');
    }
    return this.#take();
  }

  get #leaseEndMs(): number {
    return this.#leaseStartMs + (4 / 3) * this.#timeoutMs;
  }

  get #readUntilMs(): number {
    return this.#lastReceivedMs + (2 / 3) * this.#timeoutMs;
  }

  get #pingAtMs(): number {
    return this.#lastSentMs + Math.min(this.#timeoutMs / 3, PING_INTERVAL_MS_MAX);
  }

  #connect(nowMs: number): void {
    const timeoutMs = this.#timeoutMs / this.#servers.count;
    this.#phase = 'opening';
    this.#connectUntilMs = nowMs + timeoutMs;
    this.#effects.push({ type: 'connect', server: this.#servers.next(), timeoutMs });
  }

  #greeted(frame: Buffer, nowMs: number): void {
    const { timeoutMs, id, password } = readConnectResponse(frame);
    if (timeoutMs <= 0) {
      if (this.#ticket.id === 0n) throw malformed('the server gives no session');
      this.#end('expired', 'the server says so');
      return;
    }
    this.#ticket = { id, password };
    this.#timeoutMs = timeoutMs;
    this.#leaseStartMs = this.#greetingSentMs;
    this.#phase = 'proving';
    this.#saslExchange = this.#settings.sasl?.();
    if (this.#saslExchange === undefined) this.#restore(nowMs);
    else this.#sendSasl(this.#saslExchange.begin(), nowMs);
  }

  #sendSasl(token: Buffer, nowMs: number): void {
    this.#saslXid = this.#nextXid();
    this.#send(requestFrame(sasl(token), this.#saslXid), nowMs);
  }

  #saslAnswered(reader: JuteReader, errorNumber: number, nowMs: number): void {
    if (errorNumber !== 0) {
      this.#end('auth-failed', 'the server refuses the SASL exchange');
      return;
    }
    let token: Buffer | undefined;
    try {
      token = this.#saslExchange!.answer(reader.bytes());
    } catch (error) {
      if (!(error instanceof ZooKeeperError)) throw error;
      this.#end('auth-failed', error.message);
      return;
    }
    if (token === undefined) this.#restore(nowMs);
    else this.#sendSasl(token, nowMs);
  }

  /** In this order: who we are, what we watch, and only then what users ask for. */
  #restore(nowMs: number): void {
    this.#phase = 'open';
    for (const { scheme, data } of this.#settings.credentials) {
      this.#send(authFrame(scheme, data), nowMs);
    }
    for (const batch of this.#watches.batches()) {
      this.#send(setWatchesFrame(this.#lastZxid, batch), nowMs);
    }
    this.#setState('connected');
    this.#pump(nowMs);
  }

  #answered(frame: Buffer, nowMs: number): void {
    const reader = new JuteReader(frame);
    const xid = reader.int();
    const zxid = reader.safeLong();
    const errorNumber = reader.int();
    if (xid === SpecialXid.NOTIFICATION) {
      const event = readWatchEvent(reader);
      const watchers = this.#watches.take(event);
      if (watchers.length > 0) this.#effects.push({ type: 'notify', watchers, event });
      return;
    }
    if (!this.#isProven) {
      this.#isProven = true;
      this.#servers.succeeded();
    }
    if (this.#phase === 'proving' && xid === this.#saslXid) {
      this.#saslAnswered(reader, errorNumber, nowMs);
      return;
    }
    switch (xid) {
      case SpecialXid.PING:
        this.#leaseStartMs = this.#pingSentMs ?? this.#leaseStartMs;
        this.#pingSentMs = undefined;
        break;
      case SpecialXid.AUTH:
        if (errorNumber !== 0) this.#end('auth-failed', 'the server refuses our credentials');
        break;
      case SpecialXid.SET_WATCHES:
        if (errorNumber !== 0) throw serverError(errorNumber);
        break;
      default:
        this.#callAnswered({ xid, zxid, errorNumber }, reader, nowMs);
    }
  }

  #callAnswered(
    { xid, zxid, errorNumber }: { xid: number; zxid: number; errorNumber: number },
    reader: JuteReader,
    nowMs: number,
  ): void {
    const first = this.#inFlight[0];
    if (first?.xid !== xid) {
      throw malformed(`an answer to request ${xid}, where ${first?.xid ?? 'none'} is due`);
    }
    this.#inFlight.shift();
    this.#leaseStartMs = Math.max(this.#leaseStartMs, first.sentAtMs);
    if (zxid > 0) this.#lastZxid = zxid;
    if (first.call === undefined) {
      this.#end('closed', 'closed');
      return;
    }
    const outcome = this.#outcomeOf(first.call, errorNumber, reader);
    this.#effects.push({ type: 'settle', call: first.call, outcome });
    if (!outcome.ok) {
      const { code, message } = outcome.error;
      if (code === 'SESSION_EXPIRED') this.#end('expired', 'the server says so');
      else if (code === 'SESSION_MOVED' || code === 'MALFORMED_RESPONSE')
        this.#drop(message, nowMs);
    }
    this.#pump(nowMs);
  }

  #outcomeOf({ request, watcher }: Call, errorNumber: number, reader: JuteReader): Outcome {
    const { path, watch } = request;
    try {
      if (errorNumber === 0) {
        const value = request.read(reader);
        // The server watches the data of a node that is there.
        const kind = watch === 'exists' ? 'data' : watch;
        this.#watch(kind, path, watcher);
        return { ok: true, value };
      }
      const error = serverError(errorNumber, path === undefined ? {} : { path });
      if (error.code !== 'NO_NODE' || !('whenMissing' in request)) return { ok: false, error };
      this.#watch(watch, path, watcher);
      return { ok: true, value: request.whenMissing };
    } catch (error) {
      if (!(error instanceof ZooKeeperError)) throw error;
      return { ok: false, error };
    }
  }

  #watch(
    kind: Request<unknown>['watch'],
    path: string | undefined,
    watcher: Watcher | undefined,
  ): void {
    if (kind === undefined || path === undefined || watcher === undefined) return;
    this.#watches.add(kind, path, watcher);
  }

  #pump(nowMs: number): void {
    if (this.#phase !== 'open' || this.#isClosing) return;
    while (this.#inFlight.length < this.#settings.inFlightMax) {
      const next = this.#queue.shift();
      if (next === undefined) break;
      const xid = this.#nextXid();
      next.frame.writeInt32BE(xid, XID_AT);
      this.#inFlight.push({ xid, sentAtMs: nowMs, call: next.call });
      this.#send(next.frame, nowMs);
    }
  }

  /**
   * Gives up the connection and goes for the next. What was in flight has an unknown outcome. What waited behind it fails too: it may
   * build on what is unknown now, and must not overtake it.
   */
  #drop(reason: string, nowMs: number): void {
    const wasOpen = this.#phase === 'open';
    const pauseMs = wasOpen && this.#isProven ? 0 : this.#servers.failed();
    this.#effects.push({ type: 'disconnect', reason });
    this.#forgetConnection();
    if (wasOpen) {
      const error = (path: string | undefined): ZooKeeperError =>
        new ZooKeeperError('CONNECTION_LOSS', reason, path === undefined ? {} : { path });
      this.#failAll(error);
      if (this.#isClosing) {
        this.#end('closed', reason);
        return;
      }
      this.#setState('disconnected');
    }
    this.#phase = 'pausing';
    this.#pauseUntilMs = nowMs + pauseMs;
    if (pauseMs === 0) this.#connect(nowMs);
  }

  #forgetConnection(): void {
    this.#pingSentMs = undefined;
    this.#saslExchange = undefined;
    this.#isProven = false;
  }

  #end(how: End, reason: string): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    this.#effects.push({ type: 'disconnect', reason });
    this.#watches.clear();
    this.#setState(how);
    this.#failAll(() => this.#endError(reason));
  }

  #failAll(error: (path: string | undefined) => ZooKeeperError): void {
    const calls = [
      ...this.#inFlight.splice(0).map(({ call }) => call),
      ...this.#queue.splice(0).map(({ call }) => call),
    ];
    for (const call of calls) {
      if (call !== undefined) this.#fail(call, error(call.request.path));
    }
  }

  #fail(call: Call, error: ZooKeeperError): void {
    this.#effects.push({ type: 'settle', call, outcome: { ok: false, error } });
  }

  #endError(reason?: string): ZooKeeperError {
    if (this.#state === 'expired') return new ZooKeeperError('SESSION_EXPIRED', reason);
    if (this.#state === 'auth-failed') return new ZooKeeperError('AUTH_FAILED', reason);
    return new ZooKeeperError('CLOSED', reason);
  }

  #setState(state: SessionState): void {
    this.#state = state;
    this.#effects.push({ type: 'state', state });
  }

  #send(frame: Buffer, nowMs: number): void {
    this.#lastSentMs = nowMs;
    this.#effects.push({ type: 'send', frame });
  }

  #nextXid(): number {
    this.#lastXid = this.#lastXid === XID_MAX ? 1 : this.#lastXid + 1;
    return this.#lastXid;
  }

  #take(): Effect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }
}
