/**
 * Where Zurau answers otherwise than Apache Kafka 3.9 in ZooKeeper mode, and why. Every entry has to be seen by the suite: one that is no longer true
 * fails it.
 */
import type { Difference } from './compare.ts';

/** A difference, and where it was seen. */
export interface Seen extends Difference {
  readonly api: string;
  readonly version: number;
  readonly scenario: string;
  readonly step: string;
}

export interface KnownDifference {
  readonly reason: string;
  readonly matches: (seen: Seen) => boolean;
}

/** APIs that Kafka offers and Zurau does not, by key. */
export const UNSERVED: ReadonlyMap<number, string> = new Map();

/** APIs whose range of versions is another one, by key. */
export const versionRangeReasons: ReadonlyMap<number, string> = new Map();

/** First version that is served, where an older one is announced: librdkafka wants to see Produce from 0. */
export const SERVED_FROM: ReadonlyMap<number, number> = new Map([[0, 3]]);

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [];
