import { expect, test } from 'vitest';
import { coordinatorPartition } from './coordinator-partition.ts';

test('keys hash as Java hashes strings', () => {
  // hashCode of "orders" is -1008770331.
  expect(coordinatorPartition('orders', 50)).toBe(1008770331 % 50);
  expect(coordinatorPartition('', 50)).toBe(0);
  expect(coordinatorPartition('a', 50)).toBe(97 % 50);
  // U+1F600 is two UTF-16 units to Java too: 31 * 0xd83d + 0xde00.
  expect(coordinatorPartition('😀', 1_000_000_007)).toBe(31 * 0xd83d + 0xde00);
});

test('the hash without a positive counterpart counts as 0', () => {
  expect(coordinatorPartition('polygenelubricants', 50)).toBe(0);
});
