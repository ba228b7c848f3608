/**
 * Files and directories as the storage engine needs them.
 *
 * Short metadata operations are synchronous (rolling a segment must not interleave with an append);
 * bulk reads, writes and syncs exist in both forms. Nothing here retries and nothing is buffered: a
 * write that returned is in the page cache, what `sync` returned for is on the medium, and a name
 * (create, rename, remove) is durable only after `syncDir` of its directory.
 */
export interface Disk {
  /**
   * Opens a file. `read`: must exist, read only. `write`: read and write, created when missing,
   * content kept. Throws {@link DiskError}.
   */
  openSync(path: string, mode: 'read' | 'write'): DiskFile;
  /** Undefined when nothing is there. */
  statSync(path: string): DiskStat | undefined;
  /** Names in a directory, in no particular order. Throws DiskError `NOT_FOUND`. */
  readDirSync(path: string): DiskEntry[];
  /** Creates the directory and its parents; an existing one is fine. */
  makeDirSync(path: string): void;
  /** Replaces `to` atomically if it exists. */
  renameSync(from: string, to: string): void;
  /** Gives a file the time of its last change; not durable by itself. Throws DiskError. */
  setModifiedSync(path: string, modifiedMs: number): void;
  /** Removes a file; a missing one is fine. */
  removeFileSync(path: string): void;
  /** Removes a directory with all it holds; a missing one is fine. */
  removeTreeSync(path: string): void;
  /** Same as removeTreeSync, off the event loop. */
  removeTree(path: string): Promise<void>;
  /** Makes the names in a directory durable. */
  syncDirSync(path: string): void;
  /** Same as syncDirSync, off the event loop: names that are changed before it resolves may be durable or not. */
  syncDir(path: string): Promise<void>;
  /** Whole content of a small file. Throws DiskError `NOT_FOUND`. */
  readFileSync(path: string): Buffer;
  /** Free and total bytes of the volume that holds `path`. */
  usageSync(path: string): { freeBytes: number; totalBytes: number };
  /**
   * Takes the advisory lock file `path` for this process, creating it if needed. A lock left by a
   * dead process is taken over. Throws DiskError `LOCKED` with the holder's process id in the
   * message when it is held.
   */
  lockSync(path: string): DiskLock;
}

export interface DiskStat {
  readonly kind: 'file' | 'directory' | 'other';
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

export interface DiskEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'other';
}

export interface DiskLock {
  release(): void;
}

/** Called once; `error` is undefined on success. */
export type DiskCallback = (error: DiskError | undefined, byteCount: number) => void;

/**
 * An open file. Positions are absolute byte offsets; there is no cursor. Reads may return fewer
 * bytes than asked only at the end of the file; writes are complete or fail. Callback forms never
 * call back inside the call.
 */
export interface DiskFile {
  readonly path: string;
  sizeSync(): number;
  readSync(into: Buffer, intoOffset: number, byteCount: number, position: number): number;
  read(
    into: Buffer,
    intoOffset: number,
    byteCount: number,
    position: number,
    done: DiskCallback,
  ): void;
  writeSync(from: readonly Buffer[], position: number): void;
  /** The caller must not change the buffers before `done`. */
  write(from: readonly Buffer[], position: number, done: DiskCallback): void;
  /** Cuts or extends with zeros. */
  truncateSync(sizeBytes: number): void;
  syncSync(): void;
  sync(done: DiskCallback): void;
  /** Idempotent. Operations under way end first or fail with `CLOSED`. */
  closeSync(): void;
}

export type DiskErrorCode =
  | 'NOT_FOUND'
  | 'EXISTS'
  | 'NO_SPACE'
  | 'ACCESS_DENIED'
  | 'TOO_MANY_FILES'
  | 'LOCKED'
  | 'CLOSED'
  | 'IO';

/** What every operation of {@link Disk} and {@link DiskFile} throws or calls back with. */
export class DiskError extends Error {
  readonly code: DiskErrorCode;
  readonly path: string;

  constructor(code: DiskErrorCode, path: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DiskError';
    this.code = code;
    this.path = path;
  }
}
