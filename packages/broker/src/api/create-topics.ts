/**
 * CreateTopics (key 19): makes topics and waits until their leaders are known here (KIP-4, KIP-464, KIP-525).
 */
import { createTopicsApi, ErrorCode, ZERO_UUID } from '@zurau/protocol';
import type {
  CreateTopicsRequestCreatableTopic,
  CreateTopicsResponseCreatableTopicConfigsInput,
  CreateTopicsResponseCreatableTopicResultInput,
} from '@zurau/protocol';
import type { Timers } from '@zurau/platform';
import type { CreatedTopic, TopicAdmin, TopicConfigs } from '../controller/topic-admin.ts';
import { requestProblem, TopicProblem } from '../controller/topic-plan.ts';
import type { Logger } from '../logging.ts';
import { NO_LEADER, type MetadataCache } from '../metadata/metadata-cache.ts';
import { waitForMetadata } from '../metadata/metadata-wait.ts';
import { defineHandler, type ApiHandler } from './handler.ts';

type Result = CreateTopicsResponseCreatableTopicResultInput;

export interface CreateTopicsDependencies {
  readonly admin: TopicAdmin;
  readonly metadata: MetadataCache;
  readonly timers: Timers;
  readonly logger: Logger;
  /** Topics are made at the controller. */
  readonly isController: () => boolean;
  /** All configs of a topic with these overrides, as the response shows them. */
  readonly describeConfigs: (
    configs: TopicConfigs,
  ) => CreateTopicsResponseCreatableTopicConfigsInput[];
}

export function createTopicsHandler(dependencies: CreateTopicsDependencies): ApiHandler {
  const { metadata, timers } = dependencies;
  return defineHandler(createTopicsApi, { min: 0, max: 7 }, async (request) => {
    const { topics, timeoutMs, validateOnly } = request;
    if (!dependencies.isController()) {
      const notController = new TopicProblem(ErrorCode.NOT_CONTROLLER);
      return { topics: topics.map(({ name }) => failed(name, notController)) };
    }
    const tooMany = requestProblem(sum(topics.map(partitionCountOf)));
    if (tooMany !== undefined) return { topics: topics.map(({ name }) => failed(name, tooMany)) };
    const outcomes: { name: string; outcome: CreatedTopic | TopicProblem }[] = [];
    for (const topic of topics) {
      const isUnique = topics.filter(({ name }) => name === topic.name).length === 1;
      const outcome = isUnique
        ? await create(dependencies, topic, validateOnly)
        : new TopicProblem(ErrorCode.INVALID_REQUEST, 'Found multiple entries for this topic.');
      outcomes.push({ name: topic.name, outcome });
    }
    const isReady = ({ outcome }: (typeof outcomes)[number]): boolean =>
      validateOnly || outcome instanceof TopicProblem || hasLeaders(metadata, outcome);
    // A client that does not want to wait learns nothing of the leaders, as in Kafka.
    const mayWait = timeoutMs > 0;
    await waitForMetadata(metadata, timers, timeoutMs, () => outcomes.every(isReady));
    return {
      topics: outcomes.map((each): Result => {
        const { name, outcome } = each;
        if (outcome instanceof TopicProblem) return failed(name, outcome);
        if (!validateOnly && !(mayWait && isReady(each))) {
          const timedOut = failed(name, new TopicProblem(ErrorCode.REQUEST_TIMED_OUT));
          return { ...timedOut, topicId: outcome.topicId };
        }
        return {
          name,
          topicId: outcome.topicId,
          errorCode: ErrorCode.NONE,
          errorMessage: null,
          numPartitions: outcome.partitionCount,
          replicationFactor: outcome.replicationFactor,
          configs: dependencies.describeConfigs(outcome.configs),
        };
      }),
    };
  });
}

async function create(
  { admin, logger }: CreateTopicsDependencies,
  topic: CreateTopicsRequestCreatableTopic,
  validateOnly: boolean,
): Promise<CreatedTopic | TopicProblem> {
  try {
    return await admin.create(
      {
        name: topic.name,
        partitionCount: topic.numPartitions,
        replicationFactor: topic.replicationFactor,
        assignments: topic.assignments.map(({ partitionIndex, brokerIds }) => ({
          partition: partitionIndex,
          replicas: brokerIds,
        })),
        configs: topic.configs,
      },
      validateOnly,
    );
  } catch (error) {
    logger.error({ topic: topic.name, err: error }, 'topic not created');
    return new TopicProblem(ErrorCode.UNKNOWN_SERVER_ERROR);
  }
}

/** A topic that leaves the number to the broker counts as one. */
function partitionCountOf({
  assignments,
  numPartitions,
}: CreateTopicsRequestCreatableTopic): number {
  return assignments.length > 0 ? assignments.length : Math.max(1, numPartitions);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function failed(name: string, { errorCode, message }: TopicProblem): Result {
  return { name, topicId: ZERO_UUID, errorCode, errorMessage: message, configs: [] };
}

function hasLeaders(metadata: MetadataCache, { name, partitionCount }: CreatedTopic): boolean {
  const partitions = metadata.topic(name)?.partitions;
  if (partitions === undefined || partitions.size < partitionCount) return false;
  return [...partitions.values()].every(({ leader }) => leader !== NO_LEADER);
}
