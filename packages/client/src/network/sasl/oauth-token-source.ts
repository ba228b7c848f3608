/**
 * The token of the moment: asked of the user's function, kept while it is good, and renewed before it ends.
 *
 * One for all connections of a client, so that a reconnecting client asks its identity provider once. A token is renewed when 80% of its
 * life is over, by the first connection that needs one from then on; while the provider fails, the old one serves to its end.
 */
import type { Platform } from '@zurau/platform';
import { clientError } from '../../errors.ts';
import { callProvider } from './password.ts';

export interface OauthToken {
  readonly value: string;
  /** Milliseconds since the epoch. Without it every connection asks for a token of its own. */
  readonly expiresAtMs?: number | undefined;
  /** Further fields for the broker's validator (KIP-342): names of letters alone. */
  readonly extensions?: Readonly<Record<string, string>> | undefined;
}

export type OauthTokenProvider = () => OauthToken | Promise<OauthToken>;

const RENEWED_AFTER_SHARE = 0.8;

export class OauthTokenSource {
  readonly #platform: Platform;
  readonly #provider: OauthTokenProvider;
  #token: OauthToken | undefined;
  #renewAtMs = 0;
  #asking: Promise<OauthToken> | undefined;

  constructor(platform: Platform, provider: OauthTokenProvider) {
    this.#platform = platform;
    this.#provider = provider;
  }

  /** Rejects with a retriable `CREDENTIALS_UNAVAILABLE` when the provider fails and there is no good token left. */
  async current(): Promise<OauthToken> {
    const nowMs = this.#platform.clock.now();
    if (this.#token !== undefined && nowMs < this.#renewAtMs) return this.#token;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    try {
      return await this.#asking;
    } catch (error) {
      const old = this.#token;
      if (old !== undefined && this.#platform.clock.now() < (old.expiresAtMs ?? 0)) return old;
      throw error;
    }
  }

  async #ask(): Promise<OauthToken> {
    const token: unknown = await callProvider('The token provider', this.#provider);
    if (!isToken(token)) {
      throw clientError(
        'INVALID_ARGUMENT',
        'The token provider must give { value: string, expiresAtMs?: number, extensions?: object }.',
      );
    }
    const nowMs = this.#platform.clock.now();
    this.#token = token;
    this.#renewAtMs = nowMs + ((token.expiresAtMs ?? nowMs) - nowMs) * RENEWED_AFTER_SHARE;
    return token;
  }
}

function isToken(token: unknown): token is OauthToken {
  if (typeof token !== 'object' || token === null) return false;
  const { value, expiresAtMs, extensions } = token as Record<string, unknown>;
  return (
    typeof value === 'string' &&
    (expiresAtMs === undefined || typeof expiresAtMs === 'number') &&
    (extensions === undefined || (typeof extensions === 'object' && extensions !== null))
  );
}
