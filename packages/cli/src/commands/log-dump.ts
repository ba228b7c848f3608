/** `zurau log dump` */
import type { Command } from 'commander';
import type { Disk } from '@zurau/platform';
import { type Io, write } from '../io.ts';
import { Listing } from '../listing.ts';
import type { DumpOptions } from '../log-dump/dump-context.ts';
import { UsageError } from '../usage-error.ts';

interface DumpCommandOptions {
  readonly records?: boolean;
  readonly decode?: boolean;
  readonly json?: boolean;
}

export function addLogDump(log: Command, io: Io): void {
  log
    .command('dump')
    .argument('<path>', 'a file of a log, the directory of a partition, or a log directory')
    .description('Show what is in log files.')
    .option('--records', 'the records, not only their batches; of a directory, all of them')
    .option('--decode', 'with the records of __consumer_offsets and __transaction_state as JSON')
    .option('--json', 'one JSON object a line; "type" says of what')
    .addHelpText(
      'after',
      `
Files: .log, .index, .timeindex, .txnindex, .snapshot, leader-epoch-checkpoint, partition.metadata, meta.properties, and
the four checkpoints of a log directory. A directory is summed up; with --records all segments of a partition are shown.

Examples:
  zurau log dump ./data
  zurau log dump ./data/orders-0
  zurau log dump ./data/orders-0/00000000000000000000.log --records
  zurau log dump ./data/__consumer_offsets-12 --decode`,
    )
    .action((path: string, options: DumpCommandOptions) => dump(io, path, options));
}

async function dump(io: Io, given: string, options: DumpCommandOptions): Promise<void> {
  const [dumper, { nodePlatform }] = await Promise.all([
    import('../log-dump/dump-path.ts'),
    import('@zurau/platform'),
  ]);
  const { disk } = nodePlatform();
  const path = given.replace(/(?<=.)\/+$/, '');
  const resolved: DumpOptions = {
    records: options.records === true || options.decode === true,
    decode: options.decode === true,
  };
  const listing = new Listing(io, options.json === true);
  switch (kindOf(disk, path)) {
    case 'directory':
      await dumper.dumpDirectory({ disk, listing, ...resolved }, path);
      break;
    case 'file':
      if (!(await dumper.dumpFile({ disk, listing, ...resolved }, path))) {
        throw new UsageError(`${path} is no file of a log by its name.`);
      }
      break;
    default:
      throw new UsageError(`There is no file or directory ${path}.`);
  }
  await write(io.stdout, '');
}

function kindOf(disk: Disk, path: string): string | undefined {
  return disk.statSync(path)?.kind;
}
