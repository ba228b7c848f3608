/**
 * Keeps the readers of a consumer supplied: looks up positions, fetches ahead within `prefetchMaxBytes`.
 *
 * One fetch a broker is under way at a time, for all its partitions that have room. A pass runs when something changed: an assignment, a seek,
 * a poll that took records, an answer, metadata. Must never retry on an error that a retry cannot mend: those go to the
 * application through the reader.
 */
import type { Timer } from '@zurau/platform';
import { ErrorCode, type FetchResponsePartitionData } from '@zurau/protocol';
import type { BrokerNode } from '../cluster/broker-node.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { LATEST_TIMESTAMP, listOffsets } from '../cluster/list-offsets.ts';
import { backoffMs } from '../cluster/retry.ts';
import { brokerError, type KafkaError, toKafkaError } from '../errors.ts';
import type { ConsumerConfig } from './consumer-config.ts';
import { type FetchAnswer, sendFetch } from './fetch-request.ts';
import { FetchedPiece } from './fetched-piece.ts';
import type { PartitionReader } from './partition-reader.ts';
import { offsetOf, timestampOf } from './position.ts';

/** While a partition is full, its neighbours on the same broker must not hold up the next fetch for long. */
const CROWDED_WAIT_MS = 20;

export class Fetcher {
  /** Called when a reader has records or a failure for the application. One listener. */
  onSupply: (() => void) | undefined;

  readonly #cluster: Cluster;
  readonly #config: Required<ConsumerConfig>;
  #readers: readonly PartitionReader[] = [];
  /** Brokers with a fetch, or an attempt to connect, under way. */
  readonly #engaged: Set<BrokerNode> = new Set();
  #awake = false;
  #closed = false;
  #timer: Timer | undefined;

  constructor(cluster: Cluster, config: Required<ConsumerConfig>) {
    this.#cluster = cluster;
    this.#config = config;
  }

  /** From now on these readers are supplied, and no others. */
  supply(readers: readonly PartitionReader[]): void {
    this.#readers = readers;
    this.wake();
  }

  wake(): void {
    if (this.#awake || this.#closed) return;
    this.#awake = true;
    this.#cluster.platform.timers.nextTurn(() => this.#pass());
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#readers = [];
  }

  #pass(): void {
    this.#awake = false;
    if (this.#closed) return;
    const nowMs = this.#cluster.platform.clock.monotonicMs();
    let waitMs = Number.POSITIVE_INFINITY;
    let bufferedBytes = 0;
    for (const reader of this.#readers) bufferedBytes += reader.bufferedBytes;
    const seekers: PartitionReader[] = [];
    const hungry = new Map<BrokerNode, PartitionReader[]>();
    const crowded = new Set<BrokerNode>();
    for (const reader of this.#readers) {
      if (reader.busy || reader.paused || reader.failure !== undefined) continue;
      if (reader.notBeforeMs > nowMs) {
        waitMs = Math.min(waitMs, reader.notBeforeMs - nowMs);
        continue;
      }
      if (reader.wish !== undefined) {
        seekers.push(reader);
        continue;
      }
      const node = this.#leaderOf(reader);
      if (node === undefined) {
        this.#holdBack(reader);
        waitMs = Math.min(waitMs, reader.notBeforeMs - nowMs);
      } else if (
        reader.bufferedBytes >= this.#config.maxPartitionFetchBytes ||
        (reader.hasRecords && bufferedBytes >= this.#config.prefetchMaxBytes)
      ) {
        crowded.add(node);
      } else {
        const readers = hungry.get(node);
        if (readers === undefined) hungry.set(node, [reader]);
        else readers.push(reader);
      }
    }
    if (seekers.length > 0) void this.#lookUp(seekers);
    for (const [node, readers] of hungry) {
      if (!this.#engaged.has(node)) this.#fetch(node, readers, crowded.has(node));
    }
    this.#sleep(waitMs);
  }

  #leaderOf(reader: PartitionReader): BrokerNode | undefined {
    const { leader } = this.#cluster.metadata.partition(reader.topic, reader.partition) ?? {};
    const node = leader === undefined ? undefined : this.#cluster.node(leader);
    if (node === undefined) this.#cluster.refreshInBackground([reader.topic]);
    return node;
  }

  #fetch(node: BrokerNode, readers: readonly PartitionReader[], isCrowded: boolean): void {
    this.#engaged.add(node);
    const { link } = node;
    if (link === undefined) {
      node.connect().then(
        () => this.#disengage(node),
        (error: unknown) => this.#onFetchFailed(node, readers, toKafkaError(error, 'Fetching')),
      );
      return;
    }
    const maxWaitMs = isCrowded
      ? Math.min(CROWDED_WAIT_MS, this.#config.fetchMaxWaitMs)
      : this.#config.fetchMaxWaitMs;
    const asked = readers.map((reader) => ({ reader, epoch: reader.epoch }));
    try {
      const { metadata } = this.#cluster;
      sendFetch(link, { readers, maxWaitMs, config: this.#config, metadata }, (error, answer) => {
        if (this.#closed) return;
        const current = asked.filter(({ reader, epoch }) => reader.epoch === epoch);
        const still = current.map(({ reader }) => reader);
        for (const reader of still) reader.busy = false;
        if (answer === undefined) {
          this.#onFetchFailed(
            node,
            still,
            error ?? brokerError(ErrorCode.UNKNOWN_SERVER_ERROR, ''),
          );
        } else {
          this.#onAnswer(still, answer);
          this.#disengage(node);
        }
      });
      for (const reader of readers) reader.busy = true;
    } catch (error) {
      this.#onFetchFailed(node, readers, toKafkaError(error, 'Fetching'));
    }
  }

  #onAnswer(readers: readonly PartitionReader[], answer: FetchAnswer): void {
    if (answer.errorCode !== ErrorCode.NONE) {
      this.#fail(readers, brokerError(answer.errorCode, 'Fetching'));
      return;
    }
    let supplied = false;
    for (const reader of readers) {
      const part = answer.partOf(reader);
      if (part !== undefined) supplied = this.#onPart(reader, part) || supplied;
    }
    if (supplied) this.onSupply?.();
  }

  /** True when the reader has something for the application now. */
  #onPart(reader: PartitionReader, part: FetchResponsePartitionData): boolean {
    const { errorCode } = part;
    if (errorCode === ErrorCode.OFFSET_OUT_OF_RANGE) return this.#reset(reader);
    if (errorCode !== ErrorCode.NONE) {
      this.#fail([reader], brokerError(errorCode, `Fetching from ${reader.name}`));
      return false;
    }
    reader.highWatermark = part.highWatermark;
    reader.logStartOffset = part.logStartOffset;
    if (part.records === null || part.records.length === 0) return false;
    try {
      const readCommitted = this.#config.isolationLevel === 'read_committed';
      const abortedTransactions = readCommitted ? (part.abortedTransactions ?? []) : undefined;
      const checkCrc = this.#config.checkCrcs;
      reader.add(new FetchedPiece(part.records, { checkCrc, abortedTransactions }));
    } catch (error) {
      reader.failure = toKafkaError(error, `Fetching from ${reader.name}`);
    }
    return true;
  }

  /** The position is no longer in the log, or not yet. */
  #reset(reader: PartitionReader): boolean {
    const { autoOffsetReset } = this.#config;
    if (autoOffsetReset === 'none') {
      const about = `Offset ${reader.fetchOffset} of ${reader.name}`;
      reader.failure = brokerError(ErrorCode.OFFSET_OUT_OF_RANGE, about);
      return true;
    }
    // What was fetched before is still good; only when it is used up the position is given up.
    if (reader.hasRecords) this.#holdBack(reader);
    else reader.seek(autoOffsetReset === 'earliest' ? 'beginning' : 'end');
    return false;
  }

  async #lookUp(readers: readonly PartitionReader[]): Promise<void> {
    const asked = readers.flatMap((reader) => {
      const { wish, epoch } = reader;
      return wish === undefined ? [] : [{ reader, epoch, timestamp: timestampOf(wish) }];
    });
    for (const { reader } of asked) reader.busy = true;
    const current = (): typeof asked => asked.filter(({ reader, epoch }) => reader.epoch === epoch);
    try {
      const { isolationLevel } = this.#config;
      const question = (item: (typeof asked)[number], timestamp: number) => ({
        topic: item.reader.topic,
        partition: item.reader.partition,
        timestamp,
      });
      const answers = await listOffsets(
        this.#cluster,
        asked.map((item) => question(item, item.timestamp)),
        { isolationLevel },
      );
      const late = asked.filter((_, index) => (answers[index]?.offset ?? -1) < 0);
      const ends = await this.#ends(late.map((item) => question(item, LATEST_TIMESTAMP)));
      for (const item of current()) {
        const answer = answers[asked.indexOf(item)];
        item.reader.busy = false;
        const offset = (answer && offsetOf(answer)) ?? ends[late.indexOf(item)];
        if (offset !== undefined) item.reader.found(offset);
      }
    } catch (error) {
      if (this.#closed) return;
      const failure = toKafkaError(error, 'Looking up positions');
      for (const { reader } of current()) {
        reader.busy = false;
        reader.failure = failure;
      }
      this.onSupply?.();
    }
    this.wake();
  }

  async #ends(questions: Parameters<typeof listOffsets>[1]): Promise<number[]> {
    if (questions.length === 0) return [];
    const { isolationLevel } = this.#config;
    const answers = await listOffsets(this.#cluster, questions, { isolationLevel });
    return answers.map(({ offset }) => offset);
  }

  #onFetchFailed(node: BrokerNode, readers: readonly PartitionReader[], error: KafkaError): void {
    if (this.#closed) return;
    this.#fail(readers, error);
    this.#disengage(node);
  }

  /** Tries again later what may get better, tells the application of the rest. */
  #fail(readers: readonly PartitionReader[], error: KafkaError): void {
    for (const reader of readers) {
      if (error.retriable) this.#holdBack(reader);
      else reader.failure = error;
    }
    if (error.retriable) {
      this.#cluster.refreshInBackground(new Set(readers.map(({ topic }) => topic)));
    } else {
      this.onSupply?.();
    }
  }

  #holdBack(reader: PartitionReader): void {
    const { retryBackoffMs, retryBackoffMaxMs } = this.#config;
    const { platform } = this.#cluster;
    const policy = { baseMs: retryBackoffMs, maxMs: retryBackoffMaxMs };
    reader.notBeforeMs = platform.clock.monotonicMs() + backoffMs(platform, policy, 0);
  }

  #disengage(node: BrokerNode): void {
    this.#engaged.delete(node);
    this.wake();
  }

  #sleep(waitMs: number): void {
    if (waitMs === Number.POSITIVE_INFINITY) return;
    this.#timer?.cancel();
    this.#timer = this.#cluster.platform.timers.after(waitMs, () => this.wake());
  }
}
