/**
 * What a disk in memory is given: a clock, a way to call back later, and somebody to tell of
 * changes.
 */
import type { DirectoryNode, FileNode, NameChanges } from './memory-tree.ts';

/** Told of everything that changes the content of the disk, after it did. */
export interface DiskRecorder extends NameChanges {
  written(file: FileNode, from: readonly Buffer[], position: number): void;
  truncated(file: FileNode, sizeBytes: number): void;
  synced(file: FileNode): void;
  directorySynced(directory: DirectoryNode): void;
}

export interface MemoryDiskOptions {
  /** Milliseconds since the epoch, for modification times. */
  readonly now: () => number;
  /** Runs a callback later, never at once. */
  readonly defer: (callback: () => void) => void;
  readonly recorder?: DiskRecorder;
}
