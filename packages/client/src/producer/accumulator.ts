/**
 * Holds the records that were sent and are not acknowledged yet, a queue for each partition, within `bufferMemory`.
 *
 * Owns the memory account and the choice of partitions. Synchronous; never waits: who finds no room waits outside.
 */
import type { Random } from '@zurau/platform';
import type { RecordInput } from '@zurau/protocol';
import type { TopicMetadata } from '../cluster/metadata.ts';
import { clientError, type KafkaError } from '../errors.ts';
import { PartitionQueue, type QueueOptions } from './partition-queue.ts';
import { partitionOfKey, StickyPartitioner } from './partitioner.ts';
import type { ProducerBatch, RecordCallback } from './producer-batch.ts';

export interface AccumulatorOptions extends QueueOptions {
  readonly bufferMemoryBytes: number;
  readonly recordSizeBytesMax: number;
}

/** A record that fits the rules, with all that is asked for filled in. */
export interface AcceptedRecord extends RecordInput {
  readonly topic: string;
  readonly partition: number | undefined;
  readonly sizeBytesMax: number;
}

/** About what a record that waits costs besides its bytes: its promise, and the callbacks that settle it. */
const RECORD_OVERHEAD_BYTES = 256;

interface TopicQueues {
  readonly sticky: StickyPartitioner;
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
    const { key, sizeBytesMax } = record;
    const partitionCount = topic.partitions.length;
    const isSticky = record.partition === undefined && (key === null || key === undefined);
    const partition =
      record.partition ??
      (key === null || key === undefined
        ? queues.sticky.choose(topic)
        : partitionOfKey(key, partitionCount));
    if (partition >= partitionCount) {
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
    const { batchIsFull } = queue.append(record, sizeBytesMax, memoryBytes, callback);
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

  #queuesOf(topic: string): TopicQueues {
    let queues = this.#topics.get(topic);
    if (queues === undefined) {
      const sticky = new StickyPartitioner(this.#random, this.#options.batchSizeBytes);
      queues = { sticky, byPartition: [] };
      this.#topics.set(topic, queues);
    }
    return queues;
  }
}
