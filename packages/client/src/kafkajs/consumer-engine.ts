/** The engine's consumer behind KafkaJS's: its settings, with KafkaJS's defaults, and the application's assigners. */
import type { CommonConfig } from '../config/common-settings.ts';
import { Consumer as EngineConsumer } from '../consumer/consumer.ts';
import { engineAssignor, PartitionAssigners } from './assigners.ts';
import type { ConsumerConfig } from './consumer-types.ts';
import type { Logger } from './logger.ts';
import { type PartitionMetadata, toPartitionMetadata } from './partitioners.ts';

/** KafkaJS's defaults. Times in milliseconds. */
export const SESSION_TIMEOUT_MS = 30_000;
const REBALANCE_TIMEOUT_MS = 60_000;
export const HEARTBEAT_INTERVAL_MS = 3_000;
const METADATA_MAX_AGE_MS = 300_000;
const MAX_WAIT_MS = 5_000;
const PARTITION_BYTES = 1_048_576;
const FETCH_BYTES = 10_485_760;
/** In KafkaJS heartbeats wait for the application; here they do not, so an interval of nothing would be a flood of them. */
const HEARTBEAT_INTERVAL_MS_MIN = 50;
/** A batch is what was fetched of a partition, up to so many messages. */
const BATCH_MESSAGES_MAX = 10_000;

/** `fromBeginning` has the topics subscribed to, with whether to read each from its beginning; it may change. Throws the engine's errors. */
export function createConsumerEngine(
  common: CommonConfig,
  config: ConsumerConfig,
  fromBeginning: ReadonlyMap<string, boolean>,
  logger: Logger,
): EngineConsumer {
  const { groupId, partitionAssigners = [PartitionAssigners.roundRobin] } = config;
  const heartbeat = config.heartbeatInterval ?? HEARTBEAT_INTERVAL_MS;
  /** For assigners, which may not wait. */
  const partitionsOf = new Map<string, PartitionMetadata[]>();
  const learn = async (topics: readonly string[]): Promise<void> => {
    for (const topic of topics) {
      const partitions = await engine.partitionsFor(topic);
      partitionsOf.set(topic, partitions.map(toPartitionMetadata));
    }
  };
  const engine: EngineConsumer = new EngineConsumer({
    ...common,
    groupId,
    sessionTimeoutMs: config.sessionTimeout ?? SESSION_TIMEOUT_MS,
    maxPollIntervalMs: config.rebalanceTimeout ?? REBALANCE_TIMEOUT_MS,
    heartbeatIntervalMs: Math.max(heartbeat, HEARTBEAT_INTERVAL_MS_MIN),
    maxPartitionFetchBytes: config.maxBytesPerPartition ?? PARTITION_BYTES,
    fetchMinBytes: config.minBytes ?? 1,
    fetchMaxBytes: config.maxBytes ?? FETCH_BYTES,
    fetchMaxWaitMs: config.maxWaitTimeInMs ?? MAX_WAIT_MS,
    metadataMaxAgeMs: config.metadataMaxAge ?? METADATA_MAX_AGE_MS,
    allowAutoCreateTopics: config.allowAutoTopicCreation ?? true,
    isolationLevel: config.readUncommitted === true ? 'read_uncommitted' : 'read_committed',
    clientRack: config.rackId ?? '',
    enableAutoCommit: false,
    excludeInternalTopics: false,
    maxPollRecords: BATCH_MESSAGES_MAX,
    autoOffsetReset: (topic) => (fromBeginning.get(topic) === true ? 'earliest' : 'latest'),
    partitionAssignmentStrategy: partitionAssigners.map((create) => {
      const cluster = {
        findTopicPartitionMetadata: (topic: string) => partitionsOf.get(topic) ?? [],
      };
      const assigner = create({ cluster, groupId, logger });
      return engineAssignor(assigner, () => [...fromBeginning.keys()], learn);
    }),
  });
  return engine;
}
