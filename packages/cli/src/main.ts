/**
 * Runs a command line to its exit code. Never throws, never ends the process by itself.
 */
import { CommanderError } from 'commander';
import { ExitCode } from './exit-codes.ts';
import { failureOf } from './failure.ts';
import { type Io, processIo, styled } from './io.ts';
import { buildProgram } from './program.ts';

/** `argv` as in `process.argv`: the first two are not looked at. */
export async function main(argv: readonly string[], io: Io = processIo()): Promise<number> {
  let exitCode: number = ExitCode.OK;
  const program = buildProgram(io, (code) => {
    exitCode = code;
  });
  // A reader that goes away (`| head`) is no error; writes find out by themselves.
  io.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  try {
    await program.parseAsync([...argv]);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has printed it: help, version, or what is wrong with the command line.
      return error.exitCode === 0 ? ExitCode.OK : ExitCode.USAGE;
    }
    const failure = failureOf(error);
    io.stderr.write(`${styled(io, io.stderr, 'red', 'zurau:')} ${failure.message}\n`);
    if (failure.hint !== undefined) io.stderr.write(`${failure.hint}\n`);
    if (failure.exitCode === ExitCode.USAGE) io.stderr.write('See zurau --help\n');
    return failure.exitCode;
  }
}
