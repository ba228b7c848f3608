/**
 * A topic with the types of its keys and values: records go to any producer and come from any consumer by way of it.
 *
 *     const orders = topic('orders', { key: string(), value: json<Order>() });
 *     await orders.send(producer, { key: 'o-1', value: order });
 *     for await (const { value } of orders.records(consumer)) ...
 *
 * Only translates: owns neither producer nor consumer, and sees no bytes that are not of its topic.
 */
import type { DecodedHeader, DecodedRecord } from '@zurau/protocol';
import { clientError, type KafkaError } from '../errors.ts';
import type { Headers, ProducerRecord, RecordMetadata } from '../producer/record.ts';
import { headerList } from '../producer/record.ts';
import { bytes } from './primitives.ts';
import type { Deserializer, Serde, SerdeContext, Serializer } from './serde.ts';

export interface TopicSerdes<K, V> {
  /** Bytes as they are by default. */
  readonly key?: Serde<K>;
  readonly value?: Serde<V>;
}

export interface TypedRecord<K, V> {
  readonly key?: K | null | undefined;
  /** Null is a tombstone. */
  readonly value?: V | null | undefined;
  readonly headers?: Headers | undefined;
  /** Overrides the partitioner. */
  readonly partition?: number | undefined;
  /** Milliseconds since the epoch; now by default. */
  readonly timestamp?: number | undefined;
}

/** A record that was read, with what its bytes say. */
export interface ReadRecord<K, V> {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly key: K | null;
  readonly value: V | null;
  readonly headers: readonly DecodedHeader[];
}

/** What a typed topic needs of a producer. */
export interface RecordSink {
  send(
    record: ProducerRecord,
    options?: { readonly signal?: AbortSignal },
  ): Promise<RecordMetadata>;
}

/** What it needs of a consumer's batch. */
export interface RecordBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly DecodedRecord[];
}

export class TypedTopic<K, V> {
  readonly name: string;
  readonly #key: Serde<K>;
  readonly #value: Serde<V>;

  constructor(name: string, serdes: TopicSerdes<K, V>) {
    this.name = name;
    this.#key = serdes.key ?? (bytes() as unknown as Serde<K>);
    this.#value = serdes.value ?? (bytes() as unknown as Serde<V>);
  }

  /** Sends a record; as the producer's `send`, and rejects with `SERIALIZATION_FAILED` for a value that cannot be written. */
  async send(
    producer: RecordSink,
    record: TypedRecord<K, V>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<RecordMetadata> {
    const encoded = this.encode(record);
    return await producer.send(encoded instanceof Promise ? await encoded : encoded, options);
  }

  /**
   * Sends records in their order, resolves when all are acknowledged. Rejects with the first failure once all are settled; when one cannot be
   * written, none is sent.
   */
  async sendBatch(
    producer: RecordSink,
    records: readonly TypedRecord<K, V>[],
    options?: { readonly signal?: AbortSignal },
  ): Promise<RecordMetadata[]> {
    const encoded = await Promise.all(records.map(async (record) => await this.encode(record)));
    const results = await Promise.allSettled(
      encoded.map((record) => producer.send(record, options)),
    );
    return results.map((result) => {
      if (result.status === 'rejected') throw result.reason as KafkaError;
      return result.value;
    });
  }

  /** A record as a producer takes it. A promise only where a serializer gives one. */
  encode(record: TypedRecord<K, V>): ProducerRecord | Promise<ProducerRecord> {
    const headers = (headerList(record.headers) ?? []).map((header) => ({
      key: header.key,
      value:
        typeof header.value === 'string' ? Buffer.from(header.value) : (header.value as Buffer),
    }));
    const key = this.#written('key', this.#key, record.key, headers);
    const value = this.#written('value', this.#value, record.value, headers);
    const whole = (k: Uint8Array | null, v: Uint8Array | null): ProducerRecord => {
      const { headers: given, partition, timestamp } = record;
      return { topic: this.name, key: k, value: v, headers: given, partition, timestamp };
    };
    if (key instanceof Promise || value instanceof Promise) {
      return Promise.all([key, value]).then(([k, v]) => whole(k, v));
    }
    return whole(key, value);
  }

  /** The records of a batch. Rejects with `DESERIALIZATION_FAILED`, which names the first record that cannot be read. */
  async decode(batch: RecordBatch): Promise<ReadRecord<K, V>[]> {
    if (batch.topic !== this.name) {
      const about = `A batch of topic ${batch.topic} cannot be read as one of ${this.name}.`;
      throw clientError('INVALID_ARGUMENT', about);
    }
    const read: ReadRecord<K, V>[] = [];
    for (const record of batch.records) {
      const decoded = this.#read(batch, record);
      read.push(decoded instanceof Promise ? await decoded : decoded);
    }
    return read;
  }

  /** Records of this topic one by one, for ever; batches of other topics are passed over. Leaving the loop closes nothing. */
  async *records(
    consumer: AsyncIterable<RecordBatch>,
  ): AsyncGenerator<ReadRecord<K, V>, void, undefined> {
    for await (const batch of consumer) {
      if (batch.topic !== this.name) continue;
      for (const record of batch.records) {
        const decoded = this.#read(batch, record);
        yield decoded instanceof Promise ? await decoded : decoded;
      }
    }
  }

  #read(batch: RecordBatch, record: DecodedRecord): ReadRecord<K, V> | Promise<ReadRecord<K, V>> {
    const { partition } = batch;
    const { offset, timestamp, headers } = record;
    const at = `${this.name}-${partition} at offset ${offset}`;
    const key = this.#decoded('key', this.#key, record.key, headers, at);
    const value = this.#decoded('value', this.#value, record.value, headers, at);
    const whole = (k: K | null, v: V | null): ReadRecord<K, V> => ({
      topic: this.name,
      partition,
      offset,
      timestamp,
      key: k,
      value: v,
      headers,
    });
    if (key instanceof Promise || value instanceof Promise) {
      return Promise.all([key, value]).then(([k, v]) => whole(k, v));
    }
    return whole(key, value);
  }

  #written<T>(
    part: 'key' | 'value',
    serializer: Serializer<T>,
    value: T | null | undefined,
    headers: SerdeContext['headers'],
  ): Uint8Array | null | Promise<Uint8Array> {
    if (value === null || value === undefined) return null;
    const failed = (error: unknown): KafkaError =>
      serdeError('SERIALIZATION_FAILED', `The ${part} of a record for ${this.name}`, error);
    try {
      const written = serializer.serialize(value, { topic: this.name, part, headers });
      if (!(written instanceof Promise)) return written;
      return written.catch((error: unknown) => {
        throw failed(error);
      });
    } catch (error) {
      throw failed(error);
    }
  }

  #decoded<T>(
    part: 'key' | 'value',
    deserializer: Deserializer<T>,
    value: Buffer | null,
    headers: SerdeContext['headers'],
    at: string,
  ): T | null | Promise<T> {
    if (value === null) return null;
    const failed = (error: unknown): KafkaError =>
      serdeError('DESERIALIZATION_FAILED', `The ${part} of ${at}`, error);
    try {
      const decoded = deserializer.deserialize(value, { topic: this.name, part, headers });
      if (!(decoded instanceof Promise)) return decoded;
      return decoded.catch((error: unknown) => {
        throw failed(error);
      });
    } catch (error) {
      throw failed(error);
    }
  }
}

/** Names a topic, and what its keys and values are. */
export function topic<K = Uint8Array, V = Uint8Array>(
  name: string,
  serdes: TopicSerdes<K, V> = {},
): TypedTopic<K, V> {
  return new TypedTopic(name, serdes);
}

function serdeError(
  code: 'SERIALIZATION_FAILED' | 'DESERIALIZATION_FAILED',
  about: string,
  cause: unknown,
): KafkaError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return clientError(code, `${about}: ${why}`, cause);
}
