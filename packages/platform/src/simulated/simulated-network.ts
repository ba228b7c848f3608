/**
 * The network as one simulated host sees it: its listeners, its sockets, and the other hosts by
 * name. Addresses are host names; `localhost` and the loopback addresses are the host itself.
 */
import {
  NetworkError,
  type ConnectAddress,
  type ListenAddress,
  type Listener,
  type Network,
  type NetworkErrorCode,
  type Socket,
} from '../network.ts';
import type { EventOwner } from './scheduler.ts';
import { SimulatedSocket } from './simulated-socket.ts';
import type { Wire } from './simulated-stream.ts';

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1']);
const ANY_HOSTS: ReadonlySet<string> = new Set(['', '::', '0.0.0.0']);

const EPHEMERAL_PORT_FIRST = 32_768;
const EPHEMERAL_PORT_LAST = 60_999;

/** How often a connect tries again, and for how long: what Linux does by default, roughly. */
const CONNECT_RETRY_MS = 1_000;
const CONNECT_GIVE_UP_AFTER_MS = 127_000;

interface OpenListener {
  readonly loopbackOnly: boolean;
  readonly onConnection: (socket: Socket) => void;
}

export class SimulatedNetwork implements Network {
  readonly #wire: Wire;
  readonly #owner: EventOwner;
  /** Of all hosts of the simulation, this one included; by host name. */
  readonly #networks: ReadonlyMap<string, SimulatedNetwork>;
  readonly #listeners = new Map<number, OpenListener>();
  readonly #sockets = new Set<SimulatedSocket>();
  #lastEphemeralPort = EPHEMERAL_PORT_FIRST - 1;

  constructor(wire: Wire, owner: EventOwner, networks: ReadonlyMap<string, SimulatedNetwork>) {
    this.#wire = wire;
    this.#owner = owner;
    this.#networks = networks;
  }

  get hostName(): string {
    return this.#owner.name;
  }

  listen(address: ListenAddress, onConnection: (socket: Socket) => void): Promise<Listener> {
    const { host } = address;
    const what = `cannot listen on ${host}:${address.port}`;
    const loopbackOnly = LOOPBACK_HOSTS.has(host);
    if (!loopbackOnly && !ANY_HOSTS.has(host) && host !== this.hostName) {
      return Promise.reject(
        new NetworkError('UNREACHABLE', `${what}: not an address of this host`),
      );
    }
    const port = address.port === 0 ? this.#freePort() : address.port;
    if (this.#listeners.has(port)) {
      return Promise.reject(new NetworkError('ADDRESS_IN_USE', `${what}: address in use`));
    }
    const listener: OpenListener = { loopbackOnly, onConnection };
    this.#listeners.set(port, listener);
    const close = (): Promise<void> => {
      if (this.#listeners.get(port) === listener) this.#listeners.delete(port);
      return Promise.resolve();
    };
    return Promise.resolve({ host: host === '' ? '::' : host, port, close });
  }

  connect(address: ConnectAddress): Promise<Socket> {
    if (address.tls !== undefined) {
      const what = `cannot connect to ${address.host}:${address.port}`;
      return Promise.reject(new NetworkError('TLS_FAILED', `${what}: no TLS is simulated`));
    }
    return new Promise((resolve, reject) => {
      const attempt = new ConnectAttempt(this.#wire, this.#owner, address, resolve, reject);
      const target = this.#networkOf(address.host);
      if (target === undefined) return attempt.fail('NAME_NOT_FOUND', 'no such host');
      attempt.start(this, target);
    });
  }

  /** Resets all connections to `peer`, or to anybody. */
  resetConnections(peer?: string): void {
    for (const socket of [...this.#sockets]) {
      if (peer === undefined || socket.remoteAddress === peer) socket.abort();
    }
  }

  /** The process is killed: the kernel closes its sockets, and the peers hear of it. */
  kill(): void {
    this.#listeners.clear();
    for (const socket of [...this.#sockets]) socket.kill();
  }

  /** The power fails: nobody hears of it. */
  vanish(): void {
    this.#listeners.clear();
    for (const socket of this.#sockets) socket.vanish();
    this.#sockets.clear();
  }

  /** A socket of this host to `target`, for a connect. */
  open(target: SimulatedNetwork, port: number): SimulatedSocket {
    const local = { host: this.hostName, port: this.#freePort() };
    const remote = { host: target.hostName, port };
    return this.#track(new SimulatedSocket(this.#wire, local, remote, this.#owner, 'connecting'));
  }

  /** A connect has arrived. False when nobody listens. */
  accept(connecting: SimulatedSocket): boolean {
    const listener = this.#listeners.get(connecting.remotePort);
    const fromHere = connecting.localAddress === this.hostName;
    if (listener === undefined || (listener.loopbackOnly && !fromHere)) return false;
    const local = { host: this.hostName, port: connecting.remotePort };
    const remote = { host: connecting.localAddress, port: connecting.localPort };
    const socket = new SimulatedSocket(this.#wire, local, remote, this.#owner, 'open');
    SimulatedSocket.join(connecting, this.#track(socket));
    listener.onConnection(socket);
    return true;
  }

  #track(socket: SimulatedSocket): SimulatedSocket {
    this.#sockets.add(socket);
    socket.onGone = () => this.#sockets.delete(socket);
    return socket;
  }

  #networkOf(host: string): SimulatedNetwork | undefined {
    return LOOPBACK_HOSTS.has(host) || ANY_HOSTS.has(host) ? this : this.#networks.get(host);
  }

  #freePort(): number {
    const used = new Set(this.#listeners.keys());
    for (const socket of this.#sockets) used.add(socket.localPort);
    do {
      this.#lastEphemeralPort++;
      if (this.#lastEphemeralPort > EPHEMERAL_PORT_LAST) {
        this.#lastEphemeralPort = EPHEMERAL_PORT_FIRST;
      }
    } while (used.has(this.#lastEphemeralPort));
    return this.#lastEphemeralPort;
  }
}

/** One connect, from its first segment to the answer or the end of patience; settles once. */
class ConnectAttempt {
  readonly #wire: Wire;
  readonly #owner: EventOwner;
  readonly #address: ConnectAddress;
  readonly #resolve: (socket: Socket) => void;
  readonly #reject: (error: NetworkError) => void;
  readonly #onAbort = (): void => this.fail('ABORTED', 'aborted');
  #socket: SimulatedSocket | undefined;
  #settled = false;

  constructor(
    wire: Wire,
    owner: EventOwner,
    address: ConnectAddress,
    resolve: (socket: Socket) => void,
    reject: (error: NetworkError) => void,
  ) {
    this.#wire = wire;
    this.#owner = owner;
    this.#address = address;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(from: SimulatedNetwork, to: SimulatedNetwork): void {
    const { port, timeoutMs, signal } = this.#address;
    if (signal?.aborted === true) return this.#onAbort();
    signal?.addEventListener('abort', this.#onAbort, { once: true });
    const patienceMs = Math.min(timeoutMs ?? Infinity, CONNECT_GIVE_UP_AFTER_MS);
    const { scheduler } = this.#wire;
    const timeout = scheduler.schedule(this.#owner, 'connect-timeout', patienceMs, () => {
      this.fail('TIMED_OUT', `no answer in ${patienceMs} ms`);
    });
    const socket = (this.#socket = from.open(to, port));
    const onGone = socket.onGone;
    socket.onGone = (error) => {
      onGone?.(error);
      scheduler.cancel(timeout);
      if (error !== undefined) this.fail(error.code, error.message);
    };
    socket.onConnected = () => {
      scheduler.cancel(timeout);
      this.#settle();
      this.#resolve(socket);
    };
    this.#knock(socket, to);
  }

  fail(code: NetworkErrorCode, why: string): void {
    if (this.#settled) return;
    this.#settle();
    this.#socket?.destroy();
    const { host, port } = this.#address;
    this.#reject(new NetworkError(code, `cannot connect to ${host}:${port}: ${why}`));
  }

  #settle(): void {
    this.#settled = true;
    this.#address.signal?.removeEventListener('abort', this.#onAbort);
  }

  #knock(socket: SimulatedSocket, to: SimulatedNetwork): void {
    const { scheduler, links } = this.#wire;
    const { localAddress: from, remoteAddress } = socket;
    const wireOwner = { name: `${from}>${remoteAddress}` };
    scheduler.schedule(wireOwner, 'connect', links.nextDelayMs(from, remoteAddress), () => {
      if (this.#settled || socket.closed) return;
      if (links.loses(from, remoteAddress)) {
        scheduler.schedule(this.#owner, 'connect-retry', CONNECT_RETRY_MS, () => {
          if (!this.#settled) this.#knock(socket, to);
        });
      } else if (!to.accept(socket)) {
        scheduler.schedule(this.#owner, 'refused', links.nextDelayMs(remoteAddress, from), () => {
          this.fail('REFUSED', 'connection refused');
        });
      }
    });
  }
}
