import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError } from './config-error.ts';
import type { ConfigDefinition } from './definition.ts';
import { doubleText, parseValue } from './value-parser.ts';

const base = { default: null, importance: 'low', doc: 'A row for tests.' } as const;

function parse(definition: Omit<ConfigDefinition, keyof typeof base>, text: string): unknown {
  return parseValue('a.key', { ...base, ...definition }, text).value;
}

function problem(definition: Omit<ConfigDefinition, keyof typeof base>, text: string): string {
  try {
    parse(definition, text);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
  }
  throw new Error(`${text} was accepted`);
}

test('blanks around a value do not count', () => {
  expect(parse({ type: 'int' }, ' 42\t')).toBe(42);
  expect(parse({ type: 'string' }, '  a b ')).toBe('a b');
  expect(parse({ type: 'boolean' }, ' TRUE ')).toBe(true);
});

describe('numbers', () => {
  test('take a sign and leading zeros, and are shown without', () => {
    expect(parseValue('a.key', { ...base, type: 'int' }, '+0042')).toEqual({
      value: 42,
      text: '42',
    });
    expect(parseValue('a.key', { ...base, type: 'long' }, '-0')).toEqual({ value: 0, text: '0' });
  });

  test.each(['', 'abc', '1.5', '1e3', '0x10', '1_000', '--1', '1 2'])('are not %j', (text) => {
    expect(problem({ type: 'long', range: { min: 0 } }, text)).toBe(
      `Invalid value ${text} for configuration a.key: must be a whole number of at least 0`,
    );
  });

  test.each([
    ['short', '32767', '32768'],
    ['int', '-2147483648', '-2147483649'],
    ['long', '9223372036854775807', '9223372036854775808'],
  ] as const)('of type %s end where the type ends', (type, last, tooFar) => {
    expect(parseValue('a.key', { ...base, type }, last).text).toBe(last);
    expect(problem({ type }, tooFar)).toContain('that fits a');
  });

  test('saturate where a number is not exact, and keep their text', () => {
    const parsed = parseValue('a.key', { ...base, type: 'long' }, '9223372036854775807');
    expect(parsed).toEqual({ value: Number.MAX_SAFE_INTEGER, text: '9223372036854775807' });
    expect(parse({ type: 'long' }, '-9223372036854775808')).toBe(-Number.MAX_SAFE_INTEGER);
  });

  test('are checked against their range, both ends included', () => {
    const definition = { type: 'int', range: { min: 1, max: 9, or: -1 } } as const;
    expect([1, 9, -1].map((value) => parse(definition, String(value)))).toEqual([1, 9, -1]);
    for (const text of ['0', '10', '-2']) {
      expect(problem(definition, text)).toBe(
        `Invalid value ${text} for configuration a.key: must be a whole number from 1 to 9, or -1`,
      );
    }
  });

  test('with a fraction', () => {
    const definition = { type: 'double', range: { min: 0, max: 1 } } as const;
    expect(parse(definition, '.5')).toBe(0.5);
    expect(parse(definition, '1')).toBe(1);
    for (const text of ['NaN', 'Infinity', '1.1', '-0.1', 'half', '']) {
      expect(problem(definition, text)).toContain('must be a number from 0 to 1');
    }
  });
});

test.each([
  [0, '0.0'],
  [1, '1.0'],
  [0.5, '0.5'],
  [0.001, '0.001'],
  [0.00025, '2.5E-4'],
  [9999999, '9999999.0'],
  [12345678, '1.2345678E7'],
  [1e10, '1.0E10'],
  [-2.5e-7, '-2.5E-7'],
  [Number.MAX_VALUE, '1.7976931348623157E308'],
])('a double is shown as Java shows it: %d', (value, text) => {
  expect(doubleText(value)).toBe(text);
});

test('any whole number in the range reads back as itself', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
      const { text } = parseValue('a.key', { ...base, type: 'long' }, String(value));
      expect(text).toBe(String(value));
    }),
  );
});

describe('lists', () => {
  test('are split at commas, without the blanks beside them', () => {
    expect(parse({ type: 'list' }, ' a , b,c ')).toEqual(['a', 'b', 'c']);
    expect(parse({ type: 'list' }, 'a,,b')).toEqual(['a', '', 'b']);
    expect(parse({ type: 'list' }, ' ')).toEqual([]);
  });

  test('have only elements that are allowed', () => {
    const definition = { type: 'list', oneOf: ['compact', 'delete'] } as const;
    expect(parse(definition, 'delete,compact')).toEqual(['delete', 'compact']);
    expect(problem(definition, 'delete,Compact')).toContain('a list of: compact, delete');
  });
});

test('words are matched with their case, unless the row says otherwise', () => {
  const definition = { type: 'string', oneOf: ['CreateTime'] } as const;
  expect(problem(definition, 'createtime')).toContain('must be one of: CreateTime');
  expect(parse({ ...definition, caseInsensitive: true }, 'createtime')).toBe('createtime');
});

test('booleans are true and false and nothing else', () => {
  for (const text of ['', '1', 'yes']) {
    expect(problem({ type: 'boolean' }, text)).toContain('must be true or false');
  }
});

test('a password is never part of a message', () => {
  const definition = { type: 'password', oneOf: ['right'] } as const;
  expect(problem(definition, 'secret')).not.toContain('secret');
});

describe('formats', () => {
  test('releases of Kafka', () => {
    const definition = { type: 'string', format: 'kafka-version' } as const;
    for (const text of ['3.9', '3.9-IV0', '3.9.1', '0.10.2', '0.10.0-IV1', '4.0-IV1', '0.9.0.1']) {
      expect(parse(definition, text)).toBe(text);
    }
    for (const text of ['3', '3.9-IV1', '5.0', '0.9', 'x', '', '0.9.0-IV0']) {
      expect(problem(definition, text)).toContain('a release of Kafka');
    }
  });

  test('throttled replicas', () => {
    const definition = { type: 'list', format: 'throttled-replicas' } as const;
    for (const text of ['', '*', '0:1', '0:1,12:3']) parse(definition, text);
    for (const text of ['0', '0:1,*', '0:a', ':']) {
      expect(problem(definition, text)).toContain('partition:broker pairs');
    }
  });
});
