import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearestName } from './nearest-name.ts';

test.each([
  ['', 'abc', 3],
  ['kitten', 'sitting', 3],
  ['listneers', 'listeners', 1],
  ['num.partition', 'num.partitions', 1],
  ['same', 'same', 0],
])('%s to %s', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
});

test('a limit cuts the distance and changes nothing below it', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
  fc.assert(
    fc.property(word, word, fc.integer({ min: 0, max: 10 }), (a, b, limit) => {
      expect(editDistance(a, b, limit)).toBe(Math.min(limit, editDistance(a, b)));
      expect(editDistance(a, b)).toBe(editDistance(b, a));
    }),
  );
});

test('suggests the nearest name, and nothing that is far', () => {
  const known = ['log.retention.ms', 'log.retention.bytes', 'listeners', 'log.dirs'];
  expect(nearestName('log.retension.ms', known)).toBe('log.retention.ms');
  expect(nearestName('listener', known)).toBe('listeners');
  expect(nearestName('logdirs', known)).toBe('log.dirs');
  expect(nearestName('something.else.entirely', known)).toBeUndefined();
});
