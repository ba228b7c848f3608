/** Byte streams between hosts: what TCP gives, and on the connecting side TLS over it. */
import type { ConnectionOptions } from 'node:tls';

export interface Network {
  /**
   * Listens; `port` 0 takes a free one. Rejects with {@link NetworkError} (`ADDRESS_IN_USE`,
   * `ACCESS_DENIED`, `UNREACHABLE`).
   */
  listen(address: ListenAddress, onConnection: (socket: Socket) => void): Promise<Listener>;
  /**
   * Connects. Rejects with NetworkError (`REFUSED`, `TIMED_OUT`, `UNREACHABLE`, `NAME_NOT_FOUND`,
   * `ABORTED`; with `tls` also `TLS_FAILED`, and `RESET` when the peer hangs up in the handshake).
   */
  connect(address: ConnectAddress): Promise<Socket>;
}

export interface ListenAddress {
  /** An empty host listens on every address, IPv6 and IPv4. */
  readonly host: string;
  readonly port: number;
  readonly backlog?: number;
}

export interface ConnectAddress {
  readonly host: string;
  readonly port: number;
  /** For all of it, a TLS handshake included. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /**
   * Speaks TLS; the promise resolves when the peer has proved who it is. The socket is as any other,
   * its bytes are those inside of the encryption.
   */
  readonly tls?: TlsOptions;
}

/**
 * What Node's `tls.connect` takes, as far as it concerns who the peers are and how they encrypt.
 * `servername` is the host's name by default (none for an address), and the peer's certificate is
 * checked against it unless `rejectUnauthorized` is false.
 */
export type TlsOptions = Pick<
  ConnectionOptions,
  | 'ALPNProtocols'
  | 'ca'
  | 'cert'
  | 'checkServerIdentity'
  | 'ciphers'
  | 'crl'
  | 'ecdhCurve'
  | 'key'
  | 'maxVersion'
  | 'minVersion'
  | 'passphrase'
  | 'pfx'
  | 'rejectUnauthorized'
  | 'secureContext'
  | 'servername'
  | 'sigalgs'
>;

export interface Listener {
  readonly host: string;
  readonly port: number;
  /** Stops accepting; established sockets live on. Idempotent. */
  close(): Promise<void>;
}

/**
 * Where a socket puts what it reads. The socket asks for memory before each read, so that the owner
 * can offer one shared stage for all sockets, or the remainder of a large frame, and never pays for
 * a chunk list.
 */
export interface SocketReader {
  /**
   * Memory for the next read, at least one byte. Asked for when the first bytes arrive, and from
   * then on right after each `onBytes` (also if the socket was paused in it, not if it was
   * destroyed): so it is held until more bytes come, however long that takes.
   */
  nextBuffer(): Buffer;
  /**
   * `byteCount` bytes arrived at the start of `buffer` (the one given last). The content of a
   * shared buffer is only valid during the call. Must not throw.
   */
  onBytes(byteCount: number, buffer: Buffer): void;
  /**
   * The peer sent its end of stream; nothing more arrives. Our direction stays open: the owner ends
   * or destroys the socket, now or when it has sent what it still has to say. Doing neither leaks
   * it.
   */
  onEnd(): void;
}

/**
 * One established connection. Reading starts with {@link Socket.start}. Callbacks never run inside
 * the calls of this interface. A socket that is paused or not started notices the loss of its peer
 * only when it writes.
 */
export interface Socket {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Bytes accepted by write and not yet handed to the operating system. */
  readonly bufferedBytes: number;
  readonly closed: boolean;
  /** Sets the reader and starts reading; call once. */
  start(reader: SocketReader): void;
  /** No `onBytes` after the current one until `resume`. Idempotent. */
  pause(): void;
  resume(): void;
  /**
   * Queues the buffers in order, in one system call where possible. The socket reads from them
   * until `onWritten` is called (with or without error), so the caller must not change them before.
   * Returns false when more than the high-water mark (1 MiB) is buffered: wait for onDrain. After
   * `end`, `destroy` or the loss of the connection nothing is queued: true is returned, and
   * `onWritten` gets an error.
   */
  write(buffers: readonly Buffer[], onWritten?: (error: NetworkError | undefined) => void): boolean;
  /** Called when the buffer has emptied after `write` returned false. One listener. */
  onDrain: (() => void) | undefined;
  /**
   * Called once, when the connection is gone, with the error that ended it if it was one. One
   * listener.
   */
  onClose: ((error: NetworkError | undefined) => void) | undefined;
  /**
   * Sends what is queued, then the end of stream. The socket closes once the peer has ended too
   * (and that was read). Idempotent.
   */
  end(): void;
  /** Drops the connection at once, with what is queued. Idempotent. */
  destroy(): void;
}

export type NetworkErrorCode =
  | 'ADDRESS_IN_USE'
  | 'ACCESS_DENIED'
  | 'REFUSED'
  | 'RESET'
  | 'TIMED_OUT'
  | 'UNREACHABLE'
  | 'NAME_NOT_FOUND'
  | 'ABORTED'
  /** Wrong certificate, no common cipher, or a peer that does not speak TLS at all. */
  | 'TLS_FAILED'
  | 'CLOSED'
  | 'IO';

export class NetworkError extends Error {
  readonly code: NetworkErrorCode;

  constructor(code: NetworkErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'NetworkError';
    this.code = code;
  }
}
