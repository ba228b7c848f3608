import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CheckedRanges } from './checked-ranges.ts';
import { CHECKED_FOR_MS, CHECKED_RANGES_MAX } from './limits.ts';

const POSITIONS = 60;

describe('checked ranges', () => {
  it('know as checked what was, whatever the order, and never anything else', () => {
    const position = fc.nat(POSITIONS);
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.tuple(fc.constant('add' as const), position, position) },
      { weight: 1, arbitrary: fc.tuple(fc.constant('cut' as const), position, position) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const ranges = new CheckedRanges(0);
        const known = new Set<number>();
        for (const [kind, a, b] of steps) {
          if (kind === 'cut') {
            ranges.cut(a);
            for (const each of known) if (each >= a) known.delete(each);
          } else if (a !== b) {
            const [start, end] = [Math.min(a, b), Math.max(a, b)];
            ranges.add(start, end);
            for (let each = start; each < end; each++) known.add(each);
          }
        }
        for (let from = 0; from <= POSITIONS; from++) {
          let end = from;
          while (known.has(end)) end++;
          expect(ranges.endFrom(from)).toBe(end);
        }
      }),
    );
  });

  it('are few: the shortest is forgotten', () => {
    const ranges = new CheckedRanges(0);
    for (let i = 0; i <= CHECKED_RANGES_MAX; i++) ranges.add(100 * i, 100 * i + (i === 5 ? 1 : 50));
    for (let i = 0; i <= CHECKED_RANGES_MAX; i++) {
      expect(ranges.endFrom(100 * i)).toBe(i === 5 ? 500 : 100 * i + 50);
    }
  });

  it.each([
    ['time', CHECKED_FOR_MS, 7],
    ['a clock that is put back', -1, 7],
    ['a change of the file', 1, 8],
    ['the end of appends', 1, undefined],
  ])('are forgotten with %s', (_what, nowMs, modifiedMs) => {
    const ranges = new CheckedRanges(0);
    ranges.refresh(0, 7);
    ranges.add(0, 10);
    ranges.refresh(CHECKED_FOR_MS - 1, 7);
    expect(ranges.endFrom(0)).toBe(10);
    ranges.refresh(nowMs, modifiedMs);
    expect(ranges.endFrom(0)).toBe(0);
    ranges.add(0, 10);
    ranges.refresh(nowMs, modifiedMs);
    expect(ranges.endFrom(0)).toBe(10);
  });
});
