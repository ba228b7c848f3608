/** KafkaJS's admin client: topics, their partitions, records and replicas. */
import { PartialFailure } from '../admin/results.ts';
import { partitionName } from '../topic-partition.ts';
import { type AdminAccess, ask, failureOf, protocolError } from './admin-calls.ts';
import {
  checkConfigEntries,
  checkList,
  checkPartitionNumbers,
  checkReassignment,
  checkTopicName,
  checkTopics,
  refuse,
} from './admin-checks.ts';
import type { Admin, ITopicConfig, SeekEntry } from './admin-types.ts';
import { toKafkaJSError } from './engine-errors.ts';
import {
  KafkaJSAggregateError,
  KafkaJSAlterPartitionReassignmentsError,
  KafkaJSBrokerNotFound,
  KafkaJSCreateTopicError,
  KafkaJSDeleteTopicRecordsError,
} from './errors.ts';
import { toPartitionMetadata } from './partitioners.ts';

type TopicMethods = Pick<
  Admin,
  | 'listTopics'
  | 'createTopics'
  | 'deleteTopics'
  | 'createPartitions'
  | 'fetchTopicMetadata'
  | 'fetchTopicOffsets'
  | 'fetchTopicOffsetsByTimestamp'
  | 'deleteTopicRecords'
  | 'alterPartitionReassignments'
  | 'listPartitionReassignments'
>;

/** KafkaJS's default for requests to the controller. */
const TIMEOUT_MS = 5_000;
/** Deletes all records. */
const HIGH_WATERMARK = -1;

export function topicMethods(access: AdminAccess): TopicMethods {
  return {
    listTopics: async () => {
      const topics = await ask(access, (engine, options) =>
        engine.listTopics({ ...options, internal: true }),
      );
      return topics.map(({ name }) => name);
    },

    createTopics: (request) => createTopics(access, request),

    deleteTopics: async ({ topics, timeout }) => {
      checkList(topics, 'topics array');
      if (topics.some((topic) => typeof topic !== 'string')) {
        refuse('Invalid topics array, the names must be a valid string');
      }
      await ask(access, (engine, options) => engine.deleteTopics(topics, options), limit(timeout));
    },

    createPartitions: async ({ topicPartitions, validateOnly, timeout }) => {
      checkList(topicPartitions, 'topic partitions array');
      if (topicPartitions.length === 0) refuse('Empty topic partitions array');
      checkTopics(topicPartitions, 'topic partitions array');
      const wanted = topicPartitions.map(({ topic, count, assignments }) => ({
        ...{ topic, count },
        ...(assignments === undefined ? {} : { assignments }),
      }));
      await ask(
        access,
        (engine, options) =>
          engine.createPartitions(wanted, { ...options, validateOnly: validateOnly ?? false }),
        limit(timeout),
      );
      // KafkaJS's resolves with nothing, whatever its type says.
      return undefined as unknown as boolean;
    },

    fetchTopicMetadata: async ({ topics } = { topics: [] }) => {
      for (const topic of topics ?? []) checkTopicName(topic);
      const described = await ask(access, async (engine, options) =>
        topics === undefined || topics.length === 0
          ? await engine.listTopics({ ...options, internal: true })
          : await engine.describeTopics(topics, options),
      );
      return {
        topics: described.map(({ name, partitions }) => ({
          name,
          partitions: partitions.map(toPartitionMetadata),
        })),
      };
    },

    fetchTopicOffsets: (topic) => fetchTopicOffsets(access, topic),

    fetchTopicOffsetsByTimestamp: async (topic, timestamp) => {
      checkTopicName(topic);
      const ends = await offsetsOf(access, topic, 'end');
      const at = timestamp === undefined ? 'end' : { timestamp: Number(timestamp) };
      const found = await offsetsOf(access, topic, at);
      return Array.from(found, ([partition, offset]) => ({
        partition,
        offset: String(offset >= 0 ? offset : (ends.get(partition) ?? -1)),
      }));
    },

    deleteTopicRecords: (request) => deleteTopicRecords(access, request),

    alterPartitionReassignments: async ({ topics, timeout }) => {
      checkTopics(topics, 'topics array');
      for (const { topic, partitionAssignment } of topics) {
        checkReassignment(topic, partitionAssignment);
      }
      const wanted = topics.flatMap(({ topic, partitionAssignment }) =>
        partitionAssignment.map(({ partition, replicas }) => ({ topic, partition, replicas })),
      );
      await ask(
        access,
        async (engine, options) => {
          try {
            await engine.alterReassignments(wanted, options);
          } catch (error) {
            if (!(error instanceof PartialFailure)) throw error;
            const errors = wanted.flatMap(({ topic, partition }) => {
              const failure = error.failures.get(partitionName({ topic, partition }));
              if (failure === undefined) return [];
              const of = failureOf(failure);
              return [new KafkaJSAlterPartitionReassignmentsError(of, topic, partition)];
            });
            throw new KafkaJSAggregateError('Errors altering partition reassignments', errors);
          }
        },
        limit(timeout),
      );
    },

    listPartitionReassignments: async ({ topics, timeout }) => {
      if (topics !== undefined && topics !== null) {
        checkTopics(topics, 'topics array');
        for (const { topic, partitions } of topics) checkPartitionNumbers(topic, partitions);
      }
      const of = topics?.flatMap(({ topic, partitions }) =>
        partitions.map((partition) => ({ topic, partition })),
      );
      const ongoing = await ask(
        access,
        (engine, options) => engine.listReassignments(of, options),
        limit(timeout),
      );
      const names = new Set(ongoing.map(({ topic }) => topic));
      return {
        topics: Array.from(names, (topic) => ({
          topic,
          partitions: ongoing
            .filter((move) => move.topic === topic)
            .map(({ partition, replicas, addingReplicas, removingReplicas }) => ({
              partitionIndex: partition,
              replicas: [...replicas],
              addingReplicas: [...addingReplicas],
              removingReplicas: [...removingReplicas],
            })),
        })),
      };
    },
  };
}

/** For a request to the controller, and its retries. */
function limit(timeout: number | undefined): number {
  return Math.max(timeout ?? TIMEOUT_MS, 1) * 10;
}

async function createTopics(
  access: AdminAccess,
  { topics, validateOnly, timeout, waitForLeaders = true }: Parameters<Admin['createTopics']>[0],
): Promise<boolean> {
  checkTopics(topics, 'topics array');
  for (const { topic, configEntries } of topics) checkConfigEntries(topic, configEntries);
  try {
    await ask(
      access,
      async (engine, options) => {
        try {
          await engine.createTopics(topics.map(newTopic), {
            ...options,
            validateOnly: validateOnly ?? false,
          });
        } catch (error) {
          throw error instanceof PartialFailure ? creationError(error) : error;
        }
      },
      limit(timeout),
    );
  } catch (error) {
    if (error instanceof KafkaJSAggregateError && error.errors.every(existsAlready)) return false;
    throw error;
  }
  if (waitForLeaders && validateOnly !== true) {
    await waitUntilLed(
      access,
      topics.map(({ topic }) => topic),
      timeout ?? TIMEOUT_MS,
    );
  }
  return true;
}

function newTopic(topic: ITopicConfig): {
  readonly name: string;
  readonly partitions?: number | undefined;
  readonly replicationFactor?: number | undefined;
  readonly assignments?: readonly (readonly number[])[] | undefined;
  readonly configs: Readonly<Record<string, string>>;
} {
  const { numPartitions, replicationFactor, replicaAssignment, configEntries } = topic;
  const configs = (configEntries ?? []).map(({ name, value }) => [name, value] as const);
  return {
    name: topic.topic,
    configs: Object.fromEntries(configs),
    ...(replicaAssignment === undefined || replicaAssignment.length === 0
      ? { partitions: chosen(numPartitions), replicationFactor: chosen(replicationFactor) }
      : {
          assignments: replicaAssignment
            .toSorted((a, b) => a.partition - b.partition)
            .map(({ replicas }) => replicas),
        }),
  };
}

/** -1 stands for the broker's default. */
function chosen(count: number | undefined): number | undefined {
  return count === -1 ? undefined : count;
}

function creationError(error: PartialFailure): KafkaJSAggregateError {
  const errors = Array.from(
    error.failures,
    ([topic, failure]) => new KafkaJSCreateTopicError(failureOf(failure), topic),
  );
  return new KafkaJSAggregateError('Topic creation errors', errors);
}

function existsAlready(error: Error | string): boolean {
  return error instanceof KafkaJSCreateTopicError && error.type === 'TOPIC_ALREADY_EXISTS';
}

/** A topic is there as soon as the controller says so; its partitions have leaders a little later. */
async function waitUntilLed(
  access: AdminAccess,
  topics: readonly string[],
  timeoutMs: number,
): Promise<void> {
  const engine = await access.engine();
  try {
    for (const topic of topics) {
      await engine.listOffsets([{ topic, partition: 0, at: 'end' }], { timeoutMs });
    }
  } catch (error) {
    access.logger.debug(`Waiting for topic leaders: ${toKafkaJSError(error).message}`);
  }
}

async function fetchTopicOffsets(
  access: AdminAccess,
  topic: string,
): Promise<(SeekEntry & { high: string; low: string })[]> {
  checkTopicName(topic);
  const high = await offsetsOf(access, topic, 'end');
  const low = await offsetsOf(access, topic, 'beginning');
  return Array.from(high, ([partition, offset]) => ({
    partition,
    offset: String(offset),
    high: String(offset),
    low: String(low.get(partition)),
  }));
}

/** By partition. */
export async function offsetsOf(
  access: AdminAccess,
  topic: string,
  at: 'beginning' | 'end' | { readonly timestamp: number },
): Promise<Map<number, number>> {
  return await ask(access, async (engine, options) => {
    const partitions = await partitionsOf(access, topic);
    const questions = partitions.map((partition) => ({ topic, partition, at }));
    const answers = await engine.listOffsets(questions, options);
    return new Map(answers.map(({ partition, offset }) => [partition, offset]));
  });
}

export async function partitionsOf(access: AdminAccess, topic: string): Promise<number[]> {
  const [description] = await ask(access, (engine, options) =>
    engine.describeTopics([topic], options),
  );
  return (description?.partitions ?? []).map(({ partition }) => partition);
}

async function deleteTopicRecords(
  access: AdminAccess,
  { topic, partitions }: Parameters<Admin['deleteTopicRecords']>[0],
): Promise<void> {
  if (typeof topic !== 'string' || topic === '') refuse(`Invalid topic "${String(topic)}"`);
  if (!Array.isArray(partitions) || partitions.length === 0) refuse('Invalid partitions');
  const offsets = new Map((await fetchTopicOffsets(access, topic)).map((of) => [of.partition, of]));
  const strangers = partitions.filter(({ partition }) => !offsets.has(partition));
  if (strangers.length > 0) {
    const error = new KafkaJSBrokerNotFound('Could not find the leader for the partition', {
      retriable: false,
    });
    const failed = strangers.map(({ partition, offset }) => ({ partition, offset, error }));
    throw new KafkaJSDeleteTopicRecordsError({ topic, partitions: failed });
  }
  for (const { partition, offset } of partitions) {
    const low = Number(offsets.get(partition)?.low);
    if (Number(offset) >= low || Number(offset) === HIGH_WATERMARK) continue;
    access.logger.warn(
      'The requested offset is before the earliest offset maintained on the partition - no records will be deleted from this partition',
      { topic, partition, offset },
    );
  }
  const wanted = partitions.map(({ partition, offset }) => ({
    ...{ topic, partition },
    beforeOffset: Number(offset),
  }));
  await ask(access, async (engine, options) => {
    try {
      await engine.deleteRecords(wanted, options);
    } catch (error) {
      if (!(error instanceof PartialFailure)) throw error;
      const failed = partitions.flatMap(({ partition, offset }) => {
        const failure = error.failures.get(partitionName({ topic, partition }));
        return failure === undefined ? [] : [{ partition, offset, error: protocolError(failure) }];
      });
      throw new KafkaJSDeleteTopicRecordsError({ topic, partitions: failed });
    }
  });
}
