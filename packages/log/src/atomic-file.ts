/**
 * Replaces small files so that a crash leaves the old content or the new one, never a mixture: write `.tmp`, sync,
 * rename, sync the directory. Reading is `readOptionalFile`.
 */
import type { Disk } from '@zurau/platform';
import { DiskError } from '@zurau/platform';

export interface ReplaceOptions {
  /** Whether the new content must survive a power failure once this returns. Without it an older one may come back. */
  readonly durable: boolean;
}

export function replaceFile(
  disk: Disk,
  path: string,
  content: Buffer | string,
  options: ReplaceOptions,
): void {
  const temporary = `${path}.tmp`;
  disk.removeFileSync(temporary);
  const file = disk.openSync(temporary, 'write');
  try {
    file.writeSync([typeof content === 'string' ? Buffer.from(content) : content], 0);
    if (options.durable) file.syncSync();
  } finally {
    file.closeSync();
  }
  disk.renameSync(temporary, path);
  if (options.durable) disk.syncDirSync(directoryOf(path));
}

/** Same with the sync of the content off the event loop; without `durable` the rename may be lost, the content never torn. */
export async function replaceFileInBackground(
  disk: Disk,
  path: string,
  content: string,
  options: ReplaceOptions & {
    /** Asked before the rename: false when newer content has been put there meanwhile. */
    readonly isCurrent: () => boolean;
  },
): Promise<void> {
  const temporary = `${path}.tmp`;
  disk.removeFileSync(temporary);
  const file = disk.openSync(temporary, 'write');
  try {
    file.writeSync([Buffer.from(content)], 0);
    await new Promise<void>((resolve, reject) => {
      file.sync((error) => (error === undefined ? resolve() : reject(error)));
    });
  } finally {
    file.closeSync();
  }
  if (!options.isCurrent()) return;
  disk.renameSync(temporary, path);
  if (options.durable) disk.syncDirSync(directoryOf(path));
}

function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

/** Content of a file; undefined when there is none. */
export function readOptionalFile(disk: Disk, path: string): Buffer | undefined {
  try {
    return disk.readFileSync(path);
  } catch (error) {
    if (error instanceof DiskError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}
