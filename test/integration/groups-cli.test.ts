/** `zurau groups` against a real cluster, in this process. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Captured, capturedIo, run } from '../../packages/cli/src/fixtures/captured-io.ts';
import { type ClusterUnderTest, clusterUnderTest, freshTopic } from './cluster-under-test.ts';

let cluster: ClusterUnderTest;

beforeAll(async () => {
  cluster = await clusterUnderTest();
});

afterAll(async () => {
  await cluster.close();
});

async function zurau(command: readonly string[], input: readonly string[] = []): Promise<Captured> {
  return await run(
    command,
    capturedIo(input, { ZURAU_BOOTSTRAP_SERVER: cluster.bootstrapServers, TZ: 'UTC' }),
  );
}

async function succeed(command: readonly string[], input?: readonly string[]): Promise<string> {
  const result = await zurau(command, input);
  expect(result).toMatchObject({ exitCode: 0 });
  return result.out;
}

/** Five records in partition 0 of two. */
async function topicWithRecords(): Promise<string> {
  const topic = freshTopic('groups');
  await succeed(['topics', 'create', topic, '-p', '2', '-r', '1']);
  await succeed(['produce', topic, '--partition', '0'], ['a\n', 'b\n', 'c\n', 'd\n', 'e\n']);
  return topic;
}

async function reset(group: string, ...args: readonly string[]): Promise<unknown[]> {
  const out = await succeed(['groups', 'reset', group, '--json', ...args]);
  return out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

it('resets, lists, describes and deletes a group', async () => {
  const topic = await topicWithRecords();
  const group = `${topic}-group`;
  const to = ['--topic', topic];
  // Nothing happens before --execute.
  expect(await reset(group, ...to, '--to-latest')).toEqual([
    { topic, partition: 0, from: null, to: 5 },
    { topic, partition: 1, from: null, to: 0 },
  ]);
  expect(await zurau(['groups', 'describe', group])).toMatchObject({ exitCode: 1 });
  await reset(group, ...to, '--to-latest', '--execute');
  expect(await reset(group, '--topic', `${topic}:0`, '--shift-by', '-2', '--execute')).toEqual([
    { topic, partition: 0, from: 5, to: 3 },
  ]);

  const listed = await succeed(['groups', 'list', '--state', 'empty', '--json']);
  expect(listed).toContain(`{"group":"${group}","type":"classic","state":"Empty"`);
  expect(await succeed(['groups', 'list'])).toMatch(new RegExp(`^${group} +classic +Empty`, 'm'));
  expect(await succeed(['groups', 'list', '--type', 'consumer'])).not.toContain(group);

  const described: unknown = JSON.parse(await succeed(['groups', 'describe', group, '--json']));
  expect(described).toMatchObject({
    group,
    state: 'Empty',
    lag: 2,
    members: [],
    partitions: [
      { topic, partition: 0, committed: 3, end: 5, lag: 2, member: null },
      { topic, partition: 1, committed: 0, end: 0, lag: 0, member: null },
    ],
  });
  const shown = await succeed(['groups', 'describe', group]);
  expect(shown).toMatch(new RegExp(`^${topic} +0 +3 +5 +2 +-$`, 'm'));

  expect(await succeed(['groups', 'delete', group])).toBe(`Deleted group ${group}.\n`);
  expect(await succeed(['groups', 'list'])).not.toContain(group);
  expect(await zurau(['groups', 'delete', group])).toMatchObject({ exitCode: 1 });
});

it('moves to every kind of place, and never out of the log', async () => {
  const topic = await topicWithRecords();
  const group = `${topic}-group`;
  const partition = ['--topic', `${topic}:0`];
  const to = (offset: number): unknown => [expect.objectContaining({ to: offset })];
  expect(await reset(group, ...partition, '--to-offset', '4', '--execute')).toEqual(to(4));
  expect(await reset(group, '--to-earliest')).toEqual(to(0));
  expect(await reset(group, '--to-latest')).toEqual(to(5));
  expect(await reset(group, '--to-offset', '99')).toEqual(to(5));
  expect(await reset(group, '--shift-by', '-99')).toEqual(to(0));
  expect(await reset(group, '--shift-by', '1')).toEqual(to(5));
  expect(await reset(group, '--to-datetime', '2001-01-01T00:00:00Z')).toEqual(to(0));
  expect(await reset(group, '--to-datetime', '2999-01-01')).toEqual(to(5));
  expect(await reset(group, '--by-duration', 'P1DT1H')).toEqual(to(0));
});

it.each([
  [[], 'Say where to'],
  [['--to-earliest', '--to-latest'], 'Say where to'],
  [['--to-earliest', '--dry-run', '--execute'], 'not both'],
  [['--to-earliest'], 'has committed nothing'],
  [['--to-datetime', 'yesterday'], '--to-datetime takes'],
  [['--by-duration', '1h'], '--by-duration takes'],
  [['--shift-by', 'x'], '--shift-by takes'],
])('reset %j is a wrong command line', async (args, message) => {
  const result = await zurau(['groups', 'reset', 'nobody', ...args]);
  expect(result.exitCode).toBe(2);
  expect(result.err).toContain(message);
});
