/**
 * What a log knows of one idempotent producer: its epoch, its last five batches, its open transaction (KIP-98, KIP-360).
 * Decides whether a batch follows; never looks at the disk.
 */
import {
  ErrorCode,
  NO_PRODUCER_EPOCH,
  NO_SEQUENCE,
  attributesIsTransactional,
  batchAttributes,
  batchBaseSequence,
  batchLastSequence,
  batchProducerEpoch,
} from '@zurau/protocol';
import { PRODUCER_BATCHES_RETAINED } from './limits.ts';
import { LogError } from './log-error.ts';

export type AppendOrigin = 'client' | 'coordinator' | 'replication';

/** One of the last batches of a producer. */
export interface ProducerBatch {
  lastSequence: number;
  lastOffset: number;
  /** Last minus first offset; sequences have the same distance. */
  offsetDelta: number;
  timestamp: number;
}

const SEQUENCE_COUNT = 0x80000000;

export class ProducerEntry {
  readonly producerId: number;
  epoch: number = NO_PRODUCER_EPOCH;
  coordinatorEpoch = -1;
  /** Milliseconds; of the last batch or marker, as the producer set it. */
  lastTimestamp = -1;
  /** Milliseconds of our clock; decides when the producer is forgotten, whatever times its records bear. */
  lastSeenMs = -1;
  /** First offset of the open transaction, -1 when there is none. */
  transactionFirstOffset = -1;
  /** Oldest first, of the current epoch only. */
  readonly batches: ProducerBatch[] = [];
  /** Comes from a snapshot, which keeps one batch: the log may hold more of the last five. */
  isPartial = false;

  constructor(producerId: number) {
    this.producerId = producerId;
  }

  get lastBatch(): ProducerBatch | undefined {
    return this.batches[this.batches.length - 1];
  }

  get lastSequence(): number {
    return this.lastBatch?.lastSequence ?? NO_SEQUENCE;
  }

  /** The batch that this one repeats, if it is among the last five. */
  duplicateOf(buffer: Buffer, at: number): ProducerBatch | undefined {
    if (batchProducerEpoch(buffer, at) !== this.epoch) return undefined;
    const firstSequence = batchBaseSequence(buffer, at);
    const lastSequence = batchLastSequence(buffer, at);
    for (const batch of this.batches) {
      if (batch.lastSequence === lastSequence && firstSequenceOf(batch) === firstSequence) {
        return batch;
      }
    }
    return undefined;
  }

  /** The batch lies before all that are known, and those are not all that have to be: it may repeat one that only the log knows. */
  mayRepeatUnknown(buffer: Buffer, at: number): boolean {
    const oldest = this.batches[0];
    if (!this.isPartial || oldest === undefined) return false;
    if (batchProducerEpoch(buffer, at) !== this.epoch) return false;
    const ahead = firstSequenceOf(oldest) - batchLastSequence(buffer, at) + SEQUENCE_COUNT;
    const distance = ahead % SEQUENCE_COUNT;
    return distance > 0 && distance < SEQUENCE_COUNT / 2;
  }

  /** Takes a batch that the log holds before those known here; they are told in order, the newest first. Others mean that there is nothing more to find. */
  recallBatch(epoch: number, batch: ProducerBatch): void {
    const oldest = this.batches[0];
    if (!this.isPartial || oldest === undefined) return;
    if (batch.lastOffset >= oldest.lastOffset - oldest.offsetDelta) return;
    const joins = (batch.lastSequence + 1) % SEQUENCE_COUNT === firstSequenceOf(oldest);
    if (joins && epoch === this.epoch) this.batches.unshift(batch);
    else this.isPartial = false;
    if (this.batches.length === PRODUCER_BATCHES_RETAINED) this.isPartial = false;
  }

  /** Throws INVALID_PRODUCER_EPOCH, OUT_OF_ORDER_SEQUENCE_NUMBER or INVALID_TXN_STATE unless the data batch follows. */
  checkData(buffer: Buffer, at: number, origin: AppendOrigin): void {
    const epoch = batchProducerEpoch(buffer, at);
    this.checkEpoch(epoch);
    if (origin === 'client') this.#checkSequence(epoch, batchBaseSequence(buffer, at));
    if (
      this.transactionFirstOffset >= 0 &&
      !attributesIsTransactional(batchAttributes(buffer, at))
    ) {
      throw new LogError(
        ErrorCode.INVALID_TXN_STATE,
        `producer ${this.producerId} wrote outside of its open transaction`,
      );
    }
  }

  /** Throws INVALID_PRODUCER_EPOCH for an epoch older than the one seen last. */
  checkEpoch(epoch: number): void {
    if (epoch >= this.epoch) return;
    throw new LogError(
      ErrorCode.INVALID_PRODUCER_EPOCH,
      `epoch ${epoch} of producer ${this.producerId} is older than ${this.epoch}`,
    );
  }

  #checkSequence(epoch: number, firstSequence: number): void {
    // A producer never seen, or forgotten, may begin anywhere.
    if (this.epoch === NO_PRODUCER_EPOCH) return;
    const expected = epoch === this.epoch ? (this.lastSequence + 1) % SEQUENCE_COUNT : 0;
    if (firstSequence === expected) return;
    throw new LogError(
      ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
      `sequence ${firstSequence} of producer ${this.producerId} (epoch ${epoch}) where ${expected} is next`,
    );
  }

  addBatch(
    epoch: number,
    lastSequence: number,
    lastOffset: number,
    offsetDelta: number,
    timestamp: number,
  ): void {
    this.setEpoch(epoch);
    const { batches } = this;
    // The oldest entry is used again: nothing is allocated per batch once a producer is warm.
    const batch =
      batches.length === PRODUCER_BATCHES_RETAINED
        ? batches.shift()!
        : { lastSequence: 0, lastOffset: 0, offsetDelta: 0, timestamp: 0 };
    batch.lastSequence = lastSequence;
    batch.lastOffset = lastOffset;
    batch.offsetDelta = offsetDelta;
    batch.timestamp = timestamp;
    batches.push(batch);
    if (batches.length === PRODUCER_BATCHES_RETAINED) this.isPartial = false;
    this.lastTimestamp = timestamp;
  }

  /** A new epoch starts its sequences anew. */
  setEpoch(epoch: number): void {
    if (this.epoch === epoch) return;
    this.epoch = epoch;
    this.batches.length = 0;
    this.isPartial = false;
  }

  isExpired(nowMs: number, expirationMs: number): boolean {
    return this.transactionFirstOffset < 0 && nowMs - this.lastSeenMs >= expirationMs;
  }
}

function firstSequenceOf({ lastSequence, offsetDelta }: ProducerBatch): number {
  const first = lastSequence - offsetDelta;
  return first < 0 ? first + SEQUENCE_COUNT : first;
}
