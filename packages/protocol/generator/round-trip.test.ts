/**
 * Properties of all generated codecs. ZURAU_PROPERTY_RUNS sets how many values of each message are tried (default 25),
 * ZURAU_PROPERTY_SEED repeats a run.
 */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as protocol from '../src/index.ts';
import { ByteReader, ByteWriter, DecodeError, type MessageCodec } from '../src/index.ts';
import { apiSchemas, dataSchemas } from '../schemas/all.ts';
import { arbitraryMessage } from './arbitrary.ts';
import { resolveMessage, type Message } from './model.ts';

const parameters: fc.Parameters<unknown> = {
  numRuns: Number(process.env['ZURAU_PROPERTY_RUNS'] ?? 25),
  ...(process.env['ZURAU_PROPERTY_SEED'] === undefined
    ? {}
    : { seed: Number(process.env['ZURAU_PROPERTY_SEED']) }),
};

const pairs: [string, Message, MessageCodec][] = [
  ...apiSchemas.flatMap((schema): [string, Message, MessageCodec][] => {
    const api = protocol.apiByKey(schema.key)!;
    return [
      [api.request.name, resolveMessage(api.request.name, schema.request), api.request],
      [api.response.name, resolveMessage(api.response.name, schema.response), api.response],
    ];
  }),
  ...Object.values(dataSchemas)
    .flat()
    .map(({ name, message }): [string, Message, MessageCodec] => {
      const constant = name.charAt(0).toLowerCase() + name.slice(1);
      const codec = (protocol as unknown as Record<string, MessageCodec>)[constant]!;
      return [name, resolveMessage(name, message), codec];
    }),
];

const writer = new ByteWriter();

function encode(codec: MessageCodec, value: unknown, version: number): Buffer {
  codec.write(writer, value, version);
  return writer.takeOne();
}

interface Sample {
  readonly version: number;
  readonly value: unknown;
}

function anySample(message: Message): fc.Arbitrary<Sample> {
  return fc
    .integer({ min: message.versions.from, max: message.versions.to })
    .chain((version) => arbitraryMessage(message, version).map((value) => ({ version, value })));
}

test('every codec that is exported is tried here', () => {
  const codecs = Object.values(protocol).filter(
    (value) => typeof value === 'object' && 'flexibleFrom' in value,
  );
  expect(codecs.length).toBe(pairs.length - 2 * apiSchemas.length);
  expect(protocol.allApis.length).toBe(apiSchemas.length);
});

describe('any value of any version', () => {
  test.each(pairs)('%s', (_name, message, codec) => {
    expect([codec.name, codec.minVersion, codec.maxVersion]).toEqual([
      message.name,
      message.versions.from,
      message.versions.to,
    ]);
    fc.assert(
      fc.property(anySample(message), ({ version, value }) => {
        const bytes = encode(codec, value, version);
        const reader = new ByteReader(bytes);
        const decoded = codec.read(reader, version);
        // isDeepStrictEqual first: it is many times faster than a matcher, which is for the message.
        if (!isDeepStrictEqual(decoded, value)) expect(decoded).toStrictEqual(value);
        expect(reader.remaining).toBe(0);
        expect(encode(codec, decoded, version).equals(bytes)).toBe(true);
      }),
      parameters,
    );
  });
});

describe('any bytes', () => {
  test.each(pairs)('%s', (_name, message, codec) => {
    const anyVersion = fc.integer({ min: message.versions.from, max: message.versions.to });
    fc.assert(
      fc.property(anyVersion, fc.uint8Array({ maxLength: 200 }), (version, bytes) => {
        expectBoundedDecoding(codec, version, Buffer.from(bytes));
      }),
      parameters,
    );
    fc.assert(
      fc.property(
        anySample(message),
        fc.array(anyMutation, { minLength: 1, maxLength: 3 }),
        (sample, mutations) => {
          let bytes = encode(codec, sample.value, sample.version);
          for (const mutate of mutations) bytes = mutate(bytes);
          expectBoundedDecoding(codec, sample.version, bytes);
        },
      ),
      parameters,
    );
  });
});

/** What hostile lengths look like, in the encodings of lengths that there are. */
const hostileLengths = [
  '7fffffff',
  'ffffffff',
  '80000000',
  '7fff',
  'ffffffff0f',
  'ff7f',
  '00',
  'fffffffff0',
].map((hex) => Buffer.from(hex, 'hex'));

const anyMutation: fc.Arbitrary<(bytes: Buffer) => Buffer> = fc.oneof(
  fc
    .tuple(fc.nat(), fc.constantFrom(...hostileLengths))
    .map(([where, length]) => (bytes: Buffer) => {
      const changed = Buffer.from(bytes);
      length.copy(changed, where % (bytes.length + 1));
      return changed;
    }),
  fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })).map(([where, bits]) => (bytes: Buffer) => {
    const changed = Buffer.from(bytes);
    if (bytes.length > 0) changed[where % bytes.length]! ^= bits;
    return changed;
  }),
  fc.nat().map((where) => (bytes: Buffer) => bytes.subarray(0, where % (bytes.length + 1))),
  fc
    .tuple(fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 8 }))
    .map(([where, extra]) => (bytes: Buffer) => {
      const at = where % (bytes.length + 1);
      return Buffer.concat([bytes.subarray(0, at), extra, bytes.subarray(at)]);
    }),
);

/**
 * Decoding either fails with a DecodeError, or gives no more elements and text than the bytes account for: sixteen bytes of a uuid are 22
 * characters, all else is at most one for one.
 */
function expectBoundedDecoding(codec: MessageCodec, version: number, bytes: Buffer): void {
  let decoded;
  try {
    decoded = codec.read(new ByteReader(bytes), version);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return;
  }
  expect(weightOf(decoded)).toBeLessThanOrEqual(bytes.length * (22 / 16));
}

/** Array elements, and bytes of text and of binary fields, in a decoded value. */
function weightOf(value: unknown): number {
  if (typeof value === 'string') return value === protocol.ZERO_UUID ? 0 : value.length;
  if (Buffer.isBuffer(value)) return value.length;
  if (Array.isArray(value)) {
    return value.reduce<number>((sum, element) => sum + 1 + weightOf(element), 0);
  }
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, part) => sum + weightOf(part), 0);
}
