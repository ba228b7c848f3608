import { expect, it } from 'vitest';
import { type HealthInput, judgeHealth } from './health.ts';

const lag = (records: number | undefined) => ({
  topic: 't',
  partition: 0,
  records,
  seconds: undefined,
});

const calm: HealthInput = {
  closed: false,
  hasPolled: true,
  busyMs: 0,
  unansweredMs: 10,
  sinceHeartbeatMs: 10,
  inGroup: 'stable',
  lags: [lag(0), lag(0)],
  patienceMs: 1_000,
};

it.each([
  ['nothing to read', {}, 'idle', undefined],
  ['records', { lags: [lag(0), lag(3)] }, 'reading', undefined],
  ['a partition not heard of', { lags: [lag(undefined)] }, 'starting', undefined],
  ['no poll yet', { hasPolled: false }, 'starting', undefined],
  ['an application at work', { busyMs: 900, lags: [lag(9)] }, 'reading', undefined],
  ['an application that does not come back', { busyMs: 1_001 }, 'stuck', 'application'],
  ['a silent broker', { unansweredMs: 1_001 }, 'stuck', 'broker'],
  ['a silent coordinator', { sinceHeartbeatMs: 1_001 }, 'stuck', 'coordinator'],
  ['no coordinator needed', { sinceHeartbeatMs: 9_999, inGroup: undefined }, 'idle', undefined],
  ['a rebalance', { inGroup: 'rebalancing', unansweredMs: 9_999 }, 'rebalancing', undefined],
  ['a closed consumer', { closed: true, busyMs: 9_999 }, 'closed', undefined],
] as const)('%s', (_, change, state, stuckOn) => {
  expect(judgeHealth({ ...calm, ...change })).toMatchObject({ state, stuckOn });
});

it('adds up the lag', () => {
  expect(judgeHealth({ ...calm, lags: [lag(2), lag(3)] }).lagRecords).toBe(5);
  expect(judgeHealth({ ...calm, lags: [lag(2), lag(undefined)] }).lagRecords).toBeUndefined();
});
