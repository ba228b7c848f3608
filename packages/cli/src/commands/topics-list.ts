/** `zurau topics list` */
import type { Command } from 'commander';
import { type Io, write } from '../io.ts';
import { addClusterOptions, type ClusterOptions } from '../options.ts';
import { table } from '../table.ts';
import { withAdmin } from '../with-admin.ts';

interface ListOptions extends ClusterOptions {
  readonly internal?: boolean;
  readonly json?: boolean;
}

export function addTopicsList(topics: Command, io: Io): void {
  addClusterOptions(topics.command('list'))
    .description('List topics: a table on a terminal, plain names otherwise.')
    .option('--internal', "include Kafka's own, such as __consumer_offsets")
    .option('--json', 'one JSON object a line')
    .addHelpText(
      'after',
      `
Examples:
  zurau topics list
  zurau topics list --json | jq .partitions`,
    )
    .action((options: ListOptions) => list(io, options));
}

async function list(io: Io, options: ListOptions): Promise<void> {
  const found = await withAdmin(io, options, (admin) =>
    admin.listTopics({ internal: options.internal === true }),
  );
  const topics = found.map(({ name, partitions, internal }) => ({
    name,
    partitions: partitions.length,
    replicationFactor: partitions[0]?.replicas.length ?? 0,
    internal,
  }));
  if (options.json === true) {
    await write(io.stdout, topics.map((topic) => `${JSON.stringify(topic)}\n`).join(''));
  } else if (io.stdout.isTTY === true) {
    const text =
      topics.length === 0
        ? 'There are no topics yet. Make one: zurau topics create NAME\n'
        : table(
            [
              { title: 'TOPIC' },
              { title: 'PARTITIONS', align: 'right' },
              { title: 'REPLICAS', align: 'right' },
            ],
            topics.map(({ name, partitions, replicationFactor }) => [
              name,
              String(partitions),
              String(replicationFactor),
            ]),
          );
    await write(io.stdout, text);
  } else {
    await write(io.stdout, topics.map(({ name }) => `${name}\n`).join(''));
  }
}
