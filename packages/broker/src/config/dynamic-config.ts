/**
 * Which broker configs may change while the broker runs, and the check of such a change (KIP-226).
 *
 * Owns: the rules. Stores and applies nothing.
 */
import type { BrokerConfig, DynamicLayers } from './broker-config.ts';
import { ConfigError, invalidValue } from './config-error.ts';
import { brokerDefinitions, isDynamicOnlyKey } from './definitions.ts';
import { listenerKeyTail } from './listener-keys.ts';

/** Whether the override is for one broker or the default of all. */
export type DynamicScope = 'broker' | 'clusterDefaults';

/** Whether Kafka lets the key change at runtime at all. */
export function isDynamic(key: string): boolean {
  return (brokerDefinitions.get(key)?.update ?? 'read-only') !== 'read-only';
}

/**
 * Checks a whole set of overrides of one scope before it replaces the one there is. Throws {@link
 * ConfigError}. Keys that nobody knows are allowed, as in Kafka, where a plug-in may read them.
 */
export function checkDynamicOverrides(
  config: BrokerConfig,
  scope: DynamicScope,
  overrides: Readonly<Record<string, string>>,
): void {
  const keys = Object.keys(overrides);
  refuse(keys.filter(isReadOnly), 'can only be set in server.properties, with a restart');
  refuse(
    keys.filter(isSecurityOfAllListeners),
    'can change only for one listener, with the prefix listener.name.NAME.',
  );
  if (scope === 'clusterDefaults') {
    refuse(keys.filter(isPerBroker), 'can change only for one broker, which must be named');
  }
  refuse(keys.filter(needsRestart), 'cannot change yet while the broker runs');
  const layers: DynamicLayers = { ...config.dynamicLayers, [scope]: overrides };
  checkPoolSizes(config, config.withDynamic(layers));
}

/**
 * Kafka resizes a pool to between half and twice its size at a time. Administrators' tools go step
 * by step, so the rule holds here too.
 */
const POOL_SIZES = [
  'background.threads',
  'log.cleaner.threads',
  'num.io.threads',
  'num.network.threads',
  'num.recovery.threads.per.data.dir',
  'num.replica.fetchers',
] as const;

function checkPoolSizes(before: BrokerConfig, after: BrokerConfig): void {
  for (const key of POOL_SIZES) {
    const [was, is] = [before.get(key), after.get(key)];
    if (is >= Math.max(1, Math.floor(was / 2)) && is <= was * 2) continue;
    throw invalidValue(key, String(is), `must be from half to twice the current value, ${was}`);
  }
}

function refuse(keys: readonly string[], why: string): void {
  if (keys.length > 0) throw new ConfigError(`${keys.join(', ')} ${why}`, keys[0]);
}

function isReadOnly(key: string): boolean {
  return brokerDefinitions.has(key) && !isDynamic(key) && !isDynamicOnlyKey(key);
}

/** TLS settings: Kafka changes them a listener at a time only. */
function isSecurityOfAllListeners(key: string): boolean {
  return key.startsWith('ssl.') && brokerDefinitions.get(key)?.update === 'per-broker';
}

function isPerBroker(key: string): boolean {
  const tail = listenerKeyTail(key);
  if (tail === undefined) return brokerDefinitions.get(key)?.update === 'per-broker';
  return brokerDefinitions.get(tail)?.update !== 'cluster-wide';
}

/**
 * What Kafka applies at runtime and this broker does not: listeners and their security. To accept
 * it silently would leave a listener less protected than its administrator believes.
 */
function needsRestart(key: string): boolean {
  return brokerDefinitions.get(listenerKeyTail(key) ?? key)?.update === 'per-broker';
}
