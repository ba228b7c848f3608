/** `zurau groups reset` */
import type { Admin, TopicPartition } from '@zurau/client';
import type { Command } from 'commander';
import { keyOf } from '../group-report.ts';
import { type Io, write } from '../io.ts';
import { addClusterOptions, type ClusterOptions, repeated, wholeNumber } from '../options.ts';
import {
  parseDatetime,
  parseDuration,
  planReset,
  type Move,
  type ResetTarget,
} from '../reset-plan.ts';
import { table } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import { withAdmin } from '../with-admin.ts';

interface ResetOptions extends ClusterOptions {
  readonly topic?: readonly string[];
  readonly toEarliest?: boolean;
  readonly toLatest?: boolean;
  readonly toOffset?: number;
  readonly toDatetime?: number;
  readonly shiftBy?: number;
  readonly byDuration?: number;
  readonly dryRun?: boolean;
  readonly execute?: boolean;
  readonly json?: boolean;
}

export function addGroupsReset(groups: Command, io: Io): void {
  addClusterOptions(groups.command('reset <group>'))
    .description('Move the committed offsets of a group that has no members.')
    .option(
      '-t, --topic <topic[:partitions]>',
      'only this topic, or these partitions of it as in orders:0,3 (repeatable; default: all that the group has committed)',
      repeated,
    )
    .option('--to-earliest', 'to the beginning')
    .option('--to-latest', 'to the end')
    .option('--to-offset <offset>', 'to this offset', wholeNumber('--to-offset', 0))
    .option('--to-datetime <date>', 'to the first record not older than this', parseDatetime)
    .option('--shift-by <n>', 'forward by n records, or backward by -n', shift)
    .option('--by-duration <duration>', 'to this long ago: PT1H30M, P7D', parseDuration)
    .option('--dry-run', 'only show what would be done (the default)')
    .option('--execute', 'do it')
    .option('--json', 'one JSON object a line, for each partition')
    .addHelpText(
      'after',
      `
Examples:
  zurau groups reset billing --to-earliest
  zurau groups reset billing --topic orders:0,1 --shift-by -10 --execute
  zurau groups reset billing --to-datetime 2026-01-31T12:00:00Z --execute`,
    )
    .action((group: string, options: ResetOptions) => reset(io, group, options));
}

async function reset(io: Io, group: string, options: ResetOptions): Promise<void> {
  if (options.execute === true && options.dryRun === true) {
    throw new UsageError('Take --dry-run or --execute, not both.');
  }
  const target = await targetOf(options);
  const moves = await withAdmin(io, options, async (admin) => {
    const committed = await admin.fetchGroupOffsets(group);
    const partitions = await partitionsOf(admin, options.topic, committed);
    if (partitions.length === 0) {
      throw new UsageError(`Group ${group} has committed nothing; name topics with --topic.`);
    }
    const planned = await planReset(admin, partitions, committed, target);
    if (options.execute === true) {
      const offsets = planned.map(({ topic, partition, to }) => ({ topic, partition, offset: to }));
      await admin.setGroupOffsets(group, offsets);
    }
    return planned;
  });
  await show(io, moves, options);
}

async function show(io: Io, moves: readonly Move[], options: ResetOptions): Promise<void> {
  if (options.json === true) {
    for (const move of moves) await write(io.stdout, `${JSON.stringify(move)}\n`);
    return;
  }
  const columns = [
    { title: 'TOPIC' },
    { title: 'PARTITION', align: 'right' },
    { title: 'FROM', align: 'right' },
    { title: 'TO', align: 'right' },
  ] as const;
  const rows = moves.map(({ topic, partition, from, to }) => [
    topic,
    String(partition),
    String(from ?? '-'),
    String(to),
  ]);
  await write(io.stdout, table(columns, rows));
  if (options.execute !== true) {
    await write(io.stderr, 'Nothing was changed. To do it, add --execute.\n');
  }
}

async function targetOf(options: ResetOptions): Promise<ResetTarget> {
  const { toEarliest, toLatest, toOffset, toDatetime, shiftBy, byDuration } = options;
  const targets: ResetTarget[] = [];
  if (toEarliest === true) targets.push({ kind: 'earliest' });
  if (toLatest === true) targets.push({ kind: 'latest' });
  if (toOffset !== undefined) targets.push({ kind: 'offset', offset: toOffset });
  if (toDatetime !== undefined) targets.push({ kind: 'time', timestampMs: toDatetime });
  if (shiftBy !== undefined) targets.push({ kind: 'shift', by: shiftBy });
  if (byDuration !== undefined) {
    const { nodePlatform } = await import('@zurau/platform');
    targets.push({ kind: 'time', timestampMs: nodePlatform().clock.now() - byDuration });
  }
  const [target] = targets;
  if (target !== undefined && targets.length === 1) return target;
  throw new UsageError(
    'Say where to, once: --to-earliest, --to-latest, --to-offset, --to-datetime, --shift-by or --by-duration.',
  );
}

/** What `--topic` names, or all that the group has committed. */
async function partitionsOf(
  admin: Admin,
  names: readonly string[] | undefined,
  committed: readonly TopicPartition[],
): Promise<TopicPartition[]> {
  if (names === undefined) return [...committed];
  const wanted = names.map((text) => {
    const [, topic = text, list] = /^([^:]+):(\d+(?:,\d+)*)$/.exec(text) ?? [];
    return { topic, partitions: list?.split(',').map(Number) };
  });
  const topics = await admin.describeTopics(wanted.map(({ topic }) => topic));
  const chosen = wanted.flatMap(({ topic, partitions }) => {
    const all = topics.find(({ name }) => name === topic)?.partitions ?? [];
    const numbers = partitions ?? all.map(({ partition }) => partition);
    for (const partition of numbers) {
      if (all.some((each) => each.partition === partition)) continue;
      throw new UsageError(`Topic ${topic} has no partition ${partition}.`);
    }
    return numbers.map((partition) => ({ topic, partition }));
  });
  return [...new Map(chosen.map((of) => [keyOf(of), of])).values()];
}

function shift(text: string): number {
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  throw new UsageError(`--shift-by takes a whole number, not "${text}".`);
}
