/**
 * The transaction coordinator over one partition of `__transaction_state`: its transactional ids, and what may be asked of them.
 *
 * A transactional id changes by replay alone. Between the decision and its replication, and while the markers of a decided transaction are being
 * written, the id is busy: whoever asks then is told CONCURRENT_TRANSACTIONS and comes back. So at most one change of an id is under way.
 *
 * ```
 *   decide ──► Prepare… is replicated ──► client is answered
 *                        └──► markers are written, however long it takes ──► Complete… ──► no longer busy
 * ```
 */
import type { Clock } from '@zurau/platform';
import { ErrorCode } from '@zurau/protocol';
import type { Logger } from '../../logging.ts';
import { CoordinatorError } from '../runtime/coordinator-error.ts';
import type {
  ShardContext,
  StateMachine,
  WriteEffects,
  WriteResult,
} from '../runtime/state-machine.ts';
import { TimelineMap } from '../runtime/timeline.ts';
import type { TransactionCoordinatorConfig } from './config.ts';
import { listOf, contains, type TopicPartition } from './partition-set.ts';
import type { TransactionRecord } from './transaction-records.ts';
import { isEnding, type Transaction } from './transaction.ts';
import {
  addPartitions,
  complete,
  end,
  fence,
  initialize,
  isExpired,
  isTimedOut,
  requireProducer,
  type Initialization,
  type ProducerIdentity,
} from './transitions.ts';

type Effects = WriteEffects<TransactionRecord>;
type Written<T> = WriteResult<TransactionRecord, T>;

/** A decided transaction whose partitions have to be told. */
export interface Ending extends ProducerIdentity {
  readonly transactionalId: string;
  /** Partition of `__transaction_state` that it belongs to. */
  readonly coordinatorPartition: number;
  readonly coordinatorEpoch: number;
  readonly committed: boolean;
  readonly partitions: readonly TopicPartition[];
}

/** Where endings go. Who takes one writes its markers and then sees to it that {@link TransactionStateMachine.complete} is called. */
export interface EndingSink {
  send(ending: Ending): void;
  /** The coordinator of these is elsewhere now: it writes their markers itself. */
  cancel(coordinatorPartition: number): void;
}

export interface TransactionEnvironment {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly config: TransactionCoordinatorConfig;
  readonly endings: EndingSink;
}

/** A producer's answer to InitProducerId, or that a producer id is needed to give one. */
export type InitializationAnswer =
  | ({ readonly kind: 'initialized' } & ProducerIdentity)
  /** Its predecessor's transaction is being aborted. */
  | { readonly kind: 'fencing' }
  | { readonly kind: 'needs-producer-id' };

export type InitializationRequest = Omit<Initialization, 'nowMs'> & {
  readonly transactionalId: string;
};

export interface ListedTransaction {
  readonly transactionalId: string;
  readonly transaction: Transaction;
}

const TIMED_OUT_TIMER = 'timed-out';
const EXPIRY_TIMER = 'expiry';
/** Until a change that could not be written is tried again. */
const RETRY_MS = 100;

export class TransactionStateMachine implements StateMachine<TransactionRecord> {
  readonly #env: TransactionEnvironment;
  readonly #context: ShardContext<TransactionRecord>;
  readonly #transactions: TimelineMap<string, Transaction>;
  readonly #busy = new Set<string>();

  constructor(env: TransactionEnvironment, context: ShardContext<TransactionRecord>) {
    this.#env = env;
    this.#context = context;
    this.#transactions = new TimelineMap(context.timeline);
  }

  // --- the log --------------------------------------------------------------------------------------------------------------

  replay({ transactionalId, value }: TransactionRecord): void {
    if (value === null) this.#transactions.delete(transactionalId);
    else this.#transactions.set(transactionalId, value);
  }

  /** Nobody writes to this topic within a transaction. */
  replayTransactionEnd(): void {}

  onLoaded(): void {
    const { timers } = this.#context;
    for (const [id, transaction] of this.#transactions.entries()) {
      if (transaction.state === 'Ongoing') this.#watchTimeouts();
      if (!isEnding(transaction)) continue;
      this.#busy.add(id);
      timers.schedule(retryTimer(id), 0, () => this.#sendWhenReplicated(id));
    }
    this.#scheduleExpiry();
  }

  onUnloaded(): void {
    this.#busy.clear();
    this.#env.endings.cancel(this.#context.partition);
  }

  // --- what producers ask ---------------------------------------------------------------------------------------------------

  /** Throws CoordinatorError, as all of these do. */
  initialize(request: InitializationRequest): Written<InitializationAnswer> {
    const { transactionalId: id, ...initialization } = request;
    this.#requireIdle(id);
    const nowMs = this.#env.clock.now();
    const next = initialize(this.#transactions.get(id), { ...initialization, nowMs });
    if (next === undefined) {
      return { records: [], response: { kind: 'needs-producer-id' }, immediate: true };
    }
    const answer: InitializationAnswer = isEnding(next)
      ? { kind: 'fencing' }
      : {
          kind: 'initialized',
          producerId: next.producerId,
          producerEpoch: next.producerEpoch,
        };
    return { ...this.#change([[id, next]]), response: answer };
  }

  addPartitions(
    id: string,
    producer: ProducerIdentity,
    partitions: readonly TopicPartition[],
  ): Written<void> {
    const current = this.#requireIdleProducer(id, producer);
    const next = addPartitions(current, producer, partitions, this.#env.clock.now());
    if (next === current) return NOTHING;
    this.#watchTimeouts();
    return { ...this.#change([[id, next]]), response: undefined };
  }

  end(id: string, producer: ProducerIdentity, committed: boolean): Written<void> {
    const current = this.#requireIdleProducer(id, producer);
    const next = end(current, producer, committed, this.#env.clock.now());
    if (next === undefined) return NOTHING;
    return { ...this.#change([[id, next]]), response: undefined };
  }

  /**
   * One error code a partition: whether the producer's open transaction includes it (KIP-890). What is about to change is not asked for: the log that
   * the records go to has the last word.
   */
  verify(
    id: string,
    producer: ProducerIdentity,
    partitions: readonly TopicPartition[],
  ): readonly number[] {
    const transaction = requireProducer(this.#transactions.getReplicated(id), producer);
    if (isEnding(transaction)) throw new CoordinatorError(ErrorCode.CONCURRENT_TRANSACTIONS);
    return partitions.map((partition) =>
      contains(transaction.partitions, partition)
        ? ErrorCode.NONE
        : ErrorCode.TRANSACTION_ABORTABLE,
    );
  }

  // --- administration -------------------------------------------------------------------------------------------------------

  get(id: string): Transaction | undefined {
    return this.#transactions.getReplicated(id);
  }

  list(): ListedTransaction[] {
    return [...this.#transactions.replicatedEntries()].map(([transactionalId, transaction]) => ({
      transactionalId,
      transaction,
    }));
  }

  // --- ends of transactions -------------------------------------------------------------------------------------------------

  /** All markers of an ending are written. */
  complete({ transactionalId: id, producerId, producerEpoch }: Ending): Written<void> {
    const current = this.#transactions.get(id);
    const isCurrent =
      current !== undefined &&
      isEnding(current) &&
      current.producerId === producerId &&
      current.producerEpoch === producerEpoch;
    if (!isCurrent) return NOTHING;
    return { ...this.#completion(id, current), response: undefined };
  }

  #completion(id: string, current: Transaction): Effects {
    let appended = false;
    return {
      records: [{ transactionalId: id, value: complete(current, this.#env.clock.now()) }],
      onAppended: () => {
        appended = true;
      },
      onSettled: (errorCode) => {
        if (appended) {
          this.#busy.delete(id);
          return;
        }
        this.#env.logger.warn({ transactionalId: id, errorCode }, 'transaction not completed yet');
        this.#retry(id, () => this.#completion(id, current));
      },
    };
  }

  /** Aborts what is open for too long; its producer is shut out, as it may still be at work. */
  #abortTimedOut(): Effects | undefined {
    const nowMs = this.#env.clock.now();
    const changes: [string, Transaction][] = [];
    let isAnyOpen = false;
    for (const [id, transaction] of this.#transactions.entries()) {
      isAnyOpen ||= transaction.state === 'Ongoing';
      if (this.#busy.has(id) || !isTimedOut(transaction, nowMs)) continue;
      this.#env.logger.info({ transactionalId: id }, 'transaction timed out: it is aborted');
      changes.push([id, fence(transaction, nowMs)]);
    }
    if (isAnyOpen) this.#watchTimeouts();
    return changes.length === 0 ? undefined : this.#change(changes);
  }

  #removeExpired(): Effects | undefined {
    const { clock, config } = this.#env;
    const nowMs = clock.now();
    const expired: string[] = [];
    for (const [id, transaction] of this.#transactions.entries()) {
      if (this.#busy.has(id)) continue;
      if (isExpired(transaction, nowMs, config.transactionalIdExpirationMs)) expired.push(id);
    }
    if (expired.length === 0) return undefined;
    for (const id of expired) this.#busy.add(id);
    return {
      records: expired.map((transactionalId) => ({ transactionalId, value: null })),
      splittable: true,
      onSettled: () => {
        for (const id of expired) this.#busy.delete(id);
      },
    };
  }

  // --------------------------------------------------------------------------------------------------------------------------

  #requireIdle(id: string): void {
    if (this.#busy.has(id)) throw new CoordinatorError(ErrorCode.CONCURRENT_TRANSACTIONS);
  }

  /** A change that is not replicated yet shuts nobody out: it could still be lost. */
  #requireIdleProducer(id: string, producer: ProducerIdentity): Transaction {
    const current = requireProducer(this.#transactions.getReplicated(id), producer);
    this.#requireIdle(id);
    return current;
  }

  /** Writes the next states. The ids are busy until that is replicated; endings until their markers are written, too. */
  #change(changes: readonly (readonly [string, Transaction])[]): Effects {
    for (const [id] of changes) this.#busy.add(id);
    let appended = false;
    return {
      records: changes.map(([transactionalId, value]) => ({ transactionalId, value })),
      onAppended: () => {
        appended = true;
      },
      onSettled: (errorCode) => {
        for (const [id, transaction] of changes) {
          if (!appended || !isEnding(transaction)) this.#busy.delete(id);
          else if (errorCode === undefined) this.#send(id);
          // It is in the log: what was decided has to be carried out, though nobody was told.
          else this.#retry(id, () => this.#sendWhenReplicated(id));
        }
      },
    };
  }

  /** Nothing may be told of an outcome that a change of leader could still undo. */
  #sendWhenReplicated(id: string): Effects {
    return {
      records: [],
      onSettled: (errorCode) => {
        if (errorCode === undefined) this.#send(id);
        else this.#retry(id, () => this.#sendWhenReplicated(id));
      },
    };
  }

  #send(id: string): void {
    const transaction = this.#transactions.get(id);
    if (transaction === undefined || !isEnding(transaction)) {
      throw new Error(`transaction of ${id} ends in state ${transaction?.state ?? 'none'}`);
    }
    const { producerId, producerEpoch, state, partitions } = transaction;
    this.#env.endings.send({
      transactionalId: id,
      coordinatorPartition: this.#context.partition,
      coordinatorEpoch: this.#context.leaderEpoch(),
      producerId,
      producerEpoch,
      committed: state === 'PrepareCommit',
      partitions: listOf(partitions),
    });
  }

  #retry(id: string, task: () => Effects): void {
    this.#context.timers.schedule(retryTimer(id), RETRY_MS, task);
  }

  /** There is something to look after: an open transaction. */
  #watchTimeouts(): void {
    const { timers } = this.#context;
    if (timers.has(TIMED_OUT_TIMER)) return;
    const { abortTimedOutIntervalMs } = this.#env.config;
    timers.schedule(TIMED_OUT_TIMER, abortTimedOutIntervalMs, () => this.#abortTimedOut());
  }

  #scheduleExpiry(): void {
    this.#context.timers.schedule(EXPIRY_TIMER, this.#env.config.removeExpiredIntervalMs, () => {
      this.#scheduleExpiry();
      return this.#removeExpired();
    });
  }
}

const NOTHING: Written<void> = { records: [], response: undefined };

function retryTimer(id: string): string {
  return `retry ${id}`;
}
