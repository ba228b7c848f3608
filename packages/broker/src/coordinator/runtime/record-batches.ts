/**
 * Between a coordinator's records and the batches in its log.
 */
import {
  attributesIsControl,
  attributesIsTransactional,
  batchAttributes,
  batchLastOffset,
  batchPositions,
  batchProducerEpoch,
  batchProducerId,
  decodeControlRecord,
  decodeRecords,
  encodeControlBatch,
  encodeRecordBatch,
  RecordWalker,
  type CompressionCodec,
} from '@zurau/protocol';
import type {
  RecordCodec,
  RecordOrigin,
  RecordReader,
  TransactionEnd,
  TransactionProducer,
} from './state-machine.ts';

/** Is told what a log holds, in the log's order. */
export interface EntryVisitor<R> {
  onRecord(offset: number, record: R, origin: RecordOrigin): void;
  onTransactionEnd(offset: number, producerId: number, committed: boolean): void;
  /** Something that means nothing here; the log goes on after it. */
  onSkipped(offset: number): void;
}

/** One batch of all the records, stamped with `nowMs` as their creation time; with a producer, part of its transaction. */
export function encodeBatch<R>(
  records: readonly R[],
  codec: RecordCodec<R>,
  nowMs: number,
  compression: CompressionCodec,
  producer?: TransactionProducer,
): Buffer {
  const inputs = records.map((record) => ({ ...codec.encode(record), timestamp: nowMs }));
  const transaction = producer === undefined ? {} : { ...producer, transactional: true };
  return encodeRecordBatch(inputs, { codec: compression, ...transaction });
}

/** The control batch that ends a transaction. */
export function encodeTransactionEnd(end: TransactionEnd, nowMs: number): Buffer {
  const { producerId, producerEpoch, coordinatorEpoch } = end;
  return encodeControlBatch({
    type: end.committed ? 'commit' : 'abort',
    producerId,
    producerEpoch,
    coordinatorEpoch,
    timestamp: nowMs,
  });
}

/** Reads batches that the log has checked. Of use for one log at a time. */
export class EntryReader<R> {
  readonly #read: RecordReader<R>;
  readonly #walker = new RecordWalker();

  constructor(codec: RecordCodec<R>) {
    this.#read =
      codec.createReader?.() ??
      (({ bytes, keyStart, keyEnd, valueStart, valueEnd }) =>
        codec.decode(
          bytes.subarray(keyStart, keyEnd),
          valueStart < 0 ? null : bytes.subarray(valueStart, valueEnd),
        ));
  }

  /** Tells of all that is in whole batches. Throws DecodeError or CompressionError where the bytes are not what a coordinator writes. */
  visit(batches: Buffer, visitor: EntryVisitor<R>): void {
    for (const at of batchPositions(batches)) {
      const lastVisited = attributesIsControl(batchAttributes(batches, at))
        ? visitControlBatch(batches, at, visitor)
        : this.#visitBatch(batches, at, visitor);
      // Compaction may have dropped the last records of a batch, but not its last offset.
      const lastOffset = batchLastOffset(batches, at);
      if (lastVisited !== lastOffset) visitor.onSkipped(lastOffset);
    }
  }

  /** Returns the offset of the last record; -1 when there is none. */
  #visitBatch(batches: Buffer, at: number, visitor: EntryVisitor<R>): number {
    const origin: RecordOrigin = {
      producerId: batchProducerId(batches, at),
      producerEpoch: batchProducerEpoch(batches, at),
      transactional: attributesIsTransactional(batchAttributes(batches, at)),
    };
    const walker = this.#walker;
    walker.open(batches, at);
    let lastOffset = -1;
    while (walker.next()) {
      lastOffset = walker.offset;
      const record = walker.keyStart < 0 ? undefined : this.#read(walker);
      if (record === undefined) visitor.onSkipped(lastOffset);
      else visitor.onRecord(lastOffset, record, origin);
    }
    return lastOffset;
  }
}

function visitControlBatch<R>(batches: Buffer, at: number, visitor: EntryVisitor<R>): number {
  const producerId = batchProducerId(batches, at);
  let lastOffset = -1;
  for (const record of decodeRecords(batches, at, { checkCrc: false })) {
    const { type } = decodeControlRecord(record);
    lastOffset = record.offset;
    if (type === 'unknown') visitor.onSkipped(lastOffset);
    else visitor.onTransactionEnd(lastOffset, producerId, type === 'commit');
  }
  return lastOffset;
}
