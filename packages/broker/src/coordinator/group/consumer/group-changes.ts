/**
 * What becomes of a consumer group when a member comes, says something new, moves on or goes: the records, in the order in which they are written.
 *
 * Everything is decided on the group as it is, and nothing is changed: that is the records' part, when they are replayed.
 */
import type { Assignor } from './assignors/assignor.ts';
import type { ConsumerGroup, GroupTopic, ResolvedRegex } from './consumer-group.ts';
import {
  JOIN_EPOCH,
  progressValue,
  sameSubscription,
  sameTerms,
  termsValue,
  type ConsumerMember,
} from './consumer-member.ts';
import type { ConsumerRecord } from './consumer-records.ts';
import {
  NO_PARTITIONS,
  partitionLists,
  samePartitions,
  type Partitions,
  type TopicPartitionList,
} from './partitions.ts';
import { reconcile, type Target } from './reconcile.ts';
import { topicNamesOf, type SubscriptionResolver } from './subscriptions.ts';

export interface GroupChangesOptions {
  readonly resolver: SubscriptionResolver;
  /** The first is the default. */
  readonly assignors: readonly Assignor[];
  readonly nowMs: () => number;
}

/** A member with what it says now. */
export interface MemberStep {
  /** As the group knows it; new members as `newMember` makes them. */
  readonly before: ConsumerMember;
  readonly after: ConsumerMember;
  /** Member id of the static member whose place it takes. */
  readonly replaced: string | undefined;
  /** What it says it owns; null when it did not say. */
  readonly owned: readonly TopicPartitionList[] | null;
}

export interface MemberOutcome {
  readonly member: ConsumerMember;
  readonly records: readonly ConsumerRecord[];
}

export class GroupChanges {
  readonly #options: GroupChangesOptions;

  constructor(options: GroupChangesOptions) {
    this.#options = options;
  }

  /** Takes in what a member says; a new target if that calls for one; the member's next step towards it. Throws CoordinatorError. */
  step(group: ConsumerGroup, { before, after, replaced, owned }: MemberStep): MemberOutcome {
    const records: ConsumerRecord[] = [];
    if (!sameTerms(before, after)) records.push(termsRecord(group, after));
    const isNew = replaced === undefined && group.member(after.id) === undefined;
    const isCalledFor = isNew || !sameSubscription(before, after);
    // Most heartbeats call for nothing: everybody is looked at only when something does.
    let everybody: Map<string, ConsumerMember> | undefined;
    const members = (): ReadonlyMap<string, ConsumerMember> => {
      everybody ??= membersWith(group, after, replaced);
      return everybody;
    };
    let { epoch, topics, regexes }: GroupView = group;
    if (isCalledFor || group.areTopicsStale) {
      const found = this.#options.resolver.resolve(
        group,
        members().values(),
        this.#options.nowMs(),
      );
      ({ topics, regexes } = found);
      records.push(...found.records);
      if (isCalledFor || found.changed) {
        epoch++;
        records.push(epochRecord(group, epoch));
      }
    }
    let target: Target = {
      epoch: group.assignmentEpoch,
      partitions: group.target(replaced ?? after.id),
    };
    if (epoch > group.assignmentEpoch) {
      const successor = replaced === undefined ? undefined : { id: after.id, of: replaced };
      const targets = this.#assign(group, members(), topics, regexes, successor);
      records.push(...targetRecords(group, targets, epoch, successor));
      target = { epoch, partitions: targets.get(after.id) ?? NO_PARTITIONS };
    }
    const member = reconcile(after, target, owned, (topicId, partition) => {
      const owner = group.owner(topicId, partition);
      return owner === undefined || owner === after.id || owner === replaced;
    });
    if (!sameProgress(member, after)) records.push(progressRecord(group, member));
    return { member, records };
  }

  /** Takes members out; the next heartbeat of anyone else finds the new target. */
  remove(group: ConsumerGroup, memberIds: readonly string[]): ConsumerRecord[] {
    const members = new Map(group.members);
    const records: ConsumerRecord[] = [];
    for (const memberId of memberIds) {
      members.delete(memberId);
      records.push(...memberTombstones(group, memberId));
    }
    const found = this.#options.resolver.resolve(group, members.values(), this.#options.nowMs());
    records.push(...found.records, epochRecord(group, group.epoch + 1));
    return records;
  }

  /** The assignor that most members ask for. */
  assignorOf(members: Iterable<ConsumerMember>): Assignor {
    const { assignors } = this.#options;
    const votes = new Map<string, number>();
    for (const { assignor } of members) {
      if (assignor !== null) votes.set(assignor, (votes.get(assignor) ?? 0) + 1);
    }
    const [winner] = [...votes].toSorted((a, b) => b[1] - a[1]);
    const chosen = assignors.find(({ name }) => name === winner?.[0]) ?? assignors[0];
    if (chosen === undefined) throw new Error('there is no assignor');
    return chosen;
  }

  #assign(
    group: ConsumerGroup,
    members: ReadonlyMap<string, ConsumerMember>,
    topics: ReadonlyMap<string, GroupTopic>,
    regexes: ReadonlyMap<string, ResolvedRegex>,
    successor: Successor | undefined,
  ): ReadonlyMap<string, Partitions> {
    return this.assignorOf(members.values()).assign({
      topics: new Map([...topics.values()].map(({ id, partitionCount }) => [id, partitionCount])),
      members: [...members.values()].map((member) => ({
        id: member.id,
        instanceId: member.instanceId,
        topicIds: new Set(
          [...topicNamesOf(member, regexes)].flatMap((name) => topics.get(name)?.id ?? []),
        ),
        current: group.target(member.id === successor?.id ? successor.of : member.id),
      })),
    });
  }
}

/** The group's members as they will be. */
function membersWith(
  group: ConsumerGroup,
  member: ConsumerMember,
  replaced: string | undefined,
): Map<string, ConsumerMember> {
  const members = new Map(group.members);
  if (replaced !== undefined) members.delete(replaced);
  members.set(member.id, member);
  return members;
}

/** A static member under its new id. */
interface Successor {
  readonly id: string;
  readonly of: string;
}

type GroupView = Pick<ConsumerGroup, 'epoch' | 'topics' | 'regexes'>;

// --- records ------------------------------------------------------------------------------------------------------------------

/** Puts a new member id in the place of a static member's old one, with its target and what it has. */
export function replacementRecords(
  group: ConsumerGroup,
  oldMemberId: string,
  member: ConsumerMember,
): ConsumerRecord[] {
  return [
    ...memberTombstones(group, oldMemberId),
    termsRecord(group, member),
    targetRecord(group, member.id, group.target(oldMemberId)),
    progressRecord(group, member),
  ];
}

/** The member as its successor finds it: everything but the id and the epoch. */
export function successorOf(member: ConsumerMember, memberId: string): ConsumerMember {
  return { ...member, id: memberId, epoch: JOIN_EPOCH, previousEpoch: JOIN_EPOCH };
}

/** Everything that was written of a group and its members. */
export function groupTombstones(group: ConsumerGroup): ConsumerRecord[] {
  const memberIds = [...group.members.keys()];
  const of = { group: group.id, value: null };
  return [
    ...memberIds.map((member): ConsumerRecord => ({ kind: 'progress', ...of, member })),
    ...memberIds.map((member): ConsumerRecord => ({ kind: 'target', ...of, member })),
    { kind: 'target-epoch', ...of },
    ...memberIds.map((member): ConsumerRecord => ({ kind: 'terms', ...of, member })),
    ...[...group.regexes.keys()].map((expression): ConsumerRecord => ({
      kind: 'regex',
      ...of,
      expression,
    })),
    { kind: 'topics', ...of },
    { kind: 'group-epoch', ...of },
  ];
}

/** All that there is to say of a group that came to be with these members and targets. */
export function foundingRecords(
  groupId: string,
  epoch: number,
  members: readonly ConsumerMember[],
): ConsumerRecord[] {
  const group = { id: groupId };
  return [
    ...members.map((member) => termsRecord(group, member)),
    epochRecord(group, epoch),
    ...members.map((member) => targetRecord(group, member.id, member.assigned)),
    targetEpochRecord(group, epoch),
    ...members.map((member) => progressRecord(group, member)),
  ];
}

type GroupName = Pick<ConsumerGroup, 'id'>;

export function progressRecord(group: GroupName, member: ConsumerMember): ConsumerRecord {
  return { kind: 'progress', group: group.id, member: member.id, value: progressValue(member) };
}

function memberTombstones(group: GroupName, member: string): ConsumerRecord[] {
  const of = { group: group.id, member, value: null };
  return [
    { kind: 'progress', ...of },
    { kind: 'target', ...of },
    { kind: 'terms', ...of },
  ];
}

function termsRecord(group: GroupName, member: ConsumerMember): ConsumerRecord {
  return { kind: 'terms', group: group.id, member: member.id, value: termsValue(member) };
}

function epochRecord(group: GroupName, epoch: number): ConsumerRecord {
  return { kind: 'group-epoch', group: group.id, value: { epoch } };
}

function targetEpochRecord(group: GroupName, assignmentEpoch: number): ConsumerRecord {
  return { kind: 'target-epoch', group: group.id, value: { assignmentEpoch } };
}

function targetRecord(group: GroupName, member: string, partitions: Partitions): ConsumerRecord {
  const value = { topicPartitions: partitionLists(partitions) };
  return { kind: 'target', group: group.id, member, value };
}

/** The targets that are new, and their epoch. */
function targetRecords(
  group: ConsumerGroup,
  targets: ReadonlyMap<string, Partitions>,
  epoch: number,
  successor: Successor | undefined,
): ConsumerRecord[] {
  const records: ConsumerRecord[] = [];
  for (const [memberId, partitions] of targets) {
    const before = group.targets.get(memberId === successor?.id ? successor.of : memberId);
    if (before === undefined || !samePartitions(before, partitions)) {
      records.push(targetRecord(group, memberId, partitions));
    }
  }
  records.push(targetEpochRecord(group, epoch));
  return records;
}

function sameProgress(a: ConsumerMember, b: ConsumerMember): boolean {
  return (
    a.epoch === b.epoch &&
    a.previousEpoch === b.previousEpoch &&
    a.state === b.state &&
    samePartitions(a.assigned, b.assigned) &&
    samePartitions(a.revoking, b.revoking)
  );
}
