import { expect, test } from 'vitest';
import { withFewRepeats } from './few-repeats.ts';

test('names are kept in their order, repeated ones too', () => {
  expect(withFewRepeats(['b', 'a', 'b', 'c', 'a'])).toEqual(['b', 'a', 'b', 'c', 'a']);
});

test('of many repetitions few are left, of names none is lost', () => {
  const named = Array.from({ length: 100_000 }, (_, index) => index % 500);
  const kept = withFewRepeats(named);
  expect(kept).toHaveLength(600);
  expect(new Set(kept).size).toBe(500);
});
