import { expect, test } from 'vitest';
import { BrokerConfig } from './broker-config.ts';
import { consumerTimeouts, groupConfigProblem } from './group-config.ts';

function brokerConfig(properties: Readonly<Record<string, string>> = {}): BrokerConfig {
  return BrokerConfig.from(new Map(Object.entries(properties))).config;
}

const SESSION = 'consumer.session.timeout.ms';
const HEARTBEAT = 'consumer.heartbeat.interval.ms';

test("a group has the broker's timeouts unless it has its own", () => {
  const config = brokerConfig();
  expect(consumerTimeouts(config, {})).toEqual({
    sessionTimeoutMs: 45_000,
    heartbeatIntervalMs: 5_000,
  });
  expect(consumerTimeouts(config, { [SESSION]: '50000', [HEARTBEAT]: '6000' })).toEqual({
    sessionTimeoutMs: 50_000,
    heartbeatIntervalMs: 6_000,
  });
});

test('what is stored and out of bounds now is brought within them; what cannot be read does not count', () => {
  const config = brokerConfig();
  expect(consumerTimeouts(config, { [SESSION]: '90000', [HEARTBEAT]: '1' })).toEqual({
    sessionTimeoutMs: 60_000,
    heartbeatIntervalMs: 5_000,
  });
  expect(consumerTimeouts(config, { [SESSION]: 'long' }).sessionTimeoutMs).toBe(45_000);
});

test.each([
  [{ [SESSION]: '50000' }, undefined],
  [
    { [SESSION]: '44999' },
    `${SESSION} must be greater than or equal to group.consumer.min.session.timeout.ms`,
  ],
  [
    { [SESSION]: '60001' },
    `${SESSION} must be less than or equal to group.consumer.max.session.timeout.ms`,
  ],
  [
    { [HEARTBEAT]: '4999' },
    `${HEARTBEAT} must be greater than or equal to group.consumer.min.heartbeat.interval.ms`,
  ],
  [
    { [HEARTBEAT]: '15001' },
    `${HEARTBEAT} must be less than or equal to group.consumer.max.heartbeat.interval.ms`,
  ],
  [
    { [HEARTBEAT]: 'often' },
    `Invalid value often for configuration ${HEARTBEAT}: must be a whole number of at least 1`,
  ],
  [{ 'retention.ms': '1' }, 'Unknown group config name: retention.ms'],
])('%j', (overrides: Record<string, string>, problem) => {
  expect(groupConfigProblem(brokerConfig(), overrides)).toBe(problem);
});

test('a session ends later than the next heartbeat is due', () => {
  const config = brokerConfig({ 'group.consumer.max.heartbeat.interval.ms': '50000' });
  expect(groupConfigProblem(config, { [HEARTBEAT]: '45000' })).toBe(
    `${SESSION} must be greater than ${HEARTBEAT}`,
  );
  expect(groupConfigProblem(config, { [HEARTBEAT]: '45000', [SESSION]: '45001' })).toBeUndefined();
});

test.each([
  ['group.consumer.session.timeout.ms', '44999', 'group.consumer.min.session.timeout.ms'],
  ['group.consumer.session.timeout.ms', '60001', 'group.consumer.max.session.timeout.ms'],
  ['group.consumer.max.session.timeout.ms', '44999', 'group.consumer.min.session.timeout.ms'],
  ['group.consumer.heartbeat.interval.ms', '4999', 'group.consumer.min.heartbeat.interval.ms'],
  ['group.consumer.heartbeat.interval.ms', '15001', 'group.consumer.max.heartbeat.interval.ms'],
  ['group.consumer.max.heartbeat.interval.ms', '1', 'group.consumer.min.heartbeat.interval.ms'],
])('a broker with %s=%s does not start', (key, value, bound) => {
  expect(() => brokerConfig({ [key]: value })).toThrow(bound);
});
