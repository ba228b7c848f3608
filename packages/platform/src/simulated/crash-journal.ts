/**
 * Remembers what a simulated disk holds only in its page cache, and decides at a power loss what of
 * it survives.
 *
 * Content: a file is its durable bytes plus a list of operations since the last sync. At a crash
 * each of them may be lost, kept, or torn: a write can survive in any of its 512-byte sectors (a
 * sector is never torn), and the size can have grown ahead of the data, with zeros.
 *
 *     durable    AAAAAAAA|AAAAAAAA|AAAA
 *     write              |BBBBBBBB|BBBBBBBB|BBB
 *     survivor   AAAAAAAA|BBBBBBBB|00000000|BBB      or any other mix
 *
 * Names: a directory is its durable entries plus a list of changes since its last sync, of which a
 * prefix survives. A rename happens whole or not at all, also between two directories.
 *
 * This is what POSIX promises, less than most file systems do: what relies on more than it is a bug
 * waiting for its file system.
 */
import type { DiskRecorder } from '../memory/disk-recorder.ts';
import { totalBytes } from '../gather.ts';
import type { DirectoryNode, FileNode, TreeNode } from '../memory/memory-tree.ts';
import { SparseBytes } from '../memory/sparse-bytes.ts';
import type { SeededRandom } from './seeded-random.ts';

/** The unit that a disk writes whole or not at all. */
export const SECTOR_BYTES = 512;

/**
 * Above this the oldest unsynced writes of a file become durable by themselves, as the kernel's
 * writeback does.
 */
const UNSYNCED_BYTES_MAX = 16 * 1024 * 1024;

/** The same for names: a journaling file system commits now and then. */
const UNSYNCED_NAMES_MAX = 10_000;

type ContentChange =
  | { readonly kind: 'write'; readonly sequence: number; position: number; bytes: Buffer }
  | { readonly kind: 'truncate'; readonly sequence: number; sizeBytes: number };

interface FileRecord {
  readonly durable: SparseBytes;
  changes: ContentChange[];
  unsyncedBytes: number;
}

/** What an entry becomes; `node` undefined: the name goes. */
interface EntryChange {
  readonly directory: DirectoryNode;
  readonly name: string;
  readonly node: TreeNode | undefined;
}

/** One entry of one directory, or the two of a rename. */
type NameChange = readonly EntryChange[];

export class CrashJournal implements DiskRecorder {
  readonly #random: SeededRandom;
  readonly #files = new WeakMap<FileNode, FileRecord>();
  readonly #directories = new WeakMap<DirectoryNode, Map<string, TreeNode>>();
  #nameChanges: NameChange[] = [];
  #sequence = 0;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  written(file: FileNode, from: readonly Buffer[], position: number): void {
    if (totalBytes(from) === 0) return;
    const bytes = Buffer.concat(from);
    this.#add(file, { kind: 'write', sequence: this.#sequence++, position, bytes });
  }

  truncated(file: FileNode, sizeBytes: number): void {
    this.#add(file, { kind: 'truncate', sequence: this.#sequence++, sizeBytes });
  }

  /** Marks a point in time for {@link syncedUpTo} and {@link syncFailed}. */
  mark(): number {
    return this.#sequence;
  }

  synced(file: FileNode): void {
    this.syncedUpTo(file, this.#sequence);
  }

  /** A sync that began at `mark` has ended: what came meanwhile is not covered. */
  syncedUpTo(file: FileNode, mark: number): void {
    const record = this.#record(file);
    for (const change of record.changes)
      if (change.sequence < mark) applyTo(record.durable, change);
    record.changes = record.changes.filter((change) => change.sequence >= mark);
  }

  /**
   * A sync failed: Linux marks the pages clean all the same. They can be read until they are
   * evicted, no later sync writes them, and a crash shows that they never got to the disk.
   */
  syncFailed(file: FileNode, mark: number): void {
    forgetBefore(this.#record(file), mark);
  }

  linked(directory: DirectoryNode, name: string, node: TreeNode): void {
    this.#addName([{ directory, name, node }]);
  }

  unlinked(directory: DirectoryNode, name: string): void {
    this.#addName([{ directory, name, node: undefined }]);
  }

  renamed(
    from: DirectoryNode,
    fromName: string,
    to: DirectoryNode,
    toName: string,
    node: TreeNode,
  ): void {
    this.#addName([
      { directory: from, name: fromName, node: undefined },
      { directory: to, name: toName, node },
    ]);
  }

  directorySynced(directory: DirectoryNode): void {
    // A rename into this directory makes the other one durable up to that point, or its file could
    // end up with two names or none.
    const synced = new Set([directory]);
    const durable = new Set<NameChange>();
    for (const change of this.#nameChanges.toReversed()) {
      if (!change.some((entry) => synced.has(entry.directory))) continue;
      durable.add(change);
      for (const entry of change) synced.add(entry.directory);
    }
    for (const change of this.#nameChanges) if (durable.has(change)) this.#makeDurable(change);
    this.#nameChanges = this.#nameChanges.filter((change) => !durable.has(change));
  }

  /**
   * The power fails: puts the tree below `root` into the state in which it is found afterwards,
   * which is then durable.
   */
  crash(root: DirectoryNode): void {
    const keptCounts = this.#keptNameChanges();
    for (const change of this.#nameChanges) {
      const survives = change.every((entry) => keptCounts.get(entry.directory)! > 0);
      if (survives) this.#makeDurable(change);
      for (const { directory } of change) {
        keptCounts.set(directory, survives ? keptCounts.get(directory)! - 1 : 0);
      }
    }
    this.#nameChanges = [];
    this.#restore(root);
  }

  /** How many of its last changes each directory keeps: any number of them is as likely. */
  #keptNameChanges(): Map<DirectoryNode, number> {
    const counts = new Map<DirectoryNode, number>();
    for (const change of this.#nameChanges) {
      for (const { directory } of change) counts.set(directory, (counts.get(directory) ?? 0) + 1);
    }
    for (const [directory, count] of counts) counts.set(directory, this.#random.int(count + 1));
    return counts;
  }

  #restore(directory: DirectoryNode): void {
    directory.entries = new Map(this.#durableEntries(directory));
    for (const node of directory.entries.values()) {
      if (node.kind === 'directory') this.#restore(node);
      else this.#restoreFile(node);
    }
  }

  #restoreFile(file: FileNode): void {
    const record = this.#record(file);
    for (const change of record.changes) {
      if (change.kind === 'write') this.#tear(record.durable, change.bytes, change.position);
      else if (this.#random.chance(0.5)) applyTo(record.durable, change);
    }
    forgetBefore(record, Infinity);
    file.bytes = record.durable.clone();
  }

  /** Applies what survives of one write: nothing, all, a prefix, or scattered sectors. */
  #tear(durable: SparseBytes, bytes: Buffer, position: number): void {
    const random = this.#random;
    const end = position + bytes.length;
    const fate = random.int(4);
    if (fate === 0) return;
    const keptEnd = fate === 2 ? position + random.int(bytes.length) : end;
    const keptShare = fate === 3 ? random.float() : 1;
    if (fate === 3 && random.chance(0.25)) durable.truncate(Math.max(durable.sizeBytes, end));
    for (let at = position; at < end;) {
      const sectorEnd = Math.min(end, (Math.floor(at / SECTOR_BYTES) + 1) * SECTOR_BYTES);
      const kept = sectorEnd <= keptEnd && (keptShare === 1 || random.chance(keptShare));
      if (kept) durable.write(bytes.subarray(at - position, sectorEnd - position), at);
      at = sectorEnd;
    }
  }

  #add(file: FileNode, change: ContentChange): void {
    const record = this.#record(file);
    record.changes.push(change);
    record.unsyncedBytes += bytesOf(change);
    while (record.unsyncedBytes > UNSYNCED_BYTES_MAX) {
      const oldest = record.changes.shift()!;
      record.unsyncedBytes -= bytesOf(oldest);
      applyTo(record.durable, oldest);
    }
  }

  #addName(change: NameChange): void {
    this.#nameChanges.push(change);
    if (this.#nameChanges.length > UNSYNCED_NAMES_MAX)
      this.#makeDurable(this.#nameChanges.shift()!);
  }

  #makeDurable(change: NameChange): void {
    for (const { directory, name, node } of change) {
      if (node === undefined) this.#durableEntries(directory).delete(name);
      else this.#durableEntries(directory).set(name, node);
    }
  }

  #durableEntries(directory: DirectoryNode): Map<string, TreeNode> {
    let entries = this.#directories.get(directory);
    if (entries === undefined) this.#directories.set(directory, (entries = new Map()));
    return entries;
  }

  #record(file: FileNode): FileRecord {
    let record = this.#files.get(file);
    if (record === undefined) {
      record = { durable: new SparseBytes(), changes: [], unsyncedBytes: 0 };
      this.#files.set(file, record);
    }
    return record;
  }
}

function applyTo(bytes: SparseBytes, change: ContentChange): void {
  if (change.kind === 'write') bytes.write(change.bytes, change.position);
  else bytes.truncate(change.sizeBytes);
}

function bytesOf(change: ContentChange): number {
  return change.kind === 'write' ? change.bytes.length : 0;
}

function forgetBefore(record: FileRecord, mark: number): void {
  record.changes = record.changes.filter((change) => change.sequence >= mark);
  record.unsyncedBytes = record.changes.reduce((sum, change) => sum + bytesOf(change), 0);
}
