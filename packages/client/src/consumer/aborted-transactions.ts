/**
 * Tells which batches of one fetched piece belong to aborted transactions (KIP-98).
 *
 * The broker lists, for the piece, each aborted transaction with its first offset. From there until the abort marker of the same
 * producer every transactional batch of that producer is void.
 */
import {
  attributesIsControl,
  attributesIsTransactional,
  batchAttributes,
  batchLastOffset,
  batchProducerId,
  decodeControlRecord,
  decodeRecords,
  type FetchResponseAbortedTransaction,
} from '@zurau/protocol';

export class AbortedTransactions {
  /** By first offset. */
  readonly #toCome: readonly FetchResponseAbortedTransaction[];
  #next = 0;
  readonly #aborted: Set<number> = new Set();

  constructor(transactions: readonly FetchResponseAbortedTransaction[]) {
    this.#toCome = transactions.toSorted((a, b) => a.firstOffset - b.firstOffset);
  }

  /** Whether the batch is void. Ask for every batch, in order, control batches too. */
  covers(buffer: Buffer, at: number): boolean {
    const attributes = batchAttributes(buffer, at);
    const lastOffset = batchLastOffset(buffer, at);
    for (;;) {
      const transaction = this.#toCome[this.#next];
      if (transaction === undefined || transaction.firstOffset > lastOffset) break;
      this.#aborted.add(transaction.producerId);
      this.#next += 1;
    }
    const producerId = batchProducerId(buffer, at);
    if (attributesIsControl(attributes)) {
      const [marker] = decodeRecords(buffer, at);
      if (marker !== undefined && decodeControlRecord(marker)?.type === 'abort') {
        this.#aborted.delete(producerId);
      }
      return false;
    }
    return attributesIsTransactional(attributes) && this.#aborted.has(producerId);
  }
}
