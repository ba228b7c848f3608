/**
 * Brokers on simulated hosts, with a metadata store behind the same network.
 *
 * Owns: the life of each broker: its process starts, is stopped, is killed, its host loses power. What happens when is decided elsewhere.
 */
import {
  simulatedPlatform,
  type SimulatedHost,
  type Simulation,
  type SimulationOptions,
} from '@zurau/platform';
import { openBroker, type Broker } from '../../packages/broker/src/broker.ts';
import { createLogger } from '../../packages/broker/src/logging.ts';
import { BrokerConfig } from '../../packages/broker/src/config/broker-config.ts';
import { partitionStateZnode } from '../../packages/broker/src/metadata/znodes/topics.ts';
import type { MetadataSession } from '../../packages/broker/src/metadata/store.ts';
import { SimulatedZooKeeper } from './simulated-zookeeper.ts';

export const SESSION_TIMEOUT_MS = 6_000;
export const DATA_DIR = '/data';

/** A line of a broker's log. */
export interface LoggedLine {
  readonly atMs: number;
  readonly broker: number;
  readonly level: number;
  readonly msg: string;
  readonly epoch?: number;
  readonly [field: string]: unknown;
}

/** Who leads a partition, who is in sync. */
export interface PartitionStateView {
  readonly leader: number;
  readonly isr: readonly number[];
  readonly leaderEpoch: number;
}

export interface SimulatedBroker {
  readonly id: number;
  readonly host: SimulatedHost;
  state: 'up' | 'starting' | 'stopping' | 'down' | 'powerless';
  broker: Broker | undefined;
  /** Counts processes: what an earlier one promised is void. */
  era: number;
}

export class SimulatedCluster {
  readonly simulation: Simulation;
  readonly zookeeper: SimulatedZooKeeper;
  readonly brokers: ReadonlyMap<number, SimulatedBroker>;
  readonly log: LoggedLine[] = [];
  /** The truth, asked without a network. */
  readonly #observer: MetadataSession;
  readonly #properties: Readonly<Record<string, string>>;

  private constructor(
    simulation: Simulation,
    zookeeper: SimulatedZooKeeper,
    observer: MetadataSession,
    brokers: readonly SimulatedBroker[],
    properties: Readonly<Record<string, string>>,
  ) {
    this.simulation = simulation;
    this.zookeeper = zookeeper;
    this.brokers = new Map(brokers.map((broker) => [broker.id, broker]));
    this.#observer = observer;
    this.#properties = properties;
  }

  static async create(
    seed: number,
    brokerCount: number,
    properties: Readonly<Record<string, string>>,
    options: SimulationOptions = {},
  ): Promise<SimulatedCluster> {
    const { simulation } = simulatedPlatform(seed, options);
    const zookeeper = await SimulatedZooKeeper.start(
      simulation.host('zookeeper'),
      SESSION_TIMEOUT_MS,
    );
    const brokers = Array.from({ length: brokerCount }, (_, id): SimulatedBroker => {
      const host = simulation.host(`broker-${id}`);
      return { id, host, state: 'down', broker: undefined, era: 0 };
    });
    const observer = await zookeeper.store.openSession();
    return new SimulatedCluster(simulation, zookeeper, observer, brokers, properties);
  }

  get bootstrapServers(): string[] {
    return [...this.brokers.values()].map(({ host }) => `${host.name}:9092`);
  }

  broker(id: number): SimulatedBroker {
    const broker = this.brokers.get(id);
    if (broker === undefined) throw new Error(`no broker ${id}`);
    return broker;
  }

  /** Begins; the broker is `up` when it serves. One that cannot start is an error of the simulation. */
  start(id: number): void {
    const broker = this.broker(id);
    if (broker.state === 'powerless') broker.host.powerOn();
    const era = ++broker.era;
    broker.state = 'starting';
    const { config } = BrokerConfig.from(
      new Map(
        Object.entries({
          'broker.id': String(id),
          'log.dirs': DATA_DIR,
          listeners: `PLAINTEXT://${broker.host.name}:9092`,
          ...this.#properties,
        }),
      ),
    );
    const opening = async (): Promise<Broker> =>
      openBroker({
        platform: broker.host,
        config,
        store: this.zookeeper.for(broker.host),
        logger: await createLogger({
          format: 'json',
          level: 'debug',
          write: (line) => {
            const { time: _, ...fields } = JSON.parse(line) as LoggedLine;
            this.log.push({ ...fields, atMs: this.simulation.nowMs, broker: id });
          },
        }),
      });
    opening().then(
      (opened) => {
        if (broker.era !== era) return;
        broker.broker = opened;
        broker.state = 'up';
      },
      (error: unknown) => {
        if (broker.era !== era) return;
        this.note(id, 60, `cannot start: ${String(error)}`);
        broker.state = 'down';
      },
    );
  }

  /** Begins a clean stop. */
  stop(id: number): void {
    const broker = this.broker(id);
    if (broker.state !== 'up') return;
    broker.state = 'stopping';
    const { era } = broker;
    void broker.broker?.close().then(() => {
      if (broker.era === era) this.#ended(broker, 'down');
    });
  }

  kill(id: number): void {
    const broker = this.broker(id);
    broker.host.kill();
    this.#ended(broker, 'down');
  }

  losePower(id: number): void {
    const broker = this.broker(id);
    broker.host.crash();
    this.#ended(broker, 'powerless');
  }

  /** What the store says of a partition; undefined when there is none. */
  async partitionState(topic: string, partition: number): Promise<PartitionStateView | undefined> {
    const path = partitionStateZnode.path(topic, partition);
    if ((await this.#observer.exists(path)) === undefined) return undefined;
    const { data } = await this.#observer.getData(path);
    return partitionStateZnode.decode(topic, partition, data);
  }

  note(broker: number, level: number, msg: string): void {
    this.log.push({ atMs: this.simulation.nowMs, broker, level, msg });
  }

  #ended(broker: SimulatedBroker, state: 'down' | 'powerless'): void {
    broker.era++;
    broker.state = state;
    broker.broker = undefined;
    this.zookeeper.processEnded(broker.host);
  }
}
