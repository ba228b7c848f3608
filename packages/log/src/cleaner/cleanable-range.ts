/**
 * Which part of a log can be compacted, and how urgent that is. Pure but for the timestamps that segments look up.
 *
 *   | clean: compacted before | cleanable: whole segments        | not yet: active, unstable, unsynced, too young |
 *   log start                 firstDirtyOffset                   endOffset
 */
import type { LogConfig } from '../log-config.ts';
import type { Segment } from '../segment.ts';

/** A log as seen from here. */
export interface CleanableLog {
  readonly config: LogConfig;
  /** Ascending; the last one is active. */
  readonly segments: readonly Segment[];
  readonly logStartOffset: number;
  readonly logEndOffset: number;
  readonly lastStableOffset: number;
  /** All below is synced. */
  readonly syncedOffset: number;
}

export interface CleanableRange {
  readonly firstDirtyOffset: number;
  /** A segment's base offset, not below `firstDirtyOffset` unless nothing is cleanable. */
  readonly endOffset: number;
  readonly dirtyBytes: number;
  /** Dirty part of all that would be looked at, 0 to 1. */
  readonly dirtyRatio: number;
  /** Something is older than `max.compaction.lag.ms`: it is due whatever the ratio. */
  readonly isOverdue: boolean;
  /** The checkpoint named an offset that the log does not have (any more). */
  readonly wasReset: boolean;
}

/** `checkpoint` is where an earlier pass ended; undefined when there was none. */
export function cleanableRange(
  log: CleanableLog,
  checkpoint: number | undefined,
  nowMs: number,
): CleanableRange {
  const { segments, logStartOffset, logEndOffset } = log;
  const claimed = checkpoint ?? logStartOffset;
  const wasReset = claimed < logStartOffset || claimed > logEndOffset;
  const firstDirtyOffset = wasReset ? logStartOffset : claimed;
  const dirtyFrom = indexOf(segments, firstDirtyOffset);
  const end = Math.max(dirtyFrom, endIndex(log, dirtyFrom, nowMs));

  let cleanBytes = 0;
  for (let i = 0; i < dirtyFrom; i++) cleanBytes += segments[i]!.sizeBytes;
  let dirtyBytes = 0;
  for (let i = dirtyFrom; i < end; i++) dirtyBytes += segments[i]!.sizeBytes;
  const totalBytes = cleanBytes + dirtyBytes;
  return {
    firstDirtyOffset,
    endOffset: segments[end]!.baseOffset,
    dirtyBytes,
    dirtyRatio: totalBytes === 0 ? 0 : dirtyBytes / totalBytes,
    isOverdue: dirtyBytes > 0 && isOverdue(log, dirtyFrom, nowMs),
    wasReset,
  };
}

/** Whether the range is worth a pass. */
export function isDue(range: CleanableRange, config: LogConfig): boolean {
  if (range.dirtyBytes === 0) return false;
  return range.isOverdue || range.dirtyRatio > config.minCleanableDirtyRatio;
}

/** Index of the first segment that must not be cleaned. */
function endIndex(log: CleanableLog, dirtyFrom: number, nowMs: number): number {
  const { segments, config } = log;
  // What recovery may have to look at is left as the leader wrote it: there a gap means that something was lost.
  const stableOffset = Math.min(log.lastStableOffset, log.syncedOffset);
  const active = segments.length - 1;
  let end = Math.min(active, indexOf(segments, stableOffset));
  if (config.minCompactionLagMs > 0) {
    const youngestMs = nowMs - config.minCompactionLagMs;
    for (let i = dirtyFrom; i < end; i++) {
      if (segments[i]!.largestTimestamp() > youngestMs) end = i;
    }
  }
  return end;
}

function isOverdue(log: CleanableLog, dirtyFrom: number, nowMs: number): boolean {
  const { segments, config } = log;
  if (config.maxCompactionLagMs >= nowMs) return false;
  const oldestMs = nowMs - config.maxCompactionLagMs;
  for (let i = dirtyFrom; i < segments.length - 1; i++) {
    const timestamp = segments[i]!.firstTimestamp() ?? -1;
    if (timestamp > 0 && timestamp < oldestMs) return true;
  }
  return false;
}

/** Index of the segment that holds `offset`; 0 when all are above. */
function indexOf(segments: readonly Segment[], offset: number): number {
  let index = segments.length - 1;
  while (index > 0 && segments[index]!.baseOffset > offset) index--;
  return index;
}
