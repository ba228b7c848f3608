/**
 * TCP over `node:net`, and TLS over that: listening and connecting. What becomes of an established
 * connection is node-socket.ts.
 */
import * as net from 'node:net';
import * as tls from 'node:tls';
import {
  NetworkError,
  type ConnectAddress,
  type ListenAddress,
  type Listener,
  type Network,
  type Socket,
  type TlsOptions,
} from '../network.ts';
import { networkErrorFrom } from './node-network-errors.ts';
import { NodeSocket, ReadDoor } from './node-socket.ts';

/**
 * Small requests must not wait for acknowledgements (Nagle); a peer that vanished must be noticed
 * some day.
 */
const TCP_OPTIONS = { noDelay: true, keepAlive: true, allowHalfOpen: true } as const;

/** As Kafka's `socket.listen.backlog.size`. */
const BACKLOG_DEFAULT = 50;

export const nodeNetwork: Network = { listen, connect };

function listen(address: ListenAddress, onConnection: (socket: Socket) => void): Promise<Listener> {
  const server = net.createServer({ ...TCP_OPTIONS, pauseOnConnect: true });
  return new Promise((resolve, reject) => {
    const onListenError = (cause: Error): void => {
      reject(networkErrorFrom(cause, `listen on ${hostAndPort(address)}`));
    };
    server.once('error', onListenError);
    server.listen(
      {
        // Without a host Node listens on `::` for both families, or on 0.0.0.0 where there is no
        // IPv6.
        ...(address.host === '' ? {} : { host: address.host }),
        port: address.port,
        backlog: address.backlog ?? BACKLOG_DEFAULT,
      },
      () => {
        server.off('error', onListenError);
        // From here on only a failed accept ends up here (out of descriptors): that peer is lost,
        // the others are not.
        server.on('error', () => {});
        server.on('connection', (accepted) => {
          const socket = NodeSocket.adopt(accepted);
          if (socket !== undefined) onConnection(socket);
        });
        resolve(new NodeListener(server));
      },
    );
  });
}

class NodeListener implements Listener {
  readonly host: string;
  readonly port: number;
  readonly #server: net.Server;
  #closing: Promise<void> | undefined;

  constructor(server: net.Server) {
    const bound = server.address() as net.AddressInfo;
    this.host = bound.address;
    this.port = bound.port;
    this.#server = server;
  }

  close(): Promise<void> {
    // Adopted sockets no longer count as the server's, so this does not wait for them.
    this.#closing ??= new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
    return this.#closing;
  }
}

function connect(address: ConnectAddress): Promise<Socket> {
  const { host, port, tls, timeoutMs, signal } = address;
  const context = `connect to ${hostAndPort(address)}`;
  if (signal?.aborted === true) return Promise.reject(abortedError(context));
  return new Promise((resolve, reject) => {
    let connecting: Connecting;
    try {
      connecting = tls === undefined ? dial(host, port) : dialTls(host, port, tls);
    } catch (cause) {
      // Keys and certificates that cannot be read throw at once.
      const { message } = cause as Error;
      reject(new NetworkError('TLS_FAILED', `cannot ${context}: ${message}`, { cause }));
      return;
    }
    const { socket } = connecting;
    const fail = (error: NetworkError): void => {
      settle();
      socket.destroy();
      reject(error);
    };
    const onAbort = (): void => fail(abortedError(context));
    const onError = (cause: Error): void => fail(networkErrorFrom(cause, context));
    const timeout =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            fail(new NetworkError('TIMED_OUT', `cannot ${context}: no answer in ${timeoutMs} ms`));
          }, timeoutMs);
    const settle = (): void => {
      clearTimeout(timeout);
      signal?.removeEventListener('abort', onAbort);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    socket.on('error', onError);
    socket.once(connecting.readyEvent, () => {
      settle();
      const ready = connecting.take();
      if (ready === undefined) {
        reject(new NetworkError('RESET', `cannot ${context}: reset by the peer`));
        return;
      }
      socket.off('error', onError);
      resolve(ready);
    });
  });
}

/** A connection on its way. */
interface Connecting {
  readonly socket: net.Socket;
  readonly readyEvent: 'connect' | 'secureConnect';
  /** Makes it ours, once it is ready; undefined when it is gone already. */
  take(): NodeSocket | undefined;
}

function dial(host: string, port: number): Connecting {
  const socket = net.connect({ ...TCP_OPTIONS, host, port });
  socket.pause();
  return { socket, readyEvent: 'connect', take: () => NodeSocket.adopt(socket) };
}

/** Throws what OpenSSL has against the options. */
function dialTls(host: string, port: number, options: TlsOptions): Connecting {
  const door = new ReadDoor();
  // Node passes the rest of the options on to the TCP socket, though its types do not say so.
  const connectOptions: tls.ConnectionOptions & { onread: net.OnReadOpts } = {
    ...(net.isIP(host) === 0 ? { servername: host } : {}),
    ...options,
    ...TCP_OPTIONS,
    host,
    port,
    onread: door.onread,
  };
  const socket = tls.connect(connectOptions);
  socket.pause();
  return {
    socket,
    readyEvent: 'secureConnect',
    take: () => (socket.destroyed ? undefined : NodeSocket.over(socket, door)),
  };
}

function abortedError(context: string): NetworkError {
  return new NetworkError('ABORTED', `cannot ${context}: aborted`);
}

function hostAndPort(address: { host: string; port: number }): string {
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `${host}:${address.port}`;
}
