/**
 * A file of fixed-size entries in ascending order: the storage under the offset index and the time index.
 *
 * Owns the file and a copy of it in memory. Appending touches memory only; {@link flush} writes what is new. Kafka
 * maps a preallocated file and trims it later; here the file always holds exactly the entries written so far, which
 * Kafka opens just the same and which passes its sanity check even after a crash. Must never hold entries for
 * data that is not yet in the log file: callers flush after the log was written.
 */
import type { Disk, DiskCallback, DiskFile } from '@zurau/platform';
import { DiskError } from '@zurau/platform';

const INITIAL_BYTES = 1024;

export class EntryFile {
  readonly entryBytes: number;
  readonly #disk: Disk;
  #path: string;
  /** Undefined until needed: an inactive segment that nobody reads costs no memory. */
  #bytes: Buffer | undefined;
  #count = 0;
  #persistedCount = 0;
  /** True at first: what an earlier process wrote it may not have lived to sync. */
  #dirty = true;
  #usedSinceRelease = false;

  /** `existing: false` starts empty and ignores what the file may hold (the first flush overwrites it). */
  constructor(disk: Disk, path: string, entryBytes: number, existing: boolean) {
    this.#disk = disk;
    this.#path = path;
    this.entryBytes = entryBytes;
    if (!existing) this.#bytes = Buffer.alloc(0);
  }

  get count(): number {
    this.entries();
    return this.#count;
  }

  /** Some of it is in the file. */
  get isPersisted(): boolean {
    return this.#persistedCount > 0;
  }

  get isLoaded(): boolean {
    return this.#bytes !== undefined;
  }

  /** The entries; valid up to `count * entryBytes`, and only until the next append. */
  entries(): Buffer {
    this.#usedSinceRelease = true;
    return this.#bytes ?? this.#load();
  }

  /** Room for one more entry: returns the offset in {@link entries} where the caller must write it now. */
  appendSlot(): number {
    const bytes = this.entries();
    const at = this.#count * this.entryBytes;
    if (at + this.entryBytes > bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(INITIAL_BYTES, bytes.length * 2));
      bytes.copy(grown, 0, 0, at);
      this.#bytes = grown;
    }
    this.#count++;
    return at;
  }

  /** Keeps the first `count` entries; the file is cut at once. */
  truncate(count: number): void {
    this.entries();
    if (count >= this.#count) return;
    this.#count = count;
    if (this.#persistedCount > count) {
      this.#persistedCount = count;
      this.#withFile((file) => file.truncateSync(count * this.entryBytes));
      this.#dirty = true;
    }
  }

  /** Writes entries not yet in the file, the first `limit` at most; creates the file when missing. */
  flush(limit: number = this.#count): void {
    const bytes = this.#bytes;
    if (bytes === undefined) return;
    const count = Math.min(limit, this.#count);
    const from = this.#persistedCount * this.entryBytes;
    this.#withFile((file) => {
      if (this.#persistedCount >= count) return;
      file.writeSync([bytes.subarray(from, count * this.entryBytes)], from);
      this.#persistedCount = count;
      this.#dirty = true;
    });
  }

  /** Makes what {@link flush} wrote durable. */
  sync(done: DiskCallback): void {
    if (!this.#dirty) return done(undefined, 0);
    this.#dirty = false;
    const file = this.#open();
    file.sync((error, byteCount) => {
      file.closeSync();
      if (error !== undefined) this.#dirty = true;
      done(error, byteCount);
    });
  }

  /** Flushes and frees the memory copy, if unused since the last call. */
  releaseIfIdle(): void {
    if (this.#usedSinceRelease) {
      this.#usedSinceRelease = false;
      return;
    }
    this.release();
  }

  release(): void {
    if (this.#persistedCount < this.#count) this.flush();
    this.#bytes = undefined;
  }

  /** The file got another name. */
  renamed(path: string): void {
    this.#path = path;
  }

  get path(): string {
    return this.#path;
  }

  /** Open only while it is used: handles are scarce where partitions are many, and an index is written seldom. */
  #withFile(use: (file: DiskFile) => void): void {
    const file = this.#open();
    try {
      use(file);
    } finally {
      file.closeSync();
    }
  }

  #open(): DiskFile {
    const file = this.#disk.openSync(this.#path, 'write');
    const persistedBytes = this.#persistedCount * this.entryBytes;
    if (this.#bytes !== undefined && file.sizeSync() !== persistedBytes) {
      file.truncateSync(persistedBytes);
    }
    return file;
  }

  #load(): Buffer {
    let bytes: Buffer;
    try {
      bytes = this.#disk.readFileSync(this.#path);
    } catch (error) {
      if (!(error instanceof DiskError) || error.code !== 'NOT_FOUND') throw error;
      bytes = Buffer.alloc(0);
    }
    let count = Math.floor(bytes.length / this.entryBytes);
    // A file that Kafka preallocated and did not live to trim ends in zeros.
    while (count > 1 && isZero(bytes, (count - 1) * this.entryBytes, this.entryBytes)) count--;
    if (count === 1 && bytes.length > this.entryBytes && isZero(bytes, 0, this.entryBytes))
      count = 0;
    this.#count = count;
    this.#persistedCount = count;
    this.#bytes = bytes;
    return bytes;
  }
}

function isZero(bytes: Buffer, at: number, length: number): boolean {
  for (let i = at; i < at + length; i++) if (bytes[i] !== 0) return false;
  return true;
}
