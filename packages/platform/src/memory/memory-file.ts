/**
 * An open file of a disk in memory. Every operation takes effect at once; only the callbacks of the
 * asynchronous forms come later.
 */
import { DiskError, type DiskCallback, type DiskFile } from '../disk.ts';
import { totalBytes } from '../gather.ts';
import type { MemoryDiskOptions } from './disk-recorder.ts';
import type { FileNode } from './memory-tree.ts';

export class MemoryFile implements DiskFile {
  readonly path: string;
  readonly node: FileNode;
  readonly writable: boolean;
  readonly #options: MemoryDiskOptions;
  #closed = false;

  constructor(path: string, node: FileNode, mode: 'read' | 'write', options: MemoryDiskOptions) {
    this.path = path;
    this.node = node;
    this.writable = mode === 'write';
    this.#options = options;
  }

  sizeSync(): number {
    this.#assertOpen();
    return this.node.bytes.sizeBytes;
  }

  readSync(into: Buffer, intoOffset: number, byteCount: number, position: number): number {
    this.#assertOpen();
    return this.node.bytes.read(into, intoOffset, byteCount, position);
  }

  read(
    into: Buffer,
    intoOffset: number,
    byteCount: number,
    position: number,
    done: DiskCallback,
  ): void {
    this.#later(done, () => this.readSync(into, intoOffset, byteCount, position));
  }

  writeSync(from: readonly Buffer[], position: number): void {
    this.#assertWritable();
    let at = position;
    for (const buffer of from) {
      this.node.bytes.write(buffer, at);
      at += buffer.length;
    }
    this.node.modifiedMs = this.#options.now();
    this.#options.recorder?.written(this.node, from, position);
  }

  write(from: readonly Buffer[], position: number, done: DiskCallback): void {
    this.#later(done, () => {
      this.writeSync(from, position);
      return totalBytes(from);
    });
  }

  truncateSync(sizeBytes: number): void {
    this.#assertWritable();
    this.node.bytes.truncate(sizeBytes);
    this.node.modifiedMs = this.#options.now();
    this.#options.recorder?.truncated(this.node, sizeBytes);
  }

  syncSync(): void {
    this.#assertOpen();
    this.#options.recorder?.synced(this.node);
  }

  sync(done: DiskCallback): void {
    this.#later(done, () => {
      this.syncSync();
      return 0;
    });
  }

  closeSync(): void {
    this.#closed = true;
  }

  #later(done: DiskCallback, operate: () => number): void {
    let byteCount = 0;
    let failure: DiskError | undefined;
    try {
      byteCount = operate();
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      failure = error;
    }
    this.#options.defer(() => done(failure, byteCount));
  }

  #assertOpen(): void {
    if (this.#closed) throw new DiskError('CLOSED', this.path, `${this.path} is closed`);
  }

  #assertWritable(): void {
    this.#assertOpen();
    if (!this.writable) throw new DiskError('IO', this.path, `${this.path} is open for reading`);
  }
}
