/**
 * From the configuration of a broker to its store on ZooKeeper.
 *
 * Owns: what the keys `zookeeper.*` mean for the client.
 */
import type { Disk, Platform } from '@zurau/platform';
import { ConnectStringError, type DigestMd5Login } from '@zurau/zookeeper';
import type { BrokerConfig } from './config/broker-config.ts';
import { ConfigError } from './config/config-error.ts';
import type { Logger } from './logging.ts';
import { ZooKeeperStore } from './metadata/zookeeper/zookeeper-store.ts';
import { zooKeeperTls } from './zookeeper-tls.ts';

/** Whether the cluster's metadata is in a ZooKeeper, not in this process. */
export function usesZooKeeper(config: BrokerConfig): boolean {
  return (config.get('zookeeper.connect') ?? '') !== '';
}

/** Connects to nothing yet. `files` is where keys and certificates lie. Throws ConfigError, DiskError. */
export function openZooKeeper(
  config: BrokerConfig,
  platform: Platform,
  files: Disk,
  logger: Logger,
): ZooKeeperStore {
  const sessionTimeoutMs = config.get('zookeeper.session.timeout.ms');
  try {
    return new ZooKeeperStore({
      platform,
      connectString: config.get('zookeeper.connect') ?? '',
      sessionTimeoutMs,
      connectionTimeoutMs: config.get('zookeeper.connection.timeout.ms') ?? sessionTimeoutMs,
      inFlightMax: config.get('zookeeper.max.in.flight.requests'),
      setAcl: config.get('zookeeper.set.acl'),
      tls: zooKeeperTls(config, files),
      saslLogin: saslLogin(config),
      onDisconnect: (reason) => logger.info({ reason }, 'not connected to ZooKeeper'),
    });
  } catch (error) {
    if (!(error instanceof ConnectStringError)) throw error;
    throw new ConfigError(`zookeeper.connect: ${error.message}`, 'zookeeper.connect');
  }
}

function saslLogin(config: BrokerConfig): DigestMd5Login | undefined {
  const username = config.get('zurau.zookeeper.sasl.username');
  if (username === null) return undefined;
  return { username, password: config.get('zurau.zookeeper.sasl.password') ?? '' };
}
