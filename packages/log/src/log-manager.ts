/**
 * All logs of a broker: opens them at start, makes and removes them, closes them; takes a directory out of use whose disk fails.
 *
 * Owns the life of the logs and of what they share. Which logs there are is the catalog's, what is due from time to time the housekeeping's.
 */
import type { Platform } from '@zurau/platform';
import { DiskError } from '@zurau/platform';
import { BackgroundFlusher } from './background-flusher.ts';
import { defaultCleanerSettings } from './cleaner/cleaner-settings.ts';
import type { CleanerSettings } from './cleaner/cleaner-settings.ts';
import { LogCleaner } from './cleaner/log-cleaner.ts';
import { DirectoryRemoval } from './directory-removal.ts';
import { deletedDirectoryName, partitionDirectoryName, pathIn } from './file-names.ts';
import { PRODUCER_EXPIRATION_MS } from './limits.ts';
import { LogCatalog } from './log-catalog.ts';
import { LogCheckpoints } from './log-checkpoints.ts';
import type { LogConfig } from './log-config.ts';
import { LogDirectory } from './log-directory.ts';
import type { LogEnvironment } from './log-environment.ts';
import { LogHousekeeping, type HousekeepingIntervals } from './log-housekeeping.ts';
import { newLogState } from './log-loader.ts';
import type { PartitionLogState } from './log-state.ts';
import type { LogLogger } from './logger.ts';
import { PartitionLog } from './partition-log.ts';
import { writeTopicId } from './partition-metadata-file.ts';
import { ReadBuffers } from './read-buffers.ts';
import { TailCache } from './tail-cache.ts';
import { WriteScheduler } from './write-scheduler.ts';

export interface LogManagerOptions extends HousekeepingIntervals {
  readonly platform: Platform;
  /** `log.dirs`; at least one. */
  readonly dirs: readonly string[];
  readonly logger: LogLogger;
  readonly defaultConfig: LogConfig;
  /** Settings of a topic found on disk; `defaultConfig` when not given. */
  readonly configFor?: (topic: string) => LogConfig;
  /** `num.recovery.threads.per.data.dir`: logs recovered at once, each directory. */
  readonly recoveryThreads?: number;
  /** `producer.id.expiration.ms`. */
  readonly producerExpirationMs?: number;
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

export class LogManager {
  readonly #options: LogManagerOptions;
  readonly #platform: Platform;
  readonly #logger: LogLogger;
  readonly #catalog: LogCatalog;
  readonly #checkpoints: LogCheckpoints;
  readonly #housekeeping: LogHousekeeping;
  readonly #removal: DirectoryRemoval;
  readonly #environment: LogEnvironment;
  /** The same for each directory, but for its disk. */
  readonly #environments = new Map<LogDirectory, LogEnvironment>();
  readonly #cleaner: LogCleaner | undefined;
  /** Told of a directory that failed after the start, when its logs are closed. */
  onDirectoryFailed: ((failure: DirectoryFailure) => void) | undefined;
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
      onCut: async (log) => {
        this.#cleaner?.truncated(log);
        await this.#checkpoints.logCut(log);
      },
      checkpointRecoveryPoint: (log, offset) => this.#checkpoints.requireRecoveryPoint(log, offset),
      onRecoveryPointMoved: (log) => {
        if (this.#closing === undefined) this.#checkpoints.recoveryPointMoved(log);
      },
    };
    const failed = (directory: LogDirectory): void => this.#directoryFailed(directory);
    this.#catalog = new LogCatalog(
      options.dirs.map((path) => new LogDirectory(path, platform, logger, failed)),
    );
    this.#checkpoints = new LogCheckpoints(this.#catalog, logger);
    this.#housekeeping = new LogHousekeeping({
      catalog: this.#catalog,
      checkpoints: this.#checkpoints,
      backgroundFlusher: this.#environment.backgroundFlusher,
      timers: platform.timers,
      logger,
    });
    this.#removal = new DirectoryRemoval(platform, logger);
    for (const directory of this.#catalog.directories) {
      this.#environments.set(directory, { ...this.#environment, platform: directory.platform });
    }
    if (options.cleaner === null) return;
    this.#cleaner = new LogCleaner({
      platform,
      logger,
      settings: options.cleaner ?? (() => defaultCleanerSettings),
      directories: options.dirs,
      isOnline: (path) => this.isOnline(path),
      logs: () => this.#catalog.all(),
      directoryOf: (log) => this.directoryOf(log),
    });
  }

  /**
   * Opens the directories and all logs in them, recovering those of directories that were not closed cleanly. A directory whose disk fails is left out.
   * Rejects when all do, or one is locked or holds a log that cannot be opened.
   */
  async start(): Promise<void> {
    const { platform } = this;
    const { directories } = this.#catalog;
    const startedMs = platform.clock.monotonicMs();
    try {
      for (const directory of directories) tolerantly(directory, () => directory.open());
      await Promise.all(this.#catalog.online.map((directory) => this.#loadTolerantly(directory)));
      if (this.#catalog.online.length === 0) throw directories[0]!.failure!;
    } catch (error) {
      for (const log of this.#catalog.all()) log.abandon();
      for (const directory of directories) directory.unlock();
      throw error;
    }
    this.#cleaner?.start();
    this.#housekeeping.start(this.#options);
    const durationMs = Math.round(platform.clock.monotonicMs() - startedMs);
    this.#logger.info({ logs: this.#catalog.size, durationMs }, 'logs opened');
  }

  get platform(): Platform {
    return this.#platform;
  }

  get(topic: string, partition: number): PartitionLog | undefined {
    return this.#catalog.get(`${topic}-${partition}`);
  }

  all(): Iterable<PartitionLog> {
    return this.#catalog.all();
  }

  /** `log.dirs` entry that a log lives in. */
  directoryOf(log: PartitionLog): string | undefined {
    return this.#catalog.homeOf(log)?.path;
  }

  get directories(): readonly string[] {
    return this.#catalog.directories.map((directory) => directory.path);
  }

  /** Whether a directory can be used: its disk has not failed since the start. */
  isOnline(path: string): boolean {
    return this.#catalog.online.some((directory) => directory.path === path);
  }

  /** Whether some directory has failed: a partition that is in none of the others may be there. */
  get hasOfflineDirectory(): boolean {
    return this.#catalog.online.length < this.#catalog.directories.length;
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
    const home = this.#catalog.leastUsed();
    const name = partitionDirectoryName(topic, partition);
    const path = pathIn(home.path, name);
    home.forget(name, this.#catalog.logsIn(home));
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
    const home = this.#catalog.homeOf(log)!;
    this.#cleaner?.forget(log);
    this.#catalog.remove(log);
    this.#environment.backgroundFlusher.forget(log);
    log.abandon();
    const hex = this.#platform.random.bytes(16).toString('hex');
    const path = pathIn(home.path, deletedDirectoryName(topic, partition, hex));
    home.platform.disk.renameSync(log.directory, path);
    this.#removal.removeLater(path, log.config.fileDeleteDelayMs);
  }

  /** Flushes every log; resolves when all that was appended before is durable. */
  async flushAll(): Promise<void> {
    for (const log of this.#catalog.all()) await log.flush();
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
    this.#housekeeping.applyRetention();
  }

  /** Closes all logs and marks the directories as cleanly closed, those whose logs could be. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Lets go of everything without writing anything: what is on disk is what a killed process would leave. Idempotent; `close` then does nothing. */
  abandon(): void {
    this.#closing ??= Promise.resolve();
    this.#housekeeping.close();
    this.#removal.cancel();
    void this.#cleaner?.close();
    for (const log of this.#catalog.all()) log.abandon();
    for (const directory of this.#catalog.directories) directory.unlock();
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
    const logs = this.#catalog.logsIn(directory);
    for (const log of logs) {
      this.#cleaner?.lost(log);
      this.#catalog.remove(log);
      this.#environment.backgroundFlusher.forget(log);
      log.abandon();
    }
    directory.unlock();
    this.onDirectoryFailed?.({
      path: directory.path,
      logs,
      isLast: this.#catalog.online.length === 0,
    });
  }

  async #load(directory: LogDirectory): Promise<void> {
    const { configFor, defaultConfig, recoveryThreads } = this.#options;
    for (const path of directory.deletedPartitions()) {
      this.#removal.removeLater(path, defaultConfig.fileDeleteDelayMs);
    }
    const states = await directory.loadAll({
      configFor: configFor ?? (() => defaultConfig),
      threads: recoveryThreads ?? 1,
      producerExpirationMs: this.#environment.producerExpirationMs,
    });
    for (const state of states) {
      const name = partitionDirectoryName(state.topic, state.partition);
      const isTwice = this.#catalog.get(name) !== undefined;
      if (isTwice) throw new Error(`${name} is in two log directories`);
      this.#add(state, directory);
    }
    // Recovery may have ended below a recovery point, which must not be believed any more.
    if (!directory.wasClosedCleanly) directory.recovered(this.#catalog.logsIn(directory));
  }

  #add(state: PartitionLogState, home: LogDirectory): PartitionLog {
    const log = new PartitionLog(this.#environments.get(home)!, state);
    this.#catalog.add(log, home);
    return log;
  }

  async #close(): Promise<void> {
    this.#housekeeping.close();
    this.#removal.cancel();
    await this.#cleaner?.close();
    const failed = new Set<LogDirectory>();
    const open = [...this.#catalog.all()].map((log) => ({ log, home: this.#catalog.homeOf(log)! }));
    const closeNext = async (): Promise<void> => {
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        const { log, home } = next;
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
    for (const directory of this.#catalog.directories) {
      try {
        if (directory.failure === undefined)
          directory.close(this.#catalog.logsIn(directory), !failed.has(directory));
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
