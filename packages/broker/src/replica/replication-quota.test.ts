import { expect, test } from 'vitest';
import { nodePlatform } from '@zurau/platform';
import { isThrottledReplica, ReplicationQuota } from './replication-quota.ts';

function quotaAt(bytesPerSecondMax: number): { quota: ReplicationQuota; at: (ms: number) => void } {
  let nowMs = 0;
  const quota = new ReplicationQuota({
    clock: { ...nodePlatform().clock, monotonicMs: () => nowMs },
    bytesPerSecondMax: () => bytesPerSecondMax,
    sampleCount: 3,
    sampleMs: 1_000,
  });
  return { quota, at: (ms) => (nowMs = ms) };
}

test('traffic above the rate exceeds it until enough time has passed', () => {
  const { quota, at } = quotaAt(100);
  expect(quota.isExceeded).toBe(false);
  quota.record(100);
  expect(quota.isExceeded).toBe(false);
  quota.record(100);
  expect(quota.isExceeded).toBe(true);
  at(1_999);
  expect(quota.isExceeded).toBe(true);
  at(2_000);
  expect(quota.isExceeded).toBe(false);
  quota.record(1_000);
  expect(quota.isExceeded).toBe(true);
  // What is older than all samples is forgotten.
  at(5_000);
  expect(quota.isExceeded).toBe(false);
});

test('a topic names the replicas that are throttled', () => {
  expect(isThrottledReplica([], 0, 1)).toBe(false);
  expect(isThrottledReplica(['*'], 7, 1)).toBe(true);
  expect(isThrottledReplica(['0:1', '1:2'], 1, 2)).toBe(true);
  expect(isThrottledReplica(['0:1', '1:2'], 1, 1)).toBe(false);
});
