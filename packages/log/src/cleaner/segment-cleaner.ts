/**
 * Second half of a pass: copies what is to stay of a group of segments into one new segment, under names that the next start throws away.
 */
import { batchLastOffset, batchMaxTimestamp } from '@zurau/protocol';
import type { LogCompaction } from '../log-compaction.ts';
import { WRITE_BUFFERS_MAX } from '../limits.ts';
import type { Segment } from '../segment.ts';
import type { BatchFilter } from './batch-filter.ts';
import type { CleanedTransactions } from './cleaned-transactions.ts';
import type { CopyMemory } from './copy-memory.ts';
import type { BatchVisitor, SegmentWalk } from './segment-walk.ts';

/** What a pass works with, group after group. */
export interface CopyTools {
  readonly filter: BatchFilter;
  readonly transactions: CleanedTransactions;
  readonly walk: SegmentWalk;
  /** That the filter builds batches in. */
  readonly memory: CopyMemory;
}

/** Copies `group` into `cleaned`. Resolves to whether the result differs from the group. Rejects as the walk does. */
export async function cleanInto(
  cleaned: Segment,
  group: readonly Segment[],
  log: LogCompaction,
  tools: CopyTools,
): Promise<boolean> {
  const copy = new SegmentCopy(cleaned, tools, log.config.indexIntervalBytes);
  for (const segment of group) {
    tools.transactions.add(log.abortedTransactions(segment.baseOffset, log.endOffsetOf(segment)));
    await tools.walk.walk(segment, 0, copy);
  }
  cleaned.seal();
  return copy.isChanged || group.length > 1;
}

/** Collects what stays of a window, and writes it before the window is used again. */
class SegmentCopy implements BatchVisitor {
  isChanged = false;
  readonly #cleaned: Segment;
  readonly #tools: CopyTools;
  readonly #indexIntervalBytes: number;
  #pending: Buffer[] = [];
  /** A run of unchanged batches, which lie side by side in the window. */
  #run: Buffer | undefined;
  #runStart = 0;
  #runEnd = 0;

  constructor(cleaned: Segment, tools: CopyTools, indexIntervalBytes: number) {
    this.#cleaned = cleaned;
    this.#tools = tools;
    this.#indexIntervalBytes = indexIntervalBytes;
  }

  visit(buffer: Buffer, at: number, sizeBytes: number): boolean {
    const result = this.#tools.filter.filter(buffer, at);
    if (result === 'unchanged') {
      if (this.#runEnd !== at || this.#run !== buffer) {
        this.#endRun();
        this.#run = buffer;
        this.#runStart = at;
      }
      this.#runEnd = at + sizeBytes;
      this.#note(buffer, at, sizeBytes);
      return true;
    }
    this.isChanged = true;
    this.#endRun();
    if (result === 'dropped') return true;
    this.#add(result);
    this.#note(result, 0, result.length);
    return true;
  }

  async endOfWindow(): Promise<void> {
    this.#endRun();
    const position = this.#cleaned.writtenBytes;
    const { file } = this.#cleaned;
    let writtenBytes = 0;
    for (let i = 0; i < this.#pending.length; i += WRITE_BUFFERS_MAX) {
      const buffers = this.#pending.slice(i, i + WRITE_BUFFERS_MAX);
      await new Promise<void>((resolve, reject) => {
        file.write(buffers, position + writtenBytes, (error) => {
          if (error === undefined) resolve();
          else reject(error);
        });
      });
      for (const { length } of buffers) writtenBytes += length;
    }
    this.#cleaned.writtenBytes = position + writtenBytes;
    this.#pending = [];
    const { memory, walk } = this.#tools;
    memory.reset();
    await walk.charge(writtenBytes);
  }

  #endRun(): void {
    if (this.#run !== undefined) this.#add(this.#run.subarray(this.#runStart, this.#runEnd));
    this.#run = undefined;
    this.#runEnd = -1;
  }

  #add(bytes: Buffer): void {
    this.#pending.push(bytes);
  }

  #note(buffer: Buffer, at: number, sizeBytes: number): void {
    const lastOffset = batchLastOffset(buffer, at);
    if (!this.#cleaned.canHold(lastOffset)) {
      throw new RangeError(`offset ${lastOffset} is too far from ${this.#cleaned.baseOffset}`);
    }
    this.#cleaned.noteAppend(
      lastOffset,
      batchMaxTimestamp(buffer, at),
      sizeBytes,
      this.#indexIntervalBytes,
    );
  }
}
