/**
 * What a controller needs from the rest of the broker.
 *
 * Owns: the types.
 */
import type { Clock, Random, Timers } from '@zurau/platform';
import type { Logger } from '../logging.ts';
import type { MetadataSession } from '../metadata/store.ts';
import type { BrokerLinkFactory } from './broker-link.ts';

export interface ControllerSettings {
  readonly interBrokerListenerName: string;
  /** `delete.topic.enable` */
  readonly deleteTopicEnable: boolean;
  /** `unclean.leader.election.enable`; may change. */
  readonly uncleanLeaderElectionEnable: boolean;
  /** `auto.leader.rebalance.enable` */
  readonly autoLeaderRebalanceEnable: boolean;
  /** `leader.imbalance.check.interval.seconds`, in ms. */
  readonly leaderImbalanceCheckIntervalMs: number;
  /** `leader.imbalance.per.broker.percentage` */
  readonly leaderImbalancePerBrokerPercentage: number;
}

export interface ControllerDependencies {
  readonly brokerId: number;
  readonly session: MetadataSession;
  readonly linkTo: BrokerLinkFactory;
  readonly settings: ControllerSettings;
  readonly platform: {
    readonly clock: Clock;
    readonly timers: Timers;
    readonly random: Random;
  };
  readonly logger: Logger;
}
