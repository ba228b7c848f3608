/**
 * Sends what the accumulator holds to the leaders, and settles it.
 *
 * One pass a turn of the event loop looks at all partitions that have something to send, and sends each broker as much as
 * `maxInFlightRequestsPerConnection` allows: one batch a partition and request. A pass is asked for by `wake`: after
 * an append, a response, new metadata, a timer.
 *
 * Owns when and where batches are sent. What an answer means for them is {@link BatchOutcomes}' business, their order within a partition the queue's.
 */
import type { Timer } from '@zurau/platform';
import type { BrokerLink, BrokerNode } from '../cluster/broker-node.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { clientError, type KafkaError, toKafkaError } from '../errors.ts';
import { partitionName } from '../topic-partition.ts';
import type { Accumulator } from './accumulator.ts';
import { BatchOutcomes } from './batch-outcomes.ts';
import { DeliveryExpiry } from './delivery-expiry.ts';
import type { PartitionQueue } from './partition-queue.ts';
import { type BatchAnswer, sendProduce, type Shipment } from './produce-request.ts';
import type { ProducerConfig } from './producer-config.ts';
import { ProducerIdentitySource } from './producer-identity.ts';
import type { Transactions } from './transactions/transactions.ts';

export class Sender {
  /** Called when memory became free. One listener. */
  onRoom: (() => void) | undefined;
  /** Whether records wait for room: then nothing lingers, because only what is sent makes room. */
  isCrowded: () => boolean = () => false;

  readonly #cluster: Cluster;
  readonly #accumulator: Accumulator;
  readonly #config: Required<ProducerConfig>;
  readonly #outcomes: BatchOutcomes;
  readonly #expiry: DeliveryExpiry;
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
    this.#outcomes = new BatchOutcomes(cluster, accumulator, config, transactions);
    this.#expiry = new DeliveryExpiry(cluster.platform, accumulator, this.#outcomes, config, () =>
      this.onRoom?.(),
    );
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
    this.#expiry.close();
    this.#outcomes.close();
    for (const queue of [...this.#accumulator.busy]) {
      for (const batch of [...queue.batches()]) this.#outcomes.settle(queue, batch, error);
    }
  }

  /** Gives up all that is not in flight. */
  dropWaiting(error: KafkaError): void {
    for (const queue of [...this.#accumulator.busy]) {
      const inFlight = new Set(queue.inFlight);
      for (const batch of [...queue.batches()]) {
        if (!inFlight.has(batch)) this.#outcomes.settle(queue, batch, error);
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
        const pauseMs = this.#cluster.retryPauseMs(0);
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
    this.#expiry.watch();
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
        this.#outcomes.settle(queue, batch, clientError('INVALID_ARGUMENT', about, error));
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
      if (batch.settled) this.#outcomes.forget(queue, batch);
      else this.#outcomes.judge(queue, batch, answer(shipment));
    }
    this.onRoom?.();
    this.wake();
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
        this.#sleep(this.#cluster.retryPauseMs(0));
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
      for (const batch of [...queue.batches()]) this.#outcomes.settle(queue, batch, error);
    }
    this.onRoom?.();
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
}
