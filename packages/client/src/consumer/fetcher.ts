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
import { brokerError, type KafkaError, toKafkaError } from '../errors.ts';
import { groupBy } from '../group-by.ts';
import type { ConsumerConfig } from './consumer-config.ts';
import { type FetchAnswer, sendFetch } from './fetch-request.ts';
import { FetchSessions } from './fetch-sessions.ts';
import { FetchedPiece } from './fetched-piece.ts';
import type { PartitionReader } from './partition-reader.ts';
import { PositionFinder, type ReadCommitted } from './position-finder.ts';
import {
  canCheck,
  checkTruncation,
  needsCheck,
  rewind,
  type TruncationVerdict,
} from './truncation-check.ts';

/** While a partition is full, its neighbours on the same broker must not hold up the next fetch for long. */
const CROWDED_WAIT_MS = 20;

/** A reader in a request, as it was then. */
interface Asked {
  readonly reader: PartitionReader;
  readonly epoch: number;
  readonly leaderEpoch: number;
}

export class Fetcher {
  /** Called when a reader has records or a failure for the application. One listener. */
  onSupply: (() => void) | undefined;

  readonly #cluster: Cluster;
  readonly #config: Required<ConsumerConfig>;
  readonly #finder: PositionFinder;
  #readers: readonly PartitionReader[] = [];
  /** Brokers with a fetch, or an attempt to connect, under way. */
  readonly #engaged: Set<BrokerNode> = new Set();
  readonly #sessions: FetchSessions;
  #awake = false;
  #closing: Promise<void> | undefined;
  #timer: Timer | undefined;

  constructor(cluster: Cluster, config: Required<ConsumerConfig>, readCommitted: ReadCommitted) {
    this.#cluster = cluster;
    this.#config = config;
    this.#finder = new PositionFinder(cluster, config, readCommitted);
    this.#sessions = new FetchSessions(cluster.platform);
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

  /** Asks nothing more. Resolves when the brokers know that, or a moment has passed, no later than after `timeoutMs`. Idempotent. */
  close(timeoutMs: number): Promise<void> {
    this.#timer?.cancel();
    this.#readers = [];
    this.#closing ??= this.#sessions.close(timeoutMs);
    return this.#closing;
  }

  get #closed(): boolean {
    return this.#closing !== undefined;
  }

  #pass(): void {
    this.#awake = false;
    if (this.#closed) return;
    const nowMs = this.#nowMs();
    let waitMs = Number.POSITIVE_INFINITY;
    let bufferedBytes = 0;
    for (const reader of this.#readers) bufferedBytes += reader.bufferedBytes;
    const seekers: PartitionReader[] = [];
    const doubtful: PartitionReader[] = [];
    const hungry = new Map<BrokerNode, PartitionReader[]>();
    const crowded = new Set<BrokerNode>();
    for (const reader of this.#readers) {
      if (reader.busy || reader.isIdle || reader.failure !== undefined) continue;
      if (reader.notBeforeMs > nowMs) {
        waitMs = Math.min(waitMs, reader.notBeforeMs - nowMs);
        continue;
      }
      if (reader.wish !== undefined) {
        seekers.push(reader);
        continue;
      }
      if (needsCheck(reader, this.#cluster.metadata)) {
        doubtful.push(reader);
        continue;
      }
      const node = this.#sourceOf(reader, nowMs);
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
    for (const [node, readers] of groupBy(doubtful, (reader) => this.#leaderOf(reader))) {
      if (node === undefined) for (const reader of readers) this.#holdBack(reader);
      else void this.#check(node, readers);
    }
    for (const [node, readers] of hungry) {
      if (!this.#engaged.has(node)) this.#fetch(node, readers, crowded.has(node));
    }
    for (const { busy, notBeforeMs } of doubtful) {
      if (!busy) waitMs = Math.min(waitMs, Math.max(0, notBeforeMs - nowMs));
    }
    // With nothing to read a rebalance is under way, mostly, and the same brokers are asked again in a moment.
    if (this.#readers.length > 0) {
      this.#sessions.keep(
        (node) => crowded.has(node) || this.#engaged.has(node) || this.#isSource(node),
      );
    }
    this.#sleep(waitMs);
  }

  /** Whether anything is read from there, now or when it may go on. */
  #isSource(node: BrokerNode): boolean {
    const { metadata } = this.#cluster;
    if (this.#cluster.node(node.id) !== node) return false;
    return this.#readers.some(
      ({ topic, partition, preferredReplica }) =>
        preferredReplica?.id === node.id ||
        metadata.partition(topic, partition)?.leader === node.id,
    );
  }

  /** The replica that the leader pointed to, or else the leader. */
  #sourceOf(reader: PartitionReader, nowMs: number): BrokerNode | undefined {
    const { preferredReplica } = reader;
    if (preferredReplica !== undefined) {
      const node = this.#cluster.node(preferredReplica.id);
      if (node !== undefined && nowMs < preferredReplica.untilMs) return node;
      reader.preferredReplica = undefined;
    }
    return this.#leaderOf(reader);
  }

  #leaderOf(reader: PartitionReader): BrokerNode | undefined {
    const { leader } = this.#cluster.metadata.partition(reader.topic, reader.partition) ?? {};
    const node = leader === undefined ? undefined : this.#cluster.node(leader);
    // Also has metadata fetched again that have grown old.
    if (node === undefined || this.#cluster.knownTopic(reader.topic) === undefined) {
      this.#cluster.refreshInBackground([reader.topic]);
    }
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
    const { metadata } = this.#cluster;
    const session = this.#sessions.of(node);
    const asked = readers.map((reader): Asked => {
      const { leaderEpoch = -1 } = metadata.partition(reader.topic, reader.partition) ?? {};
      return { reader, epoch: reader.epoch, leaderEpoch };
    });
    try {
      const plan = { readers, session, maxWaitMs, config: this.#config, metadata };
      sendFetch(link, plan, (error, answer) => {
        if (answer === undefined || !session.onAnswer(answer.errorCode, answer.sessionId)) {
          session.onLost();
        }
        if (this.#closed) {
          void this.#sessions.end(node, session);
          return;
        }
        const current = asked.filter(({ reader, epoch }) => reader.epoch === epoch);
        for (const { reader } of current) reader.busy = false;
        if (answer === undefined) {
          const still = current.map(({ reader }) => reader);
          const lost = error ?? brokerError(ErrorCode.UNKNOWN_SERVER_ERROR, 'Fetching');
          this.#onFetchFailed(node, still, lost);
        } else {
          this.#onAnswer(node, current, answer);
          this.#disengage(node);
        }
      });
      for (const reader of readers) reader.busy = true;
    } catch (error) {
      session.onLost();
      this.#onFetchFailed(node, readers, toKafkaError(error, 'Fetching'));
    }
  }

  #onAnswer(node: BrokerNode, asked: readonly Asked[], answer: FetchAnswer): void {
    if (answer.errorCode !== ErrorCode.NONE) {
      // Of the session, which starts anew with the next pass, at once.
      if (isSessionError(answer.errorCode)) return;
      const readers = asked.map(({ reader }) => reader);
      this.#fail(readers, brokerError(answer.errorCode, 'Fetching'));
      return;
    }
    const nowMs = this.#nowMs();
    let supplied = false;
    for (const of of asked) {
      const part = answer.partOf(of.reader);
      if (part === undefined) of.reader.answeredMs = nowMs;
      else supplied = this.#onPart(node, of, part, nowMs) || supplied;
    }
    if (supplied) this.onSupply?.();
  }

  /** True when the reader has something for the application now. */
  #onPart(
    node: BrokerNode,
    { reader, leaderEpoch }: Asked,
    part: FetchResponsePartitionData,
    nowMs: number,
  ): boolean {
    const { errorCode } = part;
    if (errorCode === ErrorCode.OFFSET_OUT_OF_RANGE) return this.#onOutOfRange(node, reader);
    if (errorCode !== ErrorCode.NONE) {
      this.#fail([reader], brokerError(errorCode, `Fetching from ${reader.name}`));
      return false;
    }
    reader.answeredMs = nowMs;
    reader.failureCount = 0;
    reader.validatedEpoch = Math.max(reader.validatedEpoch, leaderEpoch);
    if (part.preferredReadReplica >= 0) {
      const untilMs = nowMs + this.#config.metadataMaxAgeMs;
      reader.preferredReplica = { id: part.preferredReadReplica, untilMs };
    }
    if (part.highWatermark >= 0) reader.highWatermark = part.highWatermark;
    if (part.lastStableOffset >= 0) reader.lastStableOffset = part.lastStableOffset;
    if (part.logStartOffset >= 0) reader.logStartOffset = part.logStartOffset;
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
  #onOutOfRange(node: BrokerNode, reader: PartitionReader): boolean {
    // A follower may be behind, or ahead in what it deleted: only the leader knows (KIP-392).
    if (reader.preferredReplica?.id === node.id) {
      reader.preferredReplica = undefined;
      return false;
    }
    let reset: ReturnType<PositionFinder['resetPosition']>;
    try {
      reset = this.#finder.resetPosition(reader.topic);
    } catch (error) {
      reader.failure = toKafkaError(error, 'autoOffsetReset');
      return true;
    }
    // What was fetched before is still good; only when it is used up the position is given up.
    if (reader.hasRecords) {
      this.#holdBack(reader);
    } else if (reset !== undefined) {
      reader.seek(reset);
    } else {
      const about = `Offset ${reader.fetchOffset} of ${reader.name}`;
      reader.failure = brokerError(ErrorCode.OFFSET_OUT_OF_RANGE, about);
      return true;
    }
    return false;
  }

  async #lookUp(readers: readonly PartitionReader[]): Promise<void> {
    const asked = readers.map((reader) => ({ reader, epoch: reader.epoch }));
    const current = (): PartitionReader[] =>
      asked.filter(({ reader, epoch }) => reader.epoch === epoch).map(({ reader }) => reader);
    for (const reader of readers) reader.busy = true;
    try {
      await this.#finder.find(readers);
      for (const reader of current()) reader.busy = false;
    } catch (error) {
      if (this.#closed) return;
      const failure = toKafkaError(error, 'Looking up positions');
      for (const reader of current()) {
        reader.busy = false;
        reader.failure = failure;
      }
    }
    if (readers.some(({ failure }) => failure !== undefined)) this.onSupply?.();
    this.wake();
  }

  async #check(node: BrokerNode, readers: readonly PartitionReader[]): Promise<void> {
    const { metadata } = this.#cluster;
    const asked = readers.map((reader): Asked => {
      const { leaderEpoch = -1 } = metadata.partition(reader.topic, reader.partition) ?? {};
      return { reader, epoch: reader.epoch, leaderEpoch };
    });
    for (const reader of readers) reader.busy = true;
    const current = (): Asked[] => asked.filter(({ reader, epoch }) => reader.epoch === epoch);
    try {
      await node.connect();
      const verdicts = canCheck(node)
        ? await checkTruncation(node, readers, metadata)
        : new Map<string, TruncationVerdict>();
      for (const of of current()) {
        of.reader.busy = false;
        this.#onVerdict(of, verdicts.get(of.reader.name) ?? { kind: 'intact' });
      }
    } catch (error) {
      if (this.#closed) return;
      const still = current().map(({ reader }) => reader);
      for (const reader of still) reader.busy = false;
      this.#fail(still, toKafkaError(error, 'Checking for truncation'));
    }
    this.wake();
  }

  #onVerdict({ reader, leaderEpoch }: Asked, verdict: TruncationVerdict): void {
    switch (verdict.kind) {
      case 'intact':
        reader.validatedEpoch = leaderEpoch;
        return;
      case 'unknown':
        this.#fail([reader], verdict.error);
        return;
      case 'cut':
        rewind(reader, leaderEpoch, verdict, this.#finder.resetPosition(reader.topic));
        if (reader.failure !== undefined) this.onSupply?.();
    }
  }

  #onFetchFailed(node: BrokerNode, readers: readonly PartitionReader[], error: KafkaError): void {
    if (this.#closed) return;
    this.#fail(readers, error);
    this.#disengage(node);
  }

  /** Tries again later what may get better, tells the application of the rest. */
  #fail(readers: readonly PartitionReader[], error: KafkaError): void {
    for (const reader of readers) {
      reader.preferredReplica = undefined;
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
    reader.notBeforeMs = this.#nowMs() + this.#cluster.retryPauseMs(reader.failureCount);
    reader.failureCount += 1;
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

  #nowMs(): number {
    return this.#cluster.platform.clock.monotonicMs();
  }
}

function isSessionError(errorCode: number): boolean {
  switch (errorCode) {
    case ErrorCode.FETCH_SESSION_ID_NOT_FOUND:
    case ErrorCode.INVALID_FETCH_SESSION_EPOCH:
      return true;
    default:
      return false;
  }
}
