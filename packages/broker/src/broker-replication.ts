/**
 * What makes a broker one of several: its replicas and whom they follow, its way to the controller, and the controller's ways to the others.
 *
 * Owns: how these parts are put together. `broker.ts` gives them the rest of the broker.
 */
import { createReadStage, type BrokerAddress as Address } from '@zurau/client/network';
import type { LogManager } from '@zurau/log';
import type { Platform, Timer } from '@zurau/platform';
import type { BrokerConfig } from './config/broker-config.ts';
import { interBrokerListenerName } from './config/listeners.ts';
import type { TopicConfig } from './config/topic-config.ts';
import type { BrokerAddress, BrokerLink } from './controller/broker-link.ts';
import { leaveCluster } from './inter-broker/controlled-shutdown.ts';
import { ControllerChannel, type LocalController } from './inter-broker/controller-channel.ts';
import { LocalBrokerLink } from './inter-broker/local-broker-link.ts';
import { PeerConnection } from './inter-broker/peer-connection.ts';
import { RemoteBrokerLink } from './inter-broker/remote-broker-link.ts';
import type { Logger } from './logging.ts';
import type { MetadataCache } from './metadata/metadata-cache.ts';
import { ControlOrders } from './replica/control-orders.ts';
import { RemoteLeader } from './replica/fetcher/leader-endpoint.ts';
import { ReplicaFetchers } from './replica/fetcher/replica-fetchers.ts';
import { IsrChanges } from './replica/isr-changes.ts';
import type { Partition } from './replica/partition.ts';
import { ReplicaManager } from './replica/replica-manager.ts';
import { isThrottledReplica, ReplicationQuota } from './replica/replication-quota.ts';

export interface ReplicationDependencies {
  readonly platform: Platform;
  readonly config: BrokerConfig;
  readonly brokerId: number;
  /** Of the broker's registration; -1 before it. */
  readonly brokerEpoch: () => number;
  readonly logManager: LogManager;
  readonly metadata: MetadataCache;
  readonly topicConfig: (topic: string) => TopicConfig;
  readonly readTopicConfig: (topic: string) => Promise<void>;
  /** A replica could not be made, for a reason that may pass: somebody has to ask for it again. */
  readonly onReplicaNotMade: () => void;
  readonly logger: Logger;
}

const MS_PER_SECOND = 1000;

export class BrokerReplication {
  readonly replicas: ReplicaManager;
  readonly orders: ControlOrders;
  readonly #dependencies: ReplicationDependencies;
  readonly #listenerName: string;
  readonly #readStage = createReadStage();
  readonly #fetchers: ReplicaFetchers;
  readonly #leaderQuota: ReplicationQuota;
  readonly #followerQuota: ReplicationQuota;
  readonly #isrChanges: IsrChanges;
  readonly #localLink: LocalBrokerLink;
  #channel: ControllerChannel | undefined;
  #isrSweep: Timer | undefined;

  constructor(dependencies: ReplicationDependencies) {
    this.#dependencies = dependencies;
    const { platform, config, brokerId, metadata, logManager, logger } = dependencies;
    const { clock, timers } = platform;
    this.#listenerName = interBrokerListenerName(config);
    const quota = (key: `${'leader' | 'follower'}.replication.throttled.rate`): ReplicationQuota =>
      new ReplicationQuota({
        clock,
        bytesPerSecondMax: () => config.get(key),
        sampleCount: config.get('replication.quota.window.num'),
        sampleMs: config.get('replication.quota.window.size.seconds') * MS_PER_SECOND,
      });
    this.#leaderQuota = quota('leader.replication.throttled.rate');
    this.#followerQuota = quota('follower.replication.throttled.rate');
    this.#isrChanges = new IsrChanges({
      send: (changes) => this.#controller().alterPartitions(changes),
      timers,
      logger,
    });
    this.#fetchers = new ReplicaFetchers({
      clock,
      timers,
      logger,
      fetcherCount: () => config.get('num.replica.fetchers'),
      backoffMs: config.get('replica.fetch.backoff.ms'),
      partitionMaxBytes: config.get('replica.fetch.max.bytes'),
      leaderEndpoint: (leaderId, index) => this.#leaderEndpoint(leaderId, index),
      mayFetch: (partition) =>
        !this.#isFollowerThrottled(partition) || !this.#followerQuota.isExceeded,
      onFetched: (partition, sizeBytes) => {
        if (this.#isFollowerThrottled(partition)) this.#followerQuota.record(sizeBytes);
      },
    });
    this.replicas = new ReplicaManager({
      environment: {
        brokerId,
        lagMsMax: config.get('replica.lag.time.max.ms'),
        nowMs: () => clock.monotonicMs(),
        isAlive: (id) => metadata.broker(id) !== undefined,
        proposeIsr: (change, done, isRetry) => this.#isrChanges.submit(change, done, isRetry),
        logger,
      },
      logManager,
      logger,
      fetchers: this.#fetchers,
      topicConfig: dependencies.topicConfig,
      onReplicaNotMade: dependencies.onReplicaNotMade,
    });
    this.orders = new ControlOrders({
      replicas: this.replicas,
      metadata,
      timers,
      brokerEpoch: dependencies.brokerEpoch,
      readTopicConfig: dependencies.readTopicConfig,
    });
    this.#localLink = new LocalBrokerLink(this.orders);
  }

  /** Begins to look after the in-sync sets. `controller` is the one in this process, active or not. */
  start(controller: LocalController): void {
    const { platform, config, brokerId, brokerEpoch } = this.#dependencies;
    this.#channel = new ControllerChannel({
      brokerId,
      brokerEpoch,
      local: controller,
      connect: (id) =>
        this.#peer(
          `broker-${brokerId}-to-controller`,
          config.get('controller.socket.timeout.ms'),
          () => this.#addressOf(id),
        ),
    });
    const sweepMs = Math.max(1, Math.floor(config.get('replica.lag.time.max.ms') / 2));
    this.#isrSweep = platform.timers.every(sweepMs, () => this.replicas.shrinkIsrs());
  }

  /** The controller's way to a broker. */
  linkTo(broker: BrokerAddress): BrokerLink {
    const { config, brokerId } = this.#dependencies;
    if (broker.id === brokerId) return this.#localLink;
    const address = broker.endpoints.find(
      ({ listenerName }) => listenerName === this.#listenerName,
    );
    return new RemoteBrokerLink(
      this.#peer(
        `controller-${brokerId}-to-broker-${broker.id}`,
        config.get('controller.socket.timeout.ms'),
        () => address,
      ),
    );
  }

  /** A connection to another broker for a purpose of its own; the caller closes it. */
  peer(brokerId: number, purpose: string, requestMsMax: number): PeerConnection {
    const clientId = `broker-${this.#dependencies.brokerId}-${purpose}`;
    return this.#peer(clientId, requestMsMax, () => this.#addressOf(brokerId));
  }

  /** Whether a follower has had its share of a partition for now. */
  readonly isThrottled = (partition: Partition, replicaId: number): boolean =>
    this.#isLeaderThrottled(partition) &&
    !partition.isr.includes(replicaId) &&
    this.#leaderQuota.isExceeded;

  /** A follower is sent records of a partition. */
  readonly onSentToFollower = (partition: Partition, sizeBytes: number): void => {
    if (this.#isLeaderThrottled(partition)) this.#leaderQuota.record(sizeBytes);
  };

  /** Hands over what this broker leads, before it stops. Never rejects. */
  async leave(): Promise<void> {
    const { config, platform, logger } = this.#dependencies;
    if (!config.get('controlled.shutdown.enable')) return;
    await leaveCluster({
      ask: async () => this.#controller().controlledShutdown(),
      attempts: config.get('controlled.shutdown.max.retries'),
      backoffMs: config.get('controlled.shutdown.retry.backoff.ms'),
      timers: platform.timers,
      logger,
    });
  }

  /** Follows nobody any more and tells everyone who still waits that this broker is going away. Idempotent. */
  async close(): Promise<void> {
    this.#isrSweep?.cancel();
    this.#isrChanges.close();
    this.#channel?.close();
    this.orders.close();
    await this.#fetchers.close();
    this.replicas.close();
  }

  #isLeaderThrottled({ config, partition }: Partition): boolean {
    const { brokerId } = this.#dependencies;
    return isThrottledReplica(config.leaderThrottledReplicas, partition, brokerId);
  }

  #isFollowerThrottled({ config, partition }: Partition): boolean {
    const { brokerId } = this.#dependencies;
    return isThrottledReplica(config.followerThrottledReplicas, partition, brokerId);
  }

  #controller(): ControllerChannel {
    if (this.#channel === undefined) throw new Error('the broker has not started yet');
    return this.#channel;
  }

  #leaderEndpoint(leaderId: number, index: number): RemoteLeader {
    const { config, brokerId, brokerEpoch } = this.#dependencies;
    const connection = this.#peer(
      `broker-${brokerId}-fetcher-${index}`,
      config.get('replica.socket.timeout.ms'),
      () => this.#addressOf(leaderId),
    );
    return new RemoteLeader(connection, {
      brokerId,
      brokerEpoch,
      maxWaitMs: config.get('replica.fetch.wait.max.ms'),
      minBytes: config.get('replica.fetch.min.bytes'),
      maxBytes: config.get('replica.fetch.response.max.bytes'),
    });
  }

  #peer(
    clientId: string,
    requestMsMax: number,
    address: () => Address | undefined,
  ): PeerConnection {
    const { platform } = this.#dependencies;
    return new PeerConnection({
      platform,
      address,
      clientId,
      requestMsMax,
      readStage: this.#readStage,
    });
  }

  #addressOf(brokerId: number): Address | undefined {
    return this.#dependencies.metadata.broker(brokerId)?.endpoints.get(this.#listenerName);
  }
}
