/**
 * All fetch loops of a broker: `num.replica.fetchers` for each leader that it follows.
 *
 * Owns: which loop a partition belongs to, and the life of the loops. A loop without partitions is closed, and its connection with it.
 */
import type { Clock, Timers } from '@zurau/platform';
import type { Logger } from '../../logging.ts';
import type { Partition } from '../partition.ts';
import { FetchLoop } from './fetch-loop.ts';
import type { LeaderEndpoint } from './leader-endpoint.ts';

export interface ReplicaFetchersOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
  /** `num.replica.fetchers`, as it is now: counts for what is followed from now on. */
  readonly fetcherCount: () => number;
  /** `replica.fetch.backoff.ms` */
  readonly backoffMs: number;
  /** `replica.fetch.max.bytes` */
  readonly partitionMaxBytes: number;
  readonly leaderEndpoint: (leaderId: number, fetcherIndex: number) => LeaderEndpoint;
  readonly mayFetch: (partition: Partition) => boolean;
  readonly onFetched: (partition: Partition, sizeBytes: number) => void;
}

export class ReplicaFetchers {
  readonly #options: ReplicaFetchersOptions;
  /** By leader and index. */
  readonly #loops = new Map<string, FetchLoop>();
  readonly #homes = new Map<Partition, FetchLoop>();
  readonly #ending = new Set<Promise<void>>();
  #closed = false;

  constructor(options: ReplicaFetchersOptions) {
    this.#options = options;
  }

  /** Follows the partition's leader; nobody follows it for this partition yet. */
  add(partition: Partition): void {
    if (this.#closed) return;
    const index = fetcherIndex(partition, this.#options.fetcherCount());
    const key = `${partition.leaderId}/${index}`;
    let loop = this.#loops.get(key);
    if (loop === undefined) {
      const { leaderEndpoint, ...shared } = this.#options;
      loop = new FetchLoop({ ...shared, leader: leaderEndpoint(partition.leaderId, index) });
      this.#loops.set(key, loop);
    }
    this.#homes.set(partition, loop);
    loop.add(partition);
  }

  remove(partition: Partition): void {
    this.#homes.get(partition)?.remove(partition);
    this.#homes.delete(partition);
  }

  /** After a round of changes: closes the loops that have nothing left to do. */
  closeIdle(): void {
    for (const [key, loop] of this.#loops) {
      if (loop.partitionCount > 0) continue;
      this.#loops.delete(key);
      this.#end(loop);
    }
  }

  /** Resolves when nothing is fetched or appended any more. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const loop of this.#loops.values()) this.#end(loop);
    this.#loops.clear();
    this.#homes.clear();
    await Promise.all(this.#ending);
  }

  #end(loop: FetchLoop): void {
    const ending = loop.close().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
}

function fetcherIndex({ topic, partition }: Partition, count: number): number {
  let hash = partition;
  for (let i = 0; i < topic.length; i++) hash = (Math.imul(hash, 31) + topic.charCodeAt(i)) | 0;
  return Math.abs(hash) % count;
}
