/** Finds records by time: the one batch that matters is found through the time index and by headers, then decoded. */
import { batchLeaderEpoch, batchMaxTimestamp, decodeRecords, ErrorCode } from '@zurau/protocol';
import { batchNextOffset } from './batch-header.ts';
import { requireIntact } from './batch-validation.ts';
import { withCodecErrors } from './codec-errors.ts';
import type { BatchScanner } from './batch-scanner.ts';
import type { Segment } from './segment.ts';
import type { SegmentList } from './segment-list.ts';

export interface TimestampAndOffset {
  readonly timestamp: number;
  readonly offset: number;
  readonly leaderEpoch: number;
}

/** The first record at or after `fromOffset` that is not older than `timestampMs`; undefined when there is none. Throws LogError. */
export function findByTimestamp(
  segments: SegmentList,
  timestampMs: number,
  fromOffset: number,
): TimestampAndOffset | undefined {
  for (let index = segments.indexFor(fromOffset); index < segments.count; index++) {
    const segment = segments.at(index)!;
    if (segment.maxTimestamp < timestampMs) continue;
    const found = findInSegment(segment, timestampMs, fromOffset);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findInSegment(
  segment: Segment,
  timestampMs: number,
  fromOffset: number,
): TimestampAndOffset | undefined {
  const scanner = segment.scanFrom(Math.max(segment.timeIndex.offsetFor(timestampMs), fromOffset));
  while (scanner.next()) {
    const { buffer, at } = scanner;
    if (batchMaxTimestamp(buffer, at) < timestampMs) continue;
    if (batchNextOffset(buffer, at) <= fromOffset) continue;
    const found = findInBatch(scanner, timestampMs, fromOffset);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findInBatch(
  scanner: BatchScanner,
  timestampMs: number,
  fromOffset: number,
): TimestampAndOffset | undefined {
  const leaderEpoch = batchLeaderEpoch(scanner.buffer, scanner.at);
  // A leader that need not look into a batch takes what it is sent: it may not be readable.
  const batch = scanner.wholeBatch();
  requireIntact(batch, 0, Infinity);
  const records = withCodecErrors(ErrorCode.CORRUPT_MESSAGE, () =>
    decodeRecords(batch, 0, { fromOffset }),
  );
  for (const record of records) {
    if (record.timestamp >= timestampMs) {
      return { timestamp: record.timestamp, offset: record.offset, leaderEpoch };
    }
  }
  return undefined;
}

/** The first record with the greatest timestamp of the log; undefined when no record has one (KIP-734). */
export function findMaxTimestamp(
  segments: SegmentList,
  fromOffset: number,
): TimestampAndOffset | undefined {
  let latest: Segment | undefined;
  for (const segment of segments.all) {
    if (segment.sizeBytes > 0 && segment.maxTimestamp > (latest?.maxTimestamp ?? -1)) {
      latest = segment;
    }
  }
  if (latest === undefined) return undefined;
  const scanner = latest.scanFrom(latest.maxTimestampOffset);
  while (scanner.next()) {
    if (batchMaxTimestamp(scanner.buffer, scanner.at) !== latest.maxTimestamp) continue;
    return findInBatch(scanner, latest.maxTimestamp, fromOffset);
  }
  return undefined;
}
