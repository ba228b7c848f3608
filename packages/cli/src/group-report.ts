/** How far a group has come, per partition and per member: what `zurau groups describe` shows. */
import type { Admin, GroupCoordinatorNode, GroupDescription, TopicPartition } from '@zurau/client';
import { keyOf } from './topic-selection.ts';
import type { Unread } from './time-lag.ts';

export interface PartitionReport {
  readonly topic: string;
  readonly partition: number;
  /** Offset that is read next; null when the group has committed none. */
  readonly committed: number | null;
  /** Null while nobody leads the partition, or when the topic is gone. */
  readonly end: number | null;
  /** In records; null when it is not known. */
  readonly lag: number | null;
  /** Age of the first record that is to be read; 0 when there is none, null when it is not known. Absent when nobody asked. */
  readonly lagSeconds?: number | null;
  /** Id of the member that has it. */
  readonly member: string | null;
}

export interface MemberReport {
  readonly member: string;
  readonly instance: string | null;
  readonly client: string;
  readonly host: string;
  readonly partitions: number;
  readonly lag: number;
  /** Largest of its partitions. Absent when nobody asked. */
  readonly lagSeconds?: number;
  readonly assignment: readonly AssignedTopic[];
}

export interface AssignedTopic {
  readonly topic: string;
  readonly partitions: readonly number[];
}

export interface GroupReport {
  readonly group: string;
  readonly type: string;
  readonly state: string;
  readonly coordinator: GroupCoordinatorNode;
  readonly assignor: string;
  /** Sum over the partitions whose lag is known. */
  readonly lag: number;
  /** Largest over the partitions. Absent when nobody asked. */
  readonly lagSeconds?: number;
  readonly partitions: readonly PartitionReport[];
  readonly members: readonly MemberReport[];
}

/** Looks up ages of unread records; see `time-lag.ts`. */
export type AgesOf = (unread: readonly Unread[]) => Promise<ReadonlyMap<string, number>>;

/** Without `agesOf` there is no lag in time. Rejects with `GROUP_ID_NOT_FOUND`. */
export async function reportOn(
  admin: Admin,
  groupId: string,
  agesOf?: AgesOf,
): Promise<GroupReport> {
  const [descriptions, offsets] = await Promise.all([
    admin.describeGroups([groupId]),
    admin.fetchGroupOffsets(groupId),
  ]);
  const [group] = descriptions;
  if (group === undefined) throw new Error(`nothing is known of group ${groupId}`);
  const committed = new Map(offsets.map((each) => [keyOf(each), each.offset]));
  const owners = ownersIn(group);
  const wanted = new Map(
    [...offsets, ...group.members.flatMap((member) => member.partitions)].map((each) => [
      keyOf(each),
      { topic: each.topic, partition: each.partition },
    ]),
  );
  const ends = await endOffsets(admin, [...wanted.values()]);
  const inRecords = [...wanted]
    .map(([key, of]) => partitionReport(of, committed.get(key), ends.get(key), owners.get(key)))
    .toSorted((a, b) => compare(a.topic, b.topic) || a.partition - b.partition);
  const partitions = agesOf === undefined ? inRecords : await withAges(inRecords, agesOf);
  const members = group.members.map((member): MemberReport => {
    const own = partitions.filter((each) => each.member === member.memberId);
    return {
      member: member.memberId,
      instance: member.groupInstanceId,
      client: member.clientId,
      host: member.clientHost.replace(/^\//, ''),
      partitions: own.length,
      lag: totalLag(own),
      ...(agesOf === undefined ? {} : { lagSeconds: largestAge(own) }),
      assignment: assignmentOf(own),
    };
  });
  return {
    group: groupId,
    type: group.type,
    state: group.state,
    coordinator: group.coordinator,
    assignor: group.protocol,
    lag: totalLag(partitions),
    ...(agesOf === undefined ? {} : { lagSeconds: largestAge(partitions) }),
    partitions,
    members,
  };
}

/** The end of each partition that has a leader, by {@link keyOf}. */
async function endOffsets(
  admin: Admin,
  partitions: readonly TopicPartition[],
): Promise<ReadonlyMap<string, number>> {
  const exist = await ledPartitions(admin, partitions);
  const answers = await admin.listOffsets(exist.map((of) => ({ ...of, at: 'end' as const })));
  return new Map(answers.map((answer) => [keyOf(answer), answer.offset]));
}

async function ledPartitions(
  admin: Admin,
  partitions: readonly TopicPartition[],
): Promise<TopicPartition[]> {
  const led = new Set<string>();
  for (const topic of await admin.listTopics({ internal: true })) {
    for (const { partition, leader } of topic.partitions) {
      if (leader >= 0) led.add(keyOf({ topic: topic.name, partition }));
    }
  }
  return partitions.filter((of) => led.has(keyOf(of)));
}

function ownersIn(group: GroupDescription): Map<string, string> {
  return new Map(
    group.members.flatMap(({ memberId, partitions }) =>
      partitions.map((of): [string, string] => [keyOf(of), memberId]),
    ),
  );
}

function partitionReport(
  { topic, partition }: TopicPartition,
  committed: number | undefined,
  end: number | undefined,
  member: string | undefined,
): PartitionReport {
  return {
    topic,
    partition,
    committed: committed ?? null,
    end: end ?? null,
    lag: committed === undefined || end === undefined ? null : Math.max(0, end - committed),
    member: member ?? null,
  };
}

async function withAges(
  reports: readonly PartitionReport[],
  agesOf: AgesOf,
): Promise<PartitionReport[]> {
  const unread = reports.flatMap(({ topic, partition, committed, end, lag }) =>
    committed === null || end === null || lag === 0 ? [] : [{ topic, partition, committed, end }],
  );
  const ages = await agesOf(unread);
  return reports.map((report) => ({
    ...report,
    lagSeconds: report.lag === 0 ? 0 : (ages.get(keyOf(report)) ?? null),
  }));
}

function largestAge(partitions: readonly PartitionReport[]): number {
  return Math.max(0, ...partitions.map(({ lagSeconds }) => lagSeconds ?? 0));
}

function assignmentOf(partitions: readonly PartitionReport[]): AssignedTopic[] {
  const topics = new Map<string, number[]>();
  for (const { topic, partition } of partitions) {
    const numbers = topics.get(topic);
    if (numbers === undefined) topics.set(topic, [partition]);
    else numbers.push(partition);
  }
  return Array.from(topics, ([topic, numbers]) => ({ topic, partitions: numbers }));
}

function totalLag(partitions: readonly PartitionReport[]): number {
  return partitions.reduce((sum, { lag }) => sum + (lag ?? 0), 0);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
