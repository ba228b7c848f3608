/**
 * Which segments are compacted together into one, so that segments do not get smaller and smaller. Pure.
 */
import type { LogConfig } from '../log-config.ts';
import { RELATIVE_OFFSET_MAX } from '../limits.ts';
import { OFFSET_INDEX_ENTRY_BYTES } from '../offset-index.ts';
import type { Segment } from '../segment.ts';
import { TIME_INDEX_ENTRY_BYTES } from '../time-index.ts';

/**
 * Consecutive segments whose files and indexes fit into one of the size that is configured. `endOffset` is the offset behind the last
 * of them.
 */
export function groupSegments(
  segments: readonly Segment[],
  endOffset: number,
  config: LogConfig,
): Segment[][] {
  const groups: Segment[][] = [];
  let group: Segment[] = [];
  let logBytes = 0;
  let indexBytes = 0;
  let timeIndexBytes = 0;
  for (const [i, segment] of segments.entries()) {
    const segmentIndexBytes = segment.offsetIndex.count * OFFSET_INDEX_ENTRY_BYTES;
    const segmentTimeIndexBytes = segment.timeIndex.count * TIME_INDEX_ENTRY_BYTES;
    logBytes += segment.sizeBytes;
    indexBytes += segmentIndexBytes;
    timeIndexBytes += segmentTimeIndexBytes;
    const lastOffset = (segments[i + 1]?.baseOffset ?? endOffset) - 1;
    const fits =
      group.length > 0 &&
      logBytes <= config.segmentBytes &&
      indexBytes <= config.segmentIndexBytes &&
      timeIndexBytes <= config.segmentIndexBytes &&
      (segment.sizeBytes === 0 || lastOffset - group[0]!.baseOffset <= RELATIVE_OFFSET_MAX);
    if (fits) {
      group.push(segment);
      continue;
    }
    group = [segment];
    groups.push(group);
    logBytes = segment.sizeBytes;
    indexBytes = segmentIndexBytes;
    timeIndexBytes = segmentTimeIndexBytes;
  }
  return groups;
}
