/**
 * From the broker's configuration to the settings of its parts, which know no configuration keys.
 */
import type { BrokerConfig } from './config/broker-config.ts';
import { maxConnectionsPerIpOverrides } from './config/effective.ts';
import { OFFSETS_TOPIC, TRANSACTION_STATE_TOPIC } from './metadata/internal-topics.ts';
import { interBrokerListenerName } from './config/listeners.ts';
import type { CleanerSettings, LogManagerOptions } from '@zurau/log';
import type { InternalTopicSettings } from './controller/auto-topic-creation.ts';
import type { TopicDefaults } from './controller/topic-plan.ts';
import type { ControllerSettings } from './controller/controller-dependencies.ts';
import type { ServerLimits } from './network/server.ts';

const MS_PER_SECOND = 1000;

export function serverLimits(config: BrokerConfig): ServerLimits {
  const queuedBytesMax = config.get('queued.max.request.bytes');
  return {
    frameBytesMax: config.get('socket.request.max.bytes'),
    queuedBytesMax: queuedBytesMax < 0 ? Infinity : queuedBytesMax,
    connectionsMax: config.get('max.connections'),
    connectionsPerAddressMax: config.get('max.connections.per.ip'),
    connectionsPerAddressOverrides: maxConnectionsPerIpOverrides(config),
    idleMsMax: config.get('connections.max.idle.ms'),
    backlog: config.get('socket.listen.backlog.size'),
  };
}

export function controllerSettings(config: BrokerConfig): ControllerSettings {
  return {
    interBrokerListenerName: interBrokerListenerName(config),
    deleteTopicEnable: config.get('delete.topic.enable'),
    get uncleanLeaderElectionEnable() {
      return config.get('unclean.leader.election.enable');
    },
    autoLeaderRebalanceEnable: config.get('auto.leader.rebalance.enable'),
    leaderImbalanceCheckIntervalMs:
      config.get('leader.imbalance.check.interval.seconds') * MS_PER_SECOND,
    leaderImbalancePerBrokerPercentage: config.get('leader.imbalance.per.broker.percentage'),
  };
}

export function topicDefaults(config: BrokerConfig): TopicDefaults {
  return {
    partitionCount: config.get('num.partitions'),
    replicationFactor: config.get('default.replication.factor'),
  };
}

/** How Kafka sets up the topics that it keeps its own state in. */
export function internalTopicSettings(
  config: BrokerConfig,
  name: string,
): InternalTopicSettings | undefined {
  switch (name) {
    case OFFSETS_TOPIC:
      return {
        partitionCount: config.get('offsets.topic.num.partitions'),
        replicationFactor: config.get('offsets.topic.replication.factor'),
        configs: {
          'cleanup.policy': 'compact',
          'compression.type': 'producer',
          'segment.bytes': String(config.get('offsets.topic.segment.bytes')),
        },
      };
    case TRANSACTION_STATE_TOPIC:
      return {
        partitionCount: config.get('transaction.state.log.num.partitions'),
        replicationFactor: config.get('transaction.state.log.replication.factor'),
        configs: {
          'cleanup.policy': 'compact',
          'compression.type': 'uncompressed',
          'min.insync.replicas': String(config.get('transaction.state.log.min.isr')),
          'segment.bytes': String(config.get('transaction.state.log.segment.bytes')),
          'unclean.leader.election.enable': 'false',
        },
      };
    default:
      return undefined;
  }
}

export function logManagerSettings(config: BrokerConfig): Partial<LogManagerOptions> {
  return {
    recoveryThreads: config.get('num.recovery.threads.per.data.dir'),
    retentionCheckIntervalMs: config.get('log.retention.check.interval.ms'),
    recoveryPointCheckpointIntervalMs: config.get('log.flush.offset.checkpoint.interval.ms'),
    logStartOffsetCheckpointIntervalMs: config.get('log.flush.start.offset.checkpoint.interval.ms'),
    highWatermarkCheckpointIntervalMs: config.get('replica.high.watermark.checkpoint.interval.ms'),
    producerExpirationMs: config.get('producer.id.expiration.ms'),
    producerExpirationCheckIntervalMs: config.get('producer.id.expiration.check.interval.ms'),
    cleaner: config.get('log.cleaner.enable') ? () => cleanerSettings(config) : null,
  };
}

/** As they are now: all of them can be changed at runtime. */
function cleanerSettings(config: BrokerConfig): CleanerSettings {
  return {
    threads: config.get('log.cleaner.threads'),
    dedupeBufferBytes: config.get('log.cleaner.dedupe.buffer.size'),
    dedupeLoadFactor: config.get('log.cleaner.io.buffer.load.factor'),
    ioBufferBytes: config.get('log.cleaner.io.buffer.size'),
    ioBytesPerSecondMax: config.get('log.cleaner.io.max.bytes.per.second'),
    backoffMs: config.get('log.cleaner.backoff.ms'),
  };
}
