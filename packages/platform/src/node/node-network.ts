/**
 * TCP over `node:net`: listening and connecting. What becomes of an established connection is
 * node-socket.ts.
 */
import * as net from 'node:net';
import {
  NetworkError,
  type ConnectAddress,
  type ListenAddress,
  type Listener,
  type Network,
  type Socket,
} from '../network.ts';
import { networkErrorFrom } from './node-network-errors.ts';
import { NodeSocket } from './node-socket.ts';

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
  const { host, port, timeoutMs, signal } = address;
  const context = `connect to ${hostAndPort(address)}`;
  if (signal?.aborted === true) return Promise.reject(abortedError(context));
  return new Promise((resolve, reject) => {
    const connecting = net.connect({ ...TCP_OPTIONS, host, port });
    connecting.pause();
    const fail = (error: NetworkError): void => {
      settle();
      connecting.destroy();
      reject(error);
    };
    const onAbort = (): void => fail(abortedError(context));
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
    connecting.on('error', (cause) => fail(networkErrorFrom(cause, context)));
    connecting.once('connect', () => {
      settle();
      const socket = NodeSocket.adopt(connecting);
      if (socket !== undefined) resolve(socket);
      else reject(new NetworkError('RESET', `cannot ${context}: reset by the peer`));
    });
  });
}

function abortedError(context: string): NetworkError {
  return new NetworkError('ABORTED', `cannot ${context}: aborted`);
}

function hostAndPort(address: { host: string; port: number }): string {
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `${host}:${address.port}`;
}
