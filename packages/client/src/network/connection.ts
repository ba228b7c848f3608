/**
 * One connection to a broker: requests out, responses in, many in flight.
 *
 * A broker answers the requests of a connection in their order, so what is in flight is a queue, and the correlation id of each
 * response is checked against its head.
 *
 * When a request is not answered in time the whole connection is dropped: the answers behind it could not be told from a stalled
 * peer's, and a new connection is the only way to learn more. Must never retry: whether a lost request was carried out is for its
 * sender to judge.
 */
import type { NetworkError, Platform, Socket, Timer, TlsOptions } from '@zurau/platform';
import { type Api, DecodeError, EncodeError, encodeRequestFrame } from '@zurau/protocol';
import { abortedError, clientError, type KafkaError, toKafkaError } from '../errors.ts';
import { Fifo } from '../fifo.ts';
import { type BrokerAddress, formatAddress } from './address.ts';
import type { ConnectionObserver } from './connection-observer.ts';
import { FrameReader } from './frame-reader.ts';
import {
  answers,
  type AnyApi,
  decodeResponse,
  type InFlight,
  type ResponseCallback,
  type ResponseVersionOf,
} from './in-flight.ts';
import { Outbox, type WrittenCallback } from './outbox.ts';

/** Larger than any sane `fetch.max.bytes`; what is above is not a Kafka broker, or a broken one. */
export const RESPONSE_BYTES_MAX: number = 512 * 1024 * 1024;

export interface ConnectionOptions {
  readonly platform: Platform;
  readonly address: BrokerAddress;
  readonly clientId: string;
  /** What sockets read into; see `createReadStage`. */
  readonly stage: Buffer;
  readonly connectTimeoutMs: number;
  /** For requests that do not say their own. */
  readonly requestTimeoutMs: number;
  readonly responseBytesMax?: number;
  /** Speaks TLS. */
  readonly tls?: TlsOptions | undefined;
  /** Told of what passes; must not throw. */
  readonly observer?: ConnectionObserver | undefined;
}

export interface RequestOptions {
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** {@link Connection.request}, or the same for those who have the connection to themselves. */
export type ConnectionRequest = <Request, RequestInput, Response, ResponseInput>(
  api: Api<Request, RequestInput, Response, ResponseInput>,
  version: number,
  body: RequestInput,
  options?: RequestOptions & { readonly versionOf?: ResponseVersionOf },
) => Promise<Response>;

/** A request that waits until somebody else is done with the connection. */
interface Held {
  readonly frame: readonly Buffer[];
  readonly inFlight: InFlight | undefined;
  readonly onWritten: WrittenCallback | undefined;
}

const CORRELATION_ID_MAX = 0x7fff_ffff;

export class Connection {
  readonly address: BrokerAddress;
  /** Called once when the connection is gone, after everything in flight was failed. */
  onClose: ((error: KafkaError) => void) | undefined;

  readonly #platform: Platform;
  readonly #clientId: string;
  readonly #requestTimeoutMs: number;
  readonly #observer: ConnectionObserver | undefined;
  readonly #socket: Socket;
  readonly #frames: FrameReader;
  /** In the order of sending. */
  readonly #inFlight: Fifo<InFlight> = new Fifo();
  readonly #outbox: Outbox;
  /** What is sent while somebody has the connection to himself; undefined when nobody has. */
  #held: Held[] | undefined;
  #correlationId = 0;
  /** Monotonic time when a request was last sent. */
  #lastUseMs: number;
  #timer: Timer | undefined;
  /** When it fires; never later than the earliest deadline. */
  #timerMs: number = Number.POSITIVE_INFINITY;
  #failure: KafkaError | undefined;
  readonly #gone: Promise<void>;
  #resolveGone: () => void = () => {};

  /** Connects; the connection is ready for its first request, which by custom asks for ApiVersions. */
  static async open(options: ConnectionOptions, signal?: AbortSignal): Promise<Connection> {
    if (signal?.aborted === true) throw abortedError(signal);
    const { address, platform, connectTimeoutMs, tls } = options;
    try {
      const socket = await platform.network.connect({
        host: address.host,
        port: address.port,
        timeoutMs: connectTimeoutMs,
        ...(signal === undefined ? {} : { signal }),
        ...(tls === undefined ? {} : { tls }),
      });
      return new Connection(options, socket);
    } catch (error) {
      throw toKafkaError(error, `Connecting to ${formatAddress(address)}`);
    }
  }

  private constructor(options: ConnectionOptions, socket: Socket) {
    this.address = options.address;
    this.#platform = options.platform;
    this.#clientId = options.clientId;
    this.#requestTimeoutMs = options.requestTimeoutMs;
    this.#observer = options.observer;
    this.#socket = socket;
    this.#outbox = new Outbox(socket, (message) => this.#failure ?? this.#lost(message));
    this.#lastUseMs = options.platform.clock.monotonicMs();
    this.#gone = new Promise((resolve) => {
      this.#resolveGone = resolve;
    });
    this.#frames = new FrameReader(options.stage, options.responseBytesMax ?? RESPONSE_BYTES_MAX, {
      onFrame: (payload, shared) => this.#onFrame(payload, shared),
      onBadFrame: (sizeBytes) =>
        this.#fail(
          clientError(
            'PROTOCOL_VIOLATION',
            `${formatAddress(this.address)} sent a frame of ${sizeBytes} bytes: it does not speak Kafka's protocol, or wants TLS.`,
          ),
        ),
      onEnd: () => this.#fail(this.#lost('the broker closed the connection')),
    });
    socket.onClose = (error: NetworkError | undefined) => {
      // With TLS 1.3 a refused client certificate is heard of only now.
      this.#fail(
        error?.code === 'TLS_FAILED'
          ? toKafkaError(error, `Connection to ${formatAddress(this.address)}`)
          : this.#lost(error?.message ?? 'the connection was closed'),
      );
      this.#resolveGone();
    };
    socket.start(this.#frames);
  }

  get closed(): boolean {
    return this.#failure !== undefined;
  }

  get inFlightCount(): number {
    return this.#inFlight.size + (this.#held?.length ?? 0);
  }

  /** How long no request has been sent; 0 while something is in flight. */
  get idleMs(): number {
    if (this.inFlightCount > 0) return 0;
    return this.#platform.clock.monotonicMs() - this.#lastUseMs;
  }

  /**
   * Gives `work` the connection to itself: what others send meanwhile is held back, in order, and goes out when the work is done, for
   * good or bad. What was in flight before is answered as ever. One at a time.
   */
  async exclusively<T>(work: (request: ConnectionRequest) => Promise<T>): Promise<T> {
    if (this.#held !== undefined) throw new Error('somebody has the connection to himself already');
    this.#held = [];
    try {
      return await work((api, version, body, options) =>
        this.#request(api, version, body, options, true),
      );
    } finally {
      const held = this.#held;
      this.#held = undefined;
      for (const { frame, inFlight, onWritten } of held) this.#push(frame, inFlight, onWritten);
    }
  }

  /** Sends a request and waits for its response. An aborted request stays in flight; its response is dropped. */
  request<Request, RequestInput, Response, ResponseInput>(
    api: Api<Request, RequestInput, Response, ResponseInput>,
    version: number,
    body: RequestInput,
    options: RequestOptions & { readonly versionOf?: ResponseVersionOf } = {},
  ): Promise<Response> {
    return this.#request(api, version, body, options, false);
  }

  #request<Request, RequestInput, Response, ResponseInput>(
    api: Api<Request, RequestInput, Response, ResponseInput>,
    version: number,
    body: RequestInput,
    options: RequestOptions & { readonly versionOf?: ResponseVersionOf } = {},
    ahead: boolean,
  ): Promise<Response> {
    const { signal } = options;
    return new Promise<Response>((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(abortedError(signal));
        return;
      }
      const onAbort = (): void => {
        if (signal !== undefined) reject(abortedError(signal));
      };
      const done: ResponseCallback<Response> = (error, response) => {
        signal?.removeEventListener('abort', onAbort);
        if (error !== undefined) reject(error);
        else resolve(response as Response);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      try {
        this.#send(api, version, body, done, options, ahead);
      } catch (error) {
        signal?.removeEventListener('abort', onAbort);
        throw error;
      }
    });
  }

  /** Callback form of {@link request}, without a promise. Throws KafkaError `INVALID_ARGUMENT` for a body that the version cannot carry. */
  send<Request, RequestInput, Response, ResponseInput>(
    api: Api<Request, RequestInput, Response, ResponseInput>,
    version: number,
    body: RequestInput,
    done: ResponseCallback<Response>,
    timeoutMs?: number,
  ): void {
    this.#send(api, version, body, done, { timeoutMs }, false);
  }

  /** `ahead` of those who wait for somebody to be done with the connection. */
  #send<Request, RequestInput, Response, ResponseInput>(
    api: Api<Request, RequestInput, Response, ResponseInput>,
    version: number,
    body: RequestInput,
    done: ResponseCallback<Response>,
    options: RequestOptions & { readonly versionOf?: ResponseVersionOf },
    ahead: boolean,
  ): void {
    const failure = this.#failure;
    if (failure !== undefined) {
      queueMicrotask(() => done(failure, undefined));
      return;
    }
    const timeoutMs = options.timeoutMs ?? this.#requestTimeoutMs;
    const correlationId = this.#correlationId;
    const frame = this.#encode(api, version, body);
    this.#lastUseMs = this.#platform.clock.monotonicMs();
    const deadlineMs = this.#lastUseMs + timeoutMs;
    const inFlight: InFlight = {
      correlationId,
      api: api as unknown as AnyApi,
      version,
      versionOf: options.versionOf,
      sentMs: this.#lastUseMs,
      deadlineMs,
      done: done as ResponseCallback<unknown>,
    };
    if (ahead || this.#held === undefined) this.#push(frame, inFlight, undefined);
    else this.#held.push({ frame, inFlight, onWritten: undefined });
    if (deadlineMs < this.#timerMs) this.#setTimer(deadlineMs, timeoutMs);
  }

  /**
   * Sends a request that the broker does not answer (Produce with acks 0). `onWritten` is called once, later, when the operating
   * system has taken it; with an error when it did not.
   */
  sendOneWay<Request, RequestInput, Response, ResponseInput>(
    api: Api<Request, RequestInput, Response, ResponseInput>,
    version: number,
    body: RequestInput,
    onWritten: WrittenCallback,
  ): void {
    const failure = this.#failure;
    if (failure !== undefined) {
      queueMicrotask(() => onWritten(failure));
      return;
    }
    this.#lastUseMs = this.#platform.clock.monotonicMs();
    const frame = this.#encode(api, version, body);
    if (this.#held === undefined) this.#push(frame, undefined, onWritten);
    else this.#held.push({ frame, inFlight: undefined, onWritten });
  }

  /** Drops the connection; what is in flight fails with `reason`. Idempotent; resolves when the socket is gone. */
  close(
    reason: KafkaError = clientError('CLIENT_CLOSED', 'The connection was closed by its owner.'),
  ): Promise<void> {
    this.#fail(reason);
    return this.#gone;
  }

  #encode<Request, RequestInput, Response, ResponseInput>(
    api: Api<Request, RequestInput, Response, ResponseInput>,
    version: number,
    body: RequestInput,
  ): Buffer[] {
    const correlationId = this.#correlationId;
    const header = { correlationId, clientId: this.#clientId };
    let frame: Buffer[];
    try {
      frame = encodeRequestFrame(api, version, header, body);
    } catch (error) {
      if (!(error instanceof EncodeError)) throw error;
      throw clientError('INVALID_ARGUMENT', error.message, error);
    }
    this.#correlationId = correlationId === CORRELATION_ID_MAX ? 0 : correlationId + 1;
    return frame;
  }

  /** Goes out with the next write. */
  #push(
    frame: readonly Buffer[],
    inFlight: InFlight | undefined,
    onWritten: WrittenCallback | undefined,
  ): void {
    if (this.#failure !== undefined) return;
    const sizeBytes = this.#outbox.push(frame, onWritten);
    this.#observer?.onSent(sizeBytes);
    if (inFlight !== undefined) this.#inFlight.push(inFlight);
  }

  #onFrame(payload: Buffer, shared: boolean): void {
    this.#observer?.onReceived(payload.length);
    const head = this.#inFlight.peek();
    if (head === undefined) {
      this.#fail(this.#violation('sent a response that nobody asked for'));
      return;
    }
    if (!answers(payload, head)) {
      this.#fail(this.#violation('answered out of order'));
      return;
    }
    this.#inFlight.shift();
    let response: unknown;
    try {
      response = decodeResponse(head, shared ? Buffer.from(payload) : payload);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      const failure = this.#violation(`sent a malformed ${head.api.name} response`, error);
      this.#report(head, payload.length, failure);
      head.done(failure, undefined);
      this.#fail(failure);
      return;
    }
    this.#report(head, payload.length, undefined);
    head.done(undefined, response);
  }

  /** Fires at the earliest deadline known when it was set; answered requests leave it running, so it may find nothing to do. */
  #onTimer(): void {
    this.#timer = undefined;
    this.#timerMs = Number.POSITIVE_INFINITY;
    if (this.inFlightCount === 0 || this.#failure !== undefined) return;
    const nowMs = this.#platform.clock.monotonicMs();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const entry of this.#waiting()) {
      if (entry.deadlineMs <= nowMs) {
        this.#fail(
          clientError(
            'REQUEST_TIMEOUT',
            `${formatAddress(this.address)} did not answer a ${entry.api.name} request in time.`,
          ),
        );
        return;
      }
      nextMs = Math.min(nextMs, entry.deadlineMs);
    }
    this.#setTimer(nextMs, nextMs - nowMs);
  }

  /** In flight, and held back. */
  *#waiting(): Generator<InFlight> {
    yield* this.#inFlight;
    for (const { inFlight } of this.#held ?? []) if (inFlight !== undefined) yield inFlight;
  }

  #setTimer(atMs: number, delayMs: number): void {
    this.#timer?.cancel();
    this.#timerMs = atMs;
    this.#timer = this.#platform.timers.after(delayMs, () => this.#onTimer());
  }

  #fail(error: KafkaError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#frames.stop();
    this.#timer?.cancel();
    this.#timer = undefined;
    const unwritten = this.#outbox.close();
    const orphans = [...this.#waiting()];
    this.#inFlight.takeAll();
    for (const { onWritten } of this.#held ?? []) {
      if (onWritten !== undefined) unwritten.push(onWritten);
    }
    if (this.#held !== undefined) this.#held = [];
    this.#socket.destroy();
    if (this.#socket.closed) this.#resolveGone();
    queueMicrotask(() => {
      for (const orphan of orphans) {
        this.#report(orphan, 0, error);
        orphan.done(error, undefined);
      }
      for (const onWritten of unwritten) onWritten(error);
      this.onClose?.(error);
    });
  }

  #report(
    { api, version, correlationId, sentMs }: InFlight,
    sizeBytes: number,
    error: KafkaError | undefined,
  ): void {
    if (this.#observer === undefined) return;
    const durationMs = this.#platform.clock.monotonicMs() - sentMs;
    const { key: apiKey, name } = api;
    this.#observer.onRequestDone({
      ...{ apiKey, api: name, version, correlationId, durationMs, sizeBytes, error },
    });
  }

  #lost(why: string): KafkaError {
    return clientError('CONNECTION_LOST', `Connection to ${formatAddress(this.address)}: ${why}.`);
  }

  #violation(what: string, cause?: unknown): KafkaError {
    return clientError('PROTOCOL_VIOLATION', `${formatAddress(this.address)} ${what}.`, cause);
  }
}
