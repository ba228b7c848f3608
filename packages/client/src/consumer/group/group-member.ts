/**
 * A consumer's membership in a group, and what the two protocols of groups need from the consumer around them.
 *
 * Between the two there is one rule: what touches the partitions of the consumer happens in steps, and a step runs only when the user is at
 * rest, that is inside of a poll. Everything else (heartbeats, requests) happens beside the user.
 */
import type { Cluster } from '../../cluster/cluster.ts';
import type { TopicPartition } from '../../topic-partition.ts';
import type { ConsumerConfig } from '../consumer-config.ts';
import type { MemberIdentity } from './classic-membership.ts';
import type { GroupEvent } from './group-event.ts';
import type { Subscription } from './subscription.ts';

/** Called in a poll, and awaited there before the rebalance goes on; an error becomes the poll's, once the rebalance is done. */
export interface RebalanceListener {
  /**
   * New partitions, which may be none: the rebalance is over. To begin elsewhere than at the committed offset, seek here.
   */
  onPartitionsAssigned?(partitions: readonly TopicPartition[]): Promise<void> | void;
  /** These go to others when this is done; what is finished was committed already, if `enableAutoCommit` is on. */
  onPartitionsRevoked?(partitions: readonly TopicPartition[]): Promise<void> | void;
  /**
   * These may be with others already, because the group gave this member up: nothing can be committed any more. Without this
   * function, `onPartitionsRevoked` is called.
   */
  onPartitionsLost?(partitions: readonly TopicPartition[]): Promise<void> | void;
}

/** What a group needs of its consumer. */
export interface GroupHost {
  readonly cluster: Cluster;
  readonly config: Required<ConsumerConfig>;
  readonly listener: RebalanceListener;
  /** The partitions of the group that are read now. */
  owned(): TopicPartition[];
  /** Partitions that stay are not touched. */
  change(added: readonly TopicPartition[], removed: readonly TopicPartition[]): void;
  /** Nothing of these is returned any more, until they are removed. */
  hold(partitions: readonly TopicPartition[]): void;
  /** With auto commit: commits what is finished. Resolves when it is known how that went, or it took too long. */
  commitFinished(): Promise<void>;
  /** Monotonic time since which the user works on what a poll returned; undefined while at rest. */
  busySinceMs(): number | undefined;
  /** There is a step to take, or a failure: a poll that waits looks. */
  wake(): void;
  emit(event: GroupEvent): void;
}

export interface GroupMember {
  readonly identity: MemberIdentity;
  readonly info: GroupInfo;
  /** The group gave the partitions of this member up, which has not been told yet. */
  readonly lost: boolean;
  /** From the next poll on. */
  subscribe(subscription: Subscription): void;
  /**
   * The step to take now; undefined when there is none. The same promise until the step is done; never rejects. Throws what ended the membership
   * for good, and what went wrong in the last step.
   */
  step(): Promise<void> | undefined;
  /** Members take part as often as somebody asks for it. */
  enforceRebalance(reason: string): void;
  /** There are new metadata. */
  onTopicsChanged(): void;
  /** OffsetCommit was refused: perhaps the first to learn that the membership is over. */
  onCommitError(errorCode: number, askedAs: MemberIdentity): void;
  /** Ends all activity and takes leave. Tells the user nothing. Idempotent. */
  close(options: LeaveOptions): Promise<void>;
}

export interface LeaveOptions {
  /** By default dynamic members leave, static ones do not. */
  readonly leaveGroup: boolean | undefined;
  /** Monotonic. */
  readonly deadlineMs: number;
  readonly reason: string;
}

export interface GroupInfo {
  readonly state: 'out' | 'rebalancing' | 'stable';
  readonly leaderId: string;
  readonly protocolName: string | null;
  /** Monotonic time of the last answer to a heartbeat; undefined before the first. */
  readonly lastHeartbeatMs: number | undefined;
}
