/** The `sasl` setting: what it may be, how it is checked, and the mechanism that it stands for. */
import type { Platform } from '@zurau/platform';
import { nearestName } from '../../config/nearest-name.ts';
import type { Setting } from '../../config/settings.ts';
import type { SaslMechanism } from './mechanism.ts';
import { oauthBearerMechanism } from './oauthbearer.ts';
import { type OauthTokenProvider, OauthTokenSource } from './oauth-token-source.ts';
import { plainMechanism } from './plain.ts';
import { scramMechanism } from './scram.ts';

export type ScramMechanism = 'SCRAM-SHA-256' | 'SCRAM-SHA-512';

export interface Credentials {
  readonly username: string;
  /** A function is asked for every connection and reauthentication. */
  readonly password: string | (() => string | Promise<string>);
}

export interface ScramCredentials extends Credentials {
  /** The name and password are the id and HMAC (base64) of a delegation token (KIP-48). */
  readonly tokenAuth?: boolean;
  /**
   * Normalises name and password as RFC 5802 asks. Off by default, because Apache Kafka does not when it stores credentials; matters for some
   * letters beyond ASCII only.
   */
  readonly saslprep?: boolean;
}

export type SaslConfig =
  | ({ readonly mechanism: 'PLAIN' } & Credentials)
  | ({ readonly mechanism: ScramMechanism } & ScramCredentials)
  | { readonly mechanism: 'OAUTHBEARER'; readonly tokenProvider: OauthTokenProvider }
  | SaslMechanism;

/** What each mechanism takes, and of which type. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  PLAIN: { username: ['string'], password: ['string', 'function'] },
  'SCRAM-SHA-256': scramFields(),
  'SCRAM-SHA-512': scramFields(),
  OAUTHBEARER: { tokenProvider: ['function'] },
};

function scramFields(): Record<string, readonly string[]> {
  return {
    username: ['string'],
    password: ['string', 'function'],
    tokenAuth: ['boolean', 'undefined'],
    saslprep: ['boolean', 'undefined'],
  };
}

export const saslSetting: Setting<SaslConfig | undefined> = {
  defaultValue: undefined,
  check: (value) => {
    if (typeof value !== 'object' || value === null) return 'must be an object with a mechanism';
    const { mechanism, ...fields } = value as Record<string, unknown>;
    if (typeof mechanism !== 'string') return 'must name a mechanism';
    if (typeof fields['converse'] === 'function') return undefined;
    const known = FIELDS[mechanism];
    if (known === undefined) {
      const nearest = nearestName(mechanism, Object.keys(FIELDS));
      const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
      return `has the unknown mechanism "${mechanism}"${hint} (one of your own needs a converse function)`;
    }
    const stranger = Object.keys(fields).find((name) => !(name in known));
    if (stranger !== undefined) {
      return `has no "${stranger}" for ${mechanism}; it takes ${Object.keys(known).join(', ')}`;
    }
    for (const [name, types] of Object.entries(known)) {
      if (types.includes(typeof fields[name])) continue;
      return `needs ${name} (${types.filter((type) => type !== 'undefined').join(' or ')}) for ${mechanism}`;
    }
    return undefined;
  },
};

/** Of a checked configuration. */
export function saslMechanism(config: SaslConfig, platform: Platform): SaslMechanism {
  if ('converse' in config) return config;
  switch (config.mechanism) {
    case 'PLAIN':
      return plainMechanism(config);
    case 'SCRAM-SHA-256':
    case 'SCRAM-SHA-512':
      return scramMechanism(config.mechanism, config, platform);
    case 'OAUTHBEARER':
      return oauthBearerMechanism(new OauthTokenSource(platform, config.tokenProvider));
  }
}
