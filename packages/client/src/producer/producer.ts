/**
 * Sends records to a cluster.
 *
 *     send ──► partitioner ──► accumulator ──► sender ──► connection
 *        └──► waiting room ──────▲
 *
 * Owns the parts and their lifetime. Every promise that `send` returns settles: with the record's place, or with a KafkaError,
 * at the latest after `maxBlockMs` and `deliveryTimeoutMs` together, or when the producer is closed.
 */
import {
  type CompressionCodec,
  loadCodecs,
  recordSizeBytesMax,
  zstdIsReady,
} from '@zurau/protocol';
import { Cluster, type OperationOptions } from '../cluster/cluster.ts';
import type { PartitionMetadata } from '../cluster/metadata.ts';
import { abortable } from '../cluster/retry.ts';
import type { ConsumerGroupMetadata } from '../consumer/consumer.ts';
import type { OffsetToCommit } from '../consumer/offsets/offset-to-commit.ts';
import { abortedError, clientError, KafkaError } from '../errors.ts';
import type { Metric } from '../observability/client-metrics.ts';
import { type AcceptedRecord, Accumulator } from './accumulator.ts';
import type { RecordCallback } from './producer-batch.ts';
import { type ProducerConfig, resolveProducerConfig } from './producer-config.ts';
import { headerList, type ProducerRecord, type RecordMetadata } from './record.ts';
import { Sender } from './sender.ts';
import { TransactionRequests } from './transactions/transaction-requests.ts';
import { Transactions } from './transactions/transactions.ts';
import { WaitingRoom } from './waiting-room.ts';

export interface SendOptions {
  /** Withdraws a record that still waits for metadata or room. One that is in a batch already is sent all the same. */
  readonly signal?: AbortSignal;
  /** For these records alone; `compressionType` of the producer by default. */
  readonly compressionType?: CompressionCodec | undefined;
}

/** What can be done in a transaction. */
export type Transaction = Pick<Producer, 'send' | 'sendBatch' | 'sendOffsets'>;

export class Producer {
  readonly #config: Required<ProducerConfig>;
  readonly #cluster: Cluster;
  readonly #accumulator: Accumulator;
  readonly #sender: Sender;
  readonly #transactions: Transactions | undefined;
  readonly #waitingRoom: WaitingRoom;
  #closing: Promise<void> | undefined;

  /** Connects when it has to. Throws KafkaError `INVALID_ARGUMENT` for a wrong or unknown setting. */
  constructor(config: ProducerConfig) {
    this.#config = resolveProducerConfig(config);
    this.#cluster = new Cluster(this.#config, {
      autoCreateTopics: this.#config.allowAutoCreateTopics,
      usesZstd: this.#config.compressionType === 'zstd',
    });
    this.#accumulator = new Accumulator(
      {
        clock: this.#cluster.platform.clock,
        batchSizeBytes: this.#config.batchSize,
        lingerMs: this.#config.lingerMs,
        inFlightMax: this.#config.maxInFlightRequestsPerConnection,
        bufferMemoryBytes: this.#config.bufferMemory,
        recordSizeBytesMax: this.#config.maxRequestSize,
        transactional: this.#config.transactionalId !== '',
        partitioning: {
          partitioner: this.#config.partitioner,
          ignoresKeys: this.#config.partitionerIgnoreKeys,
          isAdaptive: this.#config.partitionerAdaptivePartitioningEnable,
          availabilityTimeoutMs: this.#config.partitionerAvailabilityTimeoutMs,
        },
      },
      this.#cluster.platform.random,
    );
    this.#transactions = this.#config.transactionalId === '' ? undefined : this.#newTransactions();
    this.#sender = new Sender(this.#cluster, this.#accumulator, this.#config, this.#transactions);
    this.#waitingRoom = new WaitingRoom({
      cluster: this.#cluster,
      accumulator: this.#accumulator,
      maxBlockMs: this.#config.maxBlockMs,
      onAdmitted: () => this.#sender.wake(),
    });
    this.#sender.onRoom = () => this.#waitingRoom.admit();
    this.#sender.isCrowded = () => !this.#waitingRoom.isEmpty;
    this.#cluster.onMetadata = () => this.#sender.wake();
  }

  /** Finds out at once whether the cluster can be reached; without it, the first `send` does. One try, no retries. */
  async connect(options: OperationOptions = {}): Promise<void> {
    await this.#cluster.connect(options);
  }

  /** The partitions of a topic with their leaders and replicas, from what is known, or looked up now. */
  async partitionsFor(
    topic: string,
    options: OperationOptions = {},
  ): Promise<readonly PartitionMetadata[]> {
    return (await this.#cluster.topic(topic, options)).partitions;
  }

  /** Sends a record; resolves when it is acknowledged as `acks` asks. */
  send(record: ProducerRecord, options: SendOptions = {}): Promise<RecordMetadata> {
    if (needsLoading(options)) return loadCodecs().then(() => this.send(record, options));
    return new Promise((resolve, reject) => {
      this.#submit(
        record,
        (error, metadata) => {
          if (error === undefined) resolve(metadata as RecordMetadata);
          else reject(error);
        },
        options,
        this.#cluster.platform.clock.now(),
      );
    });
  }

  /** Sends records, resolves when all are acknowledged; rejects with the first failure once all are settled. */
  sendBatch(
    records: readonly ProducerRecord[],
    options: SendOptions = {},
  ): Promise<RecordMetadata[]> {
    if (needsLoading(options)) return loadCodecs().then(() => this.sendBatch(records, options));
    return new Promise((resolve, reject) => {
      const results: RecordMetadata[] = [];
      let open = records.length;
      let failure: KafkaError | undefined;
      if (open === 0) resolve(results);
      // One look at the clock: records that are sent together are as old as each other.
      const nowMs = this.#cluster.platform.clock.now();
      for (let index = 0; index < records.length; index += 1) {
        const callback: RecordCallback = (error, metadata) => {
          if (error === undefined) results[index] = metadata as RecordMetadata;
          else failure ??= error;
          open -= 1;
          if (open > 0) return;
          if (failure === undefined) resolve(results);
          else reject(failure);
        };
        this.#submit(records[index] as ProducerRecord, callback, options, nowMs);
      }
    });
  }

  // --- transactions -----------------------------------------------------------------------------------------------------------

  /**
   * Shuts out producers with the same `transactionalId` that came before, and has what they left open aborted. The first transaction does it, too; a
   * program that is to take over from another calls it at its start.
   */
  async initTransactions(options: OperationOptions = {}): Promise<void> {
    await this.#needTransactions().init(options);
  }

  /** Begins a transaction: what is sent until its end is read by others all together, or not at all (with `isolationLevel` `read_committed`). */
  async beginTransaction(options: OperationOptions = {}): Promise<void> {
    await this.#needTransactions().begin(options);
  }

  /**
   * Commits offsets of a group with the transaction: `consumer.groupMetadata()` says of which group, and keeps out a consumer that has lost its partitions
   * (KIP-447).
   */
  async sendOffsets(
    offsets: readonly OffsetToCommit[],
    group: ConsumerGroupMetadata,
    options: OperationOptions = {},
  ): Promise<void> {
    await this.#needTransactions().sendOffsets(offsets, group, options);
  }

  /**
   * Sends what is left and commits. Rejects with an error that is `abortable` when a record failed: then abort. After `OPERATION_TIMEOUT` the outcome is
   * open: call it again.
   */
  async commitTransaction(options: OperationOptions = {}): Promise<void> {
    await this.#needTransactions().commit(options);
  }

  /** Gives up what was not sent, and has the rest not count. */
  async abortTransaction(options: OperationOptions = {}): Promise<void> {
    await this.#needTransactions().abort(options);
  }

  /**
   * Runs `work` in a transaction: commits when it resolves, aborts when it rejects. Rejects with what `work` did, or with why the commit failed; `abortable`
   * tells whether doing it over may help.
   *
   * ```ts
   * await producer.transaction(async (transaction) => {
   *   await transaction.sendBatch(records);
   *   await transaction.sendOffsets(offsets, consumer.groupMetadata());
   * });
   * ```
   */
  async transaction<T>(
    work: (transaction: Transaction) => Promise<T> | T,
    options: OperationOptions = {},
  ): Promise<T> {
    const transactions = this.#needTransactions();
    await transactions.begin(options);
    try {
      const result = await work(this);
      await transactions.commit(options);
      return result;
    } catch (error) {
      // Of a commit whose outcome is open nothing can be aborted; of a producer that was shut out neither.
      if (transactions.isOpen) await transactions.abort({}).catch(() => undefined);
      throw error;
    }
  }

  /** Resolves when a `send` would not have to wait for room: what a source that can be paused waits for. */
  room(signal?: AbortSignal): Promise<void> {
    return abortable(
      new Promise((resolve) => {
        this.#waitingRoom.whenEmpty(resolve);
      }),
      signal,
    );
  }

  /** Sends everything without lingering; resolves when all that was sent before is settled, for good or bad. */
  async flush(signal?: AbortSignal): Promise<void> {
    this.#sender.hurryUp();
    try {
      await this.room(signal);
      const settled = Promise.all(
        Array.from(
          this.#accumulator.unsettled(),
          (batch) => new Promise<void>((resolve) => batch.whenSettled(resolve)),
        ),
      );
      await abortable(settled, signal);
    } finally {
      this.#sender.calmDown();
    }
  }

  /**
   * Takes no more records, flushes for at most `timeoutMs` (default: as long as deliveries may take), then disconnects; what is
   * not settled by then is rejected with `CLIENT_CLOSED`. Idempotent.
   */
  close(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#close(options.timeoutMs);
    return this.#closing;
  }

  /** By which the events of this client are told from those of others; see docs/guides/observability.md. */
  get instanceId(): number {
    return this.#cluster.metrics.instanceId;
  }

  /** What this client has counted so far; see docs/guides/observability.md. */
  metrics(): Metric[] {
    return this.#cluster.metrics.snapshot();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(timeoutMs: number | undefined): Promise<void> {
    const error = clientError('CLIENT_CLOSED', 'The producer was closed.');
    const limit = new AbortController();
    const { signal } = limit;
    const timer =
      timeoutMs === undefined
        ? undefined
        : this.#cluster.platform.timers.after(timeoutMs, () => limit.abort());
    try {
      // What is not committed never counts: its readers need not wait until the broker finds out.
      if (this.#transactions?.isOpen === true) {
        await this.#transactions.abort({ signal }).catch(() => undefined);
      }
      await this.flush(signal);
    } catch (caught) {
      if (!(caught instanceof KafkaError) || caught.code !== 'ABORTED') throw caught;
    } finally {
      timer?.cancel();
      this.#waitingRoom.turnAway(error);
      this.#sender.close(error);
      await this.#cluster.close();
    }
  }

  #newTransactions(): Transactions {
    const { transactionalId, transactionTimeoutMs, maxBlockMs } = this.#config;
    const requests = new TransactionRequests({
      cluster: this.#cluster,
      transactionalId,
      transactionTimeoutMs,
    });
    const host = {
      flush: (signal?: AbortSignal) => this.flush(signal),
      wake: () => this.#sender.wake(),
      forgetIdentity: () => this.#accumulator.forgetIdentity(),
      dropWaiting: (error: KafkaError) => {
        this.#waitingRoom.turnAway(error);
        this.#sender.dropWaiting(error);
      },
    };
    return new Transactions(transactionalId, requests, host, maxBlockMs);
  }

  #needTransactions(): Transactions {
    if (this.#closing !== undefined) throw clientError('CLIENT_CLOSED', 'The producer is closed.');
    if (this.#transactions !== undefined) return this.#transactions;
    throw clientError('INVALID_ARGUMENT', 'Transactions need a producer with a transactionalId.');
  }

  #submit(
    record: ProducerRecord,
    callback: RecordCallback,
    options: SendOptions,
    nowMs: number,
  ): void {
    const { signal, compressionType = this.#config.compressionType } = options;
    try {
      if (this.#closing !== undefined)
        throw clientError('CLIENT_CLOSED', 'The producer is closed.');
      if (signal?.aborted === true) throw abortedError(signal);
      const notNow = this.#transactions?.refusal();
      if (notNow !== undefined) throw notNow;
      const accepted = accept(record, compressionType, nowMs);
      const refusal = this.#accumulator.refusal(accepted.sizeBytesMax);
      if (refusal !== undefined) throw refusal;
      const topic = this.#cluster.metadata.topic(record.topic);
      if (
        topic === undefined ||
        !this.#waitingRoom.isEmpty ||
        !this.#accumulator.hasRoom(accepted.sizeBytesMax)
      ) {
        this.#waitingRoom.enter(accepted, callback, signal);
        this.#waitingRoom.admit();
        this.#sender.wake();
        return;
      }
      this.#accumulator.append(topic, accepted, callback);
      this.#sender.wake();
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      callback(error, undefined);
    }
  }
}

/** Zstandard asked for by one call only is loaded then. */
function needsLoading({ compressionType }: SendOptions): boolean {
  return compressionType === 'zstd' && !zstdIsReady();
}

/** Checks what the type checker cannot. Throws KafkaError `INVALID_ARGUMENT`. */
function accept(record: ProducerRecord, codec: CompressionCodec, nowMs: number): AcceptedRecord {
  const { topic, key, value, partition, timestamp } = record;
  if (typeof topic !== 'string' || topic === '') {
    throw clientError('INVALID_ARGUMENT', 'A record needs a topic.');
  }
  if (partition !== undefined && (!Number.isInteger(partition) || partition < 0)) {
    throw clientError('INVALID_ARGUMENT', `${String(partition)} is not a partition number.`);
  }
  if (timestamp !== undefined && !(Number.isSafeInteger(timestamp) && timestamp >= 0)) {
    throw clientError('INVALID_ARGUMENT', `${String(timestamp)} is not a timestamp.`);
  }
  checkBytes('key', key);
  checkBytes('value', value);
  const accepted = {
    topic,
    partition,
    codec,
    key,
    value,
    headers: headerList(record.headers),
    timestamp: timestamp ?? nowMs,
    sizeBytesMax: 0,
  };
  accepted.sizeBytesMax = recordSizeBytesMax(accepted);
  return accepted;
}

function checkBytes(name: string, bytes: unknown): void {
  if (bytes === null || bytes === undefined || typeof bytes === 'string') return;
  if (bytes instanceof Uint8Array) return;
  throw clientError(
    'INVALID_ARGUMENT',
    `A record's ${name} is a string, a Uint8Array or null, not ${typeof bytes}; encode it first.`,
  );
}
