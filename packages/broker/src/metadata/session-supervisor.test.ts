import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodePlatform } from '@zurau/platform';
import { createLogger } from '../logging.ts';
import { EmbeddedStore } from './embedded/embedded-store.ts';
import { SessionSupervisor } from './session-supervisor.ts';
import type { MetadataSession } from './store.ts';

const { clock, timers } = nodePlatform();
const EMPTY = Buffer.alloc(0);
let store: EmbeddedStore;
let supervisor: SessionSupervisor;

beforeEach(async () => {
  store = await EmbeddedStore.open(clock);
  const logger = await createLogger({ format: 'silent' });
  supervisor = await SessionSupervisor.start({ store, timers, logger }, 60_000);
});

afterEach(async () => {
  await supervisor.close();
  await store.close();
});

/** Enters by an ephemeral node, and tells of each time. */
function entrance(): { sessions: bigint[]; enter: (session: MetadataSession) => Promise<void> } {
  const sessions: bigint[] = [];
  const enter = async (session: MetadataSession): Promise<void> => {
    sessions.push(session.id);
    await session.create('/here', EMPTY, { ephemeral: true });
  };
  return { sessions, enter };
}

test('after an expiry the broker enters again on the next session, and requests go there', async () => {
  const { sessions, enter } = entrance();
  await supervisor.enter(enter);
  const first = supervisor.current;
  const states: string[] = [];
  supervisor.session.onStateChange((state) => states.push(state));
  const expired = store.expireSession(first);
  // Asked for while there is no session: it waits for the next one.
  const read = supervisor.session.exists('/here');
  await expired;
  await read;
  await expect.poll(() => sessions.length).toBe(2);
  await expect
    .poll(async () => (await supervisor.session.exists('/here'))?.ephemeralOwner)
    .toBe(supervisor.current.id);
  expect(supervisor.current.id).not.toBe(first.id);
  expect(supervisor.session.id).toBe(supervisor.current.id);
  expect(states).toEqual(['disconnected', 'connected']);
});

test('an entry that fails is tried again; one whose session expires, on the next', async () => {
  await supervisor.enter(() => Promise.resolve());
  const sessions: bigint[] = [];
  await supervisor.enter(async (session, previous) => {
    if (session.id === previous) return;
    sessions.push(session.id);
    if (sessions.length === 1) await store.expireSession(session);
    if (sessions.length <= 2) throw new Error('not yet');
  });
  await store.expireSession(supervisor.current);
  await expect.poll(() => sessions.length, { timeout: 10_000 }).toBe(3);
  expect(new Set(sessions).size).toBe(2);
});

test('closed in the middle of it all, it ends', async () => {
  const { enter } = entrance();
  await supervisor.enter(enter);
  await store.expireSession(supervisor.current);
  await supervisor.close();
  await supervisor.close();
  await expect(supervisor.session.exists('/here')).rejects.toMatchObject({
    code: 'SESSION_EXPIRED',
  });
});
