/**
 * How far groups are behind in time: the age of the first record that is still to be read.
 *
 * That record has to be read for it, from each partition with lag; whoever asks only for records behind has no need to.
 */
import type { ConsumerConfig, TopicPartition } from '@zurau/client';
import type { Clock } from '@zurau/platform';
import { keyOf } from './topic-selection.ts';

/** Of a partition, per fetch: one batch comes even if it is larger. */
const FETCH_BYTES = 65_536;
const POLL_TIMEOUT_MS = 200;

export interface Unread extends TopicPartition {
  /** Next offset to read. */
  readonly committed: number;
  /** Where the log ends. */
  readonly end: number;
}

/**
 * Milliseconds since the epoch of the first unread record of each partition, by {@link keyOf}; absent where there is none (the rest of the log
 * holds only markers of transactions), or when it did not come within `timeoutMs`.
 */
export async function firstUnreadTimestamps(
  config: ConsumerConfig,
  partitions: readonly Unread[],
  { clock, timeoutMs }: { readonly clock: Clock; readonly timeoutMs: number },
): Promise<ReadonlyMap<string, number>> {
  const timestamps = new Map<string, number>();
  if (partitions.length === 0) return timestamps;
  const deadlineMs = clock.monotonicMs() + timeoutMs;
  const client = await import('@zurau/client');
  const consumer = new client.Consumer({
    ...config,
    autoOffsetReset: 'earliest',
    allowAutoCreateTopics: false,
    maxPartitionFetchBytes: FETCH_BYTES,
  });
  try {
    await consumer.assign(
      partitions.map(({ topic, partition, committed }) => ({ topic, partition, from: committed })),
    );
    const waiting = new Map(partitions.map((of) => [keyOf(of), of]));
    while (waiting.size > 0 && clock.monotonicMs() < deadlineMs) {
      for (const batch of await consumer.poll({ timeoutMs: POLL_TIMEOUT_MS })) {
        const [first] = batch.records;
        if (first !== undefined && waiting.delete(keyOf(batch))) {
          timestamps.set(keyOf(batch), first.timestamp);
        }
        consumer.pause(batch);
      }
      // The position moves behind markers too.
      for (const [key, of] of waiting) {
        if ((consumer.position(of) ?? 0) >= of.end) waiting.delete(key);
      }
    }
  } finally {
    await consumer.close();
  }
  return timestamps;
}
