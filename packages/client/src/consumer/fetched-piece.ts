/** What one fetch brought for one partition: whole batches, decoded one at a time as they are asked for. */
import {
  attributesIsControl,
  batchAttributes,
  batchBaseTimestamp,
  batchLastOffset,
  batchLeaderEpoch,
  type DecodedRecord,
  decodeRecords,
  type FetchResponseAbortedTransaction,
  wholeBatchSizeBytes,
} from '@zurau/protocol';
import { clientError } from '../errors.ts';
import { AbortedTransactions } from './aborted-transactions.ts';

export interface PieceOptions {
  readonly checkCrc: boolean;
  /** Of `read_committed` fetches; undefined delivers everything. */
  readonly abortedTransactions: readonly FetchResponseAbortedTransaction[] | undefined;
}

export class FetchedPiece {
  readonly sizeBytes: number;
  /** The offset after the last whole batch: where the next fetch goes on. Undefined when there is no whole batch. */
  readonly nextOffset: number | undefined;
  /** Leader epoch of the last whole batch; -1 when there is none. */
  readonly lastEpoch: number;

  readonly #records: Buffer;
  readonly #checkCrc: boolean;
  readonly #aborted: AbortedTransactions | undefined;
  #at = 0;

  /** Throws KafkaError `PROTOCOL_VIOLATION` when `records` cannot be cut into batches. */
  constructor(records: Buffer, options: PieceOptions) {
    this.#records = records;
    this.sizeBytes = records.length;
    this.#checkCrc = options.checkCrc;
    const aborted = options.abortedTransactions;
    this.#aborted = aborted === undefined ? undefined : new AbortedTransactions(aborted);
    let nextOffset: number | undefined;
    let lastEpoch = -1;
    let at = 0;
    for (;;) {
      const sizeBytes = wholeBatchSizeBytes(records, at, records.length);
      if (sizeBytes < 0) throw clientError('PROTOCOL_VIOLATION', 'A fetched batch has no size.');
      if (sizeBytes === 0) break;
      nextOffset = batchLastOffset(records, at) + 1;
      lastEpoch = batchLeaderEpoch(records, at);
      at += sizeBytes;
    }
    this.nextOffset = nextOffset;
    this.lastEpoch = lastEpoch;
  }

  /** Of the first record of the next batch; undefined when there are no more. */
  get nextTimestamp(): number | undefined {
    const hasMore = wholeBatchSizeBytes(this.#records, this.#at, this.#records.length) > 0;
    return hasMore ? batchBaseTimestamp(this.#records, this.#at) : undefined;
  }

  /**
   * The next batch: its data records from `fromOffset` on, which may be none, the offset after it, and its leader epoch. Undefined when there are
   * no more. Throws DecodeError and CompressionError; the batch is not skipped.
   */
  next(
    fromOffset: number,
  ): { records: DecodedRecord[]; nextOffset: number; leaderEpoch: number } | undefined {
    const at = this.#at;
    const sizeBytes = wholeBatchSizeBytes(this.#records, at, this.#records.length);
    if (sizeBytes <= 0) return undefined;
    const nextOffset = batchLastOffset(this.#records, at) + 1;
    const isVoid =
      this.#aborted?.covers(this.#records, at) === true ||
      attributesIsControl(batchAttributes(this.#records, at)) ||
      nextOffset <= fromOffset;
    const records = isVoid
      ? []
      : decodeRecords(this.#records, at, { fromOffset, checkCrc: this.#checkCrc });
    this.#at = at + sizeBytes;
    return { records, nextOffset, leaderEpoch: batchLeaderEpoch(this.#records, at) };
  }
}
