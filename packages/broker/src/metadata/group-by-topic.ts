/**
 * Results come a partition each, answers go a topic each.
 */

/** By topic, both in the order of their first appearance. */
export function groupByTopic<T extends { readonly topic: string }>(
  items: Iterable<T>,
): Map<string, T[]> {
  const topics = new Map<string, T[]>();
  for (const item of items) {
    const ofTopic = topics.get(item.topic);
    if (ofTopic === undefined) topics.set(item.topic, [item]);
    else ofTopic.push(item);
  }
  return topics;
}
