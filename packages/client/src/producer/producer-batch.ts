/**
 * Records of one partition that are sent, acknowledged and retried together.
 *
 * Owns the encoded records and the callbacks of those who sent them. Every callback is called exactly once, when the batch settles.
 * Must never decide when or where it is sent: that is its queue's and the sender's business.
 */
import {
  type BatchProducer,
  batchProducerEpoch,
  batchProducerId,
  type CompressionCodec,
  decodeRecords,
  RecordBatchBuilder,
  type RecordInput,
  setBatchProducer,
} from '@zurau/protocol';
import type { KafkaError } from '../errors.ts';
import type { TopicPartition } from '../topic-partition.ts';
import type { RecordMetadata } from './record.ts';

/** Called once a record. */
export type RecordCallback = (
  error: KafkaError | undefined,
  metadata: RecordMetadata | undefined,
) => void;

const NO_SEQUENCE = -1;
/** After the largest int32 comes 0. */
const SEQUENCE_COUNT = 2 ** 31;
const CAPACITY_BYTES_MIN = 512;

export interface BatchFormat {
  readonly codec: CompressionCodec;
  /** The records are part of a transaction. */
  readonly transactional: boolean;
}

export class ProducerBatch {
  readonly topic: string;
  readonly partition: number;
  /** Counts the batches of the partition; parts of one that was too large are in between. */
  readonly order: number;
  /** Monotonic. */
  readonly createdMs: number;
  /** What it holds of `bufferMemory`. */
  memoryBytes = 0;
  /** First sequence number in the partition, -1 while it has none. */
  baseSequence: number = NO_SEQUENCE;
  /** How often it was sent. */
  attempts = 0;
  lastError: KafkaError | undefined;

  readonly #builder: RecordBatchBuilder;
  readonly #callbacks: RecordCallback[] = [];
  readonly #timestamps: number[] = [];
  #records: Buffer | undefined;
  readonly #format: BatchFormat;
  /** Batches from `order` up to less than so much more are parts of what this one is a part of. */
  #orderSpan = 1;
  #settled = false;
  #onSettled: (() => void)[] = [];

  constructor(
    of: TopicPartition,
    order: number,
    createdMs: number,
    format: BatchFormat,
    capacityBytes: number,
  ) {
    this.topic = of.topic;
    this.partition = of.partition;
    this.order = order;
    this.createdMs = createdMs;
    this.#format = format;
    this.#builder = new RecordBatchBuilder({
      codec: format.codec,
      transactional: format.transactional,
      initialCapacityBytes: Math.max(capacityBytes, CAPACITY_BYTES_MIN),
    });
  }

  get codec(): CompressionCodec {
    return this.#format.codec;
  }

  get recordCount(): number {
    return this.#callbacks.length;
  }

  /** Before compression. */
  get sizeBytes(): number {
    return this.#records?.length ?? this.#builder.sizeBytes;
  }

  /** True once it takes no more records. */
  get built(): boolean {
    return this.#records !== undefined;
  }

  get settled(): boolean {
    return this.#settled;
  }

  append(record: RecordInput, memoryBytes: number, callback: RecordCallback): void {
    this.#builder.append(record);
    this.#callbacks.push(callback);
    this.#timestamps.push(record.timestamp);
    this.memoryBytes += memoryBytes;
  }

  /** Ends the batch: encodes it as `producer`'s, or as nobody's. Throws CompressionError. */
  build(producer: BatchProducer | undefined): void {
    this.#records = this.#builder.build(producer);
    this.baseSequence = producer?.baseSequence ?? NO_SEQUENCE;
  }

  /** What goes over the wire. */
  get records(): Buffer {
    if (this.#records === undefined) throw new Error('the batch is not built yet');
    return this.#records;
  }

  /** Gives a batch that the broker refused another identity. The bytes must not be on their way to a socket. */
  restamp(producer: BatchProducer): void {
    const { producerId, producerEpoch, baseSequence } = producer;
    setBatchProducer(this.records, 0, producerId, producerEpoch, baseSequence);
    this.baseSequence = baseSequence;
  }

  /**
   * Two batches in place of this one, which the broker found too large: same order, time and identity, with the sequence numbers of this one between
   * them. This batch settles when they have. Throws CompressionError.
   */
  split(): [ProducerBatch, ProducerBatch] {
    const records = decodeRecords(this.records, 0, { checkCrc: false });
    const half = Math.ceil(records.length / 2);
    const parts = [records.slice(0, half), records.slice(half)] as const;
    const span = this.#orderSpan / 2;
    let from = 0;
    const batches = parts.map((part, index) => {
      const batch = new ProducerBatch(
        this,
        this.order + index * span,
        this.createdMs,
        this.#format,
        this.records.length,
      );
      batch.#orderSpan = span;
      const memoryBytes = Math.floor(this.memoryBytes / records.length);
      for (const record of part) {
        batch.append(record, memoryBytes, this.#callbacks[from] as RecordCallback);
        from += 1;
      }
      batch.attempts = this.attempts;
      batch.lastError = this.lastError;
      return batch;
    }) as [ProducerBatch, ProducerBatch];
    const [first, second] = batches;
    second.memoryBytes += this.memoryBytes - first.memoryBytes - second.memoryBytes;
    this.memoryBytes = 0;
    first.#buildAs(this, 0);
    second.#buildAs(this, half);
    let open = 2;
    for (const batch of batches) {
      batch.whenSettled(() => {
        open -= 1;
        if (open === 0) this.#afterSettled();
      });
    }
    this.#callbacks.length = 0;
    return batches;
  }

  /** With the identity of the batch that it is a part of. */
  #buildAs(whole: ProducerBatch, fromRecord: number): void {
    const { records, baseSequence } = whole;
    this.build(
      baseSequence < 0
        ? undefined
        : {
            producerId: batchProducerId(records, 0),
            producerEpoch: batchProducerEpoch(records, 0),
            baseSequence: (baseSequence + fromRecord) % SEQUENCE_COUNT,
          },
    );
  }

  /** `callback` is called when the batch settles, or at once when it has. */
  whenSettled(callback: () => void): void {
    if (this.#settled) callback();
    else this.#onSettled.push(callback);
  }

  /** Written; offsets of -1 are unknown, a log append time of -1 means that records keep their own timestamps. */
  succeed(baseOffset: number, logAppendTimeMs: number, logStartOffset: number): void {
    this.#settle((callback, index) => {
      callback(undefined, {
        topic: this.topic,
        partition: this.partition,
        offset: baseOffset < 0 ? -1 : baseOffset + index,
        timestamp: logAppendTimeMs >= 0 ? logAppendTimeMs : (this.#timestamps[index] ?? -1),
        logStartOffset,
      });
    });
  }

  fail(error: KafkaError): void {
    this.#settle((callback) => callback(error, undefined));
  }

  #settle(tell: (callback: RecordCallback, index: number) => void): void {
    if (this.#settled) throw new Error('a batch settles once');
    this.#settled = true;
    for (let index = 0; index < this.#callbacks.length; index += 1) {
      tell(this.#callbacks[index] as RecordCallback, index);
    }
    for (const callback of this.#onSettled) callback();
    this.#onSettled = [];
  }

  #afterSettled(): void {
    this.#settle(() => undefined);
  }
}
