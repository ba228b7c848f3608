/**
 * What becomes of a batch: it is acknowledged, sent again, sent in two halves, or given up.
 *
 * Decides by the answer and by what the producer may do; never sends. The order within a partition is the queue's.
 */
import { CompressionError, ErrorCode } from '@zurau/protocol';
import type { Cluster } from '../cluster/cluster.ts';
import { brokerError, KafkaError } from '../errors.ts';
import { partitionName } from '../topic-partition.ts';
import type { Accumulator } from './accumulator.ts';
import type { PartitionQueue } from './partition-queue.ts';
import type { BatchAnswer } from './produce-request.ts';
import type { ProducerBatch } from './producer-batch.ts';
import type { ProducerConfig } from './producer-config.ts';
import type { Transactions } from './transactions/transactions.ts';

/** Written, but the broker does not remember where. */
const UNKNOWN_PLACE = { baseOffset: -1, logAppendTimeMs: -1, logStartOffset: -1 };

/** The broker does not have the batch, and says that its sequence, epoch or producer id is not what it expects. */
const lostTrackCodes: ReadonlySet<number> = new Set([
  ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
  ErrorCode.UNKNOWN_PRODUCER_ID,
  ErrorCode.INVALID_PRODUCER_EPOCH,
]);

export class BatchOutcomes {
  readonly #cluster: Cluster;
  readonly #accumulator: Accumulator;
  readonly #config: Required<ProducerConfig>;
  readonly #transactions: Transactions | undefined;
  #closed = false;

  constructor(
    cluster: Cluster,
    accumulator: Accumulator,
    config: Required<ProducerConfig>,
    transactions: Transactions | undefined,
  ) {
    this.#cluster = cluster;
    this.#accumulator = accumulator;
    this.#config = config;
    this.#transactions = transactions;
  }

  /** From now on nothing is sent again. */
  close(): void {
    this.#closed = true;
  }

  /** What the answer means for the batch. */
  judge(queue: PartitionQueue, batch: ProducerBatch, answer: BatchAnswer | KafkaError): void {
    if (answer instanceof KafkaError) {
      this.#retryOrFail(queue, batch, answer, answer.retriable);
      return;
    }
    const { errorCode, errorMessage } = answer;
    if (errorCode === ErrorCode.NONE) {
      this.#succeed(queue, batch, answer);
      return;
    }
    // In the log already, too long ago for the broker to remember where.
    if (errorCode === ErrorCode.DUPLICATE_SEQUENCE_NUMBER) {
      this.#succeed(queue, batch, UNKNOWN_PLACE);
      return;
    }
    const error = brokerError(errorCode, `Partition ${partitionName(batch)}`, errorMessage);
    if (answer.leaderHint !== undefined && this.#cluster.moveLeader(answer.leaderHint)) {
      // The next try goes to the new leader at once.
      this.#retryOrFail(queue, batch, error, error.retriable, 0);
      return;
    }
    if (errorCode === ErrorCode.MESSAGE_TOO_LARGE && this.#split(queue, batch, error)) return;
    const isLostTrack = this.#config.enableIdempotence && lostTrackCodes.has(errorCode);
    const isConsequence = isLostTrack && queue.hasOlder(batch);
    if (this.#transactions !== undefined) {
      // Within a transaction only the coordinator may raise the epoch.
      this.#retryOrFail(queue, batch, error, error.retriable || isConsequence);
      return;
    }
    if (isLostTrack && !isConsequence) queue.endEpoch();
    this.#retryOrFail(queue, batch, error, error.retriable || isLostTrack);
  }

  /** Sends a batch that is too large for the topic in two halves; false when it cannot be divided, or is of no more use. */
  #split(queue: PartitionQueue, batch: ProducerBatch, error: KafkaError): boolean {
    if (batch.recordCount < 2 || this.#closed || this.#transactions?.isLost === true) return false;
    try {
      queue.split(batch, error, this.#cluster.platform.clock.monotonicMs());
      return true;
    } catch (caught) {
      if (!(caught instanceof CompressionError)) throw caught;
      return false;
    }
  }

  #retryOrFail(
    queue: PartitionQueue,
    batch: ProducerBatch,
    error: KafkaError,
    retriable: boolean,
    pauseMs: number = this.#cluster.retryPauseMs(batch.attempts - 1),
  ): void {
    const mayRetry = retriable && this.#transactions?.isLost !== true;
    if (!mayRetry || batch.attempts > this.#config.retries || this.#closed) {
      this.settle(queue, batch, error);
      return;
    }
    const nowMs = this.#cluster.platform.clock.monotonicMs();
    queue.retry(batch, error, nowMs + pauseMs);
    if (pauseMs > 0 && !lostTrackCodes.has(error.errorCode ?? ErrorCode.NONE)) {
      this.#cluster.refreshInBackground([queue.topic]);
    }
  }

  #succeed(
    queue: PartitionQueue,
    batch: ProducerBatch,
    { baseOffset, logAppendTimeMs, logStartOffset }: typeof UNKNOWN_PLACE,
  ): void {
    const { metrics } = this.#cluster;
    metrics.batchesAcknowledged += 1;
    metrics.recordsAcknowledged += batch.recordCount;
    batch.succeed(baseOffset, logAppendTimeMs, logStartOffset);
    queue.acknowledge(batch);
    this.#accumulator.release(queue, batch);
  }

  /** Done with it, in vain. */
  settle(queue: PartitionQueue, batch: ProducerBatch, error: KafkaError): void {
    this.giveUp(batch, error);
    this.forget(queue, batch);
  }

  /** Tells the application; the batch keeps its place in the queue while it is in flight. */
  giveUp(batch: ProducerBatch, error: KafkaError): void {
    if (batch.settled) return;
    this.#cluster.metrics.batchesFailed += 1;
    this.#cluster.metrics.recordsFailed += batch.recordCount;
    batch.fail(error);
    this.#transactions?.onBatchFailed(batch, error);
  }

  /** Nobody waits for it any more. */
  forget(queue: PartitionQueue, batch: ProducerBatch): void {
    queue.drop(batch);
    this.#accumulator.release(queue, batch);
  }
}
