/** How far a consumer is behind, in records and in time, from what its fetches brought: nothing is asked for it. */
import type { TopicPartition } from '../topic-partition.ts';
import type { PartitionReader } from './partition-reader.ts';

export interface PartitionLag extends TopicPartition {
  /**
   * Offsets from the position to the end: the high watermark, or the last stable offset with `read_committed`. Undefined until the first
   * fetch was answered. Counts markers and gaps of compaction, too.
   */
  readonly records: number | undefined;
  /**
   * How old the next record is, in seconds, by its timestamp; where it is not fetched yet, the last one that was returned, which is a little
   * older. 0 when there is nothing to read; undefined where neither is known.
   */
  readonly seconds: number | undefined;
}

/** `nowMs` is wall-clock time. */
export function lagOf(
  reader: PartitionReader,
  readCommitted: boolean,
  nowMs: number,
): PartitionLag {
  const { topic, partition, position, nextTimestamp, lastTimestamp } = reader;
  const end = readCommitted ? reader.lastStableOffset : reader.highWatermark;
  if (position === undefined || end < 0) {
    return { topic, partition, records: undefined, seconds: undefined };
  }
  const records = Math.max(0, end - position);
  if (records === 0) return { topic, partition, records, seconds: 0 };
  const timestamp = nextTimestamp ?? lastTimestamp;
  const seconds = timestamp === undefined ? undefined : Math.max(0, (nowMs - timestamp) / 1_000);
  return { topic, partition, records, seconds };
}
