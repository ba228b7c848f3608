import { describe, expect, test } from 'vitest';
import { BrokerConfig } from './broker-config.ts';
import { ConfigError } from './config-error.ts';
import {
  logDirs,
  logFlushIntervalMs,
  logRetentionMs,
  logRollJitterMs,
  logRollMs,
  maxConnectionsPerIpOverrides,
} from './effective.ts';

function from(properties: Record<string, string>): { config: BrokerConfig; warnings: string[] } {
  return BrokerConfig.from(new Map(Object.entries(properties)));
}

function configOf(properties: Record<string, string>): BrokerConfig {
  return from(properties).config;
}

test('values have the types of the table', () => {
  const { config, warnings } = from({ 'num.partitions': ' 4 ', 'log.cleanup.policy': 'compact' });
  const partitions: number = config.get('num.partitions');
  const policy: readonly string[] = config.get('log.cleanup.policy');
  const rack: string | null = config.get('broker.rack');
  const create: boolean = config.get('auto.create.topics.enable');
  expect([partitions, policy, rack, create]).toEqual([4, ['compact'], null, true]);
  expect(config.get('log.flush.interval.messages')).toBe(Number.MAX_SAFE_INTEGER);
  expect(config.text('log.flush.interval.messages')).toBe('9223372036854775807');
  expect(config.isSet('num.partitions')).toBe(true);
  expect(config.isSet('broker.rack')).toBe(false);
  expect(warnings).toEqual([]);
});

test('an invalid value is refused with key, value and range', () => {
  expect(() => from({ 'num.partitions': '0' })).toThrow(
    'Invalid value 0 for configuration num.partitions: must be a whole number of at least 1',
  );
});

describe('warnings', () => {
  test('an unknown key, with the nearest known one', () => {
    expect(from({ 'log.retention.mss': '1', 'foo.bar': 'baz' }).warnings).toEqual([
      'Unknown configuration log.retention.mss is ignored; did you mean log.retention.ms?',
      'Unknown configuration foo.bar is ignored',
    ]);
  });

  test('keys without effect, when they are not at their default', () => {
    const { warnings } = from({ 'num.io.threads': '16', 'num.network.threads': '3' });
    expect(warnings).toEqual(['Configurations that have no effect yet: num.io.threads']);
  });

  test('keys of one listener are known by their end', () => {
    const { warnings } = from({
      'listener.name.plaintext.ssl.protocol': 'TLSv1.3',
      'listener.name.plaintext.plain.sasl.jaas.config': 'x',
      'listener.name.plaintext.ssl.protocoll': 'x',
    });
    expect(warnings[0]).toContain('Unknown configuration listener.name.plaintext.ssl.protocoll');
    expect(warnings[1]).toContain('listener.name.plaintext.plain.sasl.jaas.config');
    expect(warnings).toHaveLength(2);
  });
});

test('a key for one listener wins there', () => {
  const config = configOf({
    'sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.internal.sasl.enabled.mechanisms': 'SCRAM-SHA-256,SCRAM-SHA-512',
  });
  expect(config.getForListener('INTERNAL', 'sasl.enabled.mechanisms')).toEqual([
    'SCRAM-SHA-256',
    'SCRAM-SHA-512',
  ]);
  expect(config.getForListener('OTHER', 'sasl.enabled.mechanisms')).toEqual(['PLAIN']);
});

test('broker.id and node.id stand for each other', () => {
  expect(configOf({ 'node.id': '7' }).get('broker.id')).toBe(7);
  expect(configOf({ 'broker.id': '7' }).get('node.id')).toBe(7);
  expect(configOf({}).get('broker.id')).toBe(-1);
});

describe('rules between configs', () => {
  test.each([
    [{ 'broker.id': '1', 'node.id': '2' }, 'must be the same as broker.id'],
    [{ 'broker.id': '1001' }, 'must be from -1 to 1000'],
    [{ 'broker.id.generation.enable': 'false' }, 'must be at least 0'],
    [{ 'process.roles': 'broker,controller', 'node.id': '1' }, 'does not form KRaft clusters'],
    [{ 'controller.listener.names': 'CONTROLLER' }, 'is for KRaft clusters'],
    [{ 'log.retention.ms': '0' }, 'must be -1 (no limit) or at least 1'],
    [{ 'log.retention.hours': '0' }, 'must be -1 (no limit) or at least 1'],
    [{ 'log.roll.ms': '0' }, 'must be at least 1'],
    [{ 'log.roll.ms': '-5' }, 'must be at least 1'],
    [{ 'log.roll.jitter.ms': '-1' }, 'must not be negative'],
    [{ 'log.dirs': ' , ' }, 'must name at least one directory'],
    [{ 'log.cleaner.dedupe.buffer.size': '1048576' }, 'must be more than 1048576'],
    [{ 'replica.fetch.wait.max.ms': '30001' }, 'must not exceed replica.socket.timeout.ms'],
    [{ 'replica.lag.time.max.ms': '100' }, 'must not exceed replica.lag.time.max.ms'],
    [{ 'queued.max.request.bytes': '1000' }, 'must be at least socket.request.max.bytes'],
    [{ 'max.connections.per.ip': '0' }, 'must be at least 1 unless'],
    [{ 'max.connections.per.ip.overrides': '127.0.0.1' }, 'must be address:count'],
    [{ 'connections.max.idle.ms': '100' }, 'must be less than connections.max.idle.ms'],
  ] as [Record<string, string>, string][])('%j', (properties, message) => {
    expect(() => from(properties)).toThrow(ConfigError);
    expect(() => from(properties)).toThrow(message);
  });

  test('what is just allowed', () => {
    configOf({ 'broker.id': '1001', 'reserved.broker.max.id': '1001' });
    configOf({ 'broker.id': '5000', 'broker.id.generation.enable': 'false' });
    configOf({ 'max.connections.per.ip': '0', 'max.connections.per.ip.overrides': 'localhost:5' });
    configOf({ 'connections.max.idle.ms': '-1' });
    configOf({ 'log.retention.ms': '-1' });
  });
});

describe('configs that say the same in other units', () => {
  test('milliseconds win over minutes, minutes over hours', () => {
    const hour = 3_600_000;
    expect(logRetentionMs(configOf({}))).toBe(168 * hour);
    expect(logRetentionMs(configOf({ 'log.retention.hours': '2' }))).toBe(2 * hour);
    const minutes = { 'log.retention.hours': '2', 'log.retention.minutes': '3' };
    expect(logRetentionMs(configOf(minutes))).toBe(180_000);
    expect(logRetentionMs(configOf({ ...minutes, 'log.retention.ms': '4' }))).toBe(4);
    expect(logRetentionMs(configOf({ 'log.retention.minutes': '-1' }))).toBe(-1);
    expect(logRollMs(configOf({ 'log.roll.hours': '2' }))).toBe(2 * hour);
    expect(logRollMs(configOf({ 'log.roll.hours': '2', 'log.roll.ms': '5' }))).toBe(5);
    expect(logRollJitterMs(configOf({ 'log.roll.jitter.hours': '1' }))).toBe(hour);
    expect(logFlushIntervalMs(configOf({ 'log.flush.scheduler.interval.ms': '9' }))).toBe(9);
    const both = { 'log.flush.scheduler.interval.ms': '9', 'log.flush.interval.ms': '8' };
    expect(logFlushIntervalMs(configOf(both))).toBe(8);
  });

  test('log.dirs wins over log.dir', () => {
    expect(logDirs(configOf({}))).toEqual(['/tmp/kafka-logs']);
    expect(logDirs(configOf({ 'log.dir': '/a', 'log.dirs': '/b, /c' }))).toEqual(['/b', '/c']);
  });

  test('connections of single addresses', () => {
    const text = '127.0.0.1:5, ::1:7,host.example:0';
    expect([
      ...maxConnectionsPerIpOverrides(configOf({ 'max.connections.per.ip.overrides': text })),
    ]).toEqual([
      ['127.0.0.1', 5],
      ['::1', 7],
      ['host.example', 0],
    ]);
  });
});

describe('dynamic overrides', () => {
  test('of the broker win over those of all brokers, those over the file', () => {
    const config = configOf({ 'message.max.bytes': '1' });
    const changes: string[][] = [];
    const stop = config.onChange((changed) => changes.push([...changed]));
    config.setDynamic({ broker: {}, clusterDefaults: { 'message.max.bytes': '2' } });
    expect(config.get('message.max.bytes')).toBe(2);
    config.setDynamic({
      broker: { 'message.max.bytes': '3', 'num.io.threads': '8' },
      clusterDefaults: { 'message.max.bytes': '2' },
    });
    expect(config.get('message.max.bytes')).toBe(3);
    config.setDynamic({ broker: {}, clusterDefaults: {} });
    expect(config.get('message.max.bytes')).toBe(1);
    stop();
    config.setDynamic({ broker: { 'message.max.bytes': '4' }, clusterDefaults: {} });
    // num.io.threads=8 is the default: nothing changed there.
    expect(changes).toEqual([['message.max.bytes'], ['message.max.bytes'], ['message.max.bytes']]);
  });

  test('that cannot be read are left out, and the others count', () => {
    const config = configOf({});
    const problems = config.setDynamic({
      broker: { 'message.max.bytes': 'many', 'log.retention.ms': '0' },
      clusterDefaults: { 'message.max.bytes': '5' },
    });
    expect(problems).toHaveLength(2);
    expect(problems[0]).toContain('message.max.bytes');
    expect(config.get('message.max.bytes')).toBe(5);
    expect(logRetentionMs(config)).toBe(604_800_000);
  });

  test('can be tried without a change', () => {
    const config = configOf({});
    const tried = config.withDynamic({ broker: { 'message.max.bytes': '5' }, clusterDefaults: {} });
    expect([tried.get('message.max.bytes'), config.get('message.max.bytes')]).toEqual([5, 1048588]);
  });
});
