/**
 * One directory of `log.dirs`: its lock, its clean-shutdown marker, its checkpoint files, and the partition directories in it.
 *
 * Owns no logs: it finds and opens them, and writes down what their checkpoints say.
 */
import type { DiskLock, Platform } from '@zurau/platform';
import { readOptionalFile, replaceFile, replaceFileInBackground } from './atomic-file.ts';
import { formatPartitionOffsets, parsePartitionOffsets } from './checkpoint-file.ts';
import type { PartitionOffsets } from './checkpoint-file.ts';
import {
  CLEAN_SHUTDOWN_FILE,
  HIGH_WATERMARK_FILE,
  LOCK_FILE,
  LOG_START_OFFSET_FILE,
  RECOVERY_POINT_FILE,
  isDeletedDirectoryName,
  parsePartitionDirectoryName,
  pathIn,
} from './file-names.ts';
import type { LogConfig } from './log-config.ts';
import { loadLog } from './log-loader.ts';
import type { LogLogger } from './logger.ts';
import type { PartitionLog, PartitionLogState } from './partition-log.ts';

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
  readonly #writing = new Set<Checkpoint>();
  #lock: DiskLock | undefined;
  #clean = false;

  constructor(path: string, platform: Platform, logger: LogLogger) {
    this.path = path;
    this.#platform = platform;
    this.#logger = logger;
  }

  /** Takes the directory for this process. Throws DiskError, LOCKED when another process has it. */
  open(): void {
    const { disk } = this.#platform;
    disk.makeDirSync(this.path);
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
    const recoveryPoints = this.#read('recovery-point');
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
          logStartOffset: logStartOffsets.get(name),
          recoveryPoint: recoveryPoints.get(name),
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

  /** Paths of partition directories that were on their way out when the process ended. */
  deletedPartitions(): string[] {
    return this.#platform.disk
      .readDirSync(this.path)
      .filter(({ name, kind }) => kind === 'directory' && isDeletedDirectoryName(name))
      .map(({ name }) => pathIn(this.path, name));
  }

  /** Writes a checkpoint of `logs` if it says anything new; the sync runs off the event loop. */
  async checkpoint(kind: Checkpoint, logs: Iterable<PartitionLog>): Promise<void> {
    const text = describe(kind, logs);
    if (this.#written.get(kind) === text || this.#writing.has(kind)) return;
    this.#writing.add(kind);
    try {
      await replaceFileInBackground(this.#platform.disk, pathIn(this.path, FILES[kind]), text);
      this.#written.set(kind, text);
    } finally {
      this.#writing.delete(kind);
    }
  }

  /** Writes all checkpoints; with `clean`, the marker that nothing needs to be checked at the next start. */
  close(logs: Iterable<PartitionLog>, clean: boolean): void {
    const { disk } = this.#platform;
    const all = [...logs];
    for (const kind of Object.keys(FILES) as Checkpoint[]) {
      replaceFile(disk, pathIn(this.path, FILES[kind]), describe(kind, all), { durable: true });
    }
    if (clean) {
      const marker = pathIn(this.path, CLEAN_SHUTDOWN_FILE);
      replaceFile(disk, marker, '{"version":0,"brokerEpoch":-1}', { durable: true });
    }
  }

  /** Lets another process have the directory. */
  unlock(): void {
    this.#lock?.release();
    this.#lock = undefined;
  }

  #findPartitions(): { name: string; topic: string; partition: number }[] {
    const found = [];
    for (const { name, kind } of this.#platform.disk.readDirSync(this.path)) {
      if (kind !== 'directory') continue;
      const parsed = parsePartitionDirectoryName(name);
      if (parsed !== undefined) found.push({ name, ...parsed });
    }
    return found;
  }

  /** A damaged checkpoint counts as missing: everything it would have spared is looked at. */
  #read(kind: Checkpoint): PartitionOffsets {
    const content = readOptionalFile(this.#platform.disk, pathIn(this.path, FILES[kind]));
    if (content === undefined) return new Map();
    const offsets = parsePartitionOffsets(content.toString('utf8'));
    if (offsets === undefined) {
      this.#logger.warn({ directory: this.path, file: FILES[kind] }, 'checkpoint file is damaged');
    }
    return offsets ?? new Map();
  }
}

function describe(kind: Checkpoint, logs: Iterable<PartitionLog>): string {
  const offsets: { topic: string; partition: number; offset: number }[] = [];
  for (const log of logs) {
    const { topic, partition } = log;
    if (kind === 'recovery-point') offsets.push({ topic, partition, offset: log.recoveryPoint });
    else if (kind === 'high-watermark')
      offsets.push({ topic, partition, offset: log.highWatermark });
    else if (log.logStartOffset > log.firstSegmentOffset) {
      offsets.push({ topic, partition, offset: log.logStartOffset });
    }
  }
  return formatPartitionOffsets(offsets);
}
