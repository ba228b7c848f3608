/**
 * One partition as this broker holds it: its role, its log, its in-sync replicas and its high watermark.
 *
 * Owns the replication state; the log knows nothing of it. Requests that wait for an offset of this partition wait here.
 *
 *   log start <= high watermark <= written <= log end        (only what is written may become visible)
 *
 * Must never let a reader see, or a producer hear acknowledged, what a killed process would forget, or what a replica in sync does not have.
 */
import { ErrorCode, NO_PRODUCER_ID, ZERO_UUID, batchProducerId } from '@zurau/protocol';
import type { LeaderAndIsrRequestLeaderAndIsrPartitionState } from '@zurau/protocol';
import type { AppendResult, EpochEndOffset, LogError, PartitionLog } from '@zurau/log';
import { OffsetWaiters } from '../purgatory/offset-waiters.ts';
import type { TopicConfig } from '../config/topic-config.ts';
import type { Logger } from '../logging.ts';
import type { FollowerProgress } from './follower-progress.ts';
import { InSyncReplicas } from './in-sync-replicas.ts';
import type { IsrChange, IsrChangeCallback } from './isr-changes.ts';
import type { PendingIsr } from './isr-state.ts';
import { TransactionGuards } from './transaction-guard.ts';

export type AppendOrigin = 'client' | 'coordinator';

/** Someone who waits for a partition to have more to read. */
export interface ReadWaiter {
  /** There may be more to read, or the partition is no longer what it was. Must not re-enter the partition. */
  onReadable(partition: Partition): void;
}

/** What the controller decided about a partition. */
export type PartitionState = LeaderAndIsrRequestLeaderAndIsrPartitionState;

/** What the partitions of a broker share. */
export interface PartitionEnvironment {
  readonly brokerId: number;
  /** `replica.lag.time.max.ms` */
  readonly lagMsMax: number;
  /** The monotonic clock. */
  readonly nowMs: () => number;
  readonly isAlive: (brokerId: number) => boolean;
  /** Brings a change of the ISR to the controller; never calls back within the call. */
  readonly proposeIsr: (change: IsrChange, done: IsrChangeCallback, isRetry: boolean) => void;
  readonly logger: Logger;
}

export class Partition {
  readonly topic: string;
  readonly partition: number;
  readonly log: PartitionLog;
  /** Wait for the disk (acks=1). */
  readonly writtenWaiters: OffsetWaiters = new OffsetWaiters();
  /** Wait for the high watermark (acks=all). */
  readonly committedWaiters: OffsetWaiters = new OffsetWaiters();
  /** Wait for the log start of every living replica (DeleteRecords). */
  readonly lowWatermarkWaiters: OffsetWaiters = new OffsetWaiters();
  /** Consumers; woken when the high watermark moves. */
  readonly readWaiters: Set<ReadWaiter> = new Set();
  /** Followers; woken when there is more in the log. */
  readonly followerWaiters: Set<ReadWaiter> = new Set();
  /** Called after the high watermark has moved; the coordinators listen here. */
  readonly highWatermarkListeners: Set<(offset: number) => void> = new Set();
  /** Producers that are being verified before their transaction may begin here. */
  readonly transactionGuards: TransactionGuards = new TransactionGuards();
  /** Called after appended batches were lost because the disk refused them. */
  onAppendsLost: (() => void) | undefined;
  /** While the log is being cut: nothing may be appended, nor may the role change. Never rejects. */
  cutting: Promise<void> | undefined;

  readonly #environment: PartitionEnvironment;
  readonly #configOf: () => TopicConfig;
  readonly #inSync: InSyncReplicas;
  #topicId: string;
  #leaderId = -1;
  #leaderEpoch = -1;
  #partitionEpoch = -1;
  #replicas: readonly number[] = [];
  #addingReplicas: readonly number[] = [];

  constructor(options: {
    readonly environment: PartitionEnvironment;
    readonly topicId: string;
    readonly log: PartitionLog;
    readonly config: () => TopicConfig;
  }) {
    this.#environment = options.environment;
    this.#configOf = options.config;
    this.#topicId = options.topicId;
    this.log = options.log;
    this.topic = options.log.topic;
    this.partition = options.log.partition;
    this.#inSync = new InSyncReplicas(options.environment);
    this.log.listener = {
      onWritten: () => this.#onWritten(),
      onWriteFailed: (_log, error) => this.#onWriteFailed(error),
    };
  }

  /** `ZERO_UUID` for a topic from before topics had ids. */
  get topicId(): string {
    return this.#topicId;
  }

  get config(): TopicConfig {
    return this.#configOf();
  }

  get isLeader(): boolean {
    return this.#leaderId === this.#environment.brokerId;
  }

  /** -1 when nobody leads. */
  get leaderId(): number {
    return this.#leaderId;
  }

  get leaderEpoch(): number {
    return this.#leaderEpoch;
  }

  get partitionEpoch(): number {
    return this.#partitionEpoch;
  }

  /**
   * Whether this leader was elected with more than it knows to be committed: the end that clients were told by the one before it may
   * lie in between (KIP-207).
   */
  get isEndUncertain(): boolean {
    return this.isLeader && this.#inSync.epochStartOffset > this.log.highWatermark;
  }

  /** Confirmed by the controller; only a leader knows it. */
  get isr(): readonly number[] {
    return this.#inSync.isr;
  }

  get replicas(): readonly number[] {
    return this.#replicas;
  }

  get highWatermark(): number {
    return this.log.highWatermark;
  }

  /** A reassignment is bringing this replica in. */
  isAddingReplica(brokerId: number): boolean {
    return this.#addingReplicas.includes(brokerId);
  }

  /** The followers of this leader. */
  followers(): IterableIterator<FollowerProgress> {
    return this.#inSync.followers();
  }

  follower(brokerId: number): FollowerProgress | undefined {
    return this.#inSync.follower(brokerId);
  }

  /** A topic that had no id has been given one. */
  assignTopicId(topicId: string): void {
    if (this.#topicId === ZERO_UUID) this.#topicId = topicId;
  }

  /**
   * Takes over the controller's decision, made for a higher leader epoch than the one known; the caller has checked that.
   */
  applyState(state: PartitionState): void {
    const wasLeader = this.isLeader;
    this.#leaderId = state.leader;
    this.#leaderEpoch = state.leaderEpoch;
    this.#partitionEpoch = state.partitionEpoch;
    this.#replicas = state.replicas;
    this.#addingReplicas = state.addingReplicas;
    if (this.isLeader) {
      this.#lead(state, wasLeader);
    } else {
      this.#inSync.resign();
      // Readers look again: what they may read, and from whom, has changed.
      this.failWaiters(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }
  }

  /** Checks the epoch that a client believes in (KIP-320); -1 means that it does not say. */
  checkLeaderEpoch(clientEpoch: number): number {
    if (clientEpoch === -1 || clientEpoch === this.#leaderEpoch) return ErrorCode.NONE;
    return clientEpoch < this.#leaderEpoch
      ? ErrorCode.FENCED_LEADER_EPOCH
      : ErrorCode.UNKNOWN_LEADER_EPOCH;
  }

  /** Enough in-sync replicas for acks=all. */
  get hasMinIsr(): boolean {
    return this.#inSync.isr.length >= this.#minIsr;
  }

  /** As `hasMinIsr`, with those counted that may be in sync: what an append that is replicated by now is judged by. */
  get #hasMaximalMinIsr(): boolean {
    return this.#inSync.maximalIsr.length >= this.#minIsr;
  }

  /** A partition with fewer replicas than `min.insync.replicas` asks for needs all that it has. */
  get #minIsr(): number {
    return Math.min(this.config.minInsyncReplicas, this.#inSync.followerCount + 1);
  }

  /**
   * Where the newest epoch not above `epoch` ends in this leader's log; -1 when that cannot be said. The log knows an epoch from its first batch on, so
   * the one that began with the last election may be known here only.
   */
  endOfEpoch(epoch: number): EpochEndOffset {
    const { log } = this;
    if (epoch === this.#leaderEpoch) return { epoch, endOffset: log.logEndOffset };
    const end = log.offsetForLeaderEpoch(epoch);
    if (end.epoch >= 0 || epoch < 0 || epoch > this.#leaderEpoch) return end;
    return { epoch: log.latestEpoch < 0 ? epoch : log.latestEpoch, endOffset: log.logEndOffset };
  }

  /** Epoch of the log's first record; of the next one when there is none. */
  get firstEpoch(): number {
    const { log } = this;
    const isEmpty = log.logStartOffset === log.logEndOffset;
    const epoch = log.epochForOffset(log.logStartOffset);
    return isEmpty && epoch < 0 ? this.#leaderEpoch : epoch;
  }

  /**
   * Appends what a producer or a coordinator sent. The caller has checked that this is the leader. With `onBufferUnused` the log may keep the
   * buffer instead of copying it, and calls back once when it no longer does. Throws LogError.
   */
  appendAsLeader(records: Buffer, origin: AppendOrigin, onBufferUnused?: () => void): AppendResult {
    const guarded = this.transactionGuards.count > 0 ? batchProducerId(records, 0) : NO_PRODUCER_ID;
    const result = this.log.append(records, {
      leaderEpoch: this.#leaderEpoch,
      origin,
      ...(onBufferUnused === undefined ? {} : { ownsBuffer: true, onBufferUnused }),
    });
    if (guarded >= 0) this.transactionGuards.clear(guarded);
    return result;
  }

  /** A follower fetches from this leader: it has all below its fetch offset. */
  onFollowerFetch(replicaId: number, fetchOffset: number, logStartOffset: number): void {
    const follower = this.#inSync.follower(replicaId);
    if (follower === undefined) return;
    const previousEnd = follower.logEndOffset;
    const previousStart = follower.logStartOffset;
    // What is not written yet nobody can fetch.
    const endOffset = this.log.writtenOffset;
    follower.onFetch(fetchOffset, logStartOffset, endOffset, this.#environment.nowMs());
    const change = this.#inSync.expandWith(follower, this.log.highWatermark);
    if (change !== undefined) this.#propose(change);
    if (fetchOffset !== previousEnd) this.#advanceHighWatermark();
    if (logStartOffset !== previousStart) this.#advanceLowWatermark();
  }

  /** Takes followers that lag out of the ISR, if the controller agrees. Due from time to time. */
  shrinkIsr(): void {
    if (!this.isLeader || this.#inSync.followerCount === 0) return;
    const change = this.#inSync.shrink(this.log.writtenOffset, this.#environment.nowMs());
    if (change === undefined) return;
    this.#environment.logger.info(
      { topic: this.topic, partition: this.partition, isr: change.isr, proposed: change.proposed },
      'shrinking the ISR',
    );
    this.#propose(change);
  }

  /** The smallest log start offset of the replicas that live; what lies before is gone everywhere. */
  get lowWatermark(): number {
    let low = this.log.logStartOffset;
    for (const { brokerId, logStartOffset } of this.#inSync.followers()) {
      if (logStartOffset < low && this.#environment.isAlive(brokerId)) low = logStartOffset;
    }
    return low;
  }

  /** Moves the log start offset up on this leader; the followers do it after their next fetch. Throws LogError. */
  deleteRecordsBefore(offset: number): void {
    this.log.deleteRecordsBefore(offset);
    this.#advanceLowWatermark();
  }

  /** What a leader's answer says of the part of the log that this follower has: everyone's, and gone. */
  followWatermarks(highWatermark: number, leaderLogStartOffset: number): void {
    const { log } = this;
    const reached = Math.min(highWatermark, log.writtenOffset);
    if (reached > log.highWatermark) {
      log.setHighWatermark(reached);
      this.#wakeReaders();
    }
    const startOffset = Math.min(leaderLogStartOffset, log.highWatermark);
    if (startOffset > log.logStartOffset) log.deleteRecordsBefore(startOffset);
  }

  /** Everyone who waits for this partition is told to look elsewhere. */
  failWaiters(errorCode: number): void {
    this.writtenWaiters.fail(errorCode);
    this.committedWaiters.fail(errorCode);
    this.lowWatermarkWaiters.fail(errorCode);
    this.#wakeReaders();
    this.#wakeFollowers();
  }

  #lead(state: PartitionState, wasLeader: boolean): void {
    const { log } = this;
    const nowMs = this.#environment.nowMs();
    this.#inSync.assign(state.replicas, state.isr);
    this.#inSync.startEpoch(log.logEndOffset, !wasLeader, nowMs);
    // Followers may ask for this epoch before anything is written in it, and must not take an older leader's records for ours.
    if (this.#inSync.followerCount > 0) log.assignEpoch(state.leaderEpoch, log.logEndOffset);
    this.#advanceHighWatermark();
    this.#wakeReaders();
    this.#wakeFollowers();
  }

  #onWritten(): void {
    this.writtenWaiters.advanceTo(this.log.writtenOffset);
    if (!this.isLeader) return;
    this.#advanceHighWatermark();
    if (this.followerWaiters.size > 0) this.#wakeFollowers();
  }

  #onWriteFailed(error: LogError): void {
    const { writtenOffset } = this.log;
    this.writtenWaiters.fail(error.errorCode, writtenOffset);
    this.committedWaiters.fail(error.errorCode, writtenOffset);
    this.onAppendsLost?.();
  }

  /** To the smallest offset that every replica has that is, or may be, in sync. Too few in sync: acknowledged is nothing (KIP-966). */
  #advanceHighWatermark(): void {
    const { log } = this;
    let offset = log.writtenOffset;
    if (offset <= log.highWatermark) return;
    if (this.#inSync.followerCount > 0) {
      if (!this.hasMinIsr) return;
      offset = this.#inSync.commonEndOffset(offset, this.#environment.nowMs());
      if (offset <= log.highWatermark) return;
    }
    log.setHighWatermark(offset);
    // A replica that is alone is always enough.
    const isEnough = this.#inSync.followerCount === 0 || this.#hasMaximalMinIsr;
    this.committedWaiters.advanceTo(
      offset,
      isEnough ? ErrorCode.NONE : ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
    );
    for (const listener of this.highWatermarkListeners) listener(offset);
    this.#wakeReaders();
  }

  #advanceLowWatermark(): void {
    if (this.lowWatermarkWaiters.count > 0) this.lowWatermarkWaiters.advanceTo(this.lowWatermark);
  }

  #propose(change: PendingIsr, isRetry = false): void {
    const { topic, topicId, partition, leaderEpoch, partitionEpoch } = this;
    this.#environment.proposeIsr(
      { topic, topicId, partition, leaderEpoch, partitionEpoch, isr: change.proposed },
      (outcome) => {
        // The controller has decided something else in the meantime.
        if (this.#inSync.pending !== change) return;
        if (typeof outcome === 'number') {
          if (this.#inSync.refuse(outcome) === 'retry') this.#propose(change, true);
          return;
        }
        if (outcome.leaderEpoch !== this.#leaderEpoch) return;
        if (outcome.partitionEpoch < this.#partitionEpoch) return;
        this.#partitionEpoch = outcome.partitionEpoch;
        this.#inSync.confirm(outcome.isr);
        this.#environment.logger.info(
          { topic, partition, isr: outcome.isr },
          'the ISR has changed',
        );
        this.#advanceHighWatermark();
      },
      isRetry,
    );
  }

  #wakeReaders(): void {
    for (const waiter of this.readWaiters) waiter.onReadable(this);
  }

  #wakeFollowers(): void {
    for (const waiter of this.followerWaiters) waiter.onReadable(this);
  }
}
