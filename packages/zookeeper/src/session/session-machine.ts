/**
 * What a session decides: whom to connect to and when to give up on it, what is sent in which order, what an answer belongs to, when the session is over.
 *
 *     pausing ──► opening ──► greeting ──► proving ──► open ──► (pausing, opening ...)        any ──► over
 *                 TCP         session?     SASL        requests
 *
 * Synchronous: each call is given the time and returns effects, which the shell carries out in order. It owns the phase, the session's ticket
 * and the watches; what is on its way is the pipeline's, when time is up the clock's. It must never do anything itself.
 */
import type { SaslExchange } from '../auth/sasl-exchange.ts';
import { serverError, ZooKeeperError } from '../errors.ts';
import { JuteReader, malformed } from '../jute/jute-reader.ts';
import {
  connectRequest,
  NO_SESSION,
  readConnectResponse,
  type SessionTicket,
} from '../protocol/connect.ts';
import { SpecialXid } from '../protocol/op-code.ts';
import { readWatchEvent } from '../protocol/records.ts';
import {
  authFrame,
  pingFrame,
  requestFrame,
  sasl,
  setWatchesFrame,
  type Request,
} from '../protocol/requests.ts';
import { RequestPipeline } from './request-pipeline.ts';
import { ServerList } from './server-list.ts';
import { SessionClock } from './session-clock.ts';
import type {
  Call,
  Effect,
  End,
  MachineSettings,
  Outcome,
  SessionState,
} from './session-effects.ts';
import { WatchTable, type Watcher } from './watch-table.ts';

export class SessionMachine {
  readonly #settings: MachineSettings;
  readonly #servers: ServerList;
  readonly #clock: SessionClock;
  readonly #pipeline: RequestPipeline;
  readonly #watches = new WatchTable();
  #phase: 'idle' | 'pausing' | 'opening' | 'greeting' | 'proving' | 'open' | 'over' = 'idle';
  #state: SessionState = 'connecting';
  #ticket: SessionTicket = NO_SESSION;
  #lastZxid = 0;
  #pauseUntilMs = 0;
  #connectUntilMs = 0;
  /** Whether the server has answered anything on this connection, its greeting aside. */
  #isProven = false;
  #greetingSentMs = 0;
  #saslExchange: SaslExchange | undefined;
  #saslXid = 0;
  #isClosing = false;
  #effects: Effect[] = [];

  constructor(settings: MachineSettings) {
    this.#settings = settings;
    this.#clock = new SessionClock(settings.sessionTimeoutMs);
    this.#pipeline = new RequestPipeline(settings);
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
    return this.#clock.timeoutMs;
  }

  /** When {@link tick} wants to be called, on the clock that the calls are given; undefined for never. */
  get deadlineMs(): number | undefined {
    const lease = this.#ticket.id === 0n ? Infinity : this.#clock.leaseEndMs;
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
        return Math.min(lease, this.#clock.readUntilMs);
      case 'open':
        return Math.min(lease, this.#clock.readUntilMs, this.#clock.pingAtMs);
    }
  }

  start(nowMs: number): Effect[] {
    this.#connect(nowMs);
    return this.#take();
  }

  /** Sends a request, or lets it wait: for a place in flight, or for a connection. */
  submit(call: Call, nowMs: number): Effect[] {
    if (this.#phase === 'over' || this.#isClosing) {
      this.#fail(call, this.#endError());
    } else {
      const refusal = this.#pipeline.enqueue(call);
      if (refusal !== undefined) this.#fail(call, refusal);
      else this.#pump(nowMs);
    }
    return this.#take();
  }

  /** The connection that was asked for is there. */
  opened(nowMs: number): Effect[] {
    if (this.#phase === 'opening') {
      this.#phase = 'greeting';
      this.#greetingSentMs = nowMs;
      this.#send(connectRequest(this.#ticket, this.#clock.timeoutMs, this.#lastZxid), nowMs);
    }
    return this.#take();
  }

  /** The connection is gone, or could not be made. */
  lost(reason: string, nowMs: number): Effect[] {
    if (this.#phase !== 'over' && this.#phase !== 'pausing') this.#drop(reason, nowMs);
    return this.#take();
  }

  received(frame: Buffer, nowMs: number): Effect[] {
    this.#clock.received(nowMs);
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
    if (this.#ticket.id !== 0n && nowMs >= this.#clock.leaseEndMs) {
      this.#end('expired', 'the server was not heard of for longer than the session lasts');
    } else if (phase === 'pausing') {
      if (nowMs >= this.#pauseUntilMs) this.#connect(nowMs);
    } else if (phase === 'opening' || phase === 'greeting') {
      if (nowMs >= this.#connectUntilMs) this.#drop('no answer to the connect', nowMs);
    } else if (nowMs >= this.#clock.readUntilMs) {
      this.#drop('nothing was heard of the server', nowMs);
    } else if (phase === 'open' && nowMs >= this.#clock.pingAtMs) {
      this.#clock.pingSent(nowMs);
      this.#send(pingFrame(), nowMs);
    }
    return this.#take();
  }

  /** Ends the session: with the server's consent when it is in reach, else the server has to find out. */
  close(nowMs: number): Effect[] {
    if (this.#phase === 'over' || this.#isClosing) return [];
    this.#isClosing = true;
    for (const call of this.#pipeline.takeQueued()) this.#fail(call, this.#endError());
    if (this.#phase === 'open') {
      this.#send(this.#pipeline.closing(nowMs), nowMs);
    } else {
      this.#end('closed', 'closed');
    }
    return this.#take();
  }

  #connect(nowMs: number): void {
    const timeoutMs = this.#clock.timeoutMs / this.#servers.count;
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
    this.#clock.granted(timeoutMs, this.#greetingSentMs);
    this.#phase = 'proving';
    this.#saslExchange = this.#settings.sasl?.();
    if (this.#saslExchange === undefined) this.#restore(nowMs);
    else this.#sendSasl(this.#saslExchange.begin(), nowMs);
  }

  #sendSasl(token: Buffer, nowMs: number): void {
    this.#saslXid = this.#pipeline.nextXid();
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
        this.#clock.pingAnswered();
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
    const { sentAtMs, call } = this.#pipeline.answered(xid);
    this.#clock.requestAnswered(sentAtMs);
    if (zxid > 0) this.#lastZxid = zxid;
    if (call === undefined) {
      this.#end('closed', 'closed');
      return;
    }
    const outcome = this.#outcomeOf(call, errorNumber, reader);
    this.#effects.push({ type: 'settle', call, outcome });
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
    for (;;) {
      const frame = this.#pipeline.next(nowMs);
      if (frame === undefined) break;
      this.#send(frame, nowMs);
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
    this.#clock.disconnected();
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
    for (const call of this.#pipeline.takeAll()) this.#fail(call, error(call.request.path));
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
    this.#clock.sent(nowMs);
    this.#effects.push({ type: 'send', frame });
  }

  #take(): Effect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }
}
