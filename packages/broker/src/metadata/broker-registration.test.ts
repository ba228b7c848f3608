import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodePlatform } from '@zurau/platform';
import { claimProducerIdBlock, StoreProducerIds } from '../controller/producer-ids.ts';
import {
  BrokerIdTakenError,
  clusterId,
  generateBrokerId,
  prepareCluster,
  registerBroker,
} from './broker-registration.ts';
import { EmbeddedStore } from './embedded/embedded-store.ts';
import { brokerIdZnode } from './znodes/brokers.ts';

const { clock, random } = nodePlatform();
let store: EmbeddedStore;

beforeEach(async () => {
  store = await EmbeddedStore.open(clock);
});

afterEach(async () => {
  await store.close();
});

const broker = { id: 5, endpoints: [], rack: null };

test('the epoch of a broker is the transaction of its registration, and grows', async () => {
  const first = await store.openSession();
  await prepareCluster(first);
  const { epoch } = await registerBroker(first, clock, broker);
  expect((await first.exists(brokerIdZnode.path(5)))?.czxid).toBe(epoch);
  expect(await registerBroker(first, clock, broker)).toEqual({ epoch });
  await first.close();
  const second = await store.openSession();
  expect((await registerBroker(second, clock, broker)).epoch).toBeGreaterThan(epoch);
});

test('an id that another session has is refused', async () => {
  const [first, second] = [await store.openSession(), await store.openSession()];
  await prepareCluster(first);
  await prepareCluster(second);
  await registerBroker(first, clock, broker);
  await expect(registerBroker(second, clock, broker)).rejects.toThrow(BrokerIdTakenError);
});

test("what a broker's own session before has left is removed; what another has is waited for", async () => {
  const { timers } = nodePlatform();
  const [first, second, third] = await Promise.all([1, 2, 3].map(() => store.openSession()));
  await prepareCluster(first!);
  const { epoch } = await registerBroker(first!, clock, broker);
  const next = await registerBroker(second!, clock, broker, { previousSession: first!.id });
  expect(next.epoch).toBeGreaterThan(epoch);
  let waits = 0;
  const onWait = (): void => {
    waits++;
    void store.expireSession(second!);
  };
  const leftover = { timers, waitMs: 60_000, onWait };
  const last = await registerBroker(third!, clock, broker, { leftover });
  expect(last.epoch).toBeGreaterThan(next.epoch);
  expect(waits).toBe(1);
  const impatient = { timers, waitMs: 1, onWait: () => undefined };
  await expect(
    registerBroker(await store.openSession(), clock, broker, { leftover: impatient }),
  ).rejects.toThrow(BrokerIdTakenError);
});

test('all brokers agree on one cluster id', async () => {
  const sessions = await Promise.all([1, 2, 3].map(() => store.openSession()));
  const ids = await Promise.all(sessions.map((session) => clusterId(session, random)));
  expect(new Set(ids).size).toBe(1);
  expect(ids[0]).toMatch(/^[A-Za-z0-9_-]{22}$/);
});

test('generated broker ids are above the reserved ones and never the same', async () => {
  const session = await store.openSession();
  const ids = await Promise.all([1, 2, 3].map(() => generateBrokerId(session, 1_000)));
  expect(ids).toEqual([1_001, 1_002, 1_003]);
});

test('producer ids are given once, over all brokers', async () => {
  const brokers = await Promise.all(
    [1, 2].map(async (id) => new StoreProducerIds(await store.openSession(), id)),
  );
  const ids = await Promise.all(
    Array.from({ length: 5_000 }, (_, index) => brokers[index % 2]?.next()),
  );
  expect(new Set(ids).size).toBe(5_000);
  expect(ids).toContain(0);
  const block = await claimProducerIdBlock(await store.openSession(), 3);
  expect(block).toEqual({ brokerId: 3, first: 6_000, last: 6_999 });
});
