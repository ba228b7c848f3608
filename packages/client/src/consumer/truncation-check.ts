/**
 * Has the log been cut back behind a reader's back (KIP-320)? After an unclean election the new leader may have other records at offsets that the reader
 * has passed: asked where the epoch of the reader's last record ends, it names an offset in front of the reader.
 */
import { ErrorCode, offsetForLeaderEpochApi } from '@zurau/protocol';
import type { BrokerNode } from '../cluster/broker-node.ts';
import type { ClusterMetadata } from '../cluster/metadata.ts';
import { brokerError, clientError, type KafkaError } from '../errors.ts';
import { groupBy } from '../group-by.ts';
import { partitionName } from '../topic-partition.ts';
import type { PartitionReader } from './partition-reader.ts';
import type { Position } from './position.ts';

/** 3 is the first that consumers may ask without rights on the cluster. */
const VERSION_MIN = 3;
const CONSUMER_REPLICA_ID = -1;

/** The last offset in common with the leader, and its epoch; offset undefined when nothing is. */
interface Cut {
  readonly kind: 'cut';
  readonly offset: number | undefined;
  readonly leaderEpoch: number;
}

export type TruncationVerdict =
  { readonly kind: 'intact' } | Cut | { readonly kind: 'unknown'; readonly error: KafkaError };

/** Whether the reader stands behind a record of an epoch older than what the leader was asked in. */
export function needsCheck(reader: PartitionReader, metadata: ClusterMetadata): boolean {
  const { leaderEpoch = -1 } = metadata.partition(reader.topic, reader.partition) ?? {};
  return reader.fetchEpoch >= 0 && leaderEpoch > reader.validatedEpoch;
}

export function canCheck(node: BrokerNode): boolean {
  return node.link?.versions.supports(offsetForLeaderEpochApi, { min: VERSION_MIN }) === true;
}

/** Asks the leader of all these. By partition name. Rejects when it cannot be asked. */
export async function checkTruncation(
  node: BrokerNode,
  readers: readonly PartitionReader[],
  metadata: ClusterMetadata,
): Promise<Map<string, TruncationVerdict>> {
  const byName = new Map(readers.map((reader) => [reader.name, reader.fetchOffset]));
  const response = await node.request(
    offsetForLeaderEpochApi,
    {
      replicaId: CONSUMER_REPLICA_ID,
      topics: Array.from(
        groupBy(readers, ({ topic }) => topic),
        ([topic, ofTopic]) => ({
          topic,
          partitions: ofTopic.map(({ partition, fetchEpoch }) => ({
            partition,
            currentLeaderEpoch: metadata.partition(topic, partition)?.leaderEpoch ?? -1,
            leaderEpoch: fetchEpoch,
          })),
        }),
      ),
    },
    { versions: { min: VERSION_MIN } },
  );
  const verdicts = new Map<string, TruncationVerdict>();
  for (const { topic, partitions } of response.topics) {
    for (const { partition, errorCode, endOffset, leaderEpoch } of partitions) {
      const name = partitionName({ topic, partition });
      if (errorCode !== ErrorCode.NONE) {
        const error = brokerError(errorCode, `Checking ${name} for truncation`);
        verdicts.set(name, { kind: 'unknown', error });
      } else if (endOffset < 0 || leaderEpoch < 0) {
        verdicts.set(name, { kind: 'cut', offset: undefined, leaderEpoch: -1 });
      } else if (endOffset < (byName.get(name) ?? 0)) {
        verdicts.set(name, { kind: 'cut', offset: endOffset, leaderEpoch });
      } else {
        verdicts.set(name, { kind: 'intact' });
      }
    }
  }
  return verdicts;
}

/**
 * Sends the reader back to what it has in common with its leader, which was asked in `leaderEpoch`; to `reset` when that is nothing. Without a `reset`
 * the application has to say where to go on: the reader fails with `LOG_TRUNCATED`.
 */
export function rewind(
  reader: PartitionReader,
  leaderEpoch: number,
  cut: Cut,
  reset: Exclude<Position, number> | undefined,
): void {
  const { offset } = cut;
  if (reset === undefined) {
    const common = offset === undefined ? 'nothing in common' : `in common up to offset ${offset}`;
    const about = `The log of ${reader.name} was cut back behind offset ${reader.fetchOffset} (${common}), and autoOffsetReset is "none": seek to go on.`;
    reader.failure = clientError('LOG_TRUNCATED', about);
  } else if (offset === undefined) {
    reader.seek(reset);
  } else {
    reader.seek(Math.min(offset, reader.position ?? offset), cut.leaderEpoch);
    reader.validatedEpoch = leaderEpoch;
  }
}
