/**
 * The disk under one log directory, with someone who hears of every failure that says that the directory itself cannot be relied on any more.
 *
 * In one place, so that no reader, writer, timer or checkpoint can forget to tell. Changes nothing else: each error goes to its caller all the same.
 */
import { DiskError } from '@zurau/platform';
import type { Disk, DiskCallback, DiskFile } from '@zurau/platform';

/** `onFailure` may be called often, and inside any operation. */
export function watchedDisk(disk: Disk, onFailure: (error: DiskError) => void): Disk {
  const watch = <T>(run: () => T): T => {
    try {
      return run();
    } catch (error) {
      if (error instanceof DiskError) onFailure(error);
      throw error;
    }
  };
  const watchLater = async (running: Promise<void>): Promise<void> => {
    try {
      await running;
    } catch (error) {
      if (error instanceof DiskError) onFailure(error);
      throw error;
    }
  };
  return {
    openSync: (path, mode) =>
      new WatchedFile(
        watch(() => disk.openSync(path, mode)),
        onFailure,
      ),
    statSync: (path) => watch(() => disk.statSync(path)),
    readDirSync: (path) => watch(() => disk.readDirSync(path)),
    makeDirSync: (path) => watch(() => disk.makeDirSync(path)),
    renameSync: (from, to) => watch(() => disk.renameSync(from, to)),
    setModifiedSync: (path, modifiedMs) => watch(() => disk.setModifiedSync(path, modifiedMs)),
    removeFileSync: (path) => watch(() => disk.removeFileSync(path)),
    removeTreeSync: (path) => watch(() => disk.removeTreeSync(path)),
    removeTree: (path) => watchLater(disk.removeTree(path)),
    syncDirSync: (path) => watch(() => disk.syncDirSync(path)),
    syncDir: (path) => watchLater(disk.syncDir(path)),
    readFileSync: (path) => watch(() => disk.readFileSync(path)),
    usageSync: (path) => watch(() => disk.usageSync(path)),
    lockSync: (path) => watch(() => disk.lockSync(path)),
  };
}

/** On the hot path: no closure for what is done synchronously. */
class WatchedFile implements DiskFile {
  readonly #file: DiskFile;
  readonly #onFailure: (error: DiskError) => void;

  constructor(file: DiskFile, onFailure: (error: DiskError) => void) {
    this.#file = file;
    this.#onFailure = onFailure;
  }

  get path(): string {
    return this.#file.path;
  }

  sizeSync(): number {
    try {
      return this.#file.sizeSync();
    } catch (error) {
      throw this.#told(error);
    }
  }

  readSync(into: Buffer, intoOffset: number, byteCount: number, position: number): number {
    try {
      return this.#file.readSync(into, intoOffset, byteCount, position);
    } catch (error) {
      throw this.#told(error);
    }
  }

  read(into: Buffer, intoOffset: number, byteCount: number, at: number, done: DiskCallback): void {
    this.#file.read(into, intoOffset, byteCount, at, this.#telling(done));
  }

  writeSync(from: readonly Buffer[], position: number): void {
    try {
      this.#file.writeSync(from, position);
    } catch (error) {
      throw this.#told(error);
    }
  }

  write(from: readonly Buffer[], position: number, done: DiskCallback): void {
    this.#file.write(from, position, this.#telling(done));
  }

  truncateSync(sizeBytes: number): void {
    try {
      this.#file.truncateSync(sizeBytes);
    } catch (error) {
      throw this.#told(error);
    }
  }

  syncSync(): void {
    try {
      this.#file.syncSync();
    } catch (error) {
      throw this.#told(error);
    }
  }

  sync(done: DiskCallback): void {
    this.#file.sync(this.#telling(done));
  }

  closeSync(): void {
    this.#file.closeSync();
  }

  #told(error: unknown): unknown {
    if (error instanceof DiskError) this.#onFailure(error);
    return error;
  }

  #telling(done: DiskCallback): DiskCallback {
    return (error, byteCount) => {
      if (error !== undefined) this.#onFailure(error);
      done(error, byteCount);
    };
  }
}
