/**
 * Which replica a consumer should read from (KIP-392): `replica.selector.class`.
 *
 * Only replicas count that are in sync and have what the consumer asks for next; among those in its rack the one that is furthest.
 */
import { RACK_AWARE_SELECTOR } from '../config/broker-rules.ts';
import type { MetadataCache } from '../metadata/metadata-cache.ts';
import type { FollowerProgress } from './follower-progress.ts';
import type { Partition } from './partition.ts';

/** What a consumer says of itself. */
export interface ConsumerPlace {
  /** `client.rack`; empty when it does not say. */
  readonly rackId: string;
  readonly listenerName: string;
}

export interface ReplicaSelector {
  /** Another broker than this leader; undefined: stay. */
  select(partition: Partition, fetchOffset: number, consumer: ConsumerPlace): number | undefined;
}

/** Undefined where everyone reads from the leader. */
export function replicaSelector(
  className: string | null,
  brokerId: number,
  metadata: MetadataCache,
): ReplicaSelector | undefined {
  return className === RACK_AWARE_SELECTOR ? new RackAwareSelector(brokerId, metadata) : undefined;
}

class RackAwareSelector implements ReplicaSelector {
  readonly #brokerId: number;
  readonly #metadata: MetadataCache;

  constructor(brokerId: number, metadata: MetadataCache) {
    this.#brokerId = brokerId;
    this.#metadata = metadata;
  }

  select(
    partition: Partition,
    fetchOffset: number,
    { rackId, listenerName }: ConsumerPlace,
  ): number | undefined {
    if (rackId === '' || this.#metadata.broker(this.#brokerId)?.rack === rackId) return undefined;
    let best: FollowerProgress | undefined;
    for (const follower of partition.followers()) {
      const broker = this.#metadata.broker(follower.brokerId);
      const isEligible =
        broker?.rack === rackId &&
        broker.endpoints.has(listenerName) &&
        partition.isr.includes(follower.brokerId) &&
        follower.logEndOffset >= fetchOffset &&
        follower.logStartOffset <= fetchOffset;
      if (isEligible && (best === undefined || isFurther(follower, best))) best = follower;
    }
    return best?.brokerId;
  }
}

function isFurther(one: FollowerProgress, other: FollowerProgress): boolean {
  if (one.logEndOffset !== other.logEndOffset) return one.logEndOffset > other.logEndOffset;
  return one.lastCaughtUpMs > other.lastCaughtUpMs;
}
