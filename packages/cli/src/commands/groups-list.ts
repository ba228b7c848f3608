/** `zurau groups list` */
import type { Command } from 'commander';
import { type Io, write } from '../io.ts';
import { addClusterOptions, type ClusterOptions } from '../options.ts';
import { table } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import { withAdmin } from '../with-admin.ts';

const STATES = [
  ...['PreparingRebalance', 'CompletingRebalance', 'Stable', 'Empty', 'Dead'],
  ...['Assigning', 'Reconciling'],
];
const TYPES = ['classic', 'consumer'];

interface ListOptions extends ClusterOptions {
  readonly state?: readonly string[];
  readonly type?: readonly string[];
  readonly json?: boolean;
}

export function addGroupsList(groups: Command, io: Io): void {
  addClusterOptions(groups.command('list'))
    .description('List groups with their state.')
    .option(
      '--state <states>',
      'only those in one of these states: stable,empty',
      oneOrMore('--state', STATES),
    )
    .option(
      '--type <types>',
      'only those of these types: classic, consumer (KIP-848)',
      oneOrMore('--type', TYPES),
    )
    .option('--json', 'one JSON object a line, for each group')
    .addHelpText(
      'after',
      `
Examples:
  zurau groups list
  zurau groups list --state stable,preparingRebalance --type consumer
  zurau groups list --state empty --json | jq -r .group`,
    )
    .action((options: ListOptions) => list(io, options));
}

async function list(io: Io, options: ListOptions): Promise<void> {
  const { state: states = [], type: types = [] } = options;
  const shown = await withAdmin(io, options, (admin) => admin.listGroups({ states, types }));
  if (options.json === true) {
    for (const { groupId, type, state, protocolType } of shown) {
      const report = { group: groupId, type, state, protocolType };
      await write(io.stdout, `${JSON.stringify(report)}\n`);
    }
    return;
  }
  if (shown.length === 0) {
    const which = states.length + types.length > 0 ? 'such groups' : 'groups';
    return void (await write(io.stdout, `There are no ${which}.\n`));
  }
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

/** Parser of an option: names of the list, comma separated, in any case of letters. */
function oneOrMore(option: string, names: readonly string[]): (text: string) => string[] {
  return (text) =>
    text.split(',').map((part) => {
      const wanted = part.trim().toLowerCase();
      const name = names.find((each) => each.toLowerCase() === wanted);
      if (name !== undefined) return name;
      throw new UsageError(`${option} takes ${names.join(', ')}, not "${part}".`);
    });
}
