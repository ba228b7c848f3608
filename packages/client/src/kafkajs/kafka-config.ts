/**
 * What `new Kafka(...)` takes, and the engine's settings that it stands for.
 *
 * Must never need the network: `brokers` may be a function, which is asked when a client connects.
 */
// oxlint-disable-next-line no-restricted-imports -- a type that KafkaJS's configuration is made of
import type { Socket } from 'node:net';
// oxlint-disable-next-line no-restricted-imports -- another one
import type { ConnectionOptions } from 'node:tls';
import type { Platform, TlsOptions } from '@zurau/platform';
import type { CommonConfig } from '../config/common-settings.ts';
import { tlsOptionNames } from '../network/tls-setting.ts';
import { KafkaJSNonRetriableError } from './errors.ts';
import type { logLevel } from './constants.ts';
import type { logCreator, Logger } from './logger.ts';
import type { RetryOptions, RetryPolicy } from './retry.ts';
import { type Mechanism, saslOf, type SASLOptions } from './sasl.ts';

export type BrokersFunction = () => string[] | Promise<string[]>;

export interface ISocketFactoryArgs {
  host: string;
  port: number;
  ssl: ConnectionOptions;
  onConnect: () => void;
}

export type ISocketFactory = (args: ISocketFactoryArgs) => Socket;

export interface KafkaConfig {
  brokers: string[] | BrokersFunction;
  ssl?: ConnectionOptions | boolean;
  sasl?: SASLOptions | Mechanism;
  clientId?: string;
  connectionTimeout?: number;
  authenticationTimeout?: number;
  reauthenticationThreshold?: number;
  requestTimeout?: number;
  enforceRequestTimeout?: boolean;
  retry?: RetryOptions;
  /** Not supported: sockets are the engine's. */
  socketFactory?: ISocketFactory;
  logLevel?: logLevel;
  logCreator?: logCreator;
}

/** Half a day: `enforceRequestTimeout: false` is meant to be no limit. */
const NO_TIMEOUT_MS = 12 * 60 * 60_000;

/** KafkaJS's defaults. */
const CONNECTION_TIMEOUT_MS = 1_000;
const REQUEST_TIMEOUT_MS = 30_000;
const CLIENT_ID = 'kafkajs';

/** The engine's common settings. Rejects with what the `brokers` function does. */
export async function engineConfig(
  config: KafkaConfig,
  policy: RetryPolicy,
  logger: Logger,
  platform: Platform,
): Promise<CommonConfig> {
  const enforces = config.enforceRequestTimeout ?? true;
  return {
    bootstrapServers: await brokersOf(config.brokers),
    clientId: config.clientId ?? CLIENT_ID,
    requestTimeoutMs: enforces ? (config.requestTimeout ?? REQUEST_TIMEOUT_MS) : NO_TIMEOUT_MS,
    socketConnectionSetupTimeoutMs: config.connectionTimeout ?? CONNECTION_TIMEOUT_MS,
    retryBackoffMs: Math.round(Math.min(policy.initialRetryTime, policy.maxRetryTime)),
    retryBackoffMaxMs: Math.round(policy.maxRetryTime),
    ssl: sslOf(config.ssl, logger),
    sasl: saslOf(config.sasl, logger),
    platform,
  };
}

async function brokersOf(brokers: KafkaConfig['brokers'] | undefined): Promise<string[]> {
  const list: unknown = typeof brokers === 'function' ? await brokers() : brokers;
  if (!Array.isArray(list) || list.length === 0) {
    const about =
      typeof brokers === 'function'
        ? 'Failed to connect: "config.brokers" returned void or empty array'
        : 'Failed to connect: expected brokers array and got nothing';
    throw new KafkaJSNonRetriableError(about);
  }
  return list as string[];
}

/** Options that the engine does not take are named in the log, and left out. */
function sslOf(ssl: KafkaConfig['ssl'], logger: Logger): boolean | TlsOptions {
  if (ssl === undefined || typeof ssl === 'boolean') return ssl ?? false;
  const known: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(ssl)) {
    if (value === undefined) continue;
    if ((tlsOptionNames as readonly string[]).includes(name)) known[name] = value;
    else logger.warn(`TLS option "${name}" is not supported, and has no effect`);
  }
  return known;
}
