/**
 * A coordinator's log in memory, for tests: real batches at real offsets, a high watermark that follows at once or by hand, and
 * leadership that can be lost.
 *
 * Survives the runtimes that are put on top of it, so that a test can lose one and load another.
 */
import {
  ErrorCode,
  batchLastOffset,
  batchLastOffsetDelta,
  checkBatch,
  setBatchBaseOffset,
} from '@zurau/protocol';
import { CoordinatorLogError, type CoordinatorLog } from './coordinator-log.ts';

interface Partition {
  readonly batches: Buffer[];
  endOffset: number;
  highWatermark: number;
  readonly listeners: Set<(highWatermark: number) => void>;
}

export class MemoryCoordinatorLog implements CoordinatorLog {
  /** False: the high watermark stays until {@link replicate}. */
  replicatesAtOnce = true;
  /** Set: every append is refused with this code. */
  refusesWith: number | undefined;
  /** Larger batches are refused. */
  batchBytesMax: number = 1024 * 1024;
  readonly #partitions = new Map<number, Partition>();

  append(partition: number, batch: Buffer): { lastOffset: number } {
    if (this.refusesWith !== undefined) throw new CoordinatorLogError(this.refusesWith, 'refused');
    const problem = checkBatch(batch, 0, this.batchBytesMax);
    if (problem !== undefined) {
      throw new CoordinatorLogError(ErrorCode.MESSAGE_TOO_LARGE, `batch is ${problem}`);
    }
    const log = this.#partition(partition);
    const copy = Buffer.from(batch);
    setBatchBaseOffset(copy, 0, log.endOffset);
    log.batches.push(copy);
    log.endOffset += batchLastOffsetDelta(copy, 0) + 1;
    if (this.replicatesAtOnce) this.replicate(partition);
    return { lastOffset: batchLastOffset(copy, 0) };
  }

  highWatermark(partition: number): number {
    return this.#partition(partition).highWatermark;
  }

  onHighWatermark(partition: number, listener: (highWatermark: number) => void): () => void {
    const { listeners } = this.#partition(partition);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  async *readAll(partition: number): AsyncIterable<Buffer> {
    for (const batch of [...this.#partition(partition).batches]) {
      await Promise.resolve();
      yield batch;
    }
  }

  /** Raises the high watermark to `offset`, or to the end. */
  replicate(partition: number, offset?: number): void {
    const log = this.#partition(partition);
    log.highWatermark = offset ?? log.endOffset;
    for (const listener of [...log.listeners]) listener(log.highWatermark);
  }

  /** Loses what is not replicated, as a change of leader may. */
  truncateToHighWatermark(partition: number): void {
    const log = this.#partition(partition);
    for (let last = log.batches.at(-1); last !== undefined; last = log.batches.at(-1)) {
      if (batchLastOffset(last, 0) < log.highWatermark) break;
      log.batches.pop();
    }
    log.endOffset = log.highWatermark;
  }

  /** The batches of a partition, in order. */
  batches(partition: number): readonly Buffer[] {
    return this.#partition(partition).batches;
  }

  #partition(partition: number): Partition {
    let log = this.#partitions.get(partition);
    if (log === undefined) {
      log = { batches: [], endOffset: 0, highWatermark: 0, listeners: new Set() };
      this.#partitions.set(partition, log);
    }
    return log;
  }
}
