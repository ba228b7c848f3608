/** What `autoOffsetReset` takes, and where it leads. */
import { describe, expect, it } from 'vitest';
import { Consumer, type OffsetReset } from '../index.ts';
import { resetPositionOf } from './offset-reset.ts';

const NOW_MS = 1_700_000_000_000;

describe('by_duration', () => {
  it.each([
    ['PT1H', 3_600_000],
    ['P1D', 86_400_000],
    ['P2DT3H4M5S', 183_845_000],
    ['PT0.25S', 250],
    ['PT90M', 5_400_000],
    ['pt5s', 5_000],
  ])('of %s is so long ago', (duration, durationMs) => {
    const position = resetPositionOf(`by_duration:${duration}`, 'any', NOW_MS);
    expect(position).toEqual({ timestamp: NOW_MS - durationMs });
  });

  it('does not go back behind the beginning of time', () => {
    expect(resetPositionOf('by_duration:P30000D', 'any', NOW_MS)).toEqual({ timestamp: 0 });
  });

  it.each(['', 'P', 'PT', '1H', 'PT1H1D', 'P1Y', 'PT-1H', 'P1DT', 'PT1H ', 'P99999999999999999D'])(
    'of "%s" is refused',
    (duration) => {
      const autoOffsetReset: OffsetReset = `by_duration:${duration}`;
      expect(() => new Consumer({ bootstrapServers: 'localhost:9092', autoOffsetReset })).toThrow(
        /autoOffsetReset must be .* ISO 8601/,
      );
      expect(() => resetPositionOf(() => autoOffsetReset, 'any', NOW_MS)).toThrow('ISO 8601');
    },
  );
});

it('leads to an end of the log, to what a function says, or nowhere', () => {
  expect(resetPositionOf('earliest', 'any', NOW_MS)).toBe('beginning');
  expect(resetPositionOf('latest', 'any', NOW_MS)).toBe('end');
  expect(resetPositionOf('none', 'any', NOW_MS)).toBeUndefined();
  const byTopic = (topic: string): OffsetReset => (topic === 'old' ? 'earliest' : 'latest');
  expect(resetPositionOf(byTopic, 'old', NOW_MS)).toBe('beginning');
});
