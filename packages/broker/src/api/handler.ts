/**
 * What it takes to answer an API: the definition, the versions that this broker speaks, and the function that answers.
 *
 * Every file in this directory exports a factory that takes its dependencies and returns an {@link ApiHandler}; ApiVersions is
 * derived from the registry of handlers, so the versions declared here are the only statement of what is supported.
 *
 * A handler never throws for a protocol outcome: it answers with an error code. What it does throw is a bug; the session answers
 * UNKNOWN_SERVER_ERROR by closing the connection, and logs it.
 */
import type { Api, ByteReader } from '@zurau/protocol';

/** What a handler may know about where a request came from. */
export interface RequestContext {
  readonly apiVersion: number;
  readonly correlationId: number;
  readonly clientId: string | null;
  readonly listenerName: string;
  /** Text form of the peer's address, without port. */
  readonly clientAddress: string;
  /** Kafka's principal text, `User:ANONYMOUS` on an unauthenticated listener. */
  readonly principal: string;
  /** Aborted when the connection is gone. */
  readonly signal: AbortSignal;
}

/** A request that has to be answered, as a handler on the hot path sees it. */
export interface ServedRequest extends RequestContext {
  /** True when the request's memory is its own, so that views of it may outlive `serve` between retainFrame and releaseFrame. */
  readonly ownsFrame: boolean;
  /** One more user of the request's memory: it is recycled when `serve` has returned and all users have called releaseFrame. */
  retainFrame(): void;
  releaseFrame(): void;
  /** Answers with a message of the API's response type. `release` is called when its buffers have been written or dropped. */
  respond(body: unknown, release?: () => void): void;
  /** Answers when the promise does; a rejection is a bug in the handler and ends the connection. */
  respondLater(answer: Promise<unknown>): void;
  /** Called once when the connection goes before there is an answer; set by those who wait for long. */
  onDropped?: (() => void) | undefined;
  /** Ends the exchange without an answer, where the protocol wants none. */
  respondNothing(): void;
  /** Closes the connection: the request can neither be answered nor ignored. */
  refuse(reason: string): void;
}

/** How the requests of one connection may overlap; answers always leave in the order of the requests. */
export type Overlap =
  /** Later requests start only when this one is answered: what it changes may matter to them. */
  | 'exclusive'
  /** Later requests may start while this one waits for its answer. */
  | 'pipelined';

/** One API as this broker serves it. */
export interface ApiHandler {
  readonly key: number;
  readonly name: string;
  readonly api: AnyApi;
  readonly minVersion: number;
  readonly maxVersion: number;
  readonly overlap: Overlap;
  /** How many of one connection may be under way or wait to be sent; more of them, and what comes behind, wait. Undefined: as many as of all. */
  readonly inFlightMax?: number;
  /** How many elements the arrays of a request may have together; undefined: as many as a client may need (`REQUEST_ELEMENTS_MAX`). */
  readonly elementsMax?: number;
  /**
   * True when `serve` is done with the frame's memory by the time it returns, or holds it by `request.retainFrame()`; such a
   * request is decoded straight from the memory that the socket read into. Others get a copy of their own.
   */
  readonly readsInPlace: boolean;
  /**
   * Decodes the body that starts at `reader` and sees to it that `request` is answered, now or later. Throws DecodeError only.
   */
  serve(reader: ByteReader, request: ServedRequest): void;
}

// oxlint-disable-next-line typescript/no-explicit-any -- the one place where APIs of all types meet
export type AnyApi = Api<any, any, any, any>;

/** Of one connection, where every request costs time at once: what else the broker has to do comes in between. */
export const COSTLY_IN_FLIGHT_MAX = 5;
/** A controller tells of every partition of a large cluster in one request. */
export const ORDER_ELEMENTS_MAX = 5_000_000;

/** A handler written for clarity: gets a decoded request, returns the answer. Most APIs are served this way. */
export function defineHandler<Request, RequestInput, Response, ResponseInput>(
  api: Api<Request, RequestInput, Response, ResponseInput>,
  served: {
    readonly min: number;
    readonly max: number;
    readonly overlap?: Overlap;
    readonly inFlightMax?: number;
    readonly elementsMax?: number;
  },
  handle: (request: Request, context: RequestContext) => ResponseInput | Promise<ResponseInput>,
): ApiHandler {
  const { min, max, overlap = 'exclusive', ...limits } = served;
  return {
    key: api.key,
    name: api.name,
    api,
    minVersion: min,
    maxVersion: max,
    overlap,
    ...limits,
    readsInPlace: false,
    serve(reader, request) {
      const answer = handle(api.request.read(reader, request.apiVersion), request);
      if (answer instanceof Promise) request.respondLater(answer);
      else request.respond(answer);
    },
  };
}
