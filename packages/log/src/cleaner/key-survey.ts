/**
 * First half of a pass: puts the last offset of every key in the dirty part of a log into the offset map. Stops when the map is full;
 * what is behind is for the next pass.
 */
import {
  attributesIsControl,
  batchAttributes,
  batchLastOffset,
  RecordWalker,
} from '@zurau/protocol';
import type { LogCompaction } from '../log-compaction.ts';
import type { CleanableRange } from './cleanable-range.ts';
import { CleanedTransactions } from './cleaned-transactions.ts';
import type { OffsetMap } from './offset-map.ts';
import type { SegmentWalk } from './segment-walk.ts';

/** Fills `map`, which is empty. Resolves to the offset below which it knows all keys. Rejects as the walk does. */
export async function surveyKeys(
  log: LogCompaction,
  range: CleanableRange,
  map: OffsetMap,
  walk: SegmentWalk,
): Promise<number> {
  const { firstDirtyOffset, endOffset } = range;
  const transactions = new CleanedTransactions(() => undefined);
  transactions.add(log.abortedTransactions(firstDirtyOffset, endOffset));
  const records = new RecordWalker();
  let knownOffset = firstDirtyOffset;

  const visit = (buffer: Buffer, at: number): boolean => {
    const isDiscardable = transactions.isDiscardable(buffer, at);
    if (!isDiscardable && !attributesIsControl(batchAttributes(buffer, at))) {
      records.open(buffer, at);
      while (records.next()) {
        const { offset, keyStart, keyEnd } = records;
        if (offset < firstDirtyOffset || keyStart < 0) continue;
        if (!map.put(records.bytes, keyStart, keyEnd, offset)) return false;
        knownOffset = offset + 1;
      }
    }
    knownOffset = Math.max(knownOffset, batchLastOffset(buffer, at) + 1);
    return true;
  };

  for (const segment of log.segmentsBetween(firstDirtyOffset, endOffset)) {
    const position = segment.offsetIndex.positionFor(firstDirtyOffset);
    segment.retain();
    try {
      if (!(await walk.walk(segment, position, { visit }))) return knownOffset;
    } finally {
      segment.release();
    }
  }
  return endOffset;
}
