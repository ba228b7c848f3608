/**
 * What an assignor is: who of a classic group reads which partition, decided by the member that the coordinator made leader.
 *
 * All members of a group must have an assignor of the same name, and whoever becomes leader must come to a valid result from what
 * all others sent. So a name is a contract: those that are Kafka's give what Kafka's give.
 */
import type { TopicPartition } from '../../topic-partition.ts';

/**
 * How ownership moves (KIP-429). `eager`: all members give up everything before they join. `cooperative`: members keep what they have, and what has
 * to move is given up first and handed out in a second rebalance.
 */
export type RebalanceProtocol = 'eager' | 'cooperative';

/** A member as the leader sees it. */
export interface SubscribedMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly topics: readonly string[];
  /** What the assignor of that member had to say. */
  readonly userData: Buffer | null;
  /** What the member has and does not want to give up; empty in eager groups. */
  readonly ownedPartitions: readonly TopicPartition[];
  /** In which generation it got them; -1 when it does not say. */
  readonly generationId: number;
  readonly rackId: string | null;
}

/** A partition with the racks of its replicas; none when brokers have no racks. */
export interface AssignablePartition extends TopicPartition {
  readonly racks: readonly string[];
}

/** The partitions by topic, in their order; topics that do not exist are left out. */
export type AssignableTopics = ReadonlyMap<string, readonly AssignablePartition[]>;

/** By member id; members without partitions may be left out. */
export type GroupAssignment = ReadonlyMap<string, readonly TopicPartition[]>;

/** For `partitionAssignmentStrategy`. An object belongs to one consumer, as it may remember what that consumer has. */
export interface PartitionAssignor {
  readonly name: string;
  /** Both, where members may meet others that can only do `eager`. By default `eager`. */
  readonly protocols?: readonly RebalanceProtocol[];
  /** Called in the leader, for which all others wait. What it throws fails the rebalance. */
  assign(
    members: readonly SubscribedMember[],
    topics: AssignableTopics,
  ): GroupAssignment | Promise<GroupAssignment>;
  /**
   * Whether leaders may give a member topics that it did not subscribe to, as some assignors do that go by the leader's subscription alone: they are left
   * unread. By default that is taken for a change of subscription that crossed the rebalance, and the member joins again.
   */
  readonly givesUnsubscribed?: boolean;
  /** What to tell the leader beyond topics and owned partitions. */
  userData?(topics: readonly string[]): Buffer | null;
  /** This consumer was assigned partitions. */
  onAssignment?(partitions: readonly TopicPartition[], generationId: number): void;
}

/** Instance ids first, then member ids: so that static members keep their place whatever their member id is (KIP-345). */
export function compareMembers(a: SubscribedMember, b: SubscribedMember): number {
  if (a.groupInstanceId !== null && b.groupInstanceId !== null) {
    return compareText(a.groupInstanceId, b.groupInstanceId);
  }
  if (a.groupInstanceId !== null) return -1;
  if (b.groupInstanceId !== null) return 1;
  return compareText(a.memberId, b.memberId);
}

/** By UTF-16 code units, as all members must agree on it. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Racks decide nothing where every partition is on every rack, or none is on a consumer's (KIP-881). */
export function racksMatter(
  consumerRacks: ReadonlySet<string>,
  partitionRacks: ReadonlySet<string>,
  racksOfPartitions: Iterable<ReadonlySet<string>>,
): boolean {
  if (![...consumerRacks].some((rack) => partitionRacks.has(rack))) return false;
  for (const racks of racksOfPartitions) if (racks.size !== partitionRacks.size) return true;
  return false;
}
