/**
 * Checks a log directory with all its partitions, or a partition directory alone. See verify-partition.ts for what is checked there; here: what
 * the directory's own files say of the partitions.
 */
import type { Disk } from '@zurau/platform';
import { loadCodecs } from '@zurau/protocol';
import { readOptionalFile } from '../atomic-file.ts';
import {
  CLEANER_OFFSET_FILE,
  LOG_START_OFFSET_FILE,
  META_PROPERTIES_FILE,
  METADATA_LOG_TOPIC,
  RECOVERY_POINT_FILE,
  parsePartitionDirectoryName,
  pathIn,
} from '../file-names.ts';
import { readMetaProperties } from '../meta-properties.ts';
import type { Finding, FindingSink } from './finding.ts';
import {
  OFFSET_CHECKPOINT_FILES,
  isLogDirectory,
  listPartitions,
  readOffsetCheckpoint,
  wasClosedCleanly,
} from './log-directory-files.ts';
import type { OffsetCheckpointFile, PartitionDirectory } from './log-directory-files.ts';
import { verifyPartition } from './verify-partition.ts';
import type { PartitionSummary } from './verify-partition.ts';

/** Topics that are always compacted. */
const COMPACTED_TOPICS: readonly string[] = ['__consumer_offsets', '__transaction_state'];

export interface VerifyOptions {
  readonly disk: Disk;
  /** A log directory or a partition directory. */
  readonly directory: string;
  readonly onFinding: FindingSink;
  /** After each partition. */
  readonly onPartition?: (name: string, summary: PartitionSummary) => Promise<void> | void;
}

export interface VerifySummary {
  readonly partitionCount: number;
  readonly segmentCount: number;
  readonly batchCount: number;
  readonly recordCount: number;
  readonly sizeBytes: number;
  readonly errorCount: number;
  readonly warningCount: number;
}

/** Neither: there is nothing to check. */
export class NotALogDirectoryError extends Error {
  override readonly name = 'NotALogDirectoryError';
  readonly code = 'NOT_A_LOG_DIRECTORY';

  constructor(path: string) {
    super(`${path} is neither a log directory nor the directory of a partition`);
  }
}

/** Rejects with {@link NotALogDirectoryError} or DiskError. */
export async function verifyDirectory(options: VerifyOptions): Promise<VerifySummary> {
  const { disk, onPartition } = options;
  const directory = options.directory.replace(/(?<=.)\/+$/, '');
  await loadCodecs();
  const counts = { error: 0, warning: 0 };
  const totals = { segmentCount: 0, batchCount: 0, recordCount: 0, sizeBytes: 0 };
  const onFinding = (finding: Finding): void => {
    counts[finding.severity]++;
    options.onFinding(finding);
  };
  const partitions = partitionsOf(disk, directory);
  if (partitions.length === 0 && !isLogDirectory(disk, directory)) {
    throw new NotALogDirectoryError(directory);
  }
  const isPartition = partitions[0]?.path === directory;
  const logDirectory = isPartition ? parentOf(directory) : directory;
  const context = new DirectoryContext(disk, logDirectory, isPartition ? () => {} : onFinding);
  const topicIds = new Map<string, string>();
  for (const place of partitions) {
    const summary = verifyPartition({
      disk,
      directory: place.path,
      onFinding,
      settledBelow: context.settledBelow(place),
      isOpen: !context.isClean || place.topic === METADATA_LOG_TOPIC,
      isCompacted: context.isCompacted(place),
    });
    context.checkOffsets(place, summary);
    const { topicId } = summary;
    const other = topicIds.get(place.topic);
    if (topicId !== undefined && other !== undefined && topicId !== other) {
      const message = `topic id ${topicId}, another partition of ${place.topic} has ${other}`;
      onFinding({ severity: 'error', path: place.path, position: undefined, message });
    }
    if (topicId !== undefined) topicIds.set(place.topic, topicId);
    totals.segmentCount += summary.segmentCount;
    totals.batchCount += summary.batchCount;
    totals.recordCount += summary.recordCount;
    totals.sizeBytes += summary.sizeBytes;
    await onPartition?.(`${place.topic}-${place.partition}`, summary);
  }
  return {
    partitionCount: partitions.length,
    ...totals,
    errorCount: counts.error,
    warningCount: counts.warning,
  };
}

function partitionsOf(disk: Disk, directory: string): PartitionDirectory[] {
  const found = listPartitions(disk, directory);
  if (found.length > 0) return found;
  const parsed = parsePartitionDirectoryName(directory.slice(directory.lastIndexOf('/') + 1));
  const hasLog = disk.readDirSync(directory).some(({ name }) => name.endsWith('.log'));
  return parsed !== undefined && hasLog ? [{ ...parsed, path: directory }] : [];
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : path.slice(0, slash) || '/';
}

/** What the files beside the partitions say. */
class DirectoryContext {
  readonly #path: string;
  readonly #onFinding: FindingSink;
  readonly isClean: boolean;
  readonly #checkpoints = new Map<OffsetCheckpointFile, ReadonlyMap<string, number>>();

  constructor(disk: Disk, path: string, onFinding: FindingSink) {
    this.#path = path;
    this.#onFinding = onFinding;
    this.isClean = wasClosedCleanly(disk, path);
    for (const file of OFFSET_CHECKPOINT_FILES) {
      const offsets = readOffsetCheckpoint(disk, path, file);
      if (offsets === undefined) this.#error(file, 'is damaged');
      const entries = offsets?.map((each) => [nameOf(each), each.offset] as const);
      this.#checkpoints.set(file, new Map(entries));
    }
    const text = readOptionalFile(disk, pathIn(path, META_PROPERTIES_FILE));
    const properties = text === undefined ? undefined : readMetaProperties(disk, path);
    if (properties !== undefined && properties.brokerId === undefined) {
      this.#error(META_PROPERTIES_FILE, 'names no broker');
    }
  }

  /** Below, everything must be in order; what lies above the next start recovers. */
  settledBelow(place: PartitionDirectory): number {
    // It has no checkpoint and no marker: each start reads all of it.
    if (this.isClean || place.topic === METADATA_LOG_TOPIC) return Infinity;
    return this.#offset(RECOVERY_POINT_FILE, place) ?? 0;
  }

  isCompacted(place: PartitionDirectory): boolean {
    return (
      COMPACTED_TOPICS.includes(place.topic) ||
      this.#offset(CLEANER_OFFSET_FILE, place) !== undefined
    );
  }

  checkOffsets(place: PartitionDirectory, { startOffset, endOffset }: PartitionSummary): void {
    for (const file of OFFSET_CHECKPOINT_FILES) {
      const offset = this.#offset(file, place);
      if (offset === undefined || offset <= endOffset) continue;
      // Records deleted up to the end of a log that has since been emptied leave that.
      if (file === LOG_START_OFFSET_FILE && startOffset === endOffset) continue;
      this.#error(file, `says ${offset} of ${nameOf(place)}, which ends at ${endOffset}`);
    }
  }

  #offset(file: OffsetCheckpointFile, place: PartitionDirectory): number | undefined {
    return this.#checkpoints.get(file)?.get(nameOf(place));
  }

  /** After an unclean stop a start takes such a file for what it is. */
  #error(file: string, message: string): void {
    const severity = this.isClean ? 'error' : 'warning';
    this.#onFinding({ severity, path: pathIn(this.#path, file), position: undefined, message });
  }
}

function nameOf({ topic, partition }: { topic: string; partition: number }): string {
  return `${topic}-${partition}`;
}
