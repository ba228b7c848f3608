/** `zurau groups describe` */
import type { Admin } from '@zurau/client';
import type { Command } from 'commander';
import { forEachName } from '../for-each-name.ts';
import { reportOn, type AgesOf, type GroupReport } from '../group-report.ts';
import { type Io, styled, write } from '../io.ts';
import { addClusterOptions, type ClusterOptions, clientConfig } from '../options.ts';
import { type Column, table } from '../table.ts';
import { firstUnreadTimestamps } from '../time-lag.ts';
import { UsageError } from '../usage-error.ts';
import { withAdmin } from '../with-admin.ts';

interface DescribeOptions extends ClusterOptions {
  readonly all?: boolean;
  readonly time?: boolean;
  readonly json?: boolean;
}

export function addGroupsDescribe(groups: Command, io: Io): void {
  addClusterOptions(groups.command('describe [groups...]'))
    .description('Show state, members, committed offsets, and lag per partition and per member.')
    .option('--all', 'all groups')
    .option('--time', 'lag in seconds too: the age of the next record, which is read for it')
    .option('--json', 'one JSON object a line, for each group')
    .addHelpText(
      'after',
      `
Examples:
  zurau groups describe billing
  zurau groups describe --all --time
  zurau groups describe billing --json | jq .lag`,
    )
    .action((names: string[], options: DescribeOptions) => describe(io, names, options));
}

async function describe(io: Io, names: readonly string[], options: DescribeOptions): Promise<void> {
  if ((options.all === true) === names.length > 0) {
    throw new UsageError('Name groups, or say --all.');
  }
  const agesOf = options.time === true ? await agesReader(io, options) : undefined;
  await withAdmin(io, options, async (admin) => {
    const wanted = options.all === true ? await namesOfAll(admin) : names;
    await forEachName(wanted, async (name) => {
      const report = await reportOn(admin, name, agesOf);
      const text = options.json === true ? `${JSON.stringify(report)}\n` : forPeople(io, report);
      await write(io.stdout, text);
    });
  });
}

async function namesOfAll(admin: Admin): Promise<string[]> {
  const groups = await admin.listGroups();
  return groups.map(({ groupId }) => groupId);
}

/** Ages as of now of what is unread, in seconds. */
async function agesReader(io: Io, options: DescribeOptions): Promise<AgesOf> {
  const { nodePlatform } = await import('@zurau/platform');
  const { clock } = nodePlatform();
  const config = clientConfig(io, options);
  return async (unread) => {
    const timeoutMs = config.defaultApiTimeoutMs;
    const timestamps = await firstUnreadTimestamps(config, unread, { clock, timeoutMs });
    const now = clock.now();
    return new Map(
      Array.from(timestamps, ([key, timestamp]) => [key, Math.max(0, now - timestamp) / 1000]),
    );
  };
}

function forPeople(io: Io, report: GroupReport): string {
  const { group, type, state, assignor, coordinator, lag, lagSeconds } = report;
  const facts = [
    ...[type, state, ...(assignor === '' ? [] : [assignor])],
    `lag ${lag}`,
    ...(lagSeconds === undefined ? [] : [`${seconds(lagSeconds)} s behind`]),
    `coordinator ${coordinator.id}`,
  ];
  const title = `${styled(io, io.stdout, 'bold', group)}  ${facts.join(', ')}\n`;
  const inTime = lagSeconds !== undefined;
  const { partitions, members } = report;
  const parts = [title];
  if (partitions.length > 0) parts.push(partitionTable(partitions, inTime));
  if (members.length > 0) parts.push(`\n${memberTable(members, inTime)}`);
  return `${parts.join('')}\n`;
}

const TIME_COLUMN: Column = { title: 'SECONDS', align: 'right' };

function partitionTable(partitions: GroupReport['partitions'], inTime: boolean): string {
  return table(
    [
      { title: 'TOPIC' },
      { title: 'PARTITION', align: 'right' },
      { title: 'COMMITTED', align: 'right' },
      { title: 'END', align: 'right' },
      { title: 'LAG', align: 'right' },
      ...(inTime ? [TIME_COLUMN] : []),
      { title: 'MEMBER' },
    ],
    partitions.map((of) => [
      of.topic,
      String(of.partition),
      String(of.committed ?? '-'),
      String(of.end ?? '?'),
      String(of.lag ?? '?'),
      ...(inTime ? [seconds(of.lagSeconds)] : []),
      of.member ?? '-',
    ]),
  );
}

function memberTable(members: GroupReport['members'], inTime: boolean): string {
  return table(
    [
      { title: 'MEMBER' },
      { title: 'INSTANCE' },
      { title: 'CLIENT' },
      { title: 'HOST' },
      { title: 'PARTITIONS', align: 'right' },
      { title: 'LAG', align: 'right' },
      ...(inTime ? [TIME_COLUMN] : []),
    ],
    members.map((of) => [
      of.member,
      of.instance ?? '-',
      of.client,
      of.host,
      String(of.partitions),
      String(of.lag),
      ...(inTime ? [seconds(of.lagSeconds)] : []),
    ]),
  );
}

function seconds(value: number | null | undefined): string {
  return typeof value === 'number' ? value.toFixed(1) : '?';
}
