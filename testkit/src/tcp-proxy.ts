/**
 * A path to a server that a test can break: what connects to the proxy talks to the server, until the test says otherwise.
 *
 * Owns: a listening socket and pairs of connections.
 */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export class TcpProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #pairs: Set<readonly [Socket, Socket]>;
  readonly #way: { isOpen: boolean };

  private constructor(
    server: Server,
    pairs: Set<readonly [Socket, Socket]>,
    way: { isOpen: boolean },
  ) {
    this.#server = server;
    this.#pairs = pairs;
    this.#way = way;
    this.port = (server.address() as AddressInfo).port;
  }

  /** To a port of this machine. */
  static start(targetPort: number): Promise<TcpProxy> {
    const pairs = new Set<readonly [Socket, Socket]>();
    const way = { isOpen: true };
    const server = createServer({ noDelay: true, pauseOnConnect: true }, (client) => {
      const upstream = connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
      const pair = [client, upstream] as const;
      pairs.add(pair);
      for (const socket of pair) {
        socket.on('error', () => undefined);
        socket.once('close', () => {
          pairs.delete(pair);
          for (const each of pair) each.destroy();
        });
      }
      if (!way.isOpen) return;
      client.pipe(upstream).pipe(client);
    });
    return new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve(new TcpProxy(server, pairs, way)));
    });
  }

  /** `host:port`. */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Resets the connections there are; new ones get through. */
  reset(): void {
    for (const [client, upstream] of this.#pairs) {
      client.resetAndDestroy();
      upstream.destroy();
    }
  }

  /** Nothing gets through in either direction, and nobody is told: connections stay, new ones are accepted and silent. */
  cut(): void {
    this.#way.isOpen = false;
    for (const [client, upstream] of this.#pairs) {
      client.unpipe(upstream).pause();
      upstream.unpipe(client).pause();
    }
  }

  /** Undoes {@link cut}. */
  heal(): void {
    this.#way.isOpen = true;
    for (const [client, upstream] of this.#pairs) client.pipe(upstream).pipe(client);
  }

  async stop(): Promise<void> {
    this.#server.close();
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
