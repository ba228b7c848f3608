/**
 * The range assignor: of every topic, each subscriber gets a run of neighbouring partitions; the first ones get one more when they do
 * not divide evenly. Topics with equally many partitions and the same subscribers are divided alike, so that joins find their pairs.
 */
import { PartitionsBuilder, type Partitions } from '../partitions.ts';
import type { Assignor, AssignorMember } from './assignor.ts';

export const rangeAssignor: Assignor = {
  name: 'range',

  assign({ members, topics }) {
    const assigned = new Map(members.map(({ id }) => [id, new PartitionsBuilder()]));
    const sorted = members.toSorted(byInstanceThenId);
    for (const [topicId, partitionCount] of topics) {
      const subscribers = sorted.filter(({ topicIds }) => topicIds.has(topicId));
      let next = 0;
      for (const [index, { id }] of subscribers.entries()) {
        const share = Math.floor(partitionCount / subscribers.length);
        const extra = index < partitionCount % subscribers.length ? 1 : 0;
        for (let count = 0; count < share + extra; count++) assigned.get(id)?.add(topicId, next++);
      }
    }
    return new Map<string, Partitions>(
      [...assigned].map(([id, builder]): [string, Partitions] => [id, builder.build()]),
    );
  },
};

/** Static members keep their place when they come back under another id. */
function byInstanceThenId(a: AssignorMember, b: AssignorMember): number {
  if (a.instanceId !== null && b.instanceId !== null) return compare(a.instanceId, b.instanceId);
  if (a.instanceId !== null) return -1;
  if (b.instanceId !== null) return 1;
  return compare(a.id, b.id);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
