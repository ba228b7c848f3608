import { describe, expect, test } from 'vitest';
import { digestCredentials } from './auth/digest.ts';
import { TIMEOUT_MS, World } from './fixtures/world.ts';
import { OpCode } from './protocol/op-code.ts';
import type { WatchEvent } from './protocol/records.ts';
import type { ZooKeeperSession } from './zookeeper-session.ts';

const bytes = (text: string): Buffer => Buffer.from(text);
const EMPTY = Buffer.alloc(0);

/** Watch events and answers in the order of their coming. */
function recorder(): { seen: string[]; watch: (event: WatchEvent) => void } {
  const seen: string[] = [];
  return { seen, watch: ({ type, path }) => void seen.push(`${type} ${path}`) };
}

function states(session: ZooKeeperSession): string[] {
  const seen: string[] = [];
  session.onStateChange((state) => seen.push(state));
  return seen;
}

describe('requests', () => {
  test('take effect in order without being awaited, and answer with what the server says', async () => {
    const world = await World.start();
    const session = await world.connected({ inFlightMax: 2 });
    const calls = [
      session.create('/a', bytes('0')),
      session.setData('/a', bytes('1'), 0),
      session.setData('/a', bytes('2'), 1),
      session.create('/a/s_', EMPTY, { sequential: true }),
      session.create('/a/e', EMPTY, { ephemeral: true }),
    ] as const;
    const read = session.getData('/a');
    const [, , , sequential, ephemeral] = await world.run(Promise.all(calls));
    expect(sequential.path).toBe('/a/s_0000000000');
    expect(ephemeral.stat.ephemeralOwner).toBe(session.id);
    const { data, stat } = await world.run(read);
    expect(data.toString()).toBe('2');
    expect(stat).toMatchObject({ version: 2, numChildren: 2, dataSizeBytes: 1 });
    const { children } = await world.run(session.getChildren('/a'));
    expect(children.sort()).toEqual(['e', 's_0000000000']);
    await world.run(session.sync('/a'));
    await world.run(session.delete('/a/e', 0));
    expect(await world.run(session.exists('/a/e'))).toBeUndefined();
  });

  test('fail with the code, the path and, in a multi, the place of the operation', async () => {
    const world = await World.start();
    const session = await world.connected();
    await expect(world.run(session.getData('/no'))).rejects.toMatchObject({
      code: 'NO_NODE',
      path: '/no',
    });
    const multi = session.multi([
      { type: 'create', path: '/a', data: EMPTY },
      { type: 'check', path: '/', version: 0 },
      { type: 'set', path: '/a', data: EMPTY, version: 7 },
      { type: 'delete', path: '/', version: -1 },
    ]);
    await expect(world.run(multi)).rejects.toMatchObject({
      code: 'BAD_VERSION',
      path: '/a',
      operationIndex: 2,
    });
    expect(world.stat('/a')).toBeUndefined();
    const done = session.multi([
      { type: 'create', path: '/a', data: EMPTY },
      { type: 'create', path: '/a/s_', data: EMPTY, sequential: true },
      { type: 'set', path: '/a', data: bytes('x'), version: 0 },
      { type: 'delete', path: '/a/s_0000000000', version: 0 },
    ]);
    expect(await world.run(done)).toMatchObject([
      { type: 'create', path: '/a' },
      { type: 'create', path: '/a/s_0000000000' },
      { type: 'set', stat: { version: 1 } },
      { type: 'delete' },
    ]);
  });

  test.each(['', 'a', '/a/', '//a', '/a/../b', '/a/./b', '/a\u0000b', '/\ud800'])(
    'a bad path never leaves: %j',
    async (path) => {
      const world = await World.start();
      const session = await world.connected();
      const sent = world.ensemble.requests.length;
      await expect(session.create(path, EMPTY)).rejects.toMatchObject({ code: 'INVALID_PATH' });
      await expect(session.multi([{ type: 'check', path, version: 0 }])).rejects.toMatchObject({
        code: 'INVALID_PATH',
      });
      expect(world.ensemble.requests.length).toBe(sent);
    },
  );

  test('larger than the server takes never leave', async () => {
    const world = await World.start();
    const session = await world.connected({ requestBytesMax: 10_000 });
    await expect(session.create('/a', Buffer.alloc(10_000))).rejects.toMatchObject({
      code: 'PACKET_TOO_LARGE',
      path: '/a',
    });
    await world.run(session.create('/a', Buffer.alloc(9_000)));
  });

  test('go below the chroot, and what comes back is without it', async () => {
    const world = await World.start();
    const outside = await world.connected();
    await world.run(outside.create('/root', EMPTY));
    const session = await world.connected({ connectString: 'zk1:2181/root' });
    const { seen, watch } = recorder();
    const created = await world.run(session.create('/a', EMPTY));
    expect(created.path).toBe('/a');
    expect(world.stat('/root/a')).toBeDefined();
    expect((await world.run(session.getChildren('/', watch))).children).toEqual(['a']);
    await world.run(session.exists('/a', watch));
    await world.run(session.exists('/a', watch));
    const results = await world.run(
      session.multi([
        { type: 'delete', path: '/a', version: -1 },
        { type: 'create', path: '/b', data: EMPTY },
      ]),
    );
    expect(results).toMatchObject([{ type: 'delete' }, { type: 'create', path: '/b' }]);
    expect(seen).toEqual(['deleted /a', 'children-changed /']);
    await expect(world.run(session.getData('/gone'))).rejects.toMatchObject({ path: '/gone' });
  });
});

describe('watches', () => {
  test('come once, before the answer to the request that they are due to', async () => {
    const world = await World.start();
    const session = await world.connected();
    const { seen, watch } = recorder();
    await world.run(session.exists('/a', watch));
    const first = session.create('/a', EMPTY).then(() => seen.push('created'));
    const again = session.getData('/a', watch).then(() => seen.push('read'));
    const second = session.setData('/a', EMPTY, 0).then(() => seen.push('set'));
    await world.run(Promise.all([first, again, second]));
    await world.run(session.setData('/a', EMPTY, 1));
    expect(seen).toEqual(['created /a', 'created', 'read', 'data-changed /a', 'set']);
  });

  test('and listeners may ask for more in the middle of what they are told', async () => {
    const world = await World.start();
    const session = await world.connected();
    const more: Promise<unknown>[] = [];
    const again = (): void => void more.push(session.getData('/a'), session.exists('/a', again));
    await world.run(session.exists('/a', again));
    await world.run(session.create('/a', EMPTY));
    await world.run(session.setData('/a', EMPTY, 0));
    await world.run(Promise.all(more));
    expect(more.length).toBe(4);
    world.ensemble.disconnect();
    await world.until(session, 'disconnected');
    // Asked for by a listener when there is a connection again, behind what waited for that.
    session.onStateChange(() => void more.push(session.setData('/a', EMPTY, 2)));
    const waiting = session.setData('/a', EMPTY, 1);
    await world.run(waiting);
    await world.run(Promise.all(more));
    expect(world.ensemble.connects.length).toBe(2);
  });

  test('are set again on the next connection, and told what they missed', async () => {
    const world = await World.start();
    const [session, other] = [await world.connected(), await world.connected()];
    const { seen, watch } = recorder();
    for (const path of ['/changed', '/kept', '/gone', '/parent']) {
      await world.run(other.create(path, EMPTY));
      await world.run(session.getData(path, watch));
    }
    await world.run(session.exists('/made', watch));
    await world.run(session.getChildren('/parent', watch));
    world.simulation.links.cut('localhost', 'zk1');
    await world.until(session, 'disconnected');
    const { tree } = world.ensemble;
    tree.transaction((events) => tree.set(events, '/changed', EMPTY, -1));
    tree.transaction((events) => tree.remove(events, '/gone', -1));
    tree.transaction((events) => tree.create(events, '/made', EMPTY, {}, 0n));
    tree.transaction((events) => tree.create(events, '/parent/child', EMPTY, {}, 0n));
    world.simulation.links.healAll();
    await world.until(session, 'connected');
    await world.run(session.sync());
    expect(seen.sort()).toEqual([
      'children-changed /parent',
      'created /made',
      'data-changed /changed',
      'deleted /gone',
    ]);
    expect(session.state).toBe('connected');
    world.ensemble.disconnect();
    await world.run(other.setData('/kept', EMPTY, 0).catch(() => other.setData('/kept', EMPTY, 0)));
    await world.run(session.sync());
    expect(seen).toContain('data-changed /kept');
  });

  test('are set again in batches that a server takes', async () => {
    const world = await World.start();
    const session = await world.connected();
    const { watch } = recorder();
    const names = Array.from({ length: 700 }, (_, index) => `/${'x'.repeat(400)}${index}`);
    await world.run(Promise.all(names.map((name) => session.exists(name, watch))));
    world.ensemble.disconnect();
    await world.until(session, 'disconnected');
    await world.run(session.sync());
    expect(world.ensemble.setWatchesSizes.length).toBe(3);
    for (const size of world.ensemble.setWatchesSizes) expect(size).toBeLessThan(129 * 1024);
  });
});

describe('a lost connection', () => {
  test('fails what was in flight and what waited behind it, and nothing is sent again', async () => {
    const world = await World.start();
    const session = await world.connected({ inFlightMax: 1 });
    world.ensemble.misbehave(OpCode.CREATE_WITH_STAT, 'lose-answer');
    const calls = [session.create('/a', EMPTY), session.setData('/a', EMPTY, 0)];
    const outcomes = await world.run(Promise.allSettled(calls));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'CONNECTION_LOSS' } });
    }
    // What is asked for from now on waits for the next connection.
    expect(await world.run(session.exists('/a'))).toMatchObject({ version: 0 });
    expect(world.ensemble.requests).toEqual([OpCode.CREATE_WITH_STAT, OpCode.EXISTS]);
  });

  test('in the middle of a multi leaves all of it or nothing', async () => {
    for (const mischief of ['lose-request', 'lose-answer'] as const) {
      const world = await World.start();
      const session = await world.connected();
      world.ensemble.misbehave(OpCode.MULTI, mischief);
      const multi = session.multi([
        { type: 'create', path: '/a', data: EMPTY },
        { type: 'create', path: '/b', data: EMPTY },
      ]);
      await expect(world.run(multi)).rejects.toMatchObject({ code: 'CONNECTION_LOSS' });
      const isDone = mischief === 'lose-answer';
      expect((await world.run(session.exists('/a'))) !== undefined).toBe(isDone);
      expect((await world.run(session.exists('/b'))) !== undefined).toBe(isDone);
    }
  });

  test('leaves the session and its nodes; the next connection proves who we are, watches, then asks', async () => {
    const world = await World.start();
    const session = await world.connected({ credentials: [digestCredentials('u', 'p')] });
    const seen = states(session);
    await world.run(session.create('/e', EMPTY, { ephemeral: true }));
    await world.run(session.exists('/x', recorder().watch));
    const { id } = session;
    await world.stopServer('zk1');
    await world.until(session, 'disconnected');
    const waiting = session.exists('/e');
    world.ensemble.requests.length = 0;
    await world.startServer('zk1');
    expect(await world.run(waiting)).toMatchObject({ ephemeralOwner: id });
    expect(session.id).toBe(id);
    expect(seen).toEqual(['disconnected', 'connected']);
    expect(world.ensemble.requests).toEqual([OpCode.AUTH, OpCode.SET_WATCHES, OpCode.EXISTS]);
  });

  test('sends the session to another server, at once', async () => {
    const world = await World.start(3);
    const session = await world.connected();
    for (let round = 0; round < 6; round++) {
      const server = world.ensemble.connects.at(-1)!.host;
      await world.stopServer(server);
      await world.until(session, 'disconnected');
      expect(await world.until(session, 'connected')).toBeLessThan(100);
      expect(world.ensemble.connects.at(-1)).toMatchObject({ isRenewal: true });
      expect(world.ensemble.connects.at(-1)?.host).not.toBe(server);
      await world.startServer(server);
      await world.run(session.sync());
    }
  });

  test('is tried again with pauses while all servers are down', async () => {
    const world = await World.start();
    const session = world.session();
    await world.stopServer('zk1');
    const events = world.simulation.eventCount;
    await expect(world.run(session.connect(20_000))).rejects.toMatchObject({
      code: 'CONNECTION_LOSS',
    });
    expect(world.simulation.nowMs).toBeGreaterThanOrEqual(20_000);
    expect(world.simulation.eventCount - events).toBeLessThan(1_000);
    expect(session.state).toBe('closed');
  });
});

describe('silence', () => {
  test('is broken by pings, and no session is lost to it', async () => {
    const world = await World.start();
    const session = await world.connected();
    await world.simulation.runFor(10 * TIMEOUT_MS);
    expect(session.state).toBe('connected');
    // A third of the session: no more often than needed.
    expect(world.ensemble.pingCount).toBeGreaterThanOrEqual(28);
    expect(world.ensemble.pingCount).toBeLessThanOrEqual(32);
  });

  test('of a server for two thirds of the session means another server', async () => {
    const world = await World.start(2);
    const session = await world.connected();
    const silent = world.ensemble.connects.at(-1)!.host;
    world.simulation.links.cut('localhost', silent);
    const tookMs = await world.until(session, 'disconnected');
    expect(tookMs).toBeLessThanOrEqual((2 / 3) * TIMEOUT_MS + 100);
    await world.until(session, 'connected');
    expect(world.ensemble.connects.at(-1)?.host).not.toBe(silent);
    expect(world.ensemble.hasSession(session.id)).toBe(true);
  });

  test('of a server that takes requests and never answers is noticed as well', async () => {
    const world = await World.start(2);
    const session = await world.connected();
    world.ensemble.misbehave(OpCode.EXISTS, 'silence');
    // The answers to pings keep the connection; the request waits, and is not failed for nothing.
    const waiting = session.exists('/a');
    await world.simulation.runFor(3 * TIMEOUT_MS);
    expect(session.state).toBe('connected');
    world.ensemble.disconnect();
    await expect(world.run(waiting)).rejects.toMatchObject({ code: 'CONNECTION_LOSS' });
  });

  test('for 4/3 of the session is its end, here after there', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const world = await World.start(3, seed);
      const session = await world.connected();
      await world.run(session.create('/e', EMPTY, { ephemeral: true }));
      await world.simulation.runFor(world.simulation.random.int(2 * TIMEOUT_MS));
      world.cutClient();
      const waiting = session.exists('/e');
      waiting.catch(() => undefined);
      const tookMs = await world.until(session, 'expired');
      expect(tookMs).toBeLessThanOrEqual((4 / 3) * TIMEOUT_MS + 100);
      expect(world.ensemble.hasSession(session.id)).toBe(false);
      expect(world.stat('/e')).toBeUndefined();
      await expect(world.run(waiting)).rejects.toMatchObject({ code: 'CONNECTION_LOSS' });
      await expect(session.exists('/e')).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
      world.simulation.links.healAll();
      await world.simulation.runFor(TIMEOUT_MS);
      expect(session.state).toBe('expired');
    }
  });
});

describe('the end of a session', () => {
  test('told by the server: waiting requests fail, watches are forgotten', async () => {
    const world = await World.start();
    const session = await world.connected();
    const { seen, watch } = recorder();
    await world.run(session.exists('/a', watch));
    const heard = states(session);
    await world.stopServer('zk1');
    await world.until(session, 'disconnected');
    const waiting = session.exists('/a');
    world.ensemble.expire(session.id);
    await world.startServer('zk1');
    await expect(world.run(waiting)).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
    expect(heard).toEqual(['disconnected', 'expired']);
    const other = await world.connected();
    await world.run(other.create('/a', EMPTY));
    expect(seen).toEqual([]);
    await world.run(session.close());
    expect(session.state).toBe('expired');
  });

  test('by closing it: its nodes go at once, later requests are refused', async () => {
    const world = await World.start();
    const session = await world.connected();
    await world.run(session.create('/e', EMPTY, { ephemeral: true }));
    const last = session.create('/kept', EMPTY);
    await world.run(Promise.all([session.close(), session.close()]));
    await last;
    expect(session.state).toBe('closed');
    expect(world.stat('/e')).toBeUndefined();
    expect(world.stat('/kept')).toBeDefined();
    await expect(session.exists('/e')).rejects.toMatchObject({ code: 'CLOSED' });
  });

  test('by closing it out of reach: at once here', async () => {
    const world = await World.start();
    const session = await world.connected();
    await world.stopServer('zk1');
    await world.until(session, 'disconnected');
    const waiting = session.exists('/e');
    await session.close();
    await expect(waiting).rejects.toMatchObject({ code: 'CLOSED' });
  });

  test('by credentials that the server does not take', async () => {
    const world = await World.start();
    world.ensemble.refusesAuth = true;
    const session = world.session({ credentials: [digestCredentials('u', 'wrong')] });
    await world.run(session.connect(5_000));
    await world.until(session, 'auth-failed');
    await expect(session.exists('/')).rejects.toMatchObject({ code: 'AUTH_FAILED' });
  });
});

describe('a server that misbehaves', () => {
  test.each(['garble-answer', 'swap-answer', 'moved'] as const)(
    '%s: a typed error, another connection, the same session',
    async (mischief) => {
      const world = await World.start(2);
      const session = await world.connected();
      await world.run(session.create('/a', bytes('x')));
      world.ensemble.misbehave(OpCode.GET_DATA, mischief);
      const calls = [session.getData('/a'), session.exists('/a')];
      const [read, behind] = await world.run(Promise.allSettled(calls));
      const code = {
        'garble-answer': 'MALFORMED_RESPONSE',
        'swap-answer': 'CONNECTION_LOSS',
        moved: 'SESSION_MOVED',
      }[mischief];
      expect(read).toMatchObject({ status: 'rejected', reason: { code } });
      expect(behind).toMatchObject({ reason: { code: 'CONNECTION_LOSS' } });
      expect((await world.run(session.getData('/a'))).data.toString()).toBe('x');
      expect(world.ensemble.connects.length).toBe(2);
    },
  );

  test('sends more than it may: the connection is dropped', async () => {
    const world = await World.start();
    const session = await world.connected({ responseBytesMax: 1_000 });
    await world.run(session.create('/a', Buffer.alloc(2_000)));
    await expect(world.run(session.getData('/a'))).rejects.toMatchObject({
      code: 'CONNECTION_LOSS',
    });
    expect(await world.run(session.exists('/a'))).toBeDefined();
  });
});
