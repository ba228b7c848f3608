/** The consumer's settings: names and defaults are Kafka's (`consumer` configs of 3.9) unless said. */
import { clientError } from '../errors.ts';
import type { IsolationLevel } from '../cluster/list-offsets.ts';
import { type CommonConfig, commonSettings } from '../config/common-settings.ts';
import {
  flag,
  oneOf,
  resolveSettings,
  type Setting,
  text,
  wholeNumber,
} from '../config/settings.ts';
import type { PartitionAssignor } from './assignors/assignor.ts';
import {
  type AssignorName,
  assignorNames,
  commonProtocols,
  createAssignors,
} from './assignors/built-in.ts';
import { offsetReset, type OffsetResetRule } from './offset-reset.ts';

/** A built-in assignor by name, or one of your own. */
export type AssignmentStrategy = AssignorName | PartitionAssignor;

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
  /** Where to read a partition that has no position, or one that is no longer in its log; a function says it by topic. */
  readonly autoOffsetReset?: OffsetResetRule;
  /** Whether records of transactions that are open or aborted are delivered. */
  readonly isolationLevel?: IsolationLevel;
  /** Whether the CRC of what is fetched is verified. */
  readonly checkCrcs?: boolean;
  readonly allowAutoCreateTopics?: boolean;
  /**
   * Where this client stands, for brokers that let it read from a near replica (KIP-392), and for assignors that give it partitions that
   * have one (KIP-881).
   */
  readonly clientRack?: string;

  /** The group to be a member of; needed to subscribe, and to commit. */
  readonly groupId?: string;
  /**
   * Makes a static member (KIP-345): one that may be away for `sessionTimeoutMs` and come back to its partitions, without a
   * rebalance. Must be its own for every member. It does not leave the group when it is closed.
   */
  readonly groupInstanceId?: string;
  /** `consumer` is the protocol of KIP-848: the coordinator assigns, and nobody stops for it. */
  readonly groupProtocol?: 'classic' | 'consumer';
  /** Of `groupProtocol: 'consumer'`: the coordinator's assignor, `uniform` or `range`; its default if not said. */
  readonly groupRemoteAssignor?: string;
  /** Of the classic protocol: assignors in order of preference. Those that all members have count. */
  readonly partitionAssignmentStrategy?: readonly AssignmentStrategy[];
  /** Of the classic protocol: a member not heard of for so long is taken for dead. */
  readonly sessionTimeoutMs?: number;
  /** Of the classic protocol: at most a third of `sessionTimeoutMs` is wise. */
  readonly heartbeatIntervalMs?: number;
  /**
   * Longest time between polls, or between two turns of a loop. Whoever takes longer leaves the group: the process lives, but does not get
   * on. Also how long a rebalance waits for a member.
   */
  readonly maxPollIntervalMs?: number;
  /** Whether what is finished is committed from time to time, when partitions are revoked, and on close. */
  readonly enableAutoCommit?: boolean;
  readonly autoCommitIntervalMs?: number;
  /** Whether a RegExp subscribes to topics such as `__consumer_offsets`. */
  readonly excludeInternalTopics?: boolean;
}

const assignmentStrategy: Setting<readonly AssignmentStrategy[]> = {
  defaultValue: ['range', 'cooperative-sticky'],
  check: (value) => {
    if (!Array.isArray(value) || value.length === 0) return 'must be a list of assignors';
    for (const item of value as unknown[]) {
      const isOwn =
        typeof item === 'object' &&
        item !== null &&
        typeof (item as Partial<PartitionAssignor>).name === 'string' &&
        typeof (item as Partial<PartitionAssignor>).assign === 'function';
      if (!isOwn && !assignorNames.includes(item as AssignorName)) {
        return `must hold ${assignorNames.map((name) => `"${name}"`).join(', ')}, or objects with name and assign`;
      }
    }
    return undefined;
  },
};

export function resolveConsumerConfig(config: ConsumerConfig): Required<ConsumerConfig> {
  const resolved = resolveSettings<ConsumerConfig>(
    {
      ...commonSettings(),
      fetchMinBytes: wholeNumber(1, 0),
      fetchMaxWaitMs: wholeNumber(500, 0),
      fetchMaxBytes: wholeNumber(52_428_800, 0),
      maxPartitionFetchBytes: wholeNumber(1_048_576, 0),
      prefetchMaxBytes: wholeNumber(67_108_864, 1),
      maxPollRecords: wholeNumber(500, 1),
      autoOffsetReset: offsetReset,
      isolationLevel: oneOf<IsolationLevel>('read_uncommitted', 'read_committed'),
      checkCrcs: flag(true),
      allowAutoCreateTopics: flag(true),
      clientRack: text(''),
      groupId: text(''),
      groupInstanceId: text(''),
      groupProtocol: oneOf<'classic' | 'consumer'>('classic', 'consumer'),
      groupRemoteAssignor: text(''),
      partitionAssignmentStrategy: assignmentStrategy,
      sessionTimeoutMs: wholeNumber(45_000, 1),
      heartbeatIntervalMs: wholeNumber(3_000, 1),
      maxPollIntervalMs: wholeNumber(300_000, 1),
      enableAutoCommit: flag(true),
      autoCommitIntervalMs: wholeNumber(5_000, 0),
      excludeInternalTopics: flag(true),
    },
    config,
    'Consumer',
  );
  checkGroupSettings(resolved, config);
  return resolved;
}

/** Settings that only make sense together. */
function checkGroupSettings(resolved: Required<ConsumerConfig>, given: ConsumerConfig): void {
  const refuse = (problem: string): never => {
    throw clientError('INVALID_ARGUMENT', `Consumer: ${problem}`);
  };
  if (resolved.groupProtocol === 'consumer') {
    for (const name of [
      'partitionAssignmentStrategy',
      'sessionTimeoutMs',
      'heartbeatIntervalMs',
    ] as const) {
      if (given[name] !== undefined) {
        refuse(`${name} is not for groupProtocol "consumer": there the group decides it.`);
      }
    }
    return;
  }
  if (resolved.groupRemoteAssignor !== '') {
    refuse('groupRemoteAssignor is for groupProtocol "consumer"; see partitionAssignmentStrategy.');
  }
  if (resolved.heartbeatIntervalMs >= resolved.sessionTimeoutMs) {
    refuse('heartbeatIntervalMs must be less than sessionTimeoutMs.');
  }
  if (commonProtocols(createAssignors(resolved.partitionAssignmentStrategy)).length === 0) {
    refuse('the assignors of partitionAssignmentStrategy have no rebalance protocol in common.');
  }
}
