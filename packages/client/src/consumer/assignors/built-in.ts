/** The assignors that come with the client, by Kafka's names. */
import type { PartitionAssignor, RebalanceProtocol } from './assignor.ts';
import { cooperativeStickyAssignor } from './cooperative-sticky.ts';
import { rangeAssignor } from './range.ts';
import { roundRobinAssignor } from './round-robin.ts';
import { stickyAssignor } from './sticky.ts';

export type AssignorName = 'range' | 'roundrobin' | 'sticky' | 'cooperative-sticky';

const factories: Readonly<Record<AssignorName, () => PartitionAssignor>> = {
  range: rangeAssignor,
  roundrobin: roundRobinAssignor,
  sticky: stickyAssignor,
  'cooperative-sticky': cooperativeStickyAssignor,
};

export const assignorNames: readonly AssignorName[] = Object.keys(factories) as AssignorName[];

/** One of each, fresh: an assignor may remember what its consumer has. */
export function createAssignors(
  strategies: readonly (AssignorName | PartitionAssignor)[],
): PartitionAssignor[] {
  return strategies.map((item) => (typeof item === 'string' ? factories[item]() : item));
}

/** What all of them can do. */
export function commonProtocols(assignors: readonly PartitionAssignor[]): RebalanceProtocol[] {
  return (['cooperative', 'eager'] as const).filter((protocol) =>
    assignors.every(({ protocols = ['eager'] }) => protocols.includes(protocol)),
  );
}
