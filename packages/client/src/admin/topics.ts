/** Topics: create, delete, list, describe, add partitions. */
import {
  createPartitionsApi,
  createTopicsApi,
  type CreateTopicsRequestInput,
  deleteTopicsApi,
  ErrorCode,
  ZERO_UUID,
} from '@zurau/protocol';
import type { Cluster, OperationOptions } from '../cluster/cluster.ts';
import type { KnownTopic, TopicMetadata } from '../cluster/metadata.ts';
import { brokerError, notRetriable } from '../errors.ts';
import { callController } from './controller-call.ts';
import { outcomeOf, throwFailures } from './results.ts';

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

/** KIP-464: -1 stands for the broker's default from version 4 on. */
const DEFAULTS_VERSION_MIN = 4;
const NAMED_TOPICS_MAX = 5;

export async function createTopics(
  cluster: Cluster,
  topics: readonly NewTopic[],
  options: CreateTopicsOptions,
): Promise<void> {
  const usesDefaults = topics.some(
    ({ assignments, partitions, replicationFactor }) =>
      assignments === undefined && (partitions === undefined || replicationFactor === undefined),
  );
  await callController(cluster, 'Creating topics', options, async ({ controller, timeoutMs }) => {
    const response = await controller.request(
      createTopicsApi,
      { topics: topics.map(newTopic), timeoutMs, validateOnly: options.validateOnly ?? false },
      { signal: options.signal, versions: usesDefaults ? { min: DEFAULTS_VERSION_MIN } : {} },
    );
    throwFailures(
      response.topics.map((topic) => outcomeOf(topic.name, `Creating topic ${topic.name}`, topic)),
    );
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
  names: readonly string[],
  options: OperationOptions,
): Promise<void> {
  await callController(cluster, 'Deleting topics', options, async ({ controller, timeoutMs }) => {
    const response = await controller.request(
      deleteTopicsApi,
      (version) =>
        version > NAMED_TOPICS_MAX
          ? { topics: names.map((name) => ({ name, topicId: ZERO_UUID })), timeoutMs }
          : { topicNames: names, timeoutMs },
      { signal: options.signal },
    );
    throwFailures(
      response.responses.map((topic) =>
        outcomeOf(topic.name ?? '', `Deleting topic ${topic.name}`, topic),
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

/** Rejects when one of them does not exist. */
export async function describeTopics(
  cluster: Cluster,
  names: readonly string[],
  options: OperationOptions,
): Promise<TopicMetadata[]> {
  return await cluster.retrying('Describing topics', options, async () => {
    await cluster.refresh(names, options.signal);
    return names.map((name) => {
      const errorCode = cluster.metadata.topicError(name);
      const topic = cluster.metadata.topic(name);
      if (errorCode === ErrorCode.NONE && topic !== undefined) return described(topic);
      const code = errorCode === ErrorCode.NONE ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : errorCode;
      const error = brokerError(code, `Topic ${name}`);
      throw code === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION ? notRetriable(error) : error;
    });
  });
}
