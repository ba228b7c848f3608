/**
 * The replicas of a partition while it moves: pure functions (KIP-455).
 *
 * While a partition is reassigned its replicas are the target's first, in the target's order, and then those that will go:
 *
 *     origin [1,2,3], target [3,4]      replicas [3,4,1,2]   adding [4]   removing [1,2]
 *
 * Both ends can be told from that, but for the origin's order, which a cancelled reassignment does not restore. Kafka neither.
 */

export interface ReplicaAssignment {
  readonly replicas: readonly number[];
  readonly addingReplicas: readonly number[];
  readonly removingReplicas: readonly number[];
}

export function isBeingReassigned(assignment: ReplicaAssignment): boolean {
  return assignment.addingReplicas.length > 0 || assignment.removingReplicas.length > 0;
}

export function originReplicas({ replicas, addingReplicas }: ReplicaAssignment): number[] {
  return replicas.filter((replica) => !addingReplicas.includes(replica));
}

export function targetReplicas({ replicas, removingReplicas }: ReplicaAssignment): number[] {
  return replicas.filter((replica) => !removingReplicas.includes(replica));
}

/** The assignment on its way to `target`, from the same origin as before; with the origin as target it is at rest. */
export function reassignedTo(
  assignment: ReplicaAssignment,
  target: readonly number[],
): ReplicaAssignment {
  const origin = originReplicas(assignment);
  const replicas = [...new Set([...target, ...origin])];
  return {
    replicas,
    addingReplicas: replicas.filter((replica) => !origin.includes(replica)),
    removingReplicas: replicas.filter((replica) => !target.includes(replica)),
  };
}

/** The end of a reassignment. */
export function settledOn(target: readonly number[]): ReplicaAssignment {
  return { replicas: target, addingReplicas: [], removingReplicas: [] };
}

export function isSameAssignment(one: ReplicaAssignment, other: ReplicaAssignment): boolean {
  return (
    isSameList(one.replicas, other.replicas) &&
    isSameList(one.addingReplicas, other.addingReplicas) &&
    isSameList(one.removingReplicas, other.removingReplicas)
  );
}

function isSameList(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((each, index) => each === other[index]);
}
