/**
 * From errno to {@link DiskErrorCode}: the one table that decides what a failed system call means
 * to the storage engine.
 */
import { DiskError, type DiskErrorCode } from '../disk.ts';

const CODES: Readonly<Record<string, DiskErrorCode>> = {
  ENOENT: 'NOT_FOUND',
  ENOTDIR: 'NOT_FOUND',
  EEXIST: 'EXISTS',
  ENOTEMPTY: 'EXISTS',
  ENOSPC: 'NO_SPACE',
  EDQUOT: 'NO_SPACE',
  EACCES: 'ACCESS_DENIED',
  EPERM: 'ACCESS_DENIED',
  EROFS: 'ACCESS_DENIED',
  EMFILE: 'TOO_MANY_FILES',
  ENFILE: 'TOO_MANY_FILES',
};

/**
 * The errno name of a failed system call, such as `ENOSPC`; undefined for anything else, Node's own
 * `ERR_...` included.
 */
export function errnoOf(error: unknown): string | undefined {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return typeof code === 'string' && !code.startsWith('ERR_') ? code : undefined;
}

/**
 * `operation` is a verb phrase: "write to", "rename". What is no failed system call is a bug, and
 * thrown on as it is.
 */
export function diskErrorFrom(cause: unknown, operation: string, path: string): DiskError {
  const errno = errnoOf(cause);
  if (errno === undefined) throw cause;
  const detail = (cause as Error).message;
  const code = CODES[errno] ?? 'IO';
  return new DiskError(code, path, `cannot ${operation} ${path}: ${detail}`, { cause });
}

export function closedFileError(path: string): DiskError {
  return new DiskError('CLOSED', path, `${path} is closed`);
}

/** Runs one synchronous operation; what it throws becomes a DiskError. */
export function withDiskErrors<T>(operation: string, path: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    throw diskErrorFrom(cause, operation, path);
  }
}
