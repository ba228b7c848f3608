/**
 * CreatePartitions (key 37): more partitions for topics that exist, each topic with its own answer (KIP-195).
 */
import { createPartitionsApi, ErrorCode } from '@zurau/protocol';
import type {
  CreatePartitionsRequestCreatePartitionsTopic,
  CreatePartitionsResponseCreatePartitionsTopicResultInput,
} from '@zurau/protocol';
import type { Timers } from '@zurau/platform';
import type { TopicAdmin } from '../controller/topic-admin.ts';
import { requestProblem, TopicProblem } from '../controller/topic-plan.ts';
import type { Logger } from '../logging.ts';
import { NO_LEADER, type MetadataCache } from '../metadata/metadata-cache.ts';
import { waitForMetadata } from '../metadata/metadata-wait.ts';
import { defineHandler, type ApiHandler } from './handler.ts';

export interface CreatePartitionsDependencies {
  readonly admin: TopicAdmin;
  readonly metadata: MetadataCache;
  readonly timers: Timers;
  readonly logger: Logger;
  /** Partitions are made at the controller. */
  readonly isController: () => boolean;
}

interface Outcome {
  readonly name: string;
  /** How many partitions the topic has then, or why not. */
  readonly outcome: number | TopicProblem;
}

export function createPartitionsHandler(dependencies: CreatePartitionsDependencies): ApiHandler {
  const { metadata, timers } = dependencies;
  return defineHandler(createPartitionsApi, { min: 0, max: 3 }, async (request) => {
    const { topics, timeoutMs, validateOnly } = request;
    let newCount = 0;
    for (const { name, count } of topics) {
      const existing = metadata.topic(name);
      if (existing !== undefined) newCount += Math.max(0, count - existing.partitions.size);
    }
    const tooMany = requestProblem(newCount);
    if (tooMany !== undefined) {
      const names = new Set(topics.map(({ name }) => name));
      return { throttleTimeMs: 0, results: [...names].map((name) => resultOf(name, tooMany)) };
    }
    const outcomes: Outcome[] = [];
    for (const name of new Set(topics.map((topic) => topic.name))) {
      const entries = topics.filter((topic) => topic.name === name);
      outcomes.push({ name, outcome: await grow(dependencies, entries, validateOnly) });
    }
    const isReady = ({ name, outcome }: Outcome): boolean =>
      validateOnly || outcome instanceof TopicProblem || hasLeaders(metadata, name, outcome);
    const mayWait = timeoutMs > 0;
    await waitForMetadata(metadata, timers, timeoutMs, () => outcomes.every(isReady));
    return {
      throttleTimeMs: 0,
      results: outcomes.map((each) => {
        if (each.outcome instanceof TopicProblem) return resultOf(each.name, each.outcome);
        const isDone = validateOnly || (mayWait && isReady(each));
        const errorCode = isDone ? ErrorCode.NONE : ErrorCode.REQUEST_TIMED_OUT;
        return resultOf(each.name, new TopicProblem(errorCode));
      }),
    };
  });
}

async function grow(
  { admin, isController, logger }: CreatePartitionsDependencies,
  entries: readonly CreatePartitionsRequestCreatePartitionsTopic[],
  validateOnly: boolean,
): Promise<number | TopicProblem> {
  const [topic, ...others] = entries;
  if (!isController()) return new TopicProblem(ErrorCode.NOT_CONTROLLER);
  if (topic === undefined || others.length > 0) {
    return new TopicProblem(ErrorCode.INVALID_REQUEST, 'Duplicate topic in request.');
  }
  try {
    const assignments = topic.assignments?.map(({ brokerIds }) => brokerIds) ?? null;
    const wanted = { partitionCount: topic.count, assignments };
    return await admin.addPartitions(topic.name, wanted, validateOnly);
  } catch (error) {
    logger.error({ topic: topic.name, err: error }, 'partitions not added');
    return new TopicProblem(ErrorCode.UNKNOWN_SERVER_ERROR);
  }
}

function hasLeaders(metadata: MetadataCache, topic: string, partitionCount: number): boolean {
  for (let partition = 0; partition < partitionCount; partition++) {
    const leader = metadata.partition(topic, partition)?.leader ?? NO_LEADER;
    if (leader === NO_LEADER) return false;
  }
  return true;
}

function resultOf(
  name: string,
  { errorCode, message }: TopicProblem,
): CreatePartitionsResponseCreatePartitionsTopicResultInput {
  return { name, errorCode, errorMessage: message };
}
