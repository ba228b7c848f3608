/** `zurau groups delete-offsets` */
import type { Command } from 'commander';
import { type Io, write } from '../io.ts';
import { addClusterOptions, type ClusterOptions, repeated } from '../options.ts';
import { RefusedError } from '../refused-error.ts';
import { parseTopicSelection, selectedOf } from '../topic-selection.ts';
import { UsageError } from '../usage-error.ts';
import { withAdmin } from '../with-admin.ts';

interface DeleteOffsetsOptions extends ClusterOptions {
  readonly topic?: readonly string[];
  readonly json?: boolean;
}

export function addGroupsDeleteOffsets(groups: Command, io: Io): void {
  addClusterOptions(groups.command('delete-offsets <group>'))
    .description('Forget what a group has committed for topics that none of its members reads.')
    .option(
      '-t, --topic <topic[:partitions]>',
      'this topic, or these partitions of it as in orders:0,3 (repeatable)',
      repeated,
    )
    .option('--json', 'one JSON object a line, for each partition')
    .addHelpText(
      'after',
      `
Examples:
  zurau groups delete-offsets billing --topic orders
  zurau groups delete-offsets billing --topic orders:0,3 --topic payments`,
    )
    .action((group: string, options: DeleteOffsetsOptions) => deleteOffsets(io, group, options));
}

async function deleteOffsets(io: Io, group: string, options: DeleteOffsetsOptions): Promise<void> {
  if (options.topic === undefined) throw new UsageError('Say of which topics: --topic NAME.');
  const selections = options.topic.map(parseTopicSelection);
  await withAdmin(io, options, async (admin) => {
    const [, committed] = await Promise.all([
      admin.describeGroups([group]),
      admin.fetchGroupOffsets(group),
    ]);
    const partitions = selectedOf(
      committed,
      selections,
      (topic) =>
        new RefusedError(
          'UNKNOWN_TOPIC_OR_PARTITION',
          `Group ${group} has committed nothing for topic ${topic}.`,
        ),
    );
    await admin.deleteGroupOffsets(group, partitions);
    for (const { topic, partition } of partitions) {
      const text =
        options.json === true
          ? JSON.stringify({ group, topic, partition })
          : `Deleted the offset of ${topic}-${partition}.`;
      await write(io.stdout, `${text}\n`);
    }
  });
}
