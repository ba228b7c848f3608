/**
 * A connection to another broker of the cluster, opened when it is first needed and anew after it was lost.
 *
 * Owns: the connection and what versions the peer speaks. Must never send a request again: whether a lost one was carried out is for its
 * sender to judge.
 */
import { Connection, negotiateVersions } from '@zurau/client/network';
import type { BrokerAddress, BrokerVersions } from '@zurau/client/network';
import type { Platform } from '@zurau/platform';
import type { Api } from '@zurau/protocol';

/** How long a peer may take to accept; its socket may be full, or its host gone. */
const CONNECT_MS_MAX = 10_000;

const SOFTWARE = { name: 'zurau-broker', version: '0.1.0' };

export interface PeerOptions {
  readonly platform: Platform;
  /** Where the peer is now; undefined while nobody knows. Asked for every new connection. */
  readonly address: () => BrokerAddress | undefined;
  readonly clientId: string;
  readonly requestMsMax: number;
  /** What the sockets of one event loop read into. */
  readonly readStage: Buffer;
}

interface OpenConnection {
  readonly connection: Connection;
  readonly versions: BrokerVersions;
}

export interface VersionLimits {
  readonly min?: number;
  readonly max?: number;
}

export interface PeerAnswer<Response> {
  readonly response: Response;
  readonly version: number;
}

export class PeerConnection {
  readonly #options: PeerOptions;
  #opening: Promise<OpenConnection> | undefined;
  #closed = new AbortController();

  constructor(options: PeerOptions) {
    this.#options = options;
  }

  /** The newest version in common; connects if need be. */
  async version(api: AnyApi): Promise<number> {
    return this.#pick((await this.#open()).versions, api, {});
  }

  /** Sends a request in the newest version in common. Rejects when there is no connection, no answer in time, or no such version. */
  async request<Request, RequestInput, Response, ResponseInput>(
    api: Api<Request, RequestInput, Response, ResponseInput>,
    build: (version: number) => RequestInput,
    limits: VersionLimits = {},
  ): Promise<PeerAnswer<Response>> {
    const { connection, versions } = await this.#open();
    const version = this.#pick(versions, api, limits);
    const response = await connection.request(api, version, build(version));
    return { response, version };
  }

  /** Drops the connection; the next request opens another. */
  reset(): void {
    const opening = this.#opening;
    this.#opening = undefined;
    opening?.then(({ connection }) => void connection.close()).catch(() => undefined);
  }

  /** Drops the connection for good. Idempotent. */
  close(): void {
    this.#closed.abort();
    this.reset();
  }

  /** What a peer said of its versions holds for one connection: when it is of no use, the peer is asked anew on the next. */
  #pick(versions: BrokerVersions, api: AnyApi, limits: VersionLimits): number {
    try {
      return versions.pick(api, limits);
    } catch (error) {
      this.reset();
      throw error;
    }
  }

  #open(): Promise<OpenConnection> {
    if (this.#closed.signal.aborted)
      return Promise.reject(new Error('the link to the peer is closed'));
    if (this.#opening === undefined) {
      const opening = this.#connect(() => {
        if (this.#opening === opening) this.#opening = undefined;
      });
      this.#opening = opening;
    }
    return this.#opening;
  }

  async #connect(forget: () => void): Promise<OpenConnection> {
    // Whatever fails, the one who asked has the promise by then.
    await Promise.resolve();
    const { platform, clientId, requestMsMax, readStage } = this.#options;
    const { signal } = this.#closed;
    try {
      const address = this.#options.address();
      if (address === undefined) throw new Error('the address of the peer is not known');
      const connection = await Connection.open(
        {
          platform,
          address,
          clientId,
          stage: readStage,
          connectTimeoutMs: CONNECT_MS_MAX,
          requestTimeoutMs: requestMsMax,
        },
        signal,
      );
      connection.onClose = forget;
      try {
        const versions = await negotiateVersions(connection, SOFTWARE, { signal });
        return { connection, versions };
      } catch (error) {
        void connection.close();
        throw error;
      }
    } catch (error) {
      forget();
      throw error;
    }
  }
}

type AnyApi = Parameters<BrokerVersions['pick']>[0];
