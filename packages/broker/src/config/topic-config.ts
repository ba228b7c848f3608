/**
 * The configuration of a topic: its own overrides on top of what the broker's configs say on top of
 * Kafka's defaults.
 *
 * Owns: that resolution, and the check of overrides before they are stored. Pure.
 */
import type { LogConfig } from '@zurau/log';
import { ConfigError } from './config-error.ts';
import type { ConfigReader } from './config-reader.ts';
import type { TopicConfigDefinition, ValueOf } from './definition.ts';
import type { ConfigKey } from './definitions.ts';
import { topicDefinitions } from './definitions/topic.ts';
import { nearestName } from './nearest-name.ts';
import { defaultValue, parseValue, type ParsedValue } from './value-parser.ts';

export type TopicConfigKey = keyof typeof topicDefinitions;
type TopicConfigValue<K extends TopicConfigKey> = ValueOf<(typeof topicDefinitions)[K]>;

/** Overrides of one topic, as texts, by name. */
export type TopicOverrides = Readonly<Record<string, string>>;

/**
 * What storage needs to know of a topic's configuration, and what replication does. Times in
 * milliseconds.
 */
export interface TopicConfig extends LogConfig {
  /** In-sync replicas that an acks=all write needs. */
  readonly minInsyncReplicas: number;
  /** `partition:broker` pairs, or `*`: replicas whose leaders hold back. */
  readonly leaderThrottledReplicas: readonly string[];
  /** As above, followers. */
  readonly followerThrottledReplicas: readonly string[];
  readonly uncleanLeaderElectionEnable: boolean;
}

/** Of the broker's configuration, only the texts of what is set or defaulted. */
type BrokerTexts = Pick<ConfigReader, 'text'>;

/** Every topic config by name. */
export const topicDefinitionByKey: ReadonlyMap<string, TopicConfigDefinition> = new Map(
  Object.entries(topicDefinitions),
);

/** "No limit" of a 64-bit config, as text. */
const LONG_MAX_TEXT = '9223372036854775807';

/**
 * Resolves the overrides of a topic. Overrides that are no topic configs are ignored. Throws {@link
 * ConfigError} for one that is invalid; without overrides it never throws.
 */
export function resolveTopicConfig(config: BrokerTexts, overrides: TopicOverrides): TopicConfig {
  const get = <K extends TopicConfigKey>(key: K): TopicConfigValue<K> =>
    // The table says both what the parser makes of a row and what the type of its value is, so the
    // two agree.
    resolveTopicValue(config, overrides, key).value as TopicConfigValue<K>;
  const cleanupPolicy = get('cleanup.policy');
  const compressionType = get('compression.type') as LogConfig['compressionType'];
  const timestampLimitMs = get('message.timestamp.difference.max.ms');
  return {
    cleanupPolicy: {
      delete: cleanupPolicy.includes('delete'),
      compact: cleanupPolicy.includes('compact'),
    },
    compressionType,
    compressionLevel: compressionLevel(compressionType, get),
    deleteRetentionMs: get('delete.retention.ms'),
    fileDeleteDelayMs: get('file.delete.delay.ms'),
    flushMessages: get('flush.messages'),
    flushMs: get('flush.ms'),
    indexIntervalBytes: get('index.interval.bytes'),
    maxCompactionLagMs: get('max.compaction.lag.ms'),
    maxMessageBytes: get('max.message.bytes'),
    messageTimestampType: get('message.timestamp.type') as LogConfig['messageTimestampType'],
    messageTimestampBeforeMaxMs: limitOr(get('message.timestamp.before.max.ms'), timestampLimitMs),
    messageTimestampAfterMaxMs: limitOr(get('message.timestamp.after.max.ms'), timestampLimitMs),
    minCleanableDirtyRatio: get('min.cleanable.dirty.ratio'),
    minCompactionLagMs: get('min.compaction.lag.ms'),
    minInsyncReplicas: get('min.insync.replicas'),
    leaderThrottledReplicas: get('leader.replication.throttled.replicas'),
    followerThrottledReplicas: get('follower.replication.throttled.replicas'),
    preallocate: get('preallocate'),
    retentionBytes: get('retention.bytes'),
    retentionMs: get('retention.ms'),
    segmentBytes: get('segment.bytes'),
    segmentIndexBytes: get('segment.index.bytes'),
    segmentJitterMs: get('segment.jitter.ms'),
    segmentMs: get('segment.ms'),
    uncleanLeaderElectionEnable: get('unclean.leader.election.enable'),
  };
}

function compressionLevel(
  type: LogConfig['compressionType'],
  get: <K extends TopicConfigKey>(key: K) => TopicConfigValue<K>,
): number | undefined {
  switch (type) {
    case 'gzip': {
      const level = get('compression.gzip.level');
      return level === -1 ? undefined : level;
    }
    case 'lz4':
      return get('compression.lz4.level');
    case 'zstd':
      return get('compression.zstd.level');
    case 'producer':
    case 'uncompressed':
    case 'snappy':
      return undefined;
  }
}

/** The older config that stands for both limits counts where the newer one is not set. */
function limitOr(limitMs: number, otherwiseMs: number): number {
  return limitMs === Number.MAX_SAFE_INTEGER ? otherwiseMs : limitMs;
}

/** One config of a topic, parsed. Throws {@link ConfigError} when the override is invalid. */
export function resolveTopicValue(
  config: BrokerTexts,
  overrides: TopicOverrides,
  key: TopicConfigKey,
): ParsedValue {
  const override = Object.hasOwn(overrides, key) ? overrides[key] : undefined;
  const definition = topicDefinitions[key];
  if (override !== undefined) return parseValue(key, definition, override);
  return defaultValue(key, { ...definition, default: brokerText(config, key) });
}

/** What the broker says about a topic config, in the topic config's unit. */
function brokerText(config: BrokerTexts, key: TopicConfigKey): string {
  const text = synonymText(config, key) ?? topicDefinitions[key].default;
  switch (key) {
    case 'message.format.version':
      // Kafka 3.x ignores what the broker says here.
      return topicDefinitions[key].default;
    case 'retention.ms':
      return text.startsWith('-') ? '-1' : text;
    case 'message.timestamp.before.max.ms':
    case 'message.timestamp.after.max.ms':
      return text === LONG_MAX_TEXT
        ? brokerText(config, 'message.timestamp.difference.max.ms')
        : text;
    default:
      return text;
  }
}

function synonymText(config: BrokerTexts, key: TopicConfigKey): string | undefined {
  const { synonyms }: TopicConfigDefinition = topicDefinitions[key];
  for (const synonym of synonyms) {
    const text = config.text(synonym.key);
    if (text === null) continue;
    return synonym.timesMs === undefined ? text : String(BigInt(text) * BigInt(synonym.timesMs));
  }
  return undefined;
}

/** The broker configs that a topic config takes its default from. */
export function isTopicDefault(key: ConfigKey): boolean {
  return topicDefaultKeys.has(key);
}

const topicDefaultKeys: ReadonlySet<string> = new Set(
  [...topicDefinitionByKey.values()].flatMap(({ synonyms }) => synonyms.map(({ key }) => key)),
);

/**
 * What is wrong with a topic's overrides, in a sentence for the client (INVALID_CONFIG); undefined
 * when nothing is. `config` supplies the other side of rules between two configs; without it
 * Kafka's defaults do.
 */
export function validateTopicConfig(
  overrides: TopicOverrides,
  config: BrokerTexts = KAFKA_DEFAULTS,
): string | undefined {
  for (const key of Object.keys(overrides)) {
    if (topicDefinitionByKey.has(key)) continue;
    const nearest = nearestName(key, topicDefinitionByKey.keys());
    const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
    return `Unknown topic config name: ${key}${hint}`;
  }
  try {
    for (const key of Object.keys(overrides)) {
      resolveTopicValue(config, overrides, key as TopicConfigKey);
    }
    return ruleProblem(resolveTopicConfig(config, overrides), (key) =>
      Boolean(resolveTopicValue(config, overrides, key).value),
    );
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

function ruleProblem(
  topic: TopicConfig,
  isOn: (key: TopicConfigKey) => boolean,
): string | undefined {
  if (topic.minCompactionLagMs > topic.maxCompactionLagMs) {
    return `min.compaction.lag.ms (${topic.minCompactionLagMs}) must not exceed max.compaction.lag.ms (${topic.maxCompactionLagMs})`;
  }
  if (isOn('remote.log.delete.on.disable') || isOn('remote.log.copy.disable')) {
    return 'remote.log.delete.on.disable and remote.log.copy.disable can be set in KRaft clusters only';
  }
  if (isOn('remote.storage.enable')) {
    return 'remote.storage.enable cannot be set: this broker has no tiered storage';
  }
  return undefined;
}

const KAFKA_DEFAULTS: BrokerTexts = { text: () => null };
