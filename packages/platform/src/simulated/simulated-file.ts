/**
 * An open file of the simulated disk. Closed by whoever opened it, or by the end of its process.
 */
import { DiskError, type DiskCallback, type DiskFile } from '../disk.ts';
import { totalBytes } from '../gather.ts';
import type { MemoryFile } from '../memory/memory-file.ts';
import type { FileNode } from '../memory/memory-tree.ts';
import type { DiskOperation, TimedDiskOperation } from './disk-faults.ts';

/** A write that was asked for and has not happened: a crash may catch it at any point. */
export interface PendingWrite {
  readonly file: MemoryFile;
  readonly from: readonly Buffer[];
  readonly position: number;
}

/** What a file needs of its disk. */
export interface FileOperations {
  /** Throws the failure that the rules have for this operation. */
  check(operation: DiskOperation, path: string): void;
  /** Whether the process that opened files in this era is gone. */
  isOver(era: number): boolean;
  /**
   * Runs `effect` and `done` when the operation's time has come, unless the process ends before.
   */
  perform(
    operation: TimedDiskOperation,
    path: string,
    done: DiskCallback,
    effect: () => number,
  ): void;
  writeNow(write: PendingWrite): void;
  /** Announces a write that `writeNow` is going to do. */
  writeLater(write: PendingWrite): void;
  /** Returns what ends the sync that begins now, and throws the failure if the rules have one. */
  beginSync(file: FileNode, path: string): () => void;
}

export class SimulatedFile implements DiskFile {
  readonly path: string;
  readonly #disk: FileOperations;
  readonly #file: MemoryFile;
  readonly #era: number;
  #closed = false;

  constructor(disk: FileOperations, file: MemoryFile, era: number) {
    this.path = file.path;
    this.#disk = disk;
    this.#file = file;
    this.#era = era;
  }

  sizeSync(): number {
    this.#assertOpen();
    return this.#file.sizeSync();
  }

  readSync(into: Buffer, intoOffset: number, byteCount: number, position: number): number {
    this.#assertOpen();
    this.#disk.check('read', this.path);
    return this.#file.readSync(into, intoOffset, byteCount, position);
  }

  read(
    into: Buffer,
    intoOffset: number,
    byteCount: number,
    position: number,
    done: DiskCallback,
  ): void {
    const refusal = this.#refusal();
    this.#disk.perform('read', this.path, done, () => {
      if (refusal !== undefined) throw refusal;
      this.#disk.check('read', this.path);
      return this.#file.readSync(into, intoOffset, byteCount, position);
    });
  }

  writeSync(from: readonly Buffer[], position: number): void {
    this.#assertOpen();
    this.#disk.writeNow({ file: this.#file, from, position });
  }

  write(from: readonly Buffer[], position: number, done: DiskCallback): void {
    const refusal = this.#refusal();
    const write: PendingWrite = { file: this.#file, from, position };
    if (refusal === undefined && this.#file.writable) this.#disk.writeLater(write);
    this.#disk.perform('write', this.path, done, () => {
      if (refusal !== undefined) throw refusal;
      this.#disk.writeNow(write);
      return totalBytes(from);
    });
  }

  truncateSync(sizeBytes: number): void {
    this.#assertOpen();
    this.#disk.check('truncate', this.path);
    this.#file.truncateSync(sizeBytes);
  }

  syncSync(): void {
    this.#assertOpen();
    this.#disk.beginSync(this.#file.node, this.path)();
  }

  sync(done: DiskCallback): void {
    const refusal = this.#refusal();
    const endSync = this.#disk.beginSync(this.#file.node, this.path);
    this.#disk.perform('sync', this.path, done, () => {
      if (refusal !== undefined) throw refusal;
      endSync();
      return 0;
    });
  }

  closeSync(): void {
    this.#closed = true;
  }

  #refusal(): DiskError | undefined {
    if (!this.#closed && !this.#disk.isOver(this.#era)) return undefined;
    return new DiskError('CLOSED', this.path, `${this.path} is closed`);
  }

  #assertOpen(): void {
    const refusal = this.#refusal();
    if (refusal !== undefined) throw refusal;
  }
}
