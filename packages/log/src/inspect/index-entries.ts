/** The entries of the three index files as plain data, read in bounded memory. */
import type { DiskFile } from '@zurau/platform';
import { OFFSET_INDEX_ENTRY_BYTES } from '../offset-index.ts';
import { TIME_INDEX_ENTRY_BYTES } from '../time-index.ts';
import { TRANSACTION_INDEX_ENTRY_BYTES } from '../transaction-index.ts';
import type { AbortedTransaction } from '../transaction-index.ts';
import { entriesOf, shapeOf } from './entry-walk.ts';

export interface OffsetIndexEntry {
  /** Byte of the entry in its file. */
  readonly at: number;
  readonly offset: number;
  /** Byte in the log file. */
  readonly position: number;
}

export interface TimeIndexEntry {
  readonly at: number;
  readonly timestamp: number;
  readonly offset: number;
}

export interface TransactionIndexEntry extends AbortedTransaction {
  readonly at: number;
  readonly version: number;
}

export function* offsetIndexEntries(
  file: DiskFile,
  baseOffset: number,
): Generator<OffsetIndexEntry> {
  const { entryCount } = shapeOf(file, OFFSET_INDEX_ENTRY_BYTES);
  for (const { slot, buffer, at } of entriesOf(file, OFFSET_INDEX_ENTRY_BYTES, entryCount)) {
    yield {
      at: slot * OFFSET_INDEX_ENTRY_BYTES,
      offset: baseOffset + buffer.readInt32BE(at),
      position: buffer.readInt32BE(at + 4),
    };
  }
}

export function* timeIndexEntries(file: DiskFile, baseOffset: number): Generator<TimeIndexEntry> {
  const { entryCount } = shapeOf(file, TIME_INDEX_ENTRY_BYTES);
  for (const { slot, buffer, at } of entriesOf(file, TIME_INDEX_ENTRY_BYTES, entryCount)) {
    yield {
      at: slot * TIME_INDEX_ENTRY_BYTES,
      timestamp: Number(buffer.readBigInt64BE(at)),
      offset: baseOffset + buffer.readInt32BE(at + 8),
    };
  }
}

export function* transactionIndexEntries(file: DiskFile): Generator<TransactionIndexEntry> {
  const { entryCount } = shapeOf(file, TRANSACTION_INDEX_ENTRY_BYTES);
  for (const { slot, buffer, at } of entriesOf(file, TRANSACTION_INDEX_ENTRY_BYTES, entryCount)) {
    yield {
      at: slot * TRANSACTION_INDEX_ENTRY_BYTES,
      version: buffer.readInt16BE(at),
      producerId: Number(buffer.readBigInt64BE(at + 2)),
      firstOffset: Number(buffer.readBigInt64BE(at + 10)),
      lastOffset: Number(buffer.readBigInt64BE(at + 18)),
      lastStableOffset: Number(buffer.readBigInt64BE(at + 26)),
    };
  }
}
