/**
 * One run of a simulated cluster from one seed: brokers, clients and faults for a while, then peace, then the question whether all promises were kept.
 */
import { Admin, Consumer } from '@zurau/client';
import type { SimulationOptions } from '@zurau/platform';
import { startConsumer, startProbe, startProducer, type Load, type Running } from './clients.ts';
import { Faults, type FaultCounts } from './faults.ts';
import { History, type FinalRecord } from './history.ts';
import { replicaDifferences } from './replicas.ts';
import { SESSION_TIMEOUT_MS, SimulatedCluster, type LoggedLine } from './simulated-cluster.ts';

const TOPIC = 'events';
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
}

export interface RunResult {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly acknowledgedCount: number;
  readonly readCount: number;
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
    'replica.lag.time.max.ms': '3000',
    'replica.socket.timeout.ms': '3000',
    'controller.socket.timeout.ms': '3000',
    'zookeeper.session.timeout.ms': String(SESSION_TIMEOUT_MS),
    'auto.create.topics.enable': 'false',
    'leader.imbalance.check.interval.seconds': '15',
  };
}

export async function simulate(seed: number, options: RunOptions = {}): Promise<RunResult> {
  const { durationMs = 30_000, brokerCount = 3, ...simulationOptions } = options;
  const cluster = await SimulatedCluster.create(
    seed,
    brokerCount,
    propertiesOf(brokerCount),
    simulationOptions,
  );
  const run = new Run(cluster, durationMs);
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

  constructor(cluster: SimulatedCluster, durationMs: number) {
    this.#cluster = cluster;
    this.#durationMs = durationMs;
    this.#partitionCount = 1 + cluster.simulation.random.int(3);
    this.faults = new Faults(cluster, {
      allInSync: () => this.#allInSync(),
      includes: (id) => this.#isInSomeIsr(id),
    });
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
    const writers = [startProducer(load, 'producer-0', 40), startProducer(load, 'producer-1', 150)];
    const readers = [startConsumer(load, 'consumer-0'), startProbe(load, 'probe-0')];

    const endMs = simulation.nowMs + this.#durationMs;
    while (simulation.nowMs < endMs) {
      const { min, max } = FAULT_EVERY_MS;
      await simulation.runFor(simulation.random.between(min, max));
      await this.faults.next();
    }

    this.faults.heal();
    await this.#end(writers);
    await this.#recover();
    await this.#catchUp();
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
        const partitions = await Promise.all(
          this.#partitions.map(async (partition) =>
            JSON.stringify(await this.#cluster.partitionState(TOPIC, partition)),
          ),
        );
        throw new Error(`the cluster does not recover: brokers ${states}; ${partitions.join(' ')}`);
      }
    }
  }

  /** The consumer finds its way to the leaders, whatever it went through. */
  async #catchUp(): Promise<void> {
    const { simulation, bootstrapServers } = this.#cluster;
    const admin = new Admin({ bootstrapServers, platform: simulation.host('operator') });
    const ends = await simulation.runUntilSettled(
      admin.listOffsets(
        this.#partitions.map((partition) => ({ topic: TOPIC, partition, at: 'end' as const })),
      ),
    );
    await simulation.runUntilSettled(admin.close());
    const isBehind = (): boolean =>
      ends.some(
        ({ partition, offset }) => offset > 0 && !this.history.wasRead(partition, offset - 1),
      );
    try {
      await simulation.runUntil(() => !isBehind(), CATCH_UP_LIMIT_MS);
    } catch (error) {
      throw new Error('the consumer does not catch up', { cause: error });
    }
  }

  async #allInSync(): Promise<boolean> {
    for (const partition of this.#partitions) {
      const { isr, leader } = await this.#cluster.partitionState(TOPIC, partition);
      if (isr.length < this.#cluster.brokers.size || leader < 0) return false;
    }
    return true;
  }

  async #isInSomeIsr(id: number): Promise<boolean> {
    for (const partition of this.#partitions) {
      const { isr } = await this.#cluster.partitionState(TOPIC, partition);
      if (isr.includes(id)) return true;
    }
    return false;
  }

  get #partitions(): number[] {
    return Array.from({ length: this.#partitionCount }, (_, partition) => partition);
  }

  async #check(): Promise<void> {
    const { simulation, bootstrapServers } = this.#cluster;
    const consumer = new Consumer({ bootstrapServers, platform: simulation.host('reader') });
    for (const partition of this.#partitions) {
      const records = await simulation.runUntilSettled(
        readAll(consumer, bootstrapServers, partition, this.#cluster),
      );
      this.history.conclude(partition, records);
      const hosts = [...this.#cluster.brokers.values()].map(({ host }) => host);
      this.history.violations.push(...replicaDifferences(hosts, TOPIC, partition));
    }
    await simulation.runUntilSettled(consumer.close());
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
}

async function readAll(
  consumer: Consumer,
  bootstrapServers: string[],
  partition: number,
  cluster: SimulatedCluster,
): Promise<FinalRecord[]> {
  const admin = new Admin({ bootstrapServers, platform: cluster.simulation.host('reader') });
  const [end] = await admin.listOffsets([{ topic: TOPIC, partition, at: 'end' }]);
  await admin.close();
  const records: FinalRecord[] = [];
  await consumer.assign([{ topic: TOPIC, partition, from: 'beginning' }]);
  while ((consumer.position({ topic: TOPIC, partition }) ?? 0) < (end?.offset ?? 0)) {
    for (const batch of await consumer.poll()) {
      for (const { offset, value } of batch.records) records.push({ offset, value: String(value) });
    }
  }
  return records;
}

/** Who said to be controller, in which epoch. */
function terms(log: readonly LoggedLine[]): LoggedLine[] {
  return log.filter(({ msg }) => msg === 'this broker is controller');
}
