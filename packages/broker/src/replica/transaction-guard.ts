/**
 * Which producers of one partition are about to write the first records of a transaction, and have to be verified before (KIP-890).
 *
 * A transactional batch is appended only if the coordinator knows that the partition is part of the producer's transaction; otherwise nobody would
 * ever end it, and readers of committed records would wait forever. The coordinator's word may come late: a marker that was written meanwhile has
 * ended the transaction it was about. So each verification gets a guard, and whatever the producer or the coordinator appends makes it void.
 */
import { ErrorCode } from '@zurau/protocol';

/** One verification; compared by identity. */
export interface VerificationGuard {
  epoch: number;
  /** Smallest sequence that is to be appended next: a later batch must not overtake one whose verification has to be repeated. */
  lowestSequence: number;
}

/** Producers that are verified at a time, or whose verification failed; the oldest are forgotten. */
const GUARDS_MAX = 10_000;

export class TransactionGuards {
  readonly #guards = new Map<number, VerificationGuard>();

  get count(): number {
    return this.#guards.size;
  }

  /** A batch of the producer wants to open a transaction here. */
  begin(producerId: number, epoch: number, sequence: number): VerificationGuard {
    const known = this.#guards.get(producerId);
    if (known === undefined) {
      const guard = { epoch, lowestSequence: sequence };
      this.#guards.set(producerId, guard);
      this.#forgetOldest();
      return guard;
    }
    if (epoch > known.epoch) {
      known.epoch = epoch;
      known.lowestSequence = sequence;
    } else if (epoch === known.epoch) {
      known.lowestSequence = Math.min(known.lowestSequence, sequence);
    }
    return known;
  }

  /** Whether a verified batch may be appended now: an error code. */
  check(producerId: number, guard: VerificationGuard, epoch: number, sequence: number): number {
    if (this.#guards.get(producerId) !== guard) return ErrorCode.INVALID_TXN_STATE;
    return epoch === guard.epoch && sequence > guard.lowestSequence
      ? ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
      : ErrorCode.NONE;
  }

  /** The producer's transaction has begun here, or has ended. */
  clear(producerId: number): void {
    this.#guards.delete(producerId);
  }

  #forgetOldest(): void {
    if (this.#guards.size <= GUARDS_MAX) return;
    for (const producerId of this.#guards.keys()) {
      this.#guards.delete(producerId);
      return;
    }
  }
}
