/**
 * What makes a broker take part in transactions: the coordinator of transactional ids, the markers that it has written, and the gate that their records
 * pass.
 *
 * Owns: how these parts are put together. `broker.ts` gives them the rest of the broker.
 */
import type { Platform } from '@zurau/platform';
import type { BrokerConfig } from './config/broker-config.ts';
import { transactionCoordinatorConfigOf } from './coordinator/transaction/config.ts';
import {
  TransactionCoordinator,
  type ProducerIds,
} from './coordinator/transaction/transaction-coordinator.ts';
import { TransactionVerifier } from './coordinator/transaction/transaction-verifier.ts';
import type { PeerConnection } from './inter-broker/peer-connection.ts';
import { TransactionLinks } from './inter-broker/transaction-links.ts';
import type { Logger } from './logging.ts';
import { TRANSACTION_STATE_TOPIC } from './metadata/internal-topics.ts';
import { NO_LEADER, type MetadataCache } from './metadata/metadata-cache.ts';
import type { TimingWheel } from './purgatory/timing-wheel.ts';
import { InternalTopicLog } from './replica/internal-topic-log.ts';
import { MarkerWriter, type OffsetTransactions } from './replica/marker-writer.ts';
import type { ReplicaManager } from './replica/replica-manager.ts';
import { TransactionGate } from './replica/transaction-gate.ts';

export interface TransactionDependencies {
  readonly platform: Platform;
  readonly config: BrokerConfig;
  readonly brokerId: number;
  readonly metadata: MetadataCache;
  readonly replicas: ReplicaManager;
  readonly offsets: OffsetTransactions;
  readonly deadlines: TimingWheel;
  readonly producerIds: ProducerIds;
  /** A connection of one's own to another broker. */
  readonly connect: (brokerId: number) => PeerConnection;
  readonly logger: Logger;
}

export class BrokerTransactions {
  readonly coordinator: TransactionCoordinator;
  readonly markers: MarkerWriter;
  readonly gate: TransactionGate;
  readonly #links: TransactionLinks;

  constructor(dependencies: TransactionDependencies) {
    const { platform, config, brokerId, metadata, replicas, logger } = dependencies;
    const { offsets, deadlines, producerIds, connect } = dependencies;
    this.markers = new MarkerWriter({
      replicas,
      offsets,
      deadlines,
      clock: platform.clock,
      timeoutMs: config.get('request.timeout.ms'),
    });
    this.#links = new TransactionLinks({
      connect,
      isAlive: (id) => metadata.broker(id) !== undefined,
    });
    this.coordinator = new TransactionCoordinator({
      platform,
      logger,
      config: transactionCoordinatorConfigOf(config),
      log: new InternalTopicLog(TRANSACTION_STATE_TOPIC, replicas),
      partitionCount: () =>
        metadata.topic(TRANSACTION_STATE_TOPIC)?.partitions.size ??
        config.get('transaction.state.log.num.partitions'),
      producerIds,
      routes: {
        leaderOf: (topic, partition) => metadata.partition(topic, partition)?.leader,
        linkTo: (id) => (id === brokerId ? this.markers : this.#links.to(id)),
      },
    });
    const verifier = new TransactionVerifier({
      coordinator: this.coordinator,
      brokerId,
      coordinatorOf: (transactionalId) => {
        const partition = this.coordinator.partitionFor(transactionalId);
        const leader = metadata.partition(TRANSACTION_STATE_TOPIC, partition)?.leader ?? NO_LEADER;
        return leader === NO_LEADER ? undefined : leader;
      },
      linkTo: (id) => this.#links.to(id),
    });
    this.gate = new TransactionGate(verifier, () =>
      config.get('transaction.partition.verification.enable'),
    );
    replicas.addLeadershipListener({
      onElected: ({ topic, partition, leaderEpoch }) => {
        if (topic === TRANSACTION_STATE_TOPIC) this.coordinator.onElected(partition, leaderEpoch);
      },
      onResigned: (topic, partition) => {
        if (topic === TRANSACTION_STATE_TOPIC) this.coordinator.onResigned(partition);
      },
    });
  }

  start(): void {
    this.coordinator.start();
  }

  /** What is decided and not carried out is left to the next coordinator. Idempotent. */
  async close(): Promise<void> {
    await this.coordinator.close();
    this.#links.close();
  }
}
