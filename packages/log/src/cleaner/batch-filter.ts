/**
 * Decides what stays of a batch: the rules of compaction, and nothing else. Knows no files.
 *
 * A record stays if it is behind what this pass knows, or if it is the last one of its key and either has a value or its time as a tombstone
 * is not over. The last batch of a producer that is still known stays, empty if need be: it carries the sequence that
 * the next one must follow.
 */
import {
  attributesHasDeleteHorizon,
  attributesIsControl,
  batchAttributes,
  batchBaseTimestamp,
  batchLastOffset,
  batchProducerEpoch,
  batchProducerId,
  batchRecordCount,
  encodeEmptiedBatch,
  encodeRetainedBatch,
  RecordWalker,
  type BatchMemory,
} from '@zurau/protocol';
import type { CleanedTransactions } from './cleaned-transactions.ts';
import type { OffsetMap } from './offset-map.ts';

/** The end of what a producer wrote. */
export interface LastOfProducer {
  /** Last offset of its last batch; undefined when a marker came after, or the epoch changed. */
  readonly lastOffset: number | undefined;
  readonly epoch: number;
}

export interface BatchFilterContext {
  readonly map: OffsetMap;
  /** The map knows all keys below this offset. */
  readonly mapEndOffset: number;
  readonly transactions: CleanedTransactions;
  /** Undefined for producers that are no longer known. */
  readonly lastOf: (producerId: number) => LastOfProducer | undefined;
  readonly nowMs: number;
  readonly deleteRetentionMs: number;
  /** For batches that are rewritten. */
  readonly memory: BatchMemory;
}

/** What became of a batch. */
export type FilterResult = 'unchanged' | 'dropped' | Buffer;

export class BatchFilter {
  /** Records seen and kept; control records are not counted. */
  recordsRead = 0;
  recordsKept = 0;
  /** Records without a key, which a compacted log cannot hold: dropped. */
  recordsWithoutKey = 0;
  readonly #context: BatchFilterContext;
  readonly #walker = new RecordWalker();
  #keep = new Uint8Array(1024);
  #keptCount = 0;
  #keepsTombstone = false;

  constructor(context: BatchFilterContext) {
    this.#context = context;
  }

  /** The batch at `at` is whole and its CRC right. Throws DecodeError and CompressionError. */
  filter(buffer: Buffer, at: number): FilterResult {
    const { transactions, nowMs, deleteRetentionMs } = this.#context;
    const attributes = batchAttributes(buffer, at);
    const isControl = attributesIsControl(attributes);
    const isDiscardable = transactions.isDiscardable(buffer, at);
    const horizonMs = attributesHasDeleteHorizon(attributes)
      ? batchBaseTimestamp(buffer, at)
      : undefined;
    const isLast = this.#isLastOfProducer(buffer, at, isControl);
    // A marker without records goes the way of a tombstone: not before readers had their time to see it.
    const goesWhole = isControl
      ? isDiscardable && horizonMs !== undefined && horizonMs <= nowMs
      : isDiscardable;
    if (goesWhole) {
      if (!isControl) this.recordsRead += batchRecordCount(buffer, at);
      return isLast ? emptied(buffer, at) : 'dropped';
    }
    if (isControl) {
      if (batchRecordCount(buffer, at) === 0) return isLast ? 'unchanged' : 'dropped';
      if (!isDiscardable || horizonMs !== undefined) return 'unchanged';
      this.#walker.open(buffer, at);
      this.#keepAll();
      return this.#rewrite(buffer, at, nowMs + deleteRetentionMs);
    }
    this.#choose(buffer, at, horizonMs);
    if (this.#keptCount === 0) return isLast ? emptied(buffer, at) : 'dropped';
    const needsHorizon = this.#keepsTombstone && horizonMs === undefined;
    if (this.#keptCount === this.#walker.recordCount && !needsHorizon) return 'unchanged';
    return this.#rewrite(buffer, at, needsHorizon ? nowMs + deleteRetentionMs : undefined);
  }

  #choose(buffer: Buffer, at: number, horizonMs: number | undefined): void {
    const { map, mapEndOffset, nowMs } = this.#context;
    const walker = this.#walker;
    walker.open(buffer, at);
    this.#reset();
    const tombstonesStay = horizonMs === undefined || nowMs < horizonMs;
    const keep = this.#keep;
    for (let index = 0; walker.next(); index++) {
      let stays = true;
      if (walker.offset < mapEndOffset) {
        const { keyStart, keyEnd, isValueNull } = walker;
        if (keyStart < 0) {
          this.recordsWithoutKey++;
          stays = false;
        } else {
          stays =
            (!isValueNull || tombstonesStay) &&
            walker.offset >= map.get(walker.bytes, keyStart, keyEnd);
        }
      }
      keep[index] = stays ? 1 : 0;
      if (!stays) continue;
      this.#keptCount++;
      if (walker.isValueNull) this.#keepsTombstone = true;
    }
    this.recordsRead += walker.recordCount;
    this.recordsKept += this.#keptCount;
  }

  #keepAll(): void {
    this.#reset();
    this.#keptCount = this.#walker.recordCount;
    this.#keep.fill(1, 0, this.#keptCount);
  }

  #reset(): void {
    const { recordCount } = this.#walker;
    if (this.#keep.length < recordCount) this.#keep = new Uint8Array(recordCount * 2);
    this.#keptCount = 0;
    this.#keepsTombstone = false;
  }

  #rewrite(buffer: Buffer, at: number, deleteHorizonMs: number | undefined): Buffer {
    const retained = { keep: this.#keep, count: this.#keptCount, deleteHorizonMs };
    return encodeRetainedBatch(buffer, at, this.#walker, retained, this.#context.memory);
  }

  #isLastOfProducer(buffer: Buffer, at: number, isControl: boolean): boolean {
    const producerId = batchProducerId(buffer, at);
    const last = producerId < 0 ? undefined : this.#context.lastOf(producerId);
    if (last === undefined) return false;
    if (last.lastOffset !== undefined) return batchLastOffset(buffer, at) === last.lastOffset;
    // Nothing but a marker bears the producer's epoch, which keeps its older instances out.
    return isControl && batchProducerEpoch(buffer, at) === last.epoch;
  }
}

function emptied(buffer: Buffer, at: number): FilterResult {
  return batchRecordCount(buffer, at) === 0 ? 'unchanged' : encodeEmptiedBatch(buffer, at);
}
