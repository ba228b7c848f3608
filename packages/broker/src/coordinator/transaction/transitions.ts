/**
 * The ways from one state of a transactional id to the next, and why a request may not go one. Pure: what comes out is written, or thrown.
 *
 * Everything here throws {@link CoordinatorError} with the newest error codes; the API layer translates PRODUCER_FENCED for old clients.
 */
import { ErrorCode, NO_PRODUCER_EPOCH } from '@zurau/protocol';
import { CoordinatorError } from '../runtime/coordinator-error.ts';
import { NO_PARTITIONS, union, type TopicPartition } from './partition-set.ts';
import { isEnding, type Transaction } from './transaction.ts';

/** The highest epoch is never given out, so that there is always one more to fence with. */
const PRODUCER_EPOCH_MAX = 0x7fff;

export interface ProducerIdentity {
  readonly producerId: number;
  readonly producerEpoch: number;
}

/** What InitProducerId asks for. */
export interface Initialization {
  readonly timeoutMs: number;
  /** Who the producer believes to be, when it recovers from an error (KIP-360). */
  readonly expected: ProducerIdentity | undefined;
  /** A fresh producer id, if the caller has one at hand. */
  readonly newProducerId: number | undefined;
  readonly nowMs: number;
}

export function isEpochExhausted(epoch: number): boolean {
  return epoch >= PRODUCER_EPOCH_MAX - 1;
}

/**
 * The producer of a transactional id begins anew: the next epoch, or with the last one used up, a new producer id. An open transaction of its
 * predecessor is aborted first (`PrepareAbort`, the predecessor fenced). Undefined when a new producer id is needed and not given.
 */
export function initialize(
  current: Transaction | undefined,
  request: Initialization,
): Transaction | undefined {
  if (current === undefined) {
    const { newProducerId } = request;
    return newProducerId === undefined ? undefined : firstOf(newProducerId, request);
  }
  const { expected } = request;
  if (expected !== undefined && !mayBe(current, expected)) {
    throw new CoordinatorError(ErrorCode.PRODUCER_FENCED);
  }
  if (isEnding(current)) throw new CoordinatorError(ErrorCode.CONCURRENT_TRANSACTIONS);
  if (current.state === 'Ongoing') return fence(current, request.nowMs);
  const { producerEpoch } = current;
  const usedUp = isEpochExhausted(producerEpoch);
  if (usedUp && (expected === undefined || expected.producerEpoch === producerEpoch)) {
    return rotate(current, request);
  }
  return nextEpoch(current, request);
}

/** The producer is the current one, or asks again after its epochs were used up and it was given a new id. */
function mayBe(current: Transaction, { producerId, producerEpoch }: ProducerIdentity): boolean {
  return (
    producerId === current.producerId ||
    (producerId === current.lastProducerId && isEpochExhausted(producerEpoch))
  );
}

/** A transactional id that was not there: a producer that claims to have one before (its state expired) begins like any other. */
function firstOf(producerId: number, { timeoutMs, nowMs }: Initialization): Transaction {
  return {
    producerId,
    producerEpoch: 0,
    lastProducerId: producerId,
    lastProducerEpoch: NO_PRODUCER_EPOCH,
    timeoutMs,
    state: 'Empty',
    partitions: NO_PARTITIONS,
    startedMs: -1,
    updatedMs: nowMs,
  };
}

function rotate(current: Transaction, request: Initialization): Transaction | undefined {
  const { newProducerId, expected, timeoutMs, nowMs } = request;
  if (newProducerId === undefined) return undefined;
  return {
    ...firstOf(newProducerId, request),
    lastProducerId: current.producerId,
    lastProducerEpoch: expected === undefined ? NO_PRODUCER_EPOCH : current.producerEpoch,
    timeoutMs,
    updatedMs: nowMs,
  };
}

function nextEpoch(current: Transaction, request: Initialization): Transaction {
  const { expected, timeoutMs, nowMs } = request;
  const { producerId, producerEpoch, lastProducerEpoch } = current;
  const next: Transaction = {
    ...current,
    producerEpoch: producerEpoch + 1,
    lastProducerId: producerId,
    lastProducerEpoch: NO_PRODUCER_EPOCH,
    timeoutMs,
    state: 'Empty',
    partitions: NO_PARTITIONS,
    startedMs: -1,
    updatedMs: nowMs,
  };
  if (expected === undefined) return next;
  if (expected.producerEpoch === producerEpoch) {
    return { ...next, lastProducerEpoch: producerEpoch };
  }
  // It asks again for what it was given, and nobody else has come since: a successor would have cleared the last epoch.
  if (expected.producerEpoch === lastProducerEpoch) {
    return { ...next, producerEpoch, lastProducerEpoch };
  }
  throw new CoordinatorError(ErrorCode.PRODUCER_FENCED);
}

/** Aborts the open transaction under a higher epoch, so that its producer is shut out: a successor is here, or its time is up. */
export function fence(current: Transaction, nowMs: number): Transaction {
  if (current.state !== 'Ongoing') throw new Error(`${current.state}: there is nothing to abort`);
  if (current.producerEpoch >= PRODUCER_EPOCH_MAX) {
    throw new Error(`no epoch is left to fence producer ${current.producerId} with`);
  }
  return {
    ...current,
    producerEpoch: current.producerEpoch + 1,
    lastProducerEpoch: NO_PRODUCER_EPOCH,
    state: 'PrepareAbort',
    updatedMs: nowMs,
  };
}

/** Opens a transaction, or adds to the open one; `current` itself when all the partitions are in it. */
export function addPartitions(
  current: Transaction | undefined,
  producer: ProducerIdentity,
  added: readonly TopicPartition[],
  nowMs: number,
): Transaction {
  const transaction = requireProducer(current, producer);
  if (isEnding(transaction)) throw new CoordinatorError(ErrorCode.CONCURRENT_TRANSACTIONS);
  const isOpen = transaction.state === 'Ongoing';
  const partitions = union(transaction.partitions, added);
  if (isOpen && partitions === transaction.partitions) return transaction;
  return {
    ...transaction,
    state: 'Ongoing',
    partitions,
    startedMs: isOpen ? transaction.startedMs : nowMs,
    updatedMs: nowMs,
  };
}

/** Decides the outcome of the open transaction; undefined when it has just that outcome already. */
export function end(
  current: Transaction | undefined,
  producer: ProducerIdentity,
  committed: boolean,
  nowMs: number,
): Transaction | undefined {
  const transaction = requireProducer(current, producer);
  const { state } = transaction;
  const prepared = committed ? 'PrepareCommit' : 'PrepareAbort';
  if (state === 'Ongoing') return { ...transaction, state: prepared, updatedMs: nowMs };
  if (state === prepared) throw new CoordinatorError(ErrorCode.CONCURRENT_TRANSACTIONS);
  if (state === (committed ? 'CompleteCommit' : 'CompleteAbort')) return undefined;
  throw new CoordinatorError(ErrorCode.INVALID_TXN_STATE);
}

/** All markers are written. */
export function complete(current: Transaction, nowMs: number): Transaction {
  if (!isEnding(current)) throw new Error(`${current.state}: there is nothing to complete`);
  return {
    ...current,
    state: current.state === 'PrepareCommit' ? 'CompleteCommit' : 'CompleteAbort',
    partitions: NO_PARTITIONS,
    updatedMs: nowMs,
  };
}

/** The transactional id's state, if the request is from its current producer. */
export function requireProducer(
  current: Transaction | undefined,
  { producerId, producerEpoch }: ProducerIdentity,
): Transaction {
  if (current === undefined || current.producerId !== producerId) {
    throw new CoordinatorError(ErrorCode.INVALID_PRODUCER_ID_MAPPING);
  }
  if (current.producerEpoch !== producerEpoch) {
    throw new CoordinatorError(ErrorCode.PRODUCER_FENCED);
  }
  return current;
}

/** It is open for longer than its producer asked for. */
export function isTimedOut({ state, startedMs, timeoutMs }: Transaction, nowMs: number): boolean {
  return state === 'Ongoing' && startedMs + timeoutMs < nowMs;
}

/** Nothing was heard of it for `expirationMs`, and nothing is open. */
export function isExpired(
  { state, updatedMs }: Transaction,
  nowMs: number,
  expirationMs: number,
): boolean {
  if (state !== 'Empty' && state !== 'CompleteCommit' && state !== 'CompleteAbort') return false;
  return updatedMs <= nowMs - expirationMs;
}
