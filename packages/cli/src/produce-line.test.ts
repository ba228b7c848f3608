import { expect, it } from 'vitest';
import { type LineFormat, recordOfLine } from './produce-line.ts';

const PLAIN: LineFormat = {
  topic: 't',
  json: false,
  keySeparator: undefined,
  partition: undefined,
  headers: undefined,
};
const KEYED: LineFormat = { ...PLAIN, keySeparator: Buffer.from('::') };
const JSON_LINES: LineFormat = { ...PLAIN, json: true, headers: { a: 'option' } };

it('takes a line as it is', () => {
  const line = Buffer.from([0xff, 0x00, 0x0d]);
  expect(recordOfLine(line, 1, { ...PLAIN, partition: 3 })).toEqual({
    topic: 't',
    partition: 3,
    headers: undefined,
    value: line,
  });
});

it('cuts key and value at the first separator', () => {
  const record = recordOfLine(Buffer.from('key::va::lue'), 1, KEYED);
  expect(String(record.key)).toBe('key');
  expect(String(record.value)).toBe('va::lue');
  expect(() => recordOfLine(Buffer.from('no separator'), 7, KEYED)).toThrow(/Line 7 has no "::"/);
});

it('reads JSON, with the headers of the options behind those of the line', () => {
  const line = JSON.stringify({
    key: 'k',
    value: { n: 1 },
    headers: { a: 'line', raw: { base64: '/w==' }, none: null },
    partition: 2,
    timestamp: 5,
  });
  expect(recordOfLine(Buffer.from(line), 1, JSON_LINES)).toEqual({
    topic: 't',
    key: 'k',
    value: '{"n":1}',
    headers: { a: 'line', raw: Buffer.from([0xff]), none: null },
    partition: 2,
    timestamp: 5,
  });
  expect(recordOfLine(Buffer.from('{"value":null}'), 1, JSON_LINES).value).toBeNull();
});

it.each([
  ['{', /Line 4 is not JSON: "{"/],
  ['[1]', /Line 4 is not a JSON object/],
  ['null', /Line 4 is not a JSON object/],
  ['{"headers":[]}', /Line 4: headers is not a JSON object/],
  ['{"partition":"1"}', /Line 4: partition is not a number/],
])('says what is wrong with %s', (line, message) => {
  expect(() => recordOfLine(Buffer.from(line), 4, JSON_LINES)).toThrow(message);
});
