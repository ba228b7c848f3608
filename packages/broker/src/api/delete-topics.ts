/**
 * DeleteTopics (key 20): by name, or by id (KIP-516). Waits until the topics are gone from the metadata here.
 */
import { deleteTopicsApi, ErrorCode, ZERO_UUID } from '@zurau/protocol';
import type {
  DeleteTopicsRequest,
  DeleteTopicsResponseDeletableTopicResultInput,
} from '@zurau/protocol';
import type { Timers } from '@zurau/platform';
import type { TopicAdmin } from '../controller/topic-admin.ts';
import { TopicProblem } from '../controller/topic-plan.ts';
import type { Logger } from '../logging.ts';
import type { MetadataCache } from '../metadata/metadata-cache.ts';
import { waitForMetadata } from '../metadata/metadata-wait.ts';
import { defineHandler, type ApiHandler } from './handler.ts';

/** From this version on there is a code for "disabled". */
const DISABLED_VERSION_MIN = 3;

/**
 * How long we go on waiting until the name is free as well, once the topic is gone for clients. Kafka does not; but whoever deletes a topic and
 * creates it again would be told that it exists.
 */
const NAME_FREE_WAIT_MS = 1_000;

export interface DeleteTopicsDependencies {
  readonly admin: TopicAdmin;
  readonly metadata: MetadataCache;
  readonly timers: Timers;
  readonly logger: Logger;
  /** Topics are deleted at the controller. */
  readonly isController: () => boolean;
  /** `delete.topic.enable` */
  readonly isEnabled: () => boolean;
}

interface Target {
  readonly name: string | null;
  readonly topicId: string;
  problem: TopicProblem | undefined;
}

export function deleteTopicsHandler(dependencies: DeleteTopicsDependencies): ApiHandler {
  const { metadata, timers } = dependencies;
  return defineHandler(deleteTopicsApi, { min: 0, max: 6 }, async (request, { apiVersion }) => {
    const targets = targetsOf(request);
    const refusal = refusalOf(dependencies, apiVersion);
    const asked = targets.map((target): Target =>
      refusal === undefined ? resolve(metadata, target) : fail(target, refusal),
    );
    const deleting = asked.filter(({ problem }) => problem === undefined);
    await Promise.all(
      deleting.map(async (target) => {
        target.problem = await mark(dependencies, target.name ?? '');
      }),
    );
    const marked = asked.filter(({ problem }) => problem === undefined);
    const isGone = ({ name }: Target): boolean => metadata.topic(name ?? '') === undefined;
    const mayWait = request.timeoutMs > 0;
    await waitForMetadata(metadata, timers, request.timeoutMs, () => marked.every(isGone));
    for (const target of marked) {
      if (mayWait && isGone(target)) continue;
      target.problem = new TopicProblem(ErrorCode.REQUEST_TIMED_OUT);
    }
    await nameIsFree(
      dependencies,
      marked.filter(({ problem }) => problem === undefined),
      Math.min(request.timeoutMs, NAME_FREE_WAIT_MS),
    );
    return { responses: asked.map(resultOf) };
  });
}

function targetsOf(request: DeleteTopicsRequest): Target[] {
  const byName = request.topicNames.map((name) => ({ name, topicId: ZERO_UUID }));
  return [...byName, ...request.topics].map(({ name, topicId }) => ({
    name,
    topicId,
    problem: undefined,
  }));
}

function refusalOf(
  { isController, isEnabled }: DeleteTopicsDependencies,
  apiVersion: number,
): number | undefined {
  if (!isController()) return ErrorCode.NOT_CONTROLLER;
  if (isEnabled()) return undefined;
  return apiVersion < DISABLED_VERSION_MIN
    ? ErrorCode.INVALID_REQUEST
    : ErrorCode.TOPIC_DELETION_DISABLED;
}

function resolve(metadata: MetadataCache, target: Target): Target {
  const { name, topicId } = target;
  if (topicId !== ZERO_UUID) {
    if (name !== null) {
      const message = 'Topic name and topic ID can not both be specified.';
      return fail(target, ErrorCode.INVALID_REQUEST, message);
    }
    const topic = metadata.topicById(topicId);
    if (topic === undefined) return fail(target, ErrorCode.UNKNOWN_TOPIC_ID);
    return { ...target, name: topic.name };
  }
  if (name === null) return fail(target, ErrorCode.INVALID_REQUEST, 'Neither topic name nor ID.');
  if (metadata.topic(name) === undefined) return fail(target, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
  return target;
}

function fail(target: Target, errorCode: number, message: string | null = null): Target {
  return { ...target, problem: new TopicProblem(errorCode, message) };
}

async function mark(
  { admin, logger }: DeleteTopicsDependencies,
  topic: string,
): Promise<TopicProblem | undefined> {
  try {
    return await admin.delete(topic);
  } catch (error) {
    logger.error({ topic, err: error }, 'topic not marked for deletion');
    return new TopicProblem(ErrorCode.UNKNOWN_SERVER_ERROR);
  }
}

async function nameIsFree(
  { admin, timers }: DeleteTopicsDependencies,
  targets: readonly Target[],
  timeoutMs: number,
): Promise<void> {
  if (targets.length === 0) return;
  await new Promise<void>((done) => {
    const timer = timers.after(timeoutMs, done);
    const finish = (): void => {
      timer.cancel();
      done();
    };
    // A store that is out of reach ends the waiting, not the request: the deletion is noted.
    Promise.all(targets.map(({ name }) => admin.deleted(name ?? ''))).then(finish, finish);
  });
}

function resultOf({
  name,
  topicId,
  problem,
}: Target): DeleteTopicsResponseDeletableTopicResultInput {
  return {
    name,
    topicId,
    errorCode: problem?.errorCode ?? ErrorCode.NONE,
    errorMessage: problem?.message ?? null,
  };
}
