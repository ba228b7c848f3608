/**
 * What goes wrong in a simulated cluster, as the seed decides: processes that die, hosts without power, networks in parts, a store out of reach,
 * slow disks and links.
 *
 * Owns: the schedule, and its one promise: what nobody had synced is lost with at most one of the hosts that had it. So a host loses power only while all
 * others are well and all replicas in sync, nothing else goes wrong until the controller has taken it out of the ISRs, and it stays off until then. Kafka with
 * ZooKeeper promises no more: a broker that comes back with less than it had, and is still in the ISR, may lead.
 */
import type { SimulatedBroker, SimulatedCluster } from './simulated-cluster.ts';

export interface FaultCounts {
  kills: number;
  powerLosses: number;
  stops: number;
  partitions: number;
  storeCuts: number;
  slowDisks: number;
  slowLinks: number;
}

type Kind = keyof FaultCounts;

/** What happens more often stands more often. */
const KINDS: readonly Kind[] = [
  'kills',
  'powerLosses',
  'stops',
  'partitions',
  'partitions',
  'storeCuts',
  'slowDisks',
  'slowLinks',
];

const SLOW_DISK_MS = { min: 20, max: 200 };
const QUICK_DISK_MS = { min: 0.02, max: 0.5 };
const SLOW_LINK_MS = { min: 20, max: 150 };
const QUICK_LINK_MS = { min: 0.05, max: 2 };

/** What the store says of the ISRs. */
export interface IsrView {
  /** Whether all replicas of all partitions are in sync. */
  allInSync(): Promise<boolean>;
  /** Whether some partition counts on this broker. */
  includes(brokerId: number): Promise<boolean>;
}

export class Faults {
  readonly counts: FaultCounts = {
    kills: 0,
    powerLosses: 0,
    stops: 0,
    partitions: 0,
    storeCuts: 0,
    slowDisks: 0,
    slowLinks: 0,
  };
  readonly #cluster: SimulatedCluster;
  readonly #isrs: IsrView;
  readonly #kinds: readonly Kind[];

  constructor(cluster: SimulatedCluster, isrs: IsrView) {
    this.#cluster = cluster;
    this.#isrs = isrs;
    // Not every run has everything: what hides behind one fault shows without it.
    this.#kinds = KINDS.filter(() => cluster.simulation.random.chance(0.6));
  }

  /** One fault, or one that ends. Between two of them the simulation runs. */
  async next(): Promise<void> {
    const { simulation, brokers } = this.#cluster;
    const { random } = simulation;
    for (const { id, state } of brokers.values()) {
      if (state === 'powerless' && (await this.#isrs.includes(id))) return;
    }
    const down = [...brokers.values()].filter(
      ({ state }) => state === 'down' || state === 'powerless',
    );
    const up = [...brokers.values()].filter(({ state }) => state === 'up');
    if (down.length > 0 && random.chance(0.6)) {
      this.#cluster.start(down[random.int(down.length)]!.id);
      return;
    }
    if (random.chance(0.25)) {
      this.heal();
      return;
    }
    const kind = this.#kinds[random.int(Math.max(1, this.#kinds.length))];
    const broker = up[random.int(Math.max(1, up.length))];
    if (kind === undefined || broker === undefined) return;
    await this.#apply(kind, broker);
  }

  /** Links and disks are as they should be; processes stay as they are. */
  heal(): void {
    const { simulation, brokers } = this.#cluster;
    simulation.links.healAll();
    simulation.links.loss = 0;
    for (const { host } of brokers.values()) {
      host.disk.faults.setLatency('write', QUICK_DISK_MS);
      host.disk.faults.setLatency('read', QUICK_DISK_MS);
      for (const other of brokers.values()) {
        if (other.host !== host)
          simulation.links.setDelay(host.name, other.host.name, QUICK_LINK_MS);
      }
    }
  }

  async #apply(kind: Kind, broker: SimulatedBroker): Promise<void> {
    const { simulation, brokers, zookeeper } = this.#cluster;
    const { random, links } = simulation;
    const others = [...brokers.values()].filter((other) => other !== broker);
    const other = others[random.int(Math.max(1, others.length))];
    switch (kind) {
      case 'kills':
        this.#cluster.kill(broker.id);
        break;
      case 'powerLosses':
        if ([...brokers.values()].some(({ state }) => state !== 'up')) return;
        this.heal();
        if (!(await this.#isrs.allInSync())) return;
        this.#cluster.losePower(broker.id);
        break;
      case 'stops':
        this.#cluster.stop(broker.id);
        break;
      case 'partitions':
        if (other === undefined) return;
        switch (random.int(4)) {
          case 0:
            for (const each of others) links.cut(broker.host.name, each.host.name);
            break;
          case 1:
            links.cutOneWay(broker.host.name, other.host.name);
            break;
          default:
            links.cut(broker.host.name, other.host.name);
        }
        break;
      case 'storeCuts':
        links.cut(broker.host.name, zookeeper.host.name);
        break;
      case 'slowDisks':
        broker.host.disk.faults.setLatency('write', SLOW_DISK_MS);
        broker.host.disk.faults.setLatency('read', SLOW_DISK_MS);
        break;
      case 'slowLinks':
        if (other === undefined) return;
        links.setDelay(broker.host.name, other.host.name, SLOW_LINK_MS);
        if (random.chance(0.3)) links.loss = 0.02;
        break;
    }
    this.counts[kind]++;
  }
}
