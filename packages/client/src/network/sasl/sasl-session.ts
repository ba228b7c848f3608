/**
 * The authentication of one connection over its life: at the start, and again before the broker's limit ends (KIP-368).
 *
 * While it authenticates again, the connection holds back what is sent and answers what is in flight: brokers take nothing else between the
 * handshake and the last message. Owns the timer for that; `stop` ends it with the connection.
 */
import type { Platform, Timer } from '@zurau/platform';
import { clientError, type KafkaError, toKafkaError } from '../../errors.ts';
import { formatAddress } from '../address.ts';
import type { Connection, RequestOptions } from '../connection.ts';
import type { BrokerVersions } from '../versions.ts';
import { authenticate } from './authenticate.ts';
import type { SaslMechanism } from './mechanism.ts';

/** When to begin, as a share of the session's lifetime: early enough for a slow broker, at random so that clients spread. */
const BEGIN_SHARE_MIN = 0.85;
const BEGIN_SHARE_MAX = 0.95;

export interface SaslSessionOptions {
  readonly platform: Platform;
  readonly connection: Connection;
  readonly versions: BrokerVersions;
  readonly mechanism: SaslMechanism;
  /** For one exchange of messages. */
  readonly timeoutMs: number;
  readonly observer: {
    onAuthenticated(mechanism: string, sessionLifetimeMs: number): void;
    onAuthenticationFailed(): void;
  };
}

export class SaslSession {
  readonly #options: SaslSessionOptions;
  #timer: Timer | undefined;
  #stopped = false;

  constructor(options: SaslSessionOptions) {
    this.#options = options;
  }

  /** Authenticates a fresh connection. Rejects as {@link authenticate} does. */
  async start(signal: AbortSignal): Promise<void> {
    await this.#authenticate({ signal });
  }

  /** Idempotent. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  async #authenticate(options: RequestOptions): Promise<void> {
    const { connection, versions, mechanism, timeoutMs, platform } = this.#options;
    const { observer } = this.#options;
    let lifetimeMs: number;
    try {
      lifetimeMs = await connection.exclusively((request) =>
        authenticate(connection, versions, mechanism, request, { ...options, timeoutMs }),
      );
    } catch (error) {
      observer.onAuthenticationFailed();
      throw error;
    }
    observer.onAuthenticated(mechanism.mechanism, lifetimeMs);
    if (lifetimeMs <= 0 || this.#stopped) return;
    const share = BEGIN_SHARE_MIN + (BEGIN_SHARE_MAX - BEGIN_SHARE_MIN) * platform.random.float();
    this.#timer = platform.timers.after(lifetimeMs * share, () => {
      this.#authenticate({}).catch((error: unknown) => this.#failed(error));
    });
  }

  /**
   * The broker would close the connection anyway. What is in flight may succeed on the next connection, or fail there with the reason: so
   * it is lost here, not refused.
   */
  #failed(error: unknown): void {
    const { connection } = this.#options;
    if (this.#stopped || connection.closed) return;
    const cause: KafkaError = toKafkaError(error, 'Reauthentication');
    const about = `Connection to ${formatAddress(connection.address)}: ${cause.message}`;
    void connection.close(clientError('CONNECTION_LOST', about, cause));
  }
}
