/**
 * The transactions of a producer: which state they are in, who it is, and what may be sent (KIP-98, KIP-360, KIP-890).
 *
 * ```
 *   idle ──begin──► open ──commit──► committing ──► idle
 *                    │ └──abort──► aborting ──► idle
 *                    ▼ failure        ▲                     broken: another took over; for good
 *                  failed ────abort───┘
 * ```
 *
 * Owns the state and the identity; asks the {@link TransactionHost} to send, to wait, and to give up what it holds. A failure of a record fails the
 * transaction: what was acknowledged in it must not be committed without it.
 */
import { ErrorCode } from '@zurau/protocol';
import type { OperationOptions } from '../../cluster/cluster.ts';
import type { ConsumerGroupMetadata } from '../../consumer/consumer.ts';
import { checkOffset, type OffsetToCommit } from '../../consumer/offsets/offset-to-commit.ts';
import { type KafkaError, toKafkaError } from '../../errors.ts';
import { partitionName, type TopicPartition } from '../../topic-partition.ts';
import type { ProducerBatch } from '../producer-batch.ts';
import type { ProducerIdentity } from '../sequences.ts';
import { abortable, abortedRecord, fatal, severityOf, wrongState } from './transaction-errors.ts';
import type { TransactionProtocol, TransactionRequests } from './transaction-requests.ts';

/** The producer, as far as its transactions need it. */
export interface TransactionHost {
  /** Resolves when all records that were sent are settled. */
  flush(signal?: AbortSignal): Promise<void>;
  /** Gives up all records that are not on their way. */
  dropWaiting(error: KafkaError): void;
  /** Something may be sent that could not before. */
  wake(): void;
  /** All partitions number their batches anew, under the next identity. Nothing is on its way. */
  forgetIdentity(): void;
}

type State = 'idle' | 'open' | 'failed' | 'committing' | 'aborting' | 'broken';

export class Transactions {
  readonly transactionalId: string;
  readonly #requests: TransactionRequests;
  readonly #host: TransactionHost;
  readonly #timeoutMs: number;
  #state: State = 'idle';
  /** One call at a time changes the state. */
  #isBusy = false;
  #identity: ProducerIdentity | undefined;
  #protocol: TransactionProtocol = 'classic';
  /** Why the state is failed or broken. */
  #failure: KafkaError | undefined;
  /** The coordinator may know of the transaction. */
  #hasBegun = false;
  /** A sequence number was used and may not be in the log: the next transaction needs another epoch. */
  #needsEpoch = false;
  readonly #added = new Set<string>();
  readonly #adding = new Map<string, TopicPartition>();
  #isAdding = false;

  /** `timeoutMs` limits each operation. */
  constructor(
    transactionalId: string,
    requests: TransactionRequests,
    host: TransactionHost,
    timeoutMs: number,
  ) {
    this.transactionalId = transactionalId;
    this.#requests = requests;
    this.#host = host;
    this.#timeoutMs = timeoutMs;
  }

  /** Under which batches are numbered; undefined before the first transaction. */
  get identity(): ProducerIdentity | undefined {
    return this.#identity;
  }

  /** Brokers add to the transaction what is written in it: Produce from version 12 on. */
  get isImplicit(): boolean {
    return this.#protocol === 'epoch-per-transaction';
  }

  /** There is something that an end of the producer would leave behind. */
  get isOpen(): boolean {
    return this.#state === 'open' || this.#state === 'failed' || this.#state === 'aborting';
  }

  /** Nothing is sent again: the transaction cannot be committed any more. */
  get isLost(): boolean {
    return this.#failure !== undefined || this.#state === 'aborting' || this.#state === 'broken';
  }

  // --- what programs ask for ------------------------------------------------------------------------------------------------

  /** Shuts out producers with this transactional id that came before, and aborts what they left open. */
  async init(options: OperationOptions): Promise<void> {
    await this.#exclusively('initTransactions', ['idle'], () => this.#init(options));
  }

  async begin(options: OperationOptions): Promise<void> {
    await this.#exclusively('beginTransaction', ['idle'], async () => {
      await this.#init(options);
      await this.#attempt(async () => {
        this.#protocol = await this.#requests.protocol(this.#limited(options));
      });
      this.#failure = undefined;
      this.#state = 'open';
    });
  }

  async sendOffsets(
    offsets: readonly OffsetToCommit[],
    group: ConsumerGroupMetadata,
    options: OperationOptions,
  ): Promise<void> {
    for (const offset of offsets) checkOffset(offset);
    await this.#exclusively('sendOffsets', ['open'], async () => {
      if (offsets.length === 0) return;
      const identity = this.#identity!;
      const limited = this.#limited(options);
      this.#hasBegun = true;
      await this.#attempt(async () => {
        if (!this.isImplicit) await this.#requests.addOffsets(identity, group.groupId, limited);
        await this.#requests.commitOffsets(identity, group, offsets, this.#protocol, limited);
      });
    });
  }

  /** When it does not succeed in time the outcome is open, and commit has to be called again. */
  async commit(options: OperationOptions): Promise<void> {
    await this.#exclusively('commitTransaction', ['open', 'committing'], async () => {
      this.#state = 'committing';
      try {
        await this.#host.flush(options.signal);
      } catch (error) {
        this.#state = 'open';
        throw error;
      }
      // Set by a record that failed meanwhile.
      if (this.#failure !== undefined) {
        this.#state = 'failed';
        throw this.#failure;
      }
      await this.#end(true, options);
    });
  }

  async abort(options: OperationOptions): Promise<void> {
    await this.#exclusively('abortTransaction', ['open', 'failed', 'aborting'], async () => {
      this.#state = 'aborting';
      this.#host.dropWaiting(abortedRecord());
      await this.#host.flush(options.signal);
      await this.#end(false, options);
    });
  }

  // --- what the producer and its sender ask ---------------------------------------------------------------------------------

  /** Why a record cannot be taken now. */
  refusal(): KafkaError | undefined {
    switch (this.#state) {
      case 'open':
        return undefined;
      case 'failed':
        return abortedRecord(this.#failure);
      case 'broken':
        return this.#failure;
      case 'idle':
        return wrongState('No transaction is open: call beginTransaction first.');
      case 'committing':
      case 'aborting':
        return wrongState('The transaction is being ended: begin the next one first.');
    }
  }

  /** Whether a batch for the partition may be sent now; if not, the host is woken when it may. */
  admits(partition: TopicPartition): boolean {
    if (this.#failure !== undefined || this.#identity === undefined) return false;
    if (this.isImplicit) {
      this.#hasBegun = true;
      return true;
    }
    const name = partitionName(partition);
    if (this.#added.has(name)) return true;
    if (!this.#adding.has(name)) {
      const { topic, partition: index } = partition;
      this.#adding.set(name, { topic, partition: index });
      void this.#addPending();
    }
    return false;
  }

  /** A batch of the transaction will not be written, or nobody knows whether it was. */
  onBatchFailed(batch: ProducerBatch, error: KafkaError): void {
    if (batch.attempts > 0) this.#needsEpoch = true;
    if (this.#failure !== undefined) return;
    if (this.#state === 'open' || this.#state === 'committing') this.#fail(error);
  }

  // --------------------------------------------------------------------------------------------------------------------------

  async #init(options: OperationOptions): Promise<void> {
    if (this.#identity !== undefined && !this.#needsEpoch) return;
    await this.#attempt(() => this.#newEpoch(options));
  }

  async #newEpoch(options: OperationOptions): Promise<void> {
    const identity = await this.#requests.initProducerId(this.#identity, this.#limited(options));
    this.#adopt(identity);
  }

  #adopt(identity: ProducerIdentity): void {
    this.#identity = identity;
    this.#needsEpoch = false;
    this.#host.forgetIdentity();
  }

  async #end(committed: boolean, options: OperationOptions): Promise<void> {
    const identity = this.#identity!;
    if (this.#hasBegun) {
      await this.#attempt(async () => {
        try {
          const limited = this.#limited(options);
          const next = await this.#requests.end(identity, committed, this.#protocol, limited);
          if (next !== undefined) this.#adopt(next);
        } catch (error) {
          // The coordinator has forgotten the id, and with it the transaction: there is nothing left to abort.
          const { errorCode } = toKafkaError(error, 'Ending the transaction');
          if (committed || errorCode !== ErrorCode.INVALID_PRODUCER_ID_MAPPING) throw error;
          this.#needsEpoch = true;
        }
      });
    }
    this.#added.clear();
    this.#adding.clear();
    this.#hasBegun = false;
    this.#failure = undefined;
    this.#state = 'idle';
    // Now rather than when the next one begins: the sooner it is known if another has taken over.
    if (this.#needsEpoch) await this.#attempt(() => this.#newEpoch(options));
  }

  /** Announces partitions that batches wait for, all that there are at a time. */
  async #addPending(): Promise<void> {
    if (this.#isAdding) return;
    this.#isAdding = true;
    try {
      // Whatever is sent in this turn of the event loop goes along.
      await Promise.resolve();
      while (this.#adding.size > 0 && this.#failure === undefined) {
        const partitions = [...this.#adding];
        this.#hasBegun = true;
        await this.#requests.addPartitions(
          this.#identity!,
          partitions.map(([, partition]) => partition),
          this.#limited({}),
        );
        for (const [name] of partitions) {
          this.#adding.delete(name);
          this.#added.add(name);
        }
        this.#host.wake();
      }
    } catch (error) {
      this.#adding.clear();
      this.#fail(toKafkaError(error, 'Adding partitions to the transaction'), true);
    } finally {
      this.#isAdding = false;
    }
  }

  /** Runs requests to coordinators; what fails for good fails the transaction or the producer. */
  async #attempt(requests: () => Promise<void>): Promise<void> {
    try {
      await requests();
    } catch (error) {
      const failure = toKafkaError(error, 'Transaction');
      // Whether it was carried out is open, or the caller lost patience: it may be called again.
      if (failure.code === 'OPERATION_TIMEOUT' || failure.code === 'ABORTED') throw failure;
      throw this.#fail(failure, true);
    }
  }

  /** The transaction has failed; with a fatal error the producer has. Returns the error that says so. */
  #fail(error: KafkaError, isFromCoordinator = false): KafkaError {
    if (this.#state === 'broken' && this.#failure !== undefined) return this.#failure;
    if (severityOf(error, isFromCoordinator) === 'fatal') {
      this.#state = 'broken';
      this.#failure = fatal(error, this.transactionalId);
    } else {
      this.#failure ??= abortable(error);
      const isOver = this.#state === 'committing' && isFromCoordinator;
      if (this.#state === 'open' || isOver) this.#state = 'failed';
    }
    this.#host.dropWaiting(abortedRecord(this.#failure));
    return this.#failure;
  }

  async #exclusively(
    name: string,
    allowed: readonly State[],
    change: () => Promise<void>,
  ): Promise<void> {
    if (this.#state === 'broken') throw this.#failure!;
    if (this.#isBusy) throw wrongState(`${name}: another call is under way.`);
    if (!allowed.includes(this.#state)) {
      if (this.#state === 'failed') throw this.#failure!;
      throw wrongState(`${name}: ${situations[this.#state]}`);
    }
    this.#isBusy = true;
    try {
      await change();
    } finally {
      this.#isBusy = false;
    }
  }

  #limited(options: OperationOptions): OperationOptions {
    return { timeoutMs: options.timeoutMs ?? this.#timeoutMs, signal: options.signal };
  }
}

const situations: Readonly<Record<Exclude<State, 'broken' | 'failed'>, string>> = {
  idle: 'no transaction is open.',
  open: 'a transaction is open already.',
  committing:
    'a transaction is being committed; its outcome is not known before commitTransaction succeeds.',
  aborting: 'a transaction is being aborted; call abortTransaction until it succeeds.',
};
