/**
 * Finds the earlier batches of producers again, of which a snapshot keeps the last one only (its format is Kafka's, and has room for no more).
 *
 * A producer that lost its answers retries up to five batches. The leader that was stopped cleanly in between, and leads again, would know the
 * fifth and take the first for out of order; the producer would then begin a new epoch, and write all five a second time. So the log is read back from the
 * snapshot on, the first time that a batch lies before all that is known of its producer:
 *
 *     segments  ──────┬────────────┬────────────┬────────────┐ snapshot
 *                     │ 3rd window │ 2nd window │ 1st window │─────────── batches since are known
 *                     └────────────┴────────────┴────────────┘
 *                                   each looked at once, for all producers
 *
 * Nothing is read before it is needed, nothing twice, and no more of a log than `PRODUCER_RECALL_MAX_BYTES` since it was opened or cut. Reads batch
 * headers below the snapshot only, which are written; what they say counts where it joins on to what is known, sequence by sequence.
 */
import {
  attributesIsControl,
  batchAttributes,
  batchLastOffset,
  batchLastOffsetDelta,
  batchLastSequence,
  batchMaxTimestamp,
  batchProducerEpoch,
  batchProducerId,
} from '@zurau/protocol';
import { BatchScanner } from './batch-scanner.ts';
import { PRODUCER_RECALL_WINDOW_BYTES } from './limits.ts';
import type { ProducerBatch, ProducerEntry } from './producer-entry.ts';
import type { ProducerState } from './producer-state.ts';
import type { SegmentList } from './segment-list.ts';

/** How far a log was read back. */
export interface RecallProgress {
  /** Batches that begin at or behind it have been looked at. */
  fromOffset: number;
  /** That may be read yet. */
  leftBytes: number;
}

interface FoundBatch {
  readonly entry: ProducerEntry;
  readonly epoch: number;
  readonly batch: ProducerBatch;
}

/** Reads back until all that has to be known of the producer is known, or there is no more. Throws DiskError. */
export function recallBatches(
  entry: ProducerEntry,
  producers: ProducerState,
  segments: SegmentList,
): void {
  const { recall } = producers;
  while (entry.isPartial && recall.fromOffset > segments.first.baseOffset && recall.leftBytes > 0) {
    const found = readWindow(producers, segments);
    for (let i = found.length - 1; i >= 0; i--) {
      const { entry: of, epoch, batch } = found[i]!;
      of.recallBatch(epoch, batch);
    }
  }
}

/** The next window back: batches of producers of which more has to be known, as they follow in the log. */
function readWindow(producers: ProducerState, segments: SegmentList): FoundBatch[] {
  const { recall } = producers;
  const { fromOffset: endOffset } = recall;
  const segment = segments.at(segments.indexFor(endOffset - 1))!;
  const endPosition = segment.positionOf(endOffset);
  const from = segment.offsetIndex.batchStartBefore(
    Math.max(0, endPosition - PRODUCER_RECALL_WINDOW_BYTES),
  );
  recall.leftBytes -= Math.max(1, endPosition - from);
  recall.fromOffset = from === 0 ? segment.baseOffset : segment.offsetAtPosition(from);
  // An index with few entries, or one that is damaged: what lies there is not worth the time, or not to be trusted.
  if (recall.leftBytes < 0 || recall.fromOffset >= endOffset) {
    recall.leftBytes = 0;
    return [];
  }
  const found: FoundBatch[] = [];
  const scanner = new BatchScanner(segment.file, from, endPosition, PRODUCER_RECALL_WINDOW_BYTES);
  while (scanner.next()) {
    const { buffer, at } = scanner;
    const entry = producers.entry(batchProducerId(buffer, at));
    if (entry?.isPartial !== true || attributesIsControl(batchAttributes(buffer, at))) continue;
    const batch: ProducerBatch = {
      lastSequence: batchLastSequence(buffer, at),
      lastOffset: batchLastOffset(buffer, at),
      offsetDelta: batchLastOffsetDelta(buffer, at),
      timestamp: batchMaxTimestamp(buffer, at),
    };
    found.push({ entry, epoch: batchProducerEpoch(buffer, at), batch });
  }
  return found;
}
