/**
 * What a crash left of an exchange of segments by the cleaner (see log-compaction.ts), put right before the log is opened: `.cleaned` files
 * are thrown away, `.swap` files take the place of what they were made of.
 *
 * As in Kafka, `.swap` files at or above a `.cleaned` one go with it: their own renaming was not over. Can itself be interrupted anywhere.
 */
import type { Disk } from '@zurau/platform';
import { batchNextOffset } from './batch-header.ts';
import { BatchScanner } from './batch-scanner.ts';
import {
  CLEANED_SUFFIX,
  SWAP_SUFFIX,
  parseSegmentFileName,
  pathIn,
  segmentFileName,
} from './file-names.ts';
import type { LogLogger } from './logger.ts';

const WINDOW_BYTES = 256 * 1024;

interface FoundFile {
  readonly name: string;
  readonly offset: number;
}

/** Finishes or undoes what was begun in `directory`. Throws DiskError. */
export function settleSwapFiles(disk: Disk, directory: string, logger: LogLogger): void {
  const cleaned = filesWith(disk, directory, CLEANED_SUFFIX);
  const swaps = filesWith(disk, directory, SWAP_SUFFIX);
  if (cleaned.length === 0 && swaps.length === 0) return;
  const undoneFrom = Math.min(...cleaned.map(({ offset }) => offset));
  for (const { name, offset } of swaps) {
    if (offset >= undoneFrom) disk.removeFileSync(pathIn(directory, name));
  }
  disk.syncDirSync(directory);
  for (const { name } of cleaned) disk.removeFileSync(pathIn(directory, name));

  const kept = swaps.filter(({ offset }) => offset < undoneFrom);
  for (const { name, offset } of kept) {
    if (name !== segmentFileName(offset, 'log') + SWAP_SUFFIX) continue;
    logger.info({ directory, file: name }, 'finishing a compaction that was interrupted');
    removeReplaced(disk, directory, offset, endOffsetOf(disk, pathIn(directory, name), offset));
  }
  disk.syncDirSync(directory);
  for (const { name } of kept) {
    const path = pathIn(directory, name);
    disk.renameSync(path, path.slice(0, -SWAP_SUFFIX.length));
  }
  disk.syncDirSync(directory);
}

/** Log files first: without one, the others are found to be orphans by whoever comes next. */
function filesWith(disk: Disk, directory: string, suffix: string): FoundFile[] {
  const found: (FoundFile & { isLog: boolean })[] = [];
  for (const { name, kind } of disk.readDirSync(directory)) {
    if (kind !== 'file' || !name.endsWith(suffix)) continue;
    const parsed = parseSegmentFileName(name.slice(0, -suffix.length));
    if (parsed !== undefined) {
      found.push({ name, offset: parsed.offset, isLog: parsed.kind === 'log' });
    }
  }
  return found.sort((a, b) => Number(b.isLog) - Number(a.isLog) || a.offset - b.offset);
}

/** Removes the files of segments that begin in [fromOffset, endOffset). Producer snapshots are as good as before. */
function removeReplaced(
  disk: Disk,
  directory: string,
  fromOffset: number,
  endOffset: number,
): void {
  for (const { name, kind } of disk.readDirSync(directory)) {
    const parsed = kind === 'file' ? parseSegmentFileName(name) : undefined;
    if (parsed === undefined || parsed.kind === 'snapshot') continue;
    const isReplaced =
      parsed.offset === fromOffset || (parsed.offset > fromOffset && parsed.offset < endOffset);
    if (isReplaced) disk.removeFileSync(pathIn(directory, name));
  }
}

/** Offset behind the last batch. What was compacted away behind it may leave an old segment in place: that one is merely not compacted. */
function endOffsetOf(disk: Disk, path: string, baseOffset: number): number {
  const file = disk.openSync(path, 'read');
  try {
    const scanner = new BatchScanner(file, 0, file.sizeSync(), WINDOW_BYTES);
    let endOffset = baseOffset;
    while (scanner.next()) endOffset = batchNextOffset(scanner.buffer, scanner.at);
    return endOffset;
  } finally {
    file.closeSync();
  }
}
