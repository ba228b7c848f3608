import { expect, test } from 'vitest';
import { BrokerConfig } from '../../config/broker-config.ts';
import { defaultGroupCoordinatorConfig, groupCoordinatorConfigOf } from './config.ts';

test("the defaults are those of the broker's configuration", () => {
  const { config } = BrokerConfig.from(new Map());
  expect(groupCoordinatorConfigOf(config)).toEqual(defaultGroupCoordinatorConfig);
});

test('what is configured counts', () => {
  const { config } = BrokerConfig.from(
    new Map([
      ['offsets.retention.minutes', '5'],
      ['offsets.topic.compression.codec', '3'],
    ]),
  );
  expect(groupCoordinatorConfigOf(config)).toMatchObject({
    offsetsRetentionMs: 300_000,
    compression: 'lz4',
  });
});
