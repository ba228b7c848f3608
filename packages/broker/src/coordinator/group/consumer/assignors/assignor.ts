/**
 * What distributes the partitions of a consumer group on the broker's side (KIP-848). Pure: the same group gives the same assignment, on every
 * coordinator that it may come to.
 */
import type { Partitions } from '../partitions.ts';
import { rangeAssignor } from './range.ts';
import { uniformAssignor } from './uniform.ts';

export interface AssignorMember {
  readonly id: string;
  readonly instanceId: string | null;
  /** Ids of the topics that it is subscribed to and that exist. */
  readonly topicIds: ReadonlySet<string>;
  /** Its target so far. */
  readonly current: Partitions;
}

export interface AssignorInput {
  readonly members: readonly AssignorMember[];
  /** Number of partitions by topic id. */
  readonly topics: ReadonlyMap<string, number>;
}

export interface Assignor {
  /** As members ask for it. */
  readonly name: string;
  /** The target of every member. */
  assign(input: AssignorInput): ReadonlyMap<string, Partitions>;
}

const builtIn: readonly Assignor[] = [uniformAssignor, rangeAssignor];

/** By its short name, or the name of its class in Apache Kafka; undefined for one that is not built in. */
export function assignorByName(name: string): Assignor | undefined {
  const simple = /(\w+?)(?:Assignor)?$/.exec(name)?.[1]?.toLowerCase();
  return builtIn.find((assignor) => assignor.name === simple);
}
