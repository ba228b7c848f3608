/**
 * A Zurau broker as a process of its own, started as a user starts it: what can be killed with -9 and measured from outside.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../packages/cli/bin/zurau.js', import.meta.url));
const BUILT = fileURLToPath(new URL('../../packages/cli/dist/bundle/main.js', import.meta.url));
const READY_PATTERN = /listening on (\S+)/;

export interface BrokerProcessOptions {
  readonly dataDir: string;
  /** 0 or absent takes a free one. */
  readonly port?: number;
  /** `server.properties` keys and values. */
  readonly properties?: Readonly<Record<string, string>>;
  readonly nodeArgs?: readonly string[];
  readonly readyTimeoutMs?: number;
}

export class BrokerProcess {
  readonly bootstrapServers: string;
  readonly port: number;
  /** From spawn to the line that says that connections are accepted. */
  readonly startMs: number;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #output: string[];

  private constructor(
    child: ChildProcess,
    exited: Promise<void>,
    bootstrapServers: string,
    startMs: number,
    output: string[],
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
    const settings = Object.entries(properties).flatMap(([key, value]) => [
      '--set',
      `${key}=${value}`,
    ]);
    const startedAt = performance.now();
    const child = spawn(
      process.execPath,
      [
        ...nodeArgs,
        BIN,
        'start',
        '--port',
        String(port),
        '--data-dir',
        dataDir,
        '--log-format',
        'json',
        ...settings,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const output: string[] = [];
    const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const address = await new Promise<string>((resolve, reject) => {
      const timeout = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error(`broker not ready after ${readyTimeoutMs} ms\n${output.join('')}`));
      }, readyTimeoutMs);
      const onText = (chunk: Buffer): void => {
        output.push(chunk.toString());
        if (output.length > 2000) output.splice(0, 1000);
        const match = READY_PATTERN.exec(chunk.toString());
        if (match === null) return;
        clearTimeout(timeout);
        resolve(match[1]!);
      };
      child.stdout.on('data', onText);
      child.stderr.on('data', onText);
      child.once('close', (status) => {
        clearTimeout(timeout);
        reject(new Error(`broker ended with ${status}\n${output.join('')}`));
      });
    });
    return new BrokerProcess(child, exited, address, performance.now() - startedAt, output);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get output(): string {
    return this.#output.join('');
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
