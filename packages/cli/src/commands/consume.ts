/** `zurau consume`: records to stdout. */
import type { Consumer, Position } from '@zurau/client';
import type { Command } from 'commander';
import { formatBatch, type OutputFormat } from '../consume-format.ts';
import { printAsMember } from '../consume-group.ts';
import { boundsOf, parseFrom, type PartitionBounds, tailOf } from '../consume-start.ts';
import { type Io, write } from '../io.ts';
import {
  addClusterOptions,
  clientConfig,
  type ClusterOptions,
  unescaped,
  wholeNumber,
} from '../options.ts';
import { UsageError } from '../usage-error.ts';
import { withAdmin } from '../with-admin.ts';

interface ConsumeOptions extends ClusterOptions {
  readonly from?: string;
  readonly partition?: number;
  readonly count?: number;
  readonly tail?: number;
  readonly exit?: boolean;
  readonly json?: boolean;
  readonly keySeparator?: string;
  readonly readCommitted?: boolean;
  readonly group?: string;
}

/** What one poll may return: output goes in lots of this size. */
const POLL_RECORDS_MAX = 5_000;

export function addConsume(program: Command, io: Io): void {
  addClusterOptions(program.command('consume <topic>'))
    .description('Print records. Goes on with new ones until Ctrl-C, unless told otherwise.')
    .option(
      '-f, --from <where>',
      'beginning, end, an offset, or a time such as 2026-01-31T12:00:00Z (default: beginning)',
    )
    .option(
      '-t, --tail <n>',
      'start with the last n records of each partition',
      wholeNumber('--tail', 0),
    )
    .option(
      '-p, --partition <n>',
      'only this partition (default: all)',
      wholeNumber('--partition', 0),
    )
    .option('-n, --count <n>', 'stop after n records', wholeNumber('--count', 1))
    .option('-e, --exit', 'stop at what is the end when the command starts')
    .option('-k, --key-separator <text>', 'print key, this text, value; \\t stands for a tab')
    .option(
      '--json',
      'one JSON object a record: topic, partition, offset, timestamp, key, value, headers',
    )
    .option(
      '-g, --group <id>',
      'as a member of this group: go on where it is, and commit what was printed',
    )
    .option('--read-committed', 'leave out records of open and aborted transactions')
    .addHelpText(
      'after',
      `
Examples:
  zurau consume orders
  zurau consume orders --exit --key-separator :
  zurau consume orders --tail 10
  zurau consume orders --from 2026-01-31T12:00:00Z --count 100 --json
  zurau consume orders --partition 0 --from 42 --exit
  zurau consume orders --group billing --from end`,
    )
    .action((topic: string, options: ConsumeOptions) => consume(io, topic, options));
}

/** A partition to read: from where, and up to which offset. */
interface Span {
  readonly partition: number;
  readonly from: Position;
  /** Exclusive; undefined never ends. */
  readonly untilOffset: number | undefined;
}

async function consume(io: Io, topic: string, options: ConsumeOptions): Promise<void> {
  if (options.from !== undefined && options.tail !== undefined) {
    throw new UsageError('--from and --tail exclude each other.');
  }
  const from = parseFrom(options.from ?? 'beginning');
  const format: OutputFormat = {
    json: options.json === true,
    keySeparator: options.keySeparator === undefined ? undefined : unescaped(options.keySeparator),
  };
  if (options.group !== undefined) {
    await consumeAsMember(io, topic, options.group, from, format, options);
    return;
  }
  const spans = await spansOf(io, topic, from, options);
  const client = await import('@zurau/client');
  const consumer = new client.Consumer({
    ...clientConfig(io, options),
    autoOffsetReset: 'earliest',
    allowAutoCreateTopics: false,
    maxPollRecords: POLL_RECORDS_MAX,
    isolationLevel: options.readCommitted === true ? 'read_committed' : 'read_uncommitted',
  });
  try {
    await consumer.assign(
      spans.map((span) => ({ topic, partition: span.partition, from: span.from })),
    );
    await printSpans(io, consumer, topic, spans, format, options.count ?? Number.POSITIVE_INFINITY);
  } finally {
    await consumer.close();
  }
}

/** `--from` is where to begin in partitions for which the group has no offset yet. */
async function consumeAsMember(
  io: Io,
  topic: string,
  groupId: string,
  from: Position,
  format: OutputFormat,
  options: ConsumeOptions,
): Promise<void> {
  if (options.partition !== undefined || options.tail !== undefined) {
    throw new UsageError('--partition and --tail do not go with --group: the group decides.');
  }
  if (from !== 'beginning' && from !== 'end') {
    throw new UsageError('With --group, --from takes beginning or end.');
  }
  const client = await import('@zurau/client');
  const consumer = new client.Consumer({
    ...clientConfig(io, options),
    groupId,
    enableAutoCommit: false,
    autoOffsetReset: from === 'beginning' ? 'earliest' : 'latest',
    allowAutoCreateTopics: false,
    maxPollRecords: POLL_RECORDS_MAX,
    isolationLevel: options.readCommitted === true ? 'read_committed' : 'read_uncommitted',
  });
  try {
    await printAsMember(io, consumer, {
      topic,
      format,
      countMax: options.count ?? Number.POSITIVE_INFINITY,
      exits: options.exit === true,
    });
  } finally {
    await consumer.close();
  }
}

/** Asks for partitions and their bounds; fails when there is no such topic. */
async function spansOf(
  io: Io,
  topic: string,
  from: Position,
  options: ConsumeOptions,
): Promise<Span[]> {
  return await withAdmin(io, options, async (admin) => {
    const [description] = await admin.describeTopics([topic]);
    const all = description?.partitions.map(({ partition }) => partition) ?? [];
    const { partition: only, tail } = options;
    if (only !== undefined && !all.includes(only)) {
      throw new UsageError(`Topic ${topic} has partitions 0 to ${all.length - 1}, not ${only}.`);
    }
    const wanted = only === undefined ? all : [only];
    if (options.exit !== true && tail === undefined) {
      return wanted.map((partition) => ({ partition, from, untilOffset: undefined }));
    }
    const bounds = await boundsOf(admin, topic, wanted);
    return bounds.map((of: PartitionBounds) => ({
      partition: of.partition,
      from: tail === undefined ? from : tailOf(of, tail),
      untilOffset: options.exit === true ? of.endOffset : undefined,
    }));
  });
}

async function printSpans(
  io: Io,
  consumer: Consumer,
  topic: string,
  spans: readonly Span[],
  format: OutputFormat,
  countMax: number,
): Promise<void> {
  const stop = new AbortController();
  const detach = io.onInterrupt(() => stop.abort());
  const open = new Map(spans.map((span) => [span.partition, span.untilOffset]));
  let left = countMax;
  try {
    for (;;) {
      // The position moves behind markers and gaps too, so it tells the end even where the last offsets hold no record.
      for (const [partition, untilOffset] of open) {
        const position = consumer.position({ topic, partition });
        if (untilOffset === undefined || position === undefined || position < untilOffset) continue;
        open.delete(partition);
        consumer.pause({ topic, partition });
      }
      if (open.size === 0) return;
      for (const batch of await consumer.poll({ signal: stop.signal, timeoutMs: 500 })) {
        const untilOffset = open.get(batch.partition) ?? Number.POSITIVE_INFINITY;
        const records = batch.records.filter(({ offset }) => offset < untilOffset).slice(0, left);
        left -= records.length;
        if (!(await write(io.stdout, formatBatch(batch, records, format)))) return;
        if (left === 0) return;
      }
    }
  } catch (error) {
    // Ctrl-C is how one stops it, not a failure.
    if (!stop.signal.aborted) throw error;
  } finally {
    detach();
  }
}
