/**
 * The state of one log, shared by the parts that work on it: appender, writer, reader, flusher, cutter.
 *
 *   logStart <= recoveryPoint <= logEnd     lastStable <= highWatermark <= logEnd     written <= logEnd
 *
 * Only data and what follows from it; every change is synchronous and one of the parts'.
 */
import type { LogEnvironment } from './log-environment.ts';
import type { LeaderEpochCache } from './leader-epoch-cache.ts';
import type { LogConfig } from './log-config.ts';
import type { LogError } from './log-error.ts';
import type { ProducerSnapshots } from './producer-snapshots.ts';
import type { ProducerState } from './producer-state.ts';
import type { Segment } from './segment.ts';
import { SegmentList } from './segment-list.ts';
import { LogTail } from './tail-cache.ts';

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

export class LogState {
  readonly name: string;
  readonly directory: string;
  readonly segments: SegmentList;
  readonly tail: LogTail;
  readonly producers: ProducerState;
  readonly snapshots: ProducerSnapshots;
  readonly epochs: LeaderEpochCache;
  config: LogConfig;
  logStartOffset: number;
  logEndOffset: number;
  /**
   * All below is synced, indexes included. Unlike the recovery point not raised by deletions: a segment whose removal a
   * power failure undoes must not come back unchecked, so this is what the checkpoint says.
   */
  syncedOffset: number;
  highWatermark: number;
  /** Changes whenever the log is cut: what was decided before holds no longer. */
  generation = 0;
  /** Why nothing is appended at present: the disk failed or is being put right, or the log is closed. */
  refusal: LogError | undefined;
  /** The log has let go of its files. */
  abandoned = false;

  constructor(environment: LogEnvironment, loaded: PartitionLogState) {
    this.name = `${loaded.topic}-${loaded.partition}`;
    this.directory = loaded.directory;
    this.config = loaded.config;
    this.segments = new SegmentList(loaded.segments);
    this.tail = new LogTail(environment.tailCache);
    this.producers = loaded.producers;
    this.snapshots = loaded.snapshots;
    this.epochs = loaded.epochs;
    this.logStartOffset = loaded.logStartOffset;
    this.logEndOffset = loaded.logEndOffset;
    this.syncedOffset = loaded.recoveryPoint;
    this.highWatermark = loaded.highWatermark;
    this.producers.onHighWatermark(this.highWatermark);
  }

  get recoveryPoint(): number {
    return Math.max(this.syncedOffset, this.logStartOffset);
  }

  get lastStableOffset(): number {
    const unstable = this.producers.firstUnstableOffset;
    if (unstable === undefined || unstable >= this.highWatermark) return this.highWatermark;
    return Math.max(unstable, Math.min(this.logStartOffset, this.highWatermark));
  }

  /** Throws the reason why nothing can be appended, if there is one. */
  requireUsable(): void {
    if (this.refusal !== undefined) throw this.refusal;
  }

  /** Keeps the producer snapshots at segment bases and the newest one. */
  removeStraySnapshots(): void {
    const bases = this.segments.all.map((segment) => segment.baseOffset);
    this.snapshots.removeStray(new Set(bases));
  }
}
