import { expect, test } from 'vitest';
import { FollowerProgress } from './follower-progress.ts';

const LAG_MS_MAX = 100;

function isCaughtUp(follower: FollowerProgress, leaderEnd: number, nowMs: number): boolean {
  return follower.isCaughtUp(leaderEnd, nowMs, LAG_MS_MAX);
}

test('who fetches from the end is caught up until it has not done so for too long', () => {
  const follower = new FollowerProgress(1);
  follower.onFetch(10, 0, 10, 1_000);
  expect(isCaughtUp(follower, 15, 1_100)).toBe(true);
  expect(isCaughtUp(follower, 15, 1_101)).toBe(false);
  expect(isCaughtUp(follower, 10, 9_999)).toBe(true);
});

test('who reaches what the leader had at the fetch before was caught up then', () => {
  const follower = new FollowerProgress(1);
  follower.onFetch(0, 0, 10, 1_000);
  expect(follower.lastCaughtUpMs).toBe(Number.NEGATIVE_INFINITY);
  follower.onFetch(10, 0, 20, 1_050);
  expect(follower.lastCaughtUpMs).toBe(1_000);
  follower.onFetch(19, 0, 30, 1_060);
  expect(follower.lastCaughtUpMs).toBe(1_000);
});

test('a new leader gives those in sync the full time, and does not wait for the others', () => {
  const inSync = new FollowerProgress(1);
  const other = new FollowerProgress(2);
  for (const follower of [inSync, other]) follower.onFetch(10, 5, 10, 1_000);
  inSync.onEpochStarted(12, true, true, 5_000);
  other.onEpochStarted(12, true, false, 5_000);
  expect([inSync.logEndOffset, inSync.logStartOffset]).toEqual([-1, -1]);
  expect(isCaughtUp(inSync, 12, 5_100)).toBe(true);
  expect(isCaughtUp(inSync, 12, 5_101)).toBe(false);
  expect(isCaughtUp(other, 12, 5_000)).toBe(false);
});

test('a leader that is elected again remembers where its followers are', () => {
  const follower = new FollowerProgress(1);
  follower.onFetch(10, 0, 10, 1_000);
  follower.onEpochStarted(12, false, false, 2_000);
  expect(follower.logEndOffset).toBe(10);
  // The fetch before this epoch proves nothing for it.
  follower.onFetch(12, 0, 20, 2_010);
  expect(follower.lastCaughtUpMs).toBe(Number.NEGATIVE_INFINITY);
  follower.onFetch(20, 0, 25, 2_020);
  expect(follower.lastCaughtUpMs).toBe(2_010);
});
