/**
 * Asks a transactional id's coordinator whether partitions are part of the producer's open transaction (KIP-890), wherever it is.
 */
import { ErrorCode } from '@zurau/protocol';
import type { AddPartitionsToTxnRequestInput, AddPartitionsToTxnResponse } from '@zurau/protocol';
import { groupByTopic, type TopicPartition } from './partition-set.ts';
import type { TransactionCoordinator } from './transaction-coordinator.ts';
import type { ProducerIdentity } from './transitions.ts';

/** AddPartitionsToTxn to another broker. */
export interface VerificationLink {
  /** Rejects when the broker cannot be reached. */
  addPartitionsToTxn(request: AddPartitionsToTxnRequestInput): Promise<AddPartitionsToTxnResponse>;
}

export interface TransactionVerifierOptions {
  readonly coordinator: TransactionCoordinator;
  readonly brokerId: number;
  /** Who leads the transactional id's partition of `__transaction_state`; undefined when nobody does. */
  readonly coordinatorOf: (transactionalId: string) => number | undefined;
  /** Undefined when the broker is not alive. */
  readonly linkTo: (brokerId: number) => VerificationLink | undefined;
}

export interface Verification extends ProducerIdentity {
  readonly transactionalId: string;
  readonly partitions: readonly TopicPartition[];
  /** The client knows TRANSACTION_ABORTABLE; others are told INVALID_TXN_STATE. */
  readonly knowsAbortable: boolean;
}

export class TransactionVerifier {
  readonly #options: TransactionVerifierOptions;

  constructor(options: TransactionVerifierOptions) {
    this.#options = options;
  }

  /** One error code a partition: at once when this broker is the coordinator, else later. Never rejects. */
  verify(verification: Verification): readonly number[] | Promise<readonly number[]> {
    const { coordinator, brokerId, coordinatorOf } = this.#options;
    const { transactionalId, partitions, knowsAbortable } = verification;
    const leader = coordinatorOf(transactionalId);
    if (leader === undefined) return partitions.map(() => ErrorCode.COORDINATOR_NOT_AVAILABLE);
    if (leader !== brokerId) return this.#ask(leader, verification);
    return coordinator
      .verify(transactionalId, verification, partitions)
      .map((errorCode) => forProducers(errorCode, knowsAbortable));
  }

  async #ask(leader: number, verification: Verification): Promise<readonly number[]> {
    const { transactionalId, producerId, producerEpoch, partitions, knowsAbortable } = verification;
    const topics = groupByTopic(partitions).map(([name, indexes]) => ({
      name,
      partitions: indexes,
    }));
    const transaction = { transactionalId, producerId, producerEpoch, verifyOnly: true, topics };
    let answer: AddPartitionsToTxnResponse | undefined;
    try {
      answer = await this.#options.linkTo(leader)?.addPartitionsToTxn({
        transactions: [transaction],
      });
    } catch {
      // As good as no link: the producer sends its records again.
    }
    if (answer === undefined) return partitions.map(() => ErrorCode.NETWORK_EXCEPTION);
    const refusal =
      answer.errorCode === ErrorCode.CLUSTER_AUTHORIZATION_FAILED
        ? ErrorCode.INVALID_TXN_STATE
        : answer.errorCode;
    const results = answer.resultsByTransaction.find(
      (result) => result.transactionalId === transactionalId,
    );
    return partitions.map(({ topic, partition }) => {
      if (refusal !== ErrorCode.NONE) return refusal;
      const result = results?.topicResults
        .find(({ name }) => name === topic)
        ?.resultsByPartition.find(({ partitionIndex }) => partitionIndex === partition);
      return forProducers(
        result?.partitionErrorCode ?? ErrorCode.NETWORK_EXCEPTION,
        knowsAbortable,
      );
    });
  }
}

/** In the answer to a produce, a fenced producer is told INVALID_PRODUCER_EPOCH: it may still abort (KIP-588). */
function forProducers(errorCode: number, knowsAbortable: boolean): number {
  switch (errorCode) {
    case ErrorCode.PRODUCER_FENCED:
      return ErrorCode.INVALID_PRODUCER_EPOCH;
    case ErrorCode.TRANSACTION_ABORTABLE:
      return knowsAbortable ? errorCode : ErrorCode.INVALID_TXN_STATE;
    default:
      return errorCode;
  }
}
