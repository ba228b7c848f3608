/** Settings of the group coordinator, by Kafka's names, with the broker's defaults. */

import { codecById, type CompressionCodec } from '@zurau/protocol';
import type { BrokerConfig } from '../../config/broker-config.ts';
import { ConfigError } from '../../config/config-error.ts';
import { assignorByName } from './consumer/assignors/assignor.ts';
import type { MigrationPolicy } from './consumer/migration.ts';

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
  /** `group.coordinator.rebalance.protocols` has `consumer` */
  readonly isConsumerProtocolEnabled: boolean;
  /** `group.consumer.session.timeout.ms` */
  readonly consumerSessionTimeoutMs: number;
  /** `group.consumer.heartbeat.interval.ms` */
  readonly consumerHeartbeatIntervalMs: number;
  /** `group.consumer.max.size` */
  readonly consumerGroupSizeMax: number;
  /** `group.consumer.assignors`: the first is the default. */
  readonly consumerAssignors: readonly string[];
  /** `group.consumer.migration.policy` */
  readonly migrationPolicy: MigrationPolicy;
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
  isConsumerProtocolEnabled: true,
  consumerSessionTimeoutMs: 45_000,
  consumerHeartbeatIntervalMs: 5_000,
  consumerGroupSizeMax: 2_147_483_647,
  consumerAssignors: ['uniform', 'range'],
  migrationPolicy: { upgrade: true, downgrade: true },
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
    isConsumerProtocolEnabled: config
      .get('group.coordinator.rebalance.protocols')
      .includes('consumer'),
    consumerSessionTimeoutMs: config.get('group.consumer.session.timeout.ms'),
    consumerHeartbeatIntervalMs: config.get('group.consumer.heartbeat.interval.ms'),
    consumerGroupSizeMax: config.get('group.consumer.max.size'),
    consumerAssignors: assignorNamesOf(config.get('group.consumer.assignors')),
    migrationPolicy: migrationPolicyOf(config.get('group.consumer.migration.policy')),
    offsetMetadataMax: config.get('offset.metadata.max.bytes'),
    offsetsRetentionMs: config.get('offsets.retention.minutes') * MS_PER_MINUTE,
    offsetsRetentionCheckIntervalMs: config.get('offsets.retention.check.interval.ms'),
    offsetsCommitTimeoutMs: config.get('offsets.commit.timeout.ms'),
    compression: codecById(config.get('offsets.topic.compression.codec')) ?? 'none',
  };
}

function assignorNamesOf(names: readonly string[]): string[] {
  return names.map((name) => {
    const assignor = assignorByName(name);
    if (assignor !== undefined) return assignor.name;
    throw new ConfigError(
      `group.consumer.assignors: there is no assignor ${name}, only uniform and range`,
      'group.consumer.assignors',
    );
  });
}

function migrationPolicyOf(text: string): MigrationPolicy {
  const policy = text.toLowerCase();
  return {
    upgrade: policy === 'upgrade' || policy === 'bidirectional',
    downgrade: policy === 'downgrade' || policy === 'bidirectional',
  };
}
