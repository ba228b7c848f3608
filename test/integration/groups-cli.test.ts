/** `zurau groups` against a real cluster, in this process. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Captured, capturedIo, run } from '../../packages/cli/src/fixtures/captured-io.ts';
import { tempDir } from '@zurau/testkit';
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
  expect(await reset(group, '--to-datetime', '2999-01-01T00:00:00.000+02')).toEqual(to(5));
  expect(await reset(group, '--by-duration', 'P1DT1H')).toEqual(to(0));
  expect(await reset(group, '--to-current', '--all-topics')).toEqual(to(4));
});

it('takes offsets out to a file and back in', async () => {
  const topic = await topicWithRecords();
  const group = `${topic}-group`;
  const exported = await succeed([
    'groups',
    'reset',
    group,
    '-t',
    topic,
    '--to-current',
    '--export',
  ]);
  expect(exported).toBe(`${topic},0,5\n${topic},1,0\n`);
  using dir = tempDir('groups');
  const file = join(dir.path, 'offsets.csv');
  writeFileSync(file, `other,${topic},1,0\n"${group}",${topic},0,9\r\n${topic},0,3\n\n`);
  expect(await reset(group, '--from-file', file, '--execute')).toEqual([
    { topic, partition: 0, from: null, to: 3 },
  ]);
  const wrong = async (text: string): Promise<string> => {
    writeFileSync(file, text);
    const { exitCode, err } = await zurau(['groups', 'reset', group, '--from-file', file]);
    expect(exitCode).toBe(2);
    return err;
  };
  expect(await wrong(`${topic},0,3\n${topic},0\n`)).toContain('Line 2 is not topic,partition');
  expect(await wrong(`other,${topic},0,3\n`)).toContain(`no offsets of group ${group}`);
  expect(await wrong(`${topic},7,3\n`)).toContain(`Topic ${topic} has no partition 7`);
});

it('forgets offsets', async () => {
  const topic = await topicWithRecords();
  const group = `${topic}-group`;
  await reset(group, '--topic', topic, '--to-latest', '--execute');
  const forget = ['groups', 'delete-offsets', group, '--topic'];
  expect(await succeed([...forget, `${topic}:1`])).toBe(`Deleted the offset of ${topic}-1.\n`);
  expect(await zurau([...forget, `${topic}:7`])).toMatchObject({
    exitCode: 1,
    err: expect.stringContaining(`${topic}-7: This broker does not know`),
  });
  expect(await succeed([...forget, topic, '--json'])).toBe(
    `${JSON.stringify({ group, topic, partition: 0 })}\n`,
  );
  const again = await zurau([...forget, topic]);
  expect(again).toMatchObject({ exitCode: 1 });
});

it('goes on with the other groups when one fails', async () => {
  const topic = await topicWithRecords();
  const [one, two] = [`${topic}-one`, `${topic}-two`];
  for (const group of [one, two]) await reset(group, '-t', topic, '--to-latest', '--execute');
  const described = await zurau(['groups', 'describe', 'nobody', one, 'nothing', two, '--json']);
  expect(described.exitCode).toBe(1);
  const reported = described.out.trimEnd().split('\n');
  expect(reported.map((line) => (JSON.parse(line) as { group: string }).group)).toEqual([one, two]);
  expect(described.err).toMatch(/nobody.*\n.*nothing.*\nSee what there is/);
  const deleted = await zurau(['groups', 'delete', one, 'nobody', two, '--json']);
  expect(deleted).toMatchObject({
    exitCode: 1,
    out: `{"group":"${one}"}\n{"group":"${two}"}\n`,
  });
});

it('tells members with their lag, in time too, and leaves a group with members alone', async () => {
  const topic = await topicWithRecords();
  const group = `${topic}-group`;
  await reset(group, '--topic', `${topic}:0`, '--to-offset', '2', '--execute');
  const kafka = new Kafka({
    clientId: 'groups-cli',
    brokers: [cluster.bootstrapServers],
    logLevel: logLevel.NOTHING,
  });
  const consumer = kafka.consumer({ groupId: group, maxWaitTimeInMs: 50 });
  const joined = new Promise<string>((resolve) => {
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => resolve(payload.memberId));
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({ autoCommit: false, eachMessage: () => Promise.resolve() });
    const member = await joined;

    const report: unknown = JSON.parse(
      await succeed(['groups', 'describe', group, '--time', '--json']),
    );
    const behind = expect.toSatisfy((lagSeconds: number) => lagSeconds > 0 && lagSeconds < 600);
    expect(report).toMatchObject({
      ...{ group, type: 'classic', state: 'Stable', assignor: 'RoundRobinAssigner' },
      coordinator: { port: Number(cluster.bootstrapServers.split(':').at(-1)) },
      ...{ lag: 3, lagSeconds: behind },
      partitions: [
        { topic, partition: 0, committed: 2, end: 5, lag: 3, lagSeconds: behind, member },
        { topic, partition: 1, committed: null, end: 0, lag: null, lagSeconds: null, member },
      ],
      members: [
        {
          ...{ member, instance: null, client: 'groups-cli', partitions: 2, lag: 3 },
          assignment: [{ topic, partitions: [0, 1] }],
        },
      ],
    });
    const shown = await succeed(['groups', 'describe', '--all', '--time']);
    expect(shown).toMatch(new RegExp(`^${topic} +0 +2 +5 +3 +\\d+\\.\\d +${member}$`, 'm'));
    expect(await succeed(['groups', 'list', '--state', 'stable', '--json'])).toContain(group);
    expect(await succeed(['groups', 'list', '--state', 'empty,dead'])).not.toContain(group);

    for (const [args, message] of [
      [['reset', group, '--to-earliest'], 'is Stable: offsets can be reset only while it is Empty'],
      [['delete', group], 'The group has members'],
      [['delete-offsets', group, '-t', topic], 'Members of the group read that topic'],
    ] as const) {
      const refused = await zurau(['groups', ...args]);
      expect(refused.exitCode).toBe(1);
      expect(refused.err).toContain(message);
    }
  } finally {
    await consumer.disconnect();
  }
});

it.each([
  [[], 'Say where to'],
  [['--to-earliest', '--to-latest'], 'Say where to'],
  [['--to-earliest', '--dry-run', '--execute'], 'not both'],
  [['--to-earliest'], 'has committed nothing'],
  [['--to-datetime', 'yesterday'], '--to-datetime takes'],
  [['--by-duration', '1h'], '--by-duration takes'],
  [['--to-datetime', '2026-02-01 10:00'], '--to-datetime takes'],
  [['--shift-by', 'x'], '--shift-by takes'],
  [['--to-earliest', '-t', 'x:'], '--topic takes'],
  [['--to-earliest', '-t', 'x', '--all-topics'], 'not both'],
  [['--from-file', '/no/such/file'], 'There is no file'],
])('reset %j is a wrong command line', async (args, message) => {
  const result = await zurau(['groups', 'reset', 'nobody', ...args]);
  expect(result.exitCode).toBe(2);
  expect(result.err).toContain(message);
});

it.each([
  [['list', '--state', 'idle'], '--state takes PreparingRebalance'],
  [['list', '--type', 'share'], '--type takes classic, consumer'],
  [['describe'], 'Name groups, or say --all'],
  [['describe', 'x', '--all'], 'Name groups, or say --all'],
  [['delete-offsets', 'x'], 'Say of which topics'],
])('groups %j is a wrong command line', async (args, message) => {
  const result = await zurau(['groups', ...args]);
  expect(result.exitCode).toBe(2);
  expect(result.err).toContain(message);
});
