/** What the application gets: records of one partition. */
import type { DecodedRecord } from '@zurau/protocol';
import type { TopicPartition } from '../topic-partition.ts';

/** Records of one partition, in order, at least one. Their buffers are views, and keep what was fetched with them in memory. */
export interface ConsumedBatch extends TopicPartition {
  readonly records: readonly DecodedRecord[];
  /** The offset after the last record that is committed to the log, at the time of the fetch. */
  readonly highWatermark: number;
  /** What to commit when all of it is done: behind the last record, and behind markers and gaps that follow it. */
  readonly nextOffset: number;
  /** Leader epoch of the last record; -1 when unknown. */
  readonly leaderEpoch: number;
}
