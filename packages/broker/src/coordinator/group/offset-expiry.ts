/**
 * Which committed offsets have outlived their use (`offsets.retention.minutes`).
 *
 * Since KIP-211 the clock starts when a group becomes empty; the offsets of a group at work never expire, except those of topics that it is no
 * longer subscribed to. A group that only stores offsets, or of the consumer protocol, is judged by each commit.
 */
import { CONSUMER_PROTOCOL_TYPE, type ClassicGroup } from './classic-group.ts';
import type { ConsumerGroup } from './consumer/consumer-group.ts';
import type { StoredOffset } from './offset-store.ts';

export function expiredOffsets(
  group: ClassicGroup | ConsumerGroup,
  offsets: readonly StoredOffset[],
  nowMs: number,
  retentionMs: number,
): StoredOffset[] {
  const startOf = retentionStart(group);
  if (startOf === undefined) return [];
  return offsets.filter((offset) => {
    const startMs = startOf(offset);
    if (startMs === undefined) return false;
    if (offset.expireTimestampMs !== -1) return nowMs >= offset.expireTimestampMs;
    return nowMs - startMs >= retentionMs;
  });
}

/** When the retention of an offset starts, undefined for one that is in use; undefined altogether for a group at work. */
function retentionStart(
  group: ClassicGroup | ConsumerGroup,
): ((offset: StoredOffset) => number | undefined) | undefined {
  if (group.kind === 'consumer') {
    return ({ topic, commitTimestampMs }) =>
      group.isSubscribedTo(topic) ? undefined : commitTimestampMs;
  }
  if (group.protocolType === null) return (offset) => offset.commitTimestampMs;
  if (group.is('Empty')) return (offset) => group.stateSinceMs ?? offset.commitTimestampMs;
  const topics = group.subscribedTopics;
  if (group.protocolType !== CONSUMER_PROTOCOL_TYPE || !group.is('Stable') || !topics) {
    return undefined;
  }
  return (offset) => (topics.has(offset.topic) ? undefined : offset.commitTimestampMs);
}
