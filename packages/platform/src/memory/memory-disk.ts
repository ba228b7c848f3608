/**
 * A disk in memory: no faults, nothing to wait for, gone with the object. For in-memory brokers and
 * tests, and the base of the simulated disk, which records through a recorder what a crash could
 * take back.
 */
import { DiskError, type Disk, type DiskEntry, type DiskLock, type DiskStat } from '../disk.ts';
import type { MemoryDiskOptions } from './disk-recorder.ts';
import { MemoryFile } from './memory-file.ts';
import { MemoryTree, normalizedPath } from './memory-tree.ts';

/** What `usageSync` says when nobody set a limit; nothing is enforced. */
const CAPACITY_BYTES_DEFAULT = 2 ** 40;

/** A fresh, empty disk that lives in this process's memory. Only `/` exists. */
export function memoryDisk(): Disk {
  return new MemoryDisk({ now: Date.now, defer: setImmediate });
}

export class MemoryDisk implements Disk {
  readonly tree: MemoryTree;
  readonly #options: MemoryDiskOptions;
  readonly #lockedPaths = new Set<string>();

  constructor(options: MemoryDiskOptions) {
    this.#options = options;
    this.tree = new MemoryTree(options.now, options.recorder);
  }

  openSync(path: string, mode: 'read' | 'write'): MemoryFile {
    const node = mode === 'read' ? this.tree.file(path) : this.tree.fileOrCreate(path);
    return new MemoryFile(path, node, mode, this.#options);
  }

  statSync(path: string): DiskStat | undefined {
    const node = this.tree.find(path);
    if (node === undefined) return undefined;
    const sizeBytes = node.kind === 'file' ? node.bytes.sizeBytes : 0;
    return { kind: node.kind, sizeBytes, modifiedMs: node.modifiedMs };
  }

  readDirSync(path: string): DiskEntry[] {
    const { entries } = this.tree.directory(path);
    return Array.from(entries, ([name, node]) => ({ name, kind: node.kind }));
  }

  makeDirSync(path: string): void {
    this.tree.makeDirectory(path);
  }

  renameSync(from: string, to: string): void {
    this.tree.rename(from, to);
  }

  setModifiedSync(path: string, modifiedMs: number): void {
    this.tree.file(path).modifiedMs = modifiedMs;
  }

  removeFileSync(path: string): void {
    this.tree.removeFile(path);
  }

  removeTreeSync(path: string): void {
    this.tree.removeTree(path);
  }

  removeTree(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#options.defer(() => {
        try {
          this.tree.removeTree(path);
          resolve();
        } catch (error) {
          reject(error as DiskError);
        }
      });
    });
  }

  syncDirSync(path: string): void {
    const directory = this.tree.directory(path);
    this.#options.recorder?.directorySynced(directory);
  }

  syncDir(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#options.defer(() => {
        try {
          this.syncDirSync(path);
          resolve();
        } catch (error) {
          reject(error as DiskError);
        }
      });
    });
  }

  readFileSync(path: string): Buffer {
    const { bytes } = this.tree.file(path);
    const content = Buffer.allocUnsafe(bytes.sizeBytes);
    bytes.read(content, 0, content.length, 0);
    return content;
  }

  usageSync(path: string): { freeBytes: number; totalBytes: number } {
    if (this.tree.find(path) === undefined) {
      throw new DiskError('NOT_FOUND', path, `${path}: no such file or directory`);
    }
    const totalBytes = CAPACITY_BYTES_DEFAULT;
    return { freeBytes: totalBytes - this.allocatedBytes(), totalBytes };
  }

  lockSync(path: string): DiskLock {
    this.tree.fileOrCreate(path);
    const locked = normalizedPath(path);
    if (this.#lockedPaths.has(locked)) {
      throw new DiskError('LOCKED', path, `${path} is locked by this process (${process.pid})`);
    }
    this.#lockedPaths.add(locked);
    let released = false;
    return {
      release: () => {
        if (!released) this.#lockedPaths.delete(locked);
        released = true;
      },
    };
  }

  /** Frees all locks, as the end of the process that held them does. */
  dropLocks(): void {
    this.#lockedPaths.clear();
  }

  /** Memory held by the content of all files that have a name. */
  allocatedBytes(): number {
    let total = 0;
    for (const node of this.tree.nodes()) {
      if (node.kind === 'file') total += node.bytes.allocatedBytes;
    }
    return total;
  }
}
