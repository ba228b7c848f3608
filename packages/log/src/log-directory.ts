/**
 * One directory of `log.dirs`: its lock, its clean-shutdown marker, its checkpoint files, and the partition directories in it.
 *
 * Owns no logs: it finds and opens them, and writes down what their checkpoints say.
 */
import { DiskError } from '@zurau/platform';
import type { Disk, DiskLock, Platform } from '@zurau/platform';
import { readOptionalFile, replaceFile, replaceFileInBackground } from './atomic-file.ts';
import { formatPartitionOffsets, parsePartitionOffsets } from './checkpoint-file.ts';
import type { PartitionOffsets } from './checkpoint-file.ts';
import {
  CLEAN_SHUTDOWN_FILE,
  HIGH_WATERMARK_FILE,
  LOCK_FILE,
  LOG_START_OFFSET_FILE,
  METADATA_LOG_TOPIC,
  RECOVERY_POINT_FILE,
  isDeletedDirectoryName,
  parsePartitionDirectoryName,
  pathIn,
} from './file-names.ts';
import { forgetForeignLogs, wereLogsForeign } from './foreign-logs.ts';
import type { LogConfig } from './log-config.ts';
import { loadLog } from './log-loader.ts';
import type { LogLogger } from './logger.ts';
import type { PartitionLogState } from './log-state.ts';
import type { PartitionLog } from './partition-log.ts';
import { watchedDisk } from './watched-disk.ts';

export type Checkpoint = 'recovery-point' | 'high-watermark' | 'log-start-offset';

const FILES: Readonly<Record<Checkpoint, string>> = {
  'recovery-point': RECOVERY_POINT_FILE,
  'high-watermark': HIGH_WATERMARK_FILE,
  'log-start-offset': LOG_START_OFFSET_FILE,
};

export interface LoadAllOptions {
  readonly configFor: (topic: string) => LogConfig;
  readonly threads: number;
  readonly producerExpirationMs: number;
}

export class LogDirectory {
  readonly path: string;
  readonly #platform: Platform;
  readonly #logger: LogLogger;
  readonly #written = new Map<Checkpoint, string>();
  readonly #writing = new Map<Checkpoint, Promise<void>>();
  /** Recovery points that no power failure can take back. */
  #durablePoints: ReadonlyMap<PartitionLog, number> = new Map();
  /** Names in the checkpoint files; undefined when they have to be read again. Thousands of partitions may be made in one go. */
  #mentioned: ReadonlySet<string> | undefined;
  /** Changes when checkpoints are written at once: those being written in the background are out of date then. */
  #generation = 0;
  #closed = false;
  #lock: DiskLock | undefined;
  #clean = false;
  #failure: DiskError | undefined;
  readonly #onFailed: (directory: LogDirectory) => void;

  /** `onFailed` is called once, inside of whatever operation it is that fails. */
  constructor(
    path: string,
    platform: Platform,
    logger: LogLogger,
    onFailed: (directory: LogDirectory) => void,
  ) {
    const { clock, timers, random, network, disk } = platform;
    this.path = path;
    this.#onFailed = onFailed;
    const watched = watchedDisk(disk, (error) => {
      if (this.#isOwnFailure(error, disk)) this.fail(error);
    });
    this.#platform = { clock, timers, random, network, disk: watched };
    this.#logger = logger;
  }

  /** For everything that lies in the directory: its failures are noticed. */
  get platform(): Platform {
    return this.#platform;
  }

  /** Why the directory is not used any more; undefined as long as it is. */
  get failure(): DiskError | undefined {
    return this.#failure;
  }

  /** Notices that the directory has gone though nobody writes to it. */
  probe(): void {
    if (this.#lock === undefined || this.#failure !== undefined) return;
    const lock = pathIn(this.path, LOCK_FILE);
    if (!exists(this.#platform.disk, lock)) {
      this.fail(new DiskError('NOT_FOUND', lock, `${this.path} has gone`));
    }
  }

  /** Nothing is written to the directory from now on. */
  fail(error: DiskError): void {
    if (this.#failure !== undefined || this.#closed) return;
    this.#failure = error;
    this.#closed = true;
    this.#onFailed(this);
  }

  /** Takes the directory for this process. Throws DiskError, LOCKED when another process has it. */
  open(): void {
    const { disk } = this.#platform;
    this.#make();
    this.#lock = disk.lockSync(pathIn(this.path, LOCK_FILE));
    const marker = pathIn(this.path, CLEAN_SHUTDOWN_FILE);
    this.#clean = disk.statSync(marker) !== undefined;
    if (!this.#clean) return;
    // Must not come back after a power failure: from now on the directory is in use.
    disk.removeFileSync(marker);
    disk.syncDirSync(this.path);
  }

  get wasClosedCleanly(): boolean {
    return this.#clean;
  }

  /** Opens all partitions, `threads` at a time. Rejects with the first error. */
  async loadAll(options: LoadAllOptions): Promise<PartitionLogState[]> {
    const found = this.#findPartitions();
    const recoveryPoints = this.#readIntact('recovery-point');
    const paths = found.map(({ name }) => pathIn(this.path, name));
    const isForeign = !this.#clean && wereLogsForeign(this.#platform.disk, this.path, paths);
    const highWatermarks = this.#read('high-watermark');
    const logStartOffsets = this.#read('log-start-offset');
    const states: PartitionLogState[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      for (let job = found[next++]; job !== undefined; job = found[next++]) {
        const { name, topic, partition } = job;
        const state = await loadLog({
          platform: this.#platform,
          logger: this.#logger,
          directory: pathIn(this.path, name),
          topic,
          partition,
          config: options.configFor(topic),
          clean: this.#clean,
          // Without the checkpoint nobody knows how far the log was compacted.
          gapsAreTears: recoveryPoints !== undefined && !isForeign,
          logStartOffset: logStartOffsets.get(name),
          recoveryPoint: recoveryPoints?.get(name),
          highWatermark: highWatermarks.get(name),
          producerExpirationMs: options.producerExpirationMs,
        });
        states.push(state);
        if (!this.#clean && states.length % 100 === 0) {
          const progress = { directory: this.path, recovered: states.length, of: found.length };
          this.#logger.info(progress, 'recovering logs');
        }
      }
    };
    const threads = Math.max(1, Math.min(options.threads, found.length));
    await Promise.all(Array.from({ length: threads }, work));
    return states;
  }

  /** All logs were recovered: from now on the recovery points are our own. Throws DiskError. */
  recovered(logs: readonly PartitionLog[]): void {
    this.checkpointNow(logs);
    forgetForeignLogs(this.#platform.disk, this.path);
  }

  /** What the recovery point of a log was when the checkpoint was last made durable; undefined when it was not mentioned. */
  durableRecoveryPoint(log: PartitionLog): number | undefined {
    return this.#durablePoints.get(log);
  }

  /** Paths of partition directories that were on their way out when the process ended. */
  deletedPartitions(): string[] {
    return this.#platform.disk
      .readDirSync(this.path)
      .filter(({ name, kind }) => kind === 'directory' && isDeletedDirectoryName(name))
      .map(({ name }) => pathIn(this.path, name));
  }

  /**
   * Writes a checkpoint of `logs` if it says anything new, after the one under way if there is one; the sync runs off the event
   * loop. With `durable`, no older one comes back after a power failure.
   */
  checkpoint(kind: Checkpoint, logs: () => Iterable<PartitionLog>, durable = false): Promise<void> {
    const before = this.#writing.get(kind) ?? Promise.resolve();
    const write = before
      .catch(() => {})
      .then(async () => {
        const described = [...logs()];
        const text = describe(kind, described);
        const points = recoveryPointsOf(described);
        if (this.#closed || (this.#written.get(kind) === text && !durable)) return;
        this.#written.delete(kind);
        const path = pathIn(this.path, FILES[kind]);
        const generation = this.#generation;
        await replaceFileInBackground(this.#platform.disk, path, text, {
          durable,
          isCurrent: () => this.#generation === generation,
        });
        this.#mentioned = undefined;
        if (this.#generation !== generation) return;
        this.#written.set(kind, text);
        if (kind === 'recovery-point')
          this.#durablePoints = durable ? points : lower(points, this.#durablePoints);
      });
    this.#writing.set(kind, write);
    return write;
  }

  /**
   * A partition is made anew: what the checkpoints say of a former one of its name must not be believed at the next
   * start. `logs` are those of the directory, without it. Blocks for the syncs if there is any such entry.
   */
  forget(name: string, logs: readonly PartitionLog[]): void {
    this.#generation++;
    this.#mentioned ??= this.#namesInCheckpoints();
    if (this.#mentioned.has(name)) this.checkpointNow(logs);
  }

  /** Writes all checkpoints now, durably. */
  checkpointNow(logs: readonly PartitionLog[]): void {
    const { disk } = this.#platform;
    this.#generation++;
    this.#written.clear();
    this.#mentioned = undefined;
    for (const kind of Object.keys(FILES) as Checkpoint[]) {
      replaceFile(disk, pathIn(this.path, FILES[kind]), describe(kind, logs), { durable: true });
    }
    this.#durablePoints = recoveryPointsOf(logs);
  }

  /** Writes all checkpoints; with `clean`, the marker that nothing needs to be checked at the next start. */
  close(logs: readonly PartitionLog[], clean: boolean): void {
    this.#closed = true;
    this.checkpointNow(logs);
    if (clean) {
      const marker = pathIn(this.path, CLEAN_SHUTDOWN_FILE);
      replaceFile(this.#platform.disk, marker, '{"version":0,"brokerEpoch":-1}', { durable: true });
    }
  }

  /** Lets another process have the directory. */
  unlock(): void {
    const lock = this.#lock;
    this.#lock = undefined;
    try {
      lock?.release();
    } catch (error) {
      this.#logger.warn({ directory: this.path, error }, 'cannot release the lock');
    }
  }

  /** Makes the directory where it is missing, durably: its own name and those of the parents made with it. */
  #make(): void {
    const { disk } = this.#platform;
    const names = this.path.split('/');
    let existing = names.length;
    while (existing > 1 && disk.statSync(names.slice(0, existing).join('/') || '/') === undefined) {
      existing--;
    }
    disk.makeDirSync(this.path);
    for (let depth = existing; depth < names.length; depth++) {
      disk.syncDirSync(names.slice(0, depth).join('/') || '/');
    }
  }

  /** A full disk and a process out of handles may pass. A file that is missing says something only if the whole directory is gone. */
  #isOwnFailure(error: DiskError, disk: Disk): boolean {
    if (this.#failure !== undefined || this.#lock === undefined) return false;
    switch (error.code) {
      case 'IO':
      case 'ACCESS_DENIED':
        return true;
      case 'NOT_FOUND':
        return !exists(disk, pathIn(this.path, LOCK_FILE));
      case 'EXISTS':
      case 'NO_SPACE':
      case 'TOO_MANY_FILES':
      case 'LOCKED':
      case 'CLOSED':
        return false;
    }
  }

  #findPartitions(): { name: string; topic: string; partition: number }[] {
    const found = [];
    for (const { name, kind } of this.#platform.disk.readDirSync(this.path)) {
      if (kind !== 'directory') continue;
      const parsed = parsePartitionDirectoryName(name);
      // Of whoever keeps the cluster's metadata; opened before all others, by `openStandaloneLog`.
      if (parsed === undefined || parsed.topic === METADATA_LOG_TOPIC) continue;
      found.push({ name, ...parsed });
    }
    return found;
  }

  #namesInCheckpoints(): ReadonlySet<string> {
    const kinds = Object.keys(FILES) as Checkpoint[];
    return new Set(kinds.flatMap((kind) => [...this.#read(kind).keys()]));
  }

  /** A damaged checkpoint counts as missing: everything it would have spared is looked at. */
  #read(kind: Checkpoint): PartitionOffsets {
    return this.#readIntact(kind) ?? new Map();
  }

  #readIntact(kind: Checkpoint): PartitionOffsets | undefined {
    const content = readOptionalFile(this.#platform.disk, pathIn(this.path, FILES[kind]));
    if (content === undefined) return undefined;
    const offsets = parsePartitionOffsets(content.toString('utf8'));
    if (offsets === undefined) {
      this.#logger.warn({ directory: this.path, file: FILES[kind] }, 'checkpoint file is damaged');
    }
    return offsets;
  }
}

function exists(disk: Disk, path: string): boolean {
  try {
    return disk.statSync(path) !== undefined;
  } catch (error) {
    if (error instanceof DiskError) return false;
    throw error;
  }
}

function recoveryPointsOf(logs: Iterable<PartitionLog>): ReadonlyMap<PartitionLog, number> {
  const points = new Map<PartitionLog, number>();
  for (const log of logs) points.set(log, log.syncedOffset);
  return points;
}

/** Of a checkpoint that may yet be taken back, what holds either way. */
function lower(
  points: ReadonlyMap<PartitionLog, number>,
  durable: ReadonlyMap<PartitionLog, number>,
): ReadonlyMap<PartitionLog, number> {
  const both = new Map<PartitionLog, number>();
  for (const [log, offset] of durable) both.set(log, Math.min(offset, points.get(log) ?? offset));
  return both;
}

function describe(kind: Checkpoint, logs: Iterable<PartitionLog>): string {
  const offsets: { topic: string; partition: number; offset: number }[] = [];
  for (const log of logs) {
    const { topic, partition } = log;
    if (kind === 'recovery-point') offsets.push({ topic, partition, offset: log.syncedOffset });
    else if (kind === 'high-watermark')
      offsets.push({ topic, partition, offset: log.highWatermark });
    else if (log.logStartOffset > 0) {
      offsets.push({ topic, partition, offset: log.logStartOffset });
    }
  }
  return formatPartitionOffsets(offsets);
}
