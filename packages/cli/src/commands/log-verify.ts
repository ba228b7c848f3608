/** `zurau log verify` */
import type { Command } from 'commander';
import type { Finding } from '@zurau/log';
import { ExitCode } from '../exit-codes.ts';
import { type Io, styled, write } from '../io.ts';
import { UsageError } from '../usage-error.ts';

interface VerifyCommandOptions {
  readonly json?: boolean;
}

export function addLogVerify(log: Command, io: Io, setExitCode: (code: number) => void): void {
  log
    .command('verify')
    .argument('<dir>', 'a log directory (one of log.dirs), or the directory of one partition')
    .description('Check every byte: batches, records, indexes, snapshots, epochs, checkpoints.')
    .option('--json', 'one JSON object a line: findings, partitions, then the summary')
    .addHelpText(
      'after',
      `
Reads all segments and changes nothing. Ends with 1 when something is damaged; warnings alone, which the next start of a
broker deals with, end with 0. A broker that uses the directory should be stopped: what it has not written yet is a warning.

Examples:
  zurau log verify ./data
  zurau log verify /var/lib/kafka/orders-0
  zurau log verify ./data --json | jq 'select(.type == "finding")'`,
    )
    .action(async (directory: string, options: VerifyCommandOptions) => {
      setExitCode(await verify(io, directory, options.json === true));
    });
}

async function verify(io: Io, directory: string, json: boolean): Promise<number> {
  const [{ verifyDirectory }, { DiskError, nodePlatform }] = await Promise.all([
    import('@zurau/log'),
    import('@zurau/platform'),
  ]);
  const { disk } = nodePlatform();
  let pending = '';
  const flush = async (): Promise<void> => {
    const text = pending;
    pending = '';
    if (text !== '') await write(io.stdout, text);
  };
  try {
    const summary = await verifyDirectory({
      disk,
      directory,
      onFinding: (finding) => {
        pending += json
          ? `${JSON.stringify({ type: 'finding', ...finding })}\n`
          : `${findingText(io, finding)}\n`;
      },
      onPartition: (partition, each) => {
        if (json) pending += `${JSON.stringify({ type: 'partition', partition, ...each })}\n`;
        return flush();
      },
    });
    pending += json
      ? `${JSON.stringify({ type: 'summary', ...summary })}\n`
      : `${summary.partitionCount} partitions, ${summary.segmentCount} segments, ` +
        `${summary.batchCount} batches, ${summary.recordCount} records, ${summary.sizeBytes} bytes: ` +
        `${outcomeOf(summary.errorCount, summary.warningCount)}\n`;
    await flush();
    return summary.errorCount > 0 ? ExitCode.FAILED : ExitCode.OK;
  } catch (error) {
    await flush();
    if (error instanceof DiskError && error.code === 'NOT_FOUND') {
      throw new UsageError(`There is no directory ${directory}.`);
    }
    throw error;
  }
}

function findingText(io: Io, { severity, path, position, message }: Finding): string {
  const style = severity === 'error' ? 'red' : 'yellow';
  const where = position === undefined ? path : `${path}:${position}`;
  return `${styled(io, io.stdout, style, severity.padEnd(7))}  ${where}  ${message}`;
}

function outcomeOf(errorCount: number, warningCount: number): string {
  const warnings = warningCount === 0 ? '' : `${warningCount} warnings`;
  if (errorCount === 0) return warnings === '' ? 'all sound' : `sound, ${warnings}`;
  return `${errorCount} errors${warnings === '' ? '' : `, ${warnings}`}`;
}
