/** `zurau groups list` */
import type { Command } from 'commander';
import { type Io, write } from '../io.ts';
import { addClusterOptions, type ClusterOptions } from '../options.ts';
import { table } from '../table.ts';
import { withAdmin } from '../with-admin.ts';

interface ListOptions extends ClusterOptions {
  readonly state?: string;
  readonly type?: string;
  readonly json?: boolean;
}

export function addGroupsList(groups: Command, io: Io): void {
  addClusterOptions(groups.command('list'))
    .description('List groups with their state.')
    .option('--state <state>', 'only those in this state: Stable, Empty, ...')
    .option('--type <type>', 'only those of this type: classic or consumer (KIP-848)')
    .option('--json', 'one JSON object a line, for each group')
    .addHelpText(
      'after',
      `
Examples:
  zurau groups list
  zurau groups list --state empty --json | jq -r .group`,
    )
    .action((options: ListOptions) => list(io, options));
}

async function list(io: Io, options: ListOptions): Promise<void> {
  const all = await withAdmin(io, options, (admin) => admin.listGroups());
  const shown = all.filter(
    ({ state, type }) => matches(options.state, state) && matches(options.type, type),
  );
  if (options.json === true) {
    for (const { groupId, type, state, protocolType } of shown) {
      const report = { group: groupId, type, state, protocolType };
      await write(io.stdout, `${JSON.stringify(report)}\n`);
    }
    return;
  }
  if (shown.length === 0) return void (await write(io.stdout, 'There are no groups.\n'));
  const columns = [
    { title: 'GROUP' },
    { title: 'TYPE' },
    { title: 'STATE' },
    { title: 'PROTOCOL TYPE' },
  ];
  const rows = shown.map(({ groupId, type, state, protocolType }) => [
    groupId,
    type,
    state,
    protocolType,
  ]);
  await write(io.stdout, table(columns, rows));
}

function matches(wanted: string | undefined, value: string): boolean {
  return wanted === undefined || wanted.toLowerCase() === value.toLowerCase();
}
