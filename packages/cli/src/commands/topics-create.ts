/** `zurau topics create` */
import type { Command } from 'commander';
import { type Io, write } from '../io.ts';
import {
  addClusterOptions,
  type ClusterOptions,
  keyValues,
  repeated,
  wholeNumber,
} from '../options.ts';
import { withAdmin } from '../with-admin.ts';

interface CreateOptions extends ClusterOptions {
  readonly partitions?: number;
  readonly replicationFactor?: number;
  readonly config?: readonly string[];
  readonly ifNotExists?: boolean;
}

export function addTopicsCreate(topics: Command, io: Io): void {
  addClusterOptions(topics.command('create <topics...>'))
    .description('Create topics.')
    .option(
      '-p, --partitions <n>',
      "partitions of each (default: the broker's num.partitions)",
      wholeNumber('--partitions', 1),
    )
    .option(
      '-r, --replication-factor <n>',
      "copies of each partition (default: the broker's default.replication.factor)",
      wholeNumber('--replication-factor', 1),
    )
    .option(
      '-c, --config <key=value>',
      'a topic config, such as retention.ms=60000; may be repeated',
      repeated,
    )
    .option('--if-not-exists', 'no error when a topic exists already')
    .addHelpText(
      'after',
      `
Examples:
  zurau topics create orders
  zurau topics create orders --partitions 12 --config cleanup.policy=compact
  zurau topics create orders payments --if-not-exists`,
    )
    .action((names: string[], options: CreateOptions) => create(io, names, options));
}

async function create(io: Io, names: readonly string[], options: CreateOptions): Promise<void> {
  const configs = keyValues('--config', options.config);
  const { partitions, replicationFactor } = options;
  await withAdmin(io, options, async (admin) => {
    for (const name of names) {
      const created = await admin
        .createTopics([{ name, partitions, replicationFactor, configs }])
        .then(() => true)
        .catch((error: unknown) => {
          if (options.ifNotExists === true && isCode(error, 'TOPIC_ALREADY_EXISTS')) return false;
          throw error;
        });
      await write(io.stdout, created ? `Created topic ${name}.\n` : `Topic ${name} exists.\n`);
    }
  });
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
