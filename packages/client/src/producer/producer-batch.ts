/**
 * Records of one partition that are sent, acknowledged and retried together.
 *
 * Owns the encoded records and the callbacks of those who sent them. Every callback is called exactly once, when the batch settles.
 * Must never decide when or where it is sent: that is its queue's and the sender's business.
 */
import {
  type BatchProducer,
  type CompressionCodec,
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
const CAPACITY_BYTES_MIN = 512;

export interface BatchFormat {
  readonly codec: CompressionCodec;
  /** The records are part of a transaction. */
  readonly transactional: boolean;
}

export class ProducerBatch {
  readonly topic: string;
  readonly partition: number;
  /** Counts the batches of the partition. */
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
    this.#builder = new RecordBatchBuilder({
      codec: format.codec,
      transactional: format.transactional,
      initialCapacityBytes: Math.max(capacityBytes, CAPACITY_BYTES_MIN),
    });
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

  /** `callback` is called when the batch settles, or at once when it has. */
  whenSettled(callback: () => void): void {
    if (this.#settled) callback();
    else this.#onSettled.push(callback);
  }

  /** Written; a base offset of -1 is unknown, a log append time of -1 means that records keep their own timestamps. */
  succeed(baseOffset: number, logAppendTimeMs: number): void {
    this.#settle((callback, index) => {
      callback(undefined, {
        topic: this.topic,
        partition: this.partition,
        offset: baseOffset < 0 ? -1 : baseOffset + index,
        timestamp: logAppendTimeMs >= 0 ? logAppendTimeMs : (this.#timestamps[index] ?? -1),
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
}
