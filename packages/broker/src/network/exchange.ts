/**
 * One request and its answer, in the order of its connection. It is the only thing that is allocated for a request on the hot path.
 *
 * Owns: whether the request is answered and with what. The session decides when the answer leaves.
 */
import type { ApiHandler, ServedRequest } from '../api/handler.ts';

/** The connection that an exchange belongs to, as the exchange sees it. */
export interface ExchangeOwner {
  readonly listenerName: string;
  readonly clientAddress: string;
  readonly principal: string;
  readonly signal: AbortSignal;
  onAnswered(exchange: Exchange): void;
  onHandlerFailed(exchange: Exchange, error: unknown): void;
  onRefused(reason: string): void;
  /** The memory of a request that nothing refers to any more. */
  recycle(frame: Buffer): void;
}

/** What becomes of a request. */
type State =
  /** Read, not started: an earlier exclusive request of the connection is under way. */
  'held' | 'under-way' | 'answered';

export class Exchange implements ServedRequest {
  readonly session: ExchangeOwner;
  readonly handler: ApiHandler;
  readonly apiVersion: number;
  readonly correlationId: number;
  readonly clientId: string | null;
  /** When the request was read, by the monotonic clock, in milliseconds. */
  readonly receivedMs: number;
  state: State = 'under-way';
  /** The answer's body; undefined when the protocol wants none (acks=0). Only meaningful once answered. */
  body: unknown = undefined;
  /** Called when the answer's buffers have left, or never will. */
  release: (() => void) | undefined = undefined;
  onDropped: (() => void) | undefined = undefined;
  /** The memory that the request lies in when it is its own, while anybody uses it. */
  frame: Buffer | undefined;
  frameBytes: number;
  /** `serve` itself is the first. */
  #frameUsers = 1;
  /** Where the body starts, counted from the start of the frame. */
  bodyStart = 0;

  constructor(
    session: ExchangeOwner,
    handler: ApiHandler,
    apiVersion: number,
    correlationId: number,
    clientId: string | null,
    receivedMs: number,
    frame: Buffer | undefined,
    frameBytes: number,
  ) {
    this.session = session;
    this.handler = handler;
    this.apiVersion = apiVersion;
    this.correlationId = correlationId;
    this.clientId = clientId;
    this.receivedMs = receivedMs;
    this.frame = frame;
    this.frameBytes = frameBytes;
  }

  get listenerName(): string {
    return this.session.listenerName;
  }

  get clientAddress(): string {
    return this.session.clientAddress;
  }

  get principal(): string {
    return this.session.principal;
  }

  get signal(): AbortSignal {
    return this.session.signal;
  }

  get ownsFrame(): boolean {
    return this.frame !== undefined;
  }

  retainFrame(): void {
    this.#frameUsers += 1;
  }

  releaseFrame(): void {
    this.#frameUsers -= 1;
    if (this.#frameUsers > 0 || this.frame === undefined) return;
    this.session.recycle(this.frame);
    this.frame = undefined;
  }

  respond(body: unknown, release?: () => void): void {
    if (this.state === 'answered') throw new Error(`${this.handler.name} was answered twice`);
    this.state = 'answered';
    this.body = body;
    this.release = release;
    this.session.onAnswered(this);
  }

  respondNothing(): void {
    this.respond(undefined);
  }

  refuse(reason: string): void {
    this.session.onRefused(reason);
  }

  respondLater(answer: Promise<unknown>): void {
    answer.then(
      (body) => this.respond(body),
      (error: unknown) => this.session.onHandlerFailed(this, error),
    );
  }
}
