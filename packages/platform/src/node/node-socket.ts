/**
 * An established connection that reads straight into its reader's memory.
 *
 * Node can do that (`onread`) only for sockets it builds with that option, while a server or a
 * connect makes them without. So a TCP connection is adopted: its handle moves from Node's first
 * socket to a second one, built around the handle with `onread`. One with TLS is built with `onread`
 * from the start, and comes here when its handshake is done: see {@link ReadDoor}.
 *
 * Owns the handle from then on, and closes it. Must never read before `start`, after `pause`, or
 * into memory that the reader did not just offer.
 */
import * as net from 'node:net';
import { NetworkError, type Socket, type SocketReader } from '../network.ts';
import { networkErrorFrom } from './node-network-errors.ts';

/**
 * `write` returns false above this: one large response may be queued while the kernel takes the one
 * before.
 */
const WRITE_HIGH_WATER_BYTES = 1024 * 1024;

/**
 * `onread` wants memory when the socket is built, when there is no reader yet to ask. It gets this
 * one byte, which all sockets share; the first byte of a connection is copied from here, everything
 * after goes straight to the reader.
 */
const FIRST_BYTE = Buffer.alloc(1);

const EMPTY = Buffer.alloc(0);

const OWN_MEMORY_BYTES = 16 * 1024;

/** What the two Node sockets pass between them; not in Node's public types. */
interface WithHandle {
  _handle: object | null;
}

type OnWritten = (error: NetworkError | undefined) => void;

/** Takes the part of a NodeSocket in Node's `onread` until there is one: nothing is read before `start`. */
export class ReadDoor {
  /** Set by the NodeSocket that takes over. */
  nextMemory: () => Buffer = () => FIRST_BYTE;
  onRead: (byteCount: number) => boolean = () => true;

  /** The `onread` of a socket's options. */
  get onread(): net.OnReadOpts {
    return { buffer: () => this.nextMemory(), callback: (count) => this.onRead(count) };
  }
}

export class NodeSocket implements Socket {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  onDrain: (() => void) | undefined;
  onClose: ((error: NetworkError | undefined) => void) | undefined;

  readonly #socket: net.Socket;
  #reader: SocketReader | undefined;
  #memory: Buffer = FIRST_BYTE;
  #paused = false;
  #ended = false;
  #failure: NetworkError | undefined;
  /**
   * What came although the socket was paused: one read of an encrypted stream gives several pieces, and Node
   * hands out all of them. So this never holds more than one read, and the end of the stream behind it.
   */
  #held: Buffer[] = [];
  /** What is read into while the reader's memory must not be touched: as large as a TLS record. */
  #ownMemory: Buffer = EMPTY;
  #endHeld = false;
  #closeHeld = false;
  #destroyed = false;

  /** Takes over a connection that has not read anything yet; undefined when it is gone already. */
  static adopt(connection: net.Socket): NodeSocket | undefined {
    const handle = (connection as unknown as WithHandle)._handle;
    if (handle === null || connection.remoteAddress === undefined) {
      connection.destroy();
      return undefined;
    }
    const door = new ReadDoor();
    const options = {
      handle,
      allowHalfOpen: true,
      pauseOnCreate: true,
      writableHighWaterMark: WRITE_HIGH_WATER_BYTES,
      onread: door.onread,
    };
    const inner = new net.Socket(options as net.SocketConstructorOpts);
    const socket = new NodeSocket(connection, inner, door);
    // The first socket ends without its handle: it leaves its server's count of connections and
    // closes nothing.
    (connection as unknown as WithHandle)._handle = null;
    connection.destroy();
    return socket;
  }

  /** Takes over a paused socket that was built with `door`, and has no listener for errors any more. */
  static over(socket: net.Socket, door: ReadDoor): NodeSocket {
    return new NodeSocket(socket, socket, door);
  }

  /** `connection` knows the addresses, `socket` is what is read and written. */
  private constructor(connection: net.Socket, socket: net.Socket, door: ReadDoor) {
    this.localAddress = plainAddress(connection.localAddress);
    this.localPort = connection.localPort ?? 0;
    this.remoteAddress = plainAddress(connection.remoteAddress);
    this.remotePort = connection.remotePort ?? 0;
    this.#socket = socket;
    door.nextMemory = () => this.#nextMemory();
    door.onRead = (count) => this.#onRead(count);
    this.#socket.on('drain', () => this.onDrain?.());
    this.#socket.on('end', () => this.#onEnd());
    this.#socket.on('error', (cause) => {
      this.#failure = networkErrorFrom(
        cause,
        `go on with ${this.remoteAddress}:${this.remotePort}`,
      );
      // After a fatal alert Node leaves a half-open TLS socket as it is.
      this.#socket.destroy();
    });
    this.#socket.on('close', () => this.#onClose());
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength;
  }

  get closed(): boolean {
    return this.#socket.destroyed;
  }

  start(reader: SocketReader): void {
    if (this.#reader !== undefined) throw new Error('the socket has been started already');
    this.#reader = reader;
    if (!this.#paused) this.#socket.resume();
  }

  pause(): void {
    this.#paused = true;
    if (this.#reader !== undefined) this.#socket.pause();
  }

  resume(): void {
    this.#paused = false;
    if (this.#reader === undefined) return;
    this.#socket.resume();
    if (this.#held.length > 0) process.nextTick(() => this.#deliverHeld());
  }

  write(buffers: readonly Buffer[], onWritten?: OnWritten): boolean {
    const socket = this.#socket;
    if (socket.destroyed || this.#ended) {
      if (onWritten !== undefined) process.nextTick(onWritten, this.#closedError());
      return true;
    }
    const callback =
      onWritten === undefined
        ? undefined
        : (cause?: Error | null) => this.#report(cause, onWritten);
    const last = buffers.length - 1;
    if (last <= 0) {
      socket.write(buffers[0] ?? EMPTY, callback);
    } else {
      socket.cork();
      for (let index = 0; index < last; index++) socket.write(buffers[index]!);
      socket.write(buffers[last]!, callback);
      socket.uncork();
    }
    return !socket.writableNeedDrain;
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#socket.end();
  }

  destroy(): void {
    this.#destroyed = true;
    this.#held = [];
    this.#socket.destroy();
    if (this.#closeHeld) process.nextTick(() => this.#onClose());
  }

  #nextMemory(): Buffer {
    if (this.#reader === undefined || this.closed) return this.#memory;
    if (this.#held.length > 0) {
      if (this.#ownMemory === EMPTY) this.#ownMemory = Buffer.allocUnsafeSlow(OWN_MEMORY_BYTES);
      this.#memory = this.#ownMemory;
    } else {
      this.#memory = this.#reader.nextBuffer();
    }
    return this.#memory;
  }

  /**
   * Node asks for the next memory right after this, and stops reading if the socket was paused in
   * here.
   */
  #onRead(byteCount: number): boolean {
    const memory = this.#memory;
    if (this.#destroyed) return true;
    if (this.#paused || this.#held.length > 0) {
      this.#held.push(Buffer.from(memory.subarray(0, byteCount)));
    } else if (memory === FIRST_BYTE || memory === this.#ownMemory) {
      this.#held.push(Buffer.from(memory.subarray(0, byteCount)));
      this.#deliverHeld();
    } else {
      this.#reader!.onBytes(byteCount, memory);
    }
    return true;
  }

  #onEnd(): void {
    // A fatal alert ends the stream too, after its error.
    if (this.#failure !== undefined) return;
    if (this.#held.length > 0) this.#endHeld = true;
    else this.#reader?.onEnd();
  }

  #onClose(): void {
    this.#closeHeld = this.#held.length > 0 && this.#failure === undefined;
    if (!this.#closeHeld) this.onClose?.(this.#failure);
  }

  /** Copies what is held into the reader's memory, until it pauses. */
  #deliverHeld(): void {
    const reader = this.#reader!;
    while (!this.#paused && !this.#destroyed) {
      const piece = this.#held[0];
      if (piece === undefined) break;
      const memory = reader.nextBuffer();
      const byteCount = piece.copy(memory);
      if (byteCount < piece.length) this.#held[0] = piece.subarray(byteCount);
      else this.#held.shift();
      reader.onBytes(byteCount, memory);
    }
    if (this.#held.length > 0 || this.#destroyed) return;
    if (this.#endHeld) {
      this.#endHeld = false;
      reader.onEnd();
    }
    if (this.#closeHeld) this.#onClose();
  }

  #report(cause: Error | null | undefined, onWritten: OnWritten): void {
    if (cause === null || cause === undefined) onWritten(undefined);
    else onWritten(this.#failure ?? networkErrorFrom(cause, `write to ${this.remoteAddress}`));
  }

  #closedError(): NetworkError {
    const what = `the connection to ${this.remoteAddress}:${this.remotePort} is closed`;
    return this.#failure ?? new NetworkError('CLOSED', what);
  }
}

/**
 * IPv4 peers of a listener for both families come as `::ffff:192.0.2.1`; people and access rules
 * know them as 192.0.2.1.
 */
function plainAddress(address: string | undefined): string {
  if (address === undefined) return '';
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}
