/**
 * What a new topic, or new partitions of a topic, will look like, or why they cannot be: pure functions, in the order in which Kafka checks.
 *
 * Owns: the checks that need nothing but the request and the cluster's brokers.
 */
import { ErrorCode } from '@zurau/protocol';
import type { Assignment } from '../metadata/znodes/topics.ts';
import { placeReplicas, type PlacementBroker } from './replica-placement.ts';

/** Why something cannot be done, as the protocol says it. */
export class TopicProblem {
  readonly errorCode: number;
  readonly message: string | null;

  constructor(errorCode: number, message: string | null = null) {
    this.errorCode = errorCode;
    this.message = message;
  }
}

/** Take the broker's default for the number of partitions, or for the replication factor. */
export const BROKER_DEFAULT = -1;

/** What one request can make is bounded, as in Kafka with KRaft: every partition costs files, and time in which nothing else is done. */
const PARTITIONS_PER_REQUEST_MAX = 10_000;

/** `partitionCount` is how many partitions a request asks for, in all its topics. */
export function requestProblem(partitionCount: number): TopicProblem | undefined {
  if (partitionCount <= PARTITIONS_PER_REQUEST_MAX) return undefined;
  const message = `Excessively large number of partitions: one request can ask for ${PARTITIONS_PER_REQUEST_MAX}.`;
  return new TopicProblem(ErrorCode.POLICY_VIOLATION, message);
}

export interface NewTopic {
  readonly name: string;
  /** {@link BROKER_DEFAULT} or more than zero. */
  readonly partitionCount: number;
  readonly replicationFactor: number;
  /** Instead of the two numbers; empty otherwise. */
  readonly assignments: readonly {
    readonly partition: number;
    readonly replicas: readonly number[];
  }[];
  readonly configs: readonly { readonly name: string; readonly value: string | null }[];
}

export interface TopicDefaults {
  readonly partitionCount: number;
  readonly replicationFactor: number;
}

export interface PlacementChoice {
  readonly brokers: readonly PlacementBroker[];
  /** A whole number below the bound, at random. */
  readonly random: (bound: number) => number;
}

export function planTopic(
  topic: NewTopic,
  defaults: TopicDefaults,
  choice: PlacementChoice,
): Assignment | TopicProblem {
  const isCounted =
    topic.partitionCount !== BROKER_DEFAULT || topic.replicationFactor !== BROKER_DEFAULT;
  if (topic.assignments.length > 0) {
    if (!isCounted) return manualAssignment(topic.assignments);
    return new TopicProblem(
      ErrorCode.INVALID_REQUEST,
      'Both numPartitions or replicationFactor and replicasAssignments were set. ' +
        'Both cannot be used at the same time.',
    );
  }
  const partitionCount =
    topic.partitionCount === BROKER_DEFAULT ? defaults.partitionCount : topic.partitionCount;
  const replicationFactor =
    topic.replicationFactor === BROKER_DEFAULT
      ? defaults.replicationFactor
      : topic.replicationFactor;
  return placedAssignment(partitionCount, replicationFactor, choice);
}

function placedAssignment(
  partitionCount: number,
  replicationFactor: number,
  { brokers, random }: PlacementChoice,
): Assignment | TopicProblem {
  const problem =
    partitionCountProblem(partitionCount) ??
    requestProblem(partitionCount) ??
    replicationProblem(replicationFactor, brokers.length);
  if (problem !== undefined) return problem;
  return placeReplicas({
    brokers,
    partitionCount,
    replicationFactor,
    start: random(brokers.length),
    shift: random(brokers.length),
  });
}

function partitionCountProblem(count: number): TopicProblem | undefined {
  if (count <= 0) {
    const message = 'Number of partitions must be larger than 0.';
    return new TopicProblem(ErrorCode.INVALID_PARTITIONS, message);
  }
  return undefined;
}

function replicationProblem(factor: number, brokerCount: number): TopicProblem | undefined {
  if (factor <= 0) {
    const message = 'Replication factor must be larger than 0.';
    return new TopicProblem(ErrorCode.INVALID_REPLICATION_FACTOR, message);
  }
  if (factor > brokerCount) {
    const message = `Replication factor: ${factor} larger than available brokers: ${brokerCount}.`;
    return new TopicProblem(ErrorCode.INVALID_REPLICATION_FACTOR, message);
  }
  return undefined;
}

function manualAssignment(assignments: NewTopic['assignments']): Assignment | TopicProblem {
  const refuse = (message: string): TopicProblem =>
    new TopicProblem(ErrorCode.INVALID_REPLICA_ASSIGNMENT, message);
  const planned = new Map(assignments.map(({ partition, replicas }) => [partition, replicas]));
  const [first] = assignments;
  if (assignments.some(({ replicas }) => replicas.length !== first?.replicas.length)) {
    return refuse('All partitions should have the same number of replicas');
  }
  for (const { partition, replicas } of assignments) {
    if (replicas.length === 0) return refuse(`Partition ${partition} has no replica.`);
    if (new Set(replicas).size !== replicas.length) {
      return refuse(
        `Duplicate replica assignment found: partition ${partition}, ${list(replicas)}`,
      );
    }
    if (replicas.some((replica) => replica < 0)) {
      return refuse(`Negative broker id in the assignment of partition ${partition}.`);
    }
  }
  const isConsecutive = assignments.every((_, partition) => planned.has(partition));
  if (planned.size !== assignments.length || !isConsecutive) {
    return refuse('partitions should be a consecutive 0-based integer sequence');
  }
  return planned;
}

/** The partitions to add to a topic, with their replicas. */
export function planPartitions(
  topic: string,
  existing: Assignment,
  wanted: {
    readonly partitionCount: number;
    /** One a new partition; null to have them placed. */
    readonly assignments: readonly (readonly number[])[] | null;
  },
  choice: PlacementChoice,
): Assignment | TopicProblem {
  const first = existing.get(0);
  if (first === undefined) {
    const message = `Topic '${topic}' has no partition 0.`;
    return new TopicProblem(ErrorCode.UNKNOWN_SERVER_ERROR, message);
  }
  const increase = wanted.partitionCount - existing.size;
  if (increase < 0) {
    return new TopicProblem(
      ErrorCode.INVALID_PARTITIONS,
      `Topic currently has ${existing.size} partitions, ` +
        `which is higher than the requested ${wanted.partitionCount}.`,
    );
  }
  if (increase === 0) {
    const message = `Topic already has ${existing.size} partitions.`;
    return new TopicProblem(ErrorCode.INVALID_PARTITIONS, message);
  }
  const tooMany = requestProblem(increase);
  if (tooMany !== undefined) return tooMany;
  if (wanted.assignments !== null) {
    return manualPartitions(wanted.assignments, existing.size, increase, first.length, choice);
  }
  const tooFew = replicationProblem(first.length, choice.brokers.length);
  if (tooFew !== undefined) return tooFew;
  // Goes on where the leaders of the topic's first partitions began.
  const ids = choice.brokers.map(({ id }) => id).sort((a, b) => a - b);
  const start = Math.max(
    0,
    ids.findIndex((id) => id >= (first[0] ?? 0)),
  );
  return placeReplicas({
    brokers: choice.brokers,
    partitionCount: increase,
    replicationFactor: first.length,
    firstPartition: existing.size,
    start,
    shift: start,
  });
}

function manualPartitions(
  assignments: readonly (readonly number[])[],
  firstPartition: number,
  increase: number,
  replicationFactor: number,
  { brokers }: PlacementChoice,
): Assignment | TopicProblem {
  const refuse = (message: string): TopicProblem =>
    new TopicProblem(ErrorCode.INVALID_REPLICA_ASSIGNMENT, message);
  const known = new Set(brokers.map(({ id }) => id));
  const unknown = assignments.flat().filter((id) => !known.has(id));
  if (unknown.length > 0) {
    return refuse(`Unknown broker(s) in replica assignment: ${list([...new Set(unknown)])}.`);
  }
  if (assignments.length !== increase) {
    return refuse(
      `Increasing the number of partitions by ${increase} ` +
        `but ${assignments.length} assignments provided.`,
    );
  }
  for (const [index, replicas] of assignments.entries()) {
    const partition = firstPartition + index;
    if (replicas.length === 0) {
      return refuse(`Cannot have replication factor of 0 for partition id ${partition}.`);
    }
    if (new Set(replicas).size !== replicas.length) {
      return refuse(
        `Duplicate brokers not allowed in replica assignment: ` +
          `${list(replicas)} for partition id ${partition}.`,
      );
    }
    if (replicas.length !== replicationFactor) {
      return refuse(
        `Inconsistent replication factor between partitions, partition 0 has ` +
          `${replicationFactor} while partition ${partition} has ${replicas.length}.`,
      );
    }
  }
  return new Map(assignments.map((replicas, index) => [firstPartition + index, replicas]));
}

function list(ids: readonly number[]): string {
  return ids.join(', ');
}
