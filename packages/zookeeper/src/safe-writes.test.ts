import { describe, expect, test } from 'vitest';
import { World } from './fixtures/world.ts';
import { OpCode } from './protocol/op-code.ts';
import { isZooKeeperError } from './errors.ts';
import { multiSurely, untilAnswered } from './safe-writes.ts';
import type { ZooKeeperSession } from './zookeeper-session.ts';

const EMPTY = Buffer.alloc(0);
const bytes = (text: string): Buffer => Buffer.from(text);
const lost = { code: 'CONNECTION_LOSS' };

describe.each(['lose-request', 'lose-answer'] as const)('%s', (mischief) => {
  test('what the tree tells is done once, and answered', async () => {
    const world = await World.start();
    const session = await world.connected();
    await world.run(session.create('/epoch', bytes('0')));
    await world.run(session.create('/old', EMPTY));
    world.ensemble.misbehave(OpCode.MULTI, mischief);
    const results = await world.run(
      multiSurely(session, [
        { type: 'check', path: '/old', version: 0 },
        { type: 'set', path: '/epoch', data: bytes('1'), version: 0 },
        { type: 'create', path: '/leader', data: bytes('me'), ephemeral: true },
        { type: 'create', path: '/n_', data: bytes('note'), sequential: true },
        { type: 'delete', path: '/old', version: -1 },
      ]),
    );
    expect(results).toMatchObject([
      { type: 'check' },
      { type: 'set', stat: { version: 1 } },
      { type: 'create', path: '/leader', stat: { ephemeralOwner: session.id, version: 0 } },
      { type: 'create', path: '/n_0000000003' },
      { type: 'delete' },
    ]);
    const { children } = await world.run(session.getChildren('/'));
    expect(children.sort()).toEqual(['epoch', 'leader', 'n_0000000003']);
    expect(world.stat('/epoch')?.version).toBe(1);
  });

  test.each([
    { type: 'set', path: '/a', data: bytes('x'), version: 0 },
    { type: 'create', path: '/b', data: bytes('x') },
    { type: 'create', path: '/b', data: EMPTY, ephemeral: true },
    { type: 'delete', path: '/a', version: 0 },
  ] as const)('$type $path', async (operation) => {
    const world = await World.start();
    const session = await world.connected();
    await world.run(session.create('/a', EMPTY));
    world.ensemble.misbehave(OpCode.MULTI, mischief);
    const [result] = await world.run(multiSurely(session, [operation]));
    expect(result?.type).toBe(operation.type);
    expect(world.stat('/a')?.version).toBe(
      { set: 1, create: 0, delete: undefined }[operation.type],
    );
    // Done twice it would have failed.
    expect(world.stat('/b') !== undefined).toBe(operation.type === 'create');
  });

  test('somebody else was faster: as the server would have said it', async () => {
    const world = await World.start();
    const session = await world.connected();
    await world.run(session.create('/a', bytes('theirs')));
    world.ensemble.misbehave(OpCode.MULTI, mischief);
    const create = multiSurely(session, [{ type: 'create', path: '/a', data: bytes('ours') }]);
    await expect(world.run(create)).rejects.toMatchObject({ code: 'NODE_EXISTS' });
    world.ensemble.misbehave(OpCode.MULTI, mischief);
    const set = multiSurely(session, [
      { type: 'set', path: '/a', data: bytes('ours'), version: 4 },
    ]);
    await expect(world.run(set)).rejects.toMatchObject({ code: 'BAD_VERSION' });
  });

  test('where the tree does not tell, the caller is told', async () => {
    const world = await World.start();
    const session = await world.connected();
    world.ensemble.misbehave(OpCode.MULTI, mischief);
    const create = multiSurely(session, [
      { type: 'create', path: '/n_', data: EMPTY, sequential: true },
    ]);
    await expect(world.run(create)).rejects.toMatchObject(lost);
  });
});

test('a counter that two sessions raise over bad connections counts what was said to be done', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const world = await World.start(3, seed);
    const sessions = [await world.connected(), await world.connected()];
    await world.run(sessions[0]!.create('/count', bytes('0')));
    const { random } = world.simulation;
    let done = 0;
    let unknown = 0;
    const raise = async (session: ZooKeeperSession, name: number): Promise<void> => {
      for (let round = 0; round < 25; round++) {
        const { data, stat } = await untilAnswered(() => session.getData('/count'));
        const count = Number(data.toString().split(' ')[0]);
        const next = bytes(`${count + 1} by ${name}`);
        const mischief = (['lose-request', 'lose-answer'] as const)[random.int(6)];
        if (mischief !== undefined) world.ensemble.misbehave(OpCode.MULTI, mischief);
        try {
          await multiSurely(session, [
            { type: 'set', path: '/count', data: next, version: stat.version },
          ]);
          done++;
        } catch (error) {
          if (isZooKeeperError(error, 'CONNECTION_LOSS')) unknown++;
          else expect(error).toMatchObject({ code: 'BAD_VERSION' });
        }
      }
    };
    await world.run(Promise.all(sessions.map(raise)));
    const { data, stat } = await world.run(sessions[0]!.getData('/count'));
    expect(Number(data.toString().split(' ')[0])).toBe(stat.version);
    expect(done).toBeGreaterThan(0);
    expect(stat.version).toBeGreaterThanOrEqual(done);
    expect(stat.version).toBeLessThanOrEqual(done + unknown);
  }
});

test('the session ends before anybody knows', async () => {
  const world = await World.start();
  const session = await world.connected();
  await world.run(session.create('/a', EMPTY));
  world.ensemble.misbehave(OpCode.MULTI, 'lose-answer');
  const write = multiSurely(session, [{ type: 'set', path: '/a', data: EMPTY, version: 0 }]);
  session.onStateChange((state) => {
    if (state === 'disconnected') world.ensemble.expire(session.id);
  });
  await expect(world.run(write)).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
});
