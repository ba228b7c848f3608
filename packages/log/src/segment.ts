/**
 * One segment: a log file, its offset, time and transaction index, and what is known of their ends.
 *
 * Owns the files from opening to removal. `sizeBytes` counts what was appended, `writtenBytes` what is in the file; the writer
 * moves the latter. Never decides when to roll a log or what to delete, and never blocks a reader: a removed segment
 * stays readable until its last reader has let go.
 */
import type { Disk, DiskFile } from '@zurau/platform';
import { batchBaseOffset, batchMaxTimestamp } from '@zurau/protocol';
import { DELETED_SUFFIX, pathIn, segmentFileName } from './file-names.ts';
import type { SegmentFileKind } from './file-names.ts';
import { assert } from './assertions.ts';
import { batchNextOffset } from './batch-header.ts';
import { BatchScanner } from './batch-scanner.ts';
import { CheckedRanges } from './checked-ranges.ts';
import type { EntryFile } from './entry-file.ts';
import { RELATIVE_OFFSET_MAX } from './limits.ts';
import { OffsetIndex } from './offset-index.ts';
import { TimeIndex } from './time-index.ts';
import { TransactionIndex } from './transaction-index.ts';

const NO_TIMESTAMP = -1;

export interface SegmentOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly baseOffset: number;
  /** Bytes in the log file; 0 creates a new segment and forgets what its index files may hold. */
  readonly sizeBytes: number;
  readonly nowMs: number;
  readonly jitterMs: number;
  /** False for a segment whose indexes are to be built anew. */
  readonly trustIndexes: boolean;
  /** Behind all file names, for a segment that is not part of the log yet; '' when missing. */
  readonly suffix?: string;
}

/** Entries of each index at some moment. */
export interface IndexCounts {
  readonly offset: number;
  readonly time: number;
  readonly transaction: number;
}

export class Segment {
  readonly baseOffset: number;
  readonly offsetIndex: OffsetIndex;
  readonly timeIndex: TimeIndex;
  readonly transactionIndex: TransactionIndex;
  readonly jitterMs: number;
  readonly createdMs: number;
  sizeBytes: number;
  writtenBytes: number;
  /** The index files were there and are believed. */
  readonly indexesTrusted: boolean;
  /** What of {@link file} need not be checked again. */
  readonly checked: CheckedRanges;
  readonly #disk: Disk;
  readonly #directory: string;
  #suffix: string;
  #file: DiskFile | undefined;
  #bytesSinceEntry = 0;
  #maxTimestamp: number | undefined;
  #maxTimestampOffset = -1;
  #firstTimestamp: number | undefined;
  /** Counts what happens to the names of the files; up to which they are durable. */
  #namesVersion = 1;
  #durableNamesVersion = 0;
  #readers = 0;
  #removed = false;

  constructor(options: SegmentOptions) {
    const { disk, directory, baseOffset, trustIndexes } = options;
    this.#disk = disk;
    this.#directory = directory;
    this.baseOffset = baseOffset;
    this.sizeBytes = options.sizeBytes;
    this.writtenBytes = options.sizeBytes;
    this.createdMs = options.nowMs;
    this.checked = new CheckedRanges(options.nowMs);
    this.jitterMs = options.jitterMs;
    this.indexesTrusted = trustIndexes;
    this.#suffix = options.suffix ?? '';
    const path = (kind: 'index' | 'timeindex' | 'txnindex') =>
      pathIn(directory, segmentFileName(baseOffset, kind) + this.#suffix);
    this.offsetIndex = new OffsetIndex(disk, path('index'), baseOffset, trustIndexes);
    this.timeIndex = new TimeIndex(disk, path('timeindex'), baseOffset, trustIndexes);
    this.transactionIndex = new TransactionIndex(disk, path('txnindex'), trustIndexes);
    if (!trustIndexes) {
      this.#maxTimestamp = NO_TIMESTAMP;
      disk.removeFileSync(path('txnindex'));
    }
  }

  get logPath(): string {
    return pathIn(this.#directory, segmentFileName(this.baseOffset, 'log') + this.#suffix);
  }

  /** The log file, opened when first needed. */
  get file(): DiskFile {
    assert(!this.#removed || this.#readers > 0, 'a removed segment is not opened again');
    this.#file ??= this.#disk.openSync(this.logPath, 'write');
    return this.#file;
  }

  /** Greatest timestamp of the segment, -1 when it has none. */
  get maxTimestamp(): number {
    if (this.#maxTimestamp === undefined) {
      this.#maxTimestamp = this.timeIndex.lastTimestamp();
      this.#maxTimestampOffset = this.timeIndex.lastOffset();
    }
    return this.#maxTimestamp;
  }

  /** Last offset of the batch that has {@link maxTimestamp}. */
  get maxTimestampOffset(): number {
    return this.maxTimestamp < 0 ? this.baseOffset : this.#maxTimestampOffset;
  }

  /** What retention by time goes by: the greatest timestamp, or for records without any the file's own. */
  largestTimestamp(): number {
    if (this.maxTimestamp >= 0) return this.maxTimestamp;
    return this.modifiedMs() ?? this.createdMs;
  }

  /** When the log file was changed last, by anybody; undefined when it is gone. Throws DiskError. */
  modifiedMs(): number | undefined {
    return this.#disk.statSync(this.logPath)?.modifiedMs;
  }

  /** Last offset of the first batch; the segment's base where there is none. */
  firstBatchLastOffset(): number {
    const scanner = this.scanAt(0);
    return scanner.next() ? batchNextOffset(scanner.buffer, scanner.at) - 1 : this.baseOffset;
  }

  /** Takes over when `source` was written last: what Apache Kafka goes by where no record is left. Throws DiskError. */
  inheritAge(source: Segment): void {
    const modifiedMs = source.modifiedMs();
    if (modifiedMs !== undefined) this.#disk.setModifiedSync(this.logPath, modifiedMs);
  }

  /** Timestamp of the first batch, which the age of the segment counts from; undefined when empty. */
  firstTimestamp(): number | undefined {
    if (this.#firstTimestamp === undefined && this.writtenBytes > 0) {
      const scanner = new BatchScanner(this.file, 0, this.writtenBytes, 128);
      if (scanner.next()) this.#firstTimestamp = batchMaxTimestamp(scanner.buffer, scanner.at);
    }
    return this.#firstTimestamp;
  }

  canHold(offset: number): boolean {
    const relative = offset - this.baseOffset;
    return relative >= 0 && relative <= RELATIVE_OFFSET_MAX;
  }

  /** Counts a batch appended at the end, and indexes it if it is time. Its bytes need not be in the file yet. */
  noteAppend(
    lastOffset: number,
    maxTimestamp: number,
    sizeBytes: number,
    indexIntervalBytes: number,
  ): void {
    if (this.sizeBytes === 0) this.#firstTimestamp = maxTimestamp;
    if (maxTimestamp > this.maxTimestamp) {
      this.#maxTimestamp = maxTimestamp;
      this.#maxTimestampOffset = lastOffset;
    }
    if (this.#bytesSinceEntry > indexIntervalBytes) {
      this.offsetIndex.append(lastOffset, this.sizeBytes);
      this.timeIndex.maybeAppend(this.#maxTimestamp!, this.#maxTimestampOffset);
      this.#bytesSinceEntry = 0;
    }
    this.#bytesSinceEntry += sizeBytes;
    this.sizeBytes += sizeBytes;
  }

  /** A scanner that stands before the batch which holds `offset`, or the first after it. Sees written bytes only. */
  scanFrom(offset: number): BatchScanner {
    const position = this.offsetIndex.positionFor(offset);
    // An index that points out of the file is damaged.
    return this.scanAt(position >= 0 && position <= this.writtenBytes ? position : 0);
  }

  /** A scanner that stands before the batch at `position`. Sees written bytes only. */
  scanAt(position: number): BatchScanner {
    return new BatchScanner(this.file, position, this.writtenBytes);
  }

  /** Position of the first batch that ends at or after `offset`; `writtenBytes` when there is none. */
  positionOf(offset: number): number {
    const scanner = this.scanFrom(offset);
    while (scanner.next()) {
      if (batchNextOffset(scanner.buffer, scanner.at) > offset) return scanner.position;
    }
    return scanner.position + scanner.sizeBytes;
  }

  /** Base offset of the batch that starts at `position`. */
  offsetAtPosition(position: number): number {
    const header = Buffer.alloc(8);
    this.file.readSync(header, 0, 8, position);
    return batchBaseOffset(header, 0);
  }

  /** An offset that no batch starting before file position `position` exceeds; undefined: the segment's end. */
  upperBoundOffset(position: number): number | undefined {
    return this.offsetIndex.upperBoundOffset(position);
  }

  /** Cuts the segment at `offset`, a batch boundary at file position `position`. */
  truncateTo(offset: number, position: number): void {
    this.offsetIndex.truncateTo(offset);
    this.timeIndex.truncateTo(offset);
    if (this.transactionIndex.count > 0) this.transactionIndex.truncateTo(offset);
    // The file may hold more than is known to be written: the rest of a write that failed.
    if (this.file.sizeSync() > position) this.file.truncateSync(position);
    this.writtenBytes = position;
    this.sizeBytes = position;
    this.checked.cut(position);
    this.indexesComplete = false;
    this.recoverMaxTimestamp();
  }

  /** Finds the greatest timestamp again: from the time index, and the batches behind its last entry. */
  recoverMaxTimestamp(): void {
    this.#maxTimestamp = this.timeIndex.lastTimestamp();
    this.#maxTimestampOffset = this.timeIndex.lastOffset();
    if (this.writtenBytes === 0) {
      this.#firstTimestamp = undefined;
      return;
    }
    const from =
      this.offsetIndex.count === 0
        ? 0
        : this.offsetIndex.positionFor(this.offsetIndex.lastOffset());
    const start =
      this.timeIndex.count === 0
        ? 0
        : Math.min(from, this.offsetIndex.positionFor(this.timeIndex.lastOffset()));
    const scanner = new BatchScanner(this.file, start, this.writtenBytes, 65536);
    while (scanner.next()) {
      const timestamp = batchMaxTimestamp(scanner.buffer, scanner.at);
      if (timestamp > this.#maxTimestamp) {
        this.#maxTimestamp = timestamp;
        this.#maxTimestampOffset = batchNextOffset(scanner.buffer, scanner.at) - 1;
      }
    }
    this.#bytesSinceEntry = this.writtenBytes - from;
  }

  /** Makes the files of a new segment, empty. */
  create(): void {
    if (this.file.sizeSync() > 0) this.file.truncateSync(0);
    this.offsetIndex.file.flush();
    this.timeIndex.file.flush();
  }

  /** Forgets all index entries: they are made again from the batches. */
  resetIndexes(): void {
    this.offsetIndex.file.truncate(0);
    this.timeIndex.file.truncate(0);
    this.transactionIndex.file.truncate(0);
  }

  /** Forgets index entries for batches that end at or after `offset`. */
  truncateIndexes(offset: number): void {
    this.offsetIndex.truncateTo(offset);
    this.timeIndex.truncateTo(offset);
    this.transactionIndex.truncateTo(offset);
  }

  /** Batches from `position` on are about to be counted anew with {@link noteAppend}. */
  beginRecovery(position: number): void {
    this.writtenBytes = position;
    this.sizeBytes = position;
    this.recoverMaxTimestamp();
  }

  /** The index files hold all entries there will be. */
  indexesComplete = false;

  /** Writes the last index entries of a sealed segment, whose data is all in the file. */
  completeIndexes(): void {
    this.flushIndexes();
    this.indexesComplete = true;
  }

  /** No batch is appended any more: completes the time index. */
  seal(): void {
    if (this.maxTimestamp >= 0)
      this.timeIndex.maybeAppend(this.maxTimestamp, this.maxTimestampOffset);
  }

  /** How many entries the indexes have now, for a later {@link flushIndexes} once the data they point to is written. */
  indexCounts(): IndexCounts {
    return {
      offset: this.offsetIndex.count,
      time: this.timeIndex.count,
      transaction: this.transactionIndex.file.isLoaded ? this.transactionIndex.count : 0,
    };
  }

  /** Writes index entries up to `counts`; what they point to must be in the log file. */
  flushIndexes(counts: IndexCounts = this.indexCounts()): void {
    this.offsetIndex.file.flush(counts.offset);
    this.timeIndex.file.flush(counts.time);
    if (counts.transaction === 0) return;
    const { file } = this.transactionIndex;
    // Its file comes with its first entry, maybe long after the names of the others were made durable.
    if (!file.isPersisted) this.namesChanged();
    file.flush(counts.transaction);
  }

  /** Makes the log file and what was flushed of the indexes durable, their names included. */
  async sync(): Promise<void> {
    await this.syncFiles();
    if (this.#durableNamesVersion === this.#namesVersion) return;
    const version = this.#namesVersion;
    await this.#disk.syncDir(this.#directory);
    await this.#disk.syncDir(parentOf(this.#directory));
    this.#durableNamesVersion = Math.max(this.#durableNamesVersion, version);
  }

  /** Same without the names. */
  async syncFiles(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.file.sync((error) => (error === undefined ? resolve() : reject(error)));
    });
    for (const file of this.#indexFiles()) {
      await new Promise<void>((resolve, reject) => {
        file.sync((error) => (error === undefined ? resolve() : reject(error)));
      });
    }
  }

  /** Makes the names of the files durable at once, unless they are. */
  syncDirectory(): void {
    if (this.#durableNamesVersion === this.#namesVersion) return;
    this.#disk.syncDirSync(this.#directory);
    // The partition's own name lies one level up.
    this.#disk.syncDirSync(parentOf(this.#directory));
    this.namesDurable();
  }

  /** A file got a new name, or came into being. */
  namesChanged(): void {
    this.#namesVersion++;
  }

  /** The directory was synced since the last change of a name. */
  namesDurable(): void {
    this.#durableNamesVersion = this.#namesVersion;
  }

  /** Frees index memory of a sealed segment that nobody used since the last call. */
  releaseIdleMemory(): void {
    for (const file of this.#indexFiles()) if (file.isLoaded) file.releaseIfIdle();
  }

  retain(): void {
    this.#readers++;
  }

  release(): void {
    assert(this.#readers > 0, 'a segment is released no more often than retained');
    this.#readers--;
    if (this.#removed && this.#readers === 0) this.#closeFile();
  }

  /** First step of deletion: the files get `.deleted` behind their names and are ignored by the next start. */
  markDeleted(): void {
    this.renameFiles(DELETED_SUFFIX);
  }

  /** Puts `suffix` behind the names of all files in place of the one they have; the log file goes first. Throws DiskError. */
  renameFiles(suffix: string): void {
    const before = this.#suffix;
    const from = (kind: SegmentFileKind): string =>
      pathIn(this.#directory, segmentFileName(this.baseOffset, kind) + before);
    const to = (kind: SegmentFileKind): string =>
      pathIn(this.#directory, segmentFileName(this.baseOffset, kind) + suffix);
    const rename = (kind: SegmentFileKind): void => {
      if (this.#disk.statSync(from(kind)) !== undefined) {
        this.#disk.renameSync(from(kind), to(kind));
      }
    };
    const indexes = [
      ['index', this.offsetIndex.file],
      ['timeindex', this.timeIndex.file],
      ['txnindex', this.transactionIndex.file],
    ] as const;
    rename('log');
    this.#suffix = suffix;
    for (const [kind, file] of indexes) {
      rename(kind);
      file.renamed(to(kind));
    }
  }

  /** Last step of deletion. Readers that hold the segment keep the log file open until they release it. */
  removeFiles(): void {
    if (this.#removed) return;
    if (this.#readers > 0) this.#file ??= this.#disk.openSync(this.logPath, 'read');
    this.#removed = true;
    for (const file of this.#indexFiles()) this.#disk.removeFileSync(file.path);
    this.#disk.removeFileSync(this.offsetIndex.file.path);
    this.#disk.removeFileSync(this.timeIndex.file.path);
    this.#disk.removeFileSync(this.transactionIndex.file.path);
    this.#disk.removeFileSync(this.logPath);
    if (this.#readers === 0) this.#closeFile();
  }

  /** Closes handles, the log file's once its last reader is gone. Index entries not flushed are lost. */
  close(): void {
    this.#removed = true;
    if (this.#readers === 0) this.#closeFile();
  }

  #closeFile(): void {
    this.#file?.closeSync();
    this.#file = undefined;
  }

  #indexFiles(): EntryFile[] {
    const files = [this.offsetIndex.file, this.timeIndex.file];
    // The transaction index has a file only when it has an entry.
    if (this.transactionIndex.file.isLoaded && this.transactionIndex.count > 0) {
      files.push(this.transactionIndex.file);
    }
    return files;
  }
}

function parentOf(directory: string): string {
  return directory.slice(0, directory.lastIndexOf('/'));
}
