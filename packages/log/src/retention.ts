/** Which segments a log may let go of: by age, by size, or because they lie before the log start offset. Pure. */
import type { LogConfig } from './log-config.ts';

/** A segment as retention sees it. */
export interface RetainedSegment {
  readonly sizeBytes: number;
  largestTimestamp(): number;
}

export interface RetentionView {
  readonly segments: readonly RetainedSegment[];
  /** First offset behind a segment. */
  endOffsetOf(index: number): number;
  readonly logStartOffset: number;
  readonly highWatermark: number;
}

/**
 * How many segments, from the oldest on, are to be deleted. Whole segments below the high watermark only; the last one
 * counts too when all of it is past retention, and only if it holds anything.
 */
export function countDeletable(view: RetentionView, config: LogConfig, nowMs: number): number {
  const byStart = countWhile(view, (_, index) => {
    return index + 1 < view.segments.length && view.endOffsetOf(index) <= view.logStartOffset;
  });
  if (!config.cleanupPolicy.delete) return byStart;
  return Math.max(
    byStart,
    countBySize(view, config.retentionBytes),
    countByTime(view, config, nowMs),
  );
}

function countBySize(view: RetentionView, retentionBytes: number): number {
  if (retentionBytes < 0) return 0;
  let excessBytes = -retentionBytes;
  for (const segment of view.segments) excessBytes += segment.sizeBytes;
  return countWhile(view, (segment) => {
    excessBytes -= segment.sizeBytes;
    return excessBytes >= 0;
  });
}

function countByTime(view: RetentionView, config: LogConfig, nowMs: number): number {
  if (config.retentionMs < 0) return 0;
  return countWhile(view, (segment) => {
    // What the cleaner emptied has no time of its own, and must not keep what comes behind it.
    return segment.sizeBytes === 0 || nowMs - segment.largestTimestamp() > config.retentionMs;
  });
}

function countWhile(
  view: RetentionView,
  isDeletable: (segment: RetainedSegment, index: number) => boolean,
): number {
  const { segments } = view;
  let count = 0;
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    if (view.endOffsetOf(index) > view.highWatermark) break;
    if ((isLast && segment.sizeBytes === 0) || !isDeletable(segment, index)) break;
    count++;
  }
  return count;
}
