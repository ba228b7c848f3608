/** What lies in a log directory: its partitions, and what its small files say. Reads, changes nothing. */
import type { Disk } from '@zurau/platform';
import { readOptionalFile } from '../atomic-file.ts';
import { parseCheckpoint } from '../checkpoint-file.ts';
import {
  CLEANER_OFFSET_FILE,
  CLEAN_SHUTDOWN_FILE,
  HIGH_WATERMARK_FILE,
  LOG_START_OFFSET_FILE,
  META_PROPERTIES_FILE,
  RECOVERY_POINT_FILE,
  parsePartitionDirectoryName,
  pathIn,
} from '../file-names.ts';

export type OffsetCheckpointFile =
  | typeof RECOVERY_POINT_FILE
  | typeof HIGH_WATERMARK_FILE
  | typeof LOG_START_OFFSET_FILE
  | typeof CLEANER_OFFSET_FILE;

/** All of them have the same form: topic, partition, offset. */
export const OFFSET_CHECKPOINT_FILES: readonly OffsetCheckpointFile[] = [
  RECOVERY_POINT_FILE,
  HIGH_WATERMARK_FILE,
  LOG_START_OFFSET_FILE,
  // What it names is compacted, or was.
  CLEANER_OFFSET_FILE,
];

export interface CheckpointedOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface PartitionDirectory {
  readonly topic: string;
  readonly partition: number;
  readonly path: string;
}

/** The partitions that a start opens, by name. Throws DiskError. */
export function listPartitions(disk: Disk, logDirectory: string): PartitionDirectory[] {
  const found: PartitionDirectory[] = [];
  for (const { name, kind } of disk.readDirSync(logDirectory)) {
    const parsed = kind === 'directory' ? parsePartitionDirectoryName(name) : undefined;
    if (parsed !== undefined) found.push({ ...parsed, path: pathIn(logDirectory, name) });
  }
  return found.sort((a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition);
}

/** Undefined when the file is damaged; empty when there is none. */
export function readOffsetCheckpoint(
  disk: Disk,
  logDirectory: string,
  file: OffsetCheckpointFile,
): CheckpointedOffset[] | undefined {
  const text = readOptionalFile(disk, pathIn(logDirectory, file))?.toString('utf8');
  return text === undefined ? [] : parseOffsetCheckpoint(text);
}

function parseOffsetCheckpoint(text: string): CheckpointedOffset[] | undefined {
  const lines = parseCheckpoint(text);
  if (lines === undefined) return undefined;
  const offsets: CheckpointedOffset[] = [];
  for (const [topic = '', partition, offset, ...rest] of lines) {
    const entry = { topic, partition: Number(partition), offset: Number(offset) };
    const isWhole = rest.length === 0 && Number.isSafeInteger(entry.partition);
    if (!isWhole || !Number.isSafeInteger(entry.offset) || entry.offset < 0) return undefined;
    offsets.push(entry);
  }
  return offsets;
}

/** A log directory has partitions or one of its own files in it. Throws DiskError. */
export function isLogDirectory(disk: Disk, path: string): boolean {
  const own: readonly string[] = [META_PROPERTIES_FILE, ...OFFSET_CHECKPOINT_FILES];
  return disk
    .readDirSync(path)
    .some(({ name, kind }) =>
      kind === 'directory' ? parsePartitionDirectoryName(name) !== undefined : own.includes(name),
    );
}

export function wasClosedCleanly(disk: Disk, logDirectory: string): boolean {
  return disk.statSync(pathIn(logDirectory, CLEAN_SHUTDOWN_FILE)) !== undefined;
}
