/** `zurau groups describe` */
import type { Command } from 'commander';
import { reportOn, type GroupReport } from '../group-report.ts';
import { type Io, styled, write } from '../io.ts';
import { addClusterOptions, type ClusterOptions } from '../options.ts';
import { table } from '../table.ts';
import { withAdmin } from '../with-admin.ts';

interface DescribeOptions extends ClusterOptions {
  readonly json?: boolean;
}

export function addGroupsDescribe(groups: Command, io: Io): void {
  addClusterOptions(groups.command('describe <groups...>'))
    .description('Show state, members, committed offsets, and lag per partition and per member.')
    .option('--json', 'one JSON object a line, for each group')
    .addHelpText(
      'after',
      `
Examples:
  zurau groups describe billing
  zurau groups describe billing --json | jq .lag`,
    )
    .action((names: string[], options: DescribeOptions) => describe(io, names, options));
}

async function describe(io: Io, names: readonly string[], options: DescribeOptions): Promise<void> {
  const reports = await withAdmin(
    io,
    options,
    async (admin) => await Promise.all(names.map((name) => reportOn(admin, name))),
  );
  for (const report of reports) {
    const text = options.json === true ? `${JSON.stringify(report)}\n` : forPeople(io, report);
    await write(io.stdout, text);
  }
}

function forPeople(io: Io, report: GroupReport): string {
  const { group, type, state, assignor, lag, partitions, members } = report;
  const facts = [type, state, ...(assignor === '' ? [] : [assignor]), `lag ${lag}`];
  const title = `${styled(io, io.stdout, 'bold', group)}  ${facts.join(', ')}\n`;
  const partitionTable = table(
    [
      { title: 'TOPIC' },
      { title: 'PARTITION', align: 'right' },
      { title: 'COMMITTED', align: 'right' },
      { title: 'END', align: 'right' },
      { title: 'LAG', align: 'right' },
      { title: 'MEMBER' },
    ],
    partitions.map((of) => [
      of.topic,
      String(of.partition),
      String(of.committed ?? '-'),
      String(of.end ?? '?'),
      String(of.lag ?? '?'),
      of.member ?? '-',
    ]),
  );
  if (members.length === 0) return `${title}${partitionTable}`;
  const memberTable = table(
    [
      { title: 'MEMBER' },
      { title: 'INSTANCE' },
      { title: 'CLIENT' },
      { title: 'HOST' },
      { title: 'PARTITIONS', align: 'right' },
      { title: 'LAG', align: 'right' },
    ],
    members.map((of) => [
      of.member,
      of.instance ?? '-',
      of.client,
      of.host,
      String(of.partitions),
      String(of.lag),
    ]),
  );
  return `${title}${partitionTable}\n${memberTable}`;
}
