/**
 * The list of what this broker serves: one handler an API, in the order of the keys.
 */
import type { Platform } from '@zurau/platform';
import type { LogManager } from '@zurau/log';
import type { BrokerReplication } from '../broker-replication.ts';
import type { BrokerConfig } from '../config/broker-config.ts';
import type { EntityConfigs } from '../config/entity-configs.ts';
import type { AutoTopicCreation } from '../controller/auto-topic-creation.ts';
import type { Controller } from '../controller/controller.ts';
import type { TopicAdmin } from '../controller/topic-admin.ts';
import type { GroupCoordinator } from '../coordinator/group/group-coordinator.ts';
import type {
  ProducerIds,
  TransactionCoordinator,
} from '../coordinator/transaction/transaction-coordinator.ts';
import type { PeerOrders } from '../inter-broker/peer-orders.ts';
import type { Logger } from '../logging.ts';
import type { MetadataCache } from '../metadata/metadata-cache.ts';
import type { TimingWheel } from '../purgatory/timing-wheel.ts';
import { PartitionFinder } from '../replica/local-partition.ts';
import type { MarkerWriter } from '../replica/marker-writer.ts';
import type { ReplicaManager } from '../replica/replica-manager.ts';
import type { ReplicaSelector } from '../replica/replica-selector.ts';
import type { TransactionGate } from '../replica/transaction-gate.ts';
import { addOffsetsToTxnHandler } from './add-offsets-to-txn.ts';
import { addPartitionsToTxnHandler } from './add-partitions-to-txn.ts';
import { alterConfigsHandler } from './alter-configs.ts';
import { alterPartitionReassignmentsHandler } from './alter-partition-reassignments.ts';
import { allocateProducerIdsHandler } from './allocate-producer-ids.ts';
import { alterPartitionHandler } from './alter-partition.ts';
import { consumerGroupDescribeHandler } from './consumer-group-describe.ts';
import { consumerGroupHeartbeatHandler } from './consumer-group-heartbeat.ts';
import { controlledShutdownHandler } from './controlled-shutdown.ts';
import { createPartitionsHandler } from './create-partitions.ts';
import { createTopicsHandler } from './create-topics.ts';
import { deleteGroupsHandler } from './delete-groups.ts';
import { deleteRecordsHandler } from './delete-records.ts';
import { deleteTopicsHandler } from './delete-topics.ts';
import { describeClusterHandler } from './describe-cluster.ts';
import { createdTopicConfigs, describeConfigsHandler } from './describe-configs.ts';
import { describeGroupsHandler } from './describe-groups.ts';
import { describeLogDirsHandler } from './describe-log-dirs.ts';
import { describeProducersHandler } from './describe-producers.ts';
import { describeTopicPartitionsHandler } from './describe-topic-partitions.ts';
import { describeTransactionsHandler } from './describe-transactions.ts';
import { electLeadersHandler } from './elect-leaders.ts';
import { endTxnHandler } from './end-txn.ts';
import { fetchHandler } from './fetch.ts';
import { findCoordinatorHandler } from './find-coordinator.ts';
import type { ApiHandler } from './handler.ts';
import { heartbeatHandler } from './heartbeat.ts';
import { incrementalAlterConfigsHandler } from './incremental-alter-configs.ts';
import { initProducerIdHandler } from './init-producer-id.ts';
import { joinGroupHandler } from './join-group.ts';
import { leaderAndIsrHandler } from './leader-and-isr.ts';
import { leaveGroupHandler } from './leave-group.ts';
import { listGroupsHandler } from './list-groups.ts';
import { listOffsetsHandler } from './list-offsets.ts';
import { listPartitionReassignmentsHandler } from './list-partition-reassignments.ts';
import { listTransactionsHandler } from './list-transactions.ts';
import { metadataHandler } from './metadata.ts';
import { offsetCommitHandler } from './offset-commit.ts';
import { offsetDeleteHandler } from './offset-delete.ts';
import { offsetFetchHandler } from './offset-fetch.ts';
import { offsetForLeaderEpochHandler } from './offset-for-leader-epoch.ts';
import { produceHandler } from './produce.ts';
import { stopReplicaHandler } from './stop-replica.ts';
import { syncGroupHandler } from './sync-group.ts';
import { updateMetadataHandler } from './update-metadata.ts';
import { txnOffsetCommitHandler } from './txn-offset-commit.ts';
import { writeTxnMarkersHandler } from './write-txn-markers.ts';

export interface HandlerDependencies {
  readonly platform: Platform;
  readonly config: BrokerConfig;
  readonly entityConfigs: EntityConfigs;
  readonly brokerId: number;
  readonly metadata: MetadataCache;
  readonly replicas: ReplicaManager;
  readonly orders: PeerOrders;
  readonly selector: ReplicaSelector | undefined;
  readonly replication: Pick<BrokerReplication, 'isThrottled' | 'onSentToFollower'>;
  readonly logManager: LogManager;
  readonly deadlines: TimingWheel;
  readonly groups: GroupCoordinator;
  readonly transactions: TransactionCoordinator;
  readonly transactionGate: TransactionGate;
  readonly markers: MarkerWriter;
  readonly controller: Controller;
  readonly topicAdmin: TopicAdmin;
  readonly autoCreation: AutoTopicCreation;
  readonly producerIds: ProducerIds;
  readonly logger: Logger;
}

export function allHandlers(dependencies: HandlerDependencies): ApiHandler[] {
  return [
    ...dataHandlers(dependencies),
    ...groupHandlers(dependencies),
    ...transactionHandlers(dependencies),
    ...topicHandlers(dependencies),
    ...configHandlers(dependencies),
    ...clusterHandlers(dependencies),
  ];
}

function dataHandlers(dependencies: HandlerDependencies): ApiHandler[] {
  const { config, replicas, metadata, logManager, platform, deadlines, selector } = dependencies;
  const finder = new PartitionFinder(replicas, metadata);
  return [
    produceHandler({ replicas, metadata, deadlines, transactions: dependencies.transactionGate }),
    fetchHandler({
      replicas,
      metadata,
      deadlines,
      platform,
      maxBytes: config.get('fetch.max.bytes'),
      sessionSlotCount: config.get('max.incremental.fetch.session.cache.slots'),
      selector,
      isThrottled: dependencies.replication.isThrottled,
      onSentToFollower: dependencies.replication.onSentToFollower,
    }),
    listOffsetsHandler({ finder }),
    deleteRecordsHandler({ finder, deadlines }),
    offsetForLeaderEpochHandler({ finder }),
    describeLogDirsHandler({ logManager, replicas, disk: platform.disk }),
    describeProducersHandler({ finder }),
  ];
}

/** What brokers ask each other. */
function clusterHandlers(dependencies: HandlerDependencies): ApiHandler[] {
  const { orders, controller, brokerId, logger } = dependencies;
  return [
    leaderAndIsrHandler({ orders }),
    stopReplicaHandler({ orders }),
    updateMetadataHandler({ orders }),
    controlledShutdownHandler({ controller, ownId: brokerId }),
    allocateProducerIdsHandler({ controller, logger }),
    alterPartitionHandler({ controller, ownId: brokerId }),
  ];
}

function groupHandlers({ groups, metadata, autoCreation }: HandlerDependencies): ApiHandler[] {
  return [
    findCoordinatorHandler({
      metadata,
      createInternalTopic: (name) => autoCreation.createLater(name),
    }),
    offsetCommitHandler({ groups, metadata }),
    offsetFetchHandler({ groups, metadata }),
    joinGroupHandler({ groups }),
    heartbeatHandler({ groups }),
    leaveGroupHandler({ groups }),
    syncGroupHandler({ groups }),
    describeGroupsHandler({ groups }),
    listGroupsHandler({ groups }),
    deleteGroupsHandler({ groups }),
    offsetDeleteHandler({ groups, metadata }),
    // A client finds out that the protocol is on by the APIs being there.
    ...(groups.isConsumerProtocolEnabled
      ? [consumerGroupHeartbeatHandler({ groups }), consumerGroupDescribeHandler({ groups })]
      : []),
  ];
}

function transactionHandlers(dependencies: HandlerDependencies): ApiHandler[] {
  return [
    initProducerIdHandler(dependencies),
    addPartitionsToTxnHandler(dependencies),
    addOffsetsToTxnHandler(dependencies),
    endTxnHandler(dependencies),
    writeTxnMarkersHandler(dependencies),
    txnOffsetCommitHandler(dependencies),
    describeTransactionsHandler(dependencies),
    listTransactionsHandler(dependencies),
  ];
}

function topicHandlers(dependencies: HandlerDependencies): ApiHandler[] {
  const { config, metadata, platform, controller, topicAdmin, autoCreation, logger } = dependencies;
  const { timers } = platform;
  const atController = {
    admin: topicAdmin,
    metadata,
    timers,
    logger,
    isController: () => controller.isActive,
  };
  return [
    metadataHandler({
      metadata,
      autoCreation,
      isAutoCreationEnabled: () => config.get('auto.create.topics.enable'),
      timers,
    }),
    createTopicsHandler({
      ...atController,
      describeConfigs: (overrides) => createdTopicConfigs(config, overrides),
    }),
    deleteTopicsHandler({ ...atController, isEnabled: () => config.get('delete.topic.enable') }),
    createPartitionsHandler(atController),
    electLeadersHandler({ controller, metadata, timers }),
    alterPartitionReassignmentsHandler({ controller }),
    listPartitionReassignmentsHandler({ controller }),
    describeClusterHandler({ metadata }),
    describeTopicPartitionsHandler({
      metadata,
      partitionsMax: () => config.get('max.request.partition.size.limit'),
    }),
  ];
}

function configHandlers(dependencies: HandlerDependencies): ApiHandler[] {
  const shared = { ...dependencies, topics: dependencies.metadata };
  return [
    describeConfigsHandler(shared),
    alterConfigsHandler(shared),
    incrementalAlterConfigsHandler(shared),
  ];
}
