/**
 * A connection that sends any API in any version and says what came back: an answer, silence, or the end of the connection. No retries, no
 * negotiation, no opinion: for suites that look at the broker's own behaviour.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { decodeResponseFrame, encodeRequestFrame, responseCorrelationId } from '@zurau/protocol';
import type { Api } from '@zurau/protocol';

const SIZE_BYTES = 4;
const ANSWER_TIMEOUT_MS = 15_000;

export type RawOutcome<Response> =
  | { readonly kind: 'answer'; readonly body: Response }
  /** The broker closed the connection, before or instead of the answer. */
  | { readonly kind: 'closed' }
  /** Nothing came in time, or a later request was answered first. */
  | { readonly kind: 'silence' };

export interface RawExchangeOptions {
  /** Version that the answer is read in, where it is not that of the request (ApiVersions, KIP-511). */
  readonly answerVersion?: number;
  readonly timeoutMs?: number;
  readonly clientId?: string | null;
}

interface Waiting {
  readonly correlationId: number;
  readonly settle: (frame: Buffer | 'closed' | 'silence') => void;
}

export class RawClient {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  /** In the order of the requests. */
  readonly #waiting: Waiting[] = [];
  #correlationId = 0;
  #closed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#onData(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => this.#onClose());
  }

  /** `bootstrapServers` is `host:port`. */
  static async connect(bootstrapServers: string): Promise<RawClient> {
    const at = bootstrapServers.lastIndexOf(':');
    const host = bootstrapServers.slice(0, at);
    const socket = connect(Number(bootstrapServers.slice(at + 1)), host);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new RawClient(socket);
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Throws EncodeError when the version cannot carry the body, DecodeError when the answer is not what the API says. */
  async exchange<Request, RequestInput, Response, ResponseInput>(
    api: Api<Request, RequestInput, Response, ResponseInput>,
    version: number,
    body: RequestInput,
    options: RawExchangeOptions = {},
  ): Promise<RawOutcome<Response>> {
    const correlationId = ++this.#correlationId;
    const { clientId = 'raw', answerVersion = version, timeoutMs = ANSWER_TIMEOUT_MS } = options;
    const frame = encodeRequestFrame(api, version, { correlationId, clientId }, body);
    const received = await this.#send(Buffer.concat(frame), correlationId, timeoutMs);
    if (typeof received === 'string') return { kind: received };
    return { kind: 'answer', body: decodeResponseFrame(api, answerVersion, received).body };
  }

  /** Sends bytes as they are, the size included; the answer without its size. Bytes 8 to 12 have to be the correlation id. */
  async exchangeBytes(
    frame: Buffer,
    timeoutMs: number = ANSWER_TIMEOUT_MS,
  ): Promise<RawOutcome<Buffer>> {
    const received = await this.#send(frame, frame.readInt32BE(8), timeoutMs);
    return typeof received === 'string' ? { kind: received } : { kind: 'answer', body: received };
  }

  close(): void {
    this.#socket.destroy();
  }

  #send(
    frame: Buffer,
    correlationId: number,
    timeoutMs: number,
  ): Promise<Buffer | 'closed' | 'silence'> {
    if (this.#closed) return Promise.resolve('closed');
    return new Promise((resolve) => {
      const timer = setTimeout(() => waiting.settle('silence'), timeoutMs);
      const waiting: Waiting = {
        correlationId,
        settle: (outcome) => {
          clearTimeout(timer);
          const at = this.#waiting.indexOf(waiting);
          if (at >= 0) this.#waiting.splice(at, 1);
          resolve(outcome);
        },
      };
      this.#waiting.push(waiting);
      this.#socket.write(frame);
    });
  }

  #onData(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    while (this.#received.length >= SIZE_BYTES) {
      const end = SIZE_BYTES + this.#received.readInt32BE(0);
      if (this.#received.length < end) return;
      const frame = this.#received.subarray(SIZE_BYTES, end);
      this.#received = this.#received.subarray(end);
      const id = responseCorrelationId(frame);
      // Answers come in the order of the requests: what is still waiting in front was never answered.
      while (this.#waiting.length > 0 && this.#waiting[0]!.correlationId !== id) {
        this.#waiting[0]!.settle('silence');
      }
      this.#waiting[0]?.settle(frame);
    }
  }

  #onClose(): void {
    this.#closed = true;
    for (const waiting of [...this.#waiting]) waiting.settle('closed');
  }
}
