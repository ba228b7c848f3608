import { afterEach, beforeEach, expect, test } from 'vitest';
import { EmbeddedStore } from '../metadata/embedded/embedded-store.ts';
import { BrokerConfig } from './broker-config.ts';
import { resolveBrokerId } from './broker-id.ts';

let store: EmbeddedStore;

beforeEach(async () => {
  store = await EmbeddedStore.open({ now: () => 0, monotonicMs: () => 0 });
});

afterEach(() => store.close());

async function resolve(properties: Record<string, string>, remembered: number[]): Promise<number> {
  const { config } = BrokerConfig.from(new Map(Object.entries(properties)));
  return resolveBrokerId(config, remembered, await store.openSession());
}

test('the configured number, where the directories know none or the same', async () => {
  expect(await resolve({ 'broker.id': '3' }, [])).toBe(3);
  expect(await resolve({ 'broker.id': '3' }, [3, 3])).toBe(3);
});

test('the remembered number, where none is configured', async () => {
  expect(await resolve({}, [1005])).toBe(1005);
});

test('numbers above the reserved ones are generated, each only once', async () => {
  expect(await resolve({}, [])).toBe(1001);
  expect(await resolve({ 'reserved.broker.max.id': '5' }, [])).toBe(7);
});

test('data of another broker is refused', async () => {
  await expect(resolve({ 'broker.id': '3' }, [4])).rejects.toThrow('must be 4');
  await expect(resolve({}, [4, 5])).rejects.toThrow('belong to different brokers: 4, 5');
});
