/** Kafka's DumpLogSegments over all files of a data directory, with every flag that it has for them; whatever it complains about fails the test. */
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect } from 'vitest';
import type { ToolShell } from '@zurau/testkit';

/** What the tool prints, on either stream, when something is wrong. */
const COMPLAINT =
  /corrupt|mismatch|exception|invalid bytes|isvalid: false|out of order|not found|ignoring/i;
/** What it says of one time index. */
const MISMATCHES = /^Found timestamp mismatch in :(.*)\n(?: {2}Index timestamp: .*\n)*/gm;
/** Only a cleaner may leave gaps. */
const GAP = /non-consecutive|followed by/i;
const STRING_DECODER = 'kafka.serializer.StringDecoder';

export interface Dumped {
  /** Batches and records of all logs. */
  readonly logs: string;
  readonly offsets: string;
  readonly transactions: string;
  readonly snapshots: string;
  /** By path of the `.txnindex`. */
  readonly abortedTransactions: ReadonlyMap<string, string>;
}

export interface DumpOptions {
  /** Topics; those of the broker itself always are. */
  readonly compacted: readonly string[];
  /** The broker was killed: its indexes may be behind, and it is the next start that completes them. */
  readonly indexesMayLag?: boolean;
}

export async function dumpInEveryWay(
  shell: ToolShell,
  dataDir: string,
  { compacted, indexesMayLag = false }: DumpOptions,
): Promise<Dumped> {
  const files = readdirSync(dataDir, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.includes('/') && !path.startsWith('__cluster_metadata'))
    .sort();
  const of = (...suffixes: string[]): string[] =>
    files.filter((path) => suffixes.some((suffix) => path.endsWith(suffix)));
  const isCompacted = (path: string): boolean =>
    path.startsWith('__') || compacted.some((topic) => path.startsWith(`${topic}-`));

  const dump = async (how: readonly string[], which: readonly string[]): Promise<string> => {
    expect(which.length, how.join(' ')).toBeGreaterThan(0);
    const paths = which.map((path) => join(dataDir, path));
    const args = [...how, '--files', paths.join(',')];
    const { stdout, stderr, status } = await shell.run('kafka-dump-log', args);
    const printed = stdout.toString();
    const lines =
      `${printed}\n${withoutEmptiedBatches(stderr, (path) => isCompacted(relative(dataDir, path)))}`.split(
        '\n',
      );
    const complaints = lines.filter(
      (line) => COMPLAINT.test(line) || (GAP.test(line) && !which.every(isCompacted)),
    );
    expect(complaints.slice(0, 20), how.join(' ')).toEqual([]);
    expect(status, stderr).toBe(0);
    expect(printed.split('Dumping ').length - 1).toBe(which.length);
    return printed;
  };

  const logs = of('.log');
  const decoders = ['--key-decoder-class', STRING_DECODER, '--value-decoder-class', STRING_DECODER];
  const printed: string[] = [];
  for (const group of [logs.filter(isCompacted), logs.filter((path) => !isCompacted(path))]) {
    await dump([], group);
    printed.push(await dump(['--deep-iteration', '--print-data-log'], group));
    await dump(['--deep-iteration', '--print-data-log', '--skip-record-metadata'], group);
    await dump(['--max-bytes', '4096', ...decoders], group);
  }
  if (!indexesMayLag) {
    const indexes = of('.index', '.timeindex');
    expect(indexes.length).toBe(2 * logs.length);
    for (const how of [[], ['--verify-index-only'], ['--index-sanity-check']]) {
      await dump(how, indexes);
    }
    await dump(['--verify-index-only', '--max-message-size', '1048588'], indexes);
  }
  const belongsTo = (topic: string) => (path: string) => path.startsWith(topic);
  const aborted = new Map<string, string>();
  for (const part of (await dump([], of('.txnindex'))).split('Dumping ').slice(1)) {
    const end = part.indexOf('\n');
    aborted.set(part.slice(0, end), part.slice(end + 1));
  }
  return {
    logs: printed.join('\n'),
    offsets: await dump(['--offsets-decoder'], logs.filter(belongsTo('__consumer_offsets-'))),
    transactions: await dump(
      ['--transaction-log-decoder'],
      logs.filter(belongsTo('__transaction_state-')),
    ),
    snapshots: await dump([], of('.snapshot')),
    abortedTransactions: aborted,
  };
}

/**
 * Without what the tool says of batches that a cleaner emptied and kept for their producer's sequence. Such a batch keeps its timestamp, is indexed by it, and has no record to bear it
 * out, so that the tool finds -1 in the log. Apache Kafka's own cleaner leaves the same, with the same complaint: `kafka-cleaned.test.ts` shows it. Any
 * other timestamp in the log is a mismatch, in a compacted topic as well.
 */
function withoutEmptiedBatches(stderr: string, isCompacted: (path: string) => boolean): string {
  return stderr.replace(MISMATCHES, (complaint: string, path: string) => {
    const timestamps = [...complaint.matchAll(/, log timestamp: (-?\d+)$/gm)];
    const areEmptied = timestamps.every(([, inLog]) => inLog === '-1');
    return isCompacted(path) && areEmptied && timestamps.length > 0 ? '' : complaint;
  });
}
