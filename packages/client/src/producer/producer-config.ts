/** The producer's settings: names and defaults are Kafka's (`producer` configs of 3.9) unless said. */
import type { CompressionCodec } from '@zurau/protocol';
import { type CommonConfig, commonSettings } from '../config/common-settings.ts';
import {
  flag,
  oneOf,
  resolveSettings,
  type Setting,
  type Settings,
  text,
  wholeNumber,
} from '../config/settings.ts';
import { clientError } from '../errors.ts';
import type { Partitioner } from './partitioner.ts';

/** How many replicas must have a record before it counts as sent: none is asked, the leader, all in sync. */
export type Acks = 0 | 1 | 'all';

export interface ProducerConfig extends CommonConfig {
  readonly acks?: Acks;
  /**
   * Each record is written once and in order, however often its batch is sent. Needs acks `all`; the default is true
   * with `all` and false otherwise.
   */
  readonly enableIdempotence?: boolean;
  readonly compressionType?: CompressionCodec;
  /** Records of a partition are sent together up to this size, in bytes before compression. */
  readonly batchSize?: number;
  /** How long a batch that is not full waits for more records. 0 still gathers what is sent in one turn of the event loop. */
  readonly lingerMs?: number;
  /**
   * Bytes of records that may wait for their acknowledgement, with what the client itself needs for each; above it
   * `send` waits up to `maxBlockMs`.
   */
  readonly bufferMemory?: number;
  /** Limit for waiting for metadata of a topic and for room in `bufferMemory`. */
  readonly maxBlockMs?: number;
  /** Largest request, and largest record before compression, in bytes. */
  readonly maxRequestSize?: number;
  /** Requests that one broker may have unanswered. Without idempotence, more than 1 can reorder records when one is retried. */
  readonly maxInFlightRequestsPerConnection?: number;
  /** Limit from `send` to acknowledgement, all retries included. */
  readonly deliveryTimeoutMs?: number;
  /** How often a batch is sent again; the real limit is `deliveryTimeoutMs`. */
  readonly retries?: number;
  /** Whether to send to a topic that does not exist may create it, on clusters that allow that. Zurau's own, default true. */
  readonly allowAutoCreateTopics?: boolean;
  /**
   * How the partition is chosen of a record that does not name one. `default`: by key as Kafka's Java client does, and without a key the same one until
   * about `batchSize` bytes went there. `round-robin`: one after the other, whatever the key. Or a function.
   */
  readonly partitioner?: 'default' | 'round-robin' | Partitioner;
  /** The default partitioner takes no account of keys: they then say nothing about order. */
  readonly partitionerIgnoreKeys?: boolean;
  /** Records without a key go rather to partitions whose brokers keep up than to all alike (KIP-794). */
  readonly partitionerAdaptivePartitioningEnable?: boolean;
  /** Partitions of a broker that has not taken what was ready for so long get no records without a key; 0, the default: they do. */
  readonly partitionerAvailabilityTimeoutMs?: number;
  /**
   * Makes the producer transactional (KIP-98). Of all producers with one id the last to start counts: those before are shut out. So give each instance
   * an id of its own, and the same one after a restart. Empty, the default: no transactions.
   */
  readonly transactionalId?: string;
  /** The broker aborts a transaction that is open for longer; brokers allow 15 minutes unless told otherwise. */
  readonly transactionTimeoutMs?: number;
}

/** What the broker's deduplication can look back on (KIP-98). */
const IDEMPOTENT_IN_FLIGHT_MAX = 5;

export function resolveProducerConfig(config: ProducerConfig): Required<ProducerConfig> {
  const acks = config.acks ?? 'all';
  const settings: Settings<ProducerConfig> = {
    ...commonSettings(),
    acks: oneOf<Acks>('all', 0, 1),
    enableIdempotence: flag(acks === 'all'),
    compressionType: oneOf<CompressionCodec>('none', 'gzip', 'snappy', 'lz4', 'zstd'),
    batchSize: wholeNumber(16_384, 0),
    lingerMs: wholeNumber(0, 0),
    bufferMemory: wholeNumber(33_554_432, 0, Number.MAX_SAFE_INTEGER),
    maxBlockMs: wholeNumber(60_000, 0),
    maxRequestSize: wholeNumber(1_048_576, 1),
    maxInFlightRequestsPerConnection: wholeNumber(5, 1),
    deliveryTimeoutMs: wholeNumber(120_000, 1),
    retries: wholeNumber(2 ** 31 - 1, 0),
    allowAutoCreateTopics: flag(true),
    partitioner: partitioner(),
    partitionerIgnoreKeys: flag(false),
    partitionerAdaptivePartitioningEnable: flag(true),
    partitionerAvailabilityTimeoutMs: wholeNumber(0, 0),
    transactionalId: text(''),
    transactionTimeoutMs: wholeNumber(60_000, 1),
  };
  const resolved = resolveSettings<ProducerConfig>(settings, config, 'Producer');
  if (resolved.enableIdempotence) {
    if (resolved.acks !== 'all') {
      throw clientError('INVALID_ARGUMENT', 'Producer: enableIdempotence needs acks "all".');
    }
    if (resolved.maxInFlightRequestsPerConnection > IDEMPOTENT_IN_FLIGHT_MAX) {
      throw clientError(
        'INVALID_ARGUMENT',
        `Producer: enableIdempotence needs maxInFlightRequestsPerConnection of ${IDEMPOTENT_IN_FLIGHT_MAX} at most.`,
      );
    }
  }
  if (resolved.transactionalId !== '' && !resolved.enableIdempotence) {
    throw clientError('INVALID_ARGUMENT', 'Producer: transactionalId needs enableIdempotence.');
  }
  if (resolved.deliveryTimeoutMs < resolved.lingerMs + resolved.requestTimeoutMs) {
    if (config.deliveryTimeoutMs !== undefined) {
      throw clientError(
        'INVALID_ARGUMENT',
        'Producer: deliveryTimeoutMs must be at least lingerMs + requestTimeoutMs.',
      );
    }
    return { ...resolved, deliveryTimeoutMs: resolved.lingerMs + resolved.requestTimeoutMs };
  }
  return resolved;
}

type PartitionerSetting = NonNullable<ProducerConfig['partitioner']>;

function partitioner(): Setting<PartitionerSetting> {
  const named = oneOf<PartitionerSetting>('default', 'round-robin');
  return {
    defaultValue: named.defaultValue,
    check: (value) =>
      typeof value === 'function' || named.check(value) === undefined
        ? undefined
        : 'must be "default", "round-robin" or a function',
  };
}
