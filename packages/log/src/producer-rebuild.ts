/** Producer state at some offset: the newest snapshot below, and the batch headers from there on. */
import { attributesIsControl, batchAttributes } from '@zurau/protocol';
import { BatchScanner } from './batch-scanner.ts';
import { batchNextOffset } from './batch-header.ts';
import type { ProducerSnapshots } from './producer-snapshots.ts';
import type { ProducerState } from './producer-state.ts';
import type { SegmentList } from './segment-list.ts';

/** Bytes read at once while walking whole segments. */
const WINDOW_BYTES = 256 * 1024;

/** Brings `producers` to the state at `endOffset`, at most the log's end. Reads written data only. */
export function rebuildProducers(
  producers: ProducerState,
  snapshots: ProducerSnapshots,
  segments: SegmentList,
  logStartOffset: number,
  endOffset: number,
  nowMs: number,
): void {
  const snapshot = snapshots.readNewest(0, endOffset);
  producers.reset(snapshot?.offset ?? logStartOffset, snapshot?.entries ?? [], nowMs);
  for (let index = segments.indexFor(producers.endOffset); index < segments.count; index++) {
    const segment = segments.at(index)!;
    if (producers.endOffset >= endOffset || segment.writtenBytes === 0) continue;
    const from = segment.offsetIndex.positionFor(producers.endOffset);
    const scanner = new BatchScanner(segment.file, from, segment.writtenBytes, WINDOW_BYTES);
    while (scanner.next()) {
      const { buffer, at } = scanner;
      const nextOffset = batchNextOffset(buffer, at);
      if (nextOffset <= producers.endOffset) continue;
      if (nextOffset > endOffset) return;
      if (attributesIsControl(batchAttributes(buffer, at)))
        producers.apply(scanner.wholeBatch(), 0, nowMs);
      else producers.apply(buffer, at, nowMs);
    }
  }
}
