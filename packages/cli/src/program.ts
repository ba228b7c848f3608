/** The tree of commands. Commands load what they need when they run, so that `--help` and `--version` need next to nothing. */
import { Command } from 'commander';
import { addConsume } from './commands/consume.ts';
import { addGroups } from './commands/groups.ts';
import { addLog } from './commands/log.ts';
import { addProduce } from './commands/produce.ts';
import { addStart } from './commands/start.ts';
import { addTopics } from './commands/topics.ts';
import { exitCodesHelp } from './exit-codes.ts';
import type { Io } from './io.ts';
import { VERSION } from './version.ts';

/** `setExitCode` is for commands that end without an error and yet not with 0. */
export function buildProgram(io: Io, setExitCode: (code: number) => void): Command {
  const program = new Command('zurau')
    .description(
      'Apache Kafka in TypeScript: start a broker, look at topics and groups, produce and consume.',
    )
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError('See zurau --help')
    .exitOverride();
  addStart(program, io, setExitCode);
  addTopics(program, io);
  addProduce(program, io);
  addConsume(program, io);
  addGroups(program, io);
  addLog(program, io, setExitCode);
  program.addHelpText(
    'after',
    `
Examples:
  zurau start                                  a broker on 127.0.0.1:9092, data in ./data
  zurau topics create orders --partitions 3
  echo hello | zurau produce orders
  zurau consume orders --exit
${exitCodesHelp}`,
  );
  return program;
}
