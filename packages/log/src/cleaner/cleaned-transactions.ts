/**
 * Transactions as the cleaner meets them on its way through a log: which batches were aborted, and whether a marker still
 * has records that need it.
 *
 * Told of every batch in order of offsets. A marker may go only when the cleaner met none of its transaction's batches, so that a
 * reader never finds records without the marker that decides them; and an aborted transaction stays in the index as long as its marker.
 */
import {
  attributesIsControl,
  attributesIsTransactional,
  batchAttributes,
  batchLastOffset,
  batchProducerId,
  decodeControlRecord,
  decodeRecords,
} from '@zurau/protocol';
import type { AbortedTransaction } from '../transaction-index.ts';

interface Aborted {
  readonly transaction: AbortedTransaction;
  /** One of its batches was met. */
  hasBatches: boolean;
}

export class CleanedTransactions {
  /** Not begun yet at the current offset; ascending by first offset, the next one last. */
  #upcoming: AbortedTransaction[] = [];
  readonly #aborted = new Map<number, Aborted>();
  /** Producers of committed or undecided transactions that had a batch. */
  readonly #committed = new Set<number>();
  readonly #onRetained: (transaction: AbortedTransaction) => void;

  /** `onRetained` hears of aborted transactions whose marker stays, in order of markers. */
  constructor(onRetained: (transaction: AbortedTransaction) => void) {
    this.#onRetained = onRetained;
  }

  /** Makes aborted transactions known before the first of their batches that is to come; more than once is fine. */
  add(transactions: readonly AbortedTransaction[]): void {
    if (transactions.length === 0) return;
    this.#upcoming.push(...transactions);
    this.#upcoming.sort((a, b) => b.firstOffset - a.firstOffset);
  }

  /** Whether the next batch is one that readers need not see any more: aborted, or a marker without records. */
  isDiscardable(buffer: Buffer, at: number): boolean {
    const attributes = batchAttributes(buffer, at);
    this.#begin(batchLastOffset(buffer, at));
    const producerId = batchProducerId(buffer, at);
    if (attributesIsControl(attributes)) return this.#endsEmpty(buffer, at, producerId);
    if (!attributesIsTransactional(attributes)) return false;
    const aborted = this.#aborted.get(producerId);
    if (aborted === undefined) {
      this.#committed.add(producerId);
      return false;
    }
    aborted.hasBatches = true;
    return true;
  }

  #begin(offset: number): void {
    for (;;) {
      const next = this.#upcoming[this.#upcoming.length - 1];
      if (next === undefined || next.firstOffset > offset) return;
      this.#upcoming.pop();
      // Known already when the transaction was listed for two segments.
      if (!this.#aborted.has(next.producerId)) {
        this.#aborted.set(next.producerId, { transaction: next, hasBatches: false });
      }
    }
  }

  #endsEmpty(buffer: Buffer, at: number, producerId: number): boolean {
    const record = decodeRecords(buffer, at, { checkCrc: false })[0];
    // Emptied by an earlier pass: nothing is left for it to decide.
    if (record === undefined) return true;
    const { type } = decodeControlRecord(record);
    if (type === 'commit') return !this.#committed.delete(producerId);
    if (type !== 'abort') return false;
    const aborted = this.#aborted.get(producerId);
    this.#aborted.delete(producerId);
    if (aborted === undefined || !aborted.hasBatches) return true;
    this.#onRetained(aborted.transaction);
    return false;
  }
}
