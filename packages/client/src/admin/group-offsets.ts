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
import { groupBy } from '../group-by.ts';
import { partitionName, type TopicPartition } from '../topic-partition.ts';
import { atCoordinator } from './at-coordinator.ts';
import { type AskBroker, atCoordinators, byTopic } from './batched-call.ts';
import { type Outcome, outcomeOf, requireSuccess, throwFailures } from './results.ts';

export interface GroupOffset extends TopicPartition {
  /** Offset of the record that the group reads next. */
  readonly offset: number;
  /** Of the record before; -1 when it was not said. */
  readonly leaderEpoch: number;
  readonly metadata: string;
}

export interface OffsetToSet extends TopicPartition {
  readonly offset: number;
  readonly leaderEpoch?: number;
  readonly metadata?: string;
}

/** From version 8 one request may ask for several groups (KIP-709); from version 10 topics are named by id. */
const SEVERAL_GROUPS_VERSION_MIN = 8;
const STABLE_VERSION_MIN = 7;
const LEADER_EPOCH_VERSION_MIN = 6;
const FETCH_VERSIONS = { min: 2, max: 9 } as const;
const COMMIT_VERSIONS = { min: 2, max: 9 } as const;

export interface FetchGroupOffsetsOptions extends OperationOptions {
  /** Only these; all by default. */
  readonly partitions?: readonly TopicPartition[];
  /** Waits for transactions that are about to commit offsets (KIP-447). */
  readonly requireStable?: boolean;
  /** Also those that are no offsets: brokers keep what they are given, and some tools commit -2 for the beginning. */
  readonly all?: boolean;
}

/** All that the group has committed; nothing for a group that does not exist. */
export async function fetchGroupOffsets(
  cluster: Cluster,
  groupId: string,
  options: FetchGroupOffsetsOptions,
): Promise<GroupOffset[]> {
  const offsets = await fetchOffsetsOfGroups(cluster, [groupId], options);
  return offsets.get(groupId) ?? [];
}

/** The same of many groups, in one request a coordinator where brokers can (KIP-709). Rejects with PartialFailure. */
export async function fetchOffsetsOfGroups(
  cluster: Cluster,
  groupIds: readonly string[],
  options: FetchGroupOffsetsOptions,
): Promise<Map<string, GroupOffset[]>> {
  const topics =
    options.partitions === undefined
      ? null
      : byTopic(options.partitions).map(([name, ofTopic]) => ({
          name,
          partitionIndexes: ofTopic.map(({ partition }) => partition),
        }));
  const { requireStable = false, all = false } = options;
  const stable = requireStable ? { requireStable } : {};
  const requestOptions = {
    signal: options.signal,
    versions: requireStable ? { ...FETCH_VERSIONS, min: STABLE_VERSION_MIN } : FETCH_VERSIONS,
  };
  const about = 'Reading committed offsets';
  const ask: AskBroker<string, [string, GroupOffset[]]> = async (node, asked) => {
    const { versions } = await node.connect(options.signal);
    if (versions.pick(offsetFetchApi, FETCH_VERSIONS) >= SEVERAL_GROUPS_VERSION_MIN) {
      const groups = asked.map((groupId) => ({ groupId, topics }));
      const response = await node.request(offsetFetchApi, { groups, ...stable }, requestOptions);
      return response.groups.map((group) => offsetsOutcome(group.groupId, group, all));
    }
    return await Promise.all(
      asked.map(async (groupId) => {
        const body = { groupId, topics, ...stable };
        return offsetsOutcome(
          groupId,
          await node.request(offsetFetchApi, body, requestOptions),
          all,
        );
      }),
    );
  };
  return new Map(await atCoordinators(cluster, 'group', about, groupIds, options, ask));
}

function offsetsOutcome(
  groupId: string,
  response: { readonly errorCode: number; readonly topics: FetchedTopics },
  all: boolean,
): Outcome<[string, GroupOffset[]]> {
  const about = `Reading the offsets of group ${groupId}`;
  const partitions = response.topics.flatMap(({ name, partitions: ofTopic }) =>
    ofTopic.map((partition) => ({ topic: name, ...partition })),
  );
  const failed = partitions.find(({ errorCode }) => errorCode !== ErrorCode.NONE);
  const offsets = partitions.flatMap(
    ({ topic, partitionIndex, committedOffset, committedLeaderEpoch, metadata }) =>
      committedOffset < 0 && !all
        ? []
        : [
            {
              topic,
              partition: partitionIndex,
              offset: committedOffset,
              leaderEpoch: committedLeaderEpoch,
              metadata: metadata ?? '',
            },
          ],
  );
  const result = response.errorCode === ErrorCode.NONE ? (failed ?? response) : response;
  return outcomeOf(groupId, about, result, [groupId, offsets]);
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
      (version) => ({
        groupId,
        topics: Array.from(
          groupBy(offsets, ({ topic }) => topic),
          ([name, partitions]) => ({
            name,
            partitions: partitions.map(({ partition, offset, leaderEpoch, metadata }) => ({
              partitionIndex: partition,
              committedOffset: offset,
              ...(leaderEpoch === undefined || version < LEADER_EPOCH_VERSION_MIN
                ? {}
                : { committedLeaderEpoch: leaderEpoch }),
              committedMetadata: metadata ?? '',
            })),
          }),
        ),
      }),
      { signal: options.signal, versions: COMMIT_VERSIONS },
    );
    throwFailures(
      response.topics.flatMap(({ name, partitions }) =>
        partitions.map((result) => {
          const at = partitionName({ topic: name, partition: result.partitionIndex });
          return outcomeOf(at, `${what}, ${at}`, result);
        }),
      ),
    );
  });
}

/** Removes groups without members, with their offsets. Rejects with PartialFailure: `NON_EMPTY_GROUP`, `GROUP_ID_NOT_FOUND`. */
export async function deleteGroups(
  cluster: Cluster,
  groupIds: readonly string[],
  options: OperationOptions,
): Promise<void> {
  const about = 'Deleting groups';
  await atCoordinators(cluster, 'group', about, groupIds, options, async (node, asked) => {
    const body = { groupsNames: asked };
    const { results } = await node.request(deleteGroupsApi, body, { signal: options.signal });
    return results.map((result) =>
      outcomeOf<true>(result.groupId, `Deleting group ${result.groupId}`, result, true),
    );
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
  const outcomes = await atCoordinator(cluster, groupId, what, options, async (node) => {
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
    return response.topics.flatMap(({ name, partitions: answered }) =>
      answered.map(({ partitionIndex, errorCode }): Outcome => {
        const at = partitionName({ topic: name, partition: partitionIndex });
        return outcomeOf(at, `${what}, ${at}`, { errorCode });
      }),
    );
  });
  // Only what is wrong with the group or its coordinator as a whole may get better.
  throwFailures(outcomes);
}

type FetchedTopics =
  OffsetFetchResponse['topics'] | OffsetFetchResponse['groups'][number]['topics'];
