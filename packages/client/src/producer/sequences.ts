/**
 * Producer id, epoch and the next sequence number of one partition: what makes retries safe (KIP-98).
 *
 * The broker accepts a batch only if its first sequence follows the last one it has of this producer id and epoch. When it has lost
 * track (or a batch before was given up), the producer goes on in the next epoch, from sequence 0. An idempotent producer
 * without transactions may raise the epoch by itself, and each partition on its own, because brokers check epochs a partition.
 */
import type { BatchProducer } from '@zurau/protocol';

export interface ProducerIdentity {
  readonly producerId: number;
  readonly producerEpoch: number;
}

const EPOCH_MAX = 0x7fff;
/** After the largest int32 comes 0. */
const SEQUENCE_COUNT = 2 ** 31;

export class Sequences {
  readonly producerId: number;
  #epoch: number;
  #next = 0;

  constructor(identity: ProducerIdentity) {
    this.producerId = identity.producerId;
    this.#epoch = identity.producerEpoch;
  }

  /** Takes the sequence numbers of a batch of so many records. */
  take(recordCount: number): BatchProducer {
    const baseSequence = this.#next;
    this.#next = (baseSequence + recordCount) % SEQUENCE_COUNT;
    return { producerId: this.producerId, producerEpoch: this.#epoch, baseSequence };
  }

  /** Goes on in a new epoch; false when there is none left, and a new producer id is needed. */
  nextEpoch(): boolean {
    if (this.#epoch >= EPOCH_MAX) return false;
    this.#epoch += 1;
    this.#next = 0;
    return true;
  }
}
