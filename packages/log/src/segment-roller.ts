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
import { SEGMENT_MAX_BYTES } from './limits.ts';
import { Segment } from './segment.ts';

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

  /** Rolls if the active segment should not take a batch like this. Throws LogError when the disk cannot. */
  rollIfDue(sizeBytes: number, lastOffset: number, maxTimestamp: number, nowMs: number): void {
    const { segments, config } = this.#state;
    if (isDue(segments.active, config, sizeBytes, lastOffset, maxTimestamp, nowMs)) {
      this.roll(nowMs);
    }
  }

  /** Begins a new segment at the log's end, unless the active one is empty. Throws LogError when the disk cannot. */
  roll(nowMs: number): void {
    const { segments, tail, logEndOffset, snapshots, producers } = this.#state;
    const old = segments.active;
    if (old.sizeBytes === 0 && old.baseOffset === logEndOffset) return;
    old.seal();
    try {
      const segment = this.newSegment(logEndOffset, nowMs);
      if (this.#writer.isIdle) segment.create();
      snapshots.write(logEndOffset, producers.encode());
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
  sizeBytes: number,
  lastOffset: number,
  maxTimestamp: number,
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
