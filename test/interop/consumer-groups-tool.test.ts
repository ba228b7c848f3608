/**
 * kafka-consumer-groups, kafka-get-offsets and Kafka's formatters of `__consumer_offsets` against the broker: each tells the same as `zurau groups`, and what
 * one of the two changes the other sees. With the tools of 3.9, and of 4 (`ZURAU_KAFKA4_LIBS` is another directory with those).
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Kafka, logLevel } from 'kafkajs';
import type { Consumer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Admin, Producer } from '@zurau/client';
import {
  BrokerProcess,
  kafkaLibs,
  kafkaToolArgs,
  kafkaToolsMissing,
  mustRun,
  tempDir,
  ToolShell,
  unmetRequirement,
} from '@zurau/testkit';
import type { CommandResult, KafkaTool, TempDir } from '@zurau/testkit';
import { capturedIo, run } from '../../packages/cli/src/fixtures/captured-io.ts';

const LIBS4 =
  process.env['ZURAU_KAFKA4_LIBS'] ?? fileURLToPath(new URL('kafka4/libs', import.meta.url));

const missing = await unmetRequirement('consumer-groups-tool', [
  kafkaToolsMissing,
  () => Promise.resolve(existsSync(LIBS4) ? undefined : `no jars of Apache Kafka 4 at ${LIBS4}`),
]);

/** Of the first record of each partition; the others follow a minute apart. */
const FIRST_MS = Date.UTC(2026, 0, 31, 12);
const MINUTE_MS = 60_000;
const RECORDS = 10;
const STABLE_MS_MAX = 90_000;

interface PartitionReport {
  readonly topic: string;
  readonly partition: number;
  readonly committed: number | null;
  readonly end: number | null;
  readonly lag: number | null;
  readonly member: string | null;
}

/** What `zurau groups describe --json` prints. */
interface GroupReport {
  readonly group: string;
  readonly type: string;
  readonly state: string;
  readonly assignor: string;
  readonly coordinator: { readonly id: number; readonly host: string; readonly port: number };
  readonly lag: number;
  readonly partitions: readonly PartitionReport[];
  readonly members: readonly {
    readonly member: string;
    readonly instance: string | null;
    readonly client: string;
    readonly host: string;
    readonly partitions: number;
    readonly assignment: readonly { topic: string; partitions: readonly number[] }[];
  }[];
}

/** Rows under titles, by title. Several such tables may follow each other. */
function tablesIn(text: string): Record<string, string>[] {
  const rows: Record<string, string>[] = [];
  let titles: string[] = [];
  for (const line of text.split('\n')) {
    const cells = line
      .trim()
      .replace(/COORDINATOR \(ID\)/, 'COORDINATOR ID')
      .split(/\s{2,}|\s(?=\S)/)
      .filter((cell) => cell !== '');
    if (cells.length === 0) continue;
    if (/^[A-Z#-]+$/.test(cells[0]!) && cells.length > 1) titles = cells;
    else if (titles.length > 0)
      rows.push(Object.fromEntries(titles.map((title, at) => [title, cells[at] ?? ''])));
  }
  return rows;
}

function byPartition<T extends { topic: string; partition: number }>(rows: readonly T[]): T[] {
  return rows.toSorted((a, b) =>
    a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1,
  );
}

function numberOf(cell: string | undefined): number | null {
  return cell === undefined || cell === '-' ? null : Number(cell);
}

/** Waits until each of these groups is stable with so many members. */
async function stable(admin: Admin, memberCounts: Readonly<Record<string, number>>): Promise<void> {
  const deadlineMs = Date.now() + STABLE_MS_MAX;
  for (const [group, count] of Object.entries(memberCounts)) {
    for (;;) {
      const [described] = await admin.describeGroups([group]).catch(() => []);
      if (described?.state === 'Stable' && described.members.length === count) break;
      if (Date.now() > deadlineMs) throw new Error(`${group}: ${JSON.stringify(described)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

describe.skipIf(missing !== undefined)('groups as Kafka tells them, and as zurau does', () => {
  let dir: TempDir;
  let broker: BrokerProcess;
  let shell: ToolShell;
  let shell4: ToolShell;
  const javaMembers: ChildProcess[] = [];
  const consumers: Consumer[] = [];

  const groupsTool = (args: readonly string[], on: ToolShell = shell): Promise<CommandResult> =>
    on.run('kafka-consumer-groups', ['--bootstrap-server', broker.bootstrapServers, ...args]);

  /** What a tool prints, having succeeded. */
  const tool = async (
    name: KafkaTool,
    args: readonly string[],
    on: ToolShell = shell,
  ): Promise<string> => {
    const result = await on.run(name, ['--bootstrap-server', broker.bootstrapServers, ...args]);
    expect(result, args.join(' ')).toMatchObject({ status: 0 });
    const text = result.stdout.toString();
    expect(text, args.join(' ')).not.toMatch(/^Error/m);
    return text;
  };

  const zurau = (args: readonly string[]): ReturnType<typeof run> =>
    run(args, capturedIo([], { ZURAU_BOOTSTRAP_SERVER: broker.bootstrapServers }));

  const zurauJson = async <T>(args: readonly string[]): Promise<T[]> => {
    const { exitCode, out, err } = await zurau(['groups', ...args, '--json']);
    expect(err.replace(/^Nothing was changed.*\n/, '')).toBe('');
    expect(exitCode).toBe(0);
    return out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as T);
  };

  const described = async (group: string): Promise<GroupReport> =>
    (await zurauJson<GroupReport>(['describe', group]))[0]!;

  /** Committed offsets as zurau tells them, `topic-partition` to offset. */
  const committed = async (group: string): Promise<Record<string, number>> => {
    const { partitions } = await described(group);
    return Object.fromEntries(
      partitions.map((of) => [`${of.topic}-${of.partition}`, of.committed ?? -1]),
    );
  };

  const consoleConsumer = (args: readonly string[], libs: string = kafkaLibs()): string[] =>
    kafkaToolArgs('kafka-console-consumer', [
      ...['--bootstrap-server', broker.bootstrapServers, ...args],
    ]).map((arg) => (arg.endsWith('/*') ? `${libs}/*` : arg));

  /** A member until it is killed. */
  const javaMember = (group: string, args: readonly string[], libs?: string): void => {
    const all = ['--topic', 'orders', '--group', group, ...args];
    const java = consoleConsumer([...all, '--consumer-property', 'enable.auto.commit=false'], libs);
    javaMembers.push(spawn('java', java, { stdio: 'ignore' }));
  };

  beforeAll(async () => {
    dir = tempDir('groups-tool');
    broker = await BrokerProcess.start({
      dataDir: join(dir.path, 'data'),
      properties: {
        'offsets.topic.num.partitions': '1',
        'group.initial.rebalance.delay.ms': '0',
        // What is compared holds still.
        'group.max.session.timeout.ms': '1800000',
      },
    });
    shell = new ToolShell();
    shell4 = new ToolShell(LIBS4);
    await using admin = new Admin({ bootstrapServers: broker.bootstrapServers });
    await admin.createTopics([
      { name: 'orders', partitions: 3, replicationFactor: 1 },
      { name: 'payments', partitions: 2, replicationFactor: 1 },
    ]);
    await using producer = new Producer({ bootstrapServers: broker.bootstrapServers });
    // orders-2 and payments-1 stay empty.
    for (const [topic, partition] of [
      ['orders', 0],
      ['orders', 1],
      ['payments', 0],
    ] as const) {
      await producer.sendBatch(
        Array.from({ length: RECORDS }, (_, index) => ({
          ...{ topic, partition, value: `${topic} ${index}` },
          timestamp: FIRST_MS + index * MINUTE_MS,
        })),
      );
    }
    await admin.deleteRecords([{ topic: 'orders', partition: 1, beforeOffset: 3 }]);

    // One group without members, two of the classic protocol, one of the consumer protocol.
    await admin.setGroupOffsets('idle', [
      { topic: 'orders', partition: 0, offset: 4 },
      { topic: 'orders', partition: 1, offset: 10 },
      { topic: 'payments', partition: 0, offset: 0 },
    ]);
    await admin.setGroupOffsets('classic', [
      { topic: 'orders', partition: 0, offset: 7 },
      { topic: 'payments', partition: 1, offset: 0 },
    ]);
    await admin.setGroupOffsets('modern', [{ topic: 'orders', partition: 1, offset: 5 }]);
    const session = ['--consumer-property', 'session.timeout.ms=600000'];
    javaMember('static', [...session, '--consumer-property', 'group.instance.id=first']);
    javaMember('modern', ['--consumer-property', 'group.protocol=consumer'], LIBS4);
    const kafka = new Kafka({
      clientId: 'two-of-us',
      brokers: [broker.bootstrapServers],
      logLevel: logLevel.NOTHING,
    });
    for (let index = 0; index < 2; index += 1) {
      const consumer = kafka.consumer({ groupId: 'classic', heartbeatInterval: 100 });
      consumers.push(consumer);
      await consumer.connect();
      await consumer.subscribe({ topics: ['orders', 'payments'] });
      await consumer.run({ autoCommit: false, eachMessage: () => Promise.resolve() });
    }
    await stable(admin, { static: 1, modern: 1, classic: 2 });
  });

  afterAll(async () => {
    await Promise.all(consumers.map((consumer) => consumer.disconnect()));
    for (const child of javaMembers) child.kill('SIGKILL');
    await Promise.all([shell.close(), shell4.close()]);
    await broker.stop();
    dir[Symbol.dispose]();
  });

  const releases = [
    ['3.9', () => shell],
    ['4', () => shell4],
  ] as const;

  describe.each(releases)('with the tools of Kafka %s', (release, on) => {
    it.each([
      [[], []],
      [['--state'], []],
      [['--type'], []],
      [
        ['--state', 'Stable'],
        ['--state', 'stable'],
      ],
      [
        ['--state', 'empty,Dead'],
        ['--state', 'Empty,dead'],
      ],
      [
        ['--type', 'consumer'],
        ['--type', 'consumer'],
      ],
      [
        ['--type', 'Classic', '--state', 'Stable'],
        ['--type', 'classic', '--state', 'stable'],
      ],
    ])('--list %j', async (theirs, ours) => {
      const text = await tool('kafka-consumer-groups', ['--list', ...theirs], on());
      const groups = await zurauJson<{ group: string; type: string; state: string }>([
        ...['list', ...ours],
      ]);
      expect(groups.length).toBeGreaterThan(0);
      const listed =
        theirs.length === 0
          ? text
              .trim()
              .split('\n')
              .map((GROUP): Record<string, string> => ({ GROUP }))
          : tablesIn(text);
      const expected = groups.map(({ group, type, state }) => ({
        GROUP: group,
        ...(theirs.includes('--type') ? { TYPE: type } : {}),
        ...(theirs.includes('--state') ? { STATE: state } : {}),
      }));
      const lower = listed.map((row) =>
        row['TYPE'] === undefined ? row : { ...row, TYPE: row['TYPE'].toLowerCase() },
      );
      const inOrder = (
        rows: readonly Record<string, string>[],
      ): readonly Record<string, string>[] =>
        rows.toSorted((a, b) => (a['GROUP']! < b['GROUP']! ? -1 : 1));
      expect(inOrder(lower)).toEqual(inOrder(expected));
    });

    it('--describe --offsets --all-groups', async () => {
      const text = await tool(
        'kafka-consumer-groups',
        ['--describe', '--offsets', '--all-groups'],
        on(),
      );
      const theirs = tablesIn(text).map((row) => ({
        group: row['GROUP'],
        topic: row['TOPIC']!,
        partition: Number(row['PARTITION']),
        committed: numberOf(row['CURRENT-OFFSET']),
        end: numberOf(row['LOG-END-OFFSET']),
        lag: numberOf(row['LAG']),
        member: row['CONSUMER-ID'] === '-' ? null : row['CONSUMER-ID'],
      }));
      const reports = await zurauJson<GroupReport>(['describe', '--all']);
      expect(reports.map(({ group }) => group)).toEqual(['classic', 'idle', 'modern', 'static']);
      for (const { group, partitions, lag } of reports) {
        const rows = theirs.filter((row) => row.group === group);
        expect(byPartition(rows)).toEqual(partitions.map((of) => ({ group, ...of })));
        expect(rows.reduce((sum, row) => sum + (row.lag ?? 0), 0)).toBe(lag);
      }
      expect((await described('classic')).lag).toBe(3);
      expect((await described('idle')).lag).toBe(16);
    });

    it.each(['classic', 'static', 'modern'])('--describe --members of %s', async (group) => {
      const describeMembers = ['--describe', '--group', group, '--members'];
      const { members, partitions } = await described(group);
      const expected = members
        .map(({ member, instance, client, host, partitions: count }) => ({
          'CONSUMER-ID': member,
          ...(instance === null ? {} : { 'GROUP-INSTANCE-ID': instance }),
          ...{ HOST: `/${host}`, 'CLIENT-ID': client, '#PARTITIONS': String(count) },
        }))
        .toSorted((a, b) => (a['CONSUMER-ID'] < b['CONSUMER-ID'] ? -1 : 1));
      const inOrder = (text: string): Record<string, string>[] =>
        tablesIn(text).toSorted((a, b) => (a['CONSUMER-ID']! < b['CONSUMER-ID']! ? -1 : 1));
      const plain = inOrder(await tool('kafka-consumer-groups', describeMembers, on()));
      expect(plain).toMatchObject(expected);
      const verbose = await tool('kafka-consumer-groups', [...describeMembers, '--verbose'], on());
      for (const { member, assignment } of members) {
        const line = verbose.split('\n').find((each) => each.includes(member))!;
        const numbers = [...line.matchAll(/\(([\d,]*)\)|:([\d,]+)/g)].map(
          ([, three, four]) => three ?? four,
        );
        const expectedNumbers = assignment.map((of) => of.partitions.join(','));
        expect(numbers.slice(-assignment.length).toSorted()).toEqual(expectedNumbers.toSorted());
      }
      expect(partitions.every(({ member }) => member !== null)).toBe(true);
    });

    it.each(['classic', 'idle', 'static', 'modern'])('--describe --state of %s', async (group) => {
      const text = await tool(
        'kafka-consumer-groups',
        ['--describe', '--group', group, '--state'],
        on(),
      );
      const { state, coordinator, assignor, members } = await described(group);
      const { host, port, id } = coordinator;
      const line = text.split('\n').find((each) => each.startsWith(group))!;
      expect(line.split(/\s+/).filter((cell) => cell !== '')).toEqual([
        ...[group, `${host}:${port}`, `(${id})`],
        ...(assignor === '' ? (release === '4' ? ['-'] : []) : [assignor]),
        ...[state, String(members.length)],
      ]);
    });

    it('tells of a group that does not exist', async () => {
      const { stdout } = await groupsTool(['--describe', '--group', 'nobody'], on());
      expect(stdout.toString()).toMatch(/nobody' does not exist|GroupIdNotFoundException/);
      expect(await zurau(['groups', 'describe', 'nobody'])).toMatchObject({ exitCode: 1 });
    });
  });

  describe('--reset-offsets', () => {
    const newOffsets = (text: string): Record<string, number> =>
      Object.fromEntries(
        tablesIn(text).map((row) => [
          `${row['TOPIC']}-${row['PARTITION']}`,
          Number(row['NEW-OFFSET']),
        ]),
      );
    const theirPlan = async (args: readonly string[]): Promise<Record<string, number>> => {
      const all = ['--reset-offsets', '--group', 'idle', ...args];
      // Rows are not always ended: every one begins with the group.
      const text = await tool('kafka-consumer-groups', all);
      return newOffsets(text.replaceAll(/(?<=\S\s*)idle\s/g, '\nidle '));
    };
    const ourPlan = async (args: readonly string[]): Promise<Record<string, number>> => {
      const moves = await zurauJson<{ topic: string; partition: number; to: number }>([
        ...['reset', 'idle', ...args],
      ]);
      return Object.fromEntries(moves.map((of) => [`${of.topic}-${of.partition}`, of.to]));
    };
    const iso = (timestampMs: number): string => new Date(timestampMs).toISOString();

    it.each([
      { to: ['--to-earliest'], expected: { 'orders-0': 0, 'orders-1': 3, 'payments-0': 0 } },
      { to: ['--to-latest'], expected: { 'orders-0': 10, 'orders-1': 10, 'payments-0': 10 } },
      { to: ['--to-current'], expected: { 'orders-0': 4, 'orders-1': 10, 'payments-0': 0 } },
      { to: ['--to-offset', '5'], expected: { 'orders-0': 5, 'orders-1': 5, 'payments-0': 5 } },
      { to: ['--to-offset', '1'], expected: { 'orders-0': 1, 'orders-1': 3, 'payments-0': 1 } },
      { to: ['--to-offset', '99'], expected: { 'orders-0': 10, 'orders-1': 10, 'payments-0': 10 } },
      { to: ['--shift-by', '-2'], expected: { 'orders-0': 2, 'orders-1': 8, 'payments-0': 0 } },
      { to: ['--shift-by', '3'], expected: { 'orders-0': 7, 'orders-1': 10, 'payments-0': 3 } },
      {
        to: ['--to-datetime', iso(FIRST_MS + 5 * MINUTE_MS)],
        expected: { 'orders-0': 5, 'orders-1': 5, 'payments-0': 5 },
      },
      {
        to: ['--to-datetime', iso(FIRST_MS + 5 * MINUTE_MS + 1).replace('Z', '')],
        expected: { 'orders-0': 6, 'orders-1': 6, 'payments-0': 6 },
      },
      {
        to: ['--to-datetime', iso(FIRST_MS + 100 * MINUTE_MS).replace('Z', '+00:00')],
        expected: { 'orders-0': 10, 'orders-1': 10, 'payments-0': 10 },
      },
      {
        to: ['--by-duration', 'P10000D'],
        expected: { 'orders-0': 0, 'orders-1': 3, 'payments-0': 0 },
      },
      {
        to: ['--by-duration', 'PT1S'],
        expected: { 'orders-0': 10, 'orders-1': 10, 'payments-0': 10 },
      },
    ])('$to of all topics, as a plan', async ({ to, expected }) => {
      expect(await theirPlan([...to, '--all-topics', '--dry-run'])).toEqual(expected);
      expect(await ourPlan(to)).toEqual(expected);
      expect(await committed('idle')).toEqual({ 'orders-0': 4, 'orders-1': 10, 'payments-0': 0 });
    });

    it.each([
      { scope: ['--topic', 'orders:0,2'], expected: { 'orders-0': 0, 'orders-2': 0 } },
      {
        scope: ['--topic', 'payments', '--topic', 'orders:1'],
        expected: { 'payments-0': 0, 'payments-1': 0, 'orders-1': 3 },
      },
    ])('$scope', async ({ scope, expected }) => {
      expect(await theirPlan([...scope, '--to-earliest'])).toEqual(expected);
      expect(await ourPlan([...scope, '--to-earliest'])).toEqual(expected);
    });

    it('executed by one is seen by the other', async () => {
      const group = ['--reset-offsets', '--group', 'moved'];
      await tool('kafka-consumer-groups', [
        ...[...group, '--topic', 'orders:0,1', '--to-offset', '6', '--execute'],
      ]);
      expect(await committed('moved')).toEqual({ 'orders-0': 6, 'orders-1': 6 });
      await zurauJson(['reset', 'moved', '--shift-by', '-1', '--execute']);
      const rows = tablesIn(
        await tool('kafka-consumer-groups', ['--describe', '--group', 'moved']),
      );
      expect(rows.map((row) => row['CURRENT-OFFSET'])).toEqual(['5', '5']);
      await tool('kafka-consumer-groups', [
        ...group,
        '--all-topics',
        '--shift-by',
        '2',
        '--execute',
      ]);
      expect(await committed('moved')).toEqual({ 'orders-0': 7, 'orders-1': 7 });
    });

    it('goes through files of either', async () => {
      const current = ['--to-current', '--export'];
      const theirs = await tool('kafka-consumer-groups', [
        ...['--reset-offsets', '--group', 'idle', '--all-topics', ...current],
      ]);
      const { out: ours } = await zurau(['groups', 'reset', 'idle', ...current]);
      const lines = (text: string): string[] =>
        text
          .replaceAll('"', '')
          .split('\n')
          .filter((line) => line !== '')
          .toSorted();
      expect(lines(ours)).toEqual(lines(theirs));
      for (const [name, text] of [
        ['theirs', theirs],
        ['ours', ours],
      ] as const) {
        const file = join(dir.path, `${name}.csv`);
        writeFileSync(file, text.replaceAll('"', '').trim().replaceAll(',4', ',8'));
        const expected = { 'orders-0': 8, 'orders-1': 10, 'payments-0': 0 };
        expect(await theirPlan(['--from-file', file])).toEqual(expected);
        expect(await ourPlan(['--from-file', file])).toEqual(expected);
        const target = `from-${name}`;
        if (name === 'ours') {
          await tool('kafka-consumer-groups', [
            ...['--reset-offsets', '--group', target, '--from-file', file, '--execute'],
          ]);
        } else {
          await zurauJson(['reset', target, '--from-file', file, '--execute']);
        }
        expect(await committed(target)).toEqual(expected);
        await tool('kafka-consumer-groups', ['--delete', '--group', target]);
      }
    });

    it('leaves groups with members alone', async () => {
      for (const group of ['classic', 'modern', 'static']) {
        const reset = ['--reset-offsets', '--group', group, '--topic', 'orders', '--to-earliest'];
        const { stdout } = await groupsTool([...reset, '--execute']);
        expect(stdout.toString()).toContain('but the current state is Stable');
        const ours = await zurau(['groups', 'reset', group, '--to-earliest', '--execute']);
        expect(ours).toMatchObject({ exitCode: 1 });
        expect(ours.err).toContain('is Stable');
      }
      expect((await committed('classic'))['orders-0']).toBe(7);
    });
  });

  it('--delete-offsets', async () => {
    await zurauJson([
      'reset',
      'forgetful',
      '-t',
      'orders',
      '-t',
      'payments',
      '--to-latest',
      '--execute',
    ]);
    const some = await tool('kafka-consumer-groups', [
      ...['--delete-offsets', '--group', 'forgetful', '--topic', 'orders:0,2'],
    ]);
    expect(some.match(/Successful/g)).toHaveLength(2);
    expect(Object.keys(await committed('forgetful'))).toEqual([
      'orders-1',
      'payments-0',
      'payments-1',
    ]);
    await zurauJson(['delete-offsets', 'forgetful', '-t', 'payments']);
    const rows = tablesIn(
      await tool('kafka-consumer-groups', ['--describe', '--group', 'forgetful']),
    );
    expect(rows.map((row) => `${row['TOPIC']}-${row['PARTITION']}`)).toEqual(['orders-1']);
    for (const group of ['classic', 'modern', 'static']) {
      const refused = await groupsTool([
        '--delete-offsets',
        '--group',
        group,
        '--topic',
        'orders:0',
      ]);
      expect(refused.stdout.toString()).toMatch(
        /orders\s+0\s+Error: :.*GroupSubscribedToTopicException/,
      );
      const ours = await zurau(['groups', 'delete-offsets', group, '-t', 'orders:0']);
      expect(ours).toMatchObject({ exitCode: 1 });
    }
    // A topic that the members of a group do not read.
    await tool('kafka-consumer-groups', [
      '--delete-offsets',
      '--group',
      'modern',
      '--topic',
      'payments:0',
    ]);
    const nobody = await groupsTool([
      '--delete-offsets',
      '--group',
      'nobody',
      '--topic',
      'orders:0',
    ]);
    expect(nobody.stdout.toString()).toContain("'nobody' does not exist");
  });

  it('--delete', async () => {
    for (const group of ['gone-1', 'gone-2', 'gone-3']) {
      await zurauJson(['reset', group, '-t', 'orders:0', '--to-latest', '--execute']);
    }
    const deleted = await tool('kafka-consumer-groups', [
      ...['--delete', '--group', 'gone-1', '--group', 'gone-2'],
    ]);
    expect(deleted).toMatch(/groups \('gone-1'?, '?gone-2'\) was successful/);
    expect(await zurauJson(['delete', 'gone-3'])).toEqual([{ group: 'gone-3' }]);
    const left = (await tool('kafka-consumer-groups', ['--list'])).split('\n');
    expect(left.filter((group) => group.startsWith('gone'))).toEqual([]);
    for (const group of ['classic', 'modern', 'static', 'nobody']) {
      const { stdout } = await groupsTool(['--delete', '--group', group]);
      expect(stdout.toString()).toMatch(
        group === 'nobody' ? /GroupIdNotFoundException/ : /GroupNotEmptyException/,
      );
      expect(await zurau(['groups', 'delete', group])).toMatchObject({ exitCode: 1 });
    }
  });

  it('kafka-get-offsets tells the ends and beginnings that lag is counted by', async () => {
    const offsets = async (args: readonly string[]): Promise<Record<string, number>> => {
      const text = await tool('kafka-get-offsets', [...args]);
      return Object.fromEntries(
        text
          .trim()
          .split('\n')
          .map((line) => {
            const [topic, partition, offset] = line.split(':');
            return [`${topic}-${partition}`, Number(offset)];
          }),
      );
    };
    const all = ['--topic-partitions', 'orders:0,orders:1,orders:2,payments'];
    const plan = async (to: readonly string[]): Promise<Record<string, number>> => {
      const moves = await zurauJson<{ topic: string; partition: number; to: number }>([
        ...['reset', 'unheard-of', '-t', 'orders', '-t', 'payments', ...to],
      ]);
      return Object.fromEntries(moves.map((of) => [`${of.topic}-${of.partition}`, of.to]));
    };
    expect(await offsets([...all, '--time', 'earliest'])).toEqual(await plan(['--to-earliest']));
    expect(await offsets([...all, '--time', 'latest'])).toEqual(await plan(['--to-latest']));
    const { partitions } = await described('classic');
    const ends = Object.fromEntries(
      partitions.map((of) => [`${of.topic}-${of.partition}`, of.end]),
    );
    expect(await offsets(['--topic-partitions', 'orders,payments'])).toEqual(ends);
    expect(await offsets([...all, '--time', String(FIRST_MS + 4 * MINUTE_MS)])).toMatchObject({
      ...{ 'orders-0': 4, 'orders-1': 4, 'payments-0': 4 },
    });
  });

  describe('__consumer_offsets as Kafka formats it', () => {
    interface Formatted {
      readonly key: { readonly data: Readonly<Record<string, string | number>> };
      readonly value: { readonly data: Readonly<Record<string, unknown>> } | null;
    }

    /** The last of each key. What a formatter does not know, records of the consumer protocol, it says so or skips. */
    const format = async (formatter: string, libs?: string): Promise<Map<string, Formatted>> => {
      await using admin = new Admin({ bootstrapServers: broker.bootstrapServers });
      const [end] = await admin.listOffsets([
        { topic: '__consumer_offsets', partition: 0, at: 'end' },
      ]);
      const args = consoleConsumer(
        [
          ...['--topic', '__consumer_offsets', '--partition', '0', '--offset', 'earliest'],
          ...['--timeout-ms', '60000', '--max-messages', String(end!.offset)],
          ...['--formatter', `org.apache.kafka.tools.consumer.${formatter}`],
          '--skip-message-on-error',
        ],
        libs,
      );
      const { stdout } = await mustRun('java', args, { timeoutMs: 120_000 });
      const records = stdout
        .toString()
        .replaceAll('}{"key":', '}\n{"key":')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Formatted);
      return new Map(records.map((record) => [JSON.stringify(record.key.data), record]));
    };

    it.each([
      ['3.9', undefined],
      ['4', LIBS4],
    ])('OffsetsMessageFormatter of Kafka %s has the committed offsets', async (_, libs) => {
      const reports = await zurauJson<GroupReport>(['describe', '--all']);
      const last = await format('OffsetsMessageFormatter', libs);
      const theirs = [...last.values()].flatMap(({ key, value }) =>
        value === null || key.data['topic'] === undefined
          ? []
          : [{ ...key.data, offset: value.data['offset'] }],
      );
      const ours = reports.flatMap(({ group, partitions }) =>
        partitions.flatMap(({ topic, partition, committed: offset }) =>
          offset === null ? [] : [{ group, topic, partition, offset }],
        ),
      );
      const inOrder = (rows: readonly object[]): string[] =>
        rows.map((row) => JSON.stringify(row)).toSorted();
      expect(inOrder(theirs)).toEqual(inOrder(ours));
      // Those that were deleted have their tombstones.
      expect([...last.values()].filter(({ value }) => value === null).length).toBeGreaterThan(5);
    });

    it.each([
      ['3.9', undefined],
      ['4', LIBS4],
    ])('GroupMetadataMessageFormatter of Kafka %s has the members of groups', async (_, libs) => {
      const last = await format('GroupMetadataMessageFormatter', libs);
      for (const group of ['classic', 'static']) {
        const { members, assignor } = await described(group);
        const found = [...last.values()].findLast(({ key }) => key.data['group'] === group)!;
        const value = found.value!.data as {
          readonly protocolType: string;
          readonly protocol: string;
          readonly leader: string;
          readonly members: readonly Record<string, unknown>[];
        };
        expect(value).toMatchObject({ protocolType: 'consumer', protocol: assignor });
        const theirs = value.members.map((of) => ({
          member: of['memberId'],
          instance: of['groupInstanceId'] ?? null,
          client: of['clientId'],
          host: of['clientHost'],
        }));
        const ours = members.map(({ member, instance, client, host }) => ({
          ...{ member, instance, client, host: `/${host}` },
        }));
        const inOrder = (rows: readonly object[]): string[] =>
          rows.map((row) => JSON.stringify(row)).toSorted();
        expect(inOrder(theirs)).toEqual(inOrder(ours));
        expect(members.map(({ member }) => member)).toContain(value.leader);
      }
    });
  });

  it('leaves no error in the log of the broker', () => {
    expect(broker.errorLines).toEqual([]);
  });
});
