/** Settings of the group coordinator, by Kafka's names, with Kafka 3.9's defaults. */

import { codecById, type CompressionCodec } from '@zurau/protocol';
import type { BrokerConfig } from '../../config/broker-config.ts';

const MS_PER_MINUTE = 60_000;

export interface GroupCoordinatorConfig {
  /** `group.min.session.timeout.ms` */
  readonly sessionTimeoutMsMin: number;
  /** `group.max.session.timeout.ms` */
  readonly sessionTimeoutMsMax: number;
  /** `group.max.size` */
  readonly groupSizeMax: number;
  /** `group.initial.rebalance.delay.ms` */
  readonly initialRebalanceDelayMs: number;
  /** `offset.metadata.max.bytes`; counted in UTF-16 units, as Kafka does. */
  readonly offsetMetadataMax: number;
  /** `offsets.retention.minutes` in milliseconds */
  readonly offsetsRetentionMs: number;
  /** `offsets.retention.check.interval.ms` */
  readonly offsetsRetentionCheckIntervalMs: number;
  /** `offsets.commit.timeout.ms` */
  readonly offsetsCommitTimeoutMs: number;
  /** `offsets.topic.compression.codec` */
  readonly compression: CompressionCodec;
}

export const defaultGroupCoordinatorConfig: GroupCoordinatorConfig = {
  sessionTimeoutMsMin: 6_000,
  sessionTimeoutMsMax: 1_800_000,
  groupSizeMax: 2_147_483_647,
  initialRebalanceDelayMs: 3_000,
  offsetMetadataMax: 4_096,
  offsetsRetentionMs: 10_080 * MS_PER_MINUTE,
  offsetsRetentionCheckIntervalMs: 600_000,
  offsetsCommitTimeoutMs: 5_000,
  compression: 'none',
};

/** What a broker's configuration says of groups. */
export function groupCoordinatorConfigOf(config: BrokerConfig): GroupCoordinatorConfig {
  return {
    sessionTimeoutMsMin: config.get('group.min.session.timeout.ms'),
    sessionTimeoutMsMax: config.get('group.max.session.timeout.ms'),
    groupSizeMax: config.get('group.max.size'),
    initialRebalanceDelayMs: config.get('group.initial.rebalance.delay.ms'),
    offsetMetadataMax: config.get('offset.metadata.max.bytes'),
    offsetsRetentionMs: config.get('offsets.retention.minutes') * MS_PER_MINUTE,
    offsetsRetentionCheckIntervalMs: config.get('offsets.retention.check.interval.ms'),
    offsetsCommitTimeoutMs: config.get('offsets.commit.timeout.ms'),
    compression: codecById(config.get('offsets.topic.compression.codec')) ?? 'none',
  };
}
