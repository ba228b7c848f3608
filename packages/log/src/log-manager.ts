/**
 * All logs of a broker: opens them at start, makes and removes them, and does what is due from time to time: retention,
 * background syncs, checkpoints, producer expiry.
 */
import type { Platform, Timer } from '@zurau/platform';
import { DiskError } from '@zurau/platform';
import { ErrorCode } from '@zurau/protocol';
import { BackgroundFlusher } from './background-flusher.ts';
import { defaultCleanerSettings } from './cleaner/cleaner-settings.ts';
import type { CleanerSettings } from './cleaner/cleaner-settings.ts';
import { LogCleaner } from './cleaner/log-cleaner.ts';
import { deletedDirectoryName, partitionDirectoryName, pathIn } from './file-names.ts';
import { PRODUCER_EXPIRATION_MS } from './limits.ts';
import type { LogConfig } from './log-config.ts';
import { LogDirectory } from './log-directory.ts';
import type { LogEnvironment } from './log-environment.ts';
import { LogError } from './log-error.ts';
import { newLogState } from './log-loader.ts';
import type { PartitionLogState } from './log-state.ts';
import type { LogLogger } from './logger.ts';
import { PartitionLog } from './partition-log.ts';
import { writeTopicId } from './partition-metadata-file.ts';
import { ReadBuffers } from './read-buffers.ts';
import { TailCache } from './tail-cache.ts';
import { WriteScheduler } from './write-scheduler.ts';

export interface LogManagerOptions {
  readonly platform: Platform;
  /** `log.dirs`; at least one. */
  readonly dirs: readonly string[];
  readonly logger: LogLogger;
  readonly defaultConfig: LogConfig;
  /** Settings of a topic found on disk; `defaultConfig` when not given. */
  readonly configFor?: (topic: string) => LogConfig;
  /** `num.recovery.threads.per.data.dir`: logs recovered at once, each directory. */
  readonly recoveryThreads?: number;
  /** `log.retention.check.interval.ms`. */
  readonly retentionCheckIntervalMs?: number;
  /** `log.flush.offset.checkpoint.interval.ms`; unsynced logs are synced in the background that often, too. */
  readonly recoveryPointCheckpointIntervalMs?: number;
  /** `log.flush.start.offset.checkpoint.interval.ms`. */
  readonly logStartOffsetCheckpointIntervalMs?: number;
  /** `replica.high.watermark.checkpoint.interval.ms`. */
  readonly highWatermarkCheckpointIntervalMs?: number;
  /** `producer.id.expiration.ms`. */
  readonly producerExpirationMs?: number;
  /** `producer.id.expiration.check.interval.ms`. */
  readonly producerExpirationCheckIntervalMs?: number;
  /** Settings of the cleaner of compacted logs, asked again for every pass; null for none (`log.cleaner.enable=false`). */
  readonly cleaner?: (() => CleanerSettings) | null;
  /** Memory for the tails of all logs, and of one. */
  readonly tailCacheTotalBytes?: number;
  readonly tailCacheLogBytes?: number;
}

/** Syncs under way while logs are closed. */
const CLOSES_AT_ONCE = 4;

export interface DirectoryFailure {
  readonly path: string;
  /** Those that were in it. They take and return nothing any more. */
  readonly logs: readonly PartitionLog[];
  /** No directory is left. */
  readonly isLast: boolean;
}

interface Removal {
  readonly path: string;
  readonly timer: Timer;
}

export class LogManager {
  readonly #options: LogManagerOptions;
  readonly #platform: Platform;
  readonly #logger: LogLogger;
  readonly #directories: LogDirectory[];
  readonly #logs = new Map<string, PartitionLog>();
  readonly #homes = new Map<PartitionLog, LogDirectory>();
  readonly #environment: LogEnvironment;
  /** The same for each directory, but for its disk. */
  readonly #environments = new Map<LogDirectory, LogEnvironment>();
  readonly #removals = new Set<Removal>();
  readonly #cleaner: LogCleaner | undefined;
  /** Told of a directory that failed after the start, when its logs are closed. */
  onDirectoryFailed: ((failure: DirectoryFailure) => void) | undefined;
  #timers: Timer[] = [];
  #closing: Promise<void> | undefined;

  constructor(options: LogManagerOptions) {
    const { platform, logger } = options;
    this.#options = options;
    this.#platform = platform;
    this.#logger = logger;
    this.#environment = {
      platform,
      logger,
      scheduler: new WriteScheduler(platform.timers),
      backgroundFlusher: new BackgroundFlusher(),
      tailCache: new TailCache(options.tailCacheTotalBytes, options.tailCacheLogBytes),
      readBuffers: new ReadBuffers(),
      producerExpirationMs: options.producerExpirationMs ?? PRODUCER_EXPIRATION_MS,
      onCut: (log) => this.#checkpointCut(log),
      checkpointRecoveryPoint: (log, offset) => this.#requireRecoveryPoint(log, offset),
      onRecoveryPointMoved: (log) => this.#checkpointRecoveryPoint(log),
    };
    const failed = (directory: LogDirectory): void => this.#directoryFailed(directory);
    this.#directories = options.dirs.map(
      (path) => new LogDirectory(path, platform, logger, failed),
    );
    for (const directory of this.#directories) {
      this.#environments.set(directory, { ...this.#environment, platform: directory.platform });
    }
    if (options.cleaner === null) return;
    this.#cleaner = new LogCleaner({
      platform,
      logger,
      settings: options.cleaner ?? (() => defaultCleanerSettings),
      directories: options.dirs,
      isOnline: (path) => this.isOnline(path),
      logs: () => this.#logs.values(),
      directoryOf: (log) => this.directoryOf(log),
    });
  }

  /**
   * Opens the directories and all logs in them, recovering those of directories that were not closed cleanly. A directory whose disk fails is left out.
   * Rejects when all do, or one is locked or holds a log that cannot be opened.
   */
  async start(): Promise<void> {
    const { platform } = this;
    const startedMs = platform.clock.monotonicMs();
    try {
      for (const directory of this.#directories) tolerantly(directory, () => directory.open());
      await Promise.all(this.#online.map((directory) => this.#loadTolerantly(directory)));
      const [first] = this.#directories;
      if (this.#online.length === 0) throw first!.failure!;
    } catch (error) {
      for (const log of this.#logs.values()) log.abandon();
      for (const directory of this.#directories) directory.unlock();
      throw error;
    }
    this.#cleaner?.start();
    this.#startTimers();
    const durationMs = Math.round(platform.clock.monotonicMs() - startedMs);
    this.#logger.info({ logs: this.#logs.size, durationMs }, 'logs opened');
  }

  get platform(): Platform {
    return this.#platform;
  }

  get(topic: string, partition: number): PartitionLog | undefined {
    return this.#logs.get(`${topic}-${partition}`);
  }

  all(): Iterable<PartitionLog> {
    return this.#logs.values();
  }

  /** `log.dirs` entry that a log lives in. */
  directoryOf(log: PartitionLog): string | undefined {
    return this.#homes.get(log)?.path;
  }

  get directories(): readonly string[] {
    return this.#directories.map((directory) => directory.path);
  }

  /** Whether a directory can be used: its disk has not failed since the start. */
  isOnline(path: string): boolean {
    return this.#online.some((directory) => directory.path === path);
  }

  /** Whether some directory has failed: a partition that is in none of the others may be there. */
  get hasOfflineDirectory(): boolean {
    return this.#online.length < this.#directories.length;
  }

  get #online(): LogDirectory[] {
    return this.#directories.filter(({ failure }) => failure === undefined);
  }

  /** The log of a partition; made in the directory with the fewest logs when there is none. Throws DiskError, LogError KAFKA_STORAGE_ERROR. */
  getOrCreate(topic: string, partition: number, config: LogConfig, topicId?: string): PartitionLog {
    const existing = this.get(topic, partition);
    if (existing !== undefined) {
      if (existing.topicId === undefined && topicId !== undefined) {
        writeTopicId(this.#platform.disk, existing.directory, topicId);
        existing.topicId = topicId;
      }
      return existing;
    }
    const home = this.#leastUsed();
    const name = partitionDirectoryName(topic, partition);
    const path = pathIn(home.path, name);
    home.forget(name, this.#logsIn(home));
    const { disk } = home.platform;
    disk.makeDirSync(path);
    if (topicId !== undefined) writeTopicId(disk, path, topicId);
    const state = newLogState({
      platform: home.platform,
      logger: this.#logger,
      directory: path,
      topic,
      partition,
      topicId,
      config,
      logStartOffset: undefined,
      recoveryPoint: undefined,
      highWatermark: undefined,
      producerExpirationMs: this.#environment.producerExpirationMs,
    });
    return this.#add(state, home);
  }

  /** Takes a log away: its directory is renamed at once and removed after `file.delete.delay.ms`. */
  remove(topic: string, partition: number): void {
    const log = this.get(topic, partition);
    if (log === undefined) return;
    const home = this.#homes.get(log)!;
    this.#cleaner?.forget(log);
    this.#logs.delete(log.name);
    this.#homes.delete(log);
    this.#environment.backgroundFlusher.forget(log);
    log.abandon();
    const hex = this.#platform.random.bytes(16).toString('hex');
    const path = pathIn(home.path, deletedDirectoryName(topic, partition, hex));
    home.platform.disk.renameSync(log.directory, path);
    this.#removeLater(path, log.config.fileDeleteDelayMs);
  }

  /** Flushes every log; resolves when all that was appended before is durable. */
  async flushAll(): Promise<void> {
    for (const log of this.#logs.values()) await log.flush();
  }

  /** Compacts what is due now. Rejects never: what goes wrong is logged. */
  async compact(): Promise<void> {
    await this.#cleaner?.run();
  }

  /** Offset below which a log is compacted; undefined when it never was. */
  cleanOffset(log: PartitionLog): number | undefined {
    return this.#cleaner?.cleanOffset(log);
  }

  /** Deletes what is past retention, in all logs but compacted ones: that is the cleaner's to do, and without it, as in Kafka, nobody's. */
  applyRetention(): void {
    for (const log of this.#logs.values()) {
      if (log.config.cleanupPolicy.compact) continue;
      try {
        log.applyRetention();
      } catch (error) {
        this.#logger.error({ log: log.name, error }, 'retention failed');
      }
    }
  }

  /** Closes all logs and marks the directories as cleanly closed, those whose logs could be. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Lets go of everything without writing anything: what is on disk is what a killed process would leave. Idempotent; `close` then does nothing. */
  abandon(): void {
    this.#closing ??= Promise.resolve();
    for (const timer of this.#timers) timer.cancel();
    for (const removal of this.#removals) removal.timer.cancel();
    void this.#cleaner?.close();
    for (const log of this.#logs.values()) log.abandon();
    for (const directory of this.#directories) directory.unlock();
  }

  async #loadTolerantly(directory: LogDirectory): Promise<void> {
    try {
      await this.#load(directory);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      directory.fail(error);
    }
  }

  /** Called in the middle of an operation on the directory, which ends first. */
  #directoryFailed(directory: LogDirectory): void {
    const { path, failure: error } = directory;
    this.#logger.error(
      { directory: path, error },
      'a log directory failed, it is not used any more',
    );
    this.#platform.timers.nextTurn(() => {
      if (this.#closing === undefined) this.#takeOffline(directory);
    });
  }

  #takeOffline(directory: LogDirectory): void {
    const logs = this.#logsIn(directory);
    for (const log of logs) {
      this.#cleaner?.lost(log);
      this.#logs.delete(log.name);
      this.#homes.delete(log);
      this.#environment.backgroundFlusher.forget(log);
      log.abandon();
    }
    directory.unlock();
    this.onDirectoryFailed?.({ path: directory.path, logs, isLast: this.#online.length === 0 });
  }

  async #load(directory: LogDirectory): Promise<void> {
    const { configFor, defaultConfig, recoveryThreads } = this.#options;
    for (const path of directory.deletedPartitions()) {
      this.#removeLater(path, defaultConfig.fileDeleteDelayMs);
    }
    const states = await directory.loadAll({
      configFor: configFor ?? (() => defaultConfig),
      threads: recoveryThreads ?? 1,
      producerExpirationMs: this.#environment.producerExpirationMs,
    });
    for (const state of states) {
      const name = partitionDirectoryName(state.topic, state.partition);
      if (this.#logs.has(name)) throw new Error(`${name} is in two log directories`);
      this.#add(state, directory);
    }
    // Recovery may have ended below a recovery point, which must not be believed any more.
    if (!directory.wasClosedCleanly) directory.recovered(this.#logsIn(directory));
  }

  #add(state: PartitionLogState, home: LogDirectory): PartitionLog {
    const log = new PartitionLog(this.#environments.get(home)!, state);
    this.#logs.set(log.name, log);
    this.#homes.set(log, home);
    return log;
  }

  #leastUsed(): LogDirectory {
    const online = this.#online;
    if (online.length === 0) {
      throw new LogError(ErrorCode.KAFKA_STORAGE_ERROR, 'no log directory can be used');
    }
    if (online.length === 1) return online[0]!;
    const counts = new Map(online.map((directory) => [directory, 0]));
    for (const home of this.#homes.values()) {
      if (home.failure === undefined) counts.set(home, counts.get(home)! + 1);
    }
    return [...counts].reduce((least, entry) => (entry[1] < least[1] ? entry : least))[0];
  }

  #logsIn(directory: LogDirectory): PartitionLog[] {
    const logs: PartitionLog[] = [];
    for (const [log, home] of this.#homes) if (home === directory) logs.push(log);
    return logs;
  }

  #startTimers(): void {
    const { timers } = this.#platform;
    const options = this.#options;
    this.#timers = [
      timers.every(options.retentionCheckIntervalMs ?? 300_000, () => this.applyRetention()),
      timers.every(options.recoveryPointCheckpointIntervalMs ?? 60_000, () => this.#maintain()),
      timers.every(options.logStartOffsetCheckpointIntervalMs ?? 60_000, () =>
        this.#checkpointAll('log-start-offset'),
      ),
      timers.every(options.highWatermarkCheckpointIntervalMs ?? 5_000, () =>
        this.#checkpointAll('high-watermark'),
      ),
      timers.every(options.producerExpirationCheckIntervalMs ?? 600_000, () => {
        for (const log of this.#logs.values()) log.removeExpiredProducers();
      }),
    ];
  }

  #maintain(): void {
    for (const log of this.#logs.values()) {
      if (log.isDirty) this.#environment.backgroundFlusher.add(log);
      try {
        log.releaseIdleMemory();
      } catch (error) {
        this.#logger.error({ log: log.name, error }, 'cannot write an index');
      }
    }
    this.#checkpointAll('recovery-point');
  }

  #checkpointAll(kind: 'recovery-point' | 'high-watermark' | 'log-start-offset'): void {
    for (const directory of this.#online) directory.probe();
    for (const directory of this.#online) this.#checkpoint(directory, kind);
  }

  #checkpointRecoveryPoint(log: PartitionLog): void {
    const home = this.#homes.get(log);
    if (home !== undefined && this.#closing === undefined) this.#checkpoint(home, 'recovery-point');
  }

  /** A recovery point moved down: were the old one believed after a crash, unsynced batches would go unchecked. */
  async #checkpointCut(log: PartitionLog): Promise<void> {
    const home = this.#homes.get(log);
    this.#cleaner?.truncated(log);
    if (home === undefined) return;
    await home.checkpoint('recovery-point', () => this.#logsIn(home), true);
    await home.checkpoint('log-start-offset', () => this.#logsIn(home), true);
  }

  async #requireRecoveryPoint(log: PartitionLog, offset: number): Promise<boolean> {
    const home = this.#homes.get(log);
    if (home === undefined) return false;
    const isDurable = (): boolean => (home.durableRecoveryPoint(log) ?? -1) >= offset;
    if (!isDurable()) await home.checkpoint('recovery-point', () => this.#logsIn(home), true);
    return isDurable();
  }

  #checkpoint(
    directory: LogDirectory,
    kind: 'recovery-point' | 'high-watermark' | 'log-start-offset',
  ): void {
    directory
      .checkpoint(kind, () => this.#logsIn(directory))
      .catch((error: unknown) => {
        this.#logger.error({ directory: directory.path, kind, error }, 'cannot write a checkpoint');
      });
  }

  #removeLater(path: string, delayMs: number): void {
    const timer = this.#platform.timers.after(delayMs, () => {
      this.#removals.delete(removal);
      this.#platform.disk.removeTree(path).catch((error: unknown) => {
        this.#logger.error({ path, error }, 'cannot remove a deleted partition');
      });
    });
    const removal: Removal = { path, timer };
    this.#removals.add(removal);
  }

  async #close(): Promise<void> {
    for (const timer of this.#timers) timer.cancel();
    for (const removal of this.#removals) removal.timer.cancel();
    await this.#cleaner?.close();
    const failed = new Set<LogDirectory>();
    const open = [...this.#homes];
    const closeNext = async (): Promise<void> => {
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        const [log, home] = next;
        try {
          await log.close();
        } catch (error) {
          this.#logger.error({ log: log.name, error }, 'cannot close the log cleanly');
          failed.add(home);
          log.abandon();
        }
      }
    };
    await Promise.all(Array.from({ length: CLOSES_AT_ONCE }, closeNext));
    await this.#environment.backgroundFlusher.idle();
    for (const directory of this.#directories) {
      try {
        if (directory.failure === undefined)
          directory.close(this.#logsIn(directory), !failed.has(directory));
      } catch (error) {
        if (!(error instanceof DiskError)) throw error;
        this.#logger.error({ directory: directory.path, error }, 'cannot write checkpoints');
      }
      directory.unlock();
    }
  }
}

/** Runs `run`; a disk that fails in it takes the directory out of use, a directory that another process has does not. */
function tolerantly(directory: LogDirectory, run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof DiskError) || error.code === 'LOCKED') throw error;
    directory.fail(error);
  }
}
