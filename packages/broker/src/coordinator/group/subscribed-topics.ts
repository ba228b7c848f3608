/** The topics that consumers subscribe to, out of their opaque subscriptions. */
import { ByteReader, DecodeError, consumerProtocolSubscription } from '@zurau/protocol';

/**
 * The union of the topics of all subscriptions; undefined when one is not in the consumer protocol's format. Read as version 0, which is how every
 * version begins, so that the versions of clients need not be known here.
 */
export function subscribedTopics(
  subscriptions: readonly Buffer[],
): ReadonlySet<string> | undefined {
  const topics = new Set<string>();
  try {
    for (const subscription of subscriptions) {
      const reader = new ByteReader(subscription);
      reader.int16();
      for (const topic of consumerProtocolSubscription.read(reader, 0).topics) topics.add(topic);
    }
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
  return topics;
}
