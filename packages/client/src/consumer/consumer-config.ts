/** The consumer's settings: names and defaults are Kafka's (`consumer` configs of 3.9) unless said. */
import type { IsolationLevel } from '../cluster/list-offsets.ts';
import { type CommonConfig, commonSettings } from '../config/common-settings.ts';
import { flag, oneOf, resolveSettings, text, wholeNumber } from '../config/settings.ts';

export interface ConsumerConfig extends CommonConfig {
  /** A fetch waits until so many bytes are there, or `fetchMaxWaitMs` are over. */
  readonly fetchMinBytes?: number;
  readonly fetchMaxWaitMs?: number;
  /** Largest response, in bytes; a single larger batch is delivered all the same. */
  readonly fetchMaxBytes?: number;
  readonly maxPartitionFetchBytes?: number;
  /** Limit of what is fetched ahead of `poll`, in bytes over all partitions. Zurau's own, default 64 MiB. */
  readonly prefetchMaxBytes?: number;
  /** Records that one `poll` returns at most. */
  readonly maxPollRecords?: number;
  /** Where to read a partition that has no position, or one that is no longer in its log. */
  readonly autoOffsetReset?: 'earliest' | 'latest' | 'none';
  /** Whether records of transactions that are open or aborted are delivered. */
  readonly isolationLevel?: IsolationLevel;
  /** Whether the CRC of what is fetched is verified. */
  readonly checkCrcs?: boolean;
  readonly allowAutoCreateTopics?: boolean;
  /** Where this client stands, for brokers that let it read from a near replica. */
  readonly clientRack?: string;
}

export function resolveConsumerConfig(config: ConsumerConfig): Required<ConsumerConfig> {
  return resolveSettings<ConsumerConfig>(
    {
      ...commonSettings(),
      fetchMinBytes: wholeNumber(1, 0),
      fetchMaxWaitMs: wholeNumber(500, 0),
      fetchMaxBytes: wholeNumber(52_428_800, 0),
      maxPartitionFetchBytes: wholeNumber(1_048_576, 0),
      prefetchMaxBytes: wholeNumber(67_108_864, 1),
      maxPollRecords: wholeNumber(500, 1),
      autoOffsetReset: oneOf<'earliest' | 'latest' | 'none'>('latest', 'earliest', 'none'),
      isolationLevel: oneOf<IsolationLevel>('read_uncommitted', 'read_committed'),
      checkCrcs: flag(true),
      allowAutoCreateTopics: flag(true),
      clientRack: text(''),
    },
    config,
    'Consumer',
  );
}
