/**
 * A Zurau broker as a process of its own, started as a user starts it: what can be killed with -9 and measured from outside.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../packages/cli/bin/zurau.js', import.meta.url));
const BUILT = fileURLToPath(new URL('../../packages/cli/dist/bundle/main.cjs', import.meta.url));
const READY_PATTERN = /listening on ([^\s,]+)/;
/** pino's `error`. */
const ERROR_LEVEL = 50;
const LINES_KEPT = 2000;
const ERROR_LINES_KEPT = 50;

export interface BrokerProcessOptions {
  readonly dataDir: string;
  /** 0 or absent takes a free one. */
  readonly port?: number;
  /** To listen on, and to tell others; 127.0.0.1 unless given. */
  readonly host?: string;
  /** What runs the command that follows it: `nsenter` with its arguments. */
  readonly launcher?: readonly string[];
  /** `server.properties` keys and values. */
  readonly properties?: Readonly<Record<string, string>>;
  readonly nodeArgs?: readonly string[];
  /** So many in the process, a cluster; the first is the one that `bootstrapServers` names. */
  readonly brokers?: number;
  /** A broker that is not ready by then is killed. */
  readonly readyTimeoutMs?: number;
}

/** Brokers of a test that failed, or of a program that did not stop them, end with their parent. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export class BrokerProcess {
  readonly bootstrapServers: string;
  readonly port: number;
  /** From spawn to the line that says that connections are accepted. */
  readonly startMs: number;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #output: Output;

  private constructor(
    child: ChildProcess,
    exited: Promise<void>,
    bootstrapServers: string,
    startMs: number,
    output: Output,
  ) {
    this.#child = child;
    this.#exited = exited;
    this.#output = output;
    this.bootstrapServers = bootstrapServers;
    this.port = Number(bootstrapServers.slice(bootstrapServers.lastIndexOf(':') + 1));
    this.startMs = startMs;
  }

  /** Needs the built packages. Rejects with the broker's output when it does not come up. */
  static async start(options: BrokerProcessOptions): Promise<BrokerProcess> {
    if (!existsSync(BUILT)) throw new Error('the packages are not built: run `npm run build`');
    const { dataDir, port = 0, properties = {}, nodeArgs = [], readyTimeoutMs = 30_000 } = options;
    const { host, launcher = [] } = options;
    const settings = Object.entries(properties).flatMap(([key, value]) => [
      '--set',
      `${key}=${value}`,
    ]);
    const startedAt = performance.now();
    const [program, ...args] = [
      ...[...launcher, process.execPath, ...nodeArgs, BIN, 'start'],
      ...['--port', String(port), '--data-dir', dataDir, '--log-format', 'json'],
      ...(host === undefined ? [] : ['--host', host]),
      ...(options.brokers === undefined ? [] : ['--brokers', String(options.brokers)]),
      ...settings,
    ];
    const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    child.once('close', () => running.delete(child));
    const output = new Output();
    const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const address = await new Promise<string>((resolve, reject) => {
      let isLate = false;
      const timeout = setTimeout(() => {
        isLate = true;
        child.kill('SIGKILL');
      }, readyTimeoutMs);
      output.onLine = (line) => {
        const match = READY_PATTERN.exec(line);
        if (match === null) return;
        output.onLine = undefined;
        clearTimeout(timeout);
        resolve(match[1]!);
      };
      output.read(child.stdout);
      output.read(child.stderr);
      child.once('close', (status) => {
        clearTimeout(timeout);
        const what = isLate ? `not ready after ${readyTimeoutMs} ms` : `ended with ${status}`;
        reject(new Error(`broker ${what}\n${output.text}`));
      });
    });
    return new BrokerProcess(child, exited, address, performance.now() - startedAt, output);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** The last lines that it wrote, on either stream. */
  get output(): string {
    return this.#output.text;
  }

  /** The first lines at level error or worse, and what is no log line at all, as a crash leaves it. */
  get errorLines(): readonly string[] {
    return this.#output.errorLines;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resident memory in bytes, as the kernel counts it. Linux only. */
  residentBytes(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
  }

  /** kill -9. Resolves when the process is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** As Ctrl-C does. */
  async stop(): Promise<void> {
    if (this.isRunning) this.#child.kill('SIGTERM');
    await this.#exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** What a process says, line by line, in bounded memory. */
class Output {
  readonly errorLines: string[] = [];
  onLine: ((line: string) => void) | undefined;
  readonly #lines: string[] = [];

  get text(): string {
    return this.#lines.join('\n');
  }

  read(stream: Readable): void {
    createInterface({ input: stream }).on('line', (line) => {
      this.#lines.push(line);
      if (this.#lines.length > LINES_KEPT) this.#lines.splice(0, LINES_KEPT / 2);
      if (isError(line) && this.errorLines.length < ERROR_LINES_KEPT) this.errorLines.push(line);
      this.onLine?.(line);
    });
  }
}

function isError(line: string): boolean {
  const level = /^\{"level":(\d+),/.exec(line)?.[1];
  if (level === undefined) return !READY_PATTERN.test(line);
  return Number(level) >= ERROR_LEVEL;
}
