/** Offsets of a group, as they are committed and read. */
import { clientError } from '../../errors.ts';
import { partitionName, type TopicPartition } from '../../topic-partition.ts';

/** Where the group goes on in a partition. */
export interface OffsetToCommit extends TopicPartition {
  /** Of the next record to read: one more than that of the last finished one. */
  readonly offset: number;
  /** Of the last finished record (KIP-320); -1 or missing when unknown. */
  readonly leaderEpoch?: number | undefined;
  /** Anything to remember; brokers take up to 4096 bytes by default. */
  readonly metadata?: string | undefined;
}

/** What a group has committed for a partition. */
export interface CommittedOffset extends TopicPartition {
  readonly offset: number;
  /** -1 when unknown. */
  readonly leaderEpoch: number;
  readonly metadata: string;
}

/** Throws KafkaError `INVALID_ARGUMENT`. */
export function checkOffset(offset: OffsetToCommit): OffsetToCommit {
  const { topic, partition } = offset;
  const isPlace = typeof topic === 'string' && Number.isInteger(partition) && partition >= 0;
  if (isPlace && Number.isSafeInteger(offset.offset) && offset.offset >= 0) return offset;
  const at = isPlace ? partitionName(offset) : JSON.stringify({ topic, partition });
  throw clientError('INVALID_ARGUMENT', `${offset.offset} cannot be committed for ${at}.`);
}
