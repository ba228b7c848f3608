/**
 * Sends what the accumulator holds to the leaders, and settles it.
 *
 * One pass a turn of the event loop looks at all partitions that have something to send, and sends each broker as much as
 * `maxInFlightRequestsPerConnection` allows: one batch a partition and request. A pass is asked for by `wake`: after
 * an append, a response, new metadata, a timer.
 *
 * Owns when and where batches are sent, and what an answer means. The order within a partition is the queue's.
 */
import type { Timer } from '@zurau/platform';
import { CompressionError, ErrorCode } from '@zurau/protocol';
import type { BrokerLink, BrokerNode } from '../cluster/broker-node.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { backoffMs } from '../cluster/retry.ts';
import { brokerError, clientError, KafkaError, toKafkaError } from '../errors.ts';
import { partitionName } from '../topic-partition.ts';
import type { Accumulator } from './accumulator.ts';
import type { PartitionQueue } from './partition-queue.ts';
import { type BatchAnswer, sendProduce, type Shipment } from './produce-request.ts';
import type { ProducerBatch } from './producer-batch.ts';
import type { ProducerConfig } from './producer-config.ts';
import { ProducerIdentitySource } from './producer-identity.ts';
import type { Transactions } from './transactions/transactions.ts';

/** Written, but the broker does not remember where. */
const UNKNOWN_PLACE = { baseOffset: -1, logAppendTimeMs: -1, logStartOffset: -1 };

export class Sender {
  /** Called when memory became free. One listener. */
  onRoom: (() => void) | undefined;
  /** Whether records wait for room: then nothing lingers, because only what is sent makes room. */
  isCrowded: () => boolean = () => false;

  readonly #cluster: Cluster;
  readonly #accumulator: Accumulator;
  readonly #config: Required<ProducerConfig>;
  readonly #identities: ProducerIdentitySource;
  readonly #transactions: Transactions | undefined;
  /** Requests without an answer, a broker. */
  readonly #inFlight: Map<BrokerNode, number> = new Map();
  readonly #connecting: Set<BrokerNode> = new Set();
  /** Brokers that throttle, with the monotonic time until which. */
  readonly #pausedUntilMs: Map<BrokerNode, number> = new Map();
  #awake = false;
  #closed = false;
  /** How many reasons there are not to linger. */
  #hurry = 0;
  /** Where the pass begins, so that no partition is always last. */
  #turn = 0;
  #timer: Timer | undefined;
  #timerMs = Number.POSITIVE_INFINITY;
  #expiryTimer: Timer | undefined;

  /** `transactions` of a transactional producer: they say under which identity, and when a partition may be sent to. */
  constructor(
    cluster: Cluster,
    accumulator: Accumulator,
    config: Required<ProducerConfig>,
    transactions: Transactions | undefined,
  ) {
    this.#transactions = transactions;
    this.#cluster = cluster;
    this.#accumulator = accumulator;
    this.#config = config;
    this.#identities = new ProducerIdentitySource(
      cluster,
      config.deliveryTimeoutMs,
      () => this.wake(),
      (error) => this.#onNoIdentity(error),
    );
  }

  /** Sees to it that a pass runs after this turn's I/O. */
  wake(): void {
    if (this.#awake || this.#closed) return;
    this.#awake = true;
    this.#cluster.platform.timers.nextTurn(() => this.#pass());
  }

  /** Until `calmDown` is called as often, nothing lingers. */
  hurryUp(): void {
    this.#hurry += 1;
    this.wake();
  }

  calmDown(): void {
    this.#hurry -= 1;
  }

  /** Stops; all that is not settled fails with `error`. */
  close(error: KafkaError): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#expiryTimer?.cancel();
    for (const queue of [...this.#accumulator.busy]) {
      for (const batch of [...queue.batches()]) this.#settle(queue, batch, error);
    }
  }

  /** Gives up all that is not in flight. */
  dropWaiting(error: KafkaError): void {
    for (const queue of [...this.#accumulator.busy]) {
      const inFlight = new Set(queue.inFlight);
      for (const batch of [...queue.batches()]) {
        if (!inFlight.has(batch)) this.#settle(queue, batch, error);
      }
    }
    this.onRoom?.();
  }

  #pass(): void {
    this.#awake = false;
    if (this.#closed) return;
    const nowMs = this.#cluster.platform.clock.monotonicMs();
    let waitMs = Number.POSITIVE_INFINITY;
    const hurry = this.#isHurried();
    const byNode = new Map<BrokerNode, PartitionQueue[]>();
    for (const queue of this.#accumulator.busy) {
      if (!queue.hasWaiting) continue;
      const queueWaitMs = queue.sendableInMs(nowMs, hurry);
      if (queueWaitMs > 0) {
        waitMs = Math.min(waitMs, queueWaitMs);
        continue;
      }
      if (!this.#identify(queue)) continue;
      const node = this.#leaderOf(queue);
      if (node === undefined) {
        const pauseMs = this.#backoffMs(1);
        queue.holdBack(nowMs + pauseMs);
        waitMs = Math.min(waitMs, pauseMs);
        continue;
      }
      const queues = byNode.get(node);
      if (queues === undefined) byNode.set(node, [queue]);
      else queues.push(queue);
    }
    for (const [node, queues] of byNode) {
      const pauseMs = this.#pauseLeftMs(node, nowMs);
      if (pauseMs > 0) waitMs = Math.min(waitMs, pauseMs);
      else this.#sendTo(node, queues, nowMs);
    }
    this.#sleep(waitMs);
    if (this.#accumulator.busy.size > 0) {
      this.#expiryTimer ??= this.#cluster.platform.timers.after(
        this.#config.deliveryTimeoutMs,
        () => this.#expire(),
      );
    }
  }

  #isHurried(): boolean {
    return this.#hurry > 0 || this.isCrowded();
  }

  /** Whether the queue may number its batches, where it has to. */
  #identify(queue: PartitionQueue): boolean {
    const transactions = this.#transactions;
    if (transactions !== undefined && !transactions.admits(queue)) return false;
    if (!this.#config.enableIdempotence || !queue.needsIdentity) return true;
    const identity =
      transactions === undefined
        ? this.#identities.current(queue.usedUpProducerId)
        : transactions.identity;
    if (identity === undefined) return false;
    queue.identify(identity);
    return true;
  }

  #leaderOf(queue: PartitionQueue): BrokerNode | undefined {
    const { leader } = this.#cluster.knownTopic(queue.topic)?.partitions[queue.partition] ?? {};
    const node = leader === undefined ? undefined : this.#cluster.node(leader);
    if (node === undefined) this.#cluster.refreshInBackground([queue.topic]);
    return node;
  }

  #sendTo(node: BrokerNode, queues: PartitionQueue[], nowMs: number): void {
    const link = node.link;
    if (link === undefined) {
      this.#connect(node, queues);
      return;
    }
    const limit = this.#config.maxInFlightRequestsPerConnection;
    while ((this.#inFlight.get(node) ?? 0) < limit) {
      const shipments = this.#load(queues, nowMs);
      if (shipments.length === 0) return;
      this.#ship(node, link, shipments);
    }
  }

  /** Takes one batch of each queue, as far as one request may carry. */
  #load(queues: readonly PartitionQueue[], nowMs: number): Shipment[] {
    const shipments: Shipment[] = [];
    let sizeBytes = 0;
    this.#turn += 1;
    for (let index = 0; index < queues.length; index += 1) {
      const queue = queues[(index + this.#turn) % queues.length] as PartitionQueue;
      if (queue.sendableInMs(nowMs, this.#isHurried()) > 0) continue;
      if (sizeBytes > 0 && sizeBytes + queue.headSizeBytes() > this.#config.maxRequestSize)
        continue;
      try {
        const batch = queue.take();
        sizeBytes += batch.sizeBytes;
        shipments.push({ queue, batch });
      } catch (error) {
        // Only compressing can fail; the sequence numbers of the batch are lost with it.
        queue.endEpoch();
        const batch = queue.head;
        if (batch === undefined) throw error;
        const about = `Compressing for ${partitionName(queue)}`;
        this.#settle(queue, batch, clientError('INVALID_ARGUMENT', about, error));
      }
    }
    return shipments;
  }

  #ship(node: BrokerNode, link: BrokerLink, shipments: readonly Shipment[]): void {
    this.#inFlight.set(node, (this.#inFlight.get(node) ?? 0) + 1);
    const { acks, requestTimeoutMs } = this.#config;
    try {
      sendProduce(
        link,
        shipments,
        {
          acks,
          timeoutMs: requestTimeoutMs,
          transactionalId: this.#transactions?.transactionalId ?? null,
          addsToTransaction: this.#transactions?.isImplicit ?? false,
        },
        (answer, throttleTimeMs) => {
          if (throttleTimeMs > 0) this.#pause(node, throttleTimeMs);
          this.#onAnswer(node, shipments, answer);
        },
      );
    } catch (error) {
      const failure = toKafkaError(error, 'Sending records');
      this.#onAnswer(node, shipments, () => failure);
    }
  }

  /** A broker that is asked too much of wants to be left alone; what is sent meanwhile it would not even read (KIP-219). */
  #pause(node: BrokerNode, throttleTimeMs: number): void {
    const untilMs = this.#cluster.platform.clock.monotonicMs() + throttleTimeMs;
    this.#pausedUntilMs.set(node, untilMs);
    this.#sleep(throttleTimeMs);
  }

  /** Milliseconds for which the broker wants no requests. */
  #pauseLeftMs(node: BrokerNode, nowMs: number): number {
    const untilMs = this.#pausedUntilMs.get(node);
    if (untilMs === undefined) return 0;
    if (untilMs > nowMs) return untilMs - nowMs;
    this.#pausedUntilMs.delete(node);
    return 0;
  }

  #onAnswer(
    node: BrokerNode,
    shipments: readonly Shipment[],
    answer: (shipment: Shipment) => BatchAnswer | KafkaError,
  ): void {
    const count = (this.#inFlight.get(node) ?? 1) - 1;
    if (count === 0) this.#inFlight.delete(node);
    else this.#inFlight.set(node, count);
    for (const shipment of shipments) {
      const { queue, batch } = shipment;
      // Given up while it was in flight: expired, or the producer was closed.
      if (batch.settled) this.#forget(queue, batch);
      else this.#judge(queue, batch, answer(shipment));
    }
    this.onRoom?.();
    this.wake();
  }

  #judge(queue: PartitionQueue, batch: ProducerBatch, answer: BatchAnswer | KafkaError): void {
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
    pauseMs: number = this.#backoffMs(batch.attempts),
  ): void {
    const mayRetry = retriable && this.#transactions?.isLost !== true;
    if (!mayRetry || batch.attempts > this.#config.retries || this.#closed) {
      this.#settle(queue, batch, error);
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

  #settle(queue: PartitionQueue, batch: ProducerBatch, error: KafkaError): void {
    this.#giveUp(batch, error);
    this.#forget(queue, batch);
  }

  #giveUp(batch: ProducerBatch, error: KafkaError): void {
    if (batch.settled) return;
    this.#cluster.metrics.batchesFailed += 1;
    this.#cluster.metrics.recordsFailed += batch.recordCount;
    batch.fail(error);
    this.#transactions?.onBatchFailed(batch, error);
  }

  #forget(queue: PartitionQueue, batch: ProducerBatch): void {
    queue.drop(batch);
    this.#accumulator.release(queue, batch);
  }

  #connect(node: BrokerNode, queues: readonly PartitionQueue[]): void {
    if (this.#connecting.has(node)) return;
    this.#connecting.add(node);
    const topics = new Set(queues.map((queue) => queue.topic));
    node.connect().then(
      () => {
        this.#connecting.delete(node);
        this.wake();
      },
      () => {
        // The node pauses before it tries again; meanwhile the leader may have moved.
        this.#connecting.delete(node);
        if (this.#closed) return;
        this.#cluster.refreshInBackground(topics);
        this.#sleep(this.#backoffMs(1));
      },
    );
  }

  /** Without a producer id nothing can be sent; what is temporary is limited by `deliveryTimeoutMs` only. */
  #onNoIdentity(error: KafkaError): void {
    if (this.#closed) return;
    if (error.code === 'OPERATION_TIMEOUT') {
      this.wake();
      return;
    }
    for (const queue of [...this.#accumulator.busy]) {
      if (!queue.needsIdentity) continue;
      for (const batch of [...queue.batches()]) this.#settle(queue, batch, error);
    }
    this.onRoom?.();
  }

  /** Gives up what is older than `deliveryTimeoutMs`. A batch in flight is given up too; its answer will find nobody. */
  #expire(): void {
    this.#expiryTimer = undefined;
    if (this.#closed) return;
    const { deliveryTimeoutMs } = this.#config;
    const nowMs = this.#cluster.platform.clock.monotonicMs();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const queue of [...this.#accumulator.busy]) {
      const inFlight = new Set(queue.inFlight);
      for (const batch of [...queue.batches()]) {
        if (batch.settled) continue;
        const leftMs = batch.createdMs + deliveryTimeoutMs - nowMs;
        if (leftMs > 0) {
          nextMs = Math.min(nextMs, leftMs);
          continue;
        }
        const error = clientError(
          'DELIVERY_TIMEOUT',
          `Partition ${partitionName(batch)}: not acknowledged within ${deliveryTimeoutMs} ms${because(batch)}`,
          batch.lastError,
        );
        if (inFlight.has(batch)) this.#giveUp(batch, error);
        else this.#settle(queue, batch, error);
      }
    }
    this.onRoom?.();
    if (nextMs === Number.POSITIVE_INFINITY) return;
    this.#expiryTimer ??= this.#cluster.platform.timers.after(nextMs, () => this.#expire());
  }

  /** Wakes up in `waitMs`, or earlier if that was asked for before. */
  #sleep(waitMs: number): void {
    if (waitMs === Number.POSITIVE_INFINITY || this.#closed) return;
    const { clock, timers } = this.#cluster.platform;
    const atMs = clock.monotonicMs() + waitMs;
    if (this.#timer !== undefined && this.#timerMs <= atMs) return;
    this.#timer?.cancel();
    this.#timerMs = atMs;
    this.#timer = timers.after(waitMs, () => {
      this.#timer = undefined;
      this.wake();
    });
  }

  #backoffMs(attempts: number): number {
    const { retryBackoffMs, retryBackoffMaxMs } = this.#config;
    const policy = { baseMs: retryBackoffMs, maxMs: retryBackoffMaxMs };
    return backoffMs(this.#cluster.platform, policy, attempts - 1);
  }
}

/** The broker does not have the batch, and says that its sequence, epoch or producer id is not what it expects. */
const lostTrackCodes: ReadonlySet<number> = new Set([
  ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
  ErrorCode.UNKNOWN_PRODUCER_ID,
  ErrorCode.INVALID_PRODUCER_EPOCH,
]);

function because(batch: ProducerBatch): string {
  return batch.lastError === undefined ? '.' : `; last: ${batch.lastError.message}`;
}
