/**
 * A broker of Apache Kafka 3.9 on a ZooKeeper that somebody else started: one member of a cluster.
 *
 * Owns: its process, its configuration and its port, which it keeps over restarts.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { JavaProcess } from './java-process.ts';

/** Characters of what a broker said that did not come up. */
const OUTPUT_SHOWN = 4_000;

export interface JavaBrokerOptions {
  readonly dataDir: string;
  readonly brokerId: number;
  /** A free one unless given. */
  readonly port?: number;
  readonly zooKeeperConnect: string;
  readonly properties?: Readonly<Record<string, string>>;
  /** Instead of a small heap and the quick compiler, which suit tests. */
  readonly jvmOptions?: readonly string[];
  readonly readyTimeoutMs?: number;
}

export class JavaBroker {
  readonly bootstrapServers: string;
  readonly #options: JavaBrokerOptions;
  readonly #port: number;
  #process: JavaProcess;

  private constructor(options: JavaBrokerOptions, port: number, process: JavaProcess) {
    this.#options = options;
    this.#port = port;
    this.#process = process;
    this.bootstrapServers = `127.0.0.1:${port}`;
  }

  /** Resolves when it accepts connections. */
  static async start(options: JavaBrokerOptions): Promise<JavaBroker> {
    const { dataDir, brokerId, zooKeeperConnect, properties = {} } = options;
    mkdirSync(dataDir, { recursive: true });
    const port = options.port ?? (await freePort());
    const values = {
      'broker.id': String(brokerId),
      'zookeeper.connect': zooKeeperConnect,
      listeners: `PLAINTEXT://127.0.0.1:${port}`,
      'log.dirs': join(dataDir, 'logs'),
      ...properties,
    };
    const lines = Object.entries(values).map(([key, value]) => `${key}=${value}\n`);
    writeFileSync(join(dataDir, 'server.properties'), lines.join(''));
    const broker = new JavaBroker(options, port, launch(options));
    await broker.#ready();
    return broker;
  }

  /** What it wrote on its output: with no log4j configuration, what is wrong. */
  get output(): string {
    return readFileSync(join(this.#options.dataDir, 'broker.out'), 'utf8');
  }

  /** `SIGTERM` as an operator does, `SIGKILL` as a crash does. Idempotent. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): Promise<void> {
    await this.#process.kill(signal);
  }

  /** `SIGSTOP` and `SIGCONT`. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process.signal(signal);
  }

  /** After {@link stop}, on the same data and port. Resolves when it accepts connections. */
  async restart(): Promise<void> {
    this.#process = launch(this.#options);
    await this.#ready();
  }

  async #ready(): Promise<void> {
    try {
      await this.#process.listensOn(this.#port, this.#options.readyTimeoutMs ?? 60_000);
    } catch (error) {
      await this.stop();
      throw new Error(this.output.slice(-OUTPUT_SHOWN), { cause: error });
    }
  }
}

const JVM_OPTIONS = ['-Xmx512m', '-XX:TieredStopAtLevel=1'];

function launch({ dataDir, jvmOptions = JVM_OPTIONS }: JavaBrokerOptions): JavaProcess {
  const args = [...jvmOptions, 'kafka.Kafka', join(dataDir, 'server.properties')];
  return new JavaProcess(dataDir, 'broker', args);
}
