/** Serializers for single values, in the encodings of Kafka's Java classes of the same name. */
import { clientError } from '../errors.ts';
import type { Serde } from './serde.ts';

/** UTF-8. Bytes that are no UTF-8 become U+FFFD, as in Java. */
export function string(): Serde<string> {
  return {
    serialize: (value) => Buffer.from(checked(value, typeof value === 'string', 'a string')),
    deserialize: (bytes) => bytes.toString('utf8'),
  };
}

/** The bytes themselves. */
export function bytes(): Serde<Uint8Array> {
  return {
    serialize: (value) => checked(value, value instanceof Uint8Array, 'a Uint8Array'),
    deserialize: (value) => value,
  };
}

/** JSON text in UTF-8. Its type is taken on trust: what does not fit it is not found out. */
export function json<T>(): Serde<T> {
  return {
    serialize: (value) => {
      const text = JSON.stringify(value) as string | undefined;
      return Buffer.from(checked(text ?? '', text !== undefined, 'something that JSON can say'));
    },
    deserialize: (value) => JSON.parse(value.toString('utf8')) as T,
  };
}

const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;

/** 4 bytes, big-endian (`IntegerSerializer`). */
export function int32(): Serde<number> {
  return {
    serialize: (value) => {
      const fits = Number.isInteger(value) && value >= INT32_MIN && value <= INT32_MAX;
      const buffer = Buffer.alloc(4);
      buffer.writeInt32BE(checked(value, fits, 'a whole number of 32 bits'));
      return buffer;
    },
    deserialize: (value) => sized(value, 4).readInt32BE(),
  };
}

/** 8 bytes, big-endian (`LongSerializer`), as a number; one beyond 2^53 is refused in both directions. */
export function int64(): Serde<number> {
  return {
    serialize: (value) => {
      const buffer = Buffer.alloc(8);
      const safe = checked(value, Number.isSafeInteger(value), 'a whole number below 2^53');
      buffer.writeBigInt64BE(BigInt(safe));
      return buffer;
    },
    deserialize: (value) => {
      const number = Number(sized(value, 8).readBigInt64BE());
      return checked(number, Number.isSafeInteger(number), 'a whole number below 2^53');
    },
  };
}

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** The same as a bigint, for all 64 bits. */
export function bigInt64(): Serde<bigint> {
  return {
    serialize: (value) => {
      const fits = typeof value === 'bigint' && value >= INT64_MIN && value <= INT64_MAX;
      const buffer = Buffer.alloc(8);
      buffer.writeBigInt64BE(checked(value, fits, 'a bigint of 64 bits'));
      return buffer;
    },
    deserialize: (value) => sized(value, 8).readBigInt64BE(),
  };
}

/** 8 bytes, IEEE 754, big-endian (`DoubleSerializer`). */
export function double(): Serde<number> {
  return {
    serialize: (value) => {
      const buffer = Buffer.alloc(8);
      buffer.writeDoubleBE(checked(value, typeof value === 'number', 'a number'));
      return buffer;
    },
    deserialize: (value) => sized(value, 8).readDoubleBE(),
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Its text of 36 characters (`UUIDSerializer`). */
export function uuid(): Serde<string> {
  return {
    serialize: (value) => Buffer.from(checked(value, UUID.test(value), 'a UUID')),
    deserialize: (value) => {
      const text = value.toString('latin1');
      return checked(text, UUID.test(text), 'a UUID');
    },
  };
}

/** `value`, which is what it should be. */
function checked<T>(value: T, ok: boolean, what: string): T {
  if (ok) return value;
  const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, 100)) : String(value);
  throw clientError('INVALID_ARGUMENT', `${shown} is not ${what}.`);
}

function sized(value: Buffer, sizeBytes: number): Buffer {
  if (value.length === sizeBytes) return value;
  throw clientError('INVALID_ARGUMENT', `There are ${value.length} bytes instead of ${sizeBytes}.`);
}
