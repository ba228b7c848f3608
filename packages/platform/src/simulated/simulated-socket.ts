/**
 * One end of a simulated connection, with TCP's behaviour as far as a program can tell: half-open
 * ends, a reset for whoever writes to somebody who is gone, data that waits in the receiver's
 * kernel while reading is paused.
 *
 * Owns the stream that leaves it; is fed by the one that its peer owns. Callbacks into the program
 * only ever run from events.
 */
import { NetworkError, type NetworkErrorCode, type Socket, type SocketReader } from '../network.ts';
import type { EventOwner } from './scheduler.ts';
import { SimulatedStream, type OnWritten, type Segment, type Wire } from './simulated-stream.ts';

/** As in the Node implementation. */
const WRITE_HIGH_WATER_BYTES = 1024 * 1024;

export interface SocketAddress {
  readonly host: string;
  readonly port: number;
}

/** `gone`: nothing is called any more, what arrives is answered by a reset. */
type SocketState = 'connecting' | 'open' | 'gone';

export class SimulatedSocket implements Socket {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  onDrain: (() => void) | undefined;
  onClose: ((error: NetworkError | undefined) => void) | undefined;
  /**
   * For whoever made the socket: connected, when the other side took it; lost, when it left the
   * host's table of sockets.
   */
  onConnected: (() => void) | undefined;
  onGone: ((error: NetworkError | undefined) => void) | undefined;

  readonly #wire: Wire;
  readonly #owner: EventOwner;
  readonly #outgoing: SimulatedStream;
  #peer: SimulatedSocket | undefined;
  #state: SocketState;
  #reader: SocketReader | undefined;
  /** Asked for right after the read before, as Node does. */
  #memory: Buffer | undefined;
  #paused = false;
  /** Arrived and not read. */
  readonly #arrived: Buffer[] = [];
  #endArrived = false;
  #endRead = false;
  #ended = false;
  #drainOwed = false;
  #readScheduled = false;

  constructor(
    wire: Wire,
    local: SocketAddress,
    remote: SocketAddress,
    owner: EventOwner,
    state: 'connecting' | 'open',
  ) {
    this.localAddress = local.host;
    this.localPort = local.port;
    this.remoteAddress = remote.host;
    this.remotePort = remote.port;
    this.#wire = wire;
    this.#owner = owner;
    this.#state = state;
    this.#outgoing = new SimulatedStream(wire, local.host, remote.host, {
      deliver: (segment) => this.#peer?.receive(segment),
      onSent: (written, allSent) => this.#onSent(written, allSent),
      onGiveUp: () => this.#lose(this.#error('TIMED_OUT', 'timed out')),
    });
  }

  /** Makes two sockets the ends of one connection; the accepting one tells the other. */
  static join(connecting: SimulatedSocket, accepted: SimulatedSocket): void {
    connecting.#peer = accepted;
    accepted.#peer = connecting;
    accepted.#outgoing.accept();
  }

  get bufferedBytes(): number {
    return this.#outgoing.unsentBytes;
  }

  get closed(): boolean {
    return this.#state === 'gone';
  }

  start(reader: SocketReader): void {
    if (this.#reader !== undefined) throw new Error('the socket has been started already');
    this.#reader = reader;
    this.#scheduleRead();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#scheduleRead();
  }

  write(buffers: readonly Buffer[], onWritten?: OnWritten): boolean {
    if (this.#state === 'gone' || this.#ended) {
      if (onWritten !== undefined) {
        const error = this.#error('CLOSED', 'closed');
        this.#later('refused', () => onWritten(error));
      }
      return true;
    }
    this.#outgoing.write(buffers, onWritten);
    if (this.bufferedBytes <= WRITE_HIGH_WATER_BYTES) return true;
    this.#drainOwed = true;
    return false;
  }

  end(): void {
    if (this.#ended || this.#state === 'gone') return;
    this.#ended = true;
    this.#outgoing.end();
    this.#later('ended', () => this.#closeIfOver());
  }

  destroy(): void {
    if (this.#state === 'gone') return;
    const dropped = this.#outgoing.dropUnsent();
    // A kernel that holds data nobody will read says so with a reset; otherwise what it has taken
    // to send still goes out.
    if (this.#arrived.length > 0) this.#outgoing.reset();
    else this.#outgoing.end();
    this.#leave(undefined, dropped);
  }

  /** Both sides are told by a reset, as a firewall would. */
  abort(): void {
    if (this.#state === 'gone') return;
    this.#outgoing.reset();
    this.#lose(this.#error('RESET', 'reset'));
  }

  /** The machine is gone: nobody is told. */
  vanish(): void {
    this.#state = 'gone';
    this.#outgoing.vanish();
  }

  /** The process is gone: its kernel closes the socket, its own code is not called any more. */
  kill(): void {
    this.onClose = undefined;
    this.destroy();
  }

  /** Called by the peer's stream. */
  receive(segment: Segment): void {
    if (this.#state === 'gone') {
      if (segment.kind === 'data' || segment.kind === 'accepted') this.#outgoing.reset();
      return;
    }
    switch (segment.kind) {
      case 'accepted':
        this.#state = 'open';
        this.onConnected?.();
        break;
      case 'data':
        this.#arrived.push(segment.bytes);
        this.#readArrived();
        break;
      case 'end':
        this.#endArrived = true;
        this.#readArrived();
        break;
      case 'reset':
        this.#lose(this.#error('RESET', 'reset by the peer'));
        break;
    }
  }

  get #reading(): boolean {
    return this.#state === 'open' && this.#reader !== undefined && !this.#paused;
  }

  #scheduleRead(): void {
    if (!this.#reading || this.#readScheduled) return;
    if (this.#arrived.length === 0 && !this.#endArrived) return;
    this.#readScheduled = true;
    this.#later('read', () => {
      this.#readScheduled = false;
      this.#readArrived();
    });
  }

  #readArrived(): void {
    while (this.#reading && this.#arrived.length > 0) {
      const bytes = this.#arrived[0]!;
      const memory = this.#memory ?? this.#reader!.nextBuffer();
      const byteCount = bytes.copy(memory);
      if (byteCount < bytes.length) this.#arrived[0] = bytes.subarray(byteCount);
      else this.#arrived.shift();
      if (this.#peer !== undefined) this.#peer.#outgoing.consumed(byteCount);
      this.#reader!.onBytes(byteCount, memory);
      if (!this.closed) this.#memory = this.#reader!.nextBuffer();
    }
    if (!this.#reading || !this.#endArrived || this.#endRead) return;
    this.#endRead = true;
    this.#reader!.onEnd();
    this.#closeIfOver();
  }

  #onSent(written: readonly OnWritten[], allSent: boolean): void {
    if (allSent && this.#ended) this.#later('ended', () => this.#closeIfOver());
    const drained = allSent && this.#drainOwed;
    if (drained) this.#drainOwed = false;
    if (written.length === 0 && !drained) return;
    this.#later('written', () => {
      for (const onWritten of written) onWritten(undefined);
      if (drained) this.onDrain?.();
    });
  }

  #closeIfOver(): void {
    if (this.#state === 'gone' || !this.#ended || !this.#endRead) return;
    if (this.#outgoing.unsentBytes === 0) this.#leave(undefined, []);
  }

  #lose(error: NetworkError): void {
    if (this.#state === 'gone') return;
    this.#leave(error, this.#outgoing.dropUnsent());
  }

  #leave(error: NetworkError | undefined, unsent: readonly OnWritten[]): void {
    this.#state = 'gone';
    this.#arrived.length = 0;
    this.onGone?.(error);
    const reason = error ?? this.#error('CLOSED', 'closed');
    this.#later('closed', () => {
      for (const onWritten of unsent) onWritten(reason);
      this.onClose?.(error);
    });
  }

  #later(label: string, callback: () => void): void {
    this.#wire.scheduler.schedule(this.#owner, label, 0, callback);
  }

  #error(code: NetworkErrorCode, what: string): NetworkError {
    return new NetworkError(
      code,
      `the connection to ${this.remoteAddress}:${this.remotePort} is ${what}`,
    );
  }
}
