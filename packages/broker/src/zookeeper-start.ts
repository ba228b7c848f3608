/**
 * From the configuration of a broker to its store on ZooKeeper.
 *
 * Owns: what the keys `zookeeper.*` mean for the client.
 */
import type { Platform } from '@zurau/platform';
import { ConnectStringError } from '@zurau/zookeeper';
import type { BrokerConfig } from './config/broker-config.ts';
import { ConfigError } from './config/config-error.ts';
import type { Logger } from './logging.ts';
import { ZooKeeperStore } from './metadata/zookeeper/zookeeper-store.ts';

/** Whether the cluster's metadata is in a ZooKeeper, not in this process. */
export function usesZooKeeper(config: BrokerConfig): boolean {
  return (config.get('zookeeper.connect') ?? '') !== '';
}

/** Connects to nothing yet. Throws ConfigError. */
export function openZooKeeper(
  config: BrokerConfig,
  platform: Platform,
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
      onDisconnect: (reason) => logger.info({ reason }, 'not connected to ZooKeeper'),
    });
  } catch (error) {
    if (!(error instanceof ConnectStringError)) throw error;
    throw new ConfigError(`zookeeper.connect: ${error.message}`, 'zookeeper.connect');
  }
}
