/**
 * One broker as the client sees it: an address, and a connection that is opened when it is needed and again after it broke.
 *
 * Owns the connection and the pause between attempts to open one. All callers that find it not connected share one attempt. Must never
 * retry a request.
 */
import type { Platform, TlsOptions } from '@zurau/platform';
import type { Api } from '@zurau/protocol';
import { abortedError, clientError, type KafkaError, toKafkaError } from '../errors.ts';
import { type BrokerAddress, formatAddress } from '../network/address.ts';
import { Connection, type RequestOptions } from '../network/connection.ts';
import { NodeObserver } from '../observability/node-observer.ts';
import type { ClientMetrics } from '../observability/client-metrics.ts';
import type { SaslMechanism } from '../network/sasl/mechanism.ts';
import { SaslSession } from '../network/sasl/sasl-session.ts';
import {
  type BrokerVersions,
  type ClientSoftware,
  negotiateVersions,
} from '../network/versions.ts';
import { abortable, backoffMs, type BackoffPolicy, sleep } from './retry.ts';

/** How often an idle time-out is looked after while it runs. */
const IDLE_CHECKS = 4;

export interface BrokerNodeOptions {
  readonly platform: Platform;
  readonly clientId: string;
  readonly software: ClientSoftware;
  readonly stage: Buffer;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly reconnect: BackoffPolicy;
  /** A connection that has carried nothing for so long is closed; undefined for never. */
  readonly idleTimeoutMs: number | undefined;
  readonly tls: TlsOptions | undefined;
  readonly sasl: SaslMechanism | undefined;
  readonly metrics: ClientMetrics;
}

/** An open connection and what the broker behind it speaks. */
export interface BrokerLink {
  readonly connection: Connection;
  readonly versions: BrokerVersions;
  readonly session: SaslSession | undefined;
}

export interface NodeRequestOptions extends RequestOptions {
  /** Versions that the caller can handle, where that is less than what the protocol package can. */
  readonly versions?: { readonly min?: number; readonly max?: number };
}

export class BrokerNode {
  /** Kafka's broker id; -1 for a bootstrap address whose id is not known yet. */
  readonly id: number;
  readonly address: BrokerAddress;

  readonly #options: BrokerNodeOptions;
  readonly #observer: NodeObserver;
  /** Aborted with the KafkaError that calls are rejected with from then on. */
  readonly #closing = new AbortController();
  #link: BrokerLink | undefined;
  /** Lets go of the link, without closing it. */
  #unlink: () => void = () => {};
  #connecting: Promise<BrokerLink> | undefined;
  #failures = 0;
  #retryAtMs = 0;

  constructor(id: number, address: BrokerAddress, options: BrokerNodeOptions, link?: BrokerLink) {
    this.id = id;
    this.address = address;
    this.#options = options;
    this.#observer = new NodeObserver(options.metrics, options.clientId, id, address);
    if (link !== undefined) this.#adopt(link);
  }

  /** The open connection, if there is one. */
  get link(): BrokerLink | undefined {
    return this.#link;
  }

  /** True while connecting would have to wait out a backoff. */
  get inBackoff(): boolean {
    return this.#options.platform.clock.monotonicMs() < this.#retryAtMs;
  }

  /**
   * The open connection, opened now if need be. Rejects with a retriable KafkaError when the broker cannot be reached, with a final one
   * when it cannot be trusted or does not trust us.
   */
  connect(signal?: AbortSignal): Promise<BrokerLink> {
    if (this.#closing.signal.aborted) {
      return Promise.reject(abortedError(this.#closing.signal));
    }
    if (this.#link !== undefined) return Promise.resolve(this.#link);
    this.#connecting ??= this.#open().finally(() => {
      this.#connecting = undefined;
    });
    return abortable(this.#connecting, signal);
  }

  /** Sends a request in the best version in common; `body` may depend on it. */
  async request<Request, RequestInput, Response, ResponseInput>(
    api: Api<Request, RequestInput, Response, ResponseInput>,
    body: RequestInput | ((version: number) => RequestInput),
    options: NodeRequestOptions = {},
  ): Promise<Response> {
    const { connection, versions } = await this.connect(options.signal);
    const version = versions.pick(api, options.versions);
    const message =
      typeof body === 'function' ? (body as (v: number) => RequestInput)(version) : body;
    return await connection.request(api, version, message, options);
  }

  /** Gives the open connection away, to be used under another id; this node is closed without it. */
  release(): BrokerLink | undefined {
    const link = this.#link;
    this.#unlink();
    if (link !== undefined) link.connection.onClose = undefined;
    return link;
  }

  /** What is in flight, and all that is asked later, is rejected with `reason`. Idempotent. */
  async close(reason: KafkaError): Promise<void> {
    this.#closing.abort(reason);
    await this.#link?.connection.close(reason);
    await this.#connecting?.catch(() => {});
  }

  async #open(): Promise<BrokerLink> {
    const { platform, software, reconnect } = this.#options;
    const { signal } = this.#closing;
    let startMs = platform.clock.monotonicMs();
    try {
      const waitMs = this.#retryAtMs - platform.clock.monotonicMs();
      if (waitMs > 0) await sleep(platform, waitMs, signal);
      startMs = platform.clock.monotonicMs();
      const connection = await Connection.open(
        { ...this.#options, address: this.address, observer: this.#observer },
        signal,
      );
      try {
        const timeoutMs = Math.min(this.#options.requestTimeoutMs, this.#options.connectTimeoutMs);
        const versions = await negotiateVersions(connection, software, { signal, timeoutMs });
        const session = await this.#authenticate(connection, versions, timeoutMs);
        const link = { connection, versions, session };
        this.#failures = 0;
        this.#retryAtMs = 0;
        if (signal.aborted) throw abortedError(signal);
        this.#observer.onOpen(platform.clock.monotonicMs() - startMs);
        this.#adopt(link);
        return link;
      } catch (error) {
        await connection.close();
        throw error;
      }
    } catch (error) {
      if (signal.aborted) throw abortedError(signal);
      this.#retryAtMs =
        platform.clock.monotonicMs() + backoffMs(platform, reconnect, this.#failures);
      this.#failures += 1;
      const failure = toKafkaError(error, `Connecting to ${formatAddress(this.address)}`);
      this.#observer.onFailed(failure);
      throw failure;
    }
  }

  async #authenticate(
    connection: Connection,
    versions: BrokerVersions,
    timeoutMs: number,
  ): Promise<SaslSession | undefined> {
    const { platform, sasl } = this.#options;
    if (sasl === undefined) return undefined;
    const observer = this.#observer;
    const options = { platform, connection, versions, mechanism: sasl, timeoutMs, observer };
    const session = new SaslSession(options);
    await session.start(this.#closing.signal);
    return session;
  }

  #adopt(link: BrokerLink): void {
    const { connection, session } = link;
    if (connection.closed) {
      session?.stop();
      const about = `Connection to ${formatAddress(this.address)}: lost as soon as it was there.`;
      this.#observer.onClosed(clientError('CONNECTION_LOST', about));
      return;
    }
    const { platform, idleTimeoutMs } = this.#options;
    const idleCheck =
      idleTimeoutMs === undefined
        ? undefined
        : platform.timers.every(idleTimeoutMs / IDLE_CHECKS, () => {
            if (connection.idleMs < idleTimeoutMs || this.#link !== link) return;
            void connection.close(idleError(this.address));
          });
    this.#link = link;
    this.#unlink = () => {
      this.#link = undefined;
      idleCheck?.cancel();
    };
    connection.onClose = (error) => {
      session?.stop();
      this.#observer.onClosed(error);
      this.#unlink();
    };
  }
}

function idleError(address: BrokerAddress): KafkaError {
  const about = `Connection to ${formatAddress(address)}: closed because nothing needed it.`;
  return clientError('CONNECTION_LOST', about);
}
