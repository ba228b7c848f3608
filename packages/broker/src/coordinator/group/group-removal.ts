/**
 * How groups and offsets go: by request, by retention, with their topic. All of it is tombstones; a group that was never stored itself
 * (it only stores offsets) needs none of its own.
 */
import { ErrorCode } from '@zurau/protocol';
import type { ClassicGroup } from './classic-group.ts';
import type { ConsumerGroup } from './consumer/consumer-group.ts';
import { groupTombstones } from './consumer/group-changes.ts';
import type { GroupEnvironment } from './group-environment.ts';
import type { GroupRecord } from './group-records.ts';
import { expiredOffsets } from './offset-expiry.ts';
import type { OffsetStore, StoredOffset } from './offset-store.ts';
import { offsetTombstone } from './offsets.ts';

type Group = ClassicGroup | ConsumerGroup;

export interface Removal {
  readonly records: readonly GroupRecord[];
  /** Groups that go without a record. */
  readonly groups: readonly Group[];
}

/** Deletes a group with all its offsets; an error code if it is at work. */
export function removeGroup(group: Group, store: OffsetStore): Removal | number {
  if (group.state !== 'Empty') return ErrorCode.NON_EMPTY_GROUP;
  const offsets = [...store.all(group.id), ...store.inTransactions(group.id)];
  return removalOf(group, offsets, true);
}

/** Deletes the offsets of deleted topics, and empty groups that had no others. */
export function removeTopics(
  groups: Iterable<Group>,
  topics: ReadonlySet<string>,
  store: OffsetStore,
): Removal {
  return collect(groups, (group) => {
    const stored = [...store.all(group.id), ...store.inTransactions(group.id)];
    const going = stored.filter((offset) => topics.has(offset.topic));
    const emptied = going.length > 0 && going.length === stored.length;
    return removalOf(group, going, emptied);
  });
}

/** Deletes expired offsets, and empty groups that have none left. */
export function removeExpired(
  groups: Iterable<Group>,
  store: OffsetStore,
  env: GroupEnvironment,
): Removal {
  const nowMs = env.platform.clock.now();
  return collect(groups, (group) => {
    const stored = store.all(group.id);
    const expired = expiredOffsets(group, stored, nowMs, env.config.offsetsRetentionMs).filter(
      ({ topic, partition }) => !store.isInTransaction(group.id, topic, partition),
    );
    const emptied = expired.length === stored.length && store.inTransactions(group.id).length === 0;
    return removalOf(group, expired, emptied);
  });
}

/** Someone who was given a member id may still come back with it. */
function removalOf(group: Group, offsets: readonly StoredOffset[], emptied: boolean): Removal {
  const records: GroupRecord[] = offsets.map(({ topic, partition }) =>
    offsetTombstone(group.id, topic, partition),
  );
  if (group.kind === 'consumer') {
    if (emptied && group.isEmpty) records.push(...groupTombstones(group));
    return { records, groups: [] };
  }
  const goes = emptied && group.is('Empty') && group.pendingMemberCount === 0;
  if (goes && group.generationId > 0) {
    records.push({ kind: 'group', group: group.id, value: null });
  }
  return { records, groups: goes && records.length === 0 ? [group] : [] };
}

function collect(groups: Iterable<Group>, remove: (group: Group) => Removal): Removal {
  const records: GroupRecord[] = [];
  const gone: Group[] = [];
  for (const group of groups) {
    const removal = remove(group);
    for (const record of removal.records) records.push(record);
    gone.push(...removal.groups);
  }
  return { records, groups: gone };
}
