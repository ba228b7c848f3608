/**
 * The broker's listeners and the connections that came through them.
 *
 * Owns every session, the limits on their number (`max.connections`, `max.connections.per.ip`) and the closing of idle ones
 * (`connections.max.idle.ms`).
 */
import { ByteWriter } from '@zurau/protocol';
import type { Listener, Platform, Socket, Timer } from '@zurau/platform';
import type { ApiRegistry } from '../api/registry.ts';
import type { Logger } from '../logging.ts';
import { FramePool } from './frame-pool.ts';
import { READ_STAGE_BYTES } from './frame-reader.ts';
import { MemoryBudget } from './memory-budget.ts';
import { ResponseFlusher } from './response-flusher.ts';
import type { SessionDependencies } from './session.ts';
import { Session } from './session.ts';

const IDLE_FRAME_BYTES_MAX = 32 * 1024 * 1024;
const WRITER_SLAB_BYTES = 64 * 1024;
const IDLE_SWEEPS_PER_TIMEOUT = 4;
const IDLE_SWEEP_MS_MIN = 100;
const IDLE_SWEEP_MS_MAX = 30_000;

export interface ServerLimits {
  /** `socket.request.max.bytes` */
  readonly frameBytesMax: number;
  /** `queued.max.request.bytes`, Infinity when unlimited. */
  readonly queuedBytesMax: number;
  /** `max.connections` */
  readonly connectionsMax: number;
  /** `max.connections.per.ip` */
  readonly connectionsPerAddressMax: number;
  /** `max.connections.per.ip.overrides`, by address. */
  readonly connectionsPerAddressOverrides: ReadonlyMap<string, number>;
  /** `connections.max.idle.ms`; 0 or less never closes. */
  readonly idleMsMax: number;
  /** `socket.listen.backlog.size` */
  readonly backlog: number;
}

export interface BoundEndpoint {
  readonly listenerName: string;
  readonly host: string;
  readonly port: number;
}

export class Server {
  readonly #platform: Platform;
  readonly #limits: ServerLimits;
  readonly #logger: Logger;
  readonly #sessions = new Set<Session>();
  readonly #countByAddress = new Map<string, number>();
  readonly #dependencies: SessionDependencies;
  #listeners: Listener[] = [];
  #idleSweep: Timer | undefined;
  #isOpen = false;
  /** Until it was called. */
  #onFirstConnection: (() => void) | undefined;

  constructor(options: {
    readonly platform: Platform;
    readonly registry: ApiRegistry;
    readonly limits: ServerLimits;
    readonly logger: Logger;
    /** What only a server with clients needs to do. */
    readonly onFirstConnection?: () => void;
  }) {
    const { platform, registry, limits, logger, onFirstConnection } = options;
    this.#platform = platform;
    this.#limits = limits;
    this.#onFirstConnection = onFirstConnection;
    this.#logger = logger;
    this.#dependencies = {
      registry,
      stage: Buffer.allocUnsafeSlow(READ_STAGE_BYTES),
      pool: new FramePool(IDLE_FRAME_BYTES_MAX),
      budget: new MemoryBudget(limits.queuedBytesMax),
      frameBytesMax: limits.frameBytesMax,
      writer: new ByteWriter(WRITER_SLAB_BYTES),
      clock: platform.clock,
      logger,
      scheduleFlush: new ResponseFlusher().schedule,
      nextTurn: (callback) => platform.timers.nextTurn(callback),
    };
  }

  get connectionCount(): number {
    return this.#sessions.size;
  }

  /** Binds an endpoint; connections are accepted and wait until `open`. Returns the address that it got (port 0 takes a free one). */
  async listen(endpoint: BoundEndpoint): Promise<BoundEndpoint> {
    const { listenerName, host, port } = endpoint;
    const listener = await this.#platform.network.listen(
      { host, port, backlog: this.#limits.backlog },
      (socket) => this.#accept(socket, listenerName),
    );
    this.#listeners.push(listener);
    if (this.#idleSweep === undefined && this.#limits.idleMsMax > 0) {
      const sweepMs = this.#limits.idleMsMax / IDLE_SWEEPS_PER_TIMEOUT;
      this.#idleSweep = this.#platform.timers.every(
        Math.min(IDLE_SWEEP_MS_MAX, Math.max(IDLE_SWEEP_MS_MIN, sweepMs)),
        () => this.#closeIdle(),
      );
    }
    return { listenerName, host, port: listener.port };
  }

  /** Starts to serve what has connected and what will. */
  open(): void {
    this.#isOpen = true;
    for (const session of this.#sessions) session.start();
  }

  /** Stops accepting and drops every connection. Idempotent. */
  async close(): Promise<void> {
    this.#idleSweep?.cancel();
    const listeners = this.#listeners;
    this.#listeners = [];
    const closed = listeners.map((listener) => listener.close());
    for (const session of this.#sessions) session.close();
    await Promise.all(closed);
  }

  #accept(socket: Socket, listenerName: string): void {
    const address = socket.remoteAddress;
    const fromAddress = this.#countByAddress.get(address) ?? 0;
    const fromAddressMax =
      this.#limits.connectionsPerAddressOverrides.get(address) ??
      this.#limits.connectionsPerAddressMax;
    const refusal =
      this.#sessions.size >= this.#limits.connectionsMax
        ? `${this.#sessions.size} are open (max.connections)`
        : fromAddress >= fromAddressMax
          ? `${fromAddress} are open from ${address} (max.connections.per.ip)`
          : undefined;
    if (refusal !== undefined) {
      this.#logger.warn(
        { client: address, listener: listenerName },
        `connection refused: ${refusal}`,
      );
      socket.destroy();
      return;
    }
    const session = new Session(socket, listenerName, this.#dependencies);
    this.#sessions.add(session);
    this.#countByAddress.set(address, fromAddress + 1);
    session.onClosed = () => this.#forget(session);
    if (this.#isOpen) session.start();
    this.#onFirstConnection?.();
    this.#onFirstConnection = undefined;
  }

  #forget(session: Session): void {
    this.#sessions.delete(session);
    const left = (this.#countByAddress.get(session.clientAddress) ?? 1) - 1;
    if (left === 0) this.#countByAddress.delete(session.clientAddress);
    else this.#countByAddress.set(session.clientAddress, left);
  }

  #closeIdle(): void {
    const idleSinceMs = this.#platform.clock.monotonicMs() - this.#limits.idleMsMax;
    for (const session of this.#sessions) {
      session.noteProgress();
      if (session.lastActivityMs < idleSinceMs && session.isIdle) session.close();
    }
  }
}
