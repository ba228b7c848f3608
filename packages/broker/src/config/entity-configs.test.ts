import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EmbeddedStore } from '../metadata/embedded/embedded-store.ts';
import type { MetadataSession } from '../metadata/store.ts';
import { configChangeZnode, configZnode } from '../metadata/znodes/configs.ts';
import { BrokerConfig } from './broker-config.ts';
import { ALL_BROKERS, EntityConfigs, type ConfigEntity } from './entity-configs.ts';

let nowMs = 1_000;
const clock = { now: () => nowMs, monotonicMs: () => nowMs };
const logger = pino({ level: 'silent' });
const TOPIC: ConfigEntity = { type: 'topics', name: 't' };

let store: EmbeddedStore;
let session: MetadataSession;
const started: EntityConfigs[] = [];

beforeEach(async () => {
  nowMs = 1_000;
  store = await EmbeddedStore.open(clock);
  session = await store.openSession();
});

afterEach(async () => {
  for (const configs of started.splice(0)) await configs.close();
  await store.close();
});

interface Started {
  readonly config: BrokerConfig;
  readonly configs: EntityConfigs;
  /** What listeners were told. */
  readonly told: string[];
  /** Resolves when `told` has this many entries. */
  toldTimes(count: number): Promise<void>;
}

async function start(brokerId: number): Promise<Started> {
  const { config } = BrokerConfig.from(new Map([['broker.id', String(brokerId)]]));
  const configs = new EntityConfigs({
    session: await store.openSession(),
    config,
    brokerId,
    clock,
    logger,
  });
  started.push(configs);
  await configs.start();
  const told: string[] = [];
  let wake: (() => void) | undefined;
  const tell = (text: string): void => {
    told.push(text);
    wake?.();
  };
  configs.listen({
    topicChanged: (topic) => tell(topic),
    topicDefaultsChanged: () => tell('defaults'),
  });
  const toldTimes = async (count: number): Promise<void> => {
    while (told.length < count) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { config, configs, told, toldTimes };
}

async function notifications(): Promise<string[]> {
  const { children } = await session.getChildren(configChangeZnode.parent);
  return children.sort();
}

test('an alteration is stored as Kafka stores it, with a notification, and readable at once', async () => {
  const { configs, told } = await start(0);
  await configs.alter(TOPIC, () => ({ 'retention.ms': '5' }));
  expect(configs.topicOverrides('t')).toEqual({ 'retention.ms': '5' });
  expect(configs.topicConfig('t').retentionMs).toBe(5);
  expect(told).toEqual(['t']);
  const { data } = await session.getData('/config/topics/t');
  expect(data.toString()).toBe('{"version":1,"config":{"retention.ms":"5"}}');
  const [name = ''] = await notifications();
  expect(name).toBe('config_change_0000000000');
  const change = await session.getData(`/config/changes/${name}`);
  expect(change.data.toString()).toBe('{"version":2,"entity_path":"topics/t"}');
});

test('other brokers follow', async () => {
  const first = await start(0);
  const second = await start(1);
  await first.configs.alter(TOPIC, () => ({ 'retention.ms': '5' }));
  await second.toldTimes(1);
  expect(second.configs.topicConfig('t').retentionMs).toBe(5);
  await first.configs.alter(ALL_BROKERS, () => ({ 'log.retention.ms': '9' }));
  await second.toldTimes(2);
  expect(second.config.get('log.retention.ms')).toBe(9);
  expect(second.configs.topicConfig('other').retentionMs).toBe(9);
  expect(second.told).toEqual(['t', 'defaults']);
});

test('overrides of one broker are for that broker only', async () => {
  const first = await start(0);
  const second = await start(1);
  await first.configs.alter(ALL_BROKERS, () => ({ 'message.max.bytes': '7' }));
  await first.configs.alter({ type: 'brokers', name: '1' }, () => ({ 'message.max.bytes': '8' }));
  await second.toldTimes(2);
  expect([first, second].map(({ config }) => config.get('message.max.bytes'))).toEqual([7, 8]);
});

test('a broker that starts later knows everything', async () => {
  const first = await start(0);
  await first.configs.alter(TOPIC, () => ({ 'retention.ms': '5' }));
  await first.configs.alter(ALL_BROKERS, () => ({ 'log.retention.ms': '9' }));
  await first.configs.alter({ type: 'brokers', name: '1' }, () => ({ 'message.max.bytes': '8' }));
  const { config, configs } = await start(1);
  expect(configs.topicOverrides('t')).toEqual({ 'retention.ms': '5' });
  expect([config.get('log.retention.ms'), config.get('message.max.bytes')]).toEqual([9, 8]);
});

test('alterations at the same time are all kept', async () => {
  const brokers = [await start(0), await start(1), await start(2)];
  const keys = Array.from({ length: 12 }, (_, index) => `key-${index}`);
  await Promise.all(
    keys.map((key, index) =>
      brokers[index % 3]?.configs.alter(TOPIC, (current) => ({ ...current, [key]: 'x' })),
    ),
  );
  expect(Object.keys((await brokers[0]?.configs.read(TOPIC)) ?? {}).sort()).toEqual(keys.sort());
});

test('what the change throws is passed on, and nothing is written', async () => {
  const { configs } = await start(0);
  const refused = new Error('no');
  await expect(
    configs.alter(TOPIC, () => {
      throw refused;
    }),
  ).rejects.toBe(refused);
  expect(await notifications()).toEqual([]);
});

test('a topic that came without notification is read when asked for', async () => {
  const { configs, told } = await start(0);
  await session.create('/config/topics/t', configZnode.encode({ 'segment.bytes': '100' }));
  expect(configs.topicOverrides('t')).toEqual({});
  await configs.refreshTopic('t');
  expect(configs.topicConfig('t').segmentBytes).toBe(100);
  await session.delete('/config/topics/t', -1);
  await configs.refreshTopic('t');
  expect(configs.topicOverrides('t')).toEqual({});
  expect(told).toEqual(['t', 't']);
});

describe('what others wrote', () => {
  test('an override that cannot be read is left out of the configuration', async () => {
    const { configs } = await start(0);
    await configs.alter(TOPIC, () => ({ 'retention.ms': 'soon', 'segment.bytes': '100' }));
    expect(configs.topicConfig('t')).toMatchObject({ retentionMs: 604_800_000, segmentBytes: 100 });
  });

  test('a broken node or notification does not stop the broker', async () => {
    const first = await start(0);
    await session.create('/config/topics/broken', Buffer.from('{'));
    await session.create(configChangeZnode.prefix, Buffer.from('nonsense'), { sequential: true });
    await session.create(configChangeZnode.prefix, configChangeZnode.encode('topics', 'broken'), {
      sequential: true,
    });
    const second = await start(1);
    await first.configs.alter(TOPIC, () => ({ 'retention.ms': '5' }));
    await second.toldTimes(1);
    expect(second.configs.topicConfig('t').retentionMs).toBe(5);
  });
});

test('notifications are removed when they are a quarter of an hour old', async () => {
  const { configs } = await start(0);
  const { configs: others, toldTimes } = await start(1);
  await configs.alter(TOPIC, () => ({ 'retention.ms': '5' }));
  await toldTimes(1);
  nowMs += 15 * 60_000 + 1;
  await configs.alter(TOPIC, () => ({ 'retention.ms': '6' }));
  await toldTimes(2);
  await others.close();
  await configs.close();
  expect(await notifications()).toEqual(['config_change_0000000001']);
});

test('closing is final and may happen twice', async () => {
  const first = await start(0);
  const second = await start(1);
  await second.configs.close();
  await second.configs.close();
  await first.configs.alter(TOPIC, () => ({ 'retention.ms': '5' }));
  await first.configs.close();
  expect(second.told).toEqual([]);
});

test.each(['g', 'a/b', '..', 'Zürau 100%', '\0'])(
  'a group may be called %j; its overrides reach the other brokers and survive a restart',
  async (name) => {
    const { configs } = await start(0);
    const other = await start(1);
    const group: ConfigEntity = { type: 'groups', name };
    await configs.alter(group, () => ({ 'consumer.session.timeout.ms': '50000' }));
    expect(configs.groupOverrides(name)).toEqual({ 'consumer.session.timeout.ms': '50000' });
    await expect
      .poll(() => other.configs.groupOverrides(name))
      .toEqual({ 'consumer.session.timeout.ms': '50000' });
    const later = await start(2);
    expect(later.configs.groupOverrides(name)).toEqual({ 'consumer.session.timeout.ms': '50000' });
    await configs.alter(group, () => ({}));
    expect(configs.groupOverrides(name)).toEqual({});
  },
);
