/**
 * Looks up offsets by time: ListOffsets, sent to the leaders of the partitions that are asked about.
 *
 * Retries as a whole: the question changes nothing, and answers of one moment belong together.
 */
import { ErrorCode, listOffsetsApi } from '@zurau/protocol';
import { brokerError, clientError, KafkaError } from '../errors.ts';
import { groupBy } from '../group-by.ts';
import { partitionName, type TopicPartition } from '../topic-partition.ts';
import type { BrokerNode } from './broker-node.ts';
import type { Cluster, OperationOptions } from './cluster.ts';

/** Kafka's special timestamps. */
export const LATEST_TIMESTAMP = -1;
export const EARLIEST_TIMESTAMP = -2;
export const MAX_TIMESTAMP = -3;

/** Where the log on local disks begins, and what lies in remote storage (KIP-405, KIP-1005). */
export const EARLIEST_LOCAL_TIMESTAMP = -4;
export const LATEST_TIERED_TIMESTAMP = -5;

/** Versions from which on a special timestamp is understood (KIP-734 for the largest timestamp). */
const SPECIAL_VERSIONS_MIN: Readonly<Record<number, number>> = {
  [MAX_TIMESTAMP]: 7,
  [EARLIEST_LOCAL_TIMESTAMP]: 8,
  [LATEST_TIERED_TIMESTAMP]: 9,
};

export type IsolationLevel = 'read_uncommitted' | 'read_committed';

export interface OffsetQuestion extends TopicPartition {
  /** Milliseconds since the epoch, or one of the special timestamps. */
  readonly timestamp: number;
}

export interface OffsetAnswer extends TopicPartition {
  /** Of the first record that is not older; -1 when there is none. */
  readonly offset: number;
  /** Of that record; -1 for the special timestamps and when there is none. */
  readonly timestamp: number;
  /** -1 when unknown. */
  readonly leaderEpoch: number;
}

/** Answers in the order of the questions. */
export async function listOffsets(
  cluster: Cluster,
  questions: readonly OffsetQuestion[],
  options: OffsetRequestOptions = {},
): Promise<OffsetAnswer[]> {
  const topics = new Set(questions.map(({ topic }) => topic));
  return await cluster.retrying('Looking up offsets', options, async () => {
    for (const topic of topics) await cluster.topic(topic, options);
    try {
      const byLeader = groupBy(questions, (of) => cluster.leader(of.topic, of.partition));
      const answers = new Map<string, OffsetAnswer>();
      await Promise.all(
        Array.from(byLeader, async ([leader, asked]) => {
          for (const answer of await askLeader(cluster, leader, asked, options)) {
            answers.set(partitionName(answer), answer);
          }
        }),
      );
      return questions.map((question) => {
        const answer = answers.get(partitionName(question));
        if (answer !== undefined) return answer;
        const about = `The broker says nothing about ${partitionName(question)}.`;
        throw clientError('PROTOCOL_VIOLATION', about);
      });
    } catch (error) {
      if (error instanceof KafkaError && error.retriable) cluster.refreshInBackground(topics);
      throw error;
    }
  });
}

async function askLeader(
  cluster: Cluster,
  leader: BrokerNode,
  questions: readonly OffsetQuestion[],
  options: OffsetRequestOptions,
): Promise<OffsetAnswer[]> {
  const answers = await requestOffsets(cluster, leader, questions, options);
  return answers.map(({ errorCode, ...answer }) => {
    if (errorCode === ErrorCode.NONE) return answer;
    throw brokerError(errorCode, `Looking up offsets of ${partitionName(answer)}`);
  });
}

export type OffsetRequestOptions = OperationOptions & { readonly isolationLevel?: IsolationLevel };

/**
 * One request to the leader of all these partitions; errors are left to the caller. It names the epoch that we know the leader by: one that
 * was deposed, and has not heard of it, finds out (KIP-320).
 */
export async function requestOffsets(
  { metadata }: Cluster,
  leader: BrokerNode,
  questions: readonly OffsetQuestion[],
  options: OffsetRequestOptions,
): Promise<(OffsetAnswer & { readonly errorCode: number })[]> {
  const byTopic = groupBy(questions, ({ topic }) => topic);
  const versionMin = Math.max(
    1,
    ...questions.map(({ timestamp }) => SPECIAL_VERSIONS_MIN[timestamp] ?? 1),
  );
  const response = await leader.request(
    listOffsetsApi,
    {
      replicaId: -1,
      isolationLevel: options.isolationLevel === 'read_committed' ? 1 : 0,
      topics: Array.from(byTopic, ([name, partitions]) => ({
        name,
        partitions: partitions.map(({ partition, timestamp }) => ({
          partitionIndex: partition,
          currentLeaderEpoch: metadata.partition(name, partition)?.leaderEpoch ?? -1,
          timestamp,
        })),
      })),
    },
    { signal: options.signal, versions: { min: versionMin } },
  );
  return response.topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partitionIndex, errorCode, offset, timestamp, leaderEpoch }) => ({
      topic: name,
      partition: partitionIndex,
      offset,
      timestamp,
      leaderEpoch,
      errorCode,
    })),
  );
}
