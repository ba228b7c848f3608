/** Elections of leaders, asked for by hand (KIP-183, KIP-460). */
import { electLeadersApi, ErrorCode } from '@zurau/protocol';
import type { Cluster, OperationOptions } from '../cluster/cluster.ts';
import { partitionName, type TopicPartition } from '../topic-partition.ts';
import { byTopic } from './batched-call.ts';
import { callController } from './controller-call.ts';
import { type Outcome, outcomeOf, requireSuccess, throwFailures } from './results.ts';

/** The first replica becomes the leader again; or any that is alive, at the price of records that only the others had. */
export type ElectionType = 'preferred' | 'unclean';

const TYPES = { preferred: 0, unclean: 1 } as const;
const UNCLEAN_VERSION_MIN = 1;

/**
 * Elects leaders of these partitions, of all by default. Resolves with the partitions whose leader changed: one that has the wanted leader already
 * is no failure. Rejects with PartialFailure.
 */
export async function electLeaders(
  cluster: Cluster,
  type: ElectionType,
  partitions: readonly TopicPartition[] | undefined,
  options: OperationOptions,
): Promise<TopicPartition[]> {
  const about = 'Electing leaders';
  const repeatable = { ...options, repeatable: true };
  return await callController(cluster, about, repeatable, async ({ controller, timeoutMs }) => {
    const response = await controller.request(
      electLeadersApi,
      {
        electionType: TYPES[type],
        topicPartitions:
          partitions === undefined
            ? null
            : byTopic(partitions).map(([topic, ofTopic]) => ({
                topic,
                partitions: ofTopic.map(({ partition }) => partition),
              })),
        timeoutMs,
      },
      {
        signal: options.signal,
        versions: type === 'unclean' ? { min: UNCLEAN_VERSION_MIN } : {},
      },
    );
    requireSuccess(about, response);
    const outcomes: Outcome<TopicPartition>[] = [];
    for (const { topic, partitionResult } of response.replicaElectionResults) {
      for (const result of partitionResult) {
        if (result.errorCode === ErrorCode.ELECTION_NOT_NEEDED) continue;
        const at = { topic, partition: result.partitionId };
        const of = partitionName(at);
        outcomes.push(outcomeOf(of, `Electing a leader of ${of}`, result, at));
      }
    }
    throwFailures(outcomes);
    return outcomes.flatMap(({ value }) => (value === undefined ? [] : [value]));
  });
}
