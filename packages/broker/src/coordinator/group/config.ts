/** Settings of the group coordinator, by Kafka's names, with Kafka 3.9's defaults. */

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
}

export const defaultGroupCoordinatorConfig: GroupCoordinatorConfig = {
  sessionTimeoutMsMin: 6_000,
  sessionTimeoutMsMax: 1_800_000,
  groupSizeMax: 2_147_483_647,
  initialRebalanceDelayMs: 3_000,
  offsetMetadataMax: 4_096,
  offsetsRetentionMs: 10_080 * 60_000,
  offsetsRetentionCheckIntervalMs: 600_000,
  offsetsCommitTimeoutMs: 5_000,
};
