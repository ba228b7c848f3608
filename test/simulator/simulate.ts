/**
 * One run of a simulated cluster from one seed: brokers, clients and faults for a while, then peace, then the question whether all promises were kept.
 */
import { Admin, Consumer } from '@zurau/client';
import type { SimulationOptions } from '@zurau/platform';
import {
  startConsumer,
  startProbe,
  startProducer,
  type Load,
  type Reader,
  type Running,
} from './clients.ts';
import { Faults, type FaultCounts, type FaultKind } from './faults.ts';
import { History, type FinalRecord, type Isolation, type Outcome } from './history.ts';
import { replicaDifferences } from './replicas.ts';
import {
  SESSION_TIMEOUT_MS,
  SimulatedCluster,
  type LoggedLine,
  type PartitionStateView,
} from './simulated-cluster.ts';
import { startTransactions } from './transactions.ts';

const TOPIC = 'events';
const TRANSACTION_TOPIC = '__transaction_state';
const TRANSACTION_PARTITION_COUNT = 2;
const CLIENTS = [
  'producer-0',
  'producer-1',
  'transactions-0',
  'transactions-1',
  'consumer-0',
  'consumer-1',
];
const FAULT_EVERY_MS = { min: 200, max: 5_000 };
/** How long a cluster without faults may take until every replica is in sync. */
const RECOVERY_LIMIT_MS = 180_000;
/** How long a consumer may take then until it has read everything. */
const CATCH_UP_LIMIT_MS = 60_000;

export interface RunOptions extends SimulationOptions {
  /** How long faults happen, in virtual time. */
  readonly durationMs?: number;
  /** Three by default. */
  readonly brokerCount?: number;
  /** Undefined: the seed says which. */
  readonly faultKinds?: readonly FaultKind[] | undefined;
}

export interface RunResult {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly acknowledgedCount: number;
  readonly readCount: number;
  readonly transactions: Readonly<Record<Outcome, number>>;
  readonly faults: FaultCounts;
  readonly expiredSessions: number;
  readonly controllerEpochs: number;
  readonly virtualMs: number;
  readonly events: number;
  readonly fingerprint: string;
  readonly log: readonly LoggedLine[];
}

function propertiesOf(brokerCount: number): Readonly<Record<string, string>> {
  return {
    'default.replication.factor': String(brokerCount),
    'min.insync.replicas': String(Math.min(2, brokerCount)),
    'offsets.topic.replication.factor': String(brokerCount),
    'transaction.state.log.replication.factor': String(brokerCount),
    'transaction.state.log.min.isr': String(Math.min(2, brokerCount)),
    'transaction.state.log.num.partitions': String(TRANSACTION_PARTITION_COUNT),
    'transaction.abort.timed.out.transaction.cleanup.interval.ms': '2000',
    // A clock that jumps ahead must not make records old.
    'log.retention.ms': '-1',
    'replica.lag.time.max.ms': '3000',
    'replica.socket.timeout.ms': '3000',
    'controller.socket.timeout.ms': '3000',
    'zookeeper.session.timeout.ms': String(SESSION_TIMEOUT_MS),
    'auto.create.topics.enable': 'false',
    'leader.imbalance.check.interval.seconds': '15',
  };
}

export async function simulate(seed: number, options: RunOptions = {}): Promise<RunResult> {
  const { durationMs = 30_000, brokerCount = 3, faultKinds, ...simulationOptions } = options;
  const cluster = await SimulatedCluster.create(
    seed,
    brokerCount,
    propertiesOf(brokerCount),
    simulationOptions,
  );
  const run = new Run(cluster, durationMs, faultKinds);
  try {
    await run.go();
  } catch (error) {
    run.history.violations.push(
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    );
  }
  const { simulation, zookeeper, log } = cluster;
  return {
    seed,
    violations: run.history.violations,
    acknowledgedCount: run.history.acknowledgedCount,
    readCount: run.history.readCount,
    transactions: outcomes(run.history),
    faults: run.faults.counts,
    expiredSessions: zookeeper.expiryCount,
    controllerEpochs: new Set(terms(log).map(({ epoch }) => epoch)).size,
    virtualMs: Math.round(simulation.nowMs),
    events: simulation.eventCount,
    fingerprint: simulation.fingerprint,
    log,
  };
}

class Run {
  readonly history: History = new History();
  readonly faults: Faults;
  readonly #cluster: SimulatedCluster;
  readonly #durationMs: number;
  readonly #partitionCount: number;

  constructor(
    cluster: SimulatedCluster,
    durationMs: number,
    faultKinds: readonly FaultKind[] | undefined,
  ) {
    this.#cluster = cluster;
    this.#durationMs = durationMs;
    this.#partitionCount = 1 + cluster.simulation.random.int(3);
    this.faults = new Faults(
      cluster,
      { allInSync: () => this.#allInSync(), includes: (id) => this.#isInSomeIsr(id) },
      CLIENTS,
      faultKinds,
    );
  }

  async go(): Promise<void> {
    const { simulation, bootstrapServers } = this.#cluster;
    for (const id of this.#cluster.brokers.keys()) this.#cluster.start(id);
    await simulation.runUntil(() => this.#allUp, RECOVERY_LIMIT_MS);
    await this.#createTopic();

    const load: Load = {
      simulation,
      bootstrapServers,
      topic: TOPIC,
      partitionCount: this.#partitionCount,
      history: this.history,
    };
    const writers = [
      startProducer(load, 'producer-0', 60),
      startProducer(load, 'producer-1', 200),
      startTransactions(load, 'transactions-0', 100),
      startTransactions(load, 'transactions-1', 400),
    ];
    const consumers = [
      startConsumer(load, 'consumer-0', 'read_uncommitted'),
      startConsumer(load, 'consumer-1', 'read_committed'),
    ];
    const readers = [...consumers, startProbe(load, 'probe-0')];

    const endMs = simulation.nowMs + this.#durationMs;
    while (simulation.nowMs < endMs) {
      const { min, max } = FAULT_EVERY_MS;
      await simulation.runFor(simulation.random.between(min, max));
      await this.faults.next();
    }

    this.faults.heal();
    this.faults.setClocksRight();
    await this.#end(writers);
    await this.#recover();
    await this.#catchUp(consumers);
    await this.#end(readers);
    await this.#check();
  }

  get #allUp(): boolean {
    return [...this.#cluster.brokers.values()].every(({ state }) => state === 'up');
  }

  async #createTopic(): Promise<void> {
    const { simulation, bootstrapServers } = this.#cluster;
    const admin = new Admin({ bootstrapServers, platform: simulation.host('operator') });
    await simulation.runUntilSettled(
      admin.createTopics([{ name: TOPIC, partitions: this.#partitionCount }]),
    );
    await simulation.runUntilSettled(admin.close());
  }

  /** Clients stop; what they had begun is settled at the latest when its time is over. */
  async #end(clients: readonly Running[]): Promise<void> {
    for (const client of clients) client.stop();
    for (const { done } of clients) await this.#cluster.simulation.runUntilSettled(done);
  }

  /** Without faults everything comes back by itself: brokers are started, the rest must follow. */
  async #recover(): Promise<void> {
    const { simulation, brokers } = this.#cluster;
    const deadlineMs = simulation.nowMs + RECOVERY_LIMIT_MS;
    for (;;) {
      for (const { id, state } of brokers.values()) {
        const isForgotten = state === 'powerless' && !(await this.#isInSomeIsr(id));
        if (state === 'down' || isForgotten) this.#cluster.start(id);
      }
      await simulation.runFor(500);
      if (this.#allUp && (await this.#allInSync())) return;
      if (simulation.nowMs > deadlineMs) {
        const states = [...brokers.values()].map(({ id, state }) => `${id} ${state}`).join(', ');
        const partitions = (await this.#partitionStates()).map((state) => JSON.stringify(state));
        throw new Error(`the cluster does not recover: brokers ${states}; ${partitions.join(' ')}`);
      }
    }
  }

  /** The consumers find their way to the leaders, whatever they went through; no transaction stays open and holds readers of committed data back. */
  async #catchUp(readers: readonly Reader[]): Promise<void> {
    const { simulation, bootstrapServers } = this.#cluster;
    const admin = new Admin({ bootstrapServers, platform: simulation.host('operator') });
    const ends = await simulation.runUntilSettled(
      admin.listOffsets(
        this.#partitions.map((partition) => ({ topic: TOPIC, partition, at: 'end' as const })),
      ),
    );
    await simulation.runUntilSettled(admin.close());
    const behind = (): string[] =>
      readers.flatMap(({ name, position }) =>
        ends
          .filter(({ partition, offset }) => position(partition) < offset)
          .map(
            ({ partition, offset }) =>
              `${name} is at ${position(partition)} of ${offset} in partition ${partition}`,
          ),
      );
    try {
      await simulation.runUntil(() => behind().length === 0, CATCH_UP_LIMIT_MS);
    } catch (error) {
      throw new Error(`consumers do not catch up: ${behind().join(', ')}`, { cause: error });
    }
  }

  async #allInSync(): Promise<boolean> {
    for (const { isr, leader } of await this.#partitionStates()) {
      if (isr.length < this.#cluster.brokers.size || leader < 0) return false;
    }
    return true;
  }

  async #isInSomeIsr(id: number): Promise<boolean> {
    return (await this.#partitionStates()).some(({ isr }) => isr.includes(id));
  }

  /** Of the topic, and of what the coordinators keep once there is any. */
  async #partitionStates(): Promise<PartitionStateView[]> {
    const states: PartitionStateView[] = [];
    for (const [topic, partitionCount] of [
      [TOPIC, this.#partitionCount],
      [TRANSACTION_TOPIC, TRANSACTION_PARTITION_COUNT],
    ] as const) {
      for (let partition = 0; partition < partitionCount; partition++) {
        const state = await this.#cluster.partitionState(topic, partition);
        if (state !== undefined) states.push(state);
      }
    }
    return states;
  }

  get #partitions(): number[] {
    return Array.from({ length: this.#partitionCount }, (_, partition) => partition);
  }

  async #check(): Promise<void> {
    const hosts = [...this.#cluster.brokers.values()].map(({ host }) => host);
    for (const partition of this.#partitions) {
      const records = {
        read_uncommitted: await this.#readAll(partition, 'read_uncommitted'),
        read_committed: await this.#readAll(partition, 'read_committed'),
      };
      this.history.conclude(partition, records);
      this.history.violations.push(...replicaDifferences(hosts, TOPIC, partition));
    }
    this.history.concludeTransactions();
    for (let partition = 0; partition < TRANSACTION_PARTITION_COUNT; partition++) {
      this.history.violations.push(...replicaDifferences(hosts, TRANSACTION_TOPIC, partition));
    }
    const byEpoch = new Map<number, number>();
    for (const { broker, epoch = -1 } of terms(this.#cluster.log)) {
      const other = byEpoch.get(epoch);
      if (other !== undefined && other !== broker) {
        this.history.violations.push(
          `controller epoch ${epoch}: broker ${other} and broker ${broker}`,
        );
      }
      byEpoch.set(epoch, broker);
    }
  }

  #readAll(partition: number, isolation: Isolation): Promise<FinalRecord[]> {
    const { simulation, bootstrapServers } = this.#cluster;
    const platform = simulation.host('reader');
    const reading = async (): Promise<FinalRecord[]> => {
      const admin = new Admin({ bootstrapServers, platform });
      const [end] = await admin.listOffsets([{ topic: TOPIC, partition, at: 'end' }]);
      await admin.close();
      const consumer = new Consumer({ bootstrapServers, platform, isolationLevel: isolation });
      const records: FinalRecord[] = [];
      await consumer.assign([{ topic: TOPIC, partition, from: 'beginning' }]);
      while ((consumer.position({ topic: TOPIC, partition }) ?? 0) < (end?.offset ?? 0)) {
        for (const batch of await consumer.poll()) {
          for (const { offset, value } of batch.records) {
            records.push({ offset, value: String(value) });
          }
        }
      }
      await consumer.close();
      return records;
    };
    return simulation.runUntilSettled(reading());
  }
}

function outcomes({ transactions }: History): Record<Outcome, number> {
  const counts: Record<Outcome, number> = { open: 0, 'in doubt': 0, committed: 0, aborted: 0 };
  for (const { outcome } of transactions) counts[outcome]++;
  return counts;
}

/** Who said to be controller, in which epoch. */
function terms(log: readonly LoggedLine[]): LoggedLine[] {
  return log.filter(({ msg }) => msg === 'this broker is controller');
}
