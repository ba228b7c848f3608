/**
 * Reads the entries of an index file one after the other, in bounded memory: files of Apache Kafka included, which are allocated larger than they are filled.
 */
import type { DiskFile } from '@zurau/platform';

const CHUNK_BYTES = 64 * 1024;

export interface EntryFileShape {
  readonly entryCount: number;
  /** Bytes behind the last whole entry; an index that was written to its end has none. */
  readonly excessBytes: number;
}

/** Entries up to the last one that is not zero. A file of nothing but one zero entry has one. */
export function shapeOf(file: DiskFile, entryBytes: number): EntryFileShape {
  const fileBytes = file.sizeSync();
  const wholeCount = Math.floor(fileBytes / entryBytes);
  const excessBytes = fileBytes - wholeCount * entryBytes;
  if (wholeCount === 1) return { entryCount: 1, excessBytes };
  const chunk = Buffer.allocUnsafe(Math.min(chunkBytesOf(entryBytes), wholeCount * entryBytes));
  for (let end = wholeCount * entryBytes; end > 0;) {
    const start = Math.max(0, end - chunk.length);
    const byteCount = file.readSync(chunk, 0, end - start, start);
    for (let at = byteCount - 1; at >= 0; at--) {
      if (chunk[at] !== 0) {
        return { entryCount: Math.floor((start + at) / entryBytes) + 1, excessBytes };
      }
    }
    end = start;
  }
  return { entryCount: 0, excessBytes };
}

/** The first `entryCount` entries, each at `at` in a buffer that the next step may overwrite. */
export function* entriesOf(
  file: DiskFile,
  entryBytes: number,
  entryCount: number,
): Generator<{ readonly slot: number; readonly buffer: Buffer; readonly at: number }> {
  const total = entryCount * entryBytes;
  const chunk = Buffer.allocUnsafe(Math.min(chunkBytesOf(entryBytes), total));
  let slot = 0;
  for (let position = 0; position < total;) {
    const byteCount = file.readSync(chunk, 0, Math.min(chunk.length, total - position), position);
    if (byteCount < entryBytes) return;
    for (let at = 0; at + entryBytes <= byteCount; at += entryBytes) {
      yield { slot: slot++, buffer: chunk, at };
    }
    position = slot * entryBytes;
  }
}

function chunkBytesOf(entryBytes: number): number {
  return Math.floor(CHUNK_BYTES / entryBytes) * entryBytes;
}
