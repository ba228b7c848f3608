/**
 * The composition root: builds the parts of a broker, starts them in order, stops them in reverse. The only place that knows everyone.
 *
 *   store -> configs -> logs -> replicas, coordinators -> sockets -> registration -> controller -> open
 *
 * A single broker is a cluster of one: it registers, is elected controller, and is told by itself what it leads.
 */
import { hostname } from 'node:os';
import { loadCodecs } from '@zurau/protocol';
import { LogManager } from '@zurau/log';
import type { Platform } from '@zurau/platform';
import { allHandlers } from './api/all-handlers.ts';
import { ApiRegistry } from './api/registry.ts';
import { resolveBrokerId } from './config/broker-id.ts';
import type { BrokerConfig } from './config/broker-config.ts';
import { ConfigError } from './config/config-error.ts';
import { EntityConfigs } from './config/entity-configs.ts';
import { consumerTimeouts } from './config/group-config.ts';
import { logDirs } from './config/effective.ts';
import { resolveTopicConfig, validateTopicConfig } from './config/topic-config.ts';
import type { Endpoint } from './config/listeners.ts';
import { advertisedListeners, listeners, publishedEndpoints } from './config/listeners.ts';
import { AutoTopicCreation } from './controller/auto-topic-creation.ts';
import { Controller } from './controller/controller.ts';
import { isEpochConfirmed } from './controller/epoch-confirmation.ts';
import { StoreProducerIds } from './controller/producer-ids.ts';
import { TopicAdmin } from './controller/topic-admin.ts';
import { groupCoordinatorConfigOf } from './coordinator/group/config.ts';
import { GroupCoordinator } from './coordinator/group/group-coordinator.ts';
import { BrokerReplication } from './broker-replication.ts';
import { BrokerTransactions } from './broker-transactions.ts';
import {
  controllerSettings,
  internalTopicSettings,
  logManagerSettings,
  serverLimits,
  topicDefaults,
} from './broker-settings.ts';
import { LogDirNotices } from './inter-broker/log-dir-notices.ts';
import { PeerOrders } from './inter-broker/peer-orders.ts';
import { readLogDirIdentity, writeLogDirIdentity } from './log-dir-identity.ts';
import type { Logger } from './logging.ts';
import {
  clusterId,
  prepareCluster,
  registerBroker,
  type LeftoverPatience,
} from './metadata/broker-registration.ts';
import { OFFSETS_TOPIC } from './metadata/internal-topics.ts';
import { raiseLeaderEpochs } from './metadata/leader-epoch-floor.ts';
import { MetadataCache } from './metadata/metadata-cache.ts';
import { MetadataTopics } from './metadata/metadata-topics.ts';
import { SessionSupervisor } from './metadata/session-supervisor.ts';
import type { MetadataStore } from './metadata/store.ts';
import { Server } from './network/server.ts';
import { TimingWheel } from './purgatory/timing-wheel.ts';
import { InternalTopicLog } from './replica/internal-topic-log.ts';
import { replicaSelector } from './replica/replica-selector.ts';
import { usesZooKeeper } from './zookeeper-start.ts';

export interface BrokerDependencies {
  readonly platform: Platform;
  readonly config: BrokerConfig;
  readonly store: MetadataStore;
  /** No other broker uses the store, nor ever will: nobody's orders are taken but our own. */
  readonly isAlone?: boolean;
  readonly logger: Logger;
  /** The broker cannot go on and should be ended: its disks have failed. Whoever hears of it does that. */
  readonly onFatal?: (error: Error) => void;
}

/**
 * How a broker goes: `leave` hands over to the others first, `stop` does not (all of them stop), `crash` does not even write anything any more, as if the
 * process had been killed.
 */
export type Departure = 'leave' | 'stop' | 'crash';

type Closer = (departure: Departure) => Promise<void> | void;

/** A broker that accepts connections; {@link openBroker} makes one. */
export class Broker {
  readonly brokerId: number;
  /** What clients are told to connect to, with the ports that were bound. */
  readonly endpoints: readonly Endpoint[];
  readonly #closers: Closer[];
  #closing: Promise<void> | undefined;

  constructor(brokerId: number, endpoints: readonly Endpoint[], closers: Closer[]) {
    this.brokerId = brokerId;
    this.endpoints = endpoints;
    this.#closers = closers;
  }

  /** `host:port` of the first listener, for clients' `bootstrap.servers`. */
  get bootstrapServers(): string {
    const { host, port } = this.endpoints[0]!;
    return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  }

  /** Stops serving, and (but for a crash) writes and syncs everything. Idempotent. */
  close(departure: Departure = 'leave'): Promise<void> {
    this.#closing ??= closeAll(this.#closers, departure);
    return this.#closing;
  }
}

/** Resolves when the broker serves. When it cannot, what was started is stopped again. */
export async function openBroker(dependencies: BrokerDependencies): Promise<Broker> {
  const closers: Closer[] = [];
  try {
    return await startParts(dependencies, closers);
  } catch (error) {
    await closeAll(closers, 'stop');
    throw error;
  }
}

/** In reverse order of the start. */
async function closeAll(closers: Closer[], departure: Departure): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close(departure);
}

/** A broker that was killed leaves a session behind that lasts a while; the store rounds up to its ticks. */
function leftoverPatience(
  config: BrokerConfig,
  { timers }: Platform,
  logger: Logger,
): LeftoverPatience {
  const waitMs = 2 * config.get('zookeeper.session.timeout.ms');
  const message = 'an older session holds the registration of this broker; waiting for its end';
  return { timers, waitMs, onWait: () => logger.warn(message) };
}

async function startParts(
  { platform, config, store, isAlone = false, logger, onFatal }: BrokerDependencies,
  closers: Closer[],
): Promise<Broker> {
  const supervisor = await SessionSupervisor.start(
    { store, timers: platform.timers, logger },
    config.get('zookeeper.session.timeout.ms'),
  );
  closers.push(() => supervisor.close());
  const { session } = supervisor;
  await prepareCluster(session);
  const dirs = logDirs(config);
  const identity = readLogDirIdentity(platform.disk, dirs);
  const cluster = await clusterId(session, platform.random, identity.clusterId);
  if (identity.clusterId !== undefined && identity.clusterId !== cluster) {
    throw new ConfigError(
      `log.dirs: the data belongs to cluster ${identity.clusterId}, this is cluster ${cluster}`,
      'log.dirs',
    );
  }
  const brokerId = await resolveBrokerId(config, identity.brokerIds, session);

  const entityConfigs = new EntityConfigs({
    session,
    config,
    brokerId,
    clock: platform.clock,
    logger,
  });
  await entityConfigs.start();
  closers.push(() => entityConfigs.close());

  const logManager = new LogManager({
    platform,
    dirs,
    logger,
    ...logManagerSettings(config),
    defaultConfig: resolveTopicConfig(config, {}),
    configFor: (topic) => entityConfigs.topicConfig(topic),
  });
  await logManager.start();
  closers.push((departure) => (departure === 'crash' ? logManager.abandon() : logManager.close()));
  // A ZooKeeper is not this broker's: others lead by what it says.
  if (!usesZooKeeper(config)) await raiseLeaderEpochs(session, logManager.all(), logger);
  const usable = dirs.filter((dir) => logManager.isOnline(dir));
  writeLogDirIdentity(platform.disk, usable, { brokerId, clusterId: cluster });

  const notices = new LogDirNotices({ session, brokerId, timers: platform.timers, logger });
  closers.push(() => notices.close());
  const metadata = new MetadataCache(cluster);
  let brokerEpoch = -1;
  const replication = new BrokerReplication({
    platform,
    config,
    brokerId,
    brokerEpoch: () => brokerEpoch,
    logManager,
    metadata,
    topicConfig: (topic) => entityConfigs.topicConfig(topic),
    readTopicConfig: (topic) => entityConfigs.refreshTopic(topic),
    onReplicaNotMade: () => notices.sendLater(),
    logger,
  });
  const { replicas, orders } = replication;
  logManager.onDirectoryFailed = ({ path, logs, isLast }) => {
    replicas.logsFailed(logs);
    // The embedded store lies in the first one.
    if (isLast || (!usesZooKeeper(config) && path === dirs[0])) {
      onFatal?.(new Error(`the broker cannot go on without the log directory ${path}`));
      return;
    }
    notices.send();
  };
  const deadlines = new TimingWheel(platform.clock, platform.timers);
  closers.push(() => deadlines.close());
  const groups = new GroupCoordinator({
    platform,
    logger,
    config: groupCoordinatorConfigOf(config),
    log: new InternalTopicLog(OFFSETS_TOPIC, replicas),
    partitionCount: () =>
      metadata.topic(OFFSETS_TOPIC)?.partitions.size ?? config.get('offsets.topic.num.partitions'),
    consumerTimeouts: (group) => consumerTimeouts(config, entityConfigs.groupOverrides(group)),
    topics: new MetadataTopics(metadata),
  });
  const producerIds = new StoreProducerIds(session, brokerId);
  const transactions = new BrokerTransactions({
    platform,
    config,
    brokerId,
    metadata,
    replicas,
    offsets: groups,
    deadlines,
    producerIds,
    connect: (id) => replication.peer(id, 'transactions', config.get('request.timeout.ms')),
    logger,
  });
  entityConfigs.listen({
    topicChanged: (topic) => replicas.applyTopicConfig(topic),
    topicDefaultsChanged: () => replicas.applyAllTopicConfigs(),
  });
  replicas.addLeadershipListener({
    onElected: ({ topic, partition, leaderEpoch }) => {
      if (topic === OFFSETS_TOPIC) groups.onElected(partition, leaderEpoch);
    },
    onResigned: (topic, partition) => {
      if (topic === OFFSETS_TOPIC) groups.onResigned(partition);
    },
  });
  metadata.onChange(({ deletedPartitions, changedTopics }) => {
    const deletedTopics = new Set(deletedPartitions.map(({ topic }) => topic));
    if (deletedTopics.size > 0) void groups.onTopicsDeleted(deletedTopics);
    groups.onTopicsChanged([...deletedTopics, ...changedTopics]);
  });

  const topicAdmin = new TopicAdmin({
    session,
    metadata,
    random: platform.random,
    logger,
    defaults: () => topicDefaults(config),
    configProblem: (overrides) => validateTopicConfig(overrides, config),
  });
  const controller = new Controller({
    brokerId,
    session: supervisor.current,
    linkTo: (broker) => replication.linkTo(broker),
    settings: controllerSettings(config),
    platform,
    logger,
  });
  entityConfigs.listen({
    topicChanged: (topic) => {
      if (entityConfigs.topicConfig(topic).uncleanLeaderElectionEnable) {
        controller.uncleanElectionEnabled(topic);
      }
    },
    topicDefaultsChanged: () => {
      if (config.get('unclean.leader.election.enable')) {
        controller.uncleanElectionEnabled(undefined);
      }
    },
  });
  const isConfirmed = (epoch: number): Promise<boolean> =>
    isEpochConfirmed(session, platform.timers, epoch);
  const server = new Server({
    platform,
    registry: new ApiRegistry(
      allHandlers({
        platform,
        config,
        entityConfigs,
        brokerId,
        metadata,
        replicas,
        orders: new PeerOrders(orders, logger, isAlone ? undefined : isConfirmed),
        replication,
        selector: replicaSelector(config.get('replica.selector.class'), brokerId, metadata),
        logManager,
        deadlines,
        groups,
        transactions: transactions.coordinator,
        transactionGate: transactions.gate,
        markers: transactions.markers,
        controller,
        topicAdmin,
        autoCreation: new AutoTopicCreation({
          admin: topicAdmin,
          internalTopic: (name) => internalTopicSettings(config, name),
          logger,
        }),
        producerIds,
        logger,
      }),
    ),
    limits: serverLimits(config),
    // Only recompression and the check for keys need a codec, and zstd in WebAssembly takes as long to load as all the rest of the broker to start,
    // and a quarter of the memory: a broker without clients does without.
    onFirstConnection: () => void loadCodecs(),
    logger,
  });
  const boundPorts = new Map<string, number>();
  for (const { listenerName, host, port } of listeners(config)) {
    const bound = await server.listen({ listenerName, host, port });
    boundPorts.set(listenerName, bound.port);
  }
  const endpoints = publishedEndpoints(
    advertisedListeners(config),
    (name) => boundPorts.get(name),
    hostname(),
  );
  groups.start();
  closers.push(() => groups.close());
  closers.push(() => replication.close());
  transactions.start();
  closers.push(() => transactions.close());
  closers.push(() => server.close());

  closers.push(() => controller.close());
  const registration = { id: brokerId, endpoints, rack: config.get('broker.rack') };
  replication.start(controller);
  await supervisor.enter(async (current, previousSession) => {
    ({ epoch: brokerEpoch } = await registerBroker(current, platform.clock, registration, {
      previousSession,
      leftover: usesZooKeeper(config) ? leftoverPatience(config, platform, logger) : undefined,
    }));
    await controller.reelect(current);
  });
  await controller.idle();
  server.open();
  closers.push((departure) => (departure === 'leave' ? replication.leave() : undefined));
  return new Broker(brokerId, endpoints, closers);
}
