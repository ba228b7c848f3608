/**
 * A path to a server that a test can break: what connects to the proxy talks to the server, until the test says otherwise.
 *
 *     client ──► forward lane ──► server
 *            ◄── back lane    ◄──
 *
 * Owns: a listening socket and pairs of connections. Never loses, reorders or changes a byte: it holds back, slows down, or ends a connection.
 */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Lane, type LaneRules } from './proxy-lane.ts';

/** From the client's point of view. */
export type Direction = 'forward' | 'back';

export interface ProxyTarget {
  readonly host: string;
  readonly port: number;
}

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
  readonly lanes: readonly Lane[];
}

export class TcpProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #pairs: Set<Pair> = new Set();
  readonly #rules: Readonly<Record<Direction, LaneRules>> = {
    forward: { isOpen: true, delayMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY },
    back: { isOpen: true, delayMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY },
  };

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  /** To a port of this machine, or to where `target` says when somebody connects. */
  static async start(target: number | ((proxy: TcpProxy) => ProxyTarget)): Promise<TcpProxy> {
    const server = createServer({ noDelay: true, pauseOnConnect: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    const proxy = new TcpProxy(server);
    server.on('connection', (client) => {
      const to = typeof target === 'number' ? { host: '127.0.0.1', port: target } : target(proxy);
      proxy.#join(client, to);
    });
    return proxy;
  }

  /** `host:port`. */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get connectionCount(): number {
    return this.#pairs.size;
  }

  /** Resets the connections there are; new ones get through. */
  reset(): void {
    for (const { client, upstream } of this.#pairs) {
      client.resetAndDestroy();
      upstream.destroy();
    }
  }

  /**
   * Nothing gets through, and nobody is told: connections stay, new ones are accepted and silent. In one direction only: half-open, requests arrive
   * and answers do not, or the other way round.
   */
  cut(direction?: Direction): void {
    for (const rules of this.#of(direction)) rules.isOpen = false;
  }

  /** Each byte takes so much longer, in each direction that is meant. */
  delay(delayMs: number, direction?: Direction): void {
    for (const rules of this.#of(direction)) rules.delayMs = delayMs;
  }

  /** No more than so many bytes a second a connection. */
  slow(bytesPerSecond: number, direction?: Direction): void {
    for (const rules of this.#of(direction)) rules.bytesPerSecond = bytesPerSecond;
  }

  /** Undoes {@link cut}, {@link delay} and {@link slow}. What was held back goes on its way. */
  heal(): void {
    for (const rules of this.#of(undefined)) {
      rules.isOpen = true;
      rules.delayMs = 0;
      rules.bytesPerSecond = Number.POSITIVE_INFINITY;
    }
    for (const { lanes } of this.#pairs) for (const lane of lanes) lane.move();
  }

  async stop(): Promise<void> {
    this.#server.close();
    for (const { client, upstream } of this.#pairs) {
      client.destroy();
      upstream.destroy();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #of(direction: Direction | undefined): readonly LaneRules[] {
    return direction === undefined
      ? [this.#rules.forward, this.#rules.back]
      : [this.#rules[direction]];
  }

  #join(client: Socket, target: ProxyTarget): void {
    const upstream = connect({ ...target, noDelay: true });
    const lanes = [
      new Lane(client, upstream, this.#rules.forward),
      new Lane(upstream, client, this.#rules.back),
    ];
    const pair = { client, upstream, lanes };
    this.#pairs.add(pair);
    for (const socket of [client, upstream]) {
      socket.on('error', () => undefined);
      socket.once('close', () => {
        this.#pairs.delete(pair);
        for (const lane of lanes) lane.stop();
        client.destroy();
        upstream.destroy();
      });
    }
  }
}
