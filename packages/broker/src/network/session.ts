/**
 * One client connection: requests come in, answers leave in the same order.
 *
 * Owns the queue of exchanges, the decision which request may start while earlier ones wait, and the back-pressure in both directions: reading stops while
 * a request has to wait its turn, while too many are under way, while the peer does not read its answers, and while the memory
 * budget is used up.
 *
 *   socket -> FrameReader -> header -> handler.serve() -> exchange answered -> flush in order -> socket
 *
 * Must never: start a request behind an unanswered exclusive one (Kafka handles one request of a connection at a time, and clients
 * count on that), or keep a view of the shared read stage after the call that delivered it.
 */
import { ByteReader, DecodeError, readRequestHeader, writeResponseFrame } from '@zurau/protocol';
import type { ByteWriter } from '@zurau/protocol';
import type { Clock, NetworkError, Socket } from '@zurau/platform';
import type { ApiHandler } from '../api/handler.ts';
import type { ApiRegistry } from '../api/registry.ts';
import type { Logger } from '../logging.ts';
import type { ExchangeOwner } from './exchange.ts';
import { Exchange } from './exchange.ts';
import type { FramePool } from './frame-pool.ts';
import type { FrameHandler } from './frame-reader.ts';
import { FrameReader } from './frame-reader.ts';
import type { MemoryBudget } from './memory-budget.ts';
import type { Flushable } from './response-flusher.ts';

/** More unanswered requests than this on one connection wait in its socket. */
const REQUESTS_IN_FLIGHT_MAX = 1000;
/** So many requests that had to wait are started in one turn of the event loop: others have connections, too. */
const HELD_STARTS_PER_TURN = 32;
/** Elements of all arrays of a request; {@link ApiHandler.elementsMax} where a handler says otherwise. */
const REQUEST_ELEMENTS_MAX = 500_000;

/** What the sessions of a broker share. */
export interface SessionDependencies {
  readonly registry: ApiRegistry;
  readonly stage: Buffer;
  readonly pool: FramePool;
  readonly budget: MemoryBudget;
  readonly frameBytesMax: number;
  /** Answers are encoded here, one session after another. */
  readonly writer: ByteWriter;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Calls `session.flush()` before the event loop goes on to other I/O. */
  readonly scheduleFlush: (session: Flushable) => void;
  /** Calls back after others had their turn. */
  readonly nextTurn: (callback: () => void) => void;
}

export class Session implements FrameHandler, ExchangeOwner, Flushable {
  readonly listenerName: string;
  readonly clientAddress: string;
  readonly principal: string = 'User:ANONYMOUS';
  lastActivityMs: number;
  /** Set by the owner; called once, when the connection is gone. */
  onClosed: (() => void) | undefined;

  readonly #dependencies: SessionDependencies;
  readonly #socket: Socket;
  readonly #reader: FrameReader;
  readonly #bytes = new ByteReader(Buffer.alloc(0));
  /** Exchanges in order of arrival; the answered ones at the head leave with the next flush. */
  #exchanges: Exchange[] = [];
  #heldCount = 0;
  /** Unanswered requests that later ones have to wait for. */
  #exclusiveCount = 0;
  /** In this turn, or in those that it took so far. */
  #heldStartCount = 0;
  #waitsForTurn = false;
  #waitsForMemory = false;
  #waitsForPeer = false;
  #paused = false;
  #flushScheduled = false;
  /** When it was looked at last. */
  #unsentBytes = 0;
  #closed = false;
  #abort: AbortController | undefined;

  constructor(socket: Socket, listenerName: string, dependencies: SessionDependencies) {
    this.#socket = socket;
    this.#dependencies = dependencies;
    this.listenerName = listenerName;
    this.clientAddress = socket.remoteAddress;
    this.lastActivityMs = dependencies.clock.monotonicMs();
    this.#reader = new FrameReader(this, dependencies);
    socket.onDrain = () => {
      this.#waitsForPeer = false;
      this.#resume();
    };
    socket.onClose = (error) => this.#onSocketClosed(error);
  }

  start(): void {
    this.#socket.start(this.#reader);
  }

  /** Nothing is under way that an answer may still come of, or the peer does not take what it was answered. */
  get isIdle(): boolean {
    return this.#exchanges.length === 0 || this.#socket.bufferedBytes > 0;
  }

  /** Asked from time to time: a peer that takes what was sent is active, whether it says anything or not. */
  noteProgress(): void {
    const { bufferedBytes } = this.#socket;
    if (bufferedBytes === this.#unsentBytes) return;
    this.#unsentBytes = bufferedBytes;
    this.lastActivityMs = this.#dependencies.clock.monotonicMs();
  }

  /** Made on first use: most requests never ask. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#closed) this.#abort.abort();
    }
    return this.#abort.signal;
  }

  /** Drops the connection. Idempotent. */
  close(): void {
    this.#socket.destroy();
  }

  onFrame(buffer: Buffer, start: number, end: number, owned: boolean): void {
    if (this.#closed) return;
    this.lastActivityMs = this.#dependencies.clock.monotonicMs();
    const exchange = this.#readHeader(buffer, start, end, owned);
    if (exchange === undefined) return;
    this.#exchanges.push(exchange);
    if (this.#mustHold(exchange)) {
      this.#hold(exchange, buffer, start, end);
      return;
    }
    this.#start(exchange, buffer, start, end);
  }

  onBadSize(sizeBytes: number): void {
    this.onRefused(
      `request of ${sizeBytes} bytes: allowed are 0 to ${this.#dependencies.frameBytesMax} (socket.request.max.bytes)`,
    );
  }

  onMemoryWait(): void {
    this.#waitsForMemory = true;
    this.#pause();
  }

  onMemory(): void {
    this.#waitsForMemory = false;
    this.#resume();
  }

  onEnd(): void {
    this.close();
  }

  onAnswered(exchange: Exchange): void {
    this.#releaseBudget(exchange);
    if (exchange.handler.overlap === 'exclusive') this.#exclusiveCount -= 1;
    if (this.#closed) {
      exchange.release?.();
      return;
    }
    if (!this.#flushScheduled) {
      this.#flushScheduled = true;
      this.#dependencies.scheduleFlush(this);
    }
  }

  onHandlerFailed(exchange: Exchange, error: unknown): void {
    if (error instanceof DecodeError) {
      this.onRefused(
        `${exchange.handler.name} v${exchange.apiVersion} request is malformed: ${error.message}`,
      );
      return;
    }
    this.#dependencies.logger.error(
      { err: error, api: exchange.handler.name, version: exchange.apiVersion },
      'request failed with an unexpected error; closing its connection',
    );
    this.close();
  }

  /** Sends the answers that are ready, in order, in one write, and starts what waited for them. */
  flush(): void {
    this.#flushScheduled = false;
    if (this.#closed) return;
    const exchanges = this.#exchanges;
    let releases: (() => void)[] | undefined;
    let readyCount = 0;
    while (readyCount < exchanges.length && exchanges[readyCount]!.state === 'answered') {
      const exchange = exchanges[readyCount++]!;
      if (exchange.release !== undefined) (releases ??= []).push(exchange.release);
      if (exchange.body !== undefined && !this.#encode(exchange)) break;
    }
    const buffers = this.#dependencies.writer.take();
    if (readyCount === exchanges.length) this.#exchanges = [];
    else if (readyCount > 0) exchanges.splice(0, readyCount);
    this.#send(buffers, releases);
    if (this.#heldCount > 0) this.#startHeld();
    else if (readyCount > 0) this.#resume();
  }

  /** False when the answer cannot be encoded, which is a bug: the connection is closed. */
  #encode({ handler, apiVersion, correlationId, body }: Exchange): boolean {
    const { writer } = this.#dependencies;
    try {
      writeResponseFrame(writer, handler.api, apiVersion, correlationId, body);
      return true;
    } catch (error) {
      this.#dependencies.logger.error(
        { err: error, api: handler.name, version: apiVersion },
        'answer cannot be encoded; closing its connection',
      );
      writer.discard();
      this.close();
      return false;
    }
  }

  #send(buffers: Buffer[], releases: (() => void)[] | undefined): void {
    if (buffers.length === 0) {
      releases?.forEach((release) => release());
      return;
    }
    this.lastActivityMs = this.#dependencies.clock.monotonicMs();
    const onWritten = releases && (() => releases.forEach((release) => release()));
    if (!this.#socket.write(buffers, onWritten)) {
      this.#waitsForPeer = true;
      this.#pause();
    }
  }

  #readHeader(buffer: Buffer, start: number, end: number, owned: boolean): Exchange | undefined {
    const { registry, clock } = this.#dependencies;
    this.#bytes.reset(buffer, start, end);
    try {
      const header = readRequestHeader(this.#bytes);
      const served = registry.resolve(header.requestApiKey, header.requestApiVersion);
      if (served === undefined) {
        this.onRefused(registry.explainUnsupported(header.requestApiKey, header.requestApiVersion));
        return undefined;
      }
      const exchange = new Exchange(
        this,
        served,
        Math.max(served.minVersion, Math.min(header.requestApiVersion, served.maxVersion)),
        header.correlationId,
        header.clientId,
        clock.monotonicMs(),
        owned ? buffer : undefined,
        owned ? end - start : 0,
      );
      exchange.bodyStart = this.#bytes.position - start;
      return exchange;
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.onRefused(`request header is malformed: ${error.message}`);
      return undefined;
    }
  }

  /** The new exchange is the last of the queue. */
  #mustHold({ handler }: Exchange): boolean {
    return (
      this.#areEnough(handler) ||
      this.#heldCount > 0 ||
      this.#exclusiveCount > 0 ||
      this.#waitsForPeer ||
      this.#exchanges.length > REQUESTS_IN_FLIGHT_MAX
    );
  }

  /** One more of this API would be too many at a time. Whoever asks is counted when it is in the queue and not held. */
  #areEnough(handler: ApiHandler): boolean {
    const { inFlightMax } = handler;
    if (inFlightMax === undefined || this.#exchanges.length <= inFlightMax) return false;
    let count = 0;
    for (const each of this.#exchanges) {
      if (each.handler === handler && each.state !== 'held') count += 1;
    }
    return count > inFlightMax;
  }

  #hold(exchange: Exchange, buffer: Buffer, start: number, end: number): void {
    exchange.state = 'held';
    this.#heldCount += 1;
    if (exchange.frame === undefined) this.#copyFrame(exchange, buffer, start, end);
    this.#pause();
  }

  #start(exchange: Exchange, buffer: Buffer, start: number, end: number): void {
    let frame = buffer;
    let frameStart = start;
    if (!exchange.handler.readsInPlace && exchange.frame === undefined) {
      frame = Buffer.allocUnsafe(end - start);
      buffer.copy(frame, 0, start, end);
      frameStart = 0;
    }
    const frameEnd = frameStart + (end - start);
    exchange.state = 'under-way';
    if (exchange.handler.overlap === 'exclusive') this.#exclusiveCount += 1;
    const { elementsMax = REQUEST_ELEMENTS_MAX } = exchange.handler;
    this.#bytes.reset(frame, frameStart + exchange.bodyStart, frameEnd, elementsMax);
    try {
      exchange.handler.serve(this.#bytes, exchange);
    } catch (error) {
      this.onHandlerFailed(exchange, error);
    }
    if (!exchange.handler.readsInPlace) return;
    this.#releaseBudget(exchange);
    exchange.releaseFrame();
  }

  /** Starts held requests in order, as far as they may. */
  #startHeld(): void {
    for (const exchange of this.#exchanges) {
      if (this.#closed || this.#exclusiveCount > 0 || this.#waitsForPeer) return;
      if (exchange.state !== 'held') continue;
      if (this.#mustWaitForTurn()) return;
      exchange.state = 'under-way';
      if (this.#areEnough(exchange.handler)) {
        exchange.state = 'held';
        return;
      }
      this.#heldCount -= 1;
      this.#start(exchange, exchange.frame!, 0, exchange.frameBytes);
    }
    this.#resume();
  }

  #mustWaitForTurn(): boolean {
    if (this.#waitsForTurn) return true;
    this.#heldStartCount += 1;
    if (this.#heldStartCount <= HELD_STARTS_PER_TURN) return false;
    this.#waitsForTurn = true;
    this.#dependencies.nextTurn(() => {
      this.#waitsForTurn = false;
      this.#heldStartCount = 0;
      if (!this.#closed) this.#startHeld();
    });
    return true;
  }

  #copyFrame(exchange: Exchange, buffer: Buffer, start: number, end: number): void {
    const { pool, budget } = this.#dependencies;
    const frame = pool.take(end - start);
    buffer.copy(frame, 0, start, end);
    exchange.frame = frame;
    exchange.frameBytes = end - start;
    budget.reserve(exchange.frameBytes);
  }

  #releaseBudget(exchange: Exchange): void {
    this.#dependencies.budget.release(exchange.frameBytes);
    exchange.frameBytes = 0;
  }

  recycle(frame: Buffer): void {
    this.#dependencies.pool.giveBack(frame);
  }

  onRefused(reason: string): void {
    this.#dependencies.logger.warn(
      { client: this.clientAddress, listener: this.listenerName },
      `closing connection: ${reason}`,
    );
    this.close();
  }

  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#socket.pause();
  }

  #resume(): void {
    if (this.#closed || !this.#paused) return;
    if (this.#waitsForMemory || this.#waitsForPeer) return;
    if (this.#heldCount > 0) {
      if (this.#exclusiveCount === 0) this.#startHeld();
      return;
    }
    if (this.#exchanges.length > REQUESTS_IN_FLIGHT_MAX) return;
    this.#paused = false;
    this.#socket.resume();
  }

  #onSocketClosed(error: NetworkError | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    if (error !== undefined && error.code !== 'RESET') {
      this.#dependencies.logger.debug(
        { err: error, client: this.clientAddress },
        'connection lost',
      );
    }
    this.#reader.close();
    for (const exchange of this.#exchanges) {
      if (exchange.state === 'answered') exchange.release?.();
      else exchange.onDropped?.();
      this.#releaseBudget(exchange);
    }
    this.#exchanges = [];
    this.#abort?.abort();
    this.onClosed?.();
  }
}
