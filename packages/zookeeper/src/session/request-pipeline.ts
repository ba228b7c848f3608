/**
 * Requests on their way: those that wait to be sent, and those that were sent and are answered in the same order.
 *
 * Owns: the queue, what is in flight, and the numbers by which answers are told apart. Sends nothing; when a request may leave is the machine's to say.
 */
import { ZooKeeperError } from '../errors.ts';
import { malformed } from '../jute/jute-reader.ts';
import { closeSession, requestFrame } from '../protocol/requests.ts';
import type { Call, MachineSettings } from './session-effects.ts';

const XID_MAX = 2 ** 31 - 1;
/** Where the xid stands in a request's frame: behind the length. */
const XID_AT = 4;

export interface InFlight {
  readonly xid: number;
  readonly sentAtMs: number;
  /** Undefined for the session's own request to be closed. */
  readonly call: Call | undefined;
}

export class RequestPipeline {
  readonly #limits: Pick<MachineSettings, 'inFlightMax' | 'queueMax' | 'requestBytesMax'>;
  #lastXid = 0;
  #queue: { readonly call: Call; readonly frame: Buffer }[] = [];
  #inFlight: InFlight[] = [];

  constructor(limits: Pick<MachineSettings, 'inFlightMax' | 'queueMax' | 'requestBytesMax'>) {
    this.#limits = limits;
  }

  /** Lets a request wait for its turn. Returns why it cannot, undefined when it does. */
  enqueue(call: Call): ZooKeeperError | undefined {
    const { queueMax, requestBytesMax } = this.#limits;
    const { request } = call;
    const at = request.path === undefined ? {} : { path: request.path };
    if (this.#queue.length >= queueMax) return new ZooKeeperError('QUEUE_FULL', undefined, at);
    const frame = requestFrame(request, 0);
    if (frame.length > requestBytesMax) {
      const message = `${frame.length} bytes, where ${requestBytesMax} is the most`;
      return new ZooKeeperError('PACKET_TOO_LARGE', message, at);
    }
    this.#queue.push({ call, frame });
    return undefined;
  }

  /** The next request, to be sent now; undefined when none waits, or as many are in flight as may be. */
  next(nowMs: number): Buffer | undefined {
    if (this.#inFlight.length >= this.#limits.inFlightMax) return undefined;
    const next = this.#queue.shift();
    if (next === undefined) return undefined;
    const xid = this.nextXid();
    next.frame.writeInt32BE(xid, XID_AT);
    this.#inFlight.push({ xid, sentAtMs: nowMs, call: next.call });
    return next.frame;
  }

  /** The session's own request to be closed, to be sent now. */
  closing(nowMs: number): Buffer {
    const xid = this.nextXid();
    this.#inFlight.push({ xid, sentAtMs: nowMs, call: undefined });
    return requestFrame(closeSession(), xid);
  }

  /** The request that an answer belongs to. Throws ZooKeeperError MALFORMED_RESPONSE when another one is due. */
  answered(xid: number): InFlight {
    const first = this.#inFlight[0];
    if (first?.xid !== xid) {
      throw malformed(`an answer to request ${xid}, where ${first?.xid ?? 'none'} is due`);
    }
    this.#inFlight.shift();
    return first;
  }

  /** Takes out what was not sent. */
  takeQueued(): Call[] {
    return this.#queue.splice(0).map(({ call }) => call);
  }

  /** Takes out everything, in the order in which it was asked for. */
  takeAll(): Call[] {
    const sent = this.#inFlight.splice(0).flatMap(({ call }) => (call === undefined ? [] : [call]));
    return [...sent, ...this.takeQueued()];
  }

  /** Also for what is sent outside of the order: the SASL exchange. */
  nextXid(): number {
    this.#lastXid = this.#lastXid === XID_MAX ? 1 : this.#lastXid + 1;
    return this.#lastXid;
  }
}
