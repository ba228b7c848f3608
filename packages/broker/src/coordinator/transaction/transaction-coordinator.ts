/**
 * The transaction coordinator of a broker: transactional ids, for those whose partition of `__transaction_state` this broker leads.
 *
 * Owns the runtime that holds one {@link TransactionStateMachine} a partition, and the sender of markers. Turns whatever goes wrong into the error code
 * that the client of each operation understands; never rejects for a protocol outcome. Authorization is the API layer's, and so is the
 * translation of error codes for old clients.
 */
import type { Platform } from '@zurau/platform';
import { ErrorCode } from '@zurau/protocol';
import type { Logger } from '../../logging.ts';
import { coordinatorPartition } from '../coordinator-partition.ts';
import { CoordinatorError } from '../runtime/coordinator-error.ts';
import type { CoordinatorLog } from '../runtime/coordinator-log.ts';
import { CoordinatorRuntime } from '../runtime/coordinator-runtime.ts';
import type { WriteResult } from '../runtime/state-machine.ts';
import type { TransactionCoordinatorConfig } from './config.ts';
import { MarkerSender, type MarkerRoutes } from './marker-sender.ts';
import type { TopicPartition } from './partition-set.ts';
import {
  TransactionStateMachine,
  type Ending,
  type InitializationAnswer,
  type ListedTransaction,
} from './transaction-state-machine.ts';
import { transactionRecordCodec, type TransactionRecord } from './transaction-records.ts';
import { STATE_NAMES, type Transaction } from './transaction.ts';
import type { ProducerIdentity } from './transitions.ts';

/** Hands out ids that no other producer of the cluster has. Rejects when the metadata store is out of reach. */
export interface ProducerIds {
  next(): Promise<number>;
}

export interface TransactionCoordinatorOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly config: TransactionCoordinatorConfig;
  /** `__transaction_state` */
  readonly log: CoordinatorLog;
  /** Partitions of `__transaction_state`; while it does not exist, as many as it will have. */
  readonly partitionCount: () => number;
  readonly producerIds: ProducerIds;
  readonly routes: MarkerRoutes;
}

export interface InitProducerIdRequest {
  readonly transactionalId: string;
  readonly timeoutMs: number;
  /** Who the producer believes to be, when it recovers from an error (KIP-360). */
  readonly expected: ProducerIdentity | undefined;
}

export interface InitProducerIdAnswer extends ProducerIdentity {
  readonly errorCode: number;
}

export interface TransactionFilters {
  readonly states: readonly string[];
  readonly producerIds: readonly number[];
  /** Open for longer than this; negative: no matter how long. */
  readonly durationMs: number;
}

export class TransactionCoordinator {
  readonly #options: TransactionCoordinatorOptions;
  readonly #runtime: CoordinatorRuntime<TransactionRecord, TransactionStateMachine>;
  readonly #markers: MarkerSender;
  #active = false;

  constructor(options: TransactionCoordinatorOptions) {
    this.#options = options;
    const { platform, logger, config, log, routes } = options;
    this.#markers = new MarkerSender({
      routes,
      timers: platform.timers,
      logger,
      onWritten: (ending) => void this.#complete(ending),
    });
    this.#runtime = new CoordinatorRuntime({
      platform,
      logger,
      log,
      codec: transactionRecordCodec,
      compression: 'none',
      writeTimeoutMs: config.requestTimeoutMs,
      // Partitions are verified and markers written by what is in the log: had that been lost with its leader, nobody would end the transaction.
      waitsForReplication: true,
      createMachine: (context) =>
        new TransactionStateMachine(
          { clock: platform.clock, logger, config, endings: this.#markers },
          context,
        ),
    });
  }

  /** Requests are answered with COORDINATOR_NOT_AVAILABLE before. */
  start(): void {
    this.#active = true;
  }

  /** Unloads everything; markers that are not written are written by the next coordinator. Idempotent. */
  async close(): Promise<void> {
    this.#active = false;
    await this.#runtime.close();
    this.#markers.close();
  }

  // --- leadership -----------------------------------------------------------------------------------------------------------

  /** This broker leads a partition of `__transaction_state`: its transactional ids are loaded, and decided transactions completed. */
  onElected(partition: number, leaderEpoch: number): void {
    this.#runtime.onElected(partition, leaderEpoch);
  }

  /** This broker leads the partition no more. An epoch older than that of the election makes it out of date. */
  onResigned(partition: number, leaderEpoch?: number): void {
    this.#runtime.onResigned(partition, leaderEpoch);
  }

  /** Resolves when nothing is being loaded. */
  async loaded(): Promise<void> {
    await this.#runtime.loaded();
  }

  /** The partition of `__transaction_state` that a transactional id belongs to. */
  partitionFor(transactionalId: string): number {
    return coordinatorPartition(transactionalId, this.#options.partitionCount());
  }

  // --- what producers ask ---------------------------------------------------------------------------------------------------

  async initProducerId(request: InitProducerIdRequest): Promise<InitProducerIdAnswer> {
    const { transactionalId, timeoutMs } = request;
    if (transactionalId === '') return refused(ErrorCode.INVALID_REQUEST);
    if (timeoutMs <= 0 || timeoutMs > this.#options.config.transactionTimeoutMsMax) {
      return refused(ErrorCode.INVALID_TRANSACTION_TIMEOUT);
    }
    try {
      let answer = await this.#initialize(request, undefined);
      if (answer.kind === 'needs-producer-id') {
        answer = await this.#initialize(request, await this.#newProducerId());
      }
      if (answer.kind !== 'initialized') return refused(ErrorCode.CONCURRENT_TRANSACTIONS);
      const { producerId, producerEpoch } = answer;
      this.#options.logger.debug({ transactionalId, producerId, producerEpoch }, 'producer begins');
      return { errorCode: ErrorCode.NONE, producerId, producerEpoch };
    } catch (error) {
      return refused(errorCodeOf(error));
    }
  }

  /** Opens a transaction with these partitions, or adds them to the open one. Resolves with an error code. */
  async addPartitions(
    transactionalId: string,
    producer: ProducerIdentity,
    partitions: readonly TopicPartition[],
  ): Promise<number> {
    if (transactionalId === '') return ErrorCode.INVALID_REQUEST;
    return await this.#write(transactionalId, (machine) =>
      machine.addPartitions(transactionalId, producer, partitions),
    );
  }

  /** Decides the open transaction. Resolves with an error code once that is replicated; markers are written afterwards. */
  async endTransaction(
    transactionalId: string,
    producer: ProducerIdentity,
    committed: boolean,
  ): Promise<number> {
    if (transactionalId === '') return ErrorCode.INVALID_REQUEST;
    return await this.#write(transactionalId, (machine) =>
      machine.end(transactionalId, producer, committed),
    );
  }

  /** One error code a partition: NONE where the producer's open transaction includes it, TRANSACTION_ABORTABLE where not (KIP-890). */
  verify(
    transactionalId: string,
    producer: ProducerIdentity,
    partitions: readonly TopicPartition[],
  ): readonly number[] {
    try {
      if (transactionalId === '') throw new CoordinatorError(ErrorCode.INVALID_REQUEST);
      return this.#read(transactionalId, (machine) =>
        machine.verify(transactionalId, producer, partitions),
      );
    } catch (error) {
      const errorCode = errorCodeOf(error);
      return partitions.map(() => errorCode);
    }
  }

  // --- administration -------------------------------------------------------------------------------------------------------

  /** An error code, or how the transactional id stands. */
  describe(transactionalId: string): Transaction | number {
    if (!this.#active) return ErrorCode.COORDINATOR_NOT_AVAILABLE;
    if (transactionalId === '') return ErrorCode.INVALID_REQUEST;
    try {
      const transaction = this.#read(transactionalId, (machine) => machine.get(transactionalId));
      return transaction ?? ErrorCode.TRANSACTIONAL_ID_NOT_FOUND;
    } catch (error) {
      return errorCodeOf(error);
    }
  }

  /** Transactional ids of this broker that pass the filters; while some are still being loaded, none. */
  list(filters: TransactionFilters): {
    readonly errorCode: number;
    readonly unknownStates: readonly string[];
    readonly transactions: readonly ListedTransaction[];
  } {
    const nothing = { unknownStates: [], transactions: [] };
    if (!this.#active) return { errorCode: ErrorCode.COORDINATOR_NOT_AVAILABLE, ...nothing };
    const { values, loading } = this.#runtime.readAll((machine) => machine.list());
    if (loading) return { errorCode: ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, ...nothing };
    const nowMs = this.#options.platform.clock.now();
    return {
      errorCode: ErrorCode.NONE,
      unknownStates: filters.states.filter((name) => !STATE_NAMES.has(name)),
      transactions: values.flat().filter(({ transaction }) => passes(transaction, filters, nowMs)),
    };
  }

  // --------------------------------------------------------------------------------------------------------------------------

  async #initialize(
    request: InitProducerIdRequest,
    newProducerId: number | undefined,
  ): Promise<InitializationAnswer> {
    const { transactionalId } = request;
    this.#requireActive();
    return await this.#runtime.write(this.partitionFor(transactionalId), (machine) =>
      machine.initialize({ ...request, newProducerId }),
    );
  }

  async #newProducerId(): Promise<number> {
    try {
      return await this.#options.producerIds.next();
    } catch (error) {
      // The client asks again; the store's own log line says what is wrong with it.
      throw new CoordinatorError(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, undefined, {
        cause: error,
      });
    }
  }

  async #complete(ending: Ending): Promise<void> {
    try {
      await this.#runtime.write(ending.coordinatorPartition, (machine) => machine.complete(ending));
    } catch (error) {
      if (!(error instanceof CoordinatorError)) throw error;
      // The machine tries again, or the next coordinator finds it in the log.
    }
  }

  #read<T>(transactionalId: string, look: (machine: TransactionStateMachine) => T): T {
    this.#requireActive();
    return this.#runtime.read(this.partitionFor(transactionalId), look);
  }

  async #write(
    transactionalId: string,
    decide: (machine: TransactionStateMachine) => WriteResult<TransactionRecord, void>,
  ): Promise<number> {
    try {
      this.#requireActive();
      await this.#runtime.write(this.partitionFor(transactionalId), decide);
      return ErrorCode.NONE;
    } catch (error) {
      return errorCodeOf(error);
    }
  }

  #requireActive(): void {
    if (!this.#active) throw new CoordinatorError(ErrorCode.COORDINATOR_NOT_AVAILABLE);
  }
}

function passes(transaction: Transaction, filters: TransactionFilters, nowMs: number): boolean {
  const { states, producerIds, durationMs } = filters;
  if (producerIds.length > 0 && !producerIds.includes(transaction.producerId)) return false;
  if (states.length > 0 && !states.includes(transaction.state)) return false;
  return durationMs < 0 || nowMs - transaction.startedMs > durationMs;
}

function refused(errorCode: number): InitProducerIdAnswer {
  return { errorCode, producerId: -1, producerEpoch: -1 };
}

function errorCodeOf(error: unknown): number {
  if (!(error instanceof CoordinatorError)) throw error;
  switch (error.errorCode) {
    // What is not replicated in time may be yet: the client is to try again.
    case ErrorCode.REQUEST_TIMED_OUT:
      return ErrorCode.COORDINATOR_NOT_AVAILABLE;
    case ErrorCode.MESSAGE_TOO_LARGE:
    case ErrorCode.RECORD_LIST_TOO_LARGE:
      return ErrorCode.UNKNOWN_SERVER_ERROR;
    default:
      return error.errorCode;
  }
}
