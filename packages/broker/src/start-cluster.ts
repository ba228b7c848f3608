/**
 * Several brokers in one process on one embedded metadata store: a cluster with nothing to install, for learning and for tests. Between the brokers
 * there are real sockets; what goes wrong between them goes wrong as it does between machines.
 */
import { memoryDisk, nodePlatform } from '@zurau/platform';
import type { Platform } from '@zurau/platform';
import { openBroker, type Broker, type Departure } from './broker.ts';
import { BrokerConfig } from './config/broker-config.ts';
import { ConfigError } from './config/config-error.ts';
import type { Endpoint } from './config/listeners.ts';
import { createLogger } from './logging.ts';
import type { Logger } from './logging.ts';
import { DurableTransactionLog } from './metadata/embedded/durable-transaction-log.ts';
import { EmbeddedStore } from './metadata/embedded/embedded-store.ts';
import type { RunningBroker } from './start-broker.ts';
import { resolveMember, type StartClusterOptions } from './start-options.ts';

const DEFAULT_BROKER_COUNT = 3;
const BROKER_COUNT_MAX = 100;

export interface RunningCluster {
  /** `host:port` of all brokers, running or not, for a client's `bootstrap.servers`. */
  readonly bootstrapServers: string;
  /** Those that run now, by id. */
  readonly brokers: readonly RunningBroker[];
  /** Starts a broker again that was stopped or killed, on its port and its data. */
  start(brokerId: number): Promise<RunningBroker>;
  /** Stops a broker as an operator does: the others take over first. */
  stop(brokerId: number): Promise<void>;
  /** Ends a broker as a failure does: nobody is told, nothing is written any more. What it had acknowledged is on its disk. */
  kill(brokerId: number): Promise<void>;
  /** Stops all brokers, leaves no handle open. Idempotent. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Resolves when all brokers accept connections. Rejects as {@link startBroker} does.
 *
 * ```ts
 * await using cluster = await startCluster({ brokers: 3 });
 * const kafka = new Kafka({ brokers: cluster.bootstrapServers.split(',') });
 * ```
 */
export async function startCluster(options: StartClusterOptions = {}): Promise<RunningCluster> {
  const count = options.brokers ?? DEFAULT_BROKER_COUNT;
  if (!Number.isSafeInteger(count) || count < 1 || count > BROKER_COUNT_MAX) {
    throw new RangeError(`brokers must be between 1 and ${BROKER_COUNT_MAX}, not ${count}`);
  }
  const logger =
    options.logger ??
    (await createLogger({ format: options.logFormat ?? 'silent', level: options.logLevel }));
  const platform = nodePlatform();
  const { dataDir } = options;
  const store = await EmbeddedStore.open(
    platform.clock,
    dataDir === undefined
      ? undefined
      : () => new DurableTransactionLog({ platform, logDir: `${dataDir}/metadata`, logger }),
  );
  const members = Array.from(
    { length: count },
    (_, brokerId) => new Member({ brokerId, brokerCount: count, options, store, logger }),
  );
  const cluster = new Cluster(members, store);
  try {
    await Promise.all(members.map((member) => member.start()));
    return cluster;
  } catch (error) {
    await cluster.close();
    throw error;
  }
}

class Cluster implements RunningCluster {
  readonly #members: readonly Member[];
  readonly #store: EmbeddedStore;
  #closing: Promise<void> | undefined;

  constructor(members: readonly Member[], store: EmbeddedStore) {
    this.#members = members;
    this.#store = store;
  }

  get bootstrapServers(): string {
    return this.#members.map(({ bootstrapServers }) => bootstrapServers).join(',');
  }

  get brokers(): readonly RunningBroker[] {
    return this.#members.filter(({ isRunning }) => isRunning);
  }

  async start(brokerId: number): Promise<RunningBroker> {
    const member = this.#member(brokerId);
    await member.start();
    return member;
  }

  async stop(brokerId: number): Promise<void> {
    await this.#member(brokerId).end('leave');
  }

  async kill(brokerId: number): Promise<void> {
    await this.#member(brokerId).end('crash');
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    // All at once: nobody has to take over.
    const ended = await Promise.allSettled(this.#members.map((member) => member.end('stop')));
    await this.#store.close();
    for (const outcome of ended) if (outcome.status === 'rejected') throw outcome.reason;
  }

  #member(brokerId: number): Member {
    const member = this.#members[brokerId];
    if (member === undefined) throw new RangeError(`there is no broker ${brokerId}`);
    return member;
  }
}

/** A broker's place in the cluster: its disk and its port outlive it. */
class Member implements RunningBroker {
  readonly brokerId: number;
  /** Never: its disk is memory. */
  readonly failed: Promise<Error> = new Promise(() => undefined);
  readonly #brokerCount: number;
  readonly #options: StartClusterOptions;
  readonly #store: EmbeddedStore;
  readonly #logger: Logger;
  #platform: Platform | undefined;
  #port: number;
  #broker: Broker | undefined;
  #bootstrapServers = '';
  #endpoints: readonly Endpoint[] = [];

  constructor(dependencies: {
    readonly brokerId: number;
    readonly brokerCount: number;
    readonly options: StartClusterOptions;
    readonly store: EmbeddedStore;
    readonly logger: Logger;
  }) {
    const { brokerId, options } = dependencies;
    this.brokerId = brokerId;
    this.#brokerCount = dependencies.brokerCount;
    this.#options = options;
    this.#store = dependencies.store;
    this.#logger = dependencies.logger.child({ broker: brokerId });
    this.#port = options.port === undefined || options.port === 0 ? 0 : options.port + brokerId;
  }

  get isRunning(): boolean {
    return this.#broker !== undefined;
  }

  get bootstrapServers(): string {
    return this.#bootstrapServers;
  }

  get endpoints(): readonly Endpoint[] {
    return this.#endpoints;
  }

  async start(): Promise<void> {
    if (this.#broker !== undefined) throw new Error(`broker ${this.brokerId} is running`);
    const { properties, inMemory } = resolveMember(
      this.#options,
      this.brokerId,
      this.#brokerCount,
      this.#port,
    );
    const { config, warnings } = BrokerConfig.from(properties);
    if ((config.get('zookeeper.connect') ?? '') !== '') {
      throw new ConfigError(
        'zookeeper.connect: several brokers in one process share an embedded store; start one broker a process to use ZooKeeper',
        'zookeeper.connect',
      );
    }
    if (!inMemory && this.#options.dataDir === undefined) {
      throw new ConfigError(
        'log.dirs: several brokers in one process need directories of their own; say where with dataDir',
        'log.dirs',
      );
    }
    for (const warning of warnings) this.#logger.warn(warning);
    this.#platform ??= inMemory ? { ...nodePlatform(), disk: memoryDisk() } : nodePlatform();
    const broker = await openBroker({
      platform: this.#platform,
      config,
      store: this.#store,
      logger: this.#logger,
    });
    this.#broker = broker;
    this.#endpoints = broker.endpoints;
    this.#bootstrapServers = broker.bootstrapServers;
    this.#port = broker.endpoints[0]!.port;
    this.#logger.info(`broker ${this.brokerId} started on ${broker.bootstrapServers}`);
  }

  async end(departure: Departure): Promise<void> {
    const broker = this.#broker;
    this.#broker = undefined;
    await broker?.close(departure);
  }

  close(): Promise<void> {
    return this.end('leave');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
