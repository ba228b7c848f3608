/**
 * One partition as this broker holds it: its role, its log, its in-sync replicas and its high watermark.
 *
 * Owns the replication state; the log knows nothing of it. Requests that wait for an offset of this partition wait here.
 *
 *   log start <= high watermark <= written <= log end        (only what is written may become visible)
 *
 * Must never let a reader see, or a producer hear acknowledged, what a killed process would forget.
 */
import { ErrorCode } from '@zurau/protocol';
import type { LeaderAndIsrRequestLeaderAndIsrPartitionState } from '@zurau/protocol';
import type { AppendResult, EpochEndOffset, LogError, PartitionLog } from '@zurau/log';
import { OffsetWaiters } from '../purgatory/offset-waiters.ts';
import type { TopicConfig } from '../config/topic-config.ts';

export type AppendOrigin = 'client' | 'coordinator';

/** Someone who waits for a partition to have more to read. */
export interface ReadWaiter {
  /** There may be more to read, or the partition is no longer what it was. Must not re-enter the partition. */
  onReadable(partition: Partition): void;
}

/** What the controller decided about a partition. */
export type PartitionState = LeaderAndIsrRequestLeaderAndIsrPartitionState;

export class Partition {
  readonly topic: string;
  readonly partition: number;
  readonly topicId: string;
  readonly log: PartitionLog;
  /** Wait for the disk (acks=1). */
  readonly writtenWaiters: OffsetWaiters = new OffsetWaiters();
  /** Wait for the high watermark (acks=all). */
  readonly committedWaiters: OffsetWaiters = new OffsetWaiters();
  readonly readWaiters: Set<ReadWaiter> = new Set();
  /** Called after the high watermark has moved; the coordinators listen here. */
  readonly highWatermarkListeners: Set<(offset: number) => void> = new Set();
  /** Called after appended batches were lost because the disk refused them. */
  onAppendsLost: (() => void) | undefined;

  readonly #brokerId: number;
  readonly #configOf: () => TopicConfig;
  #leaderId = -1;
  #leaderEpoch = -1;
  #partitionEpoch = -1;
  #isr: readonly number[] = [];
  #replicas: readonly number[] = [];

  constructor(options: {
    readonly brokerId: number;
    readonly topicId: string;
    readonly log: PartitionLog;
    readonly config: () => TopicConfig;
  }) {
    this.#brokerId = options.brokerId;
    this.#configOf = options.config;
    this.topicId = options.topicId;
    this.log = options.log;
    this.topic = options.log.topic;
    this.partition = options.log.partition;
    this.log.listener = {
      onWritten: () => this.#onWritten(),
      onWriteFailed: (_log, error) => this.#onWriteFailed(error),
    };
  }

  get config(): TopicConfig {
    return this.#configOf();
  }

  get isLeader(): boolean {
    return this.#leaderId === this.#brokerId;
  }

  get leaderId(): number {
    return this.#leaderId;
  }

  get leaderEpoch(): number {
    return this.#leaderEpoch;
  }

  get partitionEpoch(): number {
    return this.#partitionEpoch;
  }

  get isr(): readonly number[] {
    return this.#isr;
  }

  get replicas(): readonly number[] {
    return this.#replicas;
  }

  get highWatermark(): number {
    return this.log.highWatermark;
  }

  /**
   * Takes over the controller's decision. Returns false when it is older than what is known: leader epoch and partition epoch only grow.
   */
  applyState(state: PartitionState): boolean {
    if (state.leaderEpoch < this.#leaderEpoch) return false;
    if (state.leaderEpoch === this.#leaderEpoch && state.partitionEpoch < this.#partitionEpoch) {
      return false;
    }
    const wasLeader = this.isLeader;
    this.#leaderId = state.leader;
    this.#leaderEpoch = state.leaderEpoch;
    this.#partitionEpoch = state.partitionEpoch;
    this.#isr = state.isr;
    this.#replicas = state.replicas;
    if (wasLeader && !this.isLeader) this.failWaiters(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    if (this.isLeader) this.#advanceHighWatermark();
    return true;
  }

  /** Checks the epoch that a client believes in (KIP-320); -1 means that it does not say. */
  checkLeaderEpoch(clientEpoch: number): number {
    if (clientEpoch === -1 || clientEpoch === this.#leaderEpoch) return ErrorCode.NONE;
    return clientEpoch < this.#leaderEpoch
      ? ErrorCode.FENCED_LEADER_EPOCH
      : ErrorCode.UNKNOWN_LEADER_EPOCH;
  }

  /** Enough in-sync replicas for acks=all. A partition with fewer replicas than `min.insync.replicas` asks for needs all that it has. */
  get hasMinIsr(): boolean {
    return this.#isr.length >= Math.min(this.config.minInsyncReplicas, this.#replicas.length);
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
    return this.log.append(records, {
      leaderEpoch: this.#leaderEpoch,
      origin,
      ...(onBufferUnused === undefined ? {} : { ownsBuffer: true, onBufferUnused }),
    });
  }

  /** Everyone who waits for this partition is told to look elsewhere. */
  failWaiters(errorCode: number): void {
    this.writtenWaiters.fail(errorCode);
    this.committedWaiters.fail(errorCode);
    this.#wakeReaders();
  }

  #onWritten(): void {
    this.writtenWaiters.advanceTo(this.log.writtenOffset);
    if (this.isLeader) this.#advanceHighWatermark();
  }

  #onWriteFailed(error: LogError): void {
    const { writtenOffset } = this.log;
    this.writtenWaiters.fail(error.errorCode, writtenOffset);
    this.committedWaiters.fail(error.errorCode, writtenOffset);
    this.onAppendsLost?.();
  }

  /** The smallest offset that every in-sync replica has; replicas elsewhere come with replication. */
  #advanceHighWatermark(): void {
    if (this.#isr.some((id) => id !== this.#brokerId)) return;
    const offset = this.log.writtenOffset;
    if (offset <= this.log.highWatermark) return;
    this.log.setHighWatermark(offset);
    this.committedWaiters.advanceTo(offset);
    for (const listener of this.highWatermarkListeners) listener(offset);
    this.#wakeReaders();
  }

  #wakeReaders(): void {
    for (const waiter of this.readWaiters) waiter.onReadable(this);
  }
}
