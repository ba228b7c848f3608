/**
 * How values become bytes and come back. Both directions may be synchronous or not; whoever uses them waits only when there is something to wait for.
 */
import type { DecodedHeader } from '@zurau/protocol';

/** What a value is part of. */
export interface SerdeContext {
  readonly topic: string;
  readonly part: 'key' | 'value';
  /** Of the record; when it is written, those that have been given so far. */
  readonly headers: readonly Pick<DecodedHeader, 'key' | 'value'>[];
}

/** Never asked for null: a record without key or value has none. */
export interface Serializer<T> {
  serialize(value: T, context: SerdeContext): Uint8Array | Promise<Uint8Array>;
}

/** Throws, or rejects with, whatever it likes: the caller says which record it was. */
export interface Deserializer<T> {
  deserialize(bytes: Buffer, context: SerdeContext): T | Promise<T>;
}

export interface Serde<T> extends Serializer<T>, Deserializer<T> {}
