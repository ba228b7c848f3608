import { expect, test } from 'vitest';
import { truncationFor, type FollowerLog } from './truncation.ts';

/** A log of epochs that begin at the given offsets, answering as the leader epoch cache does. */
function logOf(
  epochs: readonly (readonly [epoch: number, startOffset: number])[],
  logEndOffset: number,
  highWatermark = 0,
): FollowerLog {
  return {
    logEndOffset,
    highWatermark,
    offsetForLeaderEpoch: (asked) => {
      const latest = epochs.at(-1);
      if (latest === undefined || asked > latest[0]) return { epoch: -1, endOffset: -1 };
      if (asked === latest[0]) return { epoch: asked, endOffset: logEndOffset };
      const higher = epochs.findIndex(([epoch]) => epoch > asked);
      const floor = epochs[higher - 1];
      return { epoch: floor?.[0] ?? asked, endOffset: epochs[higher]![1] };
    },
  };
}

const log = logOf(
  [
    [3, 0],
    [4, 10],
    [6, 20],
  ],
  30,
  5,
);

test.each([
  ['the leader ends the same epoch earlier', { epoch: 6, endOffset: 25 }, 25, true],
  ['the leader ends it later', { epoch: 6, endOffset: 40 }, 30, true],
  ['the leader knows only an older epoch', { epoch: 4, endOffset: 15 }, 15, true],
  ['the leader wrote more in an older epoch', { epoch: 4, endOffset: 28 }, 20, true],
  ['the leader names an epoch that is unknown here', { epoch: 5, endOffset: 25 }, 20, false],
  ['the leader names an epoch older than any here', { epoch: 2, endOffset: 0 }, 0, false],
  ['the leader cannot say: the high watermark is safe', { epoch: -1, endOffset: -1 }, 5, true],
  ['the leader knows no epochs', { epoch: -1, endOffset: 12 }, 12, true],
])('%s', (_name, leaderEnd, offset, isComplete) => {
  const truncation = truncationFor(leaderEnd, log);
  expect(truncation.offset).toBe(offset);
  if (leaderEnd.epoch !== 2) expect(truncation.isComplete).toBe(isComplete);
});

test('a log without epochs goes by the leader alone', () => {
  const empty = logOf([], 8);
  expect(truncationFor({ epoch: 3, endOffset: 5 }, empty)).toEqual({ offset: 5, isComplete: true });
});
