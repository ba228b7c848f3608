/**
 * Aborted transactions of one segment, those whose abort marker lies in it, in marker order.
 *
 *   | version i16 = 0 | producer id i64 | first offset i64 | last offset i64 (the marker) | last stable offset i64 |   34 bytes
 *
 * The file exists only when there is at least one.
 */
import type { Disk } from '@zurau/platform';
import { EntryFile } from './entry-file.ts';

export const TRANSACTION_INDEX_ENTRY_BYTES = 34;

export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
  /** Offset of the abort marker. */
  readonly lastOffset: number;
  /** Last stable offset once this transaction was complete. */
  readonly lastStableOffset: number;
}

export class TransactionIndex {
  readonly file: EntryFile;

  constructor(disk: Disk, path: string, existing: boolean) {
    this.file = new EntryFile(disk, path, TRANSACTION_INDEX_ENTRY_BYTES, existing);
  }

  get count(): number {
    return this.file.count;
  }

  append(transaction: AbortedTransaction): void {
    const at = this.file.appendSlot();
    const entries = this.file.entries();
    entries.writeInt16BE(0, at);
    entries.writeBigInt64BE(BigInt(transaction.producerId), at + 2);
    entries.writeBigInt64BE(BigInt(transaction.firstOffset), at + 10);
    entries.writeBigInt64BE(BigInt(transaction.lastOffset), at + 18);
    entries.writeBigInt64BE(BigInt(transaction.lastStableOffset), at + 26);
  }

  at(slot: number): AbortedTransaction {
    const entries = this.file.entries();
    const at = slot * TRANSACTION_INDEX_ENTRY_BYTES;
    return {
      producerId: Number(entries.readBigInt64BE(at + 2)),
      firstOffset: Number(entries.readBigInt64BE(at + 10)),
      lastOffset: Number(entries.readBigInt64BE(at + 18)),
      lastStableOffset: Number(entries.readBigInt64BE(at + 26)),
    };
  }

  /**
   * Adds to `into` the transactions that overlap [fromOffset, upperBoundOffset). True when no later segment can
   * hold another one.
   */
  collect(fromOffset: number, upperBoundOffset: number, into: AbortedTransaction[]): boolean {
    for (let slot = 0; slot < this.count; slot++) {
      const transaction = this.at(slot);
      if (transaction.lastOffset >= fromOffset && transaction.firstOffset < upperBoundOffset) {
        into.push(transaction);
      }
      if (transaction.lastStableOffset >= upperBoundOffset) return true;
    }
    return false;
  }

  /** Drops transactions whose marker lies at or after `offset`. */
  truncateTo(offset: number): void {
    let count = this.count;
    while (count > 0 && this.at(count - 1).lastOffset >= offset) count--;
    this.file.truncate(count);
  }
}
