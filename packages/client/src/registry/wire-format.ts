/**
 * How records name their schema: Confluent's wire format.
 *
 *     +-------+----------------+------------------ ...
 *     | 0     | schema id (4)  | payload
 *     +-------+----------------+------------------ ...
 *
 * With Protobuf the payload begins with the path to the message inside of its file: how many steps, then the steps, all zigzag varints; the path [0], by far
 * the most common, is the one byte 0.
 */
import { clientError } from '../errors.ts';

const MAGIC = 0;
export const HEADER_BYTES = 5;
/** Deeper than anybody nests messages. */
const PATH_STEPS_MAX = 64;

export function framed(schemaId: number, ...payload: readonly Uint8Array[]): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(MAGIC);
  header.writeInt32BE(schemaId, 1);
  return Buffer.concat([header, ...payload]);
}

/** Throws KafkaError `INVALID_ARGUMENT` for bytes without a schema id. */
export function schemaIdOf(bytes: Buffer): number {
  if (bytes.length < HEADER_BYTES || bytes[0] !== MAGIC) {
    throw clientError(
      'INVALID_ARGUMENT',
      'The bytes do not begin with a schema id: they were not written by a serializer of a schema registry.',
    );
  }
  return bytes.readInt32BE(1);
}

export function encodeMessagePath(path: readonly number[]): Buffer {
  if (path.length === 1 && path[0] === 0) return Buffer.from([0]);
  return Buffer.from([path.length, ...path].flatMap(zigzagVarint));
}

/** The path, and where the message begins. */
export function decodeMessagePath(
  bytes: Buffer,
  at: number,
): { readonly path: readonly number[]; readonly end: number } {
  const count = readZigzagVarint(bytes, at);
  if (count.value === 0) return { path: [0], end: count.end };
  if (count.value < 0 || count.value > PATH_STEPS_MAX) throw badPath();
  const path: number[] = [];
  let { end } = count;
  for (let step = 0; step < count.value; step += 1) {
    const index = readZigzagVarint(bytes, end);
    if (index.value < 0) throw badPath();
    path.push(index.value);
    end = index.end;
  }
  return { path, end };
}

function zigzagVarint(value: number): number[] {
  const out: number[] = [];
  let rest = value * 2;
  while (rest >= 0x80) {
    out.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  out.push(rest);
  return out;
}

function readZigzagVarint(bytes: Buffer, at: number): { value: number; end: number } {
  let raw = 0;
  for (let index = 0; index < 5; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) break;
    raw |= (byte & 0x7f) << (7 * index);
    if (byte < 0x80) return { value: (raw >>> 1) ^ -(raw & 1), end: at + index + 1 };
  }
  throw badPath();
}

function badPath(): Error {
  return clientError('INVALID_ARGUMENT', 'The path to the Protobuf message is malformed.');
}
