/** What goes into a producer and what comes back. */
import type { RecordHeaderInput } from '@zurau/protocol';

export type Bytes = Uint8Array | string;

/** Strings are written as UTF-8. */
export type Headers = Readonly<Record<string, Bytes | null>> | readonly RecordHeaderInput[];

export interface ProducerRecord {
  readonly topic: string;
  /** Records of one key go to one partition, the one that Kafka's Java client chooses. */
  readonly key?: Bytes | null | undefined;
  /** Null is a tombstone. */
  readonly value?: Bytes | null | undefined;
  /** An object, or a list where a key occurs more than once. */
  readonly headers?: Headers | undefined;
  /** Overrides the partitioner. */
  readonly partition?: number | undefined;
  /** Milliseconds since the epoch; now by default. */
  readonly timestamp?: number | undefined;
}

export interface RecordMetadata {
  readonly topic: string;
  readonly partition: number;
  /** -1 when it is unknown: with acks 0, or when the broker knows the record as a late duplicate. */
  readonly offset: number;
  /** Milliseconds since the epoch: the record's, or the broker's on topics with log append time. */
  readonly timestamp: number;
  /** Where the partition's log begins; -1 when it is unknown. */
  readonly logStartOffset: number;
}

/** Headers as the record builder takes them. */
export function headerList(headers: Headers | undefined): readonly RecordHeaderInput[] | undefined {
  if (headers === undefined || Array.isArray(headers)) return headers as RecordHeaderInput[];
  return Object.entries(headers).map(([key, value]) => ({ key, value: value as Bytes | null }));
}
