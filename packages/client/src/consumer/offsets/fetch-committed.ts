/** Reads what a group has committed: OffsetFetch. */
import { ErrorCode, offsetFetchApi, type OffsetFetchResponse } from '@zurau/protocol';
import type { Cluster, OperationOptions } from '../../cluster/cluster.ts';
import { brokerError, KafkaError, toKafkaError } from '../../errors.ts';
import { groupBy } from '../../group-by.ts';
import { partitionName, type TopicPartition } from '../../topic-partition.ts';
import type { MemberIdentity } from '../group/classic-membership.ts';
import type { CoordinatorLink } from '../group/coordinator-link.ts';
import type { CommittedOffset } from './offset-to-commit.ts';

/** From version 8 one request may ask for several groups (KIP-709); from 10 on topics go by id. */
const GROUPS_VERSION_MIN = 8;
const STABLE_VERSION_MIN = 7;
const VERSIONS = { min: 1, max: 9 } as const;

export interface CommittedQuestion {
  readonly cluster: Cluster;
  readonly link: CoordinatorLink;
  readonly groupId: string;
  /** Of a member of a `consumer` group, which is checked (KIP-848); undefined otherwise. */
  readonly member: () => MemberIdentity | undefined;
}

/**
 * By partition name; partitions without a committed offset are left out. Waits for transactions that are about to commit offsets of these
 * partitions (KIP-447), so that nothing is read that one of them has dealt with.
 */
export async function fetchCommitted(
  { cluster, link, groupId, member }: CommittedQuestion,
  partitions: readonly TopicPartition[],
  options: OperationOptions,
): Promise<Map<string, CommittedOffset>> {
  const about = `Reading the offsets of group ${groupId}`;
  const byTopic = groupBy(partitions, ({ topic }) => topic);
  const topics = Array.from(byTopic, ([name, ofTopic]) => ({
    name,
    partitionIndexes: ofTopic.map(({ partition }) => partition),
  }));
  return await cluster.retrying(about, options, async () => {
    try {
      const response = await link.request(
        offsetFetchApi,
        (version) => ({
          ...(version >= GROUPS_VERSION_MIN
            ? { groups: [{ groupId, ...memberOf(member()), topics }] }
            : { groupId, topics }),
          ...(version >= STABLE_VERSION_MIN ? { requireStable: true } : {}),
        }),
        { signal: options.signal, versions: VERSIONS },
      );
      return committedOf(response, about);
    } catch (error) {
      const failure = toKafkaError(error, about);
      if (failure.retriable && failure.errorCode !== ErrorCode.UNSTABLE_OFFSET_COMMIT) {
        link.forget();
      }
      throw failure;
    }
  });
}

function memberOf(member: MemberIdentity | undefined): { memberId?: string; memberEpoch?: number } {
  return member === undefined || member.memberId === ''
    ? {}
    : { memberId: member.memberId, memberEpoch: member.generationId };
}

function committedOf(response: OffsetFetchResponse, about: string): Map<string, CommittedOffset> {
  const group = response.groups[0] ?? response;
  if (group.errorCode !== ErrorCode.NONE) throw refusalOf(group.errorCode, about);
  const committed = new Map<string, CommittedOffset>();
  for (const { name, partitions } of group.topics) {
    for (const of of partitions) {
      const at = { topic: name, partition: of.partitionIndex };
      if (of.errorCode !== ErrorCode.NONE) {
        throw refusalOf(of.errorCode, `${about}, ${partitionName(at)}`);
      }
      if (of.committedOffset < 0) continue;
      committed.set(partitionName(at), {
        ...at,
        offset: of.committedOffset,
        leaderEpoch: of.committedLeaderEpoch,
        metadata: of.metadata ?? '',
      });
    }
  }
  return committed;
}

/** A member that is behind hears from the group soon, and then either asks as who it is by then or has lost the partitions. */
function refusalOf(errorCode: number, about: string): KafkaError {
  const error = brokerError(errorCode, about);
  const isBehind =
    errorCode === ErrorCode.STALE_MEMBER_EPOCH || errorCode === ErrorCode.UNKNOWN_MEMBER_ID;
  return isBehind
    ? new KafkaError(error.code, error.message, { errorCode, retriable: true })
    : error;
}
