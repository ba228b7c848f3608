/**
 * Apache Kafka itself as a single broker: the oracle that suites are calibrated against, and the rival in benchmarks. Runs in KRaft mode, so that
 * one process is enough.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { kafkaLibs } from './kafka-tools.ts';
import { mustRun } from './run-command.ts';

const POLL_MS = 50;

export interface ApacheKafkaOptions {
  readonly dataDir: string;
  readonly properties?: Readonly<Record<string, string>>;
  /** As in `-Xmx`; 1 GiB as in Kafka's own start script unless given. */
  readonly heap?: string;
  readonly readyTimeoutMs?: number;
  /** Directory with the jars of another version than the usual one. */
  readonly libs?: string;
}

export class ApacheKafka {
  readonly bootstrapServers: string;
  readonly startMs: number;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;

  private constructor(
    child: ChildProcess,
    exited: Promise<void>,
    bootstrapServers: string,
    startMs: number,
  ) {
    this.#child = child;
    this.#exited = exited;
    this.bootstrapServers = bootstrapServers;
    this.startMs = startMs;
  }

  /** Formats the directory, starts the broker, resolves when it accepts connections. */
  static async start(options: ApacheKafkaOptions): Promise<ApacheKafka> {
    const { dataDir, properties = {}, heap = '1g', readyTimeoutMs = 60_000 } = options;
    const { libs = kafkaLibs() } = options;
    const [port, controllerPort] = [await freePort(), await freePort()];
    mkdirSync(dataDir, { recursive: true });
    const config = join(dataDir, 'server.properties');
    writeFileSync(config, toProperties(settings(dataDir, port, controllerPort, properties)));
    const classPath = `${libs}/*`;
    await mustRun('java', [
      ...[
        '-cp',
        classPath,
        'kafka.tools.StorageTool',
        'format',
        '-t',
        'enVyYXUtYmVuY2gtMDAwMQ',
        '-c',
        config,
        // A directory that was served before.
        '--ignore-formatted',
      ],
    ]);
    const startedAt = performance.now();
    const child = spawn(
      'java',
      [`-Xmx${heap}`, `-Xms${heap}`, '-XX:+UseG1GC', '-cp', classPath, 'kafka.Kafka', config],
      {
        stdio: 'ignore',
      },
    );
    const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const deadline = startedAt + readyTimeoutMs;
    while (!(await accepts(port))) {
      if (child.exitCode !== null || performance.now() > deadline) {
        child.kill('SIGKILL');
        throw new Error(`Apache Kafka did not come up (exit code ${child.exitCode})`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return new ApacheKafka(child, exited, `127.0.0.1:${port}`, performance.now() - startedAt);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null) this.#child.kill('SIGTERM');
    await this.#exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

function settings(
  dataDir: string,
  port: number,
  controllerPort: number,
  properties: Readonly<Record<string, string>>,
): Record<string, string> {
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': join(dataDir, 'logs'),
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    ...properties,
  };
}

function toProperties(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
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
