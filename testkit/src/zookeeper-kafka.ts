/**
 * Apache Kafka in ZooKeeper mode: a ZooKeeper and one broker, each a process. The reference for everything that a broker without KRaft answers.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { JavaProcess } from './java-process.ts';

export interface ZooKeeperKafkaOptions {
  readonly dataDir: string;
  /** Of the broker; a free one unless given. */
  readonly port?: number;
  readonly properties?: Readonly<Record<string, string>>;
  /** Besides the one for plain text: `SASL_SSL://127.0.0.1:1234`. */
  readonly listeners?: readonly string[];
  readonly readyTimeoutMs?: number;
}

export class ZooKeeperKafka {
  readonly bootstrapServers: string;
  /** `host:port` of the ZooKeeper. */
  readonly zooKeeperConnect: string;
  readonly #dataDir: string;
  readonly #zooKeeper: JavaProcess;
  #broker: JavaProcess;

  private constructor(
    dataDir: string,
    bootstrapServers: string,
    zooKeeperConnect: string,
    zooKeeper: JavaProcess,
    broker: JavaProcess,
  ) {
    this.#dataDir = dataDir;
    this.bootstrapServers = bootstrapServers;
    this.zooKeeperConnect = zooKeeperConnect;
    this.#zooKeeper = zooKeeper;
    this.#broker = broker;
  }

  /** Resolves when the broker accepts connections. */
  static async start(options: ZooKeeperKafkaOptions): Promise<ZooKeeperKafka> {
    const { dataDir, properties = {}, listeners = [], readyTimeoutMs = 60_000 } = options;
    mkdirSync(dataDir, { recursive: true });
    const [zooKeeperPort, port] = [await freePort(), options.port ?? (await freePort())];
    const zooKeeper = new JavaProcess(dataDir, 'zookeeper', [
      '-Xmx128m',
      '-Dzookeeper.admin.enableServer=false',
      'org.apache.zookeeper.server.ZooKeeperServerMain',
      ...[String(zooKeeperPort), join(dataDir, 'zookeeper')],
    ]);
    try {
      await zooKeeper.listensOn(zooKeeperPort, readyTimeoutMs);
    } catch (error) {
      await zooKeeper.kill();
      throw error;
    }
    const config = join(dataDir, 'server.properties');
    const values: Record<string, string> = {
      'broker.id': '0',
      'zookeeper.connect': `127.0.0.1:${zooKeeperPort}`,
      listeners: [`PLAINTEXT://127.0.0.1:${port}`, ...listeners].join(','),
      'log.dirs': join(dataDir, 'logs'),
      'offsets.topic.replication.factor': '1',
      'transaction.state.log.replication.factor': '1',
      'transaction.state.log.min.isr': '1',
      'group.initial.rebalance.delay.ms': '0',
      ...properties,
    };
    const lines = Object.entries(values).map(([key, value]) => `${key}=${value}\n`);
    writeFileSync(config, lines.join(''));
    try {
      const broker = await startBroker(dataDir, port, readyTimeoutMs);
      const connects = [`127.0.0.1:${port}`, `127.0.0.1:${zooKeeperPort}`] as const;
      return new ZooKeeperKafka(dataDir, ...connects, zooKeeper, broker);
    } catch (error) {
      await zooKeeper.kill();
      throw error;
    }
  }

  /** Ends the broker alone: `SIGTERM` as an operator does, `SIGKILL` as a crash does. The ZooKeeper goes on. */
  stopBroker(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    return this.#broker.kill(signal);
  }

  /** Starts the broker again, on other log directories if given. Resolves when it accepts connections. */
  async restartBroker(logDirs: string, readyTimeoutMs = 60_000): Promise<void> {
    const config = join(this.#dataDir, 'server.properties');
    const text = readFileSync(config, 'utf8').replace(/^log\.dirs=.*$/m, `log.dirs=${logDirs}`);
    writeFileSync(config, text);
    const port = Number(this.bootstrapServers.slice(this.bootstrapServers.lastIndexOf(':') + 1));
    this.#broker = await startBroker(this.#dataDir, port, readyTimeoutMs);
  }

  /** Without ceremony: nobody reads this data again. */
  async stop(): Promise<void> {
    await this.#broker.kill();
    await this.#zooKeeper.kill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** Runs the broker of `server.properties` in `dataDir`. */
async function startBroker(
  dataDir: string,
  port: number,
  readyTimeoutMs: number,
): Promise<JavaProcess> {
  const broker = new JavaProcess(dataDir, 'broker', [
    '-Xmx512m',
    'kafka.Kafka',
    join(dataDir, 'server.properties'),
  ]);
  try {
    await broker.listensOn(port, readyTimeoutMs);
  } catch (error) {
    await broker.kill();
    throw error;
  }
  return broker;
}
