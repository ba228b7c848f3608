/** Groups as ListGroups, DescribeGroups and ConsumerGroupDescribe show them. */
import { CONSUMER_PROTOCOL_TYPE, type ClassicGroup } from './classic-group.ts';
import type { ConsumerGroup, ConsumerGroupState } from './consumer/consumer-group.ts';
import type { Partitions } from './consumer/partitions.ts';
import type { TopicDirectory } from './consumer/topic-directory.ts';
import type { GroupState } from './group-state.ts';
import { NOTHING } from './member.ts';

export interface GroupOverview {
  readonly groupId: string;
  readonly protocolType: string;
  readonly state: GroupState | ConsumerGroupState;
  readonly type: 'classic' | 'consumer';
}

export interface GroupDescription {
  readonly groupId: string;
  readonly state: GroupState;
  readonly protocolType: string;
  /** Empty unless the group is stable, as are the members' metadata and assignments. */
  readonly protocol: string;
  readonly members: readonly {
    readonly memberId: string;
    readonly instanceId: string | null;
    readonly clientId: string;
    readonly clientHost: string;
    readonly metadata: Buffer;
    readonly assignment: Buffer;
  }[];
}

/** A group of the consumer protocol, and each of its members. */
export interface ConsumerGroupDescription {
  readonly groupId: string;
  readonly state: ConsumerGroupState;
  readonly groupEpoch: number;
  readonly assignmentEpoch: number;
  readonly assignor: string;
  readonly members: readonly {
    readonly memberId: string;
    readonly instanceId: string | null;
    readonly rackId: string | null;
    readonly memberEpoch: number;
    readonly clientId: string;
    readonly clientHost: string;
    readonly subscribedTopics: readonly string[];
    readonly subscribedRegex: string | null;
    readonly assignment: readonly NamedPartitions[];
    readonly target: readonly NamedPartitions[];
    readonly type: 'classic' | 'consumer';
  }[];
}

export interface NamedPartitions {
  readonly topicId: string;
  readonly topicName: string;
  readonly partitions: readonly number[];
}

export function overviewOf(group: ClassicGroup | ConsumerGroup): GroupOverview {
  const protocolType =
    group.kind === 'consumer' ? CONSUMER_PROTOCOL_TYPE : (group.protocolType ?? '');
  return { groupId: group.id, protocolType, state: group.state, type: group.kind };
}

export function describeConsumerGroup(
  group: ConsumerGroup,
  assignor: string,
  topics: TopicDirectory,
): ConsumerGroupDescription {
  return {
    groupId: group.id,
    state: group.state,
    groupEpoch: group.epoch,
    assignmentEpoch: group.assignmentEpoch,
    assignor,
    members: [...group.members.values()].map((member) => ({
      memberId: member.id,
      instanceId: member.instanceId,
      rackId: member.rackId,
      memberEpoch: member.epoch,
      clientId: member.clientId,
      clientHost: member.clientHost,
      subscribedTopics: member.subscribedTopics,
      subscribedRegex: member.subscribedRegex,
      assignment: named(member.assigned, topics),
      target: named(group.target(member.id), topics),
      type: member.classic === null ? 'consumer' : 'classic',
    })),
  };
}

/** Topics that are gone have no name any more and are left out. */
function named(partitions: Partitions, topics: TopicDirectory): NamedPartitions[] {
  return [...partitions].flatMap(([topicId, set]) => {
    const topicName = topics.byId(topicId)?.name;
    if (topicName === undefined) return [];
    return [{ topicId, topicName, partitions: [...set].toSorted((a, b) => a - b) }];
  });
}

/** What Kafka shows of a group that does not exist. */
export function describeMissing(groupId: string): GroupDescription {
  return { groupId, state: 'Dead', protocolType: '', protocol: '', members: [] };
}

export function describe(group: ClassicGroup): GroupDescription {
  const protocol = group.is('Stable') ? group.protocolName : null;
  return {
    groupId: group.id,
    state: group.state,
    protocolType: group.protocolType ?? '',
    protocol: protocol ?? '',
    members: [...group.members].map((member) => ({
      memberId: member.id,
      instanceId: member.instanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      metadata: protocol === null ? NOTHING : member.metadata(protocol),
      assignment: protocol === null ? NOTHING : member.assignment,
    })),
  };
}
