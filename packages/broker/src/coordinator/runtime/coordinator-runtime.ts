/**
 * The coordinators of one internal topic on this broker: one {@link Shard} for each partition that it leads.
 *
 * Owns the shards. They come with leadership, are loaded from the log, and go with leadership; requests for a partition that is not
 * here, or not here yet, are refused with the code that sends a client elsewhere or makes it wait. Nothing here knows what the
 * coordinators coordinate.
 */
import { ErrorCode } from '@zurau/protocol';
import { CoordinatorError } from './coordinator-error.ts';
import { Shard, type ShardOptions } from './shard.ts';
import type { StateMachine, TransactionEnd, WriteResult } from './state-machine.ts';

/** What {@link CoordinatorRuntime.readAll} found. */
export interface ReadAll<T> {
  readonly values: T[];
  /** Some partition is still loading: the values are not complete. */
  readonly loading: boolean;
}

export class CoordinatorRuntime<R, M extends StateMachine<R>> {
  readonly #options: ShardOptions<R, M>;
  readonly #shards = new Map<number, Shard<R, M>>();
  /**
   * The end of the last load. One partition is loaded after the other, a read at a time: what else the broker does comes in between, and the first
   * groups are served while the last are still to come.
   */
  #loading: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: ShardOptions<R, M>) {
    this.#options = options;
  }

  /** This broker leads `partition` now. Loading goes on after the call; a shard that is here already just notes the epoch. */
  onElected(partition: number, leaderEpoch: number): void {
    if (this.#closed) return;
    const existing = this.#shards.get(partition);
    if (existing !== undefined && existing.state !== 'failed') {
      existing.leaderEpoch = Math.max(existing.leaderEpoch, leaderEpoch);
      return;
    }
    existing?.unload();
    const shard = new Shard<R, M>(partition, leaderEpoch, this.#options);
    this.#shards.set(partition, shard);
    this.#loading = this.#loading.then(() => shard.load());
  }

  /** This broker leads `partition` no more. With an epoch older than the last election it is out of date and ignored. */
  onResigned(partition: number, leaderEpoch?: number): void {
    const shard = this.#shards.get(partition);
    if (shard === undefined) return;
    if (leaderEpoch !== undefined && leaderEpoch < shard.leaderEpoch) return;
    this.#shards.delete(partition);
    shard.unload();
  }

  /** Resolves when nothing is being loaded. */
  async loaded(): Promise<void> {
    for (let last: Promise<void> | undefined; last !== this.#loading;) {
      last = this.#loading;
      await last;
    }
  }

  /**
   * Lets the machine of `partition` decide, and resolves with the response when its records are replicated. Rejects with
   * {@link CoordinatorError}: its own refusals, NOT_COORDINATOR, COORDINATOR_LOAD_IN_PROGRESS, REQUEST_TIMED_OUT, what the log refused.
   */
  async write<T>(partition: number, decide: (machine: M) => WriteResult<R, T>): Promise<T> {
    return await this.#shard(partition).write(decide);
  }

  /**
   * Writes the marker that ends a producer's transaction in `partition`, and resolves when it is replicated. Rejects with {@link CoordinatorError}, as
   * {@link write} does.
   */
  async endTransaction(partition: number, end: TransactionEnd): Promise<void> {
    await this.#shard(partition).endTransaction(end);
  }

  /** Looks at the machine of `partition`. Throws {@link CoordinatorError}. */
  read<T>(partition: number, look: (machine: M) => T): T {
    return this.#shard(partition).read(look);
  }

  /** Looks at every machine that is loaded. */
  readAll<T>(look: (machine: M) => T): ReadAll<T> {
    const values: T[] = [];
    let loading = false;
    for (const shard of this.#shards.values()) {
      if (shard.state === 'active') values.push(shard.read(look));
      loading ||= shard.state === 'loading';
    }
    return { values, loading };
  }

  /** Partitions with a loaded machine. */
  activePartitions(): number[] {
    return [...this.#shards.values()]
      .filter((shard) => shard.state === 'active')
      .map((shard) => shard.partition);
  }

  /** Unloads everything and awaits what was being loaded. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const shard of this.#shards.values()) shard.unload();
    this.#shards.clear();
    await this.loaded();
  }

  #shard(partition: number): Shard<R, M> {
    const shard = this.#shards.get(partition);
    if (shard === undefined) throw new CoordinatorError(ErrorCode.NOT_COORDINATOR);
    return shard;
  }
}
