/**
 * Rules between broker configs, which no single row of the table can express.
 *
 * Owns: those rules, as Kafka checks them at start in ZooKeeper mode. Throws {@link ConfigError}
 * only.
 */
import type { ConfigReader } from './config-reader.ts';
import { invalidValue } from './config-error.ts';
import {
  logDirs,
  logRetentionMs,
  logRollJitterMs,
  logRollMs,
  maxConnectionsPerIpOverrides,
} from './effective.ts';
import { checkListeners } from './listeners.ts';

const CLEANER_BYTES_PER_THREAD_MIN = 1_048_576;

/** The two that Kafka ships; classes of one's own need a JVM. */
export const RACK_AWARE_SELECTOR = 'org.apache.kafka.common.replica.RackAwareReplicaSelector';
const REPLICA_SELECTORS: ReadonlySet<string> = new Set([
  RACK_AWARE_SELECTOR,
  'org.apache.kafka.common.replica.LeaderSelector',
]);

export function checkBrokerRules(config: ConfigReader): void {
  checkIdentity(config);
  checkMode(config);
  checkLogs(config);
  checkReplication(config);
  checkNetwork(config);
  checkGroups(config);
  checkListeners(config);
}

function checkIdentity(config: ConfigReader): void {
  const id = config.get('broker.id');
  if (id !== config.get('node.id')) {
    throw invalidValue('node.id', config.text('node.id'), 'must be the same as broker.id');
  }
  const max = config.get('reserved.broker.max.id');
  if (!config.get('broker.id.generation.enable')) {
    if (id >= 0) return;
    throw invalidValue(
      'broker.id',
      String(id),
      'must be at least 0 when broker.id.generation.enable is false',
    );
  }
  if (id < -1 || id > max) {
    throw invalidValue(
      'broker.id',
      String(id),
      `must be from -1 to ${max} (reserved.broker.max.id); numbers above are generated`,
    );
  }
}

function checkMode(config: ConfigReader): void {
  if (config.get('process.roles').length > 0) {
    throw invalidValue(
      'process.roles',
      config.text('process.roles'),
      'Zurau does not form KRaft clusters; remove process.roles and the controller.* keys',
    );
  }
  const names = config.get('controller.listener.names');
  if (names !== null && names !== '') {
    throw invalidValue('controller.listener.names', names, 'is for KRaft clusters; remove it');
  }
}

function checkLogs(config: ConfigReader): void {
  if (logRollMs(config) < 1) {
    throw invalidValue('log.roll.ms', config.text('log.roll.ms'), 'must be at least 1');
  }
  if (logRollJitterMs(config) < 0) {
    throw invalidValue(
      'log.roll.jitter.ms',
      config.text('log.roll.jitter.ms'),
      'must not be negative',
    );
  }
  if (logRetentionMs(config) === 0) {
    throw invalidValue('log.retention.ms', '0', 'must be -1 (no limit) or at least 1');
  }
  if (logDirs(config).length === 0) {
    throw invalidValue('log.dirs', config.text('log.dirs'), 'must name at least one directory');
  }
  const bufferBytes = config.get('log.cleaner.dedupe.buffer.size');
  if (bufferBytes / config.get('log.cleaner.threads') <= CLEANER_BYTES_PER_THREAD_MIN) {
    throw invalidValue(
      'log.cleaner.dedupe.buffer.size',
      String(bufferBytes),
      `must be more than ${CLEANER_BYTES_PER_THREAD_MIN} for each of log.cleaner.threads`,
    );
  }
}

function checkReplication(config: ConfigReader): void {
  const waitMs = config.get('replica.fetch.wait.max.ms');
  for (const key of ['replica.socket.timeout.ms', 'replica.lag.time.max.ms'] as const) {
    if (waitMs > config.get(key)) {
      throw invalidValue(
        'replica.fetch.wait.max.ms',
        String(waitMs),
        `must not exceed ${key}, which is ${config.get(key)}`,
      );
    }
  }
  const selector = config.get('replica.selector.class');
  if (selector !== null && selector !== '' && !REPLICA_SELECTORS.has(selector)) {
    throw invalidValue(
      'replica.selector.class',
      selector,
      `must be one of ${[...REPLICA_SELECTORS].join(', ')}`,
    );
  }
}

function checkNetwork(config: ConfigReader): void {
  const queuedBytes = config.get('queued.max.request.bytes');
  const requestBytes = config.get('socket.request.max.bytes');
  if (queuedBytes > 0 && queuedBytes < requestBytes) {
    throw invalidValue(
      'queued.max.request.bytes',
      String(queuedBytes),
      `must be at least socket.request.max.bytes, which is ${requestBytes}`,
    );
  }
  const overrides = maxConnectionsPerIpOverrides(config);
  if (config.get('max.connections.per.ip') === 0 && overrides.size === 0) {
    throw invalidValue(
      'max.connections.per.ip',
      '0',
      'must be at least 1 unless max.connections.per.ip.overrides is set',
    );
  }
  const idleMs = config.get('connections.max.idle.ms');
  const delayMs = config.get('connection.failed.authentication.delay.ms');
  if (idleMs >= 0 && delayMs >= idleMs) {
    throw invalidValue(
      'connection.failed.authentication.delay.ms',
      String(delayMs),
      `must be less than connections.max.idle.ms, which is ${idleMs}`,
    );
  }
}

function checkGroups(config: ConfigReader): void {
  for (const what of ['heartbeat.interval.ms', 'session.timeout.ms'] as const) {
    const [min, max] = [`group.consumer.min.${what}`, `group.consumer.max.${what}`] as const;
    checkNotBelow(config, max, min);
    checkNotBelow(config, `group.consumer.${what}`, min);
    checkNotBelow(config, max, `group.consumer.${what}`);
  }
}

type ConsumerGroupKey =
  `group.consumer.${'' | 'min.' | 'max.'}${'heartbeat.interval.ms' | 'session.timeout.ms'}`;

/** Names the one of the two that is not a bound, if one is. */
function checkNotBelow(config: ConfigReader, key: ConsumerGroupKey, other: ConsumerGroupKey): void {
  if (config.get(key) >= config.get(other)) return;
  const isUpperBound = key.startsWith('group.consumer.max.');
  const isOfBounds = isUpperBound && other.startsWith('group.consumer.min.');
  if (isUpperBound && !isOfBounds) {
    throw invalidValue(other, config.text(other), `must not exceed ${key}, ${config.get(key)}`);
  }
  throw invalidValue(key, config.text(key), `must be at least ${other}, ${config.get(other)}`);
}
