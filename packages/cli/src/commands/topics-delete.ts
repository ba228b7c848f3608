/** `zurau topics delete` */
import type { Command } from 'commander';
import { type Io, write } from '../io.ts';
import { addClusterOptions, type ClusterOptions } from '../options.ts';
import { withAdmin } from '../with-admin.ts';

interface DeleteOptions extends ClusterOptions {
  readonly ifExists?: boolean;
}

export function addTopicsDelete(topics: Command, io: Io): void {
  addClusterOptions(topics.command('delete <topics...>'))
    .description('Delete topics, with all their records.')
    .option('--if-exists', 'no error when a topic does not exist')
    .addHelpText(
      'after',
      `
Examples:
  zurau topics delete orders
  zurau topics delete orders payments --if-exists`,
    )
    .action((names: string[], options: DeleteOptions) => remove(io, names, options));
}

async function remove(io: Io, names: readonly string[], options: DeleteOptions): Promise<void> {
  await withAdmin(io, options, async (admin) => {
    for (const name of names) {
      const deleted = await admin
        .deleteTopics([name])
        .then(() => true)
        .catch((error: unknown) => {
          if (options.ifExists === true && isUnknownTopic(error)) return false;
          throw error;
        });
      await write(io.stdout, deleted ? `Deleted topic ${name}.\n` : `There is no topic ${name}.\n`);
    }
  });
}

function isUnknownTopic(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'UNKNOWN_TOPIC_OR_PARTITION';
}
