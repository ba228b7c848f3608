/** `zurau groups delete` */
import type { Command } from 'commander';
import { type Io, write } from '../io.ts';
import { addClusterOptions, type ClusterOptions } from '../options.ts';
import { withAdmin } from '../with-admin.ts';

export function addGroupsDelete(groups: Command, io: Io): void {
  addClusterOptions(groups.command('delete <groups...>'))
    .description('Delete groups that have no members, with all their committed offsets.')
    .addHelpText(
      'after',
      `
Examples:
  zurau groups delete billing`,
    )
    .action((names: string[], options: ClusterOptions) => remove(io, names, options));
}

async function remove(io: Io, names: readonly string[], options: ClusterOptions): Promise<void> {
  await withAdmin(io, options, async (admin) => {
    for (const name of names) {
      await admin.deleteGroup(name);
      await write(io.stdout, `Deleted group ${name}.\n`);
    }
  });
}
