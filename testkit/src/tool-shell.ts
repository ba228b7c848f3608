/**
 * Kafka's command line tools in one JVM, one after another: for suites that run dozens of them. Needs a JDK, which compiles the shell as it starts.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { kafkaLibs, mainClassOf } from './kafka-tools.ts';
import type { KafkaTool } from './kafka-tools.ts';
import type { CommandResult } from './run-command.ts';

const SHELL = fileURLToPath(new URL('../../test/interop/kafka/ToolShell.java', import.meta.url));
const RUN_TIMEOUT_MS = 60_000;

export class ToolShell {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  readonly #exited: Promise<void>;
  #last: Promise<unknown> = Promise.resolve();
  #errors = '';

  /** With the tools of Kafka 3.9.1, or of whatever release is in `libs`. */
  constructor(libs: string = kafkaLibs()) {
    const args = ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-cp', `${libs}/*`, SHELL];
    this.#child = spawn('java', args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const { stdout, stderr } = this.#child;
    if (stdout === null || stderr === null) throw new Error('no pipes');
    this.#answers = createInterface({ input: stdout })[Symbol.asyncIterator]();
    stderr.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
    this.#exited = new Promise((resolve) => this.#child.once('close', () => resolve()));
  }

  /** Runs come one after another, in the order of the calls. Rejects when the JVM is gone or takes too long, whatever the tool's status. */
  run(tool: KafkaTool, args: readonly string[]): Promise<CommandResult> {
    const result = this.#last.then(() => this.#run(mainClassOf(tool), args));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async close(): Promise<void> {
    this.#child.stdin?.end();
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), RUN_TIMEOUT_MS);
    await this.#exited;
    clearTimeout(killer);
  }

  async #run(main: string, args: readonly string[]): Promise<CommandResult> {
    this.#child.stdin?.write(`${[main, ...args].map(encoded).join(' ')}\n`);
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), RUN_TIMEOUT_MS);
    const answer = await this.#answers.next();
    clearTimeout(killer);
    if (answer.done === true) {
      throw new Error(`${main} ${args.join(' ')} ended the JVM\n${this.#errors.slice(-4000)}`);
    }
    const [status, stdout = '=', stderr = '='] = answer.value.split(' ');
    return {
      status: Number(status),
      stdout: Buffer.from(stdout.slice(1), 'base64'),
      stderr: Buffer.from(stderr.slice(1), 'base64').toString(),
    };
  }
}

/** With a letter before it, so that nothing is a word too. */
function encoded(word: string): string {
  return `=${Buffer.from(word).toString('base64')}`;
}
