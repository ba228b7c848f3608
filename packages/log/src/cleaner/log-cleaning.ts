/**
 * One pass of the cleaner over one log: learns the last offset of every key in its dirty part, then copies what is to stay into new
 * segments and puts them in place of the old ones, group by group.
 *
 * Whatever happens to the log meanwhile (cut, closed, segments deleted) makes it give up, and the log is as it was but
 * for the groups that are done, which is fine at any time.
 */
import type { Segment } from '../segment.ts';
import { BatchFilter } from './batch-filter.ts';
import type { CleanableRange } from './cleanable-range.ts';
import { CleanedTransactions } from './cleaned-transactions.ts';
import { CopyMemory } from './copy-memory.ts';
import { surveyKeys } from './key-survey.ts';
import type { OffsetMap } from './offset-map.ts';
import { cleanInto } from './segment-cleaner.ts';
import { groupSegments } from './segment-groups.ts';
import { CleaningAborted, SegmentWalk } from './segment-walk.ts';
import type { WalkOptions } from './segment-walk.ts';

export interface CleaningOptions extends WalkOptions {
  readonly range: CleanableRange;
  /** Empty. */
  readonly map: OffsetMap;
  readonly nowMs: number;
}

export interface CleaningResult {
  /** First offset that is dirty now. */
  readonly endOffset: number;
  /** Bytes of all segments of the pass, before and after. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  readonly recordsRead: number;
  readonly recordsKept: number;
  readonly recordsWithoutKey: number;
}

/**
 * Rejects with CleaningAborted, with DiskError, and for a log that cannot be cleaned with DecodeError, CompressionError or
 * RangeError.
 */
export async function cleanLog(options: CleaningOptions): Promise<CleaningResult> {
  const { log, range, map, nowMs } = options;
  const walk = new SegmentWalk(options);
  walk.requireCurrent();
  const endOffset = await surveyKeys(log, range, map, walk);

  const { config } = log;
  let target: Segment | undefined;
  const transactions = new CleanedTransactions((aborted) => {
    target!.transactionIndex.append(aborted);
  });
  const memory = new CopyMemory();
  const filter = new BatchFilter({
    map,
    mapEndOffset: endOffset,
    transactions,
    lastOf: (producerId) => log.lastOf(producerId),
    nowMs,
    deleteRetentionMs: config.deleteRetentionMs,
    memory,
  });
  let bytesBefore = 0;
  let bytesAfter = 0;
  const sources = log.segmentsBetween(0, endOffset);
  for (const group of groupSegments(sources, range.endOffset, config)) {
    const cleaned = log.newCleanedSegment(group[0]!.baseOffset);
    target = cleaned;
    for (const segment of group) segment.retain();
    let isDone = false;
    try {
      const isChanged = await cleanInto(cleaned, group, log, {
        filter,
        transactions,
        walk,
        memory,
      });
      for (const { sizeBytes } of group) bytesBefore += sizeBytes;
      bytesAfter += cleaned.sizeBytes;
      if (!isChanged) continue;
      cleaned.flushIndexes();
      cleaned.inheritAge(group.at(-1)!);
      await log.syncCopy(cleaned);
      const isRecoverable = await log.makeRecoveryPointDurable(log.endOffsetOf(group.at(-1)!));
      walk.requireCurrent();
      if (!isRecoverable || !log.holds(group)) throw new CleaningAborted();
      isDone = true;
      await log.replace(group, cleaned);
    } finally {
      for (const segment of group) segment.release();
      if (!isDone) cleaned.removeFiles();
    }
  }
  const { recordsRead, recordsKept, recordsWithoutKey } = filter;
  return { endOffset, bytesBefore, bytesAfter, recordsRead, recordsKept, recordsWithoutKey };
}
