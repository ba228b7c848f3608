/**
 * Lets records of a transaction into a partition only if the transaction's coordinator knows that they come (KIP-890, part 1).
 *
 * Asks once for each partition and transaction: when its first records are in the log, the log itself knows of the transaction. On the produce path; what
 * is not part of a transaction never gets here.
 */
import { ErrorCode } from '@zurau/protocol';
import type { TransactionVerifier } from '../coordinator/transaction/transaction-verifier.ts';
import type { Partition } from './partition.ts';
import type { VerificationGuard } from './transaction-guard.ts';

/** A batch of a transaction that is to be appended, or what stands for one: offsets have no sequence (-1). */
export interface TransactionalWrite {
  readonly partition: Partition;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
}

/** A write with what its verification came to. */
interface Verified {
  readonly guard: VerificationGuard | undefined;
  readonly errorCode: number;
}

/** Which writes may be appended. Lives for one request. */
export class Admission {
  readonly #isEnabled: boolean;
  readonly #verified: ReadonlyMap<Partition, Verified>;

  constructor(isEnabled: boolean, verified: ReadonlyMap<Partition, Verified>) {
    this.#isEnabled = isEnabled;
    this.#verified = verified;
  }

  /** To be asked in the same turn as the append: an error code. */
  check(write: TransactionalWrite): number {
    const { partition, producerId, producerEpoch, baseSequence } = write;
    const verified = this.#verified.get(partition);
    if (verified !== undefined && verified.errorCode !== ErrorCode.NONE) return verified.errorCode;
    if (!this.#isEnabled || partition.log.hasOpenTransaction(producerId)) return ErrorCode.NONE;
    if (verified?.guard === undefined) return ErrorCode.INVALID_TXN_STATE;
    const { guard } = verified;
    return partition.transactionGuards.check(producerId, guard, producerEpoch, baseSequence);
  }
}

const NOTHING_VERIFIED: ReadonlyMap<Partition, Verified> = new Map();

export class TransactionGate {
  readonly #verifier: TransactionVerifier;
  readonly #isEnabled: () => boolean;

  constructor(verifier: TransactionVerifier, isEnabled: () => boolean) {
    this.#verifier = verifier;
    this.#isEnabled = isEnabled;
  }

  /** All writes are of one producer. Answers at once when nobody else has to be asked. Never rejects. */
  verify(
    transactionalId: string,
    writes: readonly TransactionalWrite[],
    knowsAbortable: boolean,
  ): Admission | Promise<Admission> {
    const isEnabled = this.#isEnabled();
    const unknown = isEnabled
      ? writes.filter(({ partition, producerId }) => !partition.log.hasOpenTransaction(producerId))
      : [];
    const [first] = unknown;
    if (first === undefined) return new Admission(isEnabled, NOTHING_VERIFIED);
    const guards = unknown.map(({ partition, producerId, producerEpoch, baseSequence }) =>
      partition.transactionGuards.begin(producerId, producerEpoch, baseSequence),
    );
    const { producerId, producerEpoch } = first;
    const answer = this.#verifier.verify({
      transactionalId,
      producerId,
      producerEpoch,
      partitions: unknown.map(({ partition }) => partition),
      knowsAbortable,
    });
    const admit = (errorCodes: readonly number[]): Admission => {
      const verified = new Map<Partition, Verified>();
      unknown.forEach(({ partition }, index) => {
        const errorCode = errorCodes[index] ?? ErrorCode.UNKNOWN_SERVER_ERROR;
        verified.set(partition, { guard: guards[index], errorCode });
      });
      return new Admission(isEnabled, verified);
    };
    return answer instanceof Promise ? answer.then(admit) : admit(answer);
  }
}
