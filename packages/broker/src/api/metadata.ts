/**
 * Metadata (key 3): brokers, topics, leaders. Topics that are asked for by name may come into being by it.
 */
import { ErrorCode, metadataApi, ZERO_UUID } from '@zurau/protocol';
import type {
  MetadataRequest,
  MetadataResponseInput,
  MetadataResponseMetadataResponsePartitionInput,
  MetadataResponseMetadataResponseTopicInput,
} from '@zurau/protocol';
import type { Timers } from '@zurau/platform';
import type { AutoTopicCreation } from '../controller/auto-topic-creation.ts';
import { isInternalTopic } from '../metadata/internal-topics.ts';
import {
  NO_LEADER,
  type MetadataCache,
  type PartitionMetadata,
  type TopicMetadata,
} from '../metadata/metadata-cache.ts';
import { waitForMetadata } from '../metadata/metadata-wait.ts';
import { topicNameProblem } from '../metadata/topic-names.ts';
import {
  ALL_CLUSTER_OPERATIONS,
  ALL_TOPIC_OPERATIONS,
  OPERATIONS_NOT_ASKED_FOR,
} from './authorized-operations.ts';
import { defineHandler, type ApiHandler, type RequestContext } from './handler.ts';
import { isReachable, reachableBrokers } from './reachable-brokers.ts';

/** Topics can be asked for by id (KIP-516). */
const TOPIC_ID_VERSION_MIN = 12;
/** A leader without the client's listener has a code of its own. */
const LISTENER_NOT_FOUND_VERSION_MIN = 6;

/**
 * How long we wait for the leaders of a topic that has just been made. Kafka answers LEADER_NOT_AVAILABLE at once and has the client
 * come back; a client that is told a few milliseconds later saves its back-off.
 */
const NEW_TOPIC_WAIT_MS = 250;

type Topic = MetadataResponseMetadataResponseTopicInput;
type Partition = MetadataResponseMetadataResponsePartitionInput;

export interface MetadataDependencies {
  readonly metadata: MetadataCache;
  readonly autoCreation: AutoTopicCreation;
  /** `auto.create.topics.enable` */
  readonly isAutoCreationEnabled: () => boolean;
  readonly timers: Timers;
}

export function metadataHandler(dependencies: MetadataDependencies): ApiHandler {
  const { metadata } = dependencies;
  return defineHandler(metadataApi, { min: 0, max: 13 }, (request, context) => {
    const { apiVersion } = context;
    const isAll = request.topics === null || (apiVersion === 0 && request.topics.length === 0);
    if (isAll) {
      const all = metadata.topicNames().map((name) => known(dependencies, name, request, context));
      return answer(dependencies, request, context, all);
    }
    if (apiVersion < TOPIC_ID_VERSION_MIN && request.topics?.some(usesId) === true) {
      // The request as a whole is refused: nothing is said of the cluster either.
      return { brokers: [], topics: request.topics.map(invalid) };
    }
    const missing = missingNames(dependencies, request);
    if (missing.length === 0) {
      return answer(dependencies, request, context, asked(dependencies, request, context));
    }
    return createMissing(dependencies, missing).then((problems) =>
      answer(dependencies, request, context, asked(dependencies, request, context, problems)),
    );
  });
}

type AskedTopic = NonNullable<MetadataRequest['topics']>[number];

function usesId({ name, topicId }: AskedTopic): boolean {
  return name === null || topicId !== ZERO_UUID;
}

function invalid({ name, topicId }: AskedTopic): Topic {
  return { errorCode: ErrorCode.INVALID_REQUEST, name: name ?? '', topicId, partitions: [] };
}

/** Names that nobody knows and that may be made. */
function missingNames(
  { metadata, isAutoCreationEnabled }: MetadataDependencies,
  request: MetadataRequest,
): string[] {
  if (!request.allowAutoTopicCreation || !isAutoCreationEnabled()) return [];
  const names = (request.topics ?? []).flatMap(({ name, topicId }) =>
    name !== null && topicId === ZERO_UUID && metadata.topic(name) === undefined ? [name] : [],
  );
  return [...new Set(names)];
}

/** Makes topics; resolves with what to say of those that are still not known then. */
async function createMissing(
  { metadata, autoCreation, timers }: MetadataDependencies,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const codes = await Promise.all(names.map((name) => autoCreation.create(name)));
  const made = names.filter((_, index) => codes[index] === ErrorCode.NONE);
  const hasLeaders = (name: string): boolean => {
    const partitions = metadata.topic(name)?.partitions;
    return (
      partitions !== undefined &&
      [...partitions.values()].every(({ leader }) => leader !== NO_LEADER)
    );
  };
  await waitForMetadata(metadata, timers, NEW_TOPIC_WAIT_MS, () => made.every(hasLeaders));
  return new Map(
    names.map((name, index) => {
      const code = codes[index] ?? ErrorCode.NONE;
      return [name, code === ErrorCode.NONE ? ErrorCode.LEADER_NOT_AVAILABLE : code];
    }),
  );
}

/** What was asked for, each topic once. `problems` are those of topics that could not be made, or not in time. */
function asked(
  dependencies: MetadataDependencies,
  request: MetadataRequest,
  context: RequestContext,
  problems?: ReadonlyMap<string, number>,
): Topic[] {
  const { metadata } = dependencies;
  const topics = new Map<string, Topic>();
  for (const { name, topicId } of request.topics ?? []) {
    if (topicId !== ZERO_UUID) {
      const topic = metadata.topicById(topicId);
      topics.set(
        `id ${topicId}`,
        topic === undefined
          ? { errorCode: ErrorCode.UNKNOWN_TOPIC_ID, name: null, topicId, partitions: [] }
          : known(dependencies, topic.name, request, context),
      );
    } else if (name === null) {
      topics.set('', invalid({ name, topicId }));
    } else if (metadata.topic(name) === undefined) {
      topics.set(`name ${name}`, unknown(name, request, problems?.get(name)));
    } else {
      topics.set(`name ${name}`, known(dependencies, name, request, context));
    }
  }
  return [...topics.values()];
}

function unknown(name: string, request: MetadataRequest, problem: number | undefined): Topic {
  const isNamed = topicNameProblem(name) === undefined;
  return {
    errorCode:
      problem ??
      (isNamed ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : ErrorCode.INVALID_TOPIC_EXCEPTION),
    name,
    topicId: ZERO_UUID,
    isInternal: isInternalTopic(name),
    partitions: [],
    topicAuthorizedOperations: operationsOf(request),
  };
}

function operationsOf({ includeTopicAuthorizedOperations }: MetadataRequest): number {
  return includeTopicAuthorizedOperations ? ALL_TOPIC_OPERATIONS : OPERATIONS_NOT_ASKED_FOR;
}

function known(
  { metadata }: MetadataDependencies,
  name: string,
  request: MetadataRequest,
  context: RequestContext,
): Topic {
  const topic: TopicMetadata | undefined = metadata.topic(name);
  if (topic === undefined) throw new Error(`topic ${name} vanished within a turn`);
  return {
    errorCode: ErrorCode.NONE,
    name,
    topicId: topic.id,
    isInternal: isInternalTopic(name),
    partitions: [...topic.partitions.values()].map((each) => partition(metadata, each, context)),
    topicAuthorizedOperations: operationsOf(request),
  };
}

function partition(
  metadata: MetadataCache,
  {
    partition: partitionIndex,
    leader,
    leaderEpoch,
    replicas,
    isr,
    offlineReplicas,
  }: PartitionMetadata,
  { apiVersion, listenerName }: RequestContext,
): Partition {
  const rest = { partitionIndex, leaderEpoch, offlineReplicas: [...offlineReplicas] };
  // The first version knew no offline replicas: it left them out, and said so by the code.
  const shown = (ids: readonly number[]): number[] =>
    apiVersion > 0 ? [...ids] : ids.filter((id) => isReachable(metadata, id, listenerName));
  const replicaNodes = shown(replicas);
  const isrNodes = shown(isr);
  if (!isReachable(metadata, leader, listenerName)) {
    const errorCode =
      metadata.broker(leader) !== undefined && apiVersion >= LISTENER_NOT_FOUND_VERSION_MIN
        ? ErrorCode.LISTENER_NOT_FOUND
        : ErrorCode.LEADER_NOT_AVAILABLE;
    return { ...rest, errorCode, leaderId: NO_LEADER, replicaNodes, isrNodes };
  }
  const isComplete = replicaNodes.length === replicas.length && isrNodes.length === isr.length;
  const errorCode = isComplete ? ErrorCode.NONE : ErrorCode.REPLICA_NOT_AVAILABLE;
  return { ...rest, errorCode, leaderId: leader, replicaNodes, isrNodes };
}

function answer(
  { metadata }: MetadataDependencies,
  request: MetadataRequest,
  { listenerName }: RequestContext,
  topics: Topic[],
): MetadataResponseInput {
  return {
    brokers: reachableBrokers(metadata, listenerName),
    clusterId: metadata.clusterId,
    controllerId: metadata.controllerId,
    topics,
    clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
      ? ALL_CLUSTER_OPERATIONS
      : OPERATIONS_NOT_ASKED_FOR,
  };
}
