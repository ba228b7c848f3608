/** The committed offsets of groups: read, set from outside, and removed with their group. */
import {
  ErrorCode,
  deleteGroupsApi,
  offsetCommitApi,
  offsetDeleteApi,
  offsetFetchApi,
  type OffsetFetchResponse,
} from '@zurau/protocol';
import type { Cluster, OperationOptions } from '../cluster/cluster.ts';
import { brokerError } from '../errors.ts';
import { groupBy } from '../group-by.ts';
import { partitionName, type TopicPartition } from '../topic-partition.ts';
import { atCoordinator } from './at-coordinator.ts';
import { type Outcome, outcomeOf, requireSuccess, throwFailures } from './results.ts';

export interface GroupOffset extends TopicPartition {
  /** Offset of the record that the group reads next. */
  readonly offset: number;
  readonly metadata: string;
}

export interface OffsetToSet extends TopicPartition {
  readonly offset: number;
}

/** From version 8 one request may ask for several groups (KIP-709); from version 10 topics are named by id. */
const SEVERAL_GROUPS_VERSION_MIN = 8;
const FETCH_VERSIONS = { min: 2, max: 9 } as const;
const COMMIT_VERSIONS = { min: 2, max: 9 } as const;

/** All that the group has committed; nothing for a group that does not exist. */
export async function fetchGroupOffsets(
  cluster: Cluster,
  groupId: string,
  options: OperationOptions,
): Promise<GroupOffset[]> {
  const what = `Reading the offsets of group ${groupId}`;
  return await atCoordinator(cluster, groupId, what, options, async (node) => {
    const response = await node.request(
      offsetFetchApi,
      (version) =>
        version >= SEVERAL_GROUPS_VERSION_MIN
          ? { groups: [{ groupId, topics: null }] }
          : { groupId, topics: null },
      { signal: options.signal, versions: FETCH_VERSIONS },
    );
    const [group] = response.groups;
    requireSuccess(what, group ?? response);
    return offsetsOf((group ?? response).topics);
  });
}

/**
 * Sets committed offsets. The group must have no members: rejects with `UNKNOWN_MEMBER_ID` otherwise. A group that does not exist comes
 * to be by this.
 */
export async function setGroupOffsets(
  cluster: Cluster,
  groupId: string,
  offsets: readonly OffsetToSet[],
  options: OperationOptions,
): Promise<void> {
  const what = `Setting the offsets of group ${groupId}`;
  await atCoordinator(cluster, groupId, what, options, async (node) => {
    const response = await node.request(
      offsetCommitApi,
      {
        groupId,
        topics: Array.from(
          groupBy(offsets, ({ topic }) => topic),
          ([name, partitions]) => ({
            name,
            partitions: partitions.map(({ partition, offset }) => ({
              partitionIndex: partition,
              committedOffset: offset,
              committedMetadata: '',
            })),
          }),
        ),
      },
      { signal: options.signal, versions: COMMIT_VERSIONS },
    );
    for (const { name, partitions } of response.topics) {
      for (const { partitionIndex, errorCode } of partitions) {
        const at = partitionName({ topic: name, partition: partitionIndex });
        requireSuccess(`${what}, ${at}`, { errorCode });
      }
    }
  });
}

/** Removes a group without members, with its offsets. Rejects with `NON_EMPTY_GROUP`, `GROUP_ID_NOT_FOUND`. */
export async function deleteGroup(
  cluster: Cluster,
  groupId: string,
  options: OperationOptions,
): Promise<void> {
  const what = `Deleting group ${groupId}`;
  await atCoordinator(cluster, groupId, what, options, async (node) => {
    const body = { groupsNames: [groupId] };
    const response = await node.request(deleteGroupsApi, body, { signal: options.signal });
    const [result] = response.results;
    if (result === undefined) throw brokerError(ErrorCode.GROUP_ID_NOT_FOUND, what);
    requireSuccess(what, result);
  });
}

/**
 * Forgets committed offsets (KIP-496). A partition of a topic that members of the group subscribe to is refused with
 * `GROUP_SUBSCRIBED_TO_TOPIC`; rejects with the first such failure when all others are done. Forgetting what was never committed is no error.
 */
export async function deleteGroupOffsets(
  cluster: Cluster,
  groupId: string,
  partitions: readonly TopicPartition[],
  options: OperationOptions,
): Promise<void> {
  const what = `Deleting offsets of group ${groupId}`;
  await atCoordinator(cluster, groupId, what, options, async (node) => {
    const response = await node.request(
      offsetDeleteApi,
      {
        groupId,
        topics: Array.from(
          groupBy(partitions, ({ topic }) => topic),
          ([name, ofTopic]) => ({
            name,
            partitions: ofTopic.map(({ partition }) => ({ partitionIndex: partition })),
          }),
        ),
      },
      { signal: options.signal },
    );
    requireSuccess(what, response);
    const outcomes = response.topics.flatMap(({ name, partitions: answered }) =>
      answered.map(({ partitionIndex, errorCode }): Outcome => {
        const at = partitionName({ topic: name, partition: partitionIndex });
        return outcomeOf(at, `${what}, ${at}`, { errorCode });
      }),
    );
    throwFailures(outcomes);
  });
}

type FetchedTopics =
  OffsetFetchResponse['topics'] | OffsetFetchResponse['groups'][number]['topics'];

function offsetsOf(topics: FetchedTopics): GroupOffset[] {
  return topics.flatMap(({ name, partitions }) =>
    partitions.flatMap(({ partitionIndex, committedOffset, metadata, errorCode }) => {
      const at = { topic: name, partition: partitionIndex };
      requireSuccess(`Offset of ${partitionName(at)}`, { errorCode });
      return committedOffset < 0
        ? []
        : [{ ...at, offset: committedOffset, metadata: metadata ?? '' }];
    }),
  );
}
