/**
 * A record, as given to the builder and as read from a batch.
 */

/** A header of a record that is to be written; strings are written as UTF-8. */
export interface RecordHeaderInput {
  readonly key: string;
  readonly value: Uint8Array | string | null;
}

/** A record to be written; strings are written as UTF-8. A missing key or value is null. */
export interface RecordInput {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly key?: Uint8Array | string | null | undefined;
  readonly value?: Uint8Array | string | null | undefined;
  readonly headers?: readonly RecordHeaderInput[] | undefined;
  /** Absolute, larger than the one before; the next one when missing. Only rewriting a compacted log leaves gaps. */
  readonly offset?: number | undefined;
}

export interface DecodedHeader {
  readonly key: string;
  /** A view. */
  readonly value: Buffer | null;
}

/** A record read from a batch. Its buffers are views: they live as long as what was decoded is not overwritten. */
export interface DecodedRecord {
  readonly offset: number;
  /** Milliseconds since the epoch; the log append time where the batch has that type. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly DecodedHeader[];
}
