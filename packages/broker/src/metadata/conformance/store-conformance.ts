/**
 * What every metadata store must do, the embedded one and ZooKeeper alike: a list of cases to run, each on a fresh, empty store.
 *
 * Owns: the cases. Knows no implementation; what a session cannot do to itself (expire) comes in through {@link StoreFixture}.
 */
import assert from 'node:assert/strict';
import {
  ANY_VERSION,
  NO_OWNER,
  StoreError,
  type MetadataSession,
  type MetadataStore,
  type StoreErrorCode,
  type WatchEvent,
} from '../store.ts';
import { createWithParents, ensurePath, ensurePaths } from '../store-path.ts';

/** An empty store under test. */
export interface StoreFixture {
  readonly store: MetadataStore;
  /** Makes the store expire a session, as when it was not heard of for too long; resolves when its nodes are gone. */
  expire(session: MetadataSession): Promise<void>;
}

export interface ConformanceCase {
  readonly name: string;
  run(fixture: StoreFixture): Promise<void>;
}

const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');

async function rejects(action: Promise<unknown>, code: StoreErrorCode): Promise<StoreError> {
  try {
    await action;
  } catch (error) {
    assert.ok(error instanceof StoreError, `not a StoreError: ${String(error)}`);
    assert.equal(error.code, code);
    return error;
  }
  assert.fail(`expected ${code}`);
}

/** Watch events in the order of their coming. */
class Recorder {
  readonly events: string[] = [];
  readonly watch = (event: WatchEvent): void => {
    this.events.push(`${event.type} ${event.path}`);
  };
}

/** A case that needs one session. */
function one(
  name: string,
  run: (session: MetadataSession, fixture: StoreFixture) => Promise<void>,
): ConformanceCase {
  return {
    name,
    async run(fixture) {
      await run(await fixture.store.openSession(), fixture);
    },
  };
}

/** A case that needs two. */
function two(
  name: string,
  run: (first: MetadataSession, second: MetadataSession, fixture: StoreFixture) => Promise<void>,
): ConformanceCase {
  return {
    name,
    async run(fixture) {
      await run(await fixture.store.openSession(), await fixture.store.openSession(), fixture);
    },
  };
}

const nodes: readonly ConformanceCase[] = [
  one('a created node has its data and a fresh stat', async (session) => {
    const created = await session.create('/a', bytes('one'));
    assert.equal(created.path, '/a');
    const { data, stat } = await session.getData('/a');
    assert.equal(data.toString(), 'one');
    assert.equal(stat.version, 0);
    assert.equal(stat.cversion, 0);
    assert.equal(stat.numChildren, 0);
    assert.equal(stat.dataSizeBytes, 3);
    assert.equal(stat.ephemeralOwner, NO_OWNER);
    assert.equal(stat.czxid, stat.mzxid);
    assert.equal(stat.pzxid, stat.czxid);
    assert.deepEqual(stat, created.stat);
  }),
  one('a node may be empty', async (session) => {
    await session.create('/a', Buffer.alloc(0));
    assert.equal((await session.getData('/a')).data.length, 0);
  }),
  one('creating twice, without parent, or with a bad path fails', async (session) => {
    await session.create('/a', bytes(''));
    await rejects(session.create('/a', bytes('')), 'NODE_EXISTS');
    await rejects(session.create('/b/c', bytes('')), 'NO_NODE');
    for (const path of ['', 'a', '/a/', '//a', '/a/../b', '/a/./b', '/a\u0000b']) {
      await rejects(session.create(path, bytes('')), 'INVALID_PATH');
    }
  }),
  one('too much data is refused', async (session) => {
    await rejects(session.create('/a', Buffer.alloc(2 * 1024 * 1024)), 'DATA_TOO_LARGE');
    await session.create('/a', bytes(''));
    await rejects(session.setData('/a', Buffer.alloc(2 * 1024 * 1024), -1), 'DATA_TOO_LARGE');
  }),
  one('missing nodes', async (session) => {
    assert.equal(await session.exists('/a'), undefined);
    await rejects(session.getData('/a'), 'NO_NODE');
    await rejects(session.getChildren('/a'), 'NO_NODE');
    await rejects(session.setData('/a', bytes(''), ANY_VERSION), 'NO_NODE');
    await rejects(session.delete('/a', ANY_VERSION), 'NO_NODE');
  }),
  one('setData counts versions and checks the expected one', async (session) => {
    await session.create('/a', bytes('0'));
    assert.equal((await session.setData('/a', bytes('1'), 0)).version, 1);
    await rejects(session.setData('/a', bytes('2'), 0), 'BAD_VERSION');
    assert.equal((await session.setData('/a', bytes('2'), ANY_VERSION)).version, 2);
    const { data, stat } = await session.getData('/a');
    assert.equal(data.toString(), '2');
    assert.equal(stat.version, 2);
    assert.ok(stat.mzxid > stat.czxid);
  }),
  one('delete checks version and children', async (session) => {
    await createWithParents(session, '/a/b', bytes(''));
    await rejects(session.delete('/a', ANY_VERSION), 'NOT_EMPTY');
    await rejects(session.delete('/a/b', 3), 'BAD_VERSION');
    await session.delete('/a/b', 0);
    await session.delete('/a', ANY_VERSION);
    assert.equal(await session.exists('/a'), undefined);
  }),
  one('a node made again starts from version 0 with a later czxid', async (session) => {
    const first = await session.create('/a', bytes(''));
    await session.setData('/a', bytes('x'), ANY_VERSION);
    await session.delete('/a', ANY_VERSION);
    const second = await session.create('/a', bytes(''));
    assert.equal(second.stat.version, 0);
    assert.ok(second.stat.czxid > first.stat.czxid);
  }),
  one('children come and go, and the parent counts them', async (session) => {
    await session.create('/a', bytes(''));
    await session.create('/a/x', bytes(''));
    await session.create('/a/y', bytes(''));
    await session.delete('/a/x', ANY_VERSION);
    const { children, stat } = await session.getChildren('/a');
    assert.deepEqual(children, ['y']);
    assert.equal(stat.cversion, 3);
    assert.equal(stat.numChildren, 1);
    assert.equal(stat.version, 0);
    assert.ok(stat.pzxid > stat.czxid);
  }),
  one('the root is there and stays', async (session) => {
    await session.create('/a', bytes(''));
    assert.ok((await session.getChildren('/')).children.includes('a'));
    await rejects(session.create('/', bytes('')), 'NODE_EXISTS');
  }),
  one('sequential names grow, also when earlier ones are gone', async (session) => {
    await session.create('/a', bytes(''));
    const first = await session.create('/a/n_', bytes(''), { sequential: true });
    const second = await session.create('/a/n_', bytes(''), { sequential: true });
    await session.delete(first.path, ANY_VERSION);
    await session.delete(second.path, ANY_VERSION);
    const third = await session.create('/a/n_', bytes(''), { sequential: true });
    assert.equal(first.path, '/a/n_0000000000');
    assert.equal(second.path, '/a/n_0000000001');
    assert.equal(third.path, '/a/n_0000000002');
  }),
  one('ensurePath makes parents and minds no node that exists', async (session) => {
    await ensurePath(session, '/a/b/c');
    await ensurePath(session, '/a/b/c');
    await ensurePath(session, '/a/b/d');
    assert.deepEqual((await session.getChildren('/a/b')).children.sort(), ['c', 'd']);
  }),
  two(
    'ensurePaths makes all of them, also when others do so at the same time',
    async (first, second) => {
      const paths = ['/a/b/c', '/a/d', '/e'];
      await Promise.all([ensurePaths(first, paths), ensurePaths(second, paths)]);
      await ensurePaths(first, paths);
      for (const path of paths) assert.ok(await second.exists(path));
    },
  ),
  one('requests of a session take effect in order without being awaited', async (session) => {
    const calls = [
      session.create('/a', bytes('0')),
      session.setData('/a', bytes('1'), 0),
      session.setData('/a', bytes('2'), 1),
    ];
    const read = session.getData('/a');
    await Promise.all(calls);
    assert.equal((await read).data.toString(), '2');
  }),
];

const multis: readonly ConformanceCase[] = [
  one('multi does all in order, at one zxid', async (session) => {
    await session.create('/epoch', bytes('1'));
    const results = await session.multi([
      { type: 'check', path: '/epoch', version: 0 },
      { type: 'create', path: '/a', data: bytes('') },
      { type: 'create', path: '/a/b', data: bytes('x') },
      { type: 'set', path: '/epoch', data: bytes('2'), version: 0 },
      { type: 'create', path: '/a/s_', data: bytes(''), sequential: true },
      { type: 'delete', path: '/a/b', version: 0 },
    ]);
    assert.deepEqual(
      results.map((result) => result.type),
      ['check', 'create', 'create', 'set', 'create', 'delete'],
    );
    assert.ok(results[4]?.type === 'create' && results[4].path === '/a/s_0000000001');
    assert.equal((await session.getData('/epoch')).data.toString(), '2');
    assert.deepEqual((await session.getChildren('/a')).children, ['s_0000000001']);
    const a = await session.exists('/a');
    const s = await session.exists('/a/s_0000000001');
    assert.equal(a?.czxid, s?.czxid);
  }),
  one('multi that fails does nothing and says which operation', async (session) => {
    await session.create('/a', bytes('before'));
    await session.create('/a/child', bytes(''));
    const before = await session.exists('/a');
    const error = await rejects(
      session.multi([
        { type: 'set', path: '/a', data: bytes('after'), version: 0 },
        { type: 'delete', path: '/a/child', version: ANY_VERSION },
        { type: 'create', path: '/b', data: bytes(''), ephemeral: true },
        { type: 'check', path: '/a', version: 7 },
      ]),
      'BAD_VERSION',
    );
    assert.equal(error.operationIndex, 3);
    assert.deepEqual(await session.exists('/a'), before);
    assert.equal((await session.getData('/a')).data.toString(), 'before');
    assert.equal(await session.exists('/b'), undefined);
    assert.ok(await session.exists('/a/child'));
  }),
  two('of two that race for a node and a version, one wins', async (first, second) => {
    await first.create('/epoch', bytes('0'));
    const claim = (session: MetadataSession): Promise<unknown> =>
      session.multi([
        { type: 'create', path: '/leader', data: bytes(''), ephemeral: true },
        { type: 'set', path: '/epoch', data: bytes('1'), version: 0 },
      ]);
    const outcomes = await Promise.allSettled([claim(first), claim(second)]);
    assert.equal(outcomes.filter((outcome) => outcome.status === 'fulfilled').length, 1);
    assert.equal((await first.exists('/epoch'))?.version, 1);
    const owner = (await first.exists('/leader'))?.ephemeralOwner;
    assert.ok(owner === first.id || owner === second.id);
  }),
  one('multi that only checks', async (session) => {
    await session.create('/a', bytes(''));
    await session.multi([{ type: 'check', path: '/a', version: 0 }]);
    await rejects(session.multi([{ type: 'check', path: '/b', version: 0 }]), 'NO_NODE');
  }),
];

const watches: readonly ConformanceCase[] = [
  two('a data watch fires once, on the first change', async (watcher, writer) => {
    const recorder = new Recorder();
    await writer.create('/a', bytes('0'));
    await watcher.getData('/a', recorder.watch);
    await writer.setData('/a', bytes('1'), ANY_VERSION);
    await writer.setData('/a', bytes('2'), ANY_VERSION);
    await watcher.exists('/');
    assert.deepEqual(recorder.events, ['data-changed /a']);
  }),
  two('an exists watch on nothing fires on creation', async (watcher, writer) => {
    const recorder = new Recorder();
    await watcher.exists('/a', recorder.watch);
    await writer.create('/a', bytes('0'));
    await watcher.exists('/a', recorder.watch);
    await writer.delete('/a', ANY_VERSION);
    await watcher.exists('/');
    assert.deepEqual(recorder.events, ['created /a', 'deleted /a']);
  }),
  two('reading a missing node sets no watch', async (watcher, writer) => {
    const recorder = new Recorder();
    await rejects(watcher.getData('/a', recorder.watch), 'NO_NODE');
    await rejects(watcher.getChildren('/a', recorder.watch), 'NO_NODE');
    await writer.create('/a', bytes('0'));
    await writer.delete('/a', ANY_VERSION);
    await watcher.exists('/');
    assert.deepEqual(recorder.events, []);
  }),
  two(
    'a children watch sees children, not their data nor grandchildren',
    async (watcher, writer) => {
      const recorder = new Recorder();
      await writer.create('/a', bytes(''));
      await writer.create('/a/x', bytes(''));
      await watcher.getChildren('/a', recorder.watch);
      await writer.setData('/a/x', bytes('1'), ANY_VERSION);
      await writer.setData('/a', bytes('1'), ANY_VERSION);
      await writer.create('/a/x/y', bytes(''));
      await watcher.exists('/');
      assert.deepEqual(recorder.events, []);
      await writer.create('/a/z', bytes(''));
      await watcher.exists('/');
      assert.deepEqual(recorder.events, ['children-changed /a']);
    },
  ),
  two('deletion reaches data and children watchers, the same one once', async (watcher, writer) => {
    const recorder = new Recorder();
    const other = new Recorder();
    await writer.create('/a', bytes(''));
    await watcher.getChildren('/a', recorder.watch);
    await watcher.getData('/a', recorder.watch);
    await watcher.getChildren('/', other.watch);
    await writer.delete('/a', ANY_VERSION);
    await watcher.exists('/');
    assert.deepEqual(recorder.events, ['deleted /a']);
    assert.deepEqual(other.events, ['children-changed /']);
  }),
  two('the same watcher set twice on one node is called once', async (watcher, writer) => {
    const recorder = new Recorder();
    await writer.create('/a', bytes(''));
    await watcher.getData('/a', recorder.watch);
    await watcher.getData('/a', recorder.watch);
    await watcher.exists('/a', recorder.watch);
    await writer.setData('/a', bytes('1'), ANY_VERSION);
    await watcher.exists('/');
    assert.deepEqual(recorder.events, ['data-changed /a']);
  }),
  one("a session's own change fires its watch before the answer", async (session) => {
    const recorder = new Recorder();
    await session.create('/a', bytes(''));
    await session.getData('/a', recorder.watch);
    await session.setData('/a', bytes('1'), ANY_VERSION);
    assert.deepEqual(recorder.events, ['data-changed /a']);
  }),
  one('a watch is not told of what its read has seen', async (session) => {
    const recorder = new Recorder();
    const created = session.create('/a', bytes(''));
    const read = session.exists('/a', recorder.watch);
    await created;
    assert.ok(await read);
    assert.deepEqual(recorder.events, []);
    await session.delete('/a', ANY_VERSION);
    assert.deepEqual(recorder.events, ['deleted /a']);
  }),
  two('a multi fires the watches of each of its steps', async (watcher, writer) => {
    const recorder = new Recorder();
    await writer.create('/a', bytes(''));
    await watcher.exists('/b', recorder.watch);
    await watcher.getData('/a', recorder.watch);
    await writer.multi([
      { type: 'set', path: '/a', data: bytes('1'), version: 0 },
      { type: 'create', path: '/b', data: bytes('') },
    ]);
    await watcher.exists('/');
    assert.deepEqual(recorder.events, ['data-changed /a', 'created /b']);
  }),
  two('a failed multi fires nothing', async (watcher, writer) => {
    const recorder = new Recorder();
    await watcher.exists('/b', recorder.watch);
    await rejects(
      writer.multi([
        { type: 'create', path: '/b', data: bytes('') },
        { type: 'check', path: '/c', version: 0 },
      ]),
      'NO_NODE',
    );
    await watcher.exists('/');
    assert.deepEqual(recorder.events, []);
  }),
];

const sessions: readonly ConformanceCase[] = [
  two('an ephemeral node goes when its session closes', async (owner, other) => {
    const recorder = new Recorder();
    const { stat } = await owner.create('/a', bytes('x'), { ephemeral: true });
    assert.equal(stat.ephemeralOwner, owner.id);
    await other.exists('/a', recorder.watch);
    await owner.close();
    await owner.close();
    assert.equal(owner.state, 'closed');
    assert.equal(await other.exists('/a'), undefined);
    assert.deepEqual(recorder.events, ['deleted /a']);
  }),
  two('an expired session loses its nodes and learns of it', async (owner, other, fixture) => {
    const states: string[] = [];
    owner.onStateChange((state) => states.push(state));
    await other.create('/kept', bytes(''));
    await owner.create('/a', bytes(''), { ephemeral: true });
    await fixture.expire(owner);
    assert.equal(owner.state, 'expired');
    assert.deepEqual(states.slice(-1), ['expired']);
    assert.equal(await other.exists('/a'), undefined);
    assert.ok(await other.exists('/kept'));
    await rejects(owner.exists('/kept'), 'SESSION_EXPIRED');
    await rejects(owner.create('/b', bytes('')), 'SESSION_EXPIRED');
    await rejects(owner.multi([]), 'SESSION_EXPIRED');
  }),
  one('an ephemeral node has no children', async (session) => {
    await session.create('/a', bytes(''), { ephemeral: true });
    await rejects(session.create('/a/b', bytes('')), 'NO_CHILDREN_FOR_EPHEMERALS');
  }),
  two(
    'anyone may delete an ephemeral node, and its owner may make it again',
    async (owner, other) => {
      await owner.create('/a', bytes(''), { ephemeral: true });
      await other.delete('/a', ANY_VERSION);
      await other.create('/a', bytes(''), { ephemeral: true });
      await owner.close();
      assert.equal((await other.exists('/a'))?.ephemeralOwner, other.id);
    },
  ),
  two('sessions have different ids', async (first, second) => {
    assert.notEqual(first.id, second.id);
    assert.notEqual(first.id, NO_OWNER);
    assert.equal(first.state, 'connected');
    await Promise.resolve();
  }),
  two('a watch of a session that is over is silent', async (watcher, writer) => {
    const recorder = new Recorder();
    await watcher.exists('/a', recorder.watch);
    await watcher.close();
    await writer.create('/a', bytes(''));
    assert.deepEqual(recorder.events, []);
  }),
  one('zxids strictly increase', async (session) => {
    const first = await session.create('/a', bytes(''));
    const second = await session.create('/b', bytes(''));
    const third = await session.setData('/a', bytes('1'), 0);
    assert.ok(first.stat.czxid > 0);
    assert.ok(second.stat.czxid > first.stat.czxid);
    assert.ok(third.mzxid > second.stat.czxid);
    assert.equal(third.czxid, first.stat.czxid);
  }),
];

/** All of them. */
export const storeConformance: readonly ConformanceCase[] = [
  ...nodes,
  ...multis,
  ...watches,
  ...sessions,
];
