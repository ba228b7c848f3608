/** Notices to the controller about log directories, on a real store whose connection a test can break. */
import { pino } from 'pino';
import { simulatedPlatform } from '@zurau/platform';
import { afterEach, expect, test } from 'vitest';
import { prepareCluster } from '../metadata/broker-registration.ts';
import { EmbeddedStore } from '../metadata/embedded/embedded-store.ts';
import { StoreError, type MetadataSession } from '../metadata/store.ts';
import { logDirEventZnode } from '../metadata/znodes/controller.ts';
import { LogDirNotices } from './log-dir-notices.ts';

const platform = simulatedPlatform(1);
const { simulation } = platform;
const opened: (LogDirNotices | EmbeddedStore)[] = [];

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

async function start(): Promise<{ notices: LogDirNotices; session: MetadataSession }> {
  const store = await EmbeddedStore.open(platform.clock);
  const session = await store.openSession();
  await prepareCluster(session);
  const { timers } = platform;
  const logger = pino({ level: 'silent' });
  const notices = new LogDirNotices({ session, brokerId: 7, timers, logger });
  opened.push(notices, store);
  return { notices, session };
}

async function noticesIn(session: MetadataSession): Promise<number[]> {
  const { parent, decode } = logDirEventZnode;
  const { children } = await session.getChildren(parent);
  return Promise.all(
    children.map(async (name) => decode((await session.getData(`${parent}/${name}`)).data)),
  );
}

test('at once when a directory has failed', async () => {
  const { notices, session } = await start();
  notices.send();
  expect(await noticesIn(session)).toEqual([7]);
});

test('after a while, one for all, when replicas could not be made; and again for later ones', async () => {
  const { notices, session } = await start();
  for (let i = 0; i < 3; i++) notices.sendLater();
  expect(await noticesIn(session)).toEqual([]);
  await simulation.runFor(10_000);
  expect(await noticesIn(session)).toEqual([7]);
  notices.sendLater();
  await simulation.runFor(10_000);
  expect(await noticesIn(session)).toEqual([7, 7]);
});

test('again until it got through', async () => {
  const { notices, session } = await start();
  const create = session.create.bind(session);
  let lostCount = 0;
  session.create = async (path, ...rest) => {
    if (lostCount++ < 2) throw new StoreError('CONNECTION_LOSS', path);
    return create(path, ...rest);
  };
  notices.send();
  await simulation.runFor(60_000);
  expect(lostCount).toBe(3);
  expect(await noticesIn(session)).toEqual([7]);
});

test('never after the end', async () => {
  const { notices, session } = await start();
  notices.sendLater();
  notices.close();
  notices.send();
  notices.sendLater();
  await simulation.runFor(60_000);
  expect(await noticesIn(session)).toEqual([]);
});
