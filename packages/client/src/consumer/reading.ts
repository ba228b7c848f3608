/**
 * The partitions that a consumer reads, and the door through which their records leave.
 *
 * Owns the readers and the fetcher that fills them. Knows nothing of groups: they change what is read through {@link Reading.change}.
 */
import type { DecodedRecord } from '@zurau/protocol';
import type { Cluster } from '../cluster/cluster.ts';
import { clientError, type KafkaError } from '../errors.ts';
import { partitionName, type TopicPartition } from '../topic-partition.ts';
import type { ConsumedBatch } from './consumed-batch.ts';
import type { ConsumerConfig } from './consumer-config.ts';
import { Fetcher } from './fetcher.ts';
import { PartitionReader } from './partition-reader.ts';
import type { ReadCommitted } from './position-finder.ts';

export class Reading {
  readonly #cluster: Cluster;
  readonly #config: Required<ConsumerConfig>;
  readonly #fetcher: Fetcher;
  readonly #byName: Map<string, PartitionReader> = new Map();
  #readers: readonly PartitionReader[] = [];
  /** Which reader is asked first, so that none is always last. */
  #turn = 0;
  #wakeUp: (() => void) | undefined;
  /** Something happened that nobody waited for. */
  #woken = false;

  constructor(cluster: Cluster, config: Required<ConsumerConfig>, readCommitted: ReadCommitted) {
    this.#cluster = cluster;
    this.#config = config;
    this.#fetcher = new Fetcher(cluster, config, readCommitted);
    this.#fetcher.onSupply = () => this.wake();
  }

  get readers(): readonly PartitionReader[] {
    return this.#readers;
  }

  find(of: TopicPartition): PartitionReader | undefined {
    return this.#byName.get(partitionName(of));
  }

  /** Throws KafkaError `INVALID_ARGUMENT` when the partition is not assigned. */
  reader(of: TopicPartition): PartitionReader {
    const reader = this.find(of);
    if (reader !== undefined) return reader;
    throw clientError('INVALID_ARGUMENT', `${partitionName(of)} is not assigned to this consumer.`);
  }

  /** Reads these and no others. */
  replace(readers: Iterable<PartitionReader>): void {
    this.#byName.clear();
    for (const reader of readers) this.#byName.set(reader.name, reader);
    this.#supply();
  }

  /** New partitions start where the group left off. */
  change(added: readonly TopicPartition[], removed: readonly TopicPartition[]): void {
    for (const of of removed) this.#byName.delete(partitionName(of));
    for (const of of added) {
      const reader = new PartitionReader(of, 'committed');
      this.#byName.set(reader.name, reader);
    }
    this.#supply();
  }

  /** Returns nothing of these until they are removed. */
  hold(partitions: readonly TopicPartition[]): void {
    for (const of of partitions) {
      const reader = this.#byName.get(partitionName(of));
      if (reader !== undefined) reader.held = true;
    }
  }

  /** What was returned is done with. */
  finish(): void {
    for (const reader of this.#readers) reader.finish();
  }

  /** Monotonic time since which the partition waits that waits longest for an answer; undefined when none does. */
  waitingSinceMs(): number | undefined {
    let sinceMs: number | undefined;
    for (const reader of this.#readers) {
      // What is buffered holds up fetches; that is for the application to change.
      if (reader.isIdle || reader.hasRecords) continue;
      const readerMs = reader.answeredMs ?? reader.assignedMs;
      if (readerMs !== undefined) sinceMs = Math.min(sinceMs ?? readerMs, readerMs);
    }
    return sinceMs;
  }

  /** Looks again at what may be fetched. */
  refill(): void {
    this.#fetcher.wake();
  }

  /** Up to `maxPollRecords` records, of so many partitions at most. Throws what went wrong for good in a partition, when there are none. */
  collect(batchCountMax: number): ConsumedBatch[] {
    const batches: ConsumedBatch[] = [];
    const readers = this.#readers;
    let room = this.#config.maxPollRecords;
    this.#turn += 1;
    for (let index = 0; index < readers.length && room > 0; index += 1) {
      if (batches.length === batchCountMax) break;
      const reader = readers[(index + this.#turn) % readers.length] as PartitionReader;
      if (reader.isIdle || !reader.hasRecords) continue;
      const records = this.#take(reader, room);
      const { place } = reader;
      if (records.length === 0 || place === undefined) continue;
      room -= records.length;
      const { topic, partition, highWatermark } = reader;
      const { offset: nextOffset, leaderEpoch } = place;
      batches.push({ topic, partition, records, highWatermark, nextOffset, leaderEpoch });
    }
    // Also when there were none: a partition with nothing but markers has moved on.
    this.#fetcher.wake();
    if (batches.length === 0) this.#throwFailure();
    return batches;
  }

  /** Resolves when there may be something new, time is up, or the signal fired. One at a time. */
  wait(timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#woken) {
      this.#woken = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const done = (): void => {
        this.#wakeUp = undefined;
        this.#woken = false;
        timer.cancel();
        signal?.removeEventListener('abort', done);
        resolve();
      };
      this.#wakeUp = done;
      const timer = this.#cluster.platform.timers.after(timeoutMs, done);
      signal?.addEventListener('abort', done, { once: true });
    });
  }

  wake(): void {
    if (this.#wakeUp === undefined) this.#woken = true;
    else this.#wakeUp();
  }

  /** Fetches no more; what is read, and how far, stays known. Takes a moment at most, and no longer than `timeoutMs`. Idempotent. */
  stopFetching(timeoutMs: number): Promise<void> {
    return this.#fetcher.close(timeoutMs);
  }

  /** Once it fetches no more. */
  close(): void {
    this.#byName.clear();
    this.#readers = [];
    this.wake();
  }

  #supply(): void {
    this.#readers = [...this.#byName.values()];
    const nowMs = this.#cluster.platform.clock.monotonicMs();
    for (const reader of this.#readers) reader.assignedMs ??= nowMs;
    this.#fetcher.supply(this.#readers);
  }

  #take(reader: PartitionReader, countMax: number): DecodedRecord[] {
    try {
      return reader.take(countMax);
    } catch (error) {
      const about = `Reading ${reader.name} at offset ${reader.position}`;
      const message = error instanceof Error ? error.message : String(error);
      reader.failure = clientError('PROTOCOL_VIOLATION', `${about}: ${message}`, error);
      return [];
    }
  }

  #throwFailure(): void {
    const reader = this.#readers.find(({ failure, held }) => failure !== undefined && !held);
    if (reader?.failure === undefined) return;
    const failure: KafkaError = reader.failure;
    reader.failure = undefined;
    throw failure;
  }
}
