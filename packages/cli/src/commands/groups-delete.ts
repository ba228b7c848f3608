/** `zurau groups delete` */
import type { Command } from 'commander';
import { forEachName } from '../for-each-name.ts';
import { type Io, write } from '../io.ts';
import { addClusterOptions, type ClusterOptions } from '../options.ts';
import { withAdmin } from '../with-admin.ts';

interface DeleteOptions extends ClusterOptions {
  readonly json?: boolean;
}

export function addGroupsDelete(groups: Command, io: Io): void {
  addClusterOptions(groups.command('delete <groups...>'))
    .description('Delete groups that have no members, with all their committed offsets.')
    .option('--json', 'one JSON object a line, for each group that was deleted')
    .addHelpText(
      'after',
      `
Examples:
  zurau groups delete billing
  zurau groups delete billing shipping`,
    )
    .action((names: string[], options: DeleteOptions) => remove(io, names, options));
}

async function remove(io: Io, names: readonly string[], options: DeleteOptions): Promise<void> {
  await withAdmin(io, options, async (admin) => {
    await forEachName(names, async (group) => {
      await admin.deleteGroups([group]);
      const json = options.json === true;
      await write(io.stdout, json ? `${JSON.stringify({ group })}\n` : `Deleted group ${group}.\n`);
    });
  });
}
