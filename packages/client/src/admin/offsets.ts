/** Offsets of partitions: the bounds of the log, and what is found by time. */
import type { Cluster } from '../cluster/cluster.ts';
import {
  EARLIEST_LOCAL_TIMESTAMP,
  EARLIEST_TIMESTAMP,
  LATEST_TIERED_TIMESTAMP,
  LATEST_TIMESTAMP,
  MAX_TIMESTAMP,
  type OffsetAnswer,
  type OffsetRequestOptions,
  requestOffsets,
} from '../cluster/list-offsets.ts';
import { partitionName, type TopicPartition } from '../topic-partition.ts';
import { atLeaders } from './batched-call.ts';
import { outcomeOf } from './results.ts';

/**
 * Which offset is asked for: a bound of the log, the record with the largest timestamp, or the first not older than a time (milliseconds since the epoch).
 * `beginning-local` and `end-tiered` matter for topics with remote storage.
 */
export type OffsetSpec =
  | 'beginning'
  | 'end'
  | 'max-timestamp'
  | 'beginning-local'
  | 'end-tiered'
  | { readonly timestamp: number };

const TIMESTAMPS = {
  beginning: EARLIEST_TIMESTAMP,
  end: LATEST_TIMESTAMP,
  'max-timestamp': MAX_TIMESTAMP,
  'beginning-local': EARLIEST_LOCAL_TIMESTAMP,
  'end-tiered': LATEST_TIERED_TIMESTAMP,
} as const;

/** Answers in the order of the questions. Rejects with PartialFailure. */
export async function listOffsets(
  cluster: Cluster,
  questions: readonly (TopicPartition & { readonly at: OffsetSpec })[],
  options: OffsetRequestOptions,
): Promise<OffsetAnswer[]> {
  const about = 'Looking up offsets';
  const timed = questions.map(({ topic, partition, at }) => ({
    topic,
    partition,
    timestamp: typeof at === 'string' ? TIMESTAMPS[at] : at.timestamp,
  }));
  return await atLeaders(cluster, about, timed, options, async (node, asked) =>
    (await requestOffsets(cluster, node, asked, options)).map(({ errorCode, ...answer }) => {
      const of = partitionName(answer);
      return outcomeOf(of, `${about} of ${of}`, { errorCode }, answer);
    }),
  );
}
