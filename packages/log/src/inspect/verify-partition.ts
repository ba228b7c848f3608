/**
 * Checks everything that a partition directory says: each batch, its records, and all that other files say of them.
 *
 * Reads every byte once, in bounded memory, and changes nothing. A directory that a broker has open can be checked too: what is still on its
 * way to the disk then shows as warnings.
 */
import {
  CompressionError,
  DecodeError,
  NO_LEADER_EPOCH,
  attributesIsControl,
  batchAttributes,
  batchBaseOffset,
  batchLastOffset,
  batchLastOffsetDelta,
  batchLeaderEpoch,
  batchMaxTimestamp,
  batchRecordCount,
  decodeControlRecord,
  decodeRecords,
} from '@zurau/protocol';
import type { Disk, DiskFile } from '@zurau/platform';
import { LEADER_EPOCH_FILE, PARTITION_METADATA_FILE, pathIn } from '../file-names.ts';
import { OFFSET_INDEX_ENTRY_BYTES } from '../offset-index.ts';
import { readTopicId } from '../partition-metadata-file.ts';
import { ProducerState } from '../producer-state.ts';
import { RELATIVE_OFFSET_MAX } from '../limits.ts';
import { TIME_INDEX_ENTRY_BYTES } from '../time-index.ts';
import { TRANSACTION_INDEX_ENTRY_BYTES } from '../transaction-index.ts';
import { shapeOf } from './entry-walk.ts';
import { EpochCursor, epochsProblem, readEpochs } from './epoch-check.ts';
import type { Finding, FindingSink } from './finding.ts';
import { OffsetIndexCheck, TimeIndexCheck, TransactionIndexCheck } from './index-checks.ts';
import type { BatchPlace } from './index-checks.ts';
import { LogFileWalk, describeStop } from './log-file-walk.ts';
import { listPartitionFiles } from './partition-files.ts';
import type { PartitionFile, PartitionFiles, SegmentFiles } from './partition-files.ts';
import { SnapshotCheck } from './snapshot-check.ts';

/** More findings than this in one file are counted, not told. */
const FINDINGS_PER_FILE_MAX = 100;
/** Batches remembered whose offsets leave a gap before them, until it is clear whether the log was compacted. */
const GAPS_MAX = 100;

export interface VerifyPartitionOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly onFinding: FindingSink;
  /** Below this offset all must be in order; from it on, damage is what the next start recovers from. Infinity after a clean stop. */
  readonly settledBelow: number;
  /** Whether the last segment is still written to: its indexes may lag behind. */
  readonly isOpen: boolean;
  /** Whether records may be missing between others, as compaction leaves it. What shows it beyond doubt is noticed anyway. */
  readonly isCompacted: boolean;
}

export interface PartitionSummary {
  readonly topicId: string | undefined;
  readonly segmentCount: number;
  readonly batchCount: number;
  readonly recordCount: number;
  readonly sizeBytes: number;
  /** Offset where the first segment begins. */
  readonly startOffset: number;
  /** Offset behind the last sound batch. */
  readonly endOffset: number;
  readonly findingCount: number;
}

/** Codecs must be loaded. Throws DiskError. */
export function verifyPartition(options: VerifyPartitionOptions): PartitionSummary {
  return new PartitionCheck(options).run();
}

interface SegmentChecks {
  readonly files: SegmentFiles;
  readonly offsetIndex: OffsetIndexCheck | undefined;
  readonly timeIndex: TimeIndexCheck | undefined;
  readonly transactionIndex: TransactionIndexCheck;
}

class PartitionCheck {
  readonly #options: VerifyPartitionOptions;
  readonly #files: PartitionFiles;
  readonly #snapshots: SnapshotCheck;
  readonly #epochs: EpochCursor | undefined;
  readonly #producers = new ProducerState(Infinity);
  readonly #counts = new Map<string, number>();
  readonly #gaps: Finding[] = [];
  /** Every producer's batches since the log began are known. */
  #producersComplete: boolean;
  /** No batch was skipped: the state of the producers is what it should be. */
  #producersKnown = true;
  #isCompacted: boolean;
  /** Offset that the next batch should have; undefined after damage. */
  #expectedOffset: number | undefined;
  #endOffset: number;
  #batchCount = 0;
  #recordCount = 0;
  #findingCount = 0;

  constructor(options: VerifyPartitionOptions) {
    const { disk, directory } = options;
    this.#options = options;
    this.#isCompacted = options.isCompacted;
    this.#files = listPartitionFiles(disk, directory);
    this.#snapshots = new SnapshotCheck(disk, this.#files, (path, offset, message) =>
      this.#report(path, undefined, offset, message),
    );
    this.#endOffset = this.#startOffset;
    this.#epochs = this.#readEpochs();
    const known = this.#snapshots.entriesAt(this.#startOffset);
    this.#producersComplete = this.#startOffset === 0 || known !== undefined;
    this.#producers.reset(this.#startOffset, known ?? [], 0);
  }

  get #startOffset(): number {
    return this.#files.segments[0]?.baseOffset ?? 0;
  }

  run(): PartitionSummary {
    const { disk, directory } = this.#options;
    const { segments, orphans, others } = this.#files;
    for (const [index, files] of segments.entries()) {
      this.#checkSegment(files, index === segments.length - 1);
    }
    if (segments.length === 0) this.#report(directory, undefined, Infinity, 'no segment is there');
    if (this.#producersKnown) this.#reachedSnapshots(this.#endOffset);
    this.#snapshots.end(this.#endOffset);
    if (!this.#isCompacted) for (const gap of this.#gaps) this.#emit(gap);
    for (const { path } of orphans) {
      this.#report(path, undefined, Infinity, 'belongs to no segment');
    }
    for (const { path, name } of others) {
      if (/\.(cleaned|swap)$/.test(name)) {
        this.#report(path, undefined, Infinity, 'left behind by a cleaning that did not end');
      }
    }
    const topicId = readTopicId(disk, directory);
    if (topicId === undefined && others.some(({ name }) => name === PARTITION_METADATA_FILE)) {
      this.#error(pathIn(directory, PARTITION_METADATA_FILE), undefined, 'no topic id in it');
    }
    return {
      topicId,
      segmentCount: segments.length,
      batchCount: this.#batchCount,
      recordCount: this.#recordCount,
      sizeBytes: segments.reduce((sum, { log }) => sum + log.sizeBytes, 0),
      startOffset: this.#startOffset,
      endOffset: this.#endOffset,
      findingCount: this.#findingCount,
    };
  }

  #readEpochs(): EpochCursor | undefined {
    const { disk, directory } = this.#options;
    const path = pathIn(directory, LEADER_EPOCH_FILE);
    const entries = readEpochs(disk, directory);
    const problem = entries === undefined ? 'is damaged' : epochsProblem(entries);
    if (problem !== undefined) this.#error(path, undefined, problem);
    return entries === undefined || problem !== undefined ? undefined : new EpochCursor(entries);
  }

  #checkSegment(files: SegmentFiles, isLast: boolean): void {
    const { baseOffset, log } = files;
    if (this.#expectedOffset !== undefined && baseOffset < this.#expectedOffset) {
      this.#error(log.path, 0, `begins at ${baseOffset}, the segment before ends later`);
    }
    if (this.#expectedOffset !== undefined) this.#noteGap(log.path, 0, baseOffset);
    this.#expectedOffset = Math.max(baseOffset, this.#expectedOffset ?? 0);
    const opened: DiskFile[] = [];
    const open = (file: PartitionFile): DiskFile => {
      const handle = this.#options.disk.openSync(file.path, 'read');
      opened.push(handle);
      return handle;
    };
    try {
      this.#walk(open(log), this.#openChecks(files, open), isLast);
    } finally {
      for (const handle of opened) handle.closeSync();
    }
  }

  #openChecks(files: SegmentFiles, open: (file: PartitionFile) => DiskFile): SegmentChecks {
    const { baseOffset, index, timeindex, txnindex } = files;
    for (const [name, file] of [
      ['index', index],
      ['timeindex', timeindex],
    ] as const) {
      if (file !== undefined) continue;
      this.#report(files.log.path, undefined, Infinity, `has no .${name}; a start makes it again`);
    }
    const opened = (file: PartitionFile | undefined, entryBytes: number): DiskFile | undefined => {
      if (file === undefined) return undefined;
      const handle = open(file);
      const { excessBytes } = shapeOf(handle, entryBytes);
      if (excessBytes > 0) {
        const message = `ends inside an entry: ${file.sizeBytes} bytes, ${entryBytes} each`;
        this.#report(file.path, file.sizeBytes - excessBytes, this.#endOffset, message);
      }
      return handle;
    };
    const reportIn =
      (file: PartitionFile | undefined) =>
      (position: number, message: string): void =>
        this.#report(file?.path ?? files.log.path, position, this.#endOffset, message);
    const indexFile = opened(index, OFFSET_INDEX_ENTRY_BYTES);
    const timeFile = opened(timeindex, TIME_INDEX_ENTRY_BYTES);
    const transactionFile = opened(txnindex, TRANSACTION_INDEX_ENTRY_BYTES);
    return {
      files,
      offsetIndex: indexFile && new OffsetIndexCheck(indexFile, baseOffset, reportIn(index)),
      timeIndex: timeFile && new TimeIndexCheck(timeFile, baseOffset, reportIn(timeindex)),
      transactionIndex: new TransactionIndexCheck(transactionFile, reportIn(txnindex)),
    };
  }

  #walk(file: DiskFile, checks: SegmentChecks, isLast: boolean): void {
    const { path } = checks.files.log;
    const walk = new LogFileWalk(file);
    let isSound = true;
    while (walk.next()) {
      this.#batchCount++;
      const place: BatchPlace = {
        position: walk.position,
        baseOffset: batchBaseOffset(walk.buffer, walk.at),
        lastOffset: batchLastOffset(walk.buffer, walk.at),
        maxTimestamp: batchMaxTimestamp(walk.buffer, walk.at),
      };
      if (!walk.crcIsRight) {
        this.#report(path, walk.position, this.#endOffset, 'batch is damaged: wrong checksum');
        isSound = false;
        checks.offsetIndex?.skip(place);
        this.#loseTrack();
        continue;
      }
      this.#checkPlace(path, place, checks.files);
      this.#checkEpoch(path, place, batchLeaderEpoch(walk.buffer, walk.at));
      this.#checkRecords(path, place, walk);
      checks.offsetIndex?.batch(place);
      if (isSound) checks.timeIndex?.batch(place);
      this.#apply(walk, place, checks);
      this.#expectedOffset = place.lastOffset + 1;
      this.#endOffset = Math.max(this.#endOffset, place.lastOffset + 1);
    }
    if (walk.stop !== undefined) {
      this.#report(path, walk.position, this.#endOffset, describeStop(walk.stop));
      this.#loseTrack();
      return;
    }
    checks.offsetIndex?.end();
    if (isSound) checks.timeIndex?.end(!isLast || !this.#options.isOpen);
    checks.transactionIndex.end(this.#endOffset, this.#transactionsKnown);
  }

  #checkPlace(
    path: string,
    { position, baseOffset, lastOffset }: BatchPlace,
    files: SegmentFiles,
  ): void {
    if (lastOffset < baseOffset) {
      this.#error(path, position, `batch ends at offset ${lastOffset} before it begins`);
    }
    if (baseOffset < files.baseOffset || lastOffset - files.baseOffset > RELATIVE_OFFSET_MAX) {
      this.#error(path, position, `offsets ${baseOffset} to ${lastOffset} are not this segment's`);
    } else if (baseOffset < this.#endOffset) {
      this.#error(path, position, `offset ${baseOffset} where ${this.#endOffset} is next`);
    } else if (this.#expectedOffset !== undefined) {
      this.#noteGap(path, position, baseOffset);
    }
  }

  #noteGap(path: string, position: number, baseOffset: number): void {
    const expected = this.#expectedOffset ?? baseOffset;
    if (baseOffset <= expected || this.#gaps.length >= GAPS_MAX) return;
    const severity = expected < this.#options.settledBelow ? 'error' : 'warning';
    const message = `offsets ${expected} to ${baseOffset - 1} are missing`;
    this.#gaps.push({ severity, path, position, message });
  }

  #checkEpoch(path: string, { position, baseOffset }: BatchPlace, epoch: number): void {
    if (epoch === NO_LEADER_EPOCH || this.#epochs === undefined) return;
    const expected = this.#epochs.at(baseOffset);
    if (epoch === expected) return;
    // Records deleted up to the middle of a segment take their epochs along, not their batches; and after a crash they may be back.
    if (expected === undefined && epoch <= this.#epochs.first) return;
    const message =
      expected === undefined
        ? `batch has leader epoch ${epoch}, ${LEADER_EPOCH_FILE} does not know it`
        : `batch has leader epoch ${epoch}, ${LEADER_EPOCH_FILE} says ${expected}`;
    this.#report(path, position, baseOffset, message);
  }

  #checkRecords(path: string, place: BatchPlace, { buffer, at }: LogFileWalk): void {
    const { position, baseOffset, lastOffset } = place;
    if (batchRecordCount(buffer, at) <= batchLastOffsetDelta(buffer, at)) this.#isCompacted = true;
    try {
      const records = decodeRecords(buffer, at, { checkCrc: false });
      this.#recordCount += records.length;
      let previous = baseOffset - 1;
      for (const { offset } of records) {
        if (offset <= previous || offset > lastOffset) {
          this.#error(
            path,
            position,
            `record has offset ${offset} in ${baseOffset} to ${lastOffset}`,
          );
          return;
        }
        previous = offset;
      }
      const [first] = records;
      if (attributesIsControl(batchAttributes(buffer, at)) && first !== undefined) {
        decodeControlRecord(first);
      }
    } catch (error) {
      if (!(error instanceof DecodeError || error instanceof CompressionError)) throw error;
      this.#error(path, position, `records cannot be read: ${error.message}`);
    }
  }

  #apply({ buffer, at }: LogFileWalk, place: BatchPlace, checks: SegmentChecks): void {
    if (!this.#producersKnown) return;
    this.#reachedSnapshots(place.baseOffset);
    const aborted = this.#producers.apply(buffer, at, 0);
    if (aborted !== undefined && this.#transactionsKnown) checks.transactionIndex.aborted(aborted);
  }

  #reachedSnapshots(offset: number): void {
    const isComplete = this.#producersComplete && !this.#isCompacted;
    this.#snapshots.reached(offset, this.#producers, this.#startOffset, isComplete);
  }

  /** Whether the beginning of every transaction is known. */
  get #transactionsKnown(): boolean {
    return this.#producersKnown && this.#producersComplete && !this.#isCompacted;
  }

  /** After damage nothing is known of the producers, and the next offset is whatever it is. */
  #loseTrack(): void {
    this.#expectedOffset = undefined;
    this.#producersKnown = false;
    this.#snapshots.giveUp();
  }

  #error(path: string, position: number | undefined, message: string): void {
    this.#emit({ severity: 'error', path, position, message });
  }

  /** An error where all must be in order, a warning at offsets that the next start looks at anyway. */
  #report(path: string, position: number | undefined, offset: number, message: string): void {
    const severity = offset < this.#options.settledBelow ? 'error' : 'warning';
    this.#emit({ severity, path, position, message });
  }

  #emit(finding: Finding): void {
    this.#findingCount++;
    const count = (this.#counts.get(finding.path) ?? 0) + 1;
    this.#counts.set(finding.path, count);
    if (count < FINDINGS_PER_FILE_MAX) this.#options.onFinding(finding);
    else if (count === FINDINGS_PER_FILE_MAX) {
      this.#options.onFinding({ ...finding, message: `${finding.message}; and more in this file` });
    }
  }
}
