/**
 * The log of one partition: appends, reads, and everything that cuts or forgets its ends.
 *
 * Owns the offsets. All decisions are synchronous; what takes time (writes, syncs) is the writer's and the flusher's.
 * Offsets are assigned when appending, readable once written:
 *
 *   logStart <= recoveryPoint <= logEnd     lastStable <= highWatermark <= logEnd     written <= logEnd
 *
 * Knows nothing of replicas or requests: who may append, and when the high watermark moves, is the broker's affair.
 */
import {
  ErrorCode,
  NO_TIMESTAMP,
  batchBaseOffset,
  batchLastOffsetDelta,
  batchLeaderEpoch,
  batchMaxTimestamp,
  batchSizeBytes,
  setBatchBaseOffset,
  setBatchLeaderEpoch,
  setBatchTimestamps,
} from '@zurau/protocol';
import type { Timer } from '@zurau/platform';
import { DiskError } from '@zurau/platform';
import { validateForLeader, requireIntact } from './batch-validation.ts';
import { checkInvariants } from './invariants.ts';
import type { EpochEndOffset, LeaderEpochCache } from './leader-epoch-cache.ts';
import { SEGMENT_MAX_BYTES, SLAB_COPY_MAX_BYTES, UNSYNCED_MAX_BYTES } from './limits.ts';
import type { LogConfig } from './log-config.ts';
import type { LogEnvironment } from './log-environment.ts';
import { LogError } from './log-error.ts';
import type { FlushTarget, FlushedLog } from './log-flusher.ts';
import { LogFlusher } from './log-flusher.ts';
import type { LogRead } from './log-read.ts';
import type { ReadOptions } from './log-reader.ts';
import { LogReader } from './log-reader.ts';
import type { LogWriterOwner } from './log-writer.ts';
import { LogWriter } from './log-writer.ts';
import type { AppendOrigin, ProducerEntry } from './producer-entry.ts';
import type { ProducerSnapshots } from './producer-snapshots.ts';
import type { ProducerState } from './producer-state.ts';
import { rebuildProducers } from './producer-rebuild.ts';
import { countDeletable } from './retention.ts';
import { Segment } from './segment.ts';
import { SegmentList } from './segment-list.ts';
import { LogTail } from './tail-cache.ts';
import type { TailSlab } from './tail-slab.ts';
import type { TimestampAndOffset } from './timestamp-lookup.ts';
import { findByTimestamp, findMaxTimestamp } from './timestamp-lookup.ts';

export interface AppendOptions {
  readonly leaderEpoch: number;
  readonly origin: AppendOrigin;
  /** The records' buffer is the log's from now on: a large batch is kept by reference instead of being copied. */
  readonly ownsBuffer?: boolean;
  /** Called once when a buffer kept by reference is no longer used; at once when it was copied. */
  readonly onBufferUnused?: () => void;
}

export interface AppendResult {
  readonly firstOffset: number;
  readonly lastOffset: number;
  /** -1 unless the log stamps records itself. For a duplicate: the timestamp it was stored with. */
  readonly logAppendTimeMs: number;
  readonly logStartOffset: number;
  /** The batch was there already; offsets are the original ones. */
  readonly duplicate: boolean;
}

export interface LogListener {
  /** `writtenOffset` moved. */
  onWritten(log: PartitionLog): void;
  /** Everything from `writtenOffset` on was dropped again; whoever waits for it has failed. */
  onWriteFailed(log: PartitionLog, error: LogError): void;
}

/** A log as found on disk, or a new one. */
export interface PartitionLogState {
  readonly topic: string;
  readonly partition: number;
  readonly topicId: string | undefined;
  readonly directory: string;
  readonly config: LogConfig;
  readonly segments: readonly Segment[];
  readonly logStartOffset: number;
  readonly logEndOffset: number;
  readonly recoveryPoint: number;
  readonly highWatermark: number;
  readonly producers: ProducerState;
  readonly snapshots: ProducerSnapshots;
  readonly epochs: LeaderEpochCache;
}

export class PartitionLog implements LogWriterOwner, FlushedLog {
  readonly topic: string;
  readonly partition: number;
  directory: string;
  topicId: string | undefined;
  listener: LogListener | undefined;
  generation = 0;
  readonly #environment: LogEnvironment;
  readonly #segments: SegmentList;
  readonly #tail: LogTail;
  readonly #writer: LogWriter;
  readonly #reader: LogReader;
  readonly #flusher: LogFlusher;
  readonly #producers: ProducerState;
  readonly #snapshots: ProducerSnapshots;
  readonly #epochs: LeaderEpochCache;
  readonly #deleting = new Map<Segment, Timer>();
  #config: LogConfig;
  #logStartOffset: number;
  #logEndOffset: number;
  #syncedOffset: number;
  #highWatermark: number;
  #unsyncedBytes = 0;
  #flushTimer: Timer | undefined;
  /** Set when the disk can no longer be trusted, or the log is closed: nothing is appended any more. */
  #refusal: LogError | undefined;
  #closing: Promise<void> | undefined;
  #abandoned = false;
  #healing: Promise<void> = Promise.resolve();

  constructor(environment: LogEnvironment, state: PartitionLogState) {
    this.#environment = environment;
    this.topic = state.topic;
    this.partition = state.partition;
    this.topicId = state.topicId;
    this.directory = state.directory;
    this.#config = state.config;
    this.#segments = new SegmentList(state.segments);
    this.#logStartOffset = state.logStartOffset;
    this.#logEndOffset = state.logEndOffset;
    this.#syncedOffset = state.recoveryPoint;
    this.#highWatermark = state.highWatermark;
    this.#producers = state.producers;
    this.#snapshots = state.snapshots;
    this.#epochs = state.epochs;
    this.#tail = new LogTail(environment.tailCache);
    this.#writer = new LogWriter(this, environment.scheduler, state.logEndOffset);
    this.#reader = new LogReader(this.#segments, this.#tail, environment.readBuffers);
    this.#flusher = new LogFlusher(this);
    this.#checkInvariants();
  }

  get config(): LogConfig {
    return this.#config;
  }

  get name(): string {
    return `${this.topic}-${this.partition}`;
  }

  /** First offset that may be read. */
  get logStartOffset(): number {
    return this.#logStartOffset;
  }

  /** Next offset to be assigned. */
  get logEndOffset(): number {
    return this.#logEndOffset;
  }

  /** All below is in the files, and on the medium where `flush.messages` asks for it. */
  get writtenOffset(): number {
    return this.#writer.writtenOffset;
  }

  /** All below is synced, indexes included. */
  get recoveryPoint(): number {
    return Math.max(this.#syncedOffset, this.#logStartOffset);
  }

  /**
   * The recovery point as a checkpoint must have it: not raised by deletions, for a segment whose removal a power failure
   * undoes comes back unchecked.
   */
  get syncedOffset(): number {
    return this.#syncedOffset;
  }

  get highWatermark(): number {
    return this.#highWatermark;
  }

  /** Below it every transaction is decided, and the decision is below the high watermark. */
  get lastStableOffset(): number {
    const unstable = this.#producers.firstUnstableOffset;
    if (unstable === undefined || unstable >= this.#highWatermark) return this.#highWatermark;
    return Math.max(unstable, Math.min(this.#logStartOffset, this.#highWatermark));
  }

  get sizeBytes(): number {
    return this.#segments.sizeBytes();
  }

  /** Newest leader epoch that wrote to the log; -1 when none did. */
  get latestEpoch(): number {
    return this.#epochs.latestEpoch;
  }

  /** Base offset of the oldest segment: what the log start offset is without a checkpoint. */
  get firstSegmentOffset(): number {
    return this.#segments.first.baseOffset;
  }

  get segmentCount(): number {
    return this.#segments.count;
  }

  get unsyncedRecordsMax(): number {
    return this.#config.flushMessages;
  }

  /** Something is appended that no flush has made durable. */
  get isDirty(): boolean {
    return this.#syncedOffset < this.#logEndOffset && this.#refusal === undefined;
  }

  updateConfig(config: LogConfig): void {
    this.#config = config;
  }

  /** Moves the high watermark, within [log start, log end]. */
  setHighWatermark(offset: number): void {
    const clamped = Math.max(this.#logStartOffset, Math.min(offset, this.#logEndOffset));
    this.#highWatermark = clamped;
    this.#producers.onHighWatermark(clamped);
  }

  /** A new leader begins at the log's end, whether it will write or not. */
  assignEpoch(epoch: number, startOffset: number): void {
    this.#epochs.assign(epoch, startOffset);
  }

  offsetForLeaderEpoch(epoch: number): EpochEndOffset {
    return this.#epochs.endOffsetFor(epoch, this.#logEndOffset);
  }

  epochForOffset(offset: number): number {
    return this.#epochs.epochFor(offset);
  }

  activeProducers(): IterableIterator<ProducerEntry> {
    return this.#producers.entries();
  }

  removeExpiredProducers(): void {
    this.#producers.removeExpired(this.#environment.platform.clock.now());
  }

  /**
   * Appends as leader: validates, assigns offsets and the epoch. Durable as far as `writtenOffset` says, later. Throws LogError.
   */
  append(records: Buffer, options: AppendOptions): AppendResult {
    if (this.#refusal !== undefined) throw this.#refusal;
    const config = this.#config;
    const nowMs = this.#environment.platform.clock.now();
    const accepted = validateForLeader(records, config, options.origin, nowMs);
    this.#requireFits(accepted.length);

    let lastOffset = this.#logEndOffset - 1;
    let maxTimestamp = NO_TIMESTAMP;
    for (let at = 0; at < accepted.length; at += batchSizeBytes(accepted, at)) {
      const duplicate = this.#producers.check(accepted, at, options.origin);
      if (duplicate !== undefined) {
        options.onBufferUnused?.();
        return {
          firstOffset: duplicate.lastOffset - duplicate.offsetDelta,
          lastOffset: duplicate.lastOffset,
          logAppendTimeMs: duplicate.timestamp,
          logStartOffset: this.#logStartOffset,
          duplicate: true,
        };
      }
      lastOffset += batchLastOffsetDelta(accepted, at) + 1;
      maxTimestamp = Math.max(maxTimestamp, batchMaxTimestamp(accepted, at));
    }
    const stamped = config.messageTimestampType === 'LogAppendTime';
    this.#rollIfDue(accepted.length, lastOffset, stamped ? nowMs : maxTimestamp, nowMs);

    const firstOffset = this.#logEndOffset;
    const byReference = options.ownsBuffer === true && accepted === records;
    for (let at = 0; at < accepted.length;) {
      const sizeBytes = batchSizeBytes(accepted, at);
      const slab = this.#place(accepted, at, sizeBytes, byReference, options.onBufferUnused);
      const { buffer, usedBytes } = slab;
      setBatchBaseOffset(buffer, usedBytes, this.#logEndOffset);
      setBatchLeaderEpoch(buffer, usedBytes, options.leaderEpoch);
      if (stamped) setBatchTimestamps(buffer, usedBytes, 'LogAppendTime', nowMs);
      this.#commit(slab, sizeBytes, options.leaderEpoch, nowMs);
      at += sizeBytes;
    }
    return {
      firstOffset,
      lastOffset,
      logAppendTimeMs: stamped ? nowMs : NO_TIMESTAMP,
      logStartOffset: this.#logStartOffset,
      duplicate: false,
    };
  }

  /**
   * Appends what the leader sent: offsets, epochs and timestamps are the leader's; gaps are fine, a partial last batch is left out. Throws
   * LogError CORRUPT_MESSAGE, or OFFSET_OUT_OF_RANGE for batches that begin below the log's end. Returns the bytes taken.
   */
  appendAsFollower(records: Buffer): number {
    if (this.#refusal !== undefined) throw this.#refusal;
    let sizeBytes = 0;
    let nextOffset = this.#logEndOffset;
    for (let at = 0; at + 12 <= records.length; at += sizeBytes) {
      sizeBytes = batchSizeBytes(records, at);
      if (sizeBytes > records.length - at) break;
      requireIntact(records, at, SEGMENT_MAX_BYTES);
      const baseOffset = batchBaseOffset(records, at);
      if (baseOffset < nextOffset) {
        throw new LogError(
          ErrorCode.OFFSET_OUT_OF_RANGE,
          `batch at ${baseOffset} where ${nextOffset} or more was expected`,
        );
      }
      nextOffset = baseOffset + batchLastOffsetDelta(records, at) + 1;
    }
    const nowMs = this.#environment.platform.clock.now();
    let at = 0;
    while (at + 12 <= records.length) {
      sizeBytes = batchSizeBytes(records, at);
      if (sizeBytes > records.length - at) break;
      const baseOffset = batchBaseOffset(records, at);
      const lastOffset = baseOffset + batchLastOffsetDelta(records, at);
      this.#rollIfDue(sizeBytes, lastOffset, batchMaxTimestamp(records, at), nowMs);
      this.#logEndOffset = baseOffset;
      const slab = this.#place(records, at, sizeBytes, false, undefined);
      this.#commit(slab, sizeBytes, batchLeaderEpoch(records, at), nowMs);
      at += sizeBytes;
    }
    return at;
  }

  /** Reads whole batches from the one that holds `offset` on. Throws LogError OFFSET_OUT_OF_RANGE. */
  read(offset: number, options: ReadOptions): LogRead {
    if (offset < this.#logStartOffset || offset > this.#logEndOffset) {
      throw new LogError(
        ErrorCode.OFFSET_OUT_OF_RANGE,
        `offset ${offset} is outside of [${this.#logStartOffset}, ${this.#logEndOffset}]`,
      );
    }
    return this.#reader.read(offset, this.#writer.writtenOffset, options);
  }

  /** The first record not older than `timestampMs`; undefined when all are. */
  offsetForTimestamp(timestampMs: number): TimestampAndOffset | undefined {
    return findByTimestamp(this.#segments, timestampMs, this.#logStartOffset);
  }

  /** The record with the greatest timestamp; undefined when none has one. */
  offsetForMaxTimestamp(): TimestampAndOffset | undefined {
    return findMaxTimestamp(this.#segments, this.#logStartOffset);
  }

  /** Moves the log start offset up; segments before it go with the next retention pass. Throws LogError OFFSET_OUT_OF_RANGE above the high watermark. */
  deleteRecordsBefore(offset: number): void {
    if (offset > this.#highWatermark) {
      throw new LogError(
        ErrorCode.OFFSET_OUT_OF_RANGE,
        `cannot delete records up to ${offset}, the high watermark is ${this.#highWatermark}`,
      );
    }
    this.#advanceLogStart(offset);
  }

  /** Deletes whole segments past retention. Returns how many. */
  applyRetention(): number {
    if (this.#refusal !== undefined) return 0;
    const nowMs = this.#environment.platform.clock.now();
    const segments = this.#segments;
    const count = countDeletable(
      {
        segments: segments.all,
        endOffsetOf: (index) => segments.endOffsetOf(index, this.#logEndOffset),
        logStartOffset: this.#logStartOffset,
        highWatermark: Math.min(this.#highWatermark, this.#writer.writtenOffset),
      },
      this.#config,
      nowMs,
    );
    if (count === 0) return 0;
    if (count === segments.count) this.#roll(nowMs);
    this.#advanceLogStart(segments.at(count)!.baseOffset);
    this.#discard(segments.removeFirst(count));
    this.#environment.logger.info(
      { log: this.name, segments: count, logStartOffset: this.#logStartOffset },
      'deleted segments past retention',
    );
    return count;
  }

  /** Cuts the log so that it ends at `offset` or, when that lies inside a batch, at the batch's start. Nothing may be appended meanwhile. */
  async truncateTo(offset: number): Promise<void> {
    await this.#writer.drained();
    if (offset >= this.#logEndOffset) return;
    if (offset <= this.#segments.first.baseOffset) return this.truncateFullyAndStartAt(offset);
    const index = this.#segments.indexFor(offset);
    const segment = this.#segments.at(index)!;
    const position = segment.positionOf(offset);
    const boundary =
      position === segment.writtenBytes ? offset : segment.offsetAtPosition(position);
    this.#cutTo(boundary, segment, position);
    // What was cut off must not come back after a power failure, behind records appended since.
    segment.directorySynced = false;
    await this.#orDistrust(segment.sync());
    await this.#environment.onCut(this);
  }

  /** Throws everything away; the next offset is `offset`. Nothing may be appended meanwhile. */
  async truncateFullyAndStartAt(offset: number): Promise<void> {
    await this.#writer.drained();
    this.#startAnew(offset);
    await this.#orDistrust(this.#segments.active.sync());
    await this.#environment.onCut(this);
  }

  /** Makes all that was appended durable and moves the recovery point. Rejects with LogError KAFKA_STORAGE_ERROR. */
  async flush(): Promise<void> {
    this.#flushTimer?.cancel();
    this.#flushTimer = undefined;
    await this.#orDistrust(this.#flusher.flush());
  }

  /** Frees index memory of segments that nobody read lately. */
  releaseIdleMemory(): void {
    const { all, active } = this.#segments;
    for (const segment of all) if (segment !== active) segment.releaseIdleMemory();
  }

  /** Writes and syncs everything; the next start need not recover. Idempotent. Rejects with LogError when the disk fails. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Lets go of all files without writing anything: the log's directory is being deleted, or has failed. */
  abandon(): void {
    this.#refusal ??= new LogError(ErrorCode.NOT_LEADER_OR_FOLLOWER, `${this.name} is closed`);
    this.generation++;
    this.#abandoned = true;
    this.#flushTimer?.cancel();
    this.#finishDeletions();
    this.#writer.abandon();
    this.#tail.clear();
    for (const segment of this.#segments.all) segment.close();
  }

  // The writer reports to here.

  /** For the writer: `writtenOffset` moved. */
  written(): void {
    for (let index = this.#segments.count - 2; index >= 0; index--) {
      const segment = this.#segments.at(index)!;
      if (segment.indexesComplete || segment.writtenBytes < segment.sizeBytes) break;
      if (!this.#completeIndexes(segment)) break;
    }
    this.listener?.onWritten(this);
  }

  /** For the writer: nothing from `writtenOffset` on reached the disk. */
  writeFailed(error: DiskError): void {
    const dropped = this.#logEndOffset - this.#writer.writtenOffset;
    this.#environment.logger.error(
      { log: this.name, error, dropped, from: this.#writer.writtenOffset },
      'write failed, the unwritten records are dropped',
    );
    if (this.#abandoned) return this.listener?.onWriteFailed(this, storageError(error));
    this.#tail.clear();
    try {
      const offset = this.#writer.writtenOffset;
      const index = this.#segments.indexFor(offset);
      const segment = this.#segments.at(index)!;
      this.#cutTo(offset, segment, segment.writtenBytes);
      this.#heal(segment, storageError(error));
    } catch (cutError) {
      this.#logEndOffset = this.#writer.writtenOffset;
      this.#distrustDisk(cutError as DiskError);
    }
    this.listener?.onWriteFailed(this, storageError(error));
  }

  // The flusher asks here.

  flushTarget(): FlushTarget {
    const { all } = this.#segments;
    const nothing = this.#syncedOffset === this.#logEndOffset;
    const first = nothing ? all.length : this.#segments.indexFor(this.#syncedOffset);
    this.#unsyncedBytes = 0;
    return {
      endOffset: this.#logEndOffset,
      segments: all.slice(first).map((segment) => ({ segment, counts: segment.indexCounts() })),
      producers: this.#producers.encode(),
      generation: this.generation,
    };
  }

  drained(): Promise<void> {
    return this.#writer.drained();
  }

  flushed(target: FlushTarget): void {
    this.#epochs.sync();
    if (!this.#snapshots.offsets.includes(target.endOffset)) {
      this.#snapshots.write(target.endOffset, target.producers);
      this.#removeStraySnapshots();
    }
    this.#syncedOffset = Math.max(this.#syncedOffset, target.endOffset);
    this.#checkInvariants();
    this.#environment.onRecoveryPointMoved(this);
  }

  #requireFits(sizeBytes: number): void {
    if (sizeBytes <= this.#config.segmentBytes) return;
    throw new LogError(
      ErrorCode.RECORD_LIST_TOO_LARGE,
      `${sizeBytes} bytes do not fit into a segment of ${this.#config.segmentBytes}`,
    );
  }

  /** Puts a batch at the end of the tail, its header still the sender's. */
  #place(
    records: Buffer,
    at: number,
    sizeBytes: number,
    byReference: boolean,
    onUnused: (() => void) | undefined,
  ): TailSlab {
    const segment = this.#segments.active;
    if (byReference && sizeBytes > SLAB_COPY_MAX_BYTES && sizeBytes === records.length) {
      const buffer = records;
      return this.#tail.keep(segment, segment.sizeBytes, this.#logEndOffset, buffer, () =>
        onUnused?.(),
      );
    }
    const slab = this.#tail.slabFor(segment, segment.sizeBytes, this.#logEndOffset, sizeBytes);
    records.copy(slab.buffer, slab.usedBytes, at, at + sizeBytes);
    if (at + sizeBytes === records.length) onUnused?.();
    return slab;
  }

  /** Makes the batch at the slab's end part of the log: offsets, indexes, producers, epochs; hands it to the writer. */
  #commit(slab: TailSlab, sizeBytes: number, leaderEpoch: number, nowMs: number): void {
    const { buffer, usedBytes: at } = slab;
    const config = this.#config;
    const baseOffset = this.#logEndOffset;
    const nextOffset = baseOffset + batchLastOffsetDelta(buffer, at) + 1;
    const { segment } = slab;
    segment.noteAppend(
      nextOffset - 1,
      batchMaxTimestamp(buffer, at),
      sizeBytes,
      config.indexIntervalBytes,
    );
    slab.added(sizeBytes, baseOffset, nextOffset);
    this.#logEndOffset = nextOffset;
    if (leaderEpoch > this.#epochs.latestEpoch) this.#epochs.assign(leaderEpoch, baseOffset);
    const aborted = this.#producers.apply(buffer, at, nowMs);
    if (aborted !== undefined) segment.transactionIndex.append(aborted);
    this.#writer.added(slab, sizeBytes);
    this.#noteUnsynced(sizeBytes);
  }

  #noteUnsynced(sizeBytes: number): void {
    if (this.#unsyncedBytes === 0 && this.#config.flushMs < MAX_TIMER_MS) {
      this.#flushTimer ??= this.#environment.platform.timers.after(this.#config.flushMs, () => {
        this.#flushInBackground();
      });
    }
    this.#unsyncedBytes += sizeBytes;
    if (this.#unsyncedBytes >= UNSYNCED_MAX_BYTES) this.#flushInBackground();
  }

  #flushInBackground(): void {
    this.#environment.backgroundFlusher.add(this);
  }

  #rollIfDue(sizeBytes: number, lastOffset: number, maxTimestamp: number, nowMs: number): void {
    const segment = this.#segments.active;
    const config = this.#config;
    if (segment.sizeBytes === 0) {
      if (!segment.canHold(lastOffset)) this.#roll(nowMs);
      return;
    }
    const firstTimestamp = segment.firstTimestamp() ?? -1;
    const ageMs = firstTimestamp >= 0 ? maxTimestamp - firstTimestamp : nowMs - segment.createdMs;
    if (
      segment.sizeBytes > Math.min(config.segmentBytes, SEGMENT_MAX_BYTES) - sizeBytes ||
      ageMs > config.segmentMs - segment.jitterMs ||
      segment.offsetIndex.isFull(config.segmentIndexBytes) ||
      segment.timeIndex.isFull(config.segmentIndexBytes) ||
      !segment.canHold(lastOffset)
    ) {
      this.#roll(nowMs);
    }
  }

  /** Begins a new segment at the log's end. */
  #roll(nowMs: number): void {
    const old = this.#segments.active;
    if (old.sizeBytes === 0 && old.baseOffset === this.#logEndOffset) return;
    old.seal();
    try {
      const segment = this.#newSegment(this.#logEndOffset, nowMs);
      // Its file must not be there before what precedes it: the writer makes it in that case.
      if (this.#writer.isIdle) segment.create();
      this.#segments.add(segment);
    } catch (error) {
      throw storageError(error as DiskError);
    }
    if (this.#tail.last !== undefined) this.#tail.last.sealed = true;
    if (old.writtenBytes === old.sizeBytes) this.#completeIndexes(old);
    this.#flushInBackground();
  }

  /** False when the disk would not take them; the next flush tries again. */
  #completeIndexes(segment: Segment): boolean {
    try {
      segment.completeIndexes();
      return true;
    } catch (error) {
      this.#environment.logger.warn({ log: this.name, error }, 'cannot write indexes now');
      return false;
    }
  }

  #newSegment(baseOffset: number, nowMs: number): Segment {
    const { disk, random } = this.#environment.platform;
    const { segmentJitterMs, segmentMs } = this.#config;
    const jitterMs = Math.min(segmentJitterMs, segmentMs);
    return new Segment({
      disk,
      directory: this.directory,
      baseOffset,
      sizeBytes: 0,
      nowMs,
      jitterMs: jitterMs === 0 ? 0 : random.int(jitterMs),
      trustIndexes: false,
    });
  }

  #advanceLogStart(offset: number): void {
    if (offset <= this.#logStartOffset) return;
    this.#logStartOffset = offset;
    this.#highWatermark = Math.max(this.#highWatermark, offset);
    this.#epochs.truncateFromStart(offset);
    this.#producers.onHighWatermark(this.#highWatermark);
    this.#checkInvariants();
  }

  /** Segments no longer part of the log: renamed now, removed after `file.delete.delay.ms`. */
  #discard(segments: readonly Segment[]): void {
    this.#writer.forget(this.#segments.all);
    this.#reader.forgetPlaces();
    for (const segment of segments) {
      segment.markDeleted();
      const timer = this.#environment.platform.timers.after(this.#config.fileDeleteDelayMs, () => {
        this.#deleting.delete(segment);
        segment.removeFiles();
      });
      this.#deleting.set(segment, timer);
    }
    this.#removeStraySnapshots();
  }

  #finishDeletions(): void {
    for (const [segment, timer] of this.#deleting) {
      timer.cancel();
      segment.removeFiles();
    }
    this.#deleting.clear();
  }

  #removeStraySnapshots(): void {
    const bases = this.#segments.all.map((segment) => segment.baseOffset);
    this.#snapshots.removeStray(new Set(bases));
  }

  /** The log ends at `offset`, at file position `position` of `segment`. */
  #cutTo(offset: number, segment: Segment, position: number): void {
    this.generation++;
    this.#tail.clear();
    for (const removed of this.#segments.removeAbove(segment.baseOffset)) removed.removeFiles();
    segment.truncateTo(offset, position);
    this.#logEndOffset = offset;
    this.#afterCut();
  }

  /** The log is empty and begins at `offset`. */
  #startAnew(offset: number): void {
    this.generation++;
    this.#tail.clear();
    for (const removed of this.#segments.removeAbove(-1)) removed.removeFiles();
    const segment = this.#newSegment(offset, this.#environment.platform.clock.now());
    segment.create();
    this.#segments.add(segment);
    this.#logStartOffset = offset;
    this.#logEndOffset = offset;
    this.#syncedOffset = offset;
    this.#highWatermark = offset;
    this.#epochs.clear();
    this.#afterCut();
  }

  #afterCut(): void {
    const offset = this.#logEndOffset;
    // The batch that held the log start offset may be gone with all it began with.
    this.#logStartOffset = Math.min(this.#logStartOffset, offset);
    this.#reader.forgetPlaces();
    this.#writer.reset(offset, this.#segments.all);
    this.#epochs.truncateFromEnd(offset);
    this.#syncedOffset = Math.min(this.#syncedOffset, offset);
    this.#highWatermark = Math.min(this.#highWatermark, offset);
    this.#snapshots.removeAfter(offset);
    rebuildProducers(
      this.#producers,
      this.#snapshots,
      this.#segments,
      this.#logStartOffset,
      offset,
      this.#environment.platform.clock.now(),
    );
    this.#checkInvariants();
  }

  /**
   * Nothing is appended until the cut is durable: what was cut off could come back after a power failure, in front of
   * later records.
   */
  #heal(segment: Segment, reason: LogError): void {
    this.#refusal = reason;
    segment.directorySynced = false;
    const healed = (): void => {
      if (this.#refusal === reason) this.#refusal = undefined;
    };
    // A disk that fails the sync is distrusted, for another reason than this one.
    this.#healing = this.#orDistrust(segment.sync()).then(healed, healed);
  }

  async #orDistrust(syncing: Promise<void>): Promise<void> {
    try {
      await syncing;
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      // A full disk lost nothing; any other failure leaves open what is on the medium.
      if (error.code !== 'NO_SPACE') this.#distrustDisk(error);
      throw storageError(error);
    }
  }

  /** After a failed sync nobody knows what is on the medium: no more appends until the directory was recovered. */
  #distrustDisk(error: DiskError): void {
    if (this.#abandoned) return;
    this.#refusal = storageError(error);
    this.#environment.logger.error(
      { log: this.name, error },
      'disk failed, the log takes no more records',
    );
  }

  async #close(): Promise<void> {
    await this.#writer.drained();
    await this.#healing;
    if (this.#refusal !== undefined) return this.abandon();
    this.#refusal = new LogError(ErrorCode.NOT_LEADER_OR_FOLLOWER, `${this.name} is closed`);
    this.#flushTimer?.cancel();
    await this.#writer.drained();
    this.#segments.active.seal();
    await this.flush();
    this.#segments.active.flushIndexes();
    this.abandon();
  }

  #checkInvariants(): void {
    checkInvariants(this);
  }
}

const MAX_TIMER_MS = 0x7fffffff;

function storageError(error: DiskError): LogError {
  return new LogError(ErrorCode.KAFKA_STORAGE_ERROR, error.message, [], { cause: error });
}
