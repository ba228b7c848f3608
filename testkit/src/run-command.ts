/** Runs a program to its end and tells all that it said. */
import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

export interface CommandResult {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface CommandOptions {
  /** What the program reads on its standard input; a function writes it piece by piece and ends it. */
  readonly input?: Buffer | string | ((stdin: Writable) => void);
  /** Sees standard output instead of having it collected. */
  readonly onStdout?: (stdout: Readable) => void;
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Rejects when the program cannot be started, or is killed because it took longer than `timeoutMs` (60 s unless given). */
export function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const { input, onStdout, timeoutMs = 60_000, env, cwd } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: 'pipe',
      cwd,
      env: { ...process.env, ...env },
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const killer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(
        new Error(
          `${program} ${args.join(' ')} took longer than ${timeoutMs} ms\n${Buffer.concat(stderr).toString()}`,
        ),
      );
    }, timeoutMs);
    if (onStdout === undefined) child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    else onStdout(child.stdout);
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    // A program that ends early closes its input; its exit status tells why.
    child.stdin.on('error', () => undefined);
    if (typeof input === 'function') input(child.stdin);
    else child.stdin.end(input);
    child.on('error', (error) => {
      clearTimeout(killer);
      reject(error);
    });
    child.on('close', (status) => {
      clearTimeout(killer);
      resolve({ status, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() });
    });
  });
}

/** As runCommand, but anything other than status 0 rejects with what the program said. */
export async function mustRun(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const result = await runCommand(program, args, options);
  if (result.status !== 0) {
    throw new Error(
      `${program} ${args.join(' ')} ended with ${result.status}\n${result.stdout.toString().slice(-4000)}\n${result.stderr.slice(-4000)}`,
    );
  }
  return result;
}
