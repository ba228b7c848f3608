/**
 * Groups between the two protocols, while their members go on (KIP-848): the first member of the consumer protocol makes a classic group a consumer
 * group, in which the others stay as they are; when the last such member goes, what remains may be a classic group again.
 *
 * Both ways a member keeps its id, its epoch is the generation, and what was assigned stays assigned.
 */
import {
  DecodeError,
  ErrorCode,
  consumerProtocolAssignment,
  consumerProtocolSubscription,
  decodeVersioned,
  encodeVersioned,
  versionOf,
} from '@zurau/protocol';
import { CoordinatorError } from '../../runtime/coordinator-error.ts';
import { CONSUMER_PROTOCOL_TYPE, ClassicGroup } from '../classic-group.ts';
import type { GroupRecord } from '../group-records.ts';
import { groupSnapshotRecord } from '../group-snapshot.ts';
import { Member } from '../member.ts';
import { ConsumerGroup } from './consumer-group.ts';
import { newMember, type ConsumerMember } from './consumer-member.ts';
import { foundingRecords, groupTombstones } from './group-changes.ts';
import {
  NO_PARTITIONS,
  partitionsFrom,
  type Partitions,
  type TopicPartitionList,
} from './partitions.ts';
import type { TopicDirectory } from './topic-directory.ts';

/** Which ways are open: `group.consumer.migration.policy`. */
export interface MigrationPolicy {
  readonly upgrade: boolean;
  readonly downgrade: boolean;
}

/** What a consumer of the classic protocol says of its subscription. */
export interface ClassicSubscription {
  readonly topics: readonly string[];
  readonly rackId: string | null;
  readonly owned: readonly TopicPartitionList[];
}

/** Throws DecodeError. */
export function readSubscription(metadata: Buffer, directory: TopicDirectory): ClassicSubscription {
  const { topics, ownedPartitions, rackId } = decodeVersioned(
    consumerProtocolSubscription,
    metadata,
    { newerAsNewest: true },
  );
  const owned = ownedPartitions.flatMap(({ topic, partitions }) => {
    const topicId = directory.byName(topic)?.id;
    return topicId === undefined ? [] : [{ topicId, partitions }];
  });
  return { topics, rackId, owned };
}

/** An assignment as the member's client can read it: in the version of its subscription. */
export function writeAssignment(
  partitions: Partitions,
  subscription: Buffer,
  directory: TopicDirectory,
): Buffer {
  const assignedPartitions = [...partitions].flatMap(([topicId, set]) => {
    const topic = directory.byId(topicId)?.name;
    return topic === undefined ? [] : [{ topic, partitions: [...set].toSorted((a, b) => a - b) }];
  });
  const version = Math.max(
    0,
    Math.min(versionOf(subscription), consumerProtocolAssignment.maxVersion),
  );
  return encodeVersioned(
    consumerProtocolAssignment,
    { assignedPartitions, userData: null },
    version,
  );
}

/** The classic group as a consumer group, and the records that make it one. Throws GROUP_ID_NOT_FOUND when its members are no consumers. */
export function upgrade(
  classic: ClassicGroup,
  directory: TopicDirectory,
): { readonly group: ConsumerGroup; readonly records: readonly GroupRecord[] } {
  const members = [...classic.members].map((member) => upgraded(classic, member, directory));
  const founding = foundingRecords(classic.id, classic.generationId, members);
  const group = new ConsumerGroup(classic.id);
  for (const record of founding) group.replay(record);
  return { group, records: [{ kind: 'group', group: classic.id, value: null }, ...founding] };
}

function upgraded(
  classic: ClassicGroup,
  member: Member,
  directory: TopicDirectory,
): ConsumerMember {
  const { protocols, rebalanceTimeoutMs, sessionTimeoutMs } = member.terms;
  const metadata =
    classic.protocolName === null ? protocols[0]?.metadata : member.metadata(classic.protocolName);
  try {
    const { topics, rackId } = readSubscription(metadata ?? member.assignment, directory);
    return {
      ...newMember(member.id),
      instanceId: member.instanceId,
      rackId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      rebalanceTimeoutMs,
      subscribedTopics: topics.toSorted(),
      classic: { sessionTimeoutMs, protocols },
      epoch: classic.generationId,
      previousEpoch: classic.generationId,
      assigned: readAssignment(member.assignment, directory),
    };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new CoordinatorError(
      ErrorCode.GROUP_ID_NOT_FOUND,
      `Cannot upgrade the classic group ${classic.id} to consumer group because the embedded consumer protocol is malformed.`,
    );
  }
}

/** A member that was not given its assignment yet has none. */
function readAssignment(assignment: Buffer, directory: TopicDirectory): Partitions {
  if (assignment.length === 0) return NO_PARTITIONS;
  const { assignedPartitions } = decodeVersioned(consumerProtocolAssignment, assignment, {
    newerAsNewest: true,
  });
  return partitionsFrom(
    assignedPartitions.flatMap(({ topic, partitions }) => {
      const topicId = directory.byName(topic)?.id;
      return topicId === undefined ? [] : [{ topicId, partitions }];
    }),
  );
}

/** Whether the group without `leaving` consists of members of the classic protocol only. */
export function isClassicWithout(group: ConsumerGroup, leaving: ConsumerMember): boolean {
  if (leaving.classic !== null || group.size < 2) return false;
  return [...group.members.values()].every(
    (member) => member.id === leaving.id || member.classic !== null,
  );
}

/** The records that make the group, without `leavingId`, a classic group; it has to rebalance then. */
export function downgrade(
  group: ConsumerGroup,
  leavingId: string,
  directory: TopicDirectory,
  nowMs: number,
): GroupRecord[] {
  const members = [...group.members.values()].flatMap((member) => {
    if (member.id === leavingId || member.classic === null) return [];
    const { sessionTimeoutMs, protocols } = member.classic;
    const { id, instanceId, clientId, clientHost, rebalanceTimeoutMs } = member;
    return [
      new Member(
        { id, instanceId, clientId, clientHost },
        { rebalanceTimeoutMs, sessionTimeoutMs, protocols },
      ),
    ];
  });
  const classic = ClassicGroup.load(group.id, {
    generationId: group.epoch,
    protocolType: CONSUMER_PROTOCOL_TYPE,
    protocolName: null,
    leaderId: members[0]?.id ?? null,
    stateSinceMs: nowMs,
    members,
  });
  const protocolName = classic.selectProtocol();
  classic.protocolName = protocolName;
  const assignments = new Map(
    members.map((member) => [
      member.id,
      writeAssignment(group.target(member.id), member.metadata(protocolName), directory),
    ]),
  );
  return [...groupTombstones(group), groupSnapshotRecord(classic, assignments)];
}
