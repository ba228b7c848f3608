/**
 * Begins new segments when it is time, and completes the files of those that are full. The file of a new segment never appears before what
 * precedes it is written, or a crash in between would leave a hole.
 */
import type { DiskError } from '@zurau/platform';
import type { LogConfig } from './log-config.ts';
import { storageError } from './log-error.ts';
import type { LogEnvironment } from './log-environment.ts';
import type { LogState } from './log-state.ts';
import type { LogWriter } from './log-writer.ts';
import { RELATIVE_OFFSET_MAX, SEGMENT_MAX_BYTES } from './limits.ts';
import { Segment } from './segment.ts';

/** What is about to be appended. */
export interface NextBatch {
  readonly sizeBytes: number;
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly maxTimestamp: number;
}

export class SegmentRoller {
  readonly #environment: LogEnvironment;
  readonly #state: LogState;
  readonly #writer: LogWriter;
  readonly #onRolled: () => void;

  constructor(
    environment: LogEnvironment,
    state: LogState,
    writer: LogWriter,
    onRolled: () => void,
  ) {
    this.#environment = environment;
    this.#state = state;
    this.#writer = writer;
    this.#onRolled = onRolled;
  }

  /**
   * Rolls if the active segment should not take a batch like this, which comes next but may begin behind the log's end. Throws LogError when the disk cannot.
   */
  rollIfDue(batch: NextBatch, nowMs: number): void {
    const { segments, config, logEndOffset } = this.#state;
    if (!isDue(segments.active, config, batch, nowMs)) return;
    // What a compacted leader sends may lie farther ahead than a segment reaches.
    const reached = batch.lastOffset - logEndOffset <= RELATIVE_OFFSET_MAX;
    this.roll(nowMs, reached ? logEndOffset : batch.firstOffset);
  }

  /** Begins a new segment at `baseOffset`, unless the active one is that, and empty. Throws LogError when the disk cannot. */
  roll(nowMs: number, baseOffset: number = this.#state.logEndOffset): void {
    const { segments, tail, snapshots, producers } = this.#state;
    const old = segments.active;
    if (old.sizeBytes === 0 && old.baseOffset === baseOffset) return;
    old.seal();
    try {
      const segment = this.newSegment(baseOffset, nowMs);
      if (this.#writer.isIdle) segment.create();
      snapshots.write(baseOffset, producers.encode());
      segments.add(segment);
    } catch (error) {
      throw storageError(error as DiskError);
    }
    if (tail.last !== undefined) tail.last.sealed = true;
    this.completeWritten();
    this.#onRolled();
  }

  /** Writes the last index entries of full segments whose data has reached the file. */
  completeWritten(): void {
    const { segments, name } = this.#state;
    for (let index = segments.count - 2; index >= 0; index--) {
      const segment = segments.at(index)!;
      if (segment.indexesComplete || segment.writtenBytes < segment.sizeBytes) return;
      try {
        segment.completeIndexes();
      } catch (error) {
        this.#environment.logger.warn({ log: name, error }, 'cannot write indexes now');
        return;
      }
    }
  }

  /** Not in the list of segments yet, and without files. */
  newSegment(baseOffset: number, nowMs: number): Segment {
    const { disk, random } = this.#environment.platform;
    const { segmentJitterMs, segmentMs } = this.#state.config;
    const jitterMs = Math.min(segmentJitterMs, segmentMs);
    return new Segment({
      disk,
      directory: this.#state.directory,
      baseOffset,
      sizeBytes: 0,
      nowMs,
      jitterMs: jitterMs === 0 ? 0 : random.int(jitterMs),
      trustIndexes: false,
    });
  }
}

/** Size, age by the first batch's timestamp, full indexes, offsets beyond 31 bits of the base: as in Kafka. */
function isDue(
  segment: Segment,
  config: LogConfig,
  { sizeBytes, lastOffset, maxTimestamp }: NextBatch,
  nowMs: number,
): boolean {
  if (!segment.canHold(lastOffset)) return true;
  if (segment.sizeBytes === 0) return false;
  const bytesMax = Math.min(config.segmentBytes, SEGMENT_MAX_BYTES);
  if (segment.sizeBytes > bytesMax - sizeBytes) return true;
  const firstTimestamp = segment.firstTimestamp() ?? -1;
  const ageMs = firstTimestamp >= 0 ? maxTimestamp - firstTimestamp : nowMs - segment.createdMs;
  if (ageMs > config.segmentMs - segment.jitterMs) return true;
  const { segmentIndexBytes } = config;
  return (
    segment.offsetIndex.isFull(segmentIndexBytes) || segment.timeIndex.isFull(segmentIndexBytes)
  );
}
