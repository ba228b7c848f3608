/** What an application reads without a group deciding it: from its words to partitions with a position. */
import { ErrorCode } from '@zurau/protocol';
import type { Cluster, OperationOptions } from '../cluster/cluster.ts';
import { brokerError, clientError } from '../errors.ts';
import { type OffsetResetRule, resetPositionOf } from './offset-reset.ts';
import { PartitionReader } from './partition-reader.ts';
import { checkPosition, type Position } from './position.ts';

/** What to read. Without a partition: all that the topic has now. */
export interface Assignment {
  readonly topic: string;
  readonly partition?: number | undefined;
  /** By default where the group left off if there is a `groupId`, else as `autoOffsetReset` says. */
  readonly from?: Position | undefined;
}

export interface AssignmentContext {
  readonly cluster: Cluster;
  /** `autoOffsetReset`. */
  readonly rule: OffsetResetRule;
  /** Where the group left off is where to begin. */
  readonly hasGroup: boolean;
  readonly options: OperationOptions;
}

/** A reader for each partition that is meant. Rejects when a topic or partition does not exist, or nobody says where to begin. */
export async function readersOf(
  assignments: readonly Assignment[],
  context: AssignmentContext,
): Promise<PartitionReader[]> {
  const readers = new Map<string, PartitionReader>();
  for (const { topic, partition, from } of assignments) {
    const position = from === undefined ? defaultPosition(topic, context) : checkPosition(from);
    const { partitions } = await context.cluster.topic(topic, context.options);
    if (partition !== undefined && partitions[partition] === undefined) {
      const about = `Topic ${topic} has partitions 0 to ${partitions.length - 1}, not ${partition}`;
      throw brokerError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, about);
    }
    const wanted = partition === undefined ? partitions.map((of) => of.partition) : [partition];
    for (const number of wanted) {
      const reader = new PartitionReader({ topic, partition: number }, position);
      readers.set(reader.name, reader);
    }
  }
  return [...readers.values()];
}

function defaultPosition(
  topic: string,
  { cluster, rule, hasGroup }: AssignmentContext,
): Position | 'committed' {
  if (hasGroup) return 'committed';
  const position = resetPositionOf(rule, topic, cluster.platform.clock.now());
  if (position !== undefined) return position;
  const about = `autoOffsetReset is "none": say where to read ${topic} from.`;
  throw clientError('INVALID_ARGUMENT', about);
}
