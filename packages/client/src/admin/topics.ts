/** Topics: create, delete, list, describe, add partitions. */
import {
  createPartitionsApi,
  createTopicsApi,
  type CreateTopicsRequestInput,
  deleteTopicsApi,
  ErrorCode,
  metadataApi,
  type MetadataResponse,
  ZERO_UUID,
} from '@zurau/protocol';
import type { Cluster, OperationOptions } from '../cluster/cluster.ts';
import type { KnownTopic, TopicMetadata } from '../cluster/metadata.ts';
import { clientError, notRetriable } from '../errors.ts';
import { type AclOperation, authorizedOperations } from './acl-operations.ts';
import { callController } from './controller-call.ts';
import { type Outcome, outcomeOf, throwFailures, valuesOf } from './results.ts';

export interface NewTopic {
  readonly name: string;
  /** The broker's `num.partitions` by default. */
  readonly partitions?: number | undefined;
  /** The broker's `default.replication.factor` by default. */
  readonly replicationFactor?: number | undefined;
  /** Broker ids, the preferred leader first, a list for each partition; instead of the two numbers. */
  readonly assignments?: readonly (readonly number[])[] | undefined;
  /** Kafka's dotted names. */
  readonly configs?: Readonly<Record<string, string>> | undefined;
}

export interface CreateTopicsOptions extends OperationOptions {
  /** Checks, creates nothing. */
  readonly validateOnly?: boolean;
}

/** What came of a {@link NewTopic} (KIP-525). */
export interface CreatedTopic {
  readonly name: string;
  /** Kafka's text form; ZERO_UUID when the broker is too old to tell, or only validated. */
  readonly id: string;
  /** -1 when the broker is too old to tell. */
  readonly partitions: number;
  readonly replicationFactor: number;
  /** All its configs with what they are worth now; a value is null when it must not be shown. */
  readonly configs: Readonly<Record<string, string | null>>;
}

/** By name, or by id (KIP-516), which cannot mean another topic that has the name by now. */
export type TopicRef = string | { readonly id: string };

/** KIP-464: -1 stands for the broker's default from version 4 on. */
const DEFAULTS_VERSION_MIN = 4;
const NAMED_TOPICS_MAX = 5;
/** Older versions create what they are asked for. */
const METADATA_VERSION_MIN = 4;

export async function createTopics(
  cluster: Cluster,
  topics: readonly NewTopic[],
  options: CreateTopicsOptions,
): Promise<CreatedTopic[]> {
  const usesDefaults = topics.some(
    ({ assignments, partitions, replicationFactor }) =>
      assignments === undefined && (partitions === undefined || replicationFactor === undefined),
  );
  const about = 'Creating topics';
  return await callController(cluster, about, options, async ({ controller, timeoutMs }) => {
    const response = await controller.request(
      createTopicsApi,
      { topics: topics.map(newTopic), timeoutMs, validateOnly: options.validateOnly ?? false },
      { signal: options.signal, versions: usesDefaults ? { min: DEFAULTS_VERSION_MIN } : {} },
    );
    const outcomes = response.topics.map((topic): Outcome<CreatedTopic> => {
      const { name, topicId, numPartitions, replicationFactor, configs } = topic;
      return outcomeOf(name, `Creating topic ${name}`, topic, {
        name,
        id: topicId,
        partitions: numPartitions,
        replicationFactor,
        configs: Object.fromEntries((configs ?? []).map((config) => [config.name, config.value])),
      });
    });
    return valuesOf(outcomes);
  });
}

function newTopic(topic: NewTopic): CreateTopicsRequestInput['topics'][number] {
  const { name, partitions, replicationFactor, assignments, configs } = topic;
  return {
    name,
    numPartitions: assignments === undefined ? (partitions ?? -1) : -1,
    replicationFactor: assignments === undefined ? (replicationFactor ?? -1) : -1,
    assignments: (assignments ?? []).map((brokerIds, partitionIndex) => ({
      partitionIndex,
      brokerIds,
    })),
    configs: Object.entries(configs ?? {}).map(([key, value]) => ({ name: key, value })),
  };
}

export async function deleteTopics(
  cluster: Cluster,
  topics: readonly TopicRef[],
  options: OperationOptions,
): Promise<void> {
  const hasIds = topics.some((topic) => typeof topic !== 'string');
  const names = topics.filter((topic) => typeof topic === 'string');
  await callController(cluster, 'Deleting topics', options, async ({ controller, timeoutMs }) => {
    const response = await controller.request(
      deleteTopicsApi,
      (version) =>
        version > NAMED_TOPICS_MAX
          ? {
              topics: topics.map((topic) =>
                typeof topic === 'string'
                  ? { name: topic, topicId: ZERO_UUID }
                  : { name: null, topicId: topic.id },
              ),
              timeoutMs,
            }
          : { topicNames: names, timeoutMs },
      {
        signal: options.signal,
        versions: hasIds ? { min: NAMED_TOPICS_MAX + 1 } : {},
      },
    );
    throwFailures(
      response.responses.map((topic) =>
        outcomeOf(
          topic.name ?? topic.topicId,
          `Deleting topic ${topic.name ?? topic.topicId}`,
          topic,
        ),
      ),
    );
  });
}

export interface MorePartitions {
  readonly topic: string;
  /** How many there shall be in all. */
  readonly count: number;
  /** Broker ids for each new partition. */
  readonly assignments?: readonly (readonly number[])[];
}

export async function createPartitions(
  cluster: Cluster,
  wanted: readonly MorePartitions[],
  options: CreateTopicsOptions,
): Promise<void> {
  await callController(cluster, 'Adding partitions', options, async ({ controller, timeoutMs }) => {
    const topics = wanted.map(({ topic, count, assignments }) => ({
      name: topic,
      count,
      assignments: assignments?.map((brokerIds) => ({ brokerIds })) ?? null,
    }));
    const response = await controller.request(
      createPartitionsApi,
      { topics, timeoutMs, validateOnly: options.validateOnly ?? false },
      { signal: options.signal },
    );
    throwFailures(
      response.results.map((result) =>
        outcomeOf(result.name, `Adding partitions to ${result.name}`, result),
      ),
    );
  });
}

/** All topics of the cluster by name; internal ones only when asked for. */
export async function listTopics(
  cluster: Cluster,
  options: OperationOptions & { readonly internal?: boolean },
): Promise<TopicMetadata[]> {
  return await cluster.retrying('Listing topics', options, async () => {
    const startMs = cluster.platform.clock.monotonicMs();
    await cluster.refreshAll(options.signal);
    return [...cluster.metadata.topics()]
      .filter(
        ({ updatedMs, internal }) =>
          updatedMs >= startMs && (!internal || options.internal === true),
      )
      .map(described)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  });
}

function described({ updatedMs: _, ...topic }: KnownTopic): TopicMetadata {
  return topic;
}

export interface DescribeTopicsOptions extends OperationOptions {
  /** Asks what the caller may do to each topic (KIP-430). */
  readonly includeAuthorizedOperations?: boolean;
}

export interface TopicDescription extends TopicMetadata {
  /** Undefined unless asked for. */
  readonly authorizedOperations?: readonly AclOperation[] | undefined;
}

const AUTHORIZED_OPERATIONS_VERSION_MIN = 8;
const IDS_VERSION_MIN = 12;

/** In the order of `topics`. Rejects with PartialFailure when one of them does not exist. */
export async function describeTopics(
  cluster: Cluster,
  topics: readonly TopicRef[],
  options: DescribeTopicsOptions,
): Promise<TopicDescription[]> {
  const hasIds = topics.some((topic) => typeof topic !== 'string');
  const asksOperations = options.includeAuthorizedOperations ?? false;
  const min = Math.max(
    hasIds ? IDS_VERSION_MIN : METADATA_VERSION_MIN,
    asksOperations ? AUTHORIZED_OPERATIONS_VERSION_MIN : 0,
  );
  return await cluster.retrying('Describing topics', options, async () => {
    const node = await cluster.anyBroker(options.signal);
    const response = await node.request(
      metadataApi,
      {
        topics: topics.map((topic) =>
          typeof topic === 'string' ? { name: topic } : { name: null, topicId: topic.id },
        ),
        allowAutoTopicCreation: false,
        ...(asksOperations ? { includeTopicAuthorizedOperations: true } : {}),
      },
      { signal: options.signal, versions: { min } },
    );
    const outcomes = new Map<string, Outcome<TopicDescription>>();
    for (const topic of response.topics) {
      const name = topic.name ?? topic.topicId;
      const outcome = outcomeOf(name, `Topic ${name}`, topic, {
        ...describedTopic(topic),
        ...(asksOperations
          ? { authorizedOperations: authorizedOperations(topic.topicAuthorizedOperations) }
          : {}),
      });
      const { error } = outcome;
      const code = error?.errorCode;
      if (error !== undefined && code !== ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) {
        if (error.retriable && code !== ErrorCode.UNKNOWN_TOPIC_ID) throw error;
      }
      const final = error === undefined ? outcome : { name, error: notRetriable(error) };
      if (topic.name !== null) outcomes.set(topic.name, final);
      outcomes.set(`id:${topic.topicId}`, final);
    }
    return valuesOf(
      topics.map((topic) => {
        const key = typeof topic === 'string' ? topic : `id:${topic.id}`;
        const outcome = outcomes.get(key);
        if (outcome !== undefined) return outcome;
        throw clientError('PROTOCOL_VIOLATION', `The broker says nothing of topic ${key}.`);
      }),
    );
  });
}

function describedTopic(topic: MetadataResponse['topics'][number]): TopicDescription {
  const partitions = topic.partitions.map((partition) => ({
    partition: partition.partitionIndex,
    leader: partition.leaderId,
    leaderEpoch: partition.leaderEpoch,
    replicas: partition.replicaNodes,
    inSyncReplicas: partition.isrNodes,
    offlineReplicas: partition.offlineReplicas,
  }));
  return {
    name: topic.name ?? '',
    id: topic.topicId,
    internal: topic.isInternal,
    partitions: partitions.sort((a, b) => a.partition - b.partition),
  };
}
