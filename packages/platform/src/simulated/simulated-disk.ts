/**
 * A disk that can lose power, fail and be slow, all decided by the seed: a disk in memory, a
 * journal of what a crash may take back (crash-journal.ts) and rules for faults and latency
 * (disk-faults.ts).
 *
 * Owns its asynchronous operations: they take effect when their time has come, in any order, as
 * those of a real thread pool do.
 */
import {
  DiskError,
  type Disk,
  type DiskCallback,
  type DiskEntry,
  type DiskFile,
  type DiskLock,
  type DiskStat,
} from '../disk.ts';
import { MemoryDisk } from '../memory/memory-disk.ts';
import type { FileNode } from '../memory/memory-tree.ts';
import { CrashJournal } from './crash-journal.ts';
import { DiskFaults, type DiskOperation, type TimedDiskOperation } from './disk-faults.ts';
import type { EventOwner, Scheduler } from './scheduler.ts';
import type { SeededRandom } from './seeded-random.ts';
import { SimulatedFile, type FileOperations, type PendingWrite } from './simulated-file.ts';

export class SimulatedDisk implements Disk, FileOperations {
  readonly faults: DiskFaults;
  /** Writes that need more fail with `NO_SPACE`. */
  capacityBytes: number = 2 ** 40;

  readonly #scheduler: Scheduler;
  readonly #random: SeededRandom;
  readonly #owner: EventOwner;
  readonly #journal: CrashJournal;
  readonly #memory: MemoryDisk;
  readonly #pendingWrites = new Set<PendingWrite>();
  /** Counts the ends of processes; a file belongs to the process that opened it. */
  #era = 0;

  constructor(scheduler: Scheduler, random: SeededRandom, hostName: string, now: () => number) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#owner = { name: hostName };
    this.faults = new DiskFaults(random.fork('faults'));
    this.#journal = new CrashJournal(random.fork('crash'));
    const neverDeferred = (): never => {
      throw new Error('the simulated disk times its operations itself');
    };
    this.#memory = new MemoryDisk({ now, defer: neverDeferred, recorder: this.#journal });
  }

  /**
   * The power fails: what was not synced may be gone, files are closed, locks free, callbacks never
   * come. The disk can be used again at once, by the next process.
   */
  crash(): void {
    for (const { file, from, position } of this.#pendingWrites) file.writeSync(from, position);
    this.#endProcess();
    this.#journal.crash(this.#memory.tree.root);
  }

  /**
   * The process is killed: all that it wrote is there, writes under way happened in part or not at
   * all.
   */
  kill(): void {
    for (const { file, from, position } of this.#pendingWrites) {
      if (this.#random.chance(0.5)) file.writeSync(this.#prefixOf(from), position);
    }
    this.#endProcess();
  }

  /** Flips one bit of a file, durably: what a bad sector or a bad cable does. */
  flipBit(path: string, position: number, bit: number): void {
    const file = this.#memory.openSync(path, 'write');
    const byte = Buffer.alloc(1);
    file.readSync(byte, 0, 1, position);
    byte[0] = byte[0]! ^ (1 << bit);
    file.writeSync([byte], position);
    file.syncSync();
    file.closeSync();
  }

  openSync(path: string, mode: 'read' | 'write'): DiskFile {
    this.check('open', path);
    return new SimulatedFile(this, this.#memory.openSync(path, mode), this.#era);
  }

  statSync(path: string): DiskStat | undefined {
    return this.#memory.statSync(path);
  }

  readDirSync(path: string): DiskEntry[] {
    this.check('list', path);
    return this.#memory.readDirSync(path);
  }

  makeDirSync(path: string): void {
    this.check('make-dir', path);
    this.#memory.makeDirSync(path);
  }

  renameSync(from: string, to: string): void {
    this.check('rename', from);
    this.#memory.renameSync(from, to);
  }

  setModifiedSync(path: string, modifiedMs: number): void {
    this.check('rename', path);
    this.#memory.setModifiedSync(path, modifiedMs);
  }

  removeFileSync(path: string): void {
    this.check('remove', path);
    this.#memory.removeFileSync(path);
  }

  removeTreeSync(path: string): void {
    this.check('remove', path);
    this.#memory.removeTreeSync(path);
  }

  removeTree(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.perform(
        'remove',
        path,
        (error) => (error === undefined ? resolve() : reject(error)),
        () => {
          this.removeTreeSync(path);
          return 0;
        },
      );
    });
  }

  syncDirSync(path: string): void {
    this.check('sync-dir', path);
    this.#memory.syncDirSync(path);
  }

  syncDir(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.perform(
        'sync-dir',
        path,
        (error) => (error === undefined ? resolve() : reject(error)),
        () => {
          this.syncDirSync(path);
          return 0;
        },
      );
    });
  }

  readFileSync(path: string): Buffer {
    this.check('read', path);
    return this.#memory.readFileSync(path);
  }

  usageSync(path: string): { freeBytes: number; totalBytes: number } {
    this.check('usage', path);
    this.#memory.usageSync(path);
    const freeBytes = Math.max(0, this.capacityBytes - this.#memory.allocatedBytes());
    return { freeBytes, totalBytes: this.capacityBytes };
  }

  lockSync(path: string): DiskLock {
    this.check('lock', path);
    const era = this.#era;
    const lock = this.#memory.lockSync(path);
    // A lock of a process that is gone was freed with it; the path may be somebody else's now.
    return { release: () => this.#era === era && lock.release() };
  }

  // What follows is for the files of this disk (FileOperations).

  check(operation: DiskOperation, path: string): void {
    const failure = this.faults.failureOf(operation, path);
    if (failure !== undefined) throw failure;
  }

  isOver(era: number): boolean {
    return era !== this.#era;
  }

  perform(
    operation: TimedDiskOperation,
    path: string,
    done: DiskCallback,
    effect: () => number,
  ): void {
    const delayMs = this.faults.latencyMsOf(operation);
    this.#scheduler.schedule(this.#owner, `${operation} ${path}`, delayMs, () => {
      let byteCount = 0;
      let failure: DiskError | undefined;
      try {
        byteCount = effect();
      } catch (error) {
        if (!(error instanceof DiskError)) throw error;
        failure = error;
      }
      done(failure, byteCount);
    });
  }

  writeNow(write: PendingWrite): void {
    const { file, from, position } = write;
    this.#pendingWrites.delete(write);
    const failure = this.faults.failureOf('write', file.path) ?? this.#spaceFailure(write);
    if (failure === undefined) return file.writeSync(from, position);
    file.writeSync(this.#prefixOf(from), position);
    throw failure;
  }

  writeLater(write: PendingWrite): void {
    this.#pendingWrites.add(write);
  }

  beginSync(file: FileNode, path: string): () => void {
    const mark = this.#journal.mark();
    return () => {
      const failure = this.faults.failureOf('sync', path);
      if (failure === undefined) return this.#journal.syncedUpTo(file, mark);
      this.#journal.syncFailed(file, mark);
      throw failure;
    };
  }

  #endProcess(): void {
    this.#era++;
    this.#pendingWrites.clear();
    this.#scheduler.cancelAllOf(this.#owner);
    this.#memory.dropLocks();
  }

  #spaceFailure({ file, from, position }: PendingWrite): DiskError | undefined {
    const end = from.reduce((at, buffer) => at + buffer.length, position);
    const growthBytes = Math.max(0, end - file.node.bytes.sizeBytes);
    if (growthBytes === 0) return undefined;
    if (this.#memory.allocatedBytes() + growthBytes <= this.capacityBytes) return undefined;
    return new DiskError('NO_SPACE', file.path, `cannot write to ${file.path}: the disk is full`);
  }

  #prefixOf(from: readonly Buffer[]): Buffer[] {
    const bytes = Buffer.concat(from);
    return [bytes.subarray(0, this.#random.int(bytes.length + 1))];
  }
}
