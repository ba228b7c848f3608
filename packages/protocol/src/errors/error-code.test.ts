import { expect, test } from 'vitest';
import { ErrorCode, errorMessage, errorName, isRetriable } from '../index.ts';

test('codes run from -1 to 133 without a hole and every one has a name and a sentence', () => {
  const codes = Object.values(ErrorCode).toSorted((a, b) => a - b);
  expect(codes).toEqual(Array.from({ length: 135 }, (_, index) => index - 1));
  for (const [name, code] of Object.entries(ErrorCode)) {
    expect(errorName(code)).toBe(name);
    expect(errorMessage(code)).toMatch(/^[A-Za-z].*\.$/);
  }
  expect(new Set(codes.map(errorMessage)).size).toBe(codes.length);
});

test('a code of a newer broker has a name too', () => {
  expect(errorName(9999)).toBe('ERROR_9999');
  expect(errorMessage(9999)).toContain('9999');
  expect(isRetriable(9999)).toBe(false);
});

test('retriable means that the same request may succeed later', () => {
  expect(isRetriable(ErrorCode.NONE)).toBe(false);
  expect(isRetriable(ErrorCode.NOT_LEADER_OR_FOLLOWER)).toBe(true);
  expect(isRetriable(ErrorCode.UNKNOWN_TOPIC_ID)).toBe(true);
  expect(isRetriable(ErrorCode.OFFSET_OUT_OF_RANGE)).toBe(false);
  expect(isRetriable(ErrorCode.REBALANCE_IN_PROGRESS)).toBe(false);
});
