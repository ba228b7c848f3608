/** `zurau log`: looks at the files of a log directory, ours or Apache Kafka's. Needs no broker, and changes nothing. */
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { addLogDump } from './log-dump.ts';
import { addLogVerify } from './log-verify.ts';

export function addLog(program: Command, io: Io, setExitCode: (code: number) => void): void {
  const log = program
    .command('log')
    .description("Look at log files on disk, also Apache Kafka's: dump, verify.");
  addLogDump(log, io);
  addLogVerify(log, io, setExitCode);
}
