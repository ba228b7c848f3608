/**
 * The log cleaner: looks for compacted logs that are dirty, and cleans the dirtiest first. Deletes what is past retention in them, too, which is
 * nobody else's to do while it may be at work there.
 *
 * Owns the checkpoints of how far logs are clean, and the list of logs that cannot be cleaned: those are set aside with an error in
 * the broker's log until the next start, and everything else goes on.
 */
import type { Platform, Timer } from '@zurau/platform';
import { DiskError } from '@zurau/platform';
import { CompressionError } from '@zurau/protocol';
import { LogError } from '../log-error.ts';
import type { LogLogger } from '../logger.ts';
import type { PartitionLog } from '../partition-log.ts';
import { cleanableRange, isDue } from './cleanable-range.ts';
import type { CleanableRange } from './cleanable-range.ts';
import { BatchWindow } from './batch-window.ts';
import { CleanerCheckpoint } from './cleaner-checkpoint.ts';
import { CleanerPace } from './cleaner-pace.ts';
import type { CleanerSettings } from './cleaner-settings.ts';
import { CleanerThrottle } from './cleaner-throttle.ts';
import { HASH_KEY_BYTES, KeyedHash } from './keyed-hash.ts';
import { cleanLog } from './log-cleaning.ts';
import type { CleaningResult } from './log-cleaning.ts';
import { OFFSET_MAP_SLOT_BYTES, OffsetMap } from './offset-map.ts';
import { CleaningAborted } from './segment-walk.ts';

export interface LogCleanerOptions {
  readonly platform: Platform;
  readonly logger: LogLogger;
  /** Of now; asked again for every pass. */
  readonly settings: () => CleanerSettings;
  /** Paths of the log directories. */
  readonly directories: readonly string[];
  /** Whether a directory can be used. */
  readonly isOnline: (directory: string) => boolean;
  readonly logs: () => Iterable<PartitionLog>;
  /** The directory that a log lives in; undefined when it is gone. */
  readonly directoryOf: (log: PartitionLog) => string | undefined;
}

/** A typed array holds no more. */
const OFFSET_MAP_BYTES_MAX = 0x7fffffff;
const SLOTS_MIN = 16;
/** Kafka takes any number here. */
const LOAD_FACTOR_MIN = 0.01;
const BACKOFF_MS_MIN = 10;
const IO_BUFFER_BYTES_MIN = 64 * 1024;

interface Candidate {
  readonly log: PartitionLog;
  readonly range: CleanableRange;
}

export class LogCleaner {
  readonly #options: LogCleanerOptions;
  readonly #checkpoints: ReadonlyMap<string, CleanerCheckpoint>;
  readonly #throttle: CleanerThrottle;
  readonly #inProgress = new Set<PartitionLog>();
  readonly #uncleanable = new Set<PartitionLog>();
  /** Failed in this round for a reason that may pass. */
  readonly #postponed = new Set<PartitionLog>();
  readonly #workers = new Set<Promise<void>>();
  #hash: KeyedHash | undefined;
  #timer: Timer | undefined;
  #backoffMs = 0;
  #isStopped = false;

  constructor(options: LogCleanerOptions) {
    const { platform, logger, directories, settings } = options;
    this.#options = options;
    this.#checkpoints = new Map(
      directories.map((path) => [path, new CleanerCheckpoint(platform.disk, path, logger)]),
    );
    this.#throttle = new CleanerThrottle(platform, () => settings().ioBytesPerSecondMax);
  }

  /** The logs are open. */
  start(): void {
    const names = new Set<string>();
    for (const log of this.#options.logs()) names.add(log.name);
    for (const [path, checkpoint] of this.#checkpoints) {
      if (!this.#options.isOnline(path)) continue;
      checkpoint.load();
      checkpoint.keep((name) => names.has(name));
    }
    this.#setTimer();
  }

  /** Gives up what is being cleaned. Idempotent. */
  async close(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await Promise.all(this.#workers);
    for (const checkpoint of this.#checkpoints.values()) await checkpoint.saved();
  }

  /** Cleans until nothing is due. Rejects never: what goes wrong is logged. */
  async run(): Promise<void> {
    const { threads } = this.#options.settings();
    this.#postponed.clear();
    while (!this.#isStopped && this.#workers.size < threads) {
      const worker: Promise<void> = this.#work().finally(() => this.#workers.delete(worker));
      this.#workers.add(worker);
    }
    await Promise.all(this.#workers);
  }

  /** How far a log is clean; undefined when it never was cleaned. */
  cleanOffset(log: PartitionLog): number | undefined {
    return this.#checkpointOf(log)?.get(log.name);
  }

  /** Whether a log was set aside because it cannot be cleaned. */
  isUncleanable(log: PartitionLog): boolean {
    return this.#uncleanable.has(log);
  }

  /** A log was cut: what comes in place of what was cut off is dirty. */
  truncated(log: PartitionLog): void {
    const offset = this.cleanOffset(log);
    if (offset !== undefined && offset > log.logEndOffset) {
      this.#checkpointOf(log)?.set(log.name, log.logEndOffset);
    }
  }

  /** A log is going away; another one may get its name. */
  forget(log: PartitionLog): void {
    this.#checkpointOf(log)?.delete(log.name);
    this.lost(log);
  }

  /** A log's directory has failed: nothing is written there any more. */
  lost(log: PartitionLog): void {
    this.#uncleanable.delete(log);
    this.#postponed.delete(log);
  }

  #setTimer(): void {
    this.#timer?.cancel();
    this.#backoffMs = this.#options.settings().backoffMs;
    const intervalMs = Math.max(BACKOFF_MS_MIN, this.#backoffMs);
    this.#timer = this.#options.platform.timers.every(intervalMs, () => {
      if (this.#options.settings().backoffMs !== this.#backoffMs) this.#setTimer();
      void this.run();
    });
  }

  async #work(): Promise<void> {
    // Not in the turn that asks for it.
    await Promise.resolve();
    for (;;) {
      const next = this.#isStopped ? undefined : this.#dirtiest();
      if (next !== undefined) await this.#clean(next);
      if (this.#isStopped) return;
      this.#deleteOld();
      if (next === undefined) return;
    }
  }

  #dirtiest(): Candidate | undefined {
    const { platform, logger } = this.#options;
    const nowMs = platform.clock.now();
    let dirtiest: Candidate | undefined;
    for (const log of this.#cleanable()) {
      if (this.#postponed.has(log)) continue;
      try {
        const range = cleanableRange(log.compaction, this.cleanOffset(log), nowMs);
        if (range.wasReset) this.#reset(log, range.firstDirtyOffset);
        if (!isDue(range, log.config)) continue;
        if (dirtiest === undefined || range.dirtyRatio > dirtiest.range.dirtyRatio) {
          dirtiest = { log, range };
        }
      } catch (error) {
        logger.warn({ log: log.name, error }, 'cannot tell how dirty the log is');
        this.#postponed.add(log);
      }
    }
    return dirtiest;
  }

  #reset(log: PartitionLog, offset: number): void {
    // Where segments are deleted as well, the log's start overtakes the cleaner as a matter of course.
    if (!log.config.cleanupPolicy.delete) {
      const state = { log: log.name, checkpoint: this.cleanOffset(log), offset };
      this.#options.logger.warn(state, 'the cleaner begins anew: its checkpoint is not in the log');
    }
    this.#checkpointOf(log)?.set(log.name, offset);
  }

  async #clean({ log, range }: Candidate): Promise<void> {
    const { platform, logger } = this.#options;
    const startedMs = platform.clock.monotonicMs();
    this.#inProgress.add(log);
    try {
      const result = await this.#pass({ log, range });
      this.#checkpointOf(log)?.set(log.name, result.endOffset);
      const durationMs = Math.round(platform.clock.monotonicMs() - startedMs);
      logger.info(
        { log: log.name, from: range.firstDirtyOffset, ...result, durationMs },
        'compacted',
      );
      if (result.recordsWithoutKey > 0) {
        const { recordsWithoutKey } = result;
        logger.warn({ log: log.name, recordsWithoutKey }, 'dropped records without a key');
      }
    } catch (error) {
      this.#failed(log, error);
    } finally {
      this.#inProgress.delete(log);
    }
  }

  #pass({ log, range }: Candidate): Promise<CleaningResult> {
    const { platform, settings } = this.#options;
    const { threads, ioBufferBytes } = settings();
    return cleanLog({
      log: log.compaction,
      range,
      map: this.#newMap(range),
      window: new BatchWindow(Math.max(IO_BUFFER_BYTES_MIN, ioBufferBytes / threads / 2)),
      pace: new CleanerPace(platform),
      throttle: this.#throttle,
      nowMs: platform.clock.now(),
      isStopped: () => this.#isStopped,
    });
  }

  /** Within the budget, and no larger than the offsets of the range can fill. */
  #newMap(range: CleanableRange): OffsetMap {
    const { platform, settings } = this.#options;
    const { threads, dedupeBufferBytes } = settings();
    const loadFactor = Math.min(1, Math.max(LOAD_FACTOR_MIN, settings().dedupeLoadFactor));
    const bytesMax = Math.min(OFFSET_MAP_BYTES_MAX, dedupeBufferBytes / threads);
    const slotsMax = Math.max(SLOTS_MIN, Math.floor(bytesMax / OFFSET_MAP_SLOT_BYTES));
    const offsets = range.endOffset - range.firstDirtyOffset;
    const slots = Math.min(slotsMax, Math.ceil(offsets / loadFactor) + SLOTS_MIN);
    this.#hash ??= new KeyedHash(platform.random.bytes(HASH_KEY_BYTES));
    return new OffsetMap(slots, loadFactor, this.#hash);
  }

  #failed(log: PartitionLog, error: unknown): void {
    const { logger } = this.#options;
    this.#postponed.add(log);
    if (error instanceof CleaningAborted) return;
    // What was cut or deleted under it may fail in any way.
    if (this.#isStopped || !log.compaction.isUsable) return;
    if (mayPass(error)) {
      logger.warn({ log: log.name, error }, 'cannot compact the log now');
      return;
    }
    this.#uncleanable.add(log);
    logger.error({ log: log.name, error }, 'the log cannot be compacted, it is left alone');
  }

  #deleteOld(): void {
    for (const log of this.#cleanable()) {
      try {
        log.applyRetention();
      } catch (error) {
        this.#options.logger.error({ log: log.name, error }, 'retention failed');
      }
    }
  }

  *#cleanable(): Generator<PartitionLog> {
    for (const log of this.#options.logs()) {
      if (!log.config.cleanupPolicy.compact || !log.compaction.isUsable) continue;
      if (!this.#inProgress.has(log) && !this.#uncleanable.has(log)) yield log;
    }
  }

  #checkpointOf(log: PartitionLog): CleanerCheckpoint | undefined {
    const directory = this.#options.directoryOf(log);
    return directory === undefined ? undefined : this.#checkpoints.get(directory);
  }
}

/** The disk is full or fails, or a codec is still being loaded. */
function mayPass(error: unknown): boolean {
  if (error instanceof CompressionError) return error.kind === 'NOT_LOADED';
  return error instanceof DiskError || error instanceof LogError;
}
