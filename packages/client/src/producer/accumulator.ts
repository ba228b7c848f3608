/**
 * Holds the records that were sent and are not acknowledged yet, a queue for each partition, within `bufferMemory`.
 *
 * Owns the memory account and the choice of partitions. Synchronous; never waits: who finds no room waits outside.
 */
import type { Random } from '@zurau/platform';
import type { TopicMetadata } from '../cluster/metadata.ts';
import { clientError, type KafkaError } from '../errors.ts';
import { PartitionQueue, type QueuedRecord, type QueueOptions } from './partition-queue.ts';
import {
  choiceOf,
  partitionOfKey,
  type Partitioner,
  type PartitionLoad,
  RoundRobinPartitioner,
  StickyPartitioner,
} from './partitioner.ts';
import type { ProducerBatch, RecordCallback } from './producer-batch.ts';

export interface AccumulatorOptions extends QueueOptions {
  readonly bufferMemoryBytes: number;
  readonly recordSizeBytesMax: number;
  readonly partitioning: Partitioning;
}

/** How partitions are chosen for records that do not name one. */
export interface Partitioning {
  /** `default`: by key, and sticky without. */
  readonly partitioner: 'default' | 'round-robin' | Partitioner;
  readonly ignoresKeys: boolean;
  /** Sticks to partitions whose brokers keep up rather than to all alike (KIP-794). */
  readonly isAdaptive: boolean;
  /** A broker that has not taken a batch that was ready for so long gets no more; 0: they all get their share. */
  readonly availabilityTimeoutMs: number;
}

/** A record that fits the rules, with all that is asked for filled in. */
export interface AcceptedRecord extends QueuedRecord {
  readonly topic: string;
  readonly partition: number | undefined;
  readonly sizeBytesMax: number;
}

/** About what a record that waits costs besides its bytes: its promise, and the callbacks that settle it. */
const RECORD_OVERHEAD_BYTES = 256;

interface TopicQueues {
  readonly sticky: StickyPartitioner;
  readonly roundRobin: RoundRobinPartitioner;
  /** Sparse: a queue comes with the first record. */
  readonly byPartition: (PartitionQueue | undefined)[];
}

export class Accumulator {
  readonly #options: AccumulatorOptions;
  readonly #random: Random;
  readonly #topics: Map<string, TopicQueues> = new Map();
  /** Queues that are not idle. */
  readonly #busy: Set<PartitionQueue> = new Set();
  #usedBytes = 0;

  constructor(options: AccumulatorOptions, random: Random) {
    this.#options = options;
    this.#random = random;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Queues with batches that wait or are in flight. */
  get busy(): ReadonlySet<PartitionQueue> {
    return this.#busy;
  }

  /** Whether a record of that size may be added now. One record is always let in, however large. */
  hasRoom(sizeBytes: number): boolean {
    const neededBytes = sizeBytes + RECORD_OVERHEAD_BYTES;
    return (
      this.#usedBytes === 0 || this.#usedBytes + neededBytes <= this.#options.bufferMemoryBytes
    );
  }

  /** Why a record can never be sent, or undefined. */
  refusal(sizeBytes: number): KafkaError | undefined {
    if (sizeBytes <= this.#options.recordSizeBytesMax) return undefined;
    return clientError(
      'RECORD_TOO_LARGE',
      `A record takes ${sizeBytes} bytes; maxRequestSize allows ${this.#options.recordSizeBytesMax}.`,
    );
  }

  /**
   * Adds a record. Call only with room for it. Throws KafkaError `INVALID_ARGUMENT` for a partition that the topic
   * does not have.
   */
  append(topic: TopicMetadata, record: AcceptedRecord, callback: RecordCallback): void {
    const queues = this.#queuesOf(topic.name);
    const { sizeBytesMax } = record;
    const partitionCount = topic.partitions.length;
    const chosen = record.partition ?? this.#choose(topic, queues, record);
    const isSticky = chosen === undefined;
    const partition = chosen ?? queues.sticky.choose(topic);
    if (!Number.isInteger(partition) || partition < 0 || partition >= partitionCount) {
      throw clientError(
        'INVALID_ARGUMENT',
        `Topic ${topic.name} has partitions 0 to ${partitionCount - 1}, not ${partition}.`,
      );
    }
    const queue = (queues.byPartition[partition] ??= new PartitionQueue(
      { topic: topic.name, partition },
      this.#options,
    ));
    const memoryBytes = sizeBytesMax + RECORD_OVERHEAD_BYTES;
    const batchIsFull = queue.append(record, sizeBytesMax, memoryBytes, callback);
    if (isSticky) queues.sticky.used(topic, sizeBytesMax, batchIsFull);
    this.#busy.add(queue);
    this.#usedBytes += memoryBytes;
  }

  /** A batch is settled and forgotten by its queue: its memory is free. */
  release(queue: PartitionQueue, batch: ProducerBatch): void {
    this.#usedBytes -= batch.memoryBytes;
    batch.memoryBytes = 0;
    if (queue.isIdle) this.#busy.delete(queue);
  }

  /** Partitions number their batches anew. Call only when nothing is in flight. */
  forgetIdentity(): void {
    for (const { byPartition } of this.#topics.values()) {
      for (const queue of byPartition) queue?.forgetIdentity();
    }
  }

  /** All batches that are not settled. */
  *unsettled(): Generator<ProducerBatch> {
    for (const queue of this.#busy) {
      for (const batch of queue.batches()) if (!batch.settled) yield batch;
    }
  }

  /** Undefined: wherever the records without a key go now. */
  #choose(topic: TopicMetadata, queues: TopicQueues, record: AcceptedRecord): number | undefined {
    const { partitioner, ignoresKeys } = this.#options.partitioning;
    if (partitioner === 'round-robin') return queues.roundRobin.choose(choiceOf(topic));
    if (partitioner !== 'default') return chosenBy(partitioner, record, topic);
    const { key } = record;
    if (ignoresKeys || key === null || key === undefined) return undefined;
    return partitionOfKey(key, topic.partitions.length);
  }

  #queuesOf(topic: string): TopicQueues {
    let queues = this.#topics.get(topic);
    if (queues === undefined) {
      const byPartition: TopicQueues['byPartition'] = [];
      const { isAdaptive } = this.#options.partitioning;
      const load = isAdaptive ? this.#loadOf(byPartition) : undefined;
      queues = {
        sticky: new StickyPartitioner(this.#random, this.#options.batchSizeBytes, load),
        roundRobin: new RoundRobinPartitioner(this.#random),
        byPartition,
      };
      this.#topics.set(topic, queues);
    }
    return queues;
  }

  #loadOf(queues: TopicQueues['byPartition']): PartitionLoad {
    return {
      waitingCount: (partition) => queues[partition]?.waitingCount ?? 0,
      unavailable: (topic) => this.#unavailable(topic, queues),
    };
  }

  /** A leader that leaves one partition waiting will leave its others waiting, too. */
  #unavailable(topic: TopicMetadata, queues: TopicQueues['byPartition']): ReadonlySet<number> {
    const { availabilityTimeoutMs } = this.#options.partitioning;
    if (availabilityTimeoutMs === 0) return ALL_AVAILABLE;
    const stuckBeforeMs = this.#options.clock.monotonicMs() - availabilityTimeoutMs;
    const isStuck = ({ partition }: { readonly partition: number }): boolean =>
      (queues[partition]?.readySinceMs ?? Number.POSITIVE_INFINITY) < stuckBeforeMs;
    const leaders = new Set(topic.partitions.filter(isStuck).map(({ leader }) => leader));
    const theirs = topic.partitions.filter(({ leader }) => leaders.has(leader));
    return new Set(theirs.map(({ partition }) => partition));
  }
}

const ALL_AVAILABLE: ReadonlySet<number> = new Set();

/** Throws KafkaError `CALLBACK_FAILED`. */
function chosenBy(partitioner: Partitioner, record: AcceptedRecord, topic: TopicMetadata): number {
  try {
    return partitioner(record, choiceOf(topic));
  } catch (error) {
    throw clientError('CALLBACK_FAILED', `The partitioner failed for topic ${topic.name}.`, error);
  }
}
