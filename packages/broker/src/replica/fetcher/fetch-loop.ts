/**
 * Follows one leader for some of the partitions that this broker has from it: fetches, appends, cuts where the logs part, and again.
 *
 * Owns: which partitions, and which of them have to pause. What is fetched next is decided anew in every round from the logs themselves; between a request
 * and its answer the controller may have given a partition another leader, and then the answer means nothing for it.
 *
 *   round:  cut what has to be cut -> fetch -> append -> wait until written -> watermarks
 *
 * Must never ask for an offset before everything below it is written: to the leader that is an acknowledgement.
 */
import {
  ErrorCode,
  batchLeaderEpoch,
  wholeBatchSizeBytes,
  type FetchResponse,
} from '@zurau/protocol';
import { LogError, type EpochEndOffset } from '@zurau/log';
import type { Clock, Timer, Timers } from '@zurau/platform';
import type { Logger } from '../../logging.ts';
import type { Partition } from '../partition.ts';
import { FollowerFetchSession, type WantedPartition } from './fetch-session.ts';
import type { LeaderEndpoint } from './leader-endpoint.ts';
import { truncationFor } from './truncation.ts';

/** Bytes of which a leader sends the least that it can. */
const ONE_BATCH = 1;

type PartitionAnswer = FetchResponse['responses'][number]['partitions'][number];

export interface FetchLoopOptions {
  readonly leader: LeaderEndpoint;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
  /** `replica.fetch.backoff.ms` */
  readonly backoffMs: number;
  /** `replica.fetch.max.bytes` */
  readonly partitionMaxBytes: number;
  /**
   * False while a partition has had its share (follower.replication.throttled.rate). Those that are known to be behind wait then; those of which that is not
   * known yet ask for one batch, or a replica that lacks nothing might never come in sync beside one that lacks much.
   */
  readonly mayFetch: (partition: Partition) => boolean;
  readonly onFetched: (partition: Partition, sizeBytes: number) => void;
}

/** A partition and what this loop knows of it. The object is its identity: one that was taken out and put in again is another. */
interface Followed {
  readonly partition: Partition;
  /** The logs are known to agree up to where this one ends. */
  isCompared: boolean;
  /** Whether the leader had committed more than is here when it answered last; undefined before its first answer. */
  isBehind: boolean | undefined;
  /** What the leader sent could not be appended the last time. */
  isRefusing: boolean;
  /** By the monotonic clock. */
  pausedUntilMs: number;
}

export class FetchLoop {
  readonly #options: FetchLoopOptions;
  /** In the order in which they are asked for: those that got something last come last. */
  readonly #followed = new Map<Partition, Followed>();
  readonly #session = new FollowerFetchSession();
  #running: Promise<void> | undefined;
  /** Something has changed since the last round began: it must not rest now. */
  #hasNews = false;
  #isFailing = false;
  #wake: (() => void) | undefined;
  #closed = false;

  constructor(options: FetchLoopOptions) {
    this.#options = options;
  }

  get partitionCount(): number {
    return this.#followed.size;
  }

  /** Begins to follow. Nobody else appends to the partition from now on, until `remove`. */
  add(partition: Partition): void {
    this.#followed.set(partition, {
      partition,
      isCompared: false,
      isBehind: undefined,
      isRefusing: false,
      pausedUntilMs: 0,
    });
    this.#tell();
    this.#running ??= this.#run();
  }

  /** Stops at once; only a cut that is under way still ends (`partition.cutting`). */
  remove(partition: Partition): void {
    this.#followed.delete(partition);
  }

  /** Stops and drops the connection; resolves when nothing is under way any more. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#followed.clear();
    this.#options.leader.close();
    this.#tell();
    await this.#running;
  }

  #tell(): void {
    this.#hasNews = true;
    this.#wake?.();
  }

  async #run(): Promise<void> {
    // The one who adds must not run the loop: more may be added.
    await Promise.resolve();
    while (!this.#closed) {
      this.#hasNews = false;
      try {
        if (!(await this.#round())) await this.#rest();
      } catch (error) {
        if (this.#closed) return;
        this.#warn(error);
        this.#session.restart();
        for (const followed of this.#followed.values()) this.#pause(followed);
      }
    }
  }

  /** Said once until it works again: a leader that is gone stays so until the controller has noticed. */
  #warn(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    const level = this.#isFailing ? 'debug' : 'warn';
    this.#isFailing = true;
    this.#options.logger[level]({ reason }, 'fetching from a leader failed; trying again');
  }

  /** False when nothing could be fetched now. */
  async #round(): Promise<boolean> {
    const active = this.#active();
    if (active.length === 0) return false;
    const { leader } = this.#options;
    const comparesOnFetch = await leader.truncatesOnFetch();
    // A log without epochs has nothing that a fetch could compare.
    const mustCompare = ({ isCompared, partition }: Followed): boolean =>
      !isCompared && (!comparesOnFetch || partition.log.latestEpoch < 0);
    await this.#compareLogs(active.filter(mustCompare));
    const wanted = this.#active().filter((followed) => !mustCompare(followed));
    if (wanted.length === 0) return this.#active().length > 0;
    const requested = new Map(wanted.map((followed) => [followed, this.#wantedOf(followed)]));
    const response = await leader.fetch([...requested.values()], this.#session);
    this.#isFailing = false;
    const errorCode = this.#session.onAnswer(response);
    if (errorCode !== ErrorCode.NONE) {
      // The session is gone; the next request starts another, and only errors of the leader itself need a pause.
      if (!isSessionError(errorCode)) for (const followed of wanted) this.#pause(followed);
      return true;
    }
    await this.#take(response, requested);
    return true;
  }

  async #take(
    response: FetchResponse,
    requested: ReadonlyMap<Followed, WantedPartition>,
  ): Promise<void> {
    const byWanted = new Map([...requested].map(([followed, wanted]) => [wanted, followed]));
    const written: Promise<void>[] = [];
    const watermarks: (() => void)[] = [];
    const cuts: Promise<unknown>[] = [];
    for (const { topic, topicId, partitions } of response.responses) {
      for (const answer of partitions) {
        const wanted = this.#session.wantedPartition(topic, topicId, answer.partitionIndex);
        const followed = wanted && byWanted.get(wanted);
        if (followed === undefined || !this.#isCurrent(followed, wanted!)) continue;
        if (answer.errorCode !== ErrorCode.NONE) {
          cuts.push(this.#onError(followed, wanted!, answer.errorCode));
        } else if (answer.divergingEpoch.endOffset >= 0) {
          const { epoch, endOffset } = answer.divergingEpoch;
          cuts.push(this.#cut(followed, { epoch, endOffset }));
        } else if (this.#append(followed, answer)) {
          const { log } = followed.partition;
          if (log.writtenOffset < log.logEndOffset) written.push(whenWritten(followed.partition));
          watermarks.push(() => {
            if (this.#followed.get(followed.partition) !== followed) return;
            followed.isBehind = answer.highWatermark > log.logEndOffset;
            followed.partition.followWatermarks(answer.highWatermark, answer.logStartOffset);
          });
        }
      }
    }
    if (written.length > 0) await Promise.all(written);
    for (const apply of watermarks) apply();
    if (cuts.length > 0) await Promise.all(cuts);
  }

  /** Still followed, in the same epoch, and the log ends where it did when the request was made. */
  #isCurrent(followed: Followed, wanted: WantedPartition): boolean {
    const { partition } = followed;
    return (
      this.#followed.get(partition) === followed &&
      partition.leaderEpoch === wanted.currentLeaderEpoch &&
      partition.log.logEndOffset === wanted.fetchOffset &&
      partition.cutting === undefined
    );
  }

  /** False when the records could not be taken. */
  #append(followed: Followed, { records }: PartitionAnswer): boolean {
    if (records === null || records.length === 0) return true;
    const { partition } = followed;
    try {
      requireEpochsUpTo(partition.leaderEpoch, records);
      const sizeBytes = partition.log.appendAsFollower(records);
      followed.isRefusing = false;
      this.#options.onFetched(partition, sizeBytes);
      // So that a partition with much to fetch does not starve the others.
      this.#followed.delete(partition);
      this.#followed.set(partition, followed);
      return true;
    } catch (error) {
      if (!(error instanceof LogError)) throw error;
      // A full disk has room again some time; of a log directory that has failed for good its partitions are taken away.
      const isOurs = error.errorCode === ErrorCode.KAFKA_STORAGE_ERROR;
      this.#options.logger[followed.isRefusing ? 'debug' : isOurs ? 'error' : 'warn'](
        { err: error, topic: partition.topic, partition: partition.partition },
        'what the leader sent cannot be appended; trying again',
      );
      followed.isRefusing = true;
      this.#pause(followed);
      return false;
    }
  }

  async #onError(followed: Followed, wanted: WantedPartition, errorCode: number): Promise<void> {
    const { topic, partition } = followed.partition;
    switch (errorCode) {
      case ErrorCode.OFFSET_OUT_OF_RANGE:
        await this.#startWhereTheLeaderDoes(followed, wanted);
        return;
      default:
        // Of a newer leader epoch, too, the controller's order is under way: it ends this, whatever the leader says.
        this.#options.logger.debug({ topic, partition, errorCode }, 'the leader refused a fetch');
        this.#pause(followed);
    }
  }

  /**
   * The leader has nothing where this log ends. Either the leader's log ends before: an unclean election made it leader, and what it does not have goes. Or
   * it starts behind: what is here is too old to be joined to it, and all of it goes.
   */
  async #startWhereTheLeaderDoes(followed: Followed, wanted: WantedPartition): Promise<void> {
    const { leader, logger } = this.#options;
    const { topic, partition, currentLeaderEpoch } = wanted;
    const { log } = followed.partition;
    const latest = await leader.logOffset(topic, partition, currentLeaderEpoch, 'latest');
    if (!isOffset(latest) || !this.#isCurrent(followed, wanted)) {
      return this.#pause(followed);
    }
    if (latest.offset < log.logEndOffset) {
      logger.warn(
        { topic, partition, from: log.logEndOffset, to: latest.offset },
        'the leader ends before this replica; cutting it to the end of the leader',
      );
      return this.#cutting(followed, () => log.truncateTo(latest.offset));
    }
    const earliest = await leader.logOffset(topic, partition, currentLeaderEpoch, 'earliest');
    if (!isOffset(earliest) || !this.#isCurrent(followed, wanted)) {
      return this.#pause(followed);
    }
    // Its end is not below ours and its start not above: it must have what it said it has not.
    if (earliest.offset <= log.logEndOffset) return this.#pause(followed);
    logger.warn(
      { topic, partition, from: log.logEndOffset, to: earliest.offset },
      'the leader starts behind this replica; starting anew there',
    );
    await this.#cutting(followed, () => log.truncateFullyAndStartAt(earliest.offset));
  }

  /** Asks where the newest epochs of logs end at the leader, and cuts them there. */
  async #compareLogs(followeds: readonly Followed[]): Promise<void> {
    const known = followeds.filter(({ partition }) => partition.log.latestEpoch >= 0);
    const unknown = followeds.filter(({ partition }) => partition.log.latestEpoch < 0);
    await Promise.all(
      unknown.map(async (followed) => {
        const { log } = followed.partition;
        await this.#cutting(followed, () => log.truncateTo(log.highWatermark));
        followed.isCompared = true;
      }),
    );
    if (known.length === 0) return;
    const asked = known.map((followed) => ({ followed, ...questionOf(followed.partition) }));
    const ends = await this.#options.leader.epochEnds(asked);
    await Promise.all(
      asked.map(async ({ followed, currentLeaderEpoch }, index) => {
        const end = ends[index];
        const isStillAsked =
          this.#followed.get(followed.partition) === followed &&
          followed.partition.leaderEpoch === currentLeaderEpoch;
        if (!isStillAsked) return;
        if (end?.errorCode === ErrorCode.NONE) followed.isCompared = await this.#cut(followed, end);
        else this.#pause(followed);
      }),
    );
  }

  /** Cuts a log to where the leader's ends in one of its epochs; false when the leader has to be asked again. */
  async #cut(followed: Followed, end: EpochEndOffset): Promise<boolean> {
    const { log } = followed.partition;
    const { offset, isComplete } = truncationFor(end, log);
    if (offset < log.highWatermark) {
      this.#options.logger.warn(
        { log: log.name, offset, highWatermark: log.highWatermark },
        'cutting below the high watermark: the leader was elected uncleanly',
      );
    }
    await this.#cutting(followed, () => log.truncateTo(offset));
    return isComplete;
  }

  /** Cuts a log; until it is done nobody may append to it, nor may it become a leader's. */
  async #cutting(followed: Followed, cut: () => Promise<void>): Promise<void> {
    const { partition } = followed;
    const done = cut()
      .catch((error: unknown) => {
        this.#options.logger.error({ err: error, log: partition.log.name }, 'cannot cut a log');
        this.remove(partition);
      })
      .finally(() => {
        if (partition.cutting === done) partition.cutting = undefined;
      });
    partition.cutting = done;
    await done;
  }

  #active(): Followed[] {
    const nowMs = this.#options.clock.monotonicMs();
    return [...this.#followed.values()].filter(
      ({ partition, pausedUntilMs, isBehind }) =>
        pausedUntilMs <= nowMs && (isBehind !== true || this.#options.mayFetch(partition)),
    );
  }

  #wantedOf({ partition, isBehind }: Followed): WantedPartition {
    const { log, topic, topicId } = partition;
    const { mayFetch, partitionMaxBytes } = this.#options;
    const isOnlyAsking = isBehind === undefined && !mayFetch(partition);
    return {
      topic,
      topicId,
      partition: partition.partition,
      currentLeaderEpoch: partition.leaderEpoch,
      fetchOffset: log.logEndOffset,
      lastFetchedEpoch: log.latestEpoch,
      logStartOffset: log.logStartOffset,
      partitionMaxBytes: isOnlyAsking ? ONE_BATCH : partitionMaxBytes,
    };
  }

  #pause(followed: Followed): void {
    const { clock, backoffMs } = this.#options;
    followed.pausedUntilMs = clock.monotonicMs() + backoffMs;
  }

  /** Until a pause may be over, or something is added. */
  #rest(): Promise<void> {
    if (this.#hasNews) return Promise.resolve();
    return new Promise((resolve) => {
      let timer: Timer | undefined;
      const wake = (): void => {
        timer?.cancel();
        this.#wake = undefined;
        resolve();
      };
      this.#wake = wake;
      if (this.#followed.size > 0) timer = this.#options.timers.after(this.#restMs(), wake);
    });
  }

  #restMs(): number {
    const { clock, backoffMs } = this.#options;
    const nowMs = clock.monotonicMs();
    let restMs = backoffMs;
    for (const { pausedUntilMs } of this.#followed.values()) {
      if (pausedUntilMs > nowMs) restMs = Math.min(restMs, pausedUntilMs - nowMs);
    }
    return Math.max(1, restMs);
  }
}

function questionOf({ topic, partition, leaderEpoch, log }: Partition): {
  topic: string;
  partition: number;
  currentLeaderEpoch: number;
  epoch: number;
} {
  return { topic, partition, currentLeaderEpoch: leaderEpoch, epoch: log.latestEpoch };
}

function isOffset({ errorCode, offset }: { errorCode: number; offset: number }): boolean {
  return errorCode === ErrorCode.NONE && offset >= 0;
}

/** A leader has no records of a later epoch than its own; taken over, they would set this log apart from every leader's. Throws LogError. */
function requireEpochsUpTo(leaderEpoch: number, records: Buffer): void {
  for (let at = 0; ;) {
    const sizeBytes = wholeBatchSizeBytes(records, at, records.length);
    if (sizeBytes <= 0) return;
    const epoch = batchLeaderEpoch(records, at);
    if (epoch > leaderEpoch) {
      const message = `a leader of epoch ${leaderEpoch} sent a batch of epoch ${epoch}`;
      throw new LogError(ErrorCode.CORRUPT_MESSAGE, message);
    }
    at += sizeBytes;
  }
}

function isSessionError(errorCode: number): boolean {
  switch (errorCode) {
    case ErrorCode.FETCH_SESSION_ID_NOT_FOUND:
    case ErrorCode.INVALID_FETCH_SESSION_EPOCH:
    case ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR:
      return true;
    default:
      return false;
  }
}

/** Resolves when all that was appended is written, or lost again. */
function whenWritten({ log, writtenWaiters }: Partition): Promise<void> {
  return new Promise((resolve) => {
    writtenWaiters.add(log.logEndOffset, { onOffsetDone: () => resolve() }, 0);
  });
}
