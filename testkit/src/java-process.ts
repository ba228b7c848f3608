/**
 * A JVM with Kafka's jars on its class path, whose output goes to a file.
 *
 * Owns: the process, from its start to its end.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { kafkaLibs } from './kafka-tools.ts';

const POLL_MS = 50;

/** Those of a test that failed, or of a program that did not stop them, end with their parent. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export class JavaProcess {
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;

  /** `args`: options of the JVM, the main class and its arguments; output goes to `name.out` in `outputDir`. */
  constructor(outputDir: string, name: string, args: readonly string[]) {
    this.#name = name;
    const output = openSync(join(outputDir, `${name}.out`), 'a');
    this.#child = spawn('java', ['-cp', `${kafkaLibs()}/*`, ...args], {
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    running.add(this.#child);
    this.#exited = new Promise((resolve) => this.#child.once('close', () => resolve()));
    void this.#exited.then(() => running.delete(this.#child));
  }

  /** Resolves when `port` of this machine accepts connections; rejects when the process ends before, or after `timeoutMs`. */
  async listensOn(port: number, timeoutMs: number): Promise<void> {
    await this.until(() => accepts(port), timeoutMs);
  }

  /** Resolves when `condition` holds; rejects when the process ends before, or after `timeoutMs`. */
  async until(condition: () => Promise<boolean>, timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!(await condition())) {
      if (this.#child.exitCode !== null || performance.now() > deadline) {
        throw new Error(`${this.#name} did not come up (exit code ${this.#child.exitCode})`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** `SIGSTOP` and `SIGCONT`: it neither answers nor ends. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }

  /** Resolves when it has ended. */
  async kill(signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): Promise<void> {
    this.#child.kill(signal);
    await this.#exited;
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
