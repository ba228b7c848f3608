/** Settings that producer, consumer and admin client share. */
import { nodePlatform, type Platform, type TlsOptions } from '@zurau/platform';
import { parseAddress } from '../network/address.ts';
import { type SaslConfig, saslSetting } from '../network/sasl/sasl-config.ts';
import { tlsSetting } from '../network/tls-setting.ts';
import { anything, type Setting, type Settings, text, wholeNumber } from './settings.ts';

/** Times are in milliseconds. Names and defaults are Kafka's unless said. */
export interface CommonConfig {
  /** Where to find the cluster: `host:port`, one or several, comma separated or as a list. One that answers is enough. */
  readonly bootstrapServers: string | readonly string[];
  /** Shown in the broker's logs, metrics and quotas. */
  readonly clientId?: string;
  /** A request that is not answered for so long ends its connection. */
  readonly requestTimeoutMs?: number;
  /** Limit of an operation with all its retries, where the operation has no other. */
  readonly defaultApiTimeoutMs?: number;
  readonly socketConnectionSetupTimeoutMs?: number;
  /** First pause before a retry; doubles with every further one, with 20% jitter, up to `retryBackoffMaxMs`. */
  readonly retryBackoffMs?: number;
  readonly retryBackoffMaxMs?: number;
  /** The same for connecting again to a broker that could not be reached. */
  readonly reconnectBackoffMs?: number;
  readonly reconnectBackoffMaxMs?: number;
  /** Metadata older than this is fetched again in the background. */
  readonly metadataMaxAgeMs?: number;
  /** A connection that has carried nothing for so long is closed; 0 for never. */
  readonly connectionsMaxIdleMs?: number;
  /**
   * Speaks TLS: true for Node's defaults, or what `tls.connect` takes: `ca`, `cert`, `key`, `passphrase`, `servername`, `rejectUnauthorized` and
   * others. The broker's name is checked against its certificate unless `checkServerIdentity` says otherwise.
   */
  readonly ssl?: boolean | TlsOptions;
  /** Says who we are. Without TLS, PLAIN and OAUTHBEARER show the secret to everybody on the way. */
  readonly sasl?: SaslConfig | undefined;
  /** Clock, timers, random numbers and network; Node's by default. */
  readonly platform?: Platform;
}

/** A list of addresses, at least one. */
const bootstrapServers: Setting<string | readonly string[]> = {
  defaultValue: [],
  check: (value) => {
    const list = typeof value === 'string' ? value.split(',') : value;
    if (!Array.isArray(list) || list.length === 0) return 'must name at least one host:port';
    for (const item of list as unknown[]) {
      if (typeof item !== 'string') return 'must be host:port, or a list of such';
      parseAddress(item);
    }
    return undefined;
  },
};

let sharedPlatform: Platform | undefined;

export function commonSettings(): Settings<CommonConfig> {
  sharedPlatform ??= nodePlatform();
  return {
    bootstrapServers,
    clientId: text('zurau'),
    requestTimeoutMs: wholeNumber(30_000, 1),
    defaultApiTimeoutMs: wholeNumber(60_000, 1),
    socketConnectionSetupTimeoutMs: wholeNumber(10_000, 1),
    retryBackoffMs: wholeNumber(100, 0),
    retryBackoffMaxMs: wholeNumber(1_000, 0),
    reconnectBackoffMs: wholeNumber(50, 0),
    reconnectBackoffMaxMs: wholeNumber(1_000, 0),
    metadataMaxAgeMs: wholeNumber(300_000, 0),
    connectionsMaxIdleMs: wholeNumber(540_000, 0),
    ssl: tlsSetting,
    sasl: saslSetting,
    platform: anything(sharedPlatform),
  } as Settings<CommonConfig>;
}

/** The addresses of a checked `bootstrapServers`. */
export function bootstrapAddresses(
  servers: string | readonly string[],
): ReturnType<typeof parseAddress>[] {
  return (typeof servers === 'string' ? servers.split(',') : servers).map(parseAddress);
}
