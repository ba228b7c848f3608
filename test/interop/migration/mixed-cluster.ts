/**
 * Three places for brokers on one ZooKeeper, each a data directory, an id and a port; whether Zurau or Apache Kafka serves there may change.
 *
 * Owns: the processes. What clients know of the cluster, its addresses, stays the same.
 */
import { join } from 'node:path';
import { expect } from 'vitest';
import { nodePlatform } from '@zurau/platform';
import { BrokerProcess, freePort, JavaBroker, ZooKeeperProcess } from '@zurau/testkit';
import { ZooKeeperSession } from '@zurau/zookeeper';
import { waitFor } from '../wait-for.ts';

export type Kind = 'kafka' | 'zurau';

export const IDS: readonly number[] = [1, 2, 3];

const SETTINGS = {
  // As long as the server allows: nobody dies here, and a busy machine is no fault.
  'zookeeper.session.timeout.ms': '10000',
  'zookeeper.connection.timeout.ms': '30000',
  'default.replication.factor': '3',
  'min.insync.replicas': '2',
  'offsets.topic.num.partitions': '3',
  'group.initial.rebalance.delay.ms': '0',
  'inter.broker.protocol.version': '3.9',
  // What the test moves by itself nobody else should move.
  'auto.leader.rebalance.enable': 'false',
  'auto.create.topics.enable': 'false',
  'log.segment.bytes': '262144',
};

interface Running {
  readonly kind: Kind;
  readonly stop: () => Promise<void>;
  readonly kill: () => Promise<void>;
  readonly signal: (signal: 'SIGSTOP' | 'SIGCONT') => void;
}

export class MixedCluster {
  readonly tree: ZooKeeperSession;
  readonly #dir: string;
  readonly #zooKeeper: ZooKeeperProcess;
  readonly #ports: ReadonlyMap<number, number>;
  readonly #running = new Map<number, Running>();

  private constructor(
    dir: string,
    zooKeeper: ZooKeeperProcess,
    ports: ReadonlyMap<number, number>,
  ) {
    this.#dir = dir;
    this.#zooKeeper = zooKeeper;
    this.#ports = ports;
    this.tree = new ZooKeeperSession({
      platform: nodePlatform(),
      connectString: zooKeeper.connectString,
      sessionTimeoutMs: 10_000,
    });
  }

  /** The ZooKeeper; brokers follow. */
  static async start(dir: string): Promise<MixedCluster> {
    const zooKeeper = await ZooKeeperProcess.start({ dataDir: join(dir, 'zookeeper') });
    const ports = new Map<number, number>();
    for (const id of IDS) ports.set(id, await freePort());
    const cluster = new MixedCluster(dir, zooKeeper, ports);
    await cluster.tree.connect(30_000);
    return cluster;
  }

  get bootstrapServers(): string {
    return IDS.map((id) => `127.0.0.1:${this.#ports.get(id)}`).join(',');
  }

  get zooKeeperConnect(): string {
    return this.#zooKeeper.connectString;
  }

  kindOf(id: number): Kind | undefined {
    return this.#running.get(id)?.kind;
  }

  logDir(id: number): string {
    return join(this.#dir, String(id), 'logs');
  }

  /** Resolves when it accepts connections. */
  async startBroker(id: number, kind: Kind): Promise<void> {
    this.#running.set(id, await (kind === 'zurau' ? this.#startZurau(id) : this.#startKafka(id)));
  }

  /** As an operator stops it. */
  async stopBroker(id: number): Promise<void> {
    const running = this.#running.get(id);
    this.#running.delete(id);
    await running?.stop();
  }

  async controller(): Promise<number> {
    const { data } = await this.tree.getData('/controller');
    return (JSON.parse(data.toString()) as { brokerid: number }).brokerid;
  }

  /** Makes a broker controller: nobody else is awake when there is none. */
  async makeController(id: number): Promise<void> {
    await waitFor(() => this.controller());
    if ((await this.controller()) === id) return;
    const others = [...this.#running].filter(([other]) => other !== id);
    try {
      for (const [, { signal }] of others) signal('SIGSTOP');
      await this.tree.delete('/controller', -1);
      await waitFor(async () => expect(await this.controller()).toBe(id));
    } finally {
      for (const [, { signal }] of others) signal('SIGCONT');
    }
  }

  async replicasOf(topic: string): Promise<Record<string, number[]>> {
    const { data } = await this.tree.getData(`/brokers/topics/${topic}`);
    return (JSON.parse(data.toString()) as { partitions: Record<string, number[]> }).partitions;
  }

  async stateOf(topic: string, partition: number): Promise<{ leader: number; isr: number[] }> {
    const path = `/brokers/topics/${topic}/partitions/${partition}/state`;
    const { data } = await this.tree.getData(path);
    return JSON.parse(data.toString()) as { leader: number; isr: number[] };
  }

  /** Every partition of the topic has all its replicas in sync. */
  async allInSync(topic: string): Promise<void> {
    await waitFor(async () => {
      for (const [partition, replicas] of Object.entries(await this.replicasOf(topic))) {
        const { isr } = await this.stateOf(topic, Number(partition));
        expect([...isr].sort()).toEqual([...replicas].sort());
      }
    });
  }

  /** With -9: in order, the last would try for long to hand over what it leads. */
  async killBrokers(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ kill }) => kill()));
    this.#running.clear();
  }

  async stop(): Promise<void> {
    await this.killBrokers();
    await this.tree.close();
    await this.#zooKeeper.stop();
  }

  async #startZurau(id: number): Promise<Running> {
    const broker = await BrokerProcess.start({
      dataDir: this.logDir(id),
      port: this.#ports.get(id)!,
      properties: {
        ...SETTINGS,
        'broker.id': String(id),
        'zookeeper.connect': this.zooKeeperConnect,
      },
    });
    return {
      kind: 'zurau',
      stop: () => broker.stop(),
      kill: () => broker.kill(),
      signal: (signal) => void process.kill(broker.pid, signal),
    };
  }

  async #startKafka(id: number): Promise<Running> {
    const broker = await JavaBroker.start({
      dataDir: join(this.#dir, String(id)),
      port: this.#ports.get(id)!,
      brokerId: id,
      zooKeeperConnect: this.zooKeeperConnect,
      properties: SETTINGS,
    });
    return {
      kind: 'kafka',
      stop: () => broker.stop('SIGTERM'),
      kill: () => broker.stop('SIGKILL'),
      signal: (signal) => broker.signal(signal),
    };
  }
}
