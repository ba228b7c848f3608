/**
 * Kafka's own `kafka-verifiable-producer` as a process: it writes 0, 1, 2 and so on, and says of each whether it was acknowledged.
 *
 * Owns: the process and what it said.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { kafkaToolArgs } from './kafka-tools.ts';

export interface VerifiableProducerOptions {
  readonly bootstrapServers: string;
  readonly topic: string;
  readonly recordsPerSecond?: number;
  /** Values go through so many keys in turn; without it there are none. */
  readonly keyCount?: number;
  /** Settings beyond the tool's own, which neither tries again nor is idempotent; written to a file in `configDir`. */
  readonly config?: Readonly<Record<string, string>>;
  readonly configDir?: string;
}

/** Those of a test that failed, or of a program that did not stop them, end with their parent. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export interface Acknowledged {
  readonly partition: number;
  readonly value: string;
}

export class VerifiableProducer {
  readonly acknowledged: Acknowledged[] = [];
  /** What it was told instead of an acknowledgement. */
  readonly failures: string[] = [];
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;

  /** With acks=all. */
  constructor(options: VerifiableProducerOptions) {
    const { bootstrapServers, topic, recordsPerSecond = 500, keyCount, config } = options;
    const args = ['--bootstrap-server', bootstrapServers, '--topic', topic, '--acks', '-1'];
    args.push('--throughput', String(recordsPerSecond));
    if (keyCount !== undefined) args.push('--repeating-keys', String(keyCount));
    if (config !== undefined && options.configDir !== undefined) {
      const file = join(options.configDir, 'verifiable-producer.properties');
      const lines = Object.entries(config).map(([key, value]) => `${key}=${value}\n`);
      writeFileSync(file, lines.join(''));
      args.push('--producer.config', file);
    }
    this.#child = spawn('java', kafkaToolArgs('kafka-verifiable-producer', args), {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    running.add(this.#child);
    this.#exited = new Promise((resolve) => this.#child.once('close', () => resolve()));
    void this.#exited.then(() => running.delete(this.#child));
    createInterface({ input: this.#child.stdout! }).on('line', (line) => this.#onLine(line));
  }

  /** It sends what it has and waits for the answers. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#exited;
  }

  #onLine(line: string): void {
    const said = JSON.parse(line) as {
      readonly name?: string;
      readonly partition?: number;
      readonly value?: string;
      readonly exception?: string;
    };
    const { name, partition = -1, value = '' } = said;
    if (name === 'producer_send_success') this.acknowledged.push({ partition, value });
    if (name === 'producer_send_error') this.failures.push(`${value}: ${said.exception}`);
  }
}
