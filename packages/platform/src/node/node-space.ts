/**
 * Gives the space of large files back off the event loop.
 *
 * A file system frees the blocks of a file when its last name and its last descriptor are gone, inside the call that ends the last of them: some tens of
 * milliseconds for a segment of a gigabyte. So a descriptor is held over the removal, and closed by the thread pool.
 */
import * as fs from 'node:fs';

/** Smaller files are freed in no time. */
const HELD_BYTES_MIN = 1024 * 1024;

export interface HeldSpace {
  /** To be called in the turn in which the name was removed, and others close their descriptors: ours is the last then. */
  release(): void;
}

/** Undefined when there is nothing to win, or nothing to hold it with. */
export function holdSpaceOf(path: string): HeldSpace | undefined {
  // Windows keeps the name until the last descriptor is closed.
  if (process.platform === 'win32') return undefined;
  let descriptor: number;
  try {
    const stats = fs.statSync(path, { throwIfNoEntry: false });
    if (stats === undefined || !stats.isFile() || stats.size < HELD_BYTES_MIN) return undefined;
    descriptor = fs.openSync(path, fs.constants.O_RDONLY);
  } catch {
    return undefined;
  }
  return { release: () => setImmediate(() => fs.close(descriptor, () => undefined)) };
}
