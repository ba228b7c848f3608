/**
 * Which brokers get the replicas of new partitions (KIP-36).
 *
 * Owns: the rule. Leaders go round all brokers; followers are spread so that the brokers which follow one broker are not always the same; no rack gets
 * a second replica of a partition before every rack has one.
 */

export interface PlacementBroker {
  readonly id: number;
  readonly rack: string | null;
}

export interface PlacementRequest {
  /** At least one. Racks count only where every broker has one. */
  readonly brokers: readonly PlacementBroker[];
  readonly partitionCount: number;
  /** Not more than there are brokers. */
  readonly replicationFactor: number;
  /** Number of the first partition; those before it are placed already. */
  readonly firstPartition?: number;
  /** Index of the broker that leads partition 0, and how its followers are shifted; random for a new topic. */
  readonly start: number;
  readonly shift: number;
}

/** Replicas by partition, the preferred leader first. */
export function placeReplicas(request: PlacementRequest): Map<number, number[]> {
  const { partitionCount, replicationFactor, firstPartition = 0, start, shift } = request;
  const brokers = alternateRacks(request.brokers);
  const assignment = new Map<number, number[]>();
  for (let at = firstPartition; at < firstPartition + partitionCount; at++) {
    const leader = (start + at) % brokers.length;
    // Each round over the brokers pairs them differently.
    const round = shift + Math.floor(at / brokers.length);
    assignment.set(at, chooseReplicas(brokers, leader, round, replicationFactor));
  }
  return assignment;
}

function chooseReplicas(
  brokers: readonly PlacementBroker[],
  leader: number,
  round: number,
  count: number,
): number[] {
  const others = [...brokers.keys()].filter((index) => index !== leader);
  // The others in a circle behind the leader, entered at another place each round.
  const inOrder = others.map((_, step) => {
    const distance = 1 + ((round + step) % others.length);
    return brokers[(leader + distance) % brokers.length];
  });
  const chosen = [brokers[leader]];
  while (chosen.length < count) {
    const candidates = inOrder.filter((broker) => !chosen.includes(broker));
    const crowd = (rack: string | null | undefined): number =>
      chosen.filter((broker) => broker?.rack === rack).length;
    const least = Math.min(...candidates.map((broker) => crowd(broker?.rack)));
    const next = candidates.find((broker) => crowd(broker?.rack) === least);
    if (next === undefined) throw new Error('more replicas than brokers');
    chosen.push(next);
  }
  return chosen.map((broker) => broker?.id ?? -1);
}

/** Neighbours in different racks as far as possible; without racks in the order of the ids. */
function alternateRacks(brokers: readonly PlacementBroker[]): PlacementBroker[] {
  const sorted = brokers.toSorted((a, b) => a.id - b.id);
  if (sorted.some((broker) => broker.rack === null)) {
    return sorted.map(({ id }) => ({ id, rack: null }));
  }
  const racks = new Map<string | null, PlacementBroker[]>();
  for (const broker of sorted) {
    racks.set(broker.rack, [...(racks.get(broker.rack) ?? []), broker]);
  }
  const inTurn: PlacementBroker[] = [];
  const queues = [...racks.values()];
  for (let turn = 0; inTurn.length < sorted.length; turn++) {
    for (const queue of queues) {
      const broker = queue[turn];
      if (broker !== undefined) inTurn.push(broker);
    }
  }
  return inTurn;
}
