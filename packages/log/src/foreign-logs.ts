/**
 * Tells whether Apache Kafka was the last to write to a log directory that was not closed cleanly, since then a gap between two segments behind the
 * recovery point may be the work of its cleaner, and nothing may be cut off there. Our own cleaner leaves no gap where recovery looks.
 *
 * Kafka keeps the index files of active segments at their full size while it runs: zeros behind the last entry, the same size but for rounding. Recovery
 * trims them, so what was found is noted in a file first, until a recovery point above all gaps is on the medium.
 */
import type { Disk } from '@zurau/platform';
import { replaceFile } from './atomic-file.ts';
import { FOREIGN_LOGS_FILE, parseSegmentFileName, pathIn, segmentFileName } from './file-names.ts';
import { OFFSET_INDEX_ENTRY_BYTES } from './offset-index.ts';
import { TIME_INDEX_ENTRY_BYTES } from './time-index.ts';

/** Nobody configures a smaller `segment.index.bytes`; ours may have some zeros at their end after a power failure. */
const PREALLOCATED_MIN_BYTES = 4096;

/** `partitions` are the paths of the partition directories. Notes durably what it finds. Throws DiskError. */
export function wereLogsForeign(
  disk: Disk,
  directory: string,
  partitions: readonly string[],
): boolean {
  const note = pathIn(directory, FOREIGN_LOGS_FILE);
  if (disk.statSync(note) !== undefined) return true;
  if (!partitions.some((path) => hasPreallocatedIndexes(disk, path))) return false;
  replaceFile(disk, note, '', { durable: true });
  return true;
}

/** All logs have a recovery point of our own, on the medium. Throws DiskError. */
export function forgetForeignLogs(disk: Disk, directory: string): void {
  disk.removeFileSync(pathIn(directory, FOREIGN_LOGS_FILE));
}

function hasPreallocatedIndexes(disk: Disk, directory: string): boolean {
  let active = -1;
  for (const { name } of disk.readDirSync(directory)) {
    const parsed = parseSegmentFileName(name);
    if (parsed?.kind === 'log') active = Math.max(active, parsed.offset);
  }
  if (active < 0) return false;
  const offsetBytes = zeroEndedSize(disk, pathIn(directory, segmentFileName(active, 'index')));
  const timeBytes = zeroEndedSize(disk, pathIn(directory, segmentFileName(active, 'timeindex')));
  if (Math.min(offsetBytes, timeBytes) < PREALLOCATED_MIN_BYTES) return false;
  const roundingMax = Math.max(OFFSET_INDEX_ENTRY_BYTES, TIME_INDEX_ENTRY_BYTES);
  return Math.abs(offsetBytes - timeBytes) < roundingMax;
}

/** Size of a file that ends in zeros; 0 for any other, or none. */
function zeroEndedSize(disk: Disk, path: string): number {
  const sizeBytes = disk.statSync(path)?.sizeBytes ?? 0;
  if (sizeBytes < PREALLOCATED_MIN_BYTES) return 0;
  const file = disk.openSync(path, 'read');
  try {
    const end = Buffer.alloc(TIME_INDEX_ENTRY_BYTES, 1);
    file.readSync(end, 0, end.length, sizeBytes - end.length);
    return end.every((byte) => byte === 0) ? sizeBytes : 0;
  } finally {
    file.closeSync();
  }
}
