/**
 * Reads records from partitions that it is told to read.
 *
 * `poll` and `for await` are two doors to one engine: the fetcher fills the readers, and records leave them here. Group membership, when it
 * comes, decides the assignment and stands beside this class: it calls {@link Consumer.assign} and nothing below.
 */
import { type DecodedRecord, ErrorCode } from '@zurau/protocol';
import { Cluster, type OperationOptions } from '../cluster/cluster.ts';
import { abortedError, brokerError, clientError, KafkaError } from '../errors.ts';
import { partitionName, type TopicPartition } from '../topic-partition.ts';
import { type ConsumerConfig, resolveConsumerConfig } from './consumer-config.ts';
import { Fetcher } from './fetcher.ts';
import { PartitionReader } from './partition-reader.ts';
import { checkPosition, type Position } from './position.ts';

/** What to read. Without a partition: all that the topic has now. */
export interface Assignment {
  readonly topic: string;
  readonly partition?: number | undefined;
  /** By default as `autoOffsetReset` says. */
  readonly from?: Position | undefined;
}

/** Records of one partition, in order, at least one. */
export interface ConsumedBatch extends TopicPartition {
  readonly records: readonly DecodedRecord[];
  /** The offset after the last record that is committed to the log, at the time of the fetch. */
  readonly highWatermark: number;
}

const POLL_TIMEOUT_MS = 1_000;

export class Consumer implements AsyncIterable<ConsumedBatch> {
  readonly #config: Required<ConsumerConfig>;
  readonly #cluster: Cluster;
  readonly #fetcher: Fetcher;
  #readers: PartitionReader[] = [];
  /** Which reader is asked first, so that none is always last. */
  #turn = 0;
  #wakeUp: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  /** Connects when it has to. Throws KafkaError `INVALID_ARGUMENT` for a wrong or unknown setting. */
  constructor(config: ConsumerConfig) {
    this.#config = resolveConsumerConfig(config);
    const autoCreateTopics = this.#config.allowAutoCreateTopics;
    this.#cluster = new Cluster(this.#config, { autoCreateTopics, usesZstd: true });
    this.#fetcher = new Fetcher(this.#cluster, this.#config);
    this.#fetcher.onSupply = () => this.#wakeUp?.();
    this.#cluster.onMetadata = () => this.#fetcher.wake();
  }

  /** Finds out at once whether the cluster can be reached; without it, `assign` does. One try, no retries. */
  async connect(options: OperationOptions = {}): Promise<void> {
    await this.#cluster.connect(options);
  }

  /** Reads these partitions from now on, and no others. Rejects when a topic or partition does not exist. */
  async assign(assignments: readonly Assignment[], options: OperationOptions = {}): Promise<void> {
    this.#checkOpen();
    const readers = new Map<string, PartitionReader>();
    for (const { topic, partition, from } of assignments) {
      const position = checkPosition(from ?? this.#defaultPosition(topic));
      const { partitions } = await this.#cluster.topic(topic, options);
      if (partition !== undefined && partitions[partition] === undefined) {
        const about = `Topic ${topic} has partitions 0 to ${partitions.length - 1}, not ${partition}`;
        throw brokerError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, about);
      }
      const wanted = partition === undefined ? partitions.map((of) => of.partition) : [partition];
      for (const number of wanted) {
        const reader = new PartitionReader({ topic, partition: number }, position);
        readers.set(reader.name, reader);
      }
    }
    this.#checkOpen();
    this.#readers = [...readers.values()];
    this.#fetcher.supply(this.#readers);
  }

  /** The partitions that are read. */
  assignment(): TopicPartition[] {
    return this.#readers.map(({ topic, partition }) => ({ topic, partition }));
  }

  /** Goes on from there; what was fetched ahead is forgotten. Throws when the partition is not assigned. */
  seek(of: TopicPartition, position: Position): void {
    this.#reader(of).seek(checkPosition(position));
    this.#fetcher.wake();
  }

  /** Offset of the next record that is returned; undefined while it is looked up. Throws when the partition is not assigned. */
  position(of: TopicPartition): number | undefined {
    return this.#reader(of).position;
  }

  /** Returns nothing of this partition until `resume`; the position stays. */
  pause(of: TopicPartition): void {
    this.#reader(of).paused = true;
  }

  resume(of: TopicPartition): void {
    this.#reader(of).paused = false;
    this.#fetcher.wake();
    this.#wakeUp?.();
  }

  /**
   * The next records, at most `maxPollRecords`; waits for them up to `timeoutMs` (default 1 s), then returns none. One call at a
   * time. Rejects with what went wrong for good in a partition; the next call goes on with the others, and tries that one again.
   */
  async poll(options: OperationOptions = {}): Promise<ConsumedBatch[]> {
    const { clock } = this.#cluster.platform;
    const deadlineMs = clock.monotonicMs() + (options.timeoutMs ?? POLL_TIMEOUT_MS);
    for (;;) {
      this.#checkOpen();
      if (options.signal?.aborted === true) throw abortedError(options.signal);
      const batches = this.#collect();
      if (batches.length > 0) return batches;
      const leftMs = deadlineMs - clock.monotonicMs();
      if (leftMs <= 0) return [];
      await this.#supplied(leftMs, options.signal);
    }
  }

  /** Batches for ever, until the consumer is closed. Leaving the loop closes nothing. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ConsumedBatch, void, undefined> {
    while (this.#closing === undefined) {
      try {
        yield* await this.poll();
      } catch (error) {
        if (error instanceof KafkaError && error.code === 'CLIENT_CLOSED') return;
        throw error;
      }
    }
  }

  /** Idempotent. A poll that waits is rejected with `CLIENT_CLOSED`. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#fetcher.close();
    this.#readers = [];
    // Runs before `#closing` is set; whoever waits must see it set.
    queueMicrotask(() => this.#wakeUp?.());
    await this.#cluster.close();
  }

  #collect(): ConsumedBatch[] {
    const batches: ConsumedBatch[] = [];
    const readers = this.#readers;
    let room = this.#config.maxPollRecords;
    this.#turn += 1;
    for (let index = 0; index < readers.length && room > 0; index += 1) {
      const reader = readers[(index + this.#turn) % readers.length] as PartitionReader;
      if (reader.paused || !reader.hasRecords) continue;
      const records = this.#take(reader, room);
      if (records.length === 0) continue;
      room -= records.length;
      const { topic, partition, highWatermark } = reader;
      batches.push({ topic, partition, records, highWatermark });
    }
    // Also when there were none: a partition with nothing but markers has moved on.
    this.#fetcher.wake();
    if (batches.length === 0) this.#throwFailure();
    return batches;
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
    const reader = this.#readers.find(({ failure }) => failure !== undefined);
    if (reader?.failure === undefined) return;
    const { failure } = reader;
    reader.failure = undefined;
    throw failure;
  }

  #supplied(timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#wakeUp !== undefined) {
        reject(
          clientError('INVALID_ARGUMENT', 'Another poll of this consumer is waiting already.'),
        );
        return;
      }
      const done = (): void => {
        this.#wakeUp = undefined;
        timer.cancel();
        signal?.removeEventListener('abort', done);
        resolve();
      };
      this.#wakeUp = done;
      const timer = this.#cluster.platform.timers.after(timeoutMs, done);
      signal?.addEventListener('abort', done, { once: true });
    });
  }

  #reader(of: TopicPartition): PartitionReader {
    const name = partitionName(of);
    const reader = this.#readers.find((candidate) => candidate.name === name);
    if (reader !== undefined) return reader;
    throw clientError('INVALID_ARGUMENT', `${name} is not assigned to this consumer.`);
  }

  #defaultPosition(topic: string): Position {
    switch (this.#config.autoOffsetReset) {
      case 'earliest':
        return 'beginning';
      case 'latest':
        return 'end';
      case 'none':
        throw clientError(
          'INVALID_ARGUMENT',
          `autoOffsetReset is "none": say where to read ${topic} from.`,
        );
    }
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw clientError('CLIENT_CLOSED', 'The consumer is closed.');
  }
}
