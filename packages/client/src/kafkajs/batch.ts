/** A batch as `eachBatch` gets it, and as the instrumentation events tell of it. */
import type { ConsumedBatch } from '../consumer/consumed-batch.ts';
import type { Batch } from './consumer-types.ts';
import { toKafkaMessage } from './messages.ts';

export interface BatchEventPayload {
  readonly topic: string;
  readonly partition: number;
  readonly highWatermark: string;
  readonly offsetLag: string;
  readonly offsetLagLow: string;
  readonly batchSize: number;
  readonly firstOffset: string | null;
  readonly lastOffset: string;
}

/** Offsets of what was passed over with the records (markers, aborted records) count as the batch's last. */
export function toBatch(consumed: ConsumedBatch): Batch {
  const { topic, partition, highWatermark, nextOffset, records } = consumed;
  const first = records[0]?.offset ?? nextOffset - 1;
  return {
    topic,
    partition,
    highWatermark: String(highWatermark),
    messages: records.map(toKafkaMessage),
    isEmpty: () => records.length === 0,
    firstOffset: () => String(first),
    lastOffset: () => String(nextOffset - 1),
    offsetLag: () => String(Math.max(0, highWatermark - nextOffset)),
    offsetLagLow: () => String(Math.max(0, highWatermark - 1 - first)),
  };
}

export function batchPayload(consumed: ConsumedBatch): BatchEventPayload {
  return spanPayload({
    ...consumed,
    firstOffset: consumed.records[0]?.offset ?? consumed.nextOffset - 1,
    recordCount: consumed.records.length,
  });
}

export interface OffsetSpan {
  readonly topic: string;
  readonly partition: number;
  readonly highWatermark: number;
  readonly firstOffset: number;
  readonly nextOffset: number;
  readonly recordCount: number;
}

export function spanPayload(span: OffsetSpan): BatchEventPayload {
  const { topic, partition, highWatermark, firstOffset, nextOffset, recordCount } = span;
  return {
    topic,
    partition,
    highWatermark: String(highWatermark),
    offsetLag: String(Math.max(0, highWatermark - nextOffset)),
    offsetLagLow: String(Math.max(0, highWatermark - 1 - firstOffset)),
    batchSize: recordCount,
    firstOffset: String(firstOffset),
    lastOffset: String(nextOffset - 1),
  };
}
