/**
 * The log of one partition: the door to everything that can be done with it.
 *
 * Owns the parts and their lifetime. All decisions are synchronous; what takes time (writes, syncs) is the writer's and
 * the flusher's. Offsets are assigned when appending, readable once written. Knows nothing of replicas or requests: who may append,
 * and when the high watermark moves, is the broker's affair.
 */
import { DiskError } from '@zurau/platform';
import { ErrorCode } from '@zurau/protocol';
import { DurableCuts } from './durable-cuts.ts';
import { FlushPolicy } from './flush-policy.ts';
import { checkInvariants } from './invariants.ts';
import type { EpochEndOffset } from './leader-epoch-cache.ts';
import { LogAppender } from './log-appender.ts';
import type { AppendOptions, AppendResult } from './log-appender.ts';
import type { LogConfig } from './log-config.ts';
import { LogCompaction } from './log-compaction.ts';
import { LogCutter } from './log-cutter.ts';
import type { LogEnvironment } from './log-environment.ts';
import { LogError, storageError } from './log-error.ts';
import { LogFlusher } from './log-flusher.ts';
import type { LogRead } from './log-read.ts';
import type { ReadOptions } from './log-reader.ts';
import { LogReader } from './log-reader.ts';
import { LogRetention } from './log-retention.ts';
import { LogState } from './log-state.ts';
import type { PartitionLogState } from './log-state.ts';
import type { LogWriterOwner } from './log-writer.ts';
import { LogWriter } from './log-writer.ts';
import type { ProducerEntry } from './producer-entry.ts';
import { SegmentRemoval } from './segment-removal.ts';
import { SegmentRoller } from './segment-roller.ts';
import type { TimestampAndOffset } from './timestamp-lookup.ts';
import { findByTimestamp, findMaxTimestamp } from './timestamp-lookup.ts';

export interface LogListener {
  /** `writtenOffset` moved. */
  onWritten(log: PartitionLog): void;
  /** Everything from `writtenOffset` on was dropped again; whoever waits for it has failed. */
  onWriteFailed(log: PartitionLog, error: LogError): void;
}

export class PartitionLog implements LogWriterOwner {
  readonly topic: string;
  readonly partition: number;
  readonly directory: string;
  topicId: string | undefined;
  listener: LogListener | undefined;
  /** For the cleaner. */
  readonly compaction: LogCompaction;
  readonly #environment: LogEnvironment;
  readonly #state: LogState;
  readonly #writer: LogWriter;
  readonly #reader: LogReader;
  readonly #roller: SegmentRoller;
  readonly #appender: LogAppender;
  readonly #cutter: LogCutter;
  readonly #flushPolicy: FlushPolicy;
  readonly #flusher: LogFlusher;
  readonly #cuts: DurableCuts;
  readonly #removal: SegmentRemoval;
  readonly #retention: LogRetention;
  #closing: Promise<void> | undefined;

  constructor(environment: LogEnvironment, loaded: PartitionLogState) {
    const { timers } = environment.platform;
    this.#environment = environment;
    this.topic = loaded.topic;
    this.partition = loaded.partition;
    this.topicId = loaded.topicId;
    this.directory = loaded.directory;
    const state = new LogState(environment, loaded);
    // What recovery replayed below the high watermark was replicated before; nobody may ever move it again.
    state.producers.onHighWatermark(state.highWatermark);
    const flushSoon = (): void => environment.backgroundFlusher.add(this);
    this.#state = state;
    const { segments, syncedOffset, logEndOffset } = state;
    const unsynced = segments.all.slice(
      syncedOffset < logEndOffset ? segments.indexFor(syncedOffset) : segments.count,
    );
    this.#writer = new LogWriter(this, environment.scheduler, logEndOffset, unsynced);
    this.#reader = new LogReader(state, environment);
    this.#roller = new SegmentRoller(environment, state, this.#writer, flushSoon);
    this.#flushPolicy = new FlushPolicy(timers, state, flushSoon);
    this.#appender = new LogAppender(state, this.#writer, this.#roller, this.#flushPolicy);
    this.#cutter = new LogCutter(environment, state, this.#writer, this.#reader, this.#roller);
    const checkAll = (): void => checkInvariants(this);
    this.#cuts = new DurableCuts(state, environment.logger, checkAll, () =>
      environment.onCut(this),
    );
    this.#flusher = new LogFlusher(
      state,
      this.#writer,
      environment.scheduler,
      this.#flushPolicy,
      () => {
        checkAll();
        environment.onRecoveryPointMoved(this);
      },
    );
    this.#removal = new SegmentRemoval(timers, (segment, error) => {
      environment.logger.error(
        { log: this.name, file: segment.logPath, error },
        'cannot remove a deleted segment, the next start will',
      );
    });
    this.#retention = new LogRetention({
      environment,
      state,
      writer: this.#writer,
      reader: this.#reader,
      roller: this.#roller,
      removal: this.#removal,
      checkInvariants: checkAll,
    });
    this.compaction = new LogCompaction(
      environment,
      state,
      this.#writer,
      this.#reader,
      this.#removal,
      (offset) => environment.checkpointRecoveryPoint(this, offset),
    );
    checkAll();
  }

  get name(): string {
    return this.#state.name;
  }

  get config(): LogConfig {
    return this.#state.config;
  }

  /** First offset that may be read. */
  get logStartOffset(): number {
    return this.#state.logStartOffset;
  }

  /** Next offset to be assigned. */
  get logEndOffset(): number {
    return this.#state.logEndOffset;
  }

  /** All below is in the files, and on the medium where `flush.messages` asks for it. */
  get writtenOffset(): number {
    return this.#writer.writtenOffset;
  }

  /** All below is synced, indexes included, or deleted. */
  get recoveryPoint(): number {
    return this.#state.recoveryPoint;
  }

  /** The recovery point as its checkpoint must have it. */
  get syncedOffset(): number {
    return this.#state.syncedOffset;
  }

  get highWatermark(): number {
    return this.#state.highWatermark;
  }

  /** Below it every transaction is decided, and the decision is below the high watermark. */
  get lastStableOffset(): number {
    return this.#state.lastStableOffset;
  }

  get sizeBytes(): number {
    return this.#state.segments.sizeBytes();
  }

  get segmentCount(): number {
    return this.#state.segments.count;
  }

  /** Newest leader epoch that wrote to the log; -1 when none did. */
  get latestEpoch(): number {
    return this.#state.epochs.latestEpoch;
  }

  /** Something is appended that no flush has made durable. */
  get isDirty(): boolean {
    const { syncedOffset, logEndOffset, refusal } = this.#state;
    return syncedOffset < logEndOffset && refusal === undefined;
  }

  /** For the writer: `flush.messages`. */
  get unsyncedRecordsMax(): number {
    return this.#state.config.flushMessages;
  }

  updateConfig(config: LogConfig): void {
    this.#state.config = config;
  }

  /** Moves the high watermark, within [log start, log end]. */
  setHighWatermark(offset: number): void {
    const state = this.#state;
    state.highWatermark = Math.max(state.logStartOffset, Math.min(offset, state.logEndOffset));
    state.producers.onHighWatermark(state.highWatermark);
  }

  /** A new leader begins at the log's end, whether it will write or not. */
  assignEpoch(epoch: number, startOffset: number): void {
    this.#state.epochs.assign(epoch, startOffset);
  }

  /** Where the newest epoch not above `epoch` ended; -1 where that is not known (KIP-101, KIP-279). */
  offsetForLeaderEpoch(epoch: number): EpochEndOffset {
    return this.#state.epochs.endOffsetFor(epoch, this.#state.logEndOffset);
  }

  /** Epoch that wrote `offset`; -1 when unknown. */
  epochForOffset(offset: number): number {
    return this.#state.epochs.epochFor(offset);
  }

  activeProducers(): IterableIterator<ProducerEntry> {
    return this.#state.producers.entries();
  }

  /** Whether the producer has written here in a transaction that has not ended yet. */
  hasOpenTransaction(producerId: number): boolean {
    const entry = this.#state.producers.entry(producerId);
    return entry !== undefined && entry.transactionFirstOffset >= 0;
  }

  removeExpiredProducers(): void {
    this.#state.producers.removeExpired(this.#environment.platform.clock.now());
  }

  /**
   * Appends as leader: validates, assigns offsets and the epoch. Durable as far as `writtenOffset` says, later. Throws LogError.
   */
  append(records: Buffer, options: AppendOptions): AppendResult {
    try {
      return this.#appender.append(records, options, this.#environment.platform.clock.now());
    } catch (error) {
      throw told(error);
    }
  }

  /**
   * Appends what the leader sent: offsets, epochs and timestamps are the leader's; gaps are fine, a partial last batch is left out. Throws
   * LogError CORRUPT_MESSAGE, or OFFSET_OUT_OF_RANGE for batches that begin below the log's end. Returns the bytes taken.
   */
  appendAsFollower(records: Buffer): number {
    try {
      return this.#appender.appendAsFollower(records, this.#environment.platform.clock.now());
    } catch (error) {
      throw told(error);
    }
  }

  /** Reads whole batches from the one that holds `offset` on. Throws LogError OFFSET_OUT_OF_RANGE, CORRUPT_MESSAGE, KAFKA_STORAGE_ERROR. */
  read(offset: number, options: ReadOptions): LogRead {
    const { logStartOffset, logEndOffset } = this.#state;
    if (offset < logStartOffset || offset > logEndOffset) {
      throw new LogError(
        ErrorCode.OFFSET_OUT_OF_RANGE,
        `offset ${offset} is outside of [${logStartOffset}, ${logEndOffset}]`,
      );
    }
    try {
      return this.#reader.read(offset, this.#writer.writtenOffset, options);
    } catch (error) {
      throw told(error);
    }
  }

  /** The first record not older than `timestampMs`; undefined when all are. Throws LogError KAFKA_STORAGE_ERROR. */
  offsetForTimestamp(timestampMs: number): TimestampAndOffset | undefined {
    try {
      return findByTimestamp(this.#state.segments, timestampMs, this.#state.logStartOffset);
    } catch (error) {
      throw told(error);
    }
  }

  /** The record with the greatest timestamp; undefined when none has one. Throws LogError KAFKA_STORAGE_ERROR. */
  offsetForMaxTimestamp(): TimestampAndOffset | undefined {
    try {
      return findMaxTimestamp(this.#state.segments, this.#state.logStartOffset);
    } catch (error) {
      throw told(error);
    }
  }

  /** Moves the log start offset up; segments before it go with the next retention pass. Throws LogError OFFSET_OUT_OF_RANGE above the high watermark. */
  deleteRecordsBefore(offset: number): void {
    this.#retention.deleteRecordsBefore(offset);
  }

  /** Deletes whole segments past retention. Returns how many. */
  applyRetention(): number {
    return this.#retention.apply();
  }

  /** Cuts the log so that it ends at `offset` or, when that lies inside a batch, at the batch's start. Nothing may be appended meanwhile. */
  async truncateTo(offset: number): Promise<void> {
    await this.#writer.drained();
    await this.#cuts.cut(() => {
      const segment = this.#cutter.cutAt(offset);
      // An epoch that began here and wrote nothing may be one that the new leader never had.
      if (segment === undefined) this.#state.epochs.truncateFromEnd(this.logEndOffset);
      return segment;
    });
  }

  /** Throws everything away; the next offset is `offset`. Nothing may be appended meanwhile. */
  async truncateFullyAndStartAt(offset: number): Promise<void> {
    await this.#writer.drained();
    await this.#cuts.cut(() => this.#cutter.startAnew(offset));
  }

  /** Makes all that was appended durable and moves the recovery point. Rejects with LogError KAFKA_STORAGE_ERROR. */
  flush(): Promise<void> {
    return this.#cuts.orDistrust(this.#flusher.flush());
  }

  /** Frees index memory of segments that nobody read lately. Throws DiskError. */
  releaseIdleMemory(): void {
    const { all, active } = this.#state.segments;
    for (const segment of all) if (segment !== active) segment.releaseIdleMemory();
  }

  /** Writes and syncs everything; the next start need not recover. Idempotent. Rejects with LogError when the disk fails. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Lets go of all files without writing anything: the log's directory is being deleted, or has failed. */
  abandon(): void {
    const state = this.#state;
    state.refusal ??= this.#closedError();
    state.generation++;
    state.abandoned = true;
    this.#flushPolicy.cancel();
    this.#removal.finish();
    this.#writer.abandon();
    state.tail.clear();
    for (const segment of state.segments.all) segment.close();
  }

  /** For the writer: `writtenOffset` moved. */
  written(): void {
    this.#roller.completeWritten();
    this.listener?.onWritten(this);
  }

  /** For the writer: nothing from `writtenOffset` on reached the disk. The log is put back to there. */
  writeFailed(error: DiskError): void {
    const state = this.#state;
    const reason = storageError(error);
    const { writtenOffset } = this.#writer;
    if (!state.abandoned) {
      this.#environment.logger.error(
        { log: this.name, error, dropped: state.logEndOffset - writtenOffset, from: writtenOffset },
        'write failed, the unwritten records are dropped',
      );
      this.#cuts.heal(() => this.#cutter.cutUnwritten(), reason);
    }
    this.listener?.onWriteFailed(this, reason);
  }

  #closedError(): LogError {
    return new LogError(ErrorCode.NOT_LEADER_OR_FOLLOWER, `${this.name} is closed`);
  }

  async #close(): Promise<void> {
    await this.#writer.drained();
    await this.#cuts.healed();
    const state = this.#state;
    if (state.refusal !== undefined) {
      this.abandon();
      throw state.refusal;
    }
    state.refusal = this.#closedError();
    const { active } = state.segments;
    active.seal();
    await this.flush();
    active.flushIndexes();
    this.abandon();
  }
}

/** What callers are told of an error: a disk's is one of the protocol's. */
function told(error: unknown): unknown {
  return error instanceof DiskError ? storageError(error) : error;
}
