/**
 * Three brokers and an ensemble of three ZooKeepers, all real processes, each broker on a machine of its own where namespaces are permitted.
 *
 * Owns: the processes, and what is known of them from the tree in ZooKeeper.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { nodePlatform } from '@zurau/platform';
import { BrokerProcess, freePort, ZooKeeperEnsemble } from '@zurau/testkit';
import type { NetworkLab } from '@zurau/testkit';
import { ZooKeeperSession } from '@zurau/zookeeper';
import { waitFor } from '../../interop/wait-for.ts';

export const BROKER_IDS: readonly number[] = [1, 2, 3];
/** Of the brokers, in ms: four ticks of the servers. */
const SESSION_MS = 2_000;
/** Where the brokers' output goes, to look into a failure. */
const OUTPUT_DIR = process.env['ZURAU_BROKER_OUTPUT'];
const WAIT_MS_MAX = 90_000;

const SETTINGS = {
  'zookeeper.session.timeout.ms': String(SESSION_MS),
  'zookeeper.connection.timeout.ms': '30000',
  'default.replication.factor': '3',
  'min.insync.replicas': '2',
  'offsets.topic.num.partitions': '3',
  'replica.lag.time.max.ms': '4000',
  // Rolls belong to what happens under faults.
  'log.segment.bytes': '262144',
};

interface PartitionState {
  readonly leader: number;
  readonly isr: readonly number[];
}

export class ChaosCluster {
  readonly ensemble: ZooKeeperEnsemble;
  readonly lab: NetworkLab | undefined;
  #tree: ZooKeeperSession | undefined;
  readonly #dataDir: string;
  readonly #ports: ReadonlyMap<number, number>;
  readonly #brokers = new Map<number, BrokerProcess>();

  private constructor(
    dataDir: string,
    ports: ReadonlyMap<number, number>,
    ensemble: ZooKeeperEnsemble,
    lab: NetworkLab | undefined,
  ) {
    this.#dataDir = dataDir;
    this.#ports = ports;
    this.ensemble = ensemble;
    this.lab = lab;
  }

  /** Resolves when all brokers accept connections. */
  static async start(dataDir: string, lab: NetworkLab | undefined): Promise<ChaosCluster> {
    const host = lab === undefined ? {} : { host: lab.serviceAddress };
    const zooKeeperDir = join(dataDir, 'zookeeper');
    const ensemble = await ZooKeeperEnsemble.start({ dataDir: zooKeeperDir, ...host });
    const ports = new Map<number, number>();
    for (const id of BROKER_IDS) ports.set(id, await freePort());
    const cluster = new ChaosCluster(dataDir, ports, ensemble, lab);
    try {
      await Promise.all(BROKER_IDS.map((id) => cluster.startBroker(id)));
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  get bootstrapServers(): string {
    return BROKER_IDS.map((id) => `${this.#hostOf(id)}:${this.#ports.get(id)}`).join(',');
  }

  dataDirOf(id: number): string {
    return join(this.#dataDir, String(id));
  }

  broker(id: number): BrokerProcess {
    const broker = this.#brokers.get(id);
    if (broker === undefined) throw new Error(`broker ${id} was never started`);
    return broker;
  }

  /** At its place, after it was killed. */
  async startBroker(id: number): Promise<void> {
    this.#keepOutput(id);
    const machine = this.lab?.machines[id - 1];
    const broker = await BrokerProcess.start({
      dataDir: this.dataDirOf(id),
      port: this.#ports.get(id)!,
      ...(machine === undefined ? {} : { host: machine.address, launcher: machine.launcher }),
      properties: {
        ...SETTINGS,
        'broker.id': String(id),
        'zookeeper.connect': this.ensemble.connectString,
      },
      readyTimeoutMs: WAIT_MS_MAX,
    });
    this.#brokers.set(id, broker);
  }

  async controller(): Promise<number> {
    const { data } = await (await this.#session()).getData('/controller');
    return (JSON.parse(data.toString()) as { brokerid: number }).brokerid;
  }

  async states(topic: string): Promise<PartitionState[]> {
    const path = `/brokers/topics/${topic}/partitions`;
    const session = await this.#session();
    const { children } = await session.getChildren(path);
    return Promise.all(
      children.map(async (partition) => {
        const { data } = await session.getData(`${path}/${partition}/state`);
        return JSON.parse(data.toString()) as PartitionState;
      }),
    );
  }

  /** Which life of the broker is registered: the zxid of its node; undefined while there is none. */
  async registration(id: number): Promise<number | undefined> {
    return (await (await this.#session()).exists(`/brokers/ids/${id}`))?.czxid;
  }

  async gone(id: number): Promise<void> {
    await waitFor(async () => (await this.registration(id)) === undefined, WAIT_MS_MAX);
  }

  async leadsNothing(id: number, topic: string): Promise<void> {
    await waitFor(async () => {
      const leaders = (await this.states(topic)).map(({ leader }) => leader);
      expect(leaders).not.toContain(id);
      expect(leaders).not.toContain(-1);
    }, WAIT_MS_MAX);
  }

  async allInSync(topic: string): Promise<void> {
    await waitFor(async () => {
      for (const { isr } of await this.states(topic)) expect(isr.length).toBe(BROKER_IDS.length);
    }, WAIT_MS_MAX);
  }

  /** With -9: what they have told of is in the page cache. In order, the last would try for long to hand over what it leads. */
  async killBrokers(): Promise<void> {
    await Promise.all([...this.#brokers.values()].map((broker) => broker.kill()));
  }

  /** Everything, at once. */
  async stop(): Promise<void> {
    await this.killBrokers();
    for (const id of this.#brokers.keys()) this.#keepOutput(id);
    await this.#tree?.close();
    await this.ensemble.stop();
  }

  /** Another one when the last is over: a ZooKeeper may be away for longer than a session may be. */
  async #session(): Promise<ZooKeeperSession> {
    if (this.#tree?.state === 'expired') this.#tree = undefined;
    if (this.#tree !== undefined) return this.#tree;
    const session = new ZooKeeperSession({
      platform: nodePlatform(),
      connectString: this.ensemble.connectString,
      sessionTimeoutMs: 10_000,
    });
    this.#tree = session;
    await session.connect(WAIT_MS_MAX);
    return session;
  }

  #keepOutput(id: number): void {
    const output = this.#brokers.get(id)?.output;
    if (OUTPUT_DIR === undefined || output === undefined) return;
    appendFileSync(join(OUTPUT_DIR, `broker-${id}.log`), `${output}\n`);
  }

  #hostOf(id: number): string {
    return this.lab?.machines[id - 1]?.address ?? '127.0.0.1';
  }
}
