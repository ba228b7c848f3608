/**
 * The batches of one partition, from the first record to the acknowledgement: waiting, in flight, to be sent again.
 *
 *     append ──► waiting ──take──► in flight ──► acknowledged | failed
 *                  ▲                   │
 *                  └────── retry ──────┘      back to the place it had, before everything younger
 *
 * Owns the order. Invariants:
 * - Batches leave `waiting` in the order of their first records, and so do their sequence numbers.
 * - A batch that is sent again travels alone: nothing else of the partition is in flight with it. So a second failure cannot let
 *   a younger batch overtake it, with idempotence or without.
 * - The first batch of an epoch travels alone too: a broker that knows nothing of a producer accepts any sequence, so if the first
 *   were refused for the moment, the second could be written before it.
 * - A batch that was sent keeps its sequence until the broker has refused it, or an older one, for its sequence while nothing
 *   older still was outstanding. Brokers accept only the next sequence, so only then is it known that neither it nor anything
 *   younger is in the log under its number.
 *
 * Synchronous; knows nothing of brokers, connections and timers.
 */
import type { Clock } from '@zurau/platform';
import type { BatchProducer, CompressionCodec, RecordInput } from '@zurau/protocol';
import type { KafkaError } from '../errors.ts';
import type { TopicPartition } from '../topic-partition.ts';
import { ProducerBatch, type RecordCallback } from './producer-batch.ts';
import { type ProducerIdentity, Sequences } from './sequences.ts';

export interface QueueOptions {
  readonly clock: Clock;
  readonly batchSizeBytes: number;
  readonly lingerMs: number;
  readonly inFlightMax: number;
  readonly transactional: boolean;
}

/** A record, and what its batch is compressed with: those of a batch have it in common. */
export interface QueuedRecord extends RecordInput {
  readonly codec: CompressionCodec;
}

export class PartitionQueue {
  readonly topic: string;
  readonly partition: number;
  readonly #options: QueueOptions;
  #waiting: ProducerBatch[] = [];
  #inFlight: ProducerBatch[] = [];
  #sequences: Sequences | undefined;
  /** Whether the broker has acknowledged a batch of this epoch. */
  #isKnown = false;
  /** The broker lost our sequence: go on in a new epoch as soon as nothing is in flight. */
  #epochIsOver = false;
  /** Monotonic time before which nothing is sent. */
  #notBeforeMs = 0;
  #batchCount = 0;
  /** Of the batch that was built last, before compression. */
  #lastSizeBytes = 0;
  /** A producer id that has no epoch left for this partition. */
  #usedUpProducerId: number | undefined;

  constructor(of: TopicPartition, options: QueueOptions) {
    this.topic = of.topic;
    this.partition = of.partition;
    this.#options = options;
  }

  get isIdle(): boolean {
    return this.#waiting.length === 0 && this.#inFlight.length === 0;
  }

  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** Since when the next batch could have been sent, monotonic; infinity when there is none. */
  get readySinceMs(): number {
    const head = this.#waiting[0];
    if (head === undefined) return Number.POSITIVE_INFINITY;
    const isComplete = this.#waiting.length > 1 || head.sizeBytes >= this.#options.batchSizeBytes;
    return head.createdMs + (isComplete ? 0 : this.#options.lingerMs);
  }

  get inFlight(): readonly ProducerBatch[] {
    return this.#inFlight;
  }

  /** The batch that {@link take} would take. */
  get head(): ProducerBatch | undefined {
    return this.#waiting[0];
  }

  /** In flight, then waiting. */
  *batches(): Generator<ProducerBatch> {
    yield* this.#inFlight;
    yield* this.#waiting;
  }

  /** Adds a record to the youngest batch, or to a new one; whether that takes no more. */
  append(
    record: QueuedRecord,
    sizeBytesMax: number,
    memoryBytes: number,
    callback: RecordCallback,
  ): boolean {
    const { batchSizeBytes, clock } = this.#options;
    let batch = this.#waiting.at(-1);
    const { codec } = record;
    if (
      batch === undefined ||
      batch.built ||
      batch.sizeBytes + sizeBytesMax > batchSizeBytes ||
      batch.codec !== codec
    ) {
      // A busy partition fills the next batch as far as the last one: one allocation instead of a growing series.
      const capacityBytes = Math.min(batchSizeBytes, 2 * (batch?.sizeBytes ?? this.#lastSizeBytes));
      const nowMs = clock.monotonicMs();
      const format = { codec, transactional: this.#options.transactional };
      batch = new ProducerBatch(this, this.#batchCount, nowMs, format, capacityBytes);
      this.#batchCount += 1;
      this.#waiting.push(batch);
    }
    batch.append(record, memoryBytes, callback);
    return batch.sizeBytes >= batchSizeBytes;
  }

  /** Milliseconds until the next batch may be sent: 0 is now, infinity is when one in flight is done. `hurry` ignores the linger time. */
  sendableInMs(nowMs: number, hurry: boolean): number {
    const head = this.#waiting[0];
    if (head === undefined || this.#mustWaitForFlight(head)) return Number.POSITIVE_INFINITY;
    const backoffMs = Math.max(0, this.#notBeforeMs - nowMs);
    const { lingerMs, batchSizeBytes } = this.#options;
    const isComplete =
      hurry || head.attempts > 0 || this.#waiting.length > 1 || head.sizeBytes >= batchSizeBytes;
    const lingerLeftMs = isComplete ? 0 : Math.max(0, head.createdMs + lingerMs - nowMs);
    return Math.max(backoffMs, lingerLeftMs);
  }

  /** True until {@link identify}, and again when a producer id has no epoch left. An idempotent producer must not take before. */
  get needsIdentity(): boolean {
    return this.#sequences === undefined;
  }

  get usedUpProducerId(): number | undefined {
    return this.#usedUpProducerId;
  }

  /** Numbers batches no more until {@link identify} is called again. Call only when nothing is in flight. */
  forgetIdentity(): void {
    this.#sequences = undefined;
    this.#epochIsOver = false;
  }

  /** Starts to number batches, from 0; what was refused under the identity before is numbered anew. */
  identify(identity: ProducerIdentity): void {
    this.#sequences = new Sequences(identity);
    this.#renumber(this.#sequences);
  }

  /**
   * Bytes of the batch that {@link take} would take, before compression where it was never sent. Call only when it is sendable.
   */
  headSizeBytes(): number {
    return this.#waiting[0]?.sizeBytes ?? 0;
  }

  /** Moves the next batch into flight. Call only when it is sendable. Throws CompressionError; the batch stays, for {@link drop}. */
  take(): ProducerBatch {
    const batch = this.#waiting[0] as ProducerBatch;
    if (!batch.built) {
      this.#lastSizeBytes = batch.sizeBytes;
      batch.build(this.#takeSequence(batch));
    }
    this.#waiting.shift();
    batch.attempts += 1;
    this.#inFlight.push(batch);
    return batch;
  }

  /** The batch is in the log; forgets it. */
  acknowledge(batch: ProducerBatch): void {
    this.#isKnown = true;
    this.drop(batch);
  }

  /** The batch is given up, or refused for good; forgets it. */
  drop(batch: ProducerBatch): void {
    remove(this.#inFlight, batch);
    remove(this.#waiting, batch);
    this.#startEpochIfDue();
  }

  /** The batch goes back to its place, to be sent again from `notBeforeMs` on. */
  retry(batch: ProducerBatch, error: KafkaError, notBeforeMs: number): void {
    const order = this.#inFlight.indexOf(batch);
    if (order < 0) throw new Error('only a batch in flight is retried');
    batch.lastError = error;
    this.#inFlight.splice(order, 1);
    // Those waiting that were sent before are older or younger; those never sent are younger.
    let at = 0;
    while (at < this.#waiting.length && isOlder(this.#waiting[at] as ProducerBatch, batch)) at += 1;
    this.#waiting.splice(at, 0, batch);
    this.#notBeforeMs = Math.max(this.#notBeforeMs, notBeforeMs);
    this.#startEpochIfDue();
  }

  /**
   * The broker finds a batch in flight too large: its halves take its place, to be sent again from `notBeforeMs` on. Throws CompressionError; the batch
   * stays.
   */
  split(batch: ProducerBatch, error: KafkaError, notBeforeMs: number): void {
    const [first, second] = batch.split();
    // To go back to their place, and to travel alone like everything that is sent again.
    this.#inFlight.splice(this.#inFlight.indexOf(batch), 1, second, first);
    this.retry(second, error, notBeforeMs);
    this.retry(first, error, notBeforeMs);
  }

  /** Whether something older than this batch is not acknowledged yet: then a wrong sequence is only a consequence. */
  hasOlder(batch: ProducerBatch): boolean {
    return (
      this.#inFlight.some((other) => other !== batch && isOlder(other, batch)) ||
      this.#waiting.some((other) => other.attempts > 0 && isOlder(other, batch))
    );
  }

  /** The broker refuses our sequence numbers: from the next batch on a new epoch. */
  endEpoch(): void {
    this.#epochIsOver = true;
  }

  /** Nothing is sent before `notBeforeMs`. */
  holdBack(notBeforeMs: number): void {
    this.#notBeforeMs = Math.max(this.#notBeforeMs, notBeforeMs);
  }

  #mustWaitForFlight(head: ProducerBatch): boolean {
    if (this.#inFlight.length === 0) return false;
    return (
      this.#epochIsOver ||
      (this.#sequences !== undefined && !this.#isKnown) ||
      head.attempts > 0 ||
      this.#inFlight.length >= this.#options.inFlightMax ||
      this.#inFlight.some((batch) => batch.attempts > 1)
    );
  }

  #takeSequence(batch: ProducerBatch): BatchProducer | undefined {
    return this.#sequences?.take(batch.recordCount);
  }

  #startEpochIfDue(): void {
    if (!this.#epochIsOver || this.#inFlight.length > 0 || this.#sequences === undefined) return;
    this.#epochIsOver = false;
    if (this.#sequences.nextEpoch()) {
      this.#renumber(this.#sequences);
    } else {
      this.#usedUpProducerId = this.#sequences.producerId;
      this.#sequences = undefined;
    }
  }

  #renumber(sequences: Sequences): void {
    this.#isKnown = false;
    for (const batch of this.#waiting) {
      if (batch.built) batch.restamp(sequences.take(batch.recordCount));
    }
  }
}

/** In the order of creation, which is that of the first records. */
function isOlder(a: ProducerBatch, b: ProducerBatch): boolean {
  return a.order < b.order;
}

function remove(list: ProducerBatch[], batch: ProducerBatch): void {
  const at = list.indexOf(batch);
  if (at >= 0) list.splice(at, 1);
}
