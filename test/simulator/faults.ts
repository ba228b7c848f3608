/**
 * What goes wrong in a simulated cluster, as the seed decides: processes that die, hosts without power, networks in parts, a store out of reach,
 * sessions that expire, disks that are slow or full, slow links, clocks that jump.
 *
 * A kill tears the writes under way, the loss of power tears what was not synced, sector by sector; a full disk takes a part of a write.
 *
 * Owns: the schedule, and its one promise: what nobody had synced is lost with at most one of the hosts that had it. So a host loses power only while all
 * others are well and all replicas in sync, nothing else goes wrong until the controller has taken it out of the ISRs, and it stays off until then. Kafka with
 * ZooKeeper promises no more: a broker that comes back with less than it had, and is still in the ISR, may lead.
 */
import type { SimulatedBroker, SimulatedCluster } from './simulated-cluster.ts';

/** What happens more often stands more often. */
const KINDS = [
  'kills',
  'powerLosses',
  'stops',
  'partitions',
  'partitions',
  'clientCuts',
  'storeCuts',
  'expiries',
  'slowDisks',
  'fullDisks',
  'slowLinks',
  'clockJumps',
] as const;

export type FaultKind = (typeof KINDS)[number];

/** Throws an Error for what is none. */
export function faultKind(text: string): FaultKind {
  const kind = KINDS.find((each) => each === text);
  if (kind === undefined) throw new Error(`there is ${KINDS.join(', ')}, no ${text}`);
  return kind;
}

export type FaultCounts = Record<FaultKind, number>;

const SLOW_DISK_MS = { min: 20, max: 200 };
const QUICK_DISK_MS = { min: 0.02, max: 0.5 };
const SLOW_LINK_MS = { min: 20, max: 150 };
const QUICK_LINK_MS = { min: 0.05, max: 2 };
const SLOW_SYNC_MS = { min: 100, max: 800 };
const QUICK_SYNC_MS = { min: 0.5, max: 10 };
/** How far a clock may be off. Producers are forgotten after a day, which no jump may make of their retries. */
const CLOCK_OFF_MAX_MS = 3 * 3_600_000;
/** Writes that a full disk refuses before there is room again. */
const FULL_DISK_WRITES_MAX = 20;

/** What the store says of the ISRs. */
export interface IsrView {
  /** Whether all replicas of all partitions are in sync. */
  allInSync(): Promise<boolean>;
  /** Whether some partition counts on this broker. */
  includes(brokerId: number): Promise<boolean>;
}

export class Faults {
  readonly counts: FaultCounts = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as FaultCounts;
  readonly #cluster: SimulatedCluster;
  readonly #isrs: IsrView;
  readonly #clients: readonly string[];
  readonly #kinds: readonly FaultKind[];
  readonly #roomAgain: (() => void)[] = [];

  /** `clients` are the names of hosts that brokers may be cut off from; `kinds` what happens, undefined for whatever the seed says. */
  constructor(
    cluster: SimulatedCluster,
    isrs: IsrView,
    clients: readonly string[],
    kinds: readonly FaultKind[] | undefined,
  ) {
    this.#cluster = cluster;
    this.#isrs = isrs;
    this.#clients = clients;
    // Not every run has everything: what hides behind one fault shows without it.
    this.#kinds = kinds ?? KINDS.filter(() => cluster.simulation.random.chance(0.6));
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

  /** Every clock is ahead of all that it has ever shown: what waits for a time sees it come. */
  setClocksRight(): void {
    for (const { host } of this.#cluster.brokers.values()) host.clock.skewMs = CLOCK_OFF_MAX_MS;
  }

  /** Links and disks are as they should be; processes and clocks stay as they are. */
  heal(): void {
    const { simulation, brokers } = this.#cluster;
    simulation.links.healAll();
    simulation.links.loss = 0;
    for (const makeRoom of this.#roomAgain.splice(0)) makeRoom();
    for (const { host } of brokers.values()) {
      host.disk.faults.setLatency('write', QUICK_DISK_MS);
      host.disk.faults.setLatency('read', QUICK_DISK_MS);
      host.disk.faults.setLatency('sync', QUICK_SYNC_MS);
      for (const other of brokers.values()) {
        if (other.host !== host)
          simulation.links.setDelay(host.name, other.host.name, QUICK_LINK_MS);
      }
    }
  }

  async #apply(kind: FaultKind, broker: SimulatedBroker): Promise<void> {
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
      case 'clientCuts': {
        const client = this.#clients[random.int(this.#clients.length)]!;
        // Requests arrive, and their answers do not; or nothing gets through at all.
        if (random.chance(0.5)) links.cutOneWay(broker.host.name, client);
        else links.cut(broker.host.name, client);
        break;
      }
      case 'storeCuts':
        links.cut(broker.host.name, zookeeper.host.name);
        break;
      case 'expiries':
        await zookeeper.expireSessionsOf(broker.host);
        break;
      case 'slowDisks':
        broker.host.disk.faults.setLatency('write', SLOW_DISK_MS);
        broker.host.disk.faults.setLatency('read', SLOW_DISK_MS);
        broker.host.disk.faults.setLatency('sync', SLOW_SYNC_MS);
        break;
      case 'fullDisks':
        this.#roomAgain.push(
          broker.host.disk.faults.inject({
            operation: 'write',
            code: 'NO_SPACE',
            path: /\.log$/,
            times: 1 + random.int(FULL_DISK_WRITES_MAX),
          }),
        );
        break;
      case 'slowLinks':
        if (other === undefined) return;
        links.setDelay(broker.host.name, other.host.name, SLOW_LINK_MS);
        if (random.chance(0.3)) links.loss = 0.02;
        break;
      case 'clockJumps':
        broker.host.clock.skewMs = random.between(-CLOCK_OFF_MAX_MS, CLOCK_OFF_MAX_MS);
        break;
    }
    this.counts[kind]++;
  }
}
