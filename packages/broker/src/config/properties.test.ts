import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError } from './config-error.ts';
import { parseProperties } from './properties.ts';

function parse(text: string): Record<string, string> {
  return Object.fromEntries(parseProperties(text));
}

test.each([
  ['equals', 'a=b', { a: 'b' }],
  ['colon', 'a:b', { a: 'b' }],
  ['blank', 'a b', { a: 'b' }],
  ['blanks around the separator', '  a \t = \f b', { a: 'b' }],
  ['only the first separator', 'a==b=c', { a: '=b=c' }],
  ['blank, then a separator, then another', 'a : = b', { a: '= b' }],
  ['blanks at the end belong to the value', 'a=b  ', { a: 'b  ' }],
  ['no separator', 'a', { a: '' }],
  ['no value', 'a=', { a: '' }],
  ['no key', '=b', { '': 'b' }],
  ['comments', '# a=1\n  ! b=2\nc=3 # 4', { c: '3 # 4' }],
  ['blank lines and all line ends', 'a=1\r\n\r\n \t\nb=2\rc=3', { a: '1', b: '2', c: '3' }],
  ['the last of two', 'a=1\na=2', { a: '2' }],
  ['continuation', 'a=1,\\\n   2,\\\r\n\t3', { a: '1,2,3' }],
  ['continuation of the key', 'a\\\n  b=c', { ab: 'c' }],
  ['no continuation by an escaped backslash', 'a=1\\\\\nb=2', { a: '1\\', b: '2' }],
  ['a comment does not continue', '# a \\\nb=2', { b: '2' }],
  ['a line that continues a value is no comment', 'a=1\\\n#2', { a: '1#2' }],
  ['continuation at the end', 'a=1\\', { a: '1' }],
  ['a blank line ends a continuation', 'a=1\\\n\nb=2', { a: '1', b: '2' }],
  ['escapes', 'a=\\t\\n\\r\\f\\\\\\q\\"', { a: '\t\n\r\f\\q"' }],
  ['escaped separators in a key', 'a\\=b\\:c\\ d=e', { 'a=b:c d': 'e' }],
  ['unicode', 'a=\\u0041\\u00e9\\uD83D\\uDE00', { a: 'Aé😀' }],
  ['characters as they are', 'größe=😀', { größe: '😀' }],
  ['byte order mark', '\uFEFFa=1', { a: '1' }],
  ['an escaped leading blank', 'a=\\ b', { a: ' b' }],
])('%s', (_, text, expected) => {
  expect(parse(text)).toEqual(expected);
});

test.each(['a=\\u12', 'a=\\u12g4', 'a=1\nb=\\u'])('a broken escape names its line: %j', (text) => {
  expect(() => parse(text)).toThrow(ConfigError);
  expect(() => parse(text)).toThrow(`line ${text.split('\n').length}`);
});

describe('properties', () => {
  /** As Java writes a file. */
  const store = (entries: readonly (readonly [string, string])[]): string =>
    entries.map(([key, value]) => `${escape(key, true)}=${escape(value, false)}\n`).join('');

  const escape = (text: string, isKey: boolean): string =>
    [...text]
      .map((character, index) => {
        const special = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\f': '\\f' }[character];
        if (special !== undefined) return special;
        if (character === ' ' && (isKey || index === 0)) return '\\ ';
        if ('\\=:#!'.includes(character)) return `\\${character}`;
        if (character >= ' ' && character <= '~') return character;
        return character
          .split('')
          .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
          .join('');
      })
      .join('');

  test('what Java would store comes back', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }))),
        (entries) => {
          expect([...parseProperties(store(entries))]).toEqual([...new Map(entries)]);
        },
      ),
    );
  });

  test('any text is read or refused with a ConfigError', () => {
    const character = fc.constantFrom('a', '\\', '=', ':', ' ', '\n', '\r', '#', '!', 'u', '0');
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 40 }), (text) => {
        try {
          parseProperties(text);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      }),
    );
  });
});
