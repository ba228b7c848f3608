/** `zurau groups reset` */
import type { Admin, TopicPartition } from '@zurau/client';
import type { Command } from 'commander';
import { type Io, write } from '../io.ts';
import { formatOffsets, parseOffsets } from '../offsets-file.ts';
import { addClusterOptions, type ClusterOptions, repeated, wholeNumber } from '../options.ts';
import {
  parseDatetime,
  parseDuration,
  planReset,
  type Move,
  type ResetTarget,
} from '../reset-plan.ts';
import { readText } from '../read-text.ts';
import { RefusedError } from '../refused-error.ts';
import { table } from '../table.ts';
import { existingPartitions, parseTopicSelection } from '../topic-selection.ts';
import { UsageError } from '../usage-error.ts';
import { withAdmin } from '../with-admin.ts';

interface ResetOptions extends ClusterOptions {
  readonly topic?: readonly string[];
  readonly toEarliest?: boolean;
  readonly toLatest?: boolean;
  readonly toCurrent?: boolean;
  readonly toOffset?: number;
  readonly toDatetime?: number;
  readonly shiftBy?: number;
  readonly byDuration?: number;
  readonly fromFile?: string;
  readonly allTopics?: boolean;
  readonly export?: boolean;
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
    .option('--all-topics', 'all that the group has committed (the default)')
    .option('--to-earliest', 'to the beginning')
    .option('--to-latest', 'to the end')
    .option('--to-current', 'to where it is; to the end where it has committed nothing')
    .option('--to-offset <offset>', 'to this offset', wholeNumber('--to-offset', 0))
    .option(
      '--to-datetime <date>',
      'to the first record not older than this; UTC without a zone',
      parseDatetime,
    )
    .option('--shift-by <n>', 'forward by n records, or backward by -n', shift)
    .option('--by-duration <duration>', 'to this long ago: PT1H30M, P7D', parseDuration)
    .option(
      '--from-file <file>',
      'to the offsets in lines topic,partition,offset, as --export prints',
    )
    .option('--dry-run', 'only show what would be done (the default)')
    .option('--execute', 'do it')
    .option('--export', 'print the new offsets as lines topic,partition,offset')
    .option('--json', 'one JSON object a line, for each partition')
    .addHelpText(
      'after',
      `
Examples:
  zurau groups reset billing --to-earliest
  zurau groups reset billing --topic orders:0,1 --shift-by -10 --execute
  zurau groups reset billing --to-current --export > offsets.csv
  zurau groups reset billing --from-file offsets.csv --execute
  zurau groups reset billing --to-datetime 2026-01-31T12:00:00Z --execute`,
    )
    .action((group: string, options: ResetOptions) => reset(io, group, options));
}

async function reset(io: Io, group: string, options: ResetOptions): Promise<void> {
  if (options.execute === true && options.dryRun === true) {
    throw new UsageError('Take --dry-run or --execute, not both.');
  }
  if (options.topic !== undefined && options.allTopics === true) {
    throw new UsageError('Take --topic or --all-topics, not both.');
  }
  const target = await targetOf(group, options);
  const moves = await withAdmin(io, options, async (admin) => {
    const [, committed] = await Promise.all([
      refuseActive(admin, group),
      admin.fetchGroupOffsets(group),
    ]);
    const partitions = await partitionsOf(admin, options.topic, target, committed);
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

/** Tells before anything is planned what the coordinator would refuse in the end. A group that does not exist may be reset: it comes to be. */
async function refuseActive(admin: Admin, group: string): Promise<void> {
  const [described] = await admin.describeGroups([group]).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'GROUP_ID_NOT_FOUND') return [];
    throw error;
  });
  if (described === undefined || described.state === 'Empty') return;
  throw new RefusedError(
    'NON_EMPTY_GROUP',
    `Group ${group} is ${described.state}: offsets can be reset only while it is Empty.`,
  );
}

async function show(io: Io, moves: readonly Move[], options: ResetOptions): Promise<void> {
  if (options.json === true) {
    for (const move of moves) await write(io.stdout, `${JSON.stringify(move)}\n`);
    return;
  }
  if (options.export === true) {
    const offsets = moves.map(({ topic, partition, to }) => ({ topic, partition, offset: to }));
    return void (await write(io.stdout, formatOffsets(offsets)));
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

async function targetOf(group: string, options: ResetOptions): Promise<ResetTarget> {
  const { toEarliest, toLatest, toCurrent, toOffset, toDatetime, shiftBy, byDuration, fromFile } =
    options;
  const targets: ResetTarget[] = [];
  if (toEarliest === true) targets.push({ kind: 'earliest' });
  if (toLatest === true) targets.push({ kind: 'latest' });
  if (toCurrent === true) targets.push({ kind: 'current' });
  if (toOffset !== undefined) targets.push({ kind: 'offset', offset: toOffset });
  if (toDatetime !== undefined) targets.push({ kind: 'time', timestampMs: toDatetime });
  if (shiftBy !== undefined) targets.push({ kind: 'shift', by: shiftBy });
  if (byDuration !== undefined) {
    const { nodePlatform } = await import('@zurau/platform');
    targets.push({ kind: 'time', timestampMs: nodePlatform().clock.now() - byDuration });
  }
  if (fromFile !== undefined) {
    targets.push({ kind: 'listed', offsets: parseOffsets(await readText(fromFile), group) });
  }
  const [target] = targets;
  if (target !== undefined && targets.length === 1) return target;
  throw new UsageError(
    'Say where to, once: --to-earliest, --to-latest, --to-current, --to-offset, --to-datetime, --shift-by, --by-duration or --from-file.',
  );
}

/** What `--topic` names, or what the file lists, or all that the group has committed. */
async function partitionsOf(
  admin: Admin,
  names: readonly string[] | undefined,
  target: ResetTarget,
  committed: readonly TopicPartition[],
): Promise<TopicPartition[]> {
  if (names !== undefined) return await existingPartitions(admin, names.map(parseTopicSelection));
  if (target.kind !== 'listed') return [...committed];
  const listed = target.offsets.map(({ topic, partition }) => ({
    topic,
    partitions: [partition],
  }));
  return await existingPartitions(admin, listed);
}

function shift(text: string): number {
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  throw new UsageError(`--shift-by takes a whole number, not "${text}".`);
}
