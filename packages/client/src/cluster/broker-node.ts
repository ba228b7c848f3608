/**
 * One broker as the client sees it: an address, and a connection that is opened when it is needed and again after it broke.
 *
 * Owns the connection and the pause between attempts to open one. All callers that find it not connected share one attempt. Must never
 * retry a request.
 */
import type { Platform } from '@zurau/platform';
import type { Api } from '@zurau/protocol';
import { abortedError, type KafkaError, toKafkaError } from '../errors.ts';
import { type BrokerAddress, formatAddress } from '../network/address.ts';
import { Connection, type RequestOptions } from '../network/connection.ts';
import {
  type BrokerVersions,
  type ClientSoftware,
  negotiateVersions,
} from '../network/versions.ts';
import { abortable, backoffMs, type BackoffPolicy, sleep } from './retry.ts';

export interface BrokerNodeOptions {
  readonly platform: Platform;
  readonly clientId: string;
  readonly software: ClientSoftware;
  readonly stage: Buffer;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly reconnect: BackoffPolicy;
}

/** An open connection and what the broker behind it speaks. */
export interface BrokerLink {
  readonly connection: Connection;
  readonly versions: BrokerVersions;
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
  /** Aborted with the KafkaError that calls are rejected with from then on. */
  readonly #closing = new AbortController();
  #link: BrokerLink | undefined;
  #connecting: Promise<BrokerLink> | undefined;
  #failures = 0;
  #retryAtMs = 0;

  constructor(id: number, address: BrokerAddress, options: BrokerNodeOptions, link?: BrokerLink) {
    this.id = id;
    this.address = address;
    this.#options = options;
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

  /** The open connection, opened now if need be. Rejects with a retriable KafkaError when the broker cannot be reached. */
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
    this.#link = undefined;
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
    try {
      const waitMs = this.#retryAtMs - platform.clock.monotonicMs();
      if (waitMs > 0) await sleep(platform, waitMs, signal);
      const connection = await Connection.open({ ...this.#options, address: this.address }, signal);
      try {
        const timeoutMs = Math.min(this.#options.requestTimeoutMs, this.#options.connectTimeoutMs);
        const versions = await negotiateVersions(connection, software, { signal, timeoutMs });
        const link = { connection, versions };
        this.#failures = 0;
        this.#retryAtMs = 0;
        if (signal.aborted) throw abortedError(signal);
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
      throw toKafkaError(error, `Connecting to ${formatAddress(this.address)}`);
    }
  }

  #adopt(link: BrokerLink): void {
    if (link.connection.closed) return;
    this.#link = link;
    link.connection.onClose = () => {
      this.#link = undefined;
    };
  }
}
