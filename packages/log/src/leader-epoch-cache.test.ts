import { memoryDisk } from '@zurau/platform';
import { describe, expect, it } from 'vitest';
import { LeaderEpochCache } from './leader-epoch-cache.ts';

function cacheOf(...entries: [epoch: number, startOffset: number][]) {
  const disk = memoryDisk();
  disk.makeDirSync('/p');
  const cache = new LeaderEpochCache(disk, '/p');
  for (const [epoch, startOffset] of entries) cache.assign(epoch, startOffset);
  const reloaded = (): [number, number][] => {
    const copy = new LeaderEpochCache(disk, '/p');
    copy.load();
    return copy.entries.map((entry) => [entry.epoch, entry.startOffset]);
  };
  return { cache, reloaded };
}

describe('leader epochs', () => {
  it('answer where an epoch ended', () => {
    const { cache } = cacheOf([2, 0], [3, 10], [7, 25]);
    expect(cache.endOffsetFor(7, 40)).toEqual({ epoch: 7, endOffset: 40 });
    expect(cache.endOffsetFor(3, 40)).toEqual({ epoch: 3, endOffset: 25 });
    expect(cache.endOffsetFor(5, 40)).toEqual({ epoch: 3, endOffset: 25 });
    expect(cache.endOffsetFor(1, 40)).toEqual({ epoch: 1, endOffset: 0 });
    expect(cache.endOffsetFor(8, 40)).toEqual({ epoch: -1, endOffset: -1 });
    expect(cache.endOffsetFor(-1, 40)).toEqual({ epoch: -1, endOffset: -1 });
    expect([9, 10, 24, 99].map((offset) => cache.epochFor(offset))).toEqual([2, 3, 3, 7]);
  });

  it('drop what a new entry contradicts', () => {
    const { cache, reloaded } = cacheOf([2, 0], [3, 10], [7, 25]);
    cache.assign(5, 10);
    expect(reloaded()).toEqual([
      [2, 0],
      [5, 10],
    ]);
    cache.assign(5, 12);
    expect(cache.latestEpoch).toBe(5);
    expect(reloaded()).toEqual([
      [2, 0],
      [5, 10],
    ]);
  });

  it('are cut with the log at both ends', () => {
    const { cache, reloaded } = cacheOf([2, 0], [3, 10], [7, 25]);
    cache.truncateFromEnd(25);
    expect(reloaded()).toEqual([
      [2, 0],
      [3, 10],
    ]);
    cache.truncateFromStart(15);
    expect(reloaded()).toEqual([[3, 15]]);
    cache.truncateFromEnd(15);
    expect(reloaded()).toEqual([]);
  });
});
