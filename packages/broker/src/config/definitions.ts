/**
 * All broker configs in one table, and the types of their keys and values.
 *
 * Owns: the union of the areas in `definitions/`. Must never define a config itself.
 */
import type { ConfigDefinition, ValueOf } from './definition.ts';
import { dynamicOnlyDefinitions } from './definitions/dynamic-only.ts';
import { groupsDefinitions } from './definitions/groups.ts';
import { kraftDefinitions } from './definitions/kraft.ts';
import { logCleanerDefinitions } from './definitions/log-cleaner.ts';
import { logDefinitions } from './definitions/log.ts';
import { metricsDefinitions } from './definitions/metrics.ts';
import { networkDefinitions } from './definitions/network.ts';
import { plugInDefinitions } from './definitions/plug-ins.ts';
import { quotasDefinitions } from './definitions/quotas.ts';
import { replicationDefinitions } from './definitions/replication.ts';
import { saslDefinitions } from './definitions/sasl.ts';
import { securityDefinitions } from './definitions/security.ts';
import { serverDefinitions } from './definitions/server.ts';
import { shareGroupsDefinitions } from './definitions/share-groups.ts';
import { sslDefinitions } from './definitions/ssl.ts';
import { tieredStorageDefinitions } from './definitions/tiered-storage.ts';
import { transactionsDefinitions } from './definitions/transactions.ts';
import { zookeeperDefinitions } from './definitions/zookeeper.ts';
import { zurauDefinitions } from './definitions/zurau.ts';

export type BrokerDefinitions = typeof serverDefinitions &
  typeof networkDefinitions &
  typeof logDefinitions &
  typeof logCleanerDefinitions &
  typeof replicationDefinitions &
  typeof groupsDefinitions &
  typeof shareGroupsDefinitions &
  typeof transactionsDefinitions &
  typeof quotasDefinitions &
  typeof sslDefinitions &
  typeof saslDefinitions &
  typeof securityDefinitions &
  typeof plugInDefinitions &
  typeof dynamicOnlyDefinitions &
  typeof zookeeperDefinitions &
  typeof metricsDefinitions &
  typeof tieredStorageDefinitions &
  typeof kraftDefinitions &
  typeof zurauDefinitions;

export type ConfigKey = keyof BrokerDefinitions;
export type ConfigValue<K extends ConfigKey> = ValueOf<BrokerDefinitions[K]>;

export interface ConfigArea {
  readonly title: string;
  readonly intro: string;
  readonly definitions: Readonly<Record<string, ConfigDefinition>>;
}

/** The table in the order of its documentation. */
export const configAreas: readonly ConfigArea[] = [
  {
    title: 'Broker',
    intro: 'What a broker is and how much it does at once.',
    definitions: serverDefinitions,
  },
  {
    title: 'Network',
    intro: 'Listeners, sockets and the limits of connections.',
    definitions: networkDefinitions,
  },
  {
    title: 'Logs',
    intro:
      'Where logs are, how they roll, what they keep. Most are defaults that a topic overrides.',
    definitions: logDefinitions,
  },
  {
    title: 'Log cleaner',
    intro: 'The cleaner compacts topics.',
    definitions: logCleanerDefinitions,
  },
  {
    title: 'Replication',
    intro: 'Replicas, leaders and what the controller does about them.',
    definitions: replicationDefinitions,
  },
  {
    title: 'Consumer groups',
    intro: 'Sessions, rebalances and the offsets topic.',
    definitions: groupsDefinitions,
  },
  {
    title: 'Share groups',
    intro: 'KIP-932, an early-access part of Kafka 3.9 in KRaft mode.',
    definitions: shareGroupsDefinitions,
  },
  {
    title: 'Transactions',
    intro: 'Transactions and idempotent producers.',
    definitions: transactionsDefinitions,
  },
  {
    title: 'Quotas',
    intro: 'Windows over which quotas are measured; the quotas are set with AlterClientQuotas.',
    definitions: quotasDefinitions,
  },
  {
    title: 'TLS',
    intro: 'TLS of listeners. For one listener, prefix a key with `listener.name.NAME.`.',
    definitions: sslDefinitions,
  },
  {
    title: 'SASL',
    intro:
      'SASL of listeners and between brokers. For one listener, prefix a key with `listener.name.NAME.`.',
    definitions: saslDefinitions,
  },
  {
    title: 'Security',
    intro: 'Authorization, principals, delegation tokens, stored passwords.',
    definitions: securityDefinitions,
  },
  {
    title: 'Plug-ins',
    intro: 'Keys of the ACL authorizer.',
    definitions: plugInDefinitions,
  },
  {
    title: 'Throttles',
    intro: 'Set with kafka-configs on a running broker only.',
    definitions: dynamicOnlyDefinitions,
  },
  {
    title: 'ZooKeeper',
    intro:
      'The ensemble that keeps the metadata. Without `zookeeper.connect` it is kept in an embedded store.',
    definitions: zookeeperDefinitions,
  },
  {
    title: 'Metrics',
    intro: 'Metrics and client telemetry.',
    definitions: metricsDefinitions,
  },
  {
    title: 'Tiered storage',
    intro: 'KIP-405: old segments in remote storage.',
    definitions: tieredStorageDefinitions,
  },
  {
    title: 'KRaft',
    intro: 'Keys of KRaft clusters, which Zurau does not form.',
    definitions: kraftDefinitions,
  },
  {
    title: 'Zurau',
    intro: 'What Kafka does not have.',
    definitions: zurauDefinitions,
  },
];

/** Every broker config by name. */
export const brokerDefinitions: ReadonlyMap<string, ConfigDefinition> = new Map(
  configAreas.flatMap((area) => Object.entries(area.definitions)),
);

/** Whether the key is one of a plug-in: Kafka does not know its type. */
export function isPlugInKey(key: string): boolean {
  return Object.hasOwn(plugInDefinitions, key);
}

/** Whether the key exists in the metadata store only, not in server.properties. */
export function isDynamicOnlyKey(key: string): boolean {
  return Object.hasOwn(dynamicOnlyDefinitions, key);
}
