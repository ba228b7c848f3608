/** For property tests: any value of a message in one of its versions, as a reader of that version would return it. */
import fc from 'fast-check';
import { EMPTY_BYTES, ZERO_UUID } from '../src/index.ts';
import type { ScalarType } from '../schemas/notation.ts';
import type { Field, Message, Struct } from './model.ts';

type Value = Record<string, unknown>;

/** Length and depth of what is generated are kept small: the variety is in the values, and there are many messages. */
const arrayLengthMax = 3;

export function arbitraryMessage(message: Message, version: number): fc.Arbitrary<Value> {
  return arbitraryStruct(message.structs[0]!, version);
}

function arbitraryStruct(struct: Struct, version: number): fc.Arbitrary<Value> {
  return fc.record(
    Object.fromEntries(
      struct.fields.map((field) => [
        field.name,
        isIn(field.versions, version)
          ? arbitraryField(field, version)
          : fc.constant(defaultValue(field)),
      ]),
    ),
    { noNullPrototype: true },
  );
}

function arbitraryField(field: Field, version: number): fc.Arbitrary<unknown> {
  const { type } = field;
  const present =
    type.kind === 'struct'
      ? arbitraryStruct(type.struct, version)
      : type.kind === 'scalar'
        ? scalars[type.scalar]
        : fc.array(
            typeof type.element === 'string'
              ? scalars[type.element]
              : arbitraryStruct(type.element, version),
            { maxLength: arrayLengthMax },
          );
  const isNullable = isIn(field.nullable, version);
  // Defaults must come up often: a tagged field that has its default is not written at all.
  return fc.oneof(
    { weight: 4, arbitrary: present },
    { weight: 1, arbitrary: fc.constant(usableDefault(field, isNullable)) },
    ...(isNullable ? [{ weight: 1, arbitrary: fc.constant(null) }] : []),
  );
}

const scalars: Readonly<Record<ScalarType, fc.Arbitrary<unknown>>> = {
  bool: fc.boolean(),
  int8: fc.integer({ min: -0x80, max: 0x7f }),
  int16: fc.integer({ min: -0x8000, max: 0x7fff }),
  uint16: fc.integer({ min: 0, max: 0xffff }),
  int32: fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }),
  int64: fc.maxSafeInteger(),
  float64: fc.double(),
  string: fc.oneof(
    { weight: 4, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 30 }) },
    { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
    {
      weight: 1,
      arbitrary: fc.nat({ max: 400 }).map((length) => 'ab€'.repeat(length).slice(0, length)),
    },
  ),
  uuid: fc
    .uint8Array({ minLength: 16, maxLength: 16 })
    .map((bytes) => Buffer.from(bytes).toString('base64url')),
  bytes: arbitraryBytes(),
  records: arbitraryBytes(),
};

/** Mostly a few bytes, now and then enough of them to be kept by reference. */
function arbitraryBytes(): fc.Arbitrary<Buffer> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)) },
    { weight: 1, arbitrary: fc.nat({ max: 10_000 }).map((length) => Buffer.alloc(length, 7)) },
  );
}

/** What a field is where a version does not have it. */
function defaultValue(field: Field): unknown {
  const { explicitDefault, type } = field;
  if (explicitDefault !== undefined) return explicitDefault;
  if (type.kind === 'array') return [];
  if (type.kind === 'struct') {
    return Object.fromEntries(
      type.struct.fields.map((part): [string, unknown] => [part.name, defaultValue(part)]),
    );
  }
  return type.scalar === 'records' && field.nullable !== undefined ? null : zeroValues[type.scalar];
}

/** The default, or the zero value where the default is null and this version has no null. */
function usableDefault(field: Field, isNullable: boolean): unknown {
  const value = defaultValue(field);
  return value === null && !isNullable
    ? defaultValue({ ...field, explicitDefault: undefined, nullable: undefined })
    : value;
}

const zeroValues: Readonly<Record<ScalarType, unknown>> = {
  bool: false,
  int8: 0,
  int16: 0,
  uint16: 0,
  int32: 0,
  int64: 0,
  float64: 0,
  string: '',
  uuid: ZERO_UUID,
  bytes: EMPTY_BYTES,
  records: EMPTY_BYTES,
};

function isIn(range: { from: number; to: number } | undefined, version: number): boolean {
  return range !== undefined && version >= range.from && version <= range.to;
}
