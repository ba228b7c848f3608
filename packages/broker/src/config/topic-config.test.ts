import { describe, expect, test } from 'vitest';
import { BrokerConfig } from './broker-config.ts';
import { ConfigError } from './config-error.ts';
import { resolveTopicConfig, validateTopicConfig, type TopicConfig } from './topic-config.ts';

function resolve(
  overrides: Record<string, string>,
  properties: Record<string, string> = {},
): TopicConfig {
  return resolveTopicConfig(
    BrokerConfig.from(new Map(Object.entries(properties))).config,
    overrides,
  );
}

test('without anything set, Kafka defaults', () => {
  expect(resolve({})).toEqual({
    cleanupPolicy: { delete: true, compact: false },
    compressionType: 'producer',
    compressionLevel: undefined,
    deleteRetentionMs: 86_400_000,
    fileDeleteDelayMs: 60_000,
    flushMessages: Number.MAX_SAFE_INTEGER,
    flushMs: Number.MAX_SAFE_INTEGER,
    followerThrottledReplicas: [],
    indexIntervalBytes: 4096,
    leaderThrottledReplicas: [],
    maxCompactionLagMs: Number.MAX_SAFE_INTEGER,
    maxMessageBytes: 1_048_588,
    messageTimestampType: 'CreateTime',
    messageTimestampBeforeMaxMs: Number.MAX_SAFE_INTEGER,
    messageTimestampAfterMaxMs: Number.MAX_SAFE_INTEGER,
    minCleanableDirtyRatio: 0.5,
    minCompactionLagMs: 0,
    minInsyncReplicas: 1,
    preallocate: false,
    retentionBytes: -1,
    retentionMs: 604_800_000,
    segmentBytes: 1_073_741_824,
    segmentIndexBytes: 10_485_760,
    segmentJitterMs: 0,
    segmentMs: 604_800_000,
    uncleanLeaderElectionEnable: false,
  });
});

test('the topic wins over the broker', () => {
  const properties = { 'log.retention.hours': '1', 'log.segment.bytes': '5000' };
  expect(resolve({ 'retention.ms': '7' }, properties)).toMatchObject({
    retentionMs: 7,
    segmentBytes: 5000,
  });
});

test('broker configs in other units', () => {
  expect(resolve({}, { 'log.retention.minutes': '2' }).retentionMs).toBe(120_000);
  expect(resolve({}, { 'log.retention.hours': '-1' }).retentionMs).toBe(-1);
  expect(resolve({}, { 'log.roll.hours': '2', 'log.roll.jitter.hours': '1' })).toMatchObject({
    segmentMs: 7_200_000,
    segmentJitterMs: 3_600_000,
  });
  expect(resolve({}, { 'log.flush.scheduler.interval.ms': '50' }).flushMs).toBe(50);
});

test('the level is that of the codec, and none for codecs without levels', () => {
  const levels = { 'compression.gzip.level': '3', 'compression.zstd.level': '-7' };
  const level = (type: string): number | undefined =>
    resolve({ ...levels, 'compression.type': type }).compressionLevel;
  expect(['gzip', 'lz4', 'zstd', 'snappy', 'producer', 'uncompressed'].map(level)).toEqual([
    3,
    9,
    -7,
    undefined,
    undefined,
    undefined,
  ]);
  expect(resolve({ 'compression.type': 'gzip' }).compressionLevel).toBeUndefined();
});

test('the older limit of timestamps counts where the newer ones are not set', () => {
  const limits = (overrides: Record<string, string>, properties = {}): [number, number] => {
    const topic = resolve(overrides, properties);
    return [topic.messageTimestampBeforeMaxMs, topic.messageTimestampAfterMaxMs];
  };
  expect(limits({ 'message.timestamp.difference.max.ms': '5' })).toEqual([5, 5]);
  expect(
    limits({
      'message.timestamp.difference.max.ms': '5',
      'message.timestamp.after.max.ms': '6',
    }),
  ).toEqual([5, 6]);
  expect(limits({}, { 'log.message.timestamp.difference.max.ms': '7' })).toEqual([7, 7]);
});

test('an invalid override is an error, an unknown one is not', () => {
  expect(() => resolve({ 'segment.bytes': '1' })).toThrow(ConfigError);
  expect(resolve({ 'segment.bites': '1' })).toEqual(resolve({}));
});

describe('validation', () => {
  test.each([
    [{ 'retention.ms': '-1' }, undefined],
    [{ 'cleanup.policy': 'delete,compact' }, undefined],
    [
      { 'retention.ms': '-2' },
      'Invalid value -2 for configuration retention.ms: must be a whole number of at least -1',
    ],
    [
      { 'retention.mss': '1' },
      'Unknown topic config name: retention.mss; did you mean retention.ms?',
    ],
    [{ toString: '1' }, 'Unknown topic config name: toString'],
    [
      { 'min.compaction.lag.ms': '10', 'max.compaction.lag.ms': '5' },
      'min.compaction.lag.ms (10) must not exceed max.compaction.lag.ms (5)',
    ],
    [
      { 'remote.storage.enable': 'true' },
      'remote.storage.enable cannot be set: this broker has no tiered storage',
    ],
    [
      { 'remote.log.copy.disable': 'true' },
      'remote.log.delete.on.disable and remote.log.copy.disable can be set in KRaft clusters only',
    ],
  ] as [Record<string, string>, string | undefined][])('%j', (overrides, problem) => {
    expect(validateTopicConfig(overrides)).toBe(problem);
  });

  test('the other side of a rule may be what the broker says', () => {
    const properties = new Map([['log.cleaner.max.compaction.lag.ms', '5']]);
    const { config } = BrokerConfig.from(properties);
    expect(validateTopicConfig({ 'min.compaction.lag.ms': '10' })).toBeUndefined();
    expect(validateTopicConfig({ 'min.compaction.lag.ms': '10' }, config)).toContain(
      'must not exceed',
    );
  });
});
