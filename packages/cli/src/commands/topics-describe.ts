/** `zurau topics describe` */
import type { Admin, OffsetAnswer, TopicMetadata } from '@zurau/client';
import type { Command } from 'commander';
import { type Io, styled, write } from '../io.ts';
import { addClusterOptions, type ClusterOptions } from '../options.ts';
import { table } from '../table.ts';
import { withAdmin } from '../with-admin.ts';

interface DescribeOptions extends ClusterOptions {
  readonly json?: boolean;
}

interface PartitionReport {
  readonly partition: number;
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly inSyncReplicas: readonly number[];
  /** Null while there is no leader to ask. */
  readonly beginOffset: number | null;
  readonly endOffset: number | null;
}

interface TopicReport {
  readonly name: string;
  readonly id: string;
  /** Those that differ from the defaults. */
  readonly configs: Readonly<Record<string, string | null>>;
  readonly partitions: readonly PartitionReport[];
}

export function addTopicsDescribe(topics: Command, io: Io): void {
  addClusterOptions(topics.command('describe <topics...>'))
    .description(
      'Show partitions, leaders, offsets, and the configs that differ from the defaults.',
    )
    .option('--json', 'one JSON object a line, for each topic')
    .addHelpText(
      'after',
      `
Examples:
  zurau topics describe orders
  zurau topics describe orders --json | jq '.partitions[].endOffset'`,
    )
    .action((names: string[], options: DescribeOptions) => describe(io, names, options));
}

async function describe(io: Io, names: readonly string[], options: DescribeOptions): Promise<void> {
  const reports = await withAdmin(io, options, async (admin) => {
    const topics = await admin.describeTopics(names);
    return await Promise.all(topics.map((topic) => reportOf(admin, topic)));
  });
  for (const report of reports) {
    const text = options.json === true ? `${JSON.stringify(report)}\n` : forPeople(io, report);
    await write(io.stdout, text);
  }
}

async function reportOf(admin: Admin, topic: TopicMetadata): Promise<TopicReport> {
  const led = topic.partitions.filter(({ leader }) => leader >= 0);
  const ask = (at: 'beginning' | 'end'): Promise<OffsetAnswer[]> =>
    admin.listOffsets(led.map(({ partition }) => ({ topic: topic.name, partition, at })));
  const [[description], begins, ends] = await Promise.all([
    admin.describeConfigs([{ type: 'topic', name: topic.name }]),
    ask('beginning'),
    ask('end'),
  ]);
  const offsetIn = (answers: readonly OffsetAnswer[], partition: number): number | null =>
    answers.find((answer) => answer.partition === partition)?.offset ?? null;
  const own = description?.entries.filter(({ source }) => source === 'topic') ?? [];
  return {
    name: topic.name,
    id: topic.id,
    configs: Object.fromEntries(own.map(({ name, value }) => [name, value])),
    partitions: topic.partitions.map(({ partition, leader, replicas, inSyncReplicas }) => ({
      partition,
      leader,
      replicas,
      inSyncReplicas,
      beginOffset: offsetIn(begins, partition),
      endOffset: offsetIn(ends, partition),
    })),
  };
}

function forPeople(io: Io, { name, id, configs, partitions }: TopicReport): string {
  const configLines = Object.entries(configs).map(([key, value]) => `  ${key}=${value}\n`);
  const rows = partitions.map((of) => [
    String(of.partition),
    of.leader < 0 ? 'none' : String(of.leader),
    of.replicas.join(','),
    of.inSyncReplicas.join(','),
    String(of.beginOffset ?? '?'),
    String(of.endOffset ?? '?'),
  ]);
  const columns = [
    { title: 'PARTITION', align: 'right' },
    { title: 'LEADER', align: 'right' },
    { title: 'REPLICAS' },
    { title: 'IN SYNC' },
    { title: 'BEGIN', align: 'right' },
    { title: 'END', align: 'right' },
  ] as const;
  return `${styled(io, io.stdout, 'bold', name)}  id ${id}\n${configLines.join('')}${table(columns, rows)}`;
}
